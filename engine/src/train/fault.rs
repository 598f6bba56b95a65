//! Faults that tests plant in the midst of a training, to see what becomes of it. In a program there are none.

/// Where a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Load,
    Forward,
    Backward,
    Optimizer,
    Checkpoint,
    Metric,
}

/// Panics where a test has planted that for the training with this seed; gives whether its numbers are to be spoilt.
#[cfg(not(test))]
pub fn strikes(_place: Place, _seed: u64) -> bool {
    false
}

#[cfg(test)]
pub use planted::{Kind, plant, strikes};

#[cfg(test)]
mod planted {
    use std::sync::{Mutex, PoisonError};

    use super::Place;

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Kind {
        Panic,
        NotANumber,
    }

    static PLANTED: Mutex<Vec<(u64, Place, Kind)>> = Mutex::new(Vec::new());

    /// Plants a fault for trainings with this seed.
    pub fn plant(seed: u64, place: Place, kind: Kind) {
        PLANTED.lock().unwrap_or_else(PoisonError::into_inner).push((seed, place, kind));
    }

    pub fn strikes(place: Place, seed: u64) -> bool {
        let planted = PLANTED.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = planted.iter().find(|(of, at, _)| (*of, *at) == (seed, place)).map(|(_, _, kind)| *kind);
        drop(planted);
        assert!(kind != Some(Kind::Panic), "planted at {place:?}");
        kind.is_some()
    }
}
