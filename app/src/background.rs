//! Runs that go on when the window has been closed.

use std::{
    fs::File,
    io,
    path::PathBuf,
    process::{Command, Stdio},
};

use engine::{protocol::RunId, store};

/// What the program that goes on with the runs says, for who looks for the cause of a fault; in the folder of the
/// first run.
const LOG: &str = "background.log";

/// Runs that another process goes on with as soon as this is dropped: after the engine, which has paused them by
/// then and let go of them.
#[derive(Debug, Default)]
pub struct HandOver {
    /// The program itself; where it is not known, runs cannot go on without a window.
    pub program: Option<PathBuf>,
    /// In the order in which they are to be trained.
    pub runs: Vec<(PathBuf, RunId)>,
}

impl HandOver {
    /// Begins `trainyard resume RUN… --background`, which outlives this process.
    fn begin(&self) -> io::Result<()> {
        let (Some(program), Some((folder, first))) = (&self.program, self.runs.first()) else {
            return Ok(());
        };
        let log = File::create(store::run_folder(folder, *first).join(LOG))?;
        let mut command = Command::new(program);
        command.arg("resume").args(self.runs.iter().map(|(folder, run)| store::run_folder(folder, *run)));
        command.arg("--background");
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        apart(&mut command);
        command.spawn().map(drop)
    }
}

impl Drop for HandOver {
    fn drop(&mut self) {
        if let Err(error) = self.begin() {
            // Nothing is lost: they wait, paused.
            eprintln!("the runs are paused; they cannot go on in the background: {error}");
        }
    }
}

/// Keeps signals to this program's terminal from the other one.
#[cfg(unix)]
fn apart(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(windows)]
fn apart(command: &mut Command) {
    const DETACHED_PROCESS: u32 = 0x8;
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
    std::os::windows::process::CommandExt::creation_flags(
        command,
        DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP,
    );
}
