//! The list of runs, newest first: one line each, with a click to look at it and an eye for its curves.

use egui::{
    Align2, Color32, CornerRadius, CursorIcon, FontId, Rect, Response, ScrollArea, Sense, Stroke, StrokeKind,
    Ui, Vec2, WidgetInfo, WidgetType, pos2, vec2,
};
use engine::protocol::{Parent, RunId, Split};

use super::{
    header::{state_key, state_look},
    main_metric, numbers, task,
    view::run_color,
};
use crate::{
    action::Action,
    context::Context,
    mirror::Run,
    theme::{self, icon, radius, size, space, text},
    widgets,
};

/// Height of a line.
const ROW: f32 = 32.0;
/// Height of the heads of the columns.
const HEAD: f32 = 24.0;

/// Widths of the columns; the name of the experiment takes what is left.
#[derive(Clone, Copy)]
struct Columns([(Column, f32); 9]);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Eye,
    Number,
    Experiment,
    State,
    Epochs,
    Best,
    Test,
    Time,
    Device,
}

impl Columns {
    fn of(width: f32) -> Self {
        let mut columns = [
            (Column::Eye, size::CONTROL + space::XS),
            (Column::Number, 64.0),
            (Column::Experiment, 0.0),
            (Column::State, 92.0),
            (Column::Epochs, 84.0),
            (Column::Best, 108.0),
            (Column::Test, 92.0),
            (Column::Time, 72.0),
            (Column::Device, 76.0),
        ];
        let taken: f32 = columns.iter().map(|(_, width)| width).sum();
        columns[2].1 = (width - taken - space::S).max(72.0);
        Self(columns)
    }

    /// The column with the place it takes in a line.
    fn places(self, line: Rect) -> impl Iterator<Item = (Column, Rect)> {
        let mut left = line.left();
        self.0.into_iter().map(move |(column, width)| {
            let place = Rect::from_min_size(pos2(left, line.top()), vec2(width, line.height()));
            left += width;
            (column, place)
        })
    }
}

impl Column {
    /// Numbers end at the right, words begin at the left.
    fn is_number(self) -> bool {
        matches!(self, Self::Epochs | Self::Best | Self::Test | Self::Time)
    }

    fn head(self, metric: &str) -> Option<&'static str> {
        Some(match self {
            Self::Eye => return None,
            Self::Number => "train-runs-number",
            Self::Experiment => "train-runs-experiment",
            Self::State => "train-runs-state",
            Self::Epochs => "train-runs-epochs",
            Self::Best if metric == "r2" => "train-runs-best-r2",
            Self::Best if metric == "f1" => "train-runs-best-f1",
            Self::Best => "train-runs-best-accuracy",
            Self::Test if metric == "r2" => "train-runs-test-r2",
            Self::Test if metric == "f1" => "train-runs-test-f1",
            Self::Test => "train-runs-test-accuracy",
            Self::Time => "train-runs-time",
            Self::Device => "train-runs-device",
        })
    }
}

/// Draws the list.
pub fn runs_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some(project) = &cx.state.project else { return };
    ui.spacing_mut().item_spacing = Vec2::ZERO;
    let runs: Vec<&Run> = cx.mirror.runs(&project.folder).rev().filter(|run| !run.is_archived()).collect();
    let metric = main_metric(task(cx));
    let columns = Columns::of(ui.available_width());
    heads_ui(ui, cx, columns, metric);
    ScrollArea::vertical().auto_shrink(false).show_rows(ui, ROW, runs.len(), |ui, visible| {
        for run in &runs[visible] {
            row_ui(ui, cx, run, columns, metric);
        }
    });
}

fn heads_ui(ui: &mut Ui, cx: &Context<'_>, columns: Columns, metric: &str) {
    let colors = theme::colors(ui);
    let (line, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
    for (column, place) in columns.places(line) {
        if let Some(key) = column.head(metric) {
            write(ui, column, place, &cx.text(key), text::tiny_font(), colors.text_weak);
            let hint = cx.hint(key);
            if !hint.is_empty() {
                ui.allocate_rect(place, Sense::hover()).on_hover_text(hint);
            }
        }
    }
    ui.painter().hline(line.x_range(), line.bottom(), Stroke::new(1.0, colors.separator));
}

/// One run. Read by screen readers and tests as a whole.
fn row_ui(ui: &mut Ui, cx: &mut Context<'_>, run: &Run, columns: Columns, metric: &str) {
    let colors = theme::colors(ui);
    let summary = &run.summary;
    let id = summary.id;
    let project = cx.state.project.as_ref();
    let is_selected = project.is_some_and(|project| project.run == Some(id));
    let is_shown = project.is_some_and(|project| project.shown_runs.contains(&id));

    let (line, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let fill = match (is_selected, response.hovered()) {
        (true, _) => colors.accent_soft,
        (false, true) => colors.hovered,
        (false, false) => Color32::TRANSPARENT,
    };
    ui.painter().rect_filled(line, CornerRadius::same(radius::CONTROL), fill);

    let is_waiting = queue_place(cx, run).is_some();
    let cells = cells(run, metric);
    for (column, place) in columns.places(line) {
        match column {
            Column::Eye => eye_ui(ui, cx, run, is_shown, place),
            Column::Number => {
                let dot = place.left_center() + vec2(space::S, 0.0);
                if is_shown {
                    ui.painter().circle_filled(dot, space::XS, run_color(ui, id));
                } else {
                    ui.painter().circle_stroke(dot, space::XS - 0.5, Stroke::new(1.0, run_color(ui, id)));
                }
                let place = place.with_min_x(place.left() + space::L);
                write(ui, column, place, &id.to_string(), text::number_font(), colors.text_strong);
            }
            Column::State => {
                let (icon, color) = state_look(&summary.state, colors);
                let words = match queue_place(cx, run) {
                    Some(at) => format!(
                        "{icon} {}",
                        cx.with("train-runs-waits", &[("place", (at as u64 + 1).into())])
                    ),
                    None => format!("{icon} {}", cx.text(state_key(&summary.state))),
                };
                write(ui, column, place, &words, text::small_font(), color);
            }
            // The buttons of the queue stand there.
            Column::Time | Column::Device if is_waiting => {}
            Column::Experiment | Column::Device => {
                write(ui, column, place, cells.text(column), text::small_font(), colors.text);
            }
            column => write(ui, column, place, cells.text(column), text::number_font(), colors.text),
        }
    }
    let enabled = ui.is_enabled();
    response.widget_info(|| {
        let name = cx.with("train-run", &[("run", id.0.into())]);
        let state = cx.text(state_key(&summary.state));
        let family = summary.parent.map(|parent| {
            let values =
                [("parent", parent.run.0.into()), ("step", crate::format::count(parent.step).into())];
            cx.with("train-runs-parent", &values)
        });
        let state = match queue_place(cx, run) {
            Some(at) => cx.with("train-runs-waits", &[("place", (at as u64 + 1).into())]),
            None => state,
        };
        let parts = [name, summary.experiment.clone(), state, cells.test.clone()];
        let name = parts.into_iter().chain(family).collect::<Vec<_>>().join(", ");
        WidgetInfo::selected(WidgetType::SelectableLabel, enabled, is_selected, name)
    });
    if response.clicked() {
        cx.act(Action::SelectRun(id));
    }
    if is_waiting {
        drag_ui(ui, cx, run, &response);
    }
    queue_ui(ui, cx, run, line);
}

/// A waiting run on its way to another place in the queue.
#[derive(Clone, Copy)]
struct Carried(RunId);

/// Lets a waiting run be carried to the place of another one; the next stands at the bottom, as the oldest run.
fn drag_ui(ui: &Ui, cx: &mut Context<'_>, run: &Run, response: &Response) {
    let carry = ui.interact(response.rect, response.id.with(("carry", 0)), Sense::drag());
    carry.dnd_set_drag_payload(Carried(run.summary.id));
    let Some(place) = queue_place(cx, run) else { return };
    let id = run.summary.id;
    if carry.dnd_hover_payload::<Carried>().is_some_and(|carried| carried.0 != id) {
        let edge = Stroke::new(1.5, theme::colors(ui).accent);
        let corners = CornerRadius::same(radius::CONTROL);
        ui.painter().rect_stroke(response.rect, corners, edge, StrokeKind::Inside);
    }
    if let Some(carried) = carry.dnd_release_payload::<Carried>().filter(|carried| carried.0 != id) {
        cx.act(Action::MoveInQueue { run: carried.0, place });
    }
    let icon = if carry.dragged() { CursorIcon::Grabbing } else { CursorIcon::Grab };
    carry.on_hover_cursor(icon);
}

/// The place of a waiting run in the queue, from 0.
fn queue_place(cx: &Context<'_>, run: &Run) -> Option<usize> {
    let folder = &cx.state.project.as_ref()?.folder;
    cx.mirror.place_in_queue(folder, run.summary.id)
}

/// At the end of the line of a run that waits: earlier, later, out of the queue.
fn queue_ui(ui: &mut Ui, cx: &mut Context<'_>, run: &Run, line: Rect) {
    let Some(place) = queue_place(cx, run) else { return };
    let colors = theme::colors(ui);
    let id = run.summary.id;
    let last = cx.mirror.queue_length().saturating_sub(1);
    let earlier = (place > 0).then(|| Action::MoveInQueue { run: id, place: place - 1 });
    let later = (place < last).then(|| Action::MoveInQueue { run: id, place: place + 1 });
    let wishes = [
        ("train-runs-out", icon::X, Some(Action::Stop(id))),
        ("train-runs-later", icon::CARET_DOWN, later),
        ("train-runs-earlier", icon::CARET_UP, earlier),
    ];
    let mut right = line.right() - space::S;
    for (key, icon, wish) in wishes {
        let square = Rect::from_min_size(pos2(right - size::CONTROL, line.top()), Vec2::splat(size::CONTROL));
        right -= size::CONTROL;
        let name = cx.with(key, &[("run", id.0.into())]);
        let sense = if wish.is_some() { Sense::click() } else { Sense::hover() };
        let response = ui.interact(square, ui.id().with((key, id)), sense);
        let enabled = ui.is_enabled() && wish.is_some();
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, enabled, &name));
        if wish.is_some() {
            widgets::paint_ghost(ui, &response, square.shrink(2.0));
        }
        let color = match wish {
            Some(_) if response.hovered() || response.has_focus() => colors.text_strong,
            Some(_) => colors.text,
            None => colors.border_strong,
        };
        ui.painter().text(square.center(), Align2::CENTER_CENTER, icon, text::icon_font(15.0), color);
        if let Some(wish) = wish.filter(|_| response.clicked()) {
            cx.act(wish);
        }
        response.on_hover_text(name);
    }
}

/// The switch that shows or hides a run's curves.
fn eye_ui(ui: &mut Ui, cx: &mut Context<'_>, run: &Run, is_shown: bool, place: Rect) {
    let colors = theme::colors(ui);
    let id = run.summary.id;
    let (key, icon, color) = if is_shown {
        ("train-runs-hide", icon::EYE, colors.text)
    } else {
        ("train-runs-show", icon::EYE_SLASH, colors.text_weak)
    };
    let name = cx.with(key, &[("run", id.0.into())]);
    let response = ui.interact(place, ui.id().with(("eye", id)), Sense::click());
    let color = if response.hovered() { colors.text_strong } else { color };
    ui.painter().text(place.center(), Align2::CENTER_CENTER, icon, text::icon_font(16.0), color);
    widgets::name(&response, WidgetType::Button, &name);
    if response.on_hover_text(name).clicked() {
        cx.act(Action::ToggleRunShown(id));
    }
}

/// What is written in a line.
struct Cells {
    experiment: String,
    epochs: String,
    best: String,
    test: String,
    time: String,
    device: String,
}

impl Cells {
    fn text(&self, column: Column) -> &str {
        match column {
            Column::Experiment => &self.experiment,
            Column::Epochs => &self.epochs,
            Column::Best => &self.best,
            Column::Test => &self.test,
            Column::Time => &self.time,
            Column::Device => &self.device,
            Column::Eye | Column::Number | Column::State => "",
        }
    }
}

fn cells(run: &Run, metric: &str) -> Cells {
    let summary = &run.summary;
    let progress = run.progress.as_ref();
    let epochs = progress.map_or(summary.epochs_done, |now| now.epoch);
    let planned = progress.map_or(summary.epochs, |now| now.epochs);
    let seconds = progress.map_or(summary.seconds, |now| now.seconds);
    let written =
        |value: Option<f64>| value.map_or(numbers::NONE.into(), |value| numbers::metric(metric, value));
    Cells {
        experiment: match summary.parent {
            Some(Parent { run, step }) => {
                let (fork, step) = (icon::GIT_FORK, crate::format::count(step));
                format!("{}  {fork} {run} @ {step}", summary.experiment)
            }
            None => summary.experiment.clone(),
        },
        epochs: format!("{epochs}/{planned}"),
        best: written(best(run, metric).map(|(_, value)| value)),
        test: written(summary.test.get(metric).copied()),
        time: if run.is_underway() { crate::format::clock(seconds) } else { numbers::seconds(seconds) },
        device: summary.device.clone(),
    }
}

/// The highest value of a metric on the validation split, and after how many epochs.
pub fn best(run: &Run, metric: &str) -> Option<(f64, f64)> {
    let points = &run.curve(metric, Split::Validation)?.points;
    let finite = points.iter().filter(|point| point.value.is_finite());
    let best = finite.max_by(|a, b| a.value.total_cmp(&b.value))?;
    Some((best.epoch, best.value))
}

/// Text in its column, cut off where the column ends.
fn write(ui: &Ui, column: Column, place: Rect, words: &str, font: FontId, color: Color32) {
    let inside = place.shrink2(vec2(if column == Column::Device { space::L } else { space::XS }, 0.0));
    let align = if column.is_number() { Align2::RIGHT_CENTER } else { Align2::LEFT_CENTER };
    widgets::paint_line(ui, inside, align, words, font, color);
}
