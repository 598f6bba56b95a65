//! A first experiment that goes on from a model that others have trained: its tokeniser, its graph with a fresh head,
//! its numbers, and settings that do not throw them away.

use super::texts;
use crate::{
    data::{Cells, Column},
    graph::{Graph, templates::Frame},
    pretrained::{Beginning, FOLDER, Pretrained, PretrainedError, TOKENIZER, WEIGHTS},
    project::{ProjectError, RecipeStep, Task, folder::NewFolder},
    protocol::Problem,
    text::{TokenizerKind, TokenizerSpec},
    train::{ClipSpec, FineTuning, OptimizerSpec, ScheduleSpec, Training},
};

/// Tokens of a row, and of a block of a language model.
const LENGTHS: (usize, usize) = (8, 256);
const BLOCK: usize = 128;
/// As Devlin et al. 2019 (BERT, A.3) and transformers' `Trainer` have it.
const EPOCHS: u32 = 3;
const BATCH_SIZE: usize = 16;
const LEARNING_RATE: f64 = 5e-5;
const WARMUP: f64 = 0.1;

/// A model whose numbers lie in the project.
pub(super) struct Learned {
    model: Pretrained,
    beginning: Beginning,
}

impl Learned {
    /// Brings what a project needs of the model in `from` into its folder.
    ///
    /// # Errors
    /// If it cannot be read, is not for this task, or cannot be written.
    pub fn bring(from: &std::path::Path, to: &NewFolder, task: Task) -> Result<Self, Problem> {
        if matches!(task, Task::Translation | Task::Reconstruction) {
            return Err(PretrainedError::NotForTask { task: task.name().into() }.into());
        }
        let model = Pretrained::open(from)?;
        let (beginning, bytes) = Beginning::of(&model.weights(task == Task::LanguageModeling)?)?;
        let write = |file: &str, bytes: &[u8]| -> Result<(), ProjectError> {
            to.write(&format!("{FOLDER}/{file}"), bytes)
        };
        write(WEIGHTS, &bytes)?;
        write(TOKENIZER, model.tokenizer_json().as_bytes())?;
        Ok(Self { model, beginning })
    }

    /// The columns that it reads: the words that are tagged, or the longest texts.
    pub fn inputs<'a>(columns: &[&'a Column], task: Task) -> Vec<&'a Column> {
        let is_words = |column: &&&Column| matches!(column.cells, Cells::Tokens(_));
        let found = match task {
            Task::LanguageModeling | Task::MaskedLm => None,
            Task::Tagging => columns.iter().find(is_words).copied(),
            _ => texts::longest(columns),
        };
        found.into_iter().collect()
    }

    /// The steps that cut such a column as the model is used to; `target` is what a language model reads.
    pub fn steps(&self, inputs: &[&Column], target: &Column, task: Task) -> Vec<RecipeStep> {
        let (read, length) = match task {
            Task::LanguageModeling | Task::MaskedLm => (Some(target), BLOCK),
            _ => (inputs.first().copied(), inputs.first().map_or(BLOCK, |column| self.length(column))),
        };
        let tokenizer = TokenizerSpec {
            vocabulary: self.model.config.vocabulary.try_into().unwrap_or(u32::MAX),
            file: Some(format!("{FOLDER}/{TOKENIZER}")),
            ..TokenizerSpec::of(TokenizerKind::File)
        };
        let length = length.min(self.model.config.places);
        let columns = read.map(|column| column.name.clone()).into_iter().collect();
        let cut = RecipeStep::Tokenize { tokenizer, length, columns };
        let scale = (task == Task::Regression).then_some(RecipeStep::StandardizeTarget);
        [cut].into_iter().chain(scale).collect()
    }

    /// As many steps as nearly all rows need.
    fn length(&self, column: &Column) -> usize {
        let tokens = |text: &str| self.model.tokenizer.encode(text).map_or(0, |encoding| encoding.ids.len());
        let mut counts: Vec<usize> = match &column.cells {
            Cells::Texts(all) => all.iter().flatten().take(texts::SAMPLE).map(|text| tokens(text)).collect(),
            Cells::Tokens(lists) => {
                let words = |row: &[u32]| row.iter().map(|word| tokens(&lists.names[*word as usize])).sum();
                lists.iter().take(texts::SAMPLE).map(words).collect()
            }
            _ => Vec::new(),
        };
        counts.sort_unstable();
        let around: usize = self.model.tokenizer.around().iter().map(|ids| ids.len()).sum();
        let long = counts.get(counts.len() * 19 / 20).copied().unwrap_or(LENGTHS.0) + around;
        long.next_multiple_of(8).clamp(LENGTHS.0, LENGTHS.1)
    }

    /// The model with a fresh head for that frame.
    pub fn graph(&self, frame: Frame) -> Result<Graph, PretrainedError> {
        let padding = frame.padding.map(|_| self.model.tokenizer.specials().padding as usize);
        self.model.graph(&Frame { padding, ..frame })
    }

    /// Few epochs at a small rate, which rises from 0 and falls back.
    pub fn training(&self, usual: Training) -> Training {
        let mut optimizer = OptimizerSpec::of_kind("adam-w").unwrap_or(usual.optimizer);
        *optimizer.learning_rate_mut() = LEARNING_RATE;
        Training {
            epochs: EPOCHS,
            batch_size: BATCH_SIZE,
            optimizer,
            schedule: ScheduleSpec::WarmupLinear { warmup: WARMUP },
            clip: ClipSpec::Norm { max: 1.0 },
            early_stopping: None,
            fine_tuning: FineTuning { begin: Some(self.beginning.clone()), ..FineTuning::default() },
            ..usual
        }
    }
}
