//! The command line, run as a person or a script would.

mod bars;
mod faults;
mod program;
