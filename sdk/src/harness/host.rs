//! What a behaviour test needs of a host, whichever it is.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::{Call, NoAnswer, PageCall};
use crate::bindings::exchange::Fault;
use crate::bindings::outbox::Message;
use crate::service::Answer;
use crate::time::Timestamp;
use crate::web;

/// A host that runs plugins, as a behaviour test sees it.
///
/// The harness implements it for plugins as plain Rust; the sandbox's tests implement it for components. A test that
/// takes `&mut dyn Host` runs on both.
pub trait Host {
    /// Installs a plugin that this host knows by its name, with its manifest.
    fn install(&mut self, installation: Installation);

    /// Says what a service that is no plugin of this host answers, call by call; the last answer stays.
    fn script(&mut self, service: &str, answers: Vec<Scripted>);

    /// Calls a service of an installed plugin.
    ///
    /// # Errors
    /// If the plugin fails, or is stopped.
    fn call(&mut self, call: Call) -> Result<Answer, NoAnswer>;

    /// Answers a request for a page of an installed plugin. A [`Browser`](super::Browser) makes them.
    ///
    /// # Errors
    /// If the plugin fails, or is stopped; or if this host shows no pages.
    fn show(&mut self, call: &PageCall) -> Result<web::Response, NoAnswer> {
        Err(NoAnswer::Unavailable(format!("this host shows no pages of {}", call.plugin)))
    }

    /// Delivers messages and events until none is due at the present time.
    fn deliver(&mut self);

    /// Moves the clock on. What becomes due on the way is delivered at its time.
    fn advance(&mut self, by: Duration);

    /// The time now.
    fn now(&self) -> Timestamp;

    /// The messages that wait in the outboxes of all plugins, in the order they were sent.
    fn waiting(&self) -> Vec<Waiting>;

    /// What a scripted service was sent or asked, in order. A message that it answered is there once.
    fn received(&self, service: &str) -> Vec<Received>;
}

/// A test of a suite: its name, and what it does with a host in which nothing is installed.
pub type Behaviour = (&'static str, fn(&mut dyn Host));

/// A suite of behaviour tests by their names: `pub const SUITE: &[Behaviour] = sdk::suite![opens_a_case, closes_it];`.
#[macro_export]
macro_rules! suite {
    ($($test:ident),+ $(,)?) => {
        &[$((stringify!($test), $test)),+]
    };
}

/// A plugin to install, and what the administrator gives it.
#[derive(Clone, Debug)]
pub struct Installation {
    /// The plugin's name.
    pub plugin: String,
    /// The subsystem whose services it offers, `INSTANCE/CLASS/MEMBER/SUBSYSTEM`.
    pub subsystem: String,
    /// The values of its configuration keys.
    pub config: BTreeMap<String, String>,
    /// The values of its secrets.
    pub secrets: BTreeMap<String, String>,
}

impl Installation {
    /// A plugin for a subsystem, with no configuration.
    #[must_use]
    pub fn of(plugin: &str, subsystem: &str) -> Self {
        Self {
            plugin: plugin.to_owned(),
            subsystem: subsystem.to_owned(),
            config: BTreeMap::new(),
            secrets: BTreeMap::new(),
        }
    }

    /// Gives a configuration key its value.
    #[must_use]
    pub fn config(mut self, key: &str, value: &str) -> Self {
        self.config.insert(key.to_owned(), value.to_owned());
        self
    }

    /// Gives a secret its value.
    #[must_use]
    pub fn secret(mut self, name: &str, value: &str) -> Self {
        self.secrets.insert(name.to_owned(), value.to_owned());
        self
    }
}

/// What a service that is no plugin says.
#[derive(Clone, Debug, PartialEq)]
pub enum Scripted {
    /// It answers.
    Answer(Answer),
    /// The exchange refuses, for good.
    Refused(Fault),
    /// Nobody answers this time.
    Unavailable,
}

/// A message that waits to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// The plugin that sends it.
    pub plugin: String,
    /// The message's id.
    pub id: String,
    /// The message.
    pub message: Message,
    /// When it is sent next.
    pub due: Timestamp,
}

/// What a scripted service got.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// The message's id; none for a question.
    pub message_id: Option<String>,
    /// Who sent or asked, `INSTANCE/CLASS/MEMBER/SUBSYSTEM`.
    pub sender: String,
    /// Below the service, with the query.
    pub path: String,
    /// The body; empty for a question.
    pub body: Vec<u8>,
}

impl Received {
    /// The body, read as JSON.
    ///
    /// # Errors
    /// If it is something else.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }
}
