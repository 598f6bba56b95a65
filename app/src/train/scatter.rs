//! Predicted against true: every test row as a dot, and the diagonal on which a prediction is right.

use egui::{Stroke, Ui, Vec2b, WidgetType, vec2};
use egui_plot::{AxisHints, Line, Plot, PlotPoint, PlotPoints, Points};

use super::{
    plot::room_for,
    ticks::{self, Scale},
};
use crate::{
    context::Context,
    format,
    theme::{self, space, text},
    widgets,
};

/// Smallest and largest side of the square; between them, it fits what can be seen.
const SIDE: (f32, f32) = (200.0, 420.0);
/// How near the pointer must be to a dot, in points.
const REACH: f32 = 12.0;

/// Draws the dots on a square.
pub fn scatter_ui(ui: &mut Ui, cx: &Context<'_>, pairs: &[(f32, f32)], target: &str) {
    let colors = theme::colors(ui);
    let title = cx.text("train-scatter");
    ui.label(text::strong(&title).color(colors.text_strong)).on_hover_text(cx.hint("train-scatter"));
    ui.add_space(space::XS);

    let points: Vec<PlotPoint> = pairs
        .iter()
        .map(|(truth, prediction)| PlotPoint::new(f64::from(*truth), f64::from(*prediction)))
        .filter(|point| point.x.is_finite() && point.y.is_finite())
        .collect();
    let ends = points.iter().flat_map(|point| [point.x, point.y]);
    let (low, high) =
        ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| (low.min(end), high.max(end)));
    if low > high {
        return;
    }
    let axis = |hints: AxisHints<'static>, key: &str| {
        let name = cx.with(key, &[("target", target.into())]);
        ticks::axis(hints, colors)
            .label(text::small(name).color(colors.text_weak))
            .formatter(|mark, _| ticks::label(Scale::Linear, mark))
    };
    let room = ui.clip_rect().bottom() - ui.cursor().top();
    let side = ui.available_width().min(SIDE.1).min(room.max(SIDE.0));
    let spacer =
        |grid: egui_plot::GridInput| ticks::marks(Scale::Linear, grid.bounds, grid.base_step_size * 52.0);
    let mut plot = Plot::new("train_scatter");
    for end in room_for([low, high].into_iter()) {
        plot = plot.include_x(end).include_y(end);
    }
    let plot = plot
        .width(side)
        .height(side)
        .custom_x_axes(vec![axis(AxisHints::new_x(), "train-scatter-true")])
        .custom_y_axes(vec![axis(AxisHints::new_y(), "train-scatter-predicted").min_thickness(40.0)])
        .x_grid_spacer(spacer)
        .y_grid_spacer(spacer)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_boxed_zoom(false)
        .allow_axis_zoom_drag(Vec2b::FALSE)
        .set_margin_fraction(vec2(0.06, 0.06));
    let shown = ticks::quiet(plot, colors).show(ui, |plot| {
        let diagonal = vec![[low, low], [high, high]];
        plot.line(Line::new("diagonal", diagonal).color(colors.text_weak).width(1.0).allow_hover(false));
        let dots = Points::new("dots", PlotPoints::Borrowed(&points));
        plot.points(dots.color(colors.accent.gamma_multiply(0.7)).radius(2.5).allow_hover(false));
    });
    widgets::name(&shown.response, WidgetType::Image, &title);

    let Some(pointer) = shown.response.hover_pos() else { return };
    let place = |point: &PlotPoint| shown.transform.position_from_point(point);
    let nearest =
        points.iter().min_by(|a, b| place(a).distance_sq(pointer).total_cmp(&place(b).distance_sq(pointer)));
    let Some(point) = nearest.filter(|point| place(point).distance(pointer) <= REACH) else { return };
    ui.painter().circle(place(point), 4.5, colors.accent, Stroke::new(1.5, colors.text_strong));
    let values = [("truth", format::metric(point.x).into()), ("prediction", format::metric(point.y).into())];
    shown.response.on_hover_text_at_pointer(cx.with("train-scatter-point", &values));
}
