//! Which runs are chosen, and what people put on them.

use std::collections::BTreeSet;

use engine::protocol::{Command, Labels, RunId};

use crate::{
    state::{Dialog, EditedLabels, ProjectState},
    workbench::Workbench,
};

impl Workbench {
    /// Draws or hides a run's curves, unless there are too many.
    pub(super) fn toggle_run(&mut self, run: RunId) {
        let Some(project) = &mut self.state.project else { return };
        if project.shown_runs.remove(&run) {
            return;
        }
        if project.shown_runs.len() < ProjectState::MAX_SHOWN {
            project.shown_runs.insert(run);
        } else {
            self.state.toasts.say("toast-too-many-runs", self.state.now_secs);
        }
    }

    pub(super) fn label(&mut self, labels: Vec<(RunId, Labels)>) {
        self.of_project(|folder| Command::Label { folder, labels });
    }

    pub(super) fn edit_labels(&mut self, runs: Vec<RunId>) {
        let labels = self.labels(&runs);
        let Some((_, first)) = labels.first() else { return };
        let common = |common: BTreeSet<String>, labels: &Labels| &common & &labels.tags;
        let before = labels.iter().map(|(_, labels)| labels).fold(first.tags.clone(), common);
        let tags = before.iter().cloned().collect::<Vec<_>>().join(", ");
        let note = if labels.len() == 1 { first.note.clone() } else { String::new() };
        self.state.dialog = Some(Dialog::Labels(EditedLabels { runs, before, tags, note }));
    }

    /// Every run gets the tags that were typed in place of those that all had; its other tags stay.
    pub(super) fn keep_labels(&mut self) {
        let Some(Dialog::Labels(edited)) = self.state.dialog.take() else { return };
        let typed = edited.tags.split([',', '，', '、']).map(|tag| tag.trim().to_owned());
        let typed: BTreeSet<String> = typed.filter(|tag| !tag.is_empty()).collect();
        let is_single = edited.runs.len() == 1;
        let labels = self.labels(&edited.runs).into_iter().map(|(run, labels)| {
            let tags = &(&labels.tags - &edited.before) | &typed;
            let note = if is_single { edited.note.clone() } else { labels.note.clone() };
            (run, Labels { tags, note, ..labels })
        });
        self.label(labels.collect());
    }

    /// The labels of those of the open project's runs whose cards are known.
    fn labels(&self, runs: &[RunId]) -> Vec<(RunId, Labels)> {
        let Some(project) = &self.state.project else { return Vec::new() };
        let labels = |run: &RunId| {
            let card = self.mirror.run(&project.folder, *run)?.card.as_ref()?;
            Some((*run, card.card.labels.clone()))
        };
        runs.iter().filter_map(labels).collect()
    }
}
