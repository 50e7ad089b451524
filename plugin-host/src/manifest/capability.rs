//! The interfaces that the host offers: each is a capability that a plugin must ask for.

use std::fmt;

/// An interface of the world `host` of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// The plugin's own keys and values.
    Kv,
    /// Texts to be found again, in named indexes.
    Search,
    /// Large contents.
    Blobs,
    /// Messages to named services, and named topics.
    Outbox,
    /// Questions to named services.
    Exchange,
    /// Events at a time of the plugin's choice.
    Timers,
    /// Documents signed in the name of the plugin's subsystem.
    Evidence,
    /// The time.
    Clock,
    /// Working days.
    Calendar,
    /// The plugin's texts in several languages.
    I18n,
    /// What citizens are told.
    Notices,
    /// The accounts of citizens.
    Accounts,
    /// Values from the administrator, for named keys.
    Config,
    /// Secret values from the administrator, for named names.
    Secrets,
    /// Lines of the server's log.
    Log,
    /// Numbers for the server's metrics.
    Metrics,
    /// Random values.
    Rng,
    /// Cryptography with named keys.
    Crypto,
}

impl Capability {
    /// Every capability, in the order of the contract.
    pub const ALL: [Self; 18] = [
        Self::Kv,
        Self::Search,
        Self::Blobs,
        Self::Outbox,
        Self::Exchange,
        Self::Timers,
        Self::Evidence,
        Self::Clock,
        Self::Calendar,
        Self::I18n,
        Self::Notices,
        Self::Accounts,
        Self::Config,
        Self::Secrets,
        Self::Log,
        Self::Metrics,
        Self::Rng,
        Self::Crypto,
    ];

    /// The interface's name in the contract, without a version: `chakana:plugin/kv`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kv => "chakana:plugin/kv",
            Self::Search => "chakana:plugin/search",
            Self::Blobs => "chakana:plugin/blobs",
            Self::Outbox => "chakana:plugin/outbox",
            Self::Exchange => "chakana:plugin/exchange",
            Self::Timers => "chakana:plugin/timers",
            Self::Evidence => "chakana:plugin/evidence",
            Self::Clock => "chakana:plugin/clock",
            Self::Calendar => "chakana:plugin/calendar",
            Self::I18n => "chakana:plugin/i18n",
            Self::Notices => "chakana:plugin/notices",
            Self::Accounts => "chakana:plugin/accounts",
            Self::Config => "chakana:plugin/config",
            Self::Secrets => "chakana:plugin/secrets",
            Self::Log => "chakana:plugin/log",
            Self::Metrics => "chakana:plugin/metrics",
            Self::Rng => "chakana:plugin/rng",
            Self::Crypto => "chakana:plugin/crypto",
        }
    }

    /// The capability's key in a manifest: `kv`.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.name().strip_prefix(PACKAGE).unwrap_or_default()
    }

    /// The capability with this name in the contract.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|capability| capability.name() == name)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

const PACKAGE: &str = "chakana:plugin/";
