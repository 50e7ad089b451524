//! What administrators did, in the same tree as the messages: nothing of it can be taken out unnoticed.

use crate::committer::AppendError;
use crate::entry::whole_micros;
use crate::index::Key;
use crate::log::{MessageLog, checked};
use crate::read::leaf_at;
use jiff::Timestamp;
use std::io;
use trust::leaf::{AuditLeaf, AuditStage, Leaf, MAX_TEXT_BYTES};

/// A record of what an administrator did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// The index of its leaf.
    pub index: u64,
    /// What it says.
    pub leaf: AuditLeaf,
}

impl MessageLog {
    /// Records what an administrator asks for, or how it ended. Texts that are longer than a leaf takes are cut.
    ///
    /// # Errors
    /// When it cannot be made durable.
    pub async fn append_audit(
        &self,
        (author, means): (&str, &str),
        action: &str,
        mut stage: AuditStage,
        now: Timestamp,
    ) -> Result<u64, AppendError> {
        if let AuditStage::Done { outcome, .. } | AuditStage::Refused { outcome, .. } = &mut stage {
            outcome.truncate(cut(outcome).len());
        }
        let leaf = AuditLeaf {
            time: whole_micros(now),
            server: self.server().clone(),
            author: cut(author).to_owned(),
            means: cut(means).to_owned(),
            action: cut(action).to_owned(),
            stage,
        };
        self.append_entries(vec![checked(&Leaf::Audit(leaf))?]).await
    }

    /// What administrators did, newest first, `limit` records and 1000 at most, all of them below the index `before`. Blocks.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn audits(&self, before: u64, limit: usize) -> io::Result<Vec<AuditRecord>> {
        let limit = limit.min(MAX_AUDITED);
        let mut found = Vec::new();
        for segment in self.shared().segments().iter().rev() {
            if segment.header.first_leaf >= before {
                continue;
            }
            for offset in segment.index(|index| index.offsets(Key::audit()))?.into_iter().rev() {
                if found.len() == limit {
                    return Ok(found);
                }
                if let Some((index, leaf)) = leaf_at(segment, offset)?
                    && index < before
                    && let Ok(Leaf::Audit(leaf)) = Leaf::parse(&leaf)
                {
                    found.push(AuditRecord { index, leaf });
                }
            }
        }
        Ok(found)
    }
}

/// As much of a text as a leaf takes.
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_TEXT_BYTES)]
}

const MAX_AUDITED: usize = 1000;
