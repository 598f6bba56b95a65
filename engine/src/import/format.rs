//! What files are: by their first bytes, their names, and, of text, by how its lines look.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Faults, cifar, encoding, idx, source::Source};
use crate::{
    data::{dialect, picture, sound},
    score,
};

/// How rows lie in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// CSV, TSV: fields between delimiters.
    Delimited,
    JsonLines,
    Parquet,
    Excel,
    Numpy,
    Idx,
    Cifar,
    /// A text a line.
    Text,
    /// A text in two languages, a tab between them.
    Pairs,
    /// Words and their tags.
    Conll,
    Images,
    Audio,
}

impl Format {
    pub const ALL: [Self; 12] = [
        Self::Delimited,
        Self::JsonLines,
        Self::Parquet,
        Self::Excel,
        Self::Numpy,
        Self::Idx,
        Self::Cifar,
        Self::Text,
        Self::Pairs,
        Self::Conll,
        Self::Images,
        Self::Audio,
    ];

    /// `delimited` …; behind `format-` the key of its words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delimited => "delimited",
            Self::JsonLines => "json-lines",
            Self::Parquet => "parquet",
            Self::Excel => "excel",
            Self::Numpy => "numpy",
            Self::Idx => "idx",
            Self::Cifar => "cifar",
            Self::Text => "text",
            Self::Pairs => "pairs",
            Self::Conll => "conll",
            Self::Images => "images",
            Self::Audio => "audio",
        }
    }
}

/// Names of files that say something about the data, and are none.
const ABOUT: [&str; 6] = ["readme", "license", "licence", "citation", "changelog", "batches.meta"];
/// How many lines of a text are looked at.
const SAMPLE_LINES: usize = 200;
const SAMPLE_BYTES: usize = 64 << 10;

/// The format that says most of the bytes; pictures and sounds go before lists that lie beside them.
pub(super) fn find(sources: &[Source]) -> Option<Format> {
    let mut sizes: BTreeMap<Format, usize> = BTreeMap::new();
    for source in sources {
        if let Some(format) = of(source) {
            *sizes.entry(format).or_default() += source.bytes.len();
        }
    }
    let media = [Format::Images, Format::Audio, Format::Idx, Format::Cifar];
    let first =
        media.into_iter().filter(|format| sizes.contains_key(format)).max_by_key(|format| sizes[format]);
    first.or_else(|| sizes.into_iter().max_by_key(|(_, size)| *size).map(|(format, _)| format))
}

/// What a single file is; `None` where nobody can say, or where it is only about others.
pub(super) fn of(source: &Source) -> Option<Format> {
    let (bytes, ending) = (&source.bytes[..], source.ending());
    if ABOUT.contains(&source.stem().as_str()) {
        return None;
    }
    if bytes.starts_with(b"PAR1") {
        return Some(Format::Parquet);
    }
    if bytes.starts_with(b"\x93NUMPY") || (ending == "npz" && bytes.starts_with(b"PK")) {
        return Some(Format::Numpy);
    }
    if bytes.starts_with(b"PK") {
        return ["xlsx", "xlsm"].contains(&ending.as_str()).then_some(Format::Excel);
    }
    if idx::is_idx(bytes) {
        return Some(Format::Idx);
    }
    if sound::is_sound(bytes) || ending == "wav" {
        return Some(Format::Audio);
    }
    if picture::is_picture(bytes) || ["jpg", "jpeg", "png", "bmp", "webp", "gif"].contains(&ending.as_str()) {
        return Some(Format::Images);
    }
    if cifar::labels(source).is_some() {
        return Some(Format::Cifar);
    }
    of_text(source, &ending)
}

fn of_text(source: &Source, ending: &str) -> Option<Format> {
    let sample =
        Source { name: String::new(), bytes: source.bytes[..source.bytes.len().min(SAMPLE_BYTES)].to_vec() };
    let (text, _) = encoding::decode(&sample, None, &mut Faults::default());
    // No text has these, whatever its encoding.
    if text.iter().any(|byte| matches!(byte, 0..=8 | 0x0E..=0x1F)) {
        return None;
    }
    let text = String::from_utf8_lossy(&text);
    let mut lines: Vec<&str> = text.lines().take(SAMPLE_LINES).collect();
    if sample.bytes.len() < source.bytes.len() && lines.len() > 1 && lines.len() < SAMPLE_LINES {
        lines.pop(); // perhaps cut in two
    }
    let start = text.trim_start();
    let is_json = start.starts_with("{\"") || start.starts_with("[{") || start.starts_with("{ \"");
    if ["jsonl", "ndjson", "json"].contains(&ending) || is_json {
        return Some(Format::JsonLines);
    }
    if is_conll(&lines) {
        return Some(Format::Conll);
    }
    if is_pairs(&lines) {
        return Some(Format::Pairs);
    }
    if ["csv", "tsv", "tab", "data"].contains(&ending) {
        return Some(Format::Delimited);
    }
    // Any other text is a table only where every line of it has the same number of fields.
    let delimiter = char::from(dialect::delimiter(text.as_bytes()));
    let filled: Vec<&&str> = lines.iter().filter(|line| !line.trim().is_empty()).collect();
    let width = |line: &str| line.split(delimiter).count();
    let is_table =
        filled.len() > 1 && filled.iter().all(|line| width(line) == width(filled[0])) && width(filled[0]) > 1;
    Some(if is_table { Format::Delimited } else { Format::Text })
}

/// Whether lines are words with tags behind them, sentences between blank lines.
fn is_conll(lines: &[&str]) -> bool {
    let filled = || lines.iter().filter(|line| !line.trim().is_empty() && !line.starts_with("-DOCSTART-"));
    let tagged = filled().filter(|line| {
        let mut fields = line.split(['\t', ' ']).filter(|field| !field.is_empty());
        fields.next().is_some() && fields.next_back().is_some_and(score::is_tag)
    });
    let (tagged, count) = (tagged.count(), filled().count());
    count > 1 && tagged * 20 >= count * 19 && lines.iter().any(|line| line.trim().is_empty())
}

/// Whether lines are two texts with a tab between: neither a number, neither the same in many lines, at least one of
/// several words or of letters beyond ASCII.
fn is_pairs(lines: &[&str]) -> bool {
    let rows: Vec<Vec<&str>> =
        lines.iter().filter(|line| !line.trim().is_empty()).map(|line| line.split('\t').collect()).collect();
    let paired = rows.iter().filter(|row| (2..=3).contains(&row.len())).count();
    // A stray line is one in a short file, too.
    let strays = (rows.len() / 20).max(1);
    if rows.len() < 4 || paired + strays < rows.len() {
        return false;
    }
    let column = |index: usize| rows.iter().filter_map(move |row| row.get(index).copied());
    let differ =
        |index: usize| column(index).collect::<std::collections::BTreeSet<_>>().len() * 2 > rows.len();
    let says = |text: &str| text.contains(char::is_alphabetic) && text.trim().parse::<f64>().is_err();
    let is_text = |index: usize| column(index).filter(|text| says(text)).count() + strays >= rows.len();
    let is_long = |text: &str| text.trim().contains(' ') || !text.is_ascii();
    let long = |index: usize| column(index).filter(|text| is_long(text)).count() * 2 > rows.len();
    (0..2).all(|index| differ(index) && is_text(index)) && (long(0) || long(1))
}
