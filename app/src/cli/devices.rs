//! `trainyard devices`.

use std::process::ExitCode;

use engine::{device::list_devices, protocol::Problem};
use serde_json::json;

pub(super) fn run(as_json: bool) -> Result<ExitCode, Problem> {
    for device in list_devices() {
        if as_json {
            println!("{}", json!({ "device": device.id, "name": device.name }));
        } else {
            println!("{:<8} {}", device.id, device.name);
        }
    }
    Ok(ExitCode::SUCCESS)
}
