//! How often a training is repeated with other seeds.

use egui::{Key, Ui};
use engine::protocol::RunId;

use super::window_ui;
use crate::{
    action::Action,
    context::Context,
    state::Dialog,
    theme::{self, icon, space, text},
    train::numbers,
    widgets,
};

const WIDTH: f32 = 420.0;

/// How many seeds are typed, where they can be trained.
pub fn read(typed: &str) -> Option<u32> {
    let seeds = u32::try_from(numbers::parse_count(typed)?).ok()?;
    (2..=Dialog::MAX_SEEDS).contains(&seeds).then_some(seeds)
}

/// Draws the field, and queues the runs on a click or on Enter.
pub fn seeds_ui(ui: &Ui, cx: &mut Context<'_>, of: Option<RunId>, typed: &str) {
    let title = match of {
        Some(run) => cx.with("seeds-of-run", &[("run", run.0.into())]),
        None => cx.text("seeds-of-experiment"),
    };
    window_ui(ui, cx, &title, WIDTH, |ui, cx| {
        widgets::weak(ui, &cx.text(if of.is_some() { "seeds-about-run" } else { "seeds-about" }));
        ui.add_space(space::M);
        let mut words = typed.to_owned();
        let seeds = read(typed);
        let field = ui
            .horizontal(|ui| {
                ui.label(cx.text("seeds-field"));
                let field = ui.add(widgets::text_field(&mut words).desired_width(64.0).char_limit(4));
                widgets::name_field(&field, &cx.text("seeds-field"), &words);
                if seeds.is_none() {
                    let colors = theme::colors(ui);
                    let most = u64::from(Dialog::MAX_SEEDS);
                    let fault = cx.with("seeds-fault", &[("most", most.into())]);
                    ui.label(text::small(fault).color(colors.bad));
                }
                field
            })
            .inner;
        if words != typed {
            cx.act(Action::TypeSeeds(words));
        }
        ui.add_space(space::L);
        let by_keys = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        widgets::buttons_row(ui, |ui| {
            let label = cx.text("seeds-queue");
            if widgets::primary_button(ui, seeds.is_some(), icon::STACK, &label).clicked()
                || by_keys && seeds.is_some()
            {
                cx.act(Action::RepeatWithSeeds);
            }
            if widgets::ghost_button(ui, true, "", &cx.text("dialog-cancel")).clicked() {
                cx.act(Action::CloseDialog);
            }
        });
    });
}
