//! Labels put right by hand. They lie beside the data in a file of their own, `labels.csv`, never in the person's:
//! the line of the file that a row begins on, what its label was there, and what it is.

use std::{collections::BTreeMap, fs, io, path::Path};

use super::{DatasetSpec, ProjectError, file::replace_text};
use crate::{
    data::{self, Cells, Table, categories},
    protocol::Problem,
};

/// What the file is called.
pub const LABELS: &str = "labels.csv";
/// Most labels that are put right.
const MAX_LABELS: usize = 1 << 20;

/// A project's data, with the labels that were put right.
///
/// # Errors
/// If they cannot be read.
pub fn read_data(folder: &Path, dataset: &DatasetSpec) -> Result<Table, Problem> {
    let mut table = data::read_table(&folder.join(&dataset.file), dataset.header)?;
    Labels::read(folder)?.put_into(&mut table, &dataset.target);
    Ok(table)
}

/// Labels put right, by the line that their row begins on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels(BTreeMap<u32, Label>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Label {
    /// What stands in the data.
    was: String,
    is: String,
}

impl Labels {
    /// Those of a project; none where there is no such file.
    ///
    /// # Errors
    /// If the file is there, but is none of these.
    pub fn read(folder: &Path) -> Result<Self, ProjectError> {
        let path = folder.join(LABELS);
        let file = path.display().to_string();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(ProjectError::Unreadable { file, cause: error.to_string() }),
        };
        let mut labels = BTreeMap::new();
        for (place, record) in csv::Reader::from_reader(text.as_bytes()).records().enumerate() {
            let wrong = |cause: &str| ProjectError::WrongLabels {
                file: file.clone(),
                line: place + 2,
                cause: cause.into(),
            };
            let record = record.map_err(|error| wrong(&error.to_string()))?;
            let [line, was, is] = [0, 1, 2].map(|column| record.get(column).unwrap_or_default());
            let line = line.parse().map_err(|_| wrong("line, was, label"))?;
            if is.is_empty() || labels.len() == MAX_LABELS {
                return Err(wrong("line, was, label"));
            }
            labels.insert(line, Label { was: was.into(), is: is.into() });
        }
        Ok(Self(labels))
    }

    /// Writes them, and with the last of them gone removes the file.
    pub fn write(&self, folder: &Path) -> Result<(), ProjectError> {
        let path = folder.join(LABELS);
        if self.0.is_empty() {
            return match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(ProjectError::Unwritable {
                    file: path.display().to_string(),
                    cause: error.to_string(),
                }),
                _ => Ok(()),
            };
        }
        let mut writer = csv::Writer::from_writer(Vec::new());
        let unwritable = |cause: String| ProjectError::Unwritable { file: path.display().to_string(), cause };
        let mut put =
            |record: [&str; 3]| writer.write_record(record).map_err(|error| unwritable(error.to_string()));
        put(["line", "was", "label"])?;
        for (line, Label { was, is }) in &self.0 {
            put([&line.to_string(), was, is])?;
        }
        let bytes = writer.into_inner().map_err(|error| unwritable(error.to_string()))?;
        replace_text(&path, &String::from_utf8_lossy(&bytes))
    }

    /// Puts labels of a table's rows, which has those before them, right; gives what they were.
    ///
    /// # Errors
    /// If the target is no column whose labels can be set, or a label is none for it.
    pub fn set(
        &mut self,
        table: &Table,
        target: &str,
        labels: &[(usize, String)],
    ) -> Result<Vec<(usize, String)>, ProjectError> {
        let no_labels = || ProjectError::NoLabels { column: target.to_owned() };
        let cells = &table.column(target).ok_or_else(no_labels)?.cells;
        let mut before = Vec::with_capacity(labels.len());
        for (row, label) in labels {
            let label = label.trim();
            let (Some(line), true) = (table.lines.get(*row), can_be(cells, label).ok_or_else(no_labels)?)
            else {
                return Err(ProjectError::NoSuchLabel { column: target.to_owned(), label: label.to_owned() });
            };
            let now = cells.text(*row);
            let was = self.0.get(line).map_or_else(|| now.clone(), |known| known.was.clone());
            before.push((*row, now));
            if was == label {
                self.0.remove(line);
            } else {
                self.0.insert(*line, Label { was, is: label.to_owned() });
            }
        }
        Ok(before)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts them into the rows of a table as it was read. A row that is another one by now keeps what it says.
    pub fn put_into(&self, table: &mut Table, target: &str) {
        if self.0.is_empty() {
            return;
        }
        let Table { columns, lines, .. } = table;
        let Some(column) = columns.iter_mut().find(|column| column.name == target) else { return };
        let cells = &column.cells;
        let new: BTreeMap<usize, &str> = lines
            .iter()
            .enumerate()
            .filter_map(|(row, line)| Some((row, self.0.get(line)?)))
            .filter(|(row, label)| cells.text(*row) == label.was)
            .map(|(row, label)| (row, label.is.as_str()))
            .collect();
        match &mut column.cells {
            Cells::Numbers(numbers) => {
                for (row, label) in new {
                    numbers[row] = label.parse().unwrap_or(numbers[row]);
                }
            }
            Cells::Categories { names, labels } => {
                let own = |row: usize| labels[row].map(|label| names[label as usize].as_str());
                let texts = (0..labels.len()).map(|row| new.get(&row).copied().or_else(|| own(row)));
                column.cells = categories(texts);
            }
            Cells::Texts(texts) => {
                new.into_iter().for_each(|(row, label)| texts[row] = Some(label.to_owned()))
            }
            Cells::Tokens(_) | Cells::Tags(_) | Cells::Images(_) | Cells::Audio(_) => {}
        }
    }
}

/// Whether a text can be a label of a column; `None` where none can be set.
fn can_be(cells: &Cells, label: &str) -> Option<bool> {
    match cells {
        Cells::Numbers(_) => {
            Some(label.parse::<f64>().is_ok_and(|number| number.abs() <= f64::from(f32::MAX)))
        }
        Cells::Categories { .. } | Cells::Texts(_) => Some(!label.is_empty()),
        Cells::Tokens(_) | Cells::Tags(_) | Cells::Images(_) | Cells::Audio(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::parse_csv;

    fn table(text: &str) -> Table {
        parse_csv(text.into(), "pets.csv", Some(true)).unwrap()
    }

    const PETS: &str = "legs,kind\n4,cat\n4,dog\n2,bird\n4,cat\n4,dog\n2,bird\n4,cat\n2,bird\n4,dog\n";

    fn kinds(table: &Table) -> Vec<String> {
        let cells = &table.column("kind").unwrap().cells;
        (0..table.rows).map(|row| cells.text(row)).collect()
    }

    #[test]
    fn labels_put_right_come_back_and_can_be_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let own = table(PETS);
        let mut labels = Labels::default();
        let before = labels.set(&own, "kind", &[(0, "dog".into()), (2, " a, \"b\"\n".into())]).unwrap();
        assert_eq!(before, [(0, "cat".to_owned()), (2, "bird".to_owned())]);
        labels.write(folder.path()).unwrap();
        let read = Labels::read(folder.path()).unwrap();
        assert_eq!((&read, read.len()), (&labels, 2));
        let mut now = table(PETS);
        read.put_into(&mut now, "kind");
        assert_eq!(kinds(&now)[..4], ["dog", "dog", "a, \"b\"", "cat"]);
        assert_eq!(now.column("kind").unwrap().cells.distinct(), 4, "a class of its own");
        // Once more, and back: what stands in the data is never lost.
        let before = labels.set(&now, "kind", &[(0, "bird".into())]).unwrap();
        assert_eq!(before, [(0, "dog".to_owned())]);
        read.clone().set(&now, "kind", &[(0, "cat".into()), (2, "bird".into())]).unwrap();
        labels.set(&now, "kind", &[(0, "cat".into()), (2, "bird".into())]).unwrap();
        assert!(labels.is_empty());
        labels.write(folder.path()).unwrap();
        assert!(!folder.path().join(LABELS).exists());
    }

    #[test]
    fn a_row_that_is_another_one_by_now_keeps_what_it_says() {
        let mut labels = Labels::default();
        labels.set(&table(PETS), "kind", &[(1, "cat".into())]).unwrap();
        let mut moved = table(&PETS.replace("4,cat\n4,dog\n2,bird\n4,cat\n4,dog", "2,bird\n2,bird\n4,cat"));
        let own = kinds(&moved);
        labels.put_into(&mut moved, "kind");
        assert_eq!(kinds(&moved), own);
    }

    #[test]
    fn what_can_be_no_label_is_refused_and_nothing_is_set() {
        let mut labels = Labels::default();
        let own = table(PETS);
        for (target, row, label) in
            [("legs", 0, "four"), ("kind", 99, "cat"), ("kind", 0, " "), ("no", 0, "cat")]
        {
            assert!(
                labels.clone().set(&own, target, &[(row, label.into())]).is_err(),
                "{target} {row} {label}"
            );
        }
        labels.set(&own, "legs", &[(0, "3".into())]).unwrap();
        let mut now = own.clone();
        labels.put_into(&mut now, "legs");
        assert_eq!(now.column("legs").unwrap().cells.text(0), "3");
        let folder = tempfile::tempdir().unwrap();
        for text in ["line,was,label\nx,cat,dog\n", "line,was,label\n2,cat\n", "line,was,label\n2,cat,\n"] {
            fs::write(folder.path().join(LABELS), text).unwrap();
            assert!(
                matches!(Labels::read(folder.path()), Err(ProjectError::WrongLabels { line: 2, .. })),
                "{text}"
            );
        }
    }
}
