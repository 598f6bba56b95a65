//! The middle of the screen: the curves of the shown runs, in two plots over one axis.

use egui::{
    Align, ComboBox, Layout, Margin, Popup, Rect, Slider, Ui, UiBuilder, WidgetType, pos2, style::HandleShape,
};
use engine::protocol::RunState;

use super::{
    band::families,
    has_runs,
    legend::legend_ui,
    lines::RunLines,
    picture::{Picture, PictureKind},
    plot::{Chart, Seen, metric_key, metric_name, parts, plot_ui},
    shown_runs, task,
    ticks::Scale,
    view::{Axis, View},
};
use crate::{
    action::Action,
    command::UiCommand,
    context::Context,
    mirror::Run,
    shell::shortcut_text,
    theme::{self, icon, space, text},
    widgets,
};

/// The metrics that the second plot can show, in the order in which they are offered.
const METRICS: [&str; 7] = ["f1", "accuracy", "perplexity", "rmse", "mae", "r2", "learning_rate"];

/// Where plots are narrower, the legend has a line of its own, and the chosen metric is not named twice.
const NARROW: f32 = 480.0;

/// Draws both plots, or what to do to get them.
pub fn curves_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let runs = shown_runs(cx);
    if !runs.iter().any(|run| !run.curves.is_empty()) {
        return nothing_ui(ui, cx, &runs);
    }
    let before = View::load(ui);
    let mut view = before.clone();
    toolbar_ui(ui, cx, &runs, &mut view);
    ui.add_space(space::XS);

    let range = range(&runs, &view);
    let loss_scale = if view.log_loss { Scale::Log } else { Scale::Linear };
    let metrics = offered(&runs, view.output.as_deref());
    let metric = view.metric.filter(|metric| metrics.contains(metric)).or(metrics.first().copied());
    let output = view.output.clone().filter(|output| outputs(&runs).contains(&&**output));
    let of_output = |metric: &str| match &output {
        Some(output) => format!("{metric}.{output}"),
        None => metric.to_owned(),
    };
    let (loss, second) = (of_output("loss"), metric.map(of_output));
    let chart = |metric, scale| Chart { metric, scale, runs: &runs, range };
    let charts = [
        Some(chart(&loss, loss_scale)),
        second.as_ref().zip(metric).map(|(name, metric)| chart(name, scale_of(metric, &view))),
    ];

    let rects = split(ui.available_rect_before_wrap(), charts.iter().flatten().count());
    let mut pointer = None;
    let mut ends = None;
    for (chart, rect) in charts.iter().flatten().zip(rects) {
        let mut ui = ui.new_child(UiBuilder::new().id_salt(parts(chart.metric).0 == "loss").max_rect(rect));
        let card = widgets::card(&ui).inner_margin(Margin { left: 8, right: 12, top: 8, bottom: 6 });
        let hovered = card.show(&mut ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            let asked = ui.horizontal(|ui| chart_head_ui(ui, cx, chart.metric, &metrics, &mut view)).inner;
            let seen = plot_ui(ui, cx, chart, &before);
            if let Some(kind) = asked {
                let (name, svg) = (picture_name(chart), picture(ui, cx, chart, &before, &seen).svg());
                cx.act(Action::ExportPicture { name, svg, kind });
            }
            seen
        });
        pointer = pointer.or(hovered.inner.pointer);
        ends = ends.or(Some(hovered.inner.ends));
    }
    if ends != before.seen {
        // Curves are thinned to what is seen one frame later.
        ui.ctx().request_repaint();
    }
    view.seen = ends;
    if pointer != before.cursor {
        // The other plot shows the pointer's place one frame later.
        ui.ctx().request_repaint();
    }
    view.cursor = pointer;
    view.store(ui);
}

/// The legend, and how both plots are looked at.
fn toolbar_ui(ui: &mut Ui, cx: &Context<'_>, runs: &[&Run], view: &mut View) {
    let is_narrow = ui.available_width() < NARROW;
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let axes = [
                (Axis::Epoch, "train-axis-epoch"),
                (Axis::Step, "train-axis-step"),
                (Axis::Time, "train-axis-time"),
            ];
            let axes = axes.map(|(axis, key)| (axis, cx.text(key), cx.hint(key)));
            if let Some(axis) = widgets::segmented(ui, &axes, view.axis) {
                (view.axis, view.seen) = (axis, None);
            }
            let log = [(true, cx.text("train-axis-log"), cx.hint("train-axis-log"))];
            if widgets::segmented(ui, &log, view.log_axis).is_some() {
                (view.log_axis, view.seen) = (!view.log_axis, None);
            }
            if families(runs).iter().any(|family| family.len() > 1) {
                let bands = [(true, cx.text("train-bands"), cx.hint("train-bands"))];
                if widgets::segmented(ui, &bands, view.bands).is_some() {
                    view.bands = !view.bands;
                }
            }
            ui.add_space(space::S);
            smoothing_ui(ui, cx, view);
            if !is_narrow {
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| legend_ui(ui, cx, runs));
            }
        });
    });
    if is_narrow {
        ui.horizontal(|ui| legend_ui(ui, cx, runs));
    }
    // On a line of its own: beside the rest there is no room for it.
    output_ui(ui, cx, runs, view);
}

/// Which of several outputs is looked at, or the whole.
fn output_ui(ui: &mut Ui, cx: &Context<'_>, runs: &[&Run], view: &mut View) {
    let outputs = outputs(runs);
    if outputs.is_empty() {
        return;
    }
    let label = cx.text("train-curves-output");
    let whole = cx.text("train-curves-all-outputs");
    let chosen = view.output.as_deref().filter(|output| outputs.contains(output));
    let combo = ComboBox::from_id_salt("train_curves_output")
        .truncate()
        .icon(widgets::caret)
        .selected_text(chosen.unwrap_or(&whole))
        .show_ui(ui, |ui| {
            let mut picked = ui.selectable_label(chosen.is_none(), &whole).clicked().then_some(None);
            for output in &outputs {
                if ui.selectable_label(chosen == Some(output), *output).clicked() {
                    picked = Some(Some((*output).to_owned()));
                }
            }
            picked
        });
    widgets::name(&combo.response, WidgetType::ComboBox, &label);
    let picked = combo.inner.flatten();
    combo.response.on_hover_text(cx.hint("train-curves-output"));
    if let Some(picked) = picked {
        view.output = picked;
    }
    ui.add_space(space::S);
}

/// The outputs that any of the runs has curves of by themselves.
fn outputs<'r>(runs: &[&'r Run]) -> Vec<&'r str> {
    let curves = runs.iter().flat_map(|run| &run.curves);
    let mut outputs: Vec<&str> = Vec::new();
    for output in curves.filter_map(|curve| curve.metric.strip_prefix("loss.")) {
        if !outputs.contains(&output) {
            outputs.push(output);
        }
    }
    outputs
}

fn smoothing_ui(ui: &mut Ui, cx: &Context<'_>, view: &mut View) {
    let colors = theme::colors(ui);
    let hint = cx.hint("train-smoothing");
    let slider = ui.scope(|ui| {
        ui.spacing_mut().slider_width = 64.0;
        ui.spacing_mut().slider_rail_height = 4.0;
        ui.spacing_mut().interact_size.y = space::L;
        ui.visuals_mut().widgets.inactive.bg_fill = colors.border;
        ui.visuals_mut().selection.bg_fill = colors.accent;
        let slider = Slider::new(&mut view.smoothing, 0.0..=0.99).show_value(false);
        ui.add(slider.handle_shape(HandleShape::Circle))
    });
    let label =
        ui.label(text::small(cx.text("train-smoothing")).color(colors.text_weak)).on_hover_text(&hint);
    slider.inner.labelled_by(label.id).on_hover_text(hint);
}

/// The name of a plot, and what else it can show: the loss by its logarithm, or other metrics.
///
/// Gives what the plot is to be saved as, if that was asked for.
fn chart_head_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    metric: &str,
    metrics: &[&'static str],
    view: &mut View,
) -> Option<PictureKind> {
    let colors = theme::colors(ui);
    ui.set_height(space::XL);
    ui.add_space(space::XS);
    let name = metric_name(cx.words, metric);
    let metric = parts(metric).0;
    // Among several the chosen one is named anyway.
    let is_named = metric != "loss" && metrics.len() > 1;
    if !is_named || ui.available_width() >= NARROW {
        ui.label(text::strong(name).color(colors.text_strong)).on_hover_text(cx.hint(metric_key(metric)));
    }
    let right = ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let asked = save_ui(ui, cx, metric);
        if metric == "loss" {
            let scales = [(false, "train-scale-linear"), (true, "train-scale-log")];
            let scales = scales.map(|(is_log, key)| (is_log, cx.text(key), cx.hint(key)));
            if let Some(is_log) = widgets::segmented(ui, &scales, view.log_loss) {
                view.log_loss = is_log;
            }
            return asked;
        }
        if scale_of(metric, &View::default()) == Scale::Linear && metric != "r2" {
            let log = [(true, cx.text("train-scale-log"), cx.hint("train-scale-log"))];
            if widgets::segmented(ui, &log, view.log_metric).is_some() {
                view.log_metric = !view.log_metric;
            }
        }
        if metrics.len() > 1 {
            let others: Vec<_> = metrics
                .iter()
                .map(|other| (*other, cx.text(metric_key(other)), cx.hint(metric_key(other))))
                .collect();
            if let Some(other) = metrics.iter().find(|other| **other == metric)
                && let Some(clicked) = widgets::segmented(ui, &others, other)
            {
                view.metric = Some(clicked);
            }
        }
        asked
    });
    right.inner
}

/// The menu of what a plot can be saved as.
fn save_ui(ui: &mut Ui, cx: &Context<'_>, metric: &str) -> Option<PictureKind> {
    let label = cx.with("train-plot-save", &[("metric", cx.text(metric_key(metric)).into())]);
    let response = widgets::icon_button(ui, true, icon::EXPORT, &label);
    let mut asked = None;
    Popup::menu(&response).show(|ui| {
        for kind in PictureKind::ALL {
            let key = match kind {
                PictureKind::Png => "train-plot-png",
                PictureKind::Svg => "train-plot-svg",
            };
            if ui.button(cx.text(key)).on_hover_text(cx.hint(key)).clicked() {
                asked = Some(kind);
            }
        }
    });
    asked
}

/// What is seen of a plot, to be saved.
fn picture<'s>(ui: &Ui, cx: &Context<'_>, chart: &Chart<'_>, view: &View, seen: &'s Seen) -> Picture<'s> {
    let axis = match view.axis {
        Axis::Epoch => "train-axis-epoch",
        Axis::Step => "train-axis-step",
        Axis::Time => "train-axis-time",
    };
    let name = |lines: &RunLines| match lines.seeds {
        1 => cx.with("train-run", &[("run", lines.run.0.into())]),
        seeds => cx.with("train-bands-mean", &[("seeds", (seeds as u64).into())]),
    };
    Picture {
        title: metric_name(cx.words, chart.metric),
        axis: cx.text(axis),
        scale: chart.scale,
        across: if view.log_axis { Scale::Log } else { Scale::Linear },
        ends: seen.ends,
        heights: seen.heights,
        lines: &seen.lines,
        kinds: ["train-curve-training", "train-curve-validation"].map(|key| cx.text(key)),
        names: seen.lines.iter().map(name).collect(),
        more: cx.with("train-curve-more", &[("count", (seen.lines.len() as u64).into())]),
        colors: theme::colors(ui),
    }
}

/// `loss-runs-1-2`, or `loss-100-runs`.
fn picture_name(chart: &Chart<'_>) -> String {
    const MOST: usize = 6;
    let runs: Vec<String> = chart.runs.iter().map(|run| run.summary.id.to_string()).collect();
    match runs.len() {
        1 => format!("{}-run-{}", chart.metric, runs[0]),
        count if count <= MOST => format!("{}-runs-{}", chart.metric, runs.join("-")),
        count => format!("{}-{count}-runs", chart.metric),
    }
}

/// The metrics beside the loss that any of the runs has, of one output or of the first.
fn offered(runs: &[&Run], output: Option<&str>) -> Vec<&'static str> {
    let output = output.filter(|output| outputs(runs).contains(output));
    let is_meant = |curve: &str, metric: &str| match output {
        Some(output) => parts(curve) == (metric, Some(output)),
        None => curve == metric,
    };
    let has =
        |metric: &str| runs.iter().any(|run| run.curves.iter().any(|curve| is_meant(&curve.metric, metric)));
    METRICS.into_iter().filter(|metric| has(metric)).collect()
}

fn scale_of(metric: &str, view: &View) -> Scale {
    match metric {
        "accuracy" => Scale::Percent,
        "r2" => Scale::Linear,
        _ if view.log_metric => Scale::Log,
        _ => Scale::Linear,
    }
}

/// From the start of training to the end of the longest run; a run that trains is drawn into the room
/// that it will need, so that nothing moves while it grows.
fn range(runs: &[&Run], view: &View) -> (f64, f64) {
    let axis = view.axis;
    let end = runs.iter().map(|run| {
        let last = run.curves.iter().filter_map(|curve| curve.points.last());
        let reached = last.map(|point| axis.of(point)).fold(0.0, f64::max);
        let planned = match (&run.progress, axis) {
            (Some(progress), Axis::Epoch) => f64::from(progress.epochs),
            (Some(progress), Axis::Step) => progress.steps as f64,
            (Some(progress), Axis::Time) => progress.seconds + progress.seconds_left.unwrap_or(0.0),
            (None, _) => 0.0,
        };
        reached.max(planned)
    });
    let end = end.fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    if !view.log_axis {
        return (0.0, end);
    }
    let first = runs.iter().flat_map(|run| &run.curves).filter_map(|curve| curve.points.first());
    let start = first.map(|point| axis.of(point)).filter(|place| *place > 0.0).fold(end, f64::min);
    (start.log10(), end.log10().max(start.log10() + 1e-3))
}

/// Below each other, or side by side where there is far more width than height.
fn split(rect: Rect, count: usize) -> Vec<Rect> {
    let gap = space::S;
    match count {
        2 if rect.width() > 2.4 * rect.height() && rect.width() > 800.0 => {
            let middle = rect.center().x;
            vec![
                Rect::from_min_max(rect.min, pos2(middle - gap / 2.0, rect.bottom())),
                Rect::from_min_max(pos2(middle + gap / 2.0, rect.top()), rect.max),
            ]
        }
        2 => {
            let middle = rect.center().y;
            vec![
                Rect::from_min_max(rect.min, pos2(rect.right(), middle - gap / 2.0)),
                Rect::from_min_max(pos2(rect.left(), middle + gap / 2.0), rect.max),
            ]
        }
        _ => vec![rect],
    }
}

/// What stands here before there is a curve.
fn nothing_ui(ui: &mut Ui, cx: &Context<'_>, shown: &[&Run]) {
    let first =
        if task(cx).is_of_numbers() { "train-empty-regression" } else { "train-empty-classification" };
    let (title, line) = match shown.iter().max_by_key(|run| run.summary.id) {
        None if !has_runs(cx) => (cx.text("train-empty-title"), cx.text(first)),
        None => (cx.text("train-empty-hidden-title"), cx.text("train-empty-hidden-text")),
        Some(run) => {
            let line = match run.summary.state {
                RunState::Queued => "train-result-queued",
                _ if run.summary.state.is_over() && run.experiment.is_some() => "train-empty-no-points",
                _ => "train-empty-waiting",
            };
            (cx.with("train-run", &[("run", run.summary.id.0.into())]), cx.text(line))
        }
    };
    let keys = if has_runs(cx) { String::new() } else { shortcut_text(ui.ctx(), UiCommand::Train) };
    widgets::empty_state(ui, icon::CHART_LINE, &title, &line, |ui| {
        ui.label(text::mono(keys).color(theme::colors(ui).text_weak));
    });
}
