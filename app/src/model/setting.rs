//! One setting of a layer, as a control that suits its value.

use egui::{ComboBox, Id, RichText, Ui, WidgetInfo, WidgetType};
use engine::graph::{Activation, Initializer, Layer};
use serde_json::Value;

use super::output;
use crate::{
    context::Context,
    theme::{self, text},
    train::numbers,
    widgets,
};

/// Draws the control of a setting; gives the layer with its new value.
pub fn setting_ui(ui: &mut Ui, cx: &Context<'_>, node: &str, layer: &Layer, name: &str) -> Option<Layer> {
    let label = cx.text(&format!("node-{name}"));
    if output::is_chosen(layer, name) {
        return output::output_ui(ui, cx, layer, name, &label);
    }
    let value = layer.setting(name);
    match (&value, choices(layer, name)) {
        (Value::Bool(on), _) => {
            let clicked = widgets::checkbox(ui, *on, &label);
            clicked.then(|| layer.with_setting(name, Value::Bool(!on)).ok()).flatten()
        }
        (Value::String(chosen), choices) if !choices.is_empty() => {
            let picked = choice_ui(ui, name, &label, chosen, &choices)?;
            layer.with_setting(name, Value::String(picked.into())).ok()
        }
        _ => typed_ui(ui, cx, node, layer, name, &label, &value),
    }
}

/// The words a setting takes, where it takes words only.
fn choices(layer: &Layer, name: &str) -> Vec<&'static str> {
    match name {
        "activation" | "function" => Activation::ALL.map(|function| function.name()).to_vec(),
        "nonlinearity" => vec!["tanh", "relu"],
        "initializer" | "recurrent_initializer" => Initializer::KINDS.to_vec(),
        _ => Vec::new(),
    }
    .into_iter()
    .filter(|word| layer.with_setting(name, Value::String((*word).into())).is_ok())
    .collect()
}

fn choice_ui(
    ui: &mut Ui,
    name: &str,
    label: &str,
    chosen: &str,
    choices: &[&'static str],
) -> Option<&'static str> {
    let mut picked = None;
    let combo = ComboBox::from_id_salt(name)
        .width(ui.available_width())
        .truncate()
        .icon(widgets::caret)
        .selected_text(chosen)
        .show_ui(ui, |ui| {
            for choice in choices {
                if ui.selectable_label(*choice == chosen, *choice).clicked() && *choice != chosen {
                    picked = Some(*choice);
                }
            }
        });
    widgets::name(&combo.response, WidgetType::ComboBox, label);
    picked
}

/// A value to type: a number, several with commas, a word; nothing where it may be left out. What means
/// nothing stays in the field, with the reason below it, and the layer as it was.
fn typed_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    node: &str,
    layer: &Layer,
    name: &str,
    label: &str,
    value: &Value,
) -> Option<Layer> {
    let id = Id::new("model_setting").with((node, name));
    let typing: Option<String> = ui.data(|data| data.get_temp(id));
    // What is being typed stays until the value is changed from elsewhere, or means another one.
    let typing = typing.filter(|typed| with(layer, name, typed).is_none_or(|read| &read == layer));
    let mut words = typing.unwrap_or_else(|| write(value));
    let hint = if may_be_left_out(layer, name) { cx.text("model-left-out") } else { String::new() };
    let hint = RichText::new(hint).size(text::SMALL_SIZE);
    let edit = widgets::text_field(&mut words)
        .id(Id::new("model_field").with((node, name)))
        .hint_text(hint)
        .desired_width(f32::INFINITY);
    let response = ui.add(edit);
    response.widget_info(|| WidgetInfo {
        label: Some(label.to_owned()),
        ..WidgetInfo::text_edit(true, &words, &words, "")
    });
    let read = with(layer, name, &words);
    if response.has_focus() || read.is_none() {
        ui.data_mut(|data| data.insert_temp(id, words.clone()));
    } else {
        ui.data_mut(|data| data.remove::<String>(id));
    }
    if read.is_none() {
        let fault = cx.text("model-setting-unread");
        ui.label(text::small(fault).color(theme::colors(ui).bad));
    }
    read.filter(|_| response.changed())
}

/// The layer with what is typed; `None` where that means nothing. One size alone may be a whole shape, and an
/// empty field means something where the setting may be left out.
fn with(layer: &Layer, name: &str, words: &str) -> Option<Layer> {
    let value = read(words);
    if value.is_null() && !may_be_left_out(layer, name) {
        return None;
    }
    let alone = || layer.with_setting(name, Value::Array(vec![value.clone()])).ok();
    layer.with_setting(name, value.clone()).ok().or_else(alone)
}

fn may_be_left_out(layer: &Layer, name: &str) -> bool {
    Layer::of_kind(layer.kind()).is_some_and(|usual| usual.setting(name).is_null())
}

/// A value as it is typed: `3, 5`, `same`, nothing.
fn write(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(word) => word.clone(),
        Value::Array(items) => items.iter().map(write).collect::<Vec<_>>().join(", "),
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), numbers::setting),
        other => other.to_string(),
    }
}

/// What is typed as a value; the way back of [`write`].
fn read(words: &str) -> Value {
    let words = words.trim();
    let parts: Vec<&str> =
        words.split([',', '，', '×']).map(str::trim).filter(|part| !part.is_empty()).collect();
    match parts[..] {
        [] => Value::Null,
        [one] if one.len() == words.len() => read_one(one),
        _ => Value::Array(parts.into_iter().map(read_one).collect()),
    }
}

fn read_one(word: &str) -> Value {
    let plain = word.parse::<i64>().ok().map(Value::from);
    let plain = plain.or_else(|| word.parse::<bool>().ok().map(Value::from));
    plain.or_else(|| numbers::parse(word).map(Value::from)).unwrap_or_else(|| Value::String(word.into()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_typed_is_what_was_written() {
        for value in [
            json!(null),
            json!(3),
            json!(0.1),
            json!([3, 5]),
            json!("same"),
            json!([1, "T"]),
            json!(1e-5),
            json!(false),
        ] {
            assert_eq!(read(&write(&value)), value, "{value}");
        }
        assert_eq!(read(" 1×28×28 "), json!([1, 28, 28]));
        assert_eq!(read("64,"), json!([64]), "a shape of one axis");
        assert_eq!(read("3，5"), json!([3, 5]));
    }

    #[test]
    fn every_setting_of_every_kind_can_be_typed_or_chosen() {
        for kind in Layer::KINDS {
            let layer = Layer::of_kind(kind).unwrap();
            for name in layer.settings().iter().filter(|name| **name != "nodes") {
                let value = layer.setting(name);
                if value.is_boolean() || !choices(&layer, name).is_empty() || output::is_chosen(&layer, name)
                {
                    continue;
                }
                let words = write(&value);
                assert_eq!(with(&layer, name, &words).as_ref(), Some(&layer), "{kind}.{name} {words:?}");
            }
        }
    }
}
