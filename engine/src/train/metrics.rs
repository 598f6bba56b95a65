//! Numbers that say how well a model does: accuracy for classes, perplexity for tokens, F1 for entities, MAE, RMSE
//! and R² for numbers.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::exact;
use crate::score::Hits;

/// Sums over rows, from which the metrics of a stretch of training or of a split follow.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    rows: u64,
    /// Of what the rows weigh in the loss, and of their losses.
    #[serde(with = "exact")]
    weight: f64,
    #[serde(with = "exact")]
    loss: f64,
    kind: Kind,
    /// Of a model with several heads, what each of them came to; then nothing else is counted here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    heads: Vec<OfHead>,
}

/// What one of several heads came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct OfHead {
    name: String,
    /// How often its loss counts in that of the model.
    #[serde(with = "exact")]
    weight: f64,
    tally: Tally,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    #[default]
    Nothing,
    Classes {
        correct: u64,
    },
    /// Of a text, one after another.
    Tokens {
        correct: u64,
    },
    /// Of words, one after another, and the entities that they spell.
    Tags {
        correct: u64,
        hits: Hits,
    },
    Numbers {
        #[serde(with = "exact")]
        absolute: f64,
        #[serde(with = "exact")]
        squared: f64,
        #[serde(with = "exact")]
        sum: f64,
        #[serde(with = "exact")]
        sum_of_squares: f64,
    },
}

impl Tally {
    /// Counts the losses of `rows` rows, or of as many steps of rows: their weighted sum, and what they weigh.
    pub fn loss(&mut self, sum: f64, weight: f64, rows: usize) {
        self.rows += rows as u64;
        self.weight += weight;
        self.loss += sum;
    }

    /// A tally for each of several heads, by name and weight.
    pub fn of_heads<'a>(
        &mut self,
        heads: impl Iterator<Item = (&'a str, f64)>,
    ) -> impl Iterator<Item = &mut Self> {
        let heads: Vec<(&str, f64)> = heads.collect();
        if !self.heads.iter().map(|of| &*of.name).eq(heads.iter().map(|(name, _)| *name)) {
            let of =
                |&(name, weight): &(&str, f64)| OfHead { name: name.into(), weight, tally: Self::default() };
            *self = Self { heads: heads.iter().map(of).collect(), ..Self::default() };
        }
        self.heads.iter_mut().zip(heads).map(|(of, (_, weight))| {
            of.weight = weight;
            &mut of.tally
        })
    }

    /// Counts rows, or steps of rows, by whether their class was predicted.
    pub fn classes(&mut self, predicted: &[u32], truth: &[u32]) {
        let right = right(predicted, truth);
        match &mut self.kind {
            Kind::Classes { correct } => *correct += right,
            kind => *kind = Kind::Classes { correct: right },
        }
    }

    /// Counts tokens by whether they were predicted.
    pub fn tokens(&mut self, predicted: &[u32], truth: &[u32]) {
        let right = right(predicted, truth);
        match &mut self.kind {
            Kind::Tokens { correct } => *correct += right,
            kind => *kind = Kind::Tokens { correct: right },
        }
    }

    /// Counts tags by whether they were predicted, and the entities that were found.
    pub fn tags(&mut self, predicted: &[u32], truth: &[u32], found: Hits) {
        let right = right(predicted, truth);
        match &mut self.kind {
            Kind::Tags { correct, hits } => {
                *correct += right;
                *hits = [*hits, found].into_iter().sum();
            }
            kind => *kind = Kind::Tags { correct: right, hits: found },
        }
    }

    /// Counts predicted numbers, both in the target's own units.
    pub fn numbers(&mut self, predicted: &[f32], truth: &[f32]) {
        if !matches!(self.kind, Kind::Numbers { .. }) {
            self.kind = Kind::Numbers { absolute: 0.0, squared: 0.0, sum: 0.0, sum_of_squares: 0.0 };
        }
        let Kind::Numbers { absolute, squared, sum, sum_of_squares } = &mut self.kind else { return };
        for (&predicted, &truth) in predicted.iter().zip(truth) {
            let (error, truth) = (f64::from(predicted) - f64::from(truth), f64::from(truth));
            *absolute += error.abs();
            *squared += error * error;
            *sum += truth;
            *sum_of_squares += truth * truth;
        }
    }

    /// The metrics by name; nothing when no row was counted. The loss is 0 where the rows weigh nothing; R² is
    /// left out where all targets are equal.
    ///
    /// Of several heads: the weighted sum of their losses, what else the first one has, and then all of each under its
    /// name (`loss.price`, `mae.price`).
    pub fn metrics(&self) -> Vec<(Cow<'static, str>, f64)> {
        if self.heads.is_empty() {
            return self.own_metrics().into_iter().map(|(name, value)| (name.into(), value)).collect();
        }
        let each: Vec<_> = self.heads.iter().map(|of| (of, of.tally.own_metrics())).collect();
        let first = each.first().map_or(&[][..], |(_, metrics)| metrics);
        if first.is_empty() {
            return Vec::new();
        }
        let total =
            each.iter().map(|(of, metrics)| of.weight * metrics.first().map_or(0.0, |(_, loss)| *loss));
        let mut all = vec![("loss".into(), total.sum())];
        all.extend(first.iter().skip(1).map(|(name, value)| ((*name).into(), *value)));
        for (of, metrics) in &each {
            all.extend(metrics.iter().map(|(name, value)| (format!("{name}.{}", of.name).into(), *value)));
        }
        all
    }

    /// The metrics of one head, the loss first.
    fn own_metrics(&self) -> Vec<(&'static str, f64)> {
        if self.rows == 0 {
            return Vec::new();
        }
        let rows = self.rows as f64;
        let loss = if self.weight > 0.0 { self.loss / self.weight } else { 0.0 };
        let mut metrics = vec![("loss", loss)];
        match self.kind {
            Kind::Nothing => {}
            Kind::Classes { correct } => metrics.push(("accuracy", correct as f64 / rows)),
            Kind::Tokens { correct } => {
                metrics.push(("accuracy", correct as f64 / rows));
                metrics.push(("perplexity", loss.exp()));
            }
            Kind::Tags { correct, hits } => {
                metrics.push(("accuracy", correct as f64 / rows));
                metrics.push(("f1", hits.f1()));
            }
            Kind::Numbers { absolute, squared, sum, sum_of_squares } => {
                metrics.push(("mae", absolute / rows));
                metrics.push(("rmse", (squared / rows).sqrt()));
                let spread = sum_of_squares - sum * sum / rows;
                if spread > f64::EPSILON * sum_of_squares {
                    metrics.push(("r2", 1.0 - squared / spread));
                }
            }
        }
        metrics
    }
}

fn right(predicted: &[u32], truth: &[u32]) -> u64 {
    predicted.iter().zip(truth).filter(|(predicted, truth)| predicted == truth).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_counted_across_batches() {
        let mut tally = Tally::default();
        tally.loss(2.0, 5.0, 2);
        tally.classes(&[0, 1], &[0, 0]);
        tally.loss(0.5, 1.0, 1);
        tally.classes(&[2], &[2]);
        assert_eq!(tally.own_metrics(), [("loss", 2.5 / 6.0), ("accuracy", 2.0 / 3.0)]);
    }

    #[test]
    fn tokens_have_a_perplexity() {
        let mut tally = Tally::default();
        tally.loss(4.0 * 2f64.ln(), 4.0, 4);
        tally.tokens(&[0, 1, 2, 2], &[0, 1, 2, 1]);
        let metrics = tally.own_metrics();
        assert_eq!(metrics[1], ("accuracy", 0.75));
        assert!(metrics[2].0 == "perplexity" && (metrics[2].1 - 2.0).abs() < 1e-12, "{metrics:?}");
    }

    #[test]
    fn numbers_give_what_scikit_learn_gives() {
        // mean_absolute_error, root_mean_squared_error and r2_score of the example in its documentation.
        let mut tally = Tally::default();
        tally.loss(0.0, 4.0, 4);
        tally.numbers(&[2.5, 0.0, 2.0, 8.0], &[3.0, -0.5, 2.0, 7.0]);
        let metrics = tally.own_metrics();
        let expected = [("loss", 0.0), ("mae", 0.5), ("rmse", 0.612_372_4), ("r2", 0.948_608_1)];
        for ((name, value), (expected_name, expected)) in metrics.iter().zip(expected) {
            assert_eq!(*name, expected_name);
            assert!((value - expected).abs() < 1e-6, "{name}: {value}");
        }
    }

    #[test]
    fn equal_targets_have_no_r2_and_no_rows_have_no_metrics() {
        let mut tally = Tally::default();
        assert!(tally.metrics().is_empty());
        tally.loss(0.0, 2.0, 2);
        tally.numbers(&[1.0, 2.0], &[5.0, 5.0]);
        assert!(tally.own_metrics().iter().all(|(name, _)| *name != "r2"));
    }
}
