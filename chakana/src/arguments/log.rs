//! What can be said about the message log.

use super::Server;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Log {
    #[command(subcommand)]
    pub(crate) what: LogCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LogCommand {
    /// Find records, newest first.
    Find(LogFind),
    /// Show one record, decrypted.
    Show {
        /// The record's number.
        index: u64,
        #[command(flatten)]
        server: Server,
    },
    /// Write the evidence container of one record.
    Export {
        /// The record's number.
        index: u64,
        /// Where to.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[command(flatten)]
        server: Server,
    },
    /// Verify the whole log, whether the server runs or not.
    Verify {
        /// File with the token's PIN: compares the contents too, when the server does not run.
        #[arg(long, value_name = "FILE")]
        pin_file: Option<PathBuf>,
        #[command(flatten)]
        server: Server,
    },
    /// Erase an exchange; what stays is that it took place, and why it was erased.
    Erase {
        /// The request id of the exchange.
        request_id: String,
        /// Which law or request demands it.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        server: Server,
    },
    /// Show the conflicts with peers' logs that are open.
    #[command(after_help = "EXAMPLE:\n    chakana log conflicts --data /var/lib/chakana")]
    Conflicts(Server),
    /// Say that a conflict was looked into and is over; its record stays, and what still contradicts is found anew.
    #[command(
        after_help = "EXAMPLE:\n    chakana log settle 4711 --reason 'BO/GOV/1001 restored an old copy, ticket 88' --data /var/lib/chakana"
    )]
    Settle {
        /// The number of its record, as `chakana log conflicts` shows it.
        index: u64,
        /// What was found out.
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        server: Server,
    },
    /// Show the newest checkpoint, after making one.
    Checkpoint(Server),
    /// Show the inclusion proof of one record, or the consistency proof between two sizes of the log.
    Proof {
        /// The record's number.
        #[arg(required_unless_present = "from", conflicts_with = "from")]
        index: Option<u64>,
        /// The smaller size, as an earlier checkpoint has it.
        #[arg(long, value_name = "SIZE", requires = "to")]
        from: Option<u64>,
        /// The larger size.
        #[arg(long, value_name = "SIZE", requires = "from")]
        to: Option<u64>,
        #[command(flatten)]
        server: Server,
    },
    /// Write the configuration snapshot that evidence is verified with: the newest, or that of a record's time.
    Trust {
        /// The record whose snapshot is meant.
        #[arg(long, value_name = "INDEX", conflicts_with = "snapshot")]
        record: Option<u64>,
        /// The hash of the snapshot, as a leaf names it.
        #[arg(long, value_name = "HASH")]
        snapshot: Option<String>,
        /// Where to.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[command(flatten)]
        server: Server,
    },
}

#[derive(Debug, Args)]
pub(crate) struct LogFind {
    /// The message id.
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// The request id.
    #[arg(long)]
    pub(crate) request_id: Option<String>,
    /// Who called.
    #[arg(long)]
    pub(crate) client: Option<String>,
    /// What was called.
    #[arg(long)]
    pub(crate) service: Option<String>,
    /// `request` or `response`.
    #[arg(long)]
    pub(crate) kind: Option<String>,
    /// Not before this time, for example 2026-11-21T00:00:00Z.
    #[arg(long)]
    pub(crate) from: Option<String>,
    /// Not after this time.
    #[arg(long)]
    pub(crate) to: Option<String>,
    /// At most so many.
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) server: Server,
}
