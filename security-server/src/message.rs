//! Messages between security servers: sealed on the way out, verified on the way in.

use crate::configuration::Judgement;
use crate::credentials::CredentialsUnit;
use crate::credentials::own::{MemberSigner, OwnCredentials};
use crate::credentials::peers::VerifiedCredentials;
use crate::refusal::{MessageRefusal, Refusal};
use aws_lc_rs::rand;
use bytes::Bytes;
use jiff::Timestamp;
use message_log::Body;
use protocol::context::{Context, MessageKind};
use protocol::hash::{CertificateHash, Sha256Hash, Sha512Hash};
use protocol::identifier::{MemberId, ServerId};
use std::sync::Arc;
use std::time::Duration;
use trust::cades::{self, SignatureError, ToBeSigned};
use trust::manifest::{Manifest, SignedDigests};

/// How far a message's creation and signing time may lie from the receiver's clock.
pub const TIME_WINDOW: Duration = Duration::from_secs(60);

/// Bytes of a message's salt.
pub const SALT_BYTES: usize = 32;

/// A message as it arrives, before its body; nothing of it is believed yet.
#[derive(Debug)]
pub struct MessageParts {
    /// The head's bytes.
    pub head: Bytes,
    /// The context's bytes.
    pub context: Bytes,
    /// The sender's credentials.
    pub credentials: Presented,
    /// The random part.
    pub salt: [u8; SALT_BYTES],
    /// The signature in its short form.
    pub signature: Bytes,
    /// Which of our credentials the sender holds.
    pub holds: Option<Sha256Hash>,
    /// The sender's newest checkpoint.
    pub checkpoint: Option<Bytes>,
    /// Length of the body, where there is one.
    pub body_length: Option<u64>,
}

/// Credentials as they are presented.
#[derive(Debug)]
pub enum Presented {
    /// The whole unit.
    Whole(CredentialsUnit),
    /// The name of a unit that the receiver holds.
    Named(Sha256Hash),
}

/// A message that this server signed.
#[derive(Clone)]
pub struct SealedMessage {
    /// The head's bytes.
    pub head: Bytes,
    /// The context's bytes.
    pub context: Bytes,
    /// The body, where there is one.
    pub body: Option<Body>,
    /// The random part.
    pub salt: [u8; SALT_BYTES],
    /// The digests that were signed.
    pub digests: SignedDigests,
    /// The signature in its short form.
    pub signature: Vec<u8>,
    /// What proves the signer.
    pub credentials: CredentialsUnit,
}

/// A message whose signature, certificates and context were checked: only [`verify`] makes one.
#[derive(Debug)]
#[non_exhaustive]
pub struct VerifiedMessage {
    /// The head's bytes.
    pub head: Bytes,
    /// The context.
    pub context: Context,
    /// The context's bytes.
    pub context_bytes: Bytes,
    /// The random part.
    pub salt: [u8; SALT_BYTES],
    /// The digests that were signed.
    pub digests: SignedDigests,
    /// The signature in its short form.
    pub signature: Bytes,
    /// What proves the signer.
    pub credentials: Arc<VerifiedCredentials>,
}

/// What a message must agree with to be believed.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Request or response.
    pub kind: MessageKind,
    /// The server at the other end of the connection.
    pub from: &'a ServerId,
    /// This server.
    pub to: &'a ServerId,
    /// The member whose key must have signed.
    pub member: &'a MemberId,
    /// The certificate that authenticated the connection.
    pub authentication: &'a CertificateHash,
    /// The receiver's time.
    pub now: Timestamp,
}

/// Signs a message.
///
/// # Errors
/// When the token cannot sign.
pub fn seal(
    head: Bytes,
    context: &Context,
    body: Option<Body>,
    signer: &MemberSigner,
    credentials: &OwnCredentials,
) -> Result<SealedMessage, Refusal> {
    let mut salt = [0; SALT_BYTES];
    rand::fill(&mut salt).map_err(|_| Refusal::Internal("the random number generator failed".to_owned()))?;
    let context_bytes = Bytes::from(context.render());
    let body_digest = body.as_ref().map(|body| body.digest().sha512);
    let (manifest, digests) = Manifest::of(&head, &context_bytes, body_digest, &salt).digested();
    let cannot = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, member = %signer.member(), "a signing key failed");
        Refusal::CannotSign(signer.member().clone())
    };
    let to_be_signed = ToBeSigned::new(manifest.as_bytes(), credentials.certificate(), context.created)
        .map_err(|error| cannot(&error))?;
    // A key in software signs in 20 µs: less than the way to another thread and back. One in a device sees to it that
    // nobody waits for it but this message.
    let value = signer.key().sign(to_be_signed.bytes()).map_err(|error| cannot(&error))?;
    let signature = to_be_signed.complete(&value);
    let credentials = credentials.unit().clone();
    Ok(SealedMessage { head, context: context_bytes, body, salt, digests, signature, credentials })
}

/// The context of an incoming message, and that it belongs to this conversation.
///
/// # Errors
/// When it is malformed, names other servers, is of the other kind, or was made outside the window.
pub fn check_context(bytes: &[u8], expected: &Expected<'_>) -> Result<Context, MessageRefusal> {
    let context = Context::parse(bytes)?;
    if context.from != *expected.from || context.to != *expected.to {
        return Err(MessageRefusal::OtherServers { from: context.from, to: context.to });
    }
    if context.kind != expected.kind {
        return Err(MessageRefusal::Kind);
    }
    check_window(context.created, expected.now)?;
    Ok(context)
}

/// Verifies a message whose body has been received.
///
/// # Errors
/// When the credentials are not registered for the member and the server, or the signature does not fit.
pub fn verify(
    parts: &MessageParts,
    context: Context,
    body: Option<&Sha512Hash>,
    credentials: Arc<VerifiedCredentials>,
    judgement: &Judgement,
    expected: &Expected<'_>,
) -> Result<VerifiedMessage, MessageRefusal> {
    credentials.check_registered(judgement, expected.member, expected.from, expected.authentication)?;
    let (manifest, digests) = Manifest::of(&parts.head, &parts.context, body.copied(), &parts.salt).digested();
    let verified =
        cades::verify(&parts.signature, manifest.as_bytes(), credentials.certificate()).map_err(signature_refusal)?;
    check_window(verified.signing_time(), expected.now)?;
    Ok(VerifiedMessage {
        head: parts.head.clone(),
        context,
        context_bytes: parts.context.clone(),
        salt: parts.salt,
        digests,
        signature: parts.signature.clone(),
        credentials,
    })
}

fn check_window(created: Timestamp, now: Timestamp) -> Result<(), MessageRefusal> {
    let distance = now.duration_since(created).unsigned_abs();
    // Signing times are whole seconds; the fraction that was cut off is the receiver's loss, not the sender's.
    if distance > TIME_WINDOW + Duration::from_secs(1) {
        return Err(MessageRefusal::OutsideWindow { created, now, window: TIME_WINDOW });
    }
    Ok(())
}

fn signature_refusal(error: SignatureError) -> MessageRefusal {
    match error {
        SignatureError::Value { .. } | SignatureError::OtherManifest | SignatureError::OtherSigner { .. } => {
            MessageRefusal::SignatureValue(error.to_string())
        }
        other => MessageRefusal::SignatureForm(other.to_string()),
    }
}
