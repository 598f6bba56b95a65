//! What a search has found: where it stands, the best so far, every trial on its axes, what mattered.

use egui::{Align, Layout, Rect, Ui, UiBuilder, pos2, vec2};
use engine::protocol::{SearchDetail, SearchState};

use super::{form, importance, list, parallel, progress, trials};
use crate::{
    action::Action,
    context::Context,
    format,
    mirror::Asked,
    theme::{self, icon, space, text},
    train::{metric_key, numbers},
    widgets,
};

/// Draws a search.
pub fn found_ui(ui: &mut Ui, cx: &mut Context<'_>, detail: &SearchDetail) {
    head_ui(ui, cx, detail);
    if let SearchState::Failed(problem) = &detail.summary.state {
        let (message, hint) = cx.words.problem(problem);
        widgets::problem_card(ui, &message, hint.as_deref());
    }
    ui.add_space(space::S);
    let rect = ui.available_rect_before_wrap();
    let gap = space::M;
    let tall = rect.height() - 2.0 * gap;
    let [first, second] = [rect.top() + tall * 0.3, rect.top() + gap + tall * 0.66];
    let middle = rect.left() + rect.width() * 0.6;
    let in_card = |ui: &mut Ui, id: &str, place: Rect, draw: &mut dyn FnMut(&mut Ui)| {
        let mut ui = ui.new_child(UiBuilder::new().id_salt(id).max_rect(place));
        widgets::card(&ui).inner_margin(egui::Margin::same(space::M as i8)).show(&mut ui, |ui| {
            ui.set_min_size(ui.available_size());
            draw(ui);
        });
    };
    let place = Rect::from_min_max(rect.min, pos2(middle - gap / 2.0, first));
    in_card(ui, "progress", place, &mut |ui: &mut Ui| progress::progress_ui(ui, cx, detail));
    let place = Rect::from_min_max(pos2(middle + gap / 2.0, rect.top()), pos2(rect.right(), first));
    in_card(ui, "importance", place, &mut |ui: &mut Ui| importance::importance_ui(ui, cx, detail));
    let place = Rect::from_min_max(pos2(rect.left(), first + gap), pos2(rect.right(), second));
    in_card(ui, "parallel", place, &mut |ui: &mut Ui| parallel::parallel_ui(ui, cx, detail));
    let place = Rect::from_min_max(pos2(rect.left(), second + gap), rect.max);
    let mut below = ui.new_child(UiBuilder::new().id_salt("trials").max_rect(place));
    trials::trials_ui(&mut below, cx, detail);
    ui.allocate_rect(rect, egui::Sense::hover());
}

/// Where it stands, and what can be done with it.
fn head_ui(ui: &mut Ui, cx: &mut Context<'_>, detail: &SearchDetail) {
    let colors = theme::colors(ui);
    let summary = &detail.summary;
    let (id, spec) = (summary.id, &summary.spec);
    ui.horizontal(|ui| {
        let name = cx.with("search-name", &[("search", id.0.into())]);
        ui.label(text::title(name).size(18.0).color(colors.text_strong));
        let (icon, color) = list::look(&summary.state, colors);
        widgets::tag(ui, &format!("{icon} {}", cx.text(list::state_key(&summary.state))), color);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let has_best = summary.best.is_some();
            let open = widgets::primary_button(ui, has_best, icon::FLASK, &cx.text("search-open-best"));
            let open = open.on_hover_text(cx.hint("search-open-best"));
            if open.on_disabled_hover_text(cx.text("search-no-best")).clicked() {
                cx.act(Action::OpenBest);
            }
            let is_answering =
                cx.mirror.awaits(|asked| matches!(asked, Asked::SteerSearch { search, .. } if *search == id));
            match summary.state {
                SearchState::Running => {
                    let pause =
                        widgets::secondary_button(ui, !is_answering, icon::PAUSE, &cx.text("search-pause"));
                    if pause.on_hover_text(cx.hint("search-pause")).clicked() {
                        cx.act(Action::PauseSearch(id));
                    }
                }
                SearchState::Paused | SearchState::Failed(_) => {
                    let label = cx.text("search-resume");
                    let resume = widgets::secondary_button(ui, !is_answering, icon::PLAY, &label);
                    if resume.on_hover_text(cx.hint("search-resume")).clicked() {
                        cx.act(Action::ResumeSearch(id));
                    }
                }
                SearchState::Finished => {}
            }
        });
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        let ended = format!(
            "{} / {}",
            format::count(u64::from(summary.ended)),
            format::count(u64::from(spec.total()))
        );
        let best = summary.best.map_or_else(
            || numbers::NONE.into(),
            |(trial, value)| {
                let value = numbers::metric(spec.metric.name(), value);
                cx.with(
                    "search-best-value",
                    &[("value", value.into()), ("trial", u64::from(trial + 1).into())],
                )
            },
        );
        let metric = cx.text(metric_key(spec.metric.name()));
        let facts = [
            (cx.text("search-fact-experiment"), summary.experiment.clone()),
            (cx.text("search-fact-trials"), ended),
            (cx.with("search-fact-best", &[("metric", metric.into())]), best),
            (cx.text("search-sampler"), cx.text(form::sampler_key(spec.sampler.kind()))),
            (cx.text("search-pruner"), cx.text(form::pruner_key(spec.pruner.kind()))),
            (cx.text("search-seed"), spec.seed.to_string()),
        ];
        let folds = spec.folds.map(|folds| (cx.text("search-folds"), folds.to_string()));
        for (name, value) in facts.into_iter().chain(folds) {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing = vec2(space::XS, 0.0);
                ui.label(text::small(name).color(colors.text_weak));
                ui.label(text::small(value).color(colors.text_strong));
            });
        }
    });
}
