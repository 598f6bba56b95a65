//! What a model's heads are to learn, all together.

use candle_core::{Device, Result, Tensor};

use super::{
    TrainError,
    metrics::Tally,
    objective::{Objective, Predictions},
};
use crate::{
    data::{Batch, Prepared},
    model::Head,
};

/// An objective for each head; the first is the one that a run is known by.
pub struct Aims(Vec<Aim>);

struct Aim {
    head: Head,
    objective: Objective,
}

impl Aims {
    /// Of heads that fit these data ([`crate::model::Model::fits`]).
    pub fn new(heads: &[Head], data: &Prepared) -> std::result::Result<Self, TrainError> {
        let targets = std::iter::once(&data.targets).chain(&data.others);
        let aims = heads.iter().zip(targets).enumerate().map(|(place, (head, targets))| {
            let objective = Objective::new(place, &head.loss, targets, &head.shape)?;
            Ok(Aim { head: head.clone(), objective })
        });
        aims.collect::<std::result::Result<_, _>>().map(Self)
    }

    /// Takes the heads' weights as they are now.
    pub fn weigh(&mut self, heads: &[Head]) {
        self.0.iter_mut().zip(heads).for_each(|(aim, head)| aim.head.weight = head.weight);
    }

    pub fn objectives(&self) -> impl Iterator<Item = &Objective> {
        self.0.iter().map(|aim| &aim.objective)
    }

    /// How often a part's mean losses count in those of its batch.
    pub fn shares(&self, part: &Batch, batch: &Batch) -> Vec<f64> {
        self.objectives().map(|objective| objective.share(part, batch)).collect()
    }

    /// A batch's targets as the losses want them.
    pub fn targets(&self, batch: &Batch, device: &Device) -> Result<Vec<Tensor>> {
        self.objectives().map(|objective| objective.targets(batch, device)).collect()
    }

    /// What outputs of the model mean.
    pub fn predictions(&self, outputs: &[Tensor]) -> Result<Vec<Predictions>> {
        self.objectives().zip(outputs).map(|(objective, outputs)| objective.predictions(outputs)).collect()
    }

    /// Counts a batch's losses and predictions.
    pub fn tally(&self, losses: &[f32], predictions: &[Predictions], batch: &Batch, tally: &mut Tally) {
        let told = self.0.iter().zip(losses).zip(predictions);
        if let [_] = self.0[..] {
            told.for_each(|((aim, loss), said)| aim.objective.tally(*loss, said, batch, tally));
            return;
        }
        let heads = self.0.iter().map(|aim| (&*aim.head.name, aim.head.weight));
        for (((aim, loss), said), tally) in told.zip(tally.of_heads(heads)) {
            aim.objective.tally(*loss, said, batch, tally);
        }
    }
}
