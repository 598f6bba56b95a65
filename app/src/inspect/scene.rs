//! What the screen is about: the run, what was seen of it, what is opened.

use engine::inspect::{AttentionLayer, Damage, HeadDamage, HeadStatistics, Look, Off};

use crate::{
    context::Context,
    mirror::{Looked, Run},
    state::{Inspecting, Opened},
};

/// Everything that the screen's parts read.
pub struct Scene<'a> {
    pub inspecting: &'a Inspecting,
    pub run: &'a Run,
    pub runs: Vec<&'a Run>,
    /// With nothing switched off.
    pub whole: Option<&'a Looked>,
    /// As it is asked for; until that is answered, what was seen before.
    pub shown: Option<&'a Looked>,
    pub damage: Option<&'a Damage>,
    /// Whether everything that is asked for is there.
    pub is_there: bool,
    /// Whether it is the run beside the one that is looked into: it is seen whole, at the other's moment.
    pub is_beside: bool,
}

/// A map that is looked at.
pub struct Map<'a> {
    pub title: Opened,
    pub queries: usize,
    pub keys: usize,
    /// `[queries, keys]`.
    pub shares: Vec<f32>,
    /// Whose layer it is; of all together, none.
    pub layer: Option<&'a AttentionLayer>,
}

impl<'a> Scene<'a> {
    pub fn of(cx: &Context<'a>) -> Option<Self> {
        let (state, mirror) = (cx.state, cx.mirror);
        let project = state.project.as_ref()?;
        let (folder, inspecting) = (&project.folder, &project.inspecting);
        let id = project.inspected(mirror)?;
        let run = mirror.run(folder, id)?;
        let runs = mirror.runs(folder).rev().filter(|run| run.newest_moment().is_some()).collect();
        let whole = mirror.looked(folder, id, &inspecting.ask(false));
        let shown = match inspecting.off.is_empty() {
            true => whole,
            false => mirror.looked(folder, id, &inspecting.ask(true)).or(whole),
        };
        let damage = mirror.damaged(folder, id, inspecting.moment);
        let damage = damage.and_then(|damaged| damaged.found.as_ref().ok());
        let is_there = shown.is_some_and(|looked| looked.ask.moment == inspecting.moment)
            && project.asked_beside(mirror).is_none_or(|(run, ask)| mirror.has_looked(folder, run, &ask));
        Some(Self { inspecting, run, runs, whole, shown, damage, is_there, is_beside: false })
    }

    /// The run beside it, where one is chosen.
    pub fn beside(&self, cx: &Context<'a>) -> Option<Self> {
        let project = cx.state.project.as_ref()?;
        let id = self.inspecting.beside?.run;
        let run = cx.mirror.run(&project.folder, id).filter(|_| id != self.run.summary.id)?;
        let whole = cx.mirror.looked(&project.folder, id, &self.inspecting.ask(false));
        Some(Self { run, runs: Vec::new(), whole, shown: whole, damage: None, is_beside: true, ..*self })
    }

    /// What is shown, where it was found.
    pub fn look(&self) -> Option<&'a Look> {
        self.shown.and_then(|looked| looked.found.as_ref().ok())
    }

    /// The map that is opened, where this look has it.
    pub fn opened(&self, look: &'a Look) -> Option<Map<'a>> {
        let find = |name: &str| look.layers.iter().find(|layer| layer.node == name);
        let title = self.inspecting.opened.clone()?;
        let (layer, shares) = match &title {
            Opened::Head { node, head } => {
                let layer = find(node).filter(|layer| *head < layer.heads)?;
                (Some(layer), layer.map(*head).to_vec())
            }
            Opened::Mean { node } => find(node).map(|layer| (Some(layer), layer.mean()))?,
            Opened::Rollout => (None, look.rollout.clone()?),
            Opened::Average => (None, look.average.clone()?),
        };
        let first = layer.or(look.layers.first())?;
        Some(Map { title, queries: first.queries, keys: first.keys, shares, layer })
    }

    pub fn is_off(&self, node: &str, head: usize) -> bool {
        let off = &self.inspecting.off;
        !self.is_beside
            && (off.contains(&Off::Layer { node: node.into() })
                || off.contains(&Off::Head { node: node.into(), head }))
    }

    /// By how much the loss is larger without a head, where that was measured.
    pub fn missed(&self, node: &str, head: usize) -> Option<f64> {
        let damage = self.damage?;
        let found =
            damage.heads.iter().find(|found: &&HeadDamage| found.node == node && found.head == head)?;
        found.loss(&damage.whole)
    }
}

/// `attend · head 3`, as people count.
pub fn title(cx: &Context<'_>, opened: &Opened) -> String {
    match opened {
        Opened::Head { node, head } => head_name(cx, node, *head),
        Opened::Mean { node } => cx.with("inspect-mean-of", &[("layer", node.as_str().into())]),
        Opened::Rollout => cx.text("inspect-rollout"),
        Opened::Average => cx.text("inspect-average"),
    }
}

/// What a map of several heads says, and what it does not; of one head, nothing.
pub fn about(cx: &Context<'_>, opened: &Opened) -> Option<String> {
    match opened {
        Opened::Head { .. } => None,
        Opened::Mean { .. } => Some(cx.text("inspect-mean-about")),
        Opened::Rollout => Some(cx.hint("inspect-rollout")),
        Opened::Average => Some(cx.hint("inspect-average")),
    }
}

/// `Run 3 · cnn`.
pub fn run_name(cx: &Context<'_>, run: &Run) -> String {
    let summary = &run.summary;
    let values = [("run", summary.id.to_string().into()), ("experiment", summary.experiment.as_str().into())];
    cx.with("inspect-run-name", &values)
}

pub fn head_name(cx: &Context<'_>, node: &str, head: usize) -> String {
    cx.with("inspect-head", &[("layer", node.into()), ("head", (head + 1).into())])
}

/// What a head does, in words: `looks at the previous step, 71 %`.
pub fn habit(cx: &Context<'_>, statistics: &HeadStatistics) -> String {
    use engine::inspect::Pattern;
    let share = |share: f32| crate::format::percent(f64::from(share));
    let with = |key: &str, part: f32| cx.with(key, &[("share", share(part).into())]);
    match statistics.pattern() {
        Some(Pattern::Itself) => with("inspect-pattern-itself", statistics.itself),
        Some(Pattern::Previous) => with("inspect-pattern-previous", statistics.previous),
        Some(Pattern::Next) => with("inspect-pattern-next", statistics.next),
        Some(Pattern::First) => with("inspect-pattern-first", statistics.first),
        Some(Pattern::Delimiter) => with("inspect-pattern-delimiter", statistics.delimiter),
        None => cx.text("inspect-pattern-none"),
    }
}
