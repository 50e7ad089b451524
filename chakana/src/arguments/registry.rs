//! What can be said to the central registry, and by a server about itself to it.

use super::{Json, Server, Token};
use clap::{Args, Subcommand};
use std::num::NonZeroU8;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Register {
    /// Also take back what is registered and no longer here.
    #[arg(long, conflicts_with = "show")]
    pub(crate) remove: bool,
    /// Also take back a signing certificate that no server of the member uses any more, by its hash.
    #[arg(long, value_name = "HASH", conflicts_with = "show")]
    pub(crate) remove_signing_certificate: Option<String>,
    /// Only show what would be asked for, and what is registered and no longer here.
    #[arg(long)]
    pub(crate) show: bool,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Args)]
pub(crate) struct Maintenance {
    /// What callers are told.
    #[arg(long, required_unless_present = "end", conflicts_with = "end")]
    pub(crate) notice: Option<String>,
    /// The maintenance is over.
    #[arg(long)]
    pub(crate) end: bool,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Args)]
pub(crate) struct Requests {
    #[command(subcommand)]
    pub(crate) what: RequestsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RequestsCommand {
    /// Those that wait for a decision.
    #[command(after_help = "EXAMPLE:\n    chakana requests list --data /var/lib/registry")]
    List(Server),
    /// What became of one.
    #[command(after_help = "EXAMPLE:\n    chakana requests show 3f2a… --data /var/lib/registry")]
    Show {
        /// The request, by its hash.
        request: String,
        #[command(flatten)]
        server: Server,
    },
    /// Let one be done.
    #[command(after_help = "EXAMPLE:\n    chakana requests approve 3f2a… --data /var/lib/registry")]
    Approve {
        /// The request, by its hash.
        request: String,
        #[command(flatten)]
        server: Server,
    },
    /// Do not let one be done.
    #[command(
        after_help = "EXAMPLE:\n    chakana requests decline 3f2a… --reason 'the entity was dissolved' --data /var/lib/registry"
    )]
    Decline {
        /// The request, by its hash.
        request: String,
        /// Why, in words.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        server: Server,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Registry {
    #[command(subcommand)]
    pub(crate) what: RegistryCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RegistryCommand {
    /// Show what happened, by whom and when.
    #[command(
        after_help = "EXAMPLES:\n    chakana registry events --data /var/lib/registry\n    chakana registry events --after 120 --data /var/lib/registry"
    )]
    Events {
        /// Only those after this number.
        #[arg(long, default_value_t = 0)]
        after: u64,
        #[command(flatten)]
        server: Server,
    },
    /// Show what the events after one number, up to another, changed in all that is registered.
    #[command(after_help = "EXAMPLE:\n    chakana registry diff 120 134 --data /var/lib/registry")]
    Diff {
        /// After this event; 0 is before the first.
        from: u64,
        /// Up to this event.
        to: u64,
        #[command(flatten)]
        server: Server,
    },
    /// Write the trust anchor (`root.json`) that administrators of security servers load.
    #[command(after_help = "EXAMPLE:\n    chakana registry anchor --out root.json --data /var/lib/registry")]
    Anchor {
        /// Where to; standard output where it is not said.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// The registry's data folder.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
    /// Show the keys of the publication: whose, how many must sign, and which lie in the registry's token.
    #[command(after_help = "EXAMPLE:\n    chakana registry keys --data /var/lib/registry")]
    Keys(Server),
    /// Give a role of the publication new keys, made in the registry's token.
    #[command(
        after_help = "EXAMPLES:\n    chakana registry rotate timestamp --data /var/lib/registry\n    chakana registry rotate root --keys 5 --threshold 3 --data /var/lib/registry\n\nWhere root keys lie elsewhere: chakana registry root prepare."
    )]
    Rotate {
        /// The role.
        #[arg(value_parser = ["root", "targets", "snapshot", "timestamp"])]
        role: String,
        /// How many root keys; as many as before where it is not said.
        #[arg(long)]
        keys: Option<NonZeroU8>,
        /// How many of the root keys must sign; as many as before where it is not said.
        #[arg(long)]
        threshold: Option<NonZeroU8>,
        #[command(flatten)]
        server: Server,
    },
    /// Change the root in steps, with root keys that lie in other tokens, offline.
    #[command(
        after_help = "EXAMPLES:\n    chakana registry root prepare --add-key ana.pem --add-key beto.pem --threshold 2 --out root.draft --data /var/lib/registry\n    chakana registry root sign root.draft --token /media/ana/token\n    chakana registry root publish root.draft --data /var/lib/registry"
    )]
    Root {
        #[command(subcommand)]
        step: RootStep,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum RootStep {
    /// Write the next root, unsigned.
    #[command(
        after_help = "EXAMPLES:\n    chakana registry root prepare --out root.draft --data /var/lib/registry    (the same for longer)\n    chakana registry root prepare --rotate targets --out root.draft --data /var/lib/registry\n    chakana registry root prepare --add-key ana.pem --remove-key 3f2a --threshold 2 --out root.draft --data /var/lib/registry"
    )]
    Prepare(RootPrepare),
    /// Show what a draft says, and who has signed it.
    #[command(after_help = "EXAMPLE:\n    chakana registry root show root.draft")]
    Show {
        /// The draft.
        file: PathBuf,
        #[command(flatten)]
        json: Json,
    },
    /// Add the signatures of the root keys in a token; needs no registry.
    #[command(
        after_help = "EXAMPLE:\n    chakana registry root sign root.draft --token /media/ana/token --pin-file pin"
    )]
    Sign {
        /// The draft, to which the signatures are added.
        file: PathBuf,
        #[command(flatten)]
        token: Token,
    },
    /// Publish a draft that enough holders have signed.
    #[command(after_help = "EXAMPLE:\n    chakana registry root publish root.draft --data /var/lib/registry")]
    Publish {
        /// The draft.
        file: PathBuf,
        #[command(flatten)]
        server: Server,
    },
}

#[derive(Debug, Args)]
pub(crate) struct RootPrepare {
    /// A root key that comes: its public key, as `chakana keys show` writes it.
    #[arg(long, value_name = "FILE")]
    pub(crate) add_key: Vec<PathBuf>,
    /// A root key that goes, by the beginning of its id.
    #[arg(long, value_name = "ID")]
    pub(crate) remove_key: Vec<String>,
    /// How many root keys must sign from then on.
    #[arg(long)]
    pub(crate) threshold: Option<NonZeroU8>,
    /// Another role that gets a new key, made in the registry's token.
    #[arg(long, value_name = "ROLE", value_parser = ["targets", "snapshot", "timestamp"])]
    pub(crate) rotate: Vec<String>,
    /// Where the draft is written.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) server: Server,
}
