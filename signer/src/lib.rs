//! Keys, behind one `Signer` that says who may use them.
//!
//! This crate never lets a private key out, prints one, or keeps one longer in memory than the token is open.
//!
//! Read `signer.rs` for what a key can do, `token.rs` for where keys are kept, `pkcs11` for keys in hardware, then the
//! adaptors that let rustls and rcgen sign with a key they never see.

mod algorithm;
mod files;
mod key_encryption;
mod key_file;
mod pem;
mod pin;
pub mod pkcs11;
mod private_key;
pub mod rcgen_key;
mod request;
mod self_signed;
mod signer;
pub mod tls;
mod token;
mod token_file;

pub use algorithm::{KeyAlgorithm, UnknownAlgorithm};
pub use key_encryption::{DataKey, KeyEncryptionKey, WRAPPED_KEY_LENGTH, WrapError};
pub use pem::{PemLabel, pem};
pub use pin::{Iterations, Pin, TooFewIterations};
pub use pkcs11::{HardwareError, HardwareToken};
pub use private_key::signer_from_pem;
pub use rcgen_key::RcgenKey;
pub use request::{RequestError, Subject, SubjectError, certificate_request};
pub use self_signed::{PortCertificate, SelfSignedError};
pub use signer::{Place, SignError, Signer};
pub use token::{Key, KeyId, SoftwareToken, TokenError, format_of_token};
pub use token_file::TOKEN_FORMAT;
