//! What can be said on the command line.

mod administrators;
mod citizens;
mod documents;
mod keys;
mod log;
mod plugins;
mod plugins_of_server;
mod plugins_tried;
mod registry;
mod storage;
#[cfg(test)]
mod tests;
mod upgrade;

pub(crate) use administrators::{
    Administrator, AdministratorCommand, AdministratorOne, AdministratorRoles, ApiKey, ApiKeyCommand, ApiKeyCreate,
    Audit,
};
pub(crate) use citizens::{Citizen, CitizenAdd, CitizenCommand, CitizenOne};
pub(crate) use documents::{Configuration, Diff, Document, Explain, OpenApi};
pub(crate) use keys::{AnyToken, Keys, KeysCommand, Request, Token};
pub(crate) use log::{Log, LogCommand, LogFind};
pub(crate) use plugins::{Plugin, PluginBuild, PluginCommand, PluginSign, SignAs};
pub(crate) use plugins_of_server::{
    Applying, PluginAgenda, PluginGrant, PluginInstall, PluginReload, PluginRemove, PluginReplay, PluginRollback,
};
pub(crate) use plugins_tried::{NewLanguage, PluginCheckContract, PluginDev, PluginNew, PluginRun, PluginTest};
pub(crate) use registry::{
    Maintenance, Register, Registry, RegistryCommand, Requests, RequestsCommand, RootPrepare, RootStep,
};
pub(crate) use storage::{Storage, StorageCommand, StorageEngine, StorageMigrate};
pub(crate) use upgrade::Upgrade;

use crate::telemetry::LogFormat;
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use std::net::SocketAddr;
use std::path::PathBuf;

/// An interoperability platform for a whole state, in one binary.
#[derive(Debug, Parser)]
#[command(
    name = "chakana",
    version,
    about,
    max_term_width = 100,
    after_help = "EXAMPLE:\n    chakana demo\n\nExit codes: 0 done or valid, 1 not, 2 wrong arguments or (verify) integrity only."
)]
pub(crate) struct Arguments {
    /// Which log lines are written: a level, or a filter such as `info,message_log=debug`.
    #[arg(long, global = true, default_value = "warn", value_name = "FILTER")]
    pub(crate) log: String,
    /// The form of log lines.
    #[arg(long, global = true, value_enum, default_value = "text")]
    pub(crate) log_format: LogFormat,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a small Bolivian state on this machine, to look at.
    #[command(
        after_help = "EXAMPLES:\n    chakana demo\n    chakana demo --check\n    chakana demo --print-config ./configuration"
    )]
    Demo(Demo),
    /// Run a security server.
    #[command(
        after_help = "EXAMPLE:\n    chakana security-server --data /var/lib/chakana --pin-file /run/credentials/pin"
    )]
    SecurityServer(SecurityServer),
    /// Run a central registry, or make one.
    #[command(
        after_help = "EXAMPLES:\n    chakana central-registry --data /var/lib/registry --pin-file pin --create registry.toml\n    chakana central-registry --data /var/lib/registry --pin-file pin"
    )]
    CentralRegistry(CentralRegistry),
    /// Run certification, OCSP and time-stamping services for development and small installations.
    #[command(after_help = "EXAMPLE:\n    chakana trust-services --data ./trust --pin-file pin --create")]
    TrustServices(TrustServices),
    /// Verify an evidence container, offline, and explain every step.
    #[command(
        after_help = "EXAMPLE:\n    chakana verify response.asice --trust verificationconf.zip --anchor root.json\n\nExit codes: 0 valid, 1 invalid, 2 integrity only (no snapshot, or no trust anchor for it)."
    )]
    Verify(Verify),
    /// Show what a configuration document would change.
    #[command(after_help = "EXAMPLE:\n    chakana plan configuration.toml --data /var/lib/chakana")]
    Plan(Document),
    /// Apply a configuration document.
    #[command(after_help = "EXAMPLE:\n    chakana apply configuration.toml --data /var/lib/chakana")]
    Apply(Document),
    /// Write the configuration document of a server, as it is in force or was.
    #[command(
        after_help = "EXAMPLES:\n    chakana configuration --out registry.toml --data /var/lib/registry\n    chakana configuration --version 3 --data /var/lib/chakana"
    )]
    Configuration(Configuration),
    /// Show the versions of a server's configuration.
    #[command(after_help = "EXAMPLE:\n    chakana history --data /var/lib/chakana")]
    History(Server),
    /// Show what changed between two versions of a server's configuration.
    #[command(after_help = "EXAMPLE:\n    chakana diff 3 4 --data /var/lib/chakana")]
    Diff(Diff),
    /// Ask the registry for whatever of this server is not registered yet, and take back what is no longer here.
    #[command(
        after_help = "EXAMPLES:\n    chakana register --show --data /var/lib/chakana\n    chakana register --data /var/lib/chakana\n    chakana register --remove --data /var/lib/chakana"
    )]
    Register(Register),
    /// Say that this server is in maintenance, or no longer is.
    #[command(
        after_help = "EXAMPLES:\n    chakana maintenance --data /var/lib/chakana --notice 'back at 18:00'\n    chakana maintenance --data /var/lib/chakana --end"
    )]
    Maintenance(Maintenance),
    /// Decide about management requests, as the registry's operator.
    #[command(
        after_help = "EXAMPLES:\n    chakana requests list --data /var/lib/registry\n    chakana requests approve 3f2a… --data /var/lib/registry"
    )]
    Requests(Requests),
    /// Look back on what happened at the registry, and care for the keys of its publication.
    #[command(
        after_help = "EXAMPLES:\n    chakana registry events --data /var/lib/registry\n    chakana registry rotate timestamp --data /var/lib/registry\n    chakana registry anchor --out root.json --data /var/lib/registry"
    )]
    Registry(Registry),
    /// Make keys, certificate requests and tokens, for servers and for holders of root keys.
    #[command(
        after_help = "EXAMPLES:\n    chakana keys init --token /var/lib/chakana/token\n    chakana keys request signing --common-name 'Ministerio de Salud' --out signing.csr --token /var/lib/chakana/token"
    )]
    Keys(Keys),
    /// Say which access right decides about a call, and why.
    #[command(
        after_help = "EXAMPLE:\n    chakana explain --data /var/lib/chakana --client BO/MUN/2001/tramites --service BO/GOV/1001/identidad/personas --method GET --path /personas/7"
    )]
    Explain(Explain),
    /// Show what changes in a service's OpenAPI document, and import it.
    #[command(
        after_help = "EXAMPLE:\n    chakana open-api BO/GOV/1001/identidad/personas --data /var/lib/chakana --confirm"
    )]
    OpenApi(OpenApi),
    /// Find, show, export, verify and erase what the message log holds.
    #[command(
        after_help = "EXAMPLES:\n    chakana log find --data /var/lib/chakana --id my-message\n    chakana log export 17 --data /var/lib/chakana --out evidence.asice"
    )]
    Log(Log),
    /// Say who administers a server, at its administrators' port.
    #[command(
        after_help = "EXAMPLE:\n    chakana administrator add ana --role services --role registration --data /var/lib/chakana"
    )]
    Administrator(Administrator),
    /// Make and revoke keys for programs that administer a server.
    #[command(
        after_help = "EXAMPLE:\n    chakana api-key create 'inventory of the ministry' --role observer --data /var/lib/chakana"
    )]
    ApiKey(ApiKey),
    /// Show what administrators did.
    #[command(after_help = "EXAMPLE:\n    chakana audit --data /var/lib/chakana")]
    Audit(Audit),
    /// Make, show and renew accounts of people, at a server that is their issuer.
    #[command(
        after_help = "EXAMPLE:\n    chakana citizen add 'CI 1234567' --given 'Ana María' --first-surname Mamani --assurance high --data /var/lib/chakana"
    )]
    Citizen(Citizen),
    /// Build, sign and look at packages of plugins; install and change the plugins of a security server.
    #[command(
        after_help = "EXAMPLES:\n    chakana plugin build ./my-plugin\n    chakana plugin sign my-plugin-1.0.0.chakana --key signing --token ./token --certificate signing.pem\n    chakana plugin inspect my-plugin-1.0.0.chakana"
    )]
    Plugin(Plugin),
    /// Compile a component from standard input to standard output: what a server does in a process of its own.
    #[command(hide = true)]
    PluginCompile,
    /// Load a PKCS#11 module for the server at the other end of standard input: what a server has a process of its own for.
    #[command(hide = true)]
    SignerProcess,
    /// Migrate the stores of a server that does not run.
    #[command(after_help = "EXAMPLE:\n    chakana storage migrate --from state.redb --to state.sled --engine sled")]
    Storage(Storage),
    /// Say whether this version can open the data that another one wrote, before it takes its place; the server may run.
    #[command(
        after_help = "EXAMPLE:\n    chakana upgrade --check --data /var/lib/chakana\n\nExit codes: 0 it can, 1 it cannot, or it is not known."
    )]
    Upgrade(Upgrade),
    /// Say how a server is.
    #[command(
        after_help = "EXAMPLES:\n    chakana status --data /var/lib/chakana\n    chakana status --wait 30 --data /var/lib/chakana    (after a start)"
    )]
    Status(Status),
    /// Say in words what is wrong with a server, and what to do.
    #[command(after_help = "EXAMPLE:\n    chakana doctor --data /var/lib/chakana")]
    Doctor(Server),
    /// Measure real servers beside the limits of this machine.
    #[command(after_help = "EXAMPLES:\n    chakana bench\n    chakana bench all --json")]
    Bench(Bench),
    /// One of the two proxies that the benchmark compares with.
    #[command(hide = true)]
    BenchProxy(BenchProxy),
    /// Write shell completions.
    #[command(after_help = "EXAMPLE:\n    chakana completions bash > /etc/bash_completion.d/chakana")]
    Completions {
        /// For which shell.
        shell: Shell,
    },
    /// Write the manual pages.
    #[command(after_help = "EXAMPLE:\n    chakana manual /usr/local/share/man/man1")]
    Manual {
        /// The folder that they are written to; it is made where it is not there.
        folder: PathBuf,
    },
}

/// For a machine to read.
#[derive(Debug, Args)]
pub(crate) struct Json {
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// A running server, by its data folder.
#[derive(Debug, Args)]
pub(crate) struct Server {
    /// The server's data folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Wait until the server answers, so many seconds at most; then success is that it does, ready or not.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) wait: Option<u64>,
    #[command(flatten)]
    pub(crate) server: Server,
}

/// How a server is run.
#[derive(Debug, Args)]
pub(crate) struct Running {
    /// The server's data folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// File with the token's PIN; else CHAKANA_PIN, else it is asked for.
    #[arg(long, value_name = "FILE")]
    pub(crate) pin_file: Option<PathBuf>,
    /// Stop when standard input closes.
    #[arg(long, hide = true)]
    pub(crate) stop_with_parent: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Where the small state lives.
    #[arg(long, value_name = "DIR", default_value = "demo-state")]
    pub(crate) folder: PathBuf,
    /// The first of its ports.
    #[arg(long, value_name = "PORT", default_value_t = 18_000)]
    pub(crate) first_port: u16,
    /// The plugins' components, as `scripts/plugins` builds them; absent: beside the folder of this program.
    #[arg(long, value_name = "DIR")]
    pub(crate) plugins: Option<PathBuf>,
    /// Go through the walk-through, print each step with its result, and stop.
    #[arg(long, conflicts_with = "print_config")]
    pub(crate) check: bool,
    /// Write the configuration of every server to this folder, and start nothing.
    #[arg(long, value_name = "DIR")]
    pub(crate) print_config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SecurityServer {
    #[command(flatten)]
    pub(crate) running: Running,
    /// Begin a new epoch of a message log that was restored from a copy, after asking its peers what they remember.
    ///
    /// Until the epoch has begun, the server does not start without this: no number may be used twice. What plugins have
    /// ordered waits from then on until `chakana plugin resume`.
    #[arg(long, conflicts_with = "cut_damage")]
    pub(crate) restored: bool,
    /// Set aside what does not verify of the message log, and begin a new epoch in front of it, after asking its peers what
    /// they remember.
    ///
    /// Once something was cut, the server does not start without this until the epoch has begun. Done again, it goes on.
    #[arg(long)]
    pub(crate) cut_damage: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CentralRegistry {
    #[command(flatten)]
    pub(crate) running: Running,
    /// Make a new registry with this operator's document first.
    #[arg(long, value_name = "FILE")]
    pub(crate) create: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct TrustServices {
    #[command(flatten)]
    pub(crate) running: Running,
    /// Make new services by the settings in the data folder first.
    #[arg(long)]
    pub(crate) create: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The evidence container.
    pub(crate) file: PathBuf,
    /// The configuration snapshot to judge by (`/verificationconf`).
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
    /// The trust anchor (`root.json`) that the snapshot must lead to.
    #[arg(long, value_name = "FILE", requires = "trust")]
    pub(crate) anchor: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// `all` adds larger bodies, other numbers of callers and one body of 1 GiB; `plugins` measures plugins instead, `hostile`
    /// one plugin beside three hundred that mean harm, `gateway` the pages that people come to, `siege` the same beside attackers,
    /// `portal` the portal of procedures.
    #[arg(value_parser = ["all", "plugins", "hostile", "gateway", "siege", "portal"])]
    pub(crate) what: Option<String>,
    /// For all of these but `all`: the component of bench/guest, which `scripts/bench-guest` builds; for `portal` that of the portal, in
    /// the folder that `scripts/plugins portal` fills.
    #[arg(long, value_name = "FILE")]
    pub(crate) component: Option<PathBuf>,
    /// For `siege`: beside idle connections one kind of attack only, by the name that the report gives it.
    #[arg(long, value_name = "KIND")]
    pub(crate) attack: Option<String>,
    /// Where the servers keep their data; must be a real disk.
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct BenchProxy {
    /// Which of the two hops.
    #[arg(value_parser = ["consumer", "provider"])]
    pub(crate) side: String,
    /// Where it listens.
    #[arg(long)]
    pub(crate) listen: SocketAddr,
    /// Where it passes on to.
    #[arg(long)]
    pub(crate) next: SocketAddr,
    /// The data folder whose authentication key it shows.
    #[arg(long)]
    pub(crate) data: PathBuf,
}
