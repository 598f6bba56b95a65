//! Every file of `../shared/data`, where it is: its task is guessed without help.

use std::path::PathBuf;

use crate::{
    import::{Format, Imported, Reading, read},
    project::Task,
};

fn shared(name: &str) -> Option<Imported> {
    let folder = std::env::var_os("TRAINYARD_SHARED_DATA")
        .map_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data").into(), PathBuf::from);
    let path = folder.join(name);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(read(&path, &Reading::default()).unwrap_or_else(|error| panic!("{error}")))
}

#[test]
fn the_task_of_every_real_file_is_guessed() {
    for (name, format, rows, target, task) in [
        ("california_housing.csv", Format::Delimited, 20_640, "median_house_value", Task::Regression),
        ("waimai_10k.csv", Format::Delimited, 11_987, "label", Task::Classification),
        ("wnut17", Format::Conll, 5690, "tags", Task::Tagging),
        ("eng-cmn", Format::Pairs, 20_403, "target", Task::Translation),
        ("tinyshakespeare.txt", Format::Text, 32_777, "text", Task::LanguageModeling),
        ("mnist-10k", Format::Idx, 10_000, "label", Task::Classification),
        ("cifar10-images", Format::Images, 4000, "label", Task::Classification),
        ("fsdd", Format::Audio, 900, "label", Task::Classification),
    ] {
        let Some(data) = shared(name) else { continue };
        let guessed = data.suggestion.as_ref().map(|guessed| (guessed.target.as_str(), guessed.task));
        assert_eq!(guessed, Some((target, task)), "{name}");
        assert_eq!((data.format, data.table.rows), (format, rows), "{name}: {:?}", data.faults.list.first());
        assert_eq!(data.faults.count, 0, "{name}: {:?}", data.faults.list.first());
    }
}

#[test]
fn splits_that_folders_and_files_name_are_kept() {
    for (name, splits) in [("cifar10-images", 2), ("wnut17", 3)] {
        let Some(data) = shared(name) else { continue };
        let split = data.split.as_ref().and_then(|split| data.table.column(split)).expect("splits");
        assert_eq!(split.cells.distinct(), splits, "{name}");
    }
    let Some(data) = shared("waimai_10k.csv") else { return };
    assert!(data.is_plain && data.split.is_none());
}
