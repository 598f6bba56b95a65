//! How the rows are divided, as a form, and what that comes to.

use egui::Ui;
use engine::{
    data::{ColumnInfo, ColumnKind},
    project::{SplitBy, SplitSpec, Task},
};

use crate::{
    context::Context,
    data::column::shares_ui,
    theme::{self, space, text},
    train::Form,
    widgets,
};

/// Draws the form.
pub fn split_ui(ui: &mut Ui, cx: &mut Context<'_>, split: &mut SplitSpec) {
    let strong = theme::colors(ui).text_strong;
    ui.label(text::strong(cx.text("data-splits")).color(strong)).on_hover_text(cx.hint("data-splits"));
    ui.add_space(space::XS);
    let Some(opened) = cx.mirror.opened.as_ref() else { return };
    let (task, target) = (opened.project.dataset.task, &opened.project.dataset.target);
    let columns: Vec<&ColumnInfo> =
        opened.data.columns.iter().filter(|column| column.name != *target).collect();
    let mut form = Form::new(ui, cx, Vec::new());
    ui.spacing_mut().item_spacing.y = space::XS;
    if task.is_of_corpus() {
        form.cx.text("recipe-by-corpus").lines().for_each(|line| drop(widgets::weak(ui, line)));
    } else {
        by_ui(ui, &mut form, &columns, split);
    }
    for (path, key, share) in [
        ("recipe.split.validation", "data-split-validation", &mut split.validation),
        ("recipe.split.test", "data-split-test", &mut split.test),
    ] {
        let (name, hint) = (form.cx.text(key), form.cx.hint("recipe-share"));
        form.typed_named(ui, path, name, hint, share);
    }
    if matches!(split.by, SplitBy::Random | SplitBy::Group(_)) && !task.is_of_corpus() {
        let (name, hint) = (form.cx.text("recipe-seed"), form.cx.hint("recipe-seed"));
        form.typed_named(ui, "recipe.split.seed", name, hint, &mut split.seed);
    }
    if split.by.is_random() && task == Task::Classification {
        let label = (form.cx.text("recipe-stratify"), form.cx.hint("recipe-stratify"));
        form.switch_named(ui, label, &mut split.stratify);
    }
    if let Some(column) = &split.column {
        widgets::weak(ui, &form.cx.with("recipe-by-named", &[("column", column.as_str().into())]));
    }
    counts_ui(ui, cx);
}

/// What rows are divided by, and the column where one is needed.
fn by_ui(ui: &mut Ui, form: &mut Form<'_, '_>, columns: &[&ColumnInfo], split: &mut SplitSpec) {
    let of = |kinds: &[ColumnKind]| -> Vec<String> {
        let fits = |column: &&&ColumnInfo| kinds.contains(&column.kind) && column.distinct > 1;
        columns.iter().filter(fits).map(|column| column.name.clone()).collect()
    };
    let times = of(&[ColumnKind::Number, ColumnKind::Text, ColumnKind::Category]);
    let groups = of(&[ColumnKind::Category, ColumnKind::Number, ColumnKind::Text]);
    // A date is rather a text; what repeats is rather a group.
    let time = of(&[ColumnKind::Text, ColumnKind::Category]).into_iter().next().or(times.first().cloned());
    let first = |columns: &[String]| columns.first().cloned();
    let mut ways = vec![SplitBy::Random, SplitBy::Order];
    ways.extend(time.map(SplitBy::Time));
    ways.extend(first(&groups).map(SplitBy::Group));
    let names: Vec<String> =
        ways.iter().map(|by| form.cx.text(&format!("recipe-by-{}", by.name()))).collect();
    let selected = ways.iter().position(|by| by.name() == split.by.name());
    let label = (form.cx.text("recipe-by"), form.cx.hint("recipe-by"));
    if let Some(chosen) = form.choice_named(ui, "recipe.split.by", label, &names, selected) {
        split.by = ways[chosen].clone();
    }
    let (columns, column) = match &mut split.by {
        SplitBy::Time(column) => (times, column),
        SplitBy::Group(column) => (groups, column),
        SplitBy::Random | SplitBy::Order => return,
    };
    let selected = columns.iter().position(|name| name == column);
    let label = (form.cx.text("recipe-by-column"), form.cx.hint("recipe-by-column"));
    if let Some(chosen) = form.choice_named(ui, "recipe.split.column", label, &columns, selected) {
        *column = columns[chosen].clone();
    }
}

/// How many rows each split has.
fn counts_ui(ui: &mut Ui, cx: &Context<'_>) {
    let (Some(project), Some(experiment)) = (cx.state.project.as_ref(), cx.state.experiment()) else {
        return;
    };
    let walk = cx.mirror.rows.walk(&project.folder, &experiment.recipe);
    let Some(splits) = walk.and_then(|(walk, _)| walk.splits.as_ref()) else { return };
    let parts = [
        (cx.text("data-split-training"), splits.training),
        (cx.text("data-split-validation"), splits.validation),
        (cx.text("data-split-test"), splits.test),
    ];
    shares_ui(ui, &parts, splits.training + splits.validation + splits.test);
}
