//! Every change is published; what could not be is tried again.

use super::Registry;
use crate::publication::{Lifetimes, PublishError, Publisher, Standing};
use crate::state::{Changed, State};
use protocol::global_configuration::wire::{self, GroupsDocument, SharedDocument, format};
use protocol::global_configuration::{BinNumber, wire::RegistryDocument};
use std::collections::BTreeMap;
use std::sync::PoisonError;

/// What the last attempt to publish came to.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) standing: Standing,
    /// Why it failed, if it did.
    pub(crate) failure: Option<String>,
    pub(crate) trust_anchor: Vec<u8>,
    /// What is odd in what is published.
    pub(crate) oddities: Vec<String>,
}

impl Outcome {
    pub(super) fn of(publisher: &Publisher) -> Self {
        let oddities = publisher.configuration().map(|configuration| configuration.findings()).unwrap_or_default();
        Self {
            standing: publisher.standing(),
            failure: None,
            trust_anchor: publisher.trust_anchor().to_vec(),
            oddities: oddities.iter().take(MAX_ODDITIES).map(|oddity| format!("{oddity:?}")).collect(),
        }
    }
}

impl Registry {
    /// The newest `root.json`, which an administrator of a security server loads as the trust anchor.
    #[must_use]
    pub fn trust_anchor(&self) -> Vec<u8> {
        self.outcome().trust_anchor
    }

    /// Signs again what is due and publishes what could not be published before.
    pub async fn keep_up(&self) {
        self.publish().await;
    }

    pub(crate) fn outcome(&self) -> Outcome {
        self.inner.standing.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Publishes whatever changed. One that waits for another finds its change published with the other's.
    pub(super) async fn publish(&self) {
        let mut publisher = self.inner.publisher.clone().lock_owned().await;
        let changed = std::mem::take(&mut self.state_mut().changed);
        let documents = documents(&self.state(), &changed, &self.inner.door.published);
        let (lifetimes, now) = (self.lifetimes(), self.now());
        let published = tokio::task::spawn_blocking(move || {
            let result = publisher.publish(documents, lifetimes, now);
            let outcome = Outcome::of(&publisher);
            (result, outcome)
        });
        let (result, mut outcome) = match published.await {
            Ok(published) => published,
            Err(_) => (Err(PublishError::Interrupted), self.outcome()),
        };
        if let Err(error) = result {
            let failure = crate::words(&error);
            tracing::error!(error = failure, ?changed, "failed to publish the global configuration; it is tried again");
            outcome.failure = Some(failure);
            // What was built before may not be there: all of it is compared the next time.
            self.state_mut().changed.join(Changed::everything());
        }
        *self.inner.standing.write().unwrap_or_else(PoisonError::into_inner) = outcome;
    }

    pub(super) fn lifetimes(&self) -> Lifetimes {
        Lifetimes::new(self.state().document.expiry)
    }
}

/// The documents that changed, by name; none before an operator's document is in force.
fn documents(state: &State, changed: &Changed, registry: &RegistryDocument) -> BTreeMap<String, Vec<u8>> {
    let mut documents = BTreeMap::new();
    if state.version == 0 {
        return documents;
    }
    if changed.document {
        let (shared, groups) = (shared(state, registry), groups(state));
        documents.insert(wire::SHARED.to_owned(), wire::render(&shared));
        documents.insert(wire::GROUPS.to_owned(), wire::render(&groups));
    }
    if changed.bins.len() > BINS_ONE_BY_ONE {
        let mut bins: BTreeMap<_, Vec<_>> = changed.bins.iter().map(|number| (*number, Vec::new())).collect();
        for member in state.member_documents() {
            if let Some(bin) = bins.get_mut(&BinNumber::of(&member.id)) {
                bin.push(member);
            }
        }
        documents.extend(bins.into_iter().map(|(number, members)| (number.target(), wire::render_bin(members))));
    } else {
        let bin = |number: &BinNumber| (number.target(), wire::render_bin(state.bin(*number)));
        documents.extend(changed.bins.iter().map(bin));
    }
    documents
}

fn shared(state: &State, registry: &RegistryDocument) -> SharedDocument {
    let document = &state.document;
    SharedDocument {
        format: format::SHARED.to_owned(),
        instance: document.instance().to_owned(),
        registry: registry.clone(),
        certification_services: document.certification_documents(),
        time_stamping_services: document.time_stamping_documents(),
        ocsp_freshness_seconds: document.ocsp_freshness_seconds,
    }
}

fn groups(state: &State) -> GroupsDocument {
    GroupsDocument { format: format::GROUPS.to_owned(), groups: state.document.group_documents() }
}

/// From so many on, one walk over all members is cheaper than one for each bin.
const BINS_ONE_BY_ONE: usize = 2;
const MAX_ODDITIES: usize = 20;
