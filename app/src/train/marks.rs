//! Marks on the curves where a run's settings were changed.

use egui::{Rect, Sense, Shape, Stroke, Ui, WidgetType, pos2, vec2};
use egui_plot::PlotTransform;

use super::{
    told,
    view::{View, run_color},
};
use crate::{
    context::Context,
    mirror::{CurvePoint, Run},
    theme, widgets,
};

/// Half the width of a mark, and how near the pointer has to come for it to be told.
const REACH: f32 = 5.0;

/// Draws a mark at the foot of the plot and a thin line above it for every step with changes; gives what those
/// near the pointer say.
pub fn marks_ui(
    ui: &Ui,
    cx: &Context<'_>,
    transform: &PlotTransform,
    runs: &[&Run],
    view: &View,
    pointer: Option<f32>,
) -> Vec<String> {
    let frame = *transform.frame();
    let painter = ui.painter().with_clip_rect(frame);
    let mut told_here = Vec::new();
    for run in runs {
        let color = run_color(ui, run.summary.id);
        for changes in run.steered.chunk_by(|a, b| a.step == b.step) {
            let (step, epoch) = (changes[0].step, changes[0].epoch);
            let place = CurvePoint { step, epoch, value: 0.0, seconds: run.seconds_at(step) };
            let x = transform.position_from_point_x(view.place(&place));
            if !frame.x_range().contains(x) {
                continue;
            }
            let line = [pos2(x, frame.top()), pos2(x, frame.bottom())];
            painter.add(Shape::dashed_line(&line, Stroke::new(1.0, color.gamma_multiply(0.5)), 3.0, 4.0));
            let (foot, top) = (frame.bottom(), frame.bottom() - 1.6 * REACH);
            let corners = vec![pos2(x - REACH, foot), pos2(x, top), pos2(x + REACH, foot)];
            let edge = Stroke::new(1.0, theme::colors(ui).card);
            painter.add(Shape::convex_polygon(corners, color, edge));

            let told = changes.iter().map(|change| told::change_at_its_step(change, cx.words));
            let name = cx.with("train-run", &[("run", run.summary.id.0.into())]);
            let told: Vec<String> = told.map(|told| format!("{name} · {told}")).collect();
            let rect = Rect::from_min_max(pos2(x - REACH, top), pos2(x + REACH, foot));
            let id = ui.id().with(("steered", run.summary.id, changes[0].step));
            let mark = ui.interact(rect.expand2(vec2(1.0, 1.0)), id, Sense::hover());
            widgets::name(&mark, WidgetType::Image, &told.join("\n"));
            if pointer.is_some_and(|pointer| (pointer - x).abs() <= REACH) {
                told_here.extend(told);
            }
        }
    }
    told_here
}
