//! Above the table: what is looked for, how it is grouped, which columns there are, what is done with the
//! chosen runs.

use std::{
    hash::{Hash, Hasher},
    path::Path,
    sync::Arc,
};

use egui::{
    Align, Id, Layout, Popup, PopupCloseBehavior, ScrollArea, TextEdit, Ui,
    cache::{ComputerMut, FrameCache},
};
use engine::protocol::RunId;

use super::{
    chosen,
    column::Column,
    lines::{Lines, on_shelf},
    menu,
    view::{Shelf, TableView},
};
use crate::{
    action::{Action, Pick},
    context::Context,
    format,
    mirror::{Mirror, Run},
    state::ProjectState,
    theme::{self, icon, size, space, text},
    widgets,
};

/// Widest that the filter gets.
const FILTER: f32 = 300.0;
const MENU: f32 = 320.0;
const ITEM: f32 = 26.0;

/// Draws the bar.
pub fn toolbar_ui(
    ui: &mut Ui,
    cx: &mut Context<'_>,
    folder: &Path,
    view: &mut TableView,
    columns: &[Column],
    lines: &Arc<Lines>,
) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        filter_ui(ui, cx, view);
        shelves_ui(ui, cx, folder, view);
        let searches = widgets::ghost_button(ui, true, icon::MAGNIFYING_GLASS, &cx.text("compare-searches"));
        if searches.on_hover_text(cx.hint("compare-searches")).clicked() {
            cx.act(Action::ShowSearches(true));
        }
        let import = widgets::icon_button(ui, true, icon::DOWNLOAD_SIMPLE, &cx.text("compare-import"));
        if import.on_hover_text(cx.hint("compare-import")).clicked() {
            cx.act(Action::Pick(Pick::Curves));
        }
        group_ui(ui, cx, folder, view);
        columns_ui(ui, cx, folder, view, columns);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            chosen_ui(ui, cx, view, lines);
        });
    });
}

fn filter_ui(ui: &mut Ui, cx: &Context<'_>, view: &mut TableView) {
    let (label, hint) = (cx.text("compare-filter"), cx.hint("compare-filter"));
    let field: TextEdit<'_> = widgets::text_field(&mut view.query)
        .hint_text(cx.text("compare-filter-example"))
        .desired_width((ui.available_width() * 0.3).min(FILTER))
        .char_limit(500);
    let response = ui.add(field);
    widgets::name_field(&response, &label, &view.query);
    response.on_hover_text(hint);
    if !view.query.is_empty()
        && widgets::icon_button(ui, true, icon::X, &cx.text("compare-clear-filter")).clicked()
    {
        view.query.clear();
    }
}

/// Runs, archive and bin, with how many there are.
fn shelves_ui(ui: &mut Ui, cx: &Context<'_>, folder: &Path, view: &mut TableView) {
    let archived = cx.mirror.runs(folder).filter(|run| run.is_archived()).count();
    let (all, deleted) = (cx.mirror.runs(folder).count(), cx.mirror.deleted().count());
    let shelves = [
        (Shelf::Runs, "compare-shelf-runs", all - archived),
        (Shelf::Archive, "compare-shelf-archive", archived),
        (Shelf::Bin, "compare-shelf-bin", deleted),
    ];
    let shelves = shelves.map(|(shelf, key, runs)| {
        (shelf, cx.with(key, &[("runs", format::count(runs as u64).into())]), cx.hint(key))
    });
    if let Some(shelf) = widgets::segmented(ui, &shelves, view.shelf) {
        view.shelf = shelf;
    }
}

fn group_ui(ui: &mut Ui, cx: &Context<'_>, folder: &Path, view: &mut TableView) {
    let label = match &view.group {
        Some(column) => cx.with("compare-grouped", &[("column", column.head(cx).into())]),
        None => cx.text("compare-group-by"),
    };
    let response = widgets::secondary_button(ui, true, icon::STACK, &label);
    widgets::name(&response, egui::WidgetType::ComboBox, &cx.text("compare-group-by"));
    Popup::menu(&response).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        if ui.selectable_label(view.group.is_none(), cx.text("compare-ungrouped")).clicked() {
            view.group = None;
            ui.close();
        }
        let is_by_seeds = view.group == Some(Column::Seeds);
        let by_seeds = ui.selectable_label(is_by_seeds, cx.text("compare-group-seeds"));
        if by_seeds.on_hover_text(cx.hint("compare-group-seeds")).clicked() {
            view.group = Some(Column::Seeds);
            ui.close();
        }
        let offered = offered(ui, cx.mirror, folder, view.shelf);
        list_ui(ui, cx, "group", &offered, |ui, column, name| {
            let is_on = view.group.as_ref() == Some(column);
            if ui.selectable_label(is_on, name).clicked() {
                view.group = Some(column.clone());
                ui.close();
            }
        });
    });
}

fn columns_ui(ui: &mut Ui, cx: &Context<'_>, folder: &Path, view: &mut TableView, columns: &[Column]) {
    let response = widgets::secondary_button(ui, true, icon::COLUMNS, &cx.text("compare-columns"));
    Popup::menu(&response).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        if ui.button(cx.text("compare-columns-usual")).clicked() {
            view.columns = None;
        }
        let offered = offered(ui, cx.mirror, folder, view.shelf);
        list_ui(ui, cx, "columns", &offered, |ui, column, name| {
            let is_on = columns.contains(column);
            // One has to be left.
            if widgets::checkbox(ui, is_on, name) && (!is_on || columns.len() > 1) {
                let mut chosen = columns.to_vec();
                if is_on {
                    chosen.retain(|other| other != column);
                } else {
                    chosen.push(column.clone());
                }
                view.columns = Some(chosen);
            }
        });
    });
}

/// A list of columns with a field to find them by.
fn list_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    id: &str,
    columns: &[Column],
    mut item: impl FnMut(&mut Ui, &Column, &str),
) {
    ui.set_width(MENU);
    let id = Id::new(("compare_list", id));
    let mut sought: String = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let label = cx.text("compare-find-column");
    let field = widgets::text_field(&mut sought).hint_text(&label).desired_width(f32::INFINITY);
    let response = ui.add(field.char_limit(100));
    widgets::name_field(&response, &label, &sought);
    let small = sought.to_lowercase();
    let named: Vec<(&Column, String)> = columns
        .iter()
        .map(|column| (column, column.head(cx)))
        .filter(|(column, head)| head.to_lowercase().contains(&small) || column.name().contains(&small))
        .collect();
    ui.add_space(space::XS);
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().max_height(ITEM * 12.0).auto_shrink([false, true]).show_rows(
        ui,
        size::CONTROL,
        named.len(),
        |ui, visible| {
            for (column, head) in &named[visible] {
                ui.push_id(column, |ui| item(ui, column, head)).response.on_hover_text(column.name());
            }
        },
    );
    ui.data_mut(|data| data.insert_temp(id, sought));
}

/// How many runs are chosen, and what can be done with them.
fn chosen_ui(ui: &mut Ui, cx: &mut Context<'_>, view: &TableView, lines: &Lines) {
    if view.shelf == Shelf::Bin {
        return;
    }
    let colors = theme::colors(ui);
    let is_archived = view.shelf == Shelf::Archive;
    let runs: Vec<&Run> = chosen(cx).into_iter().filter(|run| run.is_archived() == is_archived).collect();
    if runs.is_empty() {
        let enabled = !lines.found.is_empty();
        let all = widgets::ghost_button(ui, enabled, icon::CHECK, &cx.text("compare-choose-all"));
        if all.on_hover_text(cx.hint("compare-choose-all")).clicked() {
            let first: Vec<RunId> = lines.found.iter().take(ProjectState::MAX_SHOWN).copied().collect();
            cx.act(Action::ShowRuns(first.into_iter().collect()));
        }
        return;
    }
    if widgets::icon_button(ui, true, icon::X, &cx.text("compare-choose-none")).clicked() {
        cx.act(Action::ShowRuns(Default::default()));
    }
    menu::chosen_ui(ui, cx, &runs, view.shelf);
    let count = cx.with("compare-chosen", &[("count", (runs.len() as u64).into())]);
    ui.label(text::small(count).color(colors.text_strong));
}

/// The columns that the runs of a shelf have; the same until something changes.
fn offered(ui: &Ui, mirror: &Mirror, folder: &Path, shelf: Shelf) -> Arc<Vec<Column>> {
    ui.memory_mut(|memory| {
        memory.caches.cache::<OfferedCache>().get(Offered { mirror, folder, shelf }).clone()
    })
}

type OfferedCache = FrameCache<Arc<Vec<Column>>, Collector>;

#[derive(Default)]
struct Collector;

#[derive(Clone, Copy)]
struct Offered<'o> {
    mirror: &'o Mirror,
    folder: &'o Path,
    shelf: Shelf,
}

impl Hash for Offered<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.mirror.version(), self.folder, self.shelf).hash(state);
    }
}

impl ComputerMut<Offered<'_>, Arc<Vec<Column>>> for Collector {
    fn compute(&mut self, offered: Offered<'_>) -> Arc<Vec<Column>> {
        Arc::new(Column::offered(on_shelf(offered.mirror, offered.folder, offered.shelf).into_iter()))
    }
}
