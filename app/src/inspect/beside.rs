//! Two runs beside each other: the same sample, at the same time of their trainings.

use egui::{CornerRadius, RichText, Sense, Ui, vec2};
use engine::{inspect::Answer, protocol::Split};

use super::{
    answer::{bar_ui, color, cut_ui, said},
    content_ui,
    scene::{Scene, run_name},
};
use crate::{
    context::Context,
    format,
    state::Inspecting,
    theme::{self, space, text},
    train::run_color,
};

/// Classes that are shown over each side: the likeliest.
const SHOWN: usize = 3;
/// Lines of a text that is predicted.
const LINES: usize = 2;

/// What is shown of each, under its name, moment and prediction.
pub fn sides_ui(ui: &mut Ui, cx: &Context<'_>, sides: [&Scene<'_>; 2], wanted: &mut Inspecting) {
    ui.columns(2, |columns| {
        for (ui, scene) in columns.iter_mut().zip(sides) {
            ui.push_id(scene.run.summary.id.0, |ui| {
                head_ui(ui, cx, scene, sides[0]);
                ui.add_space(space::S);
                content_ui(ui, cx, scene, wanted);
            });
        }
    });
}

/// The run, how far it has come, and what it predicts.
fn head_ui(ui: &mut Ui, cx: &Context<'_>, scene: &Scene<'_>, first: &Scene<'_>) {
    let colors = theme::colors(ui);
    ui.horizontal(|ui| {
        let (dot, _) = ui.allocate_exact_size(vec2(10.0, 10.0), Sense::hover());
        ui.painter().rect_filled(dot, CornerRadius::same(5), run_color(ui, scene.run.summary.id));
        ui.label(text::strong(run_name(cx, scene.run)).color(colors.text_strong));
    });
    let Some(look) = scene.look() else { return };
    let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), format::metric);
    let loss = scene.run.point_at(look.step).map(|point| point.value);
    let values = [
        ("step", format::count(look.step).into()),
        ("epoch", number(scene.run.epoch_at(look.step)).into()),
        ("loss", number(loss).into()),
    ];
    ui.label(text::small(cx.with("inspect-side-moment", &values)).color(colors.text_weak));
    if first.look().is_some_and(|first| first.split != look.split) {
        let split = match look.split {
            Split::Training => "inspect-split-training",
            Split::Validation => "inspect-split-validation",
            Split::Test => "inspect-split-test",
        };
        let words = cx.with("inspect-side-split", &[("split", cx.text(split).into())]);
        ui.label(text::small(words).color(colors.warning));
    }
    match &look.answer {
        Answer::Classes(shares) => {
            ui.label(RichText::new(said(look)).size(text::TITLE_SIZE).color(color(ui, look)));
            let mut shares: Vec<&(String, f32)> = shares.iter().collect();
            shares.sort_by(|a, b| b.1.total_cmp(&a.1));
            shares.iter().take(SHOWN).for_each(|(name, share)| bar_ui(ui, name, *share, None));
        }
        Answer::Steps(_) | Answer::Number(_) => cut_ui(ui, said(look), colors.text_strong, LINES),
    }
}
