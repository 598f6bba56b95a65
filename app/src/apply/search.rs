//! Seeds and searches.

use engine::protocol::Command;
use engine::search::SearchSpec;

use crate::{action::Action, dialog, mirror::Asked, stage::Stage, state::Dialog, workbench::Workbench};

impl Workbench {
    /// Queues what was asked for: the experiment on the table with so many seeds, or the seeds that a run lacks.
    pub(super) fn repeat_with_seeds(&mut self) {
        let Some(Dialog::Seeds { of, typed }) = &self.state.dialog else { return };
        let (Some(seeds), Some(project)) = (dialog::read_seeds(typed), &self.state.project) else { return };
        let (of, folder) = (*of, project.folder.clone());
        let run = of.and_then(|run| self.mirror.run(&folder, run));
        let experiment = match of {
            Some(_) => run.and_then(|run| run.experiment.clone()),
            None => self.state.experiment().cloned(),
        };
        let Some(experiment) = experiment else { return };
        self.state.dialog = None;
        // A run has been trained with its own seed.
        for further in u64::from(of.is_some())..u64::from(seeds) {
            let mut experiment = experiment.clone();
            experiment.training.seed = experiment.training.seed.wrapping_add(further);
            self.send(Command::Train { folder: folder.clone(), experiment });
        }
        if let Some(project) = &mut self.state.project {
            project.shown_runs = of.into_iter().collect();
        }
    }

    pub(super) fn show_searches(&mut self, shown: bool) {
        if let Some(project) = &mut self.state.project {
            project.searching.is_shown = shown;
        }
        self.apply(Action::ShowStage(Stage::Compare));
    }

    pub(super) fn begin_search(&mut self, spec: SearchSpec) {
        let Some(project) = &self.state.project else { return };
        let Some(draft) = project.draft() else { return };
        let (folder, experiment) = (project.folder.clone(), draft.edited.clone());
        if !self.mirror.awaits(|asked| matches!(asked, Asked::Search { .. })) {
            self.send(Command::Search { folder, experiment, spec });
        }
    }

    /// Puts the best trial on the table, as an experiment of its own that is saved at once.
    pub(super) fn open_best(&mut self) {
        let Some(project) = &mut self.state.project else { return };
        let folder = project.folder.clone();
        let Some(search) = project.searching.selected.and_then(|search| self.mirror.search(&folder, search))
        else {
            return;
        };
        let spec = &search.summary.spec;
        let Some(best) = spec.best(&search.trials) else { return };
        // Not a fold of it: the best settings train on all rows that are for training.
        let whole = SearchSpec { folds: None, ..spec.clone() };
        match whole.experiment(&search.experiment, best, 0) {
            Ok(experiment) => {
                let values = [
                    ("experiment", search.summary.experiment.clone().into()),
                    ("search", search.summary.id.0.into()),
                ];
                let name = self.words.with("search-best-name", &values);
                let experiment = project.add(experiment, &name);
                self.state.drafts.clear();
                self.send(Command::SaveExperiment { folder, experiment });
                self.apply(Action::ShowStage(Stage::Train));
            }
            Err(problem) => self.state.toasts.problem(problem),
        }
    }
}
