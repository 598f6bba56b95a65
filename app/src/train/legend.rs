//! Which line is which split, and which colour is which run.

use egui::{Label, Sense, Shape, Stroke, Ui, vec2};

use super::view::run_color;
use crate::{
    context::Context,
    mirror::Run,
    theme::{self, space, text},
};

/// Draws the two kinds of lines and as many runs as fit, newest first. The list of runs is the full legend.
pub fn legend_ui(ui: &mut Ui, cx: &Context<'_>, runs: &[&Run]) {
    let colors = theme::colors(ui);
    ui.spacing_mut().item_spacing.x = 6.0;
    for (key, strength, width) in [("train-curve-validation", 1.0, 2.0), ("train-curve-training", 0.62, 1.25)]
    {
        let (rect, _) = ui.allocate_exact_size(vec2(space::M, space::L), Sense::hover());
        let stroke = Stroke::new(width, colors.text.gamma_multiply(strength));
        ui.painter().add(Shape::line_segment([rect.left_center(), rect.right_center()], stroke));
        ui.label(text::small(cx.text(key)).color(colors.text_weak));
    }
    ui.add_space(space::S);
    for (index, run) in runs.iter().rev().enumerate() {
        let name = cx.with("train-run", &[("run", run.summary.id.0.into())]);
        let galley = ui.painter().layout_no_wrap(name, text::small_font(), colors.text);
        let left = runs.len() - index;
        let rest = cx.with("train-curve-more", &[("count", (left as u64).into())]);
        let rest = ui.painter().layout_no_wrap(rest, text::small_font(), colors.text_weak);
        let room_for_rest = if left > 1 { rest.size().x } else { 0.0 };
        if ui.available_width() < galley.size().x + space::L + room_for_rest {
            if index > 0 {
                ui.add(Label::new(rest));
            }
            return;
        }
        let (rect, _) = ui.allocate_exact_size(vec2(space::S, space::S), Sense::hover());
        ui.painter().circle_filled(rect.center(), space::XS, run_color(ui, run.summary.id));
        ui.add(Label::new(galley));
    }
}
