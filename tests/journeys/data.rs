//! Data of one's own: brought in however they lie, corrected, looked at.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use engine::data::{ColumnKind, picture};
use trainyard::{action::Action, locale::Language, settings::Theme, stage::Stage, state::Dialog};
use trainyard_tests::{Desk, Look};

fn desk(folder: &Path) -> Desk {
    Desk::open(folder, Look { language: Language::English, theme: Theme::Dark }, false)
}

/// Shops in Chinese, in GB18030: a number with gaps, a city, a class; and a row that is cut.
fn shops(folder: &Path) -> PathBuf {
    let mut text = String::from("评分,城市,等级,好评\n");
    for index in 0..300 {
        let score =
            if index % 50 == 3 { String::new() } else { format!("{:.1}", f64::from(index * 37 % 50) / 10.0) };
        let good = if index * 37 % 50 > 25 { "是" } else { "否" };
        writeln!(text, "{score},{},{},{good}", ["北京", "上海", "广州"][index as usize % 3], index % 4)
            .unwrap();
    }
    text.push_str("4.5,北京\n");
    let file = folder.join("店铺.csv");
    let (bytes, ..) = encoding_rs::GB18030.encode(&text);
    fs::write(&file, bytes).unwrap();
    file
}

/// A folder a class: dark pictures and bright ones.
fn pictures(folder: &Path) -> PathBuf {
    let root = folder.join("rooms");
    for index in 0..60_u8 {
        let (kind, shade) = if index % 2 == 0 { ("dark", 40 + index) } else { ("bright", 150 + index) };
        fs::create_dir_all(root.join(kind)).unwrap();
        let pixels: Vec<u8> = (0..3 * 64).map(|n| shade.wrapping_add(n % 7)).collect();
        fs::write(root.join(kind).join(format!("{index}.png")), picture::encode(&pixels, [3, 8, 8]).unwrap())
            .unwrap();
    }
    root
}

fn opens(desk: &mut Desk, path: PathBuf) {
    desk.apply(Action::PreviewData(path));
    desk.wait("the first look", |desk| desk.can(&desk.text("new-project-create")));
}

#[test]
fn a_chinese_table_is_read_corrected_and_trained() {
    let folder = tempfile::tempdir().unwrap();
    let file = shops(folder.path());
    let mut desk = desk(&folder.path().join("projects"));
    opens(&mut desk, file);
    let Some(Dialog::NewProject(new)) = &desk.bench().state().dialog else { panic!("no dialog") };
    let Some(Ok(preview)) = &new.preview else { panic!("no preview") };
    let dialect = preview.origin.as_ref().and_then(|origin| origin.dialect.clone()).unwrap();
    assert_eq!((dialect.encoding.as_str(), dialect.delimiter, dialect.header), ("GB18030", ',', true));
    desk.expect_part("300 rows");
    desk.expect_part("One row or file was left out");
    desk.click_part("One row or file was left out");
    desk.expect_part("row 302");
    desk.click(&desk.with("reading-type", "column", "等级"));
    desk.click(&desk.text("column-category"));
    desk.wait("the table read again", |desk| desk.can(&desk.text("new-project-create")));
    desk.click(&desk.with("new-project-predict", "column", "好评"));
    desk.click(&desk.text("new-project-create"));
    desk.click(&desk.text("train-button"));
    desk.wait("the end", |desk| desk.run(1).is_some_and(|run| run.summary.state.is_over()));
    let run = desk.run(1).unwrap();
    assert!(run.summary.test.get("accuracy").is_some_and(|reached| *reached > 0.8), "{:?}", run.summary);
    let opened = desk.bench().mirror().opened.as_ref().unwrap();
    let kind =
        |name: &str| opened.data.columns.iter().find(|column| column.name == name).map(|column| column.kind);
    assert_eq!((kind("等级"), kind("评分")), (Some(ColumnKind::Category), Some(ColumnKind::Number)));
}

#[test]
fn a_folder_of_pictures_is_seen_and_trained() {
    let folder = tempfile::tempdir().unwrap();
    let root = pictures(folder.path());
    let mut desk = desk(&folder.path().join("projects"));
    desk.apply(Action::Drop(root));
    desk.wait("the pictures", |desk| desk.sees("dark") && desk.sees("bright"));
    desk.click(&desk.text("new-project-create"));
    desk.click(&desk.text("train-button"));
    desk.wait("the end", |desk| desk.run(1).is_some_and(|run| run.summary.state.is_over()));
    let run = desk.run(1).unwrap();
    assert!(run.summary.test.get("accuracy").is_some_and(|reached| *reached > 0.9), "{:?}", run.summary);
    desk.apply(Action::ShowStage(Stage::Data));
    desk.wait("the grid", |desk| desk.sees_part("dark, Row") && desk.sees_part("bright, Row"));
    desk.fill(&desk.text("data-filter"), "label=dark");
    desk.expect_part("30 of 60 rows");
    desk.wait("dark ones alone", |desk| {
        let names = desk.names();
        let is_there = |label: &str| names.iter().any(|name| name.contains(&format!("{label}, Row")));
        is_there("dark") && !is_there("bright")
    });
}

#[test]
fn a_picture_that_lies_in_the_wrong_folder_is_labelled_anew_and_the_model_learns_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = pictures(folder.path());
    let mut desk = desk(&folder.path().join("projects"));
    desk.apply(Action::Drop(root));
    desk.click(&desk.text("new-project-create"));
    desk.wait("the project", |desk| desk.bench().state().project.is_some());
    desk.apply(Action::ShowStage(Stage::Data));
    let of = |desk: &Desk, label: &str| -> Vec<String> {
        let mut names = desk.names();
        names.retain(|name| name.contains(&format!("{label}, Row")));
        names.iter().filter_map(|name| Some(name.split_once(' ')?.1.to_owned())).collect()
    };
    let at_home = |desk: &Desk| desk.bench().state().project.as_ref().unwrap().folder.join("labels.csv");
    desk.wait("the grid", |desk| !of(desk, "dark").is_empty() && desk.sees(&desk.text("data-balance")));
    let (dark, bright) = (of(&desk, "dark"), of(&desk, "bright"));
    desk.click(&dark[0]);
    desk.expect(&format!("Row {}: dark", dark[0].rsplit(' ').next().unwrap()));
    desk.click(&desk.text("data-label"));
    desk.click("bright");
    desk.wait("a bright one more", |desk| of(desk, "bright").len() == bright.len() + 1);
    let text = fs::read_to_string(at_home(&desk)).unwrap();
    assert!(text.starts_with("line,was,label\n") && text.ends_with(",dark,bright\n"), "{text}");
    desk.click(&desk.text("data-label-back"));
    desk.wait("as it was", |desk| of(desk, "dark") == dark && !at_home(desk).exists());
    assert!(!desk.can(&desk.text("data-label-back")), "there is no more to take back");

    // By keys alone: the first label, and the next row is picked.
    let picked = |desk: &Desk| desk.bench().state().project.as_ref().unwrap().looking.picked.rows.clone();
    let first = picked(&desk);
    desk.harness().key_press(egui::Key::Num1);
    desk.wait("another bright one", |desk| of(desk, "bright").len() == bright.len() + 1);
    assert_ne!(picked(&desk), first);
    desk.fill(&desk.text("data-label-new"), "odd");
    desk.click(&desk.text("data-label-set"));
    desk.wait("a class of its own", |desk| of(desk, "odd").len() == 1);
    desk.click(&desk.text("data-label-back"));
    desk.wait("two classes", |desk| of(desk, "odd").is_empty());
    desk.rest();
    desk.click(&desk.text("data-unpick"));
    desk.apply(Action::ShowStage(Stage::Train));
    desk.click(&desk.text("train-button"));
    desk.wait("the end", |desk| desk.run(1).is_some_and(|run| run.summary.state.is_over()));
    let run = desk.run(1).unwrap();
    assert_eq!(run.summary.state.name(), "finished", "{:?}", run.summary.state);
    desk.wait("what it learned from", |desk| desk.run(1).is_some_and(|run| run.counts.is_some()));
    let balance = desk.bench().mirror().rows.survey(&desk.bench().state().project.as_ref().unwrap().folder);
    let classes = balance.and_then(|survey| survey.balance.clone()).unwrap().classes;
    assert_eq!(classes, [("bright".to_owned(), 31), ("dark".to_owned(), 29)]);
}

#[test]
fn rows_that_are_pasted_are_data() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    desk.expect(&desk.text("gallery-examples"));
    let rows: String = (0..40).map(|n| format!("{n}\t{}\n", n * 3)).collect();
    desk.harness().event(egui::Event::Paste(format!("x\ty\n{rows}")));
    desk.expect_part("pasted.csv");
    desk.expect_part("40 rows");
    desk.wait("the way on", |desk| desk.can(&desk.text("new-project-create")));
}

#[test]
fn rows_are_sorted_filtered_and_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    desk.apply(Action::OpenExample("wine".into()));
    desk.wait("the project", |desk| desk.bench().state().project.is_some());
    desk.apply(Action::ShowStage(Stage::Data));
    desk.expect(&desk.text("data-splits"));
    desk.expect_part("178 rows");
    desk.expect(&desk.text("data-balance"));
    desk.expect(&desk.text("data-correlations"));
    let row = |desk: &Desk, place: usize| {
        let view = &desk.bench().state().project.as_ref().unwrap().looking.view;
        desk.bench().mirror().rows.row(view, place).cloned()
    };
    let column = desk.bench().mirror().opened.as_ref().unwrap().data.columns[0].name.clone();
    desk.click(&desk.with("data-sort", "column", &column));
    desk.wait("rows in order", |desk| row(desk, 177).is_some());
    let values: Vec<f64> =
        (0..178).map(|place| row(&desk, place).unwrap().cells[0].parse().unwrap()).collect();
    assert!(values.is_sorted(), "{values:?}");
    desk.fill(&desk.text("data-filter"), &format!("{column}>={}", values[100]));
    let found = values.iter().filter(|value| **value >= values[100]).count();
    desk.expect_part(&format!("{found} of 178 rows"));
    desk.click(&desk.text("data-filter-off"));
    desk.expect_part("178 rows");
    desk.click(&desk.with("data-column", "column", &column));
    desk.expect(&desk.text("data-fact-median"));
    desk.click(&desk.text("data-overview"));
    desk.expect(&desk.text("data-balance"));
}
