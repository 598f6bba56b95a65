//! Labels put right by hand: rows are picked by a click, and get another label by a choice or a key.

use std::collections::BTreeSet;

use egui::{Align2, Key, Modifiers, Response, Ui, vec2};
use engine::{
    data::{ColumnKind, room::ShownRow},
    project::Task,
};

use super::Looking;
use crate::{
    action::Action,
    context::Context,
    theme::{icon, space},
    widgets,
};

/// Width of the choice of a label.
const WIDE: f32 = 200.0;
/// The keys of digits, from 0.
const KEYS: [Key; 10] = [
    Key::Num0,
    Key::Num1,
    Key::Num2,
    Key::Num3,
    Key::Num4,
    Key::Num5,
    Key::Num6,
    Key::Num7,
    Key::Num8,
    Key::Num9,
];
/// The text field for a label that no row has yet.
const FIELD: &str = "data-label-new";

/// Rows that were picked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Picked {
    /// By their places in the table.
    pub rows: BTreeSet<usize>,
    /// The place in the view that was picked last.
    last: usize,
}

/// Whether the rows of the open project have labels that can be set by hand.
pub fn can_label(cx: &Context<'_>) -> bool {
    let Some(opened) = cx.mirror.opened.as_ref() else { return false };
    let dataset = &opened.project.dataset;
    let target = opened.data.columns.iter().find(|column| column.name == dataset.target);
    let kinds = [ColumnKind::Number, ColumnKind::Category, ColumnKind::Text];
    dataset.task == Task::Classification && target.is_some_and(|target| kinds.contains(&target.kind))
}

/// What a click on a row that is in sight does: it alone is picked; with Ctrl, it too, or no more; with Shift, all from
/// the last one on.
pub fn click(
    ui: &Ui,
    cx: &mut Context<'_>,
    looking: &Looking,
    response: &Response,
    place: usize,
    row: &ShownRow,
) {
    if !response.clicked() {
        return;
    }
    let modifiers = ui.input(|input| input.modifiers);
    let mut picked = looking.picked.clone();
    if modifiers.command {
        if !picked.rows.remove(&row.row) {
            picked.rows.insert(row.row);
        }
    } else if modifiers.shift && !picked.rows.is_empty() {
        let between = picked.last.min(place)..=picked.last.max(place);
        picked.rows.extend(between.filter_map(|place| Some(cx.mirror.rows.row(&looking.view, place)?.row)));
    } else {
        let was_alone = picked.rows.len() == 1 && picked.rows.contains(&row.row);
        picked.rows = if was_alone { BTreeSet::new() } else { [row.row].into() };
    }
    picked.last = place;
    cx.act(Action::LookAtRows(Box::new(Looking { picked, ..looking.clone() })));
}

/// Draws, over the rows, what can be done with those that are picked, and hears the keys that are for them.
pub fn label_ui(ui: &mut Ui, cx: &mut Context<'_>, looking: &Looking) {
    let Some(project) = cx.state.project.as_ref() else { return };
    let (can_take_back, folder) = (!project.relabelled.is_empty(), project.folder.clone());
    if !can_label(cx) || (looking.picked.rows.is_empty() && !can_take_back) {
        return;
    }
    let balance = cx.mirror.rows.survey(&folder).and_then(|survey| survey.balance.as_ref());
    let mut labels: Vec<String> = balance
        .map(|balance| balance.classes.iter().map(|(name, _)| name.clone()).collect())
        .unwrap_or_default();
    let number = |label: &String| label.parse::<f64>().unwrap_or(f64::INFINITY);
    labels.sort_by(|a, b| number(a).total_cmp(&number(b)).then_with(|| a.cmp(b)));
    let ground = ui.max_rect();
    let at = ground.center_bottom() - vec2(0.0, space::L);
    widgets::floating_ui(ui, "data_label", at, Align2::CENTER_BOTTOM, |ui| {
        bar_ui(ui, cx, looking, &labels, can_take_back);
    });
    keys(ui, cx, looking, &labels);
}

fn bar_ui(ui: &mut Ui, cx: &mut Context<'_>, looking: &Looking, labels: &[String], can_take_back: bool) {
    let count = looking.picked.rows.len();
    let picked = match alone(cx, looking) {
        Some((line, label)) => {
            cx.with("data-picked-one", &[("row", line.into()), ("label", label.as_str().into())])
        }
        None => cx.with("data-picked", &[("count", count.into())]),
    };
    ui.label(picked).on_hover_text(cx.hint("data-picked"));
    if count > 0
        && let Some(label) = choice_ui(ui, cx, labels)
    {
        relabel(cx, looking, &label);
    }
    let back = cx.text("data-label-back");
    if widgets::icon_button(ui, can_take_back, icon::ARROW_COUNTER_CLOCKWISE, &back).clicked() {
        cx.act(Action::TakeBackLabels);
    }
    if count > 0 && widgets::icon_button(ui, true, icon::X, &cx.text("data-unpick")).clicked() {
        unpick(cx, looking);
    }
}

/// The line and the label of the one row that is picked.
fn alone(cx: &Context<'_>, looking: &Looking) -> Option<(u32, String)> {
    let opened = cx.mirror.opened.as_ref()?;
    let target =
        opened.data.columns.iter().position(|column| column.name == opened.project.dataset.target)?;
    let row = cx.mirror.rows.row(&looking.view, looking.picked.last)?;
    let is_alone = looking.picked.rows.len() == 1 && looking.picked.rows.contains(&row.row);
    is_alone.then(|| Some((row.line, row.cells.get(target)?.clone()))).flatten()
}

/// The labels there are, and a field for another one; gives the one that was chosen.
fn choice_ui(ui: &mut Ui, cx: &mut Context<'_>, labels: &[String]) -> Option<String> {
    let name = cx.text("data-label");
    let chosen = widgets::choice(ui, "data-label", &name, &name, WIDE, |ui| {
        let mut chosen = None;
        for (place, label) in labels.iter().enumerate() {
            let shown = match digit_of(labels, place).filter(|digit| digit.to_string() != *label) {
                Some(digit) => format!("{label}   ({digit})"),
                None => label.clone(),
            };
            let response = ui.selectable_label(false, shown);
            widgets::name(&response, egui::WidgetType::SelectableLabel, label);
            if response.clicked() {
                chosen = Some(label.clone());
            }
        }
        chosen
    });
    let mut typed = cx.state.drafts.get(FIELD).cloned().unwrap_or_default();
    let label = cx.text(FIELD);
    let field = ui.add(widgets::text_field(&mut typed).hint_text(&label).desired_width(WIDE));
    widgets::name_field(&field, &label, &typed);
    if field.changed() {
        cx.act(Action::Draft { field: FIELD.into(), text: Some(typed.clone()) });
    }
    let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let can = !typed.trim().is_empty();
    let is_set = widgets::icon_button(ui, can, icon::CHECK, &cx.text("data-label-set")).clicked();
    if can && (entered || is_set) {
        cx.act(Action::Draft { field: FIELD.into(), text: None });
        return Some(typed.trim().to_owned());
    }
    chosen.flatten()
}

/// The digit whose key gives the label at that place: its own, where labels are digits, else its place, from 1.
fn digit_of(labels: &[String], place: usize) -> Option<usize> {
    let digit = |label: &String| label.parse().ok().filter(|digit| *digit < KEYS.len());
    match labels.iter().any(|label| digit(label).is_some()) {
        true => digit(&labels[place]),
        false => Some(place + 1).filter(|digit| *digit < KEYS.len()),
    }
}

fn keys(ui: &Ui, cx: &mut Context<'_>, looking: &Looking, labels: &[String]) {
    if cx.state.dialog.is_some() || ui.ctx().text_edit_focused() || looking.picked.rows.is_empty() {
        return;
    }
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::Escape) {
        return unpick(cx, looking);
    }
    for (place, label) in labels.iter().enumerate() {
        if digit_of(labels, place).is_some_and(|digit| pressed(KEYS[digit])) {
            relabel(cx, looking, label);
            // One after the other, by keys alone.
            if looking.picked.rows.len() == 1 {
                go(cx, looking, 1);
            }
            return;
        }
    }
    for (key, by) in [(Key::ArrowDown, 1), (Key::ArrowRight, 1), (Key::ArrowUp, -1), (Key::ArrowLeft, -1)] {
        if pressed(key) {
            return go(cx, looking, by);
        }
    }
}

/// Picks the row beside the one that was picked last.
fn go(cx: &mut Context<'_>, looking: &Looking, by: isize) {
    let Some(last) = looking.picked.last.checked_add_signed(by) else { return };
    let Some(row) = cx.mirror.rows.row(&looking.view, last) else { return };
    let picked = Picked { rows: [row.row].into(), last };
    cx.act(Action::LookAtRows(Box::new(Looking { picked, ..looking.clone() })));
}

fn relabel(cx: &mut Context<'_>, looking: &Looking, label: &str) {
    let labels = looking.picked.rows.iter().map(|row| (*row, label.to_owned())).collect();
    cx.act(Action::Relabel(labels));
}

fn unpick(cx: &mut Context<'_>, looking: &Looking) {
    cx.act(Action::LookAtRows(Box::new(Looking { picked: Picked::default(), ..looking.clone() })));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_digit_gives_that_digit_and_else_the_label_at_its_place() {
        let digits = |labels: &[&str]| -> Vec<Option<usize>> {
            let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
            (0..labels.len()).map(|place| digit_of(&labels, place)).collect()
        };
        assert_eq!(digits(&["0", "1", "7"]), [Some(0), Some(1), Some(7)]);
        assert_eq!(digits(&["9", "10"]), [Some(9), None]);
        assert_eq!(digits(&["bright", "dark"]), [Some(1), Some(2)]);
        let many = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"];
        assert_eq!(digits(&many)[8..], [Some(9), None, None]);
    }
}
