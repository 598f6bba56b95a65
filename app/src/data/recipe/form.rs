//! The settings of a step.

use egui::{Margin, TextEdit, Ui};
use engine::{
    data::ColumnKind,
    project::{DatePart, Fill, RecipeStep},
};

use super::words::{fill_key, part_key};
use crate::{
    context::Context,
    theme::{size, space},
    train::Form,
    widgets,
};

/// Draws what can be set of a step; `columns` are those that it is given, where that is known.
pub fn form_ui(
    ui: &mut Ui,
    cx: &mut Context<'_>,
    place: usize,
    step: &mut RecipeStep,
    columns: Option<&Vec<String>>,
) {
    ui.add_space(space::XS);
    ui.spacing_mut().item_spacing.y = space::XS;
    columns_ui(ui, cx, place, step, columns);
    if let RecipeStep::KeepRows { filter } = step {
        return filter_ui(ui, cx, filter);
    }
    let path = |setting: &str| format!("recipe.{place}.{setting}");
    let mut form = Form::new(ui, cx, Vec::new());
    let word = |form: &Form<'_, '_>, key: &str| (form.cx.text(key), form.cx.hint(key));
    let mut typed = |ui: &mut Ui, setting: &str, key: &str, value: &mut f64| {
        let (name, hint) = (form.cx.text(key), form.cx.hint(key));
        form.typed_named(ui, &path(setting), name, hint, value);
    };
    match step {
        RecipeStep::Clip { low, high, .. } => {
            typed(ui, "low", "step-low", low);
            typed(ui, "high", "step-high", high);
        }
        RecipeStep::Divide { by } => typed(ui, "by", "step-by", by),
        RecipeStep::JoinRare { share, .. } => typed(ui, "share", "step-share", share),
        RecipeStep::RandomTranslation { share } | RecipeStep::RandomZoom { share } => {
            typed(ui, "share", "step-at-most", share);
        }
        RecipeStep::RandomErasing { share } => typed(ui, "share", "step-area", share),
        RecipeStep::RandomRotation { degrees } => typed(ui, "degrees", "step-degrees", degrees),
        RecipeStep::ColorJitter { brightness, contrast, saturation } => {
            typed(ui, "brightness", "step-brightness", brightness);
            typed(ui, "contrast", "step-contrast", contrast);
            typed(ui, "saturation", "step-saturation", saturation);
        }
        RecipeStep::GaussianNoise { deviation } => typed(ui, "deviation", "step-deviation", deviation),
        RecipeStep::TokenDropout { chance } | RecipeStep::TokenSwap { chance } => {
            typed(ui, "chance", "step-chance", chance);
        }
        RecipeStep::RandomFlip { horizontal, vertical } => {
            for (key, on) in [("step-horizontal", horizontal), ("step-vertical", vertical)] {
                let label = word(&form, key);
                form.switch_named(ui, label, on);
            }
        }
        RecipeStep::SpecAugment { columns, bands } => {
            for (setting, key, value) in
                [("columns", "step-mask-columns", columns), ("bands", "step-mask-bands", bands)]
            {
                let (name, hint) = word(&form, key);
                form.typed_named(ui, &path(setting), name, hint, value);
            }
        }
        RecipeStep::Bins { count, .. } => {
            let (name, hint) = word(&form, "step-count");
            form.typed_named(ui, &path("count"), name, hint, count);
        }
        RecipeStep::Resize { height, width } => {
            for (setting, key, value) in [("width", "step-width", width), ("height", "step-height", height)] {
                let (name, hint) = word(&form, key);
                form.typed_named(ui, &path(setting), name, hint, value);
            }
        }
        RecipeStep::Spectrogram { rate, seconds, mels } => {
            let (name, hint) = word(&form, "step-rate");
            form.typed_named(ui, &path("rate"), name, hint, rate);
            let (name, hint) = word(&form, "step-seconds");
            form.typed_named(ui, &path("seconds"), name, hint, seconds);
            let (name, hint) = word(&form, "step-mels");
            form.typed_named(ui, &path("mels"), name, hint, mels);
        }
        RecipeStep::Fill { with, indicator, .. } => {
            let known = [Fill::Median, Fill::Mean, Fill::Frequent, Fill::Constant(0.0)];
            let names = known.map(|with| form.cx.text(fill_key(with)));
            let selected = known.iter().position(|known| fill_key(*known) == fill_key(*with));
            let label = word(&form, "step-with");
            if let Some(chosen) = form.choice_named(ui, &path("with"), label, &names, selected) {
                *with = known[chosen];
            }
            if let Fill::Constant(value) = with {
                let (name, hint) = word(&form, "step-value");
                form.typed_named(ui, &path("value"), name, hint, value);
            }
            let label = word(&form, "step-indicator");
            form.switch_named(ui, label, indicator);
        }
        RecipeStep::DateParts { parts, day_first, .. } => {
            let names = DatePart::ALL.map(|part| form.cx.text(&part_key(part)));
            let mut chosen: Vec<String> = parts.iter().map(|part| form.cx.text(&part_key(*part))).collect();
            let label = word(&form, "step-parts");
            form.several(ui, &path("parts"), label, &names, &mut chosen, "");
            let is_chosen = |part: &DatePart| chosen.contains(&form.cx.text(&part_key(*part)));
            *parts = DatePart::ALL.into_iter().filter(is_chosen).collect();
            let label = word(&form, "step-day-first");
            form.switch_named(ui, label, day_first);
        }
        _ => {}
    }
}

/// Which columns a step is for.
fn columns_ui(
    ui: &mut Ui,
    cx: &mut Context<'_>,
    place: usize,
    step: &mut RecipeStep,
    given: Option<&Vec<String>>,
) {
    if matches!(step, RecipeStep::Tokenize { .. }) {
        return;
    }
    let names = fitting(cx, step, given);
    let none = cx.text(if step.needs_columns() { "step-columns-none" } else { "step-columns-all" });
    let Some(columns) = step.columns_mut() else { return };
    // One that is gone can be taken out.
    let gone = columns.iter().filter(|column| !names.contains(column)).cloned();
    let names: Vec<String> = names.iter().cloned().chain(gone).collect();
    let label = (cx.text("step-columns"), cx.hint("step-columns"));
    let mut form = Form::new(ui, cx, Vec::new());
    form.several(ui, &format!("recipe.{place}.columns"), label, &names, columns, &none);
}

/// The columns that a step may be for: of those that it is given, or, for steps that are about the table's own, of
/// these.
fn fitting(cx: &Context<'_>, step: &RecipeStep, given: Option<&Vec<String>>) -> Vec<String> {
    let Some(opened) = cx.mirror.opened.as_ref() else { return Vec::new() };
    let dataset = &opened.project.dataset;
    let kind =
        |name: &str| opened.data.columns.iter().find(|column| column.name == name).map(|column| column.kind);
    let own = || opened.data.columns.iter().map(|column| column.name.clone());
    let given = || match given {
        Some(given) => given.clone(),
        None => own().filter(|name| *name != dataset.target && !dataset.ignore.contains(name)).collect(),
    };
    let of = |names: Vec<String>, kinds: &[ColumnKind]| -> Vec<String> {
        // What a step has made is a number.
        let fits = |name: &String| kinds.contains(&kind(name).unwrap_or(ColumnKind::Number));
        names.into_iter().filter(fits).collect()
    };
    match step {
        RecipeStep::DropGaps { .. } => own().collect(),
        RecipeStep::Drop { .. } => given(),
        RecipeStep::DateParts { .. } => {
            let others = own().filter(|name| *name != dataset.target).collect();
            of(others, &[ColumnKind::Text, ColumnKind::Category])
        }
        RecipeStep::Fill { with: Fill::Frequent, .. } | RecipeStep::Index { .. } => {
            of(given(), &[ColumnKind::Number, ColumnKind::Category])
        }
        // Bins make categories of numbers.
        RecipeStep::JoinRare { .. } | RecipeStep::OneHot { .. } | RecipeStep::Ordinal { .. } => {
            of(given(), &[ColumnKind::Category, ColumnKind::Number])
        }
        _ => of(given(), &[ColumnKind::Number]),
    }
}

fn filter_ui(ui: &mut Ui, cx: &Context<'_>, filter: &mut String) {
    let label = cx.text("step-filter");
    let field = TextEdit::singleline(filter)
        .hint_text(cx.text("data-filter-hint"))
        .margin(Margin::symmetric(10, 4))
        .min_size(egui::vec2(0.0, size::CONTROL))
        .desired_width(f32::INFINITY);
    let response = ui.add(field).on_hover_text(cx.hint("data-filter"));
    widgets::name_field(&response, &label, filter);
}
