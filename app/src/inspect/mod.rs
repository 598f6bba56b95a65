//! The Inspect screen: what the heads of a run attended to for a sample, and what becomes of its prediction without
//! them; what layers of images gave.
//!
//! Small maps are drawn from one texture a layer, the opened one from one of its own; both are made once an answer.

mod answer;
mod beside;
mod cam;
mod controls;
pub mod export;
mod images;
mod lines;
mod map;
mod moment;
mod neurons;
mod overview;
mod pictures;
mod scene;
#[cfg(test)]
mod tests;
mod together;
mod toolbar;

use egui::{CentralPanel, Frame, Margin, Panel, ScrollArea, Ui};

use self::scene::Scene;
use crate::{
    action::Action,
    context::Context,
    stage::Stage,
    state::{Drawn, Inspecting, Opened, View},
    theme::{self, icon, space},
    widgets,
};

/// Draws the Inspect screen of the open project.
pub fn inspect_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let colors = theme::colors(ui);
    let ground = Frame::new().fill(colors.background).inner_margin(Margin::same(space::L as i8));
    let Some(scene) = Scene::of(cx) else {
        CentralPanel::no_frame().frame(ground).show(ui, |ui| nothing_ui(ui, cx));
        return;
    };
    let mut wanted = scene.inspecting.clone();
    let side = Frame::new().fill(colors.panel).inner_margin(Margin::same(space::L as i8));
    Panel::left("inspect_controls").resizable(false).exact_size(controls::WIDTH).frame(side).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            controls::controls_ui(ui, cx, &scene, &mut wanted);
        });
    });
    CentralPanel::no_frame().frame(ground).show(ui, |ui| {
        toolbar::toolbar_ui(ui, cx, &scene, &mut wanted);
        ui.add_space(space::M);
        match scene.beside(cx) {
            Some(other) => beside::sides_ui(ui, cx, [&scene, &other], &mut wanted),
            None => content_ui(ui, cx, &scene, &mut wanted),
        }
    });
    if wanted != *scene.inspecting {
        cx.act(Action::Inspect(Box::new(wanted)));
    }
}

fn content_ui(ui: &mut Ui, cx: &Context<'_>, scene: &Scene<'_>, wanted: &mut Inspecting) {
    let looked = match scene.shown.map(|looked| (looked, &looked.found)) {
        Some((looked, Ok(look))) => (looked, look),
        Some((_, Err(problem))) => {
            let (message, hint) = cx.words.problem(problem);
            return widgets::problem_card(ui, &message, hint.as_deref());
        }
        None => {
            ui.centered_and_justified(|ui| widgets::weak(ui, &cx.text("inspect-wait")));
            return;
        }
    };
    let (looked, look) = looked;
    match scene.inspecting.view_of(look) {
        View::Attention => {}
        View::Images => return images::images_ui(ui, cx, looked.version, look),
        View::Cam => return cam::cam_ui(ui, cx, looked.version, look, looked.weighed()),
    }
    match scene.opened(look) {
        Some(opened) => match (scene.inspecting.drawn, &opened.title) {
            (Drawn::Lines, _) => lines::lines_ui(ui, cx, scene, look, &opened, wanted),
            (Drawn::Neurons, Opened::Head { .. }) => neurons::neurons_ui(ui, cx, look, &opened, wanted),
            _ => map::map_ui(ui, cx, looked.version, look, &opened),
        },
        None => overview::overview_ui(ui, cx, scene, looked.version, look, wanted),
    }
}

/// What stands here before anything was learned.
fn nothing_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let (title, line) = (cx.text("inspect-empty-title"), cx.text("inspect-empty-text"));
    let label = cx.text("command-stage-train");
    let mut is_clicked = false;
    widgets::empty_state(ui, icon::EYE, &title, &line, |ui| {
        is_clicked = widgets::primary_button(ui, true, icon::CHART_LINE, &label).clicked();
    });
    if is_clicked {
        cx.act(Action::ShowStage(Stage::Train));
    }
}
