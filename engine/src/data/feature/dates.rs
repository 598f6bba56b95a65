//! Dates as numbers.

use super::{Feature, Ground, Values};
use crate::{
    data::{Cells, DataError, date},
    project::DatePart,
};

impl Feature<'_> {
    /// A column of numbers for each part; a gap stays one in all of them.
    pub(super) fn date_parts(
        self,
        parts: &[DatePart],
        day_first: bool,
        ground: &Ground<'_>,
    ) -> Result<Vec<Self>, DataError> {
        let mut columns = vec![vec![f64::NAN; ground.table.rows]; parts.len()];
        for row in (0..ground.table.rows).filter(|row| ground.used[*row]) {
            let text = match (&self.values, &self.column.cells) {
                (Values::Categories { names, labels }, _) => {
                    labels[row].and_then(|label| names.get(label as usize)).map(String::as_str)
                }
                (_, Cells::Texts(texts)) => texts[row].as_deref(),
                _ => {
                    let (file, step, column) =
                        (ground.table.file.clone(), "date-parts".into(), self.name.clone());
                    return Err(DataError::StepDoesNotFit { file, step, column });
                }
            };
            let Some(text) = text else { continue };
            let moment = date::read(text, day_first).ok_or_else(|| DataError::NoTime {
                file: ground.table.file.clone(),
                row: ground.table.lines[row],
                column: self.name.clone(),
                value: text.into(),
            })?;
            for (part, numbers) in parts.iter().zip(&mut columns) {
                numbers[row] = match part {
                    DatePart::Year => moment.year as f64,
                    DatePart::Month => f64::from(moment.month),
                    DatePart::Day => f64::from(moment.day),
                    DatePart::Weekday => f64::from(moment.weekday()),
                    DatePart::Hour => moment.second / 3600.0,
                    DatePart::Days => moment.days(),
                };
            }
        }
        Ok(parts.iter().zip(columns).map(|(part, numbers)| self.derived(part.name(), numbers)).collect())
    }
}
