//! One plot: a metric of the shown runs over epochs, steps or time.

use egui::{Id, Stroke, Ui, Vec2b, WidgetType, vec2};
use egui_plot::{AxisHints, FilledArea, Line, Plot, PlotPoints, PlotTransform};

use super::{
    lines::{self, Pen, RunLines},
    marks, readout, series,
    ticks::{self, Scale},
    view::View,
};
use crate::{context::Context, locale::Locale, mirror::Run, theme, widgets};

/// What a plot shows.
pub struct Chart<'c> {
    pub metric: &'c str,
    pub scale: Scale,
    pub runs: &'c [&'c Run],
    /// Both ends of the horizontal axis.
    pub range: (f64, f64),
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

/// What was seen of a plot: the pointer's place on the horizontal axis, both axes' ends, and what was drawn.
pub struct Seen {
    pub pointer: Option<f64>,
    pub ends: (f64, f64),
    pub heights: (f64, f64),
    pub lines: Vec<RunLines>,
}

/// Draws a plot over all the space there is.
pub fn plot_ui(ui: &mut Ui, cx: &Context<'_>, chart: &Chart<'_>, view: &View) -> Seen {
    let colors = theme::colors(ui);
    let columns = ui.available_width() as usize;
    let selected = cx.state.project.as_ref().and_then(|project| project.run);
    let lines = lines::lines(ui, chart, view, columns, selected);
    let scale = chart.scale;
    let tick = |hints| ticks::axis(hints, colors);
    let name = cx.with("train-curve", &[("metric", metric_name(cx.words, chart.metric).into())]);
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
        Scale::Linear if matches!(parts(chart.metric).0, "loss" | "mae" | "rmse") => {
            plot = plot.include_y(0.0)
        }
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
                plot.add(area.fill_color(run.color.gamma_multiply(lines::BAND)).allow_hover(false));
            }
            run.behind().into_iter().for_each(|pen| plot.line(line(run, &pen)));
        }
        // Validation lies above all training curves.
        for run in drawn {
            plot.line(line(run, &run.above()));
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
    let (across, up) = (shown.transform.bounds().range_x(), shown.transform.bounds().range_y());
    Seen {
        pointer: pointer.map(|pointer| pointer.x),
        ends: (*across.start(), *across.end()),
        heights: (*up.start(), *up.end()),
        lines,
    }
}

/// A metric without the output it is of, and that output, where there are several: `mae.price`.
pub fn parts(metric: &str) -> (&str, Option<&str>) {
    metric.split_once('.').map_or((metric, None), |(name, output)| (name, Some(output)))
}

/// What a metric is called: `Mean absolute error · price`.
pub fn metric_name(words: &Locale, metric: &str) -> String {
    let name = words.text(metric_key(metric));
    match parts(metric).1 {
        Some(output) => format!("{name} · {output}"),
        None => name,
    }
}

/// The key of a metric's name.
pub fn metric_key(metric: &str) -> &'static str {
    match parts(metric).0 {
        "accuracy" => "metric-accuracy",
        "perplexity" => "metric-perplexity",
        "f1" => "metric-f1",
        "mae" => "metric-mae",
        "rmse" => "metric-rmse",
        "r2" => "metric-r2",
        "learning_rate" => "metric-learning-rate",
        _ => "metric-loss",
    }
}

fn line<'l>(run: &RunLines, pen: &Pen<'l>) -> Line<'l> {
    let color = run.color.gamma_multiply(pen.strength);
    Line::new("", PlotPoints::Borrowed(pen.points)).color(color).width(pen.width).allow_hover(false)
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
