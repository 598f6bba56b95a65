//! The trials of a search as a table; pointing at one shows its line above, a click goes to its run.

use egui::{
    Align2, Color32, CornerRadius, Id, Rect, ScrollArea, Sense, Stroke, Ui, Vec2, WidgetInfo, WidgetType,
    pos2, vec2,
};
use engine::{
    protocol::{SearchDetail, SearchId},
    search::{Trial, TrialState},
};

use super::parallel::{self, Brush};
use crate::{
    action::Action,
    compare::setting_name,
    context::Context,
    state::written,
    theme::{self, Colors, icon, radius, space, text},
    train::{metric_key, numbers},
    widgets,
};

const ROW: f32 = 28.0;
const HEAD: f32 = 24.0;
/// Number, value, state, runs.
const FIXED: [f32; 4] = [64.0, 132.0, 120.0, 92.0];

/// The trial that the pointer is on, in the table.
pub fn pointed(ui: &Ui, search: SearchId) -> Option<u32> {
    ui.data(|data| data.get_temp::<Option<u32>>(pointed_id(search))).flatten()
}

fn pointed_id(search: SearchId) -> Id {
    Id::new(("search_pointed", search.0))
}

/// Draws the trials that pass the brush, newest first or best first.
pub fn trials_ui(ui: &mut Ui, cx: &mut Context<'_>, detail: &SearchDetail) {
    let search = detail.summary.id;
    let spec = &detail.summary.spec;
    let sort_id = Id::new("search_sort");
    let mut best_first: bool = ui.data(|data| data.get_temp(sort_id)).unwrap_or_default();
    let brush = Brush::load(ui, search);
    let mut trials: Vec<&Trial> = detail.trials.iter().rev().collect();
    trials.retain(|trial| brush.passes(&parallel::places(detail, trial)));
    if best_first {
        let rises = spec.metric.is_better(1.0, 0.0);
        let cost =
            |trial: &Trial| trial.value.map_or(f64::INFINITY, |value| if rises { -value } else { value });
        trials.sort_by(|a, b| {
            let is_cut = |trial: &Trial| trial.state != TrialState::Complete;
            (is_cut(a), cost(a)).partial_cmp(&(is_cut(b), cost(b))).unwrap_or(std::cmp::Ordering::Equal)
        });
    }
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    ui.horizontal(|ui| {
        let colors = theme::colors(ui);
        let count = cx.with("search-trials-shown", &[("trials", (trials.len() as u64).into())]);
        ui.label(text::strong(count).color(colors.text_strong));
        ui.add_space(space::M);
        let orders = [(false, "search-newest"), (true, "search-best-first")];
        let orders = orders.map(|(order, key)| (order, cx.text(key), String::new()));
        best_first = widgets::segmented(ui, &orders, best_first).unwrap_or(best_first);
    });
    ui.data_mut(|data| data.insert_temp(sort_id, best_first));
    ui.add_space(space::XS);
    let widths = widths(spec.space.len(), ui.available_width());
    heads_ui(ui, cx, detail, &widths);
    let mut now = None;
    ScrollArea::vertical().auto_shrink(false).show_rows(ui, ROW, trials.len(), |ui, visible| {
        for trial in &trials[visible] {
            if row_ui(ui, cx, detail, trial, &widths) {
                now = Some(trial.number);
            }
        }
    });
    ui.data_mut(|data| data.insert_temp(pointed_id(search), now));
}

/// The fixed columns, and the rest shared by the settings.
fn widths(settings: usize, room: f32) -> Vec<f32> {
    let rest = (room - FIXED.iter().sum::<f32>() - space::S).max(0.0) / settings.max(1) as f32;
    FIXED.into_iter().chain(std::iter::repeat_n(rest.min(168.0), settings)).collect()
}

fn places<'w>(line: Rect, widths: &'w [f32]) -> impl Iterator<Item = Rect> + 'w {
    let mut left = line.left() + space::S;
    widths.iter().map(move |width| {
        let place = Rect::from_min_size(pos2(left, line.top()), vec2(*width - space::S, line.height()));
        left += width;
        place
    })
}

fn heads_ui(ui: &mut Ui, cx: &Context<'_>, detail: &SearchDetail, widths: &[f32]) {
    let colors = theme::colors(ui);
    let spec = &detail.summary.spec;
    let (line, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
    let fixed = [
        cx.text("search-trial"),
        cx.text(metric_key(spec.metric.name())),
        cx.text("train-runs-state"),
        cx.text("train-runs-number"),
    ];
    let settings = spec.space.iter().map(|dimension| setting_name(cx.words, &dimension.path));
    for (words, place) in fixed.into_iter().chain(settings).zip(places(line, widths)) {
        widgets::paint_line(ui, place, Align2::LEFT_CENTER, &words, text::tiny_font(), colors.text_weak);
    }
    ui.painter().hline(line.x_range(), line.bottom(), Stroke::new(1.0, colors.separator));
}

/// One trial; gives whether the pointer is on it.
fn row_ui(ui: &mut Ui, cx: &mut Context<'_>, detail: &SearchDetail, trial: &Trial, widths: &[f32]) -> bool {
    let colors = theme::colors(ui);
    let summary = &detail.summary;
    let metric = summary.spec.metric.name();
    let (line, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let is_best = summary.best.is_some_and(|(best, _)| best == trial.number);
    let fill = match (is_best, response.hovered()) {
        (_, true) => colors.hovered,
        (true, false) => colors.accent_soft,
        (false, false) => Color32::TRANSPARENT,
    };
    ui.painter().rect_filled(line, CornerRadius::same(radius::CONTROL), fill);
    let number = (trial.number + 1).to_string();
    let mut value = trial.value.map_or_else(|| numbers::NONE.into(), |value| numbers::metric(metric, value));
    if let Some(deviation) = trial.deviation {
        value = format!("{value} ± {}", numbers::metric(metric, deviation));
    }
    let state = cx.text(state_key(&trial.state));
    let (sign, color) = look(&trial.state, colors);
    let runs: Vec<String> = trial.runs.iter().map(ToString::to_string).collect();
    let settings: Vec<String> = trial.settings.iter().map(|setting| written(&setting.value)).collect();
    response.widget_info(|| {
        let name = cx.with("search-trial-name", &[("trial", number.clone().into())]);
        let name = [name, value.clone(), state.clone(), settings.join(", ")].join(", ");
        WidgetInfo::selected(WidgetType::SelectableLabel, true, is_best, name)
    });
    let number = if is_best { format!("{number} {}", icon::STAR) } else { number };
    let fixed = [
        (number, text::number_font(), if is_best { colors.warning } else { colors.text_strong }),
        (value, text::number_font(), colors.text_strong),
        (format!("{sign} {state}"), text::small_font(), color),
        (runs.join(", "), text::number_font(), colors.text_weak),
    ];
    let settings = settings.into_iter().map(|words| (words, text::number_font(), colors.text));
    for ((words, font, color), place) in fixed.into_iter().chain(settings).zip(places(line, widths)) {
        widgets::paint_line(ui, place, Align2::LEFT_CENTER, &words, font, color);
    }
    if let (true, Some(run), Some(project)) = (response.clicked(), trial.runs.last(), &cx.state.project) {
        cx.act(Action::GoToRun { folder: project.folder.clone(), run: *run });
    }
    let is_pointed = response.hovered() || response.has_focus();
    if let TrialState::Failed(problem) = &trial.state {
        response.on_hover_text(cx.words.problem(problem).0);
    } else {
        response.on_hover_text(cx.text("search-trial-hint"));
    }
    is_pointed
}

fn state_key(state: &TrialState) -> &'static str {
    match state {
        TrialState::Running => "search-trial-running",
        TrialState::Complete => "search-trial-complete",
        TrialState::Pruned => "search-trial-pruned",
        TrialState::Failed(_) => "search-trial-failed",
    }
}

fn look(state: &TrialState, colors: &Colors) -> (&'static str, Color32) {
    match state {
        TrialState::Running => (icon::CIRCLE_NOTCH, colors.accent_text),
        TrialState::Complete => (icon::CHECK_CIRCLE, colors.good),
        TrialState::Pruned => (icon::PROHIBIT, colors.text_weak),
        TrialState::Failed(_) => (icon::X_CIRCLE, colors.bad),
    }
}
