//! What can be done with a run, or with all that are chosen.

use egui::{Button, Ui};
use engine::protocol::{Labels, RunId};

use super::view::Shelf;
use crate::{
    action::{Action, Exported},
    context::Context,
    mirror::Run,
    theme::{icon, text},
    widgets,
};

/// Draws a run's menu.
pub fn run_menu_ui(ui: &mut Ui, cx: &mut Context<'_>, run: &Run, shelf: Shelf) {
    let id = run.summary.id;
    if shelf == Shelf::Bin {
        if item(ui, cx, icon::ARROW_COUNTER_CLOCKWISE, "compare-restore", true).clicked() {
            cx.act(Action::RestoreRuns(vec![id]));
        }
        return;
    }
    if item(ui, cx, icon::CHART_LINE, "compare-look", true).clicked()
        && let Some(project) = &cx.state.project
    {
        cx.act(Action::GoToRun { folder: project.folder.clone(), run: id });
    }
    ui.separator();
    let repeat = item(ui, cx, icon::STACK, "compare-repeat", run.experiment.is_some());
    let repeat = repeat.on_hover_text(cx.hint("compare-repeat"));
    if repeat.on_disabled_hover_text(cx.text("compare-export-unread")).clicked() {
        cx.act(Action::AskSeeds(Some(id)));
    }
    ui.separator();
    let kinds = [
        (Exported::Report, "compare-export-report", run.experiment.is_some()),
        (Exported::Csv, "compare-export-csv", true),
        (Exported::Parquet, "compare-export-parquet", true),
        (Exported::Tensorboard, "compare-export-tensorboard", true),
    ];
    for (what, key, enabled) in kinds {
        let export = item(ui, cx, icon::EXPORT, key, enabled);
        let export = export.on_hover_text(cx.hint(key));
        if export.on_disabled_hover_text(cx.text("compare-export-unread")).clicked() {
            cx.act(Action::Export { run: id, what });
        }
    }
    ui.separator();
    let has_card = run.card.is_some();
    if item(ui, cx, icon::TAG, "compare-edit-labels", has_card).clicked() {
        cx.act(Action::EditLabels(vec![id]));
    }
    let archive = if run.is_archived() { "compare-unarchive" } else { "compare-archive" };
    if item(ui, cx, icon::FOLDER, archive, has_card).clicked() {
        cx.act(Action::Label(archived(&[run], !run.is_archived())));
    }
    let is_over = run.summary.state.is_over();
    let delete = item(ui, cx, icon::TRASH, "compare-delete", is_over);
    if delete.on_disabled_hover_text(cx.text("compare-delete-off")).clicked() {
        cx.act(Action::DeleteRuns(vec![id]));
    }
}

/// What can be done with the chosen runs of a shelf.
pub fn chosen_ui(ui: &mut Ui, cx: &mut Context<'_>, chosen: &[&Run], shelf: Shelf) {
    let ids: Vec<RunId> = chosen.iter().map(|run| run.summary.id).collect();
    let is_over = chosen.iter().all(|run| run.summary.state.is_over());
    let delete = widgets::icon_button(ui, is_over, icon::TRASH, &cx.text("compare-delete-chosen"));
    if delete.on_disabled_hover_text(cx.text("compare-delete-off")).clicked() {
        cx.act(Action::DeleteRuns(ids.clone()));
    }
    let (key, archive) = match shelf {
        Shelf::Archive => ("compare-unarchive-chosen", false),
        _ => ("compare-archive-chosen", true),
    };
    if widgets::icon_button(ui, true, icon::FOLDER, &cx.text(key)).clicked() {
        cx.act(Action::Label(archived(chosen, archive)));
    }
    if widgets::icon_button(ui, true, icon::TAG, &cx.text("compare-edit-labels-chosen")).clicked() {
        cx.act(Action::EditLabels(ids));
    }
}

fn item(ui: &mut Ui, cx: &Context<'_>, icon: &str, key: &str, enabled: bool) -> egui::Response {
    let label = cx.text(key);
    let response = ui.add_enabled(enabled, Button::new((text::icon(icon, 15.0), label.clone())));
    widgets::name(&response, egui::WidgetType::Button, &label);
    response
}

/// The runs' labels with them put away or taken out again.
fn archived(runs: &[&Run], archived: bool) -> Vec<(RunId, Labels)> {
    let labels = |run: &&Run| {
        let labels = &run.card.as_ref()?.card.labels;
        Some((run.summary.id, Labels { archived, ..labels.clone() }))
    };
    runs.iter().filter_map(labels).collect()
}
