//! Training: its settings, its arithmetic, its loop.
//!
//! [`settings`] is what a person chooses; [`run`] drives a model over data and is watched through
//! [`run::Observer`]. Knows no channel and no file: the supervisor owns the one, the store the other.
//!
//! Invariant: nothing but seed, data and settings decides the numbers, however often a training is interrupted
//! and goes on from a [`Checkpoint`]; the clock is only read to be shown and to keep one now and then.

mod aims;
pub mod best;
mod branch;
mod check;
pub mod checkpoint;
pub mod control;
pub(crate) mod error;
mod evaluation;
mod exact;
pub(crate) mod fault;
pub mod learner;
mod loss;
mod memory;
pub mod metrics;
pub mod objective;
pub mod optimizer;
mod pace;
mod peek;
mod report;
pub mod run;
pub mod scaler;
pub mod schedule;
pub mod session;
pub mod settings;
pub mod steering;
pub mod stopper;
mod tagged;
#[cfg(test)]
mod tests;
pub mod threads;

pub use branch::{Branch, branch};
pub use check::{check, frame, misfit, refit};
pub use checkpoint::Checkpoint;
pub use control::Control;
pub use error::TrainError;
pub use evaluation::Evaluation;
pub use learner::Learner;
#[cfg(test)]
pub(crate) use loss::operation as loss_operation;
pub use memory::StepMemory;
pub use pace::Pace;
pub(crate) use peek::truth;
pub use peek::{Given, Peek};
pub use session::Session;
pub use settings::{
    Checkpoints, ClipSpec, DeviceChoice, EarlyStopping, FineTuning, LossSpec, Metric, OptimizerSpec,
    Precision, Probes, ScheduleSpec, SettingError, Training, Validation,
};
pub use steering::Steered;
