//! Tables there and back, and files that are damaged.

use std::{fs, path::PathBuf};

use super::*;
use crate::data::{Cells, Column, Files, Lists, picture};

/// A table of every kind of column.
fn every_kind(rows: usize) -> Table {
    let text = |row: usize| Some(format!("text, \"{row}\"\n")).filter(|_| row % 5 != 2);
    let picture = |row: usize| picture::encode(&[row as u8; 12], [3, 2, 2]).expect("a picture");
    let mut files = Files::default();
    (0..rows).for_each(|row| files.push(if row % 2 == 1 { &[] } else { b"RIFF" }));
    let mut pictures = Files::default();
    (0..rows).for_each(|row| pictures.push(&picture(row)));
    let words =
        |row: usize| (0..row % 4).map(|n| ["to", "be", "or", "not"][(row + n) % 4]).collect::<Vec<_>>();
    let cells = [
        (
            "number, \"one\"",
            Cells::Numbers(
                (0..rows).map(|row| if row % 7 == 3 { f64::NAN } else { row as f64 / 3.0 }).collect(),
            ),
        ),
        (
            "colour",
            Cells::Categories {
                names: vec!["red".into(), "绿".into()],
                labels: (0..rows).map(|row| Some(row as u32 % 2).filter(|_| row % 3 != 1)).collect(),
            },
        ),
        ("text", Cells::Texts((0..rows).map(text).collect())),
        ("tokens", Cells::Tokens(Lists::of((0..rows).map(words)))),
        ("tags", Cells::Tags(Lists::of((0..rows).map(words)))),
        ("image", Cells::Images(pictures)),
        ("audio", Cells::Audio(files)),
    ];
    let columns = cells.into_iter().map(|(name, cells)| Column { name: name.into(), cells }).collect();
    Table { file: "t".into(), rows, header: true, columns, lines: (1..=rows as u32).collect() }
}

fn written(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("t.parquet");
    fs::write(&file, bytes).expect("a file");
    (folder, file)
}

/// As text, because a gap is not equal to itself.
fn cells(table: &Table) -> Vec<String> {
    table.columns.iter().map(|column| format!("{column:?}")).collect()
}

#[test]
fn a_table_of_every_kind_comes_back_as_it_was() {
    for rows in [30, 70_000] {
        let table = every_kind(rows);
        let (_folder, file) = written(&write_parquet(&table).expect("bytes"));
        let (back, left_out) = read_parquet(&file).expect("a table");
        assert_eq!(left_out, []);
        assert_eq!((back.rows, back.lines.len()), (rows, rows));
        for (back, there) in cells(&back).iter().zip(cells(&table)) {
            assert!(*back == there, "{rows} rows: {} is not {}", &back[..200.min(back.len())], &there[..40]);
        }
    }
}

#[test]
fn a_damaged_file_is_an_error() {
    let whole = write_parquet(&every_kind(30)).expect("bytes");
    for cut in [0, 4, 100, whole.len() / 2, whole.len() - 1] {
        let (_folder, file) = written(&whole[..cut]);
        assert!(matches!(read_parquet(&file), Err(DataError::Unreadable { .. })), "cut at {cut}");
    }
    // Nothing a byte says may end in more than an error.
    for at in (0..whole.len()).step_by(7) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xA5;
        let (_folder, file) = written(&bytes);
        let _ = read_parquet(&file);
    }
    assert!(matches!(read_parquet(&PathBuf::from("/no/such.parquet")), Err(DataError::Missing { .. })));
}
