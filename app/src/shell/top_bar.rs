//! The bar at the top: where one is, what trains, and the way to every command.

use egui::{
    Align, CornerRadius, Frame, Layout, Margin, Panel, Popup, RichText, Sense, Stroke, Ui, Vec2, WidgetType,
};
use engine::protocol::{RunState, Split};

use super::shortcut_text;
use crate::{
    action::Action,
    command::UiCommand,
    context::Context,
    format,
    locale::Language,
    mirror::Run,
    settings::Theme,
    state::ProjectState,
    theme::{self, icon, radius, size, space, text},
    widgets,
};

/// Widest that a project's name gets.
const LONGEST_NAME: f32 = 220.0;

/// Draws the bar at the top.
pub fn top_bar_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let colors = theme::colors(ui);
    let frame = Frame::new().fill(colors.panel).inner_margin(Margin::symmetric(space::M as i8, 0));
    Panel::top("top-bar").exact_size(size::TOP_BAR).resizable(false).frame(frame).show(ui, |ui| {
        ui.horizontal_centered(|ui| {
            home_ui(ui, cx);
            let state = cx.state;
            if let Some(project) = &state.project {
                breadcrumb_ui(ui, cx, project);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                theme_ui(ui, cx);
                language_ui(ui, cx);
                palette_button_ui(ui, cx);
                ui.add_space(space::XS);
                run_pill_ui(ui, cx);
            });
        });
    });
}

/// The name of the program; leads to the gallery.
fn home_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let colors = theme::colors(ui);
    let label = cx.text("command-gallery");
    let (rect, response) = ui.allocate_exact_size(Vec2::new(118.0, size::CONTROL), Sense::click());
    widgets::name(&response, WidgetType::Button, &label);
    widgets::paint_ghost(ui, &response, rect);
    let mark = egui::Rect::from_min_size(rect.min + Vec2::new(6.0, 5.0), Vec2::splat(22.0));
    ui.painter().rect_filled(mark, CornerRadius::same(radius::CONTROL), colors.accent);
    let at = mark.center();
    let font = text::icon_font(15.0);
    ui.painter().text(at, egui::Align2::CENTER_CENTER, icon::TRAIN_SIMPLE, font, colors.on_accent);
    let at = mark.right_center() + Vec2::new(space::S, 0.0);
    let font = text::semibold_font(text::TITLE_SIZE);
    ui.painter().text(at, egui::Align2::LEFT_CENTER, "Trainyard", font, colors.text_strong);
    let hint = format!("{label}  {}", shortcut_text(ui.ctx(), UiCommand::ShowGallery));
    if response.on_hover_text(hint).clicked() {
        cx.run(UiCommand::ShowGallery);
    }
}

/// Project, experiment, and whether anything is not saved.
fn breadcrumb_ui(ui: &mut Ui, cx: &mut Context<'_>, project: &ProjectState) {
    let colors = theme::colors(ui);
    slash_ui(ui);
    ui.scope(|ui| {
        ui.set_max_width(LONGEST_NAME);
        let name = text::strong(&project.name).color(colors.text_strong);
        let response = ui.add(egui::Label::new(name).truncate());
        response.on_hover_text(project.folder.display().to_string());
    });
    if let Some(draft) = project.draft() {
        slash_ui(ui);
        experiment_ui(ui, cx, project, &draft.edited.name);
    }
    if project.is_dirty() {
        let label = cx.text("project-unsaved");
        ui.label(RichText::new("●").size(9.0).color(colors.warning)).on_hover_text(&label);
        let save = cx.text("command-save");
        let hint = format!("{label}  {}", shortcut_text(ui.ctx(), UiCommand::Save));
        if widgets::icon_button(ui, true, icon::FLOPPY_DISK, &save).on_hover_text(hint).clicked() {
            cx.run(UiCommand::Save);
        }
    }
}

fn slash_ui(ui: &mut Ui) {
    let colors = theme::colors(ui);
    ui.label(RichText::new("/").color(colors.border_strong));
}

fn experiment_ui(ui: &mut Ui, cx: &mut Context<'_>, project: &ProjectState, selected: &str) {
    if project.drafts.len() == 1 {
        ui.label(selected);
        return;
    }
    let label = cx.text("experiment");
    widgets::choice(ui, "experiment", &label, selected, 180.0, |ui| {
        for draft in &project.drafts {
            let name = &draft.edited.name;
            if ui.selectable_label(name == selected, name).clicked() {
                cx.act(Action::SelectExperiment(name.clone()));
            }
        }
    });
}

/// The run that trains, seen from every screen: how far it is and its loss.
fn run_pill_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let Some((folder, run)) = cx.mirror.active_run() else { return };
    let colors = theme::colors(ui);
    let (dot, words) = match run.summary.state {
        RunState::Running => (colors.good, cx.text("pill-running")),
        RunState::Paused => (colors.warning, cx.text("pill-paused")),
        _ => (colors.text_weak, cx.text("pill-queued")),
    };
    let name = cx.with("pill-run", &[("run", run.summary.id.to_string().into())]);
    let label = format!("{name} · {words}{}", numbers(run, cx));

    let galley = ui.painter().layout_no_wrap(label.clone(), text::small_font(), colors.text);
    let size = Vec2::new(galley.size().x + 36.0, 28.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    widgets::name(&response, WidgetType::Button, &label);

    let fill = if response.hovered() { colors.hovered } else { colors.card };
    let edge = if response.has_focus() { colors.accent } else { colors.border };
    let painter = ui.painter();
    painter.rect(rect, 14.0, fill, Stroke::new(1.0, edge), egui::StrokeKind::Inside);
    let mut done = rect;
    done.set_width(rect.width() * run.share_done());
    painter.with_clip_rect(done).rect_filled(rect.shrink(1.0), 13.0, colors.accent.gamma_multiply(0.18));
    painter.circle_filled(rect.left_center() + Vec2::new(15.0, 0.0), 3.5, dot);
    let at = rect.left_center() + Vec2::new(25.0, -galley.size().y / 2.0);
    painter.galley(at, galley, colors.text);

    let go = Action::GoToRun { folder: folder.into(), run: run.summary.id };
    let hint = cx.text("pill-go");
    if response.on_hover_text(hint).clicked() {
        cx.act(go);
    }
}

/// ` · 43 % · loss 0.1234`.
fn numbers(run: &Run, cx: &Context<'_>) -> String {
    if !run.is_underway() {
        return String::new();
    }
    let mut text = format!(" · {:.0} %", run.share_done() * 100.0);
    if let Some(loss) = run.latest("loss", Split::Training) {
        text.push_str(&format!(" · {} {}", cx.text("pill-loss"), format::metric(loss)));
    }
    text
}

/// A field-like button that opens the palette.
fn palette_button_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let colors = theme::colors(ui);
    let label = cx.text("palette-button");
    let keys = shortcut_text(ui.ctx(), UiCommand::OpenPalette);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(200.0, 28.0), Sense::click());
    widgets::name(&response, WidgetType::Button, &label);
    let edge = if response.has_focus() {
        colors.accent
    } else if response.hovered() {
        colors.border_strong
    } else {
        colors.border
    };
    let painter = ui.painter();
    let corners = CornerRadius::same(radius::CONTROL);
    painter.rect(rect, corners, colors.field, Stroke::new(1.0, edge), egui::StrokeKind::Inside);
    let left = rect.left_center();
    let weak = colors.text_weak;
    let middle_left = egui::Align2::LEFT_CENTER;
    painter.text(
        left + Vec2::new(9.0, 0.0),
        middle_left,
        icon::MAGNIFYING_GLASS,
        text::icon_font(14.0),
        weak,
    );
    painter.text(left + Vec2::new(30.0, 0.0), middle_left, label, text::small_font(), weak);
    let right = rect.right_center() - Vec2::new(9.0, 0.0);
    painter.text(right, egui::Align2::RIGHT_CENTER, keys, text::tiny_font(), weak);
    if response.clicked() {
        cx.run(UiCommand::OpenPalette);
    }
}

fn language_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let label = cx.text("language");
    let response = widgets::icon_button(ui, true, icon::TRANSLATE, &label);
    Popup::menu(&response).show(|ui| {
        for language in Language::ALL {
            if ui.selectable_label(language == cx.words.language, language.own_name()).clicked() {
                cx.act(Action::SetLanguage(language));
                ui.close();
            }
        }
    });
}

fn theme_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let (mark, key) = match cx.state.settings.theme {
        Theme::Dark => (icon::SUN, "theme-to-light"),
        Theme::Light => (icon::MOON, "theme-to-dark"),
    };
    let label = cx.text(key);
    if widgets::icon_button(ui, true, mark, &label).clicked() {
        cx.run(UiCommand::SwitchTheme);
    }
}
