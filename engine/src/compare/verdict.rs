//! Whether one model is better than another, or whether that may be chance.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    answers::{Answers, Said},
    bootstrap,
    significance::{McNemar, welch},
};
use crate::protocol::RunId;

/// How sure a verdict is, all of its comparisons taken together.
pub const CONFIDENCE: f64 = 0.95;

/// A run that is to be judged.
#[derive(Debug, Clone, Copy)]
pub struct Contestant<'a> {
    pub run: RunId,
    pub settings: &'a BTreeMap<String, Value>,
    /// The epochs it was given in the end.
    pub epochs: u32,
    pub answers: &'a Answers,
}

/// What is to be said of two models on the same test rows. A model is one run, or several that differ in nothing
/// but their seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The runs of the one with the better number; of equals, the one that was named first.
    pub better: Vec<RunId>,
    pub other: Vec<RunId>,
    /// `accuracy`, or `rmse`.
    pub metric: String,
    /// The metric of the better one and of the other, over their seeds.
    pub values: [f64; 2],
    pub rows: usize,
    /// Of each interval. More than [`CONFIDENCE`] where there are several comparisons (Bonferroni), so that
    /// all of them together are as sure.
    pub confidence: f64,
    /// By how much the better one is ahead with other test rows.
    pub by_rows: Interval,
    pub resamples: usize,
    /// Of two classifiers with one seed each.
    pub mcnemar: Option<McNemar>,
    /// By how much the better one is ahead with other seeds; where both have at least two.
    pub by_seeds: Option<Interval>,
    /// Whether everything above says that this is more than chance.
    pub is_clear: bool,
}

/// Bounds around the lead of the better one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

/// Judges the best model against each of the others, best first. All answers must be about the same rows.
pub fn verdicts(contestants: &[Contestant<'_>]) -> Vec<Verdict> {
    let mut models = models(contestants);
    // Stable: of equals, the first that was named.
    models.sort_by(|a, b| b.goodness().total_cmp(&a.goodness()));
    let Some((best, others)) = models.split_first() else { return Vec::new() };
    let confidence = 1.0 - (1.0 - CONFIDENCE) / others.len().max(1) as f64;
    others.iter().filter_map(|other| judge(best, other, confidence)).collect()
}

/// Runs that differ in nothing but their seeds.
struct Model {
    runs: Vec<RunId>,
    is_classifier: bool,
    /// A row's mean score over the seeds.
    scores: Vec<f64>,
    /// The metric of each run.
    metrics: Vec<f64>,
}

impl Model {
    /// The metric over all seeds.
    fn metric(&self) -> f64 {
        self.metrics.iter().sum::<f64>() / self.metrics.len() as f64
    }

    /// Larger is better.
    fn goodness(&self) -> f64 {
        if self.is_classifier { self.metric() } else { -self.metric() }
    }
}

fn models(contestants: &[Contestant<'_>]) -> Vec<Model> {
    let mut models: Vec<(Contestant<'_>, Model)> = Vec::new();
    for contestant in contestants {
        let is_classifier = matches!(contestant.answers.said, Said::Classes { .. });
        let scores = contestant.answers.scores();
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        let metric = if is_classifier { mean } else { mean.sqrt() };
        match models.iter_mut().find(|(first, _)| is_same_but_for_seed(first, contestant)) {
            Some((_, model)) => {
                model.runs.push(contestant.run);
                model.metrics.push(metric);
                model.scores.iter_mut().zip(scores).for_each(|(sum, score)| *sum += score);
            }
            None => {
                let (runs, metrics) = (vec![contestant.run], vec![metric]);
                models.push((*contestant, Model { runs, is_classifier, scores, metrics }));
            }
        }
    }
    let mut models: Vec<Model> = models.into_iter().map(|(_, model)| model).collect();
    for model in &mut models {
        let runs = model.runs.len() as f64;
        model.scores.iter_mut().for_each(|score| *score /= runs);
    }
    models
}

/// The settings that decide what is learned, but for the seed. (Where a run trains, and when it is kept, changes
/// nothing about that.)
pub fn but_for_the_seed(settings: &BTreeMap<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    settings.iter().filter(|(path, _)| {
        !matches!(path.as_str(), "seed" | "device" | "threads" | "checkpointing")
            && !path.starts_with("checkpoints.")
    })
}

/// Whether two runs train the same, but for their seeds.
fn is_same_but_for_seed(a: &Contestant<'_>, b: &Contestant<'_>) -> bool {
    // Two runs of one seed are one run, done twice.
    let is_other_seed = a.settings.get("seed") != b.settings.get("seed");
    is_other_seed && a.epochs == b.epochs && but_for_the_seed(a.settings).eq(but_for_the_seed(b.settings))
}

fn judge(best: &Model, other: &Model, confidence: f64) -> Option<Verdict> {
    let lead = |best_mean: f64, other_mean: f64| match best.is_classifier {
        true => best_mean - other_mean,
        false => other_mean.sqrt() - best_mean.sqrt(),
    };
    let (low, high) = bootstrap::interval(&best.scores, &other.scores, lead, confidence)?;
    let by_rows = Interval { low, high };
    let has_one_seed = best.runs.len() == 1 && other.runs.len() == 1;
    let mcnemar = (best.is_classifier && has_one_seed).then(|| {
        let only = |a: &[f64], b: &[f64]| a.iter().zip(b).filter(|(a, b)| a > b).count();
        McNemar::new(only(&best.scores, &other.scores), only(&other.scores, &best.scores))
    });
    let by_seeds = match best.is_classifier {
        true => welch(&best.metrics, &other.metrics, confidence),
        false => welch(&other.metrics, &best.metrics, confidence),
    };
    let by_seeds = by_seeds.map(|(low, high)| Interval { low, high });
    let is_clear = by_rows.low > 0.0
        && mcnemar.is_none_or(|test| test.p < 1.0 - confidence)
        && by_seeds.is_none_or(|seeds| seeds.low > 0.0);
    Some(Verdict {
        better: best.runs.clone(),
        other: other.runs.clone(),
        metric: if best.is_classifier { "accuracy" } else { "rmse" }.into(),
        values: [best.metric(), other.metric()],
        rows: best.scores.len(),
        confidence,
        by_rows,
        resamples: bootstrap::resamples(best.scores.len()),
        mcnemar,
        by_seeds,
        is_clear,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Of 200 rows, so many right from the start of the list, and those named besides.
    fn answers(right: impl Fn(u32) -> bool) -> Answers {
        let predicted = (0..200).map(|row| u32::from(!right(row))).collect();
        let names = vec!["no".into(), "yes".into()];
        Answers { rows: (0..200).collect(), said: Said::Classes { names, truth: vec![0; 200], predicted } }
    }

    fn settings(rate: f64, seed: u64) -> BTreeMap<String, Value> {
        BTreeMap::from([("learning_rate".into(), json!(rate)), ("seed".into(), json!(seed))])
    }

    fn judged(runs: &[(f64, u64, Answers)]) -> Vec<Verdict> {
        let settings: Vec<_> = runs.iter().map(|(rate, seed, _)| settings(*rate, *seed)).collect();
        let contestants: Vec<_> = (1..)
            .zip(runs)
            .zip(&settings)
            .map(|((id, (_, _, answers)), settings)| Contestant {
                run: RunId(id),
                settings,
                epochs: 10,
                answers,
            })
            .collect();
        verdicts(&contestants)
    }

    #[test]
    fn a_large_lead_is_clear_and_a_small_one_may_be_chance() {
        let verdict = &judged(&[(0.1, 1, answers(|row| row < 150)), (0.2, 1, answers(|row| row < 190))])[0];
        assert_eq!((&verdict.better[..], &verdict.other[..]), (&[RunId(2)][..], &[RunId(1)][..]));
        assert_eq!((verdict.values, verdict.rows, verdict.confidence), ([0.95, 0.75], 200, 0.95));
        assert!(verdict.is_clear && verdict.by_rows.low > 0.1 && verdict.by_rows.high < 0.3, "{verdict:?}");
        let mcnemar = verdict.mcnemar.unwrap();
        assert_eq!((mcnemar.only_better, mcnemar.only_other), (40, 0));

        let verdict = &judged(&[(0.1, 1, answers(|row| row < 188)), (0.2, 1, answers(|row| row < 190))])[0];
        assert!(!verdict.is_clear, "{verdict:?}");
        let same = &judged(&[(0.1, 1, answers(|row| row < 9)), (0.2, 1, answers(|row| row < 9))])[0];
        assert_eq!(
            (same.better[0].0, same.by_rows, same.is_clear),
            (1, Interval { low: 0.0, high: 0.0 }, false)
        );
    }

    #[test]
    fn runs_that_differ_in_their_seed_alone_are_one_model() {
        let seeds = |rate, right: [u32; 3]| {
            (1..).zip(right).map(move |(seed, right)| (rate, seed, answers(move |row| row < right)))
        };
        let verdicts =
            judged(&seeds(0.1, [160, 162, 158]).chain(seeds(0.2, [190, 189, 191])).collect::<Vec<_>>());
        let [verdict] = &verdicts[..] else { panic!("{verdicts:?}") };
        assert_eq!(verdict.better, [4, 5, 6].map(RunId));
        assert!((verdict.values[0] - 0.95).abs() < 1e-12 && verdict.mcnemar.is_none());
        let by_seeds = verdict.by_seeds.unwrap();
        assert!(by_seeds.low > 0.12 && by_seeds.high < 0.18 && verdict.is_clear, "{verdict:?}");

        // Seeds that scatter more than the models differ take the clearness away.
        let verdicts =
            judged(&seeds(0.1, [120, 190, 158]).chain(seeds(0.2, [199, 140, 191])).collect::<Vec<_>>());
        assert!(!verdicts[0].is_clear, "{verdicts:?}");
    }

    #[test]
    fn several_comparisons_ask_for_more_confidence_in_each() {
        let runs = [150, 160, 190].map(|right| (f64::from(right), 1, answers(move |row| row < right)));
        let verdicts = judged(&runs);
        assert_eq!(verdicts.len(), 2);
        assert!(verdicts.iter().all(|verdict| verdict.better == [RunId(3)] && verdict.confidence == 0.975));
    }

    #[test]
    fn numbers_are_compared_by_their_error() {
        let answers = |off: f32| {
            let truth: Vec<f32> = (0..100).map(|row| row as f32).collect();
            let predicted = truth.iter().map(|truth| truth + off * (truth * 12.9898).sin()).collect();
            Answers { rows: (0..100).collect(), said: Said::Numbers { target: "y".into(), truth, predicted } }
        };
        let verdict = &judged(&[(0.1, 1, answers(2.0)), (0.2, 1, answers(1.0))])[0];
        assert_eq!((&*verdict.metric, verdict.better[0].0), ("rmse", 2));
        let lead = verdict.values[1] - verdict.values[0];
        assert!(verdict.is_clear && verdict.by_rows.low < lead && lead < verdict.by_rows.high, "{verdict:?}");
        assert!(verdict.mcnemar.is_none());
    }
}
