//! IDX, the format of MNIST: a magic number, the sizes, then the bytes; pictures in one file, labels in another.

use std::collections::BTreeMap;

use super::{SPLIT, source::Source, table};
use crate::data::{Cells, Column, DataError, Files, MAX_ROWS, Table, infer, picture};

/// Whether a file begins as IDX of bytes, of one dimension (labels) or three (pictures).
pub(super) fn is_idx(bytes: &[u8]) -> bool {
    matches!(bytes, [0, 0, 0x08, 1 | 3, ..])
}

/// Pairs of pictures and labels, by what their names have in common; the name says the split.
pub(super) fn read(sources: &[Source], path: &str) -> Result<Table, DataError> {
    let mut pairs: BTreeMap<String, [Option<&Source>; 2]> = BTreeMap::new();
    for source in sources.iter().filter(|source| is_idx(&source.bytes)) {
        let is_label = source.bytes[3] == 1;
        let stem =
            source.stem().replace("images", "").replace("labels", "").replace("idx3", "").replace("idx1", "");
        pairs.entry(stem).or_default()[usize::from(is_label)] = Some(source);
    }
    let (mut files, mut labels, mut splits) = (Files::default(), Vec::new(), Vec::new());
    for (stem, [images, named]) in &pairs {
        let Some(images) = images else { continue };
        let before = files.len();
        let pixels = items(images, path)?;
        let size = pixels.size;
        for row in pixels.rows {
            let encoded = picture::encode(row, [1, size[0], size[1]]);
            files.push(&encoded.map_err(|cause| DataError::Unreadable { file: images.name.clone(), cause })?);
        }
        let rows = files.len() - before;
        match named {
            Some(named) => {
                let items = items(named, path)?;
                let found = items.rows.len();
                if found != rows {
                    let cause = format!("it has {found} labels; {} has {rows} pictures", images.name);
                    return Err(DataError::Unreadable { file: named.name.clone(), cause });
                }
                labels.extend(items.rows.map(|row| row.first().map(u8::to_string)));
            }
            None => labels.resize(files.len(), None),
        }
        let split = if stem.contains("t10k") || stem.contains("test") { "test" } else { "training" };
        splits.resize(files.len(), Some(split));
    }
    if files.is_empty() {
        let cause = "there are labels, but no pictures beside them".into();
        return Err(DataError::Unreadable { file: path.into(), cause });
    }
    let mut columns = vec![Column { name: "image".into(), cells: Cells::Images(files) }];
    if labels.iter().any(Option::is_some) {
        let cells = infer::categories(labels.iter().map(Option::as_deref));
        columns.push(Column { name: "label".into(), cells });
    }
    if splits.iter().any(|split| *split != splits[0]) {
        columns.push(Column { name: SPLIT.into(), cells: infer::categories(splits.iter().copied()) });
    }
    Ok(table(columns, 1))
}

struct Items<'a> {
    rows: std::slice::ChunksExact<'a, u8>,
    /// Height and width; 1 and 1 of labels.
    size: [usize; 2],
}

/// The rows of a file, whose header is held against its bytes.
fn items<'a>(source: &'a Source, path: &str) -> Result<Items<'a>, DataError> {
    let unreadable =
        |cause: String| DataError::Unreadable { file: format!("{path}: {}", source.name), cause };
    let bytes = &source.bytes;
    let dimensions = usize::from(*bytes.get(3).unwrap_or(&0));
    let size = |index: usize| {
        let four = bytes.get(4 + 4 * index..8 + 4 * index)?;
        Some(u32::from_be_bytes(four.try_into().ok()?) as usize)
    };
    let sizes: Option<Vec<usize>> = (0..dimensions).map(size).collect();
    let sizes = sizes.ok_or_else(|| unreadable("it ends before its header does".into()))?;
    let (rows, size) = match sizes[..] {
        [rows] => (rows, [1, 1]),
        [rows, height, width] => (rows, [height, width]),
        _ => return Err(unreadable(format!("it has {dimensions} dimensions"))),
    };
    let side = picture::MAX_SIDE as usize;
    let fits = rows > 0 && rows <= MAX_ROWS && size.iter().all(|size| (1..=side).contains(size));
    let data = &bytes[4 + 4 * dimensions..];
    let needed = rows.checked_mul(size[0]).and_then(|n| n.checked_mul(size[1]));
    match needed {
        Some(needed) if fits && data.len() == needed => {
            Ok(Items { rows: data.chunks_exact(size[0] * size[1]), size })
        }
        _ => Err(unreadable(format!("its header asks for {sizes:?}, but {} bytes follow", data.len()))),
    }
}
