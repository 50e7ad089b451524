//! Certificates, signatures, OCSP and timestamps through the public API, with openssl as the second opinion.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod authority;
mod cades;
mod certificate;
mod hostile;
mod ocsp;
mod openssl;
mod path;
mod timestamp;
