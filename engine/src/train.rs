//! Training: its settings, its arithmetic, its loop.
//!
//! [`settings`] is what a person chooses; [`run`] drives a model over data and is watched through
//! [`run::Observer`]. Knows no channel, and of files only what a checkpoint holds: the supervisor owns both.
//!
//! Invariant: nothing but seed, data and settings decides the numbers; the clock is only read to be shown.

pub mod control;
pub(crate) mod error;
pub mod learner;
mod loss;
mod memory;
pub mod metrics;
pub mod objective;
pub mod optimizer;
mod report;
pub mod run;
pub mod scaler;
pub mod schedule;
pub mod session;
pub mod settings;
mod stopper;
#[cfg(test)]
mod tests;
pub mod threads;

pub use control::Control;
pub use error::TrainError;
pub use learner::Learner;
pub use memory::StepMemory;
pub use session::Session;
pub use settings::{
    ClipSpec, DeviceChoice, EarlyStopping, LossSpec, OptimizerSpec, Precision, ScheduleSpec, SettingError,
    Training,
};
