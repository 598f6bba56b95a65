//! The Try screen of a model of texts: a prompt, how the next token is drawn, and what the model writes, token by
//! token.

mod form;
mod written;

use egui::{CentralPanel, Frame, Margin, Panel, TextEdit, Ui};
use engine::{data::Masking, project::Task, protocol::RunId};

use crate::{
    action::Action,
    context::Context,
    mirror::Run,
    state::Playground,
    theme::{self, icon, space, text},
    train::task,
    widgets,
};

/// Lines of the prompt's field.
const ROWS: usize = 5;

/// Draws the Try screen of the open project.
pub fn playground_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let colors = theme::colors(ui);
    let side = Frame::new().fill(colors.panel).inner_margin(Margin::same(space::L as i8));
    let ground = Frame::new().fill(colors.background).inner_margin(Margin::same(space::XL as i8));
    let Some(run) = run(cx) else {
        CentralPanel::no_frame().frame(ground).show(ui, |ui| {
            let (title, line) = (cx.text("try-empty-title"), cx.text("try-empty-text"));
            widgets::empty_state(ui, icon::FLASK, &title, &line, |_| {});
        });
        return;
    };
    let Some(project) = &cx.state.project else { return };
    let mut playground = project.playground.clone();
    Panel::left("playground_form").frame(side).default_size(288.0).size_range(264.0..=400.0).show(ui, |ui| {
        run_ui(ui, cx, run, &mut playground);
        // All hidden tokens are said at once: nothing is drawn.
        if task(cx) != Task::MaskedLm {
            form::sampling_ui(ui, cx, &mut playground.sampling);
        }
    });
    CentralPanel::no_frame().frame(ground).show(ui, |ui| {
        prompt_ui(ui, cx, run, &mut playground);
        ui.add_space(space::L);
        written::written_ui(ui, cx, run);
    });
    if playground != project.playground {
        cx.act(Action::Play(playground));
    }
}

/// The runs of the project that have learned something, newest first.
fn runs<'a>(cx: &Context<'a>) -> Vec<&'a Run> {
    let Some(project) = &cx.state.project else { return Vec::new() };
    let runs = cx.mirror.runs(&project.folder).rev();
    runs.filter(|run| run.summary.checkpoint.is_some()).collect()
}

/// The run that writes: the one that was chosen, else the newest.
fn run(cx: &Context<'_>) -> Option<RunId> {
    let chosen = cx.state.project.as_ref()?.playground.run;
    let runs = runs(cx);
    let found = runs.iter().find(|run| Some(run.summary.id) == chosen).or(runs.first())?;
    Some(found.summary.id)
}

fn run_ui(ui: &mut Ui, cx: &Context<'_>, run: RunId, playground: &mut Playground) {
    let called = |run: &Run| {
        let values = [("run", run.summary.id.0.into()), ("step", run.summary.checkpoint.unwrap_or(0).into())];
        format!("{} · {}", run.summary.experiment, cx.with("try-run", &values))
    };
    let runs = runs(cx);
    let label = cx.text("try-model");
    ui.label(text::title(&label).color(theme::colors(ui).text_strong)).on_hover_text(cx.hint("try-model"));
    ui.add_space(space::XS);
    let selected =
        runs.iter().find(|known| known.summary.id == run).map(|run| called(run)).unwrap_or_default();
    let width = ui.available_width();
    widgets::choice(ui, "try_run", &label, &selected, width, |ui| {
        for known in &runs {
            if ui.selectable_label(known.summary.id == run, called(known)).clicked() {
                playground.run = Some(known.summary.id);
            }
        }
    });
    ui.add_space(space::L);
}

fn prompt_ui(ui: &mut Ui, cx: &mut Context<'_>, run: RunId, playground: &mut Playground) {
    let colors = theme::colors(ui);
    let fills = task(cx) == Task::MaskedLm;
    let label = cx.text(if fills { "try-gaps" } else { "try-prompt" });
    let hint = cx.hint(if fills { "try-gaps" } else { "try-prompt" });
    ui.label(text::title(&label).color(colors.text_strong)).on_hover_text(hint);
    ui.add_space(space::XS);
    let field = TextEdit::multiline(&mut playground.prompt)
        .desired_rows(ROWS)
        .desired_width(f32::INFINITY)
        .hint_text(cx.text(if fills { "try-gaps-hint" } else { "try-prompt-hint" }))
        .margin(Margin::same(space::M as i8));
    let response = ui.add(field);
    widgets::name_field(&response, &label, &playground.prompt);
    ui.add_space(space::S);
    let is_writing = cx.mirror.written.as_ref().is_some_and(|written| !written.is_over);
    ui.horizontal(|ui| {
        if is_writing {
            if widgets::secondary_button(ui, true, icon::STOP, &cx.text("try-stop")).clicked() {
                cx.act(Action::StopWriting);
            }
            ui.spinner();
        } else {
            let key = if fills { "try-fill" } else { "try-write" };
            let button = widgets::primary_button(ui, true, icon::PLAY, &cx.text(key));
            if button.on_hover_text(cx.hint(key)).clicked() {
                cx.act(Action::Write { run, prompt: playground.prompt.clone() });
            }
            if fills && widgets::secondary_button(ui, true, icon::PLUS, &cx.text("try-add-gap")).clicked() {
                playground.prompt.push_str(Masking::MASK);
            }
        }
    });
}
