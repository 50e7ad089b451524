//! Who signed: signature, certificate, member, certificate status.

use super::message::Message;
use super::report::{StepName, StepVerdict, Steps};
use super::{Basis, Found, Trust, words};
use crate::asic::Contents;
use crate::cades::{self, Embedded, ToBeSigned, VerifiedSignature};
use crate::certificate::{Certificate, Role};
use crate::ocsp;
use crate::path::{self, ValidPath};

/// A signature that fits the manifest and the certificate embedded in it.
pub(super) struct Signed {
    pub(super) certificate: Certificate,
    pub(super) embedded: Embedded,
    pub(super) signature: VerifiedSignature,
    /// The signature as it was logged.
    pub(super) short_form: Vec<u8>,
}

pub(super) fn check_signature(contents: &Contents) -> Found<Signed> {
    let refused = |error: &dyn std::error::Error| format!("The signature is refused: {}.", words(error));
    let embedded = cades::embedded(&contents.signature).map_err(|error| refused(&error))?;
    let Some(certificate) = embedded.signer().cloned() else {
        return Err("The signature does not carry the certificate that it names.".to_owned());
    };
    let verified = cades::verify(&contents.signature, &contents.manifest, &certificate);
    let signature = verified.map_err(|error| refused(&error))?;
    let to_be_signed = ToBeSigned::new(&contents.manifest, &certificate, signature.signing_time());
    let to_be_signed = to_be_signed.map_err(|error| refused(&error))?;
    let short_form = to_be_signed.complete(signature.signature_value());
    let explanation = format!(
        "The manifest is signed with the certificate of {} (serial number {}, SHA-256 {}); the signer claims to have signed at {}.",
        certificate.subject(),
        certificate.serial_hex(),
        certificate.hash(),
        signature.signing_time(),
    );
    Ok((Signed { certificate, embedded, signature, short_form }, explanation))
}

/// Judges the signer by what the registry and the authorities say.
pub(super) fn check_signer(steps: &mut Steps, signed: &Signed, message: Option<&Message>, basis: Basis<'_>) {
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

fn check_path(signed: &Signed, trust: &Trust<'_>) -> Found<ValidPath> {
    let embedded = &signed.embedded.certificates;
    let intermediates: Vec<Certificate> =
        embedded.iter().filter(|certificate| **certificate != signed.certificate).cloned().collect();
    let at = signed.signature.signing_time();
    let path = path::verify(&signed.certificate, &intermediates, &trust.anchors(), Role::Signing, at)
        .map_err(|error| format!("The signer's certificate is refused: {}.", words(&error)))?;
    // What nothing verifies must not be there: it could be changed unnoticed.
    if let Some(stray) = embedded.iter().find(|certificate| !path.chain().contains(certificate)) {
        return Err(format!(
            "The signature carries a certificate of {} that is not part of the signer's path.",
            stray.subject()
        ));
    }
    let above: Vec<&str> = path.chain().iter().skip(1).map(Certificate::subject).collect();
    let explanation = format!(
        "The certificate is for signing alone, was valid at the signing time, and was issued under an approved authority: {}.",
        above.join(", under "),
    );
    Ok((path, explanation))
}

fn check_member(signed: &Signed, message: &Message, trust: &Trust<'_>) -> Found<()> {
    let member = message.member();
    let hash = signed.certificate.hash();
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

fn check_status(signed: &Signed, path: &ValidPath, trust: &Trust<'_>) -> Found<()> {
    let [response] = signed.embedded.ocsp_responses.as_slice() else {
        let count = signed.embedded.ocsp_responses.len();
        return Err(format!("The signature carries {count} OCSP responses instead of the signer's one."));
    };
    let at = signed.signature.signing_time();
    let freshness = trust.configuration.ocsp_freshness();
    let good = ocsp::verify(response, &signed.certificate, path.issuer(), at, freshness, None)
        .map_err(|error| format!("The OCSP response is refused: {}.", words(&error)))?;
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
