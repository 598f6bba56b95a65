//! One setting of a layer, whatever its kind: what a form reads and writes.

use serde_json::{Map, Value};

use super::Layer;

impl Layer {
    /// A setting as `project.toml` writes it; null where it is left out.
    pub fn setting(&self, name: &str) -> Value {
        self.as_object().remove(name).unwrap_or_default()
    }

    /// The layer with another value for a setting; null leaves it out.
    ///
    /// # Errors
    /// What the setting would take instead, in words.
    pub fn with_setting(&self, name: &str, value: Value) -> Result<Self, String> {
        let mut object = self.as_object();
        if value.is_null() {
            object.remove(name);
        } else {
            object.insert(name.into(), value);
        }
        serde_json::from_value(Value::Object(object)).map_err(|error| error.to_string())
    }

    /// A layer of another kind that keeps the settings both have.
    pub fn turned_into(&self, kind: &str) -> Option<Self> {
        let shared = self.settings().iter().map(|name| (*name, self.setting(name)));
        let other = Self::of_kind(kind)?;
        Some(
            shared
                .filter(|(name, _)| other.settings().contains(name))
                .fold(other.clone(), |layer, (name, value)| layer.with_setting(name, value).unwrap_or(layer)),
        )
    }

    /// The fewest and the most nodes it reads.
    pub fn inputs(&self) -> (usize, usize) {
        self.rules().inputs()
    }

    fn as_object(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(object)) => object,
            _ => Map::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_setting_of_every_kind_can_be_read_and_written_back() {
        for kind in Layer::KINDS {
            let layer = Layer::of_kind(kind).unwrap();
            for name in layer.settings() {
                let same = layer.with_setting(name, layer.setting(name));
                assert_eq!(same.as_ref(), Ok(&layer), "{kind}.{name}");
            }
        }
    }

    #[test]
    fn a_setting_takes_what_the_file_takes_and_says_what_it_would_take() {
        let conv = Layer::of_kind("conv2d").unwrap();
        let wide = conv.with_setting("kernel_size", json!([3, 5])).unwrap();
        assert_eq!(wide.setting("kernel_size"), json!([3, 5]));
        let usual = wide.with_setting("kernel_size", Value::Null).unwrap();
        assert_eq!(usual, conv, "left out, it is the default again");
        for (name, value, said) in [
            ("filters", json!("many"), "usize"),
            ("padding", json!("most"), "most"),
            ("sides", json!(1), "sides"),
        ] {
            let error = conv.with_setting(name, value).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn another_kind_keeps_what_both_have() {
        let conv = Layer::of_kind("conv2d").unwrap().with_setting("filters", json!(7)).unwrap();
        let along = conv.turned_into("conv1d").unwrap();
        assert_eq!((along.kind(), along.setting("filters")), ("conv1d", json!(7)));
        assert_eq!(conv.turned_into("flatten"), Layer::of_kind("flatten"));
        assert_eq!(conv.turned_into("unknown"), None);
    }
}
