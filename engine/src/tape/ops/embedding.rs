//! y = table[ids].

use candle_core::{Result, Tensor, bail};
use kernels::embedding as kernel;

use super::sizes;
use crate::tape::{Footprint, Form, Operation, Step, cpu};

/// A row of a table for each id. Inputs: ids `[…]` (`u32`), table `[V, D]`; output `[…, D]`. Ids get no
/// gradient. (PyTorch's `Embedding`.)
#[derive(Default)]
pub struct Embedding {
    /// The row of this id gets no gradient. (PyTorch's `padding_idx`.)
    pub padding: Option<u32>,
}

impl Operation for Embedding {
    fn name(&self) -> &'static str {
        "embedding"
    }

    fn is_stepwise(&self) -> bool {
        true
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let [ids, table] = inputs else { bail!("embedding: wants ids and a table") };
        let (entries, width) = table.dims2()?;
        refuse_beyond(ids, entries, step.form)?;
        keep.extend([ids.clone(), sizes::keep([entries, width])?]);
        let shape = [ids.dims(), &[width]].concat();
        match step.form {
            Form::Kernels => cpu::read_labels(ids, |ids| {
                cpu::map([table], shape, |[table], y| kernel::forward(ids, table, y, width))
            })?,
            Form::Expressions => table.index_select(&ids.flatten_all()?, 0)?.reshape(shape),
        }
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        if !wanted[1] {
            return Ok(vec![None, None]);
        }
        let [ids, shape] = &kept[..] else { bail!("embedding: nothing was kept") };
        let shape = sizes::kept(shape)?;
        let dtable = match step.form {
            Form::Kernels => cpu::read_labels(ids, |ids| {
                cpu::map([&gradient], &shape[..], |[dy], dtable| {
                    kernel::backward_table(ids, dy, self.padding, dtable, shape[1]);
                })
            })??,
            Form::Expressions => {
                let (ids, mut dy) = (ids.flatten_all()?, gradient.reshape(((), shape[1]))?);
                if let Some(padding) = self.padding {
                    let counts = ids.ne(padding)?.unsqueeze(1)?.broadcast_as(dy.shape())?;
                    dy = counts.where_cond(&dy, &dy.zeros_like()?)?;
                }
                Tensor::zeros(&shape[..], dy.dtype(), dy.device())?.index_add(&ids, &dy, 0)?
            }
        };
        Ok(vec![None, Some(dtable)])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        let (ids, width) = (&inputs[0], inputs[1].dim(1)?);
        Ok(Footprint::new([ids.dims(), &[width]].concat()).keeping(&[0]))
    }
}

/// Fails where an id has no entry in the table: nothing may be read there.
fn refuse_beyond(ids: &Tensor, entries: usize, form: Form) -> Result<()> {
    if ids.elem_count() == 0 {
        return Ok(());
    }
    let largest = match form {
        Form::Kernels => cpu::read_labels(ids, |ids| ids.iter().copied().max().unwrap_or(0))?,
        Form::Expressions => ids.max_all()?.to_scalar::<u32>()?,
    };
    if largest as usize >= entries {
        bail!("embedding: id {largest} in a table of {entries} entries");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use candle_core::Device;

    use super::*;
    use crate::tape::gradcheck::{check_bits, check_wanted, close, flat, step, tensor};

    fn ids(shape: &[usize], entries: usize) -> Tensor {
        let count: usize = shape.iter().product();
        let ids: Vec<u32> = (0..count).map(|index| (index * 7919 % 104_729 % entries) as u32).collect();
        Tensor::from_vec(ids, shape, &Device::Cpu).unwrap()
    }

    #[test]
    fn gradients_match_finite_differences_over_odd_sizes() {
        for (shape, entries, width) in
            [(&[1][..], 1, 1), (&[7], 3, 5), (&[2, 5], 7, 3), (&[3, 1, 4], 2, 9), (&[5], 40, 2)]
        {
            let inputs = [ids(shape, entries), tensor(&[entries, width], 2)];
            check_wanted(Arc::new(Embedding::default()), &inputs, &[false, true]);
        }
    }

    #[test]
    fn neither_memory_layout_nor_threads_change_a_bit() {
        for (shape, entries, width) in [(&[31, 77][..], 65, 33), (&[4, 5, 9], 7000, 8)] {
            check_bits(Arc::new(Embedding::default()), &[ids(shape, entries), tensor(&[entries, width], 2)]);
        }
    }

    #[test]
    fn numbers_are_those_of_pytorch() {
        let ids = Tensor::new(&[[3u32, 0, 3], [1, 3, 4]], &Device::Cpu).unwrap();
        let y = [
            0.86391, -0.91186, -0.1857, 0.76782, 0.86391, -0.91186, 0.59118, 0.57279, 0.86391, -0.91186,
            -0.65727, 0.69628,
        ];
        let plain = [-0.52876, 0.80801, -0.92802, -0.81413, 0.0, 0.0, -0.55949, -1.76133, -0.71875, -0.6117];
        let padded = [-0.52876, 0.80801, -0.92802, -0.81413, 0.0, 0.0, 0.0, 0.0, -0.71875, -0.6117];
        for (padding, dtable) in [(None, plain), (Some(3), padded)] {
            for form in [Form::Kernels, Form::Expressions] {
                let (embedding, mut kept) = (Embedding { padding }, Vec::new());
                let inputs = [ids.clone(), tensor(&[5, 2], 1)];
                let ours = embedding.forward(&inputs, &mut kept, &step(form)).unwrap();
                close(&flat(&ours), &y, 1e-4, "output");
                let dy = tensor(&[2, 3, 2], 99);
                let gradients = embedding.backward(kept, dy, &[false, true], &step(form)).unwrap();
                assert!(gradients[0].is_none(), "ids have no gradient");
                close(&flat(gradients[1].as_ref().unwrap()), &dtable, 1e-4, "gradient of the table");
            }
        }
    }

    #[test]
    fn ids_beyond_the_table_are_refused() {
        for form in [Form::Kernels, Form::Expressions] {
            let inputs = [ids(&[2, 3], 6), tensor(&[5, 2], 1)];
            let error = Embedding::default().forward(&inputs, &mut Vec::new(), &step(form)).unwrap_err();
            assert!(error.to_string().contains("id 5 in a table of 5 entries"), "{error}");
        }
    }
}
