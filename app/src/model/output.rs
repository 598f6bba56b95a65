//! What an output predicts, and by which loss it learns: two settings to choose.

use egui::{ComboBox, Ui, WidgetType};
use engine::{
    data::Candidate,
    graph::{
        Layer,
        layers::{Output, Predicts},
    },
    train::LossSpec,
};

use crate::{
    context::Context,
    train::{LOSSES, loss_of},
    widgets,
};

/// Whether it is one of these settings.
pub fn is_chosen(layer: &Layer, name: &str) -> bool {
    matches!(layer, Layer::Output(_)) && matches!(name, "predicts" | "loss")
}

/// Draws the choice; gives the layer with what was picked.
pub fn output_ui(ui: &mut Ui, cx: &Context<'_>, layer: &Layer, name: &str, label: &str) -> Option<Layer> {
    let Layer::Output(output) = layer else { return None };
    let picked = match name {
        "predicts" => {
            let predicts = predicts_ui(ui, cx, &output.predicts, label)?;
            let loss = loss_for(cx, &predicts, output.loss.as_ref());
            Output { predicts, loss, ..output.clone() }
        }
        _ => Output { loss: loss_ui(ui, cx, output.loss.as_ref(), label)?, ..output.clone() },
    };
    Some(Layer::Output(picked))
}

fn predicts_ui(ui: &mut Ui, cx: &Context<'_>, now: &Predicts, label: &str) -> Option<Predicts> {
    let columns = candidates(cx).iter().map(|candidate| Predicts::Column(candidate.column.clone()));
    let mut all: Vec<Predicts> = [Predicts::Target, Predicts::Inputs].into_iter().chain(columns).collect();
    if !all.contains(now) {
        all.push(now.clone());
    }
    let name = |predicts: &Predicts| match predicts {
        Predicts::Target => cx.text("model-predicts-target"),
        Predicts::Inputs => cx.text("model-predicts-inputs"),
        Predicts::Column(column) => column.clone(),
    };
    choice_ui(ui, "predicts", label, now, all, name)
}

fn loss_ui(ui: &mut Ui, cx: &Context<'_>, now: Option<&LossSpec>, label: &str) -> Option<Option<LossSpec>> {
    let kinds = std::iter::once("").chain(LOSSES.iter().map(|(kind, _)| *kind)).collect();
    let name = |kind: &&str| match LOSSES.iter().find(|(known, _)| known == kind) {
        Some((_, key)) => cx.text(key),
        None => cx.text("model-loss-of-training"),
    };
    choice_ui(ui, "loss", label, &now.map_or("", LossSpec::kind), kinds, name).map(loss_of)
}

/// The loss that goes with what is to be predicted, where the one there is does not.
fn loss_for(cx: &Context<'_>, predicts: &Predicts, now: Option<&LossSpec>) -> Option<LossSpec> {
    let training = cx.state.experiment().map(|experiment| &experiment.training.loss);
    let of_classes = now.or(training).is_none_or(LossSpec::is_of_classes);
    let fitting = match predicts {
        Predicts::Target => return now.cloned(),
        Predicts::Inputs if !of_classes => return now.cloned(),
        Predicts::Inputs => "mse",
        Predicts::Column(column) => {
            let candidate = candidates(cx).iter().find(|candidate| candidate.column == *column)?;
            match (of_classes, candidate.classes, candidate.is_number) {
                (true, Some(_), false) | (false, _, true) => return now.cloned(),
                (_, _, true) => "mse",
                _ => "cross-entropy",
            }
        }
    };
    loss_of(fitting)
}

fn candidates<'c>(cx: &'c Context<'_>) -> &'c [Candidate] {
    let extent = cx.state.draft_of_experiment().and_then(|draft| draft.extent.as_ref());
    extent.map_or(&[], |extent| &extent.candidates)
}

fn choice_ui<T: PartialEq>(
    ui: &mut Ui,
    id: &str,
    label: &str,
    now: &T,
    all: Vec<T>,
    name: impl Fn(&T) -> String,
) -> Option<T> {
    let combo = ComboBox::from_id_salt(id)
        .width(ui.available_width())
        .truncate()
        .icon(widgets::caret)
        .selected_text(name(now))
        .show_ui(ui, |ui| {
            let mut picked = None;
            for each in all {
                if ui.selectable_label(each == *now, name(&each)).clicked() {
                    picked = Some(each);
                }
            }
            picked
        });
    widgets::name(&combo.response, WidgetType::ComboBox, label);
    combo.inner.flatten().filter(|picked| picked != now)
}
