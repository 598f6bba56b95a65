//! Every screen, and the dialogs that lie over them.

use std::path::PathBuf;

use engine::protocol::{RunId, SearchId};
use trainyard::{
    action::{Action, Pick},
    command::UiCommand,
    stage::Stage,
    state::{Drawn, Inspecting, Opened, ProjectState, SearchForm},
};
use trainyard_tests::Desk;

use super::project;

/// Goes to where frames are to be measured; everything there has been read.
type Go = fn(&mut Desk, &Folders);

/// The projects.
pub struct Folders {
    /// With many runs; one of them trains.
    pub digits: PathBuf,
    /// With a finished run of 12 × 12 heads.
    pub heads: PathBuf,
}

/// In this order: each begins where the one before left.
pub const ALL: [(&str, Go); 24] = [
    ("gallery", |desk, _| desk.apply(Action::ShowGallery)),
    ("data", |desk, folders| {
        desk.apply(Action::OpenProject(folders.digits.clone()));
        desk.wait("the project", |desk| desk.bench().state().project.is_some());
        desk.apply(Action::ShowStage(Stage::Data));
    }),
    ("model", |desk, _| desk.apply(Action::ShowStage(Stage::Model))),
    ("model, a node looked at", |desk, _| desk.apply(Action::SelectNode(Some("shapes".into())))),
    ("model, 500 nodes", |desk, _| {
        desk.apply(Action::SelectNode(None));
        let large = project::large(desk.graph());
        assert!(large.nodes.len() >= 499 && large.survey().faults.is_empty(), "{} nodes", large.nodes.len());
        desk.apply(Action::ReplaceModel(large));
    }),
    ("train", |desk, _| {
        desk.apply(Action::Undo);
        desk.apply(Action::ShowStage(Stage::Train));
        show(desk, [RunId(1_001)]);
    }),
    ("train, steering", |desk, _| {
        desk.apply(Action::SelectRun(RunId(1_001)));
        desk.apply(Action::ShowSteering(true));
    }),
    ("train, 100 runs × 10,000 points", |desk, _| {
        desk.apply(Action::ShowSteering(false));
        show(desk, (1..=project::LONG).map(RunId));
    }),
    ("compare, 1,001 runs, 100 curves", |desk, _| {
        desk.apply(Action::ShowStage(Stage::Compare));
        desk.click(&desk.text("compare-tab-curves"));
    }),
    ("compare, settings of 100", |desk, _| desk.click(&desk.text("compare-tab-settings"))),
    ("compare, results", |desk, _| {
        show(desk, [RunId(1), RunId(2)]);
        desk.click(&desk.text("compare-tab-results"));
    }),
    ("compare, tags and note", |desk, _| desk.apply(Action::EditLabels(vec![RunId(1)]))),
    ("search, form", |desk, _| {
        desk.apply(Action::CloseDialog);
        desk.apply(Action::ShowSearches(true));
        let form = desk.bench().state().experiment().map(SearchForm::of);
        desk.apply(Action::DraftSearch(form.map(Box::new)));
    }),
    ("search, 60 trials", |desk, _| {
        desk.apply(Action::SelectSearch(Some(SearchId(1))));
        desk.wait("its trials", |desk| {
            let bench = desk.bench();
            let folder = folder(desk).expect("a project");
            bench.mirror().search(folder, SearchId(1)).is_some_and(|found| found.importance.is_some())
        });
    }),
    ("palette", |desk, _| desk.apply(Action::Run(UiCommand::OpenPalette))),
    ("file browser", |desk, folders| {
        desk.apply(Action::CloseDialog);
        desk.apply(Action::Pick(Pick::Data));
        desk.apply(Action::Browse(folders.digits.join("runs")));
    }),
    ("new project", |desk, folders| {
        desk.apply(Action::CloseDialog);
        desk.apply(Action::PreviewData(folders.digits.join("data/digits.csv")));
        desk.expect(&desk.text("new-project-create"));
    }),
    ("templates", |desk, _| {
        desk.apply(Action::CloseDialog);
        desk.apply(Action::Run(UiCommand::ShowTemplates));
    }),
    ("seeds, over train", |desk, _| {
        desk.apply(Action::CloseDialog);
        desk.apply(Action::ShowSearches(false));
        desk.apply(Action::ShowStage(Stage::Train));
        desk.apply(Action::AskSeeds(None));
    }),
    ("train, at the end", |desk, _| {
        desk.apply(Action::CloseDialog);
        show(desk, [RunId(1_001), RunId(1_000)]);
    }),
    ("try, as it writes 400 tokens", |desk, folders| {
        desk.apply(Action::OpenProject(folders.heads.clone()));
        desk.wait("the project of heads", |desk| folder(desk) == Some(&folders.heads));
        desk.apply(Action::ShowStage(Stage::Try));
        let mut playground = desk.bench().state().project.as_ref().expect("a project").playground.clone();
        playground.sampling.tokens = 400;
        desk.apply(Action::Play(playground));
        desk.apply(Action::Write { run: RunId(1), prompt: "春".into() });
        desk.wait("the first token", |desk| {
            desk.bench().mirror().written.as_ref().is_some_and(|written| !written.said.is_empty())
        });
    }),
    ("inspect, 12 × 12 heads, 512 steps", |desk, _| {
        desk.apply(Action::StopWriting);
        desk.apply(Action::ShowStage(Stage::Inspect));
        look(desk, |_| {});
    }),
    ("inspect, a head of 512 steps", |desk, _| {
        look(desk, |inspecting| {
            let (node, head) = ("blocks.12.attention".into(), 11);
            inspecting.opened = Some(Opened::Head { node, head });
        });
    }),
    ("inspect, its lines", |desk, _| look(desk, |inspecting| inspecting.drawn = Drawn::Lines)),
];

fn folder(desk: &Desk) -> Option<&PathBuf> {
    desk.bench().state().project.as_ref().map(|project| &project.folder)
}

/// Looks at something else inside the run of heads, until that is on the screen.
pub fn look(desk: &mut Desk, change: impl FnOnce(&mut Inspecting)) {
    let mut inspecting = desk.bench().state().project.as_ref().expect("a project").inspecting.clone();
    change(&mut inspecting);
    desk.apply(Action::Inspect(Box::new(inspecting.clone())));
    desk.wait("its inside", |desk| {
        let folder = folder(desk).expect("a project");
        desk.bench().mirror().has_looked(folder, RunId(1), &inspecting.ask(false))
    });
    desk.step();
}

/// Draws the curves of these runs, once they have been read.
fn show(desk: &mut Desk, runs: impl IntoIterator<Item = RunId>) {
    let runs: std::collections::BTreeSet<RunId> = runs.into_iter().take(ProjectState::MAX_SHOWN).collect();
    desk.apply(Action::ShowRuns(runs.clone()));
    desk.wait("their curves", |desk| {
        runs.iter()
            .all(|run| desk.run(run.0).is_some_and(|run| run.experiment.is_some() && !run.curves.is_empty()))
    });
}
