//! The threads that compute: one pool for all kernels, at a lower priority than the interface.

use std::sync::OnceLock;

use rayon::{ThreadPool, ThreadPoolBuilder};
use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};

/// Of 0 to 99; on Linux about nice 10.
const PRIORITY: u8 = 25;

/// The pool that training runs in, loop and kernels alike; as many threads as there are cores.
///
/// # Panics
/// Where the system gives no thread at all; a worker turns that into a failed run.
pub fn pool() -> &'static ThreadPool {
    static POOL: OnceLock<ThreadPool> = OnceLock::new();
    POOL.get_or_init(|| {
        let pool = ThreadPoolBuilder::new()
            .thread_name(|index| format!("train-{index}"))
            .start_handler(|_| lower_priority())
            .build();
        match pool {
            Ok(pool) => pool,
            Err(error) => panic!("no threads to train on: {error}"),
        }
    })
}

/// A courtesy: where the system refuses, training merely competes with the interface.
fn lower_priority() {
    if let Ok(priority) = ThreadPriorityValue::try_from(PRIORITY) {
        let _ = set_current_thread_priority(ThreadPriority::Crossplatform(priority));
    }
}
