//! Words with their tags: which kinds of entities were found, and where.

use egui::{
    Align2, Color32, Frame, Margin, Rect, RichText, Sense, Ui,
    text::{LayoutJob, TextFormat},
    vec2,
};
use engine::{
    protocol::{Tagged, TaggedText},
    score::{Row, Table, entities},
};

use crate::{
    context::Context,
    format,
    theme::{self, radius, space, text},
    widgets,
};

/// Sentences that are shown; a report holds more.
const SHOWN: usize = 5;
/// Of the table: the widest name, and a column of numbers.
const NAME: f32 = 132.0;
const NUMBER: f32 = 68.0;

/// The table of kinds, and the first sentences.
pub fn tags_ui(ui: &mut Ui, cx: &Context<'_>, tagged: &Tagged) {
    if let Some(table) = &tagged.entities {
        table_ui(ui, cx, table);
        ui.add_space(space::M);
    }
    sentences_ui(ui, cx, &tagged.texts);
}

/// Of each kind of entity: how much of what was called so is, how much was found, and how many there are.
fn table_ui(ui: &mut Ui, cx: &Context<'_>, table: &Table) {
    let colors = theme::colors(ui);
    let title = ui.label(text::strong(cx.text("train-entities")).color(colors.text_strong));
    title.on_hover_text(cx.hint("train-entities"));
    let heads = ["train-entities-kind", "cli-precision", "cli-recall", "cli-f1", "train-entities-support"];
    line_ui(ui, heads.map(|key| cx.text(key)), Line::Head);
    for row in &table.rows {
        line_ui(ui, cells(row.name.clone(), row), Line::Kind);
    }
    let (from, to) = (ui.cursor().left_top(), NAME + 4.0 * NUMBER);
    ui.painter().hline(from.x..=from.x + to, from.y, (1.0, colors.border));
    let averages = &table.averages;
    let averages = [
        ("cli-average-micro", &averages.micro),
        ("cli-average-macro", &averages.plain),
        ("cli-average-weighted", &averages.weighted),
    ];
    for (key, row) in averages {
        line_ui(ui, cells(cx.text(key), row), Line::Average);
    }
}

fn cells(name: String, row: &Row) -> [String; 5] {
    let share = format::percent;
    [name, share(row.precision), share(row.recall), share(row.f1), format::count(row.support)]
}

#[derive(Clone, Copy, PartialEq)]
enum Line {
    Head,
    Kind,
    Average,
}

/// A line of the table: a name at the left, numbers at the right of their columns.
fn line_ui(ui: &mut Ui, cells: [String; 5], line: Line) {
    let colors = theme::colors(ui);
    let size = vec2(NAME + 4.0 * NUMBER, space::L + 2.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    for (index, cell) in cells.iter().enumerate() {
        let is_name = index == 0;
        let left = rect.left() + if is_name { 0.0 } else { NAME + NUMBER * (index - 1) as f32 };
        let width = if is_name { NAME } else { NUMBER };
        let place = Rect::from_min_size(egui::pos2(left, rect.top()), vec2(width, rect.height()));
        let align = if is_name { Align2::LEFT_CENTER } else { Align2::RIGHT_CENTER };
        let (font, color) = match line {
            Line::Head => (text::tiny_font(), colors.text_weak),
            _ if is_name => {
                (text::small_font(), if line == Line::Kind { colors.text } else { colors.text_weak })
            }
            _ => (text::number_font(), colors.text_strong),
        };
        widgets::paint_line(ui, place, align, cell, font, color);
    }
    let enabled = ui.is_enabled();
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Label, enabled, cells.join("  ")));
}

/// The true and the predicted entities of each sentence, one under the other.
fn sentences_ui(ui: &mut Ui, cx: &Context<'_>, texts: &[TaggedText]) {
    if texts.is_empty() {
        return;
    }
    let colors = theme::colors(ui);
    let title = ui.label(text::strong(cx.text("train-tags")).color(colors.text_strong));
    title.on_hover_text(cx.hint("train-tags"));
    for sentence in texts.iter().take(SHOWN) {
        ui.add_space(space::S);
        let frame = Frame::new().fill(colors.field).corner_radius(radius::CONTROL);
        frame.inner_margin(Margin::same(space::S as i8)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            for (key, tags, others) in [
                ("train-texts-truth", &sentence.truth, &sentence.predicted),
                ("train-texts-predicted", &sentence.predicted, &sentence.truth),
            ] {
                ui.label(RichText::new(cx.text(key)).font(text::tiny_font()).color(colors.text_weak));
                ui.label(marked(ui, &sentence.words, tags, others));
            }
        });
    }
}

/// Words, with a ground under entities and their kind behind them: green where `others` have the same one, red where
/// not.
fn marked(ui: &Ui, words: &[String], tags: &[String], others: &[String]) -> LayoutJob {
    let colors = theme::colors(ui);
    let (found, others) = (entities(tags), entities(others));
    let mut job = LayoutJob::default();
    job.wrap.max_width = ui.available_width();
    let plain = |color: Color32| TextFormat { font_id: text::small_font(), color, ..Default::default() };
    for (place, word) in words.iter().enumerate() {
        let entity = found.iter().find(|entity| (entity.first..=entity.last).contains(&place));
        let Some(entity) = entity else {
            job.append(&format!("{word} "), 0.0, plain(colors.text));
            continue;
        };
        let hue = if others.contains(entity) { colors.good } else { colors.bad };
        let ground = colors.field.lerp_to_gamma(hue, 0.22);
        let is_last = place == entity.last;
        let inside = if is_last { word.clone() } else { format!("{word} ") };
        job.append(&inside, 0.0, TextFormat { background: ground, ..plain(colors.text_strong) });
        if is_last {
            let kind = TextFormat { font_id: text::tiny_font(), ..plain(hue) };
            job.append(&format!(" {}", entity.kind), 0.0, TextFormat { background: ground, ..kind });
            job.append(" ", 0.0, plain(colors.text));
        }
    }
    job
}
