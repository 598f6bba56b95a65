//! The selected run by itself: how good it is, where it was right and wrong, what it learned.

use egui::{Align, Layout, RichText, ScrollArea, Ui, vec2};
use engine::protocol::{Problem, Report, RunState, Split, Verdict};

use super::{
    branch::roll_back_ui, confusion::confusion_ui, diagnosis::diagnosis_ui, log::log_ui, main_metric,
    numbers, plot::metric_key, runs::best, scatter::scatter_ui, selected_run, tags::tags_ui, task,
    texts::texts_ui,
};
use crate::{
    action::Action,
    context::Context,
    format,
    mirror::Run,
    theme::{self, icon, space, text},
    widgets,
};

/// Draws what is known of the selected run.
pub fn result_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(run) = selected_run(cx) else {
        widgets::weak(ui, &cx.text("train-result-none"));
        ui.take_available_space();
        return;
    };
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        title_ui(ui, cx, run);
        ui.add_space(space::S);
        match (&run.summary.state, &run.report) {
            (RunState::Failed(problem), _) => failure_ui(ui, cx, run, problem),
            (_, Some(report)) => report_ui(ui, cx, run, report),
            (state, None) => so_far_ui(ui, cx, run, state),
        }
        ui.add_space(space::L);
        log_ui(ui, cx, run);
    });
}

fn title_ui(ui: &mut Ui, cx: &Context<'_>, run: &Run) {
    let colors = theme::colors(ui);
    let key = if run.summary.state.is_over() { "train-result-of" } else { "train-result-so-far" };
    let name = cx.with(key, &[("run", run.summary.id.0.into())]);
    ui.label(text::title(name).color(colors.text_strong));
}

/// The cause, what to do about it, and all of it to take away.
fn failure_ui(ui: &mut Ui, cx: &mut Context<'_>, run: &Run, problem: &Problem) {
    let (message, hint) = cx.words.problem(problem);
    widgets::problem_card(ui, &message, hint.as_deref());
    ui.add_space(space::S);
    if problem.code == "train-not-finite" {
        roll_back_ui(ui, cx, run);
        ui.add_space(space::XS);
    }
    if widgets::secondary_button(ui, true, icon::COPY, &cx.text("train-copy-details")).clicked() {
        let facts = problem.facts.iter().map(|(name, fact)| format!("\n{name}: {fact}"));
        let details = format!(
            "run {} ({})\n{}\n{}{}",
            run.summary.id,
            run.summary.experiment,
            problem.code,
            problem.text,
            facts.collect::<String>(),
        );
        cx.act(Action::Copy(details));
    }
}

/// Before the test: the best on the validation rows.
fn so_far_ui(ui: &mut Ui, cx: &mut Context<'_>, run: &Run, state: &RunState) {
    if *state == RunState::Queued {
        widgets::weak(ui, &cx.text("train-result-queued"));
        return;
    }
    let metric = main_metric(task(cx));
    let is_over = state.is_over();
    let best = best(run, metric);
    let value = best.map_or(numbers::NONE.into(), |(_, value)| numbers::metric(metric, value));
    let about = match best {
        Some(_) if run.summary.is_foreign => cx.text("train-foreign"),
        Some((epoch, _)) => cx.with("train-result-best-epoch", &[("epoch", format!("{epoch:.0}").into())]),
        None => cx.text("train-empty-waiting"),
    };
    let name = match metric {
        "r2" => "train-result-validation-r2",
        "f1" => "train-result-validation-f1",
        _ => "train-result-validation-accuracy",
    };
    headline_ui(ui, &cx.text(name), &value, &about);
    ui.add_space(space::M);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XL;
        let losses = [
            (Split::Training, "train-result-training-loss"),
            (Split::Validation, "train-result-validation-loss"),
        ];
        for (split, key) in losses {
            let value = run.latest("loss", split).map_or(numbers::NONE.into(), format::metric);
            number_ui(ui, &cx.text(key), "", &value);
        }
    });
    ui.add_space(space::M);
    let line = match is_over {
        true if run.summary.is_foreign => cx.hint("train-foreign"),
        true => cx.text("train-result-pending"),
        false => cx.text("train-result-live-text"),
    };
    widgets::weak(ui, &line);
    ui.add_space(space::M);
    diagnosis_ui(ui, cx, run);
}

fn report_ui(ui: &mut Ui, cx: &mut Context<'_>, run: &Run, report: &Report) {
    let main = main_metric(task(cx));
    let rows = cx.with("train-result-rows", &[("rows", (report.test_rows as u64).into())]);
    let name = match main {
        "r2" => "train-result-test-r2",
        "f1" => "train-result-test-f1",
        _ => "train-result-test-accuracy",
    };
    let value = report.test.get(main).map_or(numbers::NONE.into(), |value| numbers::metric(main, *value));
    headline_ui(ui, &cx.text(name), &value, &rows);
    ui.add_space(space::S);
    metrics_ui(ui, cx, report, |metric| (metric != main).then(|| metric.to_owned()));
    ui.add_space(space::M);
    diagnosis_ui(ui, cx, run);
    ui.add_space(space::M);
    let first = report.output.iter().map(|output| (output, &report.verdict));
    for (output, verdict) in first.chain(report.others.iter().map(|(output, verdict)| (output, verdict))) {
        ui.label(text::strong(output).color(theme::colors(ui).text_strong));
        metrics_ui(ui, cx, report, |metric| Some(format!("{metric}.{output}")));
        ui.add_space(space::S);
        ui.push_id(output, |ui| verdict_ui(ui, cx, verdict));
        ui.add_space(space::M);
    }
    if report.output.is_none() {
        verdict_ui(ui, cx, &report.verdict);
    }
    ui.add_space(space::L);
    let facts = [
        ("train-result-parameters", format::count(report.parameters as u64)),
        ("train-result-time", numbers::seconds(run.summary.seconds)),
        ("train-result-rate", numbers::rate(report.samples_per_second)),
        ("train-result-seed", run.summary.seed.to_string()),
    ];
    for (key, value) in facts {
        fact_ui(ui, &cx.text(key), &cx.hint(key), &value);
    }
    small_parameters_ui(ui, cx, report);
}

/// The metrics of the test, side by side, as `of` calls them.
fn metrics_ui(ui: &mut Ui, cx: &Context<'_>, report: &Report, of: impl Fn(&str) -> Option<String>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XL;
        for metric in ["f1", "accuracy", "perplexity", "r2", "mae", "rmse", "loss"] {
            if let Some(value) = of(metric).and_then(|name| report.test.get(&name)) {
                let key = metric_key(metric);
                number_ui(ui, &cx.text(key), &cx.hint(key), &numbers::metric(metric, *value));
            }
        }
    });
}

/// Where it was right and wrong.
fn verdict_ui(ui: &mut Ui, cx: &Context<'_>, verdict: &Verdict) {
    match verdict {
        Verdict::Classification(confusion) => confusion_ui(ui, cx, confusion),
        Verdict::Regression { pairs, target } => scatter_ui(ui, cx, pairs, target),
        Verdict::Texts(examples) => texts_ui(ui, cx, examples),
        Verdict::Tags { tagged, confusion } => {
            tags_ui(ui, cx, tagged);
            ui.add_space(space::M);
            confusion_ui(ui, cx, confusion);
        }
    }
}

/// One number that everything is about.
fn headline_ui(ui: &mut Ui, name: &str, value: &str, about: &str) {
    let colors = theme::colors(ui);
    ui.spacing_mut().item_spacing.y = space::XS;
    ui.label(text::small(name).color(colors.text_weak));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        ui.label(text::display(value).color(colors.text_strong));
        ui.with_layout(Layout::left_to_right(Align::Max), |ui| {
            ui.add_space(0.0);
            ui.label(text::small(about).color(colors.text_weak));
        });
    });
}

/// A small name over its number.
fn number_ui(ui: &mut Ui, name: &str, hint: &str, value: &str) {
    let colors = theme::colors(ui);
    let column = ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.label(RichText::new(name).font(text::tiny_font()).color(colors.text_weak));
        ui.label(RichText::new(value).font(text::value_font()).color(colors.text_strong));
    });
    if !hint.is_empty() {
        column.response.on_hover_text(hint);
    }
}

/// A name at the left, its value at the right.
fn fact_ui(ui: &mut Ui, name: &str, hint: &str, value: &str) {
    let colors = theme::colors(ui);
    ui.allocate_ui_with_layout(
        vec2(ui.available_width(), space::XL),
        Layout::left_to_right(Align::Center),
        |ui| {
            let label = ui.label(text::small(name).color(colors.text_weak));
            if !hint.is_empty() {
                label.on_hover_text(hint);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(text::mono(value).color(colors.text_strong));
            });
        },
    );
}

/// Parameters that are few enough to be read: a line's slope and intercept.
fn small_parameters_ui(ui: &mut Ui, cx: &Context<'_>, report: &Report) {
    if report.small_parameters.is_empty() || report.parameters > MAX_READ {
        return;
    }
    let colors = theme::colors(ui);
    ui.add_space(space::M);
    ui.label(text::small(cx.text("train-result-small")).color(colors.text_weak));
    for (name, values) in &report.small_parameters {
        let values: Vec<String> = values.iter().map(|value| format::metric(f64::from(*value))).collect();
        fact_ui(ui, name, "", &values.join("  "));
    }
}

/// A model with more parameters than these is not understood by reading some of them.
const MAX_READ: usize = 32;
