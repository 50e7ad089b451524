//! What can be asked before a server's program is replaced by a newer one.

use super::Server;
use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct Upgrade {
    /// Say what would happen to the data, and change nothing.
    #[arg(long, required = true)]
    pub(crate) check: bool,
    #[command(flatten)]
    pub(crate) server: Server,
}
