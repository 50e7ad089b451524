//! Shell completions.

use crate::Exit;
use crate::arguments::Arguments;
use clap::CommandFactory as _;
use clap_complete::{Shell, generate};

pub(super) fn write(shell: Shell) -> Exit {
    generate(shell, &mut Arguments::command(), "chakana", &mut std::io::stdout());
    Exit::Success
}
