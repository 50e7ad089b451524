//! Packages of plugins, for their authors and for who approves them.

use super::{
    Json, PluginAgenda, PluginCheckContract, PluginDev, PluginGrant, PluginInstall, PluginNew, PluginReload,
    PluginRemove, PluginReplay, PluginRollback, PluginRun, PluginTest, Server,
};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Plugin {
    #[command(subcommand)]
    pub(crate) what: PluginCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PluginCommand {
    /// Make a new plugin: a small one that is complete, with pages, a service and tests.
    #[command(
        after_help = "EXAMPLES:\n    chakana plugin new water-bills --language rust\n    chakana plugin new water-bills --language rust --folder ~/water-bills --sdk ~/chakana\n    chakana plugin new water-bills --language python"
    )]
    New(PluginNew),
    /// Run the author's tests, build the component, check it against manifest and contract, and load it once.
    #[command(after_help = "EXAMPLE:\n    chakana plugin test ./water-bills")]
    Test(PluginTest),
    /// Build a plugin, call it once in this process, and show its answer and all that came of it.
    #[command(
        after_help = "EXAMPLES:\n    chakana plugin run . GET /\n    chakana plugin run . POST /new --form text=hola --as citizen:ana --state build/state\n    chakana plugin run . --service GET /notes?limit=5 --as BO/GOB/1001/desk\n    chakana plugin run . --service=notes POST /notes --body '{\"text\": \"hola\"}'\n    chakana plugin run . --event nightly --state build/state"
    )]
    Run(PluginRun),
    /// Serve a plugin behind the citizens' gateway on this machine, and build it anew when a file changes.
    #[command(
        after_help = "EXAMPLES:\n    chakana plugin dev ./water-bills\n    chakana plugin dev . --listen 127.0.0.1:9443 --state ~/dev-data"
    )]
    Dev(PluginDev),
    /// Whether a contract may take the place of a published one: whatever was built for the old one works with the new one.
    ///
    /// Only the structure counts: the version of the package may be another, and changes nothing.
    #[command(after_help = "EXAMPLE:\n    chakana plugin check-contract sdk/wit/published/0.1.0 sdk/wit")]
    CheckContract(PluginCheckContract),
    /// Make a package of a plugin's folder, without a signature.
    #[command(
        after_help = "EXAMPLES:\n    chakana plugin build ./my-plugin\n    chakana plugin build ./my-plugin --component ./my-plugin/dist/plugin.wasm --out ./packages"
    )]
    Build(PluginBuild),
    /// Sign a package, as its author or as the authority that approves it.
    #[command(
        after_help = "EXAMPLES:\n    chakana plugin sign my-plugin-1.0.0.chakana --key signing --token /var/lib/chakana/token --certificate /var/lib/chakana/signing.pem\n    chakana plugin sign my-plugin-1.0.0.chakana --as authority --key-file key.pem --certificate chain.pem"
    )]
    Sign(PluginSign),
    /// Show what a package is, asks for and answers, and who signed it. Nobody's word is checked.
    #[command(after_help = "EXAMPLE:\n    chakana plugin inspect my-plugin-1.0.0.chakana")]
    Inspect {
        /// The package.
        package: PathBuf,
        #[command(flatten)]
        json: Json,
    },
    /// Hand a package to a server, show what it asks for, and have the server run it.
    #[command(
        after_help = "EXAMPLES:\n    chakana plugin install cases-1.0.0.chakana --data /var/lib/chakana\n    chakana plugin install cases-1.0.0.chakana --subsystem BO/GOV/1001/app --grant all --config register=BO/GOV/1002/register/people --data /var/lib/chakana\n    chakana plugin install cases-1.1.0.chakana --trial 5 --data /var/lib/chakana"
    )]
    Install(PluginInstall),
    /// Show the plugins of a server, and how each stands.
    #[command(after_help = "EXAMPLE:\n    chakana plugin list --data /var/lib/chakana")]
    List(Server),
    /// Show what a plugin is to do and when, and what was given up.
    #[command(
        after_help = "EXAMPLES:\n    chakana plugin agenda cases --data /var/lib/chakana\n    chakana plugin agenda cases --retry --data /var/lib/chakana"
    )]
    Agenda(PluginAgenda),
    /// Show the calls that failed and were kept, or run one once more, by the version that is there now; nothing of that is kept.
    #[command(
        after_help = "EXAMPLES:\n    chakana plugin replay cases --data /var/lib/chakana\n    chakana plugin replay cases 0198c9f0-5f6b-7c52-8f3e-1b2f6a9d1c11 --trial --data /var/lib/chakana"
    )]
    Replay(PluginReplay),
    /// Change what a plugin is granted.
    #[command(after_help = "EXAMPLE:\n    chakana plugin grant cases kv,log,outbox --data /var/lib/chakana")]
    Grant(PluginGrant),
    /// Load a plugin anew, with its secrets as they are now.
    #[command(after_help = "EXAMPLE:\n    chakana plugin reload cases --data /var/lib/chakana")]
    Reload(PluginReload),
    /// After a restore, have the plugins send, sign and be woken again: their data are reconciled with what others know.
    #[command(after_help = "EXAMPLE:\n    chakana plugin resume --data /var/lib/chakana")]
    Resume(Server),
    /// End a trial, or go back to the package before.
    #[command(after_help = "EXAMPLE:\n    chakana plugin rollback cases --data /var/lib/chakana")]
    Rollback(PluginRollback),
    /// Take a plugin out of a server, with the services that it answers.
    #[command(after_help = "EXAMPLE:\n    chakana plugin remove cases --data /var/lib/chakana")]
    Remove(PluginRemove),
}

#[derive(Debug, Args)]
pub(crate) struct PluginBuild {
    /// The plugin's folder, with `plugin.toml` in it.
    #[arg(default_value = ".")]
    pub(crate) folder: PathBuf,
    /// The component, where another tool made it; else it is built by cargo, npm or componentize-py, as the folder shows.
    #[arg(long, value_name = "FILE")]
    pub(crate) component: Option<PathBuf>,
    /// The folder that the package is written to; else the plugin's.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// In which part a package is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SignAs {
    /// Who made it: the first signature.
    Author,
    /// Who approves it: one of those after it.
    Authority,
}

#[derive(Debug, Args)]
pub(crate) struct PluginSign {
    /// The package; the signed one takes its place.
    pub(crate) package: PathBuf,
    /// In which part.
    #[arg(long = "as", value_enum, default_value = "author", value_name = "PART")]
    pub(crate) part: SignAs,
    /// The name of the signing key in a token.
    #[arg(long, value_name = "NAME", requires = "token", required_unless_present = "key_file")]
    pub(crate) key: Option<String>,
    /// The folder of the token: `token` in a server's data folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) token: Option<PathBuf>,
    /// File with the token's PIN; else CHAKANA_PIN, else it is asked for.
    #[arg(long, value_name = "FILE")]
    pub(crate) pin_file: Option<PathBuf>,
    /// The signing key in a file of its own (unencrypted PKCS#8, PEM), in place of a token.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["key", "token"])]
    pub(crate) key_file: Option<PathBuf>,
    /// The key's certificate and its issuers, PEM, the certificate first.
    #[arg(long, value_name = "FILE")]
    pub(crate) certificate: PathBuf,
    /// The OCSP responder to ask, where the certificate names none.
    #[arg(long, value_name = "URL")]
    pub(crate) ocsp_url: Option<String>,
    #[command(flatten)]
    pub(crate) json: Json,
}
