//! The command line: without a subcommand the window opens; with one, the engine works in the terminal.
//!
//! Exit codes: 0 done, 1 the run failed or what was checked does not fit, 2 what was asked for cannot be done, 130 interrupted.

mod ask;
mod attention;
mod branch;
mod check;
mod code;
mod compare;
mod curves;
mod devices;
mod evaluate;
mod export;
mod generate;
mod held;
mod import;
mod list;
mod model;
mod office;
mod pipe;
mod predict;
mod run_name;
mod runs;
mod search;
mod source;
mod train;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use engine::{
    data::ColumnKind,
    inspect::Off,
    project::{Setting, Task},
    protocol::{Problem, Split},
    search::{Dimension, Pruner, Sampler},
    train::{DeviceChoice, Metric, Precision},
};

use self::run_name::RunName;
use crate::{
    locale::{Language, Locale},
    settings::Settings,
    window,
};

const FAILED: u8 = 1;
const REFUSED: u8 = 2;
const INTERRUPTED: u8 = 130;

/// Trainyard 训练场: prototype deep-learning models by hand and eye.
///
/// Without a subcommand, the workbench opens.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Train a project without a window
    Train(Train),
    /// Search for settings: train one trial after another, and say which was the best
    Search(Search),
    /// Make a project of data: a file, a folder or an archive
    Import(Import),
    /// List the examples and your projects
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// List the runs of a project, and which of them can go on
    Runs {
        /// A project's folder, or its name in the projects folder
        project: String,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Go on with runs that were stopped, paused, interrupted or killed, from their newest checkpoints
    Resume {
        /// PROJECT#7, the run's folder PROJECT/runs/7, or PROJECT for its newest run; several are trained one after
        /// another
        #[arg(required = true)]
        runs: Vec<RunName>,
        /// Change a setting first, as in optimizer.learning_rate=0.001; may be given several times
        #[arg(long = "set", value_name = "PATH=VALUE")]
        settings: Vec<Setting>,
        /// One JSON object a line on standard output
        #[arg(long)]
        json: bool,
        /// Pause, rather than stop, where the program is asked to end
        #[arg(long)]
        background: bool,
    },
    /// Pause a run, wherever it trains: in a window, in the background, in another terminal
    Pause {
        /// PROJECT#7, the run's folder PROJECT/runs/7, or PROJECT for its newest run
        run: RunName,
    },
    /// End a run, wherever it trains; what it has learned is kept and tested
    Stop {
        /// PROJECT#7, the run's folder PROJECT/runs/7, or PROJECT for its newest run
        run: RunName,
    },
    /// Change settings of a run in its midst, wherever it trains
    Steer {
        /// PROJECT#7, the run's folder PROJECT/runs/7, or PROJECT for its newest run
        run: RunName,
        /// A setting, as in optimizer.learning_rate=0.001; may be given several times
        #[arg(long = "set", value_name = "PATH=VALUE", required = true)]
        settings: Vec<Setting>,
    },
    /// Begin a new run at a checkpoint of another, with other settings or another model
    Branch(Branch),
    /// Say whether one run is better than others, or whether that may be chance
    Compare(Compare),
    /// Score a run on its test rows, or others of its data, class by class
    Evaluate(Evaluate),
    /// Predict the rows of a file with what a run has learned
    Predict {
        /// PROJECT#7, the run's folder PROJECT/runs/7, or PROJECT for its newest run
        run: RunName,
        /// A table, a folder or an archive with the columns the model reads, or a text file with a row a line
        file: PathBuf,
        /// Where the predictions go, as CSV, in place of the terminal
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Show what the heads of a run attend to for a row
    Attention(Attention),
    /// Write what a run has learned, or its curves, into a file
    Export(Export),
    /// Let a run's model write: a continuation of a prompt, or the prompt in other words
    Generate(Generate),
    /// Take the curves in CSV files of TensorBoard, Weights & Biases or Trainyard as runs of a project
    ImportCurves {
        /// The project's folder, or its name in the projects folder
        project: String,
        /// The files; curves of one run may come in several
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Show a model: its nodes, shapes, parameters and multiply-adds
    Model {
        /// A project's folder, its name in the projects folder, an example, or a template (linear, mlp, lenet, vgg,
        /// resnet18, lstm, transformer, gpt, gpt2-small)
        model: String,
        /// The experiment of that name, rather than the first
        #[arg(long)]
        experiment: Option<String>,
        /// One JSON object on standard output
        #[arg(long)]
        json: bool,
    },
    /// Say what keeps a project from being trained; the exit code is 1 where something does
    Check {
        /// A project's folder, its name in the projects folder, or an example
        project: String,
        /// The experiment of that name, rather than all of them
        #[arg(long)]
        experiment: Option<String>,
    },
    /// Write a model as source text of another framework, on standard output
    Code {
        /// A project's folder, its name in the projects folder, an example, or a template
        model: String,
        /// Whose source text
        #[arg(long)]
        to: code::To,
        /// The experiment of that name, rather than the first
        #[arg(long)]
        experiment: Option<String>,
    },
    /// List the devices that can train here
    Devices {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
}

/// What `trainyard train` is asked.
#[derive(clap::Args)]
struct Train {
    /// A project's folder, or the name of an example (see `trainyard list`)
    project: String,
    /// The experiment of that name, rather than the first
    #[arg(long)]
    experiment: Option<String>,
    /// auto, cpu, cuda:N or metal, rather than the experiment's
    #[arg(long)]
    device: Option<DeviceChoice>,
    /// f32, bf16 or f16, rather than the experiment's; the narrow ones on a GPU
    #[arg(long)]
    precision: Option<Precision>,
    /// Threads that compute on the CPU, rather than the experiment's
    #[arg(long)]
    threads: Option<usize>,
    /// The training's seed, rather than the experiment's
    #[arg(long)]
    seed: Option<u64>,
    /// Train so many times, with this seed and those that follow it, and tell the mean
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=20))]
    seeds: Option<u32>,
    /// The number of epochs, rather than the experiment's
    #[arg(long)]
    epochs: Option<u32>,
    /// Any other setting, as in optimizer.learning_rate=0.001, schedule.kind=cosine or model.NODE.units=64; may
    /// be given several times
    #[arg(long = "set", value_name = "PATH=VALUE")]
    settings: Vec<Setting>,
    /// Copy the project into this folder and keep its runs there (examples: default ~/Trainyard)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// One JSON object a line on standard output
    #[arg(long)]
    json: bool,
}

/// What `trainyard import` is asked.
#[derive(clap::Args)]
struct Import {
    /// CSV, TSV, JSON Lines, Parquet, Excel, NumPy, IDX, CIFAR, text, text in two languages, CoNLL; a folder of these,
    /// of pictures or of sounds; a ZIP, TAR or gzip of any
    path: PathBuf,
    /// The folder that the project's folder is put into (default ~/Trainyard)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// classification, regression, language-modeling, masked-lm, tagging or translation, rather than what is guessed
    #[arg(long, value_parser = import::task)]
    task: Option<Task>,
    /// The column to predict, rather than the one that is guessed
    #[arg(long, value_name = "COLUMN")]
    target: Option<String>,
    /// The project's name, rather than the path's
    #[arg(long)]
    name: Option<String>,
    /// A folder with a pretrained model (config.json, *.safetensors, tokenizer.json of BERT, RoBERTa, DistilBERT,
    /// MiniLM, GPT-2, Llama or Qwen2) that the first experiment goes on from
    #[arg(long, value_name = "DIR")]
    pretrained: Option<PathBuf>,
    /// What separates fields, rather than what is guessed
    #[arg(long, value_name = "LETTER")]
    delimiter: Option<char>,
    /// UTF-8, GB18030, UTF-16LE …, rather than what is guessed
    #[arg(long)]
    encoding: Option<String>,
    /// Whether the first row names the columns, rather than what is guessed
    #[arg(long, value_name = "true|false")]
    header: Option<bool>,
    /// A column's type (number, category, text), rather than the one that is guessed; may be given several times
    #[arg(long = "type", value_name = "COLUMN=TYPE", value_parser = import::kind)]
    kinds: Vec<(String, ColumnKind)>,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// What `trainyard search` is asked.
#[derive(clap::Args)]
struct Search {
    /// A project's folder, or the name of an example (see `trainyard list`)
    project: String,
    /// The experiment of that name, rather than the first
    #[arg(long)]
    experiment: Option<String>,
    /// A setting and its range: optimizer.learning_rate=log:1e-4..1e-1, model.NODE.units=16..256,
    /// model.NODE.rate=0..0.5:0.1, optimizer.kind=adam,sgd; may be given several times
    #[arg(long, value_name = "PATH=RANGE", num_args = 1.., required_unless_present = "resume")]
    space: Vec<Dimension>,
    /// Who chooses what is tried: tpe, random or grid
    #[arg(long, default_value = "tpe")]
    sampler: Sampler,
    /// In how many steps a grid goes through a range that has none
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100))]
    points: Option<u32>,
    /// When a trial that does badly is given up: none, median or asha
    #[arg(long, default_value = "none")]
    pruner: Pruner,
    /// How many trials there are
    #[arg(long, default_value_t = 20)]
    trials: u32,
    /// The search's seed; the runs train with the experiment's
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Cross-validation: each trial is a run on each of so many folds
    #[arg(long, value_name = "K")]
    folds: Option<u32>,
    /// What trials are told apart by, on the validation rows: loss, accuracy, mae, rmse or r2, rather than what tells
    /// the best epoch
    #[arg(long, value_parser = search::metric)]
    metric: Option<Metric>,
    /// Any other setting of all runs, as in epochs=10; may be given several times
    #[arg(long = "set", value_name = "PATH=VALUE")]
    settings: Vec<Setting>,
    /// Go on with a search that was held or killed: with the one of that number, or the newest
    #[arg(long, value_name = "SEARCH", conflicts_with_all = ["space", "out"])]
    resume: Option<Option<u64>>,
    /// Copy the project into this folder and keep its runs there (examples: default ~/Trainyard)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// One JSON object a line on standard output
    #[arg(long)]
    json: bool,
}

/// What `trainyard branch` is asked.
#[derive(clap::Args)]
struct Branch {
    /// A run and the step of one of its checkpoints: PROJECT#7@1180; without a step, the newest that is sound
    #[arg(value_name = "RUN@STEP")]
    from: branch::BranchPoint,
    /// Change a setting, as in optimizer.learning_rate=0.001 or epochs=80; may be given several times
    #[arg(long = "set", value_name = "PATH=VALUE")]
    settings: Vec<Setting>,
    /// Train the model of this experiment of the project; the weights of nodes that have the same name and shape are
    /// taken over
    #[arg(long, value_name = "EXPERIMENT")]
    model: Option<String>,
    /// One JSON object a line on standard output
    #[arg(long)]
    json: bool,
}

/// What `trainyard compare` is asked.
#[derive(clap::Args)]
struct Compare {
    /// Two runs of a project or more: PROJECT#7, the run's folder PROJECT/runs/7, or PROJECT for its newest run.
    /// Runs that differ in their seeds alone count as one
    #[arg(required = true, num_args = 2..)]
    runs: Vec<RunName>,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// What `trainyard evaluate` is asked.
#[derive(clap::Args)]
struct Evaluate {
    /// PROJECT#7, the run's folder PROJECT/runs/7, or PROJECT for its newest run
    run: RunName,
    /// Which rows
    #[arg(long, default_value = "test")]
    split: Rows,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// What `trainyard attention` is asked.
#[derive(clap::Args)]
struct Attention {
    /// PROJECT#7, the run's folder PROJECT/runs/7, or PROJECT for its newest run
    run: RunName,
    /// Which of the split's rows, from 0
    #[arg(long, default_value_t = 0)]
    row: usize,
    /// A text in place of a row, where the model reads one
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["row", "split"])]
    text: Option<String>,
    /// Which rows
    #[arg(long, default_value = "validation")]
    split: Rows,
    /// The checkpoint of that step, rather than the newest
    #[arg(long, conflicts_with = "best")]
    step: Option<u64>,
    /// The weights of the best epoch, rather than the newest
    #[arg(long)]
    best: bool,
    /// Switch off a head (NODE:0, counted from 0) or all of a layer (NODE) first; may be given several times
    #[arg(long, value_name = "NODE[:HEAD]", value_parser = off)]
    off: Vec<Off>,
    /// One JSON object with every number
    #[arg(long, required_unless_present = "png")]
    json: bool,
    /// A picture of all heads, a row a layer
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    png: Option<PathBuf>,
}

/// A split by the name that is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Rows {
    Training,
    Validation,
    Test,
}

impl Rows {
    fn split(self) -> Split {
        match self {
            Self::Training => Split::Training,
            Self::Validation => Split::Validation,
            Self::Test => Split::Test,
        }
    }
}

/// `NODE:HEAD` or `NODE`.
fn off(typed: &str) -> Result<Off, String> {
    match typed.rsplit_once(':') {
        Some((node, head)) => {
            let head = head.parse().map_err(|_| format!("'{head}' is no number of a head"))?;
            Ok(Off::Head { node: node.into(), head })
        }
        None => Ok(Off::Layer { node: typed.into() }),
    }
}

/// What `trainyard export` is asked.
#[derive(clap::Args)]
struct Export {
    /// PROJECT#7, the run's folder PROJECT/runs/7, or PROJECT for its newest run
    run: RunName,
    /// The file to write; one that is there is replaced
    file: PathBuf,
    /// What to write, where the file's name does not say it
    #[arg(long)]
    to: Option<export::Format>,
    /// Whose weights, rather than those that were tested (the best epoch's where early stopping goes back to
    /// them, else the last)
    #[arg(long)]
    weights: Option<export::Which>,
}

#[derive(clap::Args)]
struct Generate {
    /// PROJECT#7, the run's folder PROJECT/runs/7, or PROJECT for its newest run
    run: RunName,
    /// What to go on from, or to translate
    #[arg(long, default_value = "")]
    prompt: String,
    /// What chance begins from: the same seed, the same text
    #[arg(long)]
    seed: Option<u64>,
    /// Tokens at most
    #[arg(long)]
    tokens: Option<usize>,
    /// Below 1 the likely become likelier; 0 takes the likeliest
    #[arg(long)]
    temperature: Option<f64>,
    /// Only so many of the likeliest
    #[arg(long)]
    top_k: Option<usize>,
    /// Only the likeliest that together have this share
    #[arg(long)]
    top_p: Option<f64>,
    /// Only those with this share of the likeliest's probability
    #[arg(long)]
    min_p: Option<f64>,
    /// Above 1, what was there becomes less likely
    #[arg(long)]
    repetition_penalty: Option<f64>,
    /// Texts that are gone on with at the same time, of which the likeliest is kept
    #[arg(long)]
    beams: Option<usize>,
    /// What ends the text; may be given several times
    #[arg(long)]
    stop: Vec<String>,
    /// One JSON object a line: each token with its probability, then the text
    #[arg(long)]
    json: bool,
}

/// The program.
pub fn main() -> ExitCode {
    pipe::mind_closed_pipes(run)
}

fn run() -> ExitCode {
    let words = Locale::new(Language::of_system());
    let done = match Arguments::parse().command {
        None => open_window(&words),
        Some(Command::Train(asked)) => train::run(&asked, &words),
        Some(Command::Search(asked)) => search::run(asked, &words),
        Some(Command::Runs { project, json }) => runs::run(&project, json, &words),
        Some(Command::Resume { runs, settings, json, background }) => {
            train::resume(&runs, &settings, json, background, &words)
        }
        Some(Command::Pause { run }) => ask::run(&run, ask::Wish::Pause, &words),
        Some(Command::Stop { run }) => ask::run(&run, ask::Wish::Stop, &words),
        Some(Command::Steer { run, settings }) => ask::run(&run, ask::Wish::Steer(settings), &words),
        Some(Command::Branch(asked)) => branch::run(asked, &words),
        Some(Command::Compare(asked)) => compare::run(&asked, &words),
        Some(Command::Evaluate(asked)) => evaluate::run(&asked, &words),
        Some(Command::Predict { run, file, out }) => predict::run(&run, &file, out.as_deref(), &words),
        Some(Command::Attention(asked)) => attention::run(&asked, &words),
        Some(Command::Export(asked)) => export::run(&asked, &words),
        Some(Command::Generate(asked)) => generate::run(&asked),
        Some(Command::Import(asked)) => import::run(asked, &words),
        Some(Command::ImportCurves { project, files }) => curves::run(&project, &files, &words),
        Some(Command::List { json }) => list::run(json, &words),
        Some(Command::Model { model, experiment, json }) => {
            model::run(&model, experiment.as_deref(), json, &words)
        }
        Some(Command::Check { project, experiment }) => check::run(&project, experiment.as_deref(), &words),
        Some(Command::Code { model, to, experiment }) => code::run(&model, experiment.as_deref(), to, &words),
        Some(Command::Devices { json }) => devices::run(json, &words),
    };
    done.unwrap_or_else(|problem| {
        tell(&words, &problem);
        ExitCode::from(REFUSED)
    })
}

/// Opens the window; where there is no display, says so and trains the digits in the terminal.
fn open_window(words: &Locale) -> Result<ExitCode, Problem> {
    let cause = if has_display() {
        match window::open() {
            Ok(()) => return Ok(ExitCode::SUCCESS),
            Err(error) => error.to_string(),
        }
    } else {
        words.text("cli-no-display")
    };
    eprintln!("{}", words.with("cli-no-window", &[("cause", cause.into())]));
    let digits = Train {
        project: "digits".into(),
        experiment: None,
        device: None,
        precision: None,
        threads: None,
        seed: None,
        seeds: None,
        epochs: None,
        settings: Vec::new(),
        out: None,
        json: false,
    };
    train::run(&digits, words)
}

fn has_display() -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") || is_set("WAYLAND_SOCKET")
}

/// Says on standard error what is wrong and what to do.
fn tell(words: &Locale, problem: &Problem) {
    let (message, hint) = words.problem(problem);
    eprintln!("{}", words.with("cli-error", &[("message", message.into())]));
    if let Some(hint) = hint {
        eprintln!("  {hint}");
    }
}

/// The folder that examples are copied into unless told otherwise.
fn projects_folder() -> PathBuf {
    Settings::default().projects_folder
}
