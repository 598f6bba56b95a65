//! The confusion matrix: what was predicted as what.

use egui::{
    Align2, Color32, CornerRadius, FontId, Pos2, Rect, Sense, Stroke, Ui, WidgetInfo, WidgetType, pos2, vec2,
};
use engine::protocol::Confusion;

use crate::{
    context::Context,
    format,
    theme::{self, space, text},
    widgets,
};

/// Smallest and largest side of a cell; below the smallest, numbers are only told at the pointer.
const CELL: (f32, f32) = (20.0, 64.0);
const GAP: f32 = 2.0;
/// Most that the names of the classes take at the left.
const MAX_NAMES: f32 = 72.0;

/// Where the cells are.
struct Matrix<'c> {
    confusion: &'c Confusion,
    /// Left top of the first cell.
    origin: Pos2,
    cell: f32,
}

impl Matrix<'_> {
    fn classes(&self) -> usize {
        self.confusion.classes.len()
    }

    fn rect(&self, truth: usize, prediction: usize) -> Rect {
        let corner = self.origin + vec2(prediction as f32, truth as f32) * self.cell;
        Rect::from_min_size(corner, vec2(self.cell - GAP, self.cell - GAP))
    }

    fn count(&self, truth: usize, prediction: usize) -> u32 {
        self.confusion.counts.get(truth).and_then(|row| row.get(prediction)).copied().unwrap_or(0)
    }

    /// How much of a true class went to a prediction, 0 to 1.
    fn share(&self, truth: usize, prediction: usize) -> f32 {
        let total: u32 = (0..self.classes()).map(|prediction| self.count(truth, prediction)).sum();
        if total == 0 { 0.0 } else { self.count(truth, prediction) as f32 / total as f32 }
    }

    fn at(&self, place: Pos2) -> Option<(usize, usize)> {
        let offset = (place - self.origin) / self.cell;
        let inside = |value: f32| (value >= 0.0 && value < self.classes() as f32).then_some(value as usize);
        Some((inside(offset.y)?, inside(offset.x)?))
    }
}

/// Draws the matrix as wide as there is room.
pub fn confusion_ui(ui: &mut Ui, cx: &Context<'_>, confusion: &Confusion) {
    let colors = theme::colors(ui);
    let title = ui.label(text::strong(cx.text("train-confusion")).color(colors.text_strong));
    title.on_hover_text(cx.hint("train-confusion"));
    ui.add_space(space::XS);
    let classes = confusion.classes.len();
    if classes == 0 {
        return;
    }
    let names = names_width(ui, confusion);
    let head = space::L;
    let left = head + names + space::S;
    let below = head + space::L + space::XS;
    let room = ui.clip_rect().bottom() - ui.cursor().top() - below;
    let fits = (ui.available_width() - left).min(room) / classes as f32;
    let cell = fits.clamp(CELL.0, CELL.1).floor();
    let side = cell * classes as f32;
    let size = vec2(left + side, side + below);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let matrix = Matrix { confusion, origin: pos2(rect.left() + left, rect.top() + space::XS), cell };

    let pointed = response.hover_pos().and_then(|place| matrix.at(place));
    for truth in 0..classes {
        for prediction in 0..classes {
            cell_ui(ui, &matrix, truth, prediction, pointed == Some((truth, prediction)));
        }
    }
    names_ui(ui, cx, &matrix, rect, head, names, pointed);

    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Image, enabled, cx.text("train-confusion")));
    if let Some((truth, prediction)) = pointed {
        response.on_hover_ui_at_pointer(|ui| pointed_ui(ui, cx, &matrix, truth, prediction));
    }
}

/// What the cell under the pointer says.
fn pointed_ui(ui: &mut Ui, cx: &Context<'_>, matrix: &Matrix<'_>, truth: usize, prediction: usize) {
    let colors = theme::colors(ui);
    let class = |index: usize| matrix.confusion.classes[index].clone();
    let values = [
        ("truth", class(truth).into()),
        ("prediction", class(prediction).into()),
        ("rows", matrix.count(truth, prediction).into()),
    ];
    ui.label(text::strong(cx.with("train-confusion-cell", &values)).color(colors.text_strong));
    let share = format::percent(f64::from(matrix.share(truth, prediction)));
    let values = [("share", share.into()), ("truth", class(truth).into())];
    ui.label(text::small(cx.with("train-confusion-share", &values)).color(colors.text_weak));
}

/// A count on a ground that is the deeper, the larger its share of its row; mistakes are red.
fn cell_ui(ui: &Ui, matrix: &Matrix<'_>, truth: usize, prediction: usize, is_pointed: bool) {
    let colors = theme::colors(ui);
    let (count, share) = (matrix.count(truth, prediction), matrix.share(truth, prediction));
    let hue = if truth == prediction { colors.accent } else { colors.bad };
    // Few mistakes should still be seen: the square root lifts small shares.
    let strength = if count == 0 { 0.0 } else { 0.12 + 0.88 * share.sqrt() };
    let ground = colors.field.lerp_to_gamma(hue, strength);
    let rect = matrix.rect(truth, prediction);
    let corners = CornerRadius::same(3);
    ui.painter().rect_filled(rect, corners, ground);
    if is_pointed {
        ui.painter().rect_stroke(
            rect,
            corners,
            Stroke::new(1.5, colors.text_strong),
            egui::StrokeKind::Inside,
        );
    }
    if count > 0 {
        let ink = if strength > 0.55 { colors.on_accent } else { colors.text_strong };
        let points = (matrix.cell * 0.42).clamp(text::TINY_SIZE - 2.0, text::TITLE_SIZE);
        let font = FontId::monospace(points);
        let galley = ui.painter().layout_no_wrap(count.to_string(), font, ink);
        if galley.size().x <= rect.width() {
            let place = Align2::CENTER_CENTER.align_size_within_rect(galley.size(), rect);
            ui.painter().galley(place.min, galley, ink);
        }
    }
}

/// The classes at the left and below, and which side is which.
fn names_ui(
    ui: &Ui,
    cx: &Context<'_>,
    matrix: &Matrix<'_>,
    rect: Rect,
    head: f32,
    names: f32,
    pointed: Option<(usize, usize)>,
) {
    let colors = theme::colors(ui);
    let ink = |is_pointed: bool| if is_pointed { colors.text_strong } else { colors.text_weak };
    for (index, class) in matrix.confusion.classes.iter().enumerate() {
        let row = matrix.rect(index, 0);
        let place = Rect::from_min_max(
            pos2(rect.left() + head, row.top()),
            pos2(rect.left() + head + names, row.bottom()),
        );
        let color = ink(pointed.is_some_and(|(truth, _)| truth == index));
        widgets::paint_line(ui, place, Align2::RIGHT_CENTER, class, text::tiny_font(), color);
        let column = matrix.rect(matrix.classes() - 1, index);
        let place =
            Rect::from_min_size(column.left_bottom() + vec2(0.0, GAP), vec2(column.width(), space::L));
        let color = ink(pointed.is_some_and(|(_, guess)| guess == index));
        widgets::paint_line(ui, place, Align2::CENTER_CENTER, class, text::tiny_font(), color);
    }
    let side = matrix.cell * matrix.classes() as f32;
    let painter = ui.painter();
    let predicted = pos2(matrix.origin.x + side / 2.0, rect.bottom());
    painter.text(
        predicted,
        Align2::CENTER_BOTTOM,
        cx.text("train-confusion-predicted"),
        text::tiny_font(),
        colors.text_weak,
    );
    let galley = painter.layout_no_wrap(cx.text("train-confusion-true"), text::tiny_font(), colors.text_weak);
    let middle = matrix.origin.y + side / 2.0;
    let place = pos2(rect.left(), middle + galley.size().x / 2.0);
    painter.add(
        egui::epaint::TextShape::new(place, galley, colors.text_weak)
            .with_angle(-std::f32::consts::FRAC_PI_2),
    );
}

fn names_width(ui: &Ui, confusion: &Confusion) -> f32 {
    let width = |class: &String| {
        ui.painter().layout_no_wrap(class.clone(), text::tiny_font(), Color32::PLACEHOLDER).size().x
    };
    confusion.classes.iter().map(width).fold(0.0, f32::max).min(MAX_NAMES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confusion() -> Confusion {
        Confusion { classes: vec!["cat".into(), "dog".into()], counts: vec![vec![8, 2], vec![0, 0]] }
    }

    #[test]
    fn shares_are_of_the_true_class() {
        let confusion = confusion();
        let matrix = Matrix { confusion: &confusion, origin: Pos2::ZERO, cell: 20.0 };
        assert_eq!(matrix.share(0, 0), 0.8);
        assert_eq!(matrix.share(0, 1), 0.2);
        assert_eq!(matrix.share(1, 1), 0.0, "a class without rows has no shares");
    }

    #[test]
    fn the_pointer_finds_its_cell() {
        let confusion = confusion();
        let matrix = Matrix { confusion: &confusion, origin: pos2(100.0, 50.0), cell: 20.0 };
        let cases = [
            ((101.0, 51.0), Some((0, 0))),
            ((125.0, 55.0), Some((0, 1))),
            ((105.0, 75.0), Some((1, 0))),
            ((99.0, 55.0), None),
            ((141.0, 55.0), None),
            ((105.0, 91.0), None),
        ];
        for ((x, y), expected) in cases {
            assert_eq!(matrix.at(pos2(x, y)), expected, "at {x}, {y}");
        }
    }
}
