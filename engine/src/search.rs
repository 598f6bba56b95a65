//! Searching for settings: what is tried, by whom it is chosen, when it is given up, and what it tells.
//!
//! Pure: no run, no file, no clock. Every choice is a function of (the search's seed, the trial's number, the
//! trials before it), so that a search can be replayed, and goes on after a crash as if nothing had happened.
//! [`crate::supervisor`] drives the runs, one trial after another.

mod error;
mod forest;
mod importance;
mod judge;
mod normal;
mod parzen;
mod pruner;
mod sampler;
mod space;
mod spec;
#[cfg(test)]
mod tests;
mod tpe;
mod trial;

pub use error::SearchError;
pub use importance::{Importance, importance};
pub use judge::Judge;
pub use pruner::Pruner;
pub use sampler::Sampler;
pub use space::{Dimension, Range};
pub use spec::SearchSpec;
pub use trial::{Trial, TrialState};
