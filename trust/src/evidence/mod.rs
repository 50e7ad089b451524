//! The verdict on an evidence container, step by step and in words.
//!
//! With a global configuration to trust, the verdict is valid or invalid. Without one only integrity can be judged:
//! that the container is what somebody signed and logged, not who that was. Every step says what was looked at and
//! what was found, so that a reader need not believe the verdict.

mod message;
mod proof;
mod report;
mod signer;
mod token;

pub use report::{Report, Step, StepName, StepVerdict, Verdict};
pub use token::{TokenError, check_token};

use std::error::Error;
use std::io::{Read, Seek};

use jiff::Timestamp;
use protocol::global_configuration::{GlobalConfiguration, TimeStampingService};
use protocol::hash::SnapshotHash;

use crate::asic::Reader;
use crate::certificate::Certificate;
use report::Steps;

/// Whom the reader of the evidence trusts.
#[derive(Clone)]
pub struct Trust<'a> {
    /// The global configuration: who is who.
    pub configuration: &'a GlobalConfiguration,
    /// Which snapshot that is.
    pub snapshot: SnapshotHash,
    /// The moment of judgement.
    pub now: Timestamp,
}

/// Judges a container by a global configuration.
pub fn verify<R: Read + Seek>(container: R, trust: &Trust<'_>) -> Report {
    judge(container, Basis::Trust(trust))
}

/// Judges a container by itself alone: integrity, not authenticity.
pub fn verify_integrity<R: Read + Seek>(container: R) -> Report {
    judge(container, Basis::Nothing)
}

/// What a verdict stands on.
#[derive(Clone, Copy)]
enum Basis<'a> {
    Nothing,
    Trust(&'a Trust<'a>),
}

fn judge<R: Read + Seek>(container: R, basis: Basis<'_>) -> Report {
    let mut steps = Steps::default();
    if let Some(mut reader) = steps.take(StepName::Container, open(container)) {
        let manifest = message::check_parts(&mut steps, &mut reader);
        let contents = reader.contents();
        let message = steps.take(StepName::Statement, message::read(contents));
        let signed = steps.take(StepName::Signature, signer::check_signature(contents));
        if let Some(signed) = &signed {
            signer::check_signer(&mut steps, signed, message.as_ref(), basis);
        }
        if let (Some(message), Some(manifest), Some(signed)) = (&message, &manifest, &signed) {
            steps.take(StepName::Commitments, message::check_commitments(contents, message, manifest, signed));
        }
        if let Some(message) = &message {
            proof::check_log(&mut steps, contents, message, signed.as_ref(), basis);
        }
    }
    steps.finish(basis)
}

fn open<R: Read + Seek>(container: R) -> Found<Reader<R>> {
    let reader = Reader::open(container).map_err(|error| format!("The container is refused: {}.", words(&error)))?;
    Ok((
        reader,
        "The file is an ASiC-E container in the strict form, with nothing before, between or after its entries."
            .to_owned(),
    ))
}

/// What a step found, with the sentence that says so; or the sentence that says why not.
type Found<T> = Result<(T, String), String>;

/// An error and its causes in one line.
fn words(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

impl Trust<'_> {
    /// The approved time-stamping authorities.
    fn time_stamping_authorities(&self) -> Vec<Certificate> {
        let services = self.configuration.time_stamping_services().iter().map(TimeStampingService::certificate);
        services.filter_map(|der| Certificate::from_der(der).ok()).collect()
    }
}
