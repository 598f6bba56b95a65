//! Columns on disk into a table.

use std::{collections::BTreeMap, fs::File};

use parquet::{
    basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical},
    column::reader::{ColumnReader, ColumnReaderImpl},
    data_type::{ByteArray, DataType},
    errors::ParquetError,
    file::reader::{FileReader, SerializedFileReader},
    schema::types::ColumnDescriptor,
};
use serde_json::Value;

use super::{KINDS, MAX_ROWS, MAX_TABLE_BYTES};
use crate::data::{
    Cells, Column, ColumnKind, DataError, Files, Lists, MAX_COLUMNS, Table, date, infer, picture, sound,
};

/// Rows that are decoded at a time.
const CHUNK: usize = 4096;

pub(super) fn read(file: File, name: &str) -> Result<(Table, Vec<(String, String)>), DataError> {
    let unreadable = |cause: String| DataError::Unreadable { file: name.into(), cause };
    let reader = SerializedFileReader::new(file).map_err(|error| unreadable(error.to_string()))?;
    let metadata = reader.metadata().file_metadata();
    let rows = usize::try_from(metadata.num_rows()).unwrap_or(usize::MAX);
    let schema = metadata.schema_descr();
    let (columns, limit) = (schema.num_columns(), MAX_COLUMNS);
    if columns > limit {
        return Err(DataError::TooManyColumns { file: name.into(), row: 1, columns, limit });
    }
    if rows > MAX_ROWS {
        return Err(DataError::TooManyRows { file: name.into(), limit: MAX_ROWS });
    }
    if rows == 0 {
        return Err(DataError::EmptyFile { file: name.into() });
    }
    let said = |key: &str| {
        let pairs = metadata.key_value_metadata()?;
        pairs.iter().find(|pair| pair.key == key)?.value.clone()
    };
    let kinds: Vec<Option<ColumnKind>> = said(KINDS).map_or_else(Vec::new, |kinds| {
        kinds.split(',').map(|kind| ColumnKind::ALL.into_iter().find(|known| known.name() == kind)).collect()
    });
    let classes = said("huggingface").map_or_else(BTreeMap::new, |features| class_names(&features));
    let mut table = Table {
        file: name.into(),
        rows,
        header: true,
        columns: Vec::new(),
        lines: (1..=rows as u32).collect(),
    };
    let mut left_out = Vec::new();
    let mut room = MAX_TABLE_BYTES;
    for leaf in 0..columns {
        let descriptor = schema.column(leaf);
        let title = schema.get_column_root(leaf).name().to_owned();
        let parts = descriptor.path().parts();
        let is_file = parts.len() > 1 && parts.last().is_some_and(|part| part == "bytes");
        if descriptor.max_rep_level() > 1 || (parts.len() > 1 && descriptor.max_rep_level() == 0 && !is_file)
        {
            left_out.push((parts.join("."), "it is nested".into()));
            continue;
        }
        let raw = Raw::read(&reader, leaf, &descriptor, &mut room).map_err(|fault| match fault {
            Fault::Parquet(error) => unreadable(error.to_string()),
            Fault::TooLarge => DataError::UnpacksTooLarge {
                file: name.into(),
                limit_megabytes: (MAX_TABLE_BYTES >> 20) as u64,
            },
        })?;
        let kind = kinds.get(table.columns.len()).copied().flatten();
        match raw.cells(&descriptor, kind, classes.get(&title)) {
            Some(cells) if cells.len() == rows => table.columns.push(Column { name: title, cells }),
            Some(_) => return Err(unreadable(format!("column {title} has not {rows} rows"))),
            None => left_out.push((title, "it holds bytes that are neither pictures nor sounds".into())),
        }
    }
    Ok((table, left_out))
}

enum Fault {
    Parquet(ParquetError),
    TooLarge,
}

impl From<ParquetError> for Fault {
    fn from(error: ParquetError) -> Self {
        Self::Parquet(error)
    }
}

/// A column's values as they are stored.
struct Raw {
    values: Values,
    /// For each place, whether a value is there.
    levels: Vec<bool>,
    /// For each place, whether it goes on with the row before.
    repeats: Vec<bool>,
}

enum Values {
    Numbers(Vec<f64>),
    Bytes(Vec<ByteArray>),
}

impl Raw {
    fn read(
        reader: &SerializedFileReader<File>,
        leaf: usize,
        descriptor: &ColumnDescriptor,
        room: &mut usize,
    ) -> Result<Self, Fault> {
        let is_bytes =
            matches!(descriptor.physical_type(), Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY);
        let values = if is_bytes { Values::Bytes(Vec::new()) } else { Values::Numbers(Vec::new()) };
        let mut raw = Self { values, levels: Vec::new(), repeats: Vec::new() };
        for group in 0..reader.num_row_groups() {
            let group = reader.get_row_group(group)?;
            let rows = group.metadata().num_rows().max(0) as usize;
            match group.get_column_reader(leaf)? {
                ColumnReader::BoolColumnReader(column) => {
                    raw.take(column, descriptor, rows, room, |value| f64::from(u8::from(value)))?;
                }
                ColumnReader::Int32ColumnReader(column) => {
                    raw.take(column, descriptor, rows, room, f64::from)?
                }
                ColumnReader::Int64ColumnReader(column) => {
                    raw.take(column, descriptor, rows, room, |value| value as f64)?;
                }
                ColumnReader::Int96ColumnReader(column) => {
                    raw.take(column, descriptor, rows, room, |value| value.to_seconds() as f64)?;
                }
                ColumnReader::FloatColumnReader(column) => {
                    raw.take(column, descriptor, rows, room, f64::from)?
                }
                ColumnReader::DoubleColumnReader(column) => {
                    raw.take(column, descriptor, rows, room, |value| value)?;
                }
                ColumnReader::ByteArrayColumnReader(column) => {
                    raw.take_bytes(column, descriptor, rows, room, |value| value)?;
                }
                ColumnReader::FixedLenByteArrayColumnReader(column) => {
                    raw.take_bytes(column, descriptor, rows, room, ByteArray::from)?;
                }
            }
        }
        Ok(raw)
    }

    fn take<T: DataType>(
        &mut self,
        column: ColumnReaderImpl<T>,
        descriptor: &ColumnDescriptor,
        rows: usize,
        room: &mut usize,
        number: impl Fn(T::T) -> f64,
    ) -> Result<(), Fault> {
        self.take_all(
            column,
            descriptor,
            rows,
            room,
            |_| size_of::<f64>(),
            |values, value| {
                if let Values::Numbers(numbers) = values {
                    numbers.push(number(value));
                }
            },
        )
    }

    fn take_bytes<T: DataType>(
        &mut self,
        column: ColumnReaderImpl<T>,
        descriptor: &ColumnDescriptor,
        rows: usize,
        room: &mut usize,
        bytes: impl Fn(T::T) -> ByteArray,
    ) -> Result<(), Fault>
    where
        T::T: AsRef<[u8]>,
    {
        let size = |value: &T::T| value.as_ref().len() + size_of::<ByteArray>();
        self.take_all(column, descriptor, rows, room, size, |values, value| {
            if let Values::Bytes(all) = values {
                all.push(bytes(value));
            }
        })
    }

    fn take_all<T: DataType>(
        &mut self,
        mut column: ColumnReaderImpl<T>,
        descriptor: &ColumnDescriptor,
        rows: usize,
        room: &mut usize,
        size: impl Fn(&T::T) -> usize,
        mut keep: impl FnMut(&mut Values, T::T),
    ) -> Result<(), Fault> {
        let (most, repeated) = (descriptor.max_def_level(), descriptor.max_rep_level() > 0);
        let mut left = rows;
        while left > 0 {
            let (mut values, mut levels, mut repeats) = (Vec::new(), Vec::new(), Vec::new());
            let (records, count, places) = column.read_records(
                left.min(CHUNK),
                (most > 0).then_some(&mut levels),
                repeated.then_some(&mut repeats),
                &mut values,
            )?;
            if records == 0 {
                break;
            }
            left -= records.min(left);
            let bytes: usize = values.iter().take(count).map(&size).sum::<usize>() + places;
            *room = room.checked_sub(bytes).ok_or(Fault::TooLarge)?;
            values.into_iter().take(count).for_each(|value| keep(&mut self.values, value));
            if most > 0 {
                self.levels.extend(levels.iter().map(|level| *level == most));
            } else {
                self.levels.extend(std::iter::repeat_n(true, count));
            }
            if repeated {
                self.repeats.extend(repeats.iter().map(|level| *level > 0));
            }
        }
        Ok(())
    }

    /// The typed cells; `None` where they are bytes that nobody can read.
    fn cells(
        self,
        descriptor: &ColumnDescriptor,
        kind: Option<ColumnKind>,
        classes: Option<&Vec<String>>,
    ) -> Option<Cells> {
        let Self { values, levels, repeats } = self;
        if let Values::Bytes(bytes) = &values
            && !is_text(descriptor)
        {
            let files = || cells_in(bytes.iter(), &levels);
            let is_all = |is: fn(&[u8]) -> bool| bytes.iter().all(|file| is(file.data()));
            let wanted = match kind {
                Some(kind) => kind,
                None if !repeats.is_empty() => return None,
                None if is_all(picture::is_picture) => ColumnKind::Image,
                None if is_all(sound::is_sound) => ColumnKind::Audio,
                None if is_all(|bytes| std::str::from_utf8(bytes).is_ok()) => ColumnKind::Text,
                None => return None,
            };
            let mut packed = Files::default();
            match wanted {
                ColumnKind::Image | ColumnKind::Audio => {
                    files().for_each(|file| packed.push(file.map_or(&[][..], ByteArray::data)));
                    return Some(if wanted == ColumnKind::Image {
                        Cells::Images(packed)
                    } else {
                        Cells::Audio(packed)
                    });
                }
                _ => {}
            }
        }
        let texts: Option<Vec<Option<String>>> = match &values {
            Values::Bytes(bytes) => {
                let text = |bytes: &ByteArray| String::from_utf8_lossy(bytes.data()).into_owned();
                Some(cells_in(bytes.iter(), &levels).map(|bytes| bytes.map(text)).collect())
            }
            Values::Numbers(numbers) => text_of(descriptor, classes).map(|text| {
                cells_in(numbers.iter(), &levels).map(|number| number.map(|number| text(*number))).collect()
            }),
        };
        if !repeats.is_empty() {
            let texts = match (texts, values) {
                (Some(texts), _) => texts,
                (None, Values::Numbers(numbers)) => {
                    cells_in(numbers.iter(), &levels).map(|number| number.map(f64::to_string)).collect()
                }
                (None, Values::Bytes(_)) => return None,
            };
            let lists = lists(&texts, &repeats);
            return Some(if infer::is_tags(&lists, kind) {
                Cells::Tags(lists)
            } else {
                Cells::Tokens(lists)
            });
        }
        Some(match (texts, values) {
            (None, Values::Numbers(numbers)) => Cells::Numbers(
                cells_in(numbers.iter(), &levels)
                    .map(|number| *number.unwrap_or(&f64::NAN))
                    .map(|number| if number.abs() <= f64::from(f32::MAX) { number + 0.0 } else { f64::NAN })
                    .collect(),
            ),
            (Some(texts), _) => infer::texts(texts, kind),
            (None, Values::Bytes(_)) => return None,
        })
    }
}

/// Each place's value, where it has one.
fn cells_in<'a, T>(
    mut values: impl Iterator<Item = T> + 'a,
    levels: &'a [bool],
) -> impl Iterator<Item = Option<T>> + 'a {
    levels.iter().map(move |is_there| if *is_there { values.next() } else { None })
}

fn is_text(descriptor: &ColumnDescriptor) -> bool {
    matches!(descriptor.logical_type_ref(), Some(LogicalType::String | LogicalType::Enum | LogicalType::Json))
        || matches!(
            descriptor.converted_type(),
            ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON
        )
}

/// How a column of whole numbers is put in words, where it holds dates, or numbers of classes.
fn text_of<'a>(
    descriptor: &ColumnDescriptor,
    classes: Option<&'a Vec<String>>,
) -> Option<Box<dyn Fn(f64) -> String + 'a>> {
    if let Some(names) = classes {
        let name = |number: f64| names.get(number as usize).filter(|_| number >= 0.0).cloned();
        return Some(Box::new(move |number| name(number).unwrap_or_else(|| number.to_string())));
    }
    let per_second = match (descriptor.logical_type_ref(), descriptor.converted_type()) {
        (Some(LogicalType::Date), _) | (_, ConvertedType::DATE) => {
            return Some(Box::new(|day| date::day_text(day as i64)));
        }
        (Some(LogicalType::Timestamp(stamp)), _) => match stamp.unit {
            TimeUnit::MILLIS => 1e3,
            TimeUnit::MICROS => 1e6,
            TimeUnit::NANOS => 1e9,
        },
        (_, ConvertedType::TIMESTAMP_MILLIS) => 1e3,
        (_, ConvertedType::TIMESTAMP_MICROS) => 1e6,
        _ if descriptor.physical_type() == Physical::INT96 => 1.0,
        _ => return None,
    };
    Some(Box::new(move |stamp| date::second_text((stamp / per_second).floor() as i64)))
}

/// Rows of words from places that go on with the row before or begin a new one.
fn lists(texts: &[Option<String>], repeats: &[bool]) -> Lists {
    let mut rows: Vec<Vec<&str>> = Vec::new();
    for (text, goes_on) in texts.iter().zip(repeats) {
        if !goes_on || rows.is_empty() {
            rows.push(Vec::new());
        }
        if let (Some(text), Some(row)) = (text, rows.last_mut()) {
            row.push(text);
        }
    }
    Lists::of(rows)
}

/// Names of classes, by column, as the hub's data sets state them.
fn class_names(features: &str) -> BTreeMap<String, Vec<String>> {
    let parsed: Value = serde_json::from_str(features).unwrap_or_default();
    let Some(features) = parsed.pointer("/info/features").and_then(Value::as_object) else {
        return BTreeMap::new();
    };
    let names = |feature: &Value| {
        let feature = feature.get("feature").unwrap_or(feature);
        let names = feature.get("names")?.as_array()?;
        Some(names.iter().filter_map(|name| name.as_str().map(String::from)).collect())
    };
    features.iter().filter_map(|(column, feature)| Some((column.clone(), names(feature)?))).collect()
}
