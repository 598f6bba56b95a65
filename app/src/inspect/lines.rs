//! A map as lines from each step, at the left, to those it looks at (the head view of BertViz, Vig 2019).

use egui::{Align2, Rect, ScrollArea, Sense, Stroke, Ui, WidgetInfo, WidgetType, pos2, vec2};
use engine::inspect::{Look, Off};

use super::{
    map::label,
    scene::{Map, Scene},
};
use crate::{
    context::Context,
    state::Inspecting,
    theme::{self, text},
};

const ROW: f32 = 24.0;
const NAMES: f32 = 120.0;
const APART: f32 = 320.0;
/// Fainter lines are not drawn.
const LEAST: f32 = 0.02;

pub fn lines_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    scene: &Scene<'_>,
    look: &Look,
    map: &Map<'_>,
    wanted: &mut Inspecting,
) {
    let colors = theme::colors(ui);
    let can_switch = look.steps_can_go && !scene.is_beside;
    let about = if can_switch { "inspect-lines-about-steps" } else { "inspect-lines-about" };
    ui.label(text::small(cx.text(about)).color(colors.text_weak));
    ScrollArea::vertical().id_salt("lines").auto_shrink(false).show(ui, |ui| {
        let rows = map.queries.max(map.keys);
        let (rect, _) = ui.allocate_exact_size(vec2(2.0 * NAMES + APART, rows as f32 * ROW), Sense::hover());
        let y = |step: usize| rect.top() + (step as f32 + 0.5) * ROW;
        let (left, right) = (rect.left() + NAMES, rect.right() - NAMES);
        // Also where a step that can be clicked lies over it.
        let pointer = ui.input(|input| input.pointer.hover_pos());
        let pointer = pointer.filter(|_| ui.rect_contains_pointer(rect));
        let pointed = pointer.map(|at| ((at.y - rect.top()) / ROW) as usize);
        let from_left = pointer.is_none_or(|at| at.x < rect.center().x);
        let is_in = |query: usize, key: usize| {
            pointed.is_none_or(|step| if from_left { step == query } else { step == key })
        };
        for query in 0..map.queries {
            // Only what is on the screen.
            if !ui.clip_rect().expand(2_000.0).y_range().contains(y(query)) {
                continue;
            }
            for key in 0..map.keys {
                let share = map.shares.get(query * map.keys + key).copied().unwrap_or(0.0);
                if share < LEAST || !is_in(query, key) {
                    continue;
                }
                let color = colors.accent.gamma_multiply(share.sqrt());
                let ends = [pos2(left, y(query)), pos2(right, y(key))];
                ui.painter().line_segment(ends, Stroke::new(1.0 + 3.0 * share, color));
            }
        }
        let visible = |step: usize| ui.clip_rect().y_range().expand(ROW).contains(y(step));
        for step in (0..rows).filter(|step| visible(*step)) {
            let is_pointed = |left: bool| pointed == Some(step) && from_left == left;
            let off = Off::Step { step };
            let is_off = !scene.is_beside && wanted.off.contains(&off);
            let ink = |left: bool| match (is_off, is_pointed(left)) {
                (true, _) => colors.bad,
                (_, true) => colors.text_strong,
                _ => colors.text,
            };
            let font = text::small_font();
            let place =
                |min: f32| Rect::from_min_size(pos2(min, y(step) - ROW / 2.0), vec2(NAMES - 8.0, ROW));
            if step < map.queries {
                let (place, words) = (place(rect.left()), label(look, map, true, step));
                if can_switch && step_ui(ui, cx, place, &words, is_off) {
                    wanted.toggle(off);
                }
                crate::widgets::paint_line(ui, place, Align2::RIGHT_CENTER, &words, font.clone(), ink(true));
            }
            if step < map.keys {
                let words = label(look, map, false, step);
                let place = place(right + 8.0);
                crate::widgets::paint_line(ui, place, Align2::LEFT_CENTER, &words, font, ink(false));
            }
        }
    });
}

/// Switches a step of the input off and on; gives whether it was clicked.
fn step_ui(ui: &Ui, cx: &Context<'_>, place: Rect, words: &str, is_off: bool) -> bool {
    let response = ui.interact(place, ui.id().with(("step", place.top() as i32)), Sense::click());
    let name = cx.with("inspect-off-step", &[("step", words.into())]);
    let key = if is_off { "inspect-head-on" } else { "inspect-head-off" };
    let label = cx.with(key, &[("head", name.into())]);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &label));
    let is_clicked = response.clicked();
    response.on_hover_text(label);
    is_clicked
}
