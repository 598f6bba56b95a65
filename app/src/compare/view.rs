//! How the table of runs is looked at. Kept where egui keeps scroll positions; columns and order outlast the
//! program.

use std::{collections::BTreeSet, path::Path};

use egui::{Id, Ui};
use serde::{Deserialize, Serialize};

use super::column::Column;

/// Which runs the table shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Shelf {
    #[default]
    Runs,
    Archive,
    Bin,
}

/// What is shown of the chosen runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Tab {
    #[default]
    Curves,
    Settings,
    Model,
    Results,
}

/// Filter, order, groups and columns; and what is shown of the chosen runs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct TableView {
    #[serde(skip)]
    pub shelf: Shelf,
    #[serde(skip)]
    pub query: String,
    /// By which column, and whether the largest come first; newest runs first where not said.
    pub sort: Option<(Column, bool)>,
    pub group: Option<Column>,
    /// Values of groups that are closed.
    #[serde(skip)]
    pub closed: BTreeSet<String>,
    /// The usual ones where not said.
    pub columns: Option<Vec<Column>>,
    pub tab: Tab,
    /// Whether only the settings that differ are shown.
    pub differences: bool,
}

impl Default for TableView {
    fn default() -> Self {
        Self {
            shelf: Shelf::default(),
            query: String::new(),
            sort: None,
            group: None,
            closed: BTreeSet::new(),
            columns: None,
            tab: Tab::default(),
            differences: true,
        }
    }
}

impl TableView {
    fn id(folder: &Path) -> Id {
        Id::new(("compare_table", folder))
    }

    /// As egui remembers it.
    pub fn load(ui: &Ui, folder: &Path) -> Self {
        ui.data_mut(|data| data.get_persisted(Self::id(folder))).unwrap_or_default()
    }

    pub fn store(self, ui: &Ui, folder: &Path) {
        ui.data_mut(|data| data.insert_persisted(Self::id(folder), self));
    }

    /// Sorts by a column: its best first, then the other way round, then newest first again.
    pub fn sort_by(&mut self, column: &Column) {
        self.sort = match self.sort.take() {
            Some((by, falls)) if by == *column && falls == column.falls() => Some((by, !falls)),
            Some((by, _)) if by == *column => None,
            _ => Some((column.clone(), column.falls())),
        };
    }
}
