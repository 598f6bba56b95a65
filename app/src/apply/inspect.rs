//! Wishes to look inside a run, and what they ask of the engine.

use std::path::PathBuf;

use engine::protocol::{Command, RunId};

use crate::{
    mirror::Asked,
    stage::Stage,
    state::{Inspecting, Place},
    workbench::Workbench,
};

impl Workbench {
    pub(super) fn look_inside(&mut self, inspecting: Inspecting) {
        if let Some(project) = &mut self.state.project {
            project.inspecting = inspecting;
        }
    }

    /// The run that is looked into.
    fn inspected(&self) -> Option<(PathBuf, RunId)> {
        let project = self.state.project.as_ref()?;
        let run = project.inspected(&self.mirror)?;
        Some((project.folder.clone(), run))
    }

    /// Asks for what the Inspect screen shows, first as it is, then with parts switched off, then in
    /// the run beside it; one look at a time, so that
    /// a scrubber that is drawn along asks for where it has come to.
    pub(crate) fn look(&mut self) {
        if self.state.place != Place::Stage(Stage::Inspect)
            || self.mirror.awaits(|asked| matches!(asked, Asked::Look { .. }))
        {
            return;
        }
        let Some((folder, run)) = self.inspected() else { return };
        let Some(project) = &self.state.project else { return };
        if self.mirror.run(&folder, run).is_none_or(|run| run.newest_moment().is_none()) {
            return;
        }
        let asks = [(run, project.inspecting.ask(false)), (run, project.inspecting.ask(true))];
        let mut asks = asks.into_iter().chain(project.asked_beside(&self.mirror));
        if let Some((run, ask)) = asks.find(|(run, ask)| !self.mirror.has_looked(&folder, *run, ask)) {
            self.send(Command::Look { folder, run, ask });
        }
    }

    pub(super) fn measure_damage(&mut self) {
        let Some((folder, run)) = self.inspected() else { return };
        let Some(project) = &self.state.project else { return };
        let moment = project.inspecting.moment;
        self.send(Command::MeasureDamage { folder, run, moment });
    }

    pub(super) fn cancel_damage(&mut self) {
        if let Some((request, _)) = self.mirror.pending(|asked| matches!(asked, Asked::Damage { .. })) {
            self.send(Command::Cancel { request });
        }
    }

    pub(super) fn export_map(&mut self, name: &str, content: Vec<u8>) {
        let Some(project) = &self.state.project else { return };
        self.errands.write(project.folder.join(super::export::FOLDER).join(name), content);
    }
}
