//! An experiment's settings as one flat list, so that they can be columns, filters and groups.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::{graph::Node, project::Experiment};

/// Every setting by its path: `batch_size`, `optimizer.learning_rate`, `split.seed`, `recipe` (its steps in
/// order), `model.NODE.units`. What an experiment leaves out is left out.
pub fn settings(experiment: &Experiment) -> BTreeMap<String, Value> {
    let mut flat = BTreeMap::new();
    flatten("", plain(&experiment.training), &mut flat);
    flatten("split", plain(&experiment.recipe.split), &mut flat);
    let steps: Vec<String> = experiment.recipe.steps.iter().map(|step| in_words(&plain(step))).collect();
    flat.insert("recipe".into(), steps.join(", ").into());
    for node in &experiment.graph.nodes {
        for (setting, value) in of_node(node) {
            flat.insert(format!("model.{}.{setting}", node.name), value);
        }
        if node.is_bypassed() {
            flat.insert(format!("model.{}.bypassed", node.name), true.into());
        }
    }
    flat
}

/// A layer's kind and settings, without its wires.
pub(super) fn of_node(node: &Node) -> BTreeMap<String, Value> {
    let mut flat = BTreeMap::new();
    flatten("", plain(&node.layer), &mut flat);
    flat
}

/// What is plain data has a form as JSON.
fn plain(data: &impl Serialize) -> Value {
    serde_json::to_value(data).unwrap_or_default()
}

fn flatten(path: &str, value: Value, flat: &mut BTreeMap<String, Value>) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name } else { format!("{path}.{name}") };
                flatten(&path, value, flat);
            }
        }
        value => {
            flat.insert(path.to_owned(), value);
        }
    }
}

/// A step of a recipe on one line: `divide 16`.
fn in_words(step: &Value) -> String {
    let Some(fields) = step.as_object() else { return String::new() };
    let name = fields.get("step").and_then(Value::as_str).unwrap_or_default();
    let others = fields.iter().filter(|(field, _)| *field != "step").map(|(_, value)| match value {
        Value::String(text) => text.clone(),
        // 16.0 is written 16.
        Value::Number(number) => number.as_f64().map_or(number.to_string(), |number| number.to_string()),
        value => value.to_string(),
    });
    [name.to_owned()].into_iter().chain(others).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::project::{copy_example, load};

    #[test]
    fn every_setting_has_a_path() {
        let folder = tempfile::tempdir().unwrap();
        let project = load(&copy_example("digits", folder.path()).unwrap()).unwrap();
        let settings = settings(project.experiment(None).unwrap());
        let expected = [
            ("epochs", json!(15)),
            ("optimizer.kind", json!("adam")),
            ("optimizer.learning_rate", json!(0.003)),
            ("schedule.kind", json!("cosine")),
            ("clip.kind", json!("none")),
            ("split.test", json!(0.2)),
            ("recipe", json!("divide 16")),
            ("model.strokes.kind", json!("conv2d")),
            ("model.strokes.filters", json!(16)),
            ("model.dropout.rate", json!(0.25)),
        ];
        for (path, value) in expected {
            assert_eq!(settings.get(path), Some(&value), "{path} in {settings:?}");
        }
        assert!(!settings.contains_key("threads"), "it was left out");
    }
}
