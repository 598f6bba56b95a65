//! The drawing: to be moved, zoomed, selected from, and wired by hand.
//!
//! Everything is drawn at its size on the screen, not scaled afterwards: letters stay crisp, and screen
//! readers find nodes where they are seen.

use std::sync::Arc;

use egui::{
    Id, Modifiers, PointerButton, Pos2, Rect, Response, Scene, ScrollArea, Sense, Stroke, StrokeKind, Ui,
    containers::DragPanButtons, emath::TSTransform, pos2,
};
use engine::graph::{Layer, Survey};

use super::{
    Model, blocks,
    layout::{self, Layout},
    minimap,
    nodes::{self, Touched},
    previews,
    search::{self, Place},
    templates_ui, toolbar, wires,
};
use crate::{
    action::Action,
    context::Context,
    theme::{self, radius, space, text},
    widgets,
};

/// How small and how large a node may be seen.
pub const ZOOM: std::ops::RangeInclusive<f32> = 0.15..=2.0;
/// Distance of the dots on the ground, and the least at which they are drawn.
const DOTS: f32 = 24.0;
const LEAST_DOTS: f32 = 10.0;

/// Draws the canvas.
pub fn canvas_ui(ui: &mut Ui, cx: &mut Context<'_>, model: &Model<'_>) {
    let visible = ui.available_rect_before_wrap();
    if model.graph.nodes.is_empty() && model.way.is_empty() {
        empty_ui(ui, cx);
        return search::search_ui(ui, cx, model);
    }
    let tall = layout::NODE.y + if previews::is_on(cx) { previews::TALL } else { 0.0 };
    let laid_out = laid_out(ui, model, tall);
    let layout = &laid_out.2;
    // How the drawing is looked at is egui's to remember, an experiment at a time.
    let folder = cx.state.project.as_ref().map(|project| &project.folder);
    let experiment = cx.state.experiment().map(|experiment| &experiment.name);
    let id = Id::new("model_view").with((folder, experiment, model.way));
    let known: Option<TSTransform> = ui.data(|data| data.get_temp(id));
    let mut view = known.unwrap_or_else(|| fitted(visible, layout.bounds()));

    let mut ground = ui.interact(visible, id, Sense::click_and_drag());
    let selects = ui.input(|input| input.modifiers.shift);
    let pans = if selects { DragPanButtons::MIDDLE } else { DragPanButtons::all() };
    let scene = Scene::new().zoom_range(ZOOM).drag_pan_buttons(pans);
    scene.register_pan_and_zoom(ui, &mut ground, &mut view);
    let seen = seen(layout, view);
    ui.scope(|ui| {
        ui.shrink_clip_rect(visible);
        paint_ground(ui, visible, view);
        drawing_ui(ui, cx, model, &seen, view.scaling, &ground);
    });
    ground_ui(ui, cx, model, &seen, &ground);
    blocks::way_ui(ui, cx, model, visible);
    previews::bar_ui(ui, cx, visible);
    minimap::minimap_ui(ui, cx, model, layout, visible, &mut view);
    toolbar::toolbar_ui(ui, cx, visible, layout.bounds(), &mut view);
    ui.data_mut(|data| data.insert_temp(id, view));
    search::search_ui(ui, cx, model);
}

/// What to begin with.
fn empty_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        egui::Frame::new().inner_margin(space::XL).show(ui, |ui| {
            let colors = theme::colors(ui);
            ui.label(text::title(cx.text("model-empty")).size(18.0).color(colors.text_strong));
            widgets::weak(ui, &cx.text("model-empty-line"));
            ui.add_space(space::M);
            templates_ui(ui, cx);
        });
    });
}

/// Of what, how tall its nodes are, and where they stand.
type LaidOut = Arc<(Survey, f32, Layout)>;

/// The model's layout, made again only when the model is another.
fn laid_out(ui: &Ui, model: &Model<'_>, tall: f32) -> LaidOut {
    let id = Id::new("model_layout");
    let known: Option<LaidOut> = ui.data(|data| data.get_temp(id));
    let kept = known.filter(|known| known.1 == tall && known.0 == *model.survey);
    let made = || Arc::new((model.survey.clone(), tall, Layout::with(model.survey, tall)));
    let kept = kept.unwrap_or_else(made);
    ui.data_mut(|data| data.insert_temp(id, Arc::clone(&kept)));
    kept
}

/// All of it in the middle, no larger than it is.
pub fn fitted(visible: Rect, bounds: Rect) -> TSTransform {
    let scale = (visible.size() / bounds.size()).min_elem().clamp(*ZOOM.start(), 1.0);
    TSTransform::new(visible.center() - bounds.center() * scale, scale)
}

/// A layout where it is seen on the screen.
pub fn seen(layout: &Layout, view: TSTransform) -> Layout {
    let mut layout = layout.clone();
    layout.nodes.iter_mut().for_each(|node| *node = view * *node);
    layout.wires.iter_mut().flat_map(|wire| &mut wire.points).for_each(|point| *point = view * *point);
    layout
}

/// What is done on the void: looking away, searching there, and a frame around what is to be selected.
fn ground_ui(ui: &Ui, cx: &mut Context<'_>, model: &Model<'_>, layout: &Layout, ground: &Response) {
    let pointer = ui.input(|input| input.pointer.hover_pos()).filter(|_| ground.contains_pointer());
    if ground.double_clicked()
        && let Some(at) = pointer
    {
        search::open(ui, at, Place::Behind(model.end().map(str::to_owned)));
    } else if ground.clicked() && !model.selection.is_empty() && !ui.input(|input| input.modifiers.shift) {
        cx.act(Action::SelectNodes(Vec::new()));
    }
    let tab = |ui: &Ui| ui.input_mut(|input| input.consume_key(Modifiers::NONE, egui::Key::Tab));
    if let Some(at) = pointer
        && cx.state.dialog.is_none()
        && !search::is_open(ui)
        && !ui.ctx().text_edit_focused()
        && tab(ui)
    {
        search::open(ui, at, Place::Behind(model.end().map(str::to_owned)));
    }
    frame_ui(ui, cx, model, layout, ground);
}

/// Shift and drag: everything that the frame touches is selected, beside what was.
fn frame_ui(ui: &Ui, cx: &mut Context<'_>, model: &Model<'_>, layout: &Layout, ground: &Response) {
    let id = Id::new("model_frame");
    let shift = ui.input(|input| input.modifiers.shift);
    if ground.drag_started_by(PointerButton::Primary) && shift {
        let start = ui.input(|input| input.pointer.press_origin());
        ui.data_mut(|data| data.insert_temp(id, start.unwrap_or_default()));
    }
    let started: Option<Pos2> = ui.data(|data| data.get_temp(id));
    let (Some(start), Some(now)) = (started, ui.input(|input| input.pointer.latest_pos())) else { return };
    let frame = Rect::from_two_pos(start, now);
    let touched = |index: &usize| layout.nodes[*index].intersects(frame);
    if ground.dragged() {
        let colors = theme::colors(ui);
        let painter = ui.painter().with_clip_rect(ground.rect);
        let edge = Stroke::new(1.0, colors.accent);
        painter.rect(frame, radius::CONTROL, colors.accent.gamma_multiply(0.12), edge, StrokeKind::Inside);
        for node in (0..layout.nodes.len()).filter(touched) {
            painter.rect_stroke(layout.nodes[node], radius::CARD, edge, StrokeKind::Outside);
        }
        return;
    }
    ui.data_mut(|data| data.remove::<Pos2>(id));
    let names =
        (0..model.graph.nodes.len()).filter(touched).map(|index| model.graph.nodes[index].name.clone());
    let mut selection = model.selection.to_vec();
    selection.extend(names.filter(|name| !model.is_selected(name)));
    cx.act(Action::SelectNodes(selection));
}

pub fn paint_ground(ui: &Ui, visible: Rect, view: TSTransform) {
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
fn drawing_ui(
    ui: &mut Ui,
    cx: &mut Context<'_>,
    model: &Model<'_>,
    layout: &Layout,
    scale: f32,
    ground: &Response,
) {
    wires::paint(ui, model, layout);
    let visible = ui.clip_rect();
    let peek = previews::shown(cx);
    let mut drawn = None;
    for (index, (node, surveyed)) in model.graph.nodes.iter().zip(&model.survey.nodes).enumerate() {
        let rect = layout.nodes[index];
        if !visible.intersects(rect.expand(space::L)) {
            continue;
        }
        let Touched { body, port } = {
            let given = peek.and_then(|(_, peek)| previews::given(cx, model, peek, &node.name));
            nodes::node_ui(ui, cx, model, rect, scale, (node, surveyed, given))
        };
        if body.double_clicked() && matches!(node.layer, Layer::Block(_)) {
            blocks::open(cx, model, &node.name);
        } else if body.clicked() {
            select(ui, cx, model, &node.name);
        }
        if let Some(port) = port.filter(|port| port.dragged() || port.drag_stopped())
            && let Some(at) = port.interact_pointer_pos()
        {
            drawn = Some(wires::Drawn { from: index, at, is_dropped: port.drag_stopped() });
        }
    }
    match drawn {
        Some(drawn) => wires::drawn_ui(ui, cx, model, layout, &drawn),
        None => wires::insert_ui(ui, cx, model, layout, ground),
    }
}

/// A click looks at a node; with Shift or Ctrl it adds it to the selection, or takes it out.
fn select(ui: &Ui, cx: &mut Context<'_>, model: &Model<'_>, name: &str) {
    let adds = ui.input(|input| input.modifiers.shift || input.modifiers.command);
    let others = || model.selection.iter().filter(|selected| *selected != name).cloned();
    cx.act(Action::SelectNodes(match (adds, model.is_selected(name)) {
        (false, _) => vec![name.to_owned()],
        (true, true) => others().collect(),
        (true, false) => others().chain([name.to_owned()]).collect(),
    }));
}
