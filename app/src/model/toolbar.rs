//! The bar on the canvas: back and forth, what to begin with, source text, and how near one looks.

use egui::{Align2, Area, Id, Margin, Order, Popup, Rect, Stroke, Ui, emath::TSTransform, vec2};
use engine::code::Framework;

use super::canvas::{ZOOM, fitted};
use crate::{
    command::UiCommand,
    context::Context,
    shell::shortcut_text,
    theme::{self, icon, radius, size, space, text},
    widgets,
};

/// How much nearer or farther one click looks.
const STEP: f32 = 1.25;
/// Canvases as narrow as this have room for a few buttons only; one zooms by other means.
const NARROW: f32 = 400.0;

/// Draws the bar; changes how the drawing is looked at.
pub fn toolbar_ui(ui: &Ui, cx: &mut Context<'_>, visible: Rect, bounds: Rect, view: &mut TSTransform) {
    let at = visible.right_bottom() - vec2(space::L, space::L);
    let area = Area::new(Id::new("model_bar")).order(Order::Middle).fixed_pos(at).pivot(Align2::RIGHT_BOTTOM);
    area.show(ui.ctx(), |ui| {
        let colors = theme::colors(ui);
        let frame = egui::Frame::new()
            .fill(colors.panel)
            .stroke(Stroke::new(1.0, colors.border))
            .corner_radius(radius::CARD)
            .inner_margin(Margin::symmetric(space::XS as i8, 2));
        frame.show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                for command in
                    [UiCommand::Undo, UiCommand::Redo, UiCommand::ShowTemplates, UiCommand::ShowModelText]
                {
                    command_ui(ui, cx, command);
                }
                code_ui(ui, cx);
                ui.separator();
                if visible.width() > NARROW {
                    zoom_ui(ui, cx, visible, view);
                }
                fit_ui(ui, cx, visible, bounds, view);
            });
        });
    });
}

fn command_ui(ui: &mut Ui, cx: &mut Context<'_>, command: UiCommand) {
    let label = cx.command(command);
    let keys = shortcut_text(ui.ctx(), command);
    let button = widgets::icon_button(ui, cx.can(command), command.icon(), &label);
    let button = if keys.is_empty() { button } else { button.on_hover_text(keys) };
    if button.clicked() {
        cx.run(command);
    }
}

fn code_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let label = cx.text("model-copy-as");
    let can = cx.can(UiCommand::CopyCode(Framework::PyTorch));
    let button = widgets::icon_button(ui, can, icon::TERMINAL_WINDOW, &label);
    Popup::menu(&button).show(|ui| {
        for framework in [Framework::PyTorch, Framework::Keras, Framework::Candle] {
            let words = cx.text(UiCommand::CopyCode(framework).key());
            if ui.button(words).clicked() {
                cx.run(UiCommand::CopyCode(framework));
            }
        }
    });
}

fn zoom_ui(ui: &mut Ui, cx: &Context<'_>, visible: Rect, view: &mut TSTransform) {
    let mut zoom = |ui: &mut Ui, sign: &str, key: &str, by: f32| {
        if widgets::icon_button(ui, true, sign, &cx.text(key)).clicked() {
            let scaling = (view.scaling * by).clamp(*ZOOM.start(), *ZOOM.end());
            let middle = view.inverse() * visible.center();
            *view = TSTransform::new(visible.center() - middle * scaling, scaling);
        }
    };
    zoom(ui, icon::MINUS, "model-zoom-out", 1.0 / STEP);
    zoom(ui, icon::PLUS, "model-zoom-in", STEP);
    let share = format!("{:.0} %", view.scaling * 100.0);
    let color = theme::colors(ui).text_weak;
    ui.add_sized(vec2(48.0, size::CONTROL), egui::Label::new(text::small(share).color(color)));
}

fn fit_ui(ui: &mut Ui, cx: &Context<'_>, visible: Rect, bounds: Rect, view: &mut TSTransform) {
    let fit = widgets::icon_button(ui, true, icon::CORNERS_OUT, &cx.text("model-fit"));
    if fit.on_hover_text(cx.hint("model-fit")).clicked() {
        *view = fitted(visible, bounds);
    }
}
