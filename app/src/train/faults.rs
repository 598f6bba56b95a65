//! What keeps the settings from being trained with, in words.

use std::path::Path;

use engine::train::SettingError;
use fluent_bundle::FluentValue;

use super::numbers;
use crate::{context::Context, locale::Locale};

/// The first fault of a setting, by its path in `project.toml`.
pub fn of_field(errors: &[SettingError], path: &str, words: &Locale) -> Option<String> {
    errors.iter().find(|error| error.field() == path).map(|error| in_words(error, words))
}

fn in_words(error: &SettingError, words: &Locale) -> String {
    let bounded = |key: &str, bound: f64| words.with(key, &[("bound", numbers::setting(bound).into())]);
    match error {
        SettingError::TooSmall { min, .. } => bounded("train-fault-too-small", *min),
        SettingError::TooLarge { max, .. } => bounded("train-fault-too-large", *max),
        SettingError::NotAbove { bound, .. } => bounded("train-fault-not-above", *bound),
        SettingError::NotBelow { bound, .. } => bounded("train-fault-not-below", *bound),
        SettingError::NotFinite { .. } => words.text("train-fault-not-finite"),
        SettingError::NesterovWithoutMomentum { .. } => words.text("train-fault-nesterov"),
        SettingError::MetricOfOther { .. } => words.text("train-fault-metric"),
        SettingError::Unknown { .. } | SettingError::WrongValue { .. } | SettingError::NotSteered { .. } => {
            words.problem(&error.clone().into()).0
        }
    }
}

/// Why Train is disabled; `None` when it is not.
pub fn of_training(cx: &Context<'_>) -> Option<String> {
    let Some(experiment) = cx.state.experiment() else { return Some(cx.text("train-button-none")) };
    let errors = experiment.training.errors();
    let mut fields: Vec<&str> = errors.iter().map(SettingError::field).collect();
    fields.extend(cx.state.unreadable_settings());
    let (Some(first), count) = (fields.first(), fields.len()) else {
        if let Some(fault) = cx.state.draft_of_experiment().and_then(|draft| draft.survey.faults.first()) {
            return Some(cx.words.problem(&fault.clone().into()).0);
        }
        if let Some(misfit) = cx.state.draft_of_experiment().and_then(|draft| draft.misfit.as_ref()) {
            return Some(cx.words.problem(misfit).0);
        }
        let folder =
            cx.state.project.as_ref().map(|project| project.folder.as_path()).unwrap_or(Path::new(""));
        if let Some((_, problem)) = cx.mirror.rows.fault(folder, &experiment.recipe) {
            return Some(cx.words.problem(problem).0);
        }
        if cx.state.too_little_memory(cx.mirror).is_some() {
            return Some(cx.text("train-button-memory"));
        }
        return (!cx.mirror.has_room()).then(|| cx.text("train-button-busy"));
    };
    let first = cx.text(label_key(first));
    Some(
        cx.with(
            "train-button-faults",
            &[("count", FluentValue::from(count as u64)), ("field", first.into())],
        ),
    )
}

/// The key of a setting's name, by its path in `project.toml`.
pub fn label_key(path: &str) -> &'static str {
    known_label(path).unwrap_or("train-settings")
}

/// The same, where the setting has a name.
pub fn known_label(path: &str) -> Option<&'static str> {
    LABELS.iter().find(|(known, _)| *known == path).map(|(_, key)| *key)
}

/// Every setting: its path in `project.toml` and the key of its words.
const LABELS: [(&str, &str); 48] = [
    ("epochs", "setting-epochs"),
    ("batch_size", "setting-batch-size"),
    ("accumulation", "setting-accumulation"),
    ("checkpointing", "setting-checkpointing"),
    ("threads", "setting-threads"),
    ("precision", "setting-precision"),
    ("seed", "setting-seed"),
    ("loss.label_smoothing", "setting-label-smoothing"),
    ("loss.class_weights", "setting-class-weights"),
    ("loss.delta", "setting-delta"),
    ("optimizer.learning_rate", "setting-learning-rate"),
    ("optimizer.momentum", "setting-momentum"),
    ("optimizer.nesterov", "setting-nesterov"),
    ("optimizer.beta1", "setting-beta1"),
    ("optimizer.beta2", "setting-beta2"),
    ("optimizer.epsilon", "setting-epsilon"),
    ("optimizer.rho", "setting-rho"),
    ("optimizer.weight_decay", "setting-weight-decay"),
    ("schedule.every", "setting-schedule-every"),
    ("schedule.factor", "setting-schedule-factor"),
    ("schedule.floor", "setting-schedule-floor"),
    ("schedule.warmup", "setting-schedule-warmup"),
    ("schedule.patience", "setting-schedule-patience"),
    ("l1", "setting-l1"),
    ("l2", "setting-l2"),
    ("clip.max", "setting-clip-max"),
    ("fine_tuning.layer_decay", "setting-layer-decay"),
    ("fine_tuning.frozen", "setting-frozen"),
    ("early_stopping.patience", "setting-early-patience"),
    ("early_stopping.min_delta", "setting-min-delta"),
    ("early_stopping.restore_best", "setting-restore-best"),
    ("validation.epochs", "setting-validation-epochs"),
    ("validation.steps", "setting-validation-steps"),
    ("checkpoints.minutes", "setting-checkpoint-minutes"),
    ("checkpoints.steps", "setting-checkpoint-steps"),
    ("checkpoints.keep", "setting-checkpoint-keep"),
    ("checkpoints.best", "setting-checkpoint-best"),
    ("probes.steps", "setting-probe-steps"),
    ("probes.megabytes", "setting-probe-megabytes"),
    ("device", "setting-device"),
    ("loss.kind", "setting-loss"),
    ("optimizer.kind", "setting-optimizer"),
    ("schedule.kind", "setting-schedule"),
    ("clip.kind", "setting-clip"),
    ("early_stopping", "setting-early-stopping"),
    ("experiment", "train-settings-experiment"),
    ("branch.step", "branch-step"),
    ("branch.model", "branch-model"),
];
