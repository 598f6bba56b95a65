//! Short messages in the corner: what came out, what went wrong.

use std::{collections::VecDeque, time::Duration};

use egui::{Align, Align2, Area, Id, Layout, Order, Ui, Vec2};
use engine::protocol::Problem;

use crate::{
    action::Action,
    context::Context,
    theme::{self, icon, size, space, text},
    widgets,
};

/// Puts the first line of text on a level with the cross beside it.
const FIRST_LINE: f32 = 5.0;

/// The messages that stand in the corner, oldest first.
#[derive(Debug, Default)]
pub struct Toasts {
    list: VecDeque<Toast>,
    next_id: u64,
}

/// One message.
#[derive(Debug, Clone)]
pub struct Toast {
    pub id: u64,
    pub says: Says,
    /// When it goes by itself, on the program's clock; problems stay until they are dismissed.
    pub until_secs: Option<f64>,
}

/// What a message says.
#[derive(Debug, Clone)]
pub enum Says {
    /// A key of the locales with its values.
    Good {
        key: &'static str,
        values: Vec<(&'static str, String)>,
    },
    /// A key of the locales; something could not be done now.
    Warning {
        key: &'static str,
    },
    /// Something was done that can be taken back.
    Undoable {
        key: &'static str,
        values: Vec<(&'static str, String)>,
        undo: Box<Action>,
    },
    Problem(Problem),
}

impl Toasts {
    /// More than these are not shown; the oldest goes.
    pub const MAX: usize = 5;
    const STAY_SECS: f64 = 6.0;

    /// A result.
    pub fn good(&mut self, key: &'static str, values: &[(&'static str, String)], now_secs: f64) {
        self.add(Says::Good { key, values: values.to_vec() }, Some(now_secs + Self::STAY_SECS));
    }

    /// A result, with the way back; stays until it is dismissed or taken back.
    pub fn undoable(&mut self, key: &'static str, values: &[(&'static str, String)], undo: Action) {
        self.add(Says::Undoable { key, values: values.to_vec(), undo: Box::new(undo) }, None);
    }

    /// Something that could not be done now.
    pub fn say(&mut self, key: &'static str, now_secs: f64) {
        self.add(Says::Warning { key }, Some(now_secs + Self::STAY_SECS));
    }

    /// An error; stays until it is dismissed.
    pub fn problem(&mut self, problem: Problem) {
        self.add(Says::Problem(problem), None);
    }

    pub fn dismiss(&mut self, id: u64) {
        self.list.retain(|toast| toast.id != id);
    }

    pub fn iter(&self) -> impl Iterator<Item = &Toast> {
        self.list.iter()
    }

    fn add(&mut self, says: Says, until_secs: Option<f64>) {
        if self.list.len() == Self::MAX {
            self.list.pop_front();
        }
        self.list.push_back(Toast { id: self.next_id, says, until_secs });
        self.next_id += 1;
    }
}

/// Draws the messages in the corner.
pub fn toasts_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    if cx.state.toasts.list.is_empty() {
        return;
    }
    Area::new(Id::new("toasts"))
        .order(Order::Foreground)
        .anchor(Align2::RIGHT_BOTTOM, Vec2::splat(-space::L))
        .show(ui.ctx(), |ui| {
            ui.set_width(size::TOAST);
            for toast in cx.state.toasts.iter() {
                if toast.until_secs.is_some_and(|until| until <= cx.state.now_secs) {
                    cx.act(Action::DismissToast(toast.id));
                } else {
                    toast_ui(ui, cx, toast);
                }
            }
        });
    let next = cx.state.toasts.iter().filter_map(|toast| toast.until_secs).reduce(f64::min);
    if let Some(until) = next {
        let rest = (until - cx.state.now_secs).max(0.0);
        ui.ctx().request_repaint_after(Duration::from_secs_f64(rest));
    }
}

fn toast_ui(ui: &mut Ui, cx: &mut Context<'_>, toast: &Toast) {
    let colors = theme::colors(ui);
    let told = |key: &str, values: &[(&'static str, String)]| {
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
        cx.with(key, &values)
    };
    let (mark, color, message, hint) = match &toast.says {
        Says::Good { key, values } => (icon::CHECK_CIRCLE, colors.good, told(key, values), None),
        Says::Undoable { key, values, .. } => (icon::TRASH, colors.text, told(key, values), None),
        Says::Warning { key } => (icon::WARNING, colors.warning, cx.text(key), None),
        Says::Problem(problem) => {
            let (message, hint) = cx.words.problem(problem);
            (icon::WARNING, colors.bad, message, hint)
        }
    };
    let shadow = ui.visuals().popup_shadow;
    widgets::card(ui).inner_margin(space::M).shadow(shadow).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
            let dismiss = cx.text("toast-dismiss");
            if widgets::icon_button(ui, true, icon::X, &dismiss).clicked() {
                cx.act(Action::DismissToast(toast.id));
            }
            ui.with_layout(Layout::left_to_right(Align::TOP), |ui| {
                ui.add_space(2.0);
                ui.vertical(|ui| {
                    ui.add_space(FIRST_LINE);
                    ui.label(text::icon(mark, 18.0).color(color));
                });
                ui.vertical(|ui| {
                    ui.add_space(FIRST_LINE);
                    ui.label(text::strong(message).color(colors.text_strong));
                    if let Some(hint) = hint {
                        widgets::weak(ui, &hint);
                    }
                    match &toast.says {
                        Says::Problem(problem) => copy_details_ui(ui, cx, problem),
                        Says::Undoable { undo, .. } => undo_ui(ui, cx, toast.id, undo),
                        _ => {}
                    }
                });
            });
        });
    });
    ui.add_space(space::S);
}

fn undo_ui(ui: &mut Ui, cx: &mut Context<'_>, toast: u64, undo: &Action) {
    let label = cx.text("toast-undo");
    if widgets::secondary_button(ui, true, icon::ARROW_COUNTER_CLOCKWISE, &label).clicked() {
        cx.act(undo.clone());
        cx.act(Action::DismissToast(toast));
    }
}

fn copy_details_ui(ui: &mut Ui, cx: &mut Context<'_>, problem: &Problem) {
    let label = cx.text("toast-copy-details");
    if widgets::secondary_button(ui, true, icon::COPY, &label).clicked() {
        cx.act(Action::Copy(details(problem)));
    }
}

/// A problem as one pastes it into a message to somebody who can help.
fn details(problem: &Problem) -> String {
    let mut text = format!("{}\n{}\n", problem.text, problem.code);
    for (name, value) in &problem.facts {
        text.push_str(&format!("{name} = {value}\n"));
    }
    text.push_str(&format!("Trainyard {}, {}\n", env!("CARGO_PKG_VERSION"), std::env::consts::OS));
    text
}
