//! A network is drawn by hand: from nothing to a good result, and with every stroke that the canvas knows.

use egui::{Event, Key, Modifiers, PointerButton, Pos2, Vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use engine::{code::Framework, protocol::RunState};
use trainyard::{action::Action, command::UiCommand, locale::Language, settings::Theme, stage::Stage};
use trainyard_tests::{Desk, Look};

const LOOK: Look = Look { language: Language::English, theme: Theme::Dark };

/// What each node is and reads.
fn drawing(desk: &Desk) -> Vec<String> {
    let line = |node: &engine::graph::Node| {
        let passed = if node.bypassed { " (bypassed)" } else { "" };
        format!("{}{passed} < {}", node.name, node.inputs.join(" "))
    };
    desk.graph().nodes.iter().map(line).collect()
}

/// The digits, on the Model screen.
fn digits(folder: &std::path::Path) -> Desk {
    let mut desk = Desk::open(folder, LOOK, false);
    desk.click(&desk.text("example-digits-title"));
    desk.wait("the Train button", |desk| desk.can(&desk.text("train-button")));
    desk.apply(Action::ShowStage(Stage::Model));
    desk.settle();
    desk
}

fn key(desk: &mut Desk, modifiers: Modifiers, key: Key) {
    desk.harness().key_press_modifiers(modifiers, key);
    desk.settle();
}

/// The middle of a node on the screen.
fn place(desk: &mut Desk, name: &str) -> Pos2 {
    desk.harness().get_by_label_contains(&format!("{name}, ")).rect().center()
}

/// Moves the pointer, which shows what is under it.
fn point(desk: &mut Desk, at: Pos2) {
    desk.harness().hover_at(at);
    desk.settle();
}

fn drag(desk: &mut Desk, from: Pos2, to: Pos2) {
    desk.harness().drag_at(from);
    desk.step();
    for share in [0.3, 0.7, 1.0] {
        desk.harness().hover_at(from + (to - from) * share);
        desk.step();
    }
    desk.harness().drop_at(to);
    desk.settle();
}

/// Presses and lets go, twice and at once.
fn double_click(desk: &mut Desk, at: Pos2) {
    point(desk, at);
    let button = PointerButton::Primary;
    let press = |pressed| Event::PointerButton { pos: at, button, pressed, modifiers: Modifiers::NONE };
    desk.harness().input_mut().events.extend([true, false, true, false].map(press));
    desk.settle();
}

fn add(desk: &mut Desk, kind: &str) {
    let kind = desk.text(&format!("kind-{kind}"));
    desk.click(&desk.with("model-add", "kind", &kind));
    desk.settle();
}

fn set(desk: &mut Desk, setting: &str, value: &str) {
    let label = desk.text(&format!("node-{setting}"));
    desk.fill(&label, value);
    desk.settle();
}

#[test]
fn lenet_is_drawn_from_nothing_and_learns_the_digits() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = digits(folder.path());
    key(&mut desk, Modifiers::COMMAND, Key::A);
    key(&mut desk, Modifiers::NONE, Key::Delete);
    desk.expect(&desk.text("model-empty"));
    assert_eq!(desk.graph().nodes.len(), 0);

    add(&mut desk, "input");
    set(&mut desk, "shape", "1, 8, 8");
    for (filters, kernel) in [("6", "5"), ("16", "3")] {
        add(&mut desk, "conv2d");
        set(&mut desk, "filters", filters);
        set(&mut desk, "kernel_size", kernel);
        set(&mut desk, "padding", "same");
        add(&mut desk, "activation");
        add(&mut desk, "max-pool");
    }
    // Without Flatten it does not fit, and says what would mend it.
    for units in ["120", "84"] {
        add(&mut desk, "dense");
        set(&mut desk, "units", units);
        add(&mut desk, "activation");
    }
    desk.apply(Action::SelectNode(None));
    desk.settle();
    desk.click(&desk.text("model-mend-flatten"));
    desk.settle();
    add(&mut desk, "dense");
    // The data have ten classes, the layer 32 units.
    desk.click("Set Units to 10");
    desk.settle();
    desk.expect(&desk.text("model-fits"));

    desk.apply(Action::ShowStage(Stage::Train));
    desk.click(&desk.text("train-button"));
    desk.wait("the end of the training", |desk| {
        desk.run(1).is_some_and(|run| run.summary.state == RunState::Finished)
    });
    let accuracy = desk.run(1).and_then(|run| run.summary.test.get("accuracy").copied()).unwrap_or(0.0);
    assert!(accuracy >= 0.97, "accuracy on the test split: {accuracy}");
}

#[test]
fn layers_are_found_where_the_pointer_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = digits(folder.path());
    let digit = place(&mut desk, "digit");
    let void = digit + Vec2::new(300.0, 80.0);

    // A double click on the ground; the other language's name finds it, too.
    double_click(&mut desk, void);
    desk.expect(&desk.text("model-quick-search"));
    desk.harness().event(Event::Text("失活".into()));
    desk.settle();
    key(&mut desk, Modifiers::NONE, Key::Enter);
    assert_eq!(drawing(&desk).last().map(String::as_str), Some("dropout2 < digit"));
    assert_eq!(desk.bench().state().project.as_ref().unwrap().selection, ["dropout2"]);
    key(&mut desk, Modifiers::COMMAND, Key::Z);
    assert!(!drawing(&desk).contains(&"dropout2 < digit".to_owned()));

    // Blocks are found, too: drawn for what is given there.
    double_click(&mut desk, void);
    desk.harness().event(Event::Text("MLP".into()));
    desk.settle();
    key(&mut desk, Modifiers::NONE, Key::Enter);
    assert_eq!(drawing(&desk).last().map(String::as_str), Some("mlp < digit"));
    key(&mut desk, Modifiers::COMMAND, Key::Z);

    // Tab does the same; Escape leaves it.
    point(&mut desk, void);
    key(&mut desk, Modifiers::NONE, Key::Tab);
    assert!(desk.sees(&desk.text("model-quick-search")));
    key(&mut desk, Modifiers::NONE, Key::Escape);
    assert!(!desk.sees(&desk.text("model-quick-search")));

    // A wire let go in the void offers what takes images, as a branch.
    let from = desk.harness().get_by_label("Wire from image").rect().center();
    drag(&mut desk, from, void);
    desk.expect(&desk.text("model-quick-search"));
    // Every layer stands in the list on the left; those that fit, here once more.
    for (kind, times) in [("Add Flatten", 2), ("Add GlobalAvgPool", 2), ("Add LSTM", 1), ("Add Dense", 1)] {
        assert_eq!(desk.harness().query_all_by_label(kind).count(), times, "{kind}");
    }
    key(&mut desk, Modifiers::NONE, Key::Escape);

    // The mark on a wire puts a layer between its ends.
    let (a, b) = (place(&mut desk, "image"), place(&mut desk, "strokes"));
    point(&mut desk, a + (b - a) * 0.5);
    desk.click("Insert between image and strokes");
    desk.settle();
    desk.harness().event(Event::Text("batch".into()));
    desk.settle();
    key(&mut desk, Modifiers::NONE, Key::Enter);
    assert_eq!(drawing(&desk)[..3], ["image < ", "batch-norm < image", "strokes < batch-norm"]);

    // A layer from the list is let go on a wire.
    let card = desk.harness().get_by_label("Add Activation").rect().center();
    let (a, b) = (place(&mut desk, "image"), place(&mut desk, "batch-norm"));
    drag(&mut desk, card, a + (b - a) * 0.5);
    assert_eq!(drawing(&desk)[..3], ["image < ", "activation < image", "batch-norm < activation"]);
}

#[test]
fn nodes_are_selected_copied_passed_by_and_undone_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = digits(folder.path());
    let whole = drawing(&desk);
    // Shift and drag around the first two convolutions.
    let (a, b) = (place(&mut desk, "strokes"), place(&mut desk, "shapes"));
    desk.harness().event(Event::ModifiersChanged(Modifiers::SHIFT));
    drag(&mut desk, a - Vec2::new(100.0, 60.0), b + Vec2::new(60.0, 50.0));
    desk.harness().event(Event::ModifiersChanged(Modifiers::NONE));
    desk.settle();
    desk.expect("2 nodes");

    key(&mut desk, Modifiers::NONE, Key::M);
    assert_eq!(drawing(&desk)[1..3], ["strokes (bypassed) < image", "shapes (bypassed) < strokes"]);
    assert!(desk.sees_part("strokes, Conv2d, B×1×8×8, bypassed"));
    assert!(desk.sees("Undo: bypass 2 nodes"));
    // Passed by, they do not train; the model still fits, but for what follows from its shapes.
    desk.click("Undo: bypass 2 nodes");
    assert_eq!(drawing(&desk), whole);

    let text = copied(&mut desk);
    assert!(text.starts_with("[[nodes]]\nname = \"strokes\""), "{text}");
    desk.apply(Action::SelectNode(Some("pool".into())));
    desk.harness().event(Event::Paste(text));
    desk.settle();
    let pasted = drawing(&desk);
    assert_eq!(pasted[4..7], ["strokes2 < pool", "shapes2 < strokes2", "flatten < shapes2"]);
    assert!(desk.sees("Undo: add 2 nodes"));
    key(&mut desk, Modifiers::COMMAND, Key::D);
    assert!(drawing(&desk).contains(&"strokes3 < shapes2".to_owned()));
    key(&mut desk, Modifiers::NONE, Key::Delete);
    assert_eq!(drawing(&desk), pasted);

    desk.harness().event(Event::Paste("what was copied elsewhere".into()));
    desk.settle();
    desk.expect(&desk.text("toast-no-nodes"));
    while desk.bench().state().project.as_ref().unwrap().is_dirty() {
        desk.apply(Action::Run(UiCommand::Undo));
    }
    assert_eq!(drawing(&desk), whole);
}

/// Copies what is selected; gives what is in the clipboard.
fn copied(desk: &mut Desk) -> String {
    desk.harness().event(Event::Copy);
    for _ in 0..4 {
        desk.step();
        for command in &desk.harness().output().platform_output.commands {
            if let egui::OutputCommand::CopyText(text) = command {
                return text.clone();
            }
        }
    }
    panic!("nothing was copied");
}

#[test]
fn nodes_become_a_block_that_is_opened_repeated_and_taken_apart() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = digits(folder.path());
    let whole = drawing(&desk);
    desk.apply(Action::SelectNodes(vec!["strokes".into(), "shapes".into()]));
    desk.settle();
    key(&mut desk, Modifiers::NONE, Key::B);
    assert_eq!(drawing(&desk)[..3], ["image < ", "block < image", "pool < block"]);
    assert!(desk.sees("Undo: make a block") && desk.sees(&desk.text("model-fits")));

    // Inside, the port has the shape that is read; an edit there is one of the model.
    desk.click(&desk.text("model-block-open"));
    desk.settle();
    desk.expect_part("in, Input, B×1×8×8");
    desk.apply(Action::SelectNode(Some("strokes".into())));
    desk.settle();
    set(&mut desk, "filters", "1");
    desk.apply(Action::SelectNode(Some("shapes".into())));
    desk.settle();
    set(&mut desk, "filters", "1");
    desk.click(&desk.text("model-block-leave"));
    desk.settle();
    desk.expect_part("block, Block, B×1×8×8");
    desk.apply(Action::SelectNode(Some("block".into())));
    desk.settle();
    set(&mut desk, "repeat", "3");
    // Three passes of 10 numbers twice, and the head's 16 · 10 + 10.
    desk.expect("230");
    desk.click(&desk.text("model-block-apart"));
    desk.settle();
    assert_eq!(drawing(&desk)[1..4], ["strokes < image", "shapes < strokes", "block.2.strokes < shapes"]);
    while desk.bench().state().project.as_ref().unwrap().is_dirty() {
        desk.apply(Action::Run(UiCommand::Undo));
    }
    assert_eq!(drawing(&desk), whole);
}

/// Strokes seen as they are and through a convolution, added up.
const TWO_WAYS: &str = r#"
[[nodes]]
name = "image"
kind = "input"
shape = [1, 8, 8]

[[nodes]]
name = "strokes"
kind = "conv2d"
filters = 4
kernel_size = 3
padding = "same"
inputs = ["image"]

[[nodes]]
name = "soft"
kind = "conv2d"
filters = 4
kernel_size = 3
padding = "same"
inputs = ["image"]

[[nodes]]
name = "shapes"
kind = "conv2d"
filters = 4
kernel_size = 3
padding = "same"
inputs = ["strokes"]

[[nodes]]
name = "sum"
kind = "add"
inputs = ["shapes", "soft"]

[[nodes]]
name = "flatten"
kind = "flatten"
inputs = ["sum"]

[[nodes]]
name = "digit"
kind = "dense"
units = 10
activation = "softmax"
inputs = ["flatten"]
"#;

#[test]
fn a_block_with_two_ports_is_made_renamed_wired_repeated_and_trained() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = digits(folder.path());
    desk.apply(Action::Run(UiCommand::ShowModelText));
    desk.settle();
    desk.fill(&desk.text("model-text"), TWO_WAYS);
    desk.apply(Action::Run(UiCommand::ShowModelText));
    desk.apply(Action::SelectNodes(vec!["shapes".into(), "sum".into()]));
    desk.settle();
    key(&mut desk, Modifiers::NONE, Key::B);
    assert_eq!(drawing(&desk)[3..5], ["block < strokes soft", "flatten < block"]);
    assert!(desk.sees("strokes ←") && desk.sees("soft ←") && desk.sees(&desk.text("model-fits")));

    // Inside, a port has what is read there and takes another name; it has no settings of its own.
    desk.click(&desk.text("model-block-open"));
    desk.settle();
    desk.expect_part("soft, Input, B×4×8×8");
    desk.apply(Action::SelectNode(Some("soft".into())));
    desk.settle();
    assert!(!desk.sees(&desk.text("node-columns")) && desk.sees(&desk.text("model-fits")));
    desk.fill(&desk.text("model-name"), "memory");
    desk.click(&desk.text("model-block-leave"));
    desk.settle();
    desk.apply(Action::SelectNode(Some("block".into())));
    desk.settle();
    assert!(desk.sees("memory ←"));
    set(&mut desk, "repeat", "2");
    // Two passes of 4 · 4 · 9 + 4 numbers, twice 40 before them and 256 · 10 + 10 behind.
    desk.expect("2,946");

    // Which one is read first can be turned round; a wire that is cut leaves its port free, and is drawn again.
    desk.click(&desk.with("model-read-first", "node", "soft"));
    desk.settle();
    assert_eq!(drawing(&desk)[3], "block < soft strokes");
    key(&mut desk, Modifiers::COMMAND, Key::Z);
    desk.click(&desk.with("model-cut", "node", "soft"));
    desk.settle();
    desk.expect(&desk.with("model-port-free", "port", "memory"));
    desk.expect_part("reads 1 of the 2 nodes");
    let (from, to) =
        (desk.harness().get_by_label("Wire from soft").rect().center(), place(&mut desk, "block"));
    drag(&mut desk, from, to);
    assert_eq!(drawing(&desk)[3], "block < strokes soft");
    assert!(desk.sees(&desk.text("model-fits")));

    // Copied, it is whole; kept, it is offered.
    let text = copied(&mut desk);
    assert!(text.contains("name = \"memory\"") && text.contains("repeat = 2"), "{text}");
    let before = drawing(&desk);
    desk.harness().event(Event::Paste(text));
    desk.settle();
    assert!(drawing(&desk).contains(&"block2 < block".to_owned()), "{:?}", drawing(&desk));
    desk.click(&desk.text("model-block-keep"));
    desk.expect(&desk.with("model-add", "kind", "block2"));
    key(&mut desk, Modifiers::COMMAND, Key::Z);
    assert_eq!(drawing(&desk), before);

    desk.apply(Action::ShowStage(Stage::Train));
    desk.click(&desk.text("train-button"));
    desk.wait("the end of the training", |desk| {
        desk.run(1).is_some_and(|run| run.summary.state == RunState::Finished)
    });
    assert!(desk.run(1).unwrap().summary.test["accuracy"] > 0.9);
}

#[test]
fn a_block_of_ones_own_is_offered_in_other_projects() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = digits(folder.path());
    desk.apply(Action::SelectNodes(vec!["pool".into(), "flatten".into()]));
    desk.settle();
    key(&mut desk, Modifiers::NONE, Key::B);
    desk.fill(&desk.text("model-name"), "flat pool");
    desk.click(&desk.text("model-block-keep"));
    let offered = desk.with("model-add", "kind", "flat pool");
    desk.expect(&offered);
    drop(desk);

    let mut desk = Desk::open(folder.path(), LOOK, false);
    desk.click(&desk.text("example-wine-title"));
    desk.wait("the Train button", |desk| desk.can(&desk.text("train-button")));
    desk.apply(Action::ShowStage(Stage::Model));
    desk.fill(&desk.text("model-search"), "flat");
    desk.click(&offered);
    desk.settle();
    let drawn = drawing(&desk);
    assert!(drawn.iter().any(|line| line.starts_with("flat pool < ")), "{drawn:?}");
    // Rows of features cannot be pooled: it says so, and one undo takes it back.
    desk.expect_part("inside “flat pool” does not fit");
    key(&mut desk, Modifiers::COMMAND, Key::Z);
    assert!(desk.sees(&desk.text("model-fits")));
    // The quick search knows it as well.
    let void = place(&mut desk, "cultivar") + Vec2::new(0.0, 160.0);
    point(&mut desk, void);
    key(&mut desk, Modifiers::NONE, Key::Tab);
    desk.harness().event(Event::Text("flat p".into()));
    desk.settle();
    key(&mut desk, Modifiers::NONE, Key::Enter);
    assert!(drawing(&desk).contains(&"flat pool < cultivar".to_owned()), "{:?}", drawing(&desk));
    key(&mut desk, Modifiers::COMMAND, Key::Z);
    desk.click(&desk.with("model-block-forget", "block", "flat pool"));
    desk.wait("the block to go", |desk| !desk.sees(&offered));
}

#[test]
fn the_model_is_typed_beside_the_drawing() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = digits(folder.path());
    desk.apply(Action::Run(UiCommand::ShowModelText));
    desk.settle();
    let label = desk.text("model-text");
    let text = engine::project::write_nodes(&desk.graph().nodes).unwrap();
    desk.fill(&label, &text.replace("filters = 16", "filters = 24"));
    assert_eq!(desk.graph().nodes[1].layer.setting("filters"), 24);
    assert!(desk.sees("Undo: set Filters of strokes"));
    // What means nothing stays, with its line, and the drawing as it was.
    let line = text.lines().position(|line| line.starts_with("rate = ")).unwrap() + 1;
    desk.fill(&label, &text.replace("rate = 0.25", "rate = \"often\""));
    desk.expect_part(&format!("Line {line}: "));
    assert_eq!(desk.graph().nodes[1].layer.setting("filters"), 24);
    desk.apply(Action::Run(UiCommand::ShowModelText));
    desk.settle();
    assert!(!desk.sees(&label));
}

#[test]
fn a_template_replaces_the_model_in_one_step() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = digits(folder.path());
    let whole = drawing(&desk);
    desk.apply(Action::Run(UiCommand::ShowTemplates));
    desk.click(&desk.text("template-lenet"));
    desk.settle();
    assert_eq!(drawing(&desk)[..2], ["image < ", "conv_1 < image"]);
    desk.expect(&desk.text("model-fits"));
    desk.apply(Action::Run(UiCommand::CopyCode(Framework::PyTorch)));
    desk.expect(&desk.with("toast-code", "framework", "PyTorch"));
    assert!(desk.can("Undo: change the model"));
    desk.click("Undo: change the model");
    assert_eq!(drawing(&desk), whole);
    // What these data cannot be read as is not offered.
    desk.apply(Action::Run(UiCommand::ShowTemplates));
    desk.settle();
    let name = desk.text("template-gpt2-small");
    assert!(desk.harness().get_by_label(&name).accesskit_node().is_disabled());
}

#[test]
fn what_was_not_saved_is_offered_after_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = digits(folder.path());
    let project = desk.bench().state().project.as_ref().unwrap().folder.clone();
    desk.apply(Action::SelectNode(Some("pool".into())));
    add(&mut desk, "activation");
    let edited = drawing(&desk);
    let kept = project.join(engine::project::UNSAVED);
    desk.wait("the recovery file", |_| kept.exists());
    // As after kill -9: nobody was asked, nothing was saved.
    drop(desk);

    let mut desk = Desk::open(folder.path(), LOOK, false);
    desk.apply(Action::OpenProject(project.clone()));
    desk.expect(&desk.text("found"));
    desk.expect_part("add Activation");
    desk.click(&desk.text("found-take"));
    desk.settle();
    assert_eq!(drawing(&desk), edited);
    desk.apply(Action::Run(UiCommand::Undo));
    desk.wait("the recovery file to go", |_| !kept.exists());
    assert!(!desk.bench().state().project.as_ref().unwrap().is_dirty());
}

#[test]
fn a_second_head_is_drawn_told_what_it_predicts_and_trained() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path(), LOOK, false);
    desk.click(&desk.text("example-wine-title"));
    desk.wait("the Train button", |desk| desk.can(&desk.text("train-button")));
    desk.apply(Action::ShowStage(Stage::Model));
    desk.settle();
    let void = place(&mut desk, "cultivar") + Vec2::new(0.0, 160.0);
    let from = desk.harness().get_by_label("Wire from dropout").rect().center();
    drag(&mut desk, from, void);
    desk.harness().event(Event::Text("Dense".into()));
    desk.settle();
    key(&mut desk, Modifiers::NONE, Key::Enter);
    assert_eq!(drawing(&desk).last().map(String::as_str), Some("dense < dropout"));

    // Two ends say nothing of what they predict: each is given an output, and the second one a column.
    desk.apply(Action::SelectNode(None));
    desk.settle();
    desk.expect_part("several ends");
    desk.click(&desk.text("model-mend-outputs"));
    desk.settle();
    let drawn = drawing(&desk);
    assert!(
        drawn.contains(&"output < cultivar".into()) && drawn.contains(&"output2 < dense".into()),
        "{drawn:?}"
    );
    desk.expect_part("“output2” has no column");
    desk.apply(Action::SelectNode(Some("output2".into())));
    desk.settle();
    desk.click(&desk.text("node-predicts"));
    desk.click("flavanoids");
    desk.settle();
    let layer = &desk.graph().node("output2").unwrap().layer;
    assert_eq!(layer.setting("loss")["kind"], "mse", "a number goes with a loss of numbers");
    set(&mut desk, "weight", "0.5");

    // The column that is predicted does not enter, and the head gives one number.
    desk.apply(Action::SelectNode(None));
    desk.settle();
    desk.click("Set Shape to 12");
    desk.settle();
    desk.click("Set Units to 1");
    desk.settle();
    desk.expect(&desk.text("model-fits"));

    desk.apply(Action::ShowStage(Stage::Train));
    desk.click(&desk.text("train-button"));
    desk.wait("the end of the training", |desk| {
        desk.run(1).is_some_and(|run| run.summary.state == RunState::Finished)
    });
    let test = desk.run(1).unwrap().summary.test.clone();
    assert!(test["accuracy.output"] > 0.9 && test["r2.output2"] > 0.5, "{test:?}");
    assert!((test["loss"] - test["loss.output"] - 0.5 * test["loss.output2"]).abs() < 1e-9, "{test:?}");
    desk.expect("output2");
    desk.expect(&desk.text("train-scatter"));
}
