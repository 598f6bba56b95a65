//! The thread that receives commands and owns the runs.
//!
//! Invariants: a command is answered exactly once; the supervisor never trains, parses or waits (workers
//! and the errand thread do), so that pause and stop are heard at once; a panic in a worker is a failed
//! run and nothing more; dropping [`Engine`] pauses its runs, keeps what they learned, and waits for that.

mod elsewhere;
mod errands;
mod error;
mod outbox;
mod queue;
mod searches;
mod steering;
#[cfg(test)]
mod tests;
mod watch;
mod worker;

pub use error::EngineError;
pub use queue::MAX_AT_ONCE;

use std::{
    collections::{BTreeMap, VecDeque},
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded, select, unbounded};

use crate::{
    device,
    project::{self, Experiment, Project},
    protocol::{Command, Event, Outcome, Problem, Reply, Request, RequestId, RunId, RunState, RunSummary},
    store::{RunLock, Store, StoreError},
    train::{Control, StepMemory},
};
use errands::Errands;
use outbox::Outbox;
use searches::{SearchKey, Searching};
use watch::Watch;
use worker::Order;

/// Commands that may wait to be heard.
const MAX_COMMANDS: usize = 64;
/// Events that may wait to be read.
const MAX_EVENTS: usize = 1024;
/// How often events that found no room are offered again.
const RETRY: Duration = Duration::from_millis(50);

/// The app's end of the engine: commands down, events up.
pub struct Engine {
    requests: Option<Sender<Request>>,
    events: Receiver<Event>,
    thread: Option<JoinHandle<()>>,
    next_id: u64,
}

/// The command queue is full: disable the control and try again later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy;

impl Engine {
    /// Starts the engine's threads. `wake` is called (from other threads) when an event waits.
    pub fn start(wake: impl Fn() + Send + Sync + 'static) -> Self {
        let (requests, inbox) = bounded(MAX_COMMANDS);
        let (sender, events) = bounded(MAX_EVENTS);
        let outbox = Arc::new(Outbox::new(sender, Box::new(wake)));
        let thread = thread::Builder::new()
            .name("supervisor".into())
            .spawn(move || Supervisor::new(outbox).listen(&inbox))
            .ok();
        Self { requests: Some(requests), events, thread, next_id: 1 }
    }

    /// Sends a command; never waits.
    pub fn send(&mut self, command: Command) -> Result<RequestId, Busy> {
        let id = RequestId(self.next_id);
        let requests = self.requests.as_ref().ok_or(Busy)?;
        match requests.try_send(Request { id, command }) {
            Ok(()) => {
                self.next_id += 1;
                Ok(id)
            }
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(Busy),
        }
    }

    /// The next event that waits, if any.
    pub fn try_next(&self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    /// The next event, waited for at most `patience` (for programs without a window).
    pub fn next(&self, patience: Duration) -> Option<Event> {
        self.events.recv_timeout(patience).ok()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A run's address.
type Key = (PathBuf, RunId);

struct Supervisor {
    outbox: Arc<Outbox>,
    errands: Errands,
    looks: Errands,
    writes: Errands,
    rooms: Errands,
    /// Runs that train or are paused.
    active: BTreeMap<Key, Active>,
    queue: VecDeque<Order>,
    /// The queue as it was last told.
    told_queue: Vec<Key>,
    /// Runs that may train at the same time.
    at_once: usize,
    searches: BTreeMap<SearchKey, Searching>,
    ended: (Sender<Key>, Receiver<Key>),
    /// Of the projects that have a run here, where other programs leave commands for it.
    letterboxes: BTreeMap<PathBuf, Store>,
    /// Tells of the runs that other programs train.
    watch: Option<Watch>,
}

struct Active {
    control: Arc<Control>,
    thread: JoinHandle<()>,
    /// Bytes that its steps take; 0 where that is not known.
    needs: u64,
}

impl Supervisor {
    fn new(outbox: Arc<Outbox>) -> Self {
        let errands = Errands::start(Arc::clone(&outbox));
        let looks = Errands::looks(Arc::clone(&outbox));
        let writes = Errands::writes(Arc::clone(&outbox));
        let rooms = Errands::rooms(Arc::clone(&outbox));
        Self {
            outbox,
            errands,
            looks,
            writes,
            rooms,
            active: BTreeMap::new(),
            queue: VecDeque::new(),
            told_queue: Vec::new(),
            at_once: 1,
            searches: BTreeMap::new(),
            // Unbounded in type only: a run ends once, and `at_once` of them run.
            ended: unbounded(),
            letterboxes: BTreeMap::new(),
            watch: None,
        }
    }

    /// Hears commands until the app's end is dropped.
    fn listen(mut self, inbox: &Receiver<Request>) {
        let ended = self.ended.1.clone();
        let mut looked = Instant::now();
        loop {
            let patience = match () {
                () if self.outbox.has_waiting() => RETRY,
                () if self.active.is_empty() => Duration::MAX,
                () => elsewhere::LOOK,
            };
            select! {
                recv(inbox) -> request => match request {
                    Ok(request) => self.hear(request),
                    Err(_) => break,
                },
                recv(ended) -> key => {
                    if let Ok(key) = key {
                        self.bury(&key);
                    }
                }
                default(patience) => self.outbox.retry(),
            }
            if looked.elapsed() >= elsewhere::LOOK {
                self.hear_others();
                looked = Instant::now();
            }
            self.start_next();
            self.tell_queue();
        }
        self.close();
    }

    fn hear(&mut self, request: Request) {
        while let Ok(key) = self.ended.1.try_recv() {
            self.bury(&key);
        }
        let answer = match request.command {
            Command::Train { folder, experiment } => self.train(&folder, &experiment).map(Reply::Started),
            Command::Pause { .. }
            | Command::Resume { .. }
            | Command::Stop { .. }
            | Command::Steer { .. }
            | Command::Extend { .. } => {
                self.pass_on(&request.command).unwrap_or_else(|| self.obey(request.command))
            }
            Command::Watch { folder, known } => self.watch(folder, known),
            Command::MoveInQueue { folder, run, place } => self.move_in_queue(&folder, run, place),
            Command::SaveElsewhere { folder, run, to } => self.save_elsewhere(folder, run, to),
            Command::SetAtOnce { runs } => {
                self.at_once = runs.clamp(1, MAX_AT_ONCE);
                Ok(Reply::Nothing)
            }
            Command::Search { folder, experiment, spec } => {
                self.search(folder, &experiment, &spec).map(Reply::Searching)
            }
            Command::PauseSearch { folder, search } => self.pause_search(folder, search),
            Command::ResumeSearch { folder, search } => self.resume_search(folder, search),
            Command::Cancel { request } => {
                self.errands.cancel(request);
                self.looks.cancel(request);
                self.writes.cancel(request);
                self.rooms.cancel(request);
                Ok(Reply::Nothing)
            }
            other => match self.desk(&other).send(request.id, other) {
                Ok(()) => return,
                Err(error) => Err(error.into()),
            },
        };
        self.outbox
            .answer(request.id, answer.map_or_else(Outcome::Failed, |reply| Outcome::Done(Box::new(reply))));
    }

    /// Who does what the supervisor does not.
    fn desk(&self, command: &Command) -> &Errands {
        match command {
            Command::Measure { .. }
            | Command::Peek { .. }
            | Command::Vary { .. }
            | Command::Look { .. }
            | Command::Evaluate { .. }
            | Command::Predict { .. }
            | Command::MeasureDamage { .. } => &self.looks,
            Command::Generate { .. } => &self.writes,
            Command::PreviewData { .. }
            | Command::Survey { .. }
            | Command::WalkRecipe { .. }
            | Command::Relabel { .. }
            | Command::ReadRows { .. } => &self.rooms,
            _ => &self.errands,
        }
    }

    /// Does what is asked of a run that no other program trains.
    fn obey(&mut self, command: Command) -> Result<Reply, Problem> {
        match command {
            Command::Pause { folder, run } => self.control_run(folder, run, Control::pause),
            Command::Resume { folder, run } => self.resume(folder, run),
            Command::Stop { folder, run } => self.stop(folder, run),
            Command::Steer { folder, run, settings } => self.steer(folder, run, settings),
            Command::Extend { folder, run, epochs } => self.extend(folder, run, epochs),
            _ => Ok(Reply::Nothing),
        }
    }

    fn watch(&mut self, folder: PathBuf, known: Vec<RunSummary>) -> Result<Reply, Problem> {
        self.watch = None;
        self.watch = Some(Watch::start(folder, known, Arc::clone(&self.outbox))?);
        Ok(Reply::Nothing)
    }

    fn train(&mut self, folder: &Path, experiment: &Experiment) -> Result<RunId, Problem> {
        experiment.check()?;
        let project = project::load(folder)?;
        let frozen = Project { experiments: vec![experiment.clone()], ..project };
        self.enqueue(folder, &mut Store::open(folder)?, &frozen)
    }

    /// Makes a run of `frozen`'s only experiment, and puts it into the queue.
    fn enqueue(&mut self, folder: &Path, store: &mut Store, frozen: &Project) -> Result<RunId, Problem> {
        let experiment = frozen.experiment(None).ok_or(StoreError::NoExperiment)?;
        let needs = has_room(experiment)?;
        let (run, lock) = store.create_run(frozen, &experiment.training.device.to_string())?;
        let folder = folder.to_owned();
        self.queue.push_back(Order {
            folder: folder.clone(),
            run,
            control: Arc::default(),
            lock,
            needs,
            judge: None,
        });
        // One that waits is seen too.
        self.outbox.send(Event::RunChanged { folder, run: store.summary(run)? });
        Ok(run)
    }

    fn resume(&mut self, folder: PathBuf, run: RunId) -> Result<Reply, Problem> {
        if let Some(control) = self.control(&folder, run) {
            control.resume();
            return Ok(Reply::Nothing);
        }
        let mut store = Store::open(&folder)?;
        let summary = store.summary(run)?;
        if !summary.can_resume() {
            return Err(EngineError::NothingLeft { run: run.0 }.into());
        }
        self.go_on(folder, &mut store, summary)
    }

    /// Puts a run that nobody trains into the queue again.
    fn go_on(
        &mut self,
        folder: PathBuf,
        store: &mut Store,
        mut summary: RunSummary,
    ) -> Result<Reply, Problem> {
        let run = summary.id;
        let needs = has_room(&store.steered_experiment(run)?)?;
        let lock = RunLock::take(run, &store.run_folder(run))?;
        // Left for a program that died before it heard them.
        store.take_commands(run)?;
        summary.state = RunState::Queued;
        let reply = self.change(folder.clone(), store, summary)?;
        let judge = self.judge_of(&folder, run);
        self.queue.push_back(Order { folder, run, control: Arc::default(), lock, needs, judge });
        Ok(reply)
    }

    /// Stores and tells what has changed of a run that nobody trains.
    fn change(&self, folder: PathBuf, store: &mut Store, run: RunSummary) -> Result<Reply, Problem> {
        store.update_run(&run)?;
        self.outbox.send(Event::RunChanged { folder, run });
        Ok(Reply::Nothing)
    }

    fn stop(&mut self, folder: PathBuf, run: RunId) -> Result<Reply, Problem> {
        let order = self.dequeue(&folder, run);
        if order.is_none() && self.control(&folder, run).is_some() {
            return self.control_run(folder, run, Control::stop);
        }
        let mut store = Store::open(&folder)?;
        let mut summary = store.summary(run)?;
        if summary.state.is_over() {
            return Err(EngineError::NotTraining { run: run.0 }.into());
        }
        // Nobody trains it: it waited its turn, or was paused by a program that has ended.
        let lock = match order {
            Some(order) => order.lock,
            None => RunLock::take(run, &store.run_folder(run))?,
        };
        summary.state = RunState::Stopped;
        let reply = self.change(folder.clone(), &mut store, summary)?;
        drop(lock);
        self.run_ended(&(folder, run));
        Ok(reply)
    }

    fn control_run(&mut self, folder: PathBuf, run: RunId, how: impl Fn(&Control)) -> Result<Reply, Problem> {
        let control = self.control(&folder, run).ok_or(EngineError::NotTraining { run: run.0 })?;
        how(control);
        Ok(Reply::Nothing)
    }

    fn control(&self, folder: &Path, run: RunId) -> Option<&Control> {
        let queued = self.queue.iter().find(|order| order.run == run && order.folder == folder);
        let active = || self.active.get(&(folder.to_owned(), run)).map(|active| &*active.control);
        queued.map(|order| &*order.control).or_else(active)
    }

    fn start_next(&mut self) {
        while self.has_room_for_next()
            && let Some(order) = self.queue.pop_front()
        {
            let key = (order.folder.clone(), order.run);
            let (control, needs) = (Arc::clone(&order.control), order.needs);
            let (outbox, ended) = (Arc::clone(&self.outbox), self.ended.0.clone());
            let name = format!("run-{}", order.run);
            let thread = thread::Builder::new().name(name).spawn({
                let key = key.clone();
                move || {
                    let last = worker::work(order, &outbox);
                    // Who hears of the end can ask for more at once: the supervisor has heard of it before.
                    let _ = ended.send(key);
                    outbox.send(last);
                }
            });
            // Where the system has no thread left, the order's lock is dropped with the closure, and the
            // store tells of an interrupted run.
            if let Ok(thread) = thread {
                self.active.insert(key, Active { control, thread, needs });
            }
        }
    }

    fn bury(&mut self, key: &Key) {
        if let Some(active) = self.active.remove(key) {
            let _ = active.thread.join();
            self.run_ended(key);
        }
    }

    /// Pauses all runs, keeping what they learned.
    fn close(mut self) {
        self.watch = None;
        self.leave_searches();
        for Order { folder, run, lock: _lock, .. } in std::mem::take(&mut self.queue) {
            let paused = Store::open(&folder).and_then(|mut store| {
                let summary = RunSummary { state: RunState::Paused, ..store.summary(run)? };
                store.update_run(&summary)
            });
            // Where the store fails, the run is found interrupted the next time.
            drop(paused);
        }
        for active in self.active.values() {
            active.control.leave();
        }
        for (_, active) in std::mem::take(&mut self.active) {
            let _ = active.thread.join();
        }
        self.errands.close();
        // Nobody waits for what only looks or writes: its thread ends with what it does, or with the program.
    }
}

/// The bytes that its steps take, 0 where it is not known how many are free; refuses what takes more than that.
fn has_room(experiment: &Experiment) -> Result<u64, Problem> {
    let Some(free) = device::free_memory(experiment.training.device) else { return Ok(0) };
    StepMemory::check(&experiment.graph, &experiment.training, free)
}
