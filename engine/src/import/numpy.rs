//! NumPy's arrays: `.npy`, and `.npz`, which is an archive of them. Numbers only; an array of objects would be a
//! program, and is refused.
//!
//! The format is NEP 1's: a magic word, a version, a header that is a Python dictionary, then the numbers.

use super::{Faults, archive, source::Source, table};
use crate::data::{Cells, Column, DataError, Files, MAX_COLUMNS, MAX_ROWS, Table, picture};

const MAGIC: &[u8] = b"\x93NUMPY";
/// Longest header.
const MAX_HEADER: usize = 1 << 16;
/// Channels of a picture.
const CHANNELS: [usize; 2] = [1, 3];
/// Least side of a picture.
const MIN_SIDE: usize = 4;

/// An array as its header says it is, and its bytes, as many as it needs.
struct Array<'a> {
    kind: Kind,
    bytes: usize,
    big_endian: bool,
    fortran: bool,
    shape: Vec<usize>,
    data: &'a [u8],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bool,
    Signed,
    Unsigned,
    Float,
    /// UCS-4 letters.
    Text,
}

/// Arrays side by side: each of the same number of rows. `[n]` is a column, `[n, m]` are `m`, and `[n, h, w]` or
/// `[n, h, w, c]` of bytes are pictures.
pub(super) fn read(source: &Source, faults: &mut Faults) -> Result<Table, DataError> {
    let arrays = if source.bytes.starts_with(MAGIC) {
        vec![Source { name: "array.npy".into(), bytes: source.bytes.clone() }]
    } else {
        archive::unzip(source, faults)?
    };
    let unreadable = |cause: String| DataError::Unreadable { file: source.name.clone(), cause };
    let mut columns: Vec<Column> = Vec::new();
    let is_alone = arrays.len() == 1;
    for member in &arrays {
        let name = if is_alone { "column".into() } else { member.stem() };
        let found = Array::parse(&member.bytes).and_then(|array| array.columns(&name, is_alone));
        let found = match found {
            Ok(found) => found,
            Err(cause) if is_alone => return Err(unreadable(cause)),
            Err(cause) => {
                faults.push(DataError::ColumnLeftOut { file: source.name.clone(), column: name, cause });
                continue;
            }
        };
        let rows = |columns: &[Column]| columns.first().map(|column| column.cells.len());
        if rows(&columns).is_some_and(|rows| found.iter().any(|column| column.cells.len() != rows)) {
            let cause = "it has not as many rows as the arrays before it".into();
            faults.push(DataError::ColumnLeftOut { file: source.name.clone(), column: name, cause });
            continue;
        }
        columns.extend(found);
        let (count, limit) = (columns.len(), MAX_COLUMNS);
        if count > limit {
            return Err(DataError::TooManyColumns {
                file: source.name.clone(),
                row: 1,
                columns: count,
                limit,
            });
        }
    }
    Ok(table(columns, 1))
}

impl<'a> Array<'a> {
    fn parse(file: &'a [u8]) -> Result<Self, String> {
        let cut = || "it ends before its header does".to_owned();
        let rest = file.strip_prefix(MAGIC).ok_or("it is no NumPy array")?;
        let (length, rest) = match *rest {
            [1, _, a, b, ref rest @ ..] => (usize::from(u16::from_le_bytes([a, b])), rest),
            [2 | 3, _, a, b, c, d, ref rest @ ..] => (u32::from_le_bytes([a, b, c, d]) as usize, rest),
            [_, _, _, _, ..] => return Err("its version is not known".into()),
            _ => return Err(cut()),
        };
        if length > MAX_HEADER {
            return Err(format!("its header is {length} bytes long; at most {MAX_HEADER} are read"));
        }
        let (header, data) = rest.split_at_checked(length).ok_or_else(cut)?;
        let header = std::str::from_utf8(header).map_err(|_| "its header is no text")?;
        let kind = value(header, "descr")?.trim_matches(['\'', '"']);
        let fortran = value(header, "fortran_order")? == "True";
        let sizes = value(header, "shape")?;
        let sizes = sizes.strip_prefix('(').and_then(|sizes| sizes.strip_suffix(')'));
        let sizes = sizes.ok_or("its shape is no tuple")?.split(',').map(str::trim);
        let shape: Vec<usize> = sizes
            .filter(|size| !size.is_empty())
            .map(|size| size.parse().map_err(|_| format!("its shape holds {size}")))
            .collect::<Result<_, _>>()?;
        let mut letters = kind.chars();
        let big_endian = match letters.next() {
            Some('>') => true,
            Some('<' | '|' | '=') => false,
            _ => return Err(format!("its numbers are {kind}, which is not known")),
        };
        let (kind_letter, size) = (letters.next(), letters.as_str().parse::<usize>());
        let (kind, bytes) = match (kind_letter, size) {
            (Some('b'), Ok(1)) => (Kind::Bool, 1),
            (Some('i'), Ok(size @ (1 | 2 | 4 | 8))) => (Kind::Signed, size),
            (Some('u'), Ok(size @ (1 | 2 | 4 | 8))) => (Kind::Unsigned, size),
            (Some('f'), Ok(size @ (4 | 8))) => (Kind::Float, size),
            (Some('U'), Ok(letters @ 1..=10_000)) => (Kind::Text, 4 * letters),
            (Some('O'), _) => return Err("it holds Python objects, which could be programs".into()),
            _ => return Err(format!("its numbers are {kind}, which is not known")),
        };
        let count = shape.iter().try_fold(1_usize, |count, size| count.checked_mul(*size));
        let needed = count.and_then(|count| count.checked_mul(bytes));
        let data = needed.and_then(|needed| data.get(..needed));
        let data = data.ok_or_else(|| format!("its shape {shape:?} needs more bytes than there are"))?;
        Ok(Self { kind, bytes, big_endian, fortran, shape, data })
    }

    /// The columns that it makes, called `name`, or `name_1` ….
    fn columns(&self, name: &str, is_alone: bool) -> Result<Vec<Column>, String> {
        let Some((&rows, sizes)) = self.shape.split_first() else {
            return Err("it is a single number".into());
        };
        if rows > MAX_ROWS {
            return Err(format!("it has {rows} rows; at most {MAX_ROWS} are read"));
        }
        if let Some(size) = self.picture(sizes)? {
            let name = if is_alone { "image" } else { name };
            return Ok(vec![Column { name: name.into(), cells: Cells::Images(self.pictures(rows, size)?) }]);
        }
        let width = sizes.iter().try_fold(1_usize, |width, size| width.checked_mul(*size));
        let width = width.filter(|width| (1..=MAX_COLUMNS).contains(width));
        let width = width.ok_or_else(|| format!("its shape {:?} makes too many columns", self.shape))?;
        let column = |index: usize| {
            let name =
                if width == 1 && !is_alone { name.to_owned() } else { format!("{name}_{}", index + 1) };
            Column { name, cells: self.cells(rows, width, index) }
        };
        Ok((0..width).map(column).collect())
    }

    /// Channels, height and width, where rows are pictures of bytes.
    fn picture(&self, sizes: &[usize]) -> Result<Option<[usize; 3]>, String> {
        let size = match *sizes {
            [height, width] => [1, height, width],
            [height, width, channels] if CHANNELS.contains(&channels) => [channels, height, width],
            _ => return Ok(None),
        };
        let is_byte = self.kind == Kind::Unsigned && self.bytes == 1;
        let side = picture::MAX_SIDE as usize;
        Ok((is_byte
            && !self.fortran
            && (MIN_SIDE..=side).contains(&size[1])
            && (MIN_SIDE..=side).contains(&size[2]))
        .then_some(size))
    }

    fn pictures(&self, rows: usize, size: [usize; 3]) -> Result<Files, String> {
        let pixels: usize = size.iter().product();
        let mut files = Files::default();
        for row in self.data.chunks_exact(pixels).take(rows) {
            files.push(&picture::encode(row, size)?);
        }
        Ok(files)
    }

    /// A column of the array seen as `[rows, width]`.
    fn cells(&self, rows: usize, width: usize, column: usize) -> Cells {
        let place = |row: usize| if self.fortran { column * rows + row } else { row * width + column };
        let item = |row: usize| {
            let at = place(row) * self.bytes;
            &self.data[at..at + self.bytes]
        };
        if self.kind == Kind::Text {
            let texts = (0..rows).map(|row| Some(self.text(item(row))).filter(|text| !text.is_empty()));
            return crate::data::infer::texts(texts.collect(), None);
        }
        let number = |row: usize| self.number(item(row)) + 0.0;
        let finite = |number: f64| if number.abs() <= f64::from(f32::MAX) { number } else { f64::NAN };
        Cells::Numbers((0..rows).map(|row| finite(number(row))).collect())
    }

    fn number(&self, item: &[u8]) -> f64 {
        let mut bytes = [0_u8; 8];
        // Least first, and what is negative goes on with ones.
        let ordered: Vec<u8> =
            if self.big_endian { item.iter().rev().copied().collect() } else { item.to_vec() };
        let is_negative = self.kind == Kind::Signed && ordered.last().is_some_and(|byte| *byte >= 0x80);
        bytes.fill(if is_negative { 0xFF } else { 0 });
        bytes[..ordered.len()].copy_from_slice(&ordered);
        match (self.kind, self.bytes) {
            (Kind::Float, 4) => f64::from(f32::from_bits(u64::from_le_bytes(bytes) as u32)),
            (Kind::Float, _) => f64::from_le_bytes(bytes),
            (Kind::Signed, _) => i64::from_le_bytes(bytes) as f64,
            _ => u64::from_le_bytes(bytes) as f64,
        }
    }

    fn text(&self, item: &[u8]) -> String {
        let letter = |bytes: &[u8]| {
            let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
            let code = if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
            char::from_u32(code).unwrap_or('\u{FFFD}')
        };
        item.chunks_exact(4).map(letter).take_while(|letter| *letter != '\0').collect()
    }
}

/// What stands behind a key of the header.
fn value<'a>(header: &'a str, key: &str) -> Result<&'a str, String> {
    let missing = || format!("its header has no {key}");
    let (_, rest) = header.split_once(&format!("'{key}'")).ok_or_else(missing)?;
    let rest = rest.trim_start().strip_prefix(':').ok_or_else(missing)?.trim_start();
    let end = match rest.chars().next() {
        Some('(') => rest.find(')').map(|end| end + 1),
        Some('\'') => rest[1..].find('\'').map(|end| end + 2),
        _ => rest.find([',', '}']),
    };
    Ok(rest[..end.ok_or_else(missing)?].trim())
}
