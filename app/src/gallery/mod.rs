//! The first screen: examples to start from, and the user's own projects.

mod example;
mod picture;
mod projects;

pub(crate) use picture::paint_image;
pub(crate) use projects::ago;

use egui::{Align, CentralPanel, Frame, Layout, ScrollArea, Ui, Vec2};

use crate::{
    command::UiCommand,
    context::Context,
    shell::shortcut_text,
    theme::{self, icon, size, space, text},
    widgets,
};

/// Cards stand this many beside each other, where there is room.
const MOST_COLUMNS: usize = 4;
const LEAST_CARD_WIDTH: f32 = 230.0;

/// Draws the gallery.
pub fn gallery_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let frame = Frame::new().fill(theme::colors(ui).background);
    CentralPanel::no_frame().frame(frame).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            let side = ((ui.available_width() - size::PAGE) / 2.0).max(space::XL);
            ui.horizontal_top(|ui| {
                ui.add_space(side);
                let width = ui.available_width() - side;
                ui.allocate_ui_with_layout(Vec2::new(width, 0.0), Layout::top_down(Align::Min), |ui| {
                    page_ui(ui, cx);
                });
            });
        });
    });
}

fn page_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    ui.add_space(space::XXL);
    hero_ui(ui, cx);
    ui.add_space(space::XXL);
    section_ui(ui, &cx.text("gallery-examples"), &cx.text("gallery-examples-about"));
    ui.add_space(space::S);
    examples_ui(ui, cx);
    ui.add_space(space::XXL);
    projects::projects_ui(ui, cx);
    ui.add_space(space::XXL);
}

/// One line, one sentence, two buttons.
fn hero_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let colors = theme::colors(ui);
    ui.label(text::display(cx.text("gallery-hero")).color(colors.text_strong));
    ui.add_space(-2.0);
    ui.label(egui::RichText::new(cx.text("gallery-about")).size(text::TITLE_SIZE).color(colors.text_weak));
    ui.add_space(space::M);
    ui.horizontal(|ui| {
        let keys = shortcut_text(ui.ctx(), UiCommand::OpenData);
        let label = cx.text("command-open-data");
        if widgets::primary_button(ui, true, icon::FILE_CSV, &label).on_hover_text(keys).clicked() {
            cx.run(UiCommand::OpenData);
        }
        let keys = shortcut_text(ui.ctx(), UiCommand::OpenProject);
        let label = cx.text("command-open-project");
        if widgets::secondary_button(ui, true, icon::FOLDER_OPEN, &label).on_hover_text(keys).clicked() {
            cx.run(UiCommand::OpenProject);
        }
        ui.add_space(space::S);
        widgets::weak(ui, &cx.text("gallery-drop"));
    });
}

/// The name of a section with a weak line beside it.
fn section_ui(ui: &mut Ui, title: &str, line: &str) {
    let colors = theme::colors(ui);
    ui.horizontal(|ui| {
        ui.label(text::title(title).color(colors.text_strong));
        widgets::weak(ui, line);
    });
}

/// The cards, as many beside each other as there is room for.
fn examples_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let mirror = cx.mirror;
    let width = ui.available_width();
    let fitting = ((width + space::L) / (LEAST_CARD_WIDTH + space::L)) as usize;
    let columns = if fitting >= MOST_COLUMNS { MOST_COLUMNS } else { fitting.clamp(1, 2) };
    let card_width = (width - space::L * (columns - 1) as f32) / columns as f32;
    ui.spacing_mut().item_spacing = Vec2::splat(space::L);
    match &mirror.examples {
        None => row_ui(ui, &[(); MOST_COLUMNS], columns, |ui, ()| example::loading_ui(ui, card_width)),
        Some(examples) => row_ui(ui, examples, columns, |ui, card| {
            example::card_ui(ui, cx, card, card_width);
        }),
    }
}

fn row_ui<T>(ui: &mut Ui, items: &[T], columns: usize, mut draw: impl FnMut(&mut Ui, &T)) {
    for row in items.chunks(columns) {
        ui.horizontal_top(|ui| {
            for item in row {
                draw(ui, item);
            }
        });
    }
}
