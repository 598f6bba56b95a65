//! The rail of the eight stages.

use egui::{Align2, CornerRadius, Frame, Margin, Panel, Rect, Sense, Ui, Vec2, WidgetInfo, WidgetType};

use super::shortcut_text;
use crate::{
    action::Action,
    command::UiCommand,
    context::Context,
    stage::Stage,
    state::Place,
    theme::{self, radius, size, space, text},
    widgets,
};

/// Draws the rail on the left.
pub fn stage_rail_ui(ui: &mut Ui, cx: &mut Context<'_>) {
    let frame = Frame::new()
        .fill(theme::colors(ui).panel)
        .inner_margin(Margin::symmetric(space::S as i8, space::M as i8));
    Panel::left("rail").exact_size(size::RAIL).resizable(false).frame(frame).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        for stage in Stage::ALL {
            stage_button_ui(ui, cx, stage);
        }
    });
}

fn stage_button_ui(ui: &mut Ui, cx: &mut Context<'_>, stage: Stage) {
    let colors = theme::colors(ui);
    let label = cx.text(&format!("stage-{}", stage.name()));
    let active = cx.state.place == Place::Stage(stage);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 54.0), Sense::click());
    // Not the label alone: "Train" is also the name of the button that trains.
    let name = cx.text(UiCommand::ShowStage(stage).key());
    response.widget_info(|| WidgetInfo::selected(WidgetType::Button, true, active, &name));

    let color = if active { colors.accent_text } else { colors.text_weak };
    if active {
        let corners = CornerRadius::same(radius::CARD);
        ui.painter().rect_filled(rect, corners, colors.accent_soft);
        let marker = Rect::from_center_size(rect.left_center() - Vec2::new(7.0, 0.0), Vec2::new(3.0, 26.0));
        ui.painter().rect_filled(marker, 2.0, colors.accent);
    }
    let color = if response.hovered() && !active { colors.text_strong } else { color };
    widgets::paint_ghost(ui, &response, rect);
    let painter = ui.painter();
    let at = rect.center_top() + Vec2::new(0.0, 20.0);
    painter.text(at, Align2::CENTER_CENTER, stage.icon(), text::icon_font(20.0), color);
    let at = rect.center_bottom() - Vec2::new(0.0, 13.0);
    painter.text(at, Align2::CENTER_CENTER, &label, text::tiny_font(), color);

    let keys = shortcut_text(ui.ctx(), UiCommand::ShowStage(stage));
    if response.on_hover_text(format!("{label}  {keys}")).clicked() {
        cx.act(Action::ShowStage(stage));
    }
}
