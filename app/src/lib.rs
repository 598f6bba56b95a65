//! Trainyard's desktop program: windows, panels and widgets over the engine.
//!
//! Two things are kept apart: [`state::State`] is what the user is doing, [`mirror::Mirror`] is what the
//! engine last said. A panel reads both through a [`context::Context`], draws, and queues
//! [`action::Action`]s; [`apply`] carries them out after the frame. `app/README.md` is the map.

pub mod action;
pub mod apply;
pub mod background;
pub mod cli;
pub mod command;
pub mod compare;
pub mod context;
pub mod data;
pub mod dialog;
pub mod errands;
pub mod fonts;
pub mod format;
pub mod gallery;
pub mod history;
pub mod inspect;
pub mod locale;
pub mod mirror;
pub mod model;
pub mod news;
pub mod playground;
pub mod report;
pub mod search;
pub mod settings;
pub mod shell;
pub mod stage;
pub mod state;
pub mod theme;
pub mod train;
pub mod widgets;
pub mod window;
pub mod workbench;
