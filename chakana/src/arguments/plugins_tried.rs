//! Plugins that their authors make and try.

use super::Json;
use clap::{Args, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// The language of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NewLanguage {
    /// Built by cargo: the smallest and quickest.
    Rust,
    /// Built by npm, with QuickJS in it.
    Javascript,
    /// Built by pip's componentize-py, with CPython in it.
    Python,
}

#[derive(Debug, Args)]
pub(crate) struct PluginNew {
    /// Its name: in file names, in the log, and in the host name of its pages.
    pub(crate) name: String,
    /// The language that it is written in.
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    pub(crate) language: NewLanguage,
    /// The folder that it is made in; else one with its name.
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// For Rust, a checkout of the project, whose SDK is used; else the one that the current folder is in.
    #[arg(long, value_name = "DIR")]
    pub(crate) sdk: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct PluginTest {
    /// The plugin's folder, with `plugin.toml` in it.
    #[arg(default_value = ".")]
    pub(crate) folder: PathBuf,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct PluginRun {
    /// The plugin's folder, with `plugin.toml` in it.
    pub(crate) folder: PathBuf,
    /// The method: GET, POST, …
    #[arg(required_unless_present = "event", requires = "path")]
    pub(crate) method: Option<String>,
    /// The path of a page, or below a service, with its query.
    pub(crate) path: Option<String>,
    /// A field of a form; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", conflicts_with = "body")]
    pub(crate) form: Vec<String>,
    /// A JSON body.
    #[arg(long, value_name = "JSON")]
    pub(crate) body: Option<String>,
    /// Call a service, and no page: this one, or the first of the manifest.
    #[arg(long, value_name = "CODE", num_args = 0..=1, require_equals = true, conflicts_with = "form")]
    pub(crate) service: Option<Option<String>>,
    /// Who comes: anonymous, citizen:ID, citizen:ID:high, staff:ID:ROLE, or a subsystem.
    #[arg(long = "as", value_name = "WHO")]
    pub(crate) caller: Option<String>,
    /// The language that whoever comes reads.
    #[arg(long, value_name = "TAG", default_value = "es")]
    pub(crate) locale: String,
    /// Have a schedule of the manifest or a timer go off, by its name.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["method", "form", "body", "service", "caller"])]
    pub(crate) event: Option<String>,
    /// Keep the plugin's data in this folder; else they are gone after the call.
    #[arg(long, value_name = "DIR")]
    pub(crate) state: Option<PathBuf>,
    /// The component, if it is not to be built now.
    #[arg(long, value_name = "FILE")]
    pub(crate) component: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct PluginDev {
    /// The plugin's folder, with `plugin.toml` in it.
    #[arg(default_value = ".")]
    pub(crate) folder: PathBuf,
    /// Where its pages are served, on this machine alone.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8443")]
    pub(crate) listen: SocketAddr,
    /// Where its services are served over plain HTTP, on this machine alone.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub(crate) listen_services: SocketAddr,
    /// Where its data are kept; else in `build/dev` of the plugin's folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) state: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct PluginCheckContract {
    /// The folder with the WIT of the published contract.
    pub(crate) old: PathBuf,
    /// The folder with the WIT of the new one.
    pub(crate) new: PathBuf,
    #[command(flatten)]
    pub(crate) json: Json,
}
