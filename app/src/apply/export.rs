//! What is written of runs for others.

use engine::{
    protocol::{Command, RunId},
    store::export::Export,
};

use crate::{action::Exported, train::PictureKind, workbench::Workbench};

/// The folder of a project that exports go to.
pub(super) const FOLDER: &str = "exports";

impl Workbench {
    pub(super) fn export(&mut self, run: RunId, what: Exported) {
        let Some(project) = &self.state.project else { return };
        let folder = project.folder.clone();
        let file = folder.join(FOLDER).join(format!("run-{run}.{}", what.ending()));
        let what = match what {
            Exported::Csv => Export::Csv,
            Exported::Parquet => Export::Parquet,
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

    pub(super) fn export_picture(&mut self, name: &str, svg: String, kind: PictureKind) {
        let Some(project) = &self.state.project else { return };
        let file = project.folder.join(FOLDER).join(format!("{name}.{}", kind.ending()));
        self.errands.picture(svg, kind, file);
    }
}
