//! What a model writes: tokens as likely as they are tinted, each with those that might have come in its place.

use egui::{Color32, Label, Popup, RichText, ScrollArea, Sense, Ui};
use engine::{data::Masking, generate::Said, project::Task, protocol::RunId};

use crate::{
    action::Action,
    context::Context,
    format,
    mirror::Written,
    theme::{self, space, text},
    train::task,
    widgets,
};

/// How strong the tint of the least likely token is.
const TINT: f32 = 0.32;

/// The text as far as it is written, behind its prompt.
pub fn written_ui(ui: &mut Ui, cx: &mut Context<'_>, run: RunId) {
    let fills = task(cx) == Task::MaskedLm;
    let Some(written) = &cx.mirror.written else {
        widgets::weak(ui, &cx.text(if fills { "try-nothing-filled" } else { "try-nothing" }));
        return;
    };
    let colors = theme::colors(ui);
    ui.horizontal(|ui| {
        ui.label(text::title(cx.text("try-written")).color(colors.text_strong));
        let count = written.said.iter().filter(|said| !fills || is_filled(said)).count();
        ui.label(text::small(cx.with("try-count", &[("count", count.into())])).color(colors.text_weak));
    });
    ui.add_space(space::XS);
    ScrollArea::vertical().auto_shrink(false).stick_to_bottom(!written.is_over).show(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = egui::vec2(0.0, space::XS);
            // What was filled in stands within the prompt, which is told with it.
            let before = if fills { "" } else { &*written.prompt };
            for line in before.split_inclusive('\n') {
                line_ui(ui, line, |ui, words| {
                    ui.label(RichText::new(words).color(colors.text_weak));
                });
            }
            for place in 0..written.said.len() {
                token_ui(ui, cx, run, written, place);
            }
        });
    });
}

/// Words, and a new line where they end in one.
fn line_ui(ui: &mut Ui, line: &str, mut words_ui: impl FnMut(&mut Ui, &str)) {
    let words = line.trim_end_matches(['\n', '\r']);
    if !words.is_empty() {
        words_ui(ui, words);
    }
    if words.len() < line.len() {
        ui.end_row();
    }
}

fn token_ui(ui: &mut Ui, cx: &mut Context<'_>, run: RunId, written: &Written, place: usize) {
    let said = &written.said[place];
    let fills = task(cx) == Task::MaskedLm;
    let mut opened = None;
    for line in said.text.split_inclusive('\n') {
        line_ui(ui, line, |ui, words| {
            if fills && !is_filled(said) {
                ui.label(RichText::new(words).color(theme::colors(ui).text_weak));
                return;
            }
            let label =
                Label::new(RichText::new(words).background_color(tint(ui, said))).sense(Sense::click());
            let response = ui.add(label).on_hover_ui(|ui| alternatives_ui(ui, said));
            let popup = Popup::menu(&response).show(|ui| others_ui(ui, cx, said));
            opened = opened.take().or(popup.and_then(|popup| popup.inner));
        });
    }
    if let Some(instead) = opened {
        let prompt =
            if fills { refilled(written, place, &instead) } else { went_on(written, place, &instead) };
        cx.act(Action::Write { run, prompt });
    }
}

/// Whether it was said by the model, rather than given to it.
fn is_filled(said: &Said) -> bool {
    !said.alternatives.is_empty()
}

/// The text up to a token, and another in its place.
fn went_on(written: &Written, place: usize, instead: &str) -> String {
    let before: String = written.said[..place].iter().map(|said| &*said.text).collect();
    format!("{}{before}{instead}", written.prompt)
}

/// The text with a token in the place of one that was hidden; the others are hidden still.
fn refilled(written: &Written, place: usize, instead: &str) -> String {
    let part = |(number, said): (usize, &Said)| match number {
        number if number == place => instead.to_owned(),
        _ if is_filled(said) => Masking::MASK.to_owned(),
        _ => said.text.clone(),
    };
    written.said.iter().enumerate().map(part).collect()
}

/// The less likely, the warmer.
fn tint(ui: &Ui, said: &Said) -> Color32 {
    let strength = (1.0 - said.probability.clamp(0.0, 1.0)) * TINT;
    theme::colors(ui).warning.gamma_multiply(strength)
}

fn alternatives_ui(ui: &mut Ui, said: &Said) {
    let colors = theme::colors(ui);
    ui.label(text::strong(format::percent(f64::from(said.probability))).color(colors.text_strong));
    egui::Grid::new("alternatives").num_columns(2).min_row_height(0.0).show(ui, |ui| {
        for (token, probability) in &said.alternatives {
            ui.label(text::mono(shown(token)));
            ui.label(text::mono(format::percent(f64::from(*probability))).color(colors.text_weak));
            ui.end_row();
        }
    });
}

/// The tokens to go on with instead; gives the one that was chosen.
fn others_ui(ui: &mut Ui, cx: &Context<'_>, said: &Said) -> Option<String> {
    widgets::weak(ui, &cx.text("try-instead"));
    let mut chosen = None;
    for (token, probability) in said.alternatives.iter().filter(|(token, _)| !token.is_empty()) {
        let words = format!("{}  {}", shown(token), format::percent(f64::from(*probability)));
        if ui.button(text::mono(words)).clicked() {
            chosen = Some(token.clone());
        }
    }
    chosen
}

/// A token as it can be seen.
fn shown(token: &str) -> String {
    token.replace('\n', "↵").replace(' ', "␣")
}
