//! The threads that compute: a pool a run for loop and kernels alike, at a lower priority than the interface.

use rayon::{ThreadPool, ThreadPoolBuilder};
use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};

/// Of 0 to 99; on Linux about nice 10, and nice 5.
const OF_TRAINING: u8 = 25;
const OF_ANSWERS: u8 = 37;

/// A pool of so many threads to train on; of as many as there are cores where none is given.
///
/// # Panics
/// Where the system gives no thread at all; a worker turns that into a failed run.
pub fn pool(threads: Option<usize>) -> ThreadPool {
    with_priority(threads, OF_TRAINING)
}

/// A pool for what a person waits for: it goes before what trains, and behind the interface.
///
/// # Panics
/// As [`pool`]; the errand fails.
pub fn prompt(threads: Option<usize>) -> ThreadPool {
    with_priority(threads, OF_ANSWERS)
}

fn with_priority(threads: Option<usize>, priority: u8) -> ThreadPool {
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .thread_name(|index| format!("train-{index}"))
        .start_handler(move |_| {
            lower_priority(priority);
            kernels::flush_denormals();
        })
        .build();
    match pool {
        Ok(pool) => pool,
        Err(error) => panic!("no threads to train on: {error}"),
    }
}

/// A courtesy: where the system refuses, training merely competes with the interface.
fn lower_priority(priority: u8) {
    if let Ok(priority) = ThreadPriorityValue::try_from(priority) {
        let _ = set_current_thread_priority(ThreadPriority::Crossplatform(priority));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_has_the_threads_it_was_asked_for_and_all_of_them_flush_denormals() {
        let pool = pool(Some(3));
        assert_eq!(pool.current_num_threads(), 3);
        let products = pool.broadcast(|_| std::hint::black_box(1e-30f32) * std::hint::black_box(1e-10f32));
        assert_eq!(products, [0.0; 3]);
    }
}
