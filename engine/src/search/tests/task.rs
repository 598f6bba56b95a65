//! The synthetic task that samplers are measured on: by the tests, and by `benches/search` beside Optuna.

use serde_json::Value;

/// Settings and their ranges. Like a network's loss, the task has a narrow valley in the logarithm of the rate, which
/// moves with the units; a wide one in the units; a dropout that should grow with them; a choice of which one is
/// a little better than the others; and one setting that hardly matters.
pub const TASK: [&str; 5] =
    ["rate=log:1e-5..1", "units=8..256", "dropout=0..0.8", "kind=sgd,adam,rms-prop,adagrad", "noise=0..1"];

/// What settings, in the order of [`TASK`], are worth: 0 would be the best.
pub fn task(values: [&Value; 5]) -> f64 {
    let number = |index: usize| values[index].as_f64().unwrap_or(f64::NAN);
    let rate = number(0).log10();
    let units = (number(1) / 256.0).sqrt();
    let kind = match values[3].as_str() {
        Some("adam") => 0.0,
        Some("rms-prop") => 0.02,
        Some("sgd") => 0.05,
        _ => 0.08,
    };
    0.5 * (rate + 2.5 + 0.8 * units).powi(2).min(4.0)
        + (units - 0.7).powi(2)
        + 2.0 * (number(2) - 0.2 - 0.3 * units).powi(2)
        + kind
        + 0.02 * number(4)
}
