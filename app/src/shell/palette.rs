//! The command palette: every command that can be given, found by typing a few of its letters.

use egui::{
    Align, Align2, CornerRadius, Id, Key, Layout, Margin, Modal, Modifiers, Rect, ScrollArea, Sense,
    TextEdit, Ui, Vec2, WidgetInfo, WidgetType,
};

use super::shortcut_text;
use crate::{
    action::Action,
    command::UiCommand,
    context::Context,
    theme::{self, icon, radius, size, space, text},
    widgets,
};

const ROW: f32 = 36.0;

/// Draws the palette over the screen.
pub fn palette_ui(ui: &mut Ui, cx: &mut Context<'_>, query: &str, cursor: usize) {
    let found = find(cx, query);
    let cursor = cursor.min(found.len().saturating_sub(1));
    let id = Id::new("palette");
    let area = Modal::default_area(id).anchor(Align2::CENTER_TOP, Vec2::new(0.0, 88.0));
    let frame = egui::Frame::popup(ui.style()).inner_margin(0).corner_radius(radius::DIALOG);
    let scrim = theme::colors(ui).scrim;
    let modal = Modal::new(id).area(area).frame(frame).backdrop_color(scrim).show(ui.ctx(), |ui| {
        ui.set_width(size::DIALOG);
        ui.spacing_mut().item_spacing.y = 0.0;
        let moved = move_cursor(ui, cursor, found.len());
        query_ui(ui, cx, query, moved);
        if ui.input(|input| input.key_pressed(Key::Enter))
            && let Some((command, _)) = found.get(cursor)
        {
            cx.run(*command);
        }
        ui.separator();
        ScrollArea::vertical().max_height(ROW * 9.0).auto_shrink([false, true]).show(ui, |ui| {
            ui.add_space(space::XS);
            if found.is_empty() {
                nothing_ui(ui, cx);
            }
            for (index, (command, label)) in found.iter().enumerate() {
                row_ui(ui, cx, *command, label, index == cursor, moved != cursor);
            }
        });
        ui.add_space(space::S);
    });
    if modal.should_close() {
        cx.act(Action::CloseDialog);
    }
}

/// The cursor after the arrow keys.
fn move_cursor(ui: &Ui, cursor: usize, found: usize) -> usize {
    let last = found.saturating_sub(1);
    ui.input_mut(|input| {
        if input.consume_key(Modifiers::NONE, Key::ArrowDown) {
            (cursor + 1).min(last)
        } else if input.consume_key(Modifiers::NONE, Key::ArrowUp) {
            cursor.saturating_sub(1)
        } else {
            cursor
        }
    })
}

fn query_ui(ui: &mut Ui, cx: &mut Context<'_>, query: &str, cursor: usize) {
    let colors = theme::colors(ui);
    let hint = cx.text("palette-hint");
    let mut typed = query.to_owned();
    let response = egui::Frame::new()
        .inner_margin(Margin::symmetric(space::L as i8, space::S as i8))
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.label(text::icon(icon::MAGNIFYING_GLASS, 16.0).color(colors.text_weak));
                let field = TextEdit::singleline(&mut typed)
                    .frame(egui::Frame::NONE)
                    .hint_text(hint.clone())
                    .desired_width(f32::INFINITY)
                    .min_size(Vec2::new(0.0, size::CONTROL))
                    .vertical_align(Align::Center);
                ui.add(field)
            })
            .inner
        })
        .inner;
    widgets::name_field(&response, &hint, &typed);
    // Kept also when Enter takes it away: the palette closes itself where a command was given.
    response.request_focus();
    if typed != query {
        cx.act(Action::SetPalette { query: typed, cursor: 0 });
    } else if cursor != current(cx) {
        cx.act(Action::SetPalette { query: typed, cursor });
    }
}

fn current(cx: &Context<'_>) -> usize {
    match &cx.state.dialog {
        Some(crate::state::Dialog::Palette { cursor, .. }) => *cursor,
        _ => 0,
    }
}

fn nothing_ui(ui: &mut Ui, cx: &Context<'_>) {
    ui.allocate_ui_with_layout(
        Vec2::new(ui.available_width(), ROW * 2.0),
        Layout::centered_and_justified(egui::Direction::TopDown),
        |ui| widgets::weak(ui, &cx.text("palette-nothing")),
    );
}

fn row_ui(ui: &mut Ui, cx: &mut Context<'_>, command: UiCommand, label: &str, marked: bool, follow: bool) {
    let colors = theme::colors(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), Sense::click());
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, marked, label));
    let inner = Rect::from_min_max(rect.min + Vec2::new(space::S, 0.0), rect.max - Vec2::new(space::S, 0.0));
    let painter = ui.painter();
    if marked || response.hovered() {
        let fill = if marked { colors.accent_soft } else { colors.hovered };
        painter.rect_filled(inner, CornerRadius::same(radius::CONTROL), fill);
    }
    let color = if marked { colors.text_strong } else { colors.text };
    let weak = if marked { colors.accent_text } else { colors.text_weak };
    let at = inner.left_center() + Vec2::new(space::S, 0.0);
    painter.text(at, Align2::LEFT_CENTER, command.icon(), text::icon_font(16.0), weak);
    let at = inner.left_center() + Vec2::new(36.0, 0.0);
    painter.text(at, Align2::LEFT_CENTER, label, text::body_font(), color);
    let keys = shortcut_text(ui.ctx(), command);
    let at = inner.right_center() - Vec2::new(space::M, 0.0);
    painter.text(at, Align2::RIGHT_CENTER, keys, text::tiny_font(), colors.text_weak);
    if marked && follow {
        response.scroll_to_me(None);
    }
    if response.clicked() {
        cx.run(command);
    }
}

/// The commands that can be given and whose words hold the query, the best fit first.
fn find(cx: &Context<'_>, query: &str) -> Vec<(UiCommand, String)> {
    let mut found: Vec<_> = UiCommand::ALL
        .into_iter()
        .filter(|command| *command != UiCommand::OpenPalette && cx.can(*command))
        .filter_map(|command| {
            let label = cx.command(command);
            let score = fit(query, &label)?;
            Some((score, command, label))
        })
        .collect();
    found.sort_by_key(|(score, ..)| std::cmp::Reverse(*score));
    found.into_iter().map(|(_, command, label)| (command, label)).collect()
}

/// How well `query` fits `text`: its letters must come in order; those at the start of a word and those
/// that follow each other count more. `None` where they do not come.
fn fit(query: &str, text: &str) -> Option<i32> {
    if query.is_empty() {
        return Some(0);
    }
    let letters: Vec<char> = text.to_lowercase().chars().collect();
    let mut score = 0;
    let mut at = 0;
    for wanted in query.to_lowercase().chars().filter(|letter| !letter.is_whitespace()) {
        let step = letters[at..].iter().position(|letter| *letter == wanted)?;
        let place = at + step;
        let starts_word = place == 0 || !letters[place - 1].is_alphanumeric();
        score += 1 + if step == 0 && at > 0 { 3 } else { 0 } + if starts_word { 4 } else { 0 };
        at = place + 1;
    }
    Some(score - letters.len() as i32 / 16)
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn letters_must_come_in_order() {
        assert!(fit("opd", "Open data…").is_some());
        assert!(fit("dpo", "Open data…").is_none());
        assert!(fit("", "Open data…").is_some());
        assert!(fit("训练", "开始训练").is_some());
    }

    #[test]
    fn starts_of_words_and_neighbours_fit_better() {
        assert!(fit("tr", "Train") > fit("tr", "Switch to dark theme, or light"));
        assert!(fit("sp", "Save project") > fit("sp", "Stop and keep"));
    }
}
