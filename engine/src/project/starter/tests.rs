//! What becomes of a person's own CSV file.

use super::*;
use crate::{
    data::read_table,
    graph::{Layer, layers::Dense},
    project::load,
};

/// A projects folder, and a file beside it.
struct Desk(tempfile::TempDir);

impl Desk {
    fn with(text: &str) -> Self {
        let desk = Self(tempfile::tempdir().expect("a temporary folder"));
        fs::write(desk.file(), text).expect("a file");
        desk
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("my data.csv")
    }

    fn new_project(&self, target: &str, task: Task) -> NewProject {
        let (folder, name) = (self.0.path().join("projects"), "My data".to_string());
        NewProject {
            pretrained: None,
            folder,
            name,
            experiment: "first model".into(),
            file: self.file(),
            reading: Reading::default(),
            target: target.into(),
            task,
        }
    }

    fn create(&self, target: &str, task: Task) -> Project {
        let folder = create(&self.new_project(target, task)).expect("a project");
        load(&folder).expect("what was written can be read")
    }

    fn projects(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.0.path().join("projects")) else { return Vec::new() };
        entries.map(|entry| entry.expect("an entry").path()).collect()
    }
}

fn repeat(header: &str, rows: &str) -> String {
    format!("{header}\n{}", rows.repeat(10))
}

fn output(project: &Project) -> &Layer {
    &project.experiments[0].graph.nodes.last().expect("an output").layer
}

#[test]
fn a_table_of_all_kinds_gets_a_recipe_and_a_model_that_fit() {
    let row = |n: usize| {
        let size = if n == 7 { String::new() } else { format!("{n}.5") };
        format!(
            "{n},{size},{},a note on row {n},,{}\n",
            ["red", "blue"][n % 2],
            ["yes", "no", "maybe"][n % 3]
        )
    };
    let text = format!("id,size,colour,note,empty,bought\n{}", (0..60).map(row).collect::<String>());
    let desk = Desk::with(&text);
    let project = desk.create("bought", Task::Classification);
    assert_eq!(project.dataset.ignore, ["id", "note", "empty"]);
    assert_eq!(project.dataset.file, Path::new("data/my data.csv"));
    let experiment = &project.experiments[0];
    let expected = [RecipeStep::fill(Fill::Median), RecipeStep::standardize(), RecipeStep::one_hot()];
    assert_eq!(experiment.recipe.steps, expected);
    assert!(experiment.recipe.split.stratify);
    assert!(matches!(
        output(&project),
        Layer::Dense(Dense { units: 3, activation: Activation::Softmax, .. })
    ));
    assert!(matches!(experiment.training.loss, LossSpec::CrossEntropy { .. }));

    let folder = &desk.projects()[0];
    assert_eq!(fs::read_to_string(folder.join("data/my data.csv")).expect("the copy"), text);
    let table = read_table(&folder.join(&project.dataset.file), project.dataset.header).expect("its data");
    let data = prepare(&table, &project.dataset, &experiment.recipe).expect("its rows");
    assert_eq!(data.feature_names, ["size", "colour=blue", "colour=red"]);
    assert!(experiment.graph.check().is_ok());
    assert!(experiment.training.errors().is_empty());
}

#[test]
fn two_classes_end_in_one_sigmoid() {
    let project = Desk::with(&repeat("x,y", "1,no\n2,yes\n")).create("y", Task::Classification);
    assert!(matches!(
        output(&project),
        Layer::Dense(Dense { units: 1, activation: Activation::Sigmoid, .. })
    ));
    assert_eq!(project.experiments[0].training.loss, LossSpec::BinaryCrossEntropy);
}

#[test]
fn a_regression_scales_its_target() {
    let project = Desk::with(&repeat("x,y", "1,100\n2,200\n")).create("y", Task::Regression);
    assert!(matches!(output(&project), Layer::Dense(Dense { units: 1, activation: Activation::Linear, .. })));
    let steps = &project.experiments[0].recipe.steps;
    assert_eq!(*steps, [RecipeStep::standardize(), RecipeStep::StandardizeTarget]);
    assert_eq!(project.experiments[0].training.loss, LossSpec::Mse);
}

#[test]
fn a_rare_class_is_no_obstacle() {
    let text = repeat("x,y", "1,a\n2,b\n") + "3,c\n";
    let project = Desk::with(&text).create("y", Task::Classification);
    assert!(!project.experiments[0].recipe.split.stratify);
}

#[test]
fn columns_that_only_name_a_row_are_ignored() {
    let check = |name: &str, expected: bool| assert_eq!(is_id(name, true), expected, "{name}");
    for name in ["id", "ID", "PassengerId", "user_id", "订单ID", "index", "No", "编号", "column_1"] {
        check(name, !name.starts_with('订'));
    }
    for name in ["x", "humid", "paid", "node", "year", "GRID"] {
        check(name, false);
    }
    // Numbers that repeat, or that are not whole, say something about a row, whatever their name.
    let project = Desk::with(&repeat("id,y", "1,100\n2,200\n")).create("y", Task::Regression);
    assert!(project.dataset.ignore.is_empty());
}

#[test]
fn fewer_rows_get_more_epochs() {
    let targets = Targets::Values { name: "y".into(), values: Vec::new(), mean: 0.0, deviation: 1.0 };
    let plan = |rows| {
        (
            training(Task::Classification, rows, &targets).epochs,
            training(Task::Classification, rows, &targets).batch_size,
        )
    };
    assert_eq!([plan(1), plan(100), plan(3200), plan(50_000)], [(100, 32), (100, 32), (30, 32), (10, 128)]);
}

#[test]
fn a_name_becomes_a_safe_free_folder() {
    let desk = Desk::with(&repeat("x,y", "1,100\n2,200\n"));
    let made = |name: &str| {
        let new = NewProject { name: name.into(), ..desk.new_project("y", Task::Regression) };
        let folder = create(&new).expect("a project");
        let title = load(&folder).expect("it can be read").name;
        (folder.file_name().expect("a name").to_string_lossy().into_owned(), title)
    };
    assert_eq!(made("房价 / 2024"), ("房价 - 2024".into(), "房价 / 2024".into()));
    assert_eq!(made("房价 / 2024").0, "房价 - 2024-2");
    assert_eq!(made("  "), ("project".into(), "project".into()));
}

#[test]
fn what_cannot_become_a_project_leaves_nothing() {
    let check = |text: &str, target: &str, task, code: &str| {
        let desk = Desk::with(text);
        let problem = create(&desk.new_project(target, task)).expect_err(text);
        assert_eq!(problem.code, code, "{problem}");
        assert!(desk.projects().is_empty(), "something was left of {text}");
    };
    check("", "y", Task::Regression, "data-empty-file");
    check(&repeat("x,y", "1,2\n2,3\n"), "z", Task::Regression, "data-target-missing");
    check(&repeat("x,y", "1,2\n2,2\n"), "y", Task::Regression, "data-target-constant");
    check(&repeat("x,y", "1,a\n2,b\n"), "y", Task::Regression, "data-target-not-number");
    check("label,review\n1,good food\n0,bad food\n", "label", Task::Classification, "data-no-training-rows");

    // Root may write anywhere, so the folder that cannot be written is one inside a file.
    let desk = Desk::with(&repeat("x,y", "1,100\n2,200\n"));
    let folder = desk.file().join("projects");
    let problem = create(&NewProject { folder, ..desk.new_project("y", Task::Regression) })
        .expect_err("no folder can be here");
    assert_eq!(problem.code, "project-unwritable");
}

#[test]
fn a_model_of_texts_is_as_wide_as_the_letters_that_there_are() {
    let text = "poem\n".to_owned() + &"the cat sat on the mat\n".repeat(400);
    let project = Desk::with(&text).create("poem", Task::LanguageModeling);
    let experiment = &project.experiments[0];
    let [RecipeStep::Tokenize { tokenizer, .. }] = &experiment.recipe.steps[..] else {
        panic!("{:?}", experiment.recipe)
    };
    // Nine letters, the blank, what ends a line, and the special tokens.
    assert!((15..=20).contains(&tokenizer.vocabulary), "{}", tokenizer.vocabulary);
    let head = experiment.graph.nodes.last().expect("a head");
    let Layer::Dense(Dense { units, .. }) = head.layer else { panic!("{head:?}") };
    assert_eq!(units, tokenizer.vocabulary as usize);
}
