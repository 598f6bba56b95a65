//! Every screen as it looks: pictures in both themes and both languages, compared with those in
//! `tests/snapshots`.
//!
//! They need a graphics adapter; software Vulkan is enough. Where there is none the tests say so and pass,
//! unless `TRAINYARD_NEEDS_ADAPTER` is set (CI does). `UPDATE_SNAPSHOTS=1` makes the pictures anew, and
//! with them the README's screenshot.

mod adapter;
mod screens;
