//! Networks to begin with, as cards: what they look like, what they are for, how large they are for these data.

use std::sync::Arc;

use egui::{
    CornerRadius, Id, Painter, Pos2, Rect, Sense, Stroke, StrokeKind, Ui, UiBuilder, Vec2, WidgetType, pos2,
    vec2,
};
use engine::{
    graph::{
        Graph,
        templates::{Frame, TEMPLATES, Takes, Template},
    },
    train,
};

use super::{kinds, layout::Layout};
use crate::{
    action::Action,
    context::Context,
    format,
    theme::{self, Colors, radius, space, text},
    widgets,
};

const COLUMNS: usize = 3;
const CARD: f32 = 158.0;
const PICTURE: f32 = 72.0;
/// Of a drawing in little.
const LARGEST: f32 = 0.25;
/// How faint a template is that cannot take these data.
const UNFIT: f32 = 0.3;

/// A template as it would be drawn here.
struct Card {
    template: &'static Template,
    /// As in the paper where it cannot take these data.
    graph: Graph,
    layout: Layout,
    /// Numbers that are trained; `None` where it cannot take these data.
    parameters: Option<u64>,
    /// Whether something is wanted for each step, which it does not give.
    lacks_steps: bool,
}

impl Card {
    fn new(template: &'static Template, frame: Option<&Frame>) -> Self {
        let drawn = match frame {
            Some(frame) => template.graph(frame),
            None => Some(template.usual()),
        };
        let fits = drawn.is_some();
        let graph = drawn.unwrap_or_else(|| template.usual());
        let survey = graph.survey();
        let specs = survey.nodes.iter().flat_map(|node| &node.parameters).filter(|spec| spec.trained);
        let parameters = fits.then(|| specs.map(|spec| spec.count() as u64).sum());
        let lacks_steps = frame.is_some_and(|frame| frame.each_step && !template.gives_steps);
        Self { template, layout: Layout::of(&survey), graph, parameters, lacks_steps }
    }
}

/// Draws the cards; a click replaces the model.
pub fn templates_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let cards = cards(ui, cx);
    let wide = (ui.available_width() - space::M * (COLUMNS - 1) as f32) / COLUMNS as f32;
    ui.spacing_mut().item_spacing = Vec2::splat(space::M);
    for row in cards.chunks(COLUMNS) {
        ui.horizontal(|ui| row.iter().for_each(|card| card_ui(ui, cx, card, wide)));
    }
}

/// The templates for the experiment's data, drawn anew only where those are others.
fn cards(ui: &Ui, cx: &Context<'_>) -> Arc<Vec<Card>> {
    type Known = (Option<Frame>, Arc<Vec<Card>>);
    let frame = cx.state.draft_of_experiment().and_then(|draft| {
        let extent = draft.extent.as_ref()?;
        Some(train::frame(&draft.edited.graph, &draft.edited.training.loss, extent))
    });
    let id = Id::new("model_templates");
    let known: Option<Arc<Known>> = ui.data(|data| data.get_temp(id));
    if let Some(known) = known.filter(|known| known.0 == frame) {
        return Arc::clone(&known.1);
    }
    let cards: Arc<Vec<Card>> =
        Arc::new(TEMPLATES.iter().map(|template| Card::new(template, frame.as_ref())).collect());
    ui.data_mut(|data| data.insert_temp(id, Arc::new((frame, Arc::clone(&cards)))));
    cards
}

fn card_ui(ui: &mut Ui, cx: &mut Context<'_>, card: &Card, wide: f32) {
    let colors = theme::colors(ui);
    let key = format!("template-{}", card.template.name);
    let (rect, response) = ui
        .add_enabled_ui(card.parameters.is_some(), |ui| {
            ui.allocate_exact_size(vec2(wide, CARD), Sense::click())
        })
        .inner;
    let title = cx.text(&key);
    widgets::name(&response, WidgetType::Button, &title);
    let corners = CornerRadius::same(radius::CARD);
    let edge = if response.hovered() || response.has_focus() { colors.accent } else { colors.border };
    let fill = if response.hovered() { colors.card_hovered } else { colors.card };
    ui.painter().rect(rect, corners, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
    let picture = Rect::from_min_size(rect.min, vec2(wide, PICTURE)).shrink(1.0);
    let ground = CornerRadius { sw: 0, se: 0, ..corners };
    ui.painter().rect_filled(picture, ground, colors.field);
    let mut pale = ui.new_child(UiBuilder::new());
    if card.parameters.is_none() {
        pale.set_opacity(UNFIT);
    }
    paint_small(pale.painter(), colors, picture.shrink(space::M), &card.graph, &card.layout);
    let left = rect.left() + space::M;
    let inner = wide - 2.0 * space::M;
    let (strong, weak) = if card.parameters.is_some() {
        (colors.text_strong, colors.text_weak)
    } else {
        (colors.text_weak, colors.text_weak.gamma_multiply(0.7))
    };
    let at = pos2(left, picture.bottom() + space::S);
    let font = text::semibold_font(text::BODY_SIZE);
    let line = widgets::paint_text(ui, at, inner, 1, &title, font, strong);
    let about = match (card.parameters, card.template.takes) {
        (Some(_), _) => cx.hint(&key),
        (None, _) if card.lacks_steps => cx.text("template-needs-one"),
        (None, Takes::Texts) => cx.text("template-needs-texts"),
        (None, Takes::Ids) => cx.text("template-needs-ids"),
        (None, Takes::Tokens) => cx.text("template-needs-tokens"),
        (None, Takes::Images) => cx.text("template-needs-images"),
        (None, Takes::Features | Takes::Sequences) => cx.text("template-needs-steps"),
    };
    let at = pos2(left, line.bottom() + 2.0);
    widgets::paint_text(ui, at, inner, 2, &about, text::small_font(), weak);
    if let Some(count) = card.parameters {
        let words = cx.with("model-node-parameters", &[("count", format::short(count).into())]);
        let at = pos2(left, rect.bottom() - space::M - text::TINY_SIZE);
        widgets::paint_text(ui, at, inner, 1, &words, text::tiny_number_font(), colors.accent_text);
    }
    let response = response.on_hover_text(cx.hint(&key)).on_disabled_hover_text(about);
    if response.clicked() {
        cx.act(Action::ReplaceModel(card.graph.clone()));
        cx.act(Action::SelectNodes(Vec::new()));
        cx.act(Action::CloseDialog);
    }
}

/// Paints a drawing in little: a patch for each node in its kind's colour. Gives its scale, and where the drawing's
/// origin lies.
pub fn paint_small(
    painter: &Painter,
    colors: &Colors,
    within: Rect,
    graph: &Graph,
    layout: &Layout,
) -> (f32, Pos2) {
    let all = layout.nodes.iter().fold(Rect::NOTHING, |all, node| all.union(*node));
    let scale = (within.size() / all.size()).min_elem().min(LARGEST);
    let origin = within.center() - all.center().to_vec2() * scale;
    let place = |at: Pos2| origin + at.to_vec2() * scale;
    for wire in &layout.wires {
        let points: Vec<Pos2> = wire.points.iter().map(|point| place(*point)).collect();
        painter.line(points, Stroke::new(1.0, colors.border_strong));
    }
    for (node, rect) in graph.nodes.iter().zip(&layout.nodes) {
        let patch = Rect::from_min_max(place(rect.min), place(rect.max));
        let color = kinds::color(colors, node.layer.kind());
        painter.rect_filled(patch, CornerRadius::same(2), color);
    }
    (scale, origin)
}
