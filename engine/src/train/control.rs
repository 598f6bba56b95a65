//! What others may ask of a training while it runs: pause, stop, other settings, a later end, another disk, leave.

use std::{
    path::PathBuf,
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::project::Setting;

/// Wishes that may wait for the present step to end.
const MAX_WISHES: usize = 256;

/// What is to be changed of a training.
#[derive(Debug, Clone, PartialEq)]
pub enum Wish {
    Set(Setting),
    /// So many epochs more.
    Longer(u32),
    /// To be kept in that folder, and left here.
    SaveElsewhere(PathBuf),
}

/// Read by the training loop at every step, written by whoever steers.
#[derive(Debug, Default)]
pub struct Control {
    stop: AtomicBool,
    leave: AtomicBool,
    asked: Mutex<Asked>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Asked {
    paused: bool,
    wishes: Vec<Wish>,
    /// The training has ended: nobody hears wishes any more.
    closed: bool,
}

impl Control {
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the training after the present step, paused or not.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.wake();
    }

    /// Ends this stretch of the training after the present step: it stays paused, to be gone on with by
    /// whoever comes.
    pub fn leave(&self) {
        self.leave.store(true, Ordering::Relaxed);
        self.wake();
    }

    pub fn pause(&self) {
        self.lock().paused = true;
    }

    pub fn resume(&self) {
        self.lock().paused = false;
        self.changed.notify_all();
    }

    /// Changes the training before its next step, paused or not; all wishes or none. False where nobody hears
    /// them: the training has ended, or too many wait.
    pub fn steer(&self, wishes: impl IntoIterator<Item = Wish>) -> bool {
        let mut asked = self.lock();
        let wishes: Vec<Wish> = wishes.into_iter().collect();
        let is_heard = !asked.closed && asked.wishes.len() + wishes.len() <= MAX_WISHES;
        if is_heard {
            asked.wishes.extend(wishes);
            self.changed.notify_all();
        }
        is_heard
    }

    /// Takes the wishes that wait.
    pub fn wishes(&self) -> Vec<Wish> {
        std::mem::take(&mut self.lock().wishes)
    }

    /// Hears no wish any more; false, and nothing done, where one waits.
    pub fn close(&self) -> bool {
        let mut asked = self.lock();
        asked.closed |= asked.wishes.is_empty();
        asked.closed
    }

    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub fn is_left(&self) -> bool {
        self.leave.load(Ordering::Relaxed)
    }

    pub fn is_paused(&self) -> bool {
        self.lock().paused && !self.is_over()
    }

    /// Returns when the training may go on, is to be changed, or is to end.
    pub fn wait_while_paused(&self) {
        let mut asked = self.lock();
        while asked.paused && asked.wishes.is_empty() && !self.is_over() {
            asked = self.changed.wait(asked).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn is_over(&self) -> bool {
        self.is_stopped() || self.is_left()
    }

    fn wake(&self) {
        let _asked = self.lock();
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
