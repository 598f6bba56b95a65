//! The Compare screen driven by the names of its controls, over a mirror filled by hand.

use std::{collections::BTreeMap, path::PathBuf, time::Instant};

use egui::accesskit::Role;
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use engine::{
    data::Preview,
    graph::{
        Graph, Layer,
        layers::{Dense, Input},
    },
    project::{DatasetSpec, Experiment, Project, Recipe, SplitSpec, Task},
    protocol::{
        Command, Event, Labels, MetricPoint, OpenedProject, Outcome, Reply, RequestId, RunCard, RunDetail,
        RunId, RunState, RunSummary, Split,
    },
    train::{OptimizerSpec, Training},
};

use super::compare_ui;
use crate::{
    action::Action,
    context::Context,
    locale::{Language, Locale},
    mirror::{Card, Mirror, Run},
    settings::Settings,
    state::{ProjectState, State},
    theme,
};

const FOLDER: &str = "/projects/made-up";

/// Run 12 and those after it: adam at 0.003, tested at 0.95. Run 3: not tested. Others before it: sgd, 0.5.
pub fn run(id: u64) -> Run {
    let mut run = Run::new(summary(id));
    run.card = Some(Card::new(card(id)));
    run
}

fn summary(id: u64) -> RunSummary {
    let accuracy = match id {
        3 => None,
        ..3 => Some(0.5),
        _ => Some(0.95),
    };
    RunSummary {
        id: RunId(id),
        experiment: "cnn".into(),
        state: RunState::Finished,
        device: "cpu".into(),
        seed: 42,
        started_unix_secs: 1_700_000_000 + id,
        seconds: 1.0,
        epochs_done: 10,
        epochs: 10,
        test: accuracy.into_iter().map(|accuracy| ("accuracy".into(), accuracy)).collect(),
        step: 1_204,
        checkpoint: Some(1_204),
        parent: None,
        is_elsewhere: false,
        is_foreign: false,
    }
}

fn card(id: u64) -> RunCard {
    let training = Training {
        seed: id,
        optimizer: if id < 3 { OptimizerSpec::of_kind("sgd").unwrap() } else { OptimizerSpec::adam(0.003) },
        ..Training::default()
    };
    let labels = match id {
        12 => Labels {
            starred: true,
            tags: ["baseline".to_owned()].into(),
            note: "Worth another look".into(),
            ..Labels::default()
        },
        _ => Labels::default(),
    };
    let best = BTreeMap::from([("loss".into(), 0.2 + id as f64 * 1e-6)]);
    let settings = engine::compare::settings(&Experiment { training, ..experiment() });
    RunCard { run: RunId(id), labels, settings, best }
}

fn experiment() -> Experiment {
    let input = Layer::Input(Input { shape: [13].into(), ..Input::default() });
    let hidden = Layer::Dense(Dense { units: 64, ..Dense::default() });
    Experiment {
        name: "cnn".into(),
        recipe: Recipe { split: SplitSpec::default(), steps: Vec::new() },
        graph: Graph::chain([("x", input), ("hidden", hidden)]),
        training: Training::default(),
    }
}

/// A screen over runs; notes what is asked for.
struct Desk {
    state: State,
    mirror: Mirror,
    words: Locale,
    asked: Vec<Action>,
    /// Seconds that each frame's work took.
    frames: Vec<f64>,
}

impl Desk {
    fn open(ids: impl Iterator<Item = u64> + Clone) -> Harness<'static, Self> {
        let opened = opened(ids.clone().map(summary).collect());
        let mut state = State::new(Settings::default());
        state.project = Some(ProjectState::new(&opened));
        let mut mirror = Mirror::default();
        let mut answer = |command: Command, reply: Reply| {
            mirror.expect(RequestId(1), &command);
            let outcome = Outcome::Done(Box::new(reply));
            mirror.apply(Event::Answered { request: RequestId(1), outcome });
        };
        answer(Command::OpenProject { folder: FOLDER.into() }, Reply::Opened(Box::new(opened)));
        let cards = ids.map(card).collect();
        let read = Command::ReadCards { folder: FOLDER.into(), runs: None };
        answer(read, Reply::Cards { cards, deleted: vec![summary(99_999)] });
        let words = Locale::new(Language::English);
        let desk = Self { state, mirror, words, asked: Vec::new(), frames: Vec::new() };
        let mut is_dressed = false;
        let draw = move |ui: &mut egui::Ui, desk: &mut Self| {
            // Fonts are there from the second frame on.
            if std::mem::replace(&mut is_dressed, true) { desk.draw(ui) } else { theme::install(ui.ctx()) }
        };
        let mut harness = Harness::builder().with_size([1280.0, 752.0]).build_ui_state(draw, desk);
        harness.run_steps(3);
        harness
    }

    fn draw(&mut self, ui: &mut egui::Ui) {
        let began = Instant::now();
        let mut actions = Vec::new();
        let Self { state, mirror, words, .. } = self;
        compare_ui(ui, &mut Context { state, mirror, words, actions: &mut actions });
        self.asked.extend(actions);
        self.frames.push(began.elapsed().as_secs_f64());
    }
}

fn opened(runs: Vec<RunSummary>) -> OpenedProject {
    let dataset = DatasetSpec {
        file: "data.csv".into(),
        header: None,
        target: "kind".into(),
        task: Task::Classification,
        ignore: Vec::new(),
    };
    let project =
        Project { name: "Made up".into(), about: String::new(), dataset, experiments: vec![experiment()] };
    let data = Preview { file: "data.csv".into(), rows: 0, header: true, ..Preview::default() };
    OpenedProject {
        folder: PathBuf::from(FOLDER),
        project,
        data,
        extents: Vec::new(),
        unsaved: Vec::new(),
        runs,
    }
}

/// The runs in the table, from top to bottom.
fn listed(harness: &Harness<'_, Desk>) -> Vec<String> {
    let rows = harness.query_all_by_role(Role::CheckBox);
    rows.filter_map(|row| row.accesskit_node().label()?.split(',').next().map(str::to_owned)).collect()
}

fn press(harness: &mut Harness<'_, Desk>, name: &str) {
    harness.get_by_label(name).click();
    harness.run_steps(3);
}

fn filter(harness: &mut Harness<'_, Desk>, text: &str) {
    fill(harness, "Filter runs", text);
}

fn fill(harness: &mut Harness<'_, Desk>, field: &str, text: &str) {
    harness.get_by_role_and_label(Role::TextInput, field).click();
    harness.run_steps(2);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    harness.get_by_role_and_label(Role::TextInput, field).type_text(text);
    harness.run_steps(3);
}

#[test]
fn ten_thousand_runs_are_filtered_and_sorted_and_only_those_in_sight_are_drawn() {
    let mut harness = Desk::open(1..=10_000);
    let rows = listed(&harness);
    assert_eq!(rows[0], "Run 10000");
    assert!((5..40).contains(&rows.len()), "{} rows on the screen", rows.len());
    assert!(harness.query_by_label("Runs 10,000").is_some());

    filter(&mut harness, "optimizer.kind=sgd");
    assert_eq!(listed(&harness), ["Run 2", "Run 1"]);
    filter(&mut harness, "seed<=5 lr<0.01");
    assert_eq!(listed(&harness), ["Run 5", "Run 4", "Run 3"]);
    filter(&mut harness, "nothing like it");
    assert!(listed(&harness).is_empty());
    press(&mut harness, "Clear the filter");
    press(&mut harness, "Sort by Loss, best");
    assert_eq!(listed(&harness)[0], "Run 1");
    press(&mut harness, "Sort by Loss, best");
    assert_eq!(listed(&harness)[0], "Run 10000");
}

/// `cargo test … frames_of_ten_thousand -- --ignored --nocapture` prints what a frame costs.
#[test]
#[ignore = "measures"]
fn frames_of_ten_thousand_runs() {
    let mut harness = Desk::open(1..=10_000);
    harness.state_mut().frames.clear();
    harness.run_steps(200);
    let mut frames = std::mem::take(&mut harness.state_mut().frames);
    frames.sort_by(f64::total_cmp);
    println!("p50 {:.2} ms, p95 {:.2} ms", frames[100] * 1e3, frames[190] * 1e3);
    for text in ["adam", "lr<0.01 accuracy>0.9", "9"] {
        filter(&mut harness, text);
        let worst = std::mem::take(&mut harness.state_mut().frames).into_iter().fold(0.0, f64::max);
        println!("filter {text:?}: worst {:.2} ms", worst * 1e3);
    }
    filter(&mut harness, "a");
    harness.state_mut().frames.clear();
    press(&mut harness, "Group by");
    let worst = std::mem::take(&mut harness.state_mut().frames).into_iter().fold(0.0, f64::max);
    println!("menu of columns: worst {:.2} ms", worst * 1e3);
}

/// `cargo test … frames_of_a_hundred -- --ignored --nocapture` prints what a frame with their curves costs.
#[test]
#[ignore = "measures"]
fn frames_of_a_hundred_runs_of_ten_thousand_points() {
    let mut harness = Desk::open(1..=100);
    let desk = harness.state_mut();
    for id in (1..=100).map(RunId) {
        let point = |step: u64, split| MetricPoint {
            step,
            epoch: step as f64 / 100.0,
            split,
            metric: "loss".into(),
            value: 1.0 / (step + id.0) as f64 + (step * id.0 % 17) as f64 * 1e-3,
            seconds: None,
        };
        let steps = |split| (1..=10_000).map(move |step| point(step, split));
        let points = steps(Split::Training).chain(steps(Split::Validation)).collect();
        let (summary, experiment) = (summary(id.0), experiment());
        let detail = RunDetail {
            summary,
            experiment: Some(experiment),
            points,
            steered: Vec::new(),
            checkpoints: Vec::new(),
            probes: Vec::new(),
            counts: None,
            report: None,
        };
        desk.mirror.expect(RequestId(3), &Command::ReadRun { folder: FOLDER.into(), run: id });
        let outcome = Outcome::Done(Box::new(Reply::Run(Box::new(detail))));
        desk.mirror.apply(Event::Answered { request: RequestId(3), outcome });
        desk.state.project.as_mut().unwrap().shown_runs.insert(id);
    }
    harness.state_mut().frames.clear();
    harness.run_steps(3);
    println!("first frames {:.2?} ms", harness.state().frames.iter().map(|s| s * 1e3).collect::<Vec<_>>());
    harness.state_mut().frames.clear();
    harness.run_steps(200);
    let mut frames = std::mem::take(&mut harness.state_mut().frames);
    frames.sort_by(f64::total_cmp);
    println!("p50 {:.2} ms, p95 {:.2} ms", frames[100] * 1e3, frames[190] * 1e3);
}

#[test]
fn a_click_chooses_a_run_and_the_star_stars_it() {
    let mut harness = Desk::open(10..=12);
    press(&mut harness, "Run 11, cnn, Finished");
    press(&mut harness, "Star run 10");
    press(&mut harness, "Take the star from run 12");
    let starred = |starred: bool, labels: Labels| Labels { starred, ..labels };
    let expected = [
        Action::ToggleRunShown(RunId(11)),
        Action::Label(vec![(RunId(10), starred(true, Labels::default()))]),
        Action::Label(vec![(RunId(12), starred(false, card(12).labels))]),
    ];
    assert_eq!(harness.state().asked, expected);
}

#[test]
fn runs_are_archived_deleted_and_taken_back() {
    let mut harness = Desk::open(10..=12);
    press(&mut harness, "More for run 10");
    press(&mut harness, "Archive");
    press(&mut harness, "More for run 11");
    press(&mut harness, "Delete");
    let archived = Labels { archived: true, ..Labels::default() };
    let expected = [Action::Label(vec![(RunId(10), archived.clone())]), Action::DeleteRuns(vec![RunId(11)])];
    assert_eq!(std::mem::take(&mut harness.state_mut().asked), expected);

    let desk = harness.state_mut();
    let label = Command::Label { folder: FOLDER.into(), labels: Vec::new() };
    desk.mirror.expect(RequestId(2), &label);
    let reply = Reply::Labelled(vec![(RunId(10), archived)]);
    desk.mirror.apply(Event::Answered { request: RequestId(2), outcome: Outcome::Done(Box::new(reply)) });
    harness.run_steps(2);
    assert_eq!(listed(&harness), ["Run 12", "Run 11"]);
    press(&mut harness, "Archive 1");
    assert_eq!(listed(&harness), ["Run 10"]);
    press(&mut harness, "Bin 1");
    assert_eq!(listed(&harness), ["Run 99999"]);
    press(&mut harness, "More for run 99999");
    press(&mut harness, "Take it back");
    assert_eq!(harness.state().asked, [Action::RestoreRuns(vec![RunId(99_999)])]);
}

#[test]
fn columns_are_chosen_and_runs_grouped_by_any_setting() {
    let mut harness = Desk::open(1..=12);
    press(&mut harness, "Columns");
    fill(&mut harness, "Find a column", "units");
    press(&mut harness, "hidden.units");
    harness.key_press(egui::Key::Escape);
    harness.run_steps(3);
    assert!(harness.query_by_label("Sort by hidden.units").is_some());

    press(&mut harness, "Group by");
    fill(&mut harness, "Find a column", "optimizer.kind");
    press(&mut harness, "Optimizer");
    assert!(harness.query_by_label("Optimizer: adam · 10").is_some());
    press(&mut harness, "Optimizer: adam · 10");
    assert_eq!(listed(&harness), ["Run 2", "Run 1"], "a closed group hides its runs");
}
