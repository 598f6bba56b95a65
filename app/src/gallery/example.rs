//! The card of one example: a picture of its data, what it is, how long it takes.

use egui::{CornerRadius, Pos2, Rect, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetType};
use engine::project::ExampleCard;

use super::picture::paint_picture;
use crate::{
    action::Action,
    context::Context,
    mirror::Asked,
    theme::{self, icon, radius, space, text},
    widgets,
};

const HEIGHT: f32 = 276.0;
const PICTURE: f32 = 136.0;

/// Draws a card; the whole of it can be clicked.
pub fn card_ui(ui: &mut Ui, cx: &mut Context<'_>, card: &ExampleCard, width: f32) {
    let colors = theme::colors(ui);
    let title = cx.text(&format!("example-{}-title", card.name));
    let opening = cx.mirror.awaits(|asked| *asked == Asked::OpenExample(card.name.clone()));
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, HEIGHT), Sense::click());
    widgets::name(&response, WidgetType::Button, &title);
    frame(ui, &response, rect);

    let picture = Rect::from_min_size(rect.min, Vec2::new(width, PICTURE)).shrink(1.0);
    let corners = CornerRadius { nw: radius::CARD - 1, ne: radius::CARD - 1, sw: 0, se: 0 };
    ui.painter().rect_filled(picture, corners, colors.field);
    let line = [picture.left_bottom(), picture.right_bottom()];
    ui.painter().line_segment(line, Stroke::new(1.0, colors.separator));
    paint_picture(ui, picture, &card.picture);

    let left = rect.left() + space::L;
    let inner = width - 2.0 * space::L;
    let top = picture.bottom() + space::M;
    let font = text::semibold_font(text::TITLE_SIZE);
    let line = widgets::paint_text(ui, Pos2::new(left, top), inner, 1, &title, font, colors.text_strong);
    let about = cx.text(&format!("example-{}-about", card.name));
    let at = Pos2::new(left, line.bottom() + space::XS);
    widgets::paint_text(ui, at, inner, 3, &about, text::body_font(), colors.text_weak);

    let bottom = rect.bottom() - space::L;
    paint_facts(ui, cx, card, Pos2::new(left, bottom), inner, opening);
    if response.clicked() && !opening {
        cx.act(Action::OpenExample(card.name.clone()));
    }
}

/// What stands in a card's place until the engine has answered.
pub fn loading_ui(ui: &mut Ui, width: f32) {
    let colors = theme::colors(ui);
    let (rect, _) = ui.allocate_exact_size(Vec2::new(width, HEIGHT), Sense::hover());
    let corners = CornerRadius::same(radius::CARD);
    let edge = Stroke::new(1.0, colors.separator);
    ui.painter().rect(rect, corners, colors.panel, edge, StrokeKind::Inside);
    let bar = |top: f32, share: f32| {
        let size = Vec2::new((width - 2.0 * space::L) * share, 10.0);
        Rect::from_min_size(rect.min + Vec2::new(space::L, PICTURE + top), size)
    };
    for (top, share) in [(18.0, 0.5), (46.0, 0.95), (64.0, 0.7)] {
        ui.painter().rect_filled(bar(top, share), 5.0, colors.hovered);
    }
}

fn frame(ui: &Ui, response: &egui::Response, rect: Rect) {
    let colors = theme::colors(ui);
    let corners = CornerRadius::same(radius::CARD);
    let (fill, edge) = if response.is_pointer_button_down_on() {
        (colors.pressed, Stroke::new(1.0, colors.accent))
    } else if response.has_focus() {
        (colors.card_hovered, Stroke::new(2.0, colors.accent))
    } else if response.hovered() {
        (colors.card_hovered, Stroke::new(1.0, colors.accent))
    } else {
        (colors.card, Stroke::new(1.0, colors.border))
    };
    if response.hovered() {
        ui.ctx().set_cursor_icon(egui::CursorIcon::PointingHand);
    }
    ui.painter().rect(rect, corners, fill, edge, StrokeKind::Inside);
}

/// The last line of a card: its task on the left, its time on the right.
fn paint_facts(ui: &Ui, cx: &Context<'_>, card: &ExampleCard, at: Pos2, width: f32, opening: bool) {
    let colors = theme::colors(ui);
    let key = format!("task-{}", card.task.name());
    let color = if card.task.is_of_numbers() { colors.good } else { colors.accent_text };
    let font = text::tiny_font();
    let words = ui.painter().layout_no_wrap(cx.text(&key), font.clone(), color);
    let size = words.size() + Vec2::new(14.0, 6.0);
    let tag = Rect::from_min_size(Pos2::new(at.x, at.y - size.y), size);
    ui.painter().rect_filled(tag, CornerRadius::same(radius::CONTROL), color.gamma_multiply(0.14));
    ui.painter().galley(tag.min + Vec2::new(7.0, 3.0), words, color);

    let facts = if opening {
        cx.text("gallery-opening")
    } else {
        cx.with("gallery-about-seconds", &[("seconds", u64::from(card.seconds).into())])
    };
    let at = Pos2::new(at.x + width, tag.center().y);
    let facts = ui.painter().text(at, egui::Align2::RIGHT_CENTER, facts, font, colors.text_weak);
    let at = facts.left_center() - Vec2::new(5.0, 0.0);
    let mark = text::icon_font(text::SMALL_SIZE);
    ui.painter().text(at, egui::Align2::RIGHT_CENTER, icon::TIMER, mark, colors.text_weak);
}
