//! Numbers of a manifest that come back bit by bit: as text, which Rust reads exactly (readers of JSON round).

use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// What can be written so.
pub trait Exact: Sized {
    fn write(&self) -> String;
    fn read(text: &str) -> Option<Self>;
}

impl Exact for f64 {
    fn write(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Exact for Option<f64> {
    fn write(&self) -> String {
        self.as_ref().map_or_else(|| "none".into(), f64::write)
    }

    fn read(text: &str) -> Option<Self> {
        if text == "none" { Some(None) } else { f64::read(text).map(Some) }
    }
}

pub fn serialize<T: Exact, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value.write())
}

pub fn deserialize<'de, T: Exact, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    T::read(&text).ok_or_else(|| D::Error::custom(format!("'{text}' is no number")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_comes_back() {
        for value in [0.1 + 0.2, -0.0, 5e-324, f64::MAX, 1.0 / 3.0, f64::INFINITY, 2.225_073_858_507_201e-308]
        {
            assert_eq!(f64::read(&value.write()).map(f64::to_bits), Some(value.to_bits()), "{value}");
            assert_eq!(Option::read(&Some(value).write()), Some(Some(value)));
        }
        assert_eq!(Option::read(&None.write()), Some(None));
        assert_eq!(f64::read("one"), None);
    }
}
