//! The eight stages of the way from data to a shipped model.

use crate::theme::icon;

/// One screen of the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    Data,
    Model,
    Train,
    Compare,
    Evaluate,
    Inspect,
    Try,
    Ship,
}

impl Stage {
    pub const ALL: [Self; 8] = [
        Self::Data,
        Self::Model,
        Self::Train,
        Self::Compare,
        Self::Evaluate,
        Self::Inspect,
        Self::Try,
        Self::Ship,
    ];

    /// `data` … `ship`; its words are `stage-data` (name) and `stage-data-purpose` (what it is for).
    pub fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Model => "model",
            Self::Train => "train",
            Self::Compare => "compare",
            Self::Evaluate => "evaluate",
            Self::Inspect => "inspect",
            Self::Try => "try",
            Self::Ship => "ship",
        }
    }

    pub fn icon(self) -> &'static str {
        match self {
            Self::Data => icon::TABLE,
            Self::Model => icon::GRAPH,
            Self::Train => icon::CHART_LINE,
            Self::Compare => icon::COLUMNS,
            Self::Evaluate => icon::TARGET,
            Self::Inspect => icon::EYE,
            Self::Try => icon::FLASK,
            Self::Ship => icon::PACKAGE,
        }
    }
}
