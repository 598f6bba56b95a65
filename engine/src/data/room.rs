//! A table that is looked at: its rows in some order, some of them left out, a stretch of them as text; and what each
//! column holds, told in numbers.

mod filter;
mod health;
mod mend;
mod survey;
mod walk;

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

pub(super) use self::health::{duplicated, row_keys};
pub use self::{
    filter::{Filter, MAX_TERMS},
    health::{Finding, Personal},
    mend::Remedy,
    survey::{Balance, ColumnSurvey, Correlations, Survey},
    walk::{Changed, Walk, Walked},
};
use super::{Cells, Column, Table, Thumbnail, picture, preview::cut};

/// Most rows that are asked for at a time.
pub const MAX_PAGE: usize = 1024;
/// How large the longer side of a picture is, in pixels.
const THUMBNAIL_SIDE: u32 = 64;

/// In which order rows are looked at, and which.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct View {
    /// A column, and whether the largest comes first; gaps come last.
    pub sort: Option<(String, bool)>,
    /// See [`Filter`].
    pub filter: String,
}

/// A stretch of the rows that a view shows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// How many rows the view shows.
    pub total: usize,
    /// Where the stretch begins among them.
    pub first: usize,
    pub rows: Vec<ShownRow>,
}

/// A row as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShownRow {
    /// Its place in the table.
    pub row: usize,
    /// The line of the file that it begins on.
    pub line: u32,
    /// Cell by cell as text; long texts are cut, a gap is empty.
    pub cells: Vec<String>,
    pub picture: Option<Thumbnail>,
}

/// The rows of a table that a view shows, in its order: their places in the table.
pub fn order(table: &Table, view: &View) -> Vec<u32> {
    let filter = Filter::read(&view.filter, table);
    let mut rows: Vec<u32> =
        (0..table.rows as u32).filter(|row| filter.finds(table, *row as usize)).collect();
    let sorted = view.sort.as_ref().and_then(|(name, falls)| Some((table.column(name)?, *falls)));
    if let Some((column, falls)) = sorted {
        sort(&mut rows, &column.cells, falls);
    }
    rows
}

/// Stable, so that equal rows stay in the order of the file.
fn sort(rows: &mut [u32], cells: &Cells, falls: bool) {
    let turned = |order: Ordering| if falls { order.reverse() } else { order };
    match cells {
        Cells::Numbers(numbers) => rows.sort_by(|a, b| {
            let (a, b) = (numbers[*a as usize], numbers[*b as usize]);
            a.is_nan().cmp(&b.is_nan()).then_with(|| turned(a.total_cmp(&b)))
        }),
        Cells::Categories { labels, .. } => rows.sort_by(|a, b| {
            let (a, b) = (labels[*a as usize], labels[*b as usize]);
            a.is_none().cmp(&b.is_none()).then_with(|| turned(a.cmp(&b)))
        }),
        Cells::Texts(texts) => rows.sort_by(|a, b| {
            let (a, b) = (&texts[*a as usize], &texts[*b as usize]);
            a.is_none().cmp(&b.is_none()).then_with(|| turned(a.cmp(b)))
        }),
        Cells::Tokens(lists) | Cells::Tags(lists) => {
            rows.sort_by(|a, b| {
                turned(lists.indices(*a as usize).len().cmp(&lists.indices(*b as usize).len()))
            });
        }
        Cells::Images(files) | Cells::Audio(files) => {
            rows.sort_by(|a, b| turned(files.get(*a as usize).len().cmp(&files.get(*b as usize).len())));
        }
    }
}

/// The rows from `first` on, at most `count` of them and [`MAX_PAGE`].
pub fn page(table: &Table, order: &[u32], first: usize, count: usize) -> Page {
    let pictures = table.columns.iter().find_map(|column| match &column.cells {
        Cells::Images(files) => Some(files),
        _ => None,
    });
    let rows = order.iter().skip(first).take(count.min(MAX_PAGE)).map(|&row| {
        let row = row as usize;
        let cells = table.columns.iter().map(|column: &Column| cut(column.cells.text(row))).collect();
        let picture = pictures.and_then(|files| {
            let (width, height, pixels) = picture::thumbnail(files.get(row), THUMBNAIL_SIDE).ok()?;
            Some(Thumbnail { cells: Vec::new(), width, height, pixels })
        });
        ShownRow { row, line: table.lines.get(row).copied().unwrap_or(0), cells, picture }
    });
    Page { total: order.len(), first, rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::parse_csv;

    fn table() -> Table {
        let text =
            "name,age,city\nAnna,31,北京\nBo,,上海\nCleo,17,北京\nDan,45,上海\nEve,17,北京\nFay,60,上海\n";
        parse_csv(text.into(), "t.csv", None).expect("a table")
    }

    fn shown(filter: &str, sort: Option<(&str, bool)>) -> String {
        let table = table();
        let sort = sort.map(|(name, falls)| (name.to_owned(), falls));
        let order = order(&table, &View { sort, filter: filter.into() });
        page(&table, &order, 0, 100)
            .rows
            .iter()
            .map(|row| row.cells[0].chars().next().unwrap_or(' '))
            .collect()
    }

    #[test]
    fn rows_are_sorted_gaps_last_and_equals_as_in_the_file() {
        assert_eq!(shown("", None), "ABCDEF");
        assert_eq!(shown("", Some(("age", false))), "CEADFB");
        assert_eq!(shown("", Some(("age", true))), "FDACEB");
        assert_eq!(shown("", Some(("name", true))), "FEDCBA");
        assert_eq!(shown("", Some(("nothing", true))), "ABCDEF");
    }

    #[test]
    fn rows_are_found_by_what_is_said_of_them() {
        for (filter, found) in [
            ("age>31", "DF"),
            ("age>=31 city=北京", "A"),
            ("age<=17", "CE"),
            ("age!=17", "ABDF"),
            ("age=", "B"),
            ("age!=", "ACDEF"),
            ("city:海", "BDF"),
            ("anna", "A"),
            ("上海 age<50", "D"),
            ("-北京", "BDF"),
            ("-age=17 -anna", "BDF"),
            ("is:duplicate", ""),
            ("\"anna\"", "A"),
            ("nobody", ""),
            ("", "ABCDEF"),
        ] {
            assert_eq!(shown(filter, None), found, "{filter}");
        }
    }

    #[test]
    fn a_page_is_a_stretch_of_the_rows() {
        let table = table();
        let order = order(&table, &View { sort: None, filter: "city=上海".into() });
        let page = page(&table, &order, 1, 1);
        assert_eq!((page.total, page.first, page.rows.len()), (3, 1, 1));
        assert_eq!((page.rows[0].row, page.rows[0].line, &page.rows[0].cells[0][..]), (3, 5, "Dan"));
    }

    #[test]
    fn a_million_rows_are_sorted_and_found_quickly_enough_to_wait_for() {
        let rows = 1_000_000;
        let numbers = (0..rows).map(|row| f64::from((row * 7919 % 10_007) as u32)).collect();
        let columns = vec![Column { name: "n".into(), cells: Cells::Numbers(numbers) }];
        let lines = (1..=rows as u32).collect();
        let table = Table { file: "t".into(), rows, header: true, columns, lines };
        let order = order(&table, &View { sort: Some(("n".into(), true)), filter: "n<5000".into() });
        assert_eq!(order.len(), (0..rows).filter(|row| row * 7919 % 10_007 < 5000).count());
        assert_eq!(page(&table, &order, 0, 1).rows[0].cells, ["4999"]);
    }
}
