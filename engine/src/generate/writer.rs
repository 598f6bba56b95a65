//! A model that writes, token by token.

mod filled;

use candle_core::{Device, Tensor};
use serde::{Deserialize, Serialize};

use super::{Choice, GenerateError, Sampling};
use crate::{
    data::{Masking, Prepared, StepsOf, Targets},
    graph::{Graph, Layer, Shape},
    model::{Model, Tensors},
    project::Experiment,
    protocol::Problem,
    tape::{Form, Memory, Step, Tape},
    text::Tokenizer,
    train::LossSpec,
};

/// Every pass: nothing is learned, so that nothing is drawn by chance.
const STEP: Step = Step { form: Form::Kernels, training: false, seed: 0, step: 0, part: 0, again: false };

/// A model with what it takes to read and write.
pub struct Writer {
    graph: Graph,
    loss: LossSpec,
    model: Model,
    /// Tokens that it sees at most.
    length: usize,
    /// Of what is written.
    tokenizer: Tokenizer,
    /// Of what is read, where that is another text, and how many tokens of it.
    source: Option<(Tokenizer, usize)>,
    /// Whether the text so far enters at the second input, and begins with a token of its own.
    is_translation: bool,
    /// Of a model that says hidden tokens, what hides them.
    masking: Option<Masking>,
    /// Whether the model can go on from what it has computed of the text so far.
    goes_on: bool,
}

/// A text that is being written.
#[derive(Debug, Clone)]
pub struct Text {
    /// Tokens of what is read, where that is another text.
    source: Vec<u32>,
    /// The prompt's, then those that were written.
    ids: Vec<u32>,
    /// How many of them are the prompt's.
    given: usize,
    /// Whether the end has been written.
    pub is_over: bool,
    /// What the model keeps of so many of the tokens.
    past: (usize, Memory),
}

/// A token that was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Said {
    pub id: u32,
    /// What it adds to the text; empty in the midst of a character.
    pub text: String,
    /// Of the likeliest tokens, whether they were taken or not.
    pub probability: f32,
    pub alternatives: Vec<(String, f32)>,
}

impl Writer {
    /// A model of an experiment with a run's weights; `data` are those it was trained on.
    ///
    /// # Errors
    /// If it predicts no text, or the weights are another model's.
    pub fn new(experiment: &Experiment, data: &Prepared, weights: &Tensors) -> Result<Self, Problem> {
        let no_text = || GenerateError::NoText { experiment: experiment.name.clone() };
        let Targets::Steps { column, steps, of: StepsOf::Tokens, .. } = &data.targets else {
            return Err(no_text().into());
        };
        let tokenizer = data.tokenizers.get(column).ok_or_else(no_text)?.clone();
        let read = data.columns.iter().find(|entering| entering.name != *column);
        let source = read.and_then(|read| Some((data.tokenizers.get(&read.name)?.clone(), read.width)));
        let Experiment { graph, training, .. } = experiment;
        let mut model = Model::build(graph, &training.loss, training.seed, &Device::Cpu)?;
        model.fits(data)?;
        model.load(weights)?;
        Ok(Self {
            graph: graph.clone(),
            loss: training.loss.clone(),
            model,
            length: *steps,
            tokenizer,
            is_translation: source.is_some(),
            masking: data.masking.clone(),
            goes_on: true,
            source,
        })
    }

    /// A text that goes on from a prompt, or says it in other words.
    ///
    /// # Errors
    /// If the prompt cannot be cut into tokens.
    pub fn begin(&self, prompt: &str) -> Result<Text, Problem> {
        let specials = self.tokenizer.specials();
        let Some((tokenizer, width)) = &self.source else {
            let mut ids = self.tokenizer.encode(prompt)?.ids;
            if ids.is_empty() {
                // A line end is before every text.
                ids = self.tokenizer.encode("\n")?.ids;
            }
            if ids.is_empty() {
                ids.push(specials.begin.unwrap_or(specials.padding));
            }
            return Ok(Text {
                source: Vec::new(),
                given: ids.len(),
                ids,
                is_over: false,
                past: Default::default(),
            });
        };
        let mut source = tokenizer.encode(prompt)?.ids;
        source.resize(*width, tokenizer.specials().padding);
        let begin = specials.begin.unwrap_or(specials.padding);
        Ok(Text { source, ids: vec![begin], given: 1, is_over: false, past: Default::default() })
    }

    /// Writes until the text ends, or `asked` has enough; each token is told, and goes on where that says so. A model of
    /// hidden tokens gives the prompt with the likeliest token in the place of each mask.
    ///
    /// # Errors
    /// If a setting is out of its range or the model gives no numbers.
    pub fn write(
        &mut self,
        prompt: &str,
        asked: &Sampling,
        tell: &mut (dyn FnMut(Said) -> bool + Send),
    ) -> Result<String, Problem> {
        asked.check()?;
        if let Some(masking) = &self.masking {
            return self.fill(prompt, masking, tell);
        }
        let text = self.begin(prompt)?;
        if asked.beams > 1 {
            self.write_with_beams(text, asked, tell)
        } else {
            self.write_on(text, asked, tell)
        }
    }

    fn write_on(
        &mut self,
        mut text: Text,
        asked: &Sampling,
        tell: &mut (dyn FnMut(Said) -> bool + Send),
    ) -> Result<String, Problem> {
        let mut written = String::new();
        for place in 0..asked.tokens {
            let logits = self.logits(&mut text)?;
            let (taken, told) = asked.choose(&logits, &text.ids, place)?;
            if self.is_end(taken.id) {
                break;
            }
            text.ids.push(taken.id);
            let whole = self.written(&text);
            if let Some(end) = asked.stop.iter().filter_map(|stop| whole.find(&**stop)).min() {
                written = whole[..end].to_owned();
                break;
            }
            // In the midst of a character nothing new is said.
            let is_whole = !whole.ends_with('\u{fffd}');
            let new = whole.get(written.len()..).filter(|_| is_whole).unwrap_or_default().to_owned();
            written.push_str(&new);
            if !tell(self.said(taken, new, &told)) {
                break;
            }
        }
        Ok(written)
    }

    /// The likeliest of several texts (Wu et al. 2016 without their penalties: the mean of the logarithms).
    fn write_with_beams(
        &mut self,
        text: Text,
        asked: &Sampling,
        tell: &mut (dyn FnMut(Said) -> bool + Send),
    ) -> Result<String, Problem> {
        let mut beams = vec![(text, 0.0f64)];
        let score = |text: &Text, sum: f64| sum / (text.ids.len() - text.given).max(1) as f64;
        for _ in 0..asked.tokens {
            if beams.iter().all(|(text, _)| text.is_over) {
                break;
            }
            let mut next: Vec<(Text, f64)> = Vec::new();
            for (mut text, sum) in beams {
                if text.is_over {
                    next.push((text, sum));
                    continue;
                }
                let logits = self.logits(&mut text)?;
                let (_, told) = asked.choose(&logits, &text.ids, 0)?;
                for choice in told.iter().take(asked.beams) {
                    let mut longer = text.clone();
                    longer.ids.push(choice.id);
                    longer.is_over = self.is_end(choice.id);
                    next.push((longer, sum + f64::from(choice.probability).ln()));
                }
            }
            next.sort_by(|(a, of_a), (b, of_b)| score(b, *of_b).total_cmp(&score(a, *of_a)));
            next.truncate(asked.beams);
            beams = next;
        }
        let Some((mut best, sum)) = beams.into_iter().next() else { return Ok(String::new()) };
        if best.is_over {
            best.ids.pop();
        }
        let written = self.written(&best);
        let probability = score(&best, sum).exp() as f32;
        let id = best.ids.last().copied().unwrap_or(0);
        tell(Said { id, text: written.clone(), probability, alternatives: Vec::new() });
        Ok(written)
    }

    /// The logits `[V]` of what comes next; −∞ for tokens that stand for no text, but the end of a translation.
    ///
    /// # Errors
    /// If the model cannot be run.
    fn logits(&mut self, text: &mut Text) -> Result<Vec<f32>, Problem> {
        let mut logits = match self.going_on(text).map_err(crate::train::TrainError::from)? {
            Some(logits) => logits,
            None => self.anew(text).map_err(crate::train::TrainError::from)?,
        };
        self.silence(&mut logits);
        Ok(logits)
    }

    /// Leaves no chance to tokens that stand for no text, but the end of a translation, and to those that are nobody's.
    fn silence(&self, logits: &mut [f32]) {
        let specials = self.tokenizer.specials();
        let end = specials.end.filter(|_| self.is_translation);
        let silent = [Some(specials.padding), specials.unknown, specials.begin, specials.end, specials.mask];
        for id in silent.into_iter().flatten().filter(|id| Some(*id) != end) {
            if let Some(logit) = logits.get_mut(id as usize) {
                *logit = f32::NEG_INFINITY;
            }
        }
        // Of a vocabulary that is not full, the rest is nobody's.
        logits.iter_mut().skip(self.tokenizer.size()).for_each(|logit| *logit = f32::NEG_INFINITY);
    }

    /// The logits behind a text of which all but the new tokens have been computed before. `None` where the model sees
    /// all tokens at once, or has seen so many that the first ones are no longer among them.
    fn going_on(&mut self, text: &mut Text) -> candle_core::Result<Option<Vec<f32>>> {
        let (seen, memory) = &mut text.past;
        if !self.goes_on || !(*seen + 1..=self.length).contains(&text.ids.len()) {
            return Ok(None);
        }
        let mut inputs = Vec::new();
        if self.is_translation {
            inputs.push(row(text.source.clone())?);
        }
        inputs.push(row(text.ids[*seen..].to_vec())?);
        match self.model.go_on(&inputs, memory, STEP) {
            Ok(logits) => {
                *seen = text.ids.len();
                last_step(&logits, logits.dim(1)?).map(Some)
            }
            Err(_) if memory.is_unfit => {
                self.goes_on = false;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The logits behind a text, all of it computed.
    fn anew(&mut self, text: &Text) -> candle_core::Result<Vec<f32>> {
        let seen = &text.ids[text.ids.len().saturating_sub(self.length)..];
        self.lay_out(seen.len());
        let head = self.model.outline().heads().first();
        let laid = head.and_then(|head| head.shape.first().copied()).unwrap_or(seen.len());
        let mut ids = seen.to_vec();
        // A model that takes one length alone gets its text filled up.
        ids.resize(laid, self.tokenizer.specials().padding);
        let mut tape = Tape::new(STEP);
        let mut inputs = Vec::new();
        if self.is_translation {
            inputs.push(tape.leaf(row(text.source.clone())?, false));
        }
        inputs.push(tape.leaf(row(ids)?, false));
        let forward = self.model.forward(&mut tape, &inputs)?;
        last_step(tape.value(forward.logits)?, seen.len())
    }

    /// Lays the model out for so many tokens, where it can be; else it stays as it is drawn.
    fn lay_out(&mut self, length: usize) {
        let mut graph = self.graph.clone();
        let inputs = graph.nodes.iter_mut().filter_map(|node| match &mut node.layer {
            Layer::Input(input) => Some(input),
            _ => None,
        });
        // What is written enters last.
        let Some(input) = inputs.last() else { return };
        input.shape = Shape::from([length]);
        if self.model.lay_out(&graph, &self.loss).is_err() {
            let _ = self.model.lay_out(&self.graph, &self.loss);
        }
    }

    fn is_end(&self, id: u32) -> bool {
        self.is_translation && Some(id) == self.tokenizer.specials().end
    }

    /// What has been written so far.
    fn written(&self, text: &Text) -> String {
        if self.is_translation {
            return self.tokenizer.decode(&text.ids[text.given..]);
        }
        // Decoded with the prompt: what stands between them is not lost.
        let (prompt, whole) =
            (self.tokenizer.decode(&text.ids[..text.given]), self.tokenizer.decode(&text.ids));
        match whole.strip_prefix(&*prompt) {
            Some(rest) => rest.to_owned(),
            None => self.tokenizer.decode(&text.ids[text.given..]),
        }
    }

    fn said(&self, taken: Choice, text: String, told: &[Choice]) -> Said {
        let alternative = |choice: &Choice| (self.tokenizer.decode(&[choice.id]), choice.probability);
        let alternatives = told.iter().map(alternative).collect();
        Said { id: taken.id, text, probability: taken.probability, alternatives }
    }
}

/// One row of token ids.
fn row(ids: Vec<u32>) -> candle_core::Result<Tensor> {
    let shape = (1, ids.len());
    Tensor::from_vec(ids, shape, &Device::Cpu)
}

/// The last of the first so many steps of logits `[1, T, V]`.
fn last_step(logits: &Tensor, steps: usize) -> candle_core::Result<Vec<f32>> {
    logits.narrow(1, steps - 1, 1)?.flatten_all()?.to_vec1()
}

#[cfg(test)]
mod tests;
