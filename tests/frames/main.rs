//! What the program's promises of pace come to here: prints a table, and fails over the bars where
//! `TRAINYARD_BARS` is set.
//!
//! usage: cargo bench --workspace --bench frames
//!
//! A frame is what the program does for it on its own thread: hearing the engine, drawing every panel, laying out.
//! Rendering is not in it; making triangles of it is told apart. All of it happens while a run trains on all cores,
//! at 60 frames a second. The bars are held against what frames compute: how long they take besides depends on what
//! else the machine does, and what the machine beneath it.

mod measure;
mod project;
mod scenes;

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use engine::protocol::{RunId, RunState};
use trainyard::{action::Action, locale::Language, settings::Theme};
use trainyard_tests::{Desk, Look};

use measure::{Bar, Frames, Lag};
use scenes::Folders;

/// Frames of all scenes together, and the runs that are stored before.
const FRAMES: usize = 2_000;
const RUNS: u64 = 1_000;

fn main() -> ExitCode {
    let home = tempfile::tempdir().expect("a folder");
    let folders = Folders { digits: project::stored(home.path(), RUNS), heads: project::heads(home.path()) };
    let look = Look { language: Language::English, theme: Theme::Dark };
    let mut desk = Desk::open(home.path(), look, false);
    desk.step();
    train_heads(&mut desk, &folders);

    let since = Instant::now();
    desk.apply(Action::OpenProject(folders.digits.clone()));
    desk.wait("the runs", |desk| desk.run(RUNS).is_some());
    let opened = since.elapsed();
    desk.wait("their cards", |desk| {
        (1..=RUNS).all(|run| desk.run(run).is_some_and(|run| run.card.is_some()))
    });
    let told = since.elapsed();

    let live = RunId(RUNS + 1);
    desk.apply(Action::Train);
    desk.wait("the training", |desk| {
        desk.run(live.0).is_some_and(|run| run.summary.state == RunState::Running && !run.curves.is_empty())
    });
    let mut lag = Lag::of(live);
    let mut all = Frames::default();
    let columns = "   p50    p95   most";
    println!("{:<34} {:>6}   {columns}   {columns}   triangles", "ms", "frames");
    println!("{:<34} {:>6}   {:<20}   {:<20}   p95", "", "", "  of a frame", "  of it computed");
    let before = measure::stolen();
    let count = FRAMES.div_ceil(scenes::ALL.len());
    let mut bars = Vec::new();
    for (name, go) in scenes::ALL {
        go(&mut desk, &folders);
        let frames = measure::drive(&mut desk, count, &mut lag);
        println!("{name:<34} {frames}");
        // Each scene by itself: the lively ones are not to hide behind the quiet ones.
        bars.push(Bar::new(format!("{name}: p95, ms"), frames.computed(0.95), 8.0));
        all.add(frames);
    }
    println!("{:<34} {all}", "all");
    // Another sample: a pass of the model, and 144 new maps on the screen.
    let since = Instant::now();
    scenes::look(&mut desk, |inspecting| (inspecting.opened, inspecting.sample) = (None, 1));
    let looked = since.elapsed();
    bars.extend([
        Bar::new("a frame: p50, ms", all.computed(0.5), 4.0),
        Bar::new("a frame: p95, ms", all.computed(0.95), 8.0),
        Bar::new("a frame: most, ms", all.computed(1.0), 50.0),
        Bar::new("a metric on the screen after its step: most, s", lag.most().as_secs_f64(), 0.5),
        Bar::new("12 × 12 heads of 512 steps on the screen, s", looked.as_secs_f64(), 1.0),
        Bar::new(format!("opening {RUNS} stored runs, s"), opened.as_secs_f64(), 2.0),
        Bar::new("the same with all that a table shows of them, s", told.as_secs_f64(), 2.0),
    ]);
    let (stolen, of) = measure::stolen();
    let share = (stolen - before.0) / (of - before.1).max(1.0);
    println!("{:.1} % of the cores' time went to other machines on this one", 100.0 * share);
    println!("{} points of the live curve were seen to come", lag.count());
    desk.apply(Action::OpenProject(folders.digits.clone()));
    desk.wait("the runs", |desk| desk.run(live.0).is_some());
    desk.apply(Action::Stop(live));
    desk.wait("the end", |desk| desk.run(live.0).is_some_and(|run| run.summary.state.is_over()));
    let holds =
        bars.iter().filter(|bar| bar.is_broken()).inspect(|bar| println!("over the bar: {bar}")).count();
    bars.iter().filter(|bar| !bar.is_broken()).for_each(|bar| println!("holds: {bar}"));
    let is_strict = std::env::var_os("TRAINYARD_BARS").is_some();
    ExitCode::from(u8::from(is_strict && holds > 0))
}

/// Trains the model with many heads, to be looked into later.
fn train_heads(desk: &mut Desk, folders: &Folders) {
    desk.apply(Action::OpenProject(folders.heads.clone()));
    desk.wait("the Train button", |desk| desk.can(&desk.text("train-button")));
    desk.apply(Action::Train);
    desk.wait("a trained model", |desk| {
        desk.run(1).is_some_and(|run| run.summary.state == RunState::Finished)
    });
}

/// The time that a frame has at 60 a second.
const FRAME: Duration = Duration::from_micros(16_667);
