//! What the user looks at inside a run.

use std::collections::BTreeSet;

use engine::{
    inspect::{Ask, AskCam, Look, Moment, Off},
    protocol::{RunId, Split},
};

/// The Inspect screen's choices.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspecting {
    /// The run; the one whose numbers are shown where none was chosen here.
    pub run: Option<RunId>,
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
    /// Whether the opened map is drawn as lines between steps.
    pub lines: bool,
    /// Whether one moment follows another by itself.
    pub playing: bool,
    pub view: View,
    /// What Grad-CAM is asked for.
    pub cam: AskCam,
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
    /// Of all layers together.
    Rollout,
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
            moment: Moment::Newest,
            split: Split::Validation,
            sample: 0,
            text: None,
            off: BTreeSet::new(),
            opened: None,
            order: HeadOrder::default(),
            lines: false,
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
            text: self.text.clone(),
            off,
            cam: (self.view == View::Cam).then(|| self.cam.clone()),
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
