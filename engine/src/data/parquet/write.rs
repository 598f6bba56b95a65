//! A table into columns on disk.

use std::sync::Arc;

use parquet::{
    basic::{Compression, LogicalType, Repetition, Type as Physical},
    data_type::{ByteArray, ByteArrayType, DoubleType},
    errors::Result,
    file::{
        metadata::KeyValue,
        properties::{EnabledStatistics, WriterProperties},
        writer::SerializedFileWriter,
    },
    schema::types::{Type, TypePtr},
};

use super::KINDS;
use crate::data::{Cells, Column, Lists, Table};

/// Rows that are written at a time.
const GROUP: usize = 1 << 16;

pub(super) fn write(table: &Table) -> Result<Vec<u8>> {
    let fields = table.columns.iter().map(field).collect::<Result<_>>()?;
    let schema = Arc::new(Type::group_type_builder("table").with_fields(fields).build()?);
    let kinds: Vec<&str> = table.columns.iter().map(|column| column.cells.kind().name()).collect();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(Default::default()))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_key_value_metadata(Some(vec![KeyValue::new(KINDS.into(), kinds.join(","))]))
        .build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))?;
    for first in (0..table.rows).step_by(GROUP) {
        let rows = first..(first + GROUP).min(table.rows);
        let mut group = writer.next_row_group()?;
        for column in &table.columns {
            let Some(mut chunk) = group.next_column()? else { break };
            match &column.cells {
                Cells::Numbers(numbers) => {
                    let (values, levels) =
                        present(rows.clone().map(|row| Some(numbers[row]).filter(|n| !n.is_nan())));
                    chunk.typed::<DoubleType>().write_batch(&values, Some(&levels), None)?;
                }
                Cells::Categories { names, labels } => {
                    let name = |row: usize| labels[row].map(|label| text(&names[label as usize]));
                    let (values, levels) = present(rows.clone().map(name));
                    chunk.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)?;
                }
                Cells::Texts(texts) => {
                    let (values, levels) = present(rows.clone().map(|row| texts[row].as_deref().map(text)));
                    chunk.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)?;
                }
                Cells::Images(files) | Cells::Audio(files) => {
                    let file = |row: usize| Some(files.get(row)).filter(|file| !file.is_empty());
                    let files = rows.clone().map(|row| file(row).map(|file| ByteArray::from(file.to_vec())));
                    let (values, levels) = present(files);
                    chunk.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)?;
                }
                Cells::Tokens(lists) | Cells::Tags(lists) => {
                    let (values, levels, repeats) = items(lists, rows.clone());
                    chunk.typed::<ByteArrayType>().write_batch(&values, Some(&levels), Some(&repeats))?;
                }
            }
            chunk.close()?;
        }
        group.close()?;
    }
    writer.into_inner()
}

/// Values that are there, and for each row whether it has one.
fn present<T>(cells: impl Iterator<Item = Option<T>>) -> (Vec<T>, Vec<i16>) {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    for cell in cells {
        levels.push(i16::from(cell.is_some()));
        values.extend(cell);
    }
    (values, levels)
}

/// The words of some rows; whether each is one (an empty list has none); whether it goes on with its row.
fn items(lists: &Lists, rows: std::ops::Range<usize>) -> (Vec<ByteArray>, Vec<i16>, Vec<i16>) {
    let (mut values, mut levels, mut repeats) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let before = values.len();
        values.extend(lists.get(row).map(text));
        let count = values.len() - before;
        levels.extend(std::iter::repeat_n(i16::from(count > 0), count.max(1)));
        repeats.push(0);
        repeats.extend(std::iter::repeat_n(1, count.saturating_sub(1)));
    }
    (values, levels, repeats)
}

fn text(text: &str) -> ByteArray {
    ByteArray::from(text.as_bytes().to_vec())
}

fn field(column: &Column) -> Result<TypePtr> {
    let name = column.name.as_str();
    let leaf = |name, physical| Type::primitive_type_builder(name, physical);
    let field = match &column.cells {
        Cells::Numbers(_) => leaf(name, Physical::DOUBLE).with_repetition(Repetition::OPTIONAL).build()?,
        Cells::Categories { .. } | Cells::Texts(_) => leaf(name, Physical::BYTE_ARRAY)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(Some(LogicalType::String))
            .build()?,
        Cells::Images(_) | Cells::Audio(_) => {
            leaf(name, Physical::BYTE_ARRAY).with_repetition(Repetition::OPTIONAL).build()?
        }
        Cells::Tokens(_) | Cells::Tags(_) => {
            let element = leaf("element", Physical::BYTE_ARRAY)
                .with_repetition(Repetition::REQUIRED)
                .with_logical_type(Some(LogicalType::String))
                .build()?;
            let list = Type::group_type_builder("list")
                .with_repetition(Repetition::REPEATED)
                .with_fields(vec![Arc::new(element)])
                .build()?;
            Type::group_type_builder(name)
                .with_repetition(Repetition::REQUIRED)
                .with_logical_type(Some(LogicalType::List))
                .with_fields(vec![Arc::new(list)])
                .build()?
        }
    };
    Ok(Arc::new(field))
}
