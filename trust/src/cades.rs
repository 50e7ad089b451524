//! Signatures of messages: CAdES-B (ETSI EN 319 122-1), a detached CMS signature over the manifest.
//!
//! The **short form** carries neither certificates nor status: it travels between servers and is logged. The **long
//! form** adds the chain, OCSP responses and, if there is one, a signature timestamp: it is made at export.
//!
//! Both forms have exactly one encoding. [`verify`] takes only the signing time and the signature value from what it
//! was given, writes the signature again and demands the same bytes, so nothing outside the signed bytes can be
//! changed unnoticed.

mod long_form;
mod to_be_signed;
mod verify;

pub use long_form::{Embedded, EmbeddedError, LongFormError, embedded, long_form};
pub use to_be_signed::ToBeSigned;
pub use verify::{SignatureError, VerifiedSignature, signature_value, verify};
