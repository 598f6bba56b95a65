//! A small control to choose one of a few: all of them are seen, one is on.

use egui::{Align2, CornerRadius, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, WidgetType, pos2, vec2};

use crate::theme::{self, radius, space, text};

/// One of the choices: its value, its words, its tooltip.
pub type Segment<T> = (T, String, String);

const HEIGHT: f32 = 26.0;
/// Between the edge and the segment that is on.
const INSET: f32 = 2.0;

/// Draws the choices side by side; gives the one that was clicked.
pub fn segmented<T: Copy + PartialEq>(ui: &mut Ui, segments: &[Segment<T>], selected: T) -> Option<T> {
    let colors = theme::colors(ui);
    let corners = CornerRadius::same(radius::CONTROL);
    let widths: Vec<f32> = segments
        .iter()
        .map(|(_, words, _)| {
            let galley = ui.painter().layout_no_wrap(words.clone(), text::small_font(), colors.text);
            galley.size().x + 2.0 * space::S
        })
        .collect();
    let size = vec2(widths.iter().sum::<f32>() + 2.0 * INSET, HEIGHT);
    let (ground, response) = ui.allocate_exact_size(size, Sense::hover());
    ui.painter().rect(ground, corners, colors.field, Stroke::new(1.0, colors.border), StrokeKind::Inside);

    let mut clicked = None;
    let mut left = ground.left() + INSET;
    for (index, ((value, words, hint), width)) in segments.iter().zip(widths).enumerate() {
        let place =
            Rect::from_min_max(pos2(left, ground.top() + INSET), pos2(left + width, ground.bottom() - INSET));
        left += width;
        let is_on = *value == selected;
        let segment = ui.interact(place, response.id.with(index), Sense::click());
        segment.widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, true, is_on, words));
        let corners = CornerRadius::same(radius::CONTROL - INSET as u8);
        if is_on {
            ui.painter().rect_filled(place, corners, colors.pressed);
        }
        if segment.has_focus() {
            ui.painter().rect_stroke(place, corners, Stroke::new(1.0, colors.accent), StrokeKind::Inside);
        }
        let ink = if is_on || segment.hovered() { colors.text_strong } else { colors.text_weak };
        ui.painter().text(place.center(), Align2::CENTER_CENTER, words, text::small_font(), ink);
        let segment = if hint.is_empty() { segment } else { segment.on_hover_text(hint) };
        if segment.clicked() {
            clicked = Some(*value);
        }
    }
    clicked
}
