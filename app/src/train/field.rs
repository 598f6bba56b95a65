//! The rows of a settings form: a label, a control, and below it what is wrong with its value.
//!
//! The label, the tooltip and the accessible name of a control follow from the setting's path in
//! `project.toml`. Text that means nothing (yet) is a draft of the state, so that it can be explained and
//! keeps Train from starting.

use egui::{
    Align, ComboBox, CornerRadius, Id, Key, Layout, Margin, PopupCloseBehavior, Response, RichText, Sense,
    Stroke, TextEdit, TextStyle, Ui, UiBuilder, Vec2, WidgetInfo, WidgetType, vec2,
};
use engine::train::SettingError;

use super::{choices::Kind, faults, numbers};
use crate::{
    action::Action,
    context::Context,
    state::State,
    theme::{self, size, space, text},
    widgets,
};

/// A value that is typed.
pub trait Typed: Sized + PartialEq {
    fn write(&self) -> String;
    fn read(text: &str) -> Option<Self>;
}

impl Typed for f64 {
    fn write(&self) -> String {
        numbers::setting(*self)
    }

    fn read(text: &str) -> Option<Self> {
        numbers::parse(text)
    }
}

macro_rules! typed_counts {
    ($($count:ty),*) => {$(
        impl Typed for $count {
            fn write(&self) -> String {
                self.to_string()
            }

            fn read(text: &str) -> Option<Self> {
                numbers::parse_count(text)?.try_into().ok()
            }
        }
    )*};
}
typed_counts!(u32, u64, usize);

/// Nothing, or a value.
impl<T: Typed> Typed for Option<T> {
    fn write(&self) -> String {
        self.as_ref().map(T::write).unwrap_or_default()
    }

    fn read(text: &str) -> Option<Self> {
        if text.trim().is_empty() { Some(None) } else { T::read(text).map(Some) }
    }
}

/// Numbers separated by commas.
impl Typed for Vec<f64> {
    fn write(&self) -> String {
        self.iter().map(f64::write).collect::<Vec<_>>().join(", ")
    }

    fn read(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches([',', '，']);
        if text.is_empty() {
            return Some(Vec::new());
        }
        text.split([',', '，']).map(f64::read).collect()
    }
}

/// What a row is for.
struct Field<'p> {
    path: &'p str,
    name: String,
    hint: String,
}

/// A form being drawn.
pub struct Form<'f, 'a> {
    pub cx: &'f mut Context<'a>,
    pub errors: Vec<SettingError>,
    /// Whether Enter was pressed in one of its fields.
    pub is_entered: bool,
    /// Tells its fields from those of other forms, and what is typed into them.
    scope: &'static str,
    /// Share of the width that labels take.
    label_width: f32,
}

impl<'f, 'a> Form<'f, 'a> {
    pub fn new(ui: &Ui, cx: &'f mut Context<'a>, errors: Vec<SettingError>) -> Self {
        let label_width = (ui.available_width() * 0.4).floor();
        Self { cx, errors, is_entered: false, scope: State::SETTING, label_width }
    }

    /// A form beside that of the settings.
    pub fn scoped(self, scope: &'static str) -> Self {
        Self { scope, ..self }
    }

    /// A row for the setting with that path in `project.toml`.
    fn field<'p>(&self, path: &'p str) -> Field<'p> {
        let key = faults::label_key(path);
        Field { path, name: self.cx.text(key), hint: self.cx.hint(key) }
    }

    /// A name over the rows that belong together.
    pub fn group(&self, ui: &mut Ui, key: &str) {
        let colors = theme::colors(ui);
        ui.add_space(space::M);
        ui.label(text::small(self.cx.text(key)).color(colors.text_weak));
        ui.add_space(space::XS);
    }

    /// A value to type.
    pub fn typed<T: Typed>(&mut self, ui: &mut Ui, path: &'static str, value: &mut T) {
        self.typed_or(ui, path, value, "");
    }

    /// A value to type; `empty` stands where nothing is typed.
    pub fn typed_or<T: Typed>(&mut self, ui: &mut Ui, path: &'static str, value: &mut T, empty: &str) {
        self.typed_field(ui, &self.field(path), value, empty);
    }

    /// A value to type that is called `name`, whatever its path.
    pub fn typed_named<T: Typed>(
        &mut self,
        ui: &mut Ui,
        path: &str,
        name: String,
        hint: String,
        value: &mut T,
    ) {
        self.typed_field(ui, &Field { path, name, hint }, value, "");
    }

    fn typed_field<T: Typed>(&mut self, ui: &mut Ui, field: &Field<'_>, value: &mut T, empty: &str) {
        let draft_field = format!("{}{}", self.scope, field.path);
        let draft = self.cx.state.draft(&draft_field);
        let fault = match draft {
            Some(_) => Some(self.cx.text("train-fault-not-finite")),
            None => faults::of_field(&self.errors, field.path, self.cx.words),
        };
        let id = Id::new("train_settings").with(&draft_field);
        // What is being typed ("0.0" on the way to "0.01") stays until the value is changed from elsewhere.
        let typing: Option<String> = ui.data(|data| data.get_temp(id));
        let typing = typing.filter(|typed| T::read(typed).as_ref() == Some(&*value));
        let mut words = draft.map(str::to_owned).or(typing).unwrap_or_else(|| value.write());
        let was_draft = draft.is_some();

        let response = self.row(ui, field, fault, |ui, _| {
            let edit = TextEdit::singleline(&mut words)
                .id(id)
                .hint_text(RichText::new(empty).text_style(TextStyle::Small))
                .vertical_align(Align::Center)
                .margin(Margin::symmetric(space::M as i8, 0))
                .min_size(vec2(0.0, size::CONTROL))
                .desired_width(f32::INFINITY);
            ui.add(edit)
        });
        if response.changed() {
            match T::read(&words) {
                Some(read) => {
                    *value = read;
                    if was_draft {
                        self.cx.act(Action::Draft { field: draft_field, text: None });
                    }
                }
                None => self.cx.act(Action::Draft { field: draft_field, text: Some(words.clone()) }),
            }
        }
        self.is_entered |= response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if response.has_focus() {
            ui.data_mut(|data| data.insert_temp(id, words));
        } else {
            ui.data_mut(|data| data.remove::<String>(id));
        }
    }

    /// One of several kinds; gives the kind that was chosen.
    pub fn kind(
        &mut self,
        ui: &mut Ui,
        path: &'static str,
        kinds: &[Kind],
        selected: &str,
    ) -> Option<&'static str> {
        let names: Vec<String> = kinds.iter().map(|(_, key)| self.cx.text(key)).collect();
        let selected = kinds.iter().position(|(kind, _)| *kind == selected);
        let chosen = self.choice(ui, path, &names, selected, None)?;
        kinds.get(chosen).map(|(kind, _)| *kind)
    }

    /// One of several names; gives the index that was chosen.
    pub fn choice(
        &mut self,
        ui: &mut Ui,
        path: &'static str,
        names: &[String],
        selected: Option<usize>,
        fault: Option<String>,
    ) -> Option<usize> {
        let field = self.field(path);
        self.choice_field(ui, &field, names, selected, fault)
    }

    /// One of several names, in a field that is called `name`, whatever its path.
    pub fn choice_named(
        &mut self,
        ui: &mut Ui,
        path: &str,
        (name, hint): (String, String),
        names: &[String],
        selected: Option<usize>,
    ) -> Option<usize> {
        self.choice_field(ui, &Field { path, name, hint }, names, selected, None)
    }

    fn choice_field(
        &mut self,
        ui: &mut Ui,
        field: &Field<'_>,
        names: &[String],
        selected: Option<usize>,
        fault: Option<String>,
    ) -> Option<usize> {
        let mut chosen = None;
        let shown = selected.and_then(|index| names.get(index)).map_or("", String::as_str);
        self.row(ui, field, fault, |ui, _| {
            let combo = ComboBox::from_id_salt(field.path)
                .width(ui.available_width())
                .truncate()
                .icon(widgets::caret)
                .selected_text(shown);
            let response = combo.show_ui(ui, |ui| {
                for (index, name) in names.iter().enumerate() {
                    if ui.selectable_label(selected == Some(index), name).clicked() {
                        chosen = Some(index).filter(|chosen| Some(*chosen) != selected);
                    }
                }
            });
            response.response
        });
        chosen
    }

    /// Any of several names; `none` stands there where none is chosen.
    pub fn several(
        &mut self,
        ui: &mut Ui,
        path: &str,
        (name, hint): (String, String),
        names: &[String],
        chosen: &mut Vec<String>,
        none: &str,
    ) {
        let shown = if chosen.is_empty() { none.to_owned() } else { chosen.join(", ") };
        self.row(ui, &Field { path, name, hint }, None, |ui, _| {
            let combo = ComboBox::from_id_salt(path)
                .width(ui.available_width())
                .truncate()
                .icon(widgets::caret)
                .selected_text(shown)
                .close_behavior(PopupCloseBehavior::CloseOnClickOutside);
            let response = combo.show_ui(ui, |ui| {
                for name in names {
                    let place = chosen.iter().position(|other| other == name);
                    if ui.selectable_label(place.is_some(), name).clicked() {
                        match place {
                            Some(place) => drop(chosen.remove(place)),
                            None => chosen.push(name.clone()),
                        }
                    }
                }
            });
            response.response
        });
    }

    /// A switch.
    pub fn switch(&mut self, ui: &mut Ui, path: &'static str, on: &mut bool) {
        let fault = faults::of_field(&self.errors, path, self.cx.words);
        self.row(ui, &self.field(path), fault, |ui, name| switch_ui(ui, on, name));
    }

    /// A switch that is called `name`, whatever its path.
    pub fn switch_named(&mut self, ui: &mut Ui, (name, hint): (String, String), on: &mut bool) {
        self.row(ui, &Field { path: "", name, hint }, None, |ui, name| switch_ui(ui, on, name));
    }

    /// Something that is told, not set.
    pub fn fact(&self, ui: &mut Ui, key: &str, value: &str) {
        self.fact_with(ui, key, value, &self.cx.hint(key));
    }

    /// [`Self::fact`] with a hint that has values in it.
    pub fn fact_with(&self, ui: &mut Ui, key: &str, value: &str, hint: &str) {
        let colors = theme::colors(ui);
        ui.horizontal_top(|ui| {
            self.label(ui, text::small(self.cx.text(key)).color(colors.text_weak), space::L)
                .on_hover_text(hint);
            ui.vertical(|ui| ui.label(text::small(value).color(colors.text))).inner.on_hover_text(hint);
        });
    }

    /// What is drawn below a control, as wide as it.
    pub fn below(&self, ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
        ui.horizontal(|ui| {
            ui.add_space(self.label_width + ui.spacing().item_spacing.x);
            ui.vertical(add);
        });
    }

    /// A label, a control that is called like it, and a fault below.
    fn row(
        &self,
        ui: &mut Ui,
        Field { name, hint, .. }: &Field<'_>,
        fault: Option<String>,
        control: impl FnOnce(&mut Ui, &str) -> Response,
    ) -> Response {
        let colors = theme::colors(ui);
        let response = ui
            .horizontal(|ui| {
                let label = self.label(ui, RichText::new(name), size::CONTROL).on_hover_text(hint);
                if fault.is_some() {
                    let widgets = &mut ui.visuals_mut().widgets;
                    for state in [&mut widgets.inactive, &mut widgets.hovered, &mut widgets.open] {
                        state.bg_stroke = Stroke::new(1.0, colors.bad);
                    }
                    ui.visuals_mut().selection.stroke.color = colors.bad;
                }
                control(ui, name).labelled_by(label.id).on_hover_text(hint)
            })
            .inner;
        if let Some(fault) = fault {
            self.below(ui, |ui| {
                ui.label(text::small(fault).color(colors.bad));
            });
        }
        response
    }

    fn label(&self, ui: &mut Ui, name: RichText, height: f32) -> Response {
        let (_, rect) = ui.allocate_space(Vec2::new(self.label_width, height));
        let layout = Layout::left_to_right(Align::Center);
        let mut ui = ui.new_child(UiBuilder::new().max_rect(rect).layout(layout));
        ui.add(egui::Label::new(name).truncate())
    }
}

/// A switch as phones have it: quicker to read than a tick.
fn switch_ui(ui: &mut Ui, on: &mut bool, name: &str) -> Response {
    let colors = theme::colors(ui);
    let (rect, mut response) = ui.allocate_exact_size(vec2(size::CONTROL, size::CONTROL), Sense::click());
    if response.clicked() {
        *on = !*on;
        response.mark_changed();
    }
    let (enabled, is_on) = (ui.is_enabled(), *on);
    response.widget_info(|| WidgetInfo::selected(WidgetType::Checkbox, enabled, is_on, name));
    let progress = ui.ctx().animate_bool_responsive(response.id, is_on);
    let track = egui::Rect::from_center_size(rect.center(), vec2(size::CONTROL, 18.0));
    let radius = track.height() / 2.0;
    let (fill, knob) = if is_on {
        (colors.accent, colors.on_accent)
    } else if response.hovered() {
        (colors.border_strong, colors.text_strong)
    } else {
        (colors.border, colors.text_weak)
    };
    ui.painter().rect_filled(track, CornerRadius::same(radius as u8), fill);
    if response.has_focus() {
        let stroke = Stroke::new(1.0, colors.accent_text);
        ui.painter().rect_stroke(track, CornerRadius::same(radius as u8), stroke, egui::StrokeKind::Outside);
    }
    let x = egui::lerp(track.left() + radius..=track.right() - radius, progress);
    ui.painter().circle_filled(egui::pos2(x, track.center().y), radius - 3.0, knob);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_weights_are_numbers_between_commas() {
        let cases = [
            ("", Some(vec![])),
            ("1, 2.5", Some(vec![1.0, 2.5])),
            ("1，2，", Some(vec![1.0, 2.0])),
            ("1,,2", None),
            ("one", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Vec::read(text), expected, "{text:?}");
        }
        assert_eq!(vec![1.0, 1e-4].write(), "1, 1e-4");
    }

    #[test]
    fn counts_that_do_not_fit_are_not_read() {
        assert_eq!(u32::read("4294967296"), None);
        assert_eq!(u32::read("4294967295"), Some(u32::MAX));
        assert_eq!(u64::read("18446744073709551615"), Some(u64::MAX));
    }
}
