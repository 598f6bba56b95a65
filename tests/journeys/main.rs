//! Ways through the program, as a person goes them: by the names on the screen, with the real engine.

mod branching;
mod builder;
mod compare;
mod data;
mod elsewhere;
mod gallery_to_result;
mod inspect;
mod interrupted;
mod language;
mod looks;
mod model;
mod own_data;
mod pretrained;
mod recipe;
mod search;
mod settings;
mod steering;
mod tagging;
mod writing;
