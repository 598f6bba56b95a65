//! The Data screen: the rows in a table or, of pictures, as a grid; what each column holds; how rows are divided.

mod column;
mod head;
mod label;
mod overview;
mod recipe;
mod rows;

pub use label::Picked;
pub use recipe::step_words;

use std::ops::Range;

use egui::{Align, CentralPanel, Frame, Layout, Margin, Panel, TextEdit, Ui};
use engine::data::{ColumnKind, room::View};

use crate::{
    action::Action,
    context::Context,
    format,
    theme::{self, icon, size, space},
    widgets,
};

/// Width of what stands beside the rows.
const SIDE: f32 = 344.0;

/// What the user is doing with the data.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Looking {
    pub view: View,
    /// The rows in sight, by their places in the view.
    pub rows: Range<usize>,
    /// The column that is looked at.
    pub column: Option<String>,
    /// Whether pictures are shown as a table, too.
    pub as_table: bool,
    /// Whether the recipe stands beside the rows, in place of the overview.
    pub shows_recipe: bool,
    /// The step of the recipe that is looked at, from 0.
    pub step: Option<usize>,
    /// The rows that are to get another label.
    pub picked: Picked,
}

/// Draws the Data screen of the open project.
pub fn data_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(project) = &cx.state.project else { return };
    let (folder, looking) = (project.folder.clone(), project.looking.clone());
    let ground = Frame::new().fill(theme::colors(ui).background).inner_margin(Margin::same(space::L as i8));
    let side = Frame::new().fill(theme::colors(ui).panel).inner_margin(Margin::same(space::L as i8));
    Panel::right("data_side").exact_size(SIDE).resizable(false).frame(side).show(ui, |ui| {
        let survey = cx.mirror.rows.survey(&folder);
        let found = survey
            .zip(looking.column.as_ref())
            .and_then(|(survey, name)| survey.columns.iter().find(|column| column.info.name == *name));
        egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| match (survey, found) {
            (None, _) => {
                ui.spinner();
            }
            (Some(survey), Some(column)) => column::column_ui(ui, cx, column, survey),
            (Some(survey), None) => {
                side_ui(ui, cx, &looking);
                if looking.shows_recipe {
                    recipe::recipe_ui(ui, cx, &looking);
                } else {
                    overview::overview_ui(ui, cx, &looking, survey);
                }
            }
        });
    });
    CentralPanel::no_frame().frame(ground).show(ui, |ui| {
        toolbar_ui(ui, cx, &looking);
        ui.add_space(space::S);
        if shows_grid(cx, &looking) {
            rows::grid_ui(ui, cx, &looking);
        } else {
            rows::table_ui(ui, cx, &looking);
        }
        label::label_ui(ui, cx, &looking);
    });
}

/// What stands beside the rows.
fn side_ui(ui: &mut Ui, cx: &mut Context<'_>, looking: &Looking) {
    let sides = [
        (false, cx.text("data-overview"), cx.hint("data-overview")),
        (true, cx.text("data-recipe"), cx.hint("data-recipe")),
    ];
    if let Some(shows_recipe) = widgets::segmented(ui, &sides, looking.shows_recipe) {
        cx.act(Action::LookAtRows(Box::new(Looking { shows_recipe, ..looking.clone() })));
    }
    ui.add_space(space::M);
}

/// Whether rows are shown as a grid of pictures.
fn shows_grid(cx: &Context<'_>, looking: &Looking) -> bool {
    !looking.as_table && has_pictures(cx)
}

fn has_pictures(cx: &Context<'_>) -> bool {
    let columns = cx.mirror.opened.as_ref().map(|opened| &opened.data.columns);
    columns.is_some_and(|columns| columns.iter().any(|column| column.kind == ColumnKind::Image))
}

/// The filter, how many rows it leaves, and how they are shown.
fn toolbar_ui(ui: &mut Ui, cx: &mut Context<'_>, looking: &Looking) {
    ui.horizontal(|ui| {
        let label = cx.text("data-filter");
        let mut typed = looking.view.filter.clone();
        let field = TextEdit::singleline(&mut typed)
            .hint_text(cx.text("data-filter-hint"))
            .margin(Margin::symmetric(10, 4))
            .min_size(egui::vec2(0.0, size::CONTROL))
            .vertical_align(Align::Center)
            .desired_width(360.0);
        let response = ui.add(field).on_hover_text(cx.hint("data-filter"));
        widgets::name_field(&response, &label, &typed);
        if typed != looking.view.filter {
            let view = View { filter: typed, ..looking.view.clone() };
            cx.act(Action::LookAtRows(Box::new(Looking { view, rows: 0..0, ..looking.clone() })));
        }
        if !looking.view.filter.is_empty()
            && widgets::icon_button(ui, true, icon::X, &cx.text("data-filter-off")).clicked()
        {
            let view = View { filter: String::new(), ..looking.view.clone() };
            cx.act(Action::LookAtRows(Box::new(Looking { view, rows: 0..0, ..looking.clone() })));
        }
        let all = cx.mirror.opened.as_ref().map_or(0, |opened| opened.data.rows);
        match cx.mirror.rows.total(&looking.view) {
            Some(shown) => {
                let values = [
                    ("shown", format::count(shown as u64).into()),
                    ("rows", format::count(all as u64).into()),
                ];
                let key = if shown == all { "data-rows" } else { "data-rows-of" };
                widgets::weak(ui, &cx.with(key, &values));
            }
            None => {
                ui.spinner();
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if has_pictures(cx) {
                let ways = [
                    (false, cx.text("data-as-grid"), String::new()),
                    (true, cx.text("data-as-table"), String::new()),
                ];
                if let Some(as_table) = widgets::segmented(ui, &ways, looking.as_table) {
                    cx.act(Action::LookAtRows(Box::new(Looking { as_table, ..looking.clone() })));
                }
            }
            if looking.column.is_some() {
                let label = cx.text("data-overview");
                if widgets::ghost_button(ui, true, icon::CARET_LEFT, &label).clicked() {
                    cx.act(Action::LookAtRows(Box::new(Looking { column: None, ..looking.clone() })));
                }
            }
        });
    });
}
