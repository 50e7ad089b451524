//! Passkeys: what WebAuthn Level 3 §7 asks of a relying party, for discoverable credentials that verify their user.
//!
//! Attestation is not asked for: which maker's authenticator somebody uses is hers to decide.

mod authenticator_data;
mod client_data;
mod public_key;

pub(crate) use authenticator_data::AuthenticatorData;
pub(crate) use client_data::{Ceremony, ClientData};
pub(crate) use public_key::PublicKey;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ciborium::Value;
use factors::digest_of;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A passkey of an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Passkey {
    /// The credential's id, in base64url.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) created_at: i64,
    pub(crate) used_at: Option<i64>,
    key: PublicKey,
    counter: u32,
}

/// The relying party: the provider's origin.
#[derive(Debug, Clone)]
pub(crate) struct RelyingParty {
    origin: String,
    id: String,
}

/// Why what an authenticator says is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PasskeyError {
    /// It cannot be read.
    #[error("what the authenticator says cannot be read")]
    Form,
    /// It answers another kind of question.
    #[error("the authenticator answers another kind of question")]
    Ceremony,
    /// It was asked by another site, or within one.
    #[error("the authenticator was asked by another origin")]
    Origin,
    /// It is bound to another site.
    #[error("the credential belongs to another relying party")]
    RelyingParty,
    /// Nobody was there, or it does not know who.
    #[error("the authenticator did not verify its user")]
    UserVerification,
    /// The key is of a kind that was not asked for.
    #[error("the credential's key is of a kind that is not supported")]
    Algorithm,
    /// It is signed by another key.
    #[error("the authenticator's signature is wrong")]
    Signature,
    /// The counter went back: there may be a copy of the authenticator.
    #[error("the authenticator's counter went back")]
    Counter,
}

/// What a browser posts when a passkey was made (§5.1, `AuthenticatorAttestationResponse`), in base64url.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Made<'a> {
    pub(crate) client_data: &'a str,
    pub(crate) attestation: &'a str,
}

/// What a browser posts when a passkey was used (§5.1, `AuthenticatorAssertionResponse`), in base64url.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Used<'a> {
    pub(crate) client_data: &'a str,
    pub(crate) authenticator_data: &'a str,
    pub(crate) signature: &'a str,
}

impl RelyingParty {
    /// The relying party of an origin: its id is the host's name.
    pub(crate) fn new(origin: &url::Url) -> Option<Self> {
        Some(Self { origin: origin.origin().ascii_serialization(), id: origin.host_str()?.to_owned() })
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// §7.1: a new passkey. The challenge is judged by `is_ours`.
    pub(crate) fn registered(
        &self,
        made: &Made<'_>,
        name: &str,
        now: i64,
        is_ours: impl FnOnce(&str) -> bool,
    ) -> Result<Passkey, PasskeyError> {
        let client_data = decoded(made.client_data)?;
        self.check_client(&client_data, Ceremony::Create, is_ours)?;
        let attestation = decoded(made.attestation)?;
        let attested = attested(&attestation)?;
        let data = AuthenticatorData::parse(&attested)?;
        self.check_data(&data)?;
        let credential = data.credential.ok_or(PasskeyError::Form)?;
        let name: String = name.chars().filter(|letter| !letter.is_control()).take(MAX_NAME_LETTERS).collect();
        Ok(Passkey {
            id: URL_SAFE_NO_PAD.encode(credential.id),
            name,
            created_at: now,
            used_at: None,
            key: PublicKey::from_cose(credential.key)?,
            counter: data.counter,
        })
    }

    fn check_client(
        &self,
        client_data: &[u8],
        ceremony: Ceremony,
        is_ours: impl FnOnce(&str) -> bool,
    ) -> Result<(), PasskeyError> {
        let said = ClientData::parse(client_data)?;
        if said.ceremony != ceremony || !is_ours(&said.challenge) {
            return Err(PasskeyError::Ceremony);
        }
        if said.origin != self.origin || said.is_within_another {
            return Err(PasskeyError::Origin);
        }
        Ok(())
    }

    fn check_data(&self, data: &AuthenticatorData<'_>) -> Result<(), PasskeyError> {
        if *data.relying_party != digest_of(&self.id) {
            return Err(PasskeyError::RelyingParty);
        }
        if data.is_user_present && data.is_user_verified { Ok(()) } else { Err(PasskeyError::UserVerification) }
    }
}

impl Passkey {
    /// By what its account is found.
    pub(crate) fn key(&self) -> Vec<u8> {
        Self::key_of(&self.id)
    }

    pub(crate) fn key_of(id: &str) -> Vec<u8> {
        digest_of(id).to_vec()
    }

    /// §7.2: the passkey after it was used.
    pub(crate) fn used(
        &self,
        party: &RelyingParty,
        used: &Used<'_>,
        now: i64,
        is_ours: impl FnOnce(&str) -> bool,
    ) -> Result<Self, PasskeyError> {
        let client_data = decoded(used.client_data)?;
        party.check_client(&client_data, Ceremony::Get, is_ours)?;
        let signed = decoded(used.authenticator_data)?;
        let data = AuthenticatorData::parse(&signed)?;
        party.check_data(&data)?;
        let message = [signed.as_slice(), &digest_of(&client_data)].concat();
        self.key.verify(&message, &decoded(used.signature)?)?;
        // §6.1.1: one that counts nothing always says zero.
        if (data.counter != 0 || self.counter != 0) && data.counter <= self.counter {
            return Err(PasskeyError::Counter);
        }
        Ok(Self { counter: data.counter, used_at: Some(now), ..self.clone() })
    }
}

/// The authenticator data of an attestation object (§6.5.4); its statement is not looked at.
fn attested(mut attestation: &[u8]) -> Result<Vec<u8>, PasskeyError> {
    let Ok(Value::Map(fields)) = ciborium::from_reader(&mut attestation) else { return Err(PasskeyError::Form) };
    let data = fields.into_iter().find(|(name, _)| name.as_text() == Some("authData"));
    data.and_then(|(_, data)| data.into_bytes().ok()).ok_or(PasskeyError::Form)
}

fn decoded(text: &str) -> Result<Vec<u8>, PasskeyError> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(PasskeyError::Form);
    }
    URL_SAFE_NO_PAD.decode(text).map_err(|_| PasskeyError::Form)
}

/// What is parsed of a new passkey, for whoever looks for texts that break the parsers.
#[doc(hidden)]
pub fn parse_passkey(bytes: &[u8]) {
    if let Ok(data) = attested(bytes)
        && let Ok(data) = AuthenticatorData::parse(&data)
        && let Some(credential) = data.credential
    {
        let _ = PublicKey::from_cose(credential.key);
    }
    let _ = AuthenticatorData::parse(bytes);
    let _ = ClientData::parse(bytes);
    let _ = PublicKey::from_cose(bytes);
}

const MAX_TEXT_BYTES: usize = 16 << 10;
const MAX_NAME_LETTERS: usize = 60;

#[cfg(test)]
mod tests;
