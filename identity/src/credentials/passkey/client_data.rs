//! What a browser says of the ceremony (WebAuthn Level 3 §5.8.1).

use super::PasskeyError;
use serde::Deserialize;

/// What was asked of an authenticator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ceremony {
    /// To make a passkey.
    Create,
    /// To use one.
    Get,
}

/// The collected client data.
#[derive(Debug)]
pub(crate) struct ClientData {
    pub(crate) ceremony: Ceremony,
    pub(crate) challenge: String,
    pub(crate) origin: String,
    pub(crate) is_within_another: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    top_origin: Option<String>,
}

impl ClientData {
    pub(crate) fn parse(json: &[u8]) -> Result<Self, PasskeyError> {
        let wire: Wire = serde_json::from_slice(json).map_err(|_| PasskeyError::Form)?;
        let ceremony = match wire.r#type.as_str() {
            "webauthn.create" => Ceremony::Create,
            "webauthn.get" => Ceremony::Get,
            _ => return Err(PasskeyError::Ceremony),
        };
        let is_within_another = wire.cross_origin || wire.top_origin.is_some();
        Ok(Self { ceremony, challenge: wire.challenge, origin: wire.origin, is_within_another })
    }
}
