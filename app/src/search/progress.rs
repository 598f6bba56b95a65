//! Every trial's value as a dot, and the best so far as a line.

use egui::{Color32, Ui, Vec2b, WidgetType, vec2};
use egui_plot::{AxisHints, Line, Plot, PlotPoint, PlotPoints, Points};
use engine::{protocol::SearchDetail, search::TrialState};

use crate::{
    context::Context,
    theme::{self, space, text},
    train::{
        metric_key,
        ticks::{self, Scale},
    },
    widgets,
};

/// Draws the plot.
pub fn progress_ui(ui: &mut Ui, cx: &Context<'_>, detail: &SearchDetail) {
    let colors = theme::colors(ui);
    let spec = &detail.summary.spec;
    let metric = cx.text(metric_key(spec.metric.name()));
    let title = cx.with("search-progress", &[("metric", metric.into())]);
    ui.label(text::strong(&title).color(colors.text_strong)).on_hover_text(cx.hint("search-progress"));
    ui.add_space(space::XS);
    let (mut complete, mut pruned, mut line) = (Vec::new(), Vec::new(), Vec::new());
    let mut best: Option<f64> = None;
    let scale = match spec.metric.name() {
        "accuracy" => Scale::Percent,
        _ if is_log(detail) => Scale::Log,
        _ => Scale::Linear,
    };
    let height = |value: f64| if scale == Scale::Log { value.log10() } else { value };
    for trial in detail.trials.iter().filter(|trial| trial.is_over()) {
        let Some(value) = trial.value else { continue };
        let point = PlotPoint::new(f64::from(trial.number + 1), height(value));
        if trial.state != TrialState::Complete {
            pruned.push(point);
            continue;
        }
        complete.push(point);
        let now = spec.best_of(best.into_iter().chain([value])).unwrap_or(value);
        // A step: the best stays until a better one is found.
        line.extend(best.map(|before| PlotPoint::new(point.x, height(before))));
        line.push(PlotPoint::new(point.x, height(now)));
        best = Some(now);
    }
    let tick = |hints| ticks::axis(hints, colors);
    let total = f64::from(spec.total());
    let plot = Plot::new(("search_progress", detail.summary.id.0))
        .custom_x_axes(vec![tick(AxisHints::new_x()).formatter(|mark, _| ticks::label(Scale::Linear, mark))])
        .custom_y_axes(vec![
            tick(AxisHints::new_y()).min_thickness(48.0).formatter(move |mark, _| ticks::label(scale, mark)),
        ])
        .x_grid_spacer(|grid| ticks::marks(Scale::Linear, grid.bounds, grid.base_step_size * 60.0))
        .y_grid_spacer(move |grid| ticks::marks(scale, grid.bounds, grid.base_step_size * 28.0))
        .allow_zoom(false)
        .allow_drag(false)
        .allow_boxed_zoom(false)
        .allow_axis_zoom_drag(Vec2b::FALSE)
        .set_margin_fraction(vec2(0.02, 0.1))
        .include_x(1.0)
        .include_x(total.max(2.0));
    let shown = ticks::quiet(plot, colors).show(ui, |plot| {
        plot.points(dots(&pruned, colors.border_strong));
        plot.points(dots(&complete, colors.text_weak));
        let line = Line::new("", PlotPoints::Borrowed(&line));
        plot.line(line.color(colors.accent).width(2.0).allow_hover(false));
    });
    widgets::name(&shown.response, WidgetType::Image, &title);
}

/// Whether values are seen by their logarithms: losses and errors, where none is 0.
pub fn is_log(detail: &SearchDetail) -> bool {
    let mut values = detail.trials.iter().filter_map(|trial| trial.value);
    !detail.summary.spec.metric.is_better(1.0, 0.0) && values.all(|value| value > 0.0)
}

fn dots(points: &[PlotPoint], color: Color32) -> Points<'_> {
    Points::new("", PlotPoints::Borrowed(points)).color(color).radius(2.5).allow_hover(false)
}
