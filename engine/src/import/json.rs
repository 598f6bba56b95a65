//! JSON Lines, and files that are one list of objects: an object a row, its keys the columns.

use std::collections::BTreeMap;

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;

use super::{Faults, Reading, lines, source::Source, table};
use crate::data::{Cells, Column, DataError, Lists, MAX_COLUMNS, MAX_FIELD_BYTES, Table, infer};

/// Columns in the order in which their keys were met.
#[derive(Default)]
struct Columns {
    places: BTreeMap<String, usize>,
    columns: Vec<(String, Vec<Value>)>,
    lines: Vec<u32>,
}

impl Columns {
    fn push(&mut self, object: Vec<(String, Value)>, line: u32, file: &str) -> Result<(), DataError> {
        let rows = self.lines.len();
        for (key, value) in object {
            let next = self.columns.len();
            if next >= MAX_COLUMNS {
                let (columns, limit) = (next + 1, MAX_COLUMNS);
                return Err(DataError::TooManyColumns { file: file.into(), row: line, columns, limit });
            }
            let place = *self.places.entry(key.clone()).or_insert(next);
            if place == next {
                self.columns.push((key, Vec::new()));
            }
            let (_, values) = &mut self.columns[place];
            values.resize(rows + 1, Value::Null);
            values[rows] = value;
        }
        self.lines.push(line);
        Ok(())
    }
}

pub(super) fn read(source: &Source, reading: &Reading, faults: &mut Faults) -> Result<Table, DataError> {
    let mut columns = Columns::default();
    let start = source.bytes.trim_ascii_start();
    if start.first() == Some(&b'[') {
        let cause = |error: serde_json::Error| DataError::Unreadable {
            file: source.name.clone(),
            cause: error.to_string(),
        };
        let values: Vec<Item> = serde_json::from_slice(start).map_err(cause)?;
        for (row, value) in (1..).zip(values) {
            take(&mut columns, value, row, source, faults)?;
        }
    } else {
        let mut error = None;
        lines::each_line(source, reading, faults, |row, line, faults| match serde_json::from_str(line) {
            Ok(value) => error = take(&mut columns, value, row, source, faults).err().or(error.take()),
            Err(cause) => {
                faults.push(DataError::BadJson { file: source.name.clone(), row, cause: cause.to_string() });
            }
        })?;
        if let Some(error) = error {
            return Err(error);
        }
    }
    let Columns { columns, lines, .. } = columns;
    let rows = lines.len();
    let cells = |(name, mut values): (String, Vec<Value>)| {
        values.resize(rows, Value::Null);
        let kind = reading.kinds.get(&name).copied();
        let cells =
            if values.iter().any(is_list) && values.iter().all(|value| value.is_null() || is_list(value)) {
                let rows: Vec<Vec<String>> = values.into_iter().map(words).collect();
                let lists = Lists::of(rows.iter().map(|row| row.iter().map(String::as_str)));
                if infer::is_tags(&lists, kind) { Cells::Tags(lists) } else { Cells::Tokens(lists) }
            } else {
                infer::texts(values.into_iter().map(text).collect(), kind)
            };
        Column { name, cells }
    };
    let columns = columns.into_iter().map(cells).collect();
    Ok(Table { lines, ..table(columns, 1) })
}

/// What stands in a file: an object, its keys in the file's order, or something else.
enum Item {
    Object(Vec<(String, Value)>),
    Other,
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Items)
    }
}

struct Items;

impl<'de> Visitor<'de> for Items {
    type Value = Item;

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Item, A::Error> {
        let mut object = Vec::new();
        while let Some(entry) = map.next_entry()? {
            object.push(entry);
        }
        Ok(Item::Object(object))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Item, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Item::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Item, E> {
        Ok(Item::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Item, E> {
        Ok(Item::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Item, E> {
        Ok(Item::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Item, E> {
        Ok(Item::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Item, E> {
        Ok(Item::Other)
    }

    fn visit_unit<E>(self) -> Result<Item, E> {
        Ok(Item::Other)
    }
}

/// Takes an object as a row; anything else is listed, as is a value that is too long.
fn take(
    columns: &mut Columns,
    value: Item,
    row: u32,
    source: &Source,
    faults: &mut Faults,
) -> Result<(), DataError> {
    let file = || source.name.clone();
    let Item::Object(object) = value else {
        faults.push(DataError::BadJson { file: file(), row, cause: "it is no object: {…}".into() });
        return Ok(());
    };
    let long = (1..).zip(&object).find_map(|(field, (_, value))| {
        let bytes = value.as_str().map_or(0, str::len);
        (bytes > MAX_FIELD_BYTES).then_some((field, bytes))
    });
    if let Some((field, bytes)) = long {
        faults.push(DataError::FieldTooLong { file: file(), row, field, bytes, limit: MAX_FIELD_BYTES });
        return Ok(());
    }
    columns.push(object, row, &source.name)
}

/// Whether a value is a list of words or numbers.
fn is_list(value: &Value) -> bool {
    value.as_array().is_some_and(|list| list.iter().all(|item| item.is_string() || item.is_number()))
}

fn words(value: Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.into_iter().filter_map(text).collect(),
        _ => Vec::new(),
    }
}

/// A value as text; what is nested stays JSON.
fn text(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}
