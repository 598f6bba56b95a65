//! The chosen runs side by side: curves, settings, models, results.

use egui::{Sense, Ui, vec2};

use super::{
    chosen, model, results, settings,
    view::{Tab, TableView},
};
use crate::{
    context::Context,
    mirror::Run,
    theme::{self, icon, space, text},
    train, widgets,
};

/// Most runs that stand beside each other.
pub const MAX_BESIDE: usize = 12;

/// Draws what the tab says.
pub fn side_ui(ui: &mut Ui, cx: &mut Context<'_>, view: &mut TableView) {
    ui.horizontal(|ui| {
        let tabs = [
            (Tab::Curves, "compare-tab-curves"),
            (Tab::Settings, "compare-tab-settings"),
            (Tab::Model, "compare-tab-model"),
            (Tab::Results, "compare-tab-results"),
        ];
        let tabs = tabs.map(|(tab, key)| (tab, cx.text(key), cx.hint(key)));
        if let Some(tab) = widgets::segmented(ui, &tabs, view.tab) {
            view.tab = tab;
        }
        if view.tab == Tab::Settings {
            ui.add_space(space::S);
            if widgets::checkbox(ui, view.differences, &cx.text("compare-only-differences")) {
                view.differences = !view.differences;
            }
        }
    });
    ui.add_space(space::S);
    let runs = chosen(cx);
    if runs.is_empty() {
        return choose_ui(ui, cx, "compare-choose-one");
    }
    match view.tab {
        Tab::Curves => train::curves_ui(ui, cx),
        _ if runs.len() < 2 => choose_ui(ui, cx, "compare-choose-two"),
        Tab::Settings => settings::settings_ui(ui, cx, &runs, view.differences),
        Tab::Model => model::model_ui(ui, cx, &runs),
        Tab::Results => results::results_ui(ui, cx, &runs),
    }
}

/// What stands here before enough runs are chosen.
fn choose_ui(ui: &mut Ui, cx: &Context<'_>, key: &str) {
    let (title, line) = (cx.text("compare-choose-title"), cx.text(key));
    widgets::empty_state(ui, icon::COLUMNS, &title, &line, |_| {});
}

/// A run's name with its colour.
pub fn name_ui(ui: &mut Ui, cx: &Context<'_>, run: &Run) {
    let colors = theme::colors(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let (dot, _) = ui.allocate_exact_size(vec2(space::M, space::L), Sense::hover());
        ui.painter().circle_filled(dot.center(), space::XS, train::run_color(ui, run.summary.id));
        let name = cx.with("train-run", &[("run", run.summary.id.0.into())]);
        ui.label(text::strong(name).color(colors.text_strong)).on_hover_text(&run.summary.experiment);
    });
}
