//! What the registry knows: the operator's document, and what requests made of it. It is rebuilt from the events at
//! every start.

mod consequences;
mod event;
mod facts;
mod journal;
mod records;
#[cfg(test)]
mod tests;

pub(crate) use consequences::Consequences;
pub use consequences::RequestRefusal;
pub(crate) use event::{Change, Event};
pub(crate) use journal::Journal;
pub use journal::JournalError;
pub(crate) use records::{Record, RequestRecord, Server, Subsystem, Waiting};

use crate::operator::{OperatorDocument, SigningHistory};
use jiff::Timestamp;
use protocol::global_configuration::BinNumber;
use protocol::global_configuration::wire::MemberDocument;
use protocol::hash::{CertificateHash, Sha256Hash};
use protocol::identifier::{MemberId, ServerId};
use protocol::management::{Envelope, ManagementRequest, RequestState, RequestStatus};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use trust::path::Anchors;

/// What the registry knows.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) document: Arc<OperatorDocument>,
    pub(crate) version: u64,
    pub(crate) anchors: Arc<Anchors>,
    /// How many events made it.
    pub(crate) events: u64,
    records: HashMap<MemberId, Record>,
    servers_by_certificate: HashMap<CertificateHash, ServerId>,
    members_by_certificate: HashMap<CertificateHash, MemberId>,
    requests: HashMap<Sha256Hash, RequestRecord>,
    waiting: usize,
    pub(crate) changed: Changed,
}

/// What must be published again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Changed {
    /// `shared.json` and `groups.json`.
    pub(crate) document: bool,
    pub(crate) bins: BTreeSet<BinNumber>,
}

/// An event that does not follow from those before it: the journal is damaged, or of a newer version.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReplayError {
    #[error("a decision about request {request}, which never came in")]
    UnknownRequest { request: Sha256Hash },
    #[error("a request that cannot be read")]
    Envelope(#[from] protocol::management::EnvelopeError),
    #[error("request {request} was done and cannot be")]
    Refused { request: Sha256Hash, source: RequestRefusal },
}

impl State {
    /// What `event` makes of the state. `document` is the operator's of the version that the event names.
    pub(crate) fn apply(&mut self, event: &Event, document: Option<Arc<OperatorDocument>>) -> Result<(), ReplayError> {
        self.events += 1;
        match &event.change {
            Change::Configured { version } => self.configure(*version, document.unwrap_or_default()),
            Change::Requested { envelope } => self.receive(Envelope::parse(envelope)?, &event.author, event.time),
            Change::Approved { request } => {
                let envelope = self.decide(request, RequestState::Applied)?;
                let consequences = self.consequences(envelope.document().request());
                self.take(consequences.map_err(|source| ReplayError::Refused { request: *request, source })?);
            }
            Change::Declined { request, reason } => {
                self.decide(request, RequestState::Declined { reason: reason.clone() })?;
            }
            // The roots have a place of their own in the store.
            Change::KeysRotated { .. } | Change::RootReplaced { .. } => {}
        }
        Ok(())
    }

    /// What became of a request.
    pub(crate) fn status(&self, request: &Sha256Hash) -> Option<RequestStatus> {
        self.requests.get(request).map(|record| RequestStatus { request: *request, state: record.state.clone() })
    }

    pub(crate) fn request(&self, request: &Sha256Hash) -> Option<&RequestRecord> {
        self.requests.get(request)
    }

    /// How many requests wait for an operator.
    pub(crate) fn waiting_count(&self) -> usize {
        self.waiting
    }

    /// The requests that wait for an operator, the oldest first.
    pub(crate) fn waiting(&self) -> Vec<Waiting> {
        let mut waiting: Vec<_> = self.requests.values().filter_map(RequestRecord::waiting).collect();
        waiting.sort_by_key(|it| (it.received, it.request));
        waiting
    }

    /// The request that waits and asks for just this, if there is one.
    pub(crate) fn waiting_for(&self, request: &ManagementRequest) -> Option<Sha256Hash> {
        let asks = |record: &RequestRecord| record.envelope().is_some_and(|it| it.document().request() == request);
        self.requests.iter().find(|(_, record)| asks(record)).map(|(hash, _)| *hash)
    }

    pub(crate) fn record(&self, member: &MemberId) -> Option<&Record> {
        self.records.get(member)
    }

    pub(crate) fn server(&self, server: &ServerId) -> Option<&Server> {
        self.records.get(server.owner())?.servers.get(server.code())
    }

    /// Whether a signature with this certificate is one of the server.
    pub(crate) fn speaks_for(&self, certificate: &CertificateHash, server: &ServerId) -> bool {
        self.servers_by_certificate.get(certificate) == Some(server)
    }

    /// Whether a signature with this certificate is one of the member.
    pub(crate) fn signs_for(&self, certificate: &CertificateHash, member: &MemberId) -> bool {
        self.members_by_certificate.get(certificate) == Some(member)
    }

    pub(crate) fn signing_history(&self, member: &MemberId) -> SigningHistory {
        match self.records.get(member).is_some_and(|record| !record.signing_certificates.is_empty()) {
            true => SigningHistory::Some,
            false => SigningHistory::None,
        }
    }

    /// The members of a bin as they are published.
    pub(crate) fn bin(&self, number: BinNumber) -> Vec<MemberDocument> {
        let members = self.document.members.iter().filter(|(member, _)| BinNumber::of(member) == number);
        members.map(|(member, name)| self.member_document(member, name)).collect()
    }

    /// All members as they are published.
    pub(crate) fn member_documents(&self) -> Vec<MemberDocument> {
        self.document.members.iter().map(|(member, name)| self.member_document(member, name)).collect()
    }

    fn member_document(&self, member: &MemberId, name: &str) -> MemberDocument {
        match self.records.get(member) {
            Some(record) => record.document(member, name),
            None => Record::default().document(member, name),
        }
    }

    fn configure(&mut self, version: u64, document: Arc<OperatorDocument>) {
        if self.version == 0 {
            self.changed = Changed::everything();
        }
        let old = std::mem::replace(&mut self.document, document);
        self.version = version;
        self.anchors = Arc::new(self.document.anchors());
        // Who is no longer a member has no servers and subsystems, which is checked before; its certificates go with it.
        let gone = |member: &MemberId| !self.document.members.contains_key(member);
        let removed: Vec<MemberId> = self.records.keys().filter(|member| gone(member)).cloned().collect();
        for member in removed {
            self.replace_record(&member, Record::default());
        }
        self.changed.document = true;
        let members = old.members.keys().chain(self.document.members.keys());
        let differs = |member: &&MemberId| old.members.get(*member) != self.document.members.get(*member);
        let bins: Vec<_> = members.filter(differs).map(BinNumber::of).collect();
        self.changed.bins.extend(bins);
    }

    fn receive(&mut self, envelope: Envelope, author: &str, received: Timestamp) {
        let request = envelope.document().hash();
        let record = RequestRecord::waiting_since(envelope, author.to_owned(), received);
        if self.requests.insert(request, record).is_none() {
            self.waiting += 1;
        }
    }

    fn decide(&mut self, request: &Sha256Hash, state: RequestState) -> Result<Envelope, ReplayError> {
        let unknown = || ReplayError::UnknownRequest { request: *request };
        let record = self.requests.get_mut(request).ok_or_else(unknown)?;
        let envelope = record.decide(state).ok_or_else(unknown)?;
        self.waiting -= 1;
        Ok(envelope)
    }

    fn take(&mut self, consequences: Consequences) {
        for (member, record) in consequences.into_records() {
            self.replace_record(&member, record);
        }
    }

    fn replace_record(&mut self, member: &MemberId, record: Record) {
        let server = |code: &str| ServerId::new(member.clone(), code).ok();
        if let Some(old) = self.records.remove(member) {
            old.signing_certificates.iter().for_each(|hash| drop(self.members_by_certificate.remove(hash)));
            let hashes = old.servers.values().flat_map(|server| &server.authentication_certificates);
            hashes.for_each(|hash| drop(self.servers_by_certificate.remove(hash)));
        }
        for hash in &record.signing_certificates {
            self.members_by_certificate.insert(*hash, member.clone());
        }
        for (code, of_server) in &record.servers {
            let Some(id) = server(code) else { continue };
            let hashes = of_server.authentication_certificates.iter();
            self.servers_by_certificate.extend(hashes.map(|hash| (*hash, id.clone())));
        }
        if record != Record::default() {
            self.records.insert(member.clone(), record);
        }
        self.changed.bins.insert(BinNumber::of(member));
    }
}

impl Changed {
    /// All that can change.
    pub(crate) fn everything() -> Self {
        Self { document: true, bins: BinNumber::all().collect() }
    }

    /// Whatever the two name.
    pub(crate) fn join(&mut self, other: Self) {
        self.document |= other.document;
        self.bins.extend(other.bins);
    }
}
