//! The Compare screen: all runs in a table, and the chosen ones side by side.
//!
//! A run is chosen here, and its curves drawn on the Train screen, by one and the same mark.

mod column;
mod lines;
mod menu;
mod model;
mod query;
mod results;
mod row;
mod settings;
mod side;
mod table;
#[cfg(test)]
mod tests;
mod toolbar;
mod view;
pub mod words;

use egui::{CentralPanel, Frame, Margin, Panel, Ui};

pub use column::{setting_name, setting_text};

use self::{column::Column, view::TableView};
use crate::{
    action::Action,
    context::Context,
    mirror::Run,
    search,
    stage::Stage,
    theme::{self, icon, space},
    train, widgets,
};

/// Draws the Compare screen of the open project.
pub fn compare_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(project) = &cx.state.project else { return };
    if project.searching.is_shown {
        return search::search_ui(ui, cx);
    }
    let folder = project.folder.clone();
    let ground = Frame::new().fill(theme::colors(ui).background).inner_margin(Margin::same(space::L as i8));
    if cx.mirror.runs(&folder).next().is_none() && cx.mirror.deleted().next().is_none() {
        CentralPanel::no_frame().frame(ground).show(ui, |ui| nothing_ui(ui, cx));
        return;
    }
    let mut view = TableView::load(ui, &folder);
    let tall = ui.available_height();
    Panel::bottom("compare_side")
        .resizable(true)
        .frame(ground)
        .default_size(tall * 0.52)
        .size_range(160.0..=tall * 0.8)
        .show(ui, |ui| {
            side::side_ui(ui, cx, &mut view);
            ui.take_available_space();
        });
    CentralPanel::no_frame().frame(ground).show(ui, |ui| {
        let columns = view.columns.clone().unwrap_or_else(|| Column::usual(train::task(cx)));
        let lines = lines::lines(ui, cx.mirror, &folder, &view, &columns);
        toolbar::toolbar_ui(ui, cx, &folder, &mut view, &columns, &lines);
        ui.add_space(space::S);
        table::table_ui(ui, cx, &folder, &mut view, &columns, &lines);
    });
    view.store(ui, &folder);
}

/// What stands here before there is a run.
fn nothing_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let (title, line) = (cx.text("compare-empty-title"), cx.text("compare-empty-text"));
    let label = cx.text("command-stage-train");
    let mut is_clicked = false;
    widgets::empty_state(ui, icon::COLUMNS, &title, &line, |ui| {
        is_clicked = widgets::primary_button(ui, true, icon::CHART_LINE, &label).clicked();
    });
    if is_clicked {
        cx.act(Action::ShowStage(Stage::Train));
    }
}

/// The chosen runs of the open project, oldest first.
fn chosen<'a>(cx: &Context<'a>) -> Vec<&'a Run> {
    train::shown_runs(cx)
}
