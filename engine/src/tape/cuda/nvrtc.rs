//! Compiling and launching: the part that needs CUDA.

use std::sync::{
    OnceLock,
    atomic::{AtomicBool, Ordering},
};

use candle_core::{
    Result, Storage, bail,
    cuda_backend::{
        CudaStorageSlice, WrapErr,
        cudarc::{
            driver::{DevicePtr, LaunchConfig, PushKernelArg},
            nvrtc::{self, CompileOptions},
        },
    },
};

use super::{Argument, Kernel, Source, THREADS};
use crate::device::cuda::caught;

/// What a kernel is handed.
enum Word {
    Pointer(u64),
    Count(i64),
    Number(f32),
}

/// See [`Kernel::launch`].
pub fn launch(kernel: Kernel, blocks: [usize; 2], arguments: &[Argument]) -> Result<bool> {
    let Kernel(source, name) = kernel;
    let first = arguments.iter().find_map(|argument| match argument {
        Argument::Tensor(tensor) => Some(tensor.device()),
        _ => None,
    });
    let Some(candle_core::Device::Cuda(device)) = first else { return Ok(false) };
    let Some(ptx) = ptx(source) else { return Ok(false) };
    static REFUSED: [AtomicBool; 4] = [const { AtomicBool::new(false) }; 4];
    let refused = &REFUSED[source as usize];
    if refused.load(Ordering::Relaxed) {
        return Ok(false);
    }
    let Ok(function) = device.get_or_load_custom_func(name, &format!("{source:?}"), ptx) else {
        // A driver older than NVRTC: it will not think better of it.
        refused.store(true, Ordering::Relaxed);
        return Ok(false);
    };
    let stream = device.cuda_stream();
    let storages: Vec<_> = arguments
        .iter()
        .filter_map(|argument| match argument {
            Argument::Tensor(tensor) => Some(tensor.storage_and_layout()),
            _ => None,
        })
        .collect();
    let (mut uses, mut words, mut next) = (Vec::new(), Vec::new(), storages.iter());
    for argument in arguments {
        words.push(match *argument {
            Argument::Count(count) => Word::Count(count),
            Argument::Number(number) => Word::Number(number as f32),
            Argument::Tensor(_) => {
                let Some((storage, layout)) = next.next() else { bail!("{name}: lost a tensor") };
                let Storage::Cuda(storage) = &**storage else { bail!("{name}: a tensor of another device") };
                let Some((start, _)) = layout.contiguous_offsets() else { bail!("{name}: a strided tensor") };
                let ((pointer, in_use), bytes) = match &storage.slice {
                    CudaStorageSlice::F32(slice) => (slice.device_ptr(&stream), size_of::<f32>()),
                    CudaStorageSlice::U32(slice) => (slice.device_ptr(&stream), size_of::<u32>()),
                    CudaStorageSlice::BF16(slice) => (slice.device_ptr(&stream), size_of::<u16>()),
                    _ => bail!("{name}: a tensor of a type that no kernel takes"),
                };
                uses.push(in_use);
                Word::Pointer(pointer + (start * bytes) as u64)
            }
        });
    }
    let mut call = function.builder();
    for word in &words {
        match word {
            Word::Pointer(pointer) => call.arg(pointer),
            Word::Count(count) => call.arg(count),
            Word::Number(number) => call.arg(number),
        };
    }
    let [across, down] = blocks.map(|blocks| blocks as u32);
    let grid =
        LaunchConfig { grid_dim: (across, down, 1), block_dim: (THREADS as u32, 1, 1), shared_mem_bytes: 0 };
    // SAFETY: the arguments are those that the source declares (tests check each call), every tensor is contiguous
    // and lies on this device, and the caller gives sizes that are the tensors'. All work on them is in the order
    // of this one stream.
    unsafe { call.launch(grid) }.w()?;
    Ok(true)
}

/// A source, compiled; `None` where NVRTC is not here or does not take it.
fn ptx(source: Source) -> Option<&'static str> {
    static COMPILED: [OnceLock<Option<String>>; 4] = [const { OnceLock::new() }; 4];
    let compile = || {
        // SAFETY: looks for a file by its name; NVRTC does nothing when it is loaded.
        if !unsafe { nvrtc::sys::is_culib_present() } {
            return None;
        }
        // Ampere, and all that came after it.
        let options = CompileOptions { arch: Some("compute_80"), ..CompileOptions::default() };
        caught(|| Ok(nvrtc::compile_ptx_with_opts(source.text(), options).w()?.to_src())).ok()
    };
    COMPILED[source as usize].get_or_init(compile).as_deref()
}
