//! How the curves are looked at, and the stable colour of each run.

use egui::{Color32, Id, Ui};
use engine::protocol::RunId;

use crate::{mirror::CurvePoint, theme};

/// What the horizontal axis counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Axis {
    #[default]
    Epoch,
    Step,
}

impl Axis {
    pub fn of(self, point: &CurvePoint) -> f64 {
        match self {
            Self::Epoch => point.epoch,
            Self::Step => point.step as f64,
        }
    }
}

/// How both plots are looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct View {
    pub axis: Axis,
    pub log_loss: bool,
    /// Weight of the past in the training curves, 0 to < 1.
    pub smoothing: f64,
    /// The metric of the second plot, where it is not the task's usual one.
    pub metric: Option<&'static str>,
    /// Where the pointer is on the horizontal axis, in either plot.
    pub cursor: Option<f64>,
}

impl Default for View {
    fn default() -> Self {
        Self { axis: Axis::default(), log_loss: false, smoothing: 0.6, metric: None, cursor: None }
    }
}

impl View {
    fn id() -> Id {
        Id::new("train_view")
    }

    /// As egui remembers it.
    pub fn load(ui: &Ui) -> Self {
        ui.data(|data| data.get_temp(Self::id())).unwrap_or_default()
    }

    pub fn store(self, ui: &Ui) {
        ui.data_mut(|data| data.insert_temp(Self::id(), self));
    }
}

/// A run's colour: the same wherever and as long as it is shown.
pub fn run_color(ui: &Ui, run: RunId) -> Color32 {
    let series = theme::colors(ui).series;
    series[(run.0.saturating_sub(1) % series.len() as u64) as usize]
}
