//! An error on its way to a person: a code and its facts, to be put into words in their language.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Value;

/// What went wrong, ready to be told.
///
/// Made from any of the engine's error enums (`DataError::RaggedRow { file, row, .. }`): `code` is
/// `data-ragged-row`, the key of the message in `assets/locales`, whose attribute `.hint` says what to
/// do; `facts` are the variant's fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    pub code: String,
    pub facts: BTreeMap<String, Value>,
    /// The English sentence, for logs and "copy details".
    pub text: String,
}

impl Problem {
    /// Tells `error` of the engine's `area` (`data`, `graph`, `project` …).
    ///
    /// `E` is an enum whose variants are units or have named fields, in kebab-case.
    pub fn of<E: std::error::Error + Serialize>(area: &str, error: &E) -> Self {
        let (variant, facts) = match serde_json::to_value(error) {
            Ok(Value::String(variant)) => (variant, BTreeMap::new()),
            Ok(Value::Object(object)) => match object.into_iter().next() {
                Some((variant, Value::Object(fields))) => (variant, fields.into_iter().collect()),
                _ => ("unknown".into(), BTreeMap::new()),
            },
            _ => ("unknown".into(), BTreeMap::new()),
        };
        Self { code: format!("{area}-{variant}"), facts, text: error.to_string() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Problem {}

/// Every code that [`Problem::of`] can make of `E`, so that a test can ask for a message for each.
pub fn codes<'de, E: Deserialize<'de>>(area: &str) -> Vec<String> {
    let mut variants = &[][..];
    let _ = E::deserialize(VariantNames(&mut variants));
    variants.iter().map(|variant| format!("{area}-{variant}")).collect()
}

/// A deserializer that only listens for the names an enum asks for.
struct VariantNames<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for VariantNames<'_> {
    type Error = de::value::Error;

    fn deserialize_any<V: de::Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(de::Error::custom("only the names of an enum's variants can be read"))
    }

    fn deserialize_enum<V: de::Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = variants;
        self.deserialize_any(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
