//! Beside the Train button: seeds, searches, and how many runs train at the same time.

use egui::{Button, Popup, PopupCloseBehavior, Ui, WidgetType};
use engine::supervisor::MAX_AT_ONCE;

use super::faults;
use crate::{
    action::Action,
    context::Context,
    theme::{self, icon, space, text},
    widgets,
};

const WIDTH: f32 = 260.0;

/// Draws the button and, where it is open, its menu.
pub fn more_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let response = widgets::icon_button(ui, true, icon::CARET_DOWN, &cx.text("train-more"));
    let fault = faults::of_training(cx);
    Popup::menu(&response).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        ui.set_width(WIDTH);
        let item = |ui: &mut Ui, icon: &str, key: &str, enabled: bool| {
            let label = cx.text(key);
            let button = Button::new((text::icon(icon, 15.0), label.clone()));
            let response = ui.add_enabled(enabled, button).on_hover_text(cx.hint(key));
            widgets::name(&response, WidgetType::Button, &label);
            let response = match &fault {
                Some(fault) => response.on_disabled_hover_text(fault),
                None => response,
            };
            let is_clicked = response.clicked();
            if is_clicked {
                ui.close();
            }
            is_clicked
        };
        let repeats = item(ui, icon::STACK, "train-repeat", fault.is_none());
        let searches = item(ui, icon::MAGNIFYING_GLASS, "train-search", true);
        if repeats {
            cx.act(Action::AskSeeds(None));
        }
        if searches {
            cx.act(Action::ShowSearches(true));
        }
        ui.separator();
        ui.horizontal(|ui| {
            ui.label(text::small(cx.text("train-at-once")).color(theme::colors(ui).text_weak))
                .on_hover_text(cx.hint("train-at-once"));
            ui.add_space(space::XS);
            let counts: Vec<(usize, String, String)> = (1..=MAX_AT_ONCE)
                .map(|runs| {
                    (runs, runs.to_string(), cx.with("train-at-once-runs", &[("runs", (runs as u64).into())]))
                })
                .collect();
            if let Some(runs) = widgets::segmented(ui, &counts, cx.state.settings.at_once) {
                cx.act(Action::SetAtOnce(runs));
            }
        });
    });
}
