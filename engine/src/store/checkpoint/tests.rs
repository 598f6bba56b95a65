//! Old or new, never a third: whatever the disk does.

use candle_core::{Device, Tensor};

use super::{
    disk::faults::{self, Fault},
    *,
};
use crate::train::{
    Steered, best::Mark, metrics::Tally, scaler::Scaler, schedule::Plateau, stopper::Patience,
};

fn change() -> Steered {
    let (path, from, to) = ("optimizer.learning_rate".into(), (0.1 + 0.2).into(), 5e-324.into());
    Steered { step: 3, epoch: 1.0 / 3.0, path, from, to }
}

fn checkpoint(step: u64, value: f32) -> Checkpoint {
    let tensor = Tensor::new(&[[value, 2.0], [3.0, -0.0]], &Device::Cpu).unwrap();
    let mut tally = Tally::default();
    tally.loss(0.1 + 0.2, 3.0, 3);
    tally.numbers(&[0.1], &[0.7]);
    let mut scaler = Scaler::default();
    scaler.observe(false);
    let memory = Memory {
        data: u64::MAX - 1,
        epochs: 4,
        steered: vec![change()],
        tally,
        plateau: Plateau { best: Some(0.1 + 0.2), waited: 1, reductions: 2 },
        patience: Patience { best: Some(1.0 / 3.0), epochs_without: 1 },
        best: Some(Mark { step: 1, value: 1.0 / 3.0 }),
        scaler: Some(scaler),
    };
    Checkpoint {
        place: Place { step, epoch: 2, batch: 3, row: 41 },
        memory,
        model: vec![("b.weight".into(), tensor.clone()), ("a.weight".into(), tensor.clone())],
        optimizer: vec![
            ("steps".into(), Tensor::new(-7i64, &Device::Cpu).unwrap()),
            ("a.weight.exp_avg".into(), tensor.clone()),
        ],
        best: vec![("b.weight".into(), (&tensor * 0.5).unwrap())],
    }
}

fn values(checkpoint: &Checkpoint) -> Vec<(String, Vec<usize>, Vec<u8>)> {
    let lists = [&checkpoint.model, &checkpoint.optimizer, &checkpoint.best];
    let tensors = lists.into_iter().flatten();
    tensors
        .map(|(name, tensor)| {
            let bytes = tensors::encode(&vec![(String::new(), tensor.clone())]).unwrap();
            (name.clone(), tensor.dims().to_vec(), bytes)
        })
        .collect()
}

fn assert_same(read: &Checkpoint, expected: &Checkpoint) {
    assert_eq!((read.place, &read.memory), (expected.place, &expected.memory));
    assert_eq!(values(read), values(expected));
}

/// What is in a run's folder of checkpoints.
fn names(run_folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(run_folder.join(FOLDER)).unwrap().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The newest that is whole, nothing being damaged.
fn newest(run_folder: &Path) -> Option<Checkpoint> {
    let (checkpoint, damaged) = read_newest(run_folder).unwrap();
    assert_eq!(damaged, []);
    checkpoint
}

#[test]
fn what_is_written_is_read_and_the_newest_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    assert!(newest(folder.path()).is_none());
    for step in [8, 9, 10, 11] {
        write(folder.path(), &checkpoint(step, step as f32), 2).unwrap();
        assert_same(&newest(folder.path()).unwrap(), &checkpoint(step, step as f32));
        assert_eq!(newest_step(folder.path()), Some(step));
    }
    assert_eq!(names(folder.path()), ["10", "11"]);
}

#[test]
fn a_step_is_kept_twice_only_where_something_has_changed() {
    let folder = tempfile::tempdir().unwrap();
    let first = checkpoint(5, 1.0);
    write(folder.path(), &first, 2).unwrap();
    write(folder.path(), &first, 2).unwrap();
    assert_eq!(names(folder.path()), ["5"]);
    let mut longer = first.clone();
    longer.memory.epochs += 10;
    write(folder.path(), &longer, 2).unwrap();
    assert_same(&newest(folder.path()).unwrap(), &longer);
    write(folder.path(), &checkpoint(6, 1.0), 1).unwrap();
    assert_eq!(names(folder.path()), ["6"]);
}

#[test]
fn the_hashes_are_those_of_sha256sum() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &checkpoint(1, 1.0), 1).unwrap();
    let checked = std::process::Command::new("sha256sum")
        .args(["--check", "--strict", SUMS])
        .current_dir(folder.path().join(FOLDER).join("1"))
        .output();
    let Ok(checked) = checked else { return println!("skipped: there is no sha256sum here") };
    assert!(checked.status.success(), "{checked:?}");
}

#[test]
fn a_file_changed_at_any_byte_or_cut_is_set_aside_and_the_one_before_wins() {
    for name in [MODEL, OPTIMIZER, BEST, MANIFEST, SUMS] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &checkpoint(1, 1.0), 2).unwrap();
        write(folder.path(), &checkpoint(2, 2.0), 2).unwrap();
        let file = folder.path().join(FOLDER).join("2").join(name);
        let whole = fs::read(&file).unwrap();
        let stride = (whole.len() / 40).max(1);
        for at in (0..whole.len()).step_by(stride) {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            for bytes in [&whole[..at], &flipped[..]] {
                fs::write(&file, bytes).unwrap();
                let (found, damaged) = read_newest(folder.path()).unwrap();
                assert_same(&found.unwrap(), &checkpoint(1, 1.0));
                let [StoreError::SetAside { folder: aside, .. }] = &damaged[..] else {
                    panic!("{name} at {at}: {damaged:?}")
                };
                assert!(aside.ends_with("2.damaged"), "{aside}");
                fs::rename(aside, file.parent().unwrap()).unwrap();
            }
        }
    }
}

#[test]
fn a_missing_file_is_damage_and_another_version_is_not() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &checkpoint(1, 1.0), 1).unwrap();
    let place = folder.path().join(FOLDER).join("1");
    let manifest = place.join(MANIFEST);
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("\"schema\": 2", "\"schema\": 1")).unwrap();
    fs::remove_file(place.join(SUMS)).unwrap();
    assert!(matches!(read_newest(folder.path()), Err(StoreError::OtherCheckpoint { found: 1, .. })));
    fs::remove_file(&manifest).unwrap();
    let (found, damaged) = read_newest(folder.path()).unwrap();
    assert!(found.is_none() && damaged.len() == 1);
    assert_eq!(names(folder.path()), ["1.damaged"]);
}

/// At every operation in turn: nothing is done any more.
#[test]
fn a_crash_at_any_instant_leaves_the_old_or_the_new_checkpoint() {
    let (old, new) = (checkpoint(1, 1.0), checkpoint(2, 2.0));
    for fault in faults::ERRORS.map(Fault::Forever) {
        for operations in 0.. {
            let folder = tempfile::tempdir().unwrap();
            write(folder.path(), &old, 1).unwrap();
            let (_, crashed) = faults::with(operations, fault, || write(folder.path(), &new, 1));
            let found = newest(folder.path()).unwrap();
            assert_same(&found, if found.place == old.place { &old } else { &new });
            write(folder.path(), &checkpoint(3, 3.0), 1).unwrap();
            assert_eq!(names(folder.path()), ["3"], "crashed after {operations}: nothing is left over");
            if !crashed {
                assert!(operations > 10, "a checkpoint is more than {operations} operations");
                break;
            }
        }
    }
}

/// At every operation in turn: the disk refuses it once.
#[test]
fn a_disk_that_fails_once_is_told_leaves_what_was_there_and_is_got_over() {
    let (old, new) = (checkpoint(1, 1.0), checkpoint(2, 2.0));
    for fault in faults::ERRORS.map(Fault::Once) {
        for operations in 0.. {
            let folder = tempfile::tempdir().unwrap();
            write(folder.path(), &old, 1).unwrap();
            let (written, failed) = faults::with(operations, fault, || write(folder.path(), &new, 1));
            let found = newest(folder.path()).unwrap();
            match written {
                Ok(()) => assert_same(&found, &new),
                Err(error) => {
                    assert!(matches!(error, StoreError::Unwritable { .. }), "{fault:?}: {error}");
                    assert!(found.place == old.place || found.place == new.place);
                }
            }
            write(folder.path(), &new, 1).unwrap();
            assert_same(&newest(folder.path()).unwrap(), &new);
            assert!(!names(folder.path()).contains(&DRAFT.to_owned()), "failed after {operations}");
            if !failed {
                break;
            }
        }
    }
}

/// A file that others are to read is there whole, or not at all, and the one before stays.
#[test]
fn an_export_on_a_disk_that_fails_leaves_the_file_before() {
    use crate::store::export;

    for error in faults::ERRORS {
        for fault in [Fault::Once(error), Fault::Forever(error)] {
            for operations in 0.. {
                let folder = tempfile::tempdir().unwrap();
                let file = folder.path().join("there/curves.csv");
                export::write(&file, b"old").unwrap();
                let (written, failed) =
                    faults::with(operations, fault, || export::write(&file, b"new, longer"));
                let found = fs::read(&file).unwrap();
                assert_eq!(found, if written.is_ok() { &b"new, longer"[..] } else { b"old" }, "{fault:?}");
                if !failed {
                    assert!(operations > 2);
                    break;
                }
            }
        }
    }
}
