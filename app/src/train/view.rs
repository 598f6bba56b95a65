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
    /// Seconds of training, pauses not counted.
    Time,
}

impl Axis {
    /// Where a point lies; no number where that is not known.
    pub fn of(self, point: &CurvePoint) -> f64 {
        match self {
            // Of a foreign run that may not be known.
            Self::Epoch if point.epoch < 0.0 => f64::NAN,
            Self::Epoch => point.epoch,
            Self::Step => point.step as f64,
            Self::Time => point.seconds.unwrap_or(f64::NAN),
        }
    }
}

/// How both plots are looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    pub axis: Axis,
    /// Whether the horizontal axis counts decades.
    pub log_axis: bool,
    pub log_loss: bool,
    /// Whether the second plot counts decades, where its metric can.
    pub log_metric: bool,
    /// Whether runs that differ in their seeds alone are drawn as one band.
    pub bands: bool,
    /// Weight of the past in the training curves, 0 to < 1.
    pub smoothing: f64,
    /// The metric of the second plot, where it is not the task's usual one.
    pub metric: Option<&'static str>,
    /// The output that both plots are about, where the model has several.
    pub output: Option<String>,
    /// Where the pointer is on the horizontal axis, in either plot.
    pub cursor: Option<f64>,
    /// What is seen of the horizontal axis.
    pub seen: Option<(f64, f64)>,
}

impl Default for View {
    fn default() -> Self {
        Self {
            axis: Axis::default(),
            log_axis: false,
            log_loss: false,
            log_metric: false,
            bands: false,
            smoothing: 0.6,
            metric: None,
            output: None,
            cursor: None,
            seen: None,
        }
    }
}

impl View {
    fn id() -> Id {
        Id::new("train_view")
    }

    /// Where a point lies on the horizontal axis as it is drawn.
    pub fn place(&self, point: &CurvePoint) -> f64 {
        let place = self.axis.of(point);
        if self.log_axis { place.log10() } else { place }
    }

    /// What stands at a place of the horizontal axis.
    pub fn value(&self, place: f64) -> f64 {
        if self.log_axis { 10_f64.powf(place) } else { place }
    }

    /// A stretch of the horizontal axis around what is seen of it, so that curves need not be thinned anew with
    /// every move: it begins and ends on a grid as wide as what is seen, or up to half of that.
    pub fn window(&self) -> Option<(f64, f64)> {
        let (low, high) = self.seen?;
        let grid = 2_f64.powf((high - low).log2().floor());
        (grid > 0.0 && grid.is_finite())
            .then(|| (((low / grid).floor() - 1.0) * grid, ((high / grid).ceil() + 1.0) * grid))
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
