//! The rules, one function each.

use super::{Finding, GRADIENT_NORM, Patient, SILENT_UNITS};
use crate::{
    protocol::Split,
    train::{ClipSpec, LossSpec},
};

/// All that apply. Where the rate is too high, or the gradient explodes, nothing is said of what follows from that.
pub(super) fn all(patient: &Patient<'_>) -> Vec<Finding> {
    let loss = patient.curves.of(Split::Training, "loss");
    let validation = patient.curves.of(Split::Validation, "loss");
    let mut found: Vec<Finding> =
        [exploding(patient), rises(&loss), guesses(patient, &loss), jumps(&validation)]
            .into_iter()
            .flatten()
            .take(1)
            .collect();
    let is_wild = !found.is_empty();
    found.extend(vanishing(patient));
    found.extend(dead_units(patient));
    if !is_wild {
        let slow = overfits(&loss, &validation)
            .or_else(|| too_slow(patient, &loss))
            .or_else(|| underfits(patient, &loss))
            .or_else(|| stands_still(patient, &loss, &validation));
        found.extend(slow);
    }
    found.extend(imbalance(patient));
    found.extend(few_rows(patient));
    found
}

/// The training loss has risen for two epochs on end, by 15 % above its best, and is above 10 % of where it began.
fn rises(loss: &[f64]) -> Option<Finding> {
    let [.., a, b, c] = loss else { return None };
    let best = least(loss)?;
    (a < b && b < c && *c > best * 1.15 && *c > loss[0] * 0.1).then_some(Finding::LossRises {
        loss: *c,
        best,
        epochs: loss.len() as u32,
    })
}

/// After three epochs, and not because it falls too slowly, the training loss is above what the shares of the
/// classes, or the mean, would give; or no better than that, and units are dead: the first steps killed them.
fn guesses(patient: &Patient<'_>, loss: &[f64]) -> Option<Finding> {
    let (guessing, last) = (guessing(patient)?, *loss.last()?);
    let bound = if dead_units(patient).is_some() { 0.98 } else { 1.02 };
    (loss.len() >= 3 && too_slow(patient, loss).is_none() && last > guessing * bound)
        .then_some(Finding::WorseThanGuessing { loss: last, guessing, epochs: loss.len() as u32 })
}

/// The validation loss (the training loss has dropout and small batches in it) goes up and down by turns, by more than
/// 15 % of itself, over six epochs or more, and is still above 10 % of where it began: a small loss jumps for small
/// reasons.
fn jumps(loss: &[f64]) -> Option<Finding> {
    const EPOCHS: usize = 6;
    let recent = loss.get(loss.len().checked_sub(EPOCHS + 1)?..)?;
    let changes: Vec<f64> =
        recent.windows(2).map(|pair| (pair[1] - pair[0]) / pair[0].abs().max(1e-12)).collect();
    let turns = changes.windows(2).filter(|pair| pair[0] * pair[1] < 0.0).count();
    let mean = changes.iter().map(|change| change.abs()).sum::<f64>() / changes.len() as f64;
    (turns + 2 >= EPOCHS && mean > 0.15 && recent[EPOCHS] > loss[0] * 0.1)
        .then_some(Finding::LossJumps { percent: mean * 100.0, epochs: EPOCHS as u32 })
}

/// The norm of the gradient, which nothing clips, is above 100 and ten times its median, or above 1,000.
fn exploding(patient: &Patient<'_>) -> Option<Finding> {
    if patient.experiment.training.clip != ClipSpec::None {
        return None;
    }
    let norms = patient.curves.of(Split::Training, GRADIENT_NORM);
    let norm = *norms.last()?;
    let mut sorted = norms.clone();
    sorted.sort_by(f64::total_cmp);
    let median = sorted[sorted.len() / 2];
    let nodes = patient.curves.of_nodes(Split::Training, GRADIENT_NORM);
    let (node, _) = nodes.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    (norm > 1000.0 || (norm > 100.0 && norm > 10.0 * median))
        .then(|| Finding::ExplodingGradients { norm, node: node.to_owned() })
}

/// A node's gradients, number by number (root mean square), are less than 1/10,000 of those of a node behind it.
fn vanishing(patient: &Patient<'_>) -> Option<Finding> {
    let nodes = patient.curves.of_nodes(Split::Training, GRADIENT_NORM);
    let graph = patient.experiment.graph.flat().unwrap_or_default();
    let checked = graph.check().ok()?;
    let sizes = checked.order.iter().filter_map(|&index| {
        let numbers: usize = checked.nodes[index]
            .parameters
            .iter()
            .map(|spec| spec.shape.as_slice().iter().product::<usize>())
            .sum();
        let norm = nodes.get(&*graph.nodes[index].name)?;
        (numbers > 0 && *norm > 0.0).then(|| (&graph.nodes[index].name, norm / (numbers as f64).sqrt()))
    });
    let sizes: Vec<_> = sizes.collect();
    let (place, (other, largest)) = sizes.iter().enumerate().max_by(|(_, a), (_, b)| a.1.total_cmp(&b.1))?;
    let (node, least) = sizes[..place].iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let ratio = largest / least;
    (ratio > 1e4).then(|| Finding::VanishingGradients {
        node: (*node).clone(),
        other: (*other).clone(),
        ratio,
    })
}

/// More than 40 % of the units of a ReLU node say nothing.
fn dead_units(patient: &Patient<'_>) -> Option<Finding> {
    let nodes = patient.curves.of_nodes(Split::Validation, SILENT_UNITS);
    let (node, share) = nodes.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    (share > 0.4).then(|| Finding::DeadUnits { node: node.to_owned(), percent: share * 100.0 })
}

/// The validation loss was least three epochs ago or more and has stayed 3 % above that, now 5 %, while the training
/// loss has fallen by 5 %; and it is above 10 % of where it began.
fn overfits(loss: &[f64], validation: &[f64]) -> Option<Finding> {
    let (place, best) = validation.iter().copied().enumerate().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let (since, last) = (validation.get(place + 1..)?, *validation.last()?);
    let recent = since.get(since.len().checked_sub(3)?..)?;
    let has_risen =
        last > best * 1.05 && last > validation[0] * 0.1 && recent.iter().all(|value| *value > best * 1.03);
    let has_learned = loss.last()? < &(loss.get(place)? * 0.95);
    (has_risen && has_learned).then(|| Finding::Overfitting {
        best_epoch: place as u32 + 1,
        best,
        loss: last,
        epochs: validation.len() as u32,
    })
}

/// Over four epochs or more the training loss falls nearly every time, at the end half as much for its learning rate as
/// in the beginning or more, and is still above 70 % of what guessing gives (or of where it began).
fn too_slow(patient: &Patient<'_>, loss: &[f64]) -> Option<Finding> {
    if loss.len() < 4 {
        return None;
    }
    let half = loss.len() / 2;
    let (first, middle, last) = (loss[0], loss[half], loss[loss.len() - 1]);
    // A rate that goes down takes the falls with it.
    let rates = patient.curves.of(Split::Training, "learning_rate");
    let rate = |epochs: std::ops::Range<usize>| rates.get(epochs).map(|rates| rates.iter().sum::<f64>());
    let (early, late) = (rate(1..half + 1)?, rate(half + 1..loss.len())?);
    let is_even = (middle - last) * early > 0.5 * (first - middle) * late;
    let is_far = last > 0.7 * guessing(patient).unwrap_or(first);
    (falls(loss) && is_even && is_far).then_some(Finding::RateTooLow {
        first,
        loss: last,
        epochs: loss.len() as u32,
    })
}

/// At its end, or when it stands still, the training loss is above 85 % of what guessing gives.
fn underfits(patient: &Patient<'_>, loss: &[f64]) -> Option<Finding> {
    let (guessing, last) = (guessing(patient)?, *loss.last()?);
    let stands = loss.len() >= 10 && last > 0.99 * least(&loss[..loss.len() - 5])?;
    (loss.len() >= 5 && (patient.is_over || stands) && last > 0.85 * guessing)
        .then_some(Finding::Underfitting { loss: last, guessing, epochs: loss.len() as u32 })
}

/// For a quarter of the epochs, five at least, neither loss has become better, by 0.5 % and 1 %, at a rate that has not
/// been lowered.
fn stands_still(patient: &Patient<'_>, loss: &[f64], validation: &[f64]) -> Option<Finding> {
    let window = (validation.len() / 4).max(5);
    let split = validation.len().checked_sub(window).filter(|before| *before >= 5)?;
    let (before, recent) = validation.split_at(split);
    let is_flat = least(recent)? > least(before)? * 0.995;
    let is_still = least(loss.get(split..)?)? > least(&loss[..split])? * 0.99;
    let rates = patient.curves.of(Split::Training, "learning_rate");
    let highest = rates.iter().copied().fold(0.0, f64::max);
    let is_high = rates.last().is_some_and(|rate| *rate > 0.5 * highest);
    (is_flat && is_still && is_high && *loss.last()? > 1e-3)
        .then(|| Finding::Plateau { loss: validation[validation.len() - 1], epochs: window as u32 })
}

/// The rarest class has less than a tenth of the rows of the most common one, and nothing weighs it.
fn imbalance(patient: &Patient<'_>) -> Option<Finding> {
    let classes = &patient.counts?.classes;
    if !matches!(&patient.experiment.training.loss, LossSpec::CrossEntropy { class_weights, .. } if class_weights.is_empty())
    {
        return None;
    }
    let (rare, few) = classes.iter().min_by_key(|(_, rows)| *rows)?;
    let (common, many) = classes.iter().max_by_key(|(_, rows)| *rows)?;
    (few * 10 < *many).then(|| Finding::Imbalance {
        rare: rare.clone(),
        few: *few,
        common: common.clone(),
        many: *many,
    })
}

/// The 95 % interval of the best validation accuracy (the normal approximation of the binomial distribution, with one
/// row more on each side: Agresti & Coull 1998) is wider than ±3 points.
fn few_rows(patient: &Patient<'_>) -> Option<Finding> {
    let accuracies = patient.curves.of(Split::Validation, "accuracy");
    let best = accuracies.iter().copied().fold(f64::NAN, f64::max);
    // Where every step of a row is predicted, rows are not what is counted.
    let counts = patient.counts.filter(|counts| !counts.classes.is_empty())?;
    let rows = counts.validation;
    let (rows_more, share) = (rows as f64 + 4.0, (best * rows as f64 + 2.0) / (rows as f64 + 4.0));
    let points = 196.0 * (share * (1.0 - share) / rows_more).sqrt();
    (points > 3.0).then_some(Finding::FewValidationRows { rows, points })
}

/// The loss of who knows nothing but how often each class occurs (the entropy of the classes), or the mean of the
/// numbers, which have deviation 1. Of weighted classes, smoothed labels and other losses it is not known.
pub(super) fn guessing(patient: &Patient<'_>) -> Option<f64> {
    let classes = &patient.counts?.classes;
    let rows: usize = classes.iter().map(|(_, rows)| rows).sum();
    let entropy = || {
        let shares =
            classes.iter().map(|(_, count)| *count as f64 / rows as f64).filter(|share| *share > 0.0);
        shares.map(|share| -share * share.ln()).sum::<f64>()
    };
    match &patient.experiment.training.loss {
        LossSpec::CrossEntropy { label_smoothing, class_weights }
            if *label_smoothing == 0.0 && class_weights.is_empty() =>
        {
            (rows > 0).then(entropy)
        }
        LossSpec::BinaryCrossEntropy => (rows > 0).then(entropy),
        LossSpec::Mse => Some(1.0),
        _ => None,
    }
}

/// Whether a curve falls nine times out of ten.
fn falls(values: &[f64]) -> bool {
    let falls = values.windows(2).filter(|pair| pair[1] < pair[0]).count();
    falls * 10 >= values.len().saturating_sub(1) * 9
}

fn least(values: &[f64]) -> Option<f64> {
    values.iter().copied().min_by(f64::total_cmp)
}
