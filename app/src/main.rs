//! `trainyard`: the workbench, and the same without a window.

use engine::memory::Pool;

/// A training step asks for the same memory as the one before.
#[global_allocator]
static POOL: Pool = Pool;

fn main() -> std::process::ExitCode {
    trainyard::cli::main()
}
