//! Trainyard's engine: data, model graphs, training, evaluation, storage.
//!
//! It never names the interface: the app holds an [`supervisor::Engine`], sends it
//! [`protocol::Command`]s and is told [`protocol::Event`]s. `engine/README.md` is the map.

pub mod code;
pub mod compare;
pub mod data;
pub mod device;
pub mod diagnosis;
pub mod generate;
#[cfg(test)]
mod goldens;
pub mod graph;
pub mod import;
pub mod inspect;
pub mod model;
pub mod predict;
pub mod pretrained;
pub mod project;
pub mod protocol;
pub mod score;
pub mod search;
pub mod store;
pub mod supervisor;
pub mod tape;
pub mod text;
pub mod train;

pub use kernels::memory;
