//! A curve between the mirror and the screen: smoothed, and thinned to what the screen can show.
//!
//! Pure. Thinning keeps, of every column of pixels, the first, lowest, highest and last point in their
//! order, so that no spike is lost (M4, Jugel et al. 2014): at most 4 points a column.

use egui_plot::PlotPoint;

/// Exponential moving average with the bias of its start taken out, as TensorBoard's smoothing, in place.
///
/// `weight` 0 leaves the curve as it is; points must be finite.
pub fn smooth(points: &mut [PlotPoint], weight: f64) {
    let mut average = 0.0;
    let mut seen = 1.0;
    for point in points {
        average = weight * average + (1.0 - weight) * point.y;
        seen *= weight;
        point.y = average / (1.0 - seen);
    }
}

/// Thins a curve that is sorted by x to about `columns` columns.
pub fn thin(points: &[PlotPoint], columns: usize) -> Vec<PlotPoint> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
    let width = (last.x - first.x) / columns.max(1) as f64;
    if points.len() <= 4 * columns || width <= 0.0 {
        return points.to_vec();
    }
    let mut kept = Vec::with_capacity(4 * (columns + 2));
    let mut column = Column::of(0);
    let mut number = 0;
    for (index, point) in points.iter().enumerate() {
        let of = ((point.x - first.x) / width) as usize;
        if of == number {
            column.add(points, index);
        } else {
            column.keep(points, &mut kept);
            (column, number) = (Column::of(index), of);
        }
    }
    column.keep(points, &mut kept);
    kept
}

/// The places of a column's points that are kept.
struct Column {
    first: usize,
    lowest: usize,
    highest: usize,
    last: usize,
}

impl Column {
    fn of(index: usize) -> Self {
        Self { first: index, lowest: index, highest: index, last: index }
    }

    fn add(&mut self, points: &[PlotPoint], index: usize) {
        self.last = index;
        if points[index].y < points[self.lowest].y {
            self.lowest = index;
        }
        if points[index].y > points[self.highest].y {
            self.highest = index;
        }
    }

    fn keep(&self, points: &[PlotPoint], kept: &mut Vec<PlotPoint>) {
        let (low, high) = (self.lowest.min(self.highest), self.lowest.max(self.highest));
        let mut before = None;
        for index in [self.first, low, high, self.last] {
            if before != Some(index) {
                kept.push(points[index]);
            }
            before = Some(index);
        }
    }
}

/// The part of a curve sorted by x that lies in a window, with the points before and after it, to which its lines
/// go.
pub fn within(points: &[PlotPoint], (low, high): (f64, f64)) -> &[PlotPoint] {
    let first = points.partition_point(|point| point.x < low).saturating_sub(1);
    let last = (points.partition_point(|point| point.x <= high) + 1).min(points.len());
    points.get(first..last).unwrap_or_default()
}

/// The point nearest to `x` of a curve sorted by x; `None` when `x` is beyond its ends by more than `reach`.
pub fn nearest(points: &[PlotPoint], x: f64, reach: f64) -> Option<PlotPoint> {
    let after = points.partition_point(|point| point.x < x);
    let before = after.checked_sub(1).and_then(|index| points.get(index));
    let nearest = match (before, points.get(after)) {
        (Some(before), Some(after)) => {
            if x - before.x <= after.x - x {
                before
            } else {
                after
            }
        }
        (Some(end), None) | (None, Some(end)) if (end.x - x).abs() <= reach => end,
        _ => return None,
    };
    Some(*nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(values: impl IntoIterator<Item = f64>) -> Vec<PlotPoint> {
        values.into_iter().enumerate().map(|(x, y)| PlotPoint::new(x as f64, y)).collect()
    }

    /// Ten thousand points of a gentle wave with two spikes.
    fn spiky() -> Vec<PlotPoint> {
        let mut points = curve((0..10_000).map(|x| (f64::from(x) / 700.0).sin()));
        points[4_321].y = 50.0;
        points[7_777].y = -50.0;
        points
    }

    #[test]
    fn thinning_keeps_the_extremes_and_the_ends() {
        let points = spiky();
        for columns in [1, 10, 100, 1_000] {
            let thinned = thin(&points, columns);
            assert!(thinned.len() <= 4 * (columns + 1), "{columns} columns gave {}", thinned.len());
            assert_eq!(thinned.first(), points.first());
            assert_eq!(thinned.last(), points.last());
            for extreme in [points[4_321], points[7_777]] {
                assert!(thinned.contains(&extreme), "{columns} columns lost {extreme:?}");
            }
            assert!(thinned.windows(2).all(|pair| pair[0].x < pair[1].x), "out of order or twice");
        }
    }

    #[test]
    fn a_window_keeps_the_lines_that_lead_out_of_it() {
        let points = curve((0..10).map(f64::from));
        let places = |window| within(&points, window).iter().map(|point| point.x as u32).collect::<Vec<_>>();
        assert_eq!(places((2.5, 4.5)), [2, 3, 4, 5]);
        assert_eq!(places((2.0, 4.0)), [1, 2, 3, 4, 5]);
        assert_eq!(places((-5.0, 0.5)), [0, 1]);
        assert_eq!(places((8.5, 99.0)), [8, 9]);
        assert_eq!(places((20.0, 30.0)), [9]);
        assert!(within(&[], (0.0, 1.0)).is_empty());
    }

    #[test]
    fn every_column_keeps_its_own_extremes() {
        let points = spiky();
        let thinned = thin(&points, 10);
        for column in points.chunks(1_000) {
            let (left, right) = (column[0].x, column[999].x);
            let highest = column.iter().map(|point| point.y).fold(f64::MIN, f64::max);
            let kept = thinned.iter().filter(|point| (left..=right).contains(&point.x));
            assert_eq!(kept.map(|point| point.y).fold(f64::MIN, f64::max), highest);
        }
    }

    #[test]
    fn short_curves_stay_as_they_are() {
        for points in [curve([]), curve([1.0]), curve([1.0, 2.0, 3.0])] {
            assert_eq!(thin(&points, 100), points);
        }
        let same_x = vec![PlotPoint::new(1.0, 2.0); 1_000];
        assert_eq!(thin(&same_x, 10), same_x);
    }

    #[test]
    fn smoothing_has_no_bias_and_no_smoothing_changes_nothing() {
        let flat = curve([3.0; 5]);
        let smoothed = |mut points: Vec<PlotPoint>, weight| {
            smooth(&mut points, weight);
            points
        };
        for (smoothed, point) in smoothed(flat.clone(), 0.9).iter().zip(&flat) {
            assert!((smoothed.y - point.y).abs() < 1e-12);
        }
        let points = curve([1.0, 5.0, 2.0]);
        assert_eq!(smoothed(points.clone(), 0.0), points);
        let smoothed = smoothed(points, 0.5);
        assert!((smoothed[1].y - (0.5 * 1.0 + 5.0) / 1.5).abs() < 1e-12);
    }

    #[test]
    fn the_read_out_takes_the_nearest_point() {
        let points = curve([10.0, 11.0, 12.0]);
        let cases = [
            (0.4, 0.0, Some(10.0)),
            (0.6, 0.0, Some(11.0)),
            (2.0, 0.0, Some(12.0)),
            (2.4, 0.5, Some(12.0)),
            (2.6, 0.5, None),
            (-0.4, 0.5, Some(10.0)),
            (-1.0, 0.5, None),
        ];
        for (x, reach, expected) in cases {
            assert_eq!(nearest(&points, x, reach).map(|point| point.y), expected, "at {x}");
        }
        assert_eq!(nearest(&[], 0.0, 1.0), None);
    }
}
