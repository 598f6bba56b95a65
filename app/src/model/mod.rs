//! The Model screen: the layers there are, the drawing, and what is to be said of the node looked at.
//!
//! The drawing lays itself out ([`layout`]): only the graph is kept, so moving a box is never a change.
//! Every stroke is one edit of the graph (`engine::graph`), queued as an action and undone as one.

mod blocks;
mod canvas;
mod difference;
mod inspector;
mod keys;
mod kinds;
mod layout;
mod minimap;
mod nodes;
mod output;
mod previews;
mod search;
mod setting;
mod templates;
#[cfg(test)]
mod tests;
mod text;
mod toolbar;
mod wires;
mod words;

pub use layout::Layout;
pub use previews::image;
pub use templates::templates_ui;
pub use words::{edit_words, mend_words};

use std::collections::BTreeSet;

use egui::{CentralPanel, Frame, Margin, Panel, Ui};
use engine::{
    graph::{Graph, Node, Survey, Surveyed},
    protocol::Problem,
};

use crate::{
    action::Action,
    context::Context,
    theme::{self, space},
};

/// Draws the Model screen of the open project.
pub fn model_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(draft) = cx.state.draft_of_experiment() else { return };
    if let Some(against) = cx.state.project.as_ref().and_then(|project| project.against.as_ref()) {
        return difference::difference_ui(ui, cx, against);
    }
    let way = cx.state.project.as_ref().map_or(&[][..], |project| project.way());
    // A block is small: what follows for it is found out as it is looked at.
    let inside = draft.edited.graph.inside(way).filter(|_| !way.is_empty());
    let inside = inside.map(|graph| (graph.survey_inside(), graph));
    let (survey, graph) = inside.as_ref().map_or((&draft.survey, &draft.edited.graph), |(a, b)| (a, b));
    let misfit = draft.misfit.as_ref().filter(|_| way.is_empty());
    let model = Model {
        graph,
        survey,
        way,
        selection: cx.state.project.as_ref().map_or(&[], |project| &project.selection),
        misfit,
        wrong: wrong(survey, misfit),
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
    if cx.state.project.as_ref().is_some_and(|project| project.shows_text) {
        Panel::right("model_text_panel")
            .frame(side)
            .default_size(340.0)
            .size_range(240.0..=640.0)
            .show(ui, |ui| text::text_ui(ui, cx, &model));
    }
    CentralPanel::no_frame().frame(ground).show(ui, |ui| canvas::canvas_ui(ui, cx, &model));
    keys::keys(ui, cx, &model);
}

/// What the panels read of the model.
struct Model<'a> {
    graph: &'a Graph,
    survey: &'a Survey,
    /// To the block that is drawn; empty where it is the model itself.
    way: &'a [String],
    /// Names; some may be gone.
    selection: &'a [String],
    /// What does not fit loss or data.
    misfit: Option<&'a Problem>,
    /// The nodes at fault.
    wrong: BTreeSet<String>,
}

fn wrong(survey: &Survey, misfit: Option<&Problem>) -> BTreeSet<String> {
    let misfit = misfit.and_then(|problem| problem.facts.get("node")?.as_str());
    let faults = survey.faults.iter().filter_map(|fault| fault.node());
    faults.chain(misfit.map(str::to_owned)).collect()
}

impl<'a> Model<'a> {
    /// The node that is looked at, and what follows for it.
    fn looked_at(&self) -> Option<(&'a Node, &'a Surveyed)> {
        let [only] = self.selection else { return None };
        let place = self.graph.position(only)?;
        Some((self.graph.nodes.get(place)?, self.survey.nodes.get(place)?))
    }

    fn is_selected(&self, name: &str) -> bool {
        self.selection.iter().any(|selected| selected == name)
    }

    /// The selected nodes, as in the graph.
    fn selected(&self) -> impl Iterator<Item = &'a Node> {
        self.graph.nodes.iter().filter(|node| self.is_selected(&node.name))
    }

    /// Where a new node goes: behind the one looked at, else behind the one that nobody reads.
    fn end(&self) -> Option<&'a str> {
        let is_read =
            |name: &str| self.graph.nodes.iter().any(|node| node.inputs.iter().any(|read| read == name));
        let last = || self.graph.nodes.iter().rev().find(|node| !is_read(&node.name));
        self.selected().last().or_else(last).map(|node| node.name.as_str())
    }

    /// Whether a fault is this node's.
    fn is_wrong(&self, name: &str) -> bool {
        self.wrong.contains(name)
    }

    fn has_input(&self) -> bool {
        self.graph.nodes.iter().any(|node| node.layer.inputs().1 == 0)
    }

    /// The graph with one stroke more.
    fn with(&self, stroke: impl FnOnce(&mut Graph)) -> Action {
        let mut graph = self.graph.clone();
        stroke(&mut graph);
        Action::EditGraph(graph)
    }
}
