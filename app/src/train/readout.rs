//! What all curves are at the pointer.

use egui::{Align, Frame, Grid, Layout, Margin, Response, RichText, Sense, Tooltip, Ui, vec2};
use egui_plot::PlotPoint;

use super::{
    lines::RunLines,
    numbers,
    plot::Chart,
    series,
    ticks::Scale,
    view::{Axis, View},
};
use crate::{
    context::Context,
    format,
    theme::{self, space, text},
};

/// Most runs that are read out.
pub const MAX_RUNS: usize = 10;

/// How far beyond a curve's end its last point still counts, as a share of the horizontal axis.
pub const REACH: f64 = 0.02;

/// Draws the numbers beside the pointer, which is at `pointer` in the plot's own units: of the runs that
/// come nearest, from top to bottom; below them `told`, what was changed there.
pub fn readout_ui(
    response: &Response,
    cx: &Context<'_>,
    chart: &Chart<'_>,
    lines: &[RunLines],
    view: &View,
    pointer: PlotPoint,
    told: &[String],
) {
    let reach = (chart.range.1 - chart.range.0) * REACH;
    let mut rows: Vec<Row<'_>> = lines.iter().filter_map(|run| Row::of(run, pointer.x, reach)).collect();
    rows.sort_by(|a, b| (a.height() - pointer.y).abs().total_cmp(&(b.height() - pointer.y).abs()));
    let more = rows.len().saturating_sub(MAX_RUNS);
    rows.truncate(MAX_RUNS);
    rows.sort_by(|a, b| b.height().total_cmp(&a.height()));
    let Some(place) = rows.iter().map(|row| row.main.x).next() else { return };
    Tooltip::for_widget(response).at_pointer().gap(space::L).show(|ui| {
        let colors = theme::colors(ui);
        ui.spacing_mut().interact_size.y = 0.0;
        let place = view.value(place);
        let (key, place) = match view.axis {
            Axis::Epoch => ("train-axis-epoch", format!("{place:.2}")),
            Axis::Step => ("train-axis-step", format::count(place.round().max(0.0) as u64)),
            Axis::Time => ("train-axis-time", numbers::seconds(place)),
        };
        Frame::new().inner_margin(Margin::same(space::S as i8)).show(ui, |ui| {
            ui.label(text::small(format!("{} {place}", cx.text(key))).color(colors.text_weak));
            Grid::new("train_readout")
                .num_columns(4)
                .min_col_width(0.0)
                .spacing(vec2(space::M, space::XS))
                .show(ui, |ui| {
                    ui.label("");
                    ui.label("");
                    for key in ["train-curve-training", "train-curve-validation"] {
                        end_ui(ui, text::small(cx.text(key)).color(colors.text_weak));
                    }
                    ui.end_row();
                    for row in &rows {
                        let (dot, _) = ui.allocate_exact_size(vec2(space::S, space::L), Sense::hover());
                        ui.painter().circle_filled(dot.center(), space::XS, row.run.color);
                        let name = match row.run.seeds {
                            1 => cx.with("train-run", &[("run", row.run.run.0.into())]),
                            seeds => cx.with("train-bands-mean", &[("seeds", (seeds as u64).into())]),
                        };
                        ui.label(text::small(name));
                        for point in [row.training, row.validation] {
                            end_ui(ui, text::mono(value(chart, point)).color(colors.text_strong));
                        }
                        ui.end_row();
                    }
                });
            if more > 0 {
                let more = cx.with("train-curve-more", &[("count", (more as u64).into())]);
                ui.label(text::small(more).color(colors.text_weak));
            }
            for told in told {
                ui.label(text::small(told).color(colors.text));
            }
        });
    });
}

/// One run at the pointer.
struct Row<'l> {
    run: &'l RunLines,
    training: Option<PlotPoint>,
    validation: Option<PlotPoint>,
    /// Of the two, the one that says more: validation where there is any.
    main: PlotPoint,
}

impl<'l> Row<'l> {
    fn of(run: &'l RunLines, x: f64, reach: f64) -> Option<Self> {
        let training = series::nearest(&run.training, x, reach);
        let validation = series::nearest(&run.validation, x, reach);
        Some(Self { run, training, validation, main: validation.or(training)? })
    }

    fn height(&self) -> f64 {
        self.main.y
    }
}

/// A cell that ends at the right.
fn end_ui(ui: &mut Ui, text: RichText) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(text));
}

fn value(chart: &Chart<'_>, point: Option<PlotPoint>) -> String {
    let Some(point) = point else { return numbers::NONE.into() };
    let value = if chart.scale == Scale::Log { 10_f64.powf(point.y) } else { point.y };
    numbers::metric(chart.metric, value)
}
