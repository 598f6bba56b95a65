//! What was last seen inside a run: as it is, and with parts of it switched off.

use engine::inspect::{Ask, Damage, Look, Moment, Weighed};

use super::*;

/// What was seen of a sample, or why nothing was.
#[derive(Debug)]
pub struct Looked {
    pub folder: PathBuf,
    pub run: RunId,
    pub ask: Ask,
    /// The newest moment of the run when it was asked.
    newest: Option<u64>,
    pub found: Result<Look, Problem>,
    /// Another number for every answer.
    pub version: u64,
}

/// How much the heads of a run matter, or why that is not known.
#[derive(Debug)]
pub struct Damaged {
    folder: PathBuf,
    run: RunId,
    moment: Moment,
    pub found: Result<Damage, Problem>,
}

#[derive(Debug, Default)]
pub(super) struct Insides {
    /// The newest last; of each run one with nothing switched off, and one with something.
    looks: Vec<Looked>,
    damaged: Option<Damaged>,
    version: u64,
}

impl Insides {
    /// Looks that are kept: of two runs, each whole and with something switched off.
    const MOST: usize = 4;

    pub(super) fn take_look(&mut self, asked: Asked, found: Result<Look, Problem>) {
        let Asked::Look { folder, run, ask, newest } = asked else { return };
        self.version += 1;
        self.looks.retain(|looked| !looked.is_of(&folder, run, &ask));
        let surplus = (self.looks.len() + 1).saturating_sub(Self::MOST);
        self.looks.drain(..surplus);
        self.looks.push(Looked { folder, run, ask, newest, found, version: self.version });
    }

    pub(super) fn take_damage(&mut self, asked: Asked, found: Result<Damage, Problem>) {
        let Asked::Damage { folder, run, moment } = asked else { return };
        self.damaged = Some(Damaged { folder, run, moment, found });
    }
}

impl Looked {
    /// Whether it is of that run, as whole as that is asked for.
    fn is_of(&self, folder: &Path, run: RunId, ask: &Ask) -> bool {
        self.folder == folder && self.run == run && self.ask.off.is_empty() == ask.off.is_empty()
    }

    /// How Grad-CAM was asked to weigh.
    pub fn weighed(&self) -> Weighed {
        self.ask.cam.as_ref().map(|cam| cam.weighed).unwrap_or_default()
    }

    /// Whether it answers that: of a moment that moves on, with the newest there is.
    fn answers(&self, folder: &Path, run: RunId, ask: &Ask, newest: Option<u64>) -> bool {
        let is_newest = matches!(ask.moment, Moment::Step(_)) || self.newest == newest;
        is_newest && self.folder == folder && self.run == run && self.ask == *ask
    }
}

impl Mirror {
    /// What was last seen of that run's inside, switched off or not; until the answer to `ask` is here, an earlier one.
    pub fn looked(&self, folder: &Path, run: RunId, ask: &Ask) -> Option<&Looked> {
        self.insides.looks.iter().find(|looked| looked.is_of(folder, run, ask))
    }

    /// Whether the answer to `ask` is here and up to date.
    pub fn has_looked(&self, folder: &Path, run: RunId, ask: &Ask) -> bool {
        let newest = self.run(folder, run).and_then(Run::newest_moment);
        self.looked(folder, run, ask).is_some_and(|looked| looked.answers(folder, run, ask, newest))
    }

    /// How much the heads of a run matter at that moment, where that was asked.
    pub fn damaged(&self, folder: &Path, run: RunId, moment: Moment) -> Option<&Damaged> {
        let of_this =
            |damaged: &&Damaged| damaged.folder == folder && damaged.run == run && damaged.moment == moment;
        self.insides.damaged.as_ref().filter(of_this)
    }
}
