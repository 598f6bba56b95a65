//! How data are read: what was guessed of them and can be corrected, and what is wrong with single rows.

use egui::{RichText, ScrollArea, Ui};
use engine::{
    data::{Origin, Preview},
    import::{Dialect, ENCODINGS, Reading},
};

use crate::{
    action::Action,
    context::Context,
    format,
    state::NewProjectState,
    theme::{self, space, text},
    widgets,
};

const DELIMITERS: [(char, &str); 4] =
    [(',', "reading-comma"), (';', "reading-semicolon"), ('\t', "reading-tab"), ('|', "reading-pipe")];
const FIELD: f32 = 130.0;
/// Height of the list of faults.
const FAULTS_HEIGHT: f32 = 110.0;

/// Draws delimiter, encoding and header of a table in text; a change reads the data again.
pub fn dialect_ui(ui: &mut Ui, cx: &mut Context<'_>, new: &NewProjectState, dialect: &Dialect) {
    ui.horizontal(|ui| {
        let label = cx.text("reading-delimiter");
        widgets::weak(ui, &label);
        let known = DELIMITERS.iter().find(|(delimiter, _)| *delimiter == dialect.delimiter);
        let shown = known.map_or_else(|| dialect.delimiter.to_string(), |(_, key)| cx.text(key));
        widgets::choice(ui, "delimiter", &label, &shown, FIELD, |ui| {
            for (delimiter, key) in DELIMITERS {
                let words = cx.text(key);
                if ui.selectable_label(delimiter == dialect.delimiter, words).clicked() {
                    read_as(cx, Reading { delimiter: Some(delimiter), ..new.reading.clone() });
                    ui.close();
                }
            }
        });
        ui.add_space(space::M);
        let label = cx.text("reading-encoding");
        widgets::weak(ui, &label);
        widgets::choice(ui, "encoding", &label, &dialect.encoding, FIELD, |ui| {
            for encoding in ENCODINGS {
                if ui.selectable_label(encoding == dialect.encoding, encoding).clicked() {
                    read_as(cx, Reading { encoding: Some(encoding.into()), ..new.reading.clone() });
                    ui.close();
                }
            }
        });
        ui.add_space(space::M);
        if widgets::checkbox(ui, dialect.header, &cx.text("new-project-header")) {
            read_as(cx, Reading { header: Some(!dialect.header), ..new.reading.clone() });
        }
    });
}

fn read_as(cx: &mut Context<'_>, reading: Reading) {
    cx.act(Action::ReadAs(Box::new(reading)));
}

/// Draws what was left out, row by row, behind a line that counts it.
pub fn faults_ui(ui: &mut Ui, cx: &Context<'_>, origin: &Origin) {
    let faults = &origin.faults;
    if faults.count == 0 {
        return;
    }
    let colors = theme::colors(ui);
    let count = cx.with("reading-faults", &[("count", faults.count.into())]);
    let head = RichText::new(count).color(colors.warning);
    egui::CollapsingHeader::new(head).id_salt("faults").show(ui, |ui| {
        const ROW: f32 = 20.0;
        let area = ScrollArea::vertical().max_height(FAULTS_HEIGHT).auto_shrink([false, true]);
        area.show_rows(ui, ROW, faults.list.len(), |ui, rows| {
            for fault in &faults.list[rows] {
                let (message, hint) = cx.words.problem(fault);
                let line = ui.add(egui::Label::new(text::mono(message).color(colors.text)).truncate());
                if let Some(hint) = hint {
                    line.on_hover_text(hint);
                }
            }
        });
        if faults.count > faults.list.len() {
            let shown = format::count(faults.list.len() as u64);
            widgets::weak(ui, &cx.with("reading-faults-first", &[("count", shown.into())]));
        }
    });
}

/// What the data were, in a few words: `GB18030`, `pictures`, and which column divides the rows.
pub fn origin_words(cx: &Context<'_>, preview: &Preview) -> String {
    let Some(origin) = &preview.origin else { return String::new() };
    let mut words = vec![cx.text(&format!("format-{}", origin.format.name()))];
    if let Some(split) = &origin.split {
        words.push(cx.with("reading-split", &[("column", split.as_str().into())]));
    }
    words.join(" · ")
}
