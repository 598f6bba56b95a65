//! Two models as one drawing: what came, what went, what is another. To be looked at, not drawn on.

use std::sync::Arc;

use egui::{
    CentralPanel, Color32, CornerRadius, Frame, Id, Key, Margin, Modifiers, Panel, Pos2, Rect, Scene,
    ScrollArea, Sense, Stroke, Ui, Vec2, containers::DragPanButtons, emath::TSTransform, vec2,
};
use engine::graph::{Diff, Graph, Node, Survey};
use serde_json::Value;

use super::{
    canvas::{self, ZOOM, fitted},
    kinds,
    layout::Layout,
    nodes,
    words::value_words,
};
use crate::{
    action::Action,
    context::Context,
    state::Against,
    theme::{self, Colors, icon, size, space, text},
    widgets,
};

/// What became of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Same,
    Added,
    Removed,
    Changed,
}

/// Two models laid over one another.
struct Both {
    before: Graph,
    now: Graph,
    diff: Diff,
    /// All nodes of now, then those that went.
    graph: Graph,
    survey: Survey,
    layout: Layout,
    changes: Vec<Change>,
}

impl Both {
    fn of(before: &Graph, now: &Graph) -> Self {
        let diff = Diff::between(before, now);
        let mut graph = now.clone();
        graph.nodes.extend(before.nodes.iter().filter(|node| diff.removed.contains(&node.name)).cloned());
        let names: Vec<String> = graph.nodes.iter().map(|node| node.name.clone()).collect();
        for node in &mut graph.nodes[now.nodes.len()..] {
            node.inputs.retain(|input| names.contains(input));
        }
        let mut survey = graph.survey();
        let (here, there) = (now.survey(), before.survey());
        // What follows for a node follows in its own model.
        for (place, node) in graph.nodes.iter().enumerate() {
            let own = match place.checked_sub(now.nodes.len()) {
                None => here.nodes.get(place),
                Some(_) => before.position(&node.name).and_then(|place| there.nodes.get(place)),
            };
            if let (Some(own), Some(drawn)) = (own, survey.nodes.get_mut(place)) {
                drawn.shape.clone_from(&own.shape);
                drawn.parameters.clone_from(&own.parameters);
            }
        }
        let change = |(place, node): (usize, &Node)| {
            let is = |names: &[String]| names.contains(&node.name);
            let is_renamed = diff.renamed.as_ref().is_some_and(|(_, to)| *to == node.name);
            let is_set = diff.set.iter().any(|(name, _)| *name == node.name);
            let is_other =
                [&diff.turned, &diff.bypassed, &diff.rewired, &diff.noted].into_iter().any(|all| is(all));
            match place >= now.nodes.len() {
                true => Change::Removed,
                false if is(&diff.added) => Change::Added,
                false if is_renamed || is_set || is_other => Change::Changed,
                false => Change::Same,
            }
        };
        let changes = graph.nodes.iter().enumerate().map(change).collect();
        Self {
            before: before.clone(),
            now: now.clone(),
            layout: Layout::of(&survey),
            survey,
            changes,
            graph,
            diff,
        }
    }

    /// What is to be said of a node that is not the same.
    fn words(&self, cx: &Context<'_>, node: &Node, change: Change) -> String {
        let Diff { renamed, set, turned, bypassed, rewired, noted, .. } = &self.diff;
        match change {
            Change::Same => return String::new(),
            Change::Added => return cx.text("difference-added"),
            Change::Removed => return cx.text("difference-removed"),
            Change::Changed => {}
        }
        let mut words = Vec::new();
        let before = self.before.node(&node.name);
        if let Some((from, _)) = renamed {
            words.push(cx.with("difference-renamed", &[("from", from.as_str().into())]));
        }
        let own = set.iter().filter(|(name, _)| *name == node.name);
        words.extend(own.map(|(_, setting)| match before {
            Some(before) if *setting != "nodes" => {
                let value = |node: &Node| match node.layer.setting(setting) {
                    Value::Null => "–".to_owned(),
                    value => value_words(&value),
                };
                let name = cx.text(&format!("node-{setting}"));
                format!("{name} {} → {}", value(before), value(node))
            }
            _ => cx.text("difference-inside"),
        }));
        if let Some(before) = before.filter(|_| turned.contains(&node.name)) {
            words.push(format!(
                "{} → {}",
                kinds::name(cx, before.layer.kind()),
                kinds::name(cx, node.layer.kind())
            ));
        }
        for (names, key) in [
            (bypassed, if node.bypassed { "difference-bypassed" } else { "difference-taken" }),
            (rewired, "difference-wired"),
            (noted, "difference-noted"),
        ] {
            if names.contains(&node.name) {
                words.push(cx.with(key, &[("nodes", node.inputs.join(", ").into())]));
            }
        }
        words.join(" · ")
    }
}

/// Draws both in place of the Model screen.
pub fn difference_ui(ui: &mut Ui, cx: &mut Context<'_>, against: &Against) {
    if cx.state.dialog.is_none() && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
        cx.act(Action::CompareModel(None));
    }
    let both = both(ui, cx, against);
    let side = Frame::new().fill(theme::colors(ui).panel).inner_margin(Margin::same(space::L as i8));
    Panel::right("model_difference")
        .frame(side)
        .default_size(320.0)
        .size_range(280.0..=440.0)
        .show(ui, |ui| side_ui(ui, cx, against, both.as_deref()));
    let ground = Frame::new().fill(theme::colors(ui).background);
    CentralPanel::no_frame().frame(ground).show(ui, |ui| {
        if let Some(both) = &both {
            drawing_ui(ui, cx, both);
        }
    });
}

/// What a model is compared with, as it is called.
pub fn name(cx: &Context<'_>, against: &Against) -> String {
    match against {
        Against::Saved => cx.text("difference-saved"),
        Against::Experiment(name) => name.clone(),
        Against::Run(run) => cx.with("difference-run", &[("run", run.to_string().into())]),
    }
}

/// Made anew only where one of the two is another; `None` while a run is read.
fn both(ui: &Ui, cx: &Context<'_>, against: &Against) -> Option<Arc<Both>> {
    let project = cx.state.project.as_ref()?;
    let draft = project.draft()?;
    let before = match against {
        Against::Saved => &draft.saved.graph,
        Against::Experiment(name) => {
            let other = project.drafts.iter().find(|draft| draft.saved.name == *name)?;
            &other.edited.graph
        }
        Against::Run(run) => &cx.mirror.run(&project.folder, *run)?.experiment.as_ref()?.graph,
    };
    let now = &draft.edited.graph;
    let id = Id::new("model_both");
    let known: Option<Arc<Both>> = ui.data(|data| data.get_temp(id));
    let kept = known.filter(|both| both.before == *before && both.now == *now);
    let both = kept.unwrap_or_else(|| Arc::new(Both::of(before, now)));
    ui.data_mut(|data| data.insert_temp(id, Arc::clone(&both)));
    Some(both)
}

fn color(colors: &Colors, change: Change) -> Color32 {
    match change {
        Change::Same => colors.border,
        Change::Added => colors.good,
        Change::Removed => colors.bad,
        Change::Changed => colors.warning,
    }
}

fn drawing_ui(ui: &mut Ui, cx: &Context<'_>, both: &Both) {
    let visible = ui.available_rect_before_wrap();
    let id = Id::new("model_difference_view");
    let known: Option<TSTransform> = ui.data(|data| data.get_temp(id));
    let mut view = known.unwrap_or_else(|| fitted(visible, both.layout.bounds()));
    let mut ground = ui.interact(visible, id, Sense::click_and_drag());
    let scene = Scene::new().zoom_range(ZOOM).drag_pan_buttons(DragPanButtons::all());
    scene.register_pan_and_zoom(ui, &mut ground, &mut view);
    ui.data_mut(|data| data.insert_temp(id, view));
    let seen = canvas::seen(&both.layout, view);
    let colors = theme::colors(ui);
    ui.scope(|ui| {
        ui.shrink_clip_rect(visible);
        canvas::paint_ground(ui, visible, view);
        for wire in &seen.wires {
            let (from, to) = (&both.graph.nodes[wire.from].name, both.changes[wire.to]);
            let was_there = both.before.node(&both.graph.nodes[wire.to].name);
            let is_new = was_there.is_none_or(|node| !node.inputs.contains(from));
            let color = match (to, is_new) {
                (Change::Removed, _) => colors.bad,
                (_, true) => colors.good,
                (_, false) => colors.border_strong,
            };
            ui.painter().line(wire.points.clone(), Stroke::new(1.5, color));
        }
        for (place, (node, surveyed)) in both.graph.nodes.iter().zip(&both.survey.nodes).enumerate() {
            let rect: Rect = seen.nodes[place];
            if !visible.intersects(rect.expand(space::XL)) {
                continue;
            }
            let change = both.changes[place];
            let compared = nodes::Compared {
                color: color(colors, change),
                words: both.words(cx, node, change),
                is_pale: matches!(change, Change::Same | Change::Removed),
            };
            nodes::compared_ui(ui, cx, rect, view.scaling, (node, surveyed), &compared);
        }
    });
}

fn side_ui(ui: &mut Ui, cx: &mut Context<'_>, against: &Against, both: Option<&Both>) {
    let colors = theme::colors(ui);
    ui.spacing_mut().item_spacing.y = space::S;
    let title = cx.with("difference-title", &[("name", name(cx, against).into())]);
    ui.add(egui::Label::new(text::title(title).color(colors.text_strong)).wrap());
    widgets::weak(ui, &cx.text("difference-line"));
    if widgets::secondary_button(ui, true, icon::CHECK, &cx.text("difference-done")).clicked() {
        cx.act(Action::CompareModel(None));
    }
    ui.add_space(space::S);
    let Some(both) = both else {
        ui.spinner();
        return;
    };
    let told = both.graph.nodes.iter().zip(&both.changes).filter(|(_, change)| **change != Change::Same);
    let told: Vec<(&Node, Change)> = told.map(|(node, change)| (node, *change)).collect();
    if told.is_empty() {
        ui.horizontal(|ui| {
            ui.label(text::icon(icon::CHECK_CIRCLE, 15.0).color(colors.good));
            ui.label(text::strong(cx.text("difference-none")).color(colors.text_strong));
        });
    }
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for (node, change) in told {
            row_ui(ui, &node.name, &both.words(cx, node, change), color(colors, change));
        }
    });
}

/// A node and what is to be said of it, behind a mark in the colour that it has on the drawing.
fn row_ui(ui: &mut Ui, name: &str, words: &str, color: Color32) {
    ui.horizontal_top(|ui| {
        let (rect, _) = ui.allocate_exact_size(vec2(kinds::MARK, size::CONTROL / 2.0), Sense::hover());
        let middle = Pos2::new(rect.center().x, rect.center().y);
        let mark = Rect::from_center_size(middle, Vec2::splat(kinds::MARK));
        ui.painter().rect_filled(mark, CornerRadius::same(2), color);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.label(text::strong(name).color(theme::colors(ui).text_strong));
            ui.add(egui::Label::new(text::small(words).color(theme::colors(ui).text_weak)).wrap());
        });
    });
}
