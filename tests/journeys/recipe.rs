//! The recipe on the Data screen: steps added, set, moved, undone; findings mended by a click.

use std::{fmt::Write, fs, path::Path};

use engine::project::{Fill, Recipe, RecipeStep, SplitBy};
use trainyard::{action::Action, command::UiCommand, locale::Language, settings::Theme, stage::Stage};
use trainyard_tests::{Desk, Look};

fn desk(folder: &Path) -> Desk {
    Desk::open(folder, Look { language: Language::English, theme: Theme::Dark }, false)
}

/// A project of houses, on the Data screen: a price that follows from size and age, with gaps, outliers and rows
/// twice; an owner has several houses.
fn houses(desk: &mut Desk, folder: &Path) {
    let mut text = String::from("owner,size,age,price\n");
    for row in 0..200 {
        let (size, age) = (row * 37 % 83 + 10, row * 53 % 61);
        let shown = if row % 40 == 4 { String::new() } else { age.to_string() };
        let large = if row == 9 { 9000 } else { size };
        writeln!(
            text,
            "{},{large},{shown},{}",
            ["ann", "bob", "cy", "di", "ed"][row / 40],
            5 * size + 100 - age
        )
        .unwrap();
    }
    let again: String = text.lines().skip(1).take(10).map(|line| format!("{line}\n")).collect();
    let file = folder.join("houses.csv");
    fs::write(&file, text + &again).unwrap();
    desk.apply(Action::PreviewData(file));
    desk.wait("the first look", |desk| desk.can(&desk.text("new-project-create")));
    desk.click(&desk.with("new-project-predict", "column", "price"));
    desk.click(&desk.text("new-project-create"));
    desk.wait("the project", |desk| desk.bench().state().project.is_some());
    desk.apply(Action::ShowStage(Stage::Data));
}

fn recipe(desk: &Desk) -> &Recipe {
    &desk.bench().state().experiment().expect("a project").recipe
}

fn names(desk: &Desk) -> Vec<&'static str> {
    recipe(desk).steps.iter().map(RecipeStep::name).collect()
}

fn step(desk: &Desk, key: &str, number: usize, step: &str) -> String {
    desk.with_all(key, &[("number", &number.to_string()), ("step", &desk.text(&format!("step-{step}")))])
}

#[test]
fn findings_are_mended_by_a_click_and_the_model_learns_from_what_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(&folder.path().join("projects"));
    houses(&mut desk, folder.path());
    assert_eq!(names(&desk), ["fill", "standardize", "one-hot", "standardize-target"]);
    let mends = |desk: &Desk, key: &str| desk.sees_part(&format!("{}: ", desk.text(key)));
    desk.wait("what is wrong", |desk| mends(desk, "mend-drop-duplicates") && mends(desk, "mend-clip"));
    // The recipe fills gaps as it is.
    assert!(!mends(&desk, "mend-fill-median"));
    let click = |desk: &mut Desk, key: &str| {
        let does = desk.text(key);
        let name = desk.names().into_iter().find_map(|name| {
            name.split_once(' ')
                .map(|(_, name)| name.to_owned())
                .filter(|name| name.starts_with(&format!("{does}: ")))
        });
        desk.click(&name.expect("a link"));
        desk.rest();
    };
    click(&mut desk, "mend-drop-duplicates");
    assert_eq!(names(&desk)[0], "drop-duplicates");
    desk.wait("no duplicates", |desk| !mends(desk, "mend-drop-duplicates"));
    click(&mut desk, "mend-clip");
    let clip = RecipeStep::Clip { low: 0.01, high: 0.99, columns: vec!["size".into()] };
    assert_eq!(recipe(&desk).steps[1], clip);
    desk.wait("no outliers", |desk| !mends(desk, "mend-clip"));
    desk.apply(Action::Run(UiCommand::Undo));
    assert_eq!(names(&desk).len(), 5);
    desk.apply(Action::Run(UiCommand::Redo));
    desk.rest();
    desk.apply(Action::ShowStage(Stage::Train));
    desk.click(&desk.text("train-button"));
    desk.wait("the end", |desk| desk.run(1).is_some_and(|run| run.summary.state.is_over()));
    let run = desk.run(1).unwrap();
    assert_eq!(run.summary.state.name(), "finished", "{:?}", run.summary.state);
    assert!(run.summary.test["r2"] > 0.8, "{:?}", run.summary.test);
}

#[test]
fn steps_are_added_set_moved_and_taken_out() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(&folder.path().join("projects"));
    houses(&mut desk, folder.path());
    desk.click(&desk.text("data-recipe"));
    desk.expect(&step(&desk, "recipe-step", 1, "fill"));
    // Owners are a group, and no input: a model whose input is narrower is made so.
    desk.click(&desk.text("recipe-by"));
    desk.click(&desk.text("recipe-by-group"));
    assert_eq!(recipe(&desk).split.by, SplitBy::Group("owner".into()));
    desk.rest();
    desk.click(&desk.text("recipe-add"));
    desk.click(&desk.text("step-drop"));
    assert_eq!(names(&desk), ["fill", "standardize", "one-hot", "standardize-target", "drop"]);
    desk.click(&desk.text("step-columns"));
    desk.click("owner");
    assert_eq!(recipe(&desk).steps[4], RecipeStep::Drop { columns: vec!["owner".into()] });
    let wide = |desk: &Desk| desk.graph().nodes[0].layer.setting("shape").to_string();
    desk.wait("a narrower model", |desk| wide(desk) == "[2]");
    // Closed again, so that what is below can be reached.
    desk.click(&step(&desk, "recipe-step", 5, "drop"));
    desk.click(&step(&desk, "recipe-up", 5, "drop"));
    assert_eq!(names(&desk), ["fill", "standardize", "one-hot", "drop", "standardize-target"]);
    desk.click(&step(&desk, "recipe-step", 1, "fill"));
    desk.click(&desk.text("step-with"));
    desk.click(&desk.text("fill-constant"));
    assert_eq!(recipe(&desk).steps[0], RecipeStep::fill(Fill::Constant(0.0)));
    desk.fill(&desk.text("step-value"), "7");
    assert_eq!(recipe(&desk).steps[0], RecipeStep::fill(Fill::Constant(7.0)));
    desk.click(&step(&desk, "recipe-step", 1, "fill"));
    desk.click(&step(&desk, "recipe-remove", 3, "one-hot"));
    assert_eq!(names(&desk), ["fill", "standardize", "drop", "standardize-target"]);
    // A step that cannot be carried out says so, and Train waits for it.
    let mut wrong = recipe(&desk).clone();
    wrong.steps[1] = RecipeStep::Standardize { columns: vec!["owner".into()] };
    desk.apply(Action::EditRecipe(Box::new(wrong)));
    desk.expect_part("cannot be applied to what the column owner holds");
    desk.apply(Action::ShowStage(Stage::Train));
    assert!(!desk.can(&desk.text("train-button")));
    desk.apply(Action::Run(UiCommand::Undo));
    desk.rest();
    assert!(desk.can(&desk.text("train-button")));
}

#[test]
fn training_pictures_are_varied_as_the_form_says_and_shows() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    desk.apply(Action::OpenExample("digits".into()));
    desk.wait("the project", |desk| desk.bench().state().project.is_some());
    desk.apply(Action::ShowStage(Stage::Data));
    desk.click(&desk.text("data-recipe"));
    desk.click(&desk.text("recipe-add"));
    assert!(!desk.sees(&desk.text("step-token-swap")), "there are no texts");
    desk.reveal(&desk.text("step-random-translation"));
    desk.click(&desk.text("step-random-translation"));
    assert_eq!(names(&desk), ["divide", "random-translation"]);
    desk.wait("the pictures", |desk| desk.sees(&desk.with("recipe-varied-row", "row", "2")));
    let looks = |desk: &Desk| {
        let varied = desk.bench().mirror().varied.as_ref().expect("an answer");
        varied.found.as_ref().expect("pictures").pictures.clone()
    };
    let little = looks(&desk);
    assert_eq!((little.len(), little[0].len()), (2, 6));
    desk.fill(&desk.text("step-at-most"), "0.4");
    desk.wait("other pictures", |desk| looks(desk) != little);
    let much = looks(&desk);
    assert_eq!((&much[0][0], &much[1][0]), (&little[0][0], &little[1][0]), "the rows as they are");
    assert!(much[0][1..].iter().any(|look| *look != much[0][0]));
    // A model whose input is no picture cannot be trained so, and it is said why.
    let mut experiment = desk.bench().state().experiment().unwrap().clone();
    experiment.recipe.steps[1] = RecipeStep::TokenSwap { chance: 0.1 };
    desk.apply(Action::EditRecipe(Box::new(experiment.recipe.clone())));
    desk.apply(Action::ShowStage(Stage::Train));
    assert!(!desk.can(&desk.text("train-button")));
    desk.expect_part("token-swap");
    desk.apply(Action::Run(UiCommand::Undo));
    desk.wait("a way out", |desk| desk.can(&desk.text("train-button")));
    desk.fill(&desk.text("setting-epochs"), "3");
    desk.click(&desk.text("train-button"));
    desk.wait("the end", |desk| desk.run(1).is_some_and(|run| run.summary.state.is_over()));
    let run = desk.run(1).unwrap();
    assert_eq!(run.summary.state.name(), "finished", "{:?}", run.summary.state);
    let accuracy = run.summary.test["accuracy"];
    assert!((0.5..0.97).contains(&accuracy), "digits that move are learned slowly: {accuracy}");
}
