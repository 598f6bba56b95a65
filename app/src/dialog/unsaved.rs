//! What becomes of edits when the project is left.

use egui::Ui;

use super::window_ui;
use crate::{
    action::Action,
    context::Context,
    theme::{icon, space},
    widgets,
};

const WIDTH: f32 = 440.0;

/// Asks whether to save.
pub fn unsaved_ui(ui: &Ui, cx: &mut Context<'_>) {
    let title = cx.text("unsaved");
    window_ui(ui, cx, &title, WIDTH, |ui, cx| {
        let drafts = cx.state.project.iter().flat_map(|project| &project.drafts);
        let unsaved = drafts.filter(|draft| draft.is_dirty());
        let names: Vec<_> = unsaved.map(|draft| draft.edited.name.as_str()).collect();
        widgets::weak(ui, &cx.with("unsaved-about", &[("experiments", names.join(", ").into())]));
        ui.add_space(space::L);
        widgets::buttons_row(ui, |ui| {
            if widgets::primary_button(ui, true, icon::FLOPPY_DISK, &cx.text("unsaved-save")).clicked() {
                cx.act(Action::SaveAndGoOn);
            }
            if widgets::secondary_button(ui, true, "", &cx.text("unsaved-discard")).clicked() {
                cx.act(Action::DiscardAndGoOn);
            }
            if widgets::ghost_button(ui, true, "", &cx.text("dialog-cancel")).clicked() {
                cx.act(Action::CloseDialog);
            }
        });
    });
}
