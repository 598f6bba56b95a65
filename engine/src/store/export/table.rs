//! The curves of a run as a table: a row a step, a column a metric.

use std::{collections::BTreeMap, fmt::Write, sync::Arc};

use parquet::{
    basic::{Repetition, Type as Kind},
    data_type::{DoubleType, Int64Type},
    errors::ParquetError,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::types::Type,
};

use crate::{
    protocol::{MetricPoint, Split},
    store::StoreError,
};

/// In order of step.
pub struct Table {
    /// `training_loss`, `learning_rate` …, in the order in which they first came.
    columns: Vec<String>,
    steps: Vec<u64>,
    epochs: Vec<f64>,
    /// Of each column a cell a step; empty where the metric has no point there.
    cells: Vec<Vec<Option<f64>>>,
}

impl Table {
    pub fn of(points: &[MetricPoint]) -> Self {
        let mut columns: Vec<String> = Vec::new();
        let mut rows: BTreeMap<u64, (f64, BTreeMap<usize, f64>)> = BTreeMap::new();
        for point in points {
            let name = column(point);
            let place = columns.iter().position(|known| *known == name).unwrap_or_else(|| {
                columns.push(name);
                columns.len() - 1
            });
            let (epoch, row) = rows.entry(point.step).or_default();
            *epoch = point.epoch;
            row.insert(place, point.value);
        }
        let cells = |place: usize| rows.values().map(|(_, row)| row.get(&place).copied()).collect();
        Self {
            cells: (0..columns.len()).map(cells).collect(),
            steps: rows.keys().copied().collect(),
            epochs: rows.values().map(|(epoch, _)| *epoch).collect(),
            columns,
        }
    }

    /// `step,epoch,training_loss,…`, every number to its last digit.
    pub fn csv(&self) -> String {
        let head = ["step", "epoch"].into_iter().chain(self.columns.iter().map(String::as_str));
        let mut text = head.collect::<Vec<_>>().join(",") + "\n";
        for (row, (step, epoch)) in self.steps.iter().zip(&self.epochs).enumerate() {
            let _ = write!(text, "{step},{epoch}");
            for cells in &self.cells {
                text.push(',');
                if let Some(value) = cells[row] {
                    let _ = write!(text, "{value}");
                }
            }
            text.push('\n');
        }
        text
    }

    /// The same as a file of one row group; empty cells are null.
    pub fn parquet(&self) -> Result<Vec<u8>, StoreError> {
        self.write_parquet().map_err(|error| StoreError::NotWritten { cause: error.to_string() })
    }

    fn write_parquet(&self) -> Result<Vec<u8>, ParquetError> {
        let field = |name: &str, kind, repetition| {
            Type::primitive_type_builder(name, kind).with_repetition(repetition).build().map(Arc::new)
        };
        let mut fields = vec![
            field("step", Kind::INT64, Repetition::REQUIRED)?,
            field("epoch", Kind::DOUBLE, Repetition::REQUIRED)?,
        ];
        for name in &self.columns {
            fields.push(field(name, Kind::DOUBLE, Repetition::OPTIONAL)?);
        }
        let schema = Arc::new(Type::group_type_builder("curves").with_fields(fields).build()?);
        let mut bytes = Vec::new();
        let properties = Arc::new(WriterProperties::builder().build());
        let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties)?;
        let mut group = writer.next_row_group()?;
        if let Some(mut column) = group.next_column()? {
            let steps: Vec<i64> = self.steps.iter().map(|step| *step as i64).collect();
            column.typed::<Int64Type>().write_batch(&steps, None, None)?;
            column.close()?;
        }
        if let Some(mut column) = group.next_column()? {
            column.typed::<DoubleType>().write_batch(&self.epochs, None, None)?;
            column.close()?;
        }
        for cells in &self.cells {
            let Some(mut column) = group.next_column()? else { break };
            let is_there: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
            let values: Vec<f64> = cells.iter().flatten().copied().collect();
            column.typed::<DoubleType>().write_batch(&values, Some(&is_there), None)?;
            column.close()?;
        }
        group.close()?;
        writer.close()?;
        Ok(bytes)
    }
}

fn column(point: &MetricPoint) -> String {
    match (point.split, &*point.metric) {
        (_, "learning_rate") => "learning_rate".to_owned(),
        (Split::Training, metric) => format!("training_{metric}"),
        (Split::Validation, metric) => format!("validation_{metric}"),
        (Split::Test, metric) => format!("test_{metric}"),
    }
}

#[cfg(test)]
mod tests {
    use parquet::{
        file::reader::{FileReader, SerializedFileReader},
        record::Field,
    };

    use super::*;

    fn points() -> [MetricPoint; 4] {
        let point = |step, split, metric: &str, value| MetricPoint {
            step,
            epoch: step as f64 / 4.0,
            split,
            metric: metric.into(),
            value,
            seconds: None,
        };
        [
            point(1, Split::Training, "loss", 0.1 + 0.2),
            point(1, Split::Training, "learning_rate", 1e-4),
            point(4, Split::Training, "loss", 0.25),
            point(4, Split::Validation, "loss", f64::INFINITY),
        ]
    }

    #[test]
    fn metrics_are_one_line_a_step_to_the_last_digit() {
        assert_eq!(
            Table::of(&points()).csv(),
            "step,epoch,training_loss,learning_rate,validation_loss\n\
             1,0.25,0.30000000000000004,0.0001,\n\
             4,1,0.25,,inf\n"
        );
        assert_eq!(Table::of(&[]).csv(), "step,epoch\n");
    }

    #[test]
    fn a_parquet_file_holds_the_same_table() {
        let bytes = Table::of(&points()).parquet().unwrap();
        let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
        let rows: Vec<Vec<(String, Field)>> =
            reader.get_row_iter(None).unwrap().map(|row| row.unwrap().into_columns()).collect();
        let cell = |row: usize, name: &str| {
            rows[row].iter().find(|(known, _)| known == name).map(|(_, field)| field.clone()).unwrap()
        };
        assert_eq!(rows.len(), 2);
        assert_eq!((cell(0, "step"), cell(0, "epoch")), (Field::Long(1), Field::Double(0.25)));
        assert_eq!(cell(0, "training_loss"), Field::Double(0.1 + 0.2));
        assert_eq!((cell(0, "validation_loss"), cell(1, "learning_rate")), (Field::Null, Field::Null));
        assert_eq!(cell(1, "validation_loss"), Field::Double(f64::INFINITY));
        Table::of(&[]).parquet().unwrap();
    }
}
