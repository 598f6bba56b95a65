//! A CSV file of one's own: opened, looked at, made a project, trained. And files that are not right.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use trainyard::{action::Action, locale::Language, settings::Theme};
use trainyard_tests::{Desk, Look, shared_data};

fn desk(folder: &Path) -> Desk {
    Desk::open(folder, Look { language: Language::English, theme: Theme::Dark }, false)
}

/// Points with a gap and a colour that tells nothing; the class is the sign of x + y.
fn hand_made(folder: &Path) -> PathBuf {
    let mut text = String::from("east,north,colour,side\n");
    for index in 0..120 {
        let (x, y) = (f64::from(index * 37 % 41) / 10.0 - 2.0, f64::from(index * 23 % 43) / 10.0 - 2.1);
        let side = if x + y > 0.0 { "over" } else { "under" };
        let colour = ["red", "green"][index as usize % 2];
        let x = if index == 7 { String::new() } else { format!("{x:.2}") };
        writeln!(text, "{x},{y:.2},{colour},{side}").unwrap();
    }
    let file = folder.join("points.csv");
    fs::write(&file, text).unwrap();
    file
}

#[test]
fn a_csv_file_becomes_a_project_that_trains() {
    let folder = tempfile::tempdir().unwrap();
    let file = hand_made(folder.path());
    let projects = folder.path().join("projects");
    let mut desk = desk(&projects);
    desk.click(&desk.text("command-open-data"));
    desk.fill(&desk.text("browser-path"), file.to_str().unwrap());
    desk.click(&desk.text("browser-open"));
    desk.click(&desk.text("new-project-create"));
    desk.click(&desk.text("train-button"));
    desk.wait("the end", |desk| desk.run(1).is_some_and(|run| run.summary.state.is_over()));
    let run = desk.run(1).unwrap();
    assert_eq!(run.summary.state.name(), "finished", "{:?}", run.summary.state);
    assert!(run.summary.test.get("accuracy").is_some_and(|reached| *reached > 0.8), "{:?}", run.summary);
    let text = fs::read_to_string(projects.join("points/project.toml")).unwrap();
    assert!(text.contains("side") && text.contains("one-hot") && text.contains("fill"), "{text}");
}

/// A file as a window system hands it over.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn a_file_dropped_on_the_window_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let file = hand_made(folder.path());
    let mut desk = desk(folder.path());
    desk.expect(&desk.text("gallery-examples"));
    desk.harness().input_mut().dropped_files.push(Arc::new(Dropped(file)));
    desk.expect_part("points.csv");
    desk.wait("the way on", |desk| desk.can(&desk.text("new-project-create")));
}

#[test]
fn a_file_that_is_nothing_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("empty.csv");
    fs::write(&file, "a,b\n").unwrap();
    let mut desk = desk(folder.path());
    desk.apply(Action::PreviewData(file));
    desk.expect_part("has a header but no rows");
    assert!(!desk.can(&desk.text("new-project-create")));
}

#[test]
fn california_housing_is_a_regression_in_three_clicks() {
    let Some(file) = shared_data("california_housing.csv") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    desk.apply(Action::PreviewData(file));
    desk.wait("the first look", |desk| desk.can(&desk.text("new-project-create")));
    desk.expect_part("20,640");
    desk.click(&desk.with("new-project-predict", "column", "median_house_value"));
    desk.click(&desk.text("new-project-create"));
    desk.fill(&desk.text("setting-epochs"), "2");
    desk.click(&desk.text("train-button"));
    desk.wait("the end", |desk| desk.run(1).is_some_and(|run| run.summary.state.is_over()));
    let run = desk.run(1).unwrap();
    assert_eq!(run.summary.state.name(), "finished", "{:?}", run.summary.state);
    assert!(run.summary.test["r2"] > 0.5, "{:?}", run.summary.test);
}
