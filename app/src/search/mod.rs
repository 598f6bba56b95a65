//! The screen of searches, which the Compare screen shows in place of the runs: the list, the form of a new one, and
//! what a search has found so far.

mod form;
mod found;
mod importance;
mod list;
mod parallel;
mod progress;
mod trials;

use egui::{CentralPanel, Frame, Margin, Panel, Ui};
use engine::protocol::SearchDetail;

use crate::{
    context::Context,
    theme::{self, space},
    widgets,
};

const LIST: f32 = 248.0;

/// Draws the searches of the open project.
pub fn search_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(project) = &cx.state.project else { return };
    let colors = theme::colors(ui);
    let folder = project.folder.clone();
    let side = Frame::new().fill(colors.panel).inner_margin(Margin::same(space::M as i8));
    let ground = Frame::new().fill(colors.background).inner_margin(Margin::same(space::L as i8));
    Panel::left("search_list")
        .frame(side)
        .resizable(false)
        .exact_size(LIST)
        .show(ui, |ui| list::list_ui(ui, cx, &folder));
    CentralPanel::no_frame().frame(ground).show(ui, |ui| match project.searching.selected {
        None => form::form_ui(ui, cx),
        Some(search) => match cx.mirror.search(&folder, search) {
            Some(detail) => found::found_ui(ui, cx, detail),
            None => {
                widgets::weak(ui, &cx.text("search-reading"));
            }
        },
    });
}

/// What a trial of a search is coloured by: the place of its value among all, 0 the worst to 1 the best.
fn goodness(detail: &SearchDetail) -> Vec<Option<f32>> {
    let spec = &detail.summary.spec;
    let rises = spec.metric.is_better(1.0, 0.0);
    let values: Vec<f64> = detail.trials.iter().filter_map(|trial| trial.value).collect();
    let of = |value: f64| {
        let worse =
            values.iter().filter(|other| if rises { **other < value } else { **other > value }).count();
        worse as f32 / (values.len().saturating_sub(1)).max(1) as f32
    };
    detail.trials.iter().map(|trial| trial.value.map(of)).collect()
}
