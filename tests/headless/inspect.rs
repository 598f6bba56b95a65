//! What a run attends to, and how good it is, in a terminal.

use std::{fs, path::Path};

use serde_json::Value;
use trainyard_tests::steps;

use super::program::{stderr, stdout, train, trainyard};

fn json(output: &std::process::Output) -> Value {
    assert!(output.status.success(), "{}", stderr(output));
    serde_json::from_str(&stdout(output)).unwrap()
}

/// The digits with a model of steps, trained for an epoch.
fn trained(home: &Path) {
    let folder = home.join("Trainyard");
    fs::create_dir_all(&folder).unwrap();
    let folder = engine::project::copy_example("digits", &folder).unwrap();
    let mut project = engine::project::load(&folder).unwrap();
    project.experiments[0].graph = steps(&project.experiments[0].graph);
    engine::project::save(&project, &folder).unwrap();
    train(home, &[folder.to_str().unwrap(), "--epochs", "1"]);
}

#[test]
fn heads_and_scores_are_told() {
    let home = tempfile::tempdir().unwrap();
    trained(home.path());
    let look = json(&trainyard(home.path(), &["attention", "digits", "--row", "3", "--json"]));
    assert_eq!(look["row"], 3);
    let heads = look["layers"][0]["heads"].as_array().unwrap();
    assert_eq!(heads.len(), 4);
    for head in heads {
        for (query, row) in head["shares"].as_array().unwrap().iter().enumerate() {
            let row: Vec<f64> = row.as_array().unwrap().iter().map(|share| share.as_f64().unwrap()).collect();
            assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-5, "{row:?}");
            assert!(row[query + 1..].iter().all(|share| *share == 0.0), "{row:?}");
        }
    }
    let off =
        json(&trainyard(home.path(), &["attention", "digits", "--row", "3", "--off", "attend:1", "--json"]));
    assert_eq!(off["layers"][0], look["layers"][0], "it is switched off behind its map");
    assert_ne!(off["answer"], look["answer"]);

    let file = home.path().join("heads.png");
    let drawn = trainyard(home.path(), &["attention", "digits", "--png", file.to_str().unwrap()]);
    assert!(drawn.status.success(), "{}", stderr(&drawn));
    assert!(fs::read(&file).unwrap().starts_with(b"\x89PNG"));
    let wrong = trainyard(home.path(), &["attention", "digits", "--off", "attend:7", "--json"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(stderr(&wrong).contains("head 7"), "{}", stderr(&wrong));

    // The same score as the run's own report.
    let runs = json(&trainyard(home.path(), &["runs", "digits", "--json"]));
    let score = json(&trainyard(home.path(), &["evaluate", "digits", "--json"]));
    for metric in score["metrics"].as_array().unwrap() {
        let (name, value) = (metric[0].as_str().unwrap(), metric[1].as_f64().unwrap());
        assert_eq!(runs["test"][name].as_f64(), Some(value), "{name}");
    }
    let table = &score["classes"];
    let support: u64 =
        table["rows"].as_array().unwrap().iter().map(|row| row["support"].as_u64().unwrap()).sum();
    assert_eq!(Some(support), score["rows"].as_u64());
    // Where every row has one class, micro averages are the accuracy.
    let accuracy = runs["test"]["accuracy"].as_f64().unwrap();
    assert!((table["averages"]["micro"]["f1"].as_f64().unwrap() - accuracy).abs() < 1e-9, "{table}");
    let told = stdout(&trainyard(home.path(), &["evaluate", "digits", "--split", "validation"]));
    assert!(told.contains("macro") && told.contains("precision"), "{told}");
}
