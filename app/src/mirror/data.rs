//! What the engine has told of the open project's data: numbers about columns, and stretches of rows.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::{Path, PathBuf},
};

use engine::{
    data::room::{Page, ShownRow, Survey, View, Walk},
    project::{Recipe, RecipeStep},
    protocol::Problem,
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
    /// The recipe, as far as it decides on rows and columns, that was asked about last: what has failed is not asked
    /// for again and again.
    surveyed: Option<Recipe>,
    /// The recipe that was gone through last, and what it came to.
    walk: Option<(Recipe, Box<Walk>)>,
    walked: Option<Recipe>,
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

    /// The data are others than before: all is asked for again, and shown until it has come.
    pub fn renew(&mut self) {
        self.asked.clear();
        (self.surveyed, self.walked) = (None, None);
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

    /// What a recipe came to, and how many of its steps, from the first, were the same when that was asked; all of
    /// them, and what is said of the end holds.
    pub fn walk(&self, folder: &Path, recipe: &Recipe) -> Option<(&Walk, usize)> {
        let (asked, walk) = self.walk.as_ref().filter(|_| self.folder == folder)?;
        let same = asked.steps.iter().zip(&recipe.steps).take_while(|(asked, step)| asked == step).count();
        (asked.split == recipe.split).then_some((&**walk, same))
    }

    /// What keeps a recipe from being carried out, where that is known of the recipe as it is.
    pub fn fault(&self, folder: &Path, recipe: &Recipe) -> Option<&(Option<usize>, Problem)> {
        let (asked, walk) = self.walk.as_ref().filter(|_| self.folder == folder)?;
        walk.fault.as_ref().filter(|_| asked == recipe)
    }

    /// Whether this recipe has not been asked about, as far as a survey depends on it; it has been from now on.
    pub fn ask_survey(&mut self, recipe: &Recipe) -> bool {
        let decides = |step: &&RecipeStep| {
            step.is_of_rows() || matches!(step, RecipeStep::Drop { .. } | RecipeStep::DateParts { .. })
        };
        let steps = recipe.steps.iter().filter(decides).cloned().collect();
        let asked = Some(Recipe { split: recipe.split.clone(), steps });
        let is_new = self.surveyed != asked;
        self.surveyed = asked;
        is_new
    }

    /// Whether this recipe has not been gone through; it has been from now on. One that was opened, and not looked at
    /// yet, need not be.
    pub fn ask_walk(&mut self, recipe: &Recipe, is_shown: bool) -> bool {
        if self.walked.as_ref() == Some(recipe) || (self.walked.is_none() && !is_shown) {
            return false;
        }
        self.walked = Some(recipe.clone());
        true
    }

    pub(super) fn take_walk(&mut self, folder: &Path, recipe: Recipe, walk: Box<Walk>) {
        self.enter(folder);
        self.walk = Some((recipe, walk));
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
