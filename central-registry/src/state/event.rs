//! What happened, by whom and when, as it is kept for ever.

use jiff::Timestamp;
use protocol::hash::Sha256Hash;
use protocol::management::Envelope;
use serde::{Deserialize, Serialize};

/// One change, with its author and time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) time: Timestamp,
    pub(crate) author: String,
    pub(crate) change: Change,
}

/// What changed. Stored: a variant or field may be added, none may change its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Change {
    /// A version of the operator's document came into force.
    Configured { version: u64 },
    /// A request passed every check and waits for a decision.
    Requested {
        #[serde(with = "as_base64")]
        envelope: Vec<u8>,
    },
    /// A request is done.
    Approved { request: Sha256Hash },
    /// A request will not be done.
    Declined { request: Sha256Hash, reason: String },
    /// A role of the publication has other keys.
    KeysRotated { role: String, root_version: u64 },
    /// A root that was signed in steps came into force.
    RootReplaced { root_version: u64 },
}

impl Change {
    /// The word for it, and what it is about, for people.
    pub(crate) fn in_words(&self) -> String {
        match self {
            Self::Configured { version } => format!("version {version} of the configuration came into force"),
            Self::Requested { envelope } => match Envelope::parse(envelope) {
                Ok(envelope) => {
                    let document = envelope.document();
                    let (kind, member) = (document.request().kind(), document.request().member());
                    format!("request {} came in: {kind} for {member}", document.hash())
                }
                Err(_) => "a request came in that cannot be read any more".to_owned(),
            },
            Self::Approved { request } => format!("request {request} was approved and done"),
            Self::Declined { request, reason } => format!("request {request} was declined: {reason}"),
            Self::KeysRotated { role, root_version } => {
                format!("the keys of the role {role} were replaced, by root version {root_version}")
            }
            Self::RootReplaced { root_version } => {
                format!("root version {root_version} came into force, signed by the holders of its keys")
            }
        }
    }
}

mod as_base64 {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_reads_back_as_it_was_and_has_words() {
        let request = Sha256Hash::of(b"request");
        for change in [
            Change::Configured { version: 7 },
            Change::Requested { envelope: vec![0, 255] },
            Change::Approved { request },
            Change::Declined { request, reason: "no".to_owned() },
            Change::KeysRotated { role: "root".to_owned(), root_version: 2 },
            Change::RootReplaced { root_version: 3 },
        ] {
            let event = Event { time: "2026-11-21T12:00:00Z".parse().unwrap(), author: "maría".to_owned(), change };
            let json = serde_json::to_vec(&event).unwrap();
            assert_eq!(serde_json::from_slice::<Event>(&json).unwrap(), event);
            assert!(!event.change.in_words().is_empty());
        }
    }
}
