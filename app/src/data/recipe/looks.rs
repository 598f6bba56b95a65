//! What a step does: columns before and after, as bars and in numbers.

use egui::{Align2, Color32, Rect, Sense, Stroke, Ui, Vec2, WidgetType, pos2};
use engine::{
    data::{
        Brief,
        room::{Changed, Walked},
    },
    project::RecipeStep,
};

use super::rows_words;
use crate::{
    context::Context,
    format,
    theme::{self, icon, space, text},
    widgets,
};

const BARS: f32 = 34.0;
const LINE: f32 = 15.0;
/// Between the bars before and those after.
const BETWEEN: f32 = 28.0;

/// Draws what became of rows and columns.
pub fn looks_ui(ui: &mut Ui, cx: &Context<'_>, step: &RecipeStep, walked: &Walked, before: Option<usize>) {
    ui.add_space(space::S);
    if step.is_of_rows() {
        let words = before.map(|before| rows_words(cx, before, walked.rows));
        words.into_iter().for_each(|words| drop(ui.label(text::small(words))));
        return;
    }
    if walked.changed.is_empty() {
        widgets::weak(ui, &cx.text(unchanged(step)));
    }
    walked.changed.iter().for_each(|changed| changed_ui(ui, cx, changed));
    if walked.count > walked.changed.len() {
        let more = walked.count - walked.changed.len();
        widgets::weak(ui, &cx.with("recipe-more", &[("count", more.into())]));
    }
}

/// The key of what is said of a step that changes no column.
pub fn unchanged(step: &RecipeStep) -> &'static str {
    match step {
        RecipeStep::StandardizeTarget => "recipe-target",
        step if step.is_variation() => "recipe-varies",
        _ => "recipe-nothing",
    }
}

fn changed_ui(ui: &mut Ui, cx: &Context<'_>, changed: &Changed) {
    let colors = theme::colors(ui);
    let Changed { before, after } = changed;
    ui.add_space(space::XS);
    ui.label(text::small(&before.name).color(colors.text_strong));
    let (place, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), BARS), Sense::hover());
    let half = Vec2::new((place.width() - BETWEEN) / 2.0, BARS);
    let left = Rect::from_min_size(place.min, half);
    let right = Rect::from_min_size(place.max - half, half);
    bars_ui(ui, before, left, colors.text_weak.gamma_multiply(0.6));
    let font = text::icon_font(text::BODY_SIZE);
    ui.painter().text(place.center(), Align2::CENTER_CENTER, icon::CARET_RIGHT, font, colors.text_weak);
    match after.first() {
        Some(first) => bars_ui(ui, first, right, colors.accent),
        None => {
            let font = text::icon_font(text::TITLE_SIZE);
            ui.painter().text(right.center(), Align2::CENTER_CENTER, icon::TRASH, font, colors.text_weak);
        }
    }
    let samples = |brief: &Brief| {
        let shown = brief.samples.iter().map(|sample| if sample.is_empty() { "–" } else { sample });
        shown.collect::<Vec<_>>().join(", ")
    };
    let told = |brief: &Brief| in_words(cx, brief);
    let values = [
        ("column", before.name.as_str().into()),
        ("before", told(before).into()),
        ("after", after.iter().map(told).collect::<Vec<_>>().join("; ").into()),
    ];
    widgets::name(&response, WidgetType::Image, &cx.with("recipe-look", &values));
    response.on_hover_text(format!(
        "{}  →  {}",
        samples(before),
        after.iter().map(samples).collect::<Vec<_>>().join("  |  ")
    ));
    let words = [told(before), after.first().map_or_else(|| cx.text("recipe-dropped"), told)];
    let lines = words.iter().map(|words| words.lines().count()).max().unwrap_or(0);
    let tall = LINE * lines as f32;
    let (below, _) = ui.allocate_exact_size(Vec2::new(place.width(), tall), Sense::hover());
    for (left, words) in [left.left(), right.left()].into_iter().zip(&words) {
        for (line, words) in words.lines().enumerate() {
            let at = pos2(left, below.top() + LINE * line as f32);
            let line = Rect::from_min_size(at, Vec2::new(half.x, LINE));
            widgets::paint_line(ui, line, Align2::LEFT_CENTER, words, text::tiny_font(), colors.text_weak);
        }
    }
    if after.len() > 1 {
        let names: Vec<&str> = after.iter().map(|brief| brief.name.as_str()).collect();
        let words = egui::RichText::new(names.join(", ")).font(text::tiny_font()).color(colors.text_weak);
        ui.add(egui::Label::new(words).truncate());
    }
}

/// `1.2 … 9.8, mean 4`, what is missing, how many categories or features.
fn in_words(cx: &Context<'_>, brief: &Brief) -> String {
    let mut words = Vec::new();
    if let Some([least, mean, most]) = brief.range {
        words.push(format!("{} … {}", format::metric(least), format::metric(most)));
        words.push(cx.with("recipe-mean", &[("mean", format::metric(mean).into())]));
    }
    if let Some(categories) = brief.categories.filter(|_| brief.width == 1) {
        words.push(cx.with("recipe-categories", &[("count", categories.into())]));
    }
    if brief.width > 1 {
        words.push(cx.with("recipe-features", &[("count", brief.width.into())]));
    }
    if brief.gaps > 0 && brief.width == 1 {
        words.push(cx.with("recipe-gaps", &[("count", brief.gaps.into())]));
    }
    words.join("\n")
}

fn bars_ui(ui: &Ui, brief: &Brief, place: Rect, color: Color32) {
    let most = brief.bars.iter().copied().max().unwrap_or(0).max(1) as f32;
    let width = place.width() / (brief.bars.len().max(8)) as f32;
    for (index, count) in brief.bars.iter().enumerate() {
        // What is there at all can be seen.
        let tall = if *count > 0 { (place.height() * *count as f32 / most).max(1.5) } else { 0.0 };
        let left = place.left() + width * index as f32;
        let end = pos2(left + (width - 1.0).max(1.0), place.bottom());
        ui.painter().rect_filled(Rect::from_min_max(pos2(left, place.bottom() - tall), end), 1.0, color);
    }
    ui.painter().hline(place.x_range(), place.bottom(), Stroke::new(1.0, theme::colors(ui).border));
}
