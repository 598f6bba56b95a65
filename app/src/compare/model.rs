//! The models of the chosen runs: what is added, removed and changed against the first.

use egui::{Color32, Frame, Margin, ScrollArea, Ui, vec2};
use engine::{
    compare::{GraphDiff, graph_diff},
    graph::Node,
};

use super::{
    column::setting_text,
    side::{MAX_BESIDE, name_ui},
};
use crate::{
    context::Context,
    mirror::Run,
    theme::{self, icon, space, text},
    widgets,
};

const CARD: f32 = 340.0;

/// Draws a card for each run but the first.
pub fn model_ui(ui: &mut Ui, cx: &Context<'_>, runs: &[&Run]) {
    let Some((first, others)) = runs.split_first() else { return };
    let Some(before) = &first.experiment else { return waiting_ui(ui, cx) };
    let name = cx.with("train-run", &[("run", first.summary.id.0.into())]);
    widgets::weak(ui, &cx.with("compare-model-against", &[("run", name.into())]));
    ui.add_space(space::S);
    ScrollArea::both().id_salt("models").auto_shrink(false).show(ui, |ui| {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing = vec2(space::M, space::XS);
            for run in others.iter().take(MAX_BESIDE) {
                let card = widgets::card(ui).inner_margin(Margin::same(space::M as i8));
                card.show(ui, |ui| {
                    ui.set_width(CARD);
                    ui.vertical(|ui| {
                        name_ui(ui, cx, run);
                        match &run.experiment {
                            Some(after) => diff_ui(ui, cx, &graph_diff(&before.graph, &after.graph)),
                            None => waiting_ui(ui, cx),
                        }
                    });
                });
            }
        });
    });
}

fn waiting_ui(ui: &mut Ui, cx: &Context<'_>) {
    widgets::weak(ui, &cx.text("compare-reading"));
}

fn diff_ui(ui: &mut Ui, cx: &Context<'_>, diff: &GraphDiff) {
    let colors = theme::colors(ui);
    if diff.is_empty() {
        widgets::weak(ui, &cx.text("compare-same-model"));
        return;
    }
    let kind = |node: &Node| cx.text(&format!("kind-{}", node.layer.kind()));
    let node = |node: &Node| [("node", node.name.clone().into()), ("kind", kind(node).into())];
    for added in &diff.added {
        line_ui(ui, icon::PLUS, colors.good, &cx.with("compare-node-added", &node(added)));
    }
    for removed in &diff.removed {
        line_ui(ui, icon::X, colors.bad, &cx.with("compare-node-removed", &node(removed)));
    }
    for (name, changes) in &diff.changed {
        let changed = cx.with("compare-node-changed", &[("node", name.clone().into())]);
        line_ui(ui, icon::SLIDERS_HORIZONTAL, colors.warning, &changed);
        for change in changes {
            let [before, after] =
                [&change.before, &change.after].map(|value| setting_text(cx.words, value.as_ref()));
            Frame::new().inner_margin(Margin { left: space::XL as i8, ..Margin::ZERO }).show(ui, |ui| {
                let words = format!("{}  {before} → {after}", change.setting);
                ui.label(text::mono(words).color(colors.text));
            });
        }
    }
}

fn line_ui(ui: &mut Ui, mark: &str, color: Color32, words: &str) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        ui.label(text::icon(mark, text::SMALL_SIZE).color(color));
        ui.label(words);
    });
}
