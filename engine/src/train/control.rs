//! What others may ask of a training while it runs: pause, stop, go on for longer, leave.

use std::sync::{
    Condvar, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

/// Read by the training loop at every step, written by whoever steers.
#[derive(Debug)]
pub struct Control {
    stop: AtomicBool,
    leave: AtomicBool,
    epochs: AtomicU32,
    paused: Mutex<bool>,
    changed: Condvar,
}

impl Control {
    /// A training that is to end after `epochs`.
    pub fn new(epochs: u32) -> Self {
        Self {
            stop: AtomicBool::new(false),
            leave: AtomicBool::new(false),
            epochs: AtomicU32::new(epochs),
            paused: Mutex::new(false),
            changed: Condvar::new(),
        }
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
        *self.lock() = true;
    }

    pub fn resume(&self) {
        *self.lock() = false;
        self.changed.notify_all();
    }

    /// Sets a later end.
    pub fn extend(&self, epochs: u32) {
        self.epochs.fetch_add(epochs, Ordering::Relaxed);
    }

    /// Sets an end that is not before that epoch.
    pub fn reach(&self, epochs: u32) {
        self.epochs.fetch_max(epochs, Ordering::Relaxed);
    }

    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub fn is_left(&self) -> bool {
        self.leave.load(Ordering::Relaxed)
    }

    pub fn is_paused(&self) -> bool {
        *self.lock() && !self.is_over()
    }

    /// The epoch to end after.
    pub fn epochs(&self) -> u32 {
        self.epochs.load(Ordering::Relaxed)
    }

    /// Returns when the training may go on, or is to end.
    pub fn wait_while_paused(&self) {
        let mut paused = self.lock();
        while *paused && !self.is_over() {
            paused = self.changed.wait(paused).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn is_over(&self) -> bool {
        self.is_stopped() || self.is_left()
    }

    fn wake(&self) {
        let _paused = self.lock();
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.paused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
