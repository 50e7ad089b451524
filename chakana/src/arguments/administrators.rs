//! Who administers a server, the keys of programs, and what was done.

use super::Server;
use admin::Role;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(crate) struct Administrator {
    #[command(subcommand)]
    pub(crate) what: AdministratorCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AdministratorCommand {
    /// List who administers a server.
    #[command(after_help = "EXAMPLE:\n    chakana administrator list --data /var/lib/chakana")]
    List(Server),
    /// Add somebody, and print the code by which she enrols at the administrators' port.
    #[command(
        after_help = "EXAMPLE:\n    chakana administrator add ana --role services --role registration --data /var/lib/chakana"
    )]
    Add(AdministratorRoles),
    /// Give somebody these roles and no others.
    #[command(after_help = "EXAMPLE:\n    chakana administrator roles ana --role observer --data /var/lib/chakana")]
    Roles(AdministratorRoles),
    /// Take away what somebody signs in with, and print a new code for her to enrol with.
    #[command(after_help = "EXAMPLE:\n    chakana administrator renew ana --data /var/lib/chakana")]
    Renew(AdministratorOne),
    /// Remove somebody; her sessions end.
    #[command(after_help = "EXAMPLE:\n    chakana administrator remove ana --data /var/lib/chakana")]
    Remove(AdministratorOne),
}

#[derive(Debug, Args)]
pub(crate) struct AdministratorRoles {
    /// Her name: small letters, digits, and . _ - @
    pub(crate) name: String,
    /// A role; may come several times: registration (clients and members), services (with access rights and groups), security (keys,
    /// evidence), system (plugins, administrators), observer (to look).
    #[arg(long = "role", value_parser = role(), required = true, value_name = "ROLE")]
    pub(crate) roles: Vec<Role>,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Args)]
pub(crate) struct AdministratorOne {
    /// Her name.
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Args)]
pub(crate) struct ApiKey {
    #[command(subcommand)]
    pub(crate) what: ApiKeyCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ApiKeyCommand {
    /// List the API keys of a server.
    #[command(after_help = "EXAMPLE:\n    chakana api-key list --data /var/lib/chakana")]
    List(Server),
    /// Make a key for a program, and print it this once.
    #[command(
        after_help = "EXAMPLE:\n    chakana api-key create 'inventory of the ministry' --role observer --days 90 --data /var/lib/chakana"
    )]
    Create(ApiKeyCreate),
    /// End a key now.
    #[command(after_help = "EXAMPLE:\n    chakana api-key revoke 3fa4c1d2e0 --data /var/lib/chakana")]
    Revoke {
        /// Its id.
        id: String,
        #[command(flatten)]
        server: Server,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ApiKeyCreate {
    /// What it is for.
    pub(crate) label: String,
    /// A role; may come several times: registration (clients and members), services (with access rights and groups), security (keys,
    /// evidence), system (plugins, administrators), observer (to look).
    #[arg(long = "role", value_parser = role(), required = true, value_name = "ROLE")]
    pub(crate) roles: Vec<Role>,
    /// After how many days it ends, 366 at most.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=366))]
    pub(crate) days: u32,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// At most so many entries, the newest.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=1000))]
    pub(crate) limit: u64,
    /// Only what came before the entry with this number.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) before: Option<u64>,
    #[command(flatten)]
    pub(crate) server: Server,
}

/// Roles by their names.
fn role() -> impl TypedValueParser<Value = Role> {
    let names = PossibleValuesParser::new(Role::ALL.map(Role::as_str));
    names.map(|name| name.parse().expect("each possible value is a role's name"))
}
