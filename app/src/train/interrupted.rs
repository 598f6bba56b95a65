//! The newest run, where its program ended before it did: how far it came, and the way back.

use egui::{Align, Frame, Layout, Margin, Panel, Ui};
use engine::protocol::RunSummary;

use crate::{
    action::Action,
    context::Context,
    format,
    locale::Locale,
    theme::{self, icon, space, text},
    widgets,
};

/// What happened, and what resuming would do.
pub fn told(run: &RunSummary, words: &Locale) -> [String; 2] {
    let happened = [("run", run.id.0.into()), ("step", format::count(run.step).into())];
    let back = match run.checkpoint {
        Some(step) => words.with("train-interrupted-back", &[("step", format::count(step).into())]),
        None => words.text("train-interrupted-anew"),
    };
    [words.with("train-interrupted-at", &happened), back]
}

/// Draws the strip; nothing, where nothing was interrupted or nobody wants to hear of it any more.
pub fn interrupted_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(project) = &cx.state.project else { return };
    let Some(run) = cx.mirror.runs(&project.folder).next_back().map(|run| &run.summary) else { return };
    if !run.state.is_interrupted() || project.dismissed == Some(run.id) {
        return;
    }
    let colors = theme::colors(ui);
    let margin = Margin::symmetric(space::L as i8, space::S as i8);
    let frame = Frame::new().fill(colors.warning.gamma_multiply(0.1)).inner_margin(margin);
    Panel::top("train_interrupted").frame(frame).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.label(text::icon(icon::WARNING, 16.0).color(colors.warning));
            let [happened, back] = told(run, cx.words);
            ui.label(text::strong(happened).color(colors.text_strong));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                if widgets::icon_button(ui, true, icon::X, &cx.text("train-interrupted-dismiss")).clicked() {
                    cx.act(Action::DismissInterrupted(run.id));
                }
                let resume = cx.with("train-interrupted-resume", &[("run", run.id.0.into())]);
                if widgets::secondary_button(ui, true, icon::PLAY, &resume).clicked() {
                    cx.act(Action::Resume(run.id));
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.add(egui::Label::new(text::small(back).color(colors.text)).truncate());
                });
            });
        });
    });
}
