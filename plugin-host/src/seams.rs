//! What the host needs of the server it runs in.

use async_trait::async_trait;
use bytes::Bytes;
use protocol::identifier::{MemberId, ServiceId, SubsystemId};

/// The way to services of other subsystems, signed and logged.
#[async_trait]
pub trait Exchange: Send + Sync {
    /// Calls a service in the name of a subsystem. Dropped, the call may still take place.
    ///
    /// # Errors
    /// [`ExchangeRefusal`], which says whether trying again can help.
    async fn call(&self, call: ExchangeCall) -> Result<ExchangeAnswer, ExchangeRefusal>;

    /// The plugin of this server that answers a service to a subsystem's POST, by the server's configuration and access
    /// rights; `None` where something else does, here or elsewhere.
    ///
    /// # Errors
    /// [`ExchangeRefusal`] where the service is here, and the subsystem may not call it.
    fn neighbour(
        &self,
        client: &SubsystemId,
        service: &ServiceId,
        path: &str,
    ) -> Result<Option<Neighbour>, ExchangeRefusal>;
}

/// Of a host without a way to others: nobody answers.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoExchange;

#[async_trait]
impl Exchange for NoExchange {
    async fn call(&self, _: ExchangeCall) -> Result<ExchangeAnswer, ExchangeRefusal> {
        let (code, message) = ("network_error".to_owned(), "nobody is there".to_owned());
        Err(ExchangeRefusal { code, message, again: Again::Later })
    }

    fn neighbour(&self, _: &SubsystemId, _: &ServiceId, _: &str) -> Result<Option<Neighbour>, ExchangeRefusal> {
        Ok(None)
    }
}

/// A plugin of this server that answers a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// Its name.
    pub plugin: String,
    /// The path by which it was decided that the caller may call it, without its query, encoded.
    pub path: String,
}

/// A call of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeCall {
    /// In whose name.
    pub client: SubsystemId,
    /// Whom.
    pub service: ServiceId,
    /// How.
    pub method: ExchangeMethod,
    /// Below the service: empty, or with a leading slash; with a query, where there is one.
    pub path: String,
    /// Of the body; empty without one.
    pub content_type: String,
    /// The body.
    pub body: Bytes,
    /// The same for every attempt at the same thing: whoever is called can know it again.
    pub id: String,
}

/// How a service is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExchangeMethod {
    /// To learn something.
    Get,
    /// To tell something.
    Post,
}

/// What a service answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeAnswer {
    /// The HTTP status.
    pub status: u16,
    /// Names and values of those headers that a plugin is shown ([`answer_headers`](crate::answer_headers)).
    pub headers: Vec<(String, String)>,
    /// Of the body; empty without one.
    pub content_type: String,
    /// The body.
    pub body: Bytes,
}

/// Why a call has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ExchangeRefusal {
    /// The fault code of the exchange.
    pub code: String,
    /// In words.
    pub message: String,
    /// Whether to try again.
    pub again: Again,
}

/// Whether trying again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Later it may go.
    Later,
    /// It will be refused again, unless somebody changes something.
    Never,
}

/// Signatures in the name of a subsystem's member.
#[async_trait]
pub trait Documents: Send + Sync {
    /// Makes the evidence container of a document, an ASiC-E file.
    ///
    /// # Errors
    /// Why it cannot be signed now.
    async fn sign(&self, subsystem: &SubsystemId, document: Document) -> Result<Bytes, DocumentError>;

    /// Who signed a container.
    ///
    /// # Errors
    /// Why it is not believed.
    fn verify(&self, container: &[u8]) -> Result<Verification, DocumentError>;
}

/// Of a server without a key for documents: none is signed, and none believed.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoDocuments;

#[async_trait]
impl Documents for NoDocuments {
    async fn sign(&self, _: &SubsystemId, _: Document) -> Result<Bytes, DocumentError> {
        Err(DocumentError("the server has no key to sign documents with".to_owned()))
    }

    fn verify(&self, _: &[u8]) -> Result<Verification, DocumentError> {
        Err(DocumentError("the server knows no trust services".to_owned()))
    }
}

/// A document to be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The file's name.
    pub name: String,
    /// Its type.
    pub content_type: String,
    /// What it holds.
    pub content: Bytes,
}

/// Who signed, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The member.
    pub signer: MemberId,
    /// When it says it signed.
    pub signed_at: clock::Timestamp,
}

/// Why there is no signature, or none to be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DocumentError(pub String);
