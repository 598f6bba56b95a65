//! The recipe: how rows are divided, and the steps, each with its settings and what it does to the rows.

mod form;
mod looks;
mod split;
mod varied;
mod words;

use egui::{Align, Layout, RichText, Ui, WidgetType};
use engine::{
    data::{ColumnKind, room::Walked},
    project::{Recipe, RecipeStep},
};

pub use self::words::step_words;
use super::Looking;
use crate::{
    action::Action,
    context::Context,
    format,
    theme::{self, icon, space, text},
    widgets,
};

/// Width of the list of steps to add.
const ADD: f32 = 160.0;
/// Steps that can be added, by what they are for, with the key of its words.
const GROUPS: [(&str, &[&str]); 7] = [
    ("recipe-of-rows", &["drop-duplicates", "drop-gaps", "keep-rows", "drop-leaks"]),
    ("recipe-of-columns", &["drop", "date-parts"]),
    ("recipe-of-numbers", &["fill", "clip", "log1p", "standardize", "min-max", "robust", "divide", "bins"]),
    ("recipe-of-categories", &["join-rare", "one-hot", "ordinal", "index"]),
    ("recipe-of-media", &["resize", "grey", "spectrogram"]),
    ("recipe-of-target", &["standardize-target"]),
    (
        "recipe-of-variation",
        &[
            "random-flip",
            "random-translation",
            "random-rotation",
            "random-zoom",
            "color-jitter",
            "random-erasing",
            "spec-augment",
            "gaussian-noise",
            "token-dropout",
            "token-swap",
        ],
    ),
];

/// Draws the recipe of the experiment on the table; what is changed goes out as one edit.
pub fn recipe_ui(ui: &mut Ui, cx: &mut Context<'_>, looking: &Looking) {
    let (Some(experiment), Some(project)) = (cx.state.experiment(), cx.state.project.as_ref()) else {
        return;
    };
    let mut recipe = experiment.recipe.clone();
    let folder = &project.folder;
    let (walk, same) = cx.mirror.rows.walk(folder, &recipe).unzip();
    let (walk, fault) = (walk, cx.mirror.rows.fault(folder, &recipe));
    split::split_ui(ui, cx, &mut recipe.split);
    ui.add_space(space::L);
    let strong = theme::colors(ui).text_strong;
    let added = ui
        .horizontal(|ui| {
            ui.label(text::strong(cx.text("recipe-steps")).color(strong))
                .on_hover_text(cx.hint("recipe-steps"));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| add_ui(ui, cx)).inner
        })
        .inner;
    if recipe.steps.is_empty() {
        widgets::weak(ui, &cx.text("recipe-empty"));
    }
    let mut change = None;
    for place in 0..recipe.steps.len() {
        // What a later step is given is not known before the steps in front of it are gone through.
        let is_known = walk.is_some() && same.is_some_and(|same| place < same);
        let walked = walk.filter(|_| is_known).and_then(|walk| walk.steps.get(place));
        let columns = walk.and_then(|walk| walk.columns.get(place));
        let fault = fault.filter(|(step, _)| *step == Some(place)).map(|(_, problem)| problem);
        let rows = walk.and_then(|walk| match place.checked_sub(1) {
            None => Some(walk.rows),
            Some(before) => walk.steps.get(before).map(|walked| walked.rows),
        });
        ui.add_space(space::XS);
        let is_open = looking.step == Some(place);
        let frame = widgets::card(ui).inner_margin(space::M);
        let edge = if fault.is_some() { theme::colors(ui).bad } else { theme::colors(ui).border };
        let card = frame.stroke(egui::Stroke::new(1.0, edge)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            change = change.take().or(head_ui(ui, cx, looking, &recipe, place));
            if let Some(problem) = fault {
                let (message, hint) = cx.words.problem(problem);
                ui.label(text::small(message).color(theme::colors(ui).bad));
                hint.into_iter().for_each(|hint| drop(widgets::weak(ui, &hint)));
            }
            if is_open {
                form::form_ui(ui, cx, place, &mut recipe.steps[place], columns);
            }
            match walked {
                _ if is_open && recipe.steps[place].is_variation() => {
                    ui.add_space(space::S);
                    varied::varied_ui(ui, cx, folder, place);
                }
                Some(walked) if is_open => looks::looks_ui(ui, cx, &recipe.steps[place], walked, rows),
                Some(walked) => told_ui(ui, cx, &recipe.steps[place], walked, rows),
                None => {}
            }
        });
        if is_open {
            reveal(ui, place, &card.response);
        }
    }
    if let Some((None, problem)) = fault {
        ui.add_space(space::S);
        let (message, hint) = cx.words.problem(problem);
        widgets::problem_card(ui, &message, hint.as_deref());
    }
    let steps = recipe.steps.len();
    let mut step = looking.step;
    match change {
        Some(Change::Remove(place)) => {
            recipe.steps.remove(place);
            step = None;
        }
        Some(Change::Swap(a, b)) => {
            recipe.steps.swap(a, b);
            step = step.map(|step| {
                if step == a {
                    b
                } else if step == b {
                    a
                } else {
                    step
                }
            });
        }
        None => {}
    }
    if let Some(added) = added {
        recipe.steps.push(added);
        step = Some(steps);
    }
    if step != looking.step {
        cx.act(Action::LookAtRows(Box::new(Looking { step, ..looking.clone() })));
    }
    if recipe != experiment.recipe {
        cx.act(Action::EditRecipe(Box::new(recipe)));
    }
}

/// Scrolls to a step that was just opened: one that was added stands at the end.
fn reveal(ui: &Ui, place: usize, card: &egui::Response) {
    let id = egui::Id::new("recipe-revealed");
    if ui.data(|data| data.get_temp(id)) != Some(place) {
        ui.data_mut(|data| data.insert_temp(id, place));
        card.scroll_to_me(None);
    }
}

/// What a click asks of the list.
#[derive(Clone, Copy)]
enum Change {
    Remove(usize),
    Swap(usize, usize),
}

/// A step's name, which opens it, and the ways to move it and take it out.
fn head_ui(
    ui: &mut Ui,
    cx: &mut Context<'_>,
    looking: &Looking,
    recipe: &Recipe,
    place: usize,
) -> Option<Change> {
    let step = &recipe.steps[place];
    let colors = theme::colors(ui);
    let name = cx.text(&format!("step-{}", step.name()));
    let called = |cx: &Context<'_>, key: &str| {
        cx.with(key, &[("number", (place + 1).into()), ("step", name.as_str().into())])
    };
    let mut change = None;
    ui.horizontal(|ui| {
        let is_open = looking.step == Some(place);
        let caret = if is_open { icon::CARET_DOWN } else { icon::CARET_RIGHT };
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            if widgets::icon_button(ui, true, icon::TRASH, &called(cx, "recipe-remove")).clicked() {
                change = Some(Change::Remove(place));
            }
            let last = recipe.steps.len() - 1;
            if widgets::icon_button(ui, place < last, icon::CARET_DOWN, &called(cx, "recipe-down")).clicked()
            {
                change = Some(Change::Swap(place, place + 1));
            }
            if widgets::icon_button(ui, place > 0, icon::CARET_UP, &called(cx, "recipe-up")).clicked() {
                change = Some(Change::Swap(place, place - 1));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.label(text::icon(caret, 13.0).color(colors.text_weak));
                let words = RichText::new(&name).color(colors.text_strong);
                let link = egui::Button::new(text::strong(words.text())).frame(false).truncate();
                let response = ui.add(link).on_hover_text(cx.hint(&format!("step-{}", step.name())));
                widgets::name(&response, WidgetType::Button, &called(cx, "recipe-step"));
                if response.clicked() {
                    let step = Some(place).filter(|_| !is_open);
                    cx.act(Action::LookAtRows(Box::new(Looking { step, ..looking.clone() })));
                }
            });
        });
    });
    change
}

/// A closed step: its settings, and what it comes to.
fn told_ui(ui: &mut Ui, cx: &Context<'_>, step: &RecipeStep, walked: &Walked, before: Option<usize>) {
    let mut told: Vec<String> = words::details(step, cx.words);
    if step.is_of_rows() {
        told.extend(before.map(|before| rows_words(cx, before, walked.rows)));
    } else if walked.count > 0 {
        told.push(cx.with("recipe-changed", &[("count", walked.count.into())]));
    }
    if told.is_empty() {
        told.push(cx.text(looks::unchanged(step)));
    }
    ui.add(egui::Label::new(text::small(told.join(" · ")).color(theme::colors(ui).text_weak)).truncate());
}

/// `178 → 170 rows`.
fn rows_words(cx: &Context<'_>, before: usize, after: usize) -> String {
    let count = |rows: usize| format::count(rows as u64).into();
    cx.with("recipe-rows", &[("before", count(before)), ("after", count(after))])
}

/// The list of steps that may be added; gives the one that was chosen, with its usual settings.
fn add_ui(ui: &mut Ui, cx: &Context<'_>) -> Option<RecipeStep> {
    let label = cx.text("recipe-add");
    let kinds: Vec<ColumnKind> = cx
        .mirror
        .opened
        .iter()
        .flat_map(|opened| opened.data.columns.iter().map(|column| column.kind))
        .collect();
    let has = |kind| kinds.contains(&kind);
    let takes_pictures = cx.state.experiment().is_some_and(|experiment| experiment.graph.takes_pictures());
    let is_offered = |name: &str| match name {
        "resize" | "grey" => has(ColumnKind::Image),
        "spectrogram" | "spec-augment" => has(ColumnKind::Audio),
        "token-dropout" | "token-swap" => has(ColumnKind::Text),
        name if name.starts_with("random-") || name == "color-jitter" => takes_pictures,
        _ => true,
    };
    let mut added = None;
    widgets::choice(ui, "recipe-add", &label, &label, ADD, |ui| {
        for (group, names) in GROUPS {
            let mut names = names.iter().filter(|name| is_offered(name)).peekable();
            if names.peek().is_none() {
                continue;
            }
            ui.label(text::small(cx.text(group)).color(theme::colors(ui).text_weak));
            for name in names {
                let key = format!("step-{name}");
                if ui.selectable_label(false, cx.text(&key)).on_hover_text(cx.hint(&key)).clicked() {
                    added = words::usual(name);
                }
            }
        }
    });
    added
}
