//! Above the maps: what is shown, how it is ordered, what can be done with an opened one.

use egui::Ui;
use engine::inspect::{Look, Off};

use super::{
    cam, export,
    scene::{Map, Scene, habit, title},
};
use crate::{
    action::Action,
    context::Context,
    state::{Drawn, HeadOrder, Inspecting, Opened, View},
    theme::{self, icon, size, text},
    widgets,
};

pub fn toolbar_ui(ui: &mut Ui, cx: &mut Context<'_>, scene: &Scene<'_>, wanted: &mut Inspecting) {
    let look = scene.shown.and_then(|looked| looked.found.as_ref().ok());
    let opened = look.and_then(|look| Some((look, scene.opened(look)?)));
    ui.horizontal(|ui| {
        ui.set_min_height(size::CONTROL);
        match opened {
            Some((look, map)) if scene.inspecting.view_of(look) == View::Attention => {
                opened_ui(ui, cx, scene, look, &map, wanted)
            }
            _ => overview_ui(ui, cx, scene, look, wanted),
        }
    });
}

fn overview_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    scene: &Scene<'_>,
    look: Option<&Look>,
    wanted: &mut Inspecting,
) {
    let colors = theme::colors(ui);
    let Some(look) = look else { return };
    let view = scene.inspecting.view_of(look);
    let key = |view: View| match view {
        View::Attention => "inspect-show-attention",
        View::Images => "inspect-show-images",
        View::Cam => "inspect-show-cam",
    };
    match &View::of(look)[..] {
        [] | [_] => {
            ui.label(text::title(cx.text(key(view))).color(colors.text_strong));
        }
        views => {
            let segment = |view: &View| (*view, cx.text(key(*view)), cx.hint(key(*view)));
            let segments: Vec<_> = views.iter().map(segment).collect();
            if let Some(view) = widgets::segmented(ui, &segments, view) {
                wanted.view = view;
            }
        }
    }
    match view {
        View::Attention => orders_ui(ui, cx, scene, wanted),
        View::Images => {}
        View::Cam => cam::choices_ui(ui, cx, scene, look, wanted),
    }
}

/// How heads are ordered.
fn orders_ui(ui: &mut Ui, cx: &Context<'_>, scene: &Scene<'_>, wanted: &mut Inspecting) {
    let orders = [
        (HeadOrder::Layers, "inspect-order-layers"),
        (HeadOrder::Entropy, "inspect-order-entropy"),
        (HeadOrder::Distance, "inspect-order-distance"),
        (HeadOrder::Pattern, "inspect-order-pattern"),
        (HeadOrder::Damage, "inspect-order-damage"),
    ];
    let can = |order: &HeadOrder| *order != HeadOrder::Damage || scene.damage.is_some();
    let segments: Vec<_> = orders
        .into_iter()
        .filter(|(order, _)| can(order) || *order == scene.inspecting.order)
        .map(|(order, key)| (order, cx.text(key), cx.hint(key)))
        .collect();
    if let Some(order) = widgets::segmented(ui, &segments, scene.inspecting.order) {
        wanted.order = order;
    }
}

fn opened_ui(
    ui: &mut Ui,
    cx: &mut Context<'_>,
    scene: &Scene<'_>,
    look: &Look,
    map: &Map<'_>,
    wanted: &mut Inspecting,
) {
    let colors = theme::colors(ui);
    if widgets::icon_button(ui, true, icon::ARROW_LEFT, &cx.text("inspect-all-heads")).clicked() {
        wanted.opened = None;
    }
    ui.label(text::title(title(cx, &map.title)).color(colors.text_strong));
    let is_head = matches!(map.title, Opened::Head { .. });
    let drawings = [
        (Drawn::Matrix, "inspect-as-matrix"),
        (Drawn::Lines, "inspect-as-lines"),
        (Drawn::Neurons, "inspect-as-neurons"),
    ];
    let can = |drawn: Drawn| drawn != Drawn::Neurons || is_head;
    let drawings = drawings.into_iter().filter(|(drawn, _)| can(*drawn));
    let segments: Vec<_> = drawings.map(|(drawn, key)| (drawn, cx.text(key), cx.hint(key))).collect();
    let now = if can(scene.inspecting.drawn) { scene.inspecting.drawn } else { Drawn::Matrix };
    if let Some(drawn) = widgets::segmented(ui, &segments, now) {
        wanted.drawn = drawn;
    }
    if let (Opened::Head { node, head }, Some(layer)) = (&map.title, map.layer) {
        let is_off = scene.is_off(node, *head);
        let (sign, key) = match is_off {
            true => (icon::EYE_SLASH, "inspect-switch-on"),
            false => (icon::EYE, "inspect-switch-off"),
        };
        let button = widgets::secondary_button(ui, true, sign, &cx.text(key));
        if button.on_hover_text(cx.hint("inspect-switch-off")).clicked() {
            wanted.toggle(Off::Head { node: node.clone(), head: *head });
        }
        let statistics = layer.statistics.get(*head).copied().unwrap_or_default();
        ui.label(text::small(habit(cx, &statistics)).color(colors.text_weak));
    }
    widgets::buttons_row(ui, |ui| {
        for (label, ending) in [("PNG", "png"), ("SVG", "svg"), ("CSV", "csv")] {
            let hint = cx.with("inspect-export", &[("kind", label.into())]);
            let button = widgets::ghost_button(ui, true, icon::EXPORT, label);
            if button.on_hover_text(hint).clicked()
                && let Some(content) = export::content(colors, look, map, ending)
            {
                let name = export::file_name(scene.run.summary.id, look, map, ending);
                cx.act(Action::ExportMap { name, content });
            }
        }
    });
}
