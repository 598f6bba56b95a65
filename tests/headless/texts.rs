//! Texts are trained on and written without a window.

use std::{fs, path::Path};

use serde_json::Value;

use super::program::{finished, stderr, stdout, train, trainyard};

/// A project whose small LSTM learns to count through the letters.
fn letters(home: &Path) -> String {
    let folder = home.join("letters");
    fs::create_dir_all(folder.join("data")).unwrap();
    let lines = "text\n".to_owned() + &"abcdefgh\n".repeat(150);
    fs::write(folder.join("data/letters.csv"), lines).unwrap();
    fs::write(
        folder.join("project.toml"),
        r#"
            schema = 1
            name = "Letters"
            [dataset]
            file = "data/letters.csv"
            target = "text"
            task = "language-modeling"
            [[experiments]]
            name = "lstm"
            [[experiments.recipe]]
            step = "tokenize"
            length = 12
            tokenizer = { kind = "characters", vocabulary = 16 }
            [[experiments.nodes]]
            name = "letters"
            kind = "input"
            shape = [12]
            tokens = 16
            [[experiments.nodes]]
            name = "vectors"
            kind = "embedding"
            width = 16
            inputs = ["letters"]
            [[experiments.nodes]]
            name = "memory"
            kind = "lstm"
            units = 32
            return_sequences = true
            inputs = ["vectors"]
            [[experiments.nodes]]
            name = "next"
            kind = "dense"
            units = 16
            activation = "softmax"
            inputs = ["memory"]
            [experiments.training]
            epochs = 25
            batch_size = 8
            loss = { kind = "cross-entropy" }
            optimizer = { kind = "adam", learning_rate = 0.01 }
        "#,
    )
    .unwrap();
    folder.display().to_string()
}

#[test]
fn a_model_of_letters_goes_on_as_it_learned() {
    let home = tempfile::tempdir().unwrap();
    let project = letters(home.path());
    let lines = train(home.path(), &[&project]);
    let test = &finished(&lines)["test"];
    assert!(test["perplexity"].as_f64().is_some_and(|perplexity| perplexity < 1.5), "{test}");

    let write = |more: &[&str]| {
        let output = trainyard(home.path(), &[&["generate", &project, "--prompt", "abc"], more].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    assert_eq!(write(&["--tokens", "8", "--temperature", "0"]), "defgh\nab\n");
    assert_eq!(write(&["--stop", "g", "--temperature", "0"]), "def\n");
    let warm = ["--temperature", "2", "--top-p", "1", "--tokens", "40", "--seed"];
    let drawn = |seed: &str| write(&[&warm[..], &[seed]].concat());
    assert_eq!(drawn("7"), drawn("7"), "the same seed, the same text");
    assert_ne!(drawn("7"), drawn("8"));

    let told = write(&["--tokens", "3", "--temperature", "0", "--json"]);
    let lines: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!((&lines[0]["text"], &lines[3]["text"]), (&"d".into(), &"def".into()));
    assert!(lines[0]["probability"].as_f64().is_some_and(|share| share > 0.5), "{}", lines[0]);
}

#[test]
fn what_cannot_write_says_so() {
    let home = tempfile::tempdir().unwrap();
    let project = letters(home.path());
    let untrained = trainyard(home.path(), &["generate", &project]);
    assert_eq!(untrained.status.code(), Some(2), "{}", stderr(&untrained));

    train(home.path(), &["line", "--set", "epochs=1"]);
    let numbers = trainyard(home.path(), &["generate", "line", "--prompt", "x"]);
    assert_eq!(numbers.status.code(), Some(2));
    assert!(stderr(&numbers).contains("predicts no text"), "{}", stderr(&numbers));
    train(home.path(), &[&project, "--set", "epochs=1"]);
    let wrong = trainyard(home.path(), &["generate", &project, "--top-p", "2"]);
    assert!(stderr(&wrong).contains("top_p is 2"), "{}", stderr(&wrong));
}
