//! The curves of the shown runs as they are drawn: smoothed, thinned, in their colours.
//!
//! What is drawn is thinned to the screen and kept by egui as long as it stays the same, so that a frame
//! costs the same for a hundred long runs as for one short one.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use egui::{
    Color32, Ui,
    cache::{ComputerMut, FrameCache},
};
use egui_plot::PlotPoint;
use engine::protocol::{RunId, Split};

use super::{
    band::{self, Band, BandCache},
    plot::Chart,
    series,
    ticks::Scale,
    view::{View, run_color},
};
use crate::mirror::{CurvePoint, Run};

/// Most points that both plots draw in a frame.
const MAX_POINTS: usize = 30_000;
/// Up to so many runs, the training curve is drawn as measured behind the smoothed one.
const MAX_RUNS_AS_MEASURED: usize = 4;

/// How pale a band is.
pub const BAND: f32 = 0.22;

/// The curves of one run in one plot.
pub struct RunLines {
    pub run: RunId,
    pub color: Color32,
    /// 1 for what is looked at; less where many runs would hide it.
    strength: f32,
    as_measured: Option<Arc<[PlotPoint]>>,
    /// Of several seeds, which the curves are means of.
    pub band: Option<Arc<Band>>,
    /// How many there are.
    pub seeds: usize,
    pub training: Arc<[PlotPoint]>,
    pub validation: Arc<[PlotPoint]>,
}

/// How one curve is drawn.
pub struct Pen<'l> {
    pub points: &'l [PlotPoint],
    /// 1 for the run's colour, less for a paler one.
    pub strength: f32,
    pub width: f32,
}

impl RunLines {
    /// What is drawn first: the training curve, behind it as it was measured.
    pub fn behind(&self) -> Vec<Pen<'_>> {
        let measured = self.as_measured.iter().map(|points| Pen { points, strength: 0.28, width: 1.0 });
        let training = Pen { points: &self.training, strength: 0.62 * self.strength, width: 1.25 };
        measured.chain([training]).collect()
    }

    /// What lies above all training curves.
    pub fn above(&self) -> Pen<'_> {
        Pen { points: &self.validation, strength: self.strength, width: 0.75 + 1.25 * self.strength }
    }

    /// How high its points lie.
    pub fn heights(&self) -> impl Iterator<Item = f64> {
        let measured = self.as_measured.iter().flat_map(|points| points.iter());
        let band = self.band.iter().flat_map(|band| band.low.iter().chain(&band.high)).copied();
        measured.chain(&*self.training).chain(&*self.validation).map(|point| point.y).chain(band)
    }
}

/// The shown runs' curves, smoothed and thinned.
///
/// The selected run comes last, so that it is drawn above the others.
pub fn lines(
    ui: &Ui,
    chart: &Chart<'_>,
    view: &View,
    width: usize,
    selected: Option<RunId>,
) -> Vec<RunLines> {
    let shows_measured = chart.runs.len() <= MAX_RUNS_AS_MEASURED && view.smoothing > 0.0;
    let curves = chart.runs.len().max(1) * if shows_measured { 3 } else { 2 };
    let columns = width.min(MAX_POINTS / (4 * curves)).max(16);
    let whole = chart.range.1 - chart.range.0;
    // Only what is seen, where that is a part: as many columns as if it were the whole.
    let window = view.window().filter(|(low, high)| high - low < whole);
    let columns = match (window, view.seen) {
        (Some((low, high)), Some((left, right))) if right > left => {
            (columns as f64 * (high - low) / (right - left)).min(columns as f64 * 6.0) as usize
        }
        _ => columns,
    };
    let is_log = chart.scale == Scale::Log;
    let (families, singles): (Vec<Vec<&Run>>, Vec<&Run>) = match view.bands {
        true => {
            let (families, singles): (Vec<_>, Vec<_>) =
                band::families(chart.runs).into_iter().partition(|family| family.len() > 1);
            (families, singles.concat())
        }
        false => (Vec::new(), chart.runs.to_vec()),
    };
    let others = if chart.runs.len() > MAX_RUNS_AS_MEASURED { 0.45 } else { 1.0 };
    let mut lines: Vec<RunLines> = ui.memory_mut(|memory| {
        let cache = memory.caches.cache::<CurveCache>();
        let mut get = |run: &Run, split, smoothing| {
            let points = run.curve(chart.metric, split).map_or(&[][..], |curve| own(run, &curve.points));
            cache.get(Wanted { points, view, window, is_log, smoothing, columns }).clone()
        };
        singles
            .into_iter()
            .map(|run| RunLines {
                run: run.summary.id,
                color: run_color(ui, run.summary.id),
                strength: if Some(run.summary.id) == selected { 1.0 } else { others },
                band: None,
                seeds: 1,
                as_measured: shows_measured.then(|| get(run, Split::Training, 0.0)),
                training: get(run, Split::Training, view.smoothing),
                validation: get(run, Split::Validation, 0.0),
            })
            .collect()
    });
    lines.extend(families.iter().map(|family| of_family(ui, chart, view, family, columns, is_log)));
    lines.sort_by_key(|lines| Some(lines.run) == selected);
    lines
}

/// The means of runs that differ in their seeds alone, in the colour of the first, and the band of their validation.
fn of_family(
    ui: &Ui,
    chart: &Chart<'_>,
    view: &View,
    family: &[&Run],
    columns: usize,
    is_log: bool,
) -> RunLines {
    let run = family[0].summary.id;
    let (training, validation) = ui.memory_mut(|memory| {
        let cache = memory.caches.cache::<BandCache>();
        let mut get = |split, smoothing| {
            let curves: Vec<&[CurvePoint]> = family
                .iter()
                .filter_map(|run| Some(own(run, &run.curve(chart.metric, split)?.points)))
                .collect();
            cache.get(band::Wanted { curves: &curves, view, is_log, smoothing, columns }).clone()
        };
        (get(Split::Training, view.smoothing), get(Split::Validation, 0.0))
    });
    let has_validation = !validation.mean.is_empty();
    RunLines {
        run,
        color: run_color(ui, run),
        strength: 1.0,
        as_measured: None,
        seeds: family.len(),
        training: training.mean.as_slice().into(),
        validation: validation.mean.as_slice().into(),
        band: Some(if has_validation { validation } else { training }),
    }
}

/// A run's points without those it has of its parent, but for the last of them, where its curve leaves the other.
fn own<'p>(run: &Run, points: &'p [CurvePoint]) -> &'p [CurvePoint] {
    let Some(parent) = run.summary.parent else { return points };
    let first = points.partition_point(|point| point.step <= parent.step);
    &points[first.saturating_sub(1)..]
}

type CurveCache = FrameCache<Arc<[PlotPoint]>, Thinner>;

#[derive(Default)]
struct Thinner {
    /// Room for a whole curve: live ones are gone through in every frame.
    points: Vec<PlotPoint>,
}

/// A curve as it is wanted on the screen.
#[derive(Clone, Copy)]
struct Wanted<'p> {
    points: &'p [CurvePoint],
    /// Says where points lie.
    view: &'p View,
    window: Option<(f64, f64)>,
    is_log: bool,
    smoothing: f64,
    columns: usize,
}

/// Points are only ever added, or thinned to half: which they are follows from where they lie, how many
/// they are, and the last of them.
impl Hash for Wanted<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let ends = [self.points.first(), self.points.last()];
        let ends = ends.map(|point| point.map(|point| (point.step, point.value.to_bits())));
        (self.points.as_ptr(), self.points.len(), ends).hash(state);
        let window = self.window.map(|(low, high)| (low.to_bits(), high.to_bits()));
        (self.view.axis, self.view.log_axis, window).hash(state);
        (self.is_log, self.smoothing.to_bits(), self.columns).hash(state);
    }
}

impl ComputerMut<Wanted<'_>, Arc<[PlotPoint]>> for Thinner {
    fn compute(&mut self, wanted: Wanted<'_>) -> Arc<[PlotPoint]> {
        let height = |value: f64| if wanted.is_log { value.log10() } else { value };
        let points =
            wanted.points.iter().map(|point| PlotPoint::new(wanted.view.place(point), height(point.value)));
        // What is no number (or has no logarithm) has no place in a plot.
        let points = points.filter(|point| point.x.is_finite() && point.y.is_finite());
        self.points.clear();
        self.points.extend(points);
        series::smooth(&mut self.points, wanted.smoothing);
        let seen = wanted.window.map_or(&self.points[..], |window| series::within(&self.points, window));
        series::thin(seen, wanted.columns).into()
    }
}
