//! Trainings that are steered: at once, and to the bit whatever happens to them.

use super::*;
use crate::protocol::Split;

/// All that can be changed, twice what can be changed back, between and at the ends of epochs (of 8 steps).
const WISHES: [(u64, &str); 12] = [
    (3, "optimizer.learning_rate=0.02"),
    (5, "model.dropout.rate=0.6"),
    (5, "clip={ kind = \"norm\", max = 0.3 }"),
    (9, "batch_size=24"),
    (12, "schedule={ kind = \"reduce-on-plateau\", factor = 0.5, patience = 1 }"),
    (14, "batch_size=7"),
    (17, "model.dropout.rate=0"),
    (17, "epochs+2"),
    (22, "validation.steps=5"),
    (23, "schedule.kind=one-cycle"),
    (25, "batch_size=16"),
    (25, "validation.epochs=2"),
];

fn wine() -> Change {
    Box::new(|training| {
        (training.epochs, training.accumulation) = (4, 2);
        training.early_stopping = Some(EarlyStopping { patience: 3, ..EarlyStopping::default() });
        training.checkpoints = Checkpoints { minutes: 0.0, steps: 4, keep: 2, best: Metric::Loss };
    })
}

#[test]
fn a_steered_training_killed_or_left_anywhere_is_as_if_it_had_never_been() {
    let whole = holds_whatever_happens("steered", "wine", &wine(), &WISHES);
    assert_eq!(whole.log.len(), WISHES.len());
    assert_eq!(whole.checkpoint.memory.steered, whole.log);
    for (change, (step, wish)) in whole.log.iter().zip(WISHES) {
        assert_eq!((change.step, wish.starts_with(&change.path)), (step, true), "{change:?}");
        assert_ne!(change.from, change.to);
    }
    assert_eq!((whole.log[7].from.clone(), whole.log[7].to.clone()), (4.into(), 6.into()));
}

#[test]
fn the_log_alone_makes_the_same_training_again() {
    let expected = whole("wine", wine(), &WISHES, &[]);
    let (mut session, _) = session_with("wine", wine());
    let (control, folder) = (Control::new(), tempfile::tempdir().unwrap());
    let mut watcher = Watcher::new(&control, folder.path());
    run::run(&mut session, &control, expected.log, 0.0, &mut watcher).unwrap();
    let kept = checkpoint::read_newest(folder.path()).unwrap().0.unwrap();
    assert!(bits(kept) == bits(expected.checkpoint));
    assert_eq!(watcher.points, expected.points);
}

#[test]
fn a_change_is_made_between_the_steps_it_was_made_between_and_by_nothing_else() {
    let plain = whole("wine", wine(), &[], &[]);
    let upto = |points: &[MetricPoint], step: u64| -> Vec<MetricPoint> {
        points.iter().filter(|point| point.step <= step).cloned().collect()
    };
    for (step, wish) in WISHES.into_iter().filter(|(_, wish)| !wish.starts_with("epochs")) {
        let steered = whole("wine", wine(), &[(step, wish)], &[]);
        assert_eq!(upto(&plain.points, step), upto(&steered.points, step), "{wish}");
        assert!(bits(plain.checkpoint.clone()) != bits(steered.checkpoint), "{wish} changes something");
    }
    // What is set to what it was changes nothing but the log.
    let (_, experiment) = session_with("wine", wine());
    for path in crate::train::steering::steerable(&experiment) {
        let same = format!("{path}={}", experiment.setting(&path));
        // A table has TOML's form.
        let same = same.replace(":", "=");
        let steered = whole("wine", wine(), &[(5, &same)], &[]);
        assert_eq!(steered.log.len(), 1, "{same}");
        let (a, b) = (steered.checkpoint, plain.checkpoint.clone());
        assert!(bits(Checkpoint { memory: b.memory.clone(), ..a }) == bits(b), "{same}");
    }
}

#[test]
fn rates_and_epochs_are_those_that_were_asked_for() {
    let change = |training: &mut Training| {
        (training.epochs, training.schedule) = (2, ScheduleSpec::Constant);
    };
    let steered = whole("wine", change, &[(4, "optimizer.learning_rate=0.25"), (6, "batch_size=50")], &[]);
    let rates = steered.points.iter().filter(|point| point.metric == "learning_rate");
    for point in rates {
        assert_eq!(point.value, if point.step <= 4 { 0.005 } else { 0.25 }, "step {}", point.step);
    }
    // 117 rows: 96 of them in six steps, 21 in the seventh; then 50, 50 and 17.
    let ends = steered.points.iter().filter(|point| point.split == Split::Validation);
    let ends: Vec<(u64, f64)> = ends.filter(|p| p.metric == "loss").map(|p| (p.step, p.epoch)).collect();
    assert_eq!(ends, [(7, 1.0), (10, 2.0)]);
    let epochs: Vec<f64> = steered.points.iter().map(|point| point.epoch).collect();
    assert!(epochs.is_sorted(), "{epochs:?}");
}

#[test]
fn validation_comes_as_often_as_is_asked_for_and_at_the_end() {
    let change = |training: &mut Training| training.epochs = 7;
    // Epochs of 8 steps.
    let looks = |wishes: Wishes| -> Vec<u64> {
        let points = whole("wine", change, wishes, &[]).points;
        let losses = points.iter().filter(|p| p.split == Split::Validation && p.metric == "loss");
        losses.map(|point| point.step).collect()
    };
    assert_eq!(looks(&[]), [8, 16, 24, 32, 40, 48, 56]);
    assert_eq!(looks(&[(1, "validation.epochs=3")]), [24, 48, 56]);
    let both: Wishes = &[(1, "validation.epochs=3"), (9, "validation.steps=10"), (33, "validation.steps=0")];
    assert_eq!(looks(both), [10, 20, 24, 30, 48, 56]);
    assert_eq!(looks(&[(1, "validation.steps=8")]), [8, 16, 24, 32, 40, 48, 56], "once where both are due");
}

#[test]
fn what_cannot_be_is_told_and_the_training_goes_on() {
    /// Takes warnings.
    struct Patient<'a>(Watcher<'a>, Vec<String>);
    impl Observer for Patient<'_> {
        fn points(&mut self, points: Vec<MetricPoint>) -> Result<(), Problem> {
            self.0.points(points)
        }
        fn steered(&mut self, change: &Steered) -> Result<(), Problem> {
            if change.path == "batch_size" {
                Err(TrainError::LoaderDied.into())
            } else {
                self.0.steered(change)
            }
        }
        fn progress(&mut self, progress: &Progress) -> Result<(), Problem> {
            self.0.progress(progress)
        }
        fn keep(&mut self, session: &Session, progress: &Progress) -> Result<(), Problem> {
            self.0.keep(session, progress)
        }
        fn save_elsewhere(
            &mut self,
            session: &Session,
            progress: &Progress,
            to: &Path,
        ) -> Result<(), Problem> {
            self.0.save_elsewhere(session, progress, to)
        }
        fn warn(&mut self, problem: Problem) {
            self.1.push(problem.code);
        }
        fn paused(&mut self) -> Result<(), Problem> {
            Ok(())
        }
        fn resumed(&mut self) -> Result<(), Problem> {
            Ok(())
        }
    }
    let (mut session, _) = session_with("wine", |training| training.epochs = 2);
    let (control, folder) = (Control::new(), tempfile::tempdir().unwrap());
    let wishes: Wishes = &[(2, "seed=3"), (3, "batch_size=20"), (4, "model.dropout.rate=7"), (5, "epochs=1")];
    let watcher = Watcher { wishes, ..Watcher::new(&control, folder.path()) };
    let mut patient = Patient(watcher, Vec::new());
    let (end, progress, _) = run::run(&mut session, &control, Vec::new(), 0.0, &mut patient).unwrap();
    assert_eq!(patient.1, ["setting-not-steered", "train-loader-died", "graph-setting-not-below"]);
    assert_eq!((end, progress.epoch, session.experiment().training.batch_size), (End::Finished, 1, 16));
    assert_eq!(patient.0.log.len(), 1, "what was not stored was not done");
}
