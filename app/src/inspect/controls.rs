//! What is looked at, and what came of it: the run, the moment, the sample, the prediction, what is switched off.

use egui::{RichText, Ui};
use engine::{
    inspect::{AskCam, Moment, Off, Sequence},
    protocol::Split,
};

use super::{
    answer::{self, answer_ui},
    moment::moment_ui,
    overview::section,
    scene::{Scene, head_name, run_name},
};
use crate::{
    action::Action,
    context::Context,
    format,
    mirror::Asked,
    state::{Beside, Clock, HeadOrder, Inspecting},
    theme::{self, icon, space},
    widgets,
};

pub const WIDTH: f32 = 288.0;
const INNER: f32 = WIDTH - 2.0 * space::L;
/// Lines of a text that is looked at.
const TEXT_LINES: usize = 5;

pub fn controls_ui(ui: &mut Ui, cx: &mut Context<'_>, scene: &Scene<'_>, wanted: &mut Inspecting) {
    ui.set_width(INNER);
    ui.spacing_mut().item_spacing.y = space::S;
    run_ui(ui, cx, scene, wanted);
    beside_ui(ui, cx, scene, wanted);
    moment_ui(ui, cx, scene, wanted, INNER);
    ui.add_space(space::S);
    sample_ui(ui, cx, scene, wanted);
    ui.add_space(space::S);
    answer_ui(ui, cx, scene);
    off_ui(ui, cx, scene, wanted);
    damage_ui(ui, cx, scene, wanted);
}

fn run_ui(ui: &mut Ui, cx: &Context<'_>, scene: &Scene<'_>, wanted: &mut Inspecting) {
    section(ui, &cx.text("inspect-run"));
    let name = run_name(cx, scene.run);
    widgets::choice(ui, "inspect_run", &cx.text("inspect-run"), &name, INNER, |ui| {
        for run in &scene.runs {
            let is_this = run.summary.id == scene.run.summary.id;
            if ui.selectable_label(is_this, run_name(cx, run)).clicked() {
                wanted.run = Some(run.summary.id);
                wanted.moment = Moment::Newest;
                wanted.off.clear();
                wanted.cam = AskCam::default();
            }
        }
    });
}

/// Another run beside it, and what makes their moments the same.
fn beside_ui(ui: &mut Ui, cx: &Context<'_>, scene: &Scene<'_>, wanted: &mut Inspecting) {
    let others = || scene.runs.iter().filter(|run| run.summary.id != scene.run.summary.id);
    if others().next().is_none() {
        return;
    }
    let label = cx.text("inspect-beside");
    section(ui, &label);
    let now = scene.inspecting.beside;
    let chosen = now.and_then(|beside| others().find(|run| run.summary.id == beside.run));
    let nobody = cx.text("inspect-beside-nobody");
    let shown = chosen.map_or_else(|| nobody.clone(), |run| run_name(cx, run));
    widgets::choice(ui, "inspect_beside", &label, &shown, INNER, |ui| {
        if ui.selectable_label(chosen.is_none(), nobody).clicked() {
            wanted.beside = None;
        }
        for run in others() {
            let is_this = chosen.is_some_and(|chosen| chosen.summary.id == run.summary.id);
            if ui.selectable_label(is_this, run_name(cx, run)).clicked() {
                let by = now.map_or(Clock::default(), |beside| beside.by);
                wanted.beside = Some(Beside { run: run.summary.id, by });
            }
        }
    });
    let Some(beside) = now.filter(|_| chosen.is_some()) else { return };
    let segments = [
        (Clock::Steps, cx.text("inspect-by-steps"), cx.hint("inspect-by-steps")),
        (Clock::Epochs, cx.text("inspect-by-epochs"), cx.hint("inspect-by-epochs")),
    ];
    if let Some(by) = widgets::segmented(ui, &segments, beside.by) {
        wanted.beside = Some(Beside { by, ..beside });
    }
}

fn sample_ui(ui: &mut Ui, cx: &Context<'_>, scene: &Scene<'_>, wanted: &mut Inspecting) {
    section(ui, &cx.text("inspect-sample"));
    let splits = [
        (Split::Validation, cx.text("inspect-split-validation"), String::new()),
        (Split::Test, cx.text("inspect-split-test"), String::new()),
        (Split::Training, cx.text("inspect-split-training"), String::new()),
    ];
    if let Some(split) = widgets::segmented(ui, &splits, scene.inspecting.split) {
        (wanted.split, wanted.sample) = (split, 0);
    }
    let samples = match scene.shown.map(|looked| &looked.found) {
        Some(Ok(look)) => look.samples,
        _ => 0,
    };
    let sample = scene.inspecting.sample;
    ui.horizontal(|ui| {
        if widgets::icon_button(ui, sample > 0, icon::CARET_LEFT, &cx.text("inspect-before")).clicked() {
            wanted.sample = sample - 1;
        }
        let values = [("sample", (sample + 1).into()), ("samples", samples.into())];
        ui.label(cx.with("inspect-sample-of", &values));
        let can = sample + 1 < samples;
        if widgets::icon_button(ui, can, icon::CARET_RIGHT, &cx.text("inspect-next")).clicked() {
            wanted.sample = sample + 1;
        }
    });
    text_ui(ui, cx, scene, wanted);
    if let Some(sequence) = scene.look().and_then(|look| look.sequences.first())
        && !sequence.steps.is_empty()
    {
        answer::cut_ui(ui, words(sequence), theme::colors(ui).text, TEXT_LINES);
    }
    if let Some((looked, Ok(look))) = scene.shown.map(|looked| (looked, &looked.found))
        && let Some(input) = look.images.first()
    {
        super::images::picture_ui(ui, looked.version, input, 72.0);
    }
}

/// What enters, as it is cut: without what fills it up; letters stand close.
fn words(sequence: &Sequence) -> String {
    let steps = &sequence.steps[..sequence.length.unwrap_or(usize::MAX).min(sequence.steps.len())];
    let are_letters = steps.iter().all(|step| step.chars().count() == 1);
    steps.join(if are_letters { "" } else { " " })
}

/// A text of the user's own, where the model reads one: seen as it is entered, the row again where it is emptied.
fn text_ui(ui: &mut Ui, cx: &Context<'_>, scene: &Scene<'_>, wanted: &mut Inspecting) {
    let takes_text = scene.shown.is_some_and(|looked| {
        looked.ask.text.is_some() || looked.found.as_ref().is_ok_and(|look| look.takes_text)
    });
    if !takes_text {
        return;
    }
    let id = egui::Id::new(("inspect_text", ui.id()));
    let now = scene.inspecting.text.clone().unwrap_or_default();
    let mut typed: String = ui.data(|data| data.get_temp(id)).unwrap_or_else(|| now.clone());
    let label = cx.text("inspect-own-text");
    let field = widgets::text_field(&mut typed).hint_text(&label).desired_width(INNER);
    let response = ui.add(field);
    widgets::name_field(&response, &label, &typed);
    if response.lost_focus() && typed != now {
        wanted.text = Some(typed.clone()).filter(|text| !text.trim().is_empty());
        wanted.off.retain(|off| !matches!(off, Off::Step { .. }));
    }
    ui.data_mut(|data| data.insert_temp(id, typed));
    response.on_hover_text(cx.hint("inspect-own-text"));
}

/// What is switched off, each a tag that switches it on again.
fn off_ui(ui: &mut Ui, cx: &Context<'_>, scene: &Scene<'_>, wanted: &mut Inspecting) {
    if scene.inspecting.off.is_empty() {
        return;
    }
    ui.add_space(space::S);
    section(ui, &cx.text("inspect-off"));
    ui.horizontal_wrapped(|ui| {
        for off in &scene.inspecting.off {
            let name = match off {
                Off::Head { node, head } => head_name(cx, node, *head),
                Off::Layer { node } => node.clone(),
                Off::Step { step } => cx.with("inspect-off-step", &[("step", (step + 1).into())]),
            };
            let label = cx.with("inspect-head-on", &[("head", name.as_str().into())]);
            let button = widgets::secondary_button(ui, true, icon::X, &name);
            if button.on_hover_text(label).clicked() {
                wanted.off.remove(off);
            }
        }
    });
    if widgets::ghost_button(ui, true, icon::EYE, &cx.text("inspect-all-on")).clicked() {
        wanted.off.clear();
    }
}

/// How much each head matters: asked for, waited for, told.
fn damage_ui(ui: &mut Ui, cx: &mut Context<'_>, scene: &Scene<'_>, wanted: &mut Inspecting) {
    let has_heads =
        scene.whole.is_some_and(|looked| looked.found.as_ref().is_ok_and(|look| !look.layers.is_empty()));
    if !has_heads {
        return;
    }
    ui.add_space(space::S);
    section(ui, &cx.text("inspect-damage"));
    if cx.mirror.awaits(|asked| matches!(asked, Asked::Damage { .. })) {
        if widgets::secondary_button(ui, true, icon::X_CIRCLE, &cx.text("inspect-damage-cancel")).clicked() {
            cx.act(Action::CancelDamage);
        }
        widgets::weak(ui, &cx.text("inspect-damage-wait"));
        return;
    }
    let Some(damage) = scene.damage else {
        let button = widgets::secondary_button(ui, true, icon::SCALES, &cx.text("inspect-damage-ask"));
        if button.on_hover_text(cx.hint("inspect-damage-ask")).clicked() {
            wanted.order = HeadOrder::Damage;
            wanted.opened = None;
            cx.act(Action::MeasureDamage);
        }
        return;
    };
    let worst = damage
        .heads
        .iter()
        .filter_map(|head| Some((head, head.loss(&damage.whole)?)))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((head, loss)) = worst {
        let values = [
            ("head", head_name(cx, &head.node, head.head).into()),
            ("loss", super::overview::signed(loss).into()),
            ("rows", format::count(damage.rows as u64).into()),
        ];
        ui.label(RichText::new(cx.with("inspect-damage-worst", &values)).color(theme::colors(ui).text));
    }
}
