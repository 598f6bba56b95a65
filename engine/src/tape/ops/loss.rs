//! Losses: one number, the mean over the batch. Targets get no gradient.
//!
//! A training step computes the gradient along with the loss and keeps it; the backward only scales it.

use candle_core::{D, Result, Tensor, bail};
pub use kernels::loss::Pointwise;

use super::activation::sigmoid;
use crate::tape::{
    Footprint, Form, Operation, Reuse, Step, cpu,
    cuda::{self, Argument, Kernel, Source, arguments},
};

/// Softmax cross-entropy over logits `[…, classes]` with labels `[…]` (`u32`), as PyTorch's
/// `CrossEntropyLoss`: with class weights the mean is weighted by those of the labels; where they weigh nothing,
/// it is no mean but the sum of what is spread over the classes.
pub struct CrossEntropy {
    /// This share of the target is spread evenly over all classes. 0 to < 1.
    pub label_smoothing: f32,
    /// One weight a class, or empty for all 1.
    pub class_weights: Vec<f32>,
    /// Positions of this label count neither in the mean nor in the gradient; it need not be a class. Where
    /// none is left, the loss is 0. (PyTorch's `ignore_index`.)
    pub ignore: Option<u32>,
}

impl Operation for CrossEntropy {
    fn name(&self) -> &'static str {
        "cross-entropy"
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let (x, labels) = (&inputs[0], &inputs[1]);
        let classes = x.dim(D::Minus1)?;
        if labels.elem_count() * classes != x.elem_count() {
            bail!("logits {:?} and labels {:?} do not fit together", x.dims(), labels.dims());
        }
        if !self.class_weights.is_empty() && self.class_weights.len() != classes {
            bail!("{} class weights for {classes} classes", self.class_weights.len());
        }
        let (loss, gradient) = match step.form {
            Form::Kernels => self.kernels(x, labels, classes)?,
            Form::Expressions if let Some(done) = self.cuda(x, labels, classes)? => done,
            Form::Expressions => self.expressions(x, labels, classes)?,
        };
        keep.push(gradient);
        Ok(loss)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        scaled(kept, &gradient, wanted, step)
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        Ok(of_loss(inputs))
    }
}

impl CrossEntropy {
    fn kernels(&self, x: &Tensor, labels: &Tensor, classes: usize) -> Result<(Tensor, Tensor)> {
        let options = kernels::loss::CrossEntropy {
            label_smoothing: self.label_smoothing,
            class_weights: &self.class_weights,
            ignore: self.ignore,
        };
        cpu::read_labels(labels, |labels| {
            let is_class = |label: u32| (label as usize) < classes || Some(label) == self.ignore;
            if let Some(label) = labels.iter().find(|label| !is_class(**label)) {
                bail!("label {label} among {classes} classes");
            }
            let mut loss = 0.0;
            let gradient =
                cpu::map([x], x.shape(), |[x], dx| loss = options.forward(x, labels, dx, classes))?;
            Ok((cpu::tensor(vec![loss], ())?, gradient))
        })?
    }

    /// The same by kernels for CUDA, where there are some.
    fn cuda(&self, x: &Tensor, labels: &Tensor, classes: usize) -> Result<Option<(Tensor, Tensor)>> {
        if classes == 0 || !cuda::may_run(x) {
            return Ok(None);
        }
        let (x, labels, rows) = (&x.contiguous()?, &labels.contiguous()?, labels.elem_count());
        let weights = &self.weights(classes, x)?;
        let ignored = Argument::Count(self.ignore.map_or(-1, i64::from));
        let counts = cuda::output(x, rows)?;
        let arguments = arguments![labels, weights, &counts, rows, classes, ignored];
        if !Kernel(Source::Softmax, "label_weights").launch(cuda::blocks_for(rows), &arguments)? {
            return Ok(None);
        }
        let share = &share(&counts)?;
        let (losses, dx) = (cuda::output(x, rows)?, cuda::output(x, x.shape())?);
        let smoothing = f64::from(self.label_smoothing);
        let arguments = arguments![x, labels, weights, share, &losses, &dx, classes, ignored, smoothing];
        let ran = Kernel(Source::Softmax, "cross_entropy").launch([rows, 1], &arguments)?;
        if ran { Ok(Some((losses.sum_all()?, dx))) } else { Ok(None) }
    }

    fn weights(&self, classes: usize, x: &Tensor) -> Result<Tensor> {
        if self.class_weights.is_empty() {
            Tensor::ones(classes, x.dtype(), x.device())
        } else {
            Tensor::new(&self.class_weights[..], x.device())?.to_dtype(x.dtype())
        }
    }

    fn expressions(&self, x: &Tensor, labels: &Tensor, classes: usize) -> Result<(Tensor, Tensor)> {
        let (rows, device) = (labels.elem_count(), x.device());
        let mut logits = x.reshape((rows, classes))?;
        let weights = self.weights(classes, x)?;
        let mut of_label = Tensor::arange(0u32, classes as u32, device)?
            .broadcast_eq(&labels.reshape((rows, 1))?)?
            .to_dtype(x.dtype())?
            .broadcast_mul(&weights)?;
        let smoothing = f64::from(self.label_smoothing);
        let mut evenly = (weights * (smoothing / classes as f64))?.broadcast_as((rows, classes))?;
        if let Some(ignored) = self.ignore {
            let counts = labels.reshape((rows, 1))?.ne(ignored)?.broadcast_as((rows, classes))?;
            let zeros = logits.zeros_like()?;
            for numbers in [&mut logits, &mut of_label, &mut evenly] {
                *numbers = counts.where_cond(&*numbers, &zeros)?;
            }
        }
        let share = share(&of_label)?;
        let targets = ((of_label * (1.0 - smoothing))? + evenly)?.broadcast_mul(&share)?;

        let shifted = logits.broadcast_sub(&logits.max_keepdim(1)?)?;
        let ln_softmax = shifted.broadcast_sub(&shifted.exp()?.sum_keepdim(1)?.log()?)?;
        let loss = (&targets * &ln_softmax)?.sum_all()?.neg()?;
        let gradient = (ln_softmax.exp()?.broadcast_mul(&targets.sum_keepdim(1)?)? - targets)?;
        Ok((loss, gradient.reshape(x.shape())?))
    }
}

/// One over the sum of the labels' weights, or 1 where they weigh nothing.
fn share(weights: &Tensor) -> Result<Tensor> {
    let total = weights.sum_all()?;
    total.gt(0.0)?.where_cond(&total.recip()?, &total.ones_like()?)
}

/// Losses that compare an input with targets (`f32`), number by number; the shapes may differ by axes of
/// size 1 (`[B, 1]` with `[B]`), nothing is broadcast.
impl Operation for Pointwise {
    fn name(&self) -> &'static str {
        match self {
            Self::BinaryCrossEntropy => "binary cross-entropy",
            Self::Squared => "mean squared error",
            Self::Absolute => "mean absolute error",
            Self::Huber { .. } => "huber",
        }
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let (x, targets) = (&inputs[0], &inputs[1]);
        let [of_x, of_targets] = [x, targets].map(|tensor| tensor.dims().iter().filter(|size| **size != 1));
        if !of_x.eq(of_targets) {
            bail!("outputs {:?} and targets {:?} do not fit together", x.dims(), targets.dims());
        }
        let (loss, gradient) = match step.form {
            Form::Kernels => {
                let mut loss = 0.0;
                let gradient = cpu::map([x, targets], x.shape(), |[x, targets], dx| {
                    loss = Pointwise::forward(*self, x, targets, dx);
                })?;
                (cpu::tensor(vec![loss], ())?, gradient)
            }
            Form::Expressions => expressions(*self, x, &targets.reshape(x.shape())?)?,
        };
        keep.push(gradient);
        Ok(loss)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        scaled(kept, &gradient, wanted, step)
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        Ok(of_loss(inputs))
    }
}

fn expressions(loss: Pointwise, x: &Tensor, targets: &Tensor) -> Result<(Tensor, Tensor)> {
    let apart = (x - targets)?;
    let (losses, slopes) = match loss {
        Pointwise::BinaryCrossEntropy => {
            let correction = (x.abs()?.neg()?.exp()? + 1.0)?.log()?;
            (((x.relu()? - (x * targets)?)? + correction)?, (sigmoid(x)? - targets)?)
        }
        Pointwise::Squared => (apart.sqr()?, (apart * 2.0)?),
        Pointwise::Absolute => (apart.abs()?, apart.sign()?),
        Pointwise::Huber { delta } => {
            let held = apart.clamp(-delta, delta)?;
            ((&held * (apart - (&held * 0.5)?)?)?, held)
        }
    };
    Ok((losses.mean_all()?, (slopes / x.elem_count() as f64)?))
}

/// The gradient is computed along with the loss, and kept.
fn of_loss(inputs: &[Tensor]) -> Footprint {
    Footprint { reuse: Reuse::Own, ..Footprint::new(()).and(inputs[0].elem_count()) }
}

/// The gradient that the forward kept, times dL/d(loss).
fn scaled(kept: Vec<Tensor>, gradient: &Tensor, wanted: &[bool], step: &Step) -> Result<Vec<Option<Tensor>>> {
    let mut gradients = vec![None; wanted.len()];
    for kept in kept {
        gradients[0] = Some(match step.form {
            Form::Kernels => {
                let factor = gradient.to_scalar::<f32>()?;
                if factor != 1.0 {
                    cpu::write(&kept, |dx| kernels::elementwise::scale(dx, factor))?;
                }
                kept
            }
            Form::Expressions => kept.broadcast_mul(gradient)?,
        });
    }
    Ok(gradients)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use candle_core::Device;

    use super::*;
    use crate::tape::gradcheck::{check_wanted, close, flat, step, tensor};

    fn labels(labels: &[u32]) -> Tensor {
        Tensor::new(labels, &Device::Cpu).unwrap()
    }

    #[test]
    fn gradients_of_cross_entropy_match_finite_differences() {
        let weights = vec![0.5, 2.0, 0.0];
        for (label_smoothing, class_weights) in
            [(0.0, vec![]), (0.1, vec![]), (0.0, weights.clone()), (0.2, weights)]
        {
            let loss = Arc::new(CrossEntropy { label_smoothing, class_weights, ignore: None });
            for seed in 0..3 {
                let inputs = [(tensor(&[4, 3], seed) * 3.0).unwrap(), labels(&[2, 0, 1, 1])];
                check_wanted(loss.clone(), &inputs, &[true, false]);
            }
            check_wanted(loss.clone(), &[tensor(&[1, 3], 1), labels(&[2])], &[true, false]);
        }
        let plain = CrossEntropy { label_smoothing: 0.0, class_weights: vec![], ignore: None };
        let sequence = [tensor(&[2, 3, 5], 1), labels(&[0, 1, 2, 3, 4, 0]).reshape((2, 3)).unwrap()];
        check_wanted(Arc::new(plain), &sequence, &[true, false]);
    }

    #[test]
    fn positions_of_the_ignored_label_count_for_nothing() {
        let sequence = |of: &[u32]| [tensor(&[2, 3, 5], 1), labels(of).reshape((2, 3)).unwrap()];
        for (label_smoothing, class_weights) in [(0.0, vec![]), (0.1, vec![0.5, 2.0, 0.0, 1.0, 1.0])] {
            for (ignored, of) in [(0, [0, 1, 2, 3, 4, 0]), (u32::MAX, [4, 1, u32::MAX, u32::MAX, 0, 3])] {
                let class_weights = class_weights.clone();
                let loss = CrossEntropy { label_smoothing, class_weights, ignore: Some(ignored) };
                check_wanted(Arc::new(loss), &sequence(&of), &[true, false]);
            }
        }
        let loss = CrossEntropy { label_smoothing: 0.1, class_weights: vec![], ignore: Some(9) };
        for form in [Form::Kernels, Form::Expressions] {
            // The loss is that of the positions that count, whatever stands at the others …
            let run = |x: &Tensor, labels: &Tensor| {
                let mut kept = Vec::new();
                let inputs = [x.clone(), labels.clone()];
                let value = loss.forward(&inputs, &mut kept, &step(form)).unwrap();
                (flat(&value), flat(&kept[0]))
            };
            let [x, _] = sequence(&[0; 6]);
            let nan = Tensor::full(f32::NAN, (2, 1, 5), x.device()).unwrap();
            let longer = Tensor::cat(&[&x, &nan], 1).unwrap();
            let (value, gradient) = run(&x, &labels(&[0, 1, 2, 3, 4, 0]));
            let (same, padded) = run(&longer, &labels(&[0, 1, 2, 9, 3, 4, 0, 9]));
            close(&same, &value, 1e-6, "loss");
            let expected = [&gradient[..15], &[0.0; 5], &gradient[15..], &[0.0; 5]].concat();
            close(&padded, &expected, 1e-6, "gradient");
            // … and where none counts, there is none.
            assert_eq!(run(&longer, &labels(&[9; 8])), (vec![0.0], vec![0.0; 40]), "{form:?}");
        }
    }

    #[test]
    fn gradients_of_pointwise_losses_match_finite_differences() {
        for loss in [
            Pointwise::BinaryCrossEntropy,
            Pointwise::Squared,
            Pointwise::Absolute,
            Pointwise::Huber { delta: 0.4 },
        ] {
            for (x, targets) in [(&[7, 1][..], &[7][..]), (&[7], &[7, 1]), (&[3, 5], &[3, 5])] {
                let inputs = [tensor(x, 5), (tensor(targets, 8) * 0.1).unwrap()];
                check_wanted(Arc::new(loss), &inputs, &[true, false]);
            }
        }
    }

    #[test]
    fn binary_cross_entropy_of_far_logits_is_finite_in_both_forms() {
        for form in [Form::Kernels, Form::Expressions] {
            let inputs = [
                Tensor::new(&[-200.0f32, 200.0, -1e4, 1e4], &Device::Cpu).unwrap(),
                Tensor::new(&[1.0f32, 0.0, 0.0, 1.0], &Device::Cpu).unwrap(),
            ];
            let mut kept = Vec::new();
            let loss =
                Operation::forward(&Pointwise::BinaryCrossEntropy, &inputs, &mut kept, &step(form)).unwrap();
            close(&flat(&loss), &[100.0], 1e-6, "loss");
            close(&flat(&kept[0]), &[-0.25, 0.25, 0.0, 0.0], 1e-6, "gradient");
        }
    }

    #[test]
    fn targets_that_do_not_fit_are_refused() {
        let cross_entropy = |class_weights| -> Box<dyn Operation> {
            Box::new(CrossEntropy { label_smoothing: 0.0, class_weights, ignore: None })
        };
        let refuse = |loss: Box<dyn Operation>, inputs: [Tensor; 2], expected: &str| {
            let error = loss.forward(&inputs, &mut Vec::new(), &step(Form::Kernels)).unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        };
        let logits = tensor(&[2, 3], 1);
        refuse(cross_entropy(vec![]), [logits.clone(), labels(&[0, 3])], "label 3 among 3 classes");
        refuse(cross_entropy(vec![]), [logits.clone(), labels(&[0])], "do not fit together");
        refuse(cross_entropy(vec![1.0]), [logits.clone(), labels(&[0, 1])], "1 class weights for 3 classes");
        refuse(Box::new(Pointwise::Squared), [logits, tensor(&[3, 2], 1)], "do not fit together");
    }
}
