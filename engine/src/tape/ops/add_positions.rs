//! y = x + table, a row of the table for each place in a sequence.

use candle_core::{Result, Tensor, bail};
use kernels::positions as kernel;

use super::sizes;
use crate::tape::{Footprint, Form, Operation, Past, Step, cpu};

/// Learned positions (Gehring et al. 2017; GPT). Inputs: x `[B, T, D]`, table `[T or more, D]`, whose first T
/// rows are added to each sequence; output as x.
pub struct AddPositions;

impl Operation for AddPositions {
    fn name(&self) -> &'static str {
        "add_positions"
    }

    fn forward(&self, inputs: &[Tensor], keep: &mut Vec<Tensor>, step: &Step) -> Result<Tensor> {
        let [x, table] = inputs else { bail!("add_positions: wants x and a table") };
        let ((_, length, width), (rows, table_width)) = (x.dims3()?, table.dims2()?);
        if width != table_width {
            bail!("add_positions: x {:?} and a table {:?} differ in width", x.shape(), table.shape());
        }
        if length > rows {
            bail!("add_positions: sequences of {length} steps are longer than the table, which has {rows}");
        }
        keep.push(sizes::keep([rows])?);
        match step.form {
            Form::Kernels => cpu::map([x, table], x.shape(), |[x, table], y| {
                kernel::forward(x, table, y, length * width);
            }),
            Form::Expressions => x.broadcast_add(&table.narrow(0, 0, length)?),
        }
    }

    fn go_on(
        &self,
        inputs: &[Tensor],
        _grows: &[bool],
        past: &mut Past,
        step: &Step,
    ) -> Result<Option<Tensor>> {
        let [x, table] = inputs else { bail!("add_positions: wants x and a table") };
        let (steps, rows) = (x.dim(1)?, table.dim(0)?);
        if past.steps + steps > rows {
            bail!("add_positions: step {} is behind a table of {rows}", past.steps + steps);
        }
        let table = table.narrow(0, past.steps, steps)?;
        past.steps += steps;
        self.forward(&[x.clone(), table], &mut Vec::new(), step).map(Some)
    }

    fn backward(
        &self,
        kept: Vec<Tensor>,
        gradient: Tensor,
        wanted: &[bool],
        step: &Step,
    ) -> Result<Vec<Option<Tensor>>> {
        let Some(rows) = kept.first() else { bail!("add_positions: nothing was kept") };
        let rows = sizes::kept(rows)?[0];
        let mut dtable = None;
        if wanted[1] {
            let (_, length, width) = gradient.dims3()?;
            dtable = Some(match step.form {
                Form::Kernels => cpu::map([&gradient], (rows, width), |[dy], dtable| {
                    kernel::backward_table(dy, dtable, length * width);
                })?,
                Form::Expressions => gradient.sum(0)?.pad_with_zeros(0, 0, rows - length)?,
            });
        }
        Ok(vec![Some(gradient), dtable])
    }

    fn footprint(&self, inputs: &[Tensor]) -> Result<Footprint> {
        Ok(Footprint::like(&inputs[0]).in_place())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tape::gradcheck::{check, check_bits, check_wanted, flat, step, tensor};

    #[test]
    fn gradients_match_finite_differences_over_odd_sizes() {
        for (batch, length, rows, width) in [(1, 1, 1, 1), (2, 3, 3, 5), (3, 2, 7, 3)] {
            let inputs = [tensor(&[batch, length, width], 1), tensor(&[rows, width], 2)];
            check(Arc::new(AddPositions), &inputs);
            check_wanted(Arc::new(AddPositions), &inputs, &[false, true]);
            check_wanted(Arc::new(AddPositions), &inputs, &[true, false]);
        }
    }

    #[test]
    fn neither_memory_layout_nor_threads_change_a_bit() {
        check_bits(Arc::new(AddPositions), &[tensor(&[37, 129, 65], 1), tensor(&[200, 65], 2)]);
        check_bits(Arc::new(AddPositions), &[tensor(&[300, 5, 7], 1), tensor(&[5, 7], 2)]);
    }

    #[test]
    fn the_rows_are_those_of_the_places_from_the_first() {
        let x = Tensor::zeros((2, 2, 3), candle_core::DType::F32, &candle_core::Device::Cpu).unwrap();
        let table = tensor(&[4, 3], 1);
        let expected = flat(&table)[..6].repeat(2);
        for form in [Form::Kernels, Form::Expressions] {
            let y = AddPositions.forward(&[x.clone(), table.clone()], &mut Vec::new(), &step(form)).unwrap();
            assert_eq!(flat(&y), expected);
        }
    }

    #[test]
    fn sequences_longer_than_the_table_are_refused() {
        let refused = |x: &[usize], table: &[usize]| {
            let inputs = [tensor(x, 1), tensor(table, 2)];
            AddPositions.forward(&inputs, &mut Vec::new(), &step(Form::Kernels)).unwrap_err().to_string()
        };
        assert!(refused(&[2, 5, 3], &[4, 3]).contains("longer than the table"));
        assert!(refused(&[2, 4, 3], &[4, 2]).contains("differ in width"));
    }
}
