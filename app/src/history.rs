//! Undo and redo of the edits to one experiment.

use engine::{graph::Survey, project::Experiment, train::StepMemory};

/// An experiment under edit, with the way back.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// As `project.toml` has it.
    pub saved: Experiment,
    /// As the user sees it.
    pub edited: Experiment,
    /// Its model as far as it fits together.
    pub survey: Survey,
    /// What a step of it takes; `None` while it cannot be trained.
    pub memory: Option<StepMemory>,
    past: Vec<Experiment>,
    future: Vec<Experiment>,
    /// When the last edit was made, in seconds of the program's clock.
    edited_at: f64,
}

impl Draft {
    /// Most steps that can be undone.
    const MAX_PAST: usize = 200;
    /// Edits closer together than this are undone as one (a word typed, a slider dragged).
    const ONE_EDIT_SECS: f64 = 0.7;

    pub fn new(saved: Experiment) -> Self {
        let (edited, survey, memory) = (saved.clone(), saved.graph.survey(), memory_of(&saved));
        Self {
            saved,
            edited,
            survey,
            memory,
            past: Vec::new(),
            future: Vec::new(),
            edited_at: f64::NEG_INFINITY,
        }
    }

    pub fn is_dirty(&self) -> bool {
        self.edited != self.saved
    }

    /// Takes an edit made at `now_secs`.
    pub fn edit(&mut self, experiment: Experiment, now_secs: f64) {
        if experiment == self.edited {
            return;
        }
        let before = self.replace(experiment);
        if now_secs - self.edited_at > Self::ONE_EDIT_SECS || self.past.is_empty() {
            if self.past.len() == Self::MAX_PAST {
                self.past.remove(0);
            }
            self.past.push(before);
        }
        self.future.clear();
        self.edited_at = now_secs;
    }

    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    pub fn undo(&mut self) {
        if let Some(before) = self.past.pop() {
            let after = self.replace(before);
            self.future.push(after);
            self.edited_at = f64::NEG_INFINITY;
        }
    }

    pub fn redo(&mut self) {
        if let Some(after) = self.future.pop() {
            let before = self.replace(after);
            self.past.push(before);
            self.edited_at = f64::NEG_INFINITY;
        }
    }

    fn replace(&mut self, experiment: Experiment) -> Experiment {
        self.survey = experiment.graph.survey();
        self.memory = memory_of(&experiment);
        std::mem::replace(&mut self.edited, experiment)
    }
}

fn memory_of(experiment: &Experiment) -> Option<StepMemory> {
    let training = &experiment.training;
    training.errors().is_empty().then(|| StepMemory::of(&experiment.graph, training).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use engine::{
        graph::Graph,
        project::{Recipe, SplitSpec},
        train::Training,
    };

    use super::*;

    fn experiment(epochs: u32) -> Experiment {
        Experiment {
            name: "baseline".into(),
            recipe: Recipe { split: SplitSpec::default(), steps: Vec::new() },
            graph: Graph::default(),
            training: Training { epochs, ..Training::default() },
        }
    }

    #[test]
    fn edits_are_undone_and_redone_in_order() {
        let mut draft = Draft::new(experiment(1));
        for (epochs, at) in [(2, 10.0), (3, 20.0)] {
            draft.edit(experiment(epochs), at);
        }
        assert!(draft.is_dirty());
        draft.undo();
        assert_eq!(draft.edited, experiment(2));
        draft.undo();
        assert_eq!(draft.edited, experiment(1));
        assert!(!draft.is_dirty() && !draft.can_undo());
        draft.redo();
        draft.redo();
        assert_eq!(draft.edited, experiment(3));
        assert!(!draft.can_redo());
    }

    #[test]
    fn edits_close_together_are_one() {
        let mut draft = Draft::new(experiment(1));
        for (epochs, at) in [(12, 10.0), (123, 10.2), (1234, 10.4)] {
            draft.edit(experiment(epochs), at);
        }
        draft.undo();
        assert_eq!(draft.edited, experiment(1));
    }

    #[test]
    fn an_edit_after_undo_ends_what_could_be_redone() {
        let mut draft = Draft::new(experiment(1));
        draft.edit(experiment(2), 10.0);
        draft.undo();
        draft.edit(experiment(3), 10.1);
        assert!(!draft.can_redo());
        draft.undo();
        assert_eq!(draft.edited, experiment(1));
    }

    #[test]
    fn the_history_is_bounded() {
        let mut draft = Draft::new(experiment(0));
        for epochs in 1..=Draft::MAX_PAST as u32 + 50 {
            draft.edit(experiment(epochs), f64::from(epochs));
        }
        assert_eq!(draft.past.len(), Draft::MAX_PAST);
    }
}
