//! The few widgets that every screen is made of: buttons of three ranks, cards, pills, empty states.

mod fields;
mod segmented;

pub use fields::{caret, checkbox, choice, name_field, text_field};
pub use segmented::{Segment, segmented};

use egui::{
    Align, Align2, Area, AtomExt as _, Button, Color32, CornerRadius, CursorIcon, FontId, Frame, Id, Layout,
    Margin, Order, Pos2, Rect, Response, RichText, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
    WidgetType,
    text::{LayoutJob, TextWrapping},
};

use crate::theme::{self, icon, radius, size, space, text};

/// The one thing to do on a screen: filled with the accent.
pub fn primary_button(ui: &mut Ui, enabled: bool, icon: &str, label: &str) -> Response {
    let colors = theme::colors(ui);
    ui.scope(|ui| {
        let widgets = &mut ui.visuals_mut().widgets;
        for (state, fill) in [
            (&mut widgets.inactive, colors.accent),
            (&mut widgets.hovered, colors.accent_hovered),
            (&mut widgets.active, colors.accent_pressed),
        ] {
            state.weak_bg_fill = fill;
            state.bg_stroke = Stroke::new(1.0, fill);
            state.fg_stroke.color = colors.on_accent;
        }
        labelled_button(ui, enabled, icon, label)
    })
    .inner
}

/// Something else one may do: outlined.
pub fn secondary_button(ui: &mut Ui, enabled: bool, icon: &str, label: &str) -> Response {
    labelled_button(ui, enabled, icon, label)
}

/// What may be done in passing: no edge until it is pointed at.
pub fn ghost_button(ui: &mut Ui, enabled: bool, icon: &str, label: &str) -> Response {
    ui.scope(|ui| {
        ghost_visuals(ui);
        labelled_button(ui, enabled, icon, label)
    })
    .inner
}

/// A ghost button with an icon only; `label` is what screen readers and tests call it and what its
/// tooltip says.
pub fn icon_button(ui: &mut Ui, enabled: bool, icon: &str, label: &str) -> Response {
    ui.scope(|ui| {
        ghost_visuals(ui);
        ui.spacing_mut().button_padding = Vec2::splat(space::XS);
        let button = Button::new(text::icon(icon, 16.0)).min_size(Vec2::splat(size::CONTROL));
        let response = ui.add_enabled(enabled, button);
        name(&response, WidgetType::Button, label);
        response.on_hover_text(label)
    })
    .inner
}

/// Gives a control the name that screen readers and tests find it by.
pub fn name(response: &Response, kind: WidgetType, label: &str) {
    let enabled = response.enabled();
    response.widget_info(|| WidgetInfo::labeled(kind, enabled, label));
}

/// Paints the ground of something that shows no edge until it is pointed at or has the focus.
pub fn paint_ghost(ui: &Ui, response: &Response, rect: Rect) {
    let colors = theme::colors(ui);
    let corners = CornerRadius::same(radius::CARD);
    if response.is_pointer_button_down_on() {
        ui.painter().rect_filled(rect, corners, colors.pressed);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, corners, colors.hovered);
    }
    if response.has_focus() {
        let edge = Stroke::new(1.5, colors.accent);
        ui.painter().rect_stroke(rect, corners, edge, StrokeKind::Inside);
    }
    if response.hovered() {
        ui.ctx().set_cursor_icon(CursorIcon::PointingHand);
    }
}

/// Paints text in at most `rows` rows of `width` points, the rest cut off with `…`; gives where it stands.
pub fn paint_text(
    ui: &Ui,
    at: Pos2,
    width: f32,
    rows: usize,
    words: &str,
    font: FontId,
    color: Color32,
) -> Rect {
    let mut job = LayoutJob::simple(words.to_owned(), font, color, width);
    job.wrap.max_rows = rows;
    job.wrap.break_anywhere = rows == 1;
    let galley = ui.painter().layout_job(job);
    let rect = Rect::from_min_size(at, galley.size());
    ui.painter().galley(at, galley, color);
    rect
}

/// Paints text on one line in a place, the rest cut off with `…`.
pub fn paint_line(ui: &Ui, place: Rect, align: Align2, words: &str, font: FontId, color: Color32) {
    let mut job = LayoutJob::simple_singleline(words.to_owned(), font, color);
    job.wrap = TextWrapping::truncate_at_width(place.width());
    let galley = ui.painter().layout_job(job);
    let place = align.align_size_within_rect(galley.size(), place);
    ui.painter().galley(place.min, galley, color);
}

fn ghost_visuals(ui: &mut Ui) {
    let widgets = &mut ui.visuals_mut().widgets;
    widgets.inactive.weak_bg_fill = Color32::TRANSPARENT;
    widgets.inactive.bg_stroke = Stroke::NONE;
    widgets.hovered.bg_stroke = Stroke::NONE;
}

fn labelled_button(ui: &mut Ui, enabled: bool, icon: &str, label: &str) -> Response {
    let button = match icon.is_empty() {
        true => Button::new(label),
        // Where there is too little room, it is the words that give way.
        false => Button::new((text::icon(icon, 15.0), label.atom_shrink(true))),
    };
    let response = ui.add_enabled(enabled, button.min_size(Vec2::new(0.0, size::CONTROL)));
    name(&response, WidgetType::Button, label);
    response
}

/// The frame of a card.
pub fn card(ui: &Ui) -> Frame {
    let colors = theme::colors(ui);
    Frame::new()
        .fill(colors.card)
        .stroke(Stroke::new(1.0, colors.border))
        .corner_radius(CornerRadius::same(radius::CARD))
        .inner_margin(Margin::same(space::L as i8))
}

/// A bar that floats over what is drawn, with what `contents` draws in a row.
pub fn floating_ui(ui: &Ui, id: &str, at: Pos2, pivot: Align2, contents: impl FnOnce(&mut Ui)) {
    let area = Area::new(Id::new(id)).order(Order::Middle).fixed_pos(at).pivot(pivot);
    area.show(ui.ctx(), |ui| {
        let colors = theme::colors(ui);
        let frame = Frame::new()
            .fill(colors.panel)
            .stroke(Stroke::new(1.0, colors.border))
            .corner_radius(CornerRadius::same(radius::CARD))
            .inner_margin(Margin::symmetric(space::XS as i8, 2));
        frame.show(ui, |ui| ui.horizontal(contents));
    });
}

/// A small rounded mark with a word in it.
pub fn tag(ui: &mut Ui, label: &str, color: Color32) -> Response {
    let words = ui.painter().layout_no_wrap(label.to_owned(), text::small_font(), color);
    let (rect, response) = ui.allocate_exact_size(words.size() + Vec2::new(14.0, 6.0), Sense::hover());
    let corners = CornerRadius::same(radius::CONTROL);
    ui.painter().rect_filled(rect, corners, color.gamma_multiply(0.14));
    ui.painter().galley(rect.center() - words.size() / 2.0, words, color);
    name(&response, WidgetType::Label, label);
    response
}

/// A weak line of text.
pub fn weak(ui: &mut Ui, words: &str) -> Response {
    let color = theme::colors(ui).text_weak;
    ui.label(RichText::new(words).color(color))
}

/// What stands where there is nothing yet: an icon, what will be here, what to do next.
pub fn empty_state(ui: &mut Ui, icon: &str, title: &str, line: &str, next: impl FnOnce(&mut Ui)) {
    let colors = theme::colors(ui);
    let top = (ui.available_height() * 0.5 - 110.0).max(space::XL);
    ui.with_layout(Layout::top_down(Align::Center), |ui| {
        ui.add_space(top);
        let (ground, _) = ui.allocate_exact_size(Vec2::splat(64.0), Sense::hover());
        ui.painter().rect_filled(ground, CornerRadius::same(20), colors.accent_soft);
        let at = ground.center();
        ui.painter().text(at, Align2::CENTER_CENTER, icon, text::icon_font(30.0), colors.accent_text);
        ui.add_space(space::S);
        ui.label(text::title(title).size(18.0).color(colors.text_strong));
        ui.scope(|ui| {
            ui.set_max_width(ui.available_width().min(460.0));
            weak(ui, line);
        });
        ui.add_space(space::S);
        next(ui);
    });
}

/// A fault, with what to do about it, on a card edged in red.
pub fn problem_card(ui: &mut Ui, message: &str, hint: Option<&str>) {
    let colors = theme::colors(ui);
    card(ui).stroke(Stroke::new(1.0, colors.bad)).show(ui, |ui| {
        ui.horizontal_top(|ui| {
            ui.label(text::icon(icon::WARNING, 18.0).color(colors.bad));
            ui.vertical(|ui| {
                ui.label(text::strong(message).color(colors.text_strong));
                if let Some(hint) = hint {
                    weak(ui, hint);
                }
            });
        });
    });
}

/// A row of buttons that ends at the right edge; the first one drawn is the rightmost.
pub fn buttons_row(ui: &mut Ui, buttons: impl FnOnce(&mut Ui)) {
    let size = Vec2::new(ui.available_width(), size::CONTROL);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), buttons);
}
