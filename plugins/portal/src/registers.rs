//! The registers of other entities that are connected: what each holds, and how it is asked.
//!
//! They are the administrator's configuration (`registers`, JSON): to connect a register is to agree with its entity.

use std::collections::BTreeMap;

use sdk::json::Value;
use sdk::{Failure, Translated};
use serde::Deserialize;

use crate::configured::configured;
use crate::definition::Code;

/// The key of the configuration.
const KEY: &str = "registers";

/// The registers that are connected.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Registers(Vec<Register>);

/// A register of another entity.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Register {
    /// Its code, by which definitions bind fields to it.
    pub code: Code,
    /// What it is called.
    pub title: Translated,
    /// The service that is asked: `INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE`.
    pub service: String,
    /// The path below the service; `{key}` stands for whom is asked about.
    pub path: String,
    /// By what somebody is found there.
    pub key: RegisterKey,
    /// What it holds: concepts, and where each stands in its answer, as a JSON pointer (RFC 6901).
    pub holds: BTreeMap<String, String>,
}

/// By what somebody is found in a register.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegisterKey {
    /// The document of the citizen who applies, which the host puts in: the plugin does not know it.
    Citizen,
    /// What was answered to the question about a concept.
    Concept(String),
}

impl Registers {
    /// The registers of the configuration; none, where it names none.
    ///
    /// # Errors
    /// If the configuration does not read.
    pub fn connected() -> Result<Self, Failure> {
        configured(KEY)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Register> {
        self.0.iter()
    }

    /// A register by its code.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<&Register> {
        self.0.iter().find(|register| register.code == *code)
    }

    /// A register from which a concept is fetched: it holds it, and is not asked by it.
    #[must_use]
    pub fn holder_of(&self, concept: &str) -> Option<&Register> {
        let by_it = |register: &Register| register.key == RegisterKey::Concept(concept.to_owned());
        self.0.iter().find(|register| register.holds(concept) && !by_it(register))
    }
}

impl Register {
    /// Whether it holds a concept.
    #[must_use]
    pub fn holds(&self, concept: &str) -> bool {
        self.holds.contains_key(concept)
    }

    /// What its answer says of a concept.
    #[must_use]
    pub fn said<'a>(&self, answer: &'a Value, concept: &str) -> Option<&'a Value> {
        answer.pointer(self.holds.get(concept)?).filter(|value| !value.is_null())
    }
}
