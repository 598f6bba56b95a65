//! Looking inside what a run has learned: what its heads attended to for a sample, and what becomes of its prediction
//! where a part is switched off.
//!
//! Everything is read off the tape of an ordinary forward pass, or done to a copy of the weights before one; no layer
//! knows that it is looked at. Invariant: the probabilities that are shown are those the pass computed with.

mod attention;
mod cam;
mod damage;
mod error;
mod heads;
mod look;
mod neurons;
mod off;
mod rollout;
mod sequences;
#[cfg(test)]
mod tests;

pub use attention::{AttentionLayer, shrunk};
pub use cam::{AskCam, Cam, Picture, Weighed};
pub use damage::{Damage, HeadDamage};
pub use error::InspectError;
pub use heads::{HeadStatistics, Pattern};
pub use look::{Answer, Ask, Look, Moment};
pub use neurons::{AskNeurons, Neurons};
pub use off::Off;
pub use rollout::{average, rollout};
pub use sequences::Sequence;
