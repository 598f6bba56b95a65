//! The recurrent layers as tensor expressions, step by step: what runs on CUDA and Metal.

use candle_core::{D, Result, Tensor, bail};
use kernels::recurrent::{Cell, Layer};

/// y `[B, T, H]`, and what the backward reads beside it, of all steps in the order in which they are done:
/// LSTM i, f, g, o, c and GRU r, z, n and the part of n's argument that r scales, `[T, B, …]`.
pub fn forward(
    layer: &Layer,
    x: &Tensor,
    [input, hidden]: [&Tensor; 2],
    biases: Option<[&Tensor; 2]>,
) -> Result<(Tensor, Vec<Tensor>)> {
    let zero = Tensor::zeros((layer.batch, layer.hidden), x.dtype(), x.device())?;
    let (y, kept, _) = forward_from([zero.clone(), zero], layer, x, [input, hidden], biases)?;
    Ok((y, kept))
}

/// [`forward`] from the states h and c of an earlier step; gives those of the last one too.
pub fn forward_from(
    [mut h, mut c]: [Tensor; 2],
    layer: &Layer,
    x: &Tensor,
    [input, hidden]: [&Tensor; 2],
    biases: Option<[&Tensor; 2]>,
) -> Result<(Tensor, Vec<Tensor>, [Tensor; 2])> {
    let &Layer { batch, steps, inputs, .. } = layer;
    let mut from_x = x.reshape((batch * steps, inputs))?.matmul(&input.t()?)?;
    if let Some([bias, _]) = biases {
        from_x = from_x.broadcast_add(bias)?;
    }
    let from_x = from_x.reshape((batch, steps, ()))?;
    let (mut outputs, mut kept) = (Vec::with_capacity(steps), Vec::with_capacity(steps));
    for step in 0..steps {
        let a = at(&from_x, time(layer, step))?;
        let mut b = h.matmul(&hidden.t()?)?;
        if let Some([_, bias]) = biases {
            b = b.broadcast_add(bias)?;
        }
        match layer.cell {
            Cell::Lstm => {
                let gates = (a + b)?.chunk(4, 1)?;
                let (i, f) = (sigmoid(&gates[0])?, sigmoid(&gates[1])?);
                let (g, o) = (gates[2].tanh()?, sigmoid(&gates[3])?);
                c = ((&f * &c)? + (&i * &g)?)?;
                h = (&o * c.tanh()?)?;
                kept.push(Tensor::cat(&[&i, &f, &g, &o, &c], 1)?);
            }
            Cell::Gru => {
                let (a, b) = (a.chunk(3, 1)?, b.chunk(3, 1)?);
                let (r, z) = (sigmoid(&(&a[0] + &b[0])?)?, sigmoid(&(&a[1] + &b[1])?)?);
                let n = (&a[2] + (&r * &b[2])?)?.tanh()?;
                h = (&n + (&z * (&h - &n)?)?)?;
                kept.push(Tensor::cat(&[&r, &z, &n, &b[2]], 1)?);
            }
            Cell::Tanh => h = (a + b)?.tanh()?,
            Cell::Relu => h = (a + b)?.relu()?,
        }
        outputs.push(h.clone());
    }
    let kept = if kept.is_empty() { Vec::new() } else { vec![Tensor::stack(&kept, 0)?] };
    Ok((sequence(layer, outputs)?, kept, [h, c]))
}

/// The gradients of x, weights and biases.
pub fn backward(
    layer: &Layer,
    [x, y, dy]: [&Tensor; 3],
    [input, hidden]: [&Tensor; 2],
    kept: &[Tensor],
) -> Result<Vec<Option<Tensor>>> {
    let &Layer { batch, steps, inputs, hidden: width, .. } = layer;
    let zero = Tensor::zeros((batch, width), x.dtype(), x.device())?;
    let mut carried = Carried { dh: zero.clone(), dc: zero.clone() };
    let (mut to_x, mut to_h, mut before) = (Vec::new(), Vec::new(), Vec::new());
    for step in (0..steps).rev() {
        let at_step = |step: usize| match kept {
            [all] => all.narrow(0, step, 1)?.squeeze(0),
            _ => at(y, time(layer, step)),
        };
        let h = if step > 0 { at(y, time(layer, step - 1))? } else { zero.clone() };
        let c = match layer.cell {
            Cell::Lstm if step > 0 => at_step(step - 1)?.narrow(1, 4 * width, width)?,
            _ => zero.clone(),
        };
        carried.dh = (&carried.dh + at(dy, time(layer, step))?)?;
        let (a, b) = carried.back(layer, &at_step(step)?, &h, &c)?;
        carried.dh = (carried.dh + b.matmul(hidden)?)?;
        to_x.push(a);
        to_h.push(b);
        before.push(h);
    }
    let flat = |mut steps: Vec<Tensor>, width: usize| {
        steps.reverse();
        sequence(layer, steps)?.reshape((batch * layer.steps, width))
    };
    let rows = input.dim(0)?;
    let (to_x, to_h, before) = (flat(to_x, rows)?, flat(to_h, rows)?, flat(before, width)?);
    Ok(vec![
        Some(to_x.matmul(input)?.reshape(x.shape())?),
        Some(to_x.t()?.matmul(&x.reshape((batch * steps, inputs))?)?),
        Some(to_h.t()?.matmul(&before)?),
        Some(to_x.sum(D::Minus2)?),
        Some(to_h.sum(D::Minus2)?),
    ])
}

/// What the way back carries from a step to the one before it.
struct Carried {
    dh: Tensor,
    dc: Tensor,
}

impl Carried {
    /// The gradients of what x and of what h gives to the gates, from what the step has `kept` and the `h` and
    /// `c` before it. Leaves what h and c get past the gates.
    fn back(&mut self, layer: &Layer, kept: &Tensor, h: &Tensor, c: &Tensor) -> Result<(Tensor, Tensor)> {
        let dh = std::mem::replace(&mut self.dh, h.zeros_like()?);
        match layer.cell {
            Cell::Lstm => {
                let [i, f, g, o, state] = &kept.chunk(5, 1)?[..] else { bail!("lstm: lost a gate") };
                let tanh = state.tanh()?;
                let dc = (&self.dc + ((&dh * o)? * tanh_slope(&tanh)?)?)?;
                let da = Tensor::cat(
                    &[
                        ((&dc * g)? * sigmoid_slope(i)?)?,
                        ((&dc * c)? * sigmoid_slope(f)?)?,
                        ((&dc * i)? * tanh_slope(g)?)?,
                        ((&dh * &tanh)? * sigmoid_slope(o)?)?,
                    ],
                    1,
                )?;
                self.dc = (dc * f)?;
                Ok((da.clone(), da))
            }
            Cell::Gru => {
                let [r, z, n, scaled] = &kept.chunk(4, 1)?[..] else { bail!("gru: lost a gate") };
                let dn = ((&dh * z.affine(-1.0, 1.0)?)? * tanh_slope(n)?)?;
                let dr = ((&dn * scaled)? * sigmoid_slope(r)?)?;
                let dz = ((&dh * (h - n)?)? * sigmoid_slope(z)?)?;
                self.dh = (dh * z)?;
                let dscaled = (&dn * r)?;
                Ok((Tensor::cat(&[&dr, &dz, &dn], 1)?, Tensor::cat(&[&dr, &dz, &dscaled], 1)?))
            }
            Cell::Tanh => {
                let da = (dh * tanh_slope(kept)?)?;
                Ok((da.clone(), da))
            }
            Cell::Relu => {
                let da = (dh * kept.gt(0.0)?.to_dtype(kept.dtype())?)?;
                Ok((da.clone(), da))
            }
        }
    }
}

/// Where in the sequence a step is.
fn time(layer: &Layer, step: usize) -> usize {
    if layer.reverse { layer.steps - 1 - step } else { step }
}

/// `[B, T, D]` at one time, `[B, D]`.
fn at(sequence: &Tensor, time: usize) -> Result<Tensor> {
    sequence.narrow(1, time, 1)?.squeeze(1)?.contiguous()
}

/// Steps, in the order in which they are done, as a sequence `[B, T, D]`.
fn sequence(layer: &Layer, mut steps: Vec<Tensor>) -> Result<Tensor> {
    if layer.reverse {
        steps.reverse();
    }
    Tensor::stack(&steps, 1)
}

fn sigmoid(x: &Tensor) -> Result<Tensor> {
    (x.neg()?.exp()? + 1.0)?.recip()
}

/// The slope of a sigmoid, from its value.
fn sigmoid_slope(y: &Tensor) -> Result<Tensor> {
    y - y.sqr()?
}

/// The slope of a tanh, from its value.
fn tanh_slope(y: &Tensor) -> Result<Tensor> {
    y.sqr()?.affine(-1.0, 1.0)
}
