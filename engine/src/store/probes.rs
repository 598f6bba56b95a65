//! A run's probes: its weights at moments of its training, for looking inside and never for going on.
//!
//! `runs/<id>/probes/<step>.safetensors`, written under another name and renamed. They are not synced: one that a loss of
//! power has damaged is as good as none.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    StoreError,
    checkpoint::{damaged, read_bytes, tensors},
    disk,
};
use crate::{
    model::Tensors,
    train::{Probes, checkpoint::is_finite},
};

const FOLDER: &str = "probes";
const ENDING: &str = "safetensors";
const DRAFT: &str = "draft";
/// Most probes of a run, however small they are.
const MOST: u64 = 200;

/// Puts down weights from time to time.
#[derive(Debug)]
pub struct Prober {
    run_folder: PathBuf,
    settings: Probes,
    /// Steps between two; twice as many whenever there would be too many.
    every: u64,
    /// The step of the newest.
    last: Option<u64>,
}

impl Prober {
    /// Goes on where the run's probes ended.
    pub fn new(run_folder: &Path, settings: Probes, planned_steps: u64) -> Self {
        let every = settings.every(planned_steps);
        Self { run_folder: run_folder.to_owned(), settings, every, last: None }
    }

    /// Whether these are still the settings of the run.
    pub fn is_of(&self, settings: Probes) -> bool {
        self.settings == settings
    }

    /// Whether the weights after `step` are to be put down.
    pub fn is_due(&self, step: u64) -> bool {
        self.settings.megabytes > 0 && step.is_multiple_of(self.every) && self.last != Some(step)
    }

    /// Puts down the weights after `step`; gives whether they are kept.
    ///
    /// # Errors
    /// If they cannot be written. They are not tried again.
    pub fn put(&mut self, step: u64, weights: &Tensors) -> Result<bool, StoreError> {
        self.last = Some(step);
        let folder = self.run_folder.join(FOLDER);
        let bytes = tensors::encode(weights).map_err(|cause| damaged(&folder, cause))?;
        let room = self.settings.megabytes.saturating_mul(1_000_000);
        let most = (room / (bytes.len() as u64).max(1)).min(MOST) as usize;
        if most == 0 {
            return Ok(false);
        }
        let mut kept = steps(&self.run_folder);
        kept.retain(|before| *before != step);
        let mut gone = Vec::new();
        if most == 1 {
            gone.append(&mut kept);
        }
        while kept.len() >= most {
            self.every = self.every.saturating_mul(2);
            gone.extend(kept.extract_if(.., |step| !step.is_multiple_of(self.every)));
        }
        for step in gone {
            disk::remove_file(&file(&self.run_folder, step))?;
        }
        if !step.is_multiple_of(self.every) {
            return Ok(false);
        }
        if !folder.is_dir() {
            disk::create_folder(&folder)?;
        }
        let draft = folder.join(DRAFT);
        disk::write_unsynced(&draft, &bytes)?;
        disk::rename(&draft, &file(&self.run_folder, step))?;
        Ok(true)
    }
}

/// The steps of a run's probes, in order.
pub fn steps(run_folder: &Path) -> Vec<u64> {
    let Ok(entries) = fs::read_dir(run_folder.join(FOLDER)) else { return Vec::new() };
    let step = |entry: fs::DirEntry| {
        let name = entry.file_name();
        name.to_str()?.strip_suffix(ENDING)?.strip_suffix('.')?.parse().ok()
    };
    let mut steps: Vec<u64> = entries.flatten().filter_map(step).collect();
    steps.sort_unstable();
    steps
}

/// Removes the probes after a step: the run goes on from there, and perhaps otherwise.
///
/// # Errors
/// If one cannot be removed.
pub fn forget_after(run_folder: &Path, step: u64) -> Result<(), StoreError> {
    for later in steps(run_folder).into_iter().filter(|later| *later > step) {
        disk::remove_file(&file(run_folder, later))?;
    }
    Ok(())
}

/// The weights after a step, by name; `None` where there is no probe of it.
///
/// # Errors
/// If it is damaged, or cannot be read.
pub fn read(run_folder: &Path, step: u64) -> Result<Option<Tensors>, StoreError> {
    let file = file(run_folder, step);
    if !file.is_file() {
        return Ok(None);
    }
    let bytes = read_bytes(&file)?;
    tensors::decode_all(&bytes).map(Some).map_err(|cause| damaged(&file, cause))
}

/// The newest probe of finite numbers that is of a later step; damaged ones are passed over.
///
/// # Errors
/// If there is one that cannot be read although it is not damaged.
pub fn read_newer(run_folder: &Path, than: Option<u64>) -> Result<Option<(u64, Tensors)>, StoreError> {
    for step in steps(run_folder).into_iter().rev().take_while(|step| than.is_none_or(|than| *step > than)) {
        match read(run_folder, step) {
            Ok(Some(weights)) if is_finite(&weights) => return Ok(Some((step, weights))),
            Ok(_) | Err(StoreError::Damaged { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

fn file(run_folder: &Path, step: u64) -> PathBuf {
    run_folder.join(FOLDER).join(format!("{step}.{ENDING}"))
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Tensor};

    use super::*;

    fn weights(step: u64) -> Tensors {
        // 2,000 bytes and a little.
        let values = vec![step as f32; 500];
        vec![("w".into(), Tensor::new(values, &Device::Cpu).unwrap())]
    }

    /// A run of so many steps, put down as often as it is due.
    fn run(folder: &Path, settings: Probes, steps: std::ops::RangeInclusive<u64>) {
        let mut prober = Prober::new(folder, settings, 1000);
        for step in steps {
            if prober.is_due(step) {
                prober.put(step, &weights(step)).unwrap();
            }
        }
    }

    #[test]
    fn probes_are_spread_over_the_run_and_hold_what_was_put_down() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), Probes::default(), 0..=1000);
        let expected: Vec<u64> = (0..=40).map(|n| n * 25).collect();
        assert_eq!(steps(folder.path()), expected);
        let read = read(folder.path(), 75).unwrap().unwrap();
        assert_eq!(read[0].1.to_vec1::<f32>().unwrap(), vec![75.0; 500]);
        assert!(super::read(folder.path(), 76).unwrap().is_none());
    }

    #[test]
    fn where_there_are_too_many_every_second_goes_and_a_run_that_goes_on_keeps_their_distance() {
        let folder = tempfile::tempdir().unwrap();
        let often = Probes { steps: 2, megabytes: 64 };
        run(folder.path(), often, 0..=700);
        let there = steps(folder.path());
        assert!(there.len() as u64 <= MOST && there.len() as u64 > MOST / 2, "{there:?}");
        assert!(there.windows(2).all(|pair| pair[1] - pair[0] == 4), "{there:?}");
        run(folder.path(), often, 701..=1000);
        let there = steps(folder.path());
        assert!(there.windows(2).all(|pair| pair[1] - pair[0] == there[1]), "{there:?}");
        assert_eq!(there.last(), Some(&1000));
    }

    #[test]
    fn who_asks_for_more_of_them_in_the_midst_gets_more_and_who_gives_less_room_takes_less() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), Probes { steps: 100, megabytes: 64 }, 0..=400);
        run(folder.path(), Probes { steps: 10, megabytes: 64 }, 401..=450);
        assert_eq!(steps(folder.path()), [0, 100, 200, 300, 400, 410, 420, 430, 440, 450]);
        let wide = vec![("w".into(), Tensor::zeros(60_000, candle_core::DType::F32, &Device::Cpu).unwrap())];
        let mut prober = Prober::new(folder.path(), Probes { steps: 10, megabytes: 1 }, 1000);
        prober.put(480, &wide).unwrap();
        let there = steps(folder.path());
        assert!(there.len() <= 4 && there[0] == 0, "a quarter of a megabyte each: {there:?}");
        let mut prober = Prober::new(folder.path(), Probes { steps: 10, megabytes: 1 }, 1000);
        let wider =
            vec![("w".into(), Tensor::zeros(200_000, candle_core::DType::F32, &Device::Cpu).unwrap())];
        assert!(prober.put(490, &wider).unwrap());
        assert_eq!(steps(folder.path()), [490], "room for one: the newest");
        let vast = Probes { steps: 10, megabytes: u64::MAX };
        assert!(Prober::new(folder.path(), vast, 1000).put(960, &wide).unwrap(), "as much room as there is");
    }

    #[test]
    fn a_model_that_is_too_large_has_none_and_so_has_who_wants_none() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), Probes { steps: 1, megabytes: 0 }, 0..=5);
        assert!(steps(folder.path()).is_empty());
        let large =
            vec![("w".into(), Tensor::zeros(300_000, candle_core::DType::F32, &Device::Cpu).unwrap())];
        let mut prober = Prober::new(folder.path(), Probes { steps: 1, megabytes: 1 }, 10);
        assert!(!prober.put(1, &large).unwrap());
        assert!(steps(folder.path()).is_empty());
    }

    #[test]
    fn what_is_damaged_is_told() {
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), Probes::default(), 0..=0);
        fs::write(file(folder.path(), 0), "not tensors").unwrap();
        assert!(matches!(read(folder.path(), 0), Err(StoreError::Damaged { .. })));
    }
}
