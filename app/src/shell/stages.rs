//! The screen of the stage that is chosen.

use egui::{CentralPanel, Frame, Ui};

use crate::{
    compare::compare_ui,
    context::Context,
    data::data_ui,
    inspect::inspect_ui,
    model::model_ui,
    playground::playground_ui,
    stage::Stage,
    theme::{self, space},
    train::{task, train_ui},
    widgets,
};

/// Draws a stage's screen.
pub fn stage_ui(ui: &mut Ui, cx: &mut Context<'_>, stage: Stage) {
    match stage {
        Stage::Data => return data_ui(ui, cx),
        Stage::Model => return model_ui(ui, cx),
        Stage::Train => return train_ui(ui, cx),
        Stage::Compare => return compare_ui(ui, cx),
        Stage::Try if task(cx).writes() => return playground_ui(ui, cx),
        Stage::Inspect => return inspect_ui(ui, cx),
        _ => {}
    }
    let frame = Frame::new().fill(theme::colors(ui).background).inner_margin(space::XL);
    CentralPanel::no_frame().frame(frame).show(ui, |ui| not_built_ui(ui, cx, stage));
}

/// What will be on a screen that is not built yet.
fn not_built_ui(ui: &mut Ui, cx: &mut Context<'_>, stage: Stage) {
    let name = stage.name();
    let title = cx.text(&format!("stage-{name}"));
    let line = cx.text(&format!("stage-{name}-purpose"));
    widgets::empty_state(ui, stage.icon(), &title, &line, |_| {});
}
