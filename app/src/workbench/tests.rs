//! The workbench over the real engine, driven by names and keys; no window is needed.

use std::{fs, path::Path, time::Duration};

use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::{Harness, kittest::Queryable};

use super::*;
use crate::{locale::Language, stage::Stage};

type Bench = Harness<'static, Workbench>;

fn open(projects_folder: &Path) -> Bench {
    let settings = Settings {
        projects_folder: projects_folder.into(),
        language: Language::English,
        theme: Theme::Dark,
        ..Settings::default()
    };
    let mut bench = Harness::builder().with_size([1280.0, 800.0]).build_eframe(|cc| {
        let ctx = cc.egui_ctx.clone();
        let engine = Engine::start(move || ctx.request_repaint());
        Workbench::new(&cc.egui_ctx, engine, settings)
    });
    wait(&mut bench, |workbench| workbench.mirror.examples.is_some() && workbench.mirror.projects.is_some());
    bench
}

fn wait(bench: &mut Bench, is_so: impl Fn(&Workbench) -> bool) {
    for _ in 0..3000 {
        bench.step();
        if is_so(bench.state()) {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("waited in vain: {:?}", bench.state().state.toasts);
}

fn has_dialog(workbench: &Workbench) -> bool {
    workbench.state.dialog.is_some()
}

fn folder_of(workbench: &Workbench) -> Option<String> {
    let project = workbench.state.project.as_ref()?;
    Some(project.folder.file_name()?.to_string_lossy().into_owned())
}

fn open_example(bench: &mut Bench, name: &str) {
    bench.state_mut().apply(Action::OpenExample(name.into()));
    wait(bench, |workbench| folder_of(workbench).as_deref() == Some(name));
}

fn edit_epochs(bench: &mut Bench, epochs: u32) {
    let workbench = bench.state_mut();
    let mut training = workbench.state.experiment().unwrap().training.clone();
    training.epochs = epochs;
    workbench.apply(Action::EditTraining(training));
}

fn epochs(workbench: &Workbench) -> u32 {
    workbench.state.experiment().unwrap().training.epochs
}

#[test]
fn an_idle_workbench_draws_no_frames() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = open(folder.path());
    bench.run();
    assert!(!bench.ctx.has_requested_repaint());
}

#[test]
fn the_palette_finds_a_command_by_a_few_letters() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = open(folder.path());
    bench.key_press_modifiers(Modifiers::COMMAND, Key::K);
    bench.run();
    bench.event(egui::Event::Text("dark".into()));
    bench.run();
    bench.get_by_role_and_label(Role::Button, "Switch between dark and light");
    bench.key_press(Key::Enter);
    bench.run();
    assert_eq!(bench.state().state.settings.theme, Theme::Light);
    assert!(!has_dialog(bench.state()));
}

#[test]
fn a_card_opens_a_copy_on_the_train_screen() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = open(folder.path());
    bench.get_by_label("A straight line").click();
    wait(&mut bench, |workbench| workbench.state.project.is_some());
    assert_eq!(bench.state().state.place, Place::Stage(Stage::Train));
    assert!(folder.path().join("line").join(engine::project::FILE_NAME).is_file());
}

#[test]
fn edits_are_undone_by_keys() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = open(folder.path());
    open_example(&mut bench, "line");
    let before = epochs(bench.state());
    edit_epochs(&mut bench, before + 1);
    bench.step();
    bench.get_by_label("Save experiment");
    bench.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    bench.step();
    assert_eq!(epochs(bench.state()), before);
    bench.key_press_modifiers(Modifiers::COMMAND, Key::Y);
    bench.step();
    assert_eq!(epochs(bench.state()), before + 1);
}

#[test]
fn edits_are_saved_before_another_project_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = open(folder.path());
    open_example(&mut bench, "line");
    edit_epochs(&mut bench, 77);
    bench.state_mut().apply(Action::OpenExample("wine".into()));
    bench.run();
    assert_eq!(folder_of(bench.state()).as_deref(), Some("line"));
    bench.get_by_label("Save").click();
    wait(&mut bench, |workbench| folder_of(workbench).as_deref() == Some("wine"));
    let text = fs::read_to_string(folder.path().join("line").join(engine::project::FILE_NAME)).unwrap();
    assert!(text.contains("epochs = 77"), "{text}");
}

#[test]
fn edits_can_be_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = open(folder.path());
    open_example(&mut bench, "line");
    edit_epochs(&mut bench, 77);
    bench.state_mut().apply(Action::OpenExample("wine".into()));
    bench.run();
    bench.get_by_label("Discard changes").click();
    wait(&mut bench, |workbench| folder_of(workbench).as_deref() == Some("wine"));
    let text = fs::read_to_string(folder.path().join("line").join(engine::project::FILE_NAME)).unwrap();
    assert!(!text.contains("epochs = 77"), "{text}");
}

#[test]
fn a_stage_that_is_not_built_says_what_will_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = open(folder.path());
    open_example(&mut bench, "line");
    bench.get_by_label("Go to Ship").click();
    bench.run();
    bench.get_by_label_contains("other programs can run");
}

#[test]
fn a_path_that_leads_nowhere_is_said_beside_the_field() {
    let folder = tempfile::tempdir().unwrap();
    let mut bench = open(folder.path());
    bench.get_by_label("Open data…").click();
    bench.run_steps(2);
    bench.state_mut().apply(Action::TypePath("/no/such/file.csv".into()));
    bench.state_mut().apply(Action::LookAtPath);
    let is_missing = |workbench: &Workbench| matches!(&workbench.state.dialog, Some(Dialog::Browser(browser)) if browser.is_missing);
    wait(&mut bench, is_missing);
    // The folder behind the field may still be read, which asks for another frame when it is done.
    bench.run_steps(2);
    bench.get_by_label_contains("nothing to open");
}

#[test]
fn a_dropped_data_file_becomes_a_new_project() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("points.csv");
    fs::write(&file, "x,label\n1,a\n2,b\n3,a\n4,b\n").unwrap();
    let mut bench = open(folder.path());
    bench.state_mut().apply(Action::Drop(file));
    wait(
        &mut bench,
        |workbench| matches!(&workbench.state.dialog, Some(Dialog::NewProject(new)) if new.preview.is_some()),
    );
    bench.run();
    bench.get_by_role_and_label(Role::Button, "Create project");
}

#[test]
fn closing_while_a_run_trains_asks_and_then_pauses_or_stops_it() {
    for (answer, state) in [("Pause and close", "paused"), ("Stop and close", "stopped")] {
        let folder = tempfile::tempdir().unwrap();
        let mut bench = open(folder.path());
        open_example(&mut bench, "digits");
        edit_epochs(&mut bench, 500);
        bench.state_mut().apply(Action::Save);
        wait(&mut bench, |workbench| !workbench.state.project.as_ref().unwrap().is_dirty());
        bench.state_mut().apply(Action::Train);
        wait(&mut bench, |workbench| {
            workbench
                .mirror
                .active_run()
                .is_some_and(|(_, run)| run.progress.as_ref().is_some_and(|now| now.step > 5))
        });

        bench.state_mut().apply(Action::Quit);
        bench.run_steps(4);
        assert!(
            matches!(bench.state().state.dialog, Some(Dialog::Closing)) && !bench.state().state.is_leaving
        );
        bench.get_by_role_and_label(Role::Button, "Cancel").click();
        bench.run_steps(4);
        assert!(!has_dialog(bench.state()) && bench.state().mirror.trains(), "it goes on");

        bench.state_mut().apply(Action::Quit);
        bench.run_steps(4);
        bench.get_by_role_and_label(Role::Button, answer).click();
        bench.run_steps(4);
        assert!(bench.state().state.is_leaving);
        drop(bench);
        let runs = engine::store::Store::open(&folder.path().join("digits")).unwrap().runs().unwrap();
        assert_eq!(runs[0].state.name(), state);
        assert!(runs[0].step > 5 && runs[0].checkpoint == Some(runs[0].step), "{:?}", runs[0]);
        assert_eq!(runs[0].test.is_empty(), state == "paused", "what is stopped is tested");
    }
}
