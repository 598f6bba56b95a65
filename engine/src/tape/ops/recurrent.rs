//! Recurrent layers over whole sequences: LSTM, GRU and simple RNN, one direction at a time.

mod expressions;

use candle_core::{Result, Tensor, bail};
pub use kernels::recurrent::Cell;
use kernels::{
    memory::buffer,
    recurrent::{Layer, Weights},
};

use crate::tape::{Footprint, Form, Operation, Past, Step, cpu};

/// One direction of one recurrent layer, from a state of zeros. Inputs: x `[B, T, I]`, weight_ih `[G·H, I]`,
/// weight_hh `[G·H, H]` and, with biases, bias_ih and bias_hh `[G·H]`, where G is [`Cell::gates`]; output:
/// the hidden states of all steps, `[B, T, H]`. (PyTorch's `LSTM`, `GRU` and `RNN`, `batch_first`.)
pub struct Recurrent {
    pub cell: Cell,
    /// From the last step to the first: the other half of a bidirectional layer. The hidden state of a step
    /// stands where the step does.
    pub reverse: bool,
}

impl Recurrent {
    /// The sizes of what goes through the layer, if they fit together.
    fn layer(&self, x: &Tensor, input: &Tensor, hidden: &Tensor) -> Result<Layer> {
        let (batch, steps, inputs) = x.dims3()?;
        let (rows, width) = hidden.dims2()?;
        if x.elem_count() == 0 || width == 0 {
            bail!("{}: nothing goes through x {:?} and {width} hidden numbers", self.name(), x.shape());
        }
        if rows != self.cell.gates() * width || input.dims() != [rows, inputs] {
            let (input, hidden) = (input.shape(), hidden.shape());
            bail!("{}: weights {input:?} and {hidden:?} do not fit x {:?}", self.name(), x.shape());
        }
        Ok(Layer { cell: self.cell, batch, steps, inputs, hidden: width, reverse: self.reverse })
    }

    fn parts<'a>(&self, inputs: &'a [Tensor]) -> Result<Parts<'a>> {
        let (x, input, hidden, biases) = match inputs {
            [x, input, hidden] => (x, input, hidden, None),
            [x, input, hidden, beside_x, beside_h] => (x, input, hidden, Some([beside_x, beside_h])),
            _ => bail!("{}: wants x, two weights and none or two biases", self.name()),
        };
        let layer = self.layer(x, input, hidden)?;
        if biases.iter().flatten().any(|bias| bias.dims() != [input.dims()[0]]) {
            bail!("{}: biases do not fit weights {:?}", self.name(), input.shape());
        }
        Ok((layer, x, [input, hidden], biases))
    }
}

/// The sizes, x, the weights and perhaps the biases of a layer.
type Parts<'a> = (Layer, &'a Tensor, [&'a Tensor; 2], Option<[&'a Tensor; 2]>);

impl Operation for Recurrent {
    fn name(&self) -> &'static str {
        match self.cell {
            Cell::Lstm => "lstm",
            Cell::Gru => "gru",
            Cell::Tanh | Cell::Relu => "rnn",
        }
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let (layer, x, [input, hidden], biases) = self.parts(inputs)?;
        let (y, states) = match step.form {
            Form::Kernels => forward(&layer, x, [input, hidden], biases)?,
            Form::Expressions => expressions::forward(&layer, x, [input, hidden], biases)?,
        };
        keep.extend([x.clone(), input.clone(), hidden.clone(), y.clone()]);
        keep.extend(states);
        Ok(y)
    }

    /// Keeps its state.
    fn go_on(
        &self,
        inputs: &[Tensor],
        _grows: &[bool],
        past: &mut Past,
        _step: &Step,
    ) -> Result<Option<Tensor>> {
        if self.reverse {
            return Ok(None);
        }
        let (layer, x, weights, biases) = self.parts(inputs)?;
        let state = match &past.tensors[..] {
            [h, c] => [h.clone(), c.clone()],
            _ => {
                let zero = Tensor::zeros((layer.batch, layer.hidden), x.dtype(), x.device())?;
                [zero.clone(), zero]
            }
        };
        let (y, _, state) = expressions::forward_from(state, &layer, x, weights, biases)?;
        past.tensors = state.to_vec();
        Ok(Some(y))
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let [x, input, hidden, y, states @ ..] = &kept[..] else {
            bail!("{}: nothing was kept", self.name())
        };
        let layer = self.layer(x, input, hidden)?;
        let sequences = [x, y, &gradient];
        let mut gradients = match step.form {
            Form::Kernels => backward(&layer, sequences, [input, hidden], states, wanted[0])?,
            Form::Expressions => expressions::backward(&layer, sequences, [input, hidden], states)?,
        };
        gradients.truncate(wanted.len());
        Ok(gradients)
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let [x, input, hidden, ..] = inputs else { bail!("{}: wants x and two weights", self.name()) };
        let layer = self.layer(x, input, hidden)?;
        let footprint =
            Footprint::new((layer.batch, layer.steps, layer.hidden)).keeping(&[0, 1, 2]).keeping_output();
        let scratch = layer.scratch_len();
        Ok(match layer.cell {
            Cell::Lstm | Cell::Gru => {
                Footprint { scratch, ..footprint.and(layer.gates_len() + layer.states_len()) }
            }
            Cell::Tanh | Cell::Relu => Footprint { scratch: scratch + layer.gates_len(), ..footprint },
        })
    }
}

/// y, and what of gates and cell states has to be kept.
fn forward(
    layer: &Layer,
    x: &Tensor,
    weights: [&Tensor; 2],
    biases: Option<[&Tensor; 2]>,
) -> Result<(Tensor, Vec<Tensor>)> {
    let (mut gates, mut states) = (buffer(layer.gates_len()), buffer(layer.states_len()));
    let shape = (layer.batch, layer.steps, layer.hidden);
    let [input, hidden] = weights;
    let y = match biases {
        Some([beside_x, beside_h]) => {
            cpu::map([x, input, hidden, beside_x, beside_h], shape, |[x, input, hidden, bx, bh], y| {
                let weights = Weights { input, hidden, biases: Some([bx, bh]) };
                layer.forward(x, weights, y, &mut gates, &mut states);
            })?
        }
        None => cpu::map([x, input, hidden], shape, |[x, input, hidden], y| {
            layer.forward(x, Weights { input, hidden, biases: None }, y, &mut gates, &mut states);
        })?,
    };
    let kept = match layer.cell {
        Cell::Lstm | Cell::Gru => {
            let (gates_len, states_len) = (gates.len(), states.len());
            vec![cpu::tensor(gates, gates_len)?, cpu::tensor(states, states_len)?]
        }
        Cell::Tanh | Cell::Relu => Vec::new(),
    };
    Ok((y, kept))
}

/// The gradients of x (if wanted), weights and biases. Overwrites the gates that were kept.
fn backward(
    layer: &Layer,
    sequences: [&Tensor; 3],
    weights: [&Tensor; 2],
    kept: &[Tensor],
    wanted: bool,
) -> Result<Vec<Option<Tensor>>> {
    let ([x, y, dy], [input, hidden]) = (sequences, weights);
    let (gates, states) = match kept {
        [gates, states] => (gates.clone(), states.clone()),
        _ => {
            let gates = cpu::map([y], layer.gates_len(), |[y], gates| layer.gates_of(y, gates))?;
            (gates, cpu::tensor(Vec::new(), 0)?)
        }
    };
    let mut dx = buffer(if wanted { x.elem_count() } else { 0 });
    let gradients = cpu::read([x, y, dy, input, hidden, &states], |[x, y, dy, input, hidden, states]| {
        let weights = Weights { input, hidden, biases: None };
        let dx = wanted.then_some(&mut dx[..]);
        cpu::write(&gates, |gates| layer.backward([x, y, dy], weights, gates, states, dx))
    })??;
    let [beside_x, beside_h] = gradients.biases;
    let rows = input.dims()[0];
    Ok(vec![
        if wanted { Some(cpu::tensor(dx, x.shape())?) } else { None },
        Some(cpu::tensor(gradients.input, input.shape())?),
        Some(cpu::tensor(gradients.hidden, hidden.shape())?),
        Some(cpu::tensor(beside_x, rows)?),
        Some(cpu::tensor(beside_h, rows)?),
    ])
}

#[cfg(test)]
mod tests;
