//! The context of a message: what two security servers say to each other about it, signed with it.

use crate::hash::{Sha256Hash, SnapshotHash};
use crate::identifier::ServerId;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;
use std::fmt::Write as _;
use std::str::FromStr;

/// Largest context, in bytes; with the largest head it stays below 64 KiB.
pub const MAX_CONTEXT_BYTES: usize = 4 * 1024;

/// Whether a message asks or answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageKind {
    /// From the client's member to the provider.
    Request,
    /// From the provider's member to the client.
    Response,
}

impl MessageKind {
    /// The word that stands in contexts and leaves.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}

/// A point of a peer's log: how many records, and the root over them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogPoint {
    /// Number of leaves.
    pub size: u64,
    /// RFC 6962 root over them.
    pub root: Sha256Hash,
}

/// What is signed beside head and body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Whether the message asks or answers.
    pub kind: MessageKind,
    /// When the sending server made the message.
    pub created: Timestamp,
    /// The sending security server.
    pub from: ServerId,
    /// The receiving security server.
    pub to: ServerId,
    /// The sender's number towards that peer; no number is used twice, and a gap is explained by a record.
    pub sequence: u64,
    /// The global configuration snapshot that the sender judged by.
    pub configuration: SnapshotHash,
    /// The newest checkpoint of the receiver's log that the sender has seen.
    pub peer_checkpoint: Option<LogPoint>,
}

/// Why bytes are not a context.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContextError {
    /// Larger than [`MAX_CONTEXT_BYTES`].
    #[error("the context exceeds {MAX_CONTEXT_BYTES} bytes")]
    TooLarge,
    /// Not the lines of `chakana-context/1` in their order.
    #[error("the context is not the lines of {FIRST_LINE} in their order")]
    Lines,
    /// A line's value is malformed, or not in its one canonical form.
    #[error("the line {name} of the context is malformed")]
    Value {
        /// The line's name.
        name: &'static str,
    },
}

const FIRST_LINE: &str = "chakana-context/1";

impl Context {
    /// The bytes that are signed.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = String::with_capacity(320);
        let _ = write!(
            text,
            "{FIRST_LINE}\r\nkind:{}\r\ncreated:{:.6}\r\nfrom:{}\r\nto:{}\r\nsequence:{}\r\nconfiguration:{}\r\npeer-checkpoint:",
            self.kind.as_str(),
            self.created,
            self.from,
            self.to,
            self.sequence,
            self.configuration,
        );
        let _ = match &self.peer_checkpoint {
            Some(point) => write!(text, "{} {}\r\n", point.size, BASE64.encode(point.root.as_bytes())),
            None => write!(text, "-\r\n"),
        };
        text
    }

    /// Reads the context that a peer sent.
    ///
    /// # Errors
    /// When the bytes are not exactly what [`Self::render`] writes for some context.
    pub fn parse(bytes: &[u8]) -> Result<Self, ContextError> {
        if bytes.len() > MAX_CONTEXT_BYTES {
            return Err(ContextError::TooLarge);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| ContextError::Lines)?;
        let mut lines = Lines(text);
        lines.exactly(FIRST_LINE)?;
        let context = Self {
            kind: lines.value("kind", kind)?,
            created: lines.value("created", parsed)?,
            from: lines.value("from", parsed)?,
            to: lines.value("to", parsed)?,
            sequence: lines.value("sequence", parsed)?,
            configuration: lines.value("configuration", parsed)?,
            peer_checkpoint: lines.value("peer-checkpoint", log_point)?,
        };
        // One context has one form: a sign, a leading zero or another precision would be a second one.
        if lines.0.is_empty() && context.render() == text { Ok(context) } else { Err(ContextError::Lines) }
    }
}

struct Lines<'a>(&'a str);

impl<'a> Lines<'a> {
    fn next(&mut self) -> Result<&'a str, ContextError> {
        let (line, rest) = self.0.split_once('\n').ok_or(ContextError::Lines)?;
        self.0 = rest;
        line.strip_suffix('\r').ok_or(ContextError::Lines)
    }

    fn exactly(&mut self, expected: &str) -> Result<(), ContextError> {
        if self.next()? == expected { Ok(()) } else { Err(ContextError::Lines) }
    }

    fn value<T>(&mut self, name: &'static str, read: fn(&str) -> Option<T>) -> Result<T, ContextError> {
        let value =
            self.next()?.strip_prefix(name).and_then(|rest| rest.strip_prefix(':')).ok_or(ContextError::Lines)?;
        read(value).ok_or(ContextError::Value { name })
    }
}

fn parsed<T: FromStr>(value: &str) -> Option<T> {
    value.parse().ok()
}

fn kind(value: &str) -> Option<MessageKind> {
    [MessageKind::Request, MessageKind::Response].into_iter().find(|kind| kind.as_str() == value)
}

#[allow(
    clippy::option_option,
    reason = "the outer says whether the line is well-formed, the inner whether a checkpoint is known"
)]
fn log_point(value: &str) -> Option<Option<LogPoint>> {
    if value == "-" {
        return Some(None);
    }
    let (size, root) = value.split_once(' ')?;
    let root: [u8; Sha256Hash::SIZE] = BASE64.decode(root).ok()?.try_into().ok()?;
    Some(Some(LogPoint { size: size.parse().ok()?, root: Sha256Hash::from_bytes(root) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn context() -> Context {
        Context {
            kind: MessageKind::Request,
            created: "2026-11-21T01:20:03.123456Z".parse().unwrap(),
            from: "BO/GOV/1001/ss1".parse().unwrap(),
            to: "BO/GOV/1002/ss1".parse().unwrap(),
            sequence: 17,
            configuration: Sha256Hash::of(b"targets"),
            peer_checkpoint: Some(LogPoint { size: 5, root: Sha256Hash::of(b"root") }),
        }
    }

    #[test]
    fn writes_one_line_for_each_fact() {
        let text = context().render();
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(
            lines[..6],
            [
                "chakana-context/1",
                "kind:request",
                "created:2026-11-21T01:20:03.123456Z",
                "from:BO/GOV/1001/ss1",
                "to:BO/GOV/1002/ss1",
                "sequence:17"
            ]
        );
        assert_eq!(lines.len(), 9);
    }

    #[test]
    fn reads_back_what_it_wrote() {
        for peer_checkpoint in [None, context().peer_checkpoint] {
            let context = Context { peer_checkpoint, ..context() };
            assert_eq!(Context::parse(context.render().as_bytes()), Ok(context));
        }
    }

    #[test]
    fn refuses_every_second_form_of_the_same_facts() {
        let text = context().render();
        for (from, to) in [
            ("sequence:17", "sequence:+17"),
            ("sequence:17", "sequence:017"),
            (".123456Z", ".1234560Z"),
            ("/ss1", "/s%731"),
            ("\r\n", "\n"),
            ("kind", "Kind"),
        ] {
            assert!(Context::parse(text.replacen(from, to, 1).as_bytes()).is_err(), "{from} → {to}");
        }
        assert!(Context::parse(format!("{text}x:y\r\n").as_bytes()).is_err());
        assert_eq!(Context::parse(&vec![b'a'; MAX_CONTEXT_BYTES + 1]), Err(ContextError::TooLarge));
    }

    proptest! {
        #[test]
        fn flipping_a_byte_never_keeps_the_meaning(at in 0usize..200, flip in 1u8..) {
            let mut bytes = context().render().into_bytes();
            let at = at % bytes.len();
            bytes[at] ^= flip;
            if let Ok(other) = Context::parse(&bytes) {
                prop_assert_ne!(other, context());
            }
        }
    }
}
