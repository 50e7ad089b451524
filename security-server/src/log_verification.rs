//! Verifying the message log with everything that is at hand: the token's key, the registered log keys, the authorities
//! of timestamps. The administrator's door asks for it while the server runs, the command line when it does not.

use crate::configuration::Judgement;
use crate::log_keys::TokenKeyWrap;
use crate::settings::Settings;
use crate::start::{StartError, open_source};
use global_configuration::{Source, open_bundle};
use jiff::Timestamp;
use listener::client::{Client, ClientTls};
use message_log::{KeyWrap, Stamp, Verification, VerifyReport};
use protocol::global_configuration::TimeStampingService;
use protocol::hash::{Sha256Hash, SnapshotHash};
use serde_json::{Value, json};
use signer::{Pin, SoftwareToken};
use std::cell::RefCell;
use std::io;
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Handle;
use trust::certificate::Certificate;
use trust::evidence::check_token;
use trust::note::NoteKey;

/// The folder of the log in a server's data folder.
pub(crate) const LOG_FOLDER: &str = "message-log";

/// What a log is verified with.
pub(crate) struct LogVerifier<'a> {
    /// Opens the contents; without it they are not compared.
    pub(crate) key: Option<&'a dyn KeyWrap>,
    /// The keys that may have signed its checkpoints.
    pub(crate) log_keys: Vec<NoteKey>,
    /// Who may stamp them now.
    pub(crate) judgement: Option<Arc<Judgement>>,
    /// Knows who might before.
    pub(crate) source: &'a Source,
    /// The time of the verification.
    pub(crate) now: Timestamp,
}

/// The authorities of timestamps by one configuration.
struct Authorities {
    judgement: Arc<Judgement>,
    certificates: Vec<Certificate>,
}

impl LogVerifier<'_> {
    /// Verifies the log of the server in `folder`, open or not. Blocks, on a thread of a runtime that is there for that.
    pub(crate) fn run(&self, folder: &Path) -> io::Result<VerifyReport> {
        let newest = self.judgement.clone().map(Authorities::of);
        // Records of one time lie together, so one earlier configuration is enough to keep.
        let earlier = RefCell::new(None);
        let check = |stamp: &Stamp<'_>| {
            let newest = newest.as_ref().ok_or("there is no global configuration")?;
            newest.check(stamp, self.now).or_else(|why| match stamp.configuration {
                // An authority that left the configuration counts for what it stamped when it was there.
                Some(hash) => {
                    self.earlier(hash, &mut earlier.borrow_mut()).map_or(Err(why), |then| then.check(stamp, self.now))
                }
                None => Err(why),
            })
        };
        let mut progress = |_| {};
        let mut with = Verification {
            key: self.key,
            log_keys: &self.log_keys,
            timestamps: self.judgement.is_some().then_some(&check),
            progress: &mut progress,
        };
        message_log::verify(&folder.join(LOG_FOLDER), &mut with)
    }

    /// The authorities by the configuration that a record names, if this server still has that one.
    fn earlier<'k>(
        &self,
        hash: SnapshotHash,
        kept: &'k mut Option<(SnapshotHash, Option<Authorities>)>,
    ) -> Option<&'k Authorities> {
        if kept.as_ref().is_none_or(|(kept, _)| *kept != hash) {
            let opened = Handle::current().block_on(async {
                let bundle = self.source.bundle(&hash).await.ok()?;
                // Its hash, which the record names, vouches for it.
                open_bundle(&bundle, None).await.ok().filter(|snapshot| snapshot.hash == hash)
            });
            *kept = Some((hash, opened.map(|snapshot| Authorities::of(Arc::new(Judgement::new(Arc::new(snapshot)))))));
        }
        kept.as_ref()?.1.as_ref()
    }
}

impl Authorities {
    fn of(judgement: Arc<Judgement>) -> Self {
        let services = judgement.global().time_stamping_services().iter().map(TimeStampingService::certificate);
        let certificates = services.filter_map(|certificate| Certificate::from_der(certificate).ok()).collect();
        Self { judgement, certificates }
    }

    fn check(&self, stamp: &Stamp<'_>, now: Timestamp) -> Result<(), String> {
        let imprint = Sha256Hash::of(stamp.bytes);
        let checked = check_token(stamp.token, &imprint, &self.certificates, self.judgement.anchors(), now);
        checked.map(|_| ()).map_err(|error| error.to_string())
    }
}

/// Verifies the log of a server that does not run, and reports as the administrator's door does. Contents are compared
/// where the token's PIN is given.
///
/// # Errors
/// When settings, keys or the disk cannot be read; whatever does not verify is in the report.
pub async fn verify_stopped(folder: &Path, pin: Option<&Pin>, now: Timestamp) -> Result<Value, StartError> {
    let settings = Settings::load(folder)?;
    let source = open_source(folder, &settings, Client::new(ClientTls::Plain)).await?;
    let judgement = source.current().map(|snapshot| Arc::new(Judgement::new(snapshot)));
    let registered = judgement.iter().filter_map(|judgement| judgement.global().server(&settings.server));
    let registered = registered.flat_map(|own| own.log_keys()).filter_map(|key| key.as_str().parse().ok());
    let mut log_keys: Vec<NoteKey> = registered.collect();
    let key = match pin {
        None => None,
        Some(pin) => {
            let token = SoftwareToken::open(folder.join(&settings.keys.token), pin)?;
            token.open_all()?;
            let own = crate::log_keys::LogSigner::new(&settings.server, token.signer(&settings.keys.log)?)?;
            log_keys.push(own.verifier().clone());
            Some(TokenKeyWrap::new(Arc::new(token.key_encryption_key(&settings.keys.log_encryption)?)))
        }
    };
    let folder = folder.to_owned();
    let verifying = tokio::task::spawn_blocking(move || {
        let key = key.as_ref().map(|key| key as &dyn KeyWrap);
        let report = LogVerifier { key, log_keys, judgement, source: &source, now }.run(&folder);
        report.map_err(|source| StartError::Read { path: folder.join(LOG_FOLDER), source })
    });
    match verifying.await {
        Ok(report) => report.map(|report| report_json(&report)),
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// The report, as the administrator's door gives it.
pub(crate) fn report_json(report: &VerifyReport) -> Value {
    json!({
        "sound": report.is_sound(),
        "records": report.records,
        "messages": report.messages,
        "contents": report.contents,
        "checkpoints": report.checkpoints,
        "signatures": report.signatures,
        "timestamps": report.timestamps,
        "signatureTimestamps": report.signature_timestamps,
        "erased": report.erased.iter().map(|erased| json!({
            "index": erased.index, "time": erased.time.to_string(), "reason": erased.reason, "author": erased.author,
        })).collect::<Vec<_>>(),
        "erasedCount": report.erased_count,
        "problems": report.problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "problemCount": report.problem_count,
    })
}
