//! The Model screen: the layers there are, the drawing, and what is to be said of the node looked at.
//!
//! The drawing lays itself out ([`layout`]): only the graph is kept, so moving a box is never a change.
//! Every stroke is one edit of the graph (`engine::graph`), queued as an action and undone as one.

mod canvas;
mod inspector;
mod kinds;
mod layout;
mod nodes;
mod setting;
#[cfg(test)]
mod tests;

pub use layout::Layout;

use egui::{CentralPanel, Frame, Key, Margin, Modifiers, Panel, Ui};
use engine::graph::{Graph, Node, Survey, Surveyed};

use crate::{
    action::Action,
    context::Context,
    theme::{self, space},
};

/// Draws the Model screen of the open project.
pub fn model_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(draft) = cx.state.draft_of_experiment() else { return };
    let model = Model {
        graph: &draft.edited.graph,
        survey: &draft.survey,
        selected: cx.state.project.as_ref().and_then(|project| project.node.as_deref()),
    };
    let side = Frame::new().fill(theme::colors(ui).panel).inner_margin(Margin::same(space::L as i8));
    let ground = Frame::new().fill(theme::colors(ui).background);
    Panel::left("model_kinds")
        .frame(side)
        .default_size(216.0)
        .size_range(180.0..=320.0)
        .show(ui, |ui| kinds::kinds_ui(ui, cx, &model));
    Panel::right("model_inspector")
        .frame(side)
        .default_size(320.0)
        .size_range(280.0..=440.0)
        .show(ui, |ui| inspector::inspector_ui(ui, cx, &model, draft.memory));
    CentralPanel::no_frame().frame(ground).show(ui, |ui| canvas::canvas_ui(ui, cx, &model));
    keys(ui, cx, &model);
}

/// What the panels read of the model.
struct Model<'a> {
    graph: &'a Graph,
    survey: &'a Survey,
    selected: Option<&'a str>,
}

impl<'a> Model<'a> {
    /// The node that is looked at, and what follows for it.
    fn looked_at(&self) -> Option<(&'a Node, &'a Surveyed)> {
        let place = self.graph.position(self.selected?)?;
        Some((self.graph.nodes.get(place)?, self.survey.nodes.get(place)?))
    }

    /// Where a new node goes: behind the one looked at, else behind the one that nobody reads.
    fn end(&self) -> Option<&'a str> {
        let is_read =
            |name: &str| self.graph.nodes.iter().any(|node| node.inputs.iter().any(|read| read == name));
        let last = || self.graph.nodes.iter().rev().find(|node| !is_read(&node.name));
        self.looked_at().map(|(node, _)| node).or_else(last).map(|node| node.name.as_str())
    }

    /// Whether a fault is this node's.
    fn is_wrong(&self, name: &str) -> bool {
        self.survey.faults.iter().any(|fault| fault.node().as_deref() == Some(name))
    }

    /// The graph with one stroke more.
    fn with(&self, stroke: impl FnOnce(&mut Graph)) -> Action {
        let mut graph = self.graph.clone();
        stroke(&mut graph);
        Action::EditGraph(graph)
    }
}

/// Delete takes the node out, Escape looks away; a text field that has the focus keeps both.
fn keys(ui: &Ui, cx: &mut Context<'_>, model: &Model<'_>) {
    let Some((node, _)) = model.looked_at() else { return };
    if ui.ctx().memory(|memory| memory.focused().is_some()) && ui.ctx().egui_wants_keyboard_input() {
        return;
    }
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::Delete) || pressed(Key::Backspace) {
        remove(cx, model, &node.name);
    } else if pressed(Key::Escape) {
        cx.act(Action::SelectNode(None));
    }
}

fn remove(cx: &mut Context<'_>, model: &Model<'_>, name: &str) {
    cx.act(model.with(|graph| graph.remove(name)));
    cx.act(Action::SelectNode(None));
}
