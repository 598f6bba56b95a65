//! All heads at a glance.

use egui::{
    Align2, Color32, CornerRadius, Rect, RichText, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    WidgetType, pos2, vec2,
};
use engine::inspect::{AttentionLayer, Look, Off};

use super::{
    pictures,
    scene::{Scene, habit, head_name},
    together,
};
use crate::{
    context::Context,
    format,
    state::{HeadOrder, Inspecting, Opened},
    theme::{self, icon, radius, space, text},
    widgets,
};

/// The side of a small map, at least and at most.
const LEAST: f32 = 56.0;
const MOST: f32 = 168.0;
/// The line under a map.
pub const CAPTION: f32 = 20.0;

/// A head where it stands in the overview.
struct Place<'a> {
    layer: &'a AttentionLayer,
    head: usize,
}

pub fn overview_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    scene: &Scene<'_>,
    version: u64,
    look: &Look,
    wanted: &mut Inspecting,
) {
    ScrollArea::both().id_salt("heads").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing = vec2(space::S, space::M);
        together::layers_ui(ui, cx, version, look, wanted);
        if scene.inspecting.order == HeadOrder::Layers {
            let most = look.layers.iter().map(|layer| layer.heads).max().unwrap_or(1);
            let side = side(ui, most + 1);
            for layer in &look.layers {
                layer_ui(ui, cx, scene, layer, wanted);
                ui.horizontal(|ui| {
                    together::mean_ui(ui, cx, version, layer, side, wanted);
                    for head in 0..layer.heads {
                        head_ui(ui, cx, scene, version, &Place { layer, head }, side, wanted);
                    }
                });
            }
        } else {
            let places = sorted(scene, look);
            let side = side(ui, 6.min(places.len()));
            ui.horizontal_wrapped(|ui| {
                for place in &places {
                    head_ui(ui, cx, scene, version, place, side, wanted);
                }
            });
        }
    });
}

/// As wide as so many maps beside each other can be.
fn side(ui: &Ui, maps: usize) -> f32 {
    let maps = maps.max(1) as f32;
    ((ui.available_width() - space::M - (maps - 1.0) * space::S) / maps).clamp(LEAST, MOST).floor()
}

fn sorted<'a>(scene: &Scene<'_>, look: &'a Look) -> Vec<Place<'a>> {
    let heads = |layer: &'a AttentionLayer| (0..layer.heads).map(move |head| Place { layer, head });
    let mut places: Vec<Place<'a>> = look.layers.iter().flat_map(heads).collect();
    let key = |place: &Place<'_>| {
        let statistics = place.layer.statistics.get(place.head).copied().unwrap_or_default();
        match scene.inspecting.order {
            HeadOrder::Layers => 0.0,
            HeadOrder::Entropy => f64::from(statistics.entropy),
            HeadOrder::Distance => f64::from(-statistics.distance),
            HeadOrder::Pattern => statistics.pattern().map_or(9.0, |pattern| pattern as u8 as f64),
            HeadOrder::Damage => -scene.missed(&place.layer.node, place.head).unwrap_or(f64::NEG_INFINITY),
        }
    };
    places.sort_by(|a, b| key(a).total_cmp(&key(b)));
    places
}

/// A layer's name, and the switch for all of it.
fn layer_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    scene: &Scene<'_>,
    layer: &AttentionLayer,
    wanted: &mut Inspecting,
) {
    let colors = theme::colors(ui);
    ui.horizontal(|ui| {
        ui.label(text::strong(&layer.node).color(colors.text_strong));
        let heads = cx.with("inspect-layer-heads", &[("heads", layer.heads.into())]);
        ui.label(text::small(heads).color(colors.text_weak));
        let off = Off::Layer { node: layer.node.clone() };
        let is_off = scene.inspecting.off.contains(&off);
        let (sign, key) = match is_off {
            true => (icon::EYE_SLASH, "inspect-layer-on"),
            false => (icon::EYE, "inspect-layer-off"),
        };
        let label = cx.with(key, &[("layer", layer.node.as_str().into())]);
        if !scene.is_beside && widgets::icon_button(ui, true, sign, &label).clicked() {
            wanted.toggle(off);
        }
    });
}

fn head_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    scene: &Scene<'_>,
    version: u64,
    place: &Place<'_>,
    side: f32,
    wanted: &mut Inspecting,
) {
    let colors = theme::colors(ui);
    let Place { layer, head } = *place;
    let (rect, response) = ui.allocate_exact_size(vec2(side, side + CAPTION), Sense::click());
    let name = head_name(cx, &layer.node, head);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &name));
    if !ui.is_rect_visible(rect) {
        return;
    }
    let picture = Rect::from_min_size(rect.min, vec2(side, side));
    let is_off = scene.is_off(&layer.node, head);
    let texture = pictures::texture(ui, version, &layer.node, |colors| pictures::small_maps(colors, layer));
    if let Some(texture) = texture {
        let tint = if is_off { Color32::WHITE.gamma_multiply(0.25) } else { Color32::WHITE };
        ui.painter().image(texture.id(), picture.shrink(1.0), pictures::part(layer, head), tint);
    }
    let edge = match (response.hovered() || response.has_focus(), is_off) {
        (true, _) => Stroke::new(2.0, colors.accent),
        (false, true) => Stroke::new(1.0, colors.bad),
        (false, false) => Stroke::new(1.0, colors.border),
    };
    ui.painter().rect_stroke(picture, CornerRadius::same(radius::CONTROL), edge, StrokeKind::Outside);
    caption(ui, cx, scene, place, Rect::from_min_max(pos2(rect.left(), picture.bottom()), rect.max));

    let switch = Rect::from_min_size(picture.right_top() - vec2(28.0, -4.0), vec2(24.0, 24.0));
    if !scene.is_beside && (response.hovered() || is_off || ui.rect_contains_pointer(picture)) {
        switch_ui(ui, cx, &name, is_off, switch, || {
            wanted.toggle(Off::Head { node: layer.node.clone(), head })
        });
    }
    if response.clicked() && (scene.is_beside || !ui.rect_contains_pointer(switch)) {
        wanted.opened = Some(Opened::Head { node: layer.node.clone(), head });
    }
    let statistics = layer.statistics.get(head).copied().unwrap_or_default();
    response.on_hover_ui(|ui| {
        ui.label(text::strong(&name).color(colors.text_strong));
        ui.label(habit(cx, &statistics));
        let number = |value: f32| format::metric(f64::from(value));
        let values = [
            ("entropy", number(statistics.entropy).into()),
            ("distance", number(statistics.distance).into()),
        ];
        widgets::weak(ui, &cx.with("inspect-head-numbers", &values));
        if let Some(missed) = scene.missed(&layer.node, head) {
            widgets::weak(ui, &cx.with("inspect-head-missed", &[("loss", signed(missed).into())]));
        }
        widgets::weak(ui, &cx.text("inspect-head-open"));
    });
}

/// The eye that switches a head off and on.
fn switch_ui(ui: &Ui, cx: &Context<'_>, name: &str, is_off: bool, place: Rect, toggle: impl FnOnce()) {
    let colors = theme::colors(ui);
    let response = ui.interact(place, ui.id().with(("switch", name)), Sense::click());
    let key = if is_off { "inspect-head-on" } else { "inspect-head-off" };
    let label = cx.with(key, &[("head", name.into())]);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &label));
    ui.painter().rect_filled(place, CornerRadius::same(radius::CONTROL), colors.card);
    let sign = if is_off { icon::EYE_SLASH } else { icon::EYE };
    let ink = if is_off { colors.bad } else { colors.text_strong };
    ui.painter().text(place.center(), Align2::CENTER_CENTER, sign, text::icon_font(15.0), ink);
    if response.clicked() {
        toggle();
    }
    response.on_hover_text(label);
}

/// The head's number, and what the order is by.
fn caption(ui: &Ui, cx: &Context<'_>, scene: &Scene<'_>, place: &Place<'_>, rect: Rect) {
    let colors = theme::colors(ui);
    let Place { layer, head } = *place;
    let statistics = layer.statistics.get(head).copied().unwrap_or_default();
    let number = |value: f32| format::metric(f64::from(value));
    let (left, right) = match scene.inspecting.order {
        HeadOrder::Layers => ((head + 1).to_string(), short(cx, &statistics)),
        HeadOrder::Entropy => (format!("{} {}", layer.node, head + 1), number(statistics.entropy)),
        HeadOrder::Distance => (format!("{} {}", layer.node, head + 1), number(statistics.distance)),
        HeadOrder::Pattern => (format!("{} {}", layer.node, head + 1), short(cx, &statistics)),
        HeadOrder::Damage => (
            format!("{} {}", layer.node, head + 1),
            scene.missed(&layer.node, head).map(signed).unwrap_or_default(),
        ),
    };
    let font = text::tiny_font();
    let shown = ui.painter().layout_no_wrap(right, font.clone(), colors.text);
    let at = Align2::RIGHT_CENTER.align_size_within_rect(shown.size(), rect);
    let rest = Rect::from_min_max(rect.min, pos2(at.left() - space::XS, rect.bottom()));
    ui.painter().galley(at.min, shown, colors.text);
    widgets::paint_line(ui, rest, Align2::LEFT_CENTER, &left, font, colors.text_weak);
}

/// What a head looks at, in a word; how many bits it spreads over, where that is nothing in particular.
fn short(cx: &Context<'_>, statistics: &engine::inspect::HeadStatistics) -> String {
    use engine::inspect::Pattern;
    match statistics.pattern() {
        Some(Pattern::Itself) => cx.text("inspect-short-itself"),
        Some(Pattern::Previous) => cx.text("inspect-short-previous"),
        Some(Pattern::Next) => cx.text("inspect-short-next"),
        Some(Pattern::First) => cx.text("inspect-short-first"),
        Some(Pattern::Delimiter) => cx.text("inspect-short-delimiter"),
        None => String::new(),
    }
}

/// `+0.012`.
pub fn signed(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "+" };
    format!("{sign}{}", format::metric(value.abs()))
}

/// A line over a group of small things.
pub fn section(ui: &mut Ui, words: &str) {
    let color = theme::colors(ui).text_weak;
    ui.label(RichText::new(words).size(text::TINY_SIZE).color(color));
}
