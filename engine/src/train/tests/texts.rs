//! Models of texts learn: what comes next, what is meant, what it is in other words, and the row itself.

use super::*;
use crate::{
    data::{Cells, Column, Extent, Lists, Table, parse_csv},
    graph::templates::Template,
    project::{DatasetSpec, RecipeStep, Task},
    protocol::{Split, Verdict},
    text::{TokenizerKind, TokenizerSpec},
    train::{Evaluation, frame, report},
};

/// A session of a template on a table, as the program would begin it.
fn session(
    text: &str,
    (target, task): (&str, Task),
    steps: &[RecipeStep],
    template: &str,
    training: Training,
) -> Session {
    session_of(&parse_csv(text.into(), "test.csv", None).unwrap(), (target, task), steps, template, training)
}

fn session_of(
    table: &Table,
    (target, task): (&str, Task),
    steps: &[RecipeStep],
    template: &str,
    training: Training,
) -> Session {
    let dataset = DatasetSpec {
        file: "test.csv".into(),
        header: None,
        target: target.into(),
        task,
        ignore: Vec::new(),
    };
    let split = SplitSpec { stratify: false, ..SplitSpec::default() };
    let recipe = Recipe { split, steps: steps.to_vec() };
    let extent = Extent::of(table, &dataset, &recipe).unwrap();
    let frame = frame(&Graph::default(), &training.loss, &extent);
    let graph = Template::of_name(template).unwrap().graph(&frame).unwrap();
    let data = prepare(table, &dataset, &recipe).unwrap().arranged(&graph).unwrap();
    let experiment = Experiment { name: "texts".into(), recipe, graph, training };
    Session::new(&experiment, Arc::new(data), Device::Cpu).unwrap()
}

fn tokenize(kind: TokenizerKind, vocabulary: u32, length: usize) -> RecipeStep {
    let tokenizer = TokenizerSpec { vocabulary, ..TokenizerSpec::of(kind) };
    RecipeStep::Tokenize { tokenizer, length, columns: Vec::new() }
}

fn training(epochs: u32) -> Training {
    let loss = LossSpec::CrossEntropy { label_smoothing: 0.0, class_weights: Vec::new() };
    Training { epochs, batch_size: 16, loss, optimizer: OptimizerSpec::adam(3e-3), ..Training::default() }
}

/// A metric after each epoch.
fn curve(session: &mut Session, metric: &str) -> Vec<f64> {
    let (end, points) = train(session);
    assert_eq!(end, End::Finished);
    let is_ours = |point: &&MetricPoint| point.split == Split::Validation && point.metric == metric;
    points.iter().filter(is_ours).map(|point| point.value).collect()
}

#[test]
fn what_comes_next_is_learned() {
    let lines = "text\n".to_owned() + &"abcdefgh\n".repeat(120);
    let steps = [tokenize(TokenizerKind::Characters, 16, 12)];
    let asked = ("text", Task::LanguageModeling);
    let mut session = session(&lines, asked, &steps, "lstm", training(12));
    let perplexity = curve(&mut session, "perplexity");
    assert!(perplexity.last().is_some_and(|last| *last < 1.5), "{perplexity:?}");
}

#[test]
fn what_is_meant_is_learned() {
    let row = |number: usize| match number % 2 {
        0 => format!("good,{} and {}", ["warm", "tasty", "fine"][number % 3], ["sweet", "fresh"][number % 2]),
        _ => format!("bad,{} and {}", ["cold", "late", "stale"][number % 3], ["sour", "fresh"][number % 2]),
    };
    let lines: Vec<String> = (0..90).map(row).collect();
    let text = format!("label,review\n{}\n", lines.join("\n"));
    // So few different texts would be categories.
    let tokenizer = TokenizerSpec { vocabulary: 40, ..TokenizerSpec::of(TokenizerKind::Words) };
    let steps = [RecipeStep::Tokenize { tokenizer, length: 6, columns: vec!["review".into()] }];
    let asked = ("label", Task::Classification);
    let mut session = session(&text, asked, &steps, "transformer", training(10));
    let accuracy = curve(&mut session, "accuracy");
    assert!(accuracy.last().is_some_and(|last| *last > 0.9), "{accuracy:?}");
}

#[test]
fn other_words_are_learned_by_an_encoder_and_a_decoder() {
    const WORDS: [(&str, &str); 5] =
        [("one", "uno"), ("two", "dos"), ("three", "tres"), ("four", "cuatro"), ("five", "cinco")];
    let pair = |number: usize| {
        let words = [number % 5, number / 5 % 5, number / 25 % 5].map(|word| WORDS[word]);
        let (from, to): (Vec<_>, Vec<_>) = words.into_iter().unzip();
        format!("{},{}", from.join(" "), to.join(" "))
    };
    let lines: Vec<String> = (0..125).map(pair).collect();
    let text = format!("from,to\n{}\n", lines.join("\n"));
    let steps = [tokenize(TokenizerKind::Words, 16, 5)];
    let asked = ("to", Task::Translation);
    let mut session = session(&text, asked, &steps, "encoder-decoder", training(40));
    let accuracy = curve(&mut session, "accuracy");
    assert!(accuracy.last().is_some_and(|last| *last > 0.9), "{accuracy:?}");
    let tested = report::test(&session, 1.0).unwrap();
    let Verdict::Texts(examples) = &tested.report.verdict else { panic!("{:?}", tested.report.verdict) };
    assert!(examples.iter().any(|example| !example.source.is_empty() && example.truth == example.predicted));
}

#[test]
fn who_likes_what_is_learned_by_two_towers() {
    let row = |number: usize| {
        let (user, film) = (number % 12, number / 12 % 10);
        format!("u{user},f{film},{}", if (user + film) % 2 == 0 { 5 } else { 1 })
    };
    let lines: Vec<String> = (0..240).map(row).collect();
    let text = format!("user,film,stars\n{}\n", lines.join("\n"));
    let steps =
        [RecipeStep::Index { columns: vec!["user".into(), "film".into()] }, RecipeStep::StandardizeTarget];
    let asked = ("stars", Task::Regression);
    let settings = Training { loss: LossSpec::Mse, ..training(60) };
    let mut session = session(&text, asked, &steps, "two-tower", settings);
    let r2 = curve(&mut session, "r2");
    assert!(r2.last().is_some_and(|last| *last > 0.8), "{r2:?}");
}

#[test]
fn a_row_is_learned_through_a_narrow_place() {
    let row = |number: usize| {
        let (a, b) = ((number as f64 * 0.7).sin(), (number as f64 * 0.3).cos());
        let columns: Vec<String> = (0..12)
            .map(|column| format!("{:.4}", a * f64::from(column) + b * f64::from(11 - column)))
            .collect();
        columns.join(",")
    };
    let lines: Vec<String> = (0..200).map(row).collect();
    let header: Vec<String> = (0..12).map(|column| format!("x{column}")).collect();
    let text = format!("{}\n{}\n", header.join(","), lines.join("\n"));
    let settings = Training { loss: LossSpec::Mse, ..training(40) };
    let asked = ("", Task::Reconstruction);
    let mut session = session(&text, asked, &[RecipeStep::standardize()], "autoencoder", settings);
    let r2 = curve(&mut session, "r2");
    assert!(r2.last().is_some_and(|last| *last > 0.9), "{r2:?}");
}

#[test]
fn words_are_tagged() {
    // Whoever follows "mr" is a person, also in rows that are filled up.
    let names = ["ann", "bob", "eve", "kim"];
    let row = |number: usize| {
        let name = names[number % 4];
        let (mut words, mut tags) = (vec!["mr", name, "jones"], vec!["O", "B-person", "I-person"]);
        for _ in 0..number / 4 % 3 {
            words.insert(0, names[number / 12 % 4]);
            tags.insert(0, "O");
        }
        (words, tags)
    };
    let (words, tags): (Vec<_>, Vec<_>) = (0..180).map(row).unzip();
    let column = |name: &str, cells| Column { name: name.into(), cells };
    let table = Table {
        file: "test.conll".into(),
        rows: 180,
        header: false,
        columns: vec![
            column("tokens", Cells::Tokens(Lists::of(words))),
            column("tags", Cells::Tags(Lists::of(tags))),
        ],
        lines: (1..=180).collect(),
    };
    let steps = [tokenize(TokenizerKind::WhiteSpace, 16, 8)];
    let mut session = session_of(&table, ("tags", Task::Tagging), &steps, "lstm", training(12));
    let f1 = curve(&mut session, "f1");
    assert!(f1.last().is_some_and(|last| *last > 0.9), "{f1:?}");
    let tested = report::test(&session, 1.0).unwrap();
    let Verdict::Tags { tagged, confusion } = &tested.report.verdict else {
        panic!("{:?}", tested.report.verdict)
    };
    let table = tagged.entities.as_ref().unwrap();
    assert_eq!((table.rows.len(), &*table.rows[0].name), (1, "person"));
    assert_eq!(table.rows[0].support as usize, tested.report.test_rows, "one in each row");
    assert_eq!(table.averages.micro.f1, tested.report.test["f1"]);
    let counted: u32 = confusion.counts.iter().flatten().sum();
    let test = &session.data().splits.test;
    let all: usize = test.iter().map(|&row| session.data().words.indices(row as usize).len()).sum();
    assert_eq!(counted as usize, all, "what fills up is not counted");
    assert!(tagged.texts.iter().all(|text| text.words.len() == text.predicted.len()));
    assert!(tagged.texts[0].words.contains(&"mr".into()));
    let evaluation = Evaluation::of(&session, Split::Test).unwrap();
    assert_eq!(evaluation.entities.as_ref(), Some(table));
}
