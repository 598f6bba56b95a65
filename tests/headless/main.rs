//! The command line, run as a person or a script would.

mod bars;
#[cfg(target_os = "linux")]
mod calls;
mod compare;
mod crash;
mod diagnosis;
mod disk;
mod elsewhere;
mod faults;
mod golden;
mod import;
mod inspect;
mod masked;
mod models;
mod pretrained;
mod program;
mod recipe;
mod runs;
mod search;
mod tagging;
mod texts;
