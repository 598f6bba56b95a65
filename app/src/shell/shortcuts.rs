//! Keyboard shortcuts, from the one list of commands.

use egui::Context as Egui;

use crate::{action::Action, command::UiCommand, context::Context, state::Dialog};

/// Gives the commands whose keys were pressed.
pub fn shortcuts(ctx: &Egui, cx: &mut Context<'_>) {
    match &cx.state.dialog {
        None => {}
        Some(Dialog::Palette { .. }) if pressed(ctx, UiCommand::OpenPalette) => {
            return cx.act(Action::CloseDialog);
        }
        // A dialog has the keys to itself.
        Some(_) => return,
    }
    let is_typing = ctx.text_edit_focused();
    // A longer chord first: Ctrl+Shift+O is not Ctrl+O.
    let mut chords: Vec<_> = UiCommand::ALL
        .into_iter()
        .flat_map(|command| command.shortcuts().into_iter().map(move |shortcut| (command, shortcut)))
        .collect();
    chords.sort_by_key(|(_, shortcut)| !shortcut.modifiers.shift);
    for (command, shortcut) in chords {
        // A field that is typed in has an undo of its own.
        if is_typing && matches!(command, UiCommand::Undo | UiCommand::Redo) {
            continue;
        }
        if cx.can(command) && ctx.input_mut(|input| input.consume_shortcut(&shortcut)) {
            cx.run(command);
        }
    }
}

fn pressed(ctx: &Egui, command: UiCommand) -> bool {
    command.shortcuts().iter().any(|shortcut| ctx.input_mut(|input| input.consume_shortcut(shortcut)))
}

/// The keys of a command as they are written on this system, or nothing.
pub fn shortcut_text(ctx: &Egui, command: UiCommand) -> String {
    command.shortcuts().first().map(|shortcut| ctx.format_shortcut(shortcut)).unwrap_or_default()
}
