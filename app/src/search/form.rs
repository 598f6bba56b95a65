//! The form of a new search: which settings, in which ranges, and how.

use egui::{Key, ScrollArea, Ui, vec2};
use engine::{
    project::Experiment,
    search::{Pruner, Sampler},
};

use crate::{
    action::Action,
    compare::setting_name,
    context::Context,
    mirror::Asked,
    state::{FormRow, SearchForm, TypedRange},
    theme::{self, icon, size, space, text},
    train::metric_key,
    widgets,
};

/// Widths of the two cards.
const SPACE: f32 = 516.0;
const HOW: f32 = 380.0;
const NAME: f32 = 200.0;
const NUMBER: f32 = 104.0;
const LABEL: f32 = 112.0;

/// Draws the form for the experiment on the table.
pub fn form_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(experiment) = cx.state.experiment() else { return };
    let typed = cx.state.project.as_ref().and_then(|project| project.searching.form.as_ref());
    let typed = typed.filter(|form| form.experiment == experiment.name);
    let mut form = typed.cloned().unwrap_or_else(|| SearchForm::of(experiment));
    let before = form.clone();
    let mut is_reset = false;
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let colors = theme::colors(ui);
        let title = cx.with("search-form", &[("experiment", experiment.name.clone().into())]);
        ui.label(text::title(title).size(18.0).color(colors.text_strong));
        widgets::weak(ui, &cx.text("search-form-about"));
        ui.add_space(space::M);
        // Beside each other where there is room.
        let is_wide = ui.available_width() >= SPACE + HOW + space::M;
        let mut cards = |ui: &mut Ui| {
            card_ui(ui, SPACE, |ui| space_ui(ui, cx, &mut form));
            card_ui(ui, if is_wide { HOW } else { SPACE }, |ui| how_ui(ui, cx, experiment, &mut form));
        };
        if is_wide {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = space::M;
                cards(ui);
            });
        } else {
            ui.spacing_mut().item_spacing.y = space::M;
            cards(ui);
        }
        ui.add_space(space::M);
        is_reset = begin_ui(ui, cx, experiment, &form, typed.is_some());
    });
    if is_reset {
        cx.act(Action::DraftSearch(None));
    } else if form != before {
        cx.act(Action::DraftSearch(Some(Box::new(form))));
    }
}

fn card_ui(ui: &mut Ui, width: f32, contents: impl FnOnce(&mut Ui)) {
    widgets::card(ui).show(ui, |ui| {
        ui.vertical(|ui| {
            ui.set_width(width - 2.0 * space::L);
            contents(ui);
        });
    });
}

/// The settings, each with its range.
fn space_ui(ui: &mut Ui, cx: &Context<'_>, form: &mut SearchForm) {
    let colors = theme::colors(ui);
    ui.label(text::strong(cx.text("search-space")).color(colors.text_strong))
        .on_hover_text(cx.hint("search-space"));
    ui.add_space(space::XS);
    for row in &mut form.rows {
        ui.push_id(row.path.clone(), |ui| row_ui(ui, cx, row));
    }
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        let label = cx.text("search-other");
        ui.allocate_ui(vec2(NAME, size::CONTROL), |ui| {
            ui.set_width(NAME);
            ui.label(text::small(&label).color(colors.text_weak)).on_hover_text(cx.hint("search-other"));
        });
        let field = widgets::text_field(&mut form.other).hint_text("optimizer.beta1=0.8..0.99");
        let field = ui.add(field.desired_width(2.0 * NUMBER + space::XL).char_limit(200));
        widgets::name_field(&field, &label, &form.other);
        let by_keys = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let can_add = form.other.parse::<engine::search::Dimension>().is_ok();
        let add = widgets::icon_button(ui, can_add, icon::PLUS, &cx.text("search-add"));
        if add.clicked() || by_keys {
            form.add_other();
        }
    });
}

fn row_ui(ui: &mut Ui, cx: &Context<'_>, row: &mut FormRow) {
    let colors = theme::colors(ui);
    let name = setting_name(cx.words, &row.path);
    ui.horizontal(|ui| {
        ui.allocate_ui(vec2(NAME, size::CONTROL), |ui| {
            ui.set_width(NAME);
            if widgets::checkbox(ui, row.is_on, &name) {
                row.is_on = !row.is_on;
            }
        });
        ui.add_enabled_ui(row.is_on, |ui| match &mut row.range {
            TypedRange::Numbers { low, high, log } => {
                let values = [("setting", name.clone().into())];
                number_ui(ui, &cx.with("search-from", &values), low);
                ui.label(text::small("–").color(colors.text_weak));
                number_ui(ui, &cx.with("search-to", &values), high);
                let scale = [(true, cx.text("search-log"), cx.hint("search-log"))];
                if widgets::segmented(ui, &scale, *log).is_some() {
                    *log = !*log;
                }
            }
            TypedRange::Choice(values) => {
                let field =
                    widgets::text_field(values).desired_width(2.0 * NUMBER + space::XL).char_limit(500);
                let field = ui.add(field);
                widgets::name_field(
                    &field,
                    &cx.with("search-values", &[("setting", name.clone().into())]),
                    values,
                );
            }
        });
    });
}

fn number_ui(ui: &mut Ui, label: &str, typed: &mut String) {
    let field = ui.add(widgets::text_field(typed).desired_width(NUMBER - 2.0 * space::M).char_limit(24));
    widgets::name_field(&field, label, typed);
}

/// Sampler, pruner, metric, and how many.
fn how_ui(ui: &mut Ui, cx: &Context<'_>, experiment: &Experiment, form: &mut SearchForm) {
    let row = |ui: &mut Ui, key: &str, control: &mut dyn FnMut(&mut Ui)| {
        let colors = theme::colors(ui);
        ui.horizontal(|ui| {
            ui.allocate_ui(vec2(LABEL, size::CONTROL), |ui| {
                ui.set_width(LABEL);
                ui.label(text::small(cx.text(key)).color(colors.text_weak)).on_hover_text(cx.hint(key));
            });
            control(ui);
        });
    };
    row(ui, "search-sampler", &mut |ui: &mut Ui| {
        let kinds = Sampler::KINDS.map(|kind| {
            let key = sampler_key(kind);
            (kind, cx.text(key), cx.hint(key))
        });
        form.sampler = widgets::segmented(ui, &kinds, form.sampler).unwrap_or(form.sampler);
    });
    row(ui, "search-pruner", &mut |ui: &mut Ui| {
        let kinds = Pruner::KINDS.map(|kind| {
            let key = pruner_key(kind);
            (kind, cx.text(key), cx.hint(key))
        });
        form.pruner = widgets::segmented(ui, &kinds, form.pruner).unwrap_or(form.pruner);
    });
    row(ui, "search-metric", &mut |ui: &mut Ui| {
        let metrics = crate::train::metrics(crate::train::task(cx), &experiment.training.loss);
        let metrics: Vec<_> = metrics
            .iter()
            .map(|metric| (*metric, cx.text(metric_key(metric.name())), String::new()))
            .collect();
        form.metric = widgets::segmented(ui, &metrics, form.metric).unwrap_or(form.metric);
    });
    for (key, typed) in [
        ("search-trials", &mut form.trials),
        ("search-folds", &mut form.folds),
        ("search-seed", &mut form.seed),
    ] {
        row(ui, key, &mut |ui: &mut Ui| {
            number_ui(ui, &cx.text(key), typed);
        });
    }
}

/// The key of a sampler's name.
pub fn sampler_key(kind: &str) -> &'static str {
    match kind {
        "grid" => "search-sampler-grid",
        "random" => "search-sampler-random",
        _ => "search-sampler-tpe",
    }
}

/// The key of a pruner's name.
pub fn pruner_key(kind: &str) -> &'static str {
    match kind {
        "median" => "search-pruner-median",
        "asha" => "search-pruner-asha",
        _ => "search-pruner-none",
    }
}

/// The button, with what keeps it from being pressed; gives whether the form is to be as it was offered.
fn begin_ui(
    ui: &mut Ui,
    cx: &mut Context<'_>,
    experiment: &Experiment,
    form: &SearchForm,
    is_typed: bool,
) -> bool {
    let colors = theme::colors(ui);
    let spec = form.spec();
    let fault = match &spec {
        None => Some(cx.text("search-unreadable")),
        Some(spec) => {
            let checked = experiment.check().and_then(|()| spec.fitted(experiment).map(drop));
            checked.err().map(|problem| cx.words.problem(&problem).0)
        }
    };
    let mut is_reset = false;
    ui.horizontal(|ui| {
        let is_asked = cx.mirror.awaits(|asked| matches!(asked, Asked::Search { .. }));
        let enabled = fault.is_none() && !is_asked;
        let button = widgets::primary_button(ui, enabled, icon::MAGNIFYING_GLASS, &cx.text("search-begin"));
        if let (true, Some(spec)) = (button.clicked(), &spec) {
            cx.act(Action::BeginSearch(Box::new(spec.clone())));
        }
        if is_typed {
            is_reset = widgets::ghost_button(ui, true, "", &cx.text("search-reset")).clicked();
        }
        match (&fault, &spec) {
            (Some(fault), _) => {
                ui.label(text::small(fault).color(colors.bad));
            }
            (None, Some(spec)) => {
                let runs = u64::from(spec.total()) * u64::from(spec.folds.unwrap_or(1));
                widgets::weak(ui, &cx.with("search-runs", &[("runs", runs.into())]));
            }
            _ => {}
        }
    });
    is_reset
}
