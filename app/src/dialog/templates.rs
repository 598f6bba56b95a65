//! Networks to begin with, over any screen.

use egui::{ScrollArea, Ui};

use super::window_ui;
use crate::{context::Context, model, theme::space, widgets};

const WIDTH: f32 = 820.0;

/// Lets one be chosen.
pub fn templates_ui(ui: &Ui, cx: &mut Context<'_>) {
    let title = cx.text("templates");
    let tall = ui.ctx().content_rect().height() * 0.7;
    window_ui(ui, cx, &title, WIDTH, |ui, cx| {
        widgets::weak(ui, &cx.text("templates-about"));
        ui.add_space(space::M);
        ScrollArea::vertical()
            .max_height(tall)
            .min_scrolled_height(tall)
            .show(ui, |ui| model::templates_ui(ui, cx));
    });
}
