//! What others may ask of a training while it runs: pause, stop, go on for longer.

use std::sync::{
    Condvar, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

/// Read by the training loop at every step, written by whoever steers.
#[derive(Debug)]
pub struct Control {
    stop: AtomicBool,
    epochs: AtomicU32,
    paused: Mutex<bool>,
    changed: Condvar,
}

impl Control {
    /// A training that is to end after `epochs`.
    pub fn new(epochs: u32) -> Self {
        Self {
            stop: AtomicBool::new(false),
            epochs: AtomicU32::new(epochs),
            paused: Mutex::new(false),
            changed: Condvar::new(),
        }
    }

    /// Ends the training after the present step, paused or not.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        let _paused = self.lock();
        self.changed.notify_all();
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

    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub fn is_paused(&self) -> bool {
        *self.lock() && !self.is_stopped()
    }

    /// The epoch to end after.
    pub fn epochs(&self) -> u32 {
        self.epochs.load(Ordering::Relaxed)
    }

    /// Returns when the training may go on, or is to stop.
    pub fn wait_while_paused(&self) {
        let mut paused = self.lock();
        while *paused && !self.is_stopped() {
            paused = self.changed.wait(paused).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.paused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
