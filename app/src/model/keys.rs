//! What keys do on the drawing. A text field that has the focus keeps them to itself.

use egui::{Event, Key, Modifiers, Ui};

use super::{Model, blocks, search};
use crate::{action::Action, context::Context};

/// Carries out the keys that were pressed.
pub fn keys(ui: &Ui, cx: &mut Context<'_>, model: &Model<'_>) {
    if cx.state.dialog.is_some() || search::is_open(ui) || ui.ctx().text_edit_focused() {
        return;
    }
    let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
    if let Some(text) = pasted(ui) {
        cx.act(Action::PasteNodes(text));
    }
    if pressed(Modifiers::COMMAND, Key::A) {
        cx.act(Action::SelectNodes(model.graph.nodes.iter().map(|node| node.name.clone()).collect()));
    }
    if model.selected().next().is_none() {
        // Escape looks away, then out of the block.
        if let Some((_, outer)) = model.way.split_last()
            && pressed(Modifiers::NONE, Key::Escape)
        {
            cx.act(Action::LookInto(outer.to_vec()));
        }
        return;
    }
    let has = |event: &Event| ui.input(|input| input.events.contains(event));
    if has(&Event::Copy) {
        cx.act(Action::CopyNodes);
    } else if has(&Event::Cut) {
        cx.act(Action::CopyNodes);
        remove(cx, model);
    } else if pressed(Modifiers::COMMAND, Key::D) {
        duplicate(cx, model);
    } else if pressed(Modifiers::NONE, Key::B) {
        blocks::group(cx, model);
    } else if pressed(Modifiers::NONE, Key::M) {
        bypass(cx, model);
    } else if pressed(Modifiers::NONE, Key::Delete) || pressed(Modifiers::NONE, Key::Backspace) {
        remove(cx, model);
    } else if pressed(Modifiers::NONE, Key::Escape) {
        cx.act(Action::SelectNodes(Vec::new()));
    }
}

fn pasted(ui: &Ui) -> Option<String> {
    let text = |event: &Event| match event {
        Event::Paste(text) => Some(text.clone()),
        _ => None,
    };
    ui.input(|input| input.events.iter().find_map(text))
}

/// Takes the selected nodes out.
pub fn remove(cx: &mut Context<'_>, model: &Model<'_>) {
    cx.act(model.with(|graph| model.selected().for_each(|node| graph.remove(&node.name))));
    cx.act(Action::SelectNodes(Vec::new()));
}

/// Puts copies of the selected nodes behind the last of them.
pub fn duplicate(cx: &mut Context<'_>, model: &Model<'_>) {
    let nodes: Vec<_> = model.selected().filter(|node| node.layer.inputs().1 > 0).cloned().collect();
    let Some(last) = nodes.last() else { return };
    let mut graph = model.graph.clone();
    let names = graph.paste(&nodes, Some(&last.name));
    cx.act(Action::EditGraph(graph));
    cx.act(Action::SelectNodes(names));
}

/// Passes the selected nodes by, or no longer.
pub fn bypass(cx: &mut Context<'_>, model: &Model<'_>) {
    let names: Vec<&str> = model.selected().map(|node| node.name.as_str()).collect();
    cx.act(model.with(|graph| graph.bypass(&names)));
}
