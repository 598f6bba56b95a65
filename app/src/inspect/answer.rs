//! What the model predicts for the sample, and how that differs from what it predicts whole.

use egui::{
    Align2, Color32, CornerRadius, Rect, Sense, Ui, WidgetInfo, WidgetType, pos2, text::LayoutJob, vec2,
};
use engine::inspect::{Answer, Look};

use super::{overview::section, scene::Scene};
use crate::{
    context::Context,
    format,
    theme::{self, space, text},
};

/// Classes that are shown: the likeliest.
const SHOWN: usize = 5;
/// Steps that are shown: the first.
const SHOWN_STEPS: usize = 24;
/// Lines of what was to be said.
const TRUTH_LINES: usize = 4;
const ROW: f32 = 22.0;

pub fn answer_ui(ui: &mut Ui, cx: &Context<'_>, scene: &Scene<'_>) {
    let Some(look) = scene.look() else { return };
    let colors = theme::colors(ui);
    section(ui, &cx.text("inspect-answer"));
    ui.horizontal_wrapped(|ui| {
        if !matches!(look.answer, Answer::Steps(_)) {
            ui.label(text::title(said(look)).color(colors.text_strong));
        }
        let truth = cx.with("inspect-truth", &[("truth", look.truth.as_str().into())]);
        let color = color(ui, look);
        cut_ui(ui, truth, color, TRUTH_LINES);
    });
    let whole = scene.whole.and_then(|looked| looked.found.as_ref().ok());
    // Of another sample it says nothing.
    let whole = whole.filter(|whole| !scene.inspecting.off.is_empty() && whole.sample == look.sample);
    match &look.answer {
        Answer::Classes(shares) => {
            let mut places: Vec<usize> = (0..shares.len()).collect();
            places.sort_by(|a, b| shares[*b].1.total_cmp(&shares[*a].1));
            for place in places.into_iter().take(SHOWN) {
                let (name, share) = &shares[place];
                bar_ui(ui, name, *share, whole.and_then(|whole| share_of(whole, place)));
            }
        }
        Answer::Steps(steps) => {
            for (step, (name, share)) in steps.iter().take(SHOWN_STEPS).enumerate() {
                bar_ui(ui, name, *share, whole.and_then(|whole| share_of(whole, step)));
            }
        }
        Answer::Number(_) => {
            if let Some(Answer::Number(before)) = whole.map(|whole| &whole.answer) {
                let words = cx.with("inspect-before-off", &[("value", format::metric(*before).into())]);
                ui.label(text::small(words).color(colors.text_weak));
            }
        }
    }
}

/// What is predicted, in words.
pub fn said(look: &Look) -> String {
    match &look.answer {
        Answer::Classes(_) | Answer::Steps(_) => look.answer.text(),
        Answer::Number(value) => format::metric(*value),
    }
}

/// Whether that is right, as a colour.
pub fn color(ui: &Ui, look: &Look) -> Color32 {
    let colors = theme::colors(ui);
    match &look.answer {
        Answer::Classes(_) if look.truth.is_empty() => colors.text_weak,
        Answer::Classes(_) if look.answer.text() == look.truth => colors.good,
        Answer::Classes(_) => colors.bad,
        Answer::Number(_) | Answer::Steps(_) => colors.text_weak,
    }
}

/// Of a long text as many lines as there is room for, all of it for who points there.
pub fn cut_ui(ui: &mut Ui, words: String, color: Color32, lines: usize) {
    let mut job = LayoutJob::simple(words, text::small_font(), color, ui.available_width());
    job.wrap.max_rows = lines;
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
    let is_cut = galley.elided;
    let whole = galley.text().to_owned();
    let response = ui.label(galley);
    if is_cut {
        response.on_hover_text(whole);
    }
}

fn share_of(look: &Look, class: usize) -> Option<f32> {
    match &look.answer {
        Answer::Classes(shares) | Answer::Steps(shares) => shares.get(class).map(|(_, share)| *share),
        Answer::Number(_) => None,
    }
}

/// A class with its share as a bar; where it was before, a line, and by how much it has changed.
pub fn bar_ui(ui: &mut Ui, name: &str, share: f32, before: Option<f32>) {
    let colors = theme::colors(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let number = format::percent(f64::from(share));
    let words = match before {
        Some(before) => format!("{name} {number} ← {}", format::percent(f64::from(before))),
        None => format!("{name} {number}"),
    };
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, &words));
    let names = Rect::from_min_size(rect.min, vec2(72.0, ROW));
    let font = text::small_font();
    crate::widgets::paint_line(ui, names, Align2::LEFT_CENTER, name, font.clone(), colors.text);
    let bars = Rect::from_min_max(
        pos2(names.right() + space::S, rect.top() + 5.0),
        pos2(rect.right() - 100.0, rect.bottom() - 5.0),
    );
    let corners = CornerRadius::same(3);
    ui.painter().rect_filled(bars, corners, colors.hovered);
    let x = |share: f32| bars.left() + bars.width() * share.clamp(0.0, 1.0);
    let filled = Rect::from_min_max(bars.min, pos2(x(share), bars.bottom()));
    ui.painter().rect_filled(filled, corners, colors.accent);
    let numbers = Rect::from_min_max(pos2(bars.right() + space::S, rect.top()), rect.max);
    let font = text::number_font();
    ui.painter().text(numbers.left_center(), Align2::LEFT_CENTER, &number, font.clone(), colors.text_strong);
    let Some(before) = before else { return };
    ui.painter().vline(x(before), bars.y_range().expand(3.0), (2.0, colors.text_strong));
    let change = share - before;
    if change.abs() >= 0.001 {
        let sign = if change < 0.0 { "−" } else { "+" };
        let color = if change < 0.0 { colors.bad } else { colors.good };
        let words = format!("{sign}{:.1}", 100.0 * change.abs());
        ui.painter().text(numbers.right_center(), Align2::RIGHT_CENTER, words, font, color);
    }
}
