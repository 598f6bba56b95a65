//! Numbers too small to be normal (below 1.2e-38) as zeros: processors compute with them 10 to 100 times more
//! slowly, and training makes many of them (moments of gradients that have vanished).

/// From now on, this thread takes and gives zeros for denormal numbers, where the processor can (PyTorch's
/// `set_flush_denormal`). To be called once on each thread that computes, or results depend on the thread.
pub fn flush_denormals() {
    #[cfg(target_arch = "x86_64")]
    {
        /// Flush to zero (bit 15) and denormals are zero (bit 6).
        const FLUSH: u32 = 1 << 15 | 1 << 6;
        let mut control = 0u32;
        // SAFETY: reads and writes the thread's own MXCSR, which every x86-64 has. Only the treatment of
        // denormals changes, not rounding or traps; the compiler assumes rounding and traps, and folds
        // constants as if denormals were kept, which at worst keeps one.
        unsafe {
            std::arch::asm!("stmxcsr [{}]", in(reg) &raw mut control, options(nostack, preserves_flags));
            control |= FLUSH;
            std::arch::asm!("ldmxcsr [{}]", in(reg) &raw const control, options(nostack, preserves_flags));
        }
    }
    #[cfg(target_arch = "aarch64")]
    {
        /// Flush to zero, inputs and outputs.
        const FLUSH: u64 = 1 << 24;
        // SAFETY: as above, for the thread's own FPCR.
        unsafe {
            let mut control: u64;
            std::arch::asm!("mrs {}, fpcr", out(reg) control, options(nomem, nostack, preserves_flags));
            control |= FLUSH;
            std::arch::asm!("msr fpcr, {}", in(reg) control, options(nomem, nostack, preserves_flags));
        }
    }
}

// Other processors have no such mode, or none that is known here.
#[cfg(all(test, any(target_arch = "x86_64", target_arch = "aarch64")))]
mod tests {
    use super::*;

    #[test]
    fn a_denormal_product_is_zero_on_the_thread_that_asked() {
        let product = || std::hint::black_box(1e-30f32) * std::hint::black_box(1e-10f32);
        let flushed = std::thread::spawn(move || {
            flush_denormals();
            product()
        });
        assert_eq!(flushed.join().unwrap(), 0.0);
        assert!(product() > 0.0, "other threads are as they were");
    }
}
