//! Certificate status by OCSP (RFC 6960): asking, judging the answer, and answering.
//!
//! [`verify`] believes a response only if the authority that issued the certificate, or a responder that this same
//! authority delegated, signed it, and if it is fresh at the moment the certificate is judged at.

mod certificate_id;
mod delegation;
mod error;
mod request;
pub mod responder;
mod verify;

pub use certificate_id::CertificateId;
pub use error::{ErrorStatus, OcspError};
pub use request::request;
pub use verify::{GoodStatus, verify, verify_answer};
