//! The drawing: to be moved, zoomed, and wired by hand.
//!
//! Everything is drawn at its size on the screen, not scaled afterwards: letters stay crisp, and screen
//! readers find nodes where they are seen.

use std::sync::Arc;

use egui::{Align2, Area, Id, Order, Pos2, Rect, Scene, Sense, Stroke, Ui, emath::TSTransform, pos2, vec2};
use engine::graph::Survey;

use super::{
    Model,
    layout::{self, Layout},
    nodes::{self, Touched},
};
use crate::{
    action::Action,
    context::Context,
    theme::{self, icon, space},
    widgets,
};

/// How small and how large a node may be seen.
const ZOOM: std::ops::RangeInclusive<f32> = 0.15..=2.0;
/// Distance of the dots on the ground, and the least at which they are drawn.
const DOTS: f32 = 24.0;
const LEAST_DOTS: f32 = 10.0;

/// Draws the canvas.
pub fn canvas_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>) {
    if model.graph.nodes.is_empty() {
        let (title, line) = (cx.text("model-empty"), cx.text("model-empty-line"));
        return widgets::empty_state(ui, icon::GRAPH, &title, &line, |_| {});
    }
    let layout = laid_out(ui, model);
    let visible = ui.available_rect_before_wrap();
    // How the drawing is looked at is egui's to remember, an experiment at a time.
    let folder = cx.state.project.as_ref().map(|project| &project.folder);
    let id = Id::new("model_view").with((folder, cx.state.experiment().map(|experiment| &experiment.name)));
    let known: Option<TSTransform> = ui.data(|data| data.get_temp(id));
    let mut view = known.unwrap_or_else(|| fitted(visible, layout.bounds()));

    let mut ground = ui.interact(visible, id, Sense::click_and_drag());
    Scene::new().zoom_range(ZOOM).register_pan_and_zoom(ui, &mut ground, &mut view);
    if ground.clicked() && model.selected.is_some() {
        cx.act(Action::SelectNode(None));
    }
    ui.scope(|ui| {
        ui.shrink_clip_rect(visible);
        paint_ground(ui, visible, view);
        drawing_ui(ui, cx, model, &seen(&layout, view), view.scaling);
    });
    if fit_ui(ui, cx, visible) {
        view = fitted(visible, layout.bounds());
    }
    ui.data_mut(|data| data.insert_temp(id, view));
}

/// The model's layout, made again only when the model is another.
fn laid_out(ui: &Ui, model: &Model<'_>) -> Layout {
    let id = Id::new("model_layout");
    let known: Option<Arc<(Survey, Layout)>> = ui.data(|data| data.get_temp(id));
    let kept = known.filter(|known| known.0 == *model.survey);
    let kept = kept.unwrap_or_else(|| Arc::new((model.survey.clone(), Layout::of(model.survey))));
    ui.data_mut(|data| data.insert_temp(id, Arc::clone(&kept)));
    kept.1.clone()
}

/// All of it in the middle, no larger than it is.
fn fitted(visible: Rect, bounds: Rect) -> TSTransform {
    let scale = (visible.size() / bounds.size()).min_elem().clamp(*ZOOM.start(), 1.0);
    TSTransform::new(visible.center() - bounds.center() * scale, scale)
}

/// A layout where it is seen on the screen.
fn seen(layout: &Layout, view: TSTransform) -> Layout {
    let mut layout = layout.clone();
    layout.nodes.iter_mut().for_each(|node| *node = view * *node);
    layout.wires.iter_mut().flat_map(|wire| &mut wire.points).for_each(|point| *point = view * *point);
    layout
}

/// The button that shows all of it; gives whether it was asked for.
fn fit_ui(ui: &Ui, cx: &Context<'_>, visible: Rect) -> bool {
    let at = visible.right_bottom() - vec2(space::L, space::L);
    let area = Area::new(Id::new("model_fit")).order(Order::Middle).fixed_pos(at).pivot(Align2::RIGHT_BOTTOM);
    let button = area
        .show(ui.ctx(), |ui| widgets::secondary_button(ui, true, icon::CORNERS_OUT, &cx.text("model-fit")));
    button.inner.on_hover_text(cx.hint("model-fit")).clicked()
}

fn paint_ground(ui: &Ui, visible: Rect, view: TSTransform) {
    let color = theme::colors(ui).separator;
    let gap = DOTS * view.scaling;
    if gap < LEAST_DOTS {
        return;
    }
    let first = |start: f32, origin: f32| start + (origin - start).rem_euclid(gap);
    let (left, top) = (first(visible.left(), view.translation.x), first(visible.top(), view.translation.y));
    let count = |length: f32| (length / gap).ceil() as usize;
    for row in 0..count(visible.height()) {
        for column in 0..count(visible.width()) {
            let at = pos2(left + column as f32 * gap, top + row as f32 * gap);
            ui.painter().circle_filled(at, 1.0, color);
        }
    }
}

/// Wires, then the nodes above them.
fn drawing_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>, layout: &Layout, scale: f32) {
    let colors = theme::colors(ui);
    let is_selected = |node: usize| model.selected == Some(&model.graph.nodes[node].name);
    for wire in &layout.wires {
        let near = is_selected(wire.from) || is_selected(wire.to);
        let color = match (model.is_wrong(&model.graph.nodes[wire.to].name), near) {
            (true, _) => colors.bad,
            (false, true) => colors.accent,
            (false, false) => colors.border_strong,
        };
        ui.painter().line(wire.points.clone(), Stroke::new(if near { 2.0 } else { 1.5 }, color));
    }
    let visible = ui.clip_rect();
    let mut drawn = None;
    for (index, (node, surveyed)) in model.graph.nodes.iter().zip(&model.survey.nodes).enumerate() {
        let rect = layout.nodes[index];
        if !visible.intersects(rect.expand(space::L)) {
            continue;
        }
        let Touched { body, port } = nodes::node_ui(ui, cx, model, rect, scale, (node, surveyed));
        if body.clicked() {
            cx.act(Action::SelectNode(Some(node.name.clone())));
        }
        if let Some(at) = port.interact_pointer_pos().filter(|_| port.dragged() || port.drag_stopped()) {
            drawn = Some((index, at, port.drag_stopped()));
        }
    }
    if let Some((from, at, is_dropped)) = drawn {
        wire_ui(ui, cx, model, layout, from, at, is_dropped);
    }
}

/// A wire that is being drawn from a node to the pointer; dropped on a node, that node reads it.
fn wire_ui(
    ui: &Ui,
    cx: &mut Context<'_>,
    model: &Model<'_>,
    layout: &Layout,
    from: usize,
    at: Pos2,
    is_dropped: bool,
) {
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
    }
}
