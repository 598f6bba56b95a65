//! Drives the real program by its accessible names, with the real engine behind it. No display is needed.

mod desk;
pub mod kill;
mod pretrained;
mod shared;
mod steps;

pub use desk::{Desk, Look};
pub use pretrained::{films, model_of_others};
pub use shared::shared_data;
pub use steps::steps;
