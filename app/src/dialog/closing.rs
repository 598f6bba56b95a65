//! What becomes of a run that trains when the window is closed.

use egui::Ui;

use super::window_ui;
use crate::{
    action::Action,
    context::Context,
    theme::{icon, space},
    widgets,
};

const WIDTH: f32 = 620.0;

/// Asks whether to go on without the window, to pause or to stop.
pub fn closing_ui(ui: &Ui, cx: &mut Context<'_>) {
    let title = cx.text("closing");
    window_ui(ui, cx, &title, WIDTH, |ui, cx| {
        widgets::weak(ui, &cx.text("closing-about"));
        ui.add_space(space::L);
        widgets::buttons_row(ui, |ui| {
            if widgets::primary_button(ui, true, icon::PLAY, &cx.text("closing-keep")).clicked() {
                cx.act(Action::KeepTrainingAndQuit);
            }
            if widgets::secondary_button(ui, true, icon::PAUSE, &cx.text("closing-pause")).clicked() {
                cx.act(Action::PauseAndQuit);
            }
            if widgets::secondary_button(ui, true, icon::STOP, &cx.text("closing-stop")).clicked() {
                cx.act(Action::StopAndQuit);
            }
            if widgets::ghost_button(ui, true, "", &cx.text("dialog-cancel")).clicked() {
                cx.act(Action::CloseDialog);
            }
        });
    });
}
