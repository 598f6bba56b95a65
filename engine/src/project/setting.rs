//! One setting of an experiment, named by its path: what is steered, branched with, searched over.
//!
//! Paths are those of `project.toml` within an experiment: `batch_size`, `optimizer.learning_rate` of the
//! training, `split.seed`, and `model.NODE.units` of a node.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::Experiment;
use crate::{
    graph::nearest,
    train::{ClipSpec, ScheduleSpec, SettingError},
};

/// A value for a setting; written `batch_size=64`, the value as in `project.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    pub path: String,
    /// Null leaves it out.
    pub value: Value,
}

impl Setting {
    pub fn new(path: impl Into<String>, value: impl Into<Value>) -> Self {
        Self { path: path.into(), value: value.into() }
    }
}

impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((path, value)) if !path.trim().is_empty() => Ok(Self::new(path.trim(), read(value.trim()))),
            _ => Err(format!("'{text}' is no setting; write PATH=VALUE, as in optimizer.learning_rate=0.01")),
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.path, self.value)
    }
}

/// A value as `project.toml` writes it, or else a word without its quotes, or a number as people type it.
pub fn read(text: &str) -> Value {
    #[derive(Deserialize)]
    struct Line {
        value: Value,
    }
    match toml::from_str::<Line>(&format!("value = {text}")) {
        Ok(line) => line.value,
        Err(_) => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => number.into(),
            _ => text.into(),
        },
    }
}

/// Where a path leads.
enum Place<'p> {
    Training,
    /// The rest of the path.
    Split(&'p str),
    /// A node's name and its setting's.
    Node(&'p str, &'p str),
}

impl Place<'_> {
    fn of(path: &str) -> Place<'_> {
        if let Some(rest) = path.strip_prefix("split.") {
            return Place::Split(rest);
        }
        match path.strip_prefix("model.").and_then(|rest| rest.rsplit_once('.')) {
            Some((node, setting)) => Place::Node(node, setting),
            None => Place::Training,
        }
    }
}

impl Experiment {
    /// A setting's value; null where it is left out or there is none of that name.
    pub fn setting(&self, path: &str) -> Value {
        match Place::of(path) {
            Place::Training => of_tree(&self.training, path),
            Place::Split(rest) => of_tree(&self.recipe.split, rest),
            Place::Node(name, setting) => {
                let node = self.graph.nodes.iter().find(|node| node.name == name);
                node.map(|node| node.layer.setting(setting)).unwrap_or_default()
            }
        }
    }

    /// The experiment with another value for a setting. Whether the value is in its range, and whether the model
    /// still fits together, is not looked at.
    ///
    /// # Errors
    /// If there is no setting of that name, or it takes no such value.
    pub fn with_setting(&self, setting: &Setting) -> Result<Self, SettingError> {
        let Setting { path, value } = setting;
        let wrong = |cause| SettingError::WrongValue { field: path.clone(), value: value.to_string(), cause };
        let mut changed = self.clone();
        match Place::of(path) {
            Place::Training => changed.training = with(&self.training, path, value).map_err(wrong)?,
            Place::Split(rest) => {
                changed.recipe.split = with(&self.recipe.split, rest, value).map_err(wrong)?
            }
            Place::Node(name, setting) => {
                if let Some(node) = changed.graph.nodes.iter_mut().find(|node| node.name == name)
                    && node.layer.settings().contains(&setting)
                {
                    node.layer = node.layer.with_setting(setting, value.clone()).map_err(wrong)?;
                }
            }
        }
        // What serde passes over in silence is not there.
        if !value.is_null() && changed.setting(path).is_null() {
            return Err(self.unknown(path));
        }
        Ok(changed)
    }

    fn unknown(&self, path: &str) -> SettingError {
        let paths = self.setting_paths();
        let nearest = nearest(path, paths.iter().map(String::as_str)).unwrap_or("optimizer.learning_rate");
        SettingError::Unknown { field: path.to_owned(), nearest: nearest.to_owned() }
    }

    /// The paths of all settings that have a value.
    fn setting_paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        collect("", &tree(&self.training), &mut paths);
        collect("split", &tree(&self.recipe.split), &mut paths);
        for node in &self.graph.nodes {
            paths.extend(node.layer.settings().iter().map(|name| format!("model.{}.{name}", node.name)));
        }
        paths
    }
}

fn collect(path: &str, value: &Value, paths: &mut Vec<String>) {
    if !path.is_empty() {
        paths.push(path.to_owned());
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        collect(&path, value, paths);
    }
}

fn tree<T: Serialize>(settings: &T) -> Value {
    serde_json::to_value(settings).unwrap_or_default()
}

fn of_tree<T: Serialize>(settings: &T, path: &str) -> Value {
    let mut value = tree(settings);
    for key in path.split('.') {
        value = value.get_mut(key).map(Value::take).unwrap_or_default();
    }
    value
}

/// Settings with another value at a path; says what serde found wrong.
fn with<T: Serialize + DeserializeOwned>(settings: &T, path: &str, value: &Value) -> Result<T, String> {
    let mut changed = tree(settings);
    match kind_with_its_values(&changed, path, value) {
        Some((whole, value)) => put(&mut changed, whole, value),
        None => put(&mut changed, path, value.clone()),
    }
    serde_json::from_value(changed).map_err(|error| error.to_string())
}

/// Another kind of a schedule or a clipping brings what it needs with it.
fn kind_with_its_values(settings: &Value, path: &str, value: &Value) -> Option<(&'static str, Value)> {
    let kind = value.as_str()?;
    match path {
        "schedule.kind" => Some(("schedule", tree(&ScheduleSpec::of_kind(kind)?))),
        "clip.kind" => {
            let max = settings.get("clip").and_then(|clip| clip.get("max")).and_then(Value::as_f64);
            Some(("clip", tree(&ClipSpec::of_kind(kind, max.unwrap_or(1.0))?)))
        }
        _ => None,
    }
}

fn put(tree: &mut Value, path: &str, value: Value) {
    let mut place = tree;
    for key in path.split('.') {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Some(object) = place.as_object_mut() else { return };
        place = object.entry(key).or_insert(Value::Null);
    }
    *place = value;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{project, train::Training};

    fn wine() -> Experiment {
        let folder = tempfile::tempdir().unwrap();
        let copy = project::copy_example("wine", folder.path()).unwrap();
        project::load(&copy).unwrap().experiment(None).unwrap().clone()
    }

    #[test]
    fn a_setting_is_read_and_written_by_its_path() {
        let cases = [
            ("epochs=7", json!(7)),
            ("optimizer.learning_rate=.02", json!(0.02)),
            ("optimizer.kind=sgd", json!("sgd")),
            (
                "schedule={ kind = \"step\", every = 3, factor = 0.5 }",
                json!({"kind": "step", "every": 3, "factor": 0.5}),
            ),
            ("schedule.floor=1e-2", json!(0.01)),
            ("schedule.kind=one-cycle", json!("one-cycle")),
            ("clip.kind=norm", json!("norm")),
            ("early_stopping.patience=4", json!(4)),
            ("threads=2", json!(2)),
            ("split.seed=9", json!(9)),
            ("model.dropout.rate=0.25", json!(0.25)),
            ("model.hidden.activation=tanh", json!("tanh")),
        ];
        for (text, value) in cases {
            let setting: Setting = text.parse().unwrap();
            let changed = wine().with_setting(&setting).unwrap();
            assert_eq!(changed.setting(&setting.path), value, "{text}");
            let before = Setting::new(setting.path.clone(), wine().setting(&setting.path));
            if !(setting.path.ends_with("kind") || before.path.starts_with("early")) {
                assert_eq!(changed.with_setting(&before).unwrap(), wine(), "{text} and back");
            }
        }
        let plain = Training { early_stopping: None, ..wine().training };
        let early = Setting::new("early_stopping", Value::Null);
        assert_eq!(wine().with_setting(&early).unwrap().training, plain);
    }

    #[test]
    fn what_is_no_setting_is_named_with_what_was_meant() {
        let cases = [
            ("optimizer.learning_rat=1", "optimizer.learning_rate"),
            ("batchsize=1", "batch_size"),
            ("checkpoints.step=1", "checkpoints.steps"),
            ("model.dropout.rat=0.1", "model.dropout.rate"),
            ("model.dropuot.rate=0.1", "model.dropout.rate"),
        ];
        for (text, meant) in cases {
            match wine().with_setting(&text.parse().unwrap()) {
                Err(SettingError::Unknown { nearest, .. }) => assert_eq!(nearest, meant, "{text}"),
                // Some structs name what they do not know themselves.
                Err(SettingError::WrongValue { cause, .. }) => {
                    assert!(cause.contains("unknown field"), "{text}: {cause}")
                }
                other => panic!("{text}: {other:?}"),
            }
        }
        for text in ["batch_size=many", "epochs=1.5", "schedule.kind=up", "model.hidden.units=[1]"] {
            let refused = wine().with_setting(&text.parse().unwrap());
            assert!(matches!(refused, Err(SettingError::WrongValue { .. })), "{text}: {refused:?}");
        }
        for text in ["epochs", "=3", ""] {
            assert!(text.parse::<Setting>().is_err(), "{text}");
        }
    }
}
