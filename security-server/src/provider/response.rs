//! What a provider answers: the head as it came, and the body as it comes.

use super::{Lease, Phase, ProviderError};
use crate::server_configuration::InformationSystem;
use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::ext::ReasonPhrase;
use listener::{BodyError, TimedBody};
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The answer of a provider.
pub struct ProviderResponse {
    /// The status code, 200 to 599.
    pub status: u16,
    /// The reason phrase; the standard one where the provider's is no clean text of at most 256 bytes.
    pub reason: String,
    /// The header fields by first appearance, fields of one name together; names in lower case. A value that is not UTF-8
    /// is taken for ISO 8859-1. Fields that belong to the connection are still there.
    pub fields: Vec<(String, String)>,
    /// The body. Dropping it before its end closes the connection.
    pub body: ResponseBody,
}

/// The body of an answer, within the service's patience for each of its pieces.
#[derive(Debug)]
pub struct ResponseBody {
    body: TimedBody<Incoming>,
    provider: String,
    /// What goes back to the pool when the body has been read to its end.
    lease: Option<Lease>,
}

/// An answer with a status that no answer to a relayed request can have.
#[derive(Debug, thiserror::Error)]
#[error("status {0} is not an answer")]
struct NoAnswer(u16);

impl ProviderResponse {
    pub(super) fn new(
        response: http::Response<Incoming>,
        lease: Lease,
        system: &InformationSystem,
    ) -> Result<Self, ProviderError> {
        let (head, body) = response.into_parts();
        let provider = lease.provider().to_owned();
        if !(200..600).contains(&head.status.as_u16()) {
            return Err(ProviderError::Malformed { provider, source: NoAnswer(head.status.as_u16()).into() });
        }
        let fields = head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes())));
        // What is too large is decided by who takes the body.
        let body = TimedBody::new(body, u64::MAX, system.timeout());
        let mut body = ResponseBody { body, provider, lease: Some(lease) };
        body.release_at_end();
        Ok(Self { status: head.status.as_u16(), reason: reason(&head), fields: fields.collect(), body })
    }
}

// Header fields may hold tokens and personal data, which no log shall show.
impl fmt::Debug for ProviderResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderResponse").field("status", &self.status).finish_non_exhaustive()
    }
}

impl ResponseBody {
    fn release_at_end(&mut self) {
        if self.body.is_end_stream() {
            self.release();
        }
    }

    fn release(&mut self) {
        if let Some(lease) = self.lease.take() {
            lease.give_back();
        }
    }

    fn failed(&mut self, error: BodyError) -> ProviderError {
        self.lease = None;
        let provider = self.provider.clone();
        match error {
            BodyError::TooSlow { patience: within } => ProviderError::Timeout { provider, phase: Phase::Body, within },
            broken @ (BodyError::Broken { .. } | BodyError::TooLarge { .. }) => {
                ProviderError::BodyBroken { provider, source: broken.into() }
            }
        }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = ProviderError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, ProviderError>>> {
        let this = &mut *self;
        loop {
            match ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                // RFC 9110 §6.5: trailers may be dropped, and a signed message has no place for them.
                Some(Ok(frame)) if frame.is_trailers() => {}
                Some(Ok(frame)) => {
                    this.release_at_end();
                    return Poll::Ready(Some(Ok(frame)));
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(this.failed(error)))),
                None => {
                    this.release();
                    return Poll::Ready(None);
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

fn reason(head: &http::response::Parts) -> String {
    let own = head.extensions.get::<ReasonPhrase>().map(|phrase| text(phrase.as_bytes()));
    let clean = own.filter(|text| text.len() <= MAX_REASON_BYTES && !text.chars().any(char::is_control));
    clean.unwrap_or_else(|| head.status.canonical_reason().unwrap_or_default().to_owned())
}

/// RFC 9110 §5.5: fields are opaque bytes, in practice UTF-8 or, from old servers, ISO 8859-1.
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

/// What a message head takes.
const MAX_REASON_BYTES: usize = 256;
