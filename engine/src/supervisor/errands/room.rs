//! Looks at data: what a file holds, what a project's table holds, stretches of its rows. The table and the order of
//! its rows are kept from one look to the next, as long as the file stays as it is.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{
    data::{
        self, Table,
        room::{self, Survey, View, Walk},
    },
    project,
    protocol::{Command, Problem, Reply},
    supervisor::errands::IsOver,
};

/// The table that was looked at last.
#[derive(Default)]
pub(super) struct Room(Option<Kept>);

struct Kept {
    file: PathBuf,
    header: Option<bool>,
    stamp: Option<(SystemTime, u64)>,
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
        let stamp = fs::metadata(&file).ok().and_then(|there| Some((there.modified().ok()?, there.len())));
        let is_same = |kept: &Kept| kept.file == file && kept.header == header && kept.stamp == stamp;
        let kept = match self.0.take().filter(is_same) {
            Some(kept) => kept,
            None => {
                let table = data::read_table(&file, header)?;
                let view = View::default();
                let order = room::order(&table, &view);
                Kept { file, header, stamp, table, view, order }
            }
        };
        Ok(self.0.insert(kept))
    }
}
