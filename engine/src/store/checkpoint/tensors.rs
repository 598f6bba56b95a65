//! Tensors as the bytes of a safetensors file, and back.

use candle_core::{DType, Device, Tensor};
use safetensors::{Dtype, SafeTensorError, SafeTensors, tensor::TensorView};

use crate::model::Tensors;

/// The file's bytes; `f32`, or `i64` for counts.
pub fn encode(tensors: &Tensors) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(tensors.len());
    for (name, tensor) in tensors {
        let (dtype, values) = bytes_of(tensor).map_err(|error| error.to_string())?;
        bytes.push((name, dtype, tensor.dims().to_vec(), values));
    }
    let views: Vec<(&str, TensorView)> = bytes
        .iter()
        .map(|(name, dtype, shape, values)| {
            Ok((name.as_str(), TensorView::new(*dtype, shape.clone(), values)?))
        })
        .collect::<Result<_, SafeTensorError>>()
        .map_err(|error| error.to_string())?;
    safetensors::serialize(views, None).map_err(|error| error.to_string())
}

/// The tensors of a file in the order of their names in `order`; the file sorts them by its own lights.
pub fn decode(bytes: &[u8], order: &[String]) -> Result<Tensors, String> {
    let tensors = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
    order
        .iter()
        .map(|name| {
            let view = tensors.tensor(name).map_err(|error| error.to_string())?;
            Ok((name.clone(), tensor_of(&view).map_err(|error| error.to_string())?))
        })
        .collect()
}

/// All tensors of a file, in its own order.
pub fn decode_all(bytes: &[u8]) -> Result<Tensors, String> {
    let tensors = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
    let tensor = |(name, view): (String, TensorView<'_>)| {
        Ok((name, tensor_of(&view).map_err(|error| error.to_string())?))
    };
    tensors.tensors().into_iter().map(tensor).collect()
}

/// A tensor's numbers, little-endian: `f32`, or `i64` for counts.
fn bytes_of(tensor: &Tensor) -> candle_core::Result<(Dtype, Vec<u8>)> {
    let flat = tensor.to_device(&Device::Cpu)?.flatten_all()?;
    Ok(match flat.dtype() {
        DType::I64 => (Dtype::I64, flat.to_vec1::<i64>()?.into_iter().flat_map(i64::to_le_bytes).collect()),
        _ => (
            Dtype::F32,
            flat.to_dtype(DType::F32)?.to_vec1::<f32>()?.into_iter().flat_map(f32::to_le_bytes).collect(),
        ),
    })
}

fn tensor_of(view: &TensorView) -> candle_core::Result<Tensor> {
    let (shape, device) = (view.shape(), &Device::Cpu);
    match view.dtype() {
        Dtype::I64 => {
            let values = view.data().as_chunks::<8>().0.iter().map(|bytes| i64::from_le_bytes(*bytes));
            Tensor::from_vec(values.collect::<Vec<_>>(), shape, device)
        }
        Dtype::F32 => {
            let values = view.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
            Tensor::from_vec(values.collect::<Vec<_>>(), shape, device)
        }
        other => candle_core::bail!("a tensor of {other:?}"),
    }
}
