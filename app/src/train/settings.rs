//! The settings of the selected experiment, as a form.

use egui::{
    CornerRadius, Margin, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetType,
    collapsing_header::CollapsingState, pos2, vec2,
};
use engine::{
    graph::Graph,
    project::Recipe,
    train::{
        ClipSpec, DeviceChoice, EarlyStopping, FineTuning, LossSpec, OptimizerSpec, Precision, Probes,
        ScheduleSpec, SettingError, Training, Validation,
    },
};

use super::{
    choices, faults, field::Form, numbers, plot::metric_key, schedule, selected_run, steer::steer_ui, task,
};
use crate::{
    action::Action,
    context::Context,
    data::step_words,
    format,
    mirror::Run,
    theme::{self, icon, radius, space, text},
    widgets,
};

/// Draws the form; what is changed goes out as one edit.
pub fn settings_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(experiment) = cx.state.experiment() else { return };
    let mut training = experiment.training.clone();
    let margin = Margin::symmetric(space::L as i8, space::M as i8);
    ScrollArea::vertical().auto_shrink(false).content_margin(margin).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        let colors = theme::colors(ui);
        ui.label(text::title(cx.text("train-settings")).color(colors.text_strong));
        whose_ui(ui, cx);
        if let Some(run) = steered_run(cx) {
            return steer_ui(ui, cx, run);
        }
        experiment_ui(ui, cx);
        let errors = training.errors();
        let mut form = Form::new(ui, cx, errors);
        run_ui(ui, &mut form, &mut training);
        objective_ui(ui, &mut form, &mut training.loss);
        optimization_ui(ui, &mut form, &mut training);
        fine_tuning_ui(ui, &mut form, &experiment.graph, &mut training.fine_tuning);
        regularization_ui(ui, &mut form, &mut training);
        data_ui(ui, &form, &experiment.recipe);
    });
    if training != experiment.training {
        cx.act(Action::EditTraining(training));
    }
}

/// Whose settings are shown: those of the next run, or those that the selected run trains with.
fn whose_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(run) = selected_run(cx).map(|run| run.summary.id) else { return };
    let whose = [
        (false, cx.text("train-settings-new"), cx.hint("train-settings-new")),
        (true, cx.with("train-run", &[("run", run.0.into())]), cx.hint("train-steer")),
    ];
    ui.add_space(space::XS);
    if let Some(steers) = widgets::segmented(ui, &whose, steered_run(cx).is_some()) {
        cx.act(Action::ShowSteering(steers));
    }
}

/// The run whose settings are shown in place of the experiment's.
fn steered_run<'a>(cx: &Context<'a>) -> Option<&'a Run> {
    cx.state.project.as_ref().filter(|project| project.steers).and_then(|_| selected_run(cx))
}

/// Which experiment is set, where there are several.
fn experiment_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(project) = &cx.state.project else { return };
    if project.drafts.len() < 2 {
        return;
    }
    let names: Vec<String> = project.drafts.iter().map(|draft| draft.edited.name.clone()).collect();
    let selected = project
        .draft()
        .and_then(|draft| project.drafts.iter().position(|other| other.edited.name == draft.edited.name));
    let mut form = Form::new(ui, cx, Vec::new());
    if let Some(chosen) = form.choice(ui, "experiment", &names, selected, None) {
        cx.act(Action::SelectExperiment(names[chosen].clone()));
    }
}

fn run_ui(ui: &mut Ui, form: &mut Form<'_, '_>, training: &mut Training) {
    form.group(ui, "train-group-run");
    form.typed(ui, "epochs", &mut training.epochs);
    form.typed(ui, "batch_size", &mut training.batch_size);
    form.typed(ui, "seed", &mut training.seed);
    device_ui(ui, form, &mut training.device);
    memory_ui(ui, form, training);
}

/// What a step takes, and a way out where that is more than there is.
fn memory_ui(ui: &mut Ui, form: &mut Form<'_, '_>, training: &mut Training) {
    let Some(memory) = form.cx.state.draft_of_experiment().and_then(|draft| draft.memory) else { return };
    let bytes = |bytes: usize| format::bytes(bytes as u64);
    let rest = memory.peak.saturating_sub(memory.parameters + memory.optimizer + memory.batches);
    let parts = [
        ("parameters", memory.parameters),
        ("optimizer", memory.optimizer),
        ("batches", memory.batches),
        ("activations", rest),
    ];
    let values = parts.map(|(name, part)| (name, bytes(part).into()));
    let hint = form.cx.with("train-memory-parts", &values);
    form.fact_with(ui, "train-step-memory", &format!("≈ {}", bytes(memory.peak)), &hint);
    let Some(has) = form.cx.state.too_little_memory(form.cx.mirror) else { return };
    let can_shrink = training.can_shrink();
    let fault = if can_shrink { "train-memory-fault" } else { "train-memory-no-way" };
    let fault = form.cx.with(fault, &[("bytes", format::bytes(has).into())]);
    let (name, hint) = (form.cx.text("train-memory-fit"), form.cx.hint("train-memory-fit"));
    let mut is_asked = false;
    form.below(ui, |ui| {
        ui.label(text::small(fault).color(theme::colors(ui).bad));
        is_asked = can_shrink
            && widgets::secondary_button(ui, true, icon::STACK, &name).on_hover_text(hint).clicked();
    });
    if is_asked && let Some(experiment) = form.cx.state.experiment() {
        *training = training.fitted(&experiment.graph, has);
    }
}

fn device_ui(ui: &mut Ui, form: &mut Form<'_, '_>, device: &mut DeviceChoice) {
    let here = &form.cx.mirror.devices;
    let mut choices = vec![DeviceChoice::Auto];
    let mut names = vec![match here.first() {
        Some(best) => form.cx.with("train-device-auto-is", &[("device", best.id.as_str().into())]),
        None => form.cx.text("train-device-auto"),
    }];
    for info in here {
        if let Ok(choice) = info.id.parse() {
            choices.push(choice);
            names.push(format!("{} · {}", info.id, info.name));
        }
    }
    let mut fault = None;
    if !choices.contains(device) {
        let ids: Vec<&str> = here.iter().map(|info| info.id.as_str()).collect();
        let values = [("device", device.to_string().into()), ("devices", ids.join(", ").into())];
        fault = (!here.is_empty()).then(|| form.cx.with("train-device-missing", &values));
        choices.push(*device);
        names.push(device.to_string());
    }
    let selected = choices.iter().position(|choice| choice == device);
    if let Some(chosen) = form.choice(ui, "device", &names, selected, fault) {
        *device = choices[chosen];
    }
}

fn objective_ui(ui: &mut Ui, form: &mut Form<'_, '_>, loss: &mut LossSpec) {
    form.group(ui, "train-group-objective");
    let kinds = choices::losses(task(form.cx));
    if let Some(new) = form.kind(ui, "loss.kind", kinds, loss.kind()).and_then(choices::loss_of) {
        *loss = new;
    }
    match loss {
        LossSpec::CrossEntropy { label_smoothing, class_weights } => {
            form.typed(ui, "loss.label_smoothing", label_smoothing);
            let all_equal = form.cx.text("setting-class-weights-all");
            form.typed_or(ui, "loss.class_weights", class_weights, &all_equal);
        }
        LossSpec::Huber { delta } => form.typed(ui, "loss.delta", delta),
        LossSpec::BinaryCrossEntropy | LossSpec::Mse | LossSpec::Mae => {}
    }
}

fn optimization_ui(ui: &mut Ui, form: &mut Form<'_, '_>, training: &mut Training) {
    form.group(ui, "train-group-optimization");
    let optimizer = &mut training.optimizer;
    let chosen = form.kind(ui, "optimizer.kind", &choices::OPTIMIZERS, optimizer.kind());
    if let Some(new) = chosen.and_then(|kind| choices::optimizer_of(kind, optimizer)) {
        *optimizer = new;
    }
    form.typed(ui, "optimizer.learning_rate", optimizer.learning_rate_mut());
    match optimizer {
        OptimizerSpec::Sgd { momentum, nesterov, .. } => {
            form.typed(ui, "optimizer.momentum", momentum);
            form.switch(ui, "optimizer.nesterov", nesterov);
        }
        OptimizerSpec::RmsProp { momentum, .. } => form.typed(ui, "optimizer.momentum", momentum),
        OptimizerSpec::AdamW { weight_decay, .. } => form.typed(ui, "optimizer.weight_decay", weight_decay),
        _ => {}
    }
    schedule_ui(ui, form, &mut training.schedule, training.epochs);
    advanced_ui(ui, form, training);
}

/// The settings that are hardly ever touched, folded away until one is wrong.
fn advanced_ui(ui: &mut Ui, form: &mut Form<'_, '_>, training: &mut Training) {
    const FOLDED: [&str; 15] = [
        "accumulation",
        "checkpointing",
        "threads",
        "optimizer.beta1",
        "optimizer.beta2",
        "optimizer.epsilon",
        "optimizer.rho",
        "validation.epochs",
        "validation.steps",
        "checkpoints.minutes",
        "checkpoints.steps",
        "checkpoints.keep",
        "checkpoints.best",
        "probes.steps",
        "probes.megabytes",
    ];
    let mut wrong = form.errors.iter().map(SettingError::field).chain(form.cx.state.unreadable_settings());
    let is_wrong = wrong.any(|field| FOLDED.contains(&field));
    drop(wrong);
    let mut fold =
        CollapsingState::load_with_default_open(ui.ctx(), ui.make_persistent_id("advanced"), false);
    let on_gpu = trains_on_gpu(form.cx, training.device);
    if is_wrong || !(on_gpu || training.precision.is_full()) {
        fold.set_open(true);
    }
    let caret = if fold.is_open() { icon::CARET_DOWN } else { icon::CARET_RIGHT };
    if widgets::ghost_button(ui, true, caret, &form.cx.text("train-advanced")).clicked() {
        fold.toggle(ui);
    }
    fold.show_body_unindented(ui, |ui| {
        match &mut training.optimizer {
            OptimizerSpec::Sgd { .. } => {}
            OptimizerSpec::Adam { beta1, beta2, epsilon, .. }
            | OptimizerSpec::AdamW { beta1, beta2, epsilon, .. } => {
                form.typed(ui, "optimizer.beta1", beta1);
                form.typed(ui, "optimizer.beta2", beta2);
                form.typed(ui, "optimizer.epsilon", epsilon);
            }
            OptimizerSpec::RmsProp { rho, epsilon, .. } | OptimizerSpec::Adadelta { rho, epsilon, .. } => {
                form.typed(ui, "optimizer.rho", rho);
                form.typed(ui, "optimizer.epsilon", epsilon);
            }
            OptimizerSpec::Adagrad { epsilon, .. } => form.typed(ui, "optimizer.epsilon", epsilon),
        }
        form.typed(ui, "accumulation", &mut training.accumulation);
        form.switch(ui, "checkpointing", &mut training.checkpointing);
        let all = form.cx.text("setting-threads-all");
        form.typed_or(ui, "threads", &mut training.threads, &all);
        precision_ui(ui, form, &mut training.precision, on_gpu);
        validation_ui(ui, form, &mut training.validation);
        checkpoints_ui(ui, form, training);
        probes_ui(ui, form, &mut training.probes);
    });
}

/// Narrow numbers can be chosen where a GPU is; elsewhere only the way back is left open.
fn precision_ui(ui: &mut Ui, form: &mut Form<'_, '_>, precision: &mut Precision, on_gpu: bool) {
    let names = choices::PRECISIONS.map(|key| form.cx.text(key));
    let selected = Precision::ALL.iter().position(|known| known == precision);
    let fault = (!on_gpu && !precision.is_full()).then(|| form.cx.text("train-precision-needs-gpu"));
    ui.add_enabled_ui(on_gpu || fault.is_some(), |ui| {
        if let Some(chosen) = form.choice(ui, "precision", &names, selected, fault) {
            *precision = Precision::ALL[chosen];
        }
    });
}

fn trains_on_gpu(cx: &Context<'_>, device: DeviceChoice) -> bool {
    match device {
        DeviceChoice::Auto => cx.mirror.devices.first().is_some_and(|best| best.id != "cpu"),
        DeviceChoice::Cpu => false,
        DeviceChoice::Cuda(_) | DeviceChoice::Metal => true,
    }
}

/// When the validation rows are looked at.
pub fn validation_ui(ui: &mut Ui, form: &mut Form<'_, '_>, validation: &mut Validation) {
    form.typed(ui, "validation.epochs", &mut validation.epochs);
    form.typed(ui, "validation.steps", &mut validation.steps);
}

/// When the run's weights are put down to be looked into.
pub fn probes_ui(ui: &mut Ui, form: &mut Form<'_, '_>, probes: &mut Probes) {
    form.typed(ui, "probes.steps", &mut probes.steps);
    form.typed(ui, "probes.megabytes", &mut probes.megabytes);
}

/// When the run is kept on the disk.
fn checkpoints_ui(ui: &mut Ui, form: &mut Form<'_, '_>, training: &mut Training) {
    let checkpoints = &mut training.checkpoints;
    form.typed(ui, "checkpoints.minutes", &mut checkpoints.minutes);
    form.typed(ui, "checkpoints.steps", &mut checkpoints.steps);
    form.typed(ui, "checkpoints.keep", &mut checkpoints.keep);
    let metrics = choices::metrics(task(form.cx), &training.loss);
    let names: Vec<String> = metrics.iter().map(|metric| form.cx.text(metric_key(metric.name()))).collect();
    let selected = metrics.iter().position(|metric| *metric == checkpoints.best);
    let fault = faults::of_field(&form.errors, "checkpoints.best", form.cx.words);
    if let Some(chosen) = form.choice(ui, "checkpoints.best", &names, selected, fault) {
        checkpoints.best = metrics[chosen];
    }
}

pub fn schedule_ui(ui: &mut Ui, form: &mut Form<'_, '_>, schedule: &mut ScheduleSpec, epochs: u32) {
    let chosen = form.kind(ui, "schedule.kind", &choices::SCHEDULES, schedule.kind());
    if let Some(new) = chosen.and_then(ScheduleSpec::of_kind) {
        *schedule = new;
    }
    if let Some(factors) = schedule::factors(schedule, epochs) {
        let name = form.cx.text("train-schedule-picture");
        form.below(ui, |ui| sparkline_ui(ui, &factors, &name));
    }
    match schedule {
        ScheduleSpec::Constant => {}
        ScheduleSpec::Step { every, factor } => {
            form.typed(ui, "schedule.every", every);
            form.typed(ui, "schedule.factor", factor);
        }
        ScheduleSpec::Exponential { factor } => form.typed(ui, "schedule.factor", factor),
        ScheduleSpec::Cosine { floor } => form.typed(ui, "schedule.floor", floor),
        ScheduleSpec::WarmupLinear { warmup } | ScheduleSpec::OneCycle { warmup } => {
            form.typed(ui, "schedule.warmup", warmup);
        }
        ScheduleSpec::ReduceOnPlateau { factor, patience } => {
            form.typed(ui, "schedule.factor", factor);
            form.typed(ui, "schedule.patience", patience);
        }
    }
}

/// A schedule's shape, the largest rate at the top.
fn sparkline_ui(ui: &mut Ui, factors: &[f32; schedule::SAMPLES], name: &str) {
    let colors = theme::colors(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), space::XXL), Sense::hover());
    widgets::name(&response, WidgetType::Image, name);
    response.on_hover_text(name);
    let edge = Stroke::new(1.0, colors.separator);
    ui.painter().rect(rect, CornerRadius::same(radius::CONTROL), colors.field, edge, StrokeKind::Inside);
    let inside = rect.shrink(space::S);
    let step = inside.width() / (schedule::SAMPLES - 1) as f32;
    let points = factors.iter().enumerate().map(|(index, factor)| {
        pos2(inside.left() + step * index as f32, egui::lerp(inside.bottom()..=inside.top(), *factor))
    });
    ui.painter().line(points.collect(), Stroke::new(1.5, colors.accent_text));
}

/// What a run begins with, and which of it may move; only where it begins with numbers that were learned before, or
/// somebody holds some still.
fn fine_tuning_ui(ui: &mut Ui, form: &mut Form<'_, '_>, graph: &Graph, tuning: &mut FineTuning) {
    if *tuning == FineTuning::default() {
        return;
    }
    form.group(ui, "train-group-fine-tuning");
    if let Some(begin) = &tuning.begin {
        form.fact(ui, "train-begin", &begin.file);
    }
    let path = "fine_tuning.frozen";
    let label = (form.cx.text("setting-frozen"), form.cx.hint("setting-frozen"));
    let none = form.cx.text("setting-frozen-none");
    form.several(ui, path, label, &FineTuning::parts(graph), &mut tuning.frozen, &none);
    form.typed(ui, "fine_tuning.layer_decay", &mut tuning.layer_decay);
}

fn regularization_ui(ui: &mut Ui, form: &mut Form<'_, '_>, training: &mut Training) {
    form.group(ui, "train-group-regularization");
    form.typed(ui, "l1", &mut training.l1);
    form.typed(ui, "l2", &mut training.l2);
    clip_ui(ui, form, &mut training.clip);
    let mut stops_early = training.early_stopping.is_some();
    form.switch(ui, "early_stopping", &mut stops_early);
    if stops_early != training.early_stopping.is_some() {
        training.early_stopping = stops_early.then(EarlyStopping::default);
    }
    if let Some(early) = &mut training.early_stopping {
        form.typed(ui, "early_stopping.patience", &mut early.patience);
        form.typed(ui, "early_stopping.min_delta", &mut early.min_delta);
        form.switch(ui, "early_stopping.restore_best", &mut early.restore_best);
    }
}

pub fn clip_ui(ui: &mut Ui, form: &mut Form<'_, '_>, clip: &mut ClipSpec) {
    let chosen = form.kind(ui, "clip.kind", &choices::CLIPS, choices::clip_kind(*clip));
    if let Some(new) = chosen.and_then(|kind| choices::clip_of(kind, *clip)) {
        *clip = new;
    }
    if let ClipSpec::Norm { max } | ClipSpec::Value { max } = clip {
        form.typed(ui, "clip.max", max);
    }
}

/// What the run will read; it is set on the Data screen.
fn data_ui(ui: &mut Ui, form: &Form<'_, '_>, recipe: &Recipe) {
    form.group(ui, "train-group-data");
    if let Some(opened) = &form.cx.mirror.opened {
        form.fact(ui, "train-data-target", &opened.project.dataset.target);
    }
    let split = &recipe.split;
    let shares = [1.0 - split.validation - split.test, split.validation, split.test];
    let shares = shares.map(|share| numbers::setting((share * 1000.0).round() / 10.0)).join(" / ");
    form.fact(ui, "train-data-split", &format!("{shares} %"));
    let steps: Vec<String> = recipe.steps.iter().map(|step| step_words(step, form.cx.words)).collect();
    let steps = if steps.is_empty() { form.cx.text("train-data-as-is") } else { steps.join(", ") };
    form.fact(ui, "train-data-recipe", &steps);
}
