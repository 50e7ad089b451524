//! Who signed: signature, certificate, member, certificate status.

use super::message::Message;
use super::report::{StepName, StepVerdict, Steps};
use super::{Basis, Found, Trust, words};
use crate::asic::Contents;
use crate::certificate::Certificate;
use crate::long_signature::{LongSignature, LongSignatureError};
use crate::path::{Anchors, ValidPath};

pub(super) fn check_signature(contents: &Contents) -> Found<LongSignature> {
    let signed = LongSignature::open(&contents.signature, &contents.manifest).map_err(|error| match error {
        LongSignatureError::NoCertificate => "The signature does not carry the certificate that it names.".to_owned(),
        error => format!("The signature is refused: {}.", words(&error)),
    })?;
    let certificate = signed.certificate();
    let explanation = format!(
        "The manifest is signed with the certificate of {} (serial number {}, SHA-256 {}); the signer claims to have signed at {}.",
        certificate.subject(),
        certificate.serial_hex(),
        certificate.hash(),
        signed.signature().signing_time(),
    );
    Ok((signed, explanation))
}

/// Judges the signer by what the registry and the authorities say.
pub(super) fn check_signer(steps: &mut Steps, signed: &LongSignature, message: Option<&Message>, basis: Basis<'_>) {
    let Basis::Trust(trust) = basis else {
        for name in [StepName::CertificatePath, StepName::Member, StepName::CertificateStatus] {
            steps.record(name, StepVerdict::NotChecked, "No global configuration was given to trust.");
        }
        return;
    };
    let path = steps.take(StepName::CertificatePath, check_path(signed, trust));
    if let Some(message) = message {
        steps.take(StepName::Member, check_member(signed, message, trust));
    }
    if let Some(path) = path {
        steps.take(StepName::CertificateStatus, check_status(signed, &path, trust));
    }
}

fn check_path(signed: &LongSignature, trust: &Trust<'_>) -> Found<ValidPath> {
    let path = signed.check_path(&Anchors::of(trust.configuration)).map_err(|error| match error {
        LongSignatureError::Stray { subject } => {
            format!("The signature carries a certificate of {subject} that is not part of the signer's path.")
        }
        error => format!("The signer's certificate is refused: {}.", words(&error)),
    })?;
    let above: Vec<&str> = path.chain().iter().skip(1).map(Certificate::subject).collect();
    let explanation = format!(
        "The certificate is for signing alone, was valid at the signing time, and was issued under an approved authority: {}.",
        above.join(", under "),
    );
    Ok((path, explanation))
}

fn check_member(signed: &LongSignature, message: &Message, trust: &Trust<'_>) -> Found<()> {
    let member = message.member();
    let hash = signed.certificate().hash();
    let compared = compared_snapshot(message, trust);
    let Some(registered) = trust.configuration.member(member) else {
        return Err(format!("The global configuration knows no member {member}.{compared}"));
    };
    if !registered.signs_with(&hash) {
        return Err(format!("The registry does not publish the certificate {hash} for the member {member}.{compared}"));
    }
    let name = registered.name();
    Ok((
        (),
        format!("The registry publishes this certificate for the member {member} ({name}), who had to sign.{compared}"),
    ))
}

/// Says so if the message was judged by another snapshot than the one given.
fn compared_snapshot(message: &Message, trust: &Trust<'_>) -> String {
    let (judged_by, given) = (message.leaf.configuration, trust.snapshot);
    if judged_by == given {
        return String::new();
    }
    format!(" (The message was judged by the snapshot {judged_by}; given was {given}.)")
}

fn check_status(signed: &LongSignature, path: &ValidPath, trust: &Trust<'_>) -> Found<()> {
    let freshness = trust.configuration.ocsp_freshness();
    let good = signed.check_status(path, freshness).map_err(|error| match error {
        LongSignatureError::OcspResponses { count } => {
            format!("The signature carries {count} OCSP responses instead of the signer's one.")
        }
        error => format!("The OCSP response is refused: {}.", words(&error)),
    })?;
    Ok((
        (),
        format!(
            "The authority's OCSP response of {} says that the certificate was good; that was at most {} before the signing time.",
            good.this_update(),
            in_words(freshness),
        ),
    ))
}

fn in_words(duration: std::time::Duration) -> String {
    let seconds = duration.as_secs();
    if seconds.is_multiple_of(60) { format!("{} minutes", seconds / 60) } else { format!("{seconds} seconds") }
}
