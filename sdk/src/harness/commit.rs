//! The end of an attempt: it happened in one moment, or not at all.

use super::Harness;
use super::attempt::{Access, Attempt, Effect};
use super::delivery::Outgoing;
use super::guest::blobs::blob;
use super::state::{Change, Impossible, State};
use crate::bindings::events::{Event, Published};
use crate::bindings::evidence::{Disbelief, Document, Verification};
use crate::failure::Failure;
use crate::limits::OUT_OF_BOUNDS;
use crate::time::Timestamp;

/// What became of an attempt.
#[derive(Debug)]
pub(super) enum Verdict {
    Committed,
    /// Somebody changed what it read: it runs again.
    Conflict,
    Failed(Failure),
    Stopped(String),
}

impl Harness {
    pub(super) fn commit(&mut self, plugin: &str, mut attempt: Attempt) -> Verdict {
        if let Some(act) = self.meanwhile.pop_front() {
            act(self);
        }
        if attempt.access == Access::ReadOnly {
            self.perform(plugin, attempt.effects);
            return Verdict::Committed;
        }
        if self.is_injected(plugin) || self.is_outdated(plugin, &attempt) {
            return Verdict::Conflict;
        }
        for change in &mut attempt.changes {
            if let Change::SetTimer(_, timer) = change {
                timer.number = self.number();
            }
        }
        let installed = self.installed_mut(plugin);
        let mut state = installed.state.clone();
        let keys = attempt.changes.iter().map(Change::touches).collect();
        for change in &attempt.changes {
            match state.apply(change.clone()) {
                Ok(()) => {}
                Err(Impossible::OutOfBounds(_)) => {
                    return Verdict::Failed(Failure::Conflict(OUT_OF_BOUNDS.to_owned()));
                }
                Err(Impossible::NoCounter) => return Verdict::Stopped(Impossible::NoCounter.to_string()),
            }
        }
        installed.state = state;
        installed.commits.push(keys);
        self.sign(plugin, &attempt);
        self.perform(plugin, attempt.effects);
        Verdict::Committed
    }

    fn is_injected(&mut self, plugin: &str) -> bool {
        let Some(left) = self.conflicts.get_mut(plugin).filter(|left| **left > 0) else { return false };
        *left -= 1;
        true
    }

    fn is_outdated(&self, plugin: &str, attempt: &Attempt) -> bool {
        let later = &self.installed(plugin).commits[attempt.began_after..];
        later.iter().flatten().any(|key| attempt.reads.cover(key))
    }

    fn sign(&mut self, plugin: &str, attempt: &Attempt) {
        let at = Timestamp::from_millisecond(attempt.context.now).to_string();
        let installed = self.installed_mut(plugin);
        for change in &attempt.changes {
            if let Change::Sign { id, document } = change {
                let container = container(&installed.home.subsystem, &at, document);
                keep_signed(&mut installed.state, id, document, container);
            }
        }
    }

    fn perform(&mut self, plugin: &str, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send { id, message } => {
                    let (plugin, number) = (plugin.to_owned(), self.number());
                    let due = message.not_before.unwrap_or(0).max(self.milliseconds());
                    self.outbox.push(Outgoing { plugin, id, message, due, first_due: due, number, tries: 0 });
                }
                Effect::Publish { topic, content_type, body } => {
                    let publisher = plugin.to_owned();
                    self.publish(&Published { topic, publisher, content_type, body });
                }
                Effect::Tell(told) => self.told.push(told),
                Effect::Count { name, n } => *self.installed_mut(plugin).counted.entry(name).or_default() += n,
                Effect::Observe { name, value } => {
                    self.installed_mut(plugin).observed.entry(name).or_default().push(value);
                }
            }
        }
    }

    fn publish(&mut self, published: &Published) {
        let member = member_of(&self.installed(&published.publisher).home.subsystem).to_owned();
        let subscribed = |installed: &super::world::Installed| {
            if member_of(&installed.home.subsystem) != member {
                return false;
            }
            let subscriptions = &installed.home.manifest.subscription;
            subscriptions.iter().any(|one| one.topic == published.topic && one.publisher == published.publisher)
        };
        let subscribers: Vec<String> = self
            .installed
            .iter()
            .filter(|(_, installed)| subscribed(installed))
            .map(|(name, _)| name.clone())
            .collect();
        let now = self.milliseconds();
        for subscriber in subscribers {
            self.happen(&subscriber, Event::Topic(published.clone()), now);
        }
    }
}

/// The member that a subsystem belongs to.
fn member_of(subsystem: &str) -> &str {
    subsystem.rsplit_once('/').map_or(subsystem, |(member, _)| member)
}

/// The first line of a harness's evidence container.
const MARK: &str = "signed in a harness";

fn container(subsystem: &str, at: &str, document: &Document) -> Vec<u8> {
    let head = format!("{MARK}\n{subsystem}\n{at}\n{}\n", document.name);
    [head.as_bytes(), &document.content].concat()
}

fn keep_signed(state: &mut State, id: &str, document: &Document, container: Vec<u8>) {
    let name = Some(format!("{}.asice", document.name));
    let blob = blob(format!("container-{id}"), name, "application/vnd.etsi.asic-e+zip", &container);
    state.signed.insert(id.to_owned(), blob.id.clone());
    state.blobs.insert(blob.id.clone(), (blob, container));
}

/// Who signed a container that a harness made: the member of the subsystem.
pub(super) fn read_container(content: &[u8]) -> Result<Verification, Disbelief> {
    let no_container = || Disbelief::NotBelieved("it is no container that a harness signed".to_owned());
    let text = String::from_utf8_lossy(content);
    let mut lines = text.lines();
    let (mark, subsystem, at) = (lines.next(), lines.next(), lines.next());
    match (mark, subsystem.and_then(|id| id.rsplit_once('/')), at) {
        (Some(MARK), Some((member, _)), Some(at)) => {
            let at: Timestamp = at.parse().map_err(|_| no_container())?;
            Ok(Verification { signer: member.to_owned(), signed_at: at.as_millisecond() })
        }
        _ => Err(no_container()),
    }
}
