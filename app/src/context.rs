//! What a panel is given: everything to read, and one list to write wishes to.

use fluent_bundle::FluentValue;

use crate::{
    action::Action, command::UiCommand, history::Draft, locale::Locale, mirror::Mirror, model::edit_words,
    state::State,
};

/// Lent to every panel while a frame is drawn.
pub struct Context<'a> {
    /// What the user is doing.
    pub state: &'a State,
    /// What the engine last said.
    pub mirror: &'a Mirror,
    pub words: &'a Locale,
    /// Carried out after the frame, in order.
    pub actions: &'a mut Vec<Action>,
}

impl Context<'_> {
    /// Asks for something to be done after this frame.
    pub fn act(&mut self, action: Action) {
        self.actions.push(action);
    }

    /// Asks for a command of the list; nothing happens where it is disabled.
    pub fn run(&mut self, command: UiCommand) {
        self.actions.push(Action::Run(command));
    }

    /// Whether a command can be given now.
    pub fn can(&self, command: UiCommand) -> bool {
        command.is_enabled(self.state, self.mirror)
    }

    /// What a command is called; an undo, with what it takes back.
    pub fn command(&self, command: UiCommand) -> String {
        let draft = self.state.draft_of_experiment();
        let (key, edit) = match command {
            UiCommand::Undo => ("command-undo-named", draft.and_then(Draft::undoable)),
            UiCommand::Redo => ("command-redo-named", draft.and_then(Draft::redoable)),
            _ => return self.text(command.key()),
        };
        match edit {
            Some((before, after)) => {
                self.with(key, &[("edit", edit_words(self.words, before, after).into())])
            }
            None => self.text(command.key()),
        }
    }

    /// The words of that key in the user's language.
    pub fn text(&self, key: &str) -> String {
        self.words.text(key)
    }

    /// The words of that key with values put in.
    pub fn with(&self, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        self.words.with(key, values)
    }

    /// What the tooltip of that key says.
    pub fn hint(&self, key: &str) -> String {
        self.words.hint(key)
    }
}
