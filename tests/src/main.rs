//! `trainyard`, as the tests of its command line run it.

fn main() -> std::process::ExitCode {
    trainyard::cli::main()
}
