//! NVIDIA's cards through CUDA's libraries, which are looked for when a card is asked for.
//!
//! cudarc panics, rather than fails, where a library is missing. So each is asked for first, and a panic that
//! comes all the same (an old library lacks a function) becomes an error.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::OnceLock,
};

use candle_core::{
    Device, Result, bail,
    cuda_backend::{
        WrapErr,
        cudarc::{cublas, curand, driver},
    },
};

use crate::train::error::cause_of;

#[cfg(not(feature = "dynamic-loading"))]
compile_error!(
    "for CUDA, build with `bash engine/cuda/cargo build`: what candle links at start is loaded later"
);

/// The names of the cards that the driver knows, by their index; none where there is no driver.
pub fn cards() -> Vec<String> {
    // SAFETY: looks for a file by its name; the driver's library does nothing when it is loaded.
    if !unsafe { driver::sys::is_culib_present() } {
        return Vec::new();
    }
    caught(|| {
        driver::result::init().w()?;
        let count = driver::result::device::get_count().w()?;
        let name = |index| driver::result::device::get_name(driver::result::device::get(index)?);
        (0..count).map(|index| name(index).w()).collect()
    })
    .unwrap_or_default()
}

/// A library that training needs beside the driver and that is not here.
pub fn missing_library() -> Option<&'static str> {
    static MISSING: OnceLock<Option<&str>> = OnceLock::new();
    let look = || {
        // SAFETY: look for files by their names; these libraries do nothing when they are loaded.
        let present = unsafe {
            [("cuBLAS", cublas::sys::is_culib_present()), ("cuRAND", curand::sys::is_culib_present())]
        };
        present.into_iter().find_map(|(name, is_here)| (!is_here).then_some(name))
    };
    *MISSING.get_or_init(look)
}

/// Opens a card. Ask [`missing_library`] first.
pub fn open(index: usize) -> Result<Device> {
    caught(|| Device::new_cuda(index))
}

/// What cudarc says, a panic turned into an error.
pub(crate) fn caught<R>(f: impl FnOnce() -> Result<R>) -> Result<R> {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(result) => result,
        Err(panic) => bail!("{}", cause_of(&*panic)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_with_its_words() {
        let error = caught::<()>(|| panic!("no {}", "library")).unwrap_err();
        assert!(error.to_string().contains("no library"), "{error}");
    }

    #[test]
    fn a_card_that_is_not_here_is_an_error() {
        assert!(open(cards().len() + 100).is_err());
    }
}
