//! Early stopping: when the validation loss has not improved for long enough.

use candle_core::Tensor;

use super::EarlyStopping;

/// Watches the validation loss and keeps the best epoch's weights.
#[derive(Debug, Clone)]
pub struct Stopper {
    settings: EarlyStopping,
    best: Option<f64>,
    epochs_without: u32,
    weights: Vec<(String, Tensor)>,
}

impl Stopper {
    pub fn new(settings: EarlyStopping) -> Self {
        Self { settings, best: None, epochs_without: 0, weights: Vec::new() }
    }

    /// Takes note of an epoch's validation loss; `weights` copies the model's, and is asked only where
    /// they are the best so far and are to be restored.
    pub fn observe<E>(
        &mut self,
        loss: f64,
        weights: impl FnOnce() -> Result<Vec<(String, Tensor)>, E>,
    ) -> Result<(), E> {
        if self.best.is_none_or(|best| loss < best - self.settings.min_delta) {
            self.best = Some(loss);
            self.epochs_without = 0;
            if self.settings.restore_best {
                self.weights = weights()?;
            }
        } else {
            self.epochs_without += 1;
        }
        Ok(())
    }

    /// Whether patience is at its end.
    pub fn is_due(&self) -> bool {
        self.epochs_without >= self.settings.patience
    }

    /// The best epoch's weights, where they are to be restored.
    pub fn best_weights(&self) -> &[(String, Tensor)] {
        &self.weights
    }

    /// The lowest loss so far.
    pub fn best(&self) -> Option<f64> {
        self.best
    }

    /// Goes on from a checkpoint. Patience begins anew: who trains on after an early stop wants to.
    pub fn restore(&mut self, best: Option<f64>, weights: Vec<(String, Tensor)>) {
        self.best = best;
        self.epochs_without = 0;
        self.weights = weights;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observe(stopper: &mut Stopper, losses: &[f64]) -> Vec<bool> {
        losses
            .iter()
            .map(|&loss| {
                stopper.observe(loss, || Ok::<_, ()>(Vec::new())).unwrap();
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
    }
}
