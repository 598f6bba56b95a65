//! Runs of a project that other programs train, told as if they trained here: a training that was left to go on
//! without its window, or one in a terminal.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
    thread,
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use super::outbox::Outbox;
use crate::{
    protocol::{Event, Problem, RunId, RunProgress, RunSummary, SearchId, SearchSummary},
    store::{Holder, Notice, RunLock, Store, probes},
    train::Steered,
};

/// How often is looked.
const EVERY: Duration = Duration::from_millis(250);

/// A thread watches a project; it ends soon after this is dropped, and nobody waits for that.
pub(super) struct Watch {
    _stop: Sender<()>,
}

impl Watch {
    /// Watches what others do from the moment on at which these runs were listed.
    pub(super) fn start(
        folder: PathBuf,
        known: Vec<RunSummary>,
        outbox: Arc<Outbox>,
    ) -> Result<Self, Problem> {
        let watcher = Watcher::new(folder, known, outbox)?;
        let (stop, stopped) = bounded(0);
        // Where the system has no thread left, other programs' runs are shown as they were when they were listed.
        let _ = thread::Builder::new().name("watch".into()).spawn(move || watcher.watch(&stopped));
        Ok(Self { _stop: stop })
    }
}

struct Watcher {
    folder: PathBuf,
    outbox: Arc<Outbox>,
    store: Store,
    /// When another connection last wrote.
    version: Option<i64>,
    /// The newest run that has been looked at.
    newest: RunId,
    /// Those that others train.
    elsewhere: BTreeMap<RunId, Told>,
    /// The searches of others, as they were told, where they were.
    searches: BTreeMap<SearchId, Option<SearchSummary>>,
}

/// What has been told of a run.
struct Told {
    summary: RunSummary,
    stretches: i64,
    /// The step of the last point.
    step: u64,
    steered: Vec<Steered>,
    progress: Option<RunProgress>,
    notice: Option<Problem>,
    /// The steps that can be looked into.
    probes: BTreeSet<u64>,
}

impl Told {
    /// That there is this run, and nothing of its curves.
    fn nothing(summary: RunSummary, store: &Store) -> Result<Self, Problem> {
        let (stretches, steered) = (store.stretches(summary.id)?, store.steered(summary.id)?);
        let (progress, notice, probes) = (None, None, BTreeSet::new());
        Ok(Self { summary, stretches, step: 0, steered, progress, notice, probes })
    }
}

impl Watcher {
    fn new(folder: PathBuf, known: Vec<RunSummary>, outbox: Arc<Outbox>) -> Result<Self, Problem> {
        let store = Store::open(&folder)?;
        let newest = known.iter().map(|run| run.id).max().unwrap_or(RunId(0));
        // What comes to its end before the first look is told as well.
        let mut elsewhere = BTreeMap::new();
        for run in known.into_iter().filter(|run| run.is_elsewhere) {
            elsewhere.insert(run.id, Told::nothing(run, &store)?);
        }
        let searches = store.searches_elsewhere()?.into_iter().map(|id| (id, None)).collect();
        Ok(Self { folder, outbox, store, version: None, newest, elsewhere, searches })
    }

    fn watch(mut self, stopped: &Receiver<()>) {
        while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
            // A database that is busy, or a project that is gone: it is looked at again.
            let _ = self.look();
        }
    }

    fn look(&mut self) -> Result<(), Problem> {
        self.look_at_notices();
        let version = self.store.version()?;
        // Who dies writes nothing.
        let is_held = |run: &RunId| RunLock::holder(&self.store.run_folder(*run)) == Holder::Others;
        if self.version == Some(version) && self.elsewhere.keys().all(is_held) {
            return Ok(());
        }
        let astir: BTreeSet<RunId> =
            self.store.astir(self.newest)?.into_iter().chain(self.elsewhere.keys().copied()).collect();
        for run in astir {
            self.look_at(run)?;
            self.newest = self.newest.max(run);
        }
        self.look_at_searches()?;
        self.version = Some(version);
        Ok(())
    }

    /// Tells what runs say whose database takes nothing more.
    fn look_at_notices(&mut self) {
        for (&run, told) in &mut self.elsewhere {
            let notice = Notice::of(&self.store.run_folder(run));
            if let Some(problem) = notice.clone().filter(|_| notice != told.notice) {
                self.outbox.send(Event::Warned { folder: self.folder.clone(), run, problem });
            }
            told.notice = notice;
        }
    }

    /// Tells of the searches that go on elsewhere, or did at the last look.
    fn look_at_searches(&mut self) -> Result<(), Problem> {
        let now: BTreeSet<SearchId> = self.store.searches_elsewhere()?.into_iter().collect();
        let known: Vec<SearchId> = self.searches.keys().copied().collect();
        for id in now.iter().copied().chain(known).collect::<BTreeSet<_>>() {
            let search = self.store.one_search(id)?;
            if self.searches.get(&id).and_then(Option::as_ref) != Some(&search) {
                let (folder, told) = (self.folder.clone(), search.clone());
                self.tell(Event::SearchChanged {
                    folder,
                    search: told,
                    trial: None,
                    is_elsewhere: now.contains(&id),
                });
            }
            if now.contains(&id) {
                self.searches.insert(id, Some(search));
            } else {
                self.searches.remove(&id);
            }
        }
        Ok(())
    }

    fn look_at(&mut self, run: RunId) -> Result<(), Problem> {
        let stretches = self.store.stretches(run)?;
        let summary = self.store.summary(run)?;
        if !summary.is_elsewhere && !self.elsewhere.contains_key(&run) {
            // Its own end of the engine tells of a run that was made here.
            let is_news = run > self.newest && !RunLock::was_ours(&self.store.run_folder(run));
            if is_news {
                self.tell(Event::RunChanged { folder: self.folder.clone(), run: summary });
            }
            return Ok(());
        }
        let steered = self.store.steered(run)?;
        let mut told = match self.elsewhere.remove(&run) {
            Some(told) if is_same(&told.summary, &summary) => told,
            told => {
                self.tell(Event::RunChanged { folder: self.folder.clone(), run: summary.clone() });
                match told {
                    Some(told) => Told { summary, ..told },
                    None => Told::nothing(summary, &self.store)?,
                }
            }
        };
        self.tell_more(run, &mut told, stretches, steered)?;
        if told.summary.is_elsewhere {
            self.elsewhere.insert(run, told);
        }
        Ok(())
    }

    /// Tells the points, changes and progress that have come since the last look.
    fn tell_more(
        &self,
        run: RunId,
        told: &mut Told,
        stretches: i64,
        steered: Vec<Steered>,
    ) -> Result<(), Problem> {
        if told.stretches != stretches {
            // It went back to a checkpoint: what was told of the steps after it is not true any more.
            (told.stretches, told.step) = (stretches, 0);
            told.probes.clear();
            self.tell(Event::Resync);
        }
        let points = self.store.points_after(run, told.step)?;
        if let Some(last) = points.last() {
            told.step = last.step;
            self.tell(Event::Metrics { folder: self.folder.clone(), run, points });
        }
        for change in steered.iter().filter(|change| !told.steered.contains(change)) {
            self.tell(Event::Steered { folder: self.folder.clone(), run, change: change.clone() });
        }
        told.steered = steered;
        for step in probes::steps(&self.store.run_folder(run)) {
            if told.probes.insert(step) {
                self.tell(Event::Probed { folder: self.folder.clone(), run, step });
            }
        }
        let progress = self.store.progress(run)?.filter(|_| told.summary.is_elsewhere);
        if let Some(now) = progress.filter(|now| told.progress.as_ref() != Some(now)) {
            let known = told.progress.as_ref().and_then(|before| before.warning.as_ref());
            if let Some(problem) = now.warning.clone().filter(|problem| known != Some(problem)) {
                self.tell(Event::Warned { folder: self.folder.clone(), run, problem });
            }
            told.progress = Some(now.clone());
            self.tell(Event::RunProgress { folder: self.folder.clone(), run, progress: now });
        }
        Ok(())
    }

    fn tell(&self, event: Event) {
        self.outbox.send(event);
    }
}

/// Whether nothing has changed but how far a run has come, which points and progress tell.
fn is_same(a: &RunSummary, b: &RunSummary) -> bool {
    let (step, seconds, epochs_done) = (b.step, b.seconds, b.epochs_done);
    RunSummary { step, seconds, epochs_done, ..a.clone() } == *b
}
