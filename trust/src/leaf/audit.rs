//! The leaf of what an administrator did.

use jiff::Timestamp;
use protocol::identifier::ServerId;

use super::LeafError;
use super::lines::{LineReader, LineWriter};

/// An action of an administrator: that it was asked for, before anything happens; and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLeaf {
    /// When it was asked for, or ended; whole microseconds.
    pub time: Timestamp,
    /// Whose log this is.
    pub server: ServerId,
    /// Who did it.
    pub author: String,
    /// How the author came: by which door, and with what.
    pub means: String,
    /// What was done.
    pub action: String,
    /// Asked for, or how it ended.
    pub stage: AuditStage,
}

/// How far an action has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditStage {
    /// It is asked for; what follows says how it ended. Without one, nobody knows.
    Asked,
    /// It was done.
    Done {
        /// The record that it was asked for in; none where one record says all.
        asked: Option<u64>,
        /// What it did, in words.
        outcome: String,
    },
    /// It was not done.
    Refused {
        /// The record that it was asked for in; none where nobody got so far.
        asked: Option<u64>,
        /// Why.
        outcome: String,
    },
}

impl AuditStage {
    /// The word that stands in leaves.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Done { .. } => "done",
            Self::Refused { .. } => "refused",
        }
    }

    /// The stage that a word stands for, with what it says where it is an end; `None` where it is no such word.
    #[must_use]
    pub fn of(word: &str, asked: Option<u64>, outcome: String) -> Option<Self> {
        match word {
            "asked" => Some(Self::Asked),
            "done" => Some(Self::Done { asked, outcome }),
            "refused" => Some(Self::Refused { asked, outcome }),
            _ => None,
        }
    }

    /// Where it is an end, the record that it was asked for in, and how it ended.
    #[must_use]
    pub fn end(&self) -> Option<(Option<u64>, &str)> {
        match self {
            Self::Asked => None,
            Self::Done { asked, outcome } | Self::Refused { asked, outcome } => Some((*asked, outcome)),
        }
    }

    fn read(lines: &mut LineReader<'_>) -> Result<Self, LeafError> {
        let word = lines.value("stage")?;
        if word == Self::Asked.as_str() {
            return Ok(Self::Asked);
        }
        let (asked, outcome) = (lines.parsed_if_there("asked")?, lines.text("outcome")?);
        Self::of(word, asked, outcome).ok_or(LeafError::Value { name: "stage" })
    }
}

impl AuditLeaf {
    pub(super) fn write(&self, lines: &mut LineWriter) {
        lines.line("kind", "audit");
        lines.time(self.time);
        lines.line("server", &self.server);
        lines.text("author", &self.author);
        lines.text("means", &self.means);
        lines.text("action", &self.action);
        lines.line("stage", self.stage.as_str());
        if let Some((asked, outcome)) = self.stage.end() {
            if let Some(asked) = asked {
                lines.line("asked", asked);
            }
            lines.text("outcome", outcome);
        }
    }

    pub(super) fn read(lines: &mut LineReader<'_>) -> Result<Self, LeafError> {
        Ok(Self {
            time: lines.parsed("time")?,
            server: lines.parsed("server")?,
            author: lines.text("author")?,
            means: lines.text("means")?,
            action: lines.text("action")?,
            stage: AuditStage::read(lines)?,
        })
    }
}
