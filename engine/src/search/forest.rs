//! A small random forest (Breiman 2001) that tells a number from places on axes.

use super::normal::Draws;

const TREES: u64 = 64;
/// Fewest rows of a leaf.
const LEAF: usize = 2;

/// Rows of places, and the number of each.
pub(super) struct Rows<'r> {
    pub places: &'r [Vec<f64>],
    pub numbers: &'r [f64],
}

/// Trees, each with the rows that it has not seen.
pub(super) struct Forest(Vec<(Tree, Vec<usize>)>);

enum Tree {
    Leaf(f64),
    Fork { axis: usize, at: f64, below: Box<Tree>, above: Box<Tree> },
}

impl Forest {
    /// Each tree grows on rows drawn with replacement; every axis may fork it.
    pub(super) fn grow(rows: &Rows<'_>, seed: u64) -> Self {
        let count = rows.numbers.len();
        let tree = |index: u64| {
            let mut draws = Draws::new(seed, u64::MAX, index);
            let drawn: Vec<usize> = (0..count).map(|_| draws.below(count)).collect();
            let mut is_drawn = vec![false; count];
            drawn.iter().for_each(|row| is_drawn[*row] = true);
            let unseen = (0..count).filter(|row| !is_drawn[*row]).collect();
            (Tree::grow(rows, drawn), unseen)
        };
        Self((0..TREES).map(tree).collect())
    }

    /// Mean square of what the trees get wrong on rows that they have not seen; where an axis is named, with its
    /// places shuffled among these rows.
    pub(super) fn error(&self, rows: &Rows<'_>, shuffled: Option<usize>, seed: u64) -> f64 {
        let (mut sum, mut count) = (0.0, 0);
        for (index, (tree, unseen)) in self.0.iter().enumerate() {
            let mut lent = unseen.clone();
            if let Some(axis) = shuffled {
                let mut draws = Draws::new(seed, u64::MAX - 1 - axis as u64, index as u64);
                for last in (1..lent.len()).rev() {
                    lent.swap(last, draws.below(last + 1));
                }
            }
            for (row, lender) in unseen.iter().zip(lent) {
                let mut places = rows.places[*row].clone();
                if let Some(axis) = shuffled {
                    places[axis] = rows.places[lender][axis];
                }
                sum += (tree.tell(&places) - rows.numbers[*row]).powi(2);
                count += 1;
            }
        }
        sum / f64::from(count.max(1))
    }
}

impl Tree {
    fn grow(rows: &Rows<'_>, drawn: Vec<usize>) -> Self {
        let mean = drawn.iter().map(|row| rows.numbers[*row]).sum::<f64>() / drawn.len().max(1) as f64;
        let Some((axis, at)) = best_fork(rows, &drawn) else { return Self::Leaf(mean) };
        let (below, above) = drawn.into_iter().partition(|row| rows.places[*row][axis] <= at);
        let [below, above] = [below, above].map(|part| Box::new(Self::grow(rows, part)));
        Self::Fork { axis, at, below, above }
    }

    fn tell(&self, places: &[f64]) -> f64 {
        match self {
            Self::Leaf(mean) => *mean,
            Self::Fork { axis, at, below, above } => {
                if places[*axis] <= *at {
                    below.tell(places)
                } else {
                    above.tell(places)
                }
            }
        }
    }
}

/// The fork that leaves the smallest sum of squares, where there is one that leaves less.
fn best_fork(rows: &Rows<'_>, drawn: &[usize]) -> Option<(usize, f64)> {
    let count = drawn.len();
    let sum: f64 = drawn.iter().map(|row| rows.numbers[*row]).sum();
    let whole = sum * sum / count as f64;
    let mut best = (whole + whole.abs() * 1e-12 + f64::MIN_POSITIVE, None);
    for axis in 0..rows.places.first().map_or(0, Vec::len) {
        let mut sorted = drawn.to_vec();
        sorted.sort_by(|a, b| rows.places[*a][axis].total_cmp(&rows.places[*b][axis]));
        let mut left = 0.0;
        for (index, pair) in sorted.windows(2).enumerate() {
            left += rows.numbers[pair[0]];
            let [place, next] = [pair[0], pair[1]].map(|row| rows.places[row][axis]);
            let taken = index + 1;
            if place == next || taken < LEAF || count - taken < LEAF {
                continue;
            }
            // The sum of squares is smallest where that of the means' squares is largest.
            let score = left * left / taken as f64 + (sum - left).powi(2) / (count - taken) as f64;
            if score > best.0 {
                best = (score, Some((axis, (place + next) / 2.0)));
            }
        }
    }
    best.1
}
