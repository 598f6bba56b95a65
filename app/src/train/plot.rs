//! One plot: a metric of the shown runs over epochs, steps or time.
//!
//! What is drawn is thinned to the screen and kept by egui as long as it stays the same, so that a frame
//! costs the same for a hundred long runs as for one short one.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use egui::{
    Color32, Id, Stroke, Ui, Vec2b, WidgetType,
    cache::{ComputerMut, FrameCache},
    vec2,
};
use egui_plot::{AxisHints, FilledArea, Line, Plot, PlotPoint, PlotPoints, PlotTransform};
use engine::protocol::{RunId, Split};

use super::{
    band::{self, Band, BandCache},
    marks, readout, series,
    ticks::{self, Scale},
    view::{View, run_color},
};
use crate::{
    context::Context,
    mirror::{CurvePoint, Run},
    theme, widgets,
};

/// Most points that both plots draw in a frame.
const MAX_POINTS: usize = 30_000;
/// Up to so many runs, the training curve is drawn as measured behind the smoothed one.
const MAX_RUNS_AS_MEASURED: usize = 4;

/// What a plot shows.
pub struct Chart<'c> {
    pub metric: &'static str,
    pub scale: Scale,
    pub runs: &'c [&'c Run],
    /// Both ends of the horizontal axis.
    pub range: (f64, f64),
}

/// The curves of one run in one plot.
pub struct RunLines {
    pub run: RunId,
    pub color: Color32,
    /// 1 for what is looked at; less where many runs would hide it.
    strength: f32,
    as_measured: Option<Arc<[PlotPoint]>>,
    /// Of several seeds, which the curves are means of.
    band: Option<Arc<Band>>,
    /// How many there are.
    pub seeds: usize,
    pub training: Arc<[PlotPoint]>,
    pub validation: Arc<[PlotPoint]>,
}

impl RunLines {
    /// How high its points lie.
    fn heights(&self) -> impl Iterator<Item = f64> {
        let measured = self.as_measured.iter().flat_map(|points| points.iter());
        let band = self.band.iter().flat_map(|band| band.low.iter().chain(&band.high)).copied();
        measured.chain(&*self.training).chain(&*self.validation).map(|point| point.y).chain(band)
    }
}

/// The ends of an axis on which all values are as good as equal, so that there is something to see around
/// them; egui_plot's own way (± 0.5) is lost beside large numbers. Empty where values differ.
pub fn room_for(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let (low, high) = values
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let size = low.abs().max(high.abs());
    if low > high || high - low > size * 1e-9 {
        return Vec::new();
    }
    let room = if size > 0.0 { size * 0.1 } else { 0.5 };
    vec![low - room, high + room]
}

/// What was seen of a plot: the pointer's place on the horizontal axis, and that axis' ends.
pub struct Seen {
    pub pointer: Option<f64>,
    pub ends: (f64, f64),
}

/// Draws a plot over all the space there is.
pub fn plot_ui(ui: &mut Ui, cx: &Context<'_>, chart: &Chart<'_>, view: &View) -> Seen {
    let colors = theme::colors(ui);
    let columns = ui.available_width() as usize;
    let selected = cx.state.project.as_ref().and_then(|project| project.run);
    let lines = lines(ui, chart, view, columns, selected);
    let scale = chart.scale;
    let tick = |hints| ticks::axis(hints, colors);
    let name = cx.with("train-curve", &[("metric", cx.text(metric_key(chart.metric)).into())]);
    let across = if view.log_axis { Scale::Log } else { Scale::Linear };
    let plot = Plot::new(("train_plot", chart.metric, scale == Scale::Log, view.axis, view.log_axis))
        .custom_x_axes(vec![tick(AxisHints::new_x()).formatter(move |mark, _| ticks::label(across, mark))])
        .custom_y_axes(vec![
            tick(AxisHints::new_y()).min_thickness(48.0).formatter(move |mark, _| ticks::label(scale, mark)),
        ])
        .x_grid_spacer(move |grid| ticks::marks(across, grid.bounds, grid.base_step_size * 80.0))
        .y_grid_spacer(move |grid| ticks::marks(scale, grid.bounds, grid.base_step_size * 28.0))
        .set_margin_fraction(vec2(0.015, 0.08))
        .link_axis(Id::new(("train_plots", view.axis, view.log_axis)), Vec2b::new(true, false))
        .include_x(chart.range.0)
        .include_x(chart.range.1);
    let mut plot = ticks::quiet(plot, colors);
    match scale {
        Scale::Percent => plot = plot.include_y(1.0),
        Scale::Linear if matches!(chart.metric, "loss" | "mae" | "rmse") => plot = plot.include_y(0.0),
        Scale::Linear | Scale::Log => {}
    }
    for end in room_for(lines.iter().flat_map(RunLines::heights)) {
        plot = plot.include_y(end);
    }
    let drawn = &lines;
    let shown = plot.show(ui, |plot| {
        for run in drawn {
            if let Some(band) = &run.band {
                let xs: Vec<f64> = band.mean.iter().map(|point| point.x).collect();
                let area = FilledArea::new("", &xs, &band.low, &band.high);
                plot.add(area.fill_color(run.color.gamma_multiply(0.22)).allow_hover(false));
            }
            if let Some(as_measured) = &run.as_measured {
                plot.line(line(as_measured, run.color.gamma_multiply(0.28), 1.0));
            }
            plot.line(line(&run.training, run.color.gamma_multiply(0.62 * run.strength), 1.25));
        }
        // Validation lies above all training curves.
        for run in drawn {
            plot.line(line(
                &run.validation,
                run.color.gamma_multiply(run.strength),
                0.75 + 1.25 * run.strength,
            ));
        }
    });
    widgets::name(&shown.response, WidgetType::Image, &name);
    let pointer = shown.response.hover_pos().map(|pointer| shown.transform.value_from_position(pointer));
    if let Some(x) = pointer.map(|pointer| pointer.x).or(view.cursor) {
        cursor_ui(ui, &shown.transform, &lines, x, (chart.range.1 - chart.range.0) * readout::REACH);
    }
    let at = shown.response.hover_pos().map(|at| at.x);
    let told = marks::marks_ui(ui, cx, &shown.transform, chart.runs, view, at);
    if let Some(pointer) = pointer {
        readout::readout_ui(&shown.response, cx, chart, &lines, view, pointer, &told);
    }
    let ends = shown.transform.bounds().range_x();
    Seen { pointer: pointer.map(|pointer| pointer.x), ends: (*ends.start(), *ends.end()) }
}

/// The key of a metric's name.
pub fn metric_key(metric: &str) -> &'static str {
    match metric {
        "accuracy" => "metric-accuracy",
        "perplexity" => "metric-perplexity",
        "mae" => "metric-mae",
        "rmse" => "metric-rmse",
        "r2" => "metric-r2",
        "learning_rate" => "metric-learning-rate",
        _ => "metric-loss",
    }
}

fn line(points: &Arc<[PlotPoint]>, color: Color32, width: f32) -> Line<'_> {
    Line::new("", PlotPoints::Borrowed(points)).color(color).width(width).allow_hover(false)
}

/// A line at the pointer, with a dot where it meets a curve.
fn cursor_ui(ui: &Ui, transform: &PlotTransform, lines: &[RunLines], x: f64, reach: f64) {
    let frame = *transform.frame();
    let at = transform.position_from_point_x(x);
    if !frame.x_range().contains(at) {
        return;
    }
    let colors = theme::colors(ui);
    let painter = ui.painter().with_clip_rect(frame);
    painter.vline(at, frame.y_range(), Stroke::new(1.0, colors.border_strong));
    for run in lines.iter().filter(|_| lines.len() <= readout::MAX_RUNS) {
        for points in [&run.training, &run.validation] {
            if let Some(point) = series::nearest(points, x, reach) {
                let center = transform.position_from_point(&point);
                painter.circle(center, 3.5, run.color, Stroke::new(1.5, colors.card));
            }
        }
    }
}

/// The shown runs' curves, smoothed and thinned.
///
/// The selected run comes last, so that it is drawn above the others.
fn lines(ui: &Ui, chart: &Chart<'_>, view: &View, width: usize, selected: Option<RunId>) -> Vec<RunLines> {
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
struct Thinner;

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
        let points: Vec<PlotPoint> =
            points.filter(|point| point.x.is_finite() && point.y.is_finite()).collect();
        let smooth = series::smooth(&points, wanted.smoothing);
        let seen = wanted.window.map_or(&smooth[..], |window| series::within(&smooth, window));
        series::thin(seen, wanted.columns).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_as_good_as_equal_get_room_around_them() {
        for (values, expected) in [
            (&[1e30, 1e30][..], &[9e29, 1.1e30][..]),
            (&[-4.0], &[-4.4, -3.6]),
            (&[0.0, 0.0], &[-0.5, 0.5]),
            (&[1.0, 2.0], &[]),
            (&[f64::NAN, f64::INFINITY], &[]),
            (&[], &[]),
        ] {
            let room = room_for(values.iter().copied());
            assert_eq!(room.len(), expected.len(), "{values:?}");
            let size = values.iter().fold(1.0f64, |size, value| size.max(value.abs()));
            assert!(room.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9 * size), "{room:?}");
        }
    }
}
