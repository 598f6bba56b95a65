//! What lies over a screen: the palette, the file browser, the way from a data file to a project.

mod browser;
mod closing;
mod data_table;
mod found;
mod labels;
mod new_project;
mod pictures;
mod reading;
mod seeds;
mod templates;
mod unsaved;

pub use seeds::read as read_seeds;

use egui::{Id, Modal, Ui};

use crate::{
    action::Action,
    context::Context,
    shell,
    state::Dialog,
    theme::{self, icon, space, text},
    widgets,
};

/// Draws the open dialog, if any.
pub fn dialog_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let state = cx.state;
    match &state.dialog {
        None => {}
        Some(Dialog::Palette { query, cursor }) => shell::palette_ui(ui, cx, query, *cursor),
        Some(Dialog::Browser(browser)) => browser::browser_ui(ui, cx, browser),
        Some(Dialog::NewProject(new)) => new_project::new_project_ui(ui, cx, new),
        Some(Dialog::Unsaved { .. }) => unsaved::unsaved_ui(ui, cx),
        Some(Dialog::Closing) => closing::closing_ui(ui, cx),
        Some(Dialog::Templates) => templates::templates_ui(ui, cx),
        Some(Dialog::Found) => found::found_ui(ui, cx),
        Some(Dialog::Labels(edited)) => labels::labels_ui(ui, cx, edited),
        Some(Dialog::Seeds { of, typed }) => seeds::seeds_ui(ui, cx, *of, typed),
    }
}

/// A dialog with a title and a way out, as wide as `width`.
fn window_ui(
    ui: &Ui,
    cx: &mut Context<'_>,
    title: &str,
    width: f32,
    contents: impl FnOnce(&mut Ui, &mut Context<'_>),
) {
    let colors = theme::colors(ui);
    let frame = egui::Frame::window(ui.style());
    let modal = Modal::new(Id::new(("dialog", title))).frame(frame).backdrop_color(colors.scrim);
    let response = modal.show(ui.ctx(), |ui| {
        ui.set_width(width);
        ui.horizontal(|ui| {
            ui.label(text::title(title).size(18.0).color(colors.text_strong));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                // The cross itself, not its button, ends where the contents end.
                ui.add_space(-space::S);
                if widgets::icon_button(ui, true, icon::X, &cx.text("dialog-close")).clicked() {
                    cx.act(Action::CloseDialog);
                }
            });
        });
        ui.add_space(space::S);
        contents(ui, cx);
    });
    if response.should_close() {
        cx.act(Action::CloseDialog);
    }
}
