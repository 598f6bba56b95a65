//! What a model of text would have said, beside what was to be said.

use egui::{Frame, Margin, RichText, Ui};
use engine::protocol::TextExample;

use crate::{
    context::Context,
    theme::{self, radius, space, text},
};

/// Texts that are shown; a report holds more.
const SHOWN: usize = 5;

/// The first examples, one under the other.
pub fn texts_ui(ui: &mut Ui, cx: &Context<'_>, examples: &[TextExample]) {
    if examples.is_empty() {
        return;
    }
    let colors = theme::colors(ui);
    let title = cx.text("train-texts");
    ui.label(text::strong(&title).color(colors.text_strong)).on_hover_text(cx.hint("train-texts"));
    for example in examples.iter().take(SHOWN) {
        ui.add_space(space::S);
        let frame = Frame::new().fill(colors.raised).corner_radius(radius::CONTROL);
        frame.inner_margin(Margin::same(space::S as i8)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            let parts = [
                ("train-texts-source", &example.source, colors.text),
                ("train-texts-truth", &example.truth, colors.text),
                ("train-texts-predicted", &example.predicted, colors.text_strong),
            ];
            for (key, words, color) in parts.into_iter().filter(|(_, words, _)| !words.is_empty()) {
                ui.label(text::small(cx.text(key)).color(colors.text_weak));
                ui.label(RichText::new(words).color(color));
            }
        });
    }
}
