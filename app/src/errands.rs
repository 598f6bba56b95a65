//! Errands off the frame: the system's file dialogs and listings of folders, each on a thread of its own.
//!
//! Nothing in a frame waits for a disk or a portal; results are fetched between frames.

use std::{
    cmp::Reverse,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use engine::{
    graph::Node,
    project::{self, ProjectError},
    protocol::Problem,
    store::export::write,
};

use crate::{
    action::Pick,
    mirror::Run,
    report,
    train::{self, PictureKind},
};

/// Runs errands and collects what they bring.
pub struct Errands {
    ctx: egui::Context,
    sender: Sender<Brought>,
    receiver: Receiver<Brought>,
}

/// What an errand brought.
#[derive(Debug)]
pub enum Brought {
    /// The system's dialog came to an end.
    Picked { pick: Pick, answer: Answer },
    /// What a typed path names.
    Looked { path: PathBuf, found: Found },
    /// What was dropped on the window.
    Dropped { path: PathBuf, found: Found },
    /// A report or a picture was written, or why it was not.
    Written { file: PathBuf, done: Result<(), Problem> },
    /// The user's own blocks, and what stood in the way of keeping or reading one.
    Blocks { blocks: Vec<Node>, problem: Option<Problem> },
    /// A folder was read.
    Listed { folder: PathBuf, listing: Listing },
}

/// How the system's dialog ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Path(PathBuf),
    /// The user closed it.
    Closed,
    /// There is none here: no portal, no desktop.
    NoDialog,
}

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    File,
    Folder,
    /// A folder with a `project.toml`.
    Project,
    Nothing,
}

/// What is in a folder, as far as the browser shows it.
pub type Listing = Result<Vec<Entry>, String>;

/// A file or folder in the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub path: PathBuf,
    pub is_folder: bool,
    /// A folder with a `project.toml`.
    pub is_project: bool,
}

/// Most entries of a folder that are shown.
pub const MAX_ENTRIES: usize = 2_000;

/// How data files end.
pub const DATA_EXTENSIONS: [&str; 27] = [
    "csv", "tsv", "tab", "txt", "data", "json", "jsonl", "ndjson", "parquet", "xlsx", "xlsm", "npy", "npz",
    "gz", "tgz", "tar", "zip", "bin", "conll", "bio", "iob", "wav", "jpg", "png", "webp", "gif", "bmp",
];

const SOONEST_CLOSED: Duration = Duration::from_millis(700);

impl Errands {
    pub fn new(ctx: egui::Context) -> Self {
        let (sender, receiver) = channel();
        Self { ctx, sender, receiver }
    }

    /// Opens the system's dialog.
    pub fn pick(&self, pick: Pick, start: PathBuf) {
        self.run(move || Brought::Picked { pick, answer: system_dialog(pick, &start) });
    }

    /// Finds out what a path typed by the user names.
    pub fn look(&self, typed: &str) {
        let path = path_of(typed);
        self.run(move || Brought::Looked { found: look(&path), path });
    }

    /// Finds out what was dropped on the window.
    pub fn look_at_dropped(&self, path: PathBuf) {
        self.run(move || Brought::Dropped { found: look(&path), path });
    }

    /// Keeps rows that were pasted in a file, where they can be looked at like any other.
    pub fn keep_pasted(&self, text: String) {
        self.run(move || {
            let folder = std::env::temp_dir().join(format!("trainyard-{}", std::process::id()));
            // A table has delimiters in its first line; what is no table is read as text.
            let is_table = text.lines().next().is_some_and(|line| line.contains([',', '\t', ';', '|']));
            let path = folder.join(if is_table { "pasted.csv" } else { "pasted.txt" });
            let kept = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, text));
            Brought::Dropped { found: if kept.is_ok() { Found::File } else { Found::Nothing }, path }
        });
    }

    /// Makes a report of a run and writes it.
    pub fn report(&self, run: Run, project: String, file: PathBuf) {
        self.run(move || {
            let page = report::page(&run, &project);
            let done = write(&file, page.as_bytes()).map_err(Problem::from);
            Brought::Written { file, done }
        });
    }

    /// Writes what others are to have.
    pub fn write(&self, file: PathBuf, content: Vec<u8>) {
        self.run(move || {
            let done = write(&file, &content).map_err(Problem::from);
            Brought::Written { file, done }
        });
    }

    /// Writes the picture of a plot.
    pub fn picture(&self, svg: String, kind: PictureKind, file: PathBuf) {
        self.run(move || {
            let bytes = match kind {
                PictureKind::Svg => Ok(svg.into_bytes()),
                PictureKind::Png => train::png(&svg),
            };
            let done = bytes.and_then(|bytes| write(&file, &bytes).map_err(Problem::from));
            Brought::Written { file, done }
        });
    }

    /// Does something to the folder of the user's own blocks, and reads it.
    pub fn blocks(
        &self,
        folder: PathBuf,
        change: impl FnOnce(&Path) -> Result<(), ProjectError> + Send + 'static,
    ) {
        self.run(move || {
            let changed = change(&folder);
            let (blocks, faults) = project::read_blocks(&folder);
            let problem = changed.err().or(faults.into_iter().next()).map(Problem::from);
            Brought::Blocks { blocks, problem }
        });
    }

    /// Reads a folder.
    pub fn list(&self, folder: PathBuf) {
        self.run(move || Brought::Listed { listing: list(&folder), folder });
    }

    /// The next result that waits, if any.
    pub fn try_next(&self) -> Option<Brought> {
        self.receiver.try_recv().ok()
    }

    fn run(&self, errand: impl FnOnce() -> Brought + Send + 'static) {
        let (sender, ctx) = (self.sender.clone(), self.ctx.clone());
        thread::spawn(move || {
            // Nobody listens any more when the window has been closed; that is fine.
            let _ = sender.send(errand());
            ctx.request_repaint();
        });
    }
}

/// A path as the user types it: `~` is the user's home.
pub fn path_of(typed: &str) -> PathBuf {
    match (typed.strip_prefix('~'), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest.trim_start_matches(['/', '\\'])),
        _ => PathBuf::from(typed),
    }
}

fn system_dialog(pick: Pick, start: &Path) -> Answer {
    let opened = Instant::now();
    let dialog = rfd::FileDialog::new().set_directory(start);
    let path = match pick {
        Pick::Data => dialog.add_filter("Data", &DATA_EXTENSIONS).pick_file(),
        Pick::Curves => dialog.add_filter("CSV", &["csv", "tsv", "txt", "data"]).pick_file(),
        Pick::Project | Pick::ProjectsFolder | Pick::Elsewhere => dialog.pick_folder(),
    };
    match path {
        Some(path) => Answer::Path(path),
        // rfd says the same of a dialog that was closed and of one that could not be opened, but nobody
        // closes a dialog this soon.
        None if opened.elapsed() < SOONEST_CLOSED => Answer::NoDialog,
        None => Answer::Closed,
    }
}

fn look(path: &Path) -> Found {
    if path.join(engine::project::FILE_NAME).is_file() {
        Found::Project
    } else if path.is_dir() {
        Found::Folder
    } else if path.is_file() {
        Found::File
    } else {
        Found::Nothing
    }
}

/// Folders first, then files, each by name; hidden ones are left out.
fn list(folder: &Path) -> Listing {
    let mut entries: Vec<Entry> = std::fs::read_dir(folder)
        .map_err(|error| error.to_string())?
        .filter_map(Result::ok)
        .map(|entry| {
            let path = entry.path();
            let is_folder = path.is_dir();
            Entry {
                name: entry.file_name().to_string_lossy().into_owned(),
                is_project: is_folder && path.join(engine::project::FILE_NAME).is_file(),
                is_folder,
                path,
            }
        })
        .filter(|entry| !entry.name.starts_with('.'))
        .take(MAX_ENTRIES)
        .collect();
    entries.sort_by_key(|entry| (Reverse(entry.is_folder), entry.name.to_lowercase()));
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_listing_has_folders_first_and_nothing_hidden() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.csv", "A.csv", ".hidden"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        fs::create_dir(folder.path().join("zoo")).unwrap();
        fs::create_dir(folder.path().join("project")).unwrap();
        fs::write(folder.path().join("project").join(engine::project::FILE_NAME), "").unwrap();
        let entries = list(folder.path()).unwrap();
        let names: Vec<_> = entries.iter().map(|entry| (entry.name.as_str(), entry.is_project)).collect();
        assert_eq!(names, [("project", true), ("zoo", false), ("A.csv", false), ("b.csv", false)]);
    }

    #[test]
    fn a_path_is_a_file_a_folder_a_project_or_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data.csv");
        fs::write(&file, "x").unwrap();
        assert_eq!(look(&file), Found::File);
        assert_eq!(look(folder.path()), Found::Folder);
        assert_eq!(look(&folder.path().join("gone")), Found::Nothing);
        fs::write(folder.path().join(engine::project::FILE_NAME), "").unwrap();
        assert_eq!(look(folder.path()), Found::Project);
        assert!(list(&folder.path().join("gone")).is_err());
    }
}
