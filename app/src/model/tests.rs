//! The Model screen driven by the names of its controls.

use egui::accesskit::Role;
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use engine::{
    graph::{
        Activation, Graph, Layer,
        layers::{Conv2d, Dense, Input},
    },
    project::{Experiment, Recipe, SplitSpec},
    train::Training,
};

use super::model_ui;
use crate::{
    action::Action,
    context::Context,
    locale::{Language, Locale},
    mirror::Mirror,
    settings::Settings,
    state::{ProjectState, State},
    theme,
};

/// A screen with one model; takes strokes and choices as the program does.
struct Desk {
    state: State,
    mirror: Mirror,
    words: Locale,
}

impl Desk {
    fn open(graph: Graph) -> Harness<'static, Self> {
        let recipe = Recipe { split: SplitSpec::default(), steps: Vec::new() };
        let experiment = Experiment { name: "cnn".into(), recipe, graph, training: Training::default() };
        let mut state = State::new(Settings::default());
        state.project = Some(ProjectState::of_experiment(experiment));
        let desk = Self { state, mirror: Mirror::default(), words: Locale::new(Language::English) };
        let mut is_dressed = false;
        let draw = move |ui: &mut egui::Ui, desk: &mut Self| {
            if std::mem::replace(&mut is_dressed, true) { desk.draw(ui) } else { theme::install(ui.ctx()) }
        };
        let mut harness = Harness::builder().with_size([1400.0, 1100.0]).build_ui_state(draw, desk);
        harness.run_steps(3);
        harness
    }

    fn draw(&mut self, ui: &mut egui::Ui) {
        let mut actions = Vec::new();
        let Self { state, mirror, words } = self;
        model_ui(ui, &mut Context { state, mirror, words, actions: &mut actions });
        let project = state.project.as_mut().unwrap();
        for action in actions {
            match action {
                Action::EditGraph(graph) => {
                    let draft = project.draft_mut().unwrap();
                    draft.edit(Experiment { graph, ..draft.edited.clone() }, 0.0);
                }
                Action::SelectNode(node) => project.selection = node.into_iter().collect(),
                Action::SelectNodes(nodes) => project.selection = nodes,
                other => panic!("{other:?}"),
            }
        }
    }

    fn graph(&self) -> &Graph {
        &self.state.experiment().unwrap().graph
    }

    /// `name(kind) < what it reads`.
    fn drawing(&self) -> Vec<String> {
        let line = |node: &engine::graph::Node| {
            format!("{}({}) < {}", node.name, node.layer.kind(), node.inputs.join(" "))
        };
        self.graph().nodes.iter().map(line).collect()
    }
}

fn press(harness: &mut Harness<'_, Desk>, label: &str) {
    harness.get_by_role_and_label(Role::Button, label).click();
    harness.run_steps(2);
}

/// Images of one channel, a convolution, and a head that forgets to flatten.
fn unfinished() -> Graph {
    let input = Layer::Input(Input { shape: [1, 8, 8].into(), ..Input::default() });
    let conv = Layer::Conv2d(Conv2d { filters: 4, activation: Activation::Relu, ..Conv2d::default() });
    let head = Layer::Dense(Dense { units: 10, ..Dense::default() });
    Graph::chain([("image", input), ("conv", conv), ("head", head)])
}

#[test]
fn what_does_not_fit_is_said_and_mended_by_one_click() {
    let mut harness = Desk::open(unfinished());
    assert!(harness.query_by_label("One thing does not fit").is_some());
    press(&mut harness, "Insert Flatten");
    assert!(harness.query_by_label("Everything fits together").is_some());
    let expected =
        ["image(input) < ", "conv(conv2d) < image", "flatten(flatten) < conv", "head(dense) < flatten"];
    assert_eq!(harness.state().drawing(), expected);
    // 4·9 + 4 of the convolution, 4·6·6·10 + 10 of the head.
    assert!(harness.query_by_label("1,490").is_some());
}

#[test]
fn a_layer_is_put_behind_the_node_looked_at_and_taken_out_again() {
    let mut harness = Desk::open(unfinished());
    harness.get_by_label_contains("conv, Conv2d, B×4×6×6").click();
    harness.run_steps(2);
    press(&mut harness, "Add BatchNorm");
    assert_eq!(harness.state().drawing()[2..], ["batch-norm(batch-norm) < conv", "head(dense) < batch-norm"]);
    assert_eq!(harness.state().state.project.as_ref().unwrap().selection, ["batch-norm"]);
    press(&mut harness, "Take this node out");
    assert_eq!(harness.state().drawing()[2..], ["head(dense) < conv"]);

    // Without a node looked at, behind the end.
    press(&mut harness, "Add Dropout");
    assert_eq!(harness.state().drawing()[3..], ["dropout(dropout) < head"]);
    harness.key_press(egui::Key::Delete);
    harness.run_steps(2);
    assert_eq!(harness.state().drawing().len(), 3);
}

#[test]
fn a_setting_is_typed_and_what_means_nothing_changes_nothing() {
    let mut harness = Desk::open(unfinished());
    harness.get_by_label_contains("conv, Conv2d").click();
    harness.run_steps(2);
    for (typed, filters, said) in [("12", 12, false), ("many", 12, true), ("7", 7, false)] {
        harness.get_by_role_and_label(Role::TextInput, "Filters").focus();
        harness.run_steps(2);
        harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        harness.key_press(egui::Key::Backspace);
        harness.run_steps(2);
        harness.get_by_role_and_label(Role::TextInput, "Filters").type_text(typed);
        harness.run_steps(2);
        let conv = harness.state().graph().node("conv").unwrap().layer.setting("filters");
        assert_eq!(conv, filters, "{typed:?}");
        let fault = harness.query_by_label("This setting does not take that.");
        assert_eq!(fault.is_some(), said, "{typed:?}");
    }
    harness.get_by_role_and_label(Role::CheckBox, "Bias").click();
    harness.run_steps(2);
    assert_eq!(harness.state().graph().node("conv").unwrap().layer.setting("use_bias"), false);
}

#[test]
fn wires_are_cut_and_drawn() {
    let mut harness = Desk::open(unfinished());
    harness.get_by_label_contains("head, Dense").click();
    harness.run_steps(2);
    press(&mut harness, "Cut the wire from conv");
    assert_eq!(harness.state().drawing()[2], "head(dense) < ");
    let from = harness.get_by_label("Wire from image").rect().center();
    let to = harness.get_by_label_contains("head, Dense").rect().center();
    harness.drag_at(from);
    harness.run_steps(2);
    harness.hover_at(to);
    harness.run_steps(2);
    harness.drop_at(to);
    harness.run_steps(2);
    assert_eq!(harness.state().drawing()[2], "head(dense) < image");
}

#[test]
fn layers_are_found_by_what_they_are_called_and_what_they_do() {
    let mut harness = Desk::open(unfinished());
    for (typed, found, missing) in
        [("conv", "Add Conv2d", "Add Dense"), ("overfitting", "Add Dropout", "Add LSTM")]
    {
        harness.get_by_role_and_label(Role::TextInput, "Search layers").focus();
        harness.run_steps(2);
        harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        harness.key_press(egui::Key::Backspace);
        harness.run_steps(2);
        harness.get_by_role_and_label(Role::TextInput, "Search layers").type_text(typed);
        harness.run_steps(2);
        assert!(
            harness.query_by_label(found).is_some() && harness.query_by_label(missing).is_none(),
            "{typed}"
        );
    }
    let input = harness.query_by_label("Add Input");
    assert!(input.is_none_or(|input| input.accesskit_node().is_disabled()));
}

#[test]
fn a_node_is_renamed_where_it_is_read_too() {
    let mut harness = Desk::open(unfinished());
    harness.get_by_label_contains("conv, Conv2d").click();
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::TextInput, "Name").focus();
    harness.run_steps(2);
    harness.get_by_role_and_label(Role::TextInput, "Name").type_text("1");
    harness.run_steps(2);
    assert_eq!(harness.state().drawing()[1..], ["conv1(conv2d) < image", "head(dense) < conv1"]);
    assert_eq!(harness.state().state.project.as_ref().unwrap().selection, ["conv1"]);
}

/// Prints how long frames of a drawing of 500 nodes take, without rendering.
#[test]
#[ignore = "measures; to be read, with --nocapture"]
fn frames_of_five_hundred_nodes() {
    let mut graph = unfinished();
    graph.remove("head");
    for _ in 0..249 {
        let end = graph.nodes[graph.nodes.len() - 1].name.clone();
        let relu = graph.insert(Some(&end), Layer::of_kind("activation").unwrap());
        let add = graph.insert(Some(&relu), Layer::of_kind("add").unwrap());
        assert!(graph.connect(&end, &add));
    }
    let mut harness = Desk::open(graph);
    for what in ["at rest", "under the pointer", "after an edit"] {
        let mut times: Vec<f64> = (0..60)
            .map(|frame| {
                match what {
                    "under the pointer" => {
                        harness.hover_at(egui::pos2(400.0 + 8.0 * frame as f32, 300.0 + 5.0 * frame as f32));
                    }
                    "after an edit" => {
                        let project = harness.state_mut().state.project.as_mut().unwrap();
                        let draft = project.draft_mut().unwrap();
                        let mut edited = draft.edited.clone();
                        edited.graph.nodes[1].note = format!("{frame}");
                        draft.edit(edited, f64::from(frame));
                    }
                    _ => {}
                }
                let since = std::time::Instant::now();
                harness.step();
                since.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!(
            "500 nodes, {what}: median {:.1} ms, p95 {:.1} ms, most {:.1} ms",
            times[30], times[57], times[59]
        );
    }
}
