//! How a hardware token is, in a word and in words.

use std::fmt;

use crate::pkcs11::wire::Failure;

/// How a hardware token is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Health {
    /// Its process is being started.
    Starting,
    /// It signs.
    Ready,
    /// Its process ended or cannot be started, and is started again after a pause.
    Restarting {
        /// What happened.
        why: String,
    },
    /// The token is not there; it is looked for again and again.
    TokenMissing {
        /// What the module shows instead.
        why: String,
    },
    /// The token refused the PIN. Nothing more is tried until an administrator gives another.
    WrongPin,
    /// The token is locked.
    Locked,
    /// A wrong PIN would lock the token, so that none is tried until an administrator says so.
    LastTry,
    /// The process ended twice while the PIN was tried, so that nobody knows whether it was refused.
    LoginUnfinished,
    /// The module cannot be used.
    ModuleFailed {
        /// What the loader or the module says.
        why: String,
    },
    /// It was told to stop.
    Stopped,
}

impl Health {
    /// One word, for `status`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Ready => "ready",
            Self::Restarting { .. } => "restarting",
            Self::TokenMissing { .. } => "token-missing",
            Self::WrongPin => "wrong-pin",
            Self::Locked => "locked",
            Self::LastTry => "last-try",
            Self::LoginUnfinished => "login-unfinished",
            Self::ModuleFailed { .. } => "module-failed",
            Self::Stopped => "stopped",
        }
    }

    /// What an administrator does about it; nothing while it mends itself.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Starting | Self::Ready | Self::Stopped => "",
            Self::Restarting { .. } => {
                "it is tried again; if it stays so, look at the vendor's log and try the module with pkcs11-tool"
            }
            Self::TokenMissing { .. } => {
                "put the token back, or correct `token` of keys.hardware in server.toml; it is looked for again and again"
            }
            Self::WrongPin => "write the right PIN into the pin_file, then: chakana keys reload",
            Self::Locked => "have the token's security officer unlock the PIN, then: chakana keys reload",
            Self::LastTry => {
                "log in once with the vendor's tool, which gives the tries back, see that the pin_file is right, then: chakana keys reload"
            }
            Self::LoginUnfinished => {
                "log in once with the vendor's tool to see that module and PIN are right, then: chakana keys reload"
            }
            Self::ModuleFailed { .. } => {
                "correct `module` and `environment` of keys.hardware in server.toml; it is tried again and again"
            }
        }
    }

    /// What a failure to open, or of an open token, makes of it; `None` when the token itself is well.
    pub(super) fn after(failure: &Failure) -> Option<Self> {
        let why = failure.to_string();
        match failure {
            Failure::Module { .. } => Some(Self::ModuleFailed { why }),
            Failure::TokenMissing { .. } | Failure::AmbiguousToken { .. } | Failure::TokenGone { .. } => {
                Some(Self::TokenMissing { why })
            }
            Failure::WrongPin => Some(Self::WrongPin),
            Failure::PinLocked => Some(Self::Locked),
            Failure::LastTry => Some(Self::LastTry),
            Failure::NoSuchKey { .. }
            | Failure::AmbiguousKey { .. }
            | Failure::KeyExists { .. }
            | Failure::UnusableKey { .. }
            | Failure::NoMechanism { .. }
            | Failure::Refused { .. }
            | Failure::OutOfOrder => None,
        }
    }

    /// Whether nothing but an administrator ends it.
    pub(super) fn waits_for_an_administrator(&self) -> bool {
        matches!(self, Self::WrongPin | Self::Locked | Self::LastTry | Self::LoginUnfinished | Self::Stopped)
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starting => f.write_str("its process is being started"),
            Self::Ready => f.write_str("it is ready"),
            Self::Restarting { why } => write!(f, "its process is started again, because {why}"),
            Self::TokenMissing { why } | Self::ModuleFailed { why } => f.write_str(why),
            Self::WrongPin => f.write_str("it refused the PIN, which is not tried again until it is given anew"),
            Self::Locked => f.write_str("its PIN is locked"),
            Self::LastTry => f.write_str("one more wrong PIN would lock it, so none is tried"),
            Self::LoginUnfinished => f.write_str("its process ended while the PIN was tried, so it is not tried again"),
            Self::Stopped => f.write_str("it was stopped"),
        }
    }
}
