//! What the user looks at inside a run.

use std::collections::BTreeSet;

use engine::{
    inspect::{Ask, AskCam, AskNeurons, Look, Moment, Off},
    protocol::{RunId, Split},
};

use super::ProjectState;
use crate::mirror::{Mirror, Run};

/// The Inspect screen's choices.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspecting {
    /// The run; the one whose numbers are shown where none was chosen here.
    pub run: Option<RunId>,
    /// Another one that is looked into beside it.
    pub beside: Option<Beside>,
    pub moment: Moment,
    pub split: Split,
    /// Which of the split's rows.
    pub sample: usize,
    /// A text of the user's own, in place of that row.
    pub text: Option<String>,
    pub off: BTreeSet<Off>,
    /// The map that is opened; all of them side by side where none is.
    pub opened: Option<Opened>,
    pub order: HeadOrder,
    pub drawn: Drawn,
    /// The step whose query is looked at closely.
    pub query: usize,
    /// Whether one moment follows another by itself.
    pub playing: bool,
    pub view: View,
    /// What Grad-CAM is asked for.
    pub cam: AskCam,
}

/// A run that is looked into beside another, at the moment that is nearest to the other's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beside {
    pub run: RunId,
    pub by: Clock,
}

/// How far two runs have come is told by what both count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    #[default]
    Steps,
    Epochs,
}

impl Clock {
    /// How far a run has come at a step; in epochs as far as its curves tell.
    pub fn at(self, run: &Run, step: u64) -> f64 {
        match self {
            Self::Steps => step as f64,
            Self::Epochs => run.epoch_at(step).unwrap_or_default(),
        }
    }
}

/// What is shown of a model's inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    #[default]
    Attention,
    /// What layers of images give.
    Images,
    /// Where a picture speaks for a class.
    Cam,
}

impl View {
    /// Those that a look has something for.
    pub fn of(look: &Look) -> Vec<Self> {
        let has = |view: &Self| match view {
            Self::Attention => !look.layers.is_empty(),
            // The first is what enters.
            Self::Images => look.images.len() > 1,
            Self::Cam => !look.cam_nodes.is_empty(),
        };
        [Self::Attention, Self::Images, Self::Cam].into_iter().filter(has).collect()
    }
}

/// A map that is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    Head {
        node: String,
        head: usize,
    },
    /// The mean of a layer's heads.
    Mean {
        node: String,
    },
    /// Of all layers together, one multiplied by the next.
    Rollout,
    /// The mean of all layers.
    Average,
}

/// How an opened map is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Drawn {
    #[default]
    Matrix,
    /// As lines between steps.
    Lines,
    /// Of a head, what its scores are made of.
    Neurons,
}

/// How heads stand in the overview.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HeadOrder {
    /// Layer by layer.
    #[default]
    Layers,
    /// The most decided first.
    Entropy,
    /// Those that look farthest first.
    Distance,
    /// By what they are called.
    Pattern,
    /// Those first that are missed most.
    Damage,
}

impl Default for Inspecting {
    fn default() -> Self {
        Self {
            run: None,
            beside: None,
            moment: Moment::Newest,
            split: Split::Validation,
            sample: 0,
            text: None,
            off: BTreeSet::new(),
            opened: None,
            order: HeadOrder::default(),
            drawn: Drawn::default(),
            query: 0,
            playing: false,
            view: View::default(),
            cam: AskCam::default(),
        }
    }
}

impl Inspecting {
    /// What the engine is asked for it, with or without what is switched off.
    pub fn ask(&self, with_off: bool) -> Ask {
        let off = if with_off { self.off.iter().cloned().collect() } else { Vec::new() };
        Ask {
            moment: self.moment,
            split: self.split,
            sample: self.sample,
            row: None,
            text: self.text.clone(),
            off,
            cam: (self.view == View::Cam).then(|| self.cam.clone()),
            neurons: self.neurons(),
        }
    }

    /// The head whose queries and keys are shown.
    fn neurons(&self) -> Option<AskNeurons> {
        match &self.opened {
            Some(Opened::Head { node, head }) if self.drawn == Drawn::Neurons => {
                Some(AskNeurons { node: node.clone(), head: *head })
            }
            _ => None,
        }
    }

    /// What is shown of a look, which may have less to show than what was chosen.
    pub fn view_of(&self, look: &Look) -> View {
        let views = View::of(look);
        if views.contains(&self.view) { self.view } else { views.first().copied().unwrap_or(View::Images) }
    }

    /// Switches a part off, or on again.
    pub fn toggle(&mut self, off: Off) {
        if !self.off.remove(&off) {
            self.off.insert(off);
        }
    }
}

impl ProjectState {
    /// What is asked of the run beside the one that is looked into: the same sample, at the moment that is nearest;
    /// nothing before that has been seen.
    pub fn asked_beside(&self, mirror: &Mirror) -> Option<(RunId, Ask)> {
        let beside = self.inspecting.beside?;
        let run = self.inspected(mirror).filter(|run| *run != beside.run)?;
        let ask = self.inspecting.ask(false);
        let look = mirror.looked(&self.folder, run, &ask)?.found.as_ref().ok()?;
        let (run, other) = (mirror.run(&self.folder, run)?, mirror.run(&self.folder, beside.run)?);
        let now = beside.by.at(run, look.step);
        let distance = |step: &u64| (beside.by.at(other, *step) - now).abs();
        let nearest = other.moments().into_iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        let moment = match ask.moment {
            Moment::Best => Moment::Best,
            Moment::Newest | Moment::Step(_) => Moment::Step(nearest),
        };
        let row = ask.text.is_none().then_some(look.row);
        // Where the other model has no such layer, its own last convolution is asked.
        let has = |node: &String| has_node(other, node);
        let cam = ask.cam.map(|cam| AskCam { node: cam.node.filter(has), ..cam });
        let neurons = ask.neurons.filter(|neurons| has(&neurons.node));
        Some((beside.run, Ask { moment, row, cam, neurons, ..ask }))
    }
}

/// Whether a run's model has a node of that name.
fn has_node(run: &Run, node: &str) -> bool {
    let graph = run.experiment.as_ref().and_then(|experiment| experiment.graph.flat().ok());
    graph.is_some_and(|graph| graph.nodes.iter().any(|other| other.name == node))
}
