//! What follows on the user's side from what the engine said.

use std::path::Path;

use engine::protocol::{Problem, RunState, RunSummary, SearchState};

use crate::{
    action::Action,
    format,
    mirror::{Asked, Mirror, News, Run},
    stage::Stage,
    state::{Dialog, Place, ProjectState, State},
};

/// Takes news into the state.
pub fn hear(state: &mut State, mirror: &Mirror, news: News) {
    match news {
        News::Opened => opened(state, mirror),
        News::Previewed { file, preview } => {
            if let Some(Dialog::NewProject(new)) = &mut state.dialog
                && new.file == file
            {
                new.is_reading = false;
                let is_there = preview.columns.iter().any(|column| column.name == new.choices.target);
                if let Some(suggestion) = preview.suggestion.as_ref().filter(|_| !is_there) {
                    new.choices.target.clone_from(&suggestion.target);
                    new.choices.task = suggestion.task;
                }
                new.preview = Some(Ok(*preview));
            }
        }
        News::Walked { folder, recipe, extent } => {
            let drafts = project_at(state, &folder).map(|project| &mut project.drafts);
            let of_it = drafts.into_iter().flatten().filter(|draft| draft.edited.recipe == *recipe);
            of_it.for_each(|draft| draft.learn(extent.clone()));
        }
        News::Relabelled { folder, labels, before } => {
            if let Some(project) = project_at(state, &folder) {
                // What takes the last ones back leaves nothing to take back of them.
                match project.relabelled.last() == Some(&labels) {
                    true => drop(project.relabelled.pop()),
                    false => project.relabelled.push(before),
                }
            }
        }
        News::Saved { folder, experiment } => {
            if let Some(project) = project_at(state, &folder) {
                for draft in project.drafts.iter_mut().filter(|draft| draft.saved.name == experiment.name) {
                    draft.saved = (*experiment).clone();
                }
            }
            let now = state.now_secs;
            state.toasts.good("toast-saved", &[("experiment", experiment.name)], now);
        }
        News::Started { folder, run } => {
            if let Some(project) = project_at(state, &folder) {
                project.look_at(run);
            }
        }
        News::Branched { folder, branched } => {
            if let Some(project) = project_at(state, &folder) {
                project.look_at(branched.run);
            }
            state.forget_steering();
            let mut values = vec![
                ("run", branched.run.to_string()),
                ("parent", branched.parent.run.to_string()),
                ("step", format::count(branched.parent.step)),
            ];
            let key = if branched.fresh.is_empty() { "toast-branched" } else { "toast-branched-fresh" };
            if !branched.fresh.is_empty() {
                values.push(("names", branched.fresh.join(", ")));
            }
            let now = state.now_secs;
            state.toasts.good(key, &values, now);
        }
        News::Searching { folder, search } => {
            if let Some(project) = project_at(state, &folder) {
                project.searching.begun(search);
            }
        }
        News::SearchEnded { search } => match &search.state {
            SearchState::Failed(problem) => state.toasts.problem(problem.clone()),
            _ => {
                let values = [("search", search.id.to_string()), ("trials", search.ended.to_string())];
                let now = state.now_secs;
                state.toasts.good("toast-searched", &values, now);
            }
        },
        News::Ended { run, .. } if is_trial(mirror, &run) => {}
        // Taken out of the queue, it has learned nothing that could be kept.
        News::Ended { run, .. } if run.state == RunState::Stopped && run.step == 0 => {}
        News::Ended { run, .. } => match &run.state {
            RunState::Failed(problem) => state.toasts.problem(problem.clone()),
            state_of_run => {
                let key = match state_of_run {
                    RunState::Stopped => "toast-stopped",
                    _ => "toast-finished",
                };
                let now = state.now_secs;
                state.toasts.good(key, &[("run", run.id.to_string())], now);
            }
        },
        News::Deleted { folder, runs } => {
            let newest = mirror.runs(&folder).next_back().map(|run| run.summary.id);
            if let Some(project) = project_at(state, &folder) {
                project.forget(&runs, newest);
                let count = runs.len().to_string();
                state.toasts.undoable("toast-deleted", &[("count", count)], Action::RestoreRuns(runs));
            }
        }
        News::Imported { folder, runs } => {
            if let Some(project) = project_at(state, &folder) {
                let free = ProjectState::MAX_SHOWN.saturating_sub(project.shown_runs.len());
                project.shown_runs.extend(runs.iter().take(free));
            }
            let now = state.now_secs;
            state.toasts.good("toast-imported", &[("count", runs.len().to_string())], now);
        }
        News::Exported { file } => exported(state, &file, Ok(())),
        News::Failed { asked, problem } => failed(state, asked, problem),
        News::SavedElsewhere { to, run } => {
            let values = [("run", run.to_string()), ("folder", to.display().to_string())];
            let now = state.now_secs;
            state.toasts.good("toast-saved-elsewhere", &values, now);
        }
        News::Warned { problem } => state.toasts.problem(problem),
        News::Resync => {}
    }
}

/// Says where an export is, or why there is none.
pub fn exported(state: &mut State, file: &Path, done: Result<(), Problem>) {
    match done {
        Ok(()) => {
            let (path, now) = (file.display().to_string(), state.now_secs);
            state.toasts.good("toast-exported", &[("file", path)], now);
        }
        Err(problem) => state.toasts.problem(problem),
    }
}

fn opened(state: &mut State, mirror: &Mirror) {
    let Some(opened) = &mirror.opened else { return };
    let known = state.project.as_ref().is_some_and(|project| project.folder == opened.folder);
    if !known {
        state.project = Some(ProjectState::new(opened));
    }
    let has_found = state.project.as_ref().is_some_and(|project| !project.found.is_empty());
    state.settings.remember(opened.folder.clone());
    state.place = Place::Stage(Stage::Train);
    state.dialog = has_found.then_some(Dialog::Found);
    state.drafts.clear();
}

fn failed(state: &mut State, asked: Asked, problem: Problem) {
    match (&mut state.dialog, asked) {
        (Some(Dialog::NewProject(new)), Asked::Preview(file)) if new.file == file => {
            new.is_reading = false;
            new.preview = Some(Err(problem));
        }
        (Some(Dialog::NewProject(new)), Asked::Create) => new.problem = Some(problem),
        // Said where the comparison would stand.
        (_, Asked::Compare { .. } | Asked::Peek { .. } | Asked::Look { .. } | Asked::Damage { .. }) => {}
        (_, asked) => {
            if let Asked::KeepUnsaved(folder) = &asked
                && let Some(project) = project_at(state, folder)
            {
                project.keeping.is_impossible = true;
            }
            if matches!(asked, Asked::Save { .. }) {
                state.after_save = None;
            }
            state.toasts.problem(problem);
        }
    }
}

/// Whether a run is a trial of a search, which tells of its own end.
fn is_trial(mirror: &Mirror, run: &RunSummary) -> bool {
    let Some(opened) = &mirror.opened else { return false };
    let searches = || mirror.searches(&opened.folder).into_iter().flatten();
    let is_searching = || searches().any(|search| search.state == SearchState::Running);
    // A short trial has ended before its card is read.
    let is_trial = |run: &Run| run.is_trial() || (run.card.is_none() && is_searching());
    mirror.run(&opened.folder, run.id).is_some_and(is_trial)
}

fn project_at<'a>(state: &'a mut State, folder: &Path) -> Option<&'a mut ProjectState> {
    state.project.as_mut().filter(|project| project.folder == folder)
}
