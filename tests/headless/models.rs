//! Models are shown, checked and written as code without a window.

use std::fs;

use engine::project::{FILE_NAME, copy_example};
use serde_json::Value;

use super::program::{stderr, stdout, trainyard};

#[test]
fn a_model_is_shown_with_its_shapes_and_sizes() {
    let home = tempfile::tempdir().unwrap();
    let shown = stdout(&trainyard(home.path(), &["model", "digits"]));
    let line = |name: &str| {
        let found = shown.lines().find(|line| line.trim_start().starts_with(name));
        found.unwrap_or_else(|| panic!("{shown}")).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("shapes"), "shapes Conv2d strokes B×32×8×8 4,640 295 k");
    assert_eq!(line("digit"), "digit Dense dropout B×10 5,130 5.12 k");
    assert!(shown.contains("9,930 parameters · 309 k multiply-adds a sample"), "{shown}");

    let told = stdout(&trainyard(home.path(), &["model", "digits", "--json"]));
    let model: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&model["parameters"], &model["multiply_adds"]), (&9930.into(), &309_248.into()));
    assert_eq!(model["nodes"][1]["gives"], serde_json::json!([16, 8, 8]));
    assert_eq!(model["nodes"][1]["kind"], "conv2d");
    assert_eq!(model["faults"], serde_json::json!([]));
}

#[test]
fn a_template_is_shown_as_it_was_published() {
    let home = tempfile::tempdir().unwrap();
    for (template, parameters) in [("lenet", 61_706), ("resnet18", 11_689_512)] {
        let told = stdout(&trainyard(home.path(), &["model", template, "--json"]));
        let model: Value = serde_json::from_str(&told).unwrap();
        assert_eq!(model["parameters"], parameters, "{template}");
    }
    let unknown = trainyard(home.path(), &["model", "lenett"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("lenett"), "{}", stderr(&unknown));
}

#[test]
fn what_does_not_fit_is_named_with_what_mends_it_and_exit_code_1() {
    let home = tempfile::tempdir().unwrap();
    let whole = trainyard(home.path(), &["check", "digits"]);
    assert!(whole.status.success() && stdout(&whole).contains("Everything fits together"), "{whole:?}");

    let project = copy_example("digits", &home.path().join("Trainyard")).unwrap();
    let file = project.join(FILE_NAME);
    let text = fs::read_to_string(&file).unwrap();
    for (from, to, said, mend) in [
        (
            "inputs = [\"flatten\"]",
            "inputs = [\"pool\"]\nbypassed = false",
            "do not say what they predict",
            "→ Put an output behind each",
        ),
        ("units = 10", "units = 7", "gives 7", "→ Set Units to 10"),
        ("shape = [1, 8, 8]", "shape = [1, 7, 7]", "64 features", "→ Set Shape to 1 × 8 × 8"),
        ("activation = \"softmax\"", "activation = \"sigmoid\"", "sigmoid", "→ Set Activation to softmax"),
        ("inputs = [\"shapes\"]", "inputs = [\"shape\"]", "shape", "→ Read shapes"),
        ("epochs = 15", "epochs = 0", "epochs", ""),
    ] {
        assert!(text.contains(from), "{from}");
        fs::write(&file, text.replacen(from, to, 1)).unwrap();
        let checked = trainyard(home.path(), &["check", "digits"]);
        let told = stdout(&checked);
        assert_eq!(checked.status.code(), Some(1), "{to}: {told}");
        assert!(told.contains(said) && told.contains(mend), "{to}: {told}");
    }
}

#[test]
fn an_output_of_a_column_that_is_not_there_is_refused_before_any_run() {
    let home = tempfile::tempdir().unwrap();
    let project = copy_example("wine", &home.path().join("Trainyard")).unwrap();
    let file = project.join(FILE_NAME);
    let text = fs::read_to_string(&file).unwrap();
    let output = |column: &str| {
        let node = format!(
            "[[experiments.nodes]]\nname = \"end\"\nkind = \"output\"\npredicts = {{ column = \"{column}\" \
             }}\nloss = {{ kind = \"mse\" }}\ninputs = [\"cultivar\"]\n\n"
        );
        text.replace("[experiments.training]", &format!("{node}[experiments.training]"))
    };
    for (column, mend) in [("flavanoid", "→ Set Predicts to flavanoids"), ("weight", "Choose")] {
        fs::write(&file, output(column)).unwrap();
        let checked = trainyard(home.path(), &["check", "wine"]);
        let told = stdout(&checked);
        assert_eq!(checked.status.code(), Some(1), "{told}");
        assert!(told.contains(column) && told.contains("malic_acid") && told.contains(mend), "{told}");
        let trained = trainyard(home.path(), &["train", &project.display().to_string()]);
        assert!(!trained.status.success() && stderr(&trained).contains(column), "{trained:?}");
        assert!(!project.join("runs/1").exists(), "nothing was begun");
    }
}

#[test]
fn a_model_is_written_in_other_frameworks_words() {
    let home = tempfile::tempdir().unwrap();
    for (to, said) in [
        ("pytorch", "self.strokes = nn.Conv2d(1, 16, 3, padding=\"same\")"),
        ("keras", "layers.Conv2D(16, 3, padding=\"same\", activation=\"relu\", name=\"strokes\")(image)"),
        ("candle", "strokes: nn::conv2d(1, 16, 3,"),
    ] {
        let written = trainyard(home.path(), &["code", "digits", "--to", to]);
        assert!(written.status.success() && stdout(&written).contains(said), "{to}: {}", stdout(&written));
    }
    let wrong = trainyard(home.path(), &["code", "gpt2-small", "--to", "candle"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        stderr(&wrong).contains("candle has nothing that does what “blocks.1.attention” does"),
        "{}",
        stderr(&wrong)
    );
}
