//! `trainyard import --pretrained`: a project that goes on from a model that others have trained.

use std::{fs, path::Path};

use trainyard_tests::{films, model_of_others};

use super::program::{finished, stderr, stdout, train, trainyard};

fn set(project: &str, from: &str, to: &str) {
    let file = Path::new(project).join("project.toml");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{from} in {text}");
    fs::write(file, text.replace(from, to)).unwrap();
}

fn imported(home: &Path) -> String {
    let (data, model) = (films(home), model_of_others(home));
    let arguments =
        ["import", &data, "--pretrained", &model, "--target", "mood", "--task", "classification", "--json"];
    let output = trainyard(home, &arguments);
    assert!(output.status.success(), "{}", stderr(&output));
    let said: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    said["folder"].as_str().unwrap().to_owned()
}

#[test]
fn a_model_of_others_learns_a_task_of_ones_own() {
    let home = tempfile::tempdir().unwrap();
    let project = imported(home.path());
    let text = fs::read_to_string(Path::new(&project).join("project.toml")).unwrap();
    assert!(text.contains("pretrained/tokenizer.json") && text.contains("sha256"), "{text}");
    set(&project, "learning_rate = 0.00005", "learning_rate = 0.01");
    let lines = train(home.path(), &[&project, "--epochs", "12"]);
    let accuracy = finished(&lines)["test"]["accuracy"].as_f64().unwrap();
    assert!(accuracy > 0.9, "{accuracy}");

    let checked = trainyard(home.path(), &["check", &project]);
    assert!(checked.status.success(), "{}", stdout(&checked));
    let new = home.path().join("new.csv");
    fs::write(&new, "review\nthe film was very good\nthe film was bad\n").unwrap();
    let said = trainyard(home.path(), &["predict", &project, &new.display().to_string()]);
    let rows: Vec<String> = stdout(&said).lines().map(str::to_owned).collect();
    assert!(said.status.success() && rows.len() == 3, "{}", stderr(&said));
    assert!(rows[1].contains(",good,") && rows[2].contains(",bad,"), "{rows:?}");
}

/// The numbers of a file with weights, by their names.
fn weights(file: &Path) -> Vec<(String, Vec<u8>)> {
    let bytes = fs::read(file).unwrap();
    let (length, rest) = bytes.split_first_chunk::<8>().unwrap();
    let (header, numbers) = rest.split_at(u64::from_le_bytes(*length) as usize);
    let header: serde_json::Value = serde_json::from_slice(header).unwrap();
    let tensors = header.as_object().unwrap().iter().filter(|(name, _)| *name != "__metadata__");
    let place =
        |tensor: &serde_json::Value, end: usize| tensor["data_offsets"][end].as_u64().unwrap() as usize;
    tensors.map(|(name, of)| (name.clone(), numbers[place(of, 0)..place(of, 1)].to_vec())).collect()
}

#[test]
fn what_is_held_still_stays_and_what_learns_beside_it_is_exported_merged() {
    let home = tempfile::tempdir().unwrap();
    let project = imported(home.path());
    set(&project, "heads = 2", "heads = 2\nlora_rank = 2");
    let begin = "[experiments.training.fine_tuning.begin]";
    let frozen = "[experiments.training.fine_tuning]\nfrozen = [\"vectors\", \"blocks.1\"]\n";
    set(&project, begin, &format!("{frozen}{begin}"));
    finished(&train(home.path(), &[&project, "--epochs", "2"]));
    let file = home.path().join("learned.safetensors");
    let output = trainyard(home.path(), &["export", &project, &file.display().to_string()]);
    assert!(output.status.success(), "{}", stderr(&output));
    let (before, after) =
        (weights(&Path::new(&project).join("pretrained/weights.safetensors")), weights(&file));
    assert!(after.iter().all(|(name, _)| !name.contains("lora")));
    for (name, numbers) in before {
        let (_, now) = after.iter().find(|(other, _)| *other == name).expect("a tensor of that name");
        let is_held = name.starts_with("vectors.") || name.starts_with("blocks.1.");
        assert_eq!(*now == numbers, is_held, "{name}");
    }
}

#[test]
fn numbers_that_were_changed_are_not_begun_with() {
    let home = tempfile::tempdir().unwrap();
    let project = imported(home.path());
    fs::write(Path::new(&project).join("pretrained/weights.safetensors"), b"other").unwrap();
    let output = trainyard(home.path(), &["train", &project, "--json"]);
    assert!(!output.status.success());
    let said = stdout(&output) + &stderr(&output);
    assert!(said.contains("is not the file that the experiment was made with"), "{said}");
}

#[test]
fn a_pickle_is_refused_and_nothing_is_made() {
    let home = tempfile::tempdir().unwrap();
    let (data, model) = (films(home.path()), model_of_others(home.path()));
    let weights = Path::new(&model).join("model.safetensors");
    fs::rename(&weights, weights.with_file_name("pytorch_model.bin")).unwrap();
    let out = home.path().join("projects");
    let place = out.display().to_string();
    let arguments = ["import", &data, "--pretrained", &model, "--target", "mood", "--out", &place];
    let output = trainyard(home.path(), &arguments);
    assert!(!output.status.success());
    assert!(stderr(&output).contains("pickle"), "{}", stderr(&output));
    assert_eq!(fs::read_dir(&out).map_or(0, Iterator::count), 0);
}
