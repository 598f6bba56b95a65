//! Parallel coordinates (Inselberg 1985): an axis for every setting and one for the metric, a line for every trial.
//! What is dragged along an axis keeps the trials that pass there; a click on the axis lets all pass again.

use egui::{
    Align2, Color32, CornerRadius, Id, Pos2, Rect, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo,
    WidgetType, pos2, vec2,
};
use engine::{
    protocol::{SearchDetail, SearchId},
    search::{Range, Trial, TrialState},
};

use super::{goodness, progress, trials};
use crate::{
    compare::setting_name,
    context::Context,
    state::written,
    theme::{self, radius, space, text},
    train::{metric_key, numbers},
    widgets,
};

/// Half the width in which an axis hears the pointer.
const REACH: f32 = 14.0;
/// Most lines that are drawn, the newest.
const MAX_LINES: usize = 2_000;

/// The stretches of the axes that trials have to pass, from 0 (bottom) to 1; the metric's is the last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Brush(Vec<Option<(f32, f32)>>);

impl Brush {
    fn id(search: SearchId) -> Id {
        Id::new(("search_brush", search.0))
    }

    /// As egui remembers it.
    pub fn load(ui: &Ui, search: SearchId) -> Self {
        ui.data(|data| data.get_temp(Self::id(search))).unwrap_or_default()
    }

    fn store(self, ui: &Ui, search: SearchId) {
        ui.data_mut(|data| data.insert_temp(Self::id(search), self));
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// Whether a trial passes every stretch.
    pub fn passes(&self, places: &[Option<f32>]) -> bool {
        self.0.iter().zip(places).all(|(stretch, place)| match (stretch, place) {
            (Some((low, high)), Some(place)) => (*low..=*high).contains(place),
            (Some(_), None) => false,
            (None, _) => true,
        })
    }
}

/// Where a trial crosses each axis, 0 to 1; the better a value, the higher.
pub fn places(detail: &SearchDetail, trial: &Trial) -> Vec<Option<f32>> {
    let space = &detail.summary.spec.space;
    let settings = space.iter().zip(&trial.settings);
    let settings =
        settings.map(|(dimension, setting)| dimension.share(&setting.value).map(|share| share as f32));
    settings.chain([trial.value.and_then(|value| value_place(detail, value))]).collect()
}

/// The worst and the best value.
fn ends(detail: &SearchDetail) -> Option<(f64, f64)> {
    let values = || detail.trials.iter().filter_map(|trial| trial.value).filter(|value| value.is_finite());
    let (low, high) = (values().reduce(f64::min)?, values().reduce(f64::max)?);
    let rises = detail.summary.spec.metric.is_better(1.0, 0.0);
    Some(if rises { (low, high) } else { (high, low) })
}

fn value_place(detail: &SearchDetail, value: f64) -> Option<f32> {
    let (worst, best) = ends(detail)?;
    // Losses lie decades apart.
    let is_log = progress::is_log(detail);
    let [value, worst, best] = [value, worst, best].map(|value| if is_log { value.log10() } else { value });
    Some(if best == worst { 0.5 } else { ((value - worst) / (best - worst)).clamp(0.0, 1.0) as f32 })
}

/// Draws axes and lines.
pub fn parallel_ui(ui: &mut Ui, cx: &mut Context<'_>, detail: &SearchDetail) {
    let colors = theme::colors(ui);
    let search = detail.summary.id;
    let mut brush = Brush::load(ui, search);
    let spec = &detail.summary.spec;
    let axes = spec.space.len() + 1;
    brush.0.resize(axes, None);
    ui.horizontal(|ui| {
        ui.set_height(space::XL);
        let title = cx.text("search-parallel");
        ui.label(text::strong(title).color(colors.text_strong)).on_hover_text(cx.hint("search-parallel"));
        if !brush.is_empty() {
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if widgets::ghost_button(ui, true, theme::icon::FUNNEL, &cx.text("search-all")).clicked() {
                    brush = Brush(vec![None; axes]);
                }
            });
        }
    });
    let (rect, response) = ui.allocate_exact_size(ui.available_size(), Sense::hover());
    widgets::name(&response, WidgetType::Image, &cx.text("search-parallel"));
    let inside = Rect::from_min_max(
        rect.min + vec2(space::XL + space::XL, space::XXL),
        rect.max - vec2(space::XL + space::XL, space::L + space::XS),
    );
    let x = |axis: usize| inside.left() + inside.width() * axis as f32 / (axes - 1).max(1) as f32;
    lines_ui(ui, detail, &brush, inside, &x);
    for axis in 0..axes {
        let name = match spec.space.get(axis) {
            Some(dimension) => setting_name(cx.words, &dimension.path),
            None => cx.text(metric_key(spec.metric.name())),
        };
        let width = inside.width() / (axes - 1).max(1) as f32 - space::S;
        axis_ui(ui, cx, &mut brush.0[axis], &name, x(axis), width, inside);
        marks_ui(ui, detail, axis, x(axis), inside);
    }
    brush.store(ui, search);
}

/// The trials as lines: those that do not pass faint, the better the stronger, the pointed-at one above all.
fn lines_ui(ui: &Ui, detail: &SearchDetail, brush: &Brush, inside: Rect, x: &dyn Fn(usize) -> f32) {
    let colors = theme::colors(ui);
    let pointed = trials::pointed(ui, detail.summary.id);
    let painter = ui.painter().with_clip_rect(inside.expand(space::XS));
    let first = detail.trials.len().saturating_sub(MAX_LINES);
    let mut lines: Vec<(f32, Vec<Pos2>, Stroke)> = Vec::new();
    for (trial, good) in detail.trials.iter().zip(goodness(detail)).skip(first) {
        let places = places(detail, trial);
        let points: Vec<Pos2> = places
            .iter()
            .enumerate()
            .filter_map(|(axis, place)| Some(pos2(x(axis), inside.bottom() - inside.height() * (*place)?)))
            .collect();
        let good = good.unwrap_or(0.0);
        let color = colors.border_strong.lerp_to_gamma(colors.accent, good);
        let is_pointed = pointed == Some(trial.number);
        let (height, stroke) = match (is_pointed, brush.passes(&places)) {
            (true, _) => (3.0, Stroke::new(3.0, colors.warning)),
            (false, false) => (-1.0, Stroke::new(1.0, colors.separator)),
            (false, true) if trial.state == TrialState::Complete => {
                (good, Stroke::new(1.0 + good, color.gamma_multiply(0.35 + 0.6 * good)))
            }
            (false, true) => (good - 0.5, Stroke::new(1.0, colors.border_strong.gamma_multiply(0.7))),
        };
        lines.push((height, points, stroke));
    }
    lines.sort_by(|(a, ..), (b, ..)| a.total_cmp(b));
    for (_, points, stroke) in lines {
        painter.add(Shape::line(points, stroke));
    }
}

/// An axis with its name, and the stretch that is kept.
fn axis_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    stretch: &mut Option<(f32, f32)>,
    name: &str,
    x: f32,
    width: f32,
    inside: Rect,
) {
    let colors = theme::colors(ui);
    let head = Rect::from_center_size(
        pos2(x, inside.top() - space::XL - space::XS),
        vec2(width.max(48.0), space::L),
    );
    widgets::paint_line(ui, head, Align2::CENTER_CENTER, name, text::small_font(), colors.text);
    ui.painter().vline(x, inside.y_range(), Stroke::new(1.0, colors.border_strong));
    let place = Rect::from_min_max(pos2(x - REACH, inside.top()), pos2(x + REACH, inside.bottom()));
    let response = ui.interact(place, ui.id().with(("axis", name)), Sense::click_and_drag());
    let label = cx.with("search-axis", &[("setting", name.into())]);
    response.widget_info(|| WidgetInfo::selected(WidgetType::Other, true, stretch.is_some(), &label));
    let share = |at: Pos2| ((inside.bottom() - at.y) / inside.height()).clamp(0.0, 1.0);
    let begun = ui.ctx().input(|input| input.pointer.press_origin());
    if let (true, Some(now), Some(begun)) = (response.dragged(), response.interact_pointer_pos(), begun) {
        let (a, b) = (share(begun), share(now));
        *stretch = Some((a.min(b), a.max(b)));
    } else if response.clicked() {
        *stretch = None;
    }
    if let Some((low, high)) = *stretch {
        let y = |share: f32| inside.bottom() - inside.height() * share;
        let kept = Rect::from_min_max(pos2(x - 5.0, y(high)), pos2(x + 5.0, y(low)));
        let corners = CornerRadius::same(radius::CONTROL / 2);
        ui.painter().rect_filled(kept, corners, colors.accent.gamma_multiply(0.35));
        ui.painter().rect_stroke(kept, corners, Stroke::new(1.0, colors.accent), StrokeKind::Outside);
    } else if response.hovered() {
        ui.painter().vline(x, inside.y_range(), Stroke::new(2.0, colors.accent));
    }
    response.on_hover_text(cx.hint("search-parallel"));
}

/// What stands at the ends of an axis, or beside each of few choices.
fn marks_ui(ui: &Ui, detail: &SearchDetail, axis: usize, x: f32, inside: Rect) {
    let colors = theme::colors(ui);
    let spec = &detail.summary.spec;
    let marks: Vec<(f32, String)> = match spec.space.get(axis).map(|dimension| &dimension.range) {
        Some(Range::Numbers { low, high, .. }) => {
            vec![(0.0, numbers::setting(*low)), (1.0, numbers::setting(*high))]
        }
        Some(Range::Choice { values }) => {
            let last = (values.len() - 1).max(1) as f32;
            let few = if values.len() <= 6 { &values[..] } else { &[] };
            few.iter().enumerate().map(|(index, value)| (index as f32 / last, written(value))).collect()
        }
        None => ends(detail).map_or_else(Vec::new, |(worst, best)| {
            let name = spec.metric.name();
            vec![(0.0, numbers::metric(name, worst)), (1.0, numbers::metric(name, best))]
        }),
    };
    let is_choice =
        spec.space.get(axis).is_some_and(|dimension| matches!(dimension.range, Range::Choice { .. }));
    for (share, words) in marks {
        let y = inside.bottom() - inside.height() * share;
        let (at, align) = match is_choice {
            true => (pos2(x + space::S, y), Align2::LEFT_CENTER),
            false if share == 0.0 => (pos2(x, y + space::XS), Align2::CENTER_TOP),
            false => (pos2(x, y - space::XS / 2.0), Align2::CENTER_BOTTOM),
        };
        let ground: Color32 = colors.card.gamma_multiply(0.75);
        let galley = ui.painter().layout_no_wrap(words, text::tiny_number_font(), colors.text_weak);
        let place = align.anchor_size(at, galley.size());
        ui.painter().rect_filled(place.expand(1.0), CornerRadius::same(2), ground);
        ui.painter().galley(place.min, galley, colors.text_weak);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brush_keeps_what_passes_every_stretch() {
        let brush = Brush(vec![Some((0.2, 0.4)), None, Some((0.9, 1.0))]);
        assert!(brush.passes(&[Some(0.3), Some(0.9), Some(0.95)]));
        assert!(!brush.passes(&[Some(0.5), Some(0.9), Some(0.95)]));
        assert!(!brush.passes(&[Some(0.3), None, None]), "what has no value does not pass");
        assert!(brush.passes(&[Some(0.3), None, Some(1.0)]));
        assert!(Brush::default().passes(&[None]) && Brush(vec![None; 3]).is_empty());
    }
}
