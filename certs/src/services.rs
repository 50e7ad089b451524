//! All trust services of one data folder.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clock::SharedClock;
use jiff::SignedDuration;
use listener::{Drained, Limits, Socket, Tls};
use signer::{KeyAlgorithm, Pin, SoftwareToken, Subject, TokenError};
use tokio_util::sync::CancellationToken;
use trust::certificate::Certificate;

use crate::authority::{self, Authority, Validity};
use crate::index::Index;
use crate::misbehaviour::Misbehaviours;
use crate::request::CertificateRequest;
use crate::responder::{NonceUse, Responder};
use crate::time_stamping::{Counter, TimeStamper};
use crate::{IssueError, Misbehaviour, Profile, Reach, RevocationReason, RevokeError, Service, Settings, http};

mod certificates;
mod error;

use certificates::{Certificates, Renewal, certification_key};
pub use error::{RunError, ServicesError};

/// A certification authority, its OCSP responder and a time-stamping authority.
///
/// Functions that write (issuing, revoking, stamping) wait for the disk: asynchronous callers use a blocking thread.
pub struct TrustServices {
    authority: Authority,
    responder: Responder,
    time_stamper: TimeStamper,
    settings: Settings,
    clock: SharedClock,
    misbehaviours: Misbehaviours,
}

impl TrustServices {
    /// Makes keys and certificates in `folder` and opens the services. A creation that was interrupted is continued.
    ///
    /// # Errors
    /// When there are services already, the settings are invalid or the folder cannot be written.
    pub fn create(
        folder: impl AsRef<Path>,
        settings: &Settings,
        pin: &Pin,
        clock: SharedClock,
    ) -> Result<Self, ServicesError> {
        let folder = folder.as_ref();
        settings.validate()?;
        let certificates = Certificates::new(folder);
        if certificates.read(ISSUING)?.is_some() {
            return Err(ServicesError::AlreadyExist { folder: folder.to_owned() });
        }
        let path = folder.join(TOKEN);
        let token = match SoftwareToken::create_with(&path, pin, settings.iterations()?) {
            Err(TokenError::AlreadyExists { .. }) => SoftwareToken::open(&path, pin)?,
            created => created?,
        };
        for service in [ROOT, ISSUING, OCSP, TIME_STAMPING] {
            match token.generate(service, KeyAlgorithm::P256) {
                Ok(_) | Err(TokenError::KeyExists { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let validity = Validity { from: clock.now(), days: settings.certification.authority_days };
        let failed = |service| move |source| ServicesError::Certify { service, source };
        let root_key = certification_key(&token, ROOT)?;
        let root = match certificates.read(ROOT)? {
            Some(root) => root,
            None => certificates.write(ROOT, {
                let name = format!("{} root", settings.name);
                authority::self_signed(&name, &root_key, validity).map_err(failed(ROOT))?
            })?,
        };
        let name = format!("{} issuing authority", settings.name);
        let issuing = authority::below_root(&name, &certification_key(&token, ISSUING)?, &root, root_key, validity);
        // Written last: it is what says that creation is complete.
        certificates.write(ISSUING, issuing.map_err(failed(ISSUING))?)?;
        Self::with_token(folder, settings, &token, clock)
    }

    /// Opens the services of `folder`, and renews the certificates of OCSP responder and time-stamping authority if they
    /// end soon.
    ///
    /// # Errors
    /// When there are none, the PIN is wrong, the settings are invalid or the folder is damaged.
    pub fn open(
        folder: impl AsRef<Path>,
        settings: &Settings,
        pin: &Pin,
        clock: SharedClock,
    ) -> Result<Self, ServicesError> {
        let folder = folder.as_ref();
        settings.validate()?;
        match SoftwareToken::open(folder.join(TOKEN), pin) {
            Err(TokenError::NotFound { .. }) => Err(ServicesError::NotFound { folder: folder.to_owned() }),
            token => Self::with_token(folder, settings, &token?, clock),
        }
    }

    /// Serves OCSP (`/ocsp`), time-stamping (`/tsa`) and certification (`/ca`) on `socket` until `shutdown`.
    ///
    /// # Errors
    /// When the socket is open to others and the settings do not say so.
    pub async fn run(self: Arc<Self>, socket: Socket, shutdown: CancellationToken) -> Result<Drained, RunError> {
        if let (Socket::Tcp(socket), Reach::Loopback) = (&socket, self.settings.reach) {
            let address = socket.local_addr().map_err(|source| RunError::Socket { source })?;
            if !address.ip().is_loopback() {
                return Err(RunError::NotLoopback { address });
            }
        }
        let handler = Arc::new(http::Doors::new(self));
        let limits = Limits { max_connections: MAX_CONNECTIONS, ..Limits::default() };
        Ok(listener::serve(socket, Tls::Plain, limits, handler, shutdown, DRAIN_WITHIN).await)
    }

    /// Certifies the key of a request (PKCS#10, DER) under this name, and gives the certificate and its issuer's (DER).
    ///
    /// # Errors
    /// When the request does not prove possession of its key, the name is invalid, or the disk fails.
    pub fn issue(&self, request: &[u8], profile: Profile, subject: &Subject) -> Result<Vec<Vec<u8>>, IssueError> {
        self.issue_as(&CertificateRequest::read(request)?, profile, subject)
    }

    /// As [`Self::issue`], under the name that the request asks for.
    ///
    /// # Errors
    /// As [`Self::issue`].
    pub fn issue_as_requested(&self, request: &[u8], profile: Profile) -> Result<Vec<Vec<u8>>, IssueError> {
        let request = CertificateRequest::read(request)?;
        let subject = request.subject()?;
        self.issue_as(&request, profile, &subject)
    }

    /// Revokes the certificate with this serial number, in hexadecimal.
    ///
    /// # Errors
    /// When there is none, or the disk fails.
    pub fn revoke(&self, serial: &str, reason: RevocationReason) -> Result<(), RevokeError> {
        self.authority.revoke(&serial.to_ascii_lowercase(), reason, self.clock.now())
    }

    /// Answers an OCSP request.
    #[must_use]
    pub fn answer_ocsp(&self, request: &[u8]) -> Vec<u8> {
        let misbehaviour = self.misbehaviours.of(Service::Ocsp);
        let nonce = match misbehaviour {
            Misbehaviour::WithoutNonce => NonceUse::LeftOut,
            Misbehaviour::OtherNonce => NonceUse::Replaced,
            _ => NonceUse::Echoed,
        };
        self.responder.answer(request, &self.authority, self.clock.now() - stale(misbehaviour), nonce)
    }

    /// Answers a timestamp request.
    #[must_use]
    pub fn stamp(&self, request: &[u8]) -> Vec<u8> {
        let behind = stale(self.misbehaviours.of(Service::TimeStamping));
        self.time_stamper.stamp(request, self.clock.now(), behind)
    }

    /// The root's certificate.
    #[must_use]
    pub fn root(&self) -> &Certificate {
        self.authority.root()
    }

    /// The issuing authority's certificate.
    #[must_use]
    pub fn issuing(&self) -> &Certificate {
        self.authority.issuing()
    }

    /// The OCSP responder's certificate.
    #[must_use]
    pub fn ocsp_certificate(&self) -> &Certificate {
        self.responder.key().certificate()
    }

    /// The time-stamping authority's certificate.
    #[must_use]
    pub fn time_stamping_certificate(&self) -> &Certificate {
        self.time_stamper.key().certificate()
    }

    /// Has a service do something wrong from now on, for tests.
    pub fn misbehave(&self, service: Service, misbehaviour: Misbehaviour) {
        self.misbehaviours.set(service, misbehaviour);
    }

    pub(crate) fn misbehaviour(&self, service: Service) -> Misbehaviour {
        self.misbehaviours.of(service)
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    fn with_token(
        folder: &Path,
        settings: &Settings,
        token: &SoftwareToken,
        clock: SharedClock,
    ) -> Result<Self, ServicesError> {
        let certificates = Certificates::new(folder);
        let missing = || ServicesError::NotFound { folder: folder.to_owned() };
        let root = certificates.read(ROOT)?.ok_or_else(missing)?;
        let issuing = certificates.read(ISSUING)?.ok_or_else(missing)?;
        let key = certification_key(token, ISSUING)?;
        let authority = Authority::new(root, issuing, key, settings.ocsp_url(), Index::open(&folder.join(ISSUED))?)
            .map_err(|_| ServicesError::Damaged { path: certificates.path(ISSUING) })?;

        let renewal = Renewal { certificates: &certificates, authority: &authority, settings, token, clock: &clock };
        let ocsp_key = renewal.service_key(OCSP, "OCSP responder", Profile::OcspResponder)?;
        let time_stamping_key = renewal.service_key(TIME_STAMPING, "time-stamping", Profile::TimeStamping)?;
        let validity = SignedDuration::from_mins(i64::from(settings.ocsp.validity_minutes));
        let counter = Counter::open(&folder.join(COUNTER))?;
        Ok(Self {
            responder: Responder::new(ocsp_key, validity),
            time_stamper: TimeStamper::new(time_stamping_key, authority.issuing(), settings.policy()?, counter),
            authority,
            settings: settings.clone(),
            clock,
            misbehaviours: Misbehaviours::default(),
        })
    }

    fn issue_as(
        &self,
        request: &CertificateRequest,
        profile: Profile,
        subject: &Subject,
    ) -> Result<Vec<Vec<u8>>, IssueError> {
        let certification = &self.settings.certification;
        let days = match profile {
            Profile::OcspResponder | Profile::TimeStamping => certification.service_days,
            Profile::Signing | Profile::Authentication | Profile::TlsServer => certification.leaf_days,
        };
        let certificate = self.authority.issue(request, profile, subject, Validity { from: self.clock.now(), days })?;
        Ok(vec![certificate.der().to_vec(), self.issuing().der().to_vec()])
    }
}

fn stale(misbehaviour: Misbehaviour) -> SignedDuration {
    match misbehaviour {
        Misbehaviour::Stale(by) => SignedDuration::try_from(by).unwrap_or(SignedDuration::ZERO),
        _ => SignedDuration::ZERO,
    }
}

/// The folder of the token, in the data folder.
pub const TOKEN: &str = "token";
const ROOT: &str = "root";
const ISSUING: &str = "issuing";
const OCSP: &str = "ocsp";
const TIME_STAMPING: &str = "time-stamping";
const ISSUED: &str = "issued.jsonl";
const COUNTER: &str = "time-stamping.json";
const MAX_CONNECTIONS: usize = 256;
const DRAIN_WITHIN: Duration = Duration::from_secs(5);
