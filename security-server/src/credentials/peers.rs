//! Credentials of peers: verified once, remembered by name, checked against the registry at each message.

use super::CredentialsUnit;
use crate::configuration::Judgement;
use crate::message::Presented;
use crate::refusal::MessageRefusal;
use jiff::{SignedDuration, Timestamp};
use protocol::credentials::Credentials;
use protocol::hash::{CertificateHash, Sha256Hash, SnapshotHash};
use protocol::identifier::{MemberId, ServerId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use trust::certificate::{Certificate, Role};
use trust::ocsp::{self, GoodStatus};
use trust::path;

/// Credentials whose paths and statuses were verified.
#[derive(Debug)]
pub struct VerifiedCredentials {
    signing: Certificate,
    authentication: CertificateHash,
    unit: CredentialsUnit,
    good_until: Timestamp,
}

/// Verified credentials by name.
#[derive(Debug)]
pub struct CredentialsCache {
    // One short critical section around a map look-up; verification happens outside.
    entries: Mutex<HashMap<Sha256Hash, Entry>>,
    capacity: usize,
}

/// Credentials, and the snapshot that they were judged by: another one may approve other certification services.
#[derive(Debug, Clone)]
struct Entry {
    credentials: Arc<VerifiedCredentials>,
    judged_by: SnapshotHash,
}

impl VerifiedCredentials {
    /// The signing certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.signing
    }

    /// The unit as it was presented.
    #[must_use]
    pub fn unit(&self) -> &CredentialsUnit {
        &self.unit
    }

    /// Demands what the registry says *now*: that the signing certificate is one of the member's, and the
    /// authentication certificate one of the server's and the one that authenticated the connection.
    ///
    /// # Errors
    /// Which of the two is not registered, and for whom.
    pub fn check_registered(
        &self,
        judgement: &Judgement,
        member: &MemberId,
        server: &ServerId,
        connection: &CertificateHash,
    ) -> Result<(), MessageRefusal> {
        let signs = judgement.global().member(member).is_some_and(|member| member.signs_with(&self.signing.hash()));
        if !signs {
            return Err(MessageRefusal::NotRegistered { which: "signing", owner: member.to_string() });
        }
        let registered = judgement.global().server_of_certificate(&self.authentication) == Some(server);
        if !registered || self.authentication != *connection {
            return Err(MessageRefusal::NotRegistered { which: "authentication", owner: server.to_string() });
        }
        Ok(())
    }
}

impl CredentialsCache {
    /// Remembers at most `capacity` units.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { entries: Mutex::default(), capacity }
    }

    /// The unit of this name, where it is held; whether it still verifies is not said.
    #[must_use]
    pub fn held(&self, name: &Sha256Hash) -> Option<CredentialsUnit> {
        self.lock().get(name).map(|entry| entry.credentials.unit().clone())
    }

    /// Verified credentials, from memory where they were verified before under the same snapshot.
    ///
    /// What was verified under another snapshot is verified again from the bytes that are kept: a peer may name it as long
    /// as it is held here.
    ///
    /// # Errors
    /// When a path or a status does not hold now, or a named unit is not known.
    pub fn verified(
        &self,
        presented: &Presented,
        judgement: &Judgement,
        now: Timestamp,
    ) -> Result<Arc<VerifiedCredentials>, MessageRefusal> {
        let name = match presented {
            Presented::Named(name) => name,
            Presented::Whole(unit) => unit.name(),
        };
        let known = self.lock().get(name).cloned();
        if let Some(entry) = &known
            && entry.judged_by == judgement.hash()
            && now < entry.credentials.good_until
        {
            return Ok(entry.credentials.clone());
        }
        let unit = match (presented, &known) {
            (Presented::Whole(unit), _) => unit,
            (Presented::Named(_), Some(entry)) => entry.credentials.unit(),
            (Presented::Named(name), None) => return Err(MessageRefusal::UnknownCredentials(*name)),
        };
        let credentials = Arc::new(verify(unit, judgement, now)?);
        self.remember(Entry { credentials: credentials.clone(), judged_by: judgement.hash() });
        Ok(credentials)
    }

    fn remember(&self, entry: Entry) {
        let mut entries = self.lock();
        let name = *entry.credentials.unit.name();
        if entries.len() >= self.capacity && !entries.contains_key(&name) {
            // The one that ends first is the one that is replaced first.
            let ending = entries.iter().min_by_key(|(_, entry)| entry.credentials.good_until).map(|(name, _)| *name);
            ending.and_then(|name| entries.remove(&name));
        }
        entries.insert(name, entry);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Sha256Hash, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn verify(
    unit: &CredentialsUnit,
    judgement: &Judgement,
    now: Timestamp,
) -> Result<VerifiedCredentials, MessageRefusal> {
    let credentials = Credentials::decode(unit.encoded())?;
    let (signing, signing_until) =
        certified(&credentials.signing_chain, &credentials.signing_status, Role::Signing, judgement, now)?;
    let (authentication, authentication_until) = certified(
        &credentials.authentication_chain,
        &credentials.authentication_status,
        Role::Authentication,
        judgement,
        now,
    )?;
    let good_until = signing_until.min(authentication_until);
    Ok(VerifiedCredentials { signing, authentication: authentication.hash(), unit: unit.clone(), good_until })
}

/// A certificate with a valid path and a good, fresh status, and until when both hold.
fn certified(
    chain: &[Vec<u8>],
    status: &[u8],
    role: Role,
    judgement: &Judgement,
    now: Timestamp,
) -> Result<(Certificate, Timestamp), MessageRefusal> {
    let which = if role == Role::Signing { "signing" } else { "authentication" };
    let refused = |why: String| MessageRefusal::Certificate { which, why };
    let chain: Vec<Certificate> = chain
        .iter()
        .map(|der| Certificate::from_der(der))
        .collect::<Result<_, _>>()
        .map_err(|e| refused(e.to_string()))?;
    let (leaf, intermediates) = chain.split_first().ok_or_else(|| refused("there is none".to_owned()))?;
    let path = path::verify(leaf, intermediates, judgement.anchors(), role, now).map_err(|e| refused(e.to_string()))?;
    let max_age = judgement.global().ocsp_freshness();
    let good = ocsp::verify(status, leaf, path.issuer(), now, max_age, None)
        .map_err(|error| MessageRefusal::Status { which, why: error.to_string() })?;
    let chain_ends = path.chain().iter().map(Certificate::not_after).min().unwrap_or(now);
    Ok((leaf.clone(), good_until(&good, max_age).min(chain_ends)))
}

/// Until when a status counts: as long as it is fresh, and not beyond what its responder says.
pub(super) fn good_until(good: &GoodStatus, max_age: Duration) -> Timestamp {
    let age = SignedDuration::try_from(max_age).unwrap_or(SignedDuration::MAX);
    let fresh = good.this_update().checked_add(age).unwrap_or(Timestamp::MAX);
    good.next_update().map_or(fresh, |next| fresh.min(next))
}
