//! `trainyard devices`.

use std::process::ExitCode;

use engine::{
    device::{list_devices, unusable_cards},
    protocol::Problem,
};
use serde_json::json;

use super::tell;
use crate::locale::Locale;

pub(super) fn run(as_json: bool, words: &Locale) -> Result<ExitCode, Problem> {
    for device in list_devices() {
        if as_json {
            println!("{}", json!({ "device": device.id, "name": device.name }));
        } else {
            println!("{:<8} {}", device.id, device.name);
        }
    }
    if let Some(error) = unusable_cards() {
        tell(words, &error.into());
    }
    Ok(ExitCode::SUCCESS)
}
