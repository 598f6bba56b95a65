//! What is wrong with a table before an hour is lost in training on it: rows that are there twice, columns that say
//! nothing or too much, classes that are rare.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::survey::ColumnSurvey;
use crate::data::{Cells, Column, Splits, Table, table::distinct_numbers};

/// Something that a person should look at, with how many rows it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "finding")]
pub enum Finding {
    /// Rows of validation or test that are in the training, too, but for the target.
    Leaks {
        rows: usize,
    },
    /// Rows that are alike but for the target.
    Conflicts {
        rows: usize,
    },
    /// Rows that are the same as an earlier one.
    Duplicates {
        rows: usize,
    },
    /// A column that nearly says what is to be predicted.
    Telltale {
        column: String,
    },
    /// A column with one value.
    Constant {
        column: String,
    },
    Gaps {
        column: String,
        rows: usize,
    },
    Outliers {
        column: String,
        rows: usize,
    },
    /// The class with the fewest rows, far fewer than the largest has.
    Imbalance {
        class: String,
        rows: usize,
    },
    /// Something that belongs to a person: an e-mail address, a telephone or identity-card number, a name.
    Personal {
        column: String,
        what: Personal,
        rows: usize,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Personal {
    Email,
    Phone,
    IdCard,
}

impl Personal {
    /// `email` …; behind `personal-` the key of its words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::IdCard => "id-card",
        }
    }
}

/// A column says what is to be predicted where knowing its value is right so often.
const TELLTALE: f64 = 0.999;
/// How many rows a value has at the least, on average, for that to be no chance.
const TELLTALE_ROWS: usize = 4;
/// A class is rare where the largest has so many times its rows.
const RARE: usize = 10;
/// Outliers are told of where they are at most this share: of more, the column is simply skewed.
const FEW: f64 = 0.05;
/// Rows alike are told of where at least this share of the rows differ: in a table of few categories they are usual.
const DIFFER: f64 = 0.5;
/// A column holds something personal where at least this share of its values look so.
const PERSONAL: f64 = 0.2;

/// Everything that is found in the columns that are read and the rows that are left; the gravest first.
pub(super) fn findings(
    table: &Table,
    target: &str,
    inputs: &[&Column],
    rows: &[u32],
    splits: Option<&Splits>,
    surveyed: &[ColumnSurvey],
    classes: Option<&[(String, usize)]>,
) -> Vec<Finding> {
    let keys = row_keys(table.rows, inputs);
    let distinct = rows.iter().map(|&row| keys[row as usize]).collect::<BTreeSet<_>>().len();
    let mut found = Vec::new();
    if !inputs.is_empty() && distinct as f64 >= DIFFER * rows.len() as f64 {
        let leaks = splits.map_or(0, |splits| leaks(&keys, splits));
        if leaks > 0 {
            found.push(Finding::Leaks { rows: leaks });
        }
        let conflicts = conflicting(table, target, &keys, rows);
        if conflicts > 0 {
            found.push(Finding::Conflicts { rows: conflicts });
        }
    }
    let is_copy = duplicated(table);
    let duplicates = rows.iter().filter(|row| is_copy[**row as usize]).count();
    if duplicates > 0 {
        found.push(Finding::Duplicates { rows: duplicates });
    }
    if let Some(target) = table.column(target) {
        let telling = inputs.iter().filter(|column| tells(column, target));
        found.extend(telling.map(|column| Finding::Telltale { column: column.name.clone() }));
    }
    for column in inputs {
        found.extend(personal(column));
    }
    if let Some((class, rows)) = classes.and_then(rare) {
        found.push(Finding::Imbalance { class, rows });
    }
    for survey in surveyed.iter().filter(|survey| inputs.iter().any(|column| column.name == survey.info.name))
    {
        let column = || survey.info.name.clone();
        if survey.info.distinct == 1 && survey.info.gaps == 0 && table.rows > 1 {
            found.push(Finding::Constant { column: column() });
        }
        if survey.info.gaps > 0 {
            found.push(Finding::Gaps { column: column(), rows: survey.info.gaps });
        }
        if survey.outliers > 0 && survey.outliers as f64 <= FEW * table.rows as f64 {
            found.push(Finding::Outliers { column: column(), rows: survey.outliers });
        }
    }
    found
}

/// Of each row whether it is the same as an earlier one, column by column.
pub(in crate::data) fn duplicated(table: &Table) -> Vec<bool> {
    let all: Vec<&Column> = table.columns.iter().collect();
    let mut seen = BTreeSet::new();
    row_keys(table.rows, &all).into_iter().map(|key| !seen.insert(key)).collect()
}

/// How many of these rows have another one that is alike but for the target.
fn conflicting(table: &Table, target: &str, keys: &[u64], rows: &[u32]) -> usize {
    let Some(target) = table.column(target) else { return 0 };
    let targets = row_keys(table.rows, &[target]);
    let mut of_key: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
    for &row in rows {
        of_key.entry(keys[row as usize]).or_default().insert(targets[row as usize]);
    }
    let is_torn = |row: &&u32| of_key.get(&keys[**row as usize]).is_some_and(|targets| targets.len() > 1);
    rows.iter().filter(is_torn).count()
}

/// Rows of validation and test whose like the training has.
fn leaks(keys: &[u64], splits: &Splits) -> usize {
    let key = |row: &u32| keys.get(*row as usize).copied();
    let trained: BTreeSet<u64> = splits.training.iter().filter_map(key).collect();
    let others = splits.validation.iter().chain(&splits.test);
    others.filter_map(key).filter(|key| trained.contains(key)).count()
}

/// One number a row, the same for rows that are the same in these columns (Fowler, Noll & Vo over what they hold).
pub(in crate::data) fn row_keys(rows: usize, columns: &[&Column]) -> Vec<u64> {
    const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let stir = |key: u64, byte: u8| (key ^ u64::from(byte)).wrapping_mul(PRIME);
    let word = |key: u64, word: u64| word.to_le_bytes().into_iter().fold(key, stir);
    let mut keys = vec![BASIS; rows];
    for column in columns {
        for (row, key) in keys.iter_mut().enumerate() {
            *key = match &column.cells {
                Cells::Numbers(numbers) => word(*key, numbers[row].to_bits()),
                Cells::Categories { labels, .. } => word(*key, labels[row].map_or(u64::MAX, u64::from)),
                Cells::Texts(texts) => {
                    texts[row].iter().flat_map(|text| text.bytes()).fold(word(*key, 1), stir)
                }
                Cells::Tokens(lists) | Cells::Tags(lists) => {
                    lists.indices(row).iter().fold(word(*key, 2), |key, index| word(key, u64::from(*index)))
                }
                Cells::Images(files) | Cells::Audio(files) => {
                    files.get(row).iter().copied().fold(word(*key, 3), stir)
                }
            };
        }
    }
    keys
}

/// Whether a column nearly says the target: each of its values goes with one class, or both are on one line.
fn tells(column: &Column, target: &Column) -> bool {
    let rows = column.cells.len();
    if let (Cells::Numbers(a), Cells::Numbers(b)) = (&column.cells, &target.cells)
        && distinct_numbers(b).len() > TELLTALE_ROWS * TELLTALE_ROWS
    {
        let both = a.iter().copied().zip(b.iter().copied());
        return super::survey::pearson(both).is_some_and(|found| f64::from(found.abs()) >= TELLTALE);
    }
    let values = match &column.cells {
        Cells::Categories { names, .. } => names.len(),
        Cells::Numbers(numbers) => distinct_numbers(numbers).len(),
        _ => return false,
    };
    if !matches!(target.cells, Cells::Categories { .. } | Cells::Numbers(_)) || values * TELLTALE_ROWS > rows
    {
        return false;
    }
    let (keys, classes) = (row_keys(rows, &[column]), row_keys(rows, &[target]));
    let mut counts: BTreeMap<u64, BTreeMap<u64, usize>> = BTreeMap::new();
    for (key, class) in keys.iter().zip(&classes) {
        *counts.entry(*key).or_default().entry(*class).or_default() += 1;
    }
    let right: usize = counts.values().filter_map(|classes| classes.values().max()).sum();
    // Always saying the most frequent class may be right as often.
    let mut all: BTreeMap<u64, usize> = BTreeMap::new();
    classes.iter().for_each(|class| *all.entry(*class).or_default() += 1);
    let usual = all.values().max().copied().unwrap_or(rows);
    right as f64 >= TELLTALE * rows as f64 && right > usual
}

/// The rarest class, where it is far rarer than the most frequent one.
fn rare(classes: &[(String, usize)]) -> Option<(String, usize)> {
    let most = classes.iter().map(|(_, rows)| *rows).max()?;
    let (class, rows) = classes.iter().min_by_key(|(_, rows)| *rows)?;
    (rows * RARE <= most).then(|| (class.clone(), *rows))
}

/// What a column holds that belongs to persons.
fn personal(column: &Column) -> Option<Finding> {
    let mut counts: BTreeMap<Personal, usize> = BTreeMap::new();
    let mut filled = 0_u32;
    for row in (0..column.cells.len()).filter(|row| !column.cells.is_gap(*row)) {
        filled += 1;
        let found = match &column.cells {
            Cells::Texts(texts) => texts[row].as_deref().and_then(personal_text),
            Cells::Categories { .. } => personal_text(&column.cells.text(row)),
            Cells::Numbers(numbers) => personal_text(&numbers[row].to_string()),
            _ => None,
        };
        if let Some(found) = found {
            *counts.entry(found).or_default() += 1;
        }
    }
    let (what, rows) = counts.into_iter().max_by_key(|(_, rows)| *rows)?;
    let is_often = rows as f64 >= PERSONAL * f64::from(filled);
    is_often.then(|| Finding::Personal { column: column.name.clone(), what, rows })
}

fn personal_text(text: &str) -> Option<Personal> {
    let text = text.trim();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((name, host)) = text.split_once('@') {
        let is_email =
            !name.is_empty() && !name.contains(' ') && host.contains('.') && !host.contains([' ', '@']);
        return is_email.then_some(Personal::Email);
    }
    if text.len() == 18 && text.is_ascii() {
        return is_id_card(text.as_bytes()).then_some(Personal::IdCard);
    }
    let bare = text.strip_prefix("+86").unwrap_or(text).replace([' ', '-'], "");
    let is_phone = bare.len() == 11 && digits(&bare) && matches!(bare.as_bytes(), [b'1', b'3'..=b'9', ..]);
    is_phone.then_some(Personal::Phone)
}

/// A citizen's number with its check digit (GB 11643-1999).
fn is_id_card(text: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let [body @ .., check] = text else { return false };
    if !body.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = body.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    b"10X98765432"[(sum % 11) as usize] == check.to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data::{parse_csv, room::Survey},
        project::{DatasetSpec, Recipe, Task},
    };

    fn found(text: &str, target: &str) -> Vec<Finding> {
        let table = parse_csv(text.into(), "t.csv", None).expect("a table");
        let dataset = DatasetSpec {
            file: "t.csv".into(),
            header: None,
            target: target.into(),
            task: Task::Classification,
            ignore: Vec::new(),
        };
        let recipe = Recipe { split: Default::default(), steps: Vec::new() };
        Survey::of(&table, &dataset, Some(&recipe)).findings
    }

    /// Rows that nothing is wrong with.
    fn sound(rows: usize) -> String {
        let row = |n: usize| format!("{},{},{}\n", n * 37 % 101, n * 53 % 97, ["yes", "no"][n * 7 % 13 % 2]);
        format!("a,b,c\n{}", (0..rows).map(row).collect::<String>())
    }

    #[test]
    fn nothing_is_found_where_nothing_is_wrong() {
        assert_eq!(found(&sound(90), "c"), []);
    }

    #[test]
    fn rows_that_are_there_twice_leak_and_conflict() {
        let twice = format!("{}{}", sound(60), sound(60).split_once('\n').expect("rows").1);
        let found = found(&twice, "c");
        assert!(found.contains(&Finding::Duplicates { rows: 60 }), "{found:?}");
        assert!(matches!(found[0], Finding::Leaks { rows } if rows > 10), "{found:?}");
        let conflict = format!("{}0,0,maybe\n0,0,yes\n500,1,no\n500,1,yes\n", sound(90));
        let found = super::tests::found(&conflict, "c");
        assert!(
            found.iter().any(|found| matches!(found, Finding::Conflicts { rows } if *rows >= 4)),
            "{found:?}"
        );
    }

    #[test]
    fn columns_that_say_too_much_or_nothing_are_named() {
        let row = |n: usize| {
            format!("{},{},{},x\n", n * 37 % 101, ["q", "r"][n * 7 % 13 % 2], ["yes", "no"][n * 7 % 13 % 2])
        };
        let text = format!("a,tells,c,same\n{}", (0..90).map(row).collect::<String>());
        let found = found(&text, "c");
        assert!(found.contains(&Finding::Telltale { column: "tells".into() }), "{found:?}");
        assert!(found.contains(&Finding::Constant { column: "same".into() }), "{found:?}");
    }

    #[test]
    fn gaps_outliers_and_rare_classes_are_counted() {
        let text = format!("{},5,yes\n900,7,no\n{}", sound(90), "1,2,rare\n".repeat(3));
        let found = found(&text, "c");
        for finding in [
            Finding::Gaps { column: "a".into(), rows: 1 },
            Finding::Outliers { column: "a".into(), rows: 1 },
            Finding::Imbalance { class: "rare".into(), rows: 3 },
        ] {
            assert!(found.contains(&finding), "{finding:?} is not in {found:?}");
        }
    }

    #[test]
    fn what_belongs_to_persons_is_told_apart_from_what_does_not() {
        for (text, expected) in [
            ("anna@example.com", Some(Personal::Email)),
            ("a @ b", None),
            ("13812345678", Some(Personal::Phone)),
            ("+86 138-1234-5678", Some(Personal::Phone)),
            ("12345678901", None),
            // The example of the standard.
            ("11010519491231002X", Some(Personal::IdCard)),
            ("110105194912310021", None),
            ("北京市朝阳区", None),
        ] {
            assert_eq!(personal_text(text), expected, "{text}");
        }
    }
}
