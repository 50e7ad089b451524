//! Accounts of people, at a server that is their issuer.

use super::Server;
use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct Citizen {
    #[command(subcommand)]
    pub(crate) what: CitizenCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CitizenCommand {
    /// Make an account for somebody, and the code by which she sets her credentials.
    #[command(
        after_help = "EXAMPLE:\n    chakana citizen add 'CI 1234567' --given 'Ana María' --first-surname Mamani --assurance high --data /var/lib/chakana"
    )]
    Add(CitizenAdd),
    /// Show an account.
    #[command(after_help = "EXAMPLE:\n    chakana citizen show 'CI 1234567' --data /var/lib/chakana")]
    Show(CitizenOne),
    /// Give somebody who lost all her credentials a new code; those she has are worth something until she uses it.
    #[command(after_help = "EXAMPLE:\n    chakana citizen renew 'CI 1234567' --data /var/lib/chakana")]
    Renew(CitizenOne),
    /// Note that it is known better who somebody is.
    #[command(after_help = "EXAMPLE:\n    chakana citizen raise 'CI 1234567' --assurance high --data /var/lib/chakana")]
    Raise(CitizenRaise),
}

#[derive(Debug, Args)]
pub(crate) struct CitizenAdd {
    /// Her document, its kind and its number: 'CI 1234567'.
    pub(crate) document: String,
    /// Her given names.
    #[arg(long, value_name = "NAMES")]
    pub(crate) given: String,
    /// Her first surname.
    #[arg(long, value_name = "NAME")]
    pub(crate) first_surname: Option<String>,
    /// Her second surname.
    #[arg(long, value_name = "NAME")]
    pub(crate) second_surname: Option<String>,
    /// Her day of birth: YYYY-MM-DD.
    #[arg(long, value_name = "DAY")]
    pub(crate) birthdate: Option<String>,
    /// Her e-mail address.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
    /// Her mobile telephone, with the country: +59171234567.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) phone: Option<String>,
    /// How well it is known who she is.
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) assurance: Assurance,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Args)]
pub(crate) struct CitizenOne {
    /// Her document: 'CI 1234567'.
    pub(crate) document: String,
    #[command(flatten)]
    pub(crate) server: Server,
}

#[derive(Debug, Args)]
pub(crate) struct CitizenRaise {
    /// Her document: 'CI 1234567'.
    pub(crate) document: String,
    /// The level that was reached.
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) assurance: Assurance,
    #[command(flatten)]
    pub(crate) server: Server,
}

/// How well it is known who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Assurance {
    /// She says so.
    Low,
    /// It was checked against a register.
    Substantial,
    /// Somebody saw her with her document.
    High,
}

impl Assurance {
    /// Its name in the administrator's API.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Substantial => "substantial",
            Self::High => "high",
        }
    }
}
