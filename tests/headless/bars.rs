//! What the examples must reach, without a window, on the CPU, with the seed they ship with.

use super::program::{PROGRAM, finished, stdout, train, trainyard};

fn accuracy(example: &str) -> f64 {
    let home = tempfile::tempdir().unwrap();
    let lines = train(home.path(), &[example, "--device", "cpu"]);
    finished(&lines)["test"]["accuracy"].as_f64().unwrap()
}

#[test]
fn digits_reaches_97_percent_on_the_test_split() {
    let reached = accuracy("digits");
    assert!(reached >= 0.97, "{reached}");
}

#[test]
fn diagnosis_reaches_95_percent_on_the_test_split() {
    let reached = accuracy("diagnosis");
    assert!(reached >= 0.95, "{reached}");
}

#[test]
fn wine_reaches_95_percent_on_the_test_split() {
    let reached = accuracy("wine");
    assert!(reached >= 0.95, "{reached}");
}

#[test]
fn reviews_zh_reaches_82_percent_where_words_without_order_do_not() {
    let reached = |experiment: &str| {
        let home = tempfile::tempdir().unwrap();
        let lines = train(home.path(), &["reviews-zh", "--experiment", experiment, "--device", "cpu"]);
        finished(&lines)["test"]["accuracy"].as_f64().unwrap()
    };
    let (ordered, bag) = (reached("transformer"), reached("bag-of-words"));
    assert!(ordered >= 0.82 && bag < 0.82, "{ordered} and {bag}");
}

#[test]
fn entities_reaches_95_percent_of_whole_names() {
    let home = tempfile::tempdir().unwrap();
    let lines = train(home.path(), &["entities", "--device", "cpu"]);
    let reached = finished(&lines)["test"]["f1"].as_f64().unwrap();
    // Nobody can know them all: some sentences say nothing of the name in them.
    assert!((0.95..0.995).contains(&reached), "{reached}");
}

#[test]
fn line_finds_slope_2_and_intercept_1() {
    let home = tempfile::tempdir().unwrap();
    let lines = train(home.path(), &["line", "--device", "cpu"]);
    let params = finished(&lines)["params"].as_object().unwrap();
    let number = |ending: &str| {
        let (_, values) = params.iter().find(|(name, _)| name.ends_with(ending)).unwrap();
        values.as_array().unwrap()[0].as_f64().unwrap()
    };
    let (slope, intercept) = (number("weight"), number("bias"));
    assert!((slope - 2.0).abs() <= 0.2, "slope {slope}");
    assert!((intercept - 1.0).abs() <= 0.2, "intercept {intercept}");
}

#[test]
fn the_same_seed_gives_the_same_bits_on_any_number_of_threads_and_another_seed_others() {
    let run = |seed: &str, threads: &str| {
        let home = tempfile::tempdir().unwrap();
        let out = home.path().join("out");
        let lines = train(
            home.path(),
            &["wine", "--epochs", "3", "--seed", seed, "--threads", threads, "--out", out.to_str().unwrap()],
        );
        let metrics: Vec<String> =
            lines.iter().filter(|line| line["event"] == "metric").map(ToString::to_string).collect();
        assert!(!metrics.is_empty());
        let checkpoints = out.join("wine/runs/1/checkpoints");
        let only = std::fs::read_dir(checkpoints).unwrap().next().unwrap().unwrap().path();
        let weights = std::fs::read(only.join("model.safetensors")).unwrap();
        (metrics, weights)
    };
    let first = run("1", "2");
    assert!(first == run("1", "1"), "the same seed");
    assert!(first != run("2", "2"), "another seed");
}

#[test]
fn a_final_line_says_what_scripts_read() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("there");
    let lines = train(home.path(), &["line", "--epochs", "2", "--out", out.to_str().unwrap()]);
    let last = finished(&lines);
    assert_eq!(last["run"], 1);
    assert!(last["seconds"].as_f64().unwrap() > 0.0);
    assert!(last["samples_per_second"].as_f64().unwrap() > 0.0);
    assert!(last["test"]["loss"].is_number());
    assert!(out.join("line/project.toml").is_file(), "the copy is where it was asked for");
    assert!(!home.path().join("Trainyard").exists(), "and nowhere else");
}

#[test]
fn a_folder_is_trained_in_place_and_its_runs_are_counted() {
    let home = tempfile::tempdir().unwrap();
    train(home.path(), &["line", "--epochs", "1"]);
    let project = home.path().join("Trainyard/line");
    let lines = train(home.path(), &[project.to_str().unwrap(), "--epochs", "1"]);
    assert_eq!(finished(&lines)["run"], 2);
    let listed = trainyard(home.path(), &["list"]);
    assert!(stdout(&listed).contains("2 runs"), "{}", stdout(&listed));
}

#[test]
fn a_folder_with_out_is_copied_and_left_alone() {
    let home = tempfile::tempdir().unwrap();
    train(home.path(), &["line", "--epochs", "1"]);
    let (project, out) = (home.path().join("Trainyard/line"), home.path().join("elsewhere"));
    let arguments = [project.to_str().unwrap(), "--epochs", "1", "--out", out.to_str().unwrap()];
    let lines = train(home.path(), &arguments);
    assert_eq!(finished(&lines)["run"], 1, "the copy has no runs of its own yet");
    assert!(out.join("line/runs/1").is_dir());
    assert!(!project.join("runs/2").exists());
}

#[test]
fn without_a_display_the_program_says_so_and_trains_the_digits() {
    let home = tempfile::tempdir().unwrap();
    let output = trainyard(home.path(), &[]);
    assert!(output.status.success());
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(said.lines().next().unwrap().contains("there is no display"), "{said}");
    assert!(stdout(&output).contains("Accuracy"), "{}", stdout(&output));
}

#[cfg(target_os = "linux")]
#[test]
fn the_program_starts_where_no_library_of_nvidias_is() {
    let linked = std::process::Command::new("ldd").arg(PROGRAM).output().expect("ldd runs");
    let linked = stdout(&linked).to_lowercase();
    assert!(linked.contains("libc.so"), "{linked}");
    for library in ["cuda", "cublas", "curand", "nvrtc", "nvidia"] {
        assert!(!linked.contains(library), "{linked}");
    }
}

#[test]
fn devices_always_names_the_cpu() {
    let home = tempfile::tempdir().unwrap();
    let output = trainyard(home.path(), &["devices"]);
    assert!(output.status.success());
    assert!(stdout(&output).lines().any(|line| line.starts_with("cpu")));
}
