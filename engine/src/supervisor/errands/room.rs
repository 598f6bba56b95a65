//! Looks at data: what a file holds, what a project's table holds, stretches of its rows. The table and the order of
//! its rows are kept from one look to the next, as long as the file stays as it is.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{
    data::{
        self, Preview, Table,
        room::{self, Survey, View, Walk},
    },
    project::{self, LABELS, Labels},
    protocol::{Command, Problem, Reply},
    supervisor::errands::IsOver,
};

/// The table that was looked at last.
#[derive(Default)]
pub(super) struct Room(Option<Kept>);

struct Kept {
    file: PathBuf,
    header: Option<bool>,
    stamp: [Option<(SystemTime, u64)>; 2],
    table: Table,
    view: View,
    order: Vec<u32>,
}

impl Room {
    pub(super) fn run(&mut self, command: Command, is_over: IsOver<'_>) -> Result<Reply, Problem> {
        if is_over() {
            return Ok(Reply::Nothing);
        }
        match command {
            Command::PreviewData { file, reading } => Ok(Reply::Preview(data::preview(&file, &reading)?)),
            Command::Survey { folder, experiment } => {
                let project = project::load(&folder)?;
                let kept = self.look(&folder, &project)?;
                Ok(Reply::Survey(Box::new(Survey::of(
                    &kept.table,
                    &project.dataset,
                    Some(&experiment.recipe),
                ))))
            }
            Command::WalkRecipe { folder, experiment } => {
                let project = project::load(&folder)?;
                let kept = self.look(&folder, &project)?;
                Ok(Reply::Walk(Box::new(Walk::of(&kept.table, &project.dataset, &experiment.recipe))))
            }
            Command::Relabel { folder, labels } => {
                let project = project::load(&folder)?;
                let dataset = &project.dataset;
                let mut all = Labels::read(&folder)?;
                let before = all.set(&self.look(&folder, &project)?.table, &dataset.target, &labels)?;
                all.write(&folder)?;
                // A clock that is coarse may tell the file from before and this one by nothing.
                self.0 = None;
                let kept = self.look(&folder, &project)?;
                let data = Preview { file: kept.file.clone(), ..Preview::of(&kept.table) };
                Ok(Reply::Relabelled { before, data: Box::new(data) })
            }
            Command::ReadRows { folder, view, first, count } => {
                let project = project::load(&folder)?;
                let kept = self.look(&folder, &project)?;
                if kept.view != view {
                    kept.order = room::order(&kept.table, &view);
                    kept.view = view;
                }
                Ok(Reply::Rows(room::page(&kept.table, &kept.order, first, count)))
            }
            _ => Ok(Reply::Nothing),
        }
    }

    /// The project's table, read anew where its file is another one.
    fn look(&mut self, folder: &Path, project: &project::Project) -> Result<&mut Kept, Problem> {
        let (file, header) = (folder.join(&project.dataset.file), project.dataset.header);
        let stamp = [&file, &folder.join(LABELS)].map(|file| {
            fs::metadata(file).ok().and_then(|there| Some((there.modified().ok()?, there.len())))
        });
        let is_same = |kept: &Kept| kept.file == file && kept.header == header && kept.stamp == stamp;
        let kept = match self.0.take().filter(is_same) {
            Some(kept) => kept,
            None => {
                let table = project::read_data(folder, &project.dataset)?;
                let view = View::default();
                let order = room::order(&table, &view);
                Kept { file, header, stamp, table, view, order }
            }
        };
        Ok(self.0.insert(kept))
    }
}
