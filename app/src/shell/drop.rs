//! What is dropped on the window or pasted into it: data become a project, a project's folder is opened.

use egui::{Align2, Color32, CornerRadius, Event, Id, LayerId, Order, Stroke, StrokeKind, Ui, Vec2};

use crate::{
    action::Action,
    context::Context,
    state::Place,
    theme::{self, icon, radius, space, text},
};

/// Draws the overlay while a file is dragged over the window, and takes it when it is dropped.
pub fn drop_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let (hovers, dropped) = ui.input(|input| {
        let dropped = input.raw.dropped_files.first().map(|file| file.path().to_owned());
        (!input.raw.hovered_files.is_empty(), dropped)
    });
    if hovers {
        overlay_ui(ui, cx);
    }
    if let Some(path) = dropped {
        cx.act(Action::Drop(path));
    }
    // Rows that are pasted where nothing is typed are data, too.
    let is_free = cx.state.dialog.is_none() && cx.state.place == Place::Gallery;
    if is_free && ui.memory(|memory| memory.focused().is_none()) {
        let pasted = ui.input(|input| {
            input.events.iter().find_map(|event| match event {
                Event::Paste(text) if text.trim().contains('\n') => Some(text.clone()),
                _ => None,
            })
        });
        if let Some(text) = pasted {
            cx.act(Action::Paste(text));
        }
    }
}

fn overlay_ui(ui: &Ui, cx: &Context<'_>) {
    let colors = theme::colors(ui);
    let painter = ui.ctx().layer_painter(LayerId::new(Order::Foreground, Id::new("drop")));
    let screen = ui.ctx().content_rect();
    painter.rect_filled(screen, 0.0, colors.background.gamma_multiply(0.86));
    let edge = Stroke::new(2.0, colors.accent);
    let corners = CornerRadius::same(radius::DIALOG);
    painter.rect(screen.shrink(space::XL), corners, Color32::TRANSPARENT, edge, StrokeKind::Inside);
    let at = screen.center() - Vec2::new(0.0, 28.0);
    painter.text(at, Align2::CENTER_CENTER, icon::FILE_CSV, text::icon_font(48.0), colors.accent_text);
    let at = screen.center() + Vec2::new(0.0, 24.0);
    let words = cx.text("drop-here");
    painter.text(at, Align2::CENTER_CENTER, words, text::semibold_font(18.0), colors.text_strong);
}
