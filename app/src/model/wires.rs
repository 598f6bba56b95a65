//! Wires: as they lie, as they are drawn, and what is put on them.

use egui::{Align2, CursorIcon, DragAndDrop, Id, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2, WidgetType};
use engine::graph::Layer;

use super::{
    Model,
    kinds::Kind,
    layout::{self, Layout, Wire},
    search::{self, Place},
};
use crate::{
    action::Action,
    context::Context,
    theme::{self, icon, space, text},
    widgets,
};

/// How near a wire the pointer has to be to mean it, and how near a layer that is dropped.
const NEAR: f32 = 8.0;
const NEAR_DROP: f32 = 28.0;
/// Half the width of the mark that puts a layer on a wire.
const MARK: f32 = 9.0;

/// A wire that is being drawn from a node to the pointer.
pub struct Drawn {
    pub from: usize,
    pub at: Pos2,
    pub is_dropped: bool,
}

/// Paints those that can be seen.
pub fn paint(ui: &Ui, model: &Model<'_>, layout: &Layout) {
    let colors = theme::colors(ui);
    let visible = ui.clip_rect();
    for wire in &layout.wires {
        if !visible.intersects(Rect::from_points(&wire.points).expand(2.0)) {
            continue;
        }
        let (from, to) = (&model.graph.nodes[wire.from], &model.graph.nodes[wire.to]);
        let near = model.is_selected(&from.name) || model.is_selected(&to.name);
        let color = match (model.is_wrong(&to.name), near) {
            (true, _) => colors.bad,
            (false, true) => colors.accent,
            (false, false) => colors.border_strong,
        };
        ui.painter().line(wire.points.clone(), Stroke::new(if near { 2.0 } else { 1.5 }, color));
    }
}

/// A wire on its way: dropped on a node, that node reads it; dropped into the void, what fits there is offered.
pub fn drawn_ui(ui: &Ui, cx: &mut Context<'_>, model: &Model<'_>, layout: &Layout, drawn: &Drawn) {
    let Drawn { from, at, is_dropped } = *drawn;
    let colors = theme::colors(ui);
    let name = |node: usize| &model.graph.nodes[node].name;
    let under = layout.nodes.iter().position(|node| node.expand(space::S).contains(at));
    let mut graph = model.graph.clone();
    let fits = under.is_some_and(|to| graph.connect(name(from), name(to)));
    let color = match (under, fits) {
        (None, _) => colors.accent,
        (Some(_), true) => colors.good,
        (Some(_), false) => colors.bad,
    };
    let start = layout.nodes[from].right_center();
    let points = [vec![start], layout::curve(start, at)].concat();
    ui.painter().line(points, Stroke::new(2.0, color));
    if is_dropped && fits {
        cx.act(Action::EditGraph(graph));
        cx.act(Action::SelectNode(under.map(|to| name(to).clone())));
    } else if is_dropped && under.is_none() {
        search::open(ui, at, Place::From(name(from).clone()));
    }
}

/// A layer put on a wire: by the mark under the pointer, or dropped there from the list.
pub fn insert_ui(ui: &Ui, cx: &mut Context<'_>, model: &Model<'_>, layout: &Layout, ground: &Response) {
    if let Some(kind) = DragAndDrop::payload::<Kind>(ui.ctx()) {
        return dropped_ui(ui, cx, model, layout, ground, kind.0);
    }
    // The mark itself lies over the ground: what counts is that the pointer is above both.
    let pointer = ui.input(|input| input.pointer.hover_pos()).filter(|_| ground.contains_pointer());
    let is_void = |at: &Pos2| !layout.nodes.iter().any(|node| node.contains(*at));
    let Some(pointer) = pointer.filter(is_void) else { return };
    if search::is_open(ui) || ground.dragged() {
        return;
    }
    let Some((wire, at)) = nearest(layout, pointer, NEAR) else { return };
    let names = [wire.from, wire.to].map(|node| model.graph.nodes[node].name.clone());
    let mark = Rect::from_center_size(at, Vec2::splat(2.0 * MARK));
    let response = ui.interact(mark, Id::new("model_insert"), Sense::click());
    let [from, to] = &names;
    let label = cx.with("model-insert", &[("from", from.as_str().into()), ("to", to.as_str().into())]);
    widgets::name(&response, WidgetType::Button, &label);
    paint_mark(ui, at);
    if response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(label).clicked() {
        let [from, to] = names;
        search::open(ui, at, Place::Between(from, to));
    }
}

fn paint_mark(ui: &Ui, at: Pos2) {
    let colors = theme::colors(ui);
    ui.painter().circle(at, MARK, colors.accent, Stroke::new(2.0, colors.background));
    let font = text::icon_font(11.0);
    ui.painter().text(at, Align2::CENTER_CENTER, icon::PLUS, font, colors.on_accent);
}

/// A layer that hangs at the pointer: let go over a wire it goes between its ends, over a node behind it.
fn dropped_ui(
    ui: &Ui,
    cx: &mut Context<'_>,
    model: &Model<'_>,
    layout: &Layout,
    ground: &Response,
    kind: &str,
) {
    let Some(pointer) = ui.input(|input| input.pointer.latest_pos()).filter(|at| ground.rect.contains(*at))
    else {
        return;
    };
    let colors = theme::colors(ui);
    let name = |node: usize| model.graph.nodes[node].name.clone();
    let under = layout.nodes.iter().position(|node| node.contains(pointer));
    let place = match (under, nearest(layout, pointer, NEAR_DROP)) {
        (Some(node), _) => {
            let edge = Stroke::new(2.0, colors.accent);
            ui.painter()
                .line_segment([layout.nodes[node].right_top(), layout.nodes[node].right_bottom()], edge);
            Place::Behind(Some(name(node)))
        }
        (None, Some((wire, at))) => {
            ui.painter().line(wire.points.clone(), Stroke::new(2.5, colors.accent));
            paint_mark(ui, at);
            Place::Between(name(wire.from), name(wire.to))
        }
        (None, None) => Place::Behind(model.end().map(str::to_owned)),
    };
    if ui.input(|input| input.pointer.any_released())
        && let Some(layer) = Layer::of_kind(kind)
    {
        DragAndDrop::clear_payload(ui.ctx());
        search::put(cx, model, &place, layer);
    }
}

/// The wire that passes nearest, no farther than `within`, and where it does.
fn nearest<'a>(layout: &'a Layout, pointer: Pos2, within: f32) -> Option<(&'a Wire, Pos2)> {
    let at = |wire: &'a Wire| {
        let ends = wire.points.windows(2).map(|ends| on_line(ends[0], ends[1], pointer));
        ends.min_by(|a, b| a.distance(pointer).total_cmp(&b.distance(pointer))).map(|at| (wire, at))
    };
    let reach = |wire: &&Wire| Rect::from_points(&wire.points).expand(within).contains(pointer);
    let near = layout.wires.iter().filter(reach).filter_map(at);
    let near = near.filter(|(_, at)| at.distance(pointer) <= within);
    near.min_by(|(_, a), (_, b)| a.distance(pointer).total_cmp(&b.distance(pointer)))
}

/// The point between two others that is nearest to a third.
fn on_line(from: Pos2, to: Pos2, point: Pos2) -> Pos2 {
    let along = to - from;
    let share = (point - from).dot(along) / along.length_sq().max(f32::MIN_POSITIVE);
    from + along * share.clamp(0.0, 1.0)
}
