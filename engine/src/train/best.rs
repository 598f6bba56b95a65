//! The best epoch so far, by a metric of the validation split, and what the model was after it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{exact, settings::Metric};
use crate::model::Tensors;

/// Watches one metric and keeps the best epoch's model.
#[derive(Debug, Clone)]
pub struct Best {
    metric: Metric,
    mark: Option<Mark>,
    model: Tensors,
}

/// Which epoch was the best.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Steps done at its end.
    pub step: u64,
    /// Its value of the metric.
    #[serde(with = "exact")]
    pub value: f64,
}

impl Best {
    pub fn new(metric: Metric) -> Self {
        Self { metric, mark: None, model: Tensors::new() }
    }

    /// Takes note of an epoch that ended with `step`; `model` copies the model, and is asked only where it is
    /// the best so far. A value that is no number is never the best.
    pub fn observe<E>(
        &mut self,
        step: u64,
        metrics: &[(Cow<'static, str>, f64)],
        model: impl FnOnce() -> Result<Tensors, E>,
    ) -> Result<(), E> {
        let Some(&(_, value)) = metrics.iter().find(|(name, _)| name == self.metric.name()) else {
            return Ok(());
        };
        let is_better = match self.mark {
            Some(best) => self.metric.is_better(value, best.value),
            None => !value.is_nan(),
        };
        if is_better {
            self.model = model()?;
            self.mark = Some(Mark { step, value });
        }
        Ok(())
    }

    pub fn mark(&self) -> Option<Mark> {
        self.mark
    }

    /// The model after the best epoch; empty before there is one.
    pub fn model(&self) -> &Tensors {
        &self.model
    }

    /// Goes on from a checkpoint.
    pub fn restore(&mut self, mark: Option<Mark>, model: Tensors) {
        (self.mark, self.model) = (mark, model);
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Tensor};

    use super::*;

    /// The step that is best after these values, each of the next epoch.
    fn best(metric: Metric, values: &[f64]) -> Option<u64> {
        let mut best = Best::new(metric);
        for (step, value) in (1..).zip(values) {
            let metrics = [("other".into(), -9.0), (metric.name().into(), *value)];
            let model = || {
                Ok::<_, candle_core::Error>(vec![(
                    step.to_string(),
                    Tensor::zeros(1, candle_core::DType::F32, &Device::Cpu)?,
                )])
            };
            best.observe(step, &metrics, model).unwrap();
        }
        let mark = best.mark()?;
        assert_eq!(best.model()[0].0, mark.step.to_string(), "the model is the best epoch's");
        Some(mark.step)
    }

    #[test]
    fn a_loss_is_best_low_and_an_accuracy_high_and_the_first_of_equals_stays() {
        assert_eq!(best(Metric::Loss, &[3.0, 1.0, 2.0, 1.0]), Some(2));
        assert_eq!(best(Metric::Accuracy, &[0.3, 0.9, 0.9, 0.2]), Some(2));
        assert_eq!(best(Metric::R2, &[-3.0, -1.0]), Some(2));
    }

    #[test]
    fn what_is_no_number_is_never_the_best() {
        assert_eq!(best(Metric::Loss, &[f64::NAN]), None);
        assert_eq!(best(Metric::Loss, &[f64::NAN, 5.0, f64::NAN]), Some(2));
    }
}
