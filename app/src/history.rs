//! Undo and redo of the edits to one experiment.

use engine::{
    data::Extent,
    graph::Survey,
    project::Experiment,
    protocol::Problem,
    train::{StepMemory, misfit, refit},
};

/// An experiment under edit, with the way back.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// As `project.toml` has it.
    pub saved: Experiment,
    /// As the user sees it.
    pub edited: Experiment,
    /// What its model has to fit of the data; `None` where that is not known.
    pub extent: Option<Extent>,
    /// Why it is not known.
    unread: Option<Problem>,
    /// Its model as far as it fits together.
    pub survey: Survey,
    /// What of a model that fits together does not fit its loss or its data; or why data cannot be made fit for any.
    pub misfit: Option<Problem>,
    /// What a step of it takes; `None` while it cannot be trained.
    pub memory: Option<StepMemory>,
    /// Another number after every edit.
    pub revision: u64,
    past: Vec<Experiment>,
    future: Vec<Experiment>,
    /// When the last edit was made, in seconds of the program's clock.
    edited_at: f64,
}

impl Draft {
    /// Most steps that can be undone.
    const MAX_PAST: usize = 500;
    /// Edits closer together than this are undone as one (a word typed, a slider dragged), unless they add or
    /// remove something.
    const ONE_EDIT_SECS: f64 = 0.7;

    pub fn new(saved: Experiment, extent: Option<Extent>) -> Self {
        Self::begin(saved, extent, None)
    }

    /// Of data that were read, or cannot be.
    pub fn of(saved: Experiment, extent: Result<Extent, Problem>) -> Self {
        let (extent, unread) = match extent {
            Ok(extent) => (Some(extent), None),
            Err(problem) => (None, Some(problem)),
        };
        Self::begin(saved, extent, unread)
    }

    /// As it was saved.
    pub fn discarded(&self) -> Self {
        Self::begin(self.saved.clone(), self.extent.clone(), self.unread.clone())
    }

    fn begin(saved: Experiment, extent: Option<Extent>, unread: Option<Problem>) -> Self {
        let mut draft = Self {
            edited: saved.clone(),
            saved,
            extent,
            unread,
            survey: Survey::default(),
            misfit: None,
            memory: None,
            revision: 0,
            past: Vec::new(),
            future: Vec::new(),
            edited_at: f64::NEG_INFINITY,
        };
        draft.look();
        draft
    }

    /// Whether the model fits together, its loss and its data.
    pub fn fits(&self) -> bool {
        self.survey.faults.is_empty() && self.misfit.is_none()
    }

    pub fn is_dirty(&self) -> bool {
        self.edited != self.saved
    }

    /// Takes an edit made at `now_secs`.
    pub fn edit(&mut self, experiment: Experiment, now_secs: f64) {
        if experiment == self.edited {
            return;
        }
        let before = self.replace(experiment);
        let is_new = before.graph.nodes.len() != self.edited.graph.nodes.len()
            || before.recipe.steps.len() != self.edited.recipe.steps.len();
        if is_new || now_secs - self.edited_at > Self::ONE_EDIT_SECS || self.past.is_empty() {
            if self.past.len() == Self::MAX_PAST {
                self.past.remove(0);
            }
            self.past.push(before);
        }
        self.future.clear();
        self.edited_at = if is_new { f64::NEG_INFINITY } else { now_secs };
    }

    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// The edit that an undo takes back: the experiment before it and after.
    pub fn undoable(&self) -> Option<(&Experiment, &Experiment)> {
        Some((self.past.last()?, &self.edited))
    }

    /// The edit that a redo makes again.
    pub fn redoable(&self) -> Option<(&Experiment, &Experiment)> {
        Some((&self.edited, self.future.last()?))
    }

    pub fn undo(&mut self) {
        if let Some(before) = self.past.pop() {
            let after = self.replace(before);
            self.future.push(after);
            self.edited_at = f64::NEG_INFINITY;
        }
    }

    pub fn redo(&mut self) {
        if let Some(after) = self.future.pop() {
            let before = self.replace(after);
            self.past.push(before);
            self.edited_at = f64::NEG_INFINITY;
        }
    }

    /// Takes what the recipe, as it is, makes of the data; inputs that fitted before are made to fit, as a part of
    /// the edit that it follows from. What is unknown leaves all as it is.
    pub fn learn(&mut self, extent: Extent) {
        if self.extent.as_ref() == Some(&extent) {
            return;
        }
        if let Some(before) = self.extent.replace(extent.clone()) {
            self.edited.graph = refit(&self.edited.graph, &before, &extent);
        }
        self.unread = None;
        self.revision += 1;
        self.look();
    }

    fn replace(&mut self, experiment: Experiment) -> Experiment {
        let before = std::mem::replace(&mut self.edited, experiment);
        self.revision += 1;
        self.look();
        before
    }

    /// What follows from the experiment as it is.
    fn look(&mut self) {
        let Experiment { graph, training, .. } = &self.edited;
        self.survey = graph.survey();
        let is_whole = self.survey.faults.is_empty();
        self.misfit = is_whole.then(|| misfit(&self.edited, self.extent.as_ref())).flatten();
        if is_whole && self.misfit.is_none() {
            self.misfit.clone_from(&self.unread);
        }
        let can_run = is_whole && training.errors().is_empty();
        self.memory = can_run.then(|| StepMemory::of(graph, training).ok()).flatten();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use engine::{
        graph::{
            Activation, Graph, Layer, Mend, Node,
            layers::{Dense, Input},
        },
        project::{Recipe, RecipeStep, SplitSpec, read_example, write},
        train::Training,
    };

    use engine::data::{Entering, Wanted};

    use super::*;

    fn experiment(epochs: u32) -> Experiment {
        Experiment {
            name: "baseline".into(),
            recipe: Recipe { split: SplitSpec::default(), steps: Vec::new() },
            graph: Graph::default(),
            training: Training { epochs, ..Training::default() },
        }
    }

    #[test]
    fn edits_are_undone_and_redone_in_order() {
        let mut draft = Draft::new(experiment(1), None);
        for (epochs, at) in [(2, 10.0), (3, 20.0)] {
            draft.edit(experiment(epochs), at);
        }
        assert!(draft.is_dirty());
        draft.undo();
        assert_eq!(draft.edited, experiment(2));
        draft.undo();
        assert_eq!(draft.edited, experiment(1));
        assert!(!draft.is_dirty() && !draft.can_undo());
        draft.redo();
        draft.redo();
        assert_eq!(draft.edited, experiment(3));
        assert!(!draft.can_redo());
    }

    #[test]
    fn edits_close_together_are_one() {
        let mut draft = Draft::new(experiment(1), None);
        for (epochs, at) in [(12, 10.0), (123, 10.2), (1234, 10.4)] {
            draft.edit(experiment(epochs), at);
        }
        draft.undo();
        assert_eq!(draft.edited, experiment(1));
    }

    #[test]
    fn an_edit_after_undo_ends_what_could_be_redone() {
        let mut draft = Draft::new(experiment(1), None);
        draft.edit(experiment(2), 10.0);
        draft.undo();
        draft.edit(experiment(3), 10.1);
        assert!(!draft.can_redo());
        draft.undo();
        assert_eq!(draft.edited, experiment(1));
    }

    #[test]
    fn a_recipe_that_changes_the_columns_takes_the_model_with_it_and_back() {
        let extent = |width| Extent {
            columns: vec![Entering { name: "x".into(), width, tokens: None }],
            wanted: Wanted::Class(3),
            candidates: Vec::new(),
        };
        let wide = |experiment: &Experiment| match &experiment.graph.nodes[0].layer {
            Layer::Input(input) => input.shape.sizes(),
            _ => None,
        };
        let input = Layer::Input(Input { shape: [13].into(), ..Input::default() });
        let graph = Graph::chain([("x", input), ("y", Layer::Dense(Dense::default()))]);
        let mut draft = Draft::new(Experiment { graph, ..experiment(1) }, Some(extent(13)));
        let mut edited = draft.edited.clone();
        edited.recipe.steps.push(RecipeStep::Drop { columns: vec!["x".into()] });
        draft.edit(edited, 10.0);
        draft.learn(extent(12));
        assert_eq!(wide(&draft.edited), Some(vec![12]));
        draft.undo();
        assert_eq!((wide(&draft.edited), draft.is_dirty()), (Some(vec![13]), false));
        draft.learn(extent(13));
        assert_eq!((wide(&draft.edited), draft.is_dirty()), (Some(vec![13]), false));
        draft.redo();
        draft.learn(extent(12));
        assert_eq!(wide(&draft.edited), Some(vec![12]));
    }

    #[test]
    fn data_that_cannot_be_made_fit_are_a_misfit_until_they_can() {
        let x = Layer::Input(Input { shape: [13].into(), ..Input::default() });
        let y = Layer::Dense(Dense { units: 3, activation: Activation::Softmax, ..Dense::default() });
        let graph = Graph::chain([("x", x), ("y", y)]);
        let problem =
            Problem { code: "data-unknown-column".into(), facts: BTreeMap::new(), text: String::new() };
        let mut draft = Draft::of(Experiment { graph, ..experiment(1) }, Err(problem.clone()));
        assert_eq!((draft.misfit.clone(), draft.fits()), (Some(problem.clone()), false));
        draft = draft.discarded();
        assert_eq!(draft.misfit, Some(problem));
        draft.learn(Extent {
            columns: vec![Entering { name: "x".into(), width: 13, tokens: None }],
            wanted: Wanted::Class(3),
            candidates: Vec::new(),
        });
        assert!(draft.fits(), "{:?}", draft.misfit);
    }

    /// `edit` with a model of so many nodes.
    fn draw(draft: &mut Draft, nodes: usize, at: f64) {
        let node = |index: usize| Node::new(format!("n{index}"), Layer::Dense(Dense::default()), Vec::new());
        let graph = Graph { nodes: (0..nodes).map(node).collect() };
        draft.edit(Experiment { graph, ..draft.edited.clone() }, at);
    }

    #[test]
    fn strokes_are_undone_one_by_one_however_quick_the_hand() {
        let mut draft = Draft::new(experiment(1), None);
        (1..=3).for_each(|nodes| draw(&mut draft, nodes, 10.0));
        let named =
            draft.undoable().map(|(before, after)| (before.graph.nodes.len(), after.graph.nodes.len()));
        assert_eq!(named, Some((2, 3)));
        draft.undo();
        assert_eq!(draft.edited.graph.nodes.len(), 2);
        assert_eq!(draft.redoable().map(|(_, after)| after.graph.nodes.len()), Some(3));
    }

    #[test]
    fn what_does_not_fit_the_data_is_known_at_every_edit() {
        let extent = Extent {
            columns: vec![Entering { name: "x".into(), width: 13, tokens: None }],
            wanted: Wanted::Class(3),
            candidates: Vec::new(),
        };
        let mlp = |features: usize, units| {
            let input = Input { shape: [features].into(), ..Input::default() };
            let head = Dense { units, activation: Activation::Softmax, ..Dense::default() };
            Graph::chain([("x", Layer::Input(input)), ("y", Layer::Dense(head))])
        };
        let mut draft = Draft::new(experiment(1), Some(extent));
        for (features, units, code) in
            [(13, 3, None), (12, 3, Some("model-feature-count")), (13, 4, Some("model-output-shape"))]
        {
            draft.edit(Experiment { graph: mlp(features, units), ..experiment(1) }, 0.0);
            assert_eq!(draft.misfit.as_ref().map(|problem| problem.code.as_str()), code);
            assert_eq!(draft.fits(), code.is_none());
            if let Some(problem) = &draft.misfit {
                let mended = Mend::of_misfit(&draft.edited.graph, problem).unwrap().done(&draft.edited.graph);
                assert_eq!(mended, Some(mlp(13, 3)));
            }
        }
    }

    /// A stroke of any kind on a model, drawn from a counter.
    fn stroke(graph: &mut Graph, number: usize) {
        let draw = |salt: usize, end: usize| (number * 7919 + salt * 104_729) % 1_000_003 % end.max(1);
        let count = graph.nodes.len();
        let name = |salt| graph.nodes.get(draw(salt, count)).map_or(String::new(), |node| node.name.clone());
        let (one, other) = (name(1), name(2));
        let kind = Layer::KINDS[draw(3, Layer::KINDS.len())];
        let layer = Layer::of_kind(kind).unwrap();
        match draw(4, 12) {
            0 | 1 => {
                drop(graph.insert(Some(&one).filter(|name| !name.is_empty()).map(|name| &**name), layer))
            }
            2 => drop(graph.insert_between(&one, &other, layer)),
            3 => graph.remove(&one),
            4 => _ = graph.rename(&one, &format!("named {number}")),
            5 => _ = graph.connect(&one, &other),
            6 => graph.disconnect(&one, &other),
            7 => graph.bypass(&[&one, &other]),
            10 => _ = graph.group(&[&one]).or_else(|| graph.group(&[&one, &other])),
            11 => {
                let block = graph.nodes.iter().find(|node| node.layer.kind() == "block");
                let block = block.map(|node| node.name.clone());
                block.iter().for_each(|name| drop(graph.ungroup(name)));
            }
            8 => {
                let nodes: Vec<Node> = graph.node(&other).into_iter().cloned().collect();
                graph.paste(&nodes, Some(&one));
            }
            _ => {
                if let Some(node) = graph.nodes.get_mut(draw(1, count)) {
                    node.note = format!("note {number}");
                    let units = node.layer.with_setting("units", (draw(5, 99) + 1).into());
                    node.layer = units.unwrap_or_else(|_| node.layer.clone());
                }
            }
        }
    }

    #[test]
    fn any_strokes_undone_give_the_very_file_and_redone_the_last_one() {
        let (mut project, _) = read_example("digits").unwrap().unwrap();
        let text = write(&project).unwrap();
        for beginning in 0..4 {
            let mut draft = Draft::new(project.experiments[0].clone(), None);
            for number in 0..120 {
                let mut edited = draft.edited.clone();
                stroke(&mut edited.graph, 1000 * beginning + number);
                draft.edit(edited, number as f64);
            }
            let last = draft.edited.clone();
            assert_ne!(last, draft.saved);
            while draft.can_undo() {
                draft.undo();
            }
            let saved = std::mem::replace(&mut project.experiments[0], draft.edited.clone());
            assert_eq!(write(&project).unwrap(), text);
            assert_eq!(saved, project.experiments[0]);
            while draft.can_redo() {
                draft.redo();
            }
            assert_eq!(draft.edited, last);
        }
    }

    #[test]
    fn the_history_is_bounded() {
        let mut draft = Draft::new(experiment(0), None);
        for epochs in 1..=Draft::MAX_PAST as u32 + 50 {
            draft.edit(experiment(epochs), f64::from(epochs));
        }
        assert_eq!(draft.past.len(), Draft::MAX_PAST);
    }
}
