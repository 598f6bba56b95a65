//! Runs and searches that go on when the window has been closed.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use engine::{
    protocol::{RunId, SearchId},
    store,
};

/// What a program that goes on says, for who looks for the cause of a fault; in the folder of the first run, or of the
/// search.
const LOG: &str = "background.log";

/// What other processes go on with as soon as this is dropped, one with the runs and one with each search: after the
/// engine, which has paused them by then and let go of them.
#[derive(Debug, Default)]
pub struct HandOver {
    /// The program itself; where it is not known, runs cannot go on without a window.
    pub program: Option<PathBuf>,
    /// In the order in which they are to be trained; none that a search has begun.
    pub runs: Vec<(PathBuf, RunId)>,
    pub searches: Vec<(PathBuf, SearchId)>,
}

impl HandOver {
    /// Begins `trainyard resume RUN… --background` and `trainyard search PROJECT --resume N`, which outlive this process.
    fn begin(&self) -> io::Result<()> {
        let Some(program) = &self.program else { return Ok(()) };
        if let Some((folder, first)) = self.runs.first() {
            let mut command = Command::new(program);
            command.arg("resume").args(self.runs.iter().map(|(folder, run)| store::run_folder(folder, *run)));
            command.arg("--background");
            spawn(command, &store::run_folder(folder, *first))?;
        }
        for (folder, search) in &self.searches {
            let mut command = Command::new(program);
            command.arg("search").arg(folder).args(["--resume", &search.to_string()]);
            spawn(command, &store::search_folder(folder, *search))?;
        }
        Ok(())
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

/// Begins a program that says in a folder what it has to say.
fn spawn(mut command: Command, folder: &Path) -> io::Result<()> {
    let log = File::create(folder.join(LOG))?;
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    apart(&mut command);
    command.spawn().map(drop)
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
