//! Our own credentials: for each member that signs here a key, its certificate, and OCSP responses that are still fresh.

use super::CredentialsUnit;
use crate::configuration::Judgement;
use crate::refusal::Refusal;
use arc_swap::ArcSwap;
use async_trait::async_trait;
use aws_lc_rs::rand;
use jiff::Timestamp;
use protocol::credentials::Credentials;
use protocol::hash::CertificateHash;
use protocol::identifier::MemberId;
use signer::Signer;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use trust::certificate::{Certificate, Role};
use trust::ocsp::{self, GoodStatus};
use trust::path;

/// Where the status of a certificate is asked.
#[async_trait]
pub trait OcspSource: Send + Sync {
    /// Posts a request to the responder at `url`.
    ///
    /// # Errors
    /// Why there is no answer, in words.
    async fn ask(&self, url: &str, request: Vec<u8>) -> Result<Vec<u8>, String>;
}

/// A key that signs for a member, with its certificate chain.
pub struct MemberSigner {
    member: MemberId,
    key: Arc<dyn Signer>,
    chain: Vec<Certificate>,
}

/// Credentials that go with a member's messages.
#[derive(Debug)]
pub struct OwnCredentials {
    certificate: Certificate,
    unit: CredentialsUnit,
    good_until: Timestamp,
}

/// A key that may sign now, and the credentials that go with it.
type Usable = (Arc<MemberSigner>, Arc<OwnCredentials>);

/// A status that was fetched and verified.
#[derive(Debug, Clone)]
struct FreshStatus {
    response: Vec<u8>,
    good_until: Timestamp,
}

/// What one certificate's status is, for `doctor`.
#[derive(Debug, Clone)]
pub struct StatusReport {
    /// Whose certificate.
    pub subject: String,
    /// When the certificate ends.
    pub not_after: Timestamp,
    /// Until when its last good status counts, or why there is none.
    pub status: Result<Timestamp, String>,
}

/// Every key that signs here, and the credentials that count now.
pub struct OwnKeys {
    signers: ArcSwap<Vec<Arc<MemberSigner>>>,
    authentication: Vec<Certificate>,
    current: ArcSwap<HashMap<MemberId, Usable>>,
    handover: Duration,
    // Since when each certificate is seen to be registered. Refreshing is one task's; the lock is for the type's sake.
    registered: Mutex<HashMap<CertificateHash, Timestamp>>,
    reports: ArcSwap<Vec<StatusReport>>,
}

impl MemberSigner {
    /// A key for `member`; the chain begins with its own certificate.
    #[must_use]
    pub fn new(member: MemberId, key: Arc<dyn Signer>, chain: Vec<Certificate>) -> Self {
        Self { member, key, chain }
    }

    /// For whom it signs.
    #[must_use]
    pub fn member(&self) -> &MemberId {
        &self.member
    }

    /// Its certificate and the issuers that follow, without the root.
    #[must_use]
    pub fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    /// Its certificate.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        self.chain.first()
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &dyn Signer {
        self.key.as_ref()
    }
}

impl OwnCredentials {
    /// The signing certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The unit that travels and is logged.
    #[must_use]
    pub fn unit(&self) -> &CredentialsUnit {
        &self.unit
    }
}

impl OwnKeys {
    /// Keys without any status yet.
    #[must_use]
    pub fn new(signers: Vec<MemberSigner>, authentication: Vec<Certificate>) -> Self {
        let signers = ArcSwap::from_pointee(signers.into_iter().map(Arc::new).collect());
        let (current, reports) = (ArcSwap::default(), ArcSwap::default());
        Self { signers, authentication, current, handover: HANDOVER, registered: Mutex::default(), reports }
    }

    /// A key whose certificate was registered takes over so long after that was seen: before, its peers may judge by a
    /// configuration that does not have it, and would refuse what it signs.
    #[must_use]
    pub fn with_handover(mut self, handover: Duration) -> Self {
        self.handover = handover;
        self
    }

    /// Every key that signs here.
    #[must_use]
    pub fn signers(&self) -> Arc<Vec<Arc<MemberSigner>>> {
        self.signers.load_full()
    }

    /// Signs by these keys from now on. What counts already goes on counting, of keys that stay; the others do not sign
    /// any more, and what is under way ends as it began. New ones count with the next [refresh](Self::refresh).
    pub fn replace(&self, signers: Vec<MemberSigner>) {
        self.signers.store(Arc::new(signers.into_iter().map(Arc::new).collect()));
        let current = self.remaining(HashMap::clone(&self.current.load()));
        self.current.store(Arc::new(current));
    }

    /// Without what goes with keys that are here no more; those that are, by the signer that is here now.
    fn remaining(&self, current: HashMap<MemberId, Usable>) -> HashMap<MemberId, Usable> {
        let signers = self.signers.load();
        let same = |(member, (before, credentials)): (MemberId, Usable)| {
            let leaf = before.certificate().map(Certificate::der);
            let signer = signers
                .iter()
                .find(|signer| signer.member == member && signer.certificate().map(Certificate::der) == leaf)?;
            Some((member, (signer.clone(), credentials)))
        };
        current.into_iter().filter_map(same).collect()
    }

    /// The key and credentials by which `member` signs now.
    ///
    /// # Errors
    /// When there is no key with a registered certificate of good, fresh status.
    pub fn of(&self, member: &MemberId, now: Timestamp) -> Result<Usable, Refusal> {
        match self.current.load().get(member) {
            Some((signer, credentials)) if now < credentials.good_until => Ok((signer.clone(), credentials.clone())),
            _ => Err(Refusal::CannotSign(member.clone())),
        }
    }

    /// What is known of each certificate's status.
    #[must_use]
    pub fn reports(&self) -> Arc<Vec<StatusReport>> {
        self.reports.load_full()
    }

    /// Fetches the status of every certificate and swaps the credentials; those that failed keep their last good status.
    ///
    /// Returns when the next refresh is due: well before the first of the statuses ends.
    pub async fn refresh(&self, judgement: &Judgement, source: &dyn OcspSource, now: Timestamp) -> Timestamp {
        let authentication = self.status(&self.authentication, Role::Authentication, judgement, source, now).await;
        let mut reports = vec![report(&self.authentication, &authentication)];
        let mut fresh = HashMap::clone(&self.current.load());
        let mut due = authentication.as_ref().map(|status| status.good_until).unwrap_or(now);
        let signers = self.signers.load_full();
        let taking_over = self.note_registered(&signers, judgement, now);
        for signer in signers.iter() {
            let status = self.status(&signer.chain, Role::Signing, judgement, source, now).await;
            reports.push(report(&signer.chain, &status));
            due = due.min(status.as_ref().map(|status| status.good_until).unwrap_or(now));
            if let (Ok(signing), Ok(authentication)) = (&status, &authentication) {
                let credentials = Arc::new(self.assemble(signer, signing, authentication));
                if self.is_next(signer, fresh.get(&signer.member), judgement, now) {
                    fresh.insert(signer.member.clone(), (signer.clone(), credentials));
                }
            }
        }
        // Keys may have been replaced while their status was asked.
        self.current.store(Arc::new(self.remaining(fresh)));
        self.reports.store(Arc::new(reports));
        let next = next_refresh(now, due);
        taking_over.map_or(next, |end| end.min(next))
    }

    /// Notes since when each certificate is registered; gives the next time at which one takes over.
    fn note_registered(
        &self,
        signers: &[Arc<MemberSigner>],
        judgement: &Judgement,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let mut registered = self.registered.lock().unwrap_or_else(PoisonError::into_inner);
        let own = signers.iter().filter(|signer| is_registered(judgement, signer));
        let hashes: HashSet<CertificateHash> = own.filter_map(|signer| Some(signer.certificate()?.hash())).collect();
        registered.retain(|hash, _| hashes.contains(hash));
        for hash in hashes {
            registered.entry(hash).or_insert(now);
        }
        let ends = registered.values().filter_map(|since| since.checked_add(self.handover).ok());
        ends.filter(|end| *end > now).min()
    }

    /// Whether this key of good status signs next, in the place of `current`.
    fn is_next(&self, signer: &MemberSigner, current: Option<&Usable>, judgement: &Judgement, now: Timestamp) -> bool {
        let Some((before, credentials)) = current else { return true };
        let hash = signer.certificate().map(Certificate::hash);
        let is_same = before.certificate().map(Certificate::hash) == hash;
        let before_counts = now < credentials.good_until && is_registered(judgement, before);
        let registered = self.registered.lock().unwrap_or_else(PoisonError::into_inner);
        let since = hash.and_then(|hash| registered.get(&hash).copied());
        let is_known_to_peers = since.is_some_and(|since| since.checked_add(self.handover).is_ok_and(|end| end <= now));
        is_same || is_known_to_peers || (since.is_some() && !before_counts)
    }

    async fn status(
        &self,
        chain: &[Certificate],
        role: Role,
        judgement: &Judgement,
        source: &dyn OcspSource,
        now: Timestamp,
    ) -> Result<FreshStatus, String> {
        let (leaf, intermediates) = chain.split_first().ok_or("no certificate")?;
        let valid =
            path::verify(leaf, intermediates, judgement.anchors(), role, now).map_err(|error| error.to_string())?;
        let services = judgement.global().certification_services();
        let published = services.iter().flat_map(protocol::global_configuration::CertificationService::ocsp_urls);
        let urls = leaf.ocsp_urls().iter().map(String::as_str).chain(published);
        let max_age = judgement.global().ocsp_freshness();
        let (response, good) =
            ask_status(leaf, valid.issuer(), urls, max_age, source, now).await.inspect_err(|failure| {
                tracing::warn!(
                    certificate.subject = leaf.subject(),
                    failure,
                    "failed to refresh a certificate's status"
                )
            })?;
        let good_until = super::peers::good_until(&good, max_age).min(leaf.not_after());
        Ok(FreshStatus { response, good_until })
    }

    fn assemble(&self, signer: &MemberSigner, signing: &FreshStatus, authentication: &FreshStatus) -> OwnCredentials {
        let der = |chain: &[Certificate]| chain.iter().map(|certificate| certificate.der().to_vec()).collect();
        let credentials = Credentials {
            signing_chain: der(&signer.chain),
            signing_status: signing.response.clone(),
            authentication_chain: der(&self.authentication),
            authentication_status: authentication.response.clone(),
        };
        let unit = CredentialsUnit::new(credentials.encode().into());
        let good_until = signing.good_until.min(authentication.good_until);
        OwnCredentials { certificate: signer.chain[0].clone(), unit, good_until }
    }
}

/// Asks the responders at `urls` whether a certificate is good, until one says so in an answer that is not older than `max_age`.
///
/// # Errors
/// What the last of them said instead, in words.
pub async fn ask_status<'a>(
    leaf: &Certificate,
    issuer: &Certificate,
    urls: impl Iterator<Item = &'a str> + Send,
    max_age: Duration,
    source: &dyn OcspSource,
    now: Timestamp,
) -> Result<(Vec<u8>, GoodStatus), String> {
    // An answer that somebody kept is not ours: RFC 8954.
    let mut nonce = [0; NONCE_BYTES];
    rand::fill(&mut nonce).map_err(|_| "no random bytes")?;
    let request = ocsp::request(leaf, issuer, Some(&nonce));
    let mut failure = "no OCSP responder is known for it".to_owned();
    for url in urls.take(MAX_RESPONDERS) {
        let verified = source.ask(url, request.clone()).await.and_then(|response| {
            let good = ocsp::verify_answer(&response, leaf, issuer, now, max_age, &nonce);
            good.map(|good| (response, good)).map_err(|error| error.to_string())
        });
        match verified {
            Ok(answer) => return Ok(answer),
            Err(error) => failure = format!("{url}: {error}"),
        }
    }
    Err(failure)
}

/// Four times as long as a server usually keeps a configuration before it asks for a newer one.
const HANDOVER: Duration = Duration::from_secs(120);

/// RFC 8954 §2.1: 32 bytes are what every responder takes that knows nonces.
const NONCE_BYTES: usize = 32;

/// Responders asked for one certificate, at most.
const MAX_RESPONDERS: usize = 8;

fn is_registered(judgement: &Judgement, signer: &MemberSigner) -> bool {
    let member = judgement.global().member(&signer.member);
    member.is_some_and(|member| signer.chain.first().is_some_and(|leaf| member.signs_with(&leaf.hash())))
}

/// A third of the remaining time, but not more often than every ten seconds: a responder may be away for a while unnoticed.
fn next_refresh(now: Timestamp, due: Timestamp) -> Timestamp {
    let remaining = due.duration_since(now) / 3;
    let pause = remaining.max(jiff::SignedDuration::from_secs(10));
    now.checked_add(pause).unwrap_or(Timestamp::MAX)
}

fn report(chain: &[Certificate], status: &Result<FreshStatus, String>) -> StatusReport {
    let leaf = chain.first();
    StatusReport {
        subject: leaf.map(|leaf| leaf.subject().to_owned()).unwrap_or_default(),
        not_after: leaf.map(Certificate::not_after).unwrap_or(Timestamp::MIN),
        status: status.as_ref().map(|status| status.good_until).map_err(Clone::clone),
    }
}
