//! Frames that are timed, and points that are waited for.

use std::{
    f32::consts::TAU,
    fmt, fs, thread,
    time::{Duration, Instant},
};

use cpu_time::ThreadTime;
use eframe::App;
use egui::{Event, Modifiers, MouseWheelUnit, Pos2, RawInput, Rect, TouchPhase, pos2, vec2};
use engine::protocol::{RunId, Split};
use trainyard_tests::Desk;

use super::FRAME;

/// The window.
const SCREEN: Rect = Rect { min: Pos2::ZERO, max: pos2(1280.0, 800.0) };
/// Frames between two turns of the wheel.
const TURN: usize = 12;

/// How long frames took.
#[derive(Default)]
pub struct Frames {
    /// From a frame's beginning to its end.
    work: Vec<Duration>,
    /// Of that, what its thread had a core for.
    computed: Vec<Duration>,
    triangles: Vec<Duration>,
}

impl Frames {
    pub fn add(&mut self, other: Self) {
        self.work.extend(other.work);
        self.computed.extend(other.computed);
        self.triangles.extend(other.triangles);
    }

    /// Milliseconds of computing that this share of the frames stayed within.
    pub fn computed(&self, share: f64) -> f64 {
        milliseconds(percentile(&self.computed, share))
    }
}

impl fmt::Display for Frames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>6}", self.work.len())?;
        for times in [&self.work, &self.computed] {
            let [p50, p95, most] = [0.5, 0.95, 1.0].map(|share| milliseconds(percentile(times, share)));
            write!(f, "   {p50:>6.2} {p95:>6.2} {most:>6.2}")?;
        }
        write!(f, "   {:>6.2}", milliseconds(percentile(&self.triangles, 0.95)))
    }
}

/// The time that this share of all stayed within.
fn percentile(times: &[Duration], share: f64) -> Duration {
    let mut times = times.to_vec();
    times.sort();
    let place = (times.len().saturating_sub(1) as f64 * share).round() as usize;
    times.get(place).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// What the machine beneath this one has kept from it since it started, and all time, of all cores (on Linux).
pub fn stolen() -> (f64, f64) {
    let told = fs::read_to_string("/proc/stat").unwrap_or_default();
    let line = told.lines().next().unwrap_or_default().split_whitespace().skip(1);
    let ticks: Vec<f64> = line.take(8).filter_map(|word| word.parse().ok()).collect();
    (ticks.get(7).copied().unwrap_or_default(), ticks.iter().sum())
}

/// Draws frames at their pace while the pointer wanders over the screen and the wheel is turned now and then.
///
/// No screen reader listens, as in most programs.
pub fn drive(desk: &mut Desk, count: usize, lag: &mut Lag) -> Frames {
    let ctx = desk.harness().ctx.clone();
    ctx.disable_accesskit();
    lag.skip(desk);
    let mut frames = Frames::default();
    let mut frame = eframe::Frame::_new_kittest();
    for index in 0..count {
        let (began, computing) = (Instant::now(), ThreadTime::now());
        let input = RawInput {
            screen_rect: Some(SCREEN),
            events: events(index, count),
            predicted_dt: FRAME.as_secs_f32(),
            ..RawInput::default()
        };
        let bench = desk.harness().state_mut();
        let output = ctx.run_ui(input, |ui| {
            bench.logic(&ui.ctx().clone(), &mut frame);
            bench.ui(ui, &mut frame);
        });
        frames.work.push(began.elapsed());
        frames.computed.push(computing.elapsed());
        let since = Instant::now();
        let triangles = ctx.tessellate(output.shapes, output.pixels_per_point);
        frames.triangles.push(since.elapsed());
        drop(triangles);
        lag.look(desk);
        thread::sleep(FRAME.saturating_sub(began.elapsed()));
    }
    ctx.enable_accesskit();
    desk.settle();
    frames
}

/// The pointer goes over every part of the screen once, and the wheel there and back.
fn events(index: usize, count: usize) -> Vec<Event> {
    let turn = TAU * index as f32 / count as f32;
    let place = vec2((3.0 * turn).sin(), (2.0 * turn).cos()) * SCREEN.size() * 0.46;
    let mut events = vec![Event::PointerMoved(SCREEN.center() + place)];
    if index % TURN == TURN - 1 {
        let up = if (index / TURN).is_multiple_of(2) { -1.0 } else { 1.0 };
        events.push(Event::MouseWheel {
            unit: MouseWheelUnit::Line,
            delta: vec2(0.0, up),
            phase: TouchPhase::Move,
            modifiers: Modifiers::NONE,
        });
    }
    events
}

/// How long points take from their step to the frame that shows them.
pub struct Lag {
    run: RunId,
    seen: u64,
    since: Instant,
    /// For each point the time of the frame, less the time that the run had trained for: the same for all, but for the
    /// lag.
    apart: Vec<f64>,
}

impl Lag {
    pub fn of(run: RunId) -> Self {
        Self { run, seen: 0, since: Instant::now(), apart: Vec::new() }
    }

    /// Passes over what came while nobody looked.
    fn skip(&mut self, desk: &Desk) {
        let curve = desk.run(self.run.0).and_then(|run| run.curve("loss", Split::Training));
        self.seen = curve.and_then(|curve| curve.points.last()).map_or(self.seen, |point| point.step);
    }

    /// Looks at what the frame that was just drawn showed for the first time.
    fn look(&mut self, desk: &Desk) {
        let now = self.since.elapsed().as_secs_f64();
        let curve = desk.run(self.run.0).and_then(|run| run.curve("loss", Split::Training));
        let Some(curve) = curve else { return };
        let new = curve.points.partition_point(|point| point.step <= self.seen);
        for point in &curve.points[new..] {
            self.seen = point.step;
            self.apart.extend(point.seconds.map(|seconds| now - seconds));
        }
    }

    pub fn count(&self) -> usize {
        self.apart.len()
    }

    /// The longest, beyond the quickest of all.
    pub fn most(&self) -> Duration {
        let (least, most) = self
            .apart
            .iter()
            .fold((f64::INFINITY, 0.0_f64), |(least, most), apart| (least.min(*apart), most.max(*apart)));
        Duration::from_secs_f64((most - least).max(0.0))
    }
}

/// A number and what it may be at most.
pub struct Bar {
    name: String,
    value: f64,
    most: f64,
}

impl Bar {
    pub fn new(name: impl Into<String>, value: f64, most: f64) -> Self {
        Self { name: name.into(), value, most }
    }

    pub fn is_broken(&self) -> bool {
        self.value > self.most
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:.2} of {}", self.name, self.value, self.most)
    }
}
