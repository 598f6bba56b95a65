//! The Train screen driven by the names of its controls, over a mirror filled by hand.

use std::{collections::BTreeMap, path::PathBuf};

use egui::accesskit::Role;
use egui_kittest::{
    Harness, Node,
    kittest::{NodeT, Queryable},
};
use engine::{
    data::Preview,
    device::DeviceInfo,
    graph::{
        Graph, Layer,
        layers::{Dense, Input},
    },
    project::{DatasetSpec, Experiment, Project, Recipe, Setting, SplitSpec, Task},
    protocol::{
        Event, OpenedProject, Outcome, Problem, Reply, RequestId, RunDetail, RunId, RunState, RunSummary,
    },
    train::{Precision, Training},
};

use super::train_ui;
use crate::{
    action::{Action, Pick},
    command::UiCommand,
    context::Context,
    locale::{Language, Locale},
    mirror::Mirror,
    settings::Settings,
    state::{ProjectState, State, Steering},
    theme,
};

/// A screen with one experiment and the runs it is given; notes what is asked for and takes edits.
struct Desk {
    state: State,
    mirror: Mirror,
    words: Locale,
    asked: Vec<Action>,
}

impl Desk {
    fn open(states: impl IntoIterator<Item = RunState>) -> Harness<'static, Self> {
        let opened = opened((1..).map(RunId).zip(states).map(|(id, state)| summary(id, state)).collect());
        let mut state = State::new(Settings::default());
        state.project = Some(ProjectState::new(&opened));
        let mut mirror = Mirror::default();
        let open = engine::protocol::Command::OpenProject { folder: opened.folder.clone() };
        mirror.expect(RequestId(1), &open);
        let outcome = Outcome::Done(Box::new(Reply::Opened(Box::new(opened))));
        mirror.apply(Event::Answered { request: RequestId(1), outcome });
        let words = Locale::new(Language::English);
        let desk = Self { state, mirror, words, asked: Vec::new() };
        let mut is_dressed = false;
        let draw = move |ui: &mut egui::Ui, desk: &mut Self| {
            // Fonts are there from the second frame on.
            if std::mem::replace(&mut is_dressed, true) { desk.draw(ui) } else { theme::install(ui.ctx()) }
        };
        let mut harness = Harness::builder().with_size([1280.0, 1400.0]).build_ui_state(draw, desk);
        harness.run_steps(3);
        harness
    }

    fn draw(&mut self, ui: &mut egui::Ui) {
        let mut actions = Vec::new();
        let Self { state, mirror, words, .. } = self;
        train_ui(ui, &mut Context { state, mirror, words, actions: &mut actions });
        for action in actions {
            match &action {
                Action::EditTraining(training) => {
                    let draft = state.project.as_mut().unwrap().draft_mut().unwrap();
                    draft.edit(Experiment { training: training.clone(), ..draft.edited.clone() }, 0.0);
                }
                Action::DraftSteering(typed) if *typed == Steering::of(typed.run) => state.forget_steering(),
                Action::DraftSteering(typed) => {
                    state.project.as_mut().unwrap().steering = Some(typed.clone());
                }
                Action::Draft { field, text: Some(text) } => {
                    state.drafts.insert(field.clone(), text.clone());
                }
                Action::Draft { field, text: None } => {
                    state.drafts.remove(field);
                }
                _ => self.asked.push(action),
            }
        }
    }

    fn training(&self) -> &Training {
        &self.state.experiment().unwrap().training
    }
}

fn summary(id: RunId, state: RunState) -> RunSummary {
    RunSummary {
        id,
        experiment: "mlp".into(),
        state,
        device: "cpu".into(),
        seed: 42,
        started_unix_secs: 0,
        seconds: 1.0,
        epochs_done: 3,
        epochs: 10,
        test: BTreeMap::from([("accuracy".into(), 0.975)]),
        step: 1_204,
        checkpoint: Some(1_180),
        parent: None,
        is_elsewhere: false,
        is_foreign: false,
    }
}

fn opened(runs: Vec<RunSummary>) -> OpenedProject {
    let recipe = Recipe { split: SplitSpec::default(), steps: Vec::new() };
    let training = Training::default();
    let input = Layer::Input(Input { shape: [13].into(), ..Input::default() });
    let graph = Graph::chain([("x", input), ("y", Layer::Dense(Dense::default()))]);
    let experiment = Experiment { name: "mlp".into(), recipe, graph, training };
    let dataset = DatasetSpec {
        file: "data.csv".into(),
        header: None,
        target: "kind".into(),
        task: Task::Classification,
        ignore: Vec::new(),
    };
    let project =
        Project { name: "Wine".into(), about: String::new(), dataset, experiments: vec![experiment] };
    let data = Preview { file: "data.csv".into(), rows: 178, header: true, ..Preview::default() };
    OpenedProject {
        folder: PathBuf::from("/projects/wine"),
        project,
        data,
        extents: Vec::new(),
        unsaved: Vec::new(),
        runs,
    }
}

/// Clicks a button by its key.
fn press(harness: &mut Harness<'_, Desk>, key: &str) {
    let name = harness.state().words.text(key);
    harness.get_by_role_and_label(Role::Button, &name).click();
    harness.run_steps(2);
}

fn is_enabled(harness: &Harness<'_, Desk>, key: &str) -> bool {
    let name = harness.state().words.text(key);
    !harness.get_by_role_and_label(Role::Button, &name).accesskit_node().is_disabled()
}

/// Types into a setting in place of what is there.
fn fill(harness: &mut Harness<'_, Desk>, key: &str, typed: &str) {
    fn field<'h>(harness: &'h Harness<'_, Desk>, name: &'h str) -> Node<'h> {
        harness.get_by_role_and_label(Role::TextInput, name)
    }
    let name = harness.state().words.text(key);
    field(harness, &name).focus();
    harness.run_steps(2);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    harness.key_press(egui::Key::Backspace);
    harness.run_steps(2);
    field(harness, &name).type_text(typed);
    harness.run_steps(2);
    harness.key_press(egui::Key::Tab);
    harness.run_steps(2);
}

#[test]
fn each_button_asks_for_what_it_says() {
    let run = RunId(1);
    let table = [
        ("train-button", RunState::Running, Action::Train),
        ("train-pause", RunState::Running, Action::Pause(run)),
        ("train-resume", RunState::Paused, Action::Resume(run)),
        ("train-stop", RunState::Paused, Action::Stop(run)),
        ("train-extend", RunState::Stopped, Action::Extend { run, epochs: UiCommand::MORE_EPOCHS }),
    ];
    for (key, state, expected) in table {
        let mut harness = Desk::open([state]);
        press(&mut harness, key);
        assert_eq!(harness.state().asked, [expected], "{key}");
    }
}

#[test]
fn small_numbers_are_typed_as_people_write_them() {
    let mut harness = Desk::open([]);
    fill(&mut harness, "setting-learning-rate", "1e-4");
    assert_eq!(harness.state().training().optimizer.learning_rate(), 1e-4);
    let shown = harness.get_by_role_and_label(Role::TextInput, "Learning rate").value();
    assert_eq!(shown.as_deref(), Some("1e-4"));
}

#[test]
fn what_is_wrong_with_a_setting_is_said_and_train_waits_for_it_to_be_mended() {
    let cases = [
        // typed into the batch size, what is said, what the setting is
        ("0", "Must be at least 1", 0),
        ("2000000", "Must be at most 1e6", 2_000_000),
        ("many", "Type a number, for example 0.01 or 1e-4", 32),
        ("", "Type a number, for example 0.01 or 1e-4", 32),
    ];
    for (typed, said, batch_size) in cases {
        let mut harness = Desk::open([]);
        fill(&mut harness, "setting-batch-size", typed);
        assert!(harness.query_by_label(said).is_some(), "{typed:?} is not explained");
        assert_eq!(harness.state().training().batch_size, batch_size, "{typed:?}");
        assert!(!is_enabled(&harness, "train-button"), "{typed:?} can be trained with");

        fill(&mut harness, "setting-batch-size", "16");
        assert!(harness.query_by_label(said).is_none(), "{typed:?} is still explained");
        assert_eq!(harness.state().training().batch_size, 16);
        assert!(is_enabled(&harness, "train-button"), "{typed:?} was mended");
    }
}

#[test]
fn a_step_that_takes_more_memory_than_there_is_is_made_to_fit() {
    let mut harness = Desk::open([]);
    let dense = |units| Layer::Dense(Dense { units, ..Dense::default() });
    let input = Layer::Input(Input { shape: [64].into(), ..Input::default() });
    let graph = Graph::chain([("x", input), ("hidden", dense(4096)), ("y", dense(2))]);
    let draft = harness.state_mut().state.project.as_mut().unwrap().draft_mut().unwrap();
    let training = Training { batch_size: 1000, ..Training::default() };
    draft.edit(Experiment { graph, training, ..draft.edited.clone() }, 0.0);
    harness.run_steps(2);
    // There is a number, and as long as no device says what it has, no complaint.
    assert!(harness.query_by_label_contains("≈ ").is_some());
    assert!(is_enabled(&harness, "train-button"));

    let cpu = DeviceInfo { id: "cpu".into(), name: "CPU".into(), memory: Some(30_000_000) };
    harness.state_mut().mirror.devices = vec![cpu];
    harness.run_steps(2);
    assert!(harness.query_by_label("This device has 30.0 MB.").is_some());
    assert!(!is_enabled(&harness, "train-button"));

    press(&mut harness, "train-memory-fit");
    assert!(harness.state().training().accumulation > 1);
    assert_eq!(harness.state().training().batch_size, 1000);
    assert!(harness.query_by_label("This device has 30.0 MB.").is_none());
    assert!(is_enabled(&harness, "train-button"));

    // Where nothing helps, nothing is offered.
    harness.state_mut().mirror.devices[0].memory = Some(1_000_000);
    harness.run_steps(2);
    press(&mut harness, "train-memory-fit");
    let said = "This device has 1.0 MB. Smaller layers or inputs would help.";
    assert!(harness.query_by_label(said).is_some());
    assert!(harness.query_by_label("Make it fit").is_none());
}

#[test]
fn a_click_on_a_run_looks_at_it_and_its_eye_shows_its_curves() {
    let mut harness = Desk::open([RunState::Finished, RunState::Stopped]);
    harness.get_by_label("Run 1, mlp, Finished, 97.5 %").click();
    harness.run_steps(2);
    harness.get_by_label("Show run 1 in the plot").click();
    harness.run_steps(2);
    harness.get_by_label("Hide run 2 from the plot").click();
    harness.run_steps(2);
    let expected =
        [Action::SelectRun(RunId(1)), Action::ToggleRunShown(RunId(1)), Action::ToggleRunShown(RunId(2))];
    assert_eq!(harness.state().asked, expected);
}

#[test]
fn a_failed_run_says_why_and_lets_it_be_copied() {
    let text = "node 'first': 3 features, but the data has 4".to_owned();
    let problem = Problem { code: "unknown-code".into(), facts: BTreeMap::new(), text: text.clone() };
    let mut harness = Desk::open([RunState::Failed(problem)]);
    assert!(harness.query_by_label(&text).is_some());
    press(&mut harness, "train-copy-details");
    let [Action::Copy(copied)] = &harness.state().asked[..] else { panic!("nothing was copied") };
    assert!(copied.contains(&text) && copied.contains("unknown-code"), "{copied}");
}

#[test]
fn narrow_numbers_can_be_chosen_where_a_gpu_is_and_are_a_fault_elsewhere() {
    let device = |id: &str| DeviceInfo { id: id.into(), name: id.into(), memory: None };
    let is_disabled = |harness: &Harness<'_, Desk>| {
        harness.get_by_role_and_label(Role::ComboBox, "Precision").accesskit_node().is_disabled()
    };
    let mut harness = Desk::open([]);
    harness.state_mut().mirror.devices = vec![device("cpu")];
    press(&mut harness, "train-advanced");
    harness.run_steps(20);
    assert!(is_disabled(&harness));

    harness.state_mut().mirror.devices = vec![device("cuda:0"), device("cpu")];
    harness.run_steps(2);
    assert!(!is_disabled(&harness));
    harness.get_by_role_and_label(Role::ComboBox, "Precision").click();
    harness.run_steps(2);
    harness.get_by_label("bf16, mixed").click();
    harness.run_steps(2);
    assert_eq!(harness.state().training().precision, Precision::Bf16);

    let fault = harness.state().words.text("train-precision-needs-gpu");
    assert!(harness.query_by_label(&fault).is_none());
    harness.state_mut().mirror.devices.remove(0);
    harness.run_steps(2);
    assert!(harness.query_by_label(&fault).is_some());
    assert!(!is_disabled(&harness), "the way back to f32 is open");
}

#[test]
fn a_run_that_was_interrupted_is_offered_again_while_it_is_the_newest() {
    let mut harness = Desk::open([RunState::Finished, RunState::interrupted()]);
    assert!(harness.query_by_label("Run 2 stopped unexpectedly at step 1,204.").is_some());
    let back = "It can go on from its checkpoint at step 1,180; the result will be the same.";
    assert!(harness.query_by_label(back).is_some());
    harness.get_by_role_and_label(Role::Button, "Resume run 2").click();
    harness.run_steps(2);
    press(&mut harness, "train-interrupted-dismiss");
    assert_eq!(harness.state().asked, [Action::Resume(RunId(2)), Action::DismissInterrupted(RunId(2))]);
    harness.state_mut().state.project.as_mut().unwrap().dismissed = Some(RunId(2));
    harness.run_steps(2);
    assert!(harness.query_by_label("Resume run 2").is_none(), "it was sent away");

    let harness = Desk::open([RunState::interrupted(), RunState::Finished]);
    assert!(harness.query_by_label("Resume run 1").is_none(), "somebody has trained on since");
}

#[test]
fn checkpoints_are_set_among_what_is_folded_away() {
    let mut harness = Desk::open([]);
    press(&mut harness, "train-advanced");
    harness.run_steps(20);
    fill(&mut harness, "setting-checkpoint-minutes", "0.5");
    fill(&mut harness, "setting-checkpoint-steps", "100");
    fill(&mut harness, "setting-checkpoint-keep", "0");
    let checkpoints = harness.state().training().checkpoints;
    assert_eq!((checkpoints.minutes, checkpoints.steps, checkpoints.keep), (0.5, 100, 0));
    assert!(harness.query_by_label("Must be at least 1").is_some(), "none kept is none to go on from");
}

#[test]
fn a_run_is_steered_with_what_was_typed_on_enter_or_apply() {
    let mut harness = Desk::open([RunState::Running]);
    let read = engine::protocol::Command::ReadRun { folder: PathBuf::from("/projects/wine"), run: RunId(1) };
    let detail = RunDetail {
        summary: summary(RunId(1), RunState::Running),
        experiment: Some(opened(Vec::new()).project.experiments.remove(0)),
        points: Vec::new(),
        steered: Vec::new(),
        checkpoints: Vec::new(),
        probes: Vec::new(),
        counts: None,
        report: None,
    };
    let desk = harness.state_mut();
    desk.mirror.expect(RequestId(2), &read);
    let outcome = Outcome::Done(Box::new(Reply::Run(Box::new(detail))));
    desk.mirror.apply(Event::Answered { request: RequestId(2), outcome });
    desk.state.project.as_mut().unwrap().steers = true;
    harness.run_steps(2);
    assert!(!is_enabled(&harness, "steer-apply"), "nothing was typed yet");

    fill(&mut harness, "setting-learning-rate", "0");
    assert!(harness.query_by_label("Must be above 0").is_some());
    assert!(!is_enabled(&harness, "steer-apply"));
    fill(&mut harness, "setting-batch-size", "many");
    fill(&mut harness, "setting-learning-rate", "0.5");
    assert!(!is_enabled(&harness, "steer-apply"), "a batch of many");
    assert!(is_enabled(&harness, "train-button"), "the next run is another thing");
    fill(&mut harness, "setting-batch-size", "8");
    press(&mut harness, "steer-apply");
    let expected = vec![Setting::new("optimizer.learning_rate", 0.5), Setting::new("batch_size", 8)];
    let asked = |harness: &mut Harness<'_, Desk>| std::mem::take(&mut harness.state_mut().asked);
    assert_eq!(asked(&mut harness), [Action::Steer { run: RunId(1), settings: expected }]);

    press(&mut harness, "steer-reset");
    assert!(!is_enabled(&harness, "steer-apply"));
    let field = harness.state().words.text("setting-epochs");
    harness.get_by_role_and_label(Role::TextInput, &field).focus();
    harness.run_steps(2);
    harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
    harness.get_by_role_and_label(Role::TextInput, &field).type_text("77");
    harness.run_steps(2);
    harness.key_press(egui::Key::Enter);
    harness.run_steps(2);
    let settings = vec![Setting::new("epochs", 77)];
    assert_eq!(asked(&mut harness), [Action::Steer { run: RunId(1), settings }]);
}

#[test]
fn a_run_that_its_disk_holds_can_be_saved_elsewhere_until_it_goes_on() {
    let mut harness = Desk::open([RunState::Paused]);
    let offer = harness.state().words.text("train-save-elsewhere");
    assert!(harness.query_by_label(&offer).is_none(), "who paused it wants it here");
    let folder = PathBuf::from("/projects/wine");
    let facts = BTreeMap::from([("step".into(), 1_204.into()), ("cause".into(), "no space left".into())]);
    let problem = Problem { code: "store-not-kept".into(), facts, text: String::new() };
    harness.state_mut().mirror.apply(Event::Warned { folder: folder.clone(), run: RunId(1), problem });
    harness.run_steps(2);
    assert!(harness.query_by_label("Run 1 holds, in memory.").is_some());
    press(&mut harness, "train-save-elsewhere");
    assert_eq!(harness.state().asked, [Action::Pick(Pick::Elsewhere)]);
    let run = summary(RunId(1), RunState::Running);
    harness.state_mut().mirror.apply(Event::RunChanged { folder, run });
    harness.run_steps(2);
    assert!(harness.query_by_label(&offer).is_none(), "it goes on");
}

#[test]
fn how_often_validation_comes_is_set_among_what_is_folded_away() {
    let mut harness = Desk::open([]);
    press(&mut harness, "train-advanced");
    harness.run_steps(20);
    fill(&mut harness, "setting-validation-epochs", "5");
    fill(&mut harness, "setting-validation-steps", "200");
    let validation = harness.state().training().validation;
    assert_eq!((validation.epochs, validation.steps), (5, 200));
    fill(&mut harness, "setting-validation-epochs", "0");
    assert!(harness.query_by_label("Must be at least 1").is_some());
}
