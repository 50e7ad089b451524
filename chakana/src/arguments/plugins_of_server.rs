//! Plugins of a security server.

use super::Server;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct PluginInstall {
    /// The package.
    pub(crate) package: PathBuf,
    /// In whose name it acts: a subsystem of the server configuration. Not needed where the plugin runs already.
    #[arg(long, value_name = "ID")]
    pub(crate) subsystem: Option<String>,
    /// What it is granted: `all` that it asks for, or the capabilities by their keys.
    #[arg(long, value_name = "KEYS", value_delimiter = ',')]
    pub(crate) grant: Vec<String>,
    /// A value that it asks for; may be said several times.
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) config: Vec<(String, String)>,
    /// Give it this share of the calls, from 1 to 99 percent, beside the version that runs; what is granted and
    /// configured stays as it is. Installed again without this option, it gets all calls; `plugin rollback` ends the trial.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(1..=99),
          conflicts_with_all = ["subsystem", "grant", "config"])]
    pub(crate) trial: Option<u8>,
    #[command(flatten)]
    pub(crate) apply: Applying,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Args)]
pub(crate) struct PluginGrant {
    /// The plugin.
    pub(crate) name: String,
    /// The capabilities that it has from now on, by their keys; all others are taken from it.
    #[arg(value_delimiter = ',', required = true)]
    pub(crate) grants: Vec<String>,
    #[command(flatten)]
    pub(crate) apply: Applying,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Args)]
pub(crate) struct PluginAgenda {
    /// The plugin.
    pub(crate) name: String,
    /// Put what was given up on the agenda again: the plugin's own events, not messages, which it was told were not
    /// delivered.
    #[arg(long)]
    pub(crate) retry: bool,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Args)]
pub(crate) struct PluginReplay {
    /// The plugin.
    pub(crate) name: String,
    /// The id of the request that failed; without it, the failed calls that are kept are listed.
    pub(crate) id: Option<String>,
    /// Replay it by the version on trial.
    #[arg(long, requires = "id", conflicts_with = "forget")]
    pub(crate) trial: bool,
    /// Forget it.
    #[arg(long, requires = "id")]
    pub(crate) forget: bool,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Args)]
pub(crate) struct PluginReload {
    /// The plugin.
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Args)]
pub(crate) struct PluginRollback {
    /// The plugin.
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) apply: Applying,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Args)]
pub(crate) struct PluginRemove {
    /// The plugin.
    pub(crate) name: String,
    /// Erase what it kept, too.
    #[arg(long)]
    pub(crate) erase: bool,
    #[command(flatten)]
    pub(crate) apply: Applying,
    #[command(flatten)]
    pub(crate) server: Server,
}

/// How a change of the server configuration is taken.
#[derive(Debug, Args)]
pub(crate) struct Applying {
    /// Apply without asking.
    #[arg(long)]
    pub(crate) yes: bool,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}
