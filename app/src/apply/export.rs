//! What is written of runs for others.

use engine::{
    protocol::{Command, RunId},
    store::export::Export,
};

use crate::{action::Exported, workbench::Workbench};

/// The folder of a project that exports go to.
pub(super) const FOLDER: &str = "exports";

impl Workbench {
    pub(super) fn export(&mut self, run: RunId, what: Exported) {
        let Some(project) = &self.state.project else { return };
        let folder = project.folder.clone();
        let file = folder.join(FOLDER).join(format!("run-{run}.{}", what.ending()));
        let what = match what {
            Exported::Csv => Export::Csv,
            Exported::Tensorboard => Export::Tensorboard,
            Exported::Report => {
                let name = project.name.clone();
                if let Some(run) = self.mirror.run(&folder, run) {
                    self.errands.report(run.clone(), name, file);
                }
                return;
            }
        };
        self.send(Command::Export { folder, run, what, file });
    }
}
