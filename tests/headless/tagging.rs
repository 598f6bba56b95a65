//! Words are tagged without a window: imported, trained on, told by kind of entity, and tagged where they are new. Other
//! rows are predicted too.

use std::{fmt::Write, fs, path::Path};

use trainyard_tests::shared_data;

use super::program::{finished, stderr, stdout, train, trainyard};

/// The data of the example of that name.
const WINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../projects/wine/data/wine.csv");

/// A CoNLL file in which whoever follows "mr" is a person, and what follows "in" a place.
fn hand_made(folder: &Path) -> String {
    let mut text = String::new();
    for number in 0..160 {
        let (name, place) = (["ann", "bob", "eve"][number % 3], ["rome", "oslo"][number / 3 % 2]);
        write!(text, "mr\tO\n{name}\tB-person\n{name}son\tI-person\nis\tO\nin\tO\n{place}\tB-place\n")
            .unwrap();
        text.push_str(if number % 4 == 0 { "with\tO\nmr\tO\nkim\tB-person\n\n" } else { "\n" });
    }
    let file = folder.join("who.conll");
    fs::write(&file, text).unwrap();
    file.display().to_string()
}

#[test]
fn words_are_tagged_and_entities_counted() {
    let home = tempfile::tempdir().unwrap();
    let file = hand_made(home.path());
    let projects = home.path().join("projects").display().to_string();
    let made = trainyard(home.path(), &["import", &file, "--out", &projects]);
    assert!(made.status.success(), "{}", stderr(&made));
    let project = format!("{projects}/who");
    let text = fs::read_to_string(format!("{project}/project.toml")).unwrap();
    assert!(text.contains("white-space") && text.contains("bidirectional = true"), "{text}");

    let lines = train(home.path(), &[&project, "--set", "epochs=40"]);
    let end = finished(&lines);
    assert!(end["test"]["f1"].as_f64().is_some_and(|f1| f1 > 0.9), "{end}");
    let told = trainyard(home.path(), &["evaluate", &project, "--split", "validation", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&stdout(&told)).unwrap();
    let kinds: Vec<&str> =
        told["entities"]["rows"].as_array().unwrap().iter().filter_map(|row| row["name"].as_str()).collect();
    assert_eq!(kinds, ["person", "place"]);
    // New words, a sentence a line: no tags are asked for.
    let new = home.path().join("new.txt");
    fs::write(&new, "mr eve eveson is in oslo with mr kim\nmr bob bobson is in rome\n").unwrap();
    let out = home.path().join("tags.csv");
    let (new, out) = (new.display().to_string(), out.display().to_string());
    let predicted = trainyard(home.path(), &["predict", &project, &new, "--out", &out]);
    assert!(predicted.status.success(), "{}", stderr(&predicted));
    let lines = fs::read_to_string(out).unwrap();
    let expected = "O B-person I-person O O B-place O O B-person";
    assert!(lines.lines().nth(1).is_some_and(|line| line.ends_with(expected)), "{lines}");
    let table = stdout(&trainyard(home.path(), &["evaluate", &project]));
    assert!(table.contains("person") && table.contains("micro"), "{table}");
}

#[test]
fn tweets_are_tagged() {
    let Some(tweets) = shared_data("wnut17") else { return };
    let home = tempfile::tempdir().unwrap();
    let projects = home.path().join("projects").display().to_string();
    let made = trainyard(home.path(), &["import", &tweets.display().to_string(), "--out", &projects]);
    assert!(made.status.success(), "{}", stderr(&made));
    let project = format!("{projects}/wnut17");
    let end = finished(&train(home.path(), &[&project, "--set", "epochs=1"])).clone();
    assert!(end["test"]["f1"].is_f64() && end["test"]["accuracy"].as_f64() > Some(0.9), "{end}");
}

#[test]
fn new_rows_are_predicted_as_csv_and_what_is_missing_is_named() {
    let home = tempfile::tempdir().unwrap();
    train(home.path(), &["wine", "--set", "epochs=3"]);
    let data = fs::read_to_string(WINE).unwrap();
    let new = home.path().join("new.csv");
    let rows: Vec<&str> = data.lines().take(6).collect();
    fs::write(&new, rows.join("\n")).unwrap();
    let file = new.display().to_string();
    let told = trainyard(home.path(), &["predict", "wine", &file]);
    assert!(told.status.success(), "{}", stderr(&told));
    let told = stdout(&told);
    let heads: Vec<&str> = told.lines().next().unwrap().split(',').collect();
    assert!(heads.contains(&"predicted") && heads.iter().any(|head| head.starts_with("p(")), "{heads:?}");
    assert_eq!(told.lines().count(), 6);

    let few: Vec<String> =
        rows.iter().map(|row| row.split(',').take(2).collect::<Vec<_>>().join(",")).collect();
    fs::write(&new, few.join("\n")).unwrap();
    let refused = trainyard(home.path(), &["predict", "wine", &file]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("lacks"), "{}", stderr(&refused));
}
