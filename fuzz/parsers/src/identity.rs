//! What clients ask the identity provider, and what authenticators say.

use identity::{parse_authorization_request, parse_passkey};

/// An authorization request, whose answer goes nowhere else than to its client; a passkey's attestation, data and key.
pub fn identity(data: &[u8]) {
    parse_authorization_request(data);
    parse_passkey(data);
}
