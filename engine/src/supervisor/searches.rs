//! Searches that go on: each has one trial at a time, whose runs wait and train as all others do.
//!
//! Invariant: what a trial came to is told from what is stored of its runs and of the trials before it, never from
//! when something was heard. So a search that is killed goes on as if it had not been.

use std::path::{Path, PathBuf};

use super::{Key, Supervisor};
use crate::{
    project::{Experiment, Project},
    protocol::{
        Event, Labels, Problem, Reply, RunId, RunState, RunSummary, SearchId, SearchState, SearchSummary,
    },
    search::{Judge, SearchError, SearchSpec, Trial, TrialState},
    store::{Holder, RunLock, Store, StoredSearch},
    train::Control,
};

/// So many trials in a row may fail before a search does.
const MAX_FAILED: usize = 5;

pub(super) type SearchKey = (PathBuf, SearchId);

/// A search that goes on.
pub(super) struct Searching {
    spec: SearchSpec,
    project: Project,
    trials: Vec<Trial>,
    _lock: RunLock,
}

/// How far a search was brought.
enum Step {
    /// A run of it waits or trains.
    Waits,
    /// A trial has ended.
    Ended,
    Finished,
}

impl Supervisor {
    /// Begins a search.
    pub(super) fn search(
        &mut self,
        folder: PathBuf,
        experiment: &Experiment,
        spec: &SearchSpec,
    ) -> Result<SearchId, Problem> {
        experiment.check()?;
        let spec = spec.fitted(experiment)?;
        let project = crate::project::load(&folder)?;
        let project = Project { experiments: vec![experiment.clone()], ..project };
        let mut store = Store::open(&folder)?;
        let search = store.create_search(&project, &spec)?;
        let searching = Searching { spec, project, trials: Vec::new(), _lock: store.lock_search(search)? };
        self.searches.insert((folder.clone(), search), searching);
        self.advance(&(folder, search));
        Ok(search)
    }

    /// Goes on with a search that is paused, or was interrupted.
    pub(super) fn resume_search(&mut self, folder: PathBuf, search: SearchId) -> Result<Reply, Problem> {
        let key = (folder.clone(), search);
        if self.searches.contains_key(&key) {
            return Ok(Reply::Nothing);
        }
        let mut store = Store::open(&folder)?;
        let StoredSearch { spec, project, trials } = store.stored_search(search)?;
        if trials.iter().filter(|trial| trial.is_over()).count() as u32 >= spec.total() {
            return Err(SearchError::NothingLeft { search: search.0 }.into());
        }
        // Left to go on without its window, for example.
        let last = trials.last().and_then(|trial| trial.runs.last());
        if last.is_some_and(|run| RunLock::holder(&store.run_folder(*run)) == Holder::Others) {
            return Err(SearchError::Elsewhere { search: search.0 }.into());
        }
        let searching = Searching { spec, project, trials, _lock: store.lock_search(search)? };
        store.set_search_state(search, &SearchState::Running)?;
        self.searches.insert(key.clone(), searching);
        self.advance(&key);
        Ok(Reply::Nothing)
    }

    /// Holds a search, and the run that it has: both go on exactly where they were.
    pub(super) fn pause_search(&mut self, folder: PathBuf, search: SearchId) -> Result<Reply, Problem> {
        let key = (folder, search);
        let Some(searching) = self.searches.remove(&key) else {
            return Err(SearchError::Elsewhere { search: search.0 }.into());
        };
        let runs = searching.trials.last().filter(|trial| !trial.is_over()).map(|trial| trial.runs.clone());
        for run in runs.into_iter().flatten() {
            if let Some(order) = self.dequeue(&key.0, run) {
                let mut store = Store::open(&key.0)?;
                let summary = RunSummary { state: RunState::Paused, ..store.summary(run)? };
                self.change(key.0.clone(), &mut store, summary)?;
                drop(order);
            } else if let Some(control) = self.control(&key.0, run) {
                Control::leave(control);
            }
        }
        drop(searching);
        self.tell_search(&key, SearchState::Paused, None)?;
        Ok(Reply::Nothing)
    }

    /// Stores that the searches that go on are held, as the program ends.
    pub(super) fn leave_searches(&mut self) {
        for (folder, search) in std::mem::take(&mut self.searches).into_keys() {
            // Where the store fails, the lock that is free says the same.
            let _ = Store::open(&folder)
                .and_then(|mut store| store.set_search_state(search, &SearchState::Paused));
        }
    }

    /// Goes on with the search that a run belongs to, now that it has ended.
    pub(super) fn run_ended(&mut self, (folder, run): &Key) {
        let is_its =
            |searching: &Searching| searching.trials.last().is_some_and(|trial| trial.runs.contains(run));
        let found = self.searches.iter().find(|((of, _), searching)| of == folder && is_its(searching));
        if let Some(key) = found.map(|(key, _)| key.clone()) {
            self.advance(&key);
        }
    }

    /// Who watches a run, where it is a trial of a search that goes on.
    pub(super) fn judge_of(&self, folder: &Path, run: RunId) -> Option<Judge> {
        self.searches.iter().filter(|((of, _), _)| of == folder).find_map(|(_, searching)| {
            let (trial, earlier) = searching.trials.split_last()?;
            trial.runs.contains(&run).then(|| searching.judge(trial, earlier)).flatten()
        })
    }

    /// Brings a search as far as it comes by itself.
    fn advance(&mut self, key: &SearchKey) {
        let state = loop {
            match self.step(key) {
                Ok(Step::Waits) => return,
                Ok(Step::Finished) => break SearchState::Finished,
                Ok(Step::Ended) => {
                    let Some(searching) = self.searches.get(key) else { return };
                    let failed = searching.trials.iter().rev().take(MAX_FAILED);
                    let failed: Vec<&Problem> = failed
                        .filter_map(|trial| match &trial.state {
                            TrialState::Failed(problem) => Some(problem),
                            _ => None,
                        })
                        .collect();
                    if let [last, ..] = &failed[..]
                        && failed.len() == MAX_FAILED
                    {
                        let (failed, cause) = (failed.len(), last.text.clone());
                        break SearchState::Failed(SearchError::AllFail { failed, cause }.into());
                    }
                }
                Err(problem) => break SearchState::Failed(problem),
            }
        };
        self.searches.remove(key);
        if let Err(problem) = self.tell_search(key, state, None) {
            self.outbox.send(Event::Warned { folder: key.0.clone(), run: RunId(0), problem });
        }
    }

    /// Stores how a search stands, and tells it.
    fn tell_search(&self, key: &SearchKey, state: SearchState, trial: Option<Trial>) -> Result<(), Problem> {
        let (folder, search) = key;
        let mut store = Store::open(folder)?;
        store.set_search_state(*search, &state)?;
        let search = SearchSummary { state, ..store.one_search(*search)? };
        let (folder, is_elsewhere) = (folder.clone(), false);
        self.outbox.send(Event::SearchChanged { folder, search, trial, is_elsewhere });
        Ok(())
    }

    /// One step of a search: looks how its trial went, goes on with it, or begins the next one.
    fn step(&mut self, key: &SearchKey) -> Result<Step, Problem> {
        let Some(mut searching) = self.searches.remove(key) else { return Ok(Step::Waits) };
        let (folder, search) = key;
        let mut store = Store::open(folder)?;
        let total = searching.spec.total();
        let Some(mut trial) = searching.trials.pop_if(|trial| !trial.is_over()) else {
            if searching.trials.len() as u32 >= total {
                self.searches.insert(key.clone(), searching);
                return Ok(Step::Finished);
            }
            let trial = Trial::new(searching.trials.len() as u32, searching.spec.propose(&searching.trials));
            store.put_trial(*search, &trial)?;
            searching.trials.push(trial.clone());
            self.searches.insert(key.clone(), searching);
            self.tell_search(key, SearchState::Running, Some(trial))?;
            return self.step(key);
        };
        let earlier = &searching.trials;
        let goes_on = searching.result(&mut store, &mut trial, earlier)?;
        // A run is begun by the search as it is stored: it is put back first.
        searching.trials.push(trial.clone());
        let project = searching.project.clone();
        let experiment = match goes_on {
            Some(Next::Fold(fold)) => Some(searching.experiment(&trial, fold)),
            _ => None,
        };
        self.searches.insert(key.clone(), searching);
        let begun = match (goes_on, experiment) {
            (Some(Next::Run(run)), _) => self.keep_going(folder, &mut store, run),
            (_, Some(experiment)) => experiment.and_then(|experiment| {
                self.begin(key, &mut store, Project { experiments: vec![experiment], ..project }, &mut trial)
            }),
            _ => {
                store.put_trial(*search, &trial)?;
                self.tell_search(key, SearchState::Running, Some(trial))?;
                return Ok(Step::Ended);
            }
        };
        match begun {
            Ok(()) => Ok(Step::Waits),
            // What the disk cannot do says nothing of the trial: it is gone on with later.
            Err(problem) if problem.code.starts_with("store-") => Err(problem),
            Err(problem) => {
                trial.state = TrialState::Failed(problem);
                store.put_trial(*search, &trial)?;
                if let Some(last) =
                    self.searches.get_mut(key).and_then(|searching| searching.trials.last_mut())
                {
                    *last = trial.clone();
                }
                self.tell_search(key, SearchState::Running, Some(trial))?;
                Ok(Step::Ended)
            }
        }
    }

    /// Puts a trial's next run into the queue.
    fn begin(
        &mut self,
        key: &SearchKey,
        store: &mut Store,
        frozen: Project,
        trial: &mut Trial,
    ) -> Result<(), Problem> {
        let (folder, search) = key;
        let experiment = frozen.experiment(None).cloned();
        if let Some(experiment) = &experiment {
            experiment.check()?;
        }
        let run = self.enqueue(folder, store, &frozen)?;
        trial.runs.push(run);
        store.put_trial(*search, trial)?;
        let tags = [format!("search-{search}")].into();
        store.label(vec![(run, Labels { tags, ..Labels::default() })])?;
        if let Some(last) = self.searches.get_mut(key).and_then(|searching| searching.trials.last_mut()) {
            last.clone_from(trial);
        }
        let judge = self.judge_of(folder, run);
        if let Some(order) = self.queue.back_mut().filter(|order| order.run == run) {
            order.judge = judge;
        }
        Ok(())
    }

    /// Sees to it that a run which has not ended waits or trains.
    fn keep_going(&mut self, folder: &Path, store: &mut Store, run: RunId) -> Result<(), Problem> {
        if self.control(folder, run).is_some() {
            return Ok(());
        }
        let summary = store.summary(run)?;
        self.go_on(folder.to_owned(), store, summary)?;
        Ok(())
    }
}

/// What a trial needs next.
#[derive(Clone, Copy)]
enum Next {
    /// This run to end.
    Run(RunId),
    /// A run on this fold.
    Fold(u32),
}

impl Searching {
    fn experiment(&self, trial: &Trial, fold: u32) -> Result<Experiment, Problem> {
        let base = self.project.experiment(None).ok_or(crate::store::StoreError::NoExperiment)?;
        self.spec.experiment(base, trial, fold)
    }

    /// Who watches the epochs of a trial's run; with folds nobody does: whole folds are looked at.
    fn judge(&self, trial: &Trial, earlier: &[Trial]) -> Option<Judge> {
        let length = self.experiment(trial, 0).ok()?.training.epochs;
        self.spec.folds.is_none().then(|| Judge::new(&self.spec, earlier, length))
    }

    /// Takes what a trial's runs came to; gives what it needs next, or nothing where it has ended.
    ///
    /// # Errors
    /// If the store fails.
    fn result(
        &self,
        store: &mut Store,
        trial: &mut Trial,
        earlier: &[Trial],
    ) -> Result<Option<Next>, Problem> {
        let mut values = Vec::new();
        let mut is_cut_short = false;
        for run in trial.runs.clone() {
            let summary = store.summary(run)?;
            match summary.state {
                RunState::Failed(problem) if !RunState::Failed(problem.clone()).is_interrupted() => {
                    trial.state = TrialState::Failed(problem);
                    return Ok(None);
                }
                RunState::Finished => {}
                RunState::Stopped => is_cut_short = true,
                _ => return Ok(Some(Next::Run(run))),
            }
            let mut curve = store.validation_curve(run, self.spec.metric.name())?;
            if let Some(judge) = self.judge(trial, earlier)
                && let Some(points) = judge.ends(&curve)
            {
                curve.truncate(points);
                is_cut_short = true;
            }
            values.extend(self.spec.best_of(curve.iter().map(|(_, value)| *value)));
            if self.spec.folds.is_none() {
                trial.curve = curve;
            }
        }
        let folds = self.spec.folds.unwrap_or(1);
        (trial.value, trial.deviation) = (None, None);
        if !values.is_empty() {
            let (mean, deviation) = mean_and_deviation(&values);
            trial.value = Some(mean);
            trial.deviation = deviation.filter(|_| folds > 1);
        }
        if let Some(length) = self.spec.folds {
            let means =
                (1..=values.len()).map(|count| (count as u32, mean_and_deviation(&values[..count]).0));
            trial.curve = means.collect();
            is_cut_short |= Judge::new(&self.spec, earlier, length).ends(&trial.curve).is_some();
        }
        let done = trial.runs.len() as u32;
        if !is_cut_short && done < folds {
            return Ok(Some(Next::Fold(done)));
        }
        trial.state = if is_cut_short { TrialState::Pruned } else { TrialState::Complete };
        Ok(None)
    }
}

/// The mean, and the standard deviation of a sample, of at least one number.
fn mean_and_deviation(values: &[f64]) -> (f64, Option<f64>) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (values.len() > 1).then(|| (squares / (count - 1.0)).sqrt()))
}
