//! From tensors to slices and back: how kernels reach what candle holds on the CPU.

use std::cell::Cell;

use candle_core::{CpuStorage, DType, InplaceOp1, Layout, Result, Shape, Storage, Tensor, bail};

/// Reads tensors as slices, in row-major order of their shapes.
pub fn read<const N: usize, R>(inputs: [&Tensor; N], f: impl FnOnce([&[f32]; N]) -> R) -> Result<R> {
    let mut dense = [const { None }; N];
    for (dense, input) in dense.iter_mut().zip(inputs) {
        if !input.is_contiguous() {
            *dense = Some(contiguous(input)?);
        }
    }
    let guards: [_; N] =
        std::array::from_fn(|index| dense[index].as_ref().unwrap_or(inputs[index]).storage_and_layout());
    let mut slices = [&[][..]; N];
    for (slice, (storage, layout)) in slices.iter_mut().zip(&guards) {
        let Storage::Cpu(storage) = &**storage else {
            bail!("a kernel was given a tensor of another device")
        };
        let all = storage.as_slice::<f32>()?;
        let Some((start, end)) = layout.contiguous_offsets() else {
            bail!("a kernel was given a strided tensor")
        };
        *slice = &all[start..end];
    }
    Ok(f(slices))
}

/// Reads a tensor of class labels as a slice.
pub fn read_labels<R>(labels: &Tensor, f: impl FnOnce(&[u32]) -> R) -> Result<R> {
    let labels = labels.contiguous()?;
    let (storage, layout) = labels.storage_and_layout();
    let Storage::Cpu(storage) = &*storage else { bail!("a kernel was given a tensor of another device") };
    let Some((start, end)) = layout.contiguous_offsets() else {
        bail!("a kernel was given a strided tensor")
    };
    Ok(f(&storage.as_slice::<u32>()?[start..end]))
}

/// A new tensor of `shape`, every number of which is written by a kernel that reads `inputs`.
pub fn map<const N: usize>(
    inputs: [&Tensor; N],
    shape: impl Into<Shape>,
    kernel: impl FnOnce([&[f32]; N], &mut [f32]),
) -> Result<Tensor> {
    let shape = shape.into();
    let mut output = kernels::memory::buffer(shape.elem_count());
    read(inputs, |slices| kernel(slices, &mut output))?;
    tensor(output, shape)
}

/// [`map`] for kernels that treat each number alike: the output has the shape of the first input and,
/// where that is dense under some order of its axes (a channels-last image), lies in memory as it does.
pub fn map_elementwise<const N: usize>(
    inputs: [&Tensor; N],
    kernel: impl FnOnce([&[f32]; N], &mut [f32]),
) -> Result<Tensor> {
    const { assert!(N > 0) };
    if let Some(other) = inputs.iter().find(|input| input.dims() != inputs[0].dims()) {
        bail!("shapes differ: {:?} and {:?}", inputs[0].dims(), other.dims());
    }
    if inputs[0].is_contiguous() {
        return map(inputs, inputs[0].shape(), kernel);
    }
    let order = memory_order(inputs[0])?;
    let views = permuted(inputs, &order)?;
    let shape = views[0].shape().clone();
    map(views.each_ref(), shape, kernel)?.permute(inverse(&order))
}

fn permuted<const N: usize>(tensors: [&Tensor; N], order: &[usize]) -> Result<[Tensor; N]> {
    let mut views = tensors.map(Tensor::clone);
    for view in &mut views {
        *view = view.permute(order)?;
    }
    Ok(views)
}

/// The axes of a tensor in the order in which its numbers lie in memory (B, H, W, C for a channels-last
/// image `[B, C, H, W]`); as they come where the numbers are not dense.
pub fn memory_order(tensor: &Tensor) -> Result<Vec<usize>> {
    let as_they_come: Vec<usize> = (0..tensor.rank()).collect();
    if tensor.is_contiguous() {
        return Ok(as_they_come);
    }
    let mut order = as_they_come.clone();
    order.sort_by_key(|&axis| std::cmp::Reverse(tensor.stride()[axis]));
    Ok(if tensor.permute(&order[..])?.is_contiguous() { order } else { as_they_come })
}

/// The order of axes that undoes `order`.
pub fn inverse(order: &[usize]) -> Vec<usize> {
    let mut inverse = vec![0; order.len()];
    for (place, &axis) in order.iter().enumerate() {
        inverse[axis] = place;
    }
    inverse
}

/// The same numbers in row-major order; turning images from channels-last to channels-first, or back, is
/// a kernel's work on the CPU, because candle copies number by number.
pub fn contiguous(tensor: &Tensor) -> Result<Tensor> {
    if tensor.is_contiguous() {
        return Ok(tensor.clone());
    }
    let order = memory_order(tensor)?;
    let fixed = order.iter().enumerate().take_while(|(place, axis)| place == *axis).count();
    let (first, turned) = order.split_at(fixed);
    // A turn by one or more places, as (H, W, C) of (C, H, W): memory holds matrices to transpose.
    let is_turn = turned.windows(2).filter(|pair| pair[1] != pair[0] + 1).count() == 1;
    let floats = tensor.dtype() == DType::F32;
    if !(is_turn && floats && tensor.device().is_cpu()) {
        return tensor.contiguous();
    }
    let break_at = turned.iter().position(|axis| *axis == first.len()).unwrap_or(0);
    let size = |axes: &[usize]| axes.iter().map(|axis| tensor.dims()[*axis]).product::<usize>();
    let (rows, columns) = (size(&turned[..break_at]), size(&turned[break_at..]));
    map([&tensor.permute(&order[..])?], tensor.shape(), |[x], y| {
        kernels::layout::transpose(x, y, rows, columns);
    })
}

/// A CPU tensor that takes over `values`.
pub fn tensor(values: Vec<f32>, shape: impl Into<Shape>) -> Result<Tensor> {
    Tensor::from_vec(values, shape, &candle_core::Device::Cpu)
}

/// Lets a kernel write a contiguous CPU tensor in place. Everyone who holds the tensor sees the change,
/// so only parameters, their moments, buffers and gradients that have one owner are written so.
pub fn write<R>(tensor: &Tensor, kernel: impl FnOnce(&mut [f32]) -> R) -> Result<R> {
    let write = Write { kernel: Cell::new(Some(kernel)), result: Cell::new(None) };
    tensor.inplace_op1(&write)?;
    match write.result.take() {
        Some(result) => Ok(result),
        None => bail!("a kernel did not run"),
    }
}

/// [`write`] for several tensors at once. No two may share memory: that would wait for itself for ever.
pub fn write_all<const N: usize, R>(
    tensors: [&Tensor; N],
    kernel: impl FnOnce([&mut [f32]; N]) -> R,
) -> Result<R> {
    fn next<R>(
        tensors: &[&Tensor],
        slices: Vec<&mut [f32]>,
        kernel: impl FnOnce(Vec<&mut [f32]>) -> Result<R>,
    ) -> Result<R> {
        match tensors {
            [] => kernel(slices),
            [first, rest @ ..] => write(first, move |slice| {
                let mut slices = slices;
                slices.push(slice);
                next(rest, slices, kernel)
            })?,
        }
    }
    next(&tensors, Vec::with_capacity(N), |slices| match slices.try_into() {
        Ok(slices) => Ok(kernel(slices)),
        Err(_) => bail!("a kernel was given too few tensors"),
    })
}

struct Write<F, R> {
    kernel: Cell<Option<F>>,
    result: Cell<Option<R>>,
}

impl<R, F: FnOnce(&mut [f32]) -> R> InplaceOp1 for Write<F, R> {
    fn name(&self) -> &'static str {
        "write"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let Some((start, end)) = layout.contiguous_offsets() else {
            bail!("a kernel would write a strided tensor")
        };
        let CpuStorage::F32(all) = storage else { bail!("a kernel would write numbers that are not f32") };
        if let Some(kernel) = self.kernel.take() {
            self.result.set(Some(kernel(&mut all[start..end])));
        }
        Ok(())
    }
}

/// Lets a kernel that treats each number alike change `changed`, reading `inputs` of its shape beside it: in
/// place where it is dense under some order of its axes. Only for tensors with one owner.
pub fn update<const N: usize>(
    changed: Tensor,
    inputs: [&Tensor; N],
    kernel: impl FnOnce(&mut [f32], [&[f32]; N]),
) -> Result<Tensor> {
    if changed.is_contiguous() {
        read(inputs, |slices| write(&changed, |changed| kernel(changed, slices)))??;
        return Ok(changed);
    }
    let order = memory_order(&changed)?;
    let view = changed.permute(&order[..])?;
    if !view.is_contiguous() {
        return update(changed.contiguous()?, inputs, kernel);
    }
    let views = permuted(inputs, &order)?;
    read(views.each_ref(), |slices| write(&view, |changed| kernel(changed, slices)))??;
    Ok(changed)
}

/// `earlier + gradient`, in place on the CPU where they are `f32`. Only for tensors with one owner.
pub fn accumulate(earlier: Tensor, gradient: &Tensor) -> Result<Tensor> {
    let is_ours = earlier.device().is_cpu() && earlier.dtype() == DType::F32;
    if !is_ours || earlier.dims() != gradient.dims() {
        return earlier + gradient;
    }
    update(earlier, [gradient], |sum, [more]| kernels::elementwise::add_assign(sum, more))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::gradcheck::{flat, tensor};

    fn channels_last(shape: &[usize], seed: u64) -> Tensor {
        let [b, c, h, w] = shape.try_into().unwrap();
        tensor(&[b, h, w, c], seed).permute((0, 3, 1, 2)).unwrap()
    }

    #[test]
    fn an_elementwise_kernel_keeps_the_memory_format() {
        for shape in [[2, 3, 4, 5], [1, 1, 2, 3], [2, 3, 1, 1], [3, 1, 4, 1]] {
            let x = channels_last(&shape, 1);
            let y = tensor(&shape, 2);
            let sum = map_elementwise([&x, &y], |[x, y], sum| kernels::elementwise::add(x, y, sum)).unwrap();
            assert_eq!(flat(&sum), flat(&(&x + &y).unwrap()), "{shape:?}");
            assert!(sum.permute((0, 2, 3, 1)).unwrap().is_contiguous(), "{shape:?}");
        }
        let strided = tensor(&[4, 6], 1).narrow(1, 1, 3).unwrap();
        let same = map_elementwise([&strided], |[x], y| y.copy_from_slice(x)).unwrap();
        assert_eq!(flat(&same), flat(&strided));
        assert!(same.is_contiguous());
    }

    #[test]
    fn contiguous_is_candles_for_every_order_of_axes() {
        for order in [[0, 3, 1, 2], [0, 2, 3, 1], [0, 1, 3, 2], [3, 0, 1, 2], [3, 2, 1, 0], [1, 0, 2, 3]] {
            for shape in [[2, 3, 4, 5], [1, 3, 1, 5], [2, 1, 1, 1]] {
                let x = tensor(&shape, 1).permute(&order[..]).unwrap();
                let ours = contiguous(&x).unwrap();
                assert!(ours.is_contiguous());
                assert_eq!(ours.dims(), x.dims());
                assert_eq!(flat(&ours), flat(&x.contiguous().unwrap()), "{shape:?} as {order:?}");
            }
        }
    }

    #[test]
    fn gradients_accumulate_in_place_in_any_memory_format() {
        for (earlier, more) in [
            (tensor(&[2, 3, 2, 2], 1), channels_last(&[2, 3, 2, 2], 2)),
            (channels_last(&[2, 3, 2, 2], 1), tensor(&[2, 3, 2, 2], 2)),
        ] {
            let expected = flat(&(&earlier + &more).unwrap());
            let sum = accumulate(earlier.clone(), &more).unwrap();
            assert_eq!(flat(&sum), expected);
            assert_eq!(flat(&earlier), expected, "added in place");
        }
    }
}
