//! One test a screen.

use std::{
    fs,
    path::{Path, PathBuf},
};

use egui_kittest::{SnapshotOptions, SnapshotResults, kittest::Queryable};
use engine::{
    graph::{
        Activation, Graph, Layer, Node,
        layers::Input,
        templates::{Frame, Template},
    },
    inspect::{Moment, Off, Weighed},
    project::{Recipe, RecipeStep, copy_example, load},
    protocol::{RunId, RunState, RunSummary},
    store::Store,
    train::Steered,
};
use serde_json::{Value, json};
use trainyard::{
    action::Action,
    command::UiCommand,
    locale::Language,
    settings::Theme,
    stage::Stage,
    state::{Against, Beside, Clock, Drawn, Inspecting, Opened, SearchForm, View},
};
use trainyard_tests::{Desk, Look, films, steps};

use super::adapter;

/// Pixels that may differ: letters' edges differ a little between drivers.
const TOLERATED_PIXELS: usize = 400;

/// Both themes and both languages.
const LOOKS: [(&str, Look); 2] = [
    ("dark-en", Look { language: Language::English, theme: Theme::Dark }),
    ("light-zh", Look { language: Language::Chinese, theme: Theme::Light }),
];

/// Goes to a screen in every look and compares what is seen, but for what has one of the names that `go`
/// gives. The folder is the same each time, because the screen shows it.
fn pictures(screen: &str, go: impl Fn(&mut Desk, &Path) -> Vec<String>) {
    if !adapter::is_here() {
        return;
    }
    let folder = std::env::temp_dir().join("trainyard-pictures").join(screen);
    let mut results = SnapshotResults::new();
    for (name, look) in LOOKS {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let mut desk = Desk::open(&folder, look, true);
        desk.wait("the examples", |desk| desk.sees(&desk.text("example-wine-title")));
        let hidden = go(&mut desk, &folder);
        desk.harness().remove_cursor();
        desk.rest();
        hidden.iter().for_each(|part| desk.hide(part));
        let options = SnapshotOptions::new().max_failed_pixels(TOLERATED_PIXELS).output_path("snapshots");
        desk.harness().snapshot_options(format!("{screen}-{name}"), &options);
        results.extend_harness(desk.harness());
    }
    let _ = fs::remove_dir_all(&folder);
}

fn open_example(desk: &mut Desk, example: &str) {
    desk.click(&desk.text(&format!("example-{example}-title")));
    desk.wait("the Train button", |desk| desk.can(&desk.text("train-button")));
}

#[test]
fn gallery() {
    pictures("gallery", |_, _| Vec::new());
}

#[test]
fn new_project() {
    pictures("new-project", |desk, folder| {
        let file = folder.join("wine.csv");
        let example = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../projects/wine/data/wine.csv");
        fs::copy(example, &file).unwrap();
        desk.apply(Action::PreviewData(file));
        desk.wait("the first look", |desk| desk.can(&desk.text("new-project-create")));
        Vec::new()
    });
}

#[test]
fn train_before_the_first_run() {
    pictures("train-empty", |desk, _| {
        open_example(desk, "digits");
        Vec::new()
    });
}

#[test]
fn model() {
    pictures("model", |desk, _| {
        open_example(desk, "digits");
        desk.apply(Action::ShowStage(Stage::Model));
        desk.settle();
        let node = desk.graph().nodes.iter().find(|node| node.layer.kind() == "conv2d").unwrap();
        desk.apply(Action::SelectNode(Some(node.name.clone())));
        Vec::new()
    });
}

#[test]
fn a_model_that_does_not_fit() {
    pictures("model-fault", |desk, _| {
        open_example(desk, "digits");
        desk.apply(Action::ShowStage(Stage::Model));
        let mut graph = desk.graph().clone();
        graph.remove("flatten");
        desk.apply(Action::EditGraph(graph));
        Vec::new()
    });
}

/// Puts a transformer in the model's place.
fn gpt(desk: &mut Desk) {
    template(desk, "gpt");
}

/// Puts a deep network in the model's place.
fn resnet(desk: &mut Desk) {
    template(desk, "resnet18");
}

fn template(desk: &mut Desk, name: &str) {
    let input = Input { shape: [1, 8, 8].into(), ..Input::default() };
    let frame = Frame { input, units: 10, function: Activation::Softmax, ..Frame::default() };
    let graph = Template::of_name(name).and_then(|template| template.graph(&frame)).unwrap();
    desk.apply(Action::ReplaceModel(graph));
    desk.click(&desk.text("model-fit"));
}

#[test]
fn networks_to_begin_with() {
    pictures("templates", |desk, _| {
        open_example(desk, "wine");
        desk.apply(Action::ShowStage(Stage::Model));
        desk.apply(Action::Run(UiCommand::ShowTemplates));
        desk.settle();
        Vec::new()
    });
}

/// Gives the wines' network a second head, for a column that no longer enters.
fn two_heads(desk: &mut Desk) {
    open_example(desk, "wine");
    let mut graph = desk.graph().clone();
    let layer = |kind: &str| Layer::of_kind(kind).unwrap();
    let with = |layer: Layer, name: &str, value: Value| layer.with_setting(name, value).unwrap();
    let phenols = with(layer("output"), "predicts", json!({ "column": "flavanoids" }));
    let phenols = with(with(phenols, "loss", json!({ "kind": "mse" })), "weight", json!(0.5));
    let read = |name: &str| vec![name.to_owned()];
    graph.nodes[0].layer = with(graph.nodes[0].layer.clone(), "shape", json!([12]));
    graph.nodes.extend([
        Node::new("number", with(layer("dense"), "units", json!(1)), read("dropout")),
        Node::new("kind", layer("output"), read("cultivar")),
        Node::new("phenols", phenols, read("number")),
    ]);
    desk.apply(Action::EditGraph(graph));
    desk.settle();
}

#[test]
fn a_model_of_two_outputs() {
    pictures("model-outputs", |desk, _| {
        two_heads(desk);
        desk.apply(Action::ShowStage(Stage::Model));
        desk.apply(Action::SelectNode(Some("phenols".into())));
        desk.settle();
        Vec::new()
    });
}

#[test]
fn a_run_of_two_outputs() {
    pictures("train-outputs", |desk, _| {
        two_heads(desk);
        desk.apply(Action::ShowStage(Stage::Train));
        desk.click(&desk.text("train-button"));
        desk.wait("the result", |desk| desk.run(1).is_some_and(|run| run.report.is_some()));
        clear_toasts(desk);
        desk.harness().remove_cursor();
        desk.settle();
        ["train-rate", "train-memory", "train-elapsed"].map(|slot| desk.text(slot)).into()
    });
}

#[test]
fn a_model_before_its_first_layer() {
    pictures("model-empty", |desk, _| {
        open_example(desk, "digits");
        desk.apply(Action::ShowStage(Stage::Model));
        desk.apply(Action::EditGraph(Graph::default()));
        desk.settle();
        Vec::new()
    });
}

#[test]
fn layers_looked_for_at_the_pointer() {
    pictures("model-search", |desk, _| {
        open_example(desk, "digits");
        desk.apply(Action::ShowStage(Stage::Model));
        let mut graph = desk.graph().clone();
        graph.bypass(&["dropout"]);
        graph.nodes[2].note = "Are 32 filters enough?".into();
        desk.apply(Action::EditGraph(graph));
        desk.apply(Action::SelectNodes(vec!["strokes".into(), "shapes".into()]));
        desk.settle();
        let below = desk.harness().get_by_label_contains("digit, ").rect().right_center();
        desk.harness().hover_at(below + egui::vec2(80.0, -40.0));
        desk.settle();
        desk.harness().key_press(egui::Key::Tab);
        desk.settle();
        Vec::new()
    });
}

#[test]
fn a_model_and_its_text() {
    pictures("model-text", |desk, _| {
        open_example(desk, "digits");
        desk.apply(Action::Run(UiCommand::ShowModelText));
        desk.settle();
        desk.click(&desk.text("model-fit"));
        Vec::new()
    });
}

#[test]
fn two_models_on_one_drawing() {
    pictures("model-difference", |desk, _| {
        open_example(desk, "digits");
        desk.apply(Action::ShowStage(Stage::Model));
        let mut graph = desk.graph().clone();
        graph.nodes[1].layer = graph.nodes[1].layer.with_setting("filters", json!(24)).unwrap();
        graph.remove("dropout");
        graph.insert(Some("pool"), Layer::of_kind("batch-norm").unwrap());
        desk.apply(Action::EditGraph(graph));
        desk.apply(Action::CompareModel(Some(Against::Saved)));
        desk.settle();
        Vec::new()
    });
}

#[test]
fn what_nodes_give_for_a_sample() {
    pictures("model-preview", |desk, _| {
        open_example(desk, "digits");
        desk.apply(Action::ShowStage(Stage::Model));
        desk.apply(Action::PeekAt(Some(3)));
        desk.wait("the sample", |desk| desk.bench().mirror().peeked.is_some());
        desk.settle();
        desk.click(&desk.text("model-fit"));
        Vec::new()
    });
}

#[test]
fn inside_a_block() {
    pictures("model-block", |desk, _| {
        open_example(desk, "digits");
        desk.apply(Action::ShowStage(Stage::Model));
        gpt(desk);
        desk.apply(Action::LookInto(vec!["blocks".into()]));
        desk.settle();
        desk.click(&desk.text("model-fit"));
        Vec::new()
    });
}

#[test]
fn a_block_with_two_ports() {
    pictures("model-decoder", |desk, _| {
        open_example(desk, "dates");
        desk.apply(Action::ShowStage(Stage::Model));
        let draft = desk.bench().state().draft_of_experiment().unwrap();
        let frame = draft
            .extent
            .as_ref()
            .map(|extent| engine::train::frame(&draft.edited.graph, &draft.edited.training.loss, extent));
        let template = Template::of_name("encoder-decoder").unwrap();
        let graph = template.graph(&frame.unwrap()).unwrap();
        desk.apply(Action::ReplaceModel(graph));
        desk.apply(Action::SelectNode(Some("decoder".into())));
        desk.settle();
        desk.click(&desk.text("model-fit"));
        Vec::new()
    });
}

#[test]
fn a_large_model_seen_near() {
    pictures("model-near", |desk, _| {
        open_example(desk, "digits");
        desk.apply(Action::ShowStage(Stage::Model));
        resnet(desk);
        for _ in 0..6 {
            desk.click(&desk.text("model-zoom-in"));
        }
        Vec::new()
    });
}

#[test]
fn model_of_a_transformer() {
    pictures("model-gpt", |desk, _| {
        open_example(desk, "digits");
        desk.apply(Action::ShowStage(Stage::Model));
        gpt(desk);
        Vec::new()
    });
}

#[test]
fn palette() {
    pictures("palette", |desk, _| {
        desk.apply(Action::Run(UiCommand::OpenPalette));
        Vec::new()
    });
}

#[test]
fn a_stage_that_is_not_built_yet() {
    pictures("not-built", |desk, _| {
        open_example(desk, "digits");
        desk.apply(Action::ShowStage(Stage::Ship));
        Vec::new()
    });
}

#[test]
fn a_file_that_cannot_be_used() {
    pictures("bad-file", |desk, folder| {
        let file = folder.join("empty.csv");
        fs::write(&file, "a,b\n").unwrap();
        desk.apply(Action::PreviewData(file));
        desk.wait("the fault", |desk| {
            desk.sees_part("empty.csv") && !desk.can(&desk.text("new-project-create"))
        });
        Vec::new()
    });
}

/// A table with rows that are not right, in the encoding of Chinese Windows.
#[test]
fn data_with_faults() {
    pictures("data-faults", |desk, folder| {
        let rows: String = (0..90)
            .map(|n| format!("{}.5,{},{}\n", n % 17, ["北京", "上海", "广州"][n % 3], ["好", "差"][n % 2]))
            .collect();
        let text = format!("评分,城市,口味\n{rows}4.5,北京\n,上海,好\n1,2,3,4\n");
        let (bytes, ..) = encoding_rs::GB18030.encode(&text);
        let file = folder.join("店铺.csv");
        fs::write(&file, bytes).unwrap();
        desk.apply(Action::PreviewData(file));
        desk.wait("the first look", |desk| desk.can(&desk.text("new-project-create")));
        desk.rest();
        desk.click_part("2 ");
        Vec::new()
    });
}

/// Pictures in folders.
fn shapes(folder: &Path) -> PathBuf {
    let root = folder.join("shapes");
    for n in 0..40_usize {
        let kind = ["disc", "square"][n % 2];
        fs::create_dir_all(root.join(kind)).unwrap();
        let pixel = |at: usize| {
            let (x, y) = ((at % 24) as f64 - 11.5, (at / 24) as f64 - 11.5);
            let size = 4.0 + (n % 6) as f64;
            let is_in =
                if kind == "disc" { x * x + y * y < size * size } else { x.abs().max(y.abs()) < size };
            let tint = [60 + 4 * n as u8, 130, 220 - 4 * n as u8];
            if is_in { tint } else { [24, 26, 32] }
        };
        let pixels: Vec<u8> = (0..24 * 24).flat_map(pixel).collect();
        let file = engine::data::picture::encode(&pixels, [3, 24, 24]).unwrap();
        fs::write(root.join(kind).join(format!("{n}.png")), file).unwrap();
    }
    root
}

#[test]
fn a_project_of_pictures_begins() {
    pictures("new-project-pictures", |desk, folder| {
        desk.apply(Action::PreviewData(shapes(folder)));
        desk.wait("the first look", |desk| desk.can(&desk.text("new-project-create")));
        Vec::new()
    });
}

#[test]
fn new_project_of_texts() {
    pictures("new-project-texts", |desk, folder| {
        let file = films(folder);
        desk.apply(Action::PreviewData(file.into()));
        desk.wait("the first look", |desk| desk.can(&desk.text("new-project-create")));
        desk.click(&desk.with("new-project-predict", "column", "mood"));
        desk.fill(&desk.text("new-project-pretrained"), "~/models/MiniLM-L6");
        vec![folder.display().to_string()]
    });
}

#[test]
fn data_of_pictures() {
    pictures("data-pictures", |desk, folder| {
        desk.apply(Action::PreviewData(shapes(folder)));
        desk.click(&desk.text("new-project-create"));
        desk.wait("the project", |desk| desk.bench().state().project.is_some());
        desk.apply(Action::ShowStage(Stage::Data));
        desk.wait("the pictures", |desk| desk.sees_part("disc, ") && desk.sees(&desk.text("data-balance")));
        let second = desk.names().into_iter().filter(|name| name.contains("disc, ")).nth(2);
        let name = second.and_then(|name| Some(name.split_once(' ')?.1.to_owned())).expect("a disc");
        desk.click(&name);
        desk.rest();
        Vec::new()
    });
}

#[test]
fn data() {
    pictures("data", |desk, _| {
        open_example(desk, "wine");
        desk.apply(Action::ShowStage(Stage::Data));
        desk.wait("the numbers", |desk| desk.sees(&desk.text("data-correlations")));
        desk.wait("the rows", |desk| desk.sees_part("178"));
        Vec::new()
    });
}

/// A recipe of several steps, the first of them open.
#[test]
fn data_recipe() {
    pictures("data-recipe", |desk, _| {
        desk.apply(Action::OpenExample("wine".into()));
        desk.wait("the project", |desk| desk.bench().state().project.is_some());
        desk.apply(Action::ShowStage(Stage::Data));
        let columns: Vec<String> = desk
            .bench()
            .mirror()
            .opened
            .iter()
            .flat_map(|opened| &opened.data.columns)
            .map(|column| column.name.clone())
            .collect();
        let steps = vec![
            RecipeStep::DropDuplicates,
            RecipeStep::Clip { low: 0.05, high: 0.95, columns: vec![columns[1].clone()] },
            RecipeStep::Bins { count: 4, columns: vec![columns[0].clone()] },
            RecipeStep::one_hot(),
            RecipeStep::standardize(),
        ];
        let split = desk.bench().state().experiment().unwrap().recipe.split.clone();
        desk.apply(Action::EditRecipe(Box::new(Recipe { split, steps })));
        desk.click(&desk.text("data-recipe"));
        desk.rest();
        let step = desk.text("step-clip");
        desk.click(&desk.with_all("recipe-step", &[("number", "2"), ("step", &step)]));
        desk.wait("what it does", |desk| {
            desk.sees_part(&format!("{}（", columns[1]))
                || desk.sees_part(&format!("{}, training rows", columns[1]))
        });
        Vec::new()
    });
}

/// A step that varies training pictures, and what it makes of the first ones.
#[test]
fn data_varied() {
    pictures("data-varied", |desk, _| {
        open_example(desk, "digits");
        desk.apply(Action::ShowStage(Stage::Data));
        let mut recipe = desk.bench().state().experiment().unwrap().recipe.clone();
        recipe.steps.push(RecipeStep::RandomRotation { degrees: 20.0 });
        desk.apply(Action::EditRecipe(Box::new(recipe)));
        desk.click(&desk.text("data-recipe"));
        desk.rest();
        let step = desk.text("step-random-rotation");
        desk.click(&desk.with_all("recipe-step", &[("number", "2"), ("step", &step)]));
        desk.wait("the pictures", |desk| desk.sees(&desk.with("recipe-varied-row", "row", "2")));
        Vec::new()
    });
}

#[test]
fn data_of_a_column() {
    pictures("data-column", |desk, _| {
        open_example(desk, "wine");
        desk.apply(Action::ShowStage(Stage::Data));
        desk.wait("the numbers", |desk| desk.sees(&desk.text("data-correlations")));
        let column = desk.bench().mirror().opened.as_ref().unwrap().data.columns[1].name.clone();
        desk.click(&desk.with("data-sort", "column", &column));
        desk.click(&desk.with("data-column", "column", &column));
        desk.wait("its numbers", |desk| desk.sees(&desk.text("data-fact-median")));
        Vec::new()
    });
}

/// What the clock, the memory and the processor decide is hidden.
#[test]
fn train_after_a_run() {
    pictures("train", |desk, _| {
        run_to_its_end(desk, "line");
        ["train-rate", "train-memory", "train-elapsed"].map(|slot| desk.text(slot)).into()
    });
}

/// A run that went wrong, and what its curves say.
#[test]
fn train_diagnosed() {
    pictures("train-diagnosed", |desk, _| {
        open_example(desk, "digits");
        let mut training = desk.bench().state().experiment().unwrap().training.clone();
        training.epochs = 6;
        *training.optimizer.learning_rate_mut() = 3e-5;
        desk.apply(Action::EditTraining(training));
        desk.click(&desk.text("train-button"));
        desk.wait("the result", |desk| desk.run(1).is_some_and(|run| run.report.is_some()));
        clear_toasts(desk);
        ["train-rate", "train-memory", "train-elapsed"].map(|slot| desk.text(slot)).into()
    });
}

/// A run that was steered, its changes as marks on its curves, beside one that waits and is about to be.
#[test]
fn train_steered() {
    pictures("train-steered", |desk, folder| {
        let project = copy_example("wine", folder).unwrap();
        let mut store = Store::open(&project).unwrap();
        let loaded = load(&project).unwrap();
        let (first, second) =
            (store.create_run(&loaded, "cpu").unwrap().0, store.create_run(&loaded, "cpu").unwrap().0);
        let change = |step: u64, path: &str, from: Value, to: Value| Steered {
            step,
            epoch: step as f64 / 8.0,
            path: path.into(),
            from,
            to,
        };
        let rate = "optimizer.learning_rate";
        let changes = [
            (first, change(64, rate, json!(0.005), json!(0.0005))),
            (first, change(160, "model.dropout.rate", json!(0.3), json!(0.1))),
            (first, change(160, "batch_size", json!(16), json!(32))),
            (
                second,
                change(
                    0,
                    "schedule",
                    json!({"kind": "cosine"}),
                    json!({"kind": "step", "every": 10, "factor": 0.1}),
                ),
            ),
            (second, change(0, rate, json!(0.005), json!(0.01))),
        ];
        changes.iter().for_each(|(run, change)| store.steer(*run, change).unwrap());
        let paused = RunSummary { state: RunState::Paused, ..store.summary(second).unwrap() };
        store.update_run(&paused).unwrap();
        desk.apply(Action::OpenProject(project));
        desk.wait("the runs", |desk| desk.run(2).is_some_and(|run| run.running.is_some()));
        desk.apply(Action::SelectRun(first));
        desk.click(&desk.text("train-resume"));
        desk.wait("the end", |desk| desk.run(1).is_some_and(|run| run.report.is_some()));
        clear_toasts(desk);
        desk.apply(Action::SelectRun(second));
        desk.apply(Action::ShowSteering(true));
        desk.fill(&desk.text("setting-batch-size"), "8");
        Vec::new()
    });
}

/// A branch beside its parent, and where the next one would begin.
#[test]
fn train_branched() {
    pictures("train-branched", |desk, _| {
        run_to_its_end(desk, "line");
        desk.apply(Action::ShowSteering(true));
        desk.fill(&desk.text("setting-learning-rate"), "0.002");
        let step = desk.run(1).unwrap().summary.step.to_string();
        desk.click(&desk.with("branch-from", "step", &step));
        desk.wait("the branch's result", |desk| desk.run(2).is_some_and(|run| run.report.is_some()));
        clear_toasts(desk);
        ["train-rate", "train-memory", "train-elapsed"].map(|slot| desk.text(slot)).into()
    });
}

/// Two runs of the line side by side; what the clock decides is hidden.
#[test]
fn compare() {
    pictures("compare", |desk, _| {
        two_runs(desk, "line");
        hide_column(desk, "train-runs-time");
        Vec::new()
    });
}

#[test]
fn compare_results() {
    pictures("compare-results", |desk, _| {
        two_runs(desk, "line");
        desk.click(&desk.text("compare-tab-results"));
        let found = desk.text("compare-disagreements");
        desk.wait("the verdict", |desk| desk.sees(&found));
        hide_column(desk, "train-runs-time");
        Vec::new()
    });
}

#[test]
fn seeds_as_a_band() {
    pictures("train-seeds", |desk, _| {
        open_example(desk, "line");
        desk.apply(Action::AskSeeds(None));
        desk.apply(Action::TypeSeeds("4".into()));
        desk.apply(Action::RepeatWithSeeds);
        desk.wait("the cards", |desk| {
            (1..=4).all(|run| desk.run(run).is_some_and(|run| run.report.is_some() && run.family().is_some()))
        });
        clear_toasts(desk);
        desk.click(&desk.text("train-bands"));
        // How long each run took.
        let rows: Vec<egui::Rect> =
            desk.harness().query_all_by_label_contains("one neuron, ").map(|row| row.rect()).collect();
        for row in rows {
            let (left, right) = (row.right() - 156.0, row.right() - 76.0);
            desk.harness().mask(egui::Rect::from_x_y_ranges(left..=right, row.y_range()));
        }
        ["train-rate", "train-memory", "train-elapsed"].map(|slot| desk.text(slot)).into()
    });
}

#[test]
fn search_form() {
    pictures("search-form", |desk, _| {
        open_example(desk, "wine");
        desk.apply(Action::ShowSearches(true));
        desk.wait("the form", |desk| desk.sees(&desk.text("search-space")));
        Vec::new()
    });
}

#[test]
fn search_found() {
    pictures("search", |desk, _| {
        open_example(desk, "wine");
        let mut training = desk.bench().state().experiment().unwrap().training.clone();
        training.epochs = 16;
        desk.apply(Action::EditTraining(training));
        desk.apply(Action::ShowSearches(true));
        let mut form = SearchForm::of(desk.bench().state().experiment().unwrap());
        (form.pruner, form.trials, form.seed) = ("median", "40".into(), "1".into());
        form.rows.iter_mut().filter(|row| row.path == "optimizer.kind").for_each(|row| row.is_on = true);
        desk.apply(Action::BeginSearch(Box::new(form.spec().unwrap())));
        desk.wait("the end of the search", |desk| desk.sees_part(&desk.text("search-state-finished")));
        desk.wait("all trials", |desk| desk.sees_part("40 / 40"));
        clear_toasts(desk);
        Vec::new()
    });
}

/// Trains an example and, with a tenth of its learning rate, once more; looks at both on the Compare screen.
fn two_runs(desk: &mut Desk, example: &str) {
    open_example(desk, example);
    for run in [1, 2] {
        desk.click(&desk.text("train-button"));
        desk.wait("the result", |desk| {
            desk.run(run).is_some_and(|run| run.summary.state.is_over() && run.report.is_some())
        });
        let mut training = desk.bench().state().experiment().unwrap().training.clone();
        *training.optimizer.learning_rate_mut() /= 10.0;
        desk.apply(Action::EditTraining(training));
    }
    desk.apply(Action::Undo);
    clear_toasts(desk);
    desk.apply(Action::ShowStage(Stage::Compare));
    desk.wait("the cards", |desk| desk.run(2).is_some_and(|run| run.card.is_some()));
    desk.settle();
}

/// Blacks out a column of the table of runs.
fn hide_column(desk: &mut Desk, key: &str) {
    desk.settle();
    let name = desk.with("compare-sort", "column", &desk.text(key));
    let head = desk.harness().get_by_label(&name).rect();
    let rows = egui::Rect::from_min_size(head.min, egui::vec2(head.width(), head.height() * 5.0));
    desk.harness().mask(rows);
}

/// The README's picture: the digits, learned. Not compared, for its numbers are this machine's.
#[test]
fn screenshot_of_the_readme() {
    if !adapter::is_here() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path(), LOOKS[0].1, true);
    run_to_its_end(&mut desk, "digits");
    let picture = desk.harness().render().unwrap();
    assert_eq!((picture.width(), picture.height()), (1280, 800));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        let screenshots = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../assets/screenshots");
        fs::create_dir_all(&screenshots).unwrap();
        picture.save(screenshots.join("train-dark-en.png")).unwrap();
    }
}

fn run_to_its_end(desk: &mut Desk, example: &str) {
    open_example(desk, example);
    desk.click(&desk.text("train-button"));
    desk.wait("the result", |desk| {
        desk.run(1).is_some_and(|run| run.summary.state.is_over() && run.report.is_some())
    });
    clear_toasts(desk);
    desk.harness().remove_cursor();
    desk.settle();
}

fn clear_toasts(desk: &mut Desk) {
    let told: Vec<u64> = desk.bench().state().toasts.iter().map(|toast| toast.id).collect();
    told.into_iter().for_each(|toast| desk.apply(Action::DismissToast(toast)));
}

/// A run whose model attends, on the Inspect screen.
fn inspected(desk: &mut Desk) {
    open_example(desk, "digits");
    let graph = steps(desk.graph());
    desk.apply(Action::ReplaceModel(graph));
    let mut training = desk.bench().state().experiment().unwrap().training.clone();
    training.epochs = 4;
    training.checkpoints.steps = 20;
    training.checkpoints.keep = 5;
    desk.apply(Action::EditTraining(training));
    desk.apply(Action::Train);
    desk.wait("the end of the training", |desk| {
        desk.run(1).is_some_and(|run| run.summary.state == RunState::Finished)
    });
    clear_toasts(desk);
    desk.apply(Action::ShowStage(Stage::Inspect));
    desk.expect_part("attend · ");
}

#[test]
fn inspect() {
    pictures("inspect", |desk, _| {
        inspected(desk);
        Vec::new()
    });
}

#[test]
fn inspect_head() {
    pictures("inspect-head", |desk, _| {
        inspected(desk);
        let mut inspecting = desk.bench().state().project.as_ref().unwrap().inspecting.clone();
        inspecting.opened = Some(Opened::Head { node: "look".into(), head: 1 });
        inspecting.toggle(Off::Head { node: "attend".into(), head: 0 });
        desk.apply(Action::Inspect(Box::new(inspecting)));
        desk.expect_part(" ← ");
        Vec::new()
    });
}

/// Changes what the Inspect screen is asked for.
fn inspecting(desk: &mut Desk, change: impl FnOnce(&mut Inspecting)) {
    let mut inspecting = desk.bench().state().project.as_ref().unwrap().inspecting.clone();
    change(&mut inspecting);
    desk.apply(Action::Inspect(Box::new(inspecting)));
}

#[test]
fn inspect_rollout() {
    pictures("inspect-rollout", |desk, _| {
        inspected(desk);
        inspecting(desk, |inspecting| inspecting.opened = Some(Opened::Rollout));
        Vec::new()
    });
}

#[test]
fn inspect_numbers() {
    pictures("inspect-numbers", |desk, _| {
        inspected(desk);
        inspecting(desk, |inspecting| {
            inspecting.opened = Some(Opened::Head { node: "attend".into(), head: 1 });
            (inspecting.drawn, inspecting.query) = (Drawn::Neurons, 5);
        });
        Vec::new()
    });
}

#[test]
fn inspect_beside() {
    pictures("inspect-beside", |desk, _| {
        inspected(desk);
        let mut training = desk.bench().state().experiment().unwrap().training.clone();
        training.batch_size *= 2;
        desk.apply(Action::EditTraining(training));
        desk.apply(Action::Train);
        desk.wait("the end of the second training", |desk| {
            desk.run(2).is_some_and(|run| run.summary.state == RunState::Finished)
        });
        clear_toasts(desk);
        desk.apply(Action::ShowStage(Stage::Inspect));
        inspecting(desk, |inspecting| {
            inspecting.run = Some(RunId(1));
            inspecting.beside = Some(Beside { run: RunId(2), by: Clock::Epochs });
            inspecting.moment = Moment::Step(80);
        });
        Vec::new()
    });
}

#[test]
fn inspect_cam() {
    pictures("inspect-cam", |desk, _| {
        open_example(desk, "digits");
        desk.apply(Action::Train);
        desk.wait("the end of the training", |desk| {
            desk.run(1).is_some_and(|run| run.summary.state == RunState::Finished)
        });
        clear_toasts(desk);
        desk.apply(Action::ShowStage(Stage::Inspect));
        inspecting(desk, |inspecting| {
            (inspecting.view, inspecting.cam.weighed) = (View::Cam, Weighed::ByPixel);
        });
        desk.expect_part("shapes");
        Vec::new()
    });
}

#[test]
fn gaps() {
    pictures("gaps", |desk, folder| {
        let file = folder.join("weather.txt");
        fs::write(&file, "the sky is blue and the sun is bright today .\n".repeat(400)).unwrap();
        desk.apply(Action::PreviewData(file));
        desk.click(&desk.text("task-masked-lm"));
        desk.click(&desk.text("new-project-create"));
        desk.wait("the Train button", |desk| desk.can(&desk.text("train-button")));
        let mut training = desk.bench().state().experiment().unwrap().training.clone();
        training.epochs = 6;
        desk.apply(Action::EditTraining(training));
        desk.apply(Action::Train);
        desk.wait("the end of the training", |desk| {
            desk.run(1).is_some_and(|run| run.summary.state == RunState::Finished)
        });
        clear_toasts(desk);
        desk.apply(Action::ShowStage(Stage::Try));
        desk.fill(&desk.text("try-gaps"), "the sky [MASK] blue and the [MASK] is bright");
        desk.click(&desk.text("try-fill"));
        desk.wait("the filled text", |desk| {
            desk.bench().mirror().written.as_ref().is_some_and(|written| written.is_over)
        });
        Vec::new()
    });
}
