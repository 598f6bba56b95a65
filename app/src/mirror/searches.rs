//! The queue, and the searches of the open project.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use engine::protocol::{RunId, SearchDetail, SearchId, SearchState, SearchSummary};

use super::{Mirror, News, Run};

/// Searches as they were last told of.
#[derive(Debug, Default)]
pub struct Searches {
    folder: PathBuf,
    /// `None` until the engine has answered.
    list: Option<BTreeMap<SearchId, SearchSummary>>,
    /// The one that was read last.
    detail: Option<SearchDetail>,
    /// Whether it has changed since it was asked for.
    is_stale: bool,
}

/// The searches that go on in this program, with their projects' folders.
pub type Searching = BTreeSet<(PathBuf, SearchId)>;

impl Mirror {
    /// The runs of a project that wait for others, the next first.
    pub fn waiting(&self, folder: &Path) -> impl Iterator<Item = &Run> {
        let runs = self.queue.iter().filter(move |(of, _)| of == folder);
        runs.filter_map(|(of, run)| self.run(of, *run))
    }

    /// The place of a run among all that wait, from 0.
    pub fn place_in_queue(&self, folder: &Path, run: RunId) -> Option<usize> {
        self.queue.iter().position(|(of, waiting)| *waiting == run && of == folder)
    }

    /// How many runs wait.
    pub fn queue_length(&self) -> usize {
        self.queue.len()
    }

    /// The searches of a project, oldest first; `None` until they are known.
    pub fn searches(&self, folder: &Path) -> Option<impl DoubleEndedIterator<Item = &SearchSummary>> {
        let known = self.searches.list.as_ref().filter(|_| self.searches.folder == folder)?;
        Some(known.values())
    }

    /// Everything about a search, as it was last read.
    pub fn search(&self, folder: &Path, search: SearchId) -> Option<&SearchDetail> {
        let detail = self.searches.detail.as_ref().filter(|_| self.searches.folder == folder)?;
        (detail.summary.id == search).then_some(detail)
    }

    /// Whether a search has to be read (again) to be shown.
    pub fn is_search_unread(&self, folder: &Path, search: SearchId) -> bool {
        self.searches.is_stale || self.search(folder, search).is_none()
    }

    pub(super) fn take_searches(&mut self, folder: PathBuf, list: Vec<SearchSummary>) {
        let list = Some(list.into_iter().map(|search| (search.id, search)).collect());
        self.searches = Searches { folder, list, ..Searches::default() };
    }

    pub(super) fn take_search(&mut self, folder: &Path, detail: SearchDetail) {
        if self.searches.folder == folder {
            self.searches.detail = Some(detail);
        }
    }

    pub(super) fn note_search_asked_for(&mut self) {
        self.searches.is_stale = false;
    }

    /// The searches that go on here.
    pub fn searching(&self) -> &Searching {
        &self.searching
    }

    pub(super) fn change_search(
        &mut self,
        folder: PathBuf,
        search: SearchSummary,
        is_elsewhere: bool,
    ) -> Option<News> {
        let key = (folder.clone(), search.id);
        if search.state == SearchState::Running && !is_elsewhere {
            self.searching.insert(key);
        } else {
            self.searching.remove(&key);
        }
        if self.searches.folder != folder {
            return None;
        }
        let list = self.searches.list.get_or_insert_default();
        let before = list.insert(search.id, search.clone()).map(|before| before.state);
        self.searches.is_stale = true;
        let has_ended = matches!(search.state, SearchState::Finished | SearchState::Failed(_));
        (has_ended && before.as_ref() != Some(&search.state))
            .then(|| News::SearchEnded { search: Box::new(search) })
    }
}
