//! The user's own projects, newest first.

use std::time::{SystemTime, UNIX_EPOCH};

use egui::{Align, Align2, CornerRadius, Layout, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetType};
use engine::protocol::ProjectEntry;

use crate::{
    action::{Action, Pick},
    context::Context,
    theme::{self, icon, radius, space, text},
    widgets,
};

const ROW: f32 = 52.0;
/// More projects than these are reached by "Open project…".
const MAX_SHOWN: usize = 100;

/// Draws the section of the user's projects.
pub fn projects_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    header_ui(ui, cx);
    ui.add_space(space::S);
    let mirror = cx.mirror;
    match &mirror.projects {
        None => {}
        Some(projects) if projects.is_empty() => nothing_ui(ui, cx),
        Some(projects) => {
            ui.spacing_mut().item_spacing.y = space::XS;
            for project in projects.iter().take(MAX_SHOWN) {
                project_ui(ui, cx, project);
            }
        }
    }
}

/// The section's name, and where projects are kept.
fn header_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let colors = theme::colors(ui);
    ui.horizontal(|ui| {
        ui.label(text::title(cx.text("gallery-projects")).color(colors.text_strong));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let change = cx.text("gallery-change-folder");
            if widgets::ghost_button(ui, true, icon::FOLDER, &change).clicked() {
                cx.act(Action::Pick(Pick::ProjectsFolder));
            }
            let folder = cx.state.settings.projects_folder.display().to_string();
            ui.label(text::mono(folder).color(colors.text_weak));
        });
    });
}

fn nothing_ui(ui: &mut Ui, cx: &Context<'_>) {
    let colors = theme::colors(ui);
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 84.0), Sense::hover());
    let corners = CornerRadius::same(radius::CARD);
    let edge = Stroke::new(1.0, colors.separator);
    ui.painter().rect(rect, corners, colors.panel, edge, StrokeKind::Inside);
    let words = cx.text("gallery-no-projects");
    let font = text::body_font();
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, words, font, colors.text_weak);
}

fn project_ui(ui: &mut Ui, cx: &mut Context<'_>, project: &ProjectEntry) {
    let colors = theme::colors(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), Sense::click());
    widgets::name(&response, WidgetType::Button, &project.name);
    let corners = CornerRadius::same(radius::CARD);
    let edge = Stroke::new(1.0, colors.border);
    ui.painter().rect(rect, corners, colors.card, edge, StrokeKind::Inside);
    widgets::paint_ghost(ui, &response, rect);

    let painter = ui.painter();
    let at = rect.left_center() + Vec2::new(space::L, 0.0);
    painter.text(at, Align2::LEFT_CENTER, icon::CUBE, text::icon_font(20.0), colors.accent_text);
    let at = rect.left_center() + Vec2::new(space::L + 34.0, 0.0);
    let font = text::semibold_font(text::BODY_SIZE);
    let name = painter.text(at, Align2::LEFT_CENTER, &project.name, font, colors.text_strong);
    let at = name.right_center() + Vec2::new(space::M, 0.5);
    let folder = project.folder.file_name().unwrap_or_default().to_string_lossy();
    if folder != project.name {
        painter.text(at, Align2::LEFT_CENTER, folder, text::number_font(), colors.text_weak);
    }

    let runs = cx.with("gallery-runs", &[("runs", project.runs.into())]);
    let facts = format!("{runs}  ·  {}", ago(cx, project.changed_unix_secs));
    let at = rect.right_center() - Vec2::new(space::L, 0.0);
    painter.text(at, Align2::RIGHT_CENTER, facts, text::small_font(), colors.text_weak);

    if response.on_hover_text(project.folder.display().to_string()).clicked() {
        cx.act(Action::OpenProject(project.folder.clone()));
    }
}

/// How long ago something changed, in words.
pub(crate) fn ago(cx: &Context<'_>, unix_secs: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
    let minutes = now.saturating_sub(unix_secs) / 60;
    match minutes {
        0 => cx.text("ago-now"),
        1..60 => cx.with("ago-minutes", &[("n", minutes.into())]),
        60..1440 => cx.with("ago-hours", &[("n", (minutes / 60).into())]),
        _ => cx.with("ago-days", &[("n", (minutes / 1440).into())]),
    }
}
