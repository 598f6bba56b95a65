//! Runs that begin at a checkpoint of another.

use std::fs;

use rusqlite::params;

use super::{Store, StoreError, checkpoint, chunks};
use crate::{
    graph::Graph,
    project::{Project, Setting},
    protocol::{Branched, Parent, Problem, RunId, RunState},
    train::{Branch, branch, steering},
};

impl Store {
    /// Makes a new run that goes on from a checkpoint of `parent`: the one of that step, or else the newest whose
    /// numbers are all finite. It trains what the parent trained then, with another graph where one is given, and
    /// with these settings. It has the parent's curves up to there, and waits, paused.
    ///
    /// # Errors
    /// If there is no such checkpoint, or what is to be trained cannot be. Nothing is left of the new run then.
    pub fn branch(
        &mut self,
        parent: RunId,
        step: Option<u64>,
        graph: Option<Graph>,
        settings: &[Setting],
    ) -> Result<Branched, Problem> {
        let (frozen, project) = self.frozen(parent)?;
        let kept = match step {
            Some(step) => checkpoint::read(&self.run_folder(parent), step)?,
            None => checkpoint::read_newest_finite(&self.run_folder(parent))?,
        };
        let kept = kept.ok_or_else(|| self.no_such_checkpoint(parent, step))?;
        let step = kept.place.step;
        let from = steering::after(&frozen, &kept.memory.steered)?;
        let mut to = from.clone();
        to.graph = graph.unwrap_or(to.graph);
        let to = settings.iter().try_fold(to, |to, setting| to.with_setting(setting))?;
        let branch = branch(kept, &from, &to)?;

        let device = to.training.device.to_string();
        let (run, lock) = self.create_run(&Project { experiments: vec![to], ..project }, &device)?;
        let made = checkpoint::write(&self.run_folder(run), &branch.checkpoint, 1)
            .and_then(|()| self.adopt(run, Parent { run: parent, step }));
        drop(lock);
        if let Err(error) = made {
            self.forget(run);
            return Err(error.into());
        }
        let Branch { fresh, is_optimizer_fresh, .. } = branch;
        Ok(Branched { run, parent: Parent { run: parent, step }, fresh, is_optimizer_fresh })
    }

    /// The steps of the checkpoints that a run has, oldest first.
    pub fn checkpoints(&self, run: RunId) -> Vec<u64> {
        checkpoint::steps(&self.run_folder(run))
    }

    fn no_such_checkpoint(&self, run: RunId, step: Option<u64>) -> StoreError {
        let known: Vec<String> = self.checkpoints(run).iter().map(u64::to_string).collect();
        match step {
            Some(step) if !known.is_empty() => {
                StoreError::NoCheckpointAt { run: run.0, step, known: known.join(", ") }
            }
            _ => StoreError::NoCheckpoint { run: run.0 },
        }
    }

    /// Writes down whose child a run is, and what it has of its parent's curves.
    fn adopt(&mut self, run: RunId, parent: Parent) -> Result<(), StoreError> {
        let mut summary = self.summary(run)?;
        // Its own time is yet to be spent.
        let mut points = self.points_to(parent.run, parent.step)?;
        points.iter_mut().for_each(|point| point.seconds = None);
        let transaction = self.connection.transaction()?;
        let (id, step) = (run.0 as i64, parent.step as i64);
        transaction.execute(
            "INSERT INTO branches (run, parent, step) VALUES (?1, ?2, ?3)",
            params![id, parent.run.0 as i64, step],
        )?;
        chunks::insert(&transaction, run, &points)?;
        summary.state = RunState::Paused;
        super::update(&transaction, &summary)?;
        Ok(transaction.commit()?)
    }

    /// Removes what there is of a run that could not be made.
    fn forget(&mut self, run: RunId) {
        // What stays is an interrupted run without a step.
        let _ = self.connection.execute("DELETE FROM runs WHERE id = ?1", [run.0 as i64]);
        let _ = fs::remove_dir_all(self.run_folder(run));
    }
}

/// Of a run's row: whose child it is.
pub(super) fn parent_of(run: Option<i64>, step: Option<i64>) -> Option<Parent> {
    Some(Parent { run: RunId(run? as u64), step: step? as u64 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        data,
        project::{copy_example, load},
        train::Session,
    };

    /// A project with a run that has a checkpoint after its first step, and the folder it lies in.
    fn wine() -> (tempfile::TempDir, Store, RunId, Session) {
        let folder = tempfile::tempdir().unwrap();
        let copy = copy_example("wine", folder.path()).unwrap();
        let project = load(&copy).unwrap();
        let experiment = project.experiment(None).unwrap().clone();
        let table = data::read_csv(&copy.join(&project.dataset.file), project.dataset.header).unwrap();
        let data = data::prepare(&table, &project.dataset, &experiment.recipe).unwrap().into();
        let mut session =
            Session::new(&experiment, std::sync::Arc::clone(&data), candle_core::Device::Cpu).unwrap();
        let mut store = Store::open(&copy).unwrap();
        let run = store.create_run(&project, "cpu").unwrap().0;
        step(&mut session, &data);
        keep(&store, run, &session);
        (folder, store, run, session)
    }

    fn step(session: &mut Session, data: &data::Prepared) {
        let batch = data.batch(&data.splits.training[..16]);
        session.step(&batch).unwrap();
    }

    fn keep(store: &Store, run: RunId, session: &Session) {
        checkpoint::write(&store.run_folder(run), &session.checkpoint().unwrap(), 9).unwrap();
    }

    fn set(texts: &[&str]) -> Vec<Setting> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn what_fits_is_taken_over_and_the_rest_begins_anew_and_is_named() {
        let (_folder, mut store, run, session) = wine();
        let branched = store.branch(run, Some(1), None, &set(&["model.hidden.units=8"])).unwrap();
        let shapes = ["hidden.weight", "hidden.bias", "norm.weight", "norm.bias", "norm.running_mean"];
        for name in shapes {
            assert!(branched.fresh.iter().any(|fresh| fresh == name), "{name}: {:?}", branched.fresh);
        }
        assert!(branched.is_optimizer_fresh);

        // Another head: all but the last layer is the parent's.
        let mut graph = session.experiment().graph.clone();
        assert!(graph.rename("cultivar", "kind"));
        let branched = store.branch(run, Some(1), Some(graph), &[]).unwrap();
        assert_eq!(branched.fresh, ["kind.weight", "kind.bias"]);
        let child = checkpoint::read(&store.run_folder(branched.run), 1).unwrap().unwrap();
        let parent = checkpoint::read(&store.run_folder(run), 1).unwrap().unwrap();
        let flat = |tensors: &crate::model::Tensors, name: &str| {
            let (_, tensor) = tensors.iter().find(|(key, _)| key == name).unwrap();
            tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap()
        };
        assert_eq!(flat(&child.model, "hidden.weight"), flat(&parent.model, "hidden.weight"));
        assert_ne!(flat(&child.model, "kind.weight"), flat(&parent.model, "cultivar.weight"));

        let other = store.branch(run, Some(1), None, &set(&["optimizer.kind=sgd"])).unwrap();
        assert!(other.fresh.is_empty() && other.is_optimizer_fresh);
        let same = store.branch(run, None, None, &set(&["optimizer.learning_rate=0.1"])).unwrap();
        assert!(same.fresh.is_empty() && !same.is_optimizer_fresh);
        let summary = store.summary(same.run).unwrap();
        assert_eq!(summary.parent, Some(Parent { run, step: 1 }));
        assert_eq!((summary.state, summary.checkpoint), (RunState::Paused, Some(1)));
    }

    #[test]
    fn what_cannot_be_branched_leaves_nothing() {
        let (_folder, mut store, run, _) = wine();
        let mut code =
            |step, settings: &[&str]| store.branch(run, step, None, &set(settings)).unwrap_err().code;
        assert_eq!(code(Some(7), &[]), "store-no-checkpoint-at");
        assert_eq!(code(Some(1), &["epochs=0"]), "setting-too-small");
        assert_eq!(code(Some(1), &["batchsize=0"]), "setting-wrong-value");
        assert_eq!(code(Some(1), &["model.cultivar.units=0"]), "graph-setting-too-small");
        assert_eq!(store.runs().unwrap().len(), 1);
        let bare = store.create_run(&load(store.runs.parent().unwrap()).unwrap(), "cpu").unwrap().0;
        assert_eq!(store.branch(bare, None, None, &[]).unwrap_err().code, "store-no-checkpoint");
    }

    #[test]
    fn a_checkpoint_that_is_broken_inside_is_not_rolled_back_to() {
        let (_folder, mut store, run, mut session) = wine();
        let mut broken = session.checkpoint().unwrap();
        broken.place.step = 2;
        let (_, tensor) = &mut broken.model[0];
        *tensor = (tensor.clone() * f64::INFINITY).unwrap();
        checkpoint::write(&store.run_folder(run), &broken, 9).unwrap();
        let rolled = store.branch(run, None, None, &[]).unwrap();
        assert_eq!(rolled.parent.step, 1);
        let data = std::sync::Arc::clone(session.data());
        step(&mut session, &data);
        keep(&store, run, &session);
        assert_eq!(store.branch(run, None, None, &[]).unwrap().parent.step, 2, "kept a second time, whole");
    }
}
