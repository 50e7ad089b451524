//! What can be said about a server's configuration document.

use super::Server;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Document {
    /// The document.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Args)]
pub(crate) struct Configuration {
    /// Which version; the one in force where it is not said.
    #[arg(long)]
    pub(crate) version: Option<u64>,
    /// Where to; standard output where it is not said.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The earlier version.
    pub(crate) from: u64,
    /// The later version.
    pub(crate) to: u64,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// Who calls.
    #[arg(long)]
    pub(crate) client: String,
    /// What is called.
    #[arg(long)]
    pub(crate) service: String,
    /// With which method.
    #[arg(long, default_value = "GET")]
    pub(crate) method: String,
    /// On which path below the service.
    #[arg(long, default_value = "/")]
    pub(crate) path: String,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Args)]
pub(crate) struct OpenApi {
    /// The service.
    pub(crate) service: String,
    /// Import the document as it is now.
    #[arg(long)]
    pub(crate) confirm: bool,
    #[command(flatten)]
    pub(crate) server: Server,
}
