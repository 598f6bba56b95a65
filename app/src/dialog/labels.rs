//! Tags and a note for runs.

use egui::{Key, Modifiers, TextEdit, Ui};
use engine::protocol::Labels;

use super::window_ui;
use crate::{
    action::Action,
    context::Context,
    state::EditedLabels,
    theme::{self, icon, space, text},
    widgets,
};

const WIDTH: f32 = 480.0;
const NOTE_ROWS: usize = 6;

/// Draws the fields, and keeps what is in them on a click or on Ctrl+Enter.
pub fn labels_ui(ui: &Ui, cx: &mut Context<'_>, edited: &EditedLabels) {
    let title = match &edited.runs[..] {
        [run] => cx.with("labels-of-run", &[("run", run.0.into())]),
        runs => cx.with("labels-of-runs", &[("count", (runs.len() as u64).into())]),
    };
    window_ui(ui, cx, &title, WIDTH, |ui, cx| {
        let (mut tags, mut note) = (edited.tags.clone(), edited.note.clone());
        name_ui(ui, &cx.text("labels-tags"));
        let hint = cx.text("labels-tags-hint");
        let field = widgets::text_field(&mut tags).hint_text(&hint).desired_width(f32::INFINITY);
        let field = ui.add(field.char_limit(Labels::MAX_TAGS * Labels::MAX_TAG));
        widgets::name_field(&field, &cx.text("labels-tags"), &tags);
        if edited.runs.len() == 1 {
            ui.add_space(space::M);
            name_ui(ui, &cx.text("labels-note"));
            let field = TextEdit::multiline(&mut note)
                .desired_rows(NOTE_ROWS)
                .desired_width(f32::INFINITY)
                .margin(space::S)
                .char_limit(Labels::MAX_NOTE);
            let field = ui.add(field);
            widgets::name_field(&field, &cx.text("labels-note"), &note);
        }
        let is_typed = tags != edited.tags || note != edited.note;
        if is_typed {
            cx.act(Action::TypeLabels { tags, note });
        }
        ui.add_space(space::L);
        let by_keys = ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter));
        widgets::buttons_row(ui, |ui| {
            if widgets::primary_button(ui, true, icon::CHECK, &cx.text("labels-keep")).clicked() || by_keys {
                cx.act(Action::KeepLabels);
            }
            if widgets::ghost_button(ui, true, "", &cx.text("dialog-cancel")).clicked() {
                cx.act(Action::CloseDialog);
            }
        });
    });
}

fn name_ui(ui: &mut Ui, name: &str) {
    ui.label(text::small(name).color(theme::colors(ui).text_weak));
}
