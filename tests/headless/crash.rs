//! Killed at any instant and resumed, a run is to the last bit the run that was never killed.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use engine::project::RecipeStep;
use serde_json::{Value, json};
use trainyard_tests::kill;

use super::program::{PROGRAM, stdout, trainyard};

/// How often runs are killed, unless `TRAINYARD_KILLS` says otherwise.
const KILLS: usize = 20;
const EPOCHS: &str = "4";
/// Steps between two checkpoints; the epochs have 40.
const STEPS: u64 = 7;
/// Most lines that are waited for, and the longest wait after them, before a kill.
const MOST_LINES: u64 = 260;
const LONGEST_MS: u64 = 15;

/// A stream of numbers that is the same each time (Steele, Lea & Flood 2014, `SplitMix64`).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// All that is left of a run: its newest checkpoint file by file, its curves, its result.
#[derive(PartialEq)]
pub(super) struct Remains {
    pub(super) checkpoint: BTreeMap<String, Vec<u8>>,
    pub(super) curves: String,
    pub(super) test: Value,
}

pub(super) fn remains(home: &Path, project: &Path) -> Remains {
    let checkpoints = project.join("runs/1/checkpoints");
    let entries = fs::read_dir(checkpoints).unwrap().flatten();
    let newest = entries.max_by_key(|entry| number(&entry.file_name().to_string_lossy())).unwrap();
    let files = fs::read_dir(newest.path()).unwrap().flatten();
    let file = |entry: fs::DirEntry| {
        (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap())
    };
    let csv = home.join("curves.csv");
    let exported = trainyard(home, &["export", &run_1(project), csv.to_str().unwrap()]);
    assert!(exported.status.success(), "{exported:?}");
    Remains {
        checkpoint: files.map(file).collect(),
        curves: fs::read_to_string(csv).unwrap(),
        test: run(home, project).unwrap()["test"].clone(),
    }
}

/// The step in a checkpoint's name; those that are no checkpoints come before all.
fn number(name: &str) -> Option<u64> {
    name.split('-').next()?.parse().ok()
}

pub(super) fn run_1(project: &Path) -> String {
    format!("{}#1", project.display())
}

/// The first run of a project, as `trainyard runs` tells of it.
pub(super) fn run(home: &Path, project: &Path) -> Option<Value> {
    let listed = trainyard(home, &["runs", project.to_str().unwrap(), "--json"]);
    assert!(listed.status.success(), "{listed:?}");
    serde_json::from_str(stdout(&listed).lines().next()?).ok()
}

pub(super) fn project(home: &Path) -> PathBuf {
    kill::digits(&home.join("projects"), STEPS)
}

/// What a run is begun or gone on with.
pub(super) fn arguments<'a>(home: &Path, project: &'a str, run: &'a str, threads: &'a str) -> Vec<&'a str> {
    match self::run(home, Path::new(project)) {
        None => vec!["train", project, "--epochs", EPOCHS, "--threads", threads, "--json"],
        Some(_) => vec!["resume", run, "--json"],
    }
}

/// A copy of a folder.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &place);
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}

/// Trains with so many threads and kills again and again, until the run comes to its end; gives how often.
fn train_and_kill(home: &Path, project: &Path, threads: &str, random: &mut Random) -> usize {
    let (project_name, run_name) = (project.to_str().unwrap(), run_1(project));
    let mut step = 0;
    for kills in 0.. {
        let arguments = arguments(home, project_name, &run_name, threads);
        let mut child = kill::start(PROGRAM, home, &arguments);
        let is_heard = kill::hear(&mut child, random.below(MOST_LINES) as usize);
        if is_heard {
            thread::sleep(Duration::from_millis(random.below(LONGEST_MS)));
            child.kill().unwrap();
        }
        let ended = child.wait_with_output().unwrap();
        let run = run(home, project);
        let state = run.as_ref().map_or("none", |run| run["state"].as_str().unwrap());
        if state == "finished" {
            return kills;
        }
        assert!(is_heard, "it ended by itself: {ended:?}, {run:?}");
        if let Some(run) = &run {
            assert_eq!((state, &run["interrupted"]), ("failed", &Value::Bool(true)), "{run}");
            let reached = run["checkpoint"].as_u64().unwrap_or(0);
            assert!(reached >= step && run["step"].as_u64().unwrap() >= reached, "{run} after {step}");
            step = reached;
        }
    }
    unreachable!("a run that is resumed comes to its end")
}

/// Other models for the digits than the example's convolutions: their nodes, and who reads whom.
fn models() -> [(&'static str, Option<Value>); 4] {
    let input = json!({ "name": "rows", "kind": "input", "shape": [8, 8] });
    let head = |reads: &str| json!({ "name": "digit", "kind": "dense", "units": 10, "inputs": [reads] });
    let dropout = |reads: &str| json!({ "name": "drop", "kind": "dropout", "rate": 0.2, "inputs": [reads] });
    let mlp = json!([
        input,
        { "name": "flat", "kind": "flatten", "inputs": ["rows"] },
        { "name": "hidden", "kind": "dense", "units": 32, "activation": "relu", "inputs": ["flat"] },
        { "name": "norm", "kind": "batch-norm", "inputs": ["hidden"] },
        dropout("norm"),
        head("drop"),
    ]);
    let lstm = json!([
        input,
        { "name": "lstm", "kind": "lstm", "units": 16, "bidirectional": true, "inputs": ["rows"] },
        dropout("lstm"),
        head("drop"),
    ]);
    let transformer = json!([
        input,
        { "name": "wide", "kind": "dense", "units": 16, "inputs": ["rows"] },
        { "name": "places", "kind": "position-embedding", "max_length": 8, "inputs": ["wide"] },
        { "name": "looks", "kind": "multi-head-attention", "heads": 2, "dropout": 0.1, "inputs": ["places"] },
        { "name": "sum", "kind": "add", "inputs": ["places", "looks"] },
        { "name": "norm", "kind": "layer-norm", "inputs": ["sum"] },
        { "name": "flat", "kind": "flatten", "inputs": ["norm"] },
        dropout("flat"),
        head("drop"),
    ]);
    [("cnn", None), ("mlp", Some(mlp)), ("lstm", Some(lstm)), ("transformer", Some(transformer))]
}

/// [`project`] with that model in place of the example's, and rows that are varied.
fn project_of(home: &Path, nodes: Option<&Value>) -> PathBuf {
    let project = project(home);
    let mut loaded = engine::project::load(&project).unwrap();
    let experiment = &mut loaded.experiments[0];
    experiment.recipe.steps.push(RecipeStep::GaussianNoise { deviation: 0.05 });
    match nodes {
        Some(nodes) => experiment.graph.nodes = serde_json::from_value(nodes.clone()).unwrap(),
        None => experiment.recipe.steps.extend([
            RecipeStep::RandomTranslation { share: 0.1 },
            RecipeStep::RandomRotation { degrees: 10.0 },
        ]),
    }
    engine::project::save(&loaded, &project).unwrap();
    project
}

#[test]
fn killed_at_any_instant_and_resumed_a_run_is_the_same_to_the_last_bit() {
    let wanted = std::env::var("TRAINYARD_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let mut random = Random(1);
    for (name, nodes) in models() {
        let home = tempfile::tempdir().unwrap();
        let whole = project_of(home.path(), nodes.as_ref());
        let train = ["train", whole.to_str().unwrap(), "--epochs", EPOCHS, "--threads", "2"];
        let trained = trainyard(home.path(), &train);
        assert!(trained.status.success(), "{name}: {trained:?}");
        let expected = remains(home.path(), &whole);
        assert!(expected.curves.lines().count() > 150, "{name}: {}", expected.curves);

        let mut kills = 0;
        for threads in ["1", "2", "4"].iter().cycle() {
            let home = tempfile::tempdir().unwrap();
            let project = project_of(home.path(), nodes.as_ref());
            kills += train_and_kill(home.path(), &project, threads, &mut random);
            let remains = remains(home.path(), &project);
            let place = format!("{name}, {threads} threads, {kills} kills");
            assert!(remains.checkpoint == expected.checkpoint, "{place}: the checkpoint");
            assert_eq!(remains.curves, expected.curves, "{place}");
            assert_eq!(remains.test, expected.test, "{place}");
            if kills >= wanted.div_ceil(models().len()) && *threads == "4" {
                println!("{name}: killed {kills} times");
                break;
            }
        }
    }
}

#[test]
fn steered_where_it_was_killed_and_killed_again_a_run_is_the_same_to_the_last_bit() {
    const STEERED: [&str; 12] = [
        "--set",
        "optimizer.learning_rate=0.0007",
        "--set",
        "batch_size=20",
        "--set",
        "schedule.kind=exponential",
        "--set",
        "clip={ kind = \"norm\", max = 0.5 }",
        "--set",
        "validation.epochs=2",
        "--set",
        "validation.steps=13",
    ];
    let home = tempfile::tempdir().unwrap();
    let project = project(home.path());
    let train = ["train", project.to_str().unwrap(), "--epochs", EPOCHS, "--json"];
    let mut child = kill::start(PROGRAM, home.path(), &train);
    assert!(kill::hear(&mut child, 200));
    child.kill().unwrap();
    child.wait().unwrap();
    let step = run(home.path(), &project).unwrap()["checkpoint"].as_u64().unwrap();
    let whole = home.path().join("whole");
    copy(&project, &whole);

    let steered = trainyard(home.path(), &[&["resume", &run_1(&whole), "--json"], &STEERED[..]].concat());
    assert!(steered.status.success(), "{steered:?}");
    let lines = stdout(&steered);
    let lines = lines.lines().map(|line| serde_json::from_str(line).unwrap());
    let told: Vec<Value> = lines.filter(|line: &Value| line["event"] == "steered").collect();
    assert_eq!(told.len(), 6, "{told:?}");
    assert_eq!(
        (&told[0]["from"], &told[0]["to"], &told[0]["step"]),
        (&0.003.into(), &0.0007.into(), &step.into())
    );
    let expected = remains(home.path(), &whole);

    // Begun with the changes, then killed at any instant.
    let mut child =
        kill::start(PROGRAM, home.path(), &[&["resume", &run_1(&project), "--json"], &STEERED[..]].concat());
    assert!(kill::hear(&mut child, 20));
    child.kill().unwrap();
    child.wait().unwrap();
    let kills = train_and_kill(home.path(), &project, "2", &mut Random(7));
    let remains = remains(home.path(), &project);
    assert!(remains.checkpoint == expected.checkpoint, "{kills} kills: the checkpoint");
    assert_eq!(remains.curves, expected.curves, "{kills} kills");
    assert_eq!(remains.test, expected.test);
}

#[cfg(unix)]
#[test]
fn asked_to_end_a_run_stops_with_a_checkpoint_and_goes_on_from_it() {
    let home = tempfile::tempdir().unwrap();
    let expected = {
        let project = project(home.path());
        trainyard(home.path(), &["train", project.to_str().unwrap(), "--epochs", EPOCHS]);
        remains(home.path(), &project)
    };
    for signal in ["-INT", "-TERM", "-HUP"] {
        let home = tempfile::tempdir().unwrap();
        let project = project(home.path());
        let arguments = ["train", project.to_str().unwrap(), "--epochs", EPOCHS, "--json"];
        let mut child = kill::start(PROGRAM, home.path(), &arguments);
        assert!(kill::hear(&mut child, 60));
        let asked = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(asked.unwrap().success());
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(130), "{signal}: {ended:?}");
        let stopped = run(home.path(), &project).unwrap();
        assert_eq!((&stopped["state"], &stopped["checkpoint"]), (&"stopped".into(), &stopped["step"]));
        assert!(stopped["test"]["accuracy"].is_number(), "what was learned is tested");

        let folder = project.join("runs/1");
        let resumed = trainyard(home.path(), &["resume", folder.to_str().unwrap()]);
        assert!(resumed.status.success(), "{resumed:?}");
        assert!(remains(home.path(), &project) == expected, "{signal}");
    }
}
