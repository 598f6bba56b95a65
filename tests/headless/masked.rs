//! A model that says hidden tokens, from a text file to its answers.

use std::{fs, path::Path};

use serde_json::Value;

use super::program::{finished, stderr, stdout, train, trainyard};

/// What each animal eats: the one says the other, from either side.
const MEALS: [(&str, &str); 4] = [("cows", "grass"), ("cats", "mice"), ("bees", "nectar"), ("owls", "voles")];

/// A project of sentences about meals, a sentence a row; no meal follows from the one before.
fn meals(home: &Path) -> String {
    let folder = home.join("meals");
    fs::create_dir_all(folder.join("data")).unwrap();
    let sentence = |number: u32| {
        let (animal, food) = MEALS[(number.wrapping_mul(2_654_435_761) >> 13) as usize % 4];
        format!("{animal} eat {food} .\n")
    };
    fs::write(
        folder.join("data/meals.csv"),
        "text\n".to_owned() + &(0..1_200).map(sentence).collect::<String>(),
    )
    .unwrap();
    fs::write(folder.join("project.toml"), PROJECT).unwrap();
    folder.display().to_string()
}

const PROJECT: &str = r#"
schema = 1
name = "Meals"
[dataset]
file = "data/meals.csv"
target = "text"
task = "masked-lm"
[[experiments]]
name = "bert"
[[experiments.recipe]]
step = "tokenize"
length = 4
tokenizer = { kind = "words", vocabulary = 16 }
[[experiments.nodes]]
name = "words"
kind = "input"
shape = [4]
tokens = 16
[[experiments.nodes]]
name = "vectors"
kind = "embedding"
width = 32
padding_id = 0
inputs = ["words"]
[[experiments.nodes]]
name = "places"
kind = "position-embedding"
max_length = 4
inputs = ["vectors"]
[[experiments.nodes]]
name = "look"
kind = "multi-head-attention"
heads = 4
inputs = ["places"]
[[experiments.nodes]]
name = "all"
kind = "add"
inputs = ["places", "look"]
[[experiments.nodes]]
name = "wide"
kind = "dense"
units = 64
activation = "gelu"
inputs = ["all"]
[[experiments.nodes]]
name = "hidden"
kind = "dense"
units = 16
activation = "softmax"
inputs = ["wide"]
[experiments.training]
epochs = 30
batch_size = 16
loss = { kind = "cross-entropy" }
optimizer = { kind = "adam", learning_rate = 0.005 }
"#;

#[test]
fn hidden_words_are_said_from_both_sides() {
    let home = tempfile::tempdir().unwrap();
    let project = meals(home.path());
    let lines = train(home.path(), &[&project]);
    let test = &finished(&lines)["test"];
    let metric = |name: &str| test[name].as_f64().unwrap_or_else(|| panic!("no {name} in {test}"));
    assert!(metric("accuracy") > 0.8, "{test}");
    // Perplexity is that of the hidden tokens alone.
    assert!((metric("perplexity").ln() - metric("loss")).abs() < 1e-3, "{test}");

    let fill = |text: &str| -> Vec<Value> {
        let output = trainyard(home.path(), &["generate", &project, "--prompt", text, "--json"]);
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    for (animal, food) in MEALS {
        let lines = fill(&format!("{animal} eat [MASK] ."));
        assert_eq!(lines.last().unwrap()["text"], format!("{animal} eat {food} ."), "{lines:?}");
        // What stands behind says what stood before: nothing hides it.
        let lines = fill(&format!("[MASK] eat {food} ."));
        assert_eq!(lines[0]["text"], animal, "{lines:?}");
        assert!(lines[0]["alternatives"].as_array().unwrap().len() > 2);
    }
    let both = fill("owls [MASK] [MASK] .");
    assert_eq!(both.last().unwrap()["text"], "owls eat voles .");

    let refused = |text: &str| {
        let output = trainyard(home.path(), &["generate", &project, "--prompt", text]);
        assert_eq!(output.status.code(), Some(2));
        stderr(&output)
    };
    assert!(refused("cows eat grass").contains("[MASK]"), "{}", refused("cows eat grass"));
    assert!(refused("cows eat [MASK] and grass").contains("5 tokens"));
}

#[test]
fn a_text_is_imported_as_one_with_hidden_words() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("weather.txt");
    fs::write(&file, "the sky is blue and the sun is bright today .\n".repeat(200)).unwrap();
    let projects = home.path().join("projects");
    let (file, projects) = (file.to_str().unwrap(), projects.to_str().unwrap());
    let made = trainyard(home.path(), &["import", file, "--task", "masked-lm", "--out", projects]);
    assert!(made.status.success(), "{}", stderr(&made));
    let project = format!("{projects}/weather");
    let text = fs::read_to_string(format!("{project}/project.toml")).unwrap();
    assert!(text.contains("task = \"masked-lm\"") && text.contains("padding_id = 0"), "{text}");
    assert!(!text.contains("causal = true"), "what stands behind is seen, too: {text}");
    let lines = train(home.path(), &[&project, "--epochs", "2"]);
    assert!(finished(&lines)["test"]["perplexity"].is_number());
}
