//! What was changed of a run in its midst, in words.

use engine::train::Steered;
use serde_json::Value;

use super::{choices, faults, numbers};
use crate::{format, locale::Locale};

/// `Learning rate 0.01 → 0.001`.
pub fn change(change: &Steered, words: &Locale) -> String {
    let values = [
        ("setting", name(&change.path, words).into()),
        ("from", value(&change.path, &change.from, words).into()),
        ("to", value(&change.path, &change.to, words).into()),
    ];
    words.with("steer-change", &values)
}

/// [`change`] with its place: `Step 120: Learning rate 0.01 → 0.001`.
pub fn change_at_its_step(steered: &Steered, words: &Locale) -> String {
    let values = [("step", format::count(steered.step).into()), ("change", change(steered, words).into())];
    words.with("steer-change-at", &values)
}

/// A setting's name.
pub fn name(path: &str, words: &Locale) -> String {
    match path.strip_prefix("model.").and_then(|rest| rest.rsplit_once('.')) {
        Some((node, _)) => words.with("steer-dropout", &[("node", node.into())]),
        None => words.text(match path {
            "schedule" => faults::label_key("schedule.kind"),
            "clip" => faults::label_key("clip.kind"),
            path => faults::label_key(path),
        }),
    }
}

/// A value: a number, or a kind with its numbers behind it.
fn value(path: &str, value: &Value, words: &Locale) -> String {
    let kinds: &[choices::Kind] =
        if path.starts_with("clip") { &choices::CLIPS } else { &choices::SCHEDULES };
    let kind = |kind: &str| kinds.iter().find(|(known, _)| *known == kind).map(|(_, key)| words.text(key));
    match value {
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), numbers::setting),
        Value::String(text) => kind(text).unwrap_or_else(|| text.clone()),
        Value::Object(object) => {
            let name = object.get("kind").and_then(Value::as_str).unwrap_or_default();
            let rest = object.iter().filter(|(key, _)| *key != "kind");
            let rest: Vec<String> = rest.map(|(_, number)| self::value(path, number, words)).collect();
            let name = kind(name).unwrap_or_else(|| name.to_owned());
            if rest.is_empty() { name } else { format!("{name} ({})", rest.join(", ")) }
        }
        Value::Null => numbers::NONE.into(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::locale::Language;

    #[test]
    fn a_change_is_told_by_its_setting_and_both_values() {
        let told = |path: &str, from: Value, to: Value| {
            let steered = Steered { step: 1_204, epoch: 3.5, path: path.into(), from, to };
            change_at_its_step(&steered, &Locale::new(Language::English))
        };
        let cases = [
            (
                told("optimizer.learning_rate", json!(0.01), json!(1e-4)),
                "Step 1,204: Learning rate 0.01 → 1e-4",
            ),
            (told("batch_size", json!(32), json!(64)), "Step 1,204: Batch size 32 → 64"),
            (
                told(
                    "schedule",
                    json!({"kind": "constant"}),
                    json!({"kind": "step", "every": 3, "factor": 0.5}),
                ),
                "Step 1,204: Schedule Constant → Steps (3, 0.5)",
            ),
            (
                told("clip", json!({"kind": "norm", "max": 1.0}), json!({"kind": "none"})),
                "Step 1,204: Gradient clipping By joint norm (1) → None",
            ),
            (told("model.drop.2.rate", json!(0.5), json!(0.0)), "Step 1,204: Dropout of drop.2 0.5 → 0"),
        ];
        for (told, expected) in cases {
            assert_eq!(told, expected);
        }
    }
}
