//! What the engine has told of the open project's data: numbers about columns, and stretches of rows.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::{Path, PathBuf},
};

use engine::{
    data::room::{Page, ShownRow, Survey, View},
    project::SplitSpec,
};

/// Rows that are asked for at a time.
pub const PAGE: usize = 256;
/// Stretches that are kept; those furthest from what was read last are forgotten.
const MAX_PAGES: usize = 64;

/// The data of one project.
#[derive(Debug, Default)]
pub struct Rows {
    folder: PathBuf,
    survey: Option<Box<Survey>>,
    /// The division of rows that was asked about last: what has failed is not asked for again and again.
    surveyed: Option<SplitSpec>,
    view: View,
    /// How many rows the view shows.
    total: Option<usize>,
    pages: BTreeMap<usize, Page>,
    /// Stretches of `wanted` that were asked for.
    wanted: View,
    asked: BTreeSet<usize>,
}

impl Rows {
    /// Whether what is here is of that project; forgets everything else.
    pub fn enter(&mut self, folder: &Path) {
        if self.folder != folder {
            *self = Self { folder: folder.to_owned(), ..Self::default() };
        }
    }

    pub fn survey(&self, folder: &Path) -> Option<&Survey> {
        self.survey.as_deref().filter(|_| self.folder == folder)
    }

    /// How many rows the view shows, where that has been told.
    pub fn total(&self, view: &View) -> Option<usize> {
        self.total.filter(|_| self.view == *view)
    }

    /// How many rows were shown last, whatever the view.
    pub fn last_total(&self) -> Option<usize> {
        self.total
    }

    /// The row at that place of the view.
    pub fn row(&self, view: &View, place: usize) -> Option<&ShownRow> {
        if self.view != *view {
            return None;
        }
        self.pages.get(&(place / PAGE))?.rows.get(place % PAGE)
    }

    /// The first stretch of these rows that has not been asked for; it is from now on.
    pub fn ask_rows(&mut self, view: &View, rows: Range<usize>) -> Option<usize> {
        if self.wanted != *view {
            self.wanted = view.clone();
            self.asked.clear();
        }
        let last = rows.end.max(rows.start + 1);
        let missing = (rows.start / PAGE..=(last - 1) / PAGE).find(|page| !self.asked.contains(page))?;
        self.asked.insert(missing);
        Some(missing)
    }

    /// Whether this division of the rows has not been asked about; it has been from now on.
    pub fn ask_survey(&mut self, split: &SplitSpec) -> bool {
        let is_new = self.surveyed.as_ref() != Some(split);
        self.surveyed = Some(split.clone());
        is_new
    }

    pub(super) fn take_survey(&mut self, folder: &Path, survey: Box<Survey>) {
        self.enter(folder);
        self.survey = Some(survey);
    }

    pub(super) fn take_page(&mut self, folder: &Path, view: View, page: Page) {
        self.enter(folder);
        if self.view != view {
            self.view = view;
            self.pages.clear();
        }
        self.total = Some(page.total);
        let place = page.first / PAGE;
        self.pages.insert(place, page);
        while self.pages.len() > MAX_PAGES {
            let furthest = self.pages.keys().copied().max_by_key(|other| other.abs_diff(place));
            if let Some(furthest) = furthest {
                self.pages.remove(&furthest);
                self.asked.remove(&furthest);
            }
        }
    }
}
