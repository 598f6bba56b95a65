//! Wishes about the model: its selection, the clipboard, what is kept of it for the case of a crash.

use std::time::Duration;

use engine::{
    code::{self, Framework},
    graph::{Graph, Node},
    project::{self, RecipeStep},
    protocol::{Command, RunId},
};

use crate::{
    mirror::Asked,
    stage::Stage,
    state::{Against, Place},
    workbench::Workbench,
};

impl Workbench {
    pub(super) fn select_nodes(&mut self, nodes: Vec<String>) {
        if let Some(project) = &mut self.state.project {
            project.selection = nodes;
        }
    }

    pub(super) fn look_into(&mut self, way: Vec<String>) {
        if let Some(project) = &mut self.state.project {
            project.go(way);
        }
    }

    /// Replaces what is drawn: the block that is looked into, or the model.
    pub(super) fn edit_graph(&mut self, graph: Graph) {
        let way = self.state.project.as_ref().map(|project| project.way().to_vec()).unwrap_or_default();
        self.edit(|experiment| {
            experiment.graph.set_inside(&way, graph.nodes);
        });
    }

    /// What is drawn.
    fn drawn(&self) -> Option<Graph> {
        let project = self.state.project.as_ref()?;
        project.draft()?.edited.graph.inside(project.way())
    }

    pub(super) fn copy_nodes(&mut self) {
        let Some(project) = &self.state.project else { return };
        let Some(graph) = self.drawn() else { return };
        let is_selected = |node: &Node| project.selection.contains(&node.name);
        let nodes: Vec<Node> = graph.nodes.into_iter().filter(is_selected).collect();
        match project::write_nodes(&nodes) {
            Ok(text) => self.ctx.copy_text(text),
            Err(error) => self.state.toasts.problem(error.into()),
        }
    }

    pub(super) fn paste_nodes(&mut self, text: &str) {
        let Some(project) = &self.state.project else { return };
        let Some(mut graph) = self.drawn() else { return };
        match project::read_nodes(text, "clipboard", &project.name) {
            Ok(nodes) => {
                let names = graph.paste(&nodes, project.selection.last().map(String::as_str));
                self.edit_graph(graph);
                self.select_nodes(names);
            }
            // What was copied elsewhere is no mistake.
            Err(_) if !text.contains("[[") => self.state.toasts.say("toast-no-nodes", self.state.now_secs),
            Err(error) => self.state.toasts.problem(error.into()),
        }
    }

    pub(super) fn keep_block(&mut self, block: Node) {
        let folder = self.state.settings.blocks_folder.clone();
        self.errands.blocks(folder, move |folder| project::keep_block(folder, &block));
    }

    pub(super) fn forget_block(&mut self, name: String) {
        let folder = self.state.settings.blocks_folder.clone();
        self.errands.blocks(folder, move |folder| project::forget_block(folder, &name));
    }

    pub(super) fn compare_model(&mut self, against: Option<Against>) {
        if let Some(project) = &mut self.state.project {
            project.against = against;
        }
    }

    pub(super) fn peek_at(&mut self, sample: Option<usize>) {
        if let Some(project) = &mut self.state.project {
            project.peeks = sample;
        }
    }

    pub(super) fn measure(&mut self) {
        let Some(project) = &self.state.project else { return };
        let Some(draft) = project.draft() else { return };
        let (folder, experiment) = (project.folder.clone(), draft.edited.clone());
        self.send(Command::Measure { folder, experiment });
    }

    pub(super) fn cancel_measuring(&mut self) {
        let measures = |asked: &Asked| matches!(asked, Asked::Measure { .. });
        if let Some((request, _)) = self.mirror.pending(measures) {
            self.send(Command::Cancel { request });
        }
    }

    /// Asks what nodes give for the sample that is looked at, where that is not known of the model as it is drawn.
    pub(crate) fn peek(&mut self) {
        let Some(project) = &self.state.project else { return };
        let (Some(sample), Some(draft)) = (project.peeks, project.draft()) else { return };
        let is_seen = self.state.place == Place::Stage(Stage::Model) && draft.fits();
        if !is_seen || self.mirror.awaits(|asked| matches!(asked, Asked::Peek { .. })) {
            return;
        }
        let (folder, experiment) = (&project.folder, &draft.edited);
        let run = self.mirror.newest_learned(folder, &experiment.name);
        if !self.mirror.has_peeked(folder, experiment, run, sample) {
            let (folder, experiment) = (folder.clone(), experiment.clone());
            self.send(Command::Peek { folder, experiment, run, sample });
        }
    }

    /// Asks what the step of the recipe that is open makes of a few rows, where it varies them and that is not known of
    /// the experiment as it is.
    pub(crate) fn vary(&mut self) {
        let Some(project) = &self.state.project else { return };
        let (Some(step), Some(draft)) = (project.looking.step, project.draft()) else { return };
        let experiment = &draft.edited;
        let is_seen = self.state.place == Place::Stage(Stage::Data)
            && project.looking.shows_recipe
            && experiment.recipe.steps.get(step).is_some_and(RecipeStep::is_variation);
        if !is_seen || self.mirror.awaits(|asked| matches!(asked, Asked::Vary { .. })) {
            return;
        }
        let folder = &project.folder;
        if !self.mirror.varied.as_ref().is_some_and(|varied| varied.is_now(folder, experiment, step)) {
            let (folder, experiment) = (folder.clone(), experiment.clone());
            self.send(Command::Vary { folder, experiment, step });
        }
    }

    /// Lets a run's model write in place of what is being written.
    pub(super) fn write(&mut self, run: RunId, prompt: String) {
        self.stop_writing();
        let Some(project) = &self.state.project else { return };
        let (folder, sampling) = (project.folder.clone(), project.playground.sampling.clone());
        self.send(Command::Generate { folder, run, prompt, sampling });
    }

    pub(super) fn stop_writing(&mut self) {
        if let Some((request, _)) = self.mirror.pending(|asked| matches!(asked, Asked::Write)) {
            self.send(Command::Cancel { request });
        }
    }

    /// Puts the model into the clipboard as source text.
    pub(super) fn copy_code(&mut self, framework: Framework) {
        let Some(experiment) = self.state.experiment() else { return };
        match code::write(&experiment.graph, framework) {
            Ok(text) => {
                self.ctx.copy_text(text);
                let values = [("framework", framework.to_string())];
                self.state.toasts.good("toast-code", &values, self.state.now_secs);
            }
            Err(problem) => self.state.toasts.problem(problem),
        }
    }

    /// Keeps what is not saved, for the case of a crash; asks for a frame where that is to be looked at again.
    pub(crate) fn keep_unsaved(&mut self) {
        let now = self.state.now_secs;
        let Some(project) = &mut self.state.project else { return };
        match project.to_keep(now) {
            Ok(experiments) => {
                let folder = project.folder.clone();
                self.send(Command::KeepUnsaved { folder, experiments });
            }
            Err(Some(rest)) => self.ctx.request_repaint_after(Duration::from_secs_f64(rest)),
            Err(None) => {}
        }
    }
}
