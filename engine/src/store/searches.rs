//! Searches and their trials.

use rusqlite::{OptionalExtension, Row, params};

use super::{Holder, RunLock, Store, StoreError, text_of, unix_secs, value_of};
use crate::{
    project::{self, Project},
    protocol::{Problem, RunId, SearchDetail, SearchId, SearchState, SearchSummary},
    search::{SearchError, SearchSpec, Trial, importance},
};

/// What a search is carried out with.
pub struct StoredSearch {
    pub spec: SearchSpec,
    /// With the experiment that is searched alone.
    pub project: Project,
    /// In order of their numbers.
    pub trials: Vec<Trial>,
}

impl Store {
    /// Stores a new search of `project`'s only experiment, frozen; gives its number.
    pub fn create_search(&mut self, project: &Project, spec: &SearchSpec) -> Result<SearchId, Problem> {
        let experiment = project.experiment(None).ok_or(StoreError::NoExperiment)?;
        let frozen = project::write(project)?;
        let (state, spec) = (text_of(&SearchState::Running)?, text_of(spec)?);
        self.connection
            .execute(
                "INSERT INTO searches (experiment, frozen, spec, state, started) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![experiment.name, frozen, spec, state, unix_secs() as i64],
            )
            .map_err(StoreError::from)?;
        Ok(SearchId(self.connection.last_insert_rowid() as u64))
    }

    /// Takes the lock of whoever drives a search.
    pub fn lock_search(&self, search: SearchId) -> Result<RunLock, Problem> {
        let lock = RunLock::take(RunId(search.0), &self.search_folder(search));
        lock.map_err(|error| match error {
            StoreError::Locked { .. } => SearchError::Elsewhere { search: search.0 }.into(),
            error => error.into(),
        })
    }

    fn search_folder(&self, search: SearchId) -> std::path::PathBuf {
        self.runs.join("searches").join(search.to_string())
    }

    /// The searches that other programs hold.
    pub fn searches_elsewhere(&self) -> Result<Vec<SearchId>, StoreError> {
        let mut select = self.connection.prepare_cached("SELECT id FROM searches ORDER BY id")?;
        let ids = select.query_map([], |row| row.get::<_, i64>(0))?;
        let ids: Vec<SearchId> = ids.map(|id| Ok(SearchId(id? as u64))).collect::<Result<_, StoreError>>()?;
        let is_elsewhere = |id: &SearchId| RunLock::holder(&self.search_folder(*id)) == Holder::Others;
        Ok(ids.into_iter().filter(is_elsewhere).collect())
    }

    pub fn set_search_state(&mut self, search: SearchId, state: &SearchState) -> Result<(), StoreError> {
        let state = text_of(state)?;
        self.connection
            .execute("UPDATE searches SET state = ?2 WHERE id = ?1", params![search.0 as i64, state])?;
        Ok(())
    }

    /// Stores a trial in place of the one of its number.
    pub fn put_trial(&mut self, search: SearchId, trial: &Trial) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT INTO trials (search, number, trial) VALUES (?1, ?2, ?3)
             ON CONFLICT (search, number) DO UPDATE SET trial = ?3",
            params![search.0 as i64, trial.number, text_of(trial)?],
        )?;
        Ok(())
    }

    /// What a search is gone on with.
    pub fn stored_search(&self, search: SearchId) -> Result<StoredSearch, Problem> {
        let found: Option<(String, String)> = self
            .connection
            .query_row("SELECT spec, frozen FROM searches WHERE id = ?1", [search.0 as i64], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()
            .map_err(StoreError::from)?;
        let (spec, frozen) = found.ok_or(SearchError::NoSuchSearch { search: search.0 })?;
        let project = project::parse(&frozen, &format!("search {search}"))?;
        Ok(StoredSearch { spec: value_of(&spec)?, project, trials: self.trials(search)? })
    }

    /// All searches, oldest first. One that nobody drives any more is told as paused.
    pub fn searches(&self) -> Result<Vec<SearchSummary>, Problem> {
        let columns = "SELECT id, experiment, spec, state, started FROM searches ORDER BY id";
        let mut select = self.connection.prepare(columns).map_err(StoreError::from)?;
        let rows = select.query_map([], raw).map_err(StoreError::from)?;
        rows.map(|row| self.search_summary(row.map_err(StoreError::from)?)).collect()
    }

    /// Everything that is stored of a search, and how much each setting mattered.
    pub fn read_search(&self, search: SearchId) -> Result<SearchDetail, Problem> {
        let StoredSearch { project, trials, .. } = self.stored_search(search)?;
        let experiment = project.experiment(None).cloned().ok_or(StoreError::NoExperiment)?;
        let summary = self.one_search(search)?;
        let importance = importance(&summary.spec, &trials);
        Ok(SearchDetail { summary, experiment, trials, importance })
    }

    /// One search, as in [`Self::searches`].
    pub fn one_search(&self, search: SearchId) -> Result<SearchSummary, Problem> {
        let columns = "SELECT id, experiment, spec, state, started FROM searches WHERE id = ?1";
        let found = self.connection.query_row(columns, [search.0 as i64], raw).optional();
        let found = found.map_err(StoreError::from)?.ok_or(SearchError::NoSuchSearch { search: search.0 })?;
        self.search_summary(found)
    }

    fn trials(&self, search: SearchId) -> Result<Vec<Trial>, StoreError> {
        let mut select =
            self.connection.prepare_cached("SELECT trial FROM trials WHERE search = ?1 ORDER BY number")?;
        let rows = select.query_map([search.0 as i64], |row| row.get::<_, String>(0))?;
        rows.map(|text| value_of(&text?)).collect()
    }

    fn search_summary(&self, row: RawSearch) -> Result<SearchSummary, Problem> {
        let RawSearch { id, experiment, spec, state, started } = row;
        let spec: SearchSpec = value_of(&spec)?;
        let trials = self.trials(id)?;
        let state = match value_of(&state)? {
            SearchState::Running if RunLock::holder(&self.search_folder(id)) == Holder::Nobody => {
                SearchState::Paused
            }
            state => state,
        };
        Ok(SearchSummary::of(id, experiment, spec, state, started, &trials))
    }
}

impl SearchSummary {
    fn of(
        id: SearchId,
        experiment: String,
        spec: SearchSpec,
        state: SearchState,
        started_unix_secs: u64,
        trials: &[Trial],
    ) -> Self {
        let best = spec.best(trials).and_then(|trial| Some((trial.number, trial.value?)));
        let ended = trials.iter().filter(|trial| trial.is_over()).count() as u32;
        Self { id, experiment, spec, state, started_unix_secs, ended, best }
    }
}

struct RawSearch {
    id: SearchId,
    experiment: String,
    spec: String,
    state: String,
    started: u64,
}

fn raw(row: &Row<'_>) -> rusqlite::Result<RawSearch> {
    Ok(RawSearch {
        id: SearchId(row.get::<_, i64>(0)? as u64),
        experiment: row.get(1)?,
        spec: row.get(2)?,
        state: row.get(3)?,
        started: row.get::<_, i64>(4)? as u64,
    })
}
