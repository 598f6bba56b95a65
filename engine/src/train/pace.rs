//! How long an epoch takes here: a throwaway learner goes through the data for about a second.
//!
//! The clock decides how many steps are looked at and is told; nothing that is learned is kept.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use candle_core::Device;
use serde::{Deserialize, Serialize};

use super::{Session, checkpoint::Place};
use crate::{
    data::{Batches, Prepared},
    project::Experiment,
    protocol::Problem,
};

/// How long steps are looked at.
const LOOK: Duration = Duration::from_millis(800);
/// Validation rows that are looked at, at most.
const VALIDATED: usize = 512;

/// How fast an experiment trains on a device.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// One step, in seconds.
    pub step_seconds: f64,
    pub steps_per_epoch: u64,
    /// Predicting the validation rows, in seconds.
    pub validation_seconds: f64,
}

impl Pace {
    /// Seconds of an epoch, its validation included.
    pub fn epoch_seconds(&self) -> f64 {
        self.step_seconds * self.steps_per_epoch as f64 + self.validation_seconds
    }

    /// Trains a new model for about a second and forgets it; `None` where that `is_over` before a step was timed.
    ///
    /// # Errors
    /// As [`Session::new`], and if the first steps fail.
    pub fn measure(
        experiment: &Experiment,
        data: Arc<Prepared>,
        device: Device,
        is_over: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Self>, Problem> {
        let mut session = Session::new(experiment, Arc::clone(&data), device)?;
        let training = &experiment.training;
        let vary = session.vary.clone();
        let mut batches = Batches::start(Arc::clone(&data), vary, training.batch_size, training.seed, 0, 0);
        let mut step = |session: &mut Session| -> Result<bool, Problem> {
            let Some(batch) = batches.next() else { return Ok(false) };
            session.step(&batch)?;
            if session.ends_epoch() {
                session.place = Place { epoch: session.place.epoch + 1, batch: 0, row: 0, ..session.place };
            }
            Ok(true)
        };
        // The first step takes the memory that goes round afterwards.
        if is_over() || !step(&mut session)? {
            return Ok(None);
        }
        let (began, mut steps) = (Instant::now(), 0);
        while steps == 0 || began.elapsed() < LOOK {
            if is_over() {
                return Ok(None);
            }
            match step(&mut session) {
                Ok(true) => steps += 1,
                // What went well was as fast as it was.
                Ok(false) | Err(_) if steps > 0 => break,
                Ok(false) => return Ok(None),
                Err(problem) => return Err(problem),
            }
        }
        let step_seconds = began.elapsed().as_secs_f64() / f64::from(steps);
        let rows = &data.splits.validation;
        let looked_at = &rows[..rows.len().min(VALIDATED)];
        let began = Instant::now();
        session.evaluate(looked_at)?;
        let share = rows.len() as f64 / looked_at.len().max(1) as f64;
        Ok(Some(Self {
            step_seconds,
            steps_per_epoch: session.batches_per_epoch() as u64,
            validation_seconds: began.elapsed().as_secs_f64() * share,
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::{
        data::{prepare, read_table},
        project::{copy_example, example_names, load},
        train::{Control, Steered, run},
    };

    /// Every experiment of every example, with its data.
    fn examples() -> Vec<(String, Experiment, Arc<Prepared>)> {
        let home = tempfile::tempdir().unwrap();
        let mut all = Vec::new();
        for name in example_names() {
            let folder = copy_example(name, home.path()).unwrap();
            let project = load(&folder).unwrap();
            let table = read_table(&folder.join(&project.dataset.file), project.dataset.header).unwrap();
            for experiment in project.experiments {
                let data = prepare(&table, &project.dataset, &experiment.recipe).unwrap();
                all.push((format!("{name}/{}", experiment.name), experiment, Arc::new(data)));
            }
        }
        all
    }

    #[test]
    fn what_is_over_is_left_and_what_does_not_fit_is_refused() {
        let (_, experiment, data) = examples().swap_remove(0);
        let measure = |experiment: &Experiment, is_over: &(dyn Fn() -> bool + Sync)| {
            Pace::measure(experiment, Arc::clone(&data), Device::Cpu, is_over)
        };
        assert_eq!(measure(&experiment, &|| true), Ok(None));
        let asked = AtomicUsize::new(0);
        let later = || asked.fetch_add(1, Ordering::Relaxed) == 2;
        assert_eq!(measure(&experiment, &later), Ok(None), "left between two steps");
        let pace = measure(&experiment, &|| false).unwrap().unwrap();
        assert!(pace.step_seconds > 0.0 && pace.validation_seconds > 0.0);
        assert_eq!(
            pace.steps_per_epoch,
            data.splits.training.len().div_ceil(experiment.training.batch_size) as u64
        );
        let mut broken = experiment;
        broken.graph.nodes.pop();
        assert!(measure(&broken, &|| false).is_err());
    }

    struct Silent;

    impl run::Observer for Silent {
        fn points(&mut self, _: Vec<crate::protocol::MetricPoint>) -> Result<(), Problem> {
            Ok(())
        }
        fn steered(&mut self, _: &Steered) -> Result<(), Problem> {
            Ok(())
        }
        fn progress(&mut self, _: &run::Progress) -> Result<(), Problem> {
            Ok(())
        }
        fn keep(&mut self, _: &Session, _: &run::Progress) -> Result<(), Problem> {
            Ok(())
        }
        fn save_elsewhere(
            &mut self,
            _: &Session,
            _: &run::Progress,
            _: &std::path::Path,
        ) -> Result<(), Problem> {
            Ok(())
        }
        fn warn(&mut self, problem: Problem) {
            panic!("{problem:?}");
        }
        fn paused(&mut self) -> Result<(), Problem> {
            Ok(())
        }
        fn resumed(&mut self) -> Result<(), Problem> {
            Ok(())
        }
    }

    /// `cargo test --release --workspace --lib pace -- --ignored --nocapture`, on a machine with nothing else to do.
    #[test]
    #[ignore = "looks at the clock"]
    fn an_epoch_takes_about_as_long_as_was_said() {
        for (name, mut experiment, data) in examples() {
            let pool = crate::train::threads::pool(experiment.training.threads);
            let (said, took) = pool.install(|| {
                let said =
                    Pace::measure(&experiment, Arc::clone(&data), Device::Cpu, &|| false).unwrap().unwrap();
                // Long enough for the clock.
                experiment.training.epochs = (1.0 / said.epoch_seconds()).ceil().clamp(1.0, 50.0) as u32;
                experiment.training.early_stopping = None;
                let mut session = Session::new(&experiment, Arc::clone(&data), Device::Cpu).unwrap();
                let (_, progress, _) =
                    run::run(&mut session, &Control::default(), Vec::new(), 0.0, &mut Silent).unwrap();
                (said.epoch_seconds(), progress.seconds / f64::from(experiment.training.epochs))
            });
            println!("{name}: said {said:.4} s, took {took:.4} s: {:.2}", said / took);
            assert!((0.5..=2.0).contains(&(said / took)), "{name}: said {said}, took {took}");
        }
    }
}
