//! Compiles a component between standard input and output, for this crate's tests.

use std::io;
use std::process::ExitCode;

fn main() -> ExitCode {
    match plugin_host::compile::run_child(io::stdin().lock(), io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
