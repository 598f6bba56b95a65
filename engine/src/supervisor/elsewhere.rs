//! Commands about runs that another program trains are left for it; those that others left for us are carried out.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{Key, Supervisor};
use crate::{
    protocol::{Command, Event, Problem, Reply, RunId},
    store::{self, Holder, RunLock, Store},
    train::steering,
};

/// How often is looked whether another program has left commands.
pub(super) const LOOK: Duration = Duration::from_millis(250);

impl Supervisor {
    /// Leaves a command for the program that trains its run; `None` where that is not another one.
    pub(super) fn pass_on(&self, command: &Command) -> Option<Result<Reply, Problem>> {
        let (folder, run) = about(command)?;
        let is_elsewhere = RunLock::holder(&store::run_folder(folder, run)) == Holder::Others;
        is_elsewhere.then(|| {
            let mut store = Store::open(folder)?;
            if let Command::Steer { settings, .. } = command {
                let now = store.steered_experiment(run)?;
                settings.iter().try_fold(now, |now, setting| steering::steer(&now, setting))?;
            }
            store.leave_command(run, command)?;
            Ok(Reply::Nothing)
        })
    }

    /// Carries out the commands that other programs have left for the runs that train or wait here.
    pub(super) fn hear_others(&mut self) {
        let keys: Vec<Key> = self
            .active
            .keys()
            .cloned()
            .chain(self.queue.iter().map(|order| (order.folder.clone(), order.run)))
            .collect();
        self.letterboxes.retain(|folder, _| keys.iter().any(|(of, _)| of == folder));
        for (folder, run) in keys {
            let heard =
                letterbox(&mut self.letterboxes, &folder).and_then(|store| Ok(store.take_commands(run)?));
            let commands = heard.unwrap_or_else(|problem| {
                // What cannot be read is not waited for again.
                self.outbox.send(Event::Warned { folder: folder.clone(), run, problem });
                Vec::new()
            });
            for command in commands.into_iter().filter_map(|command| to(command, &folder, run)) {
                if let Err(problem) = self.obey(command) {
                    self.outbox.send(Event::Warned { folder: folder.clone(), run, problem });
                }
            }
        }
    }
}

fn letterbox<'a>(
    letterboxes: &'a mut BTreeMap<PathBuf, Store>,
    folder: &PathBuf,
) -> Result<&'a mut Store, Problem> {
    if !letterboxes.contains_key(folder) {
        letterboxes.insert(folder.clone(), Store::open(folder)?);
    }
    letterboxes.get_mut(folder).ok_or_else(|| super::EngineError::Busy.into())
}

/// The run that is to be paused, resumed, stopped, steered or extended.
fn about(command: &Command) -> Option<(&PathBuf, RunId)> {
    match command {
        Command::Pause { folder, run }
        | Command::Resume { folder, run }
        | Command::Stop { folder, run }
        | Command::Steer { folder, run, .. }
        | Command::Extend { folder, run, .. } => Some((folder, *run)),
        _ => None,
    }
}

/// The same about the run as it is called here: others may know its folder by another path.
fn to(mut command: Command, here: &Path, this: RunId) -> Option<Command> {
    match &mut command {
        Command::Pause { folder, run }
        | Command::Resume { folder, run }
        | Command::Stop { folder, run }
        | Command::Steer { folder, run, .. }
        | Command::Extend { folder, run, .. } => {
            (*folder, *run) = (here.to_owned(), this);
            Some(command)
        }
        _ => None,
    }
}
