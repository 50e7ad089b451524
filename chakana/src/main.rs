//! The one binary: parses arguments, starts a subcommand, nothing else.

mod arguments;
mod commands;
mod files;
mod output;
mod pin;
mod remedy;
mod service_manager;
mod telemetry;

use arguments::{Arguments, Command};
use clap::Parser as _;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// What the process says when it ends; documented in every help text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or valid.
    Success,
    /// Not done, or not valid.
    Failure,
    /// Valid as far as it could be checked.
    Partly,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // The two commands whose processes have limits: nothing is started that they do not need.
    match arguments.command {
        Command::PluginCompile => return commands::compile_plugin(),
        Command::SignerProcess => return commands::serve_signer(),
        _ => {}
    }
    telemetry::start(&arguments.log, arguments.log_format);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("chakana: the runtime cannot be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(commands::run(arguments.command)) {
        Ok(Exit::Success) => ExitCode::SUCCESS,
        Ok(Exit::Failure) => ExitCode::FAILURE,
        Ok(Exit::Partly) => ExitCode::from(2),
        Err(error) => {
            eprintln!("chakana: {error:#}");
            if let Some(next) = remedy::of(&error) {
                eprintln!("next: {next}");
            }
            ExitCode::FAILURE
        }
    }
}
