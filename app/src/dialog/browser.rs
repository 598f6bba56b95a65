//! The built-in file browser: a path field that always works, and the folder's entries to click on.

use std::path::Path;

use egui::{
    Align, Align2, CornerRadius, Key, Layout, RichText, ScrollArea, Sense, Stroke, Ui, Vec2, WidgetType,
};

use super::window_ui;
use crate::{
    action::{Action, Pick},
    context::Context,
    errands::{DATA_EXTENSIONS, Entry},
    state::Browser,
    theme::{self, icon, radius, size, space, text},
    widgets,
};

const ROW: f32 = 32.0;
const LIST_HEIGHT: f32 = 300.0;

/// Draws the browser.
pub fn browser_ui(ui: &Ui, cx: &mut Context<'_>, browser: &Browser) {
    let title = cx.text(match browser.pick {
        Pick::Data => "browser-data",
        Pick::Project => "browser-project",
        Pick::ProjectsFolder => "browser-projects-folder",
        Pick::Curves => "browser-curves",
        Pick::Elsewhere => "browser-elsewhere",
    });
    window_ui(ui, cx, &title, size::DIALOG, |ui, cx| {
        let about = cx.text(match browser.pick {
            Pick::Data => "browser-data-about",
            Pick::Project => "browser-project-about",
            Pick::ProjectsFolder => "browser-projects-folder-about",
            Pick::Curves => "browser-curves-about",
            Pick::Elsewhere => "browser-elsewhere-about",
        });
        widgets::weak(ui, &about);
        ui.add_space(space::S);
        path_ui(ui, cx, browser);
        ui.add_space(space::M);
        folder_ui(ui, cx, browser);
        list_ui(ui, cx, browser);
        if matches!(browser.pick, Pick::ProjectsFolder | Pick::Elsewhere) {
            ui.add_space(space::M);
            widgets::buttons_row(ui, |ui| {
                let label = cx.text("browser-use-folder");
                if widgets::primary_button(ui, true, icon::CHECK, &label).clicked() {
                    cx.act(Action::Take(browser.folder.clone()));
                }
            });
        }
    });
}

/// The path field, and what is wrong with what it says.
fn path_ui(ui: &mut Ui, cx: &mut Context<'_>, browser: &Browser) {
    let colors = theme::colors(ui);
    let label = cx.text("browser-path");
    let mut typed = browser.path.clone();
    ui.horizontal(|ui| {
        let open = cx.text("browser-open");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let go = widgets::secondary_button(ui, !typed.trim().is_empty(), "", &open).clicked();
            let field = widgets::text_field(&mut typed)
                .hint_text(cx.text("browser-path-hint"))
                .desired_width(f32::INFINITY);
            let response = ui.add(field);
            widgets::name_field(&response, &label, &typed);
            let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            if typed != browser.path {
                cx.act(Action::TypePath(typed.clone()));
            }
            if go || entered && !typed.trim().is_empty() {
                cx.act(Action::LookAtPath);
            }
        });
    });
    if browser.is_missing {
        let words = cx.with("browser-missing", &[("path", browser.path.trim().into())]);
        ui.label(RichText::new(words).color(colors.bad));
    }
}

/// The folder that is shown, and the way up.
fn folder_ui(ui: &mut Ui, cx: &mut Context<'_>, browser: &Browser) {
    let colors = theme::colors(ui);
    ui.horizontal(|ui| {
        let parent = browser.folder.parent();
        let label = cx.text("browser-up");
        if widgets::icon_button(ui, parent.is_some(), icon::ARROW_UP, &label).clicked()
            && let Some(parent) = parent
        {
            cx.act(Action::Browse(parent.into()));
        }
        let path = browser.folder.display().to_string();
        ui.add(egui::Label::new(text::mono(path).color(colors.text_weak)).truncate());
    });
}

fn list_ui(ui: &mut Ui, cx: &mut Context<'_>, browser: &Browser) {
    let colors = theme::colors(ui);
    egui::Frame::new()
        .fill(colors.field)
        .stroke(Stroke::new(1.0, colors.border))
        .corner_radius(CornerRadius::same(radius::CARD))
        .inner_margin(space::XS)
        .show(ui, |ui| {
            ui.set_height(LIST_HEIGHT);
            ui.set_width(ui.available_width());
            match &browser.listing {
                None => {}
                Some(Err(cause)) => {
                    let words = cx.with("browser-unreadable", &[("cause", cause.into())]);
                    ui.label(RichText::new(words).color(colors.bad));
                }
                Some(Ok(entries)) => {
                    let shown: Vec<_> = entries.iter().filter(|entry| fits(browser.pick, entry)).collect();
                    entries_ui(ui, cx, browser.pick, &shown);
                }
            }
        });
}

fn entries_ui(ui: &mut Ui, cx: &mut Context<'_>, pick: Pick, entries: &[&Entry]) {
    if entries.is_empty() {
        ui.centered_and_justified(|ui| widgets::weak(ui, &cx.text("browser-nothing")));
        return;
    }
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().auto_shrink(false).show_rows(ui, ROW, entries.len(), |ui, rows| {
        for entry in &entries[rows] {
            entry_ui(ui, cx, pick, entry);
        }
    });
}

fn entry_ui(ui: &mut Ui, cx: &mut Context<'_>, pick: Pick, entry: &Entry) {
    let colors = theme::colors(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), Sense::click());
    widgets::name(&response, WidgetType::Button, &entry.name);
    widgets::paint_ghost(ui, &response, rect);
    let (mark, color) = match entry {
        Entry { is_project: true, .. } => (icon::CUBE, colors.accent_text),
        Entry { is_folder: true, .. } => (icon::FOLDER, colors.text_weak),
        _ => (icon::FILE_CSV, colors.good),
    };
    let painter = ui.painter();
    let at = rect.left_center() + Vec2::new(space::S, 0.0);
    painter.text(at, Align2::LEFT_CENTER, mark, text::icon_font(16.0), color);
    let at = rect.left_center() + Vec2::new(34.0, 0.0);
    painter.text(at, Align2::LEFT_CENTER, &entry.name, text::body_font(), colors.text);
    if response.clicked() {
        let takes = if entry.is_folder { pick == Pick::Project && entry.is_project } else { true };
        let path = entry.path.clone();
        cx.act(if takes { Action::Take(path) } else { Action::Browse(path) });
    }
}

/// Whether an entry is worth showing.
fn fits(pick: Pick, entry: &Entry) -> bool {
    let is_data = || {
        let extension = Path::new(&entry.name).extension().map(|ending| ending.to_ascii_lowercase());
        extension.is_some_and(|ending| DATA_EXTENSIONS.iter().any(|data| ending == *data))
    };
    entry.is_folder || pick == Pick::Data && is_data()
}
