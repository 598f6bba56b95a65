//! CIFAR-10 and CIFAR-100 in binary: a label or two, then 3,072 bytes, plane by plane.

use super::{SPLIT, source::Source, table};
use crate::data::{Cells, Column, DataError, Files, Table, infer, picture};

const SIDE: usize = 32;
const PIXELS: usize = 3 * SIDE * SIDE;

/// How many labels stand before each picture, if the file can be one of these.
pub(super) fn labels(source: &Source) -> Option<usize> {
    let length = source.bytes.len();
    let is_of = |labels: usize| length > 0 && length.is_multiple_of(PIXELS + labels);
    let named = source.ending() == "bin";
    let first = |labels: usize, most: u8| {
        source.bytes.chunks_exact(PIXELS + labels).take(100).all(|row| row[labels - 1] < most)
    };
    match () {
        () if named && is_of(1) && first(1, 10) => Some(1),
        () if named && is_of(2) && first(2, 100) => Some(2),
        () => None,
    }
}

pub(super) fn read(sources: &[Source], path: &str) -> Result<Table, DataError> {
    let names: Vec<&str> = sources
        .iter()
        .find(|source| {
            ["batches.meta.txt", "fine_label_names.txt"].iter().any(|name| source.name.ends_with(name))
        })
        .and_then(|source| std::str::from_utf8(&source.bytes).ok())
        .map_or_else(Vec::new, |text| text.lines().map(str::trim).filter(|line| !line.is_empty()).collect());
    let (mut files, mut classes, mut splits) = (Files::default(), Vec::new(), Vec::new());
    for source in sources {
        let Some(labels) = labels(source) else { continue };
        let split = if source.stem().contains("test") { "test" } else { "training" };
        for row in source.bytes.chunks_exact(PIXELS + labels) {
            let (label, planes) = (usize::from(row[labels - 1]), &row[labels..]);
            let pixels: Vec<u8> = (0..SIDE * SIDE)
                .flat_map(|at| (0..3).map(move |channel| planes[channel * SIDE * SIDE + at]))
                .collect();
            let encoded = picture::encode(&pixels, [3, SIDE, SIDE]);
            files.push(&encoded.map_err(|cause| DataError::Unreadable { file: path.into(), cause })?);
            classes.push(names.get(label).map_or_else(|| label.to_string(), |name| (*name).to_owned()));
            splits.push(split);
        }
    }
    let classes = infer::categories(classes.iter().map(|class| Some(class.as_str())));
    let mut columns = vec![
        Column { name: "image".into(), cells: Cells::Images(files) },
        Column { name: "label".into(), cells: classes },
    ];
    if splits.iter().any(|split| *split != splits[0]) {
        let cells = infer::categories(splits.iter().map(|split| Some(*split)));
        columns.push(Column { name: SPLIT.into(), cells });
    }
    Ok(table(columns, 1))
}
