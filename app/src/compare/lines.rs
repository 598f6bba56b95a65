//! The lines of the table: which runs, in which order, under which heads. Computed when something changed, not
//! in every frame.

use std::{
    hash::{Hash, Hasher},
    path::Path,
    sync::Arc,
};

use egui::{
    Ui,
    cache::{ComputerMut, FrameCache},
};
use engine::protocol::RunId;

use super::{
    column::{Cell, Column},
    query::Query,
    view::{Shelf, TableView},
};
use crate::{
    format::mean_and_deviation,
    mirror::{Mirror, Run},
};

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    Group(Group),
    Run(RunId),
}

/// The head of the runs that have the same value in the column that is grouped by.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The value; empty where they have none.
    pub value: String,
    pub runs: usize,
    pub is_open: bool,
    /// Mean and standard deviation (of a sample; 0 of one run) of each column that holds numbers.
    pub means: Vec<Option<(f64, f64)>>,
}

/// The table as it stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lines {
    pub lines: Vec<Line>,
    /// The runs that were found, in their order, also those of groups that are closed.
    pub found: Vec<RunId>,
}

/// The lines for a view; the same until something changes.
pub fn lines(ui: &Ui, mirror: &Mirror, folder: &Path, view: &TableView, columns: &[Column]) -> Arc<Lines> {
    ui.memory_mut(|memory| {
        memory.caches.cache::<LinesCache>().get(Wanted { mirror, folder, view, columns }).clone()
    })
}

type LinesCache = FrameCache<Arc<Lines>, Sorter>;

#[derive(Default)]
struct Sorter;

#[derive(Clone, Copy)]
struct Wanted<'w> {
    mirror: &'w Mirror,
    folder: &'w Path,
    view: &'w TableView,
    columns: &'w [Column],
}

impl Hash for Wanted<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.mirror.version(), self.folder, self.view, self.columns).hash(state);
    }
}

impl ComputerMut<Wanted<'_>, Arc<Lines>> for Sorter {
    fn compute(&mut self, wanted: Wanted<'_>) -> Arc<Lines> {
        let Wanted { mirror, folder, view, columns } = wanted;
        let runs = on_shelf(mirror, folder, view.shelf);
        Arc::new(arrange(runs, view, columns))
    }
}

/// The runs of a shelf, newest first.
pub fn on_shelf<'m>(mirror: &'m Mirror, folder: &Path, shelf: Shelf) -> Vec<&'m Run> {
    match shelf {
        Shelf::Runs => mirror.runs(folder).rev().filter(|run| !run.is_archived()).collect(),
        Shelf::Archive => mirror.runs(folder).rev().filter(|run| run.is_archived()).collect(),
        Shelf::Bin => mirror.deleted().rev().collect(),
    }
}

/// Filters, sorts and groups.
pub fn arrange(mut runs: Vec<&Run>, view: &TableView, columns: &[Column]) -> Lines {
    let query = Query::read(&view.query);
    runs.retain(|run| query.finds(run));
    if let Some((column, falls)) = &view.sort {
        let mut keyed: Vec<(Cell<'_>, &Run)> = runs.iter().map(|run| (column.cell(run), *run)).collect();
        keyed.sort_by(|(a, _), (b, _)| match (a, b) {
            // Runs without a value come last, whichever way the others are sorted.
            (Cell::Nothing, _) | (_, Cell::Nothing) => a.order(b),
            _ if *falls => b.order(a),
            _ => a.order(b),
        });
        runs = keyed.into_iter().map(|(_, run)| run).collect();
    }
    let found = runs.iter().map(|run| run.summary.id).collect();
    let lines = match &view.group {
        None => runs.iter().map(|run| Line::Run(run.summary.id)).collect(),
        Some(column) => grouped(&runs, column, view, columns),
    };
    Lines { lines, found }
}

/// Groups in order of their values; the runs in each keep their order.
fn grouped(runs: &[&Run], by: &Column, view: &TableView, columns: &[Column]) -> Vec<Line> {
    let mut keyed: Vec<(Cell<'_>, &Run)> = runs.iter().map(|run| (by.cell(run), *run)).collect();
    keyed.sort_by(|(a, _), (b, _)| a.order(b));
    let mut lines = Vec::new();
    for group in keyed.chunk_by(|(a, _), (b, _)| a.order(b).is_eq()) {
        let value = match group.first() {
            // Which runs they are says more than what they have in common.
            Some((_, run)) if *by == Column::Seeds => {
                let mut runs: Vec<String> = group.iter().map(|(_, run)| run.summary.id.to_string()).collect();
                runs.sort_by_key(|run| (run.len(), run.clone()));
                format!("{} · {}", run.summary.experiment, runs.join(", "))
            }
            Some((Cell::Number(number), _)) => by.number(*number),
            Some((Cell::Text(text), _)) => text.to_string(),
            _ => String::new(),
        };
        let is_open = !view.closed.contains(&value);
        let means = columns.iter().map(|column| mean(group, column)).collect();
        lines.push(Line::Group(Group { value, runs: group.len(), is_open, means }));
        if is_open {
            lines.extend(group.iter().map(|(_, run)| Line::Run(run.summary.id)));
        }
    }
    lines
}

/// Mean and standard deviation of what runs have in a column of numbers.
fn mean(group: &[(Cell<'_>, &Run)], column: &Column) -> Option<(f64, f64)> {
    if !column.is_number() {
        return None;
    }
    let numbers: Vec<f64> = group
        .iter()
        .filter_map(|(_, run)| match column.cell(run) {
            Cell::Number(number) if number.is_finite() => Some(number),
            _ => None,
        })
        .collect();
    mean_and_deviation(&numbers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::tests::run;

    fn view() -> TableView {
        TableView::default()
    }

    fn ids(lines: &Lines) -> Vec<u64> {
        lines.found.iter().map(|run| run.0).collect()
    }

    #[test]
    fn runs_are_sorted_and_those_without_a_value_come_last_either_way() {
        let runs = [run(12), run(3), run(30), run(1)];
        let sorted = |falls| {
            let sort = Some((Column::Test("accuracy".into()), falls));
            ids(&arrange(runs.iter().collect(), &TableView { sort, ..view() }, &[]))
        };
        // Accuracies 0.95, none, 0.95 and 0.5: equals keep their order.
        assert_eq!(sorted(false), [1, 12, 30, 3]);
        assert_eq!(sorted(true), [12, 30, 1, 3]);
    }

    #[test]
    fn groups_have_means_and_can_be_closed() {
        let runs = [run(12), run(1), run(30)];
        let group = Some(Column::Setting("optimizer.kind".into()));
        let columns = [Column::Experiment, Column::Test("accuracy".into())];
        let grouped = TableView { group, ..view() };
        let lines = arrange(runs.iter().collect(), &grouped, &columns);
        let told: Vec<String> = lines
            .lines
            .iter()
            .map(|line| match line {
                Line::Group(group) => format!("{} {} {:?}", group.value, group.runs, group.means),
                Line::Run(run) => run.to_string(),
            })
            .collect();
        assert_eq!(
            told,
            ["adam 2 [None, Some((0.95, 0.0))]", "12", "30", "sgd 1 [None, Some((0.5, 0.0))]", "1"]
        );
        let closed = TableView { closed: ["adam".to_owned()].into(), ..grouped };
        let lines = arrange(runs.iter().collect(), &closed, &columns);
        assert_eq!((lines.lines.len(), lines.found.len()), (3, 3));
    }
}
