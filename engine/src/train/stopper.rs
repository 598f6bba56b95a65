//! Early stopping: when the validation loss has not improved for long enough.

use serde::{Deserialize, Serialize};

use super::{EarlyStopping, exact};

/// Watches the validation loss.
#[derive(Debug, Clone)]
pub struct Stopper {
    settings: EarlyStopping,
    patience: Patience,
}

/// What a [`Stopper`] remembers; a checkpoint holds it.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Patience {
    /// The lowest loss so far.
    #[serde(with = "exact")]
    pub best: Option<f64>,
    /// Epochs since then.
    pub epochs_without: u32,
}

impl Stopper {
    pub fn new(settings: EarlyStopping) -> Self {
        Self { settings, patience: Patience::default() }
    }

    /// Takes note of an epoch's validation loss.
    pub fn observe(&mut self, loss: f64) {
        let patience = &mut self.patience;
        let is_lower = patience.best.is_none_or(|best| loss < best - self.settings.min_delta);
        if is_lower && !loss.is_nan() {
            *patience = Patience { best: Some(loss), epochs_without: 0 };
        } else {
            patience.epochs_without += 1;
        }
    }

    /// Whether patience is at its end.
    pub fn is_due(&self) -> bool {
        self.patience.epochs_without >= self.settings.patience
    }

    /// What a checkpoint must hold.
    pub fn patience(&self) -> Patience {
        self.patience
    }

    /// Goes on from a [`Stopper::patience`].
    pub fn restore(&mut self, patience: Patience) {
        self.patience = patience;
    }

    /// Begins to count anew: who trains on after an early stop wants to.
    pub fn renew(&mut self) {
        self.patience.epochs_without = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observe(stopper: &mut Stopper, losses: &[f64]) -> Vec<bool> {
        losses
            .iter()
            .map(|&loss| {
                stopper.observe(loss);
                stopper.is_due()
            })
            .collect()
    }

    #[test]
    fn patience_counts_epochs_without_improvement() {
        let mut stopper = Stopper::new(EarlyStopping { patience: 2, min_delta: 0.0, restore_best: true });
        assert_eq!(observe(&mut stopper, &[1.0, 1.1, 0.9, 0.9, 0.95]), [false, false, false, false, true]);
    }

    #[test]
    fn an_improvement_below_min_delta_does_not_count() {
        let mut stopper = Stopper::new(EarlyStopping { patience: 1, min_delta: 0.1, restore_best: false });
        assert_eq!(observe(&mut stopper, &[1.0, 0.95]), [false, true]);
    }

    #[test]
    fn a_loss_that_is_not_a_number_is_no_improvement() {
        let mut stopper = Stopper::new(EarlyStopping { patience: 1, min_delta: 0.0, restore_best: false });
        assert_eq!(observe(&mut stopper, &[1.0, f64::NAN]), [false, true]);
        let mut stopper = Stopper::new(EarlyStopping { patience: 1, min_delta: 0.0, restore_best: false });
        assert_eq!(observe(&mut stopper, &[f64::NAN, 1.0]), [true, false], "and the next loss is one");
    }
}
