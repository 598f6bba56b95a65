//! What is typed into, chosen from, ticked.

use egui::{
    Align, Align2, ComboBox, CornerRadius, Margin, Rect, Response, Sense, Stroke, StrokeKind, TextEdit, Ui,
    Vec2, WidgetInfo, WidgetType, style::WidgetVisuals,
};

use super::name;
use crate::theme::{self, icon, size, space, text};

/// A text field of one line; give it a name with [`name_field`].
pub fn text_field(text: &mut String) -> TextEdit<'_> {
    TextEdit::singleline(text)
        .margin(Margin::symmetric(10, 4))
        .min_size(Vec2::new(0.0, size::CONTROL))
        .vertical_align(Align::Center)
}

/// A list that opens on a click, with a caret as its mark; gives it a name.
pub fn choice<R>(
    ui: &mut Ui,
    id: &str,
    label: &str,
    selected: &str,
    width: f32,
    list: impl FnOnce(&mut Ui) -> R,
) -> Option<R> {
    let combo = ComboBox::from_id_salt(id).width(width).selected_text(selected).icon(caret).truncate();
    let shown = combo.show_ui(ui, list);
    name(&shown.response, WidgetType::ComboBox, label);
    shown.inner
}

/// Gives a text field its name.
pub fn name_field(response: &Response, label: &str, value: &str) {
    let enabled = response.enabled();
    response.widget_info(|| WidgetInfo {
        label: Some(label.to_owned()),
        ..WidgetInfo::text_edit(enabled, value, value, "")
    });
}

/// The mark of a list that opens: what [`ComboBox::icon`] takes.
pub fn caret(ui: &Ui, rect: Rect, visuals: &WidgetVisuals, _is_open: bool) {
    let font = text::icon_font(text::BODY_SIZE);
    let color = visuals.fg_stroke.color;
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, icon::CARET_DOWN, font, color);
}

/// A box to tick, with its words; gives whether it was clicked.
pub fn checkbox(ui: &mut Ui, is_ticked: bool, label: &str) -> bool {
    const BOX: f32 = 16.0;
    let colors = theme::colors(ui);
    let words = ui.painter().layout_no_wrap(label.to_owned(), text::body_font(), colors.text);
    let size = Vec2::new(BOX + space::S + words.size().x, size::CONTROL);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(WidgetType::Checkbox, true, is_ticked, label));
    let tick = Rect::from_center_size(rect.left_center() + Vec2::new(BOX / 2.0, 0.0), Vec2::splat(BOX));
    let (fill, edge) = match is_ticked {
        true => (colors.accent, colors.accent),
        false if response.hovered() => (colors.field, colors.text_weak),
        false => (colors.field, colors.border_strong),
    };
    let corners = CornerRadius::same(4);
    ui.painter().rect(tick, corners, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
    if is_ticked {
        let font = text::icon_font(text::SMALL_SIZE);
        ui.painter().text(tick.center(), Align2::CENTER_CENTER, icon::CHECK, font, colors.on_accent);
    }
    if response.has_focus() {
        let ring = Stroke::new(1.5, colors.accent);
        ui.painter().rect_stroke(tick.expand(2.5), 6.0, ring, StrokeKind::Inside);
    }
    let at = rect.left_center() + Vec2::new(BOX + space::S, -words.size().y / 2.0);
    ui.painter().galley(at, words, colors.text);
    response.clicked()
}
