//! When in its training a run is looked into: a scrubber through its moments, under the course of its loss.

use egui::{
    Align, CornerRadius, Layout, Rect, Sense, Shape, Slider, Stroke, Ui, WidgetInfo, WidgetType, lerp, pos2,
    remap_clamp, vec2,
};
use engine::{inspect::Moment, protocol::Split};

use super::{overview::section, scene::Scene};
use crate::{
    context::Context,
    format,
    mirror::CurvePoint,
    state::{Clock, Inspecting},
    theme::{self, icon, radius, space, text},
    train::run_color,
    widgets,
};

const HEIGHT: f32 = 36.0;
/// Seconds that a moment stays while the training is played.
const PACE: f64 = 0.12;

/// The newest weights, the best, or those of a step.
pub fn moment_ui(ui: &mut Ui, cx: &Context<'_>, scene: &Scene<'_>, wanted: &mut Inspecting, width: f32) {
    section(ui, &cx.text("inspect-moment"));
    let segments = [
        (Some(Moment::Newest), cx.text("inspect-newest"), cx.hint("inspect-newest")),
        (Some(Moment::Best), cx.text("inspect-best"), cx.hint("inspect-best")),
    ];
    let now = match scene.inspecting.moment {
        Moment::Step(_) => None,
        moment => Some(moment),
    };
    let moments = scene.run.moments();
    ui.horizontal(|ui| {
        if let Some(Some(moment)) = widgets::segmented(ui, &segments, now) {
            (wanted.moment, wanted.playing) = (moment, false);
        }
        if let Some(step) = shown(scene) {
            let step = cx.with("inspect-step", &[("step", format::count(step).into())]);
            ui.label(text::small(step).color(theme::colors(ui).text_weak));
        }
        if moments.len() > 1 {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                play_button_ui(ui, cx, scene, &moments, wanted);
            });
        }
    });
    if moments.len() < 2 {
        return;
    }
    course_ui(ui, cx, scene, &moments, wanted, width);
    let mut at = place(scene, &moments);
    ui.spacing_mut().slider_width = width;
    let slider = ui.add(Slider::new(&mut at, 0..=moments.len() - 1).show_value(false));
    widgets::name(&slider, WidgetType::Slider, &cx.text("inspect-scrub"));
    if slider.changed()
        && let Some(step) = moments.get(at)
    {
        (wanted.moment, wanted.playing) = (Moment::Step(*step), false);
    }
    slider.on_hover_text(cx.hint("inspect-scrub"));
    play(ui, scene, &moments, wanted);
}

/// Begins to play, from the first moment where the last is shown; or holds.
fn play_button_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    scene: &Scene<'_>,
    moments: &[u64],
    wanted: &mut Inspecting,
) {
    let (sign, key) = match wanted.playing {
        true => (icon::PAUSE, "inspect-pause"),
        false => (icon::PLAY, "inspect-play"),
    };
    if widgets::icon_button(ui, true, sign, &cx.text(key)).clicked() {
        wanted.playing = !wanted.playing;
        let is_at_end = place(scene, moments) + 1 == moments.len();
        if let Some(first) = moments.first().filter(|_| wanted.playing && is_at_end) {
            wanted.moment = Moment::Step(*first);
        }
    }
}

/// The step that is shown.
fn shown(scene: &Scene<'_>) -> Option<u64> {
    scene.look().map(|look| look.step)
}

/// Which of the moments is asked for: the last where none is.
fn place(scene: &Scene<'_>, moments: &[u64]) -> usize {
    let last = moments.len() - 1;
    match scene.inspecting.moment {
        Moment::Step(step) => moments.iter().position(|there| *there == step).unwrap_or(last),
        Moment::Newest | Moment::Best => last,
    }
}

/// Goes on to the next moment once this one has been seen.
fn play(ui: &Ui, scene: &Scene<'_>, moments: &[u64], wanted: &mut Inspecting) {
    if !wanted.playing || wanted.moment != scene.inspecting.moment {
        return;
    }
    let id = egui::Id::new(("inspect_next", ui.id()));
    let now = ui.input(|input| input.time);
    let next = ui.data(|data| data.get_temp::<f64>(id)).unwrap_or(now);
    if scene.is_there && now >= next {
        match moments.get(place(scene, moments) + 1) {
            Some(step) => wanted.moment = Moment::Step(*step),
            None => wanted.playing = false,
        }
        ui.data_mut(|data| data.insert_temp(id, now + PACE));
    }
    ui.ctx().request_repaint_after_secs(PACE as f32);
}

/// The course of the training loss, with a line where the moment is that is shown, of the run beside it, too; where it is
/// clicked, the nearest is.
fn course_ui(
    ui: &mut Ui,
    cx: &Context<'_>,
    scene: &Scene<'_>,
    moments: &[u64],
    wanted: &mut Inspecting,
    width: f32,
) {
    let other = scene.beside(cx);
    let by = scene.inspecting.beside.filter(|_| other.is_some()).map_or(Clock::Steps, |beside| beside.by);
    let sides: Vec<&Scene<'_>> = std::iter::once(scene).chain(&other).collect();
    let Some(course) = Course::of(&sides, by) else { return };
    let colors = theme::colors(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::click_and_drag());
    let name = cx.text("inspect-course");
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, true, &name));
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, CornerRadius::same(radius::CONTROL), colors.field);
    let inner = rect.shrink2(vec2(space::XS, space::S));
    let x = |moment: u64| course.x(inner, by.at(scene.run, moment));
    for moment in moments {
        painter.vline(x(*moment), rect.bottom() - 3.0..=rect.bottom(), (1.0, colors.border));
    }
    for (side, points) in sides.iter().zip(&course.lines) {
        let (ink, mark) = match other.is_some() {
            true => (run_color(ui, side.run.summary.id), run_color(ui, side.run.summary.id)),
            false => (colors.text_weak, colors.accent),
        };
        let points = points.iter().map(|(time, loss)| course.place(inner, *time, *loss)).collect();
        painter.add(Shape::line(points, Stroke::new(1.5, ink)));
        if let Some(step) = shown(side) {
            painter.vline(course.x(inner, by.at(side.run, step)), rect.y_range(), (1.5, mark));
        }
    }
    if let Some(pointer) = response.interact_pointer_pos() {
        let distance = |step: &&u64| (x(**step) - pointer.x).abs();
        if let Some(step) = moments.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))) {
            (wanted.moment, wanted.playing) = (Moment::Step(*step), false);
        }
    }
    response.on_hover_text(name);
}

/// The training losses over how far the runs have come where they can be looked into.
struct Course {
    /// Run by run.
    lines: Vec<Vec<(f64, f64)>>,
    times: (f64, f64),
    losses: (f64, f64),
}

impl Course {
    fn of(sides: &[&Scene<'_>], by: Clock) -> Option<Self> {
        const NONE: (f64, f64) = (f64::INFINITY, f64::NEG_INFINITY);
        let wider = |range: (f64, f64), value: f64| (range.0.min(value), range.1.max(value));
        let (mut times, mut losses) = (NONE, NONE);
        let mut lines = Vec::with_capacity(sides.len());
        for side in sides {
            let curve = side.run.curve("loss", Split::Training)?;
            let finite = curve.points.iter().filter(|point| point.value.is_finite());
            let time = |point: &CurvePoint| match by {
                Clock::Steps => point.step as f64,
                Clock::Epochs => point.epoch,
            };
            let points: Vec<(f64, f64)> = finite.map(|point| (time(point), point.value)).collect();
            losses = points.iter().fold(losses, |range, (_, loss)| wider(range, *loss));
            let moments = side.run.moments();
            let ends = [moments.first(), moments.last()].into_iter().flatten();
            times = ends.fold(times, |range, step| wider(range, by.at(side.run, *step)));
            times.1 = times.1.max(points.last()?.0);
            lines.push(points);
        }
        Some(Self { lines, times, losses })
    }

    fn x(&self, rect: Rect, time: f64) -> f32 {
        let (first, last) = self.times;
        let share = (time - first) / (last - first).max(f64::MIN_POSITIVE);
        lerp(rect.x_range().min..=rect.x_range().max, share.clamp(0.0, 1.0) as f32)
    }

    fn place(&self, rect: Rect, time: f64, loss: f64) -> egui::Pos2 {
        let (low, high) = self.losses;
        let y =
            remap_clamp(loss, low..=high.max(low + f64::EPSILON), rect.bottom().into()..=rect.top().into());
        pos2(self.x(rect, time), y as f32)
    }
}
