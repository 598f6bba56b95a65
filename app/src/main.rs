//! `trainyard`: the workbench, and the same without a window.

fn main() -> std::process::ExitCode {
    trainyard::cli::main()
}
