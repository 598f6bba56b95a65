//! What another experiment takes over of a checkpoint: the weights that fit, and all that goes on from there.

use candle_core::Device;

use super::{Checkpoint, SettingError, TrainError, checkpoint::Memory, optimizer::Optimizer};
use crate::{
    model::{Model, Tensors},
    project::Experiment,
    protocol::Problem,
    tape::Form,
};

/// A checkpoint made fit for another experiment.
#[derive(Debug)]
pub struct Branch {
    pub checkpoint: Checkpoint,
    /// The parameters that begin anew, because the parent has none of their name and shape.
    pub fresh: Vec<String>,
    /// Whether the optimiser begins anew: it is another one, or some of its parameters are.
    pub is_optimizer_fresh: bool,
}

/// Makes a checkpoint of `from`, as it was trained then, one that `to` can go on from. Where both are the same, it
/// goes on as if there had been no branch.
///
/// # Errors
/// If `to` cannot be trained, or ends before the checkpoint.
pub fn branch(parent: Checkpoint, from: &Experiment, to: &Experiment) -> Result<Branch, Problem> {
    to.check()?;
    let Checkpoint { place, memory, model, optimizer, best } = parent;
    let (epochs, min) = (to.training.epochs, place.epoch.saturating_add(1));
    if epochs < min {
        let field = "epochs".into();
        return Err(SettingError::TooSmall { field, value: epochs.into(), min: min.into() }.into());
    }
    let (old, new) = (&from.training, &to.training);
    let begun = Model::build(&to.graph, &new.loss, new.seed, &Device::Cpu)?;
    let (model, fresh) = take_over(begun.named_tensors(), &model);
    let anew = Optimizer::new(&new.optimizer, begun.trained_names(), begun.trained(), Form::Kernels)
        .and_then(|optimizer| optimizer.state())
        .map_err(TrainError::from)?;
    let is_same_kind = new.optimizer.kind() == old.optimizer.kind();
    let (moments, missing) = take_over(anew.clone(), &optimizer);
    let is_optimizer_fresh = !(is_same_kind && fresh.is_empty() && missing.is_empty());

    let is_same_loss = fresh.is_empty() && new.loss == old.loss;
    let is_same_best = is_same_loss && new.checkpoints.best == old.checkpoints.best;
    let mut patience = if is_same_loss { memory.patience } else { Default::default() };
    if from != to {
        patience.epochs_without = 0;
    }
    let memory = Memory {
        data: memory.data,
        epochs,
        steered: Vec::new(),
        tally: if is_same_loss { memory.tally } else { Default::default() },
        plateau: if is_same_loss && new.schedule == old.schedule {
            memory.plateau
        } else {
            Default::default()
        },
        patience,
        best: memory.best.filter(|_| is_same_best),
        scaler: memory.scaler,
    };
    let optimizer = if is_optimizer_fresh { anew } else { moments };
    let best = if is_same_best { best } else { Tensors::new() };
    Ok(Branch { checkpoint: Checkpoint { place, memory, model, optimizer, best }, fresh, is_optimizer_fresh })
}

/// `begun` with the tensors of `there` in place of those that have the same name, shape and type; names the others.
pub(super) fn take_over(begun: Tensors, there: &Tensors) -> (Tensors, Vec<String>) {
    let mut fresh = Vec::new();
    let taken = begun.into_iter().map(|(name, tensor)| {
        let fits = |other: &&(String, _)| other.0 == name;
        match there.iter().find(fits).map(|(_, other): &(String, candle_core::Tensor)| other) {
            Some(other) if other.dims() == tensor.dims() && other.dtype() == tensor.dtype() => {
                (name, other.clone())
            }
            _ => {
                fresh.push(name.clone());
                (name, tensor)
            }
        }
    });
    (taken.collect(), fresh)
}
