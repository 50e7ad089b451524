//! The operator's document: planned, applied, and kept with its history.

use super::Registry;
use crate::operator::{DocumentError, OperatorDocument};
use crate::state::{Change, Event, Journal, State};
use admin::{AppendError, Applied, ApplyError, Document, HistoryEntry, HistoryError, Plan, Refused, Role, Versioned};
use async_trait::async_trait;
use protocol::identifier::MemberId;
use std::collections::BTreeMap;
use std::sync::Arc;
use storage::Batch;

impl Registry {
    /// Puts an operator's document in force, whichever was before; for whoever starts the registry in its own process.
    ///
    /// # Errors
    /// When the text is refused or cannot be kept.
    pub async fn apply_newest(&self, text: &str, author: &str) -> Result<Applied, ApplyError> {
        let version = self.state().version;
        self.apply(text, version, author).await
    }

    /// Reads a text and checks it against what is registered.
    fn accept(&self, text: &str) -> Result<(OperatorDocument, Plan), Refused> {
        let document = OperatorDocument::parse(text).map_err(|error| refusal(&error))?;
        let state = self.state();
        check_instance(&state, &document)?;
        check_removed(&state, &document)?;
        let plan = Plan::between(&state.document.facts(), &document.facts());
        Ok((document, plan))
    }

    fn facts_of(&self, version: u64) -> Result<BTreeMap<String, String>, HistoryError> {
        let text = self.inner.journal.versions().versioned(version)?.text;
        if version == 0 {
            return Ok(BTreeMap::new());
        }
        let document = OperatorDocument::parse(&text);
        let unreadable = |error: DocumentError| HistoryError::Storage { message: crate::words(&error) };
        Ok(document.map_err(unreadable)?.facts())
    }
}

#[async_trait]
impl Document for Registry {
    async fn current(&self) -> Versioned {
        let version = self.state().version;
        let unread = Versioned { version, text: String::new() };
        self.inner.journal.versions().versioned(version).unwrap_or(unread)
    }

    async fn plan(&self, text: &str) -> Result<Plan, Refused> {
        self.accept(text).map(|(_, plan)| plan)
    }

    fn role_for(&self, change: &admin::Change) -> Role {
        crate::operator::role_for(change)
    }

    async fn apply(&self, text: &str, expected_version: u64, author: &str) -> Result<Applied, ApplyError> {
        let writer = self.inner.writer.lock().await;
        let (current, events) = {
            let state = self.state();
            (state.version, state.events)
        };
        if current != expected_version {
            return Err(ApplyError::VersionConflict { expected: expected_version, current });
        }
        let (document, plan) = self.accept(text)?;
        if plan.is_empty() && current > 0 {
            return Ok(Applied { version: current, plan });
        }
        let version = current + 1;
        let change = Change::Configured { version };
        let event = Event { time: self.now(), author: author.to_owned(), change };
        let mut batch = Batch::new();
        let unkept = |message: String| ApplyError::Storage { message };
        Journal::add(&mut batch, events, &event).map_err(|error| unkept(crate::words(&error)))?;
        let appended = self.inner.journal.versions().append(current, text, author, event.time, batch).await;
        appended.map_err(|error: AppendError| ApplyError::from(error))?;
        let taken = self.state_mut().apply(&event, Some(Arc::new(document)));
        taken.map_err(|error| unkept(crate::words(&error)))?;
        drop(writer);
        self.publish().await;
        Ok(Applied { version, plan })
    }

    async fn history(&self) -> Result<Vec<HistoryEntry>, HistoryError> {
        Ok(self.inner.journal.versions().history()?)
    }

    async fn version(&self, version: u64) -> Result<Versioned, HistoryError> {
        self.inner.journal.versions().versioned(version)
    }

    async fn diff(&self, from: u64, to: u64) -> Result<Plan, HistoryError> {
        Ok(Plan::between(&self.facts_of(from)?, &self.facts_of(to)?))
    }
}

/// Every identifier begins with the instance.
fn check_instance(state: &State, document: &OperatorDocument) -> Result<(), Refused> {
    if state.version == 0 || state.document.instance() == document.instance() {
        return Ok(());
    }
    Err(Refused {
        message: format!("the instance is {}, and cannot become {}", state.document.instance(), document.instance()),
        next: "an instance has its name for ever; another one is another registry".to_owned(),
    })
}

/// A member goes only when nothing speaks for it any more.
fn check_removed(state: &State, document: &OperatorDocument) -> Result<(), Refused> {
    let removed = state.document.members.keys().filter(|member| !document.members.contains_key(*member));
    for member in removed {
        if let Some(what) = still_there(state, member) {
            return Err(Refused {
                message: format!("member {member} cannot be removed: it still has {what}"),
                next: "have its security servers and subsystems deleted by management requests first".to_owned(),
            });
        }
    }
    Ok(())
}

fn still_there(state: &State, member: &MemberId) -> Option<String> {
    let record = state.record(member)?;
    let servers = record.servers.keys().map(|code| format!("security server {member}/{code}"));
    let subsystems = record.subsystems.keys().map(|code| format!("subsystem {member}/{code}"));
    let all: Vec<String> = servers.chain(subsystems).take(MOST_NAMED).collect();
    if all.is_empty() { None } else { Some(all.join(", ")) }
}

fn refusal(error: &DocumentError) -> Refused {
    Refused {
        message: error.to_string().trim_end().to_owned(),
        next: "correct the document and plan it again".to_owned(),
    }
}

const MOST_NAMED: usize = 10;
