//! Memory that goes round: large blocks that are given back are kept and given out again, untouched.
//!
//! A training step asks for the same few hundred blocks as the step before. The system would give each
//! afresh: pages to map, to fill with zeros, to unmap. [`Pool`] keeps them, sorted by size, and
//! [`buffer`] takes them as they are. Invariant: the pool holds at most an eighth more than the process has
//! once needed at the same time (without that, blocks of one size are given up for another's in every step);
//! [`release`] makes it forget.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
#[cfg(all(target_os = "linux", not(miri)))]
use std::ffi::{c_int, c_void};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};

/// Blocks smaller than this are the system's business.
const SMALLEST: usize = 1 << SMALLEST_BITS;
const SMALLEST_BITS: u32 = 15;
/// So are blocks larger than this.
const LARGEST: usize = 1 << LARGEST_BITS;
const LARGEST_BITS: u32 = 38;
/// Sizes from one power of two to the next: at most a ninth of a block is not used.
const STEPS: usize = 8;
const CLASSES: usize = (LARGEST_BITS - SMALLEST_BITS) as usize * STEPS + 1;
/// A part of the most that was in use: so much more may wait.
const SPARE: usize = 8;
/// Blocks begin on lines of the cache …
const ALIGNMENT: usize = 64;
/// … and those of this size or more where a huge page can.
const HUGE: usize = 1 << 21;

/// A vector of `length` numbers that are yet to be written: whatever was there before, or, where debug
/// assertions are on, NaN, so that a test notices who reads them.
#[allow(clippy::uninit_vec)]
pub fn buffer(length: usize) -> Vec<f32> {
    if cfg!(debug_assertions) {
        return vec![f32::NAN; length];
    }
    let mut numbers = Vec::with_capacity(length);
    // SAFETY: the capacity is there. Every bit pattern is a number, and kernels write all numbers of an
    // output before they read one: in debug builds they begin as NaN, and the tests would see them.
    unsafe { numbers.set_len(length) };
    numbers
}

/// What a block of so many bytes takes.
pub fn block(bytes: usize) -> usize {
    let layout = Layout::from_size_align(bytes, align_of::<f32>());
    layout.ok().and_then(|layout| class_of(&layout)).map_or(bytes, |(_, size)| size)
}

/// The most bytes that were in use at once, in large blocks, since the last [`release`].
pub fn most() -> usize {
    KEPT.most.load(Relaxed)
}

/// The allocator of a program that trains: `#[global_allocator] static POOL: Pool = Pool;`.
pub struct Pool;

/// Gives the kept blocks back to the system.
pub fn release() {
    KEPT.shrink_to(0);
    KEPT.most.store(KEPT.live.load(Relaxed), Relaxed);
}

static KEPT: Kept = Kept {
    classes: [const { Class { locked: AtomicBool::new(false), first: UnsafeCell::new(null_mut()) } };
        CLASSES],
    live: AtomicUsize::new(0),
    idle: AtomicUsize::new(0),
    most: AtomicUsize::new(0),
};

struct Kept {
    classes: [Class; CLASSES],
    /// Bytes of blocks that are in use.
    live: AtomicUsize,
    /// Bytes of blocks that wait.
    idle: AtomicUsize,
    /// The most that was in use at once.
    most: AtomicUsize,
}

/// The waiting blocks of one size: a list through their own first words.
struct Class {
    locked: AtomicBool,
    first: UnsafeCell<*mut Block>,
}

struct Block {
    next: *mut Block,
}

// SAFETY: `first` is only touched by the thread that holds `locked`.
unsafe impl Sync for Class {}

impl Class {
    fn with<R>(&self, f: impl FnOnce(&mut *mut Block) -> R) -> R {
        while self.locked.compare_exchange_weak(false, true, Acquire, Relaxed).is_err() {
            std::hint::spin_loop();
        }
        // SAFETY: the lock is held.
        let result = f(unsafe { &mut *self.first.get() });
        self.locked.store(false, Release);
        result
    }

    fn pop(&self) -> *mut Block {
        self.with(|first| {
            let block = *first;
            if !block.is_null() {
                // SAFETY: a waiting block's first word is its link, written by `push`.
                *first = unsafe { (*block).next };
            }
            block
        })
    }

    fn push(&self, block: *mut Block) {
        self.with(|first| {
            // SAFETY: the block is nobody's now, and large and aligned enough for a link.
            unsafe { (*block).next = *first };
            *first = block;
        });
    }
}

/// The class of a block and its size in bytes; `None` where the system is asked.
fn class_of(layout: &Layout) -> Option<(usize, usize)> {
    let size = layout.size();
    if !(SMALLEST..=LARGEST).contains(&size) || layout.align() > ALIGNMENT {
        return None;
    }
    let power = (size - 1).ilog2().max(SMALLEST_BITS - 1);
    let step = (1usize << power) / STEPS;
    let steps = size.div_ceil(step) - STEPS;
    Some((
        ((power + 1 - SMALLEST_BITS) as usize * STEPS + steps).saturating_sub(STEPS),
        (STEPS + steps) * step,
    ))
}

fn layout_of(size: usize) -> Layout {
    let alignment = if size < HUGE { ALIGNMENT } else { HUGE };
    // SAFETY: the alignment is a power of two, and no size comes near the largest there may be.
    unsafe { Layout::from_size_align_unchecked(size, alignment) }
}

/// A block from the system. Large ones are asked to lie in huge pages: a loop through megabytes else waits for the
/// addresses of small ones.
fn fresh(size: usize) -> *mut u8 {
    #[cfg(all(target_os = "linux", target_env = "gnu", not(miri)))]
    give_back_at_once();
    // SAFETY: the size is not 0.
    let block = unsafe { System.alloc(layout_of(size)) };
    #[cfg(all(target_os = "linux", not(miri)))]
    if size >= HUGE && !block.is_null() {
        const MADV_HUGEPAGE: c_int = 14;
        // SAFETY: the block begins with a page and is `size` bytes long. Where the advice is refused, all stays well.
        unsafe { madvise(block.cast(), size, MADV_HUGEPAGE) };
    }
    block
}

/// Tells glibc to map each block of some size by itself and to unmap it when it is given back. Left alone, it
/// begins to put them on its heap after the first one, where they leave holes that stay the process's.
#[cfg(all(target_os = "linux", target_env = "gnu", not(miri)))]
fn give_back_at_once() {
    const M_MMAP_THRESHOLD: c_int = -3;
    static TOLD: AtomicBool = AtomicBool::new(false);
    if !TOLD.swap(true, Relaxed) {
        // SAFETY: changes a setting of the allocator, under its own lock.
        unsafe { mallopt(M_MMAP_THRESHOLD, 1 << 20) };
    }
}

#[cfg(all(target_os = "linux", not(miri)))]
unsafe extern "C" {
    fn madvise(address: *mut c_void, length: usize, advice: c_int) -> c_int;
    #[cfg(target_env = "gnu")]
    fn mallopt(setting: c_int, value: c_int) -> c_int;
}

impl Kept {
    /// Gives waiting blocks back until at most `bytes` wait, the largest first.
    fn shrink_to(&self, bytes: usize) {
        for (index, class) in self.classes.iter().enumerate().rev() {
            let size = size_of_class(index);
            while self.idle.load(Relaxed) > bytes {
                let block = class.pop();
                if block.is_null() {
                    break;
                }
                self.idle.fetch_sub(size, Relaxed);
                // SAFETY: `allocate` got it from the system with this layout.
                unsafe { System.dealloc(block.cast(), layout_of(size)) };
            }
        }
    }

    fn allocate(&self, class: usize, size: usize, zeroed: bool) -> *mut u8 {
        let live = self.live.fetch_add(size, Relaxed) + size;
        let most = self.most.fetch_max(live, Relaxed).max(live);
        let mut block: *mut u8 = self.classes[class].pop().cast();
        if !block.is_null() {
            self.idle.fetch_sub(size, Relaxed);
        } else {
            self.shrink_to(most - live + most / SPARE);
            block = fresh(size);
        }
        if zeroed && !block.is_null() {
            // SAFETY: the block is `size` bytes long.
            unsafe { block.write_bytes(0, size) };
        }
        block
    }
}

fn size_of_class(class: usize) -> usize {
    let (power, steps) = (class / STEPS, class % STEPS);
    (SMALLEST << power) / STEPS * (STEPS + steps)
}

// SAFETY: blocks are the system's, at least as large and as aligned as asked for, and each is given to one
// owner at a time. Nothing here allocates or panics.
unsafe impl GlobalAlloc for Pool {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match class_of(&layout) {
            Some((class, size)) => KEPT.allocate(class, size, false),
            // SAFETY: the caller's promise.
            None => unsafe { System.alloc(layout) },
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        match class_of(&layout) {
            Some((class, size)) => KEPT.allocate(class, size, true),
            // SAFETY: the caller's promise.
            None => unsafe { System.alloc_zeroed(layout) },
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        match class_of(&layout) {
            Some((class, size)) => {
                KEPT.idle.fetch_add(size, Relaxed);
                KEPT.live.fetch_sub(size, Relaxed);
                KEPT.classes[class].push(block.cast());
            }
            // SAFETY: the caller's promise.
            None => unsafe { System.dealloc(block, layout) },
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller promises that this size can be asked for.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        let (now, then) = (class_of(&layout), class_of(&wanted));
        match (now, then) {
            // SAFETY: the caller's promise; the block is the system's own.
            (None, None) => unsafe { System.realloc(block, layout, size) },
            (Some(now), Some(then)) if now == then => block,
            // SAFETY: the caller's promise; both blocks hold what is copied.
            _ => unsafe {
                let moved = self.alloc(wanted);
                if !moved.is_null() {
                    moved.copy_from_nonoverlapping(block, layout.size().min(size));
                    self.dealloc(block, layout);
                }
                moved
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_has_the_smallest_class_that_holds_it() {
        for size in (SMALLEST..SMALLEST * 9).step_by(1237).chain([SMALLEST, LARGEST - 1, LARGEST]) {
            let (class, rounded) = class_of(&Layout::from_size_align(size, 4).unwrap()).unwrap();
            assert_eq!(size_of_class(class), rounded, "{size}");
            assert!(class < CLASSES && rounded >= size, "{size}");
            assert!(class == 0 || size_of_class(class - 1) < size, "{size} in {rounded}");
        }
        for (size, align) in [(SMALLEST - 1, 4), (LARGEST + 1, 4), (SMALLEST, 128)] {
            assert!(class_of(&Layout::from_size_align(size, align).unwrap()).is_none());
        }
    }

    #[test]
    fn a_block_goes_round_grows_and_is_zero_where_asked() {
        let layout = Layout::from_size_align(SMALLEST * 3, 4).unwrap();
        // SAFETY: layouts are those the blocks were asked for with; what is read was written.
        unsafe {
            let first = Pool.alloc(layout);
            first.write_bytes(7, layout.size());
            let grown = Pool.realloc(first, layout, layout.size() * 2);
            assert_eq!(*grown.add(layout.size() - 1), 7);
            Pool.dealloc(grown, Layout::from_size_align(layout.size() * 2, 4).unwrap());
            let again = Pool.alloc(layout);
            assert_eq!(again, first, "the block that was given back last");
            again.write_bytes(7, layout.size());
            Pool.dealloc(again, layout);
            let zeroed = Pool.alloc_zeroed(layout);
            assert_eq!(zeroed, first);
            assert!((0..layout.size()).all(|byte| *zeroed.add(byte) == 0));
            Pool.dealloc(zeroed, layout);
            release();
            assert_eq!(KEPT.idle.load(Relaxed), 0);
        }
    }
}
