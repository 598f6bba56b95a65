//! A comparison in sentences.

use engine::{
    compare::{Answer, Comparison, Disagreements, Verdict},
    protocol::RunId,
};

use crate::{format, locale::Locale, train::numbers};

/// What is to be said of a verdict: the sentence itself, and what it rests on.
pub fn verdict(verdict: &Verdict, words: &Locale) -> [String; 2] {
    let is_equal = verdict.values[0] == verdict.values[1];
    let key = match (verdict.is_clear, is_equal) {
        (true, _) => "verdict-better",
        (false, false) => "verdict-chance",
        (false, true) => "verdict-equal",
    };
    let [value, other_value] = verdict.values.map(|value| numbers::metric(&verdict.metric, value));
    let headline = words.with(
        key,
        &[
            ("count", (verdict.better.len() as u64).into()),
            ("better", model(&verdict.better, words).into()),
            ("other", model(&verdict.other, words).into()),
            ("metric", words.text(&format!("metric-{}", verdict.metric)).into()),
            ("value", value.into()),
            ("other_value", other_value.into()),
            ("rows", format::count(verdict.rows as u64).into()),
        ],
    );
    if is_equal && verdict.by_rows.low == verdict.by_rows.high {
        // Row by row: there is nothing that could be chance.
        return [headline, String::new()];
    }
    let bounds =
        |low: f64, high: f64| [("low", lead(verdict, low).into()), ("high", lead(verdict, high).into())];
    let percent = format!("{:.4}", verdict.confidence * 100.0);
    let percent = percent.trim_end_matches('0').trim_end_matches('.').to_owned();
    let by_rows = [
        &bounds(verdict.by_rows.low, verdict.by_rows.high)[..],
        &[("confidence", percent.into()), ("resamples", format::count(verdict.resamples as u64).into())],
    ]
    .concat();
    let mut evidence = vec![words.with("verdict-by-rows", &by_rows)];
    if let Some(test) = verdict.mcnemar {
        let values = [
            ("p", p(test.p).into()),
            ("only_better", (test.only_better as u64).into()),
            ("only_other", (test.only_other as u64).into()),
            ("better", model(&verdict.better, words).into()),
            ("other", model(&verdict.other, words).into()),
        ];
        evidence.push(words.with("verdict-mcnemar", &values));
    }
    if let Some(seeds) = verdict.by_seeds {
        evidence.push(words.with("verdict-by-seeds", &bounds(seeds.low, seeds.high)));
    } else if verdict.better.len() == 1 || verdict.other.len() == 1 {
        evidence.push(words.text("verdict-one-seed"));
    }
    [headline, evidence.join(&words.text("verdict-space"))]
}

/// The runs that could not be judged, and why.
pub fn not_compared(comparison: &Comparison, words: &Locale) -> Vec<String> {
    let told = |key: &str, runs: &[RunId]| {
        (!runs.is_empty()).then(|| words.with(key, &[("runs", listed(runs).into())]))
    };
    let mut lines: Vec<String> =
        [told("verdict-untested", &comparison.untested), told("verdict-elsewhere", &comparison.elsewhere)]
            .into_iter()
            .flatten()
            .collect();
    if comparison.verdicts.is_empty() && lines.is_empty() {
        lines.push(words.text("verdict-one-model"));
    }
    lines
}

/// On how many rows runs disagree, and who is right there.
pub fn disagreements(found: &Disagreements, words: &Locale) -> String {
    let name = |run: &RunId| words.with("train-run", &[("run", run.0.into())]);
    let is_classes = found.rows.first().is_none_or(|row| matches!(row.truth, Answer::Class(_)));
    let ([first, second], [only_first, only_second, neither]) = (&found.runs[..], &found.counts[..]) else {
        let key = if is_classes { "disagree-many-classes" } else { "disagree-many-numbers" };
        let alone = found.runs.iter().zip(&found.counts).map(|(run, count)| format!("{} {count}", name(run)));
        let none = found.counts.last().copied().unwrap_or_default();
        let values = [
            ("runs", (found.runs.len() as u64).into()),
            ("rows", (found.total as u64).into()),
            ("alone", alone.collect::<Vec<_>>().join(" · ").into()),
            ("none", (none as u64).into()),
        ];
        return words.with(key, &values);
    };
    let key = if is_classes { "disagree-classes" } else { "disagree-numbers" };
    let [only_first, only_second, neither] = [only_first, only_second, neither].map(|count| *count as u64);
    let [first, second] = [first, second].map(name);
    words.with(
        key,
        &[
            ("first", first.into()),
            ("second", second.into()),
            ("rows", (found.total as u64).into()),
            ("only_first", only_first.into()),
            ("only_second", only_second.into()),
            ("neither", neither.into()),
        ],
    )
}

/// `Run 7`, or `Runs 7, 8, 9`, which differ in their seeds.
fn model(runs: &[RunId], words: &Locale) -> String {
    match runs {
        [run] => words.with("train-run", &[("run", run.0.into())]),
        runs => words.with("verdict-runs", &[("runs", listed(runs).into())]),
    }
}

fn listed(runs: &[RunId]) -> String {
    runs.iter().map(RunId::to_string).collect::<Vec<_>>().join(", ")
}

/// A lead: of shares in points of a hundred.
fn lead(verdict: &Verdict, lead: f64) -> String {
    match &*verdict.metric {
        "accuracy" => format!("{:+.1}", lead * 100.0),
        _ => format!("{}{}", if lead < 0.0 { "−" } else { "+" }, format::metric(lead.abs())),
    }
    .replace('-', "−")
}

fn p(p: f64) -> String {
    match p {
        p if p < 0.001 => "< 0.001".into(),
        p if p < 0.1 => format!("= {p:.3}"),
        p => format!("= {p:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use engine::compare::{Interval, McNemar};

    use super::*;
    use crate::locale::Language;

    fn judged(is_clear: bool) -> Verdict {
        Verdict {
            better: vec![RunId(7)],
            other: vec![RunId(3)],
            metric: "accuracy".into(),
            values: [0.9722, 0.95],
            rows: 360,
            confidence: 0.95,
            by_rows: Interval { low: if is_clear { 0.0056 } else { -0.004 }, high: 0.0389 },
            resamples: 10_000,
            mcnemar: Some(McNemar::new(14, 3)),
            by_seeds: None,
            is_clear,
        }
    }

    #[test]
    fn a_verdict_is_a_sentence_with_its_evidence_in_both_languages() {
        let english = Locale::new(Language::English);
        let [headline, evidence] = verdict(&judged(true), &english);
        assert_eq!(
            headline,
            "Run 7 is better than Run 3: Accuracy 97.2 % against 95.0 % on the same 360 test rows."
        );
        assert_eq!(
            evidence,
            "With other rows, the lead would be between +0.6 and +3.9 (95 % interval, 10,000 bootstrap resamples). \
             Run 7 alone is right on 14 rows, Run 3 alone on 3; McNemar's test: p = 0.013. \
             One seed each: how much of this is the luck of a seed, repeats with other seeds would tell."
        );
        let [headline, _] = verdict(&judged(false), &english);
        assert!(headline.starts_with("Run 7 may be no better than Run 3"), "{headline}");
        let chinese = Locale::new(Language::Chinese);
        let [headline, evidence] = verdict(&judged(true), &chinese);
        assert!(
            headline.contains("运行 7 优于运行 3") && evidence.contains("p = 0.013"),
            "{headline} {evidence}"
        );
    }

    #[test]
    fn seeds_and_errors_are_told_too() {
        let seeds = Verdict {
            better: [4, 5].map(RunId).into(),
            other: [1, 2].map(RunId).into(),
            metric: "rmse".into(),
            values: [0.5, 0.75],
            confidence: 0.975,
            by_rows: Interval { low: -0.01, high: 0.4 },
            mcnemar: None,
            by_seeds: Some(Interval { low: -0.1, high: 0.6 }),
            ..judged(false)
        };
        let [headline, evidence] = verdict(&seeds, &Locale::new(Language::English));
        assert!(headline.starts_with("Runs 4, 5 may be no better than Runs 1, 2: RMSE 0.5000"), "{headline}");
        assert!(evidence.contains("between −0.01000 and +0.4000 (97.5 % interval"), "{evidence}");
        assert!(evidence.contains("With other seeds, between −0.1000 and +0.6000"), "{evidence}");
    }
}
