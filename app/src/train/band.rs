//! Runs that differ in their seeds alone, seen as one: their mean, and a band of one standard deviation on either
//! side of it.

use std::{
    collections::BTreeMap,
    hash::{Hash, Hasher},
    sync::Arc,
};

use egui::cache::{ComputerMut, FrameCache};
use egui_plot::PlotPoint;

use super::{series, view::View};
use crate::{
    format::mean_and_deviation,
    mirror::{CurvePoint, Run},
};

/// The runs of a chart, those that differ in their seeds alone together, in the order of their first ones.
pub fn families<'r>(runs: &[&'r Run]) -> Vec<Vec<&'r Run>> {
    let mut families: Vec<Vec<&Run>> = Vec::new();
    for run in runs {
        let is_its = |family: &&mut Vec<&Run>| run.family().is_some() && family[0].family() == run.family();
        match families.iter_mut().find(is_its) {
            Some(family) => family.push(run),
            None => families.push(vec![run]),
        }
    }
    families
}

/// Means with what lies within one standard deviation of them, in a plot's units.
#[derive(Debug, Default)]
pub struct Band {
    pub mean: Vec<PlotPoint>,
    pub low: Vec<f64>,
    pub high: Vec<f64>,
}

pub type BandCache = FrameCache<Arc<Band>, Maker>;

#[derive(Default)]
pub struct Maker;

/// A band as it is wanted on the screen.
#[derive(Clone, Copy)]
pub struct Wanted<'p> {
    /// One curve a seed.
    pub curves: &'p [&'p [CurvePoint]],
    /// Says where points lie.
    pub view: &'p View,
    pub is_log: bool,
    pub smoothing: f64,
    pub columns: usize,
}

impl Hash for Wanted<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for points in self.curves {
            let ends = [points.first(), points.last()].map(|point| point.map(|point| point.value.to_bits()));
            (points.as_ptr(), points.len(), ends).hash(state);
        }
        (self.view.axis, self.view.log_axis, self.is_log, self.smoothing.to_bits(), self.columns).hash(state);
    }
}

impl ComputerMut<Wanted<'_>, Arc<Band>> for Maker {
    fn compute(&mut self, wanted: Wanted<'_>) -> Arc<Band> {
        Arc::new(band(&wanted))
    }
}

/// The mean at every step that most of the seeds came to (at least two), and the deviation there.
fn band(wanted: &Wanted<'_>) -> Band {
    let mut at: BTreeMap<u64, Vec<CurvePoint>> = BTreeMap::new();
    for point in wanted.curves.iter().flat_map(|points| points.iter()) {
        if point.value.is_finite() && wanted.view.place(point).is_finite() {
            at.entry(point.step).or_default().push(*point);
        }
    }
    let height = |value: f64| if wanted.is_log { value.log10() } else { value };
    let most = wanted.curves.len() / 2 + 1;
    let mut band = Band::default();
    for points in at.into_values().filter(|points| points.len() >= most.max(2)) {
        let values: Vec<f64> = points.iter().map(|point| point.value).collect();
        let places = points.iter().map(|point| wanted.view.place(point));
        let place = places.sum::<f64>() / points.len() as f64;
        let Some((mean, deviation)) = mean_and_deviation(&values) else { continue };
        // On a logarithmic axis a band cannot go below what was seen.
        let least =
            if wanted.is_log { values.iter().copied().fold(f64::INFINITY, f64::min) } else { f64::MIN };
        let heights = [mean, (mean - deviation).max(least), mean + deviation].map(height);
        if heights.iter().all(|height| height.is_finite()) {
            band.mean.push(PlotPoint::new(place, heights[0]));
            band.low.push(heights[1]);
            band.high.push(heights[2]);
        }
    }
    series::smooth(&mut band.mean, wanted.smoothing);
    thinned(band, wanted.columns)
}

/// The band at the places that a thinned mean keeps.
fn thinned(band: Band, columns: usize) -> Band {
    let mean = series::thin(&band.mean, columns);
    if mean.len() == band.mean.len() {
        return band;
    }
    let index = |point: &PlotPoint| band.mean.partition_point(|other| other.x < point.x);
    let of = |heights: &[f64]| mean.iter().filter_map(|point| heights.get(index(point)).copied()).collect();
    Band { low: of(&band.low), high: of(&band.high), mean }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(values: &[f64]) -> Vec<CurvePoint> {
        let point = |(step, value): (u64, &f64)| CurvePoint {
            step,
            epoch: step as f64,
            value: *value,
            seconds: None,
        };
        (1..).zip(values).map(point).collect()
    }

    fn of(curves: &[Vec<CurvePoint>], is_log: bool) -> Band {
        let curves: Vec<&[CurvePoint]> = curves.iter().map(Vec::as_slice).collect();
        let view = View::default();
        band(&Wanted { curves: &curves, view: &view, is_log, smoothing: 0.0, columns: 100 })
    }

    #[test]
    fn a_band_is_the_mean_and_one_deviation_where_most_seeds_came_to() {
        let curves = [curve(&[1.0, 2.0, 9.0]), curve(&[2.0, 2.0, 7.0, 1.0]), curve(&[3.0, f64::NAN])];
        let band = of(&curves, false);
        let told: Vec<(f64, f64, f64)> = band
            .mean
            .iter()
            .zip(band.low.iter().zip(&band.high))
            .map(|(mean, (low, high))| (mean.y, *low, *high))
            .collect();
        let half = 2_f64.sqrt();
        assert_eq!(told, [(2.0, 1.0, 3.0), (2.0, 2.0, 2.0), (8.0, 8.0 - half, 8.0 + half)]);
    }

    #[test]
    fn a_band_on_a_logarithmic_axis_stays_on_it() {
        let band = of(&[curve(&[0.01]), curve(&[10.0])], true);
        assert_eq!(band.low, [-2.0], "no lower than what was seen");
        assert!(band.high[0] > band.mean[0].y);
    }

    #[test]
    fn a_long_band_is_thinned_at_the_same_places() {
        let long: Vec<f64> = (0..5_000).map(|x| f64::from(x % 97)).collect();
        let band = of(&[curve(&long), curve(&long)], false);
        assert!(band.mean.len() < 500 && band.mean.len() > 100);
        assert_eq!((band.low.len(), band.high.len()), (band.mean.len(), band.mean.len()));
        for (mean, low) in band.mean.iter().zip(&band.low) {
            assert_eq!(mean.y, *low, "equal seeds have no deviation");
        }
    }
}
