//! What becomes of edits that a crash left unsaved.

use egui::Ui;

use super::window_ui;
use crate::{
    action::Action,
    context::Context,
    model::edit_words,
    theme::{icon, space},
    widgets,
};

const WIDTH: f32 = 460.0;

/// Offers them back. Closed without an answer, it asks again when the project is opened the next time.
pub fn found_ui(ui: &Ui, cx: &mut Context<'_>) {
    let title = cx.text("found");
    window_ui(ui, cx, &title, WIDTH, |ui, cx| {
        widgets::weak(ui, &cx.text("found-about"));
        ui.add_space(space::S);
        for experiment in cx.state.project.iter().flat_map(|project| &project.found) {
            let drafts = cx.state.project.iter().flat_map(|project| &project.drafts);
            let saved = drafts.map(|draft| &draft.saved).find(|saved| saved.name == experiment.name);
            let edit = saved.map(|saved| edit_words(cx.words, saved, experiment)).unwrap_or_default();
            ui.label(format!("{}: {edit}", experiment.name));
        }
        ui.add_space(space::L);
        widgets::buttons_row(ui, |ui| {
            let take = cx.text("found-take");
            if widgets::primary_button(ui, true, icon::ARROW_COUNTER_CLOCKWISE, &take).clicked() {
                cx.act(Action::TakeUnsaved(true));
            }
            if widgets::secondary_button(ui, true, "", &cx.text("found-drop")).clicked() {
                cx.act(Action::TakeUnsaved(false));
            }
        });
    });
}
