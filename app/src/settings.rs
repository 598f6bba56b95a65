//! What the program remembers between two starts. Nothing that matters is kept here.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::locale::Language;

/// Dark or light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    #[default]
    Dark,
    Light,
}

impl Theme {
    pub fn other(self) -> Self {
        match self {
            Self::Dark => Self::Light,
            Self::Light => Self::Dark,
        }
    }
}

/// The user's preferences.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Where projects are kept, absolute.
    pub projects_folder: PathBuf,
    /// Where the user's own blocks are kept, absolute.
    pub blocks_folder: PathBuf,
    pub language: Language,
    pub theme: Theme,
    /// Runs that may train at the same time.
    pub at_once: usize,
    /// Projects opened last, newest first.
    pub recent: Vec<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        let home = std::env::home_dir().unwrap_or_else(std::env::temp_dir);
        let own = eframe::storage_dir("trainyard").unwrap_or_else(|| home.join(".trainyard"));
        Self {
            blocks_folder: own.join("blocks"),
            projects_folder: home.join("Trainyard"),
            language: Language::of_system(),
            theme: Theme::default(),
            at_once: 1,
            recent: Vec::new(),
        }
    }
}

impl Settings {
    const KEY: &str = "settings";
    const MAX_RECENT: usize = 12;

    /// What was remembered, or the defaults.
    pub fn load(storage: Option<&dyn eframe::Storage>) -> Self {
        storage
            .and_then(|storage| storage.get_string(Self::KEY))
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default()
    }

    pub fn save(&self, storage: &mut dyn eframe::Storage) {
        if let Ok(text) = serde_json::to_string(self) {
            storage.set_string(Self::KEY, text);
        }
    }

    /// Puts a project first among those opened last.
    pub fn remember(&mut self, folder: PathBuf) {
        self.recent.retain(|recent| *recent != folder);
        self.recent.insert(0, folder);
        self.recent.truncate(Self::MAX_RECENT);
    }
}
