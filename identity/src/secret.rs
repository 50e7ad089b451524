//! The secret of the host: subjects, sealed credentials and form tokens are made with keys that come from it.

use crate::Unavailable;
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pages::FormKey;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// 32 random bytes that a host keeps for as long as it has accounts: with another one nobody has the same subject, and
/// authenticator apps have to be set up anew.
pub struct HostSecret(Zeroizing<[u8; 32]>);

/// The keys that come from it, each for one use.
pub(crate) struct Secrets {
    names: hmac::Key,
    seal: RandomizedNonceKey,
    pub(crate) forms: FormKey,
}

impl HostSecret {
    /// The secret of these bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    fn derived(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice());
        let mut derived = Zeroizing::new([0; 32]);
        derived.copy_from_slice(hmac::sign(&key, format!("chakana identity {purpose}").as_bytes()).as_ref());
        derived
    }
}

impl Secrets {
    pub(crate) fn new(secret: &HostSecret) -> Result<Self, Unavailable> {
        let seal = RandomizedNonceKey::new(&AES_256_GCM, secret.derived("seal").as_slice());
        Ok(Self {
            names: hmac::Key::new(hmac::HMAC_SHA256, secret.derived("names").as_slice()),
            seal: seal.map_err(|_| Unavailable::Seal)?,
            forms: FormKey::new(&secret.derived("forms")),
        })
    }

    /// What somebody is called in one sector (OpenID Connect Core 1.0 §8.1): two sectors cannot tell that it is the same person.
    pub(crate) fn subject(&self, sector: &str, account: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.mac("subject", &[sector, account]))
    }

    /// What is kept of something that could be guessed.
    pub(crate) fn mac(&self, purpose: &str, parts: &[&str]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.names);
        for part in [purpose].iter().chain(parts) {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        let mut mac = [0; 32];
        mac.copy_from_slice(context.sign().as_ref());
        mac
    }

    /// A value that only this host reads and writes, bound to its purpose.
    pub(crate) fn seal(&self, purpose: &str, value: &impl Serialize) -> Result<String, Unavailable> {
        let mut sealed = serde_json::to_vec(value).map_err(|_| Unavailable::Seal)?;
        let nonce =
            self.seal.seal_in_place_append_tag(Aad::from(purpose), &mut sealed).map_err(|_| Unavailable::Seal)?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_ref().as_slice(), &sealed].concat()))
    }

    /// What was sealed, if it was by this host and for this purpose.
    pub(crate) fn open<T: DeserializeOwned>(&self, purpose: &str, sealed: &str) -> Option<T> {
        let mut bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(sealed).ok()?);
        let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let opened = self.seal.open_in_place(nonce, Aad::from(purpose), sealed).ok()?;
        serde_json::from_slice(opened).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_has_another_subject_in_each_sector_and_on_each_host() {
        let secrets = |byte| Secrets::new(&HostSecret::new([byte; 32])).unwrap();
        let ours = secrets(1);
        assert_eq!(ours.subject("gob/1", "ana"), secrets(1).subject("gob/1", "ana"));
        assert_ne!(ours.subject("gob/1", "ana"), ours.subject("gob/2", "ana"));
        assert_ne!(ours.subject("gob/1", "ana"), ours.subject("gob/1", "eva"));
        assert_ne!(ours.subject("gob/1", "ana"), secrets(2).subject("gob/1", "ana"));
        assert_ne!(ours.subject("ab", "c"), ours.subject("a", "bc"));
    }

    #[test]
    fn what_was_sealed_opens_for_its_purpose_only() {
        let secrets = Secrets::new(&HostSecret::new([1; 32])).unwrap();
        let sealed = secrets.seal("a", &"text").unwrap();
        assert_eq!(secrets.open::<String>("a", &sealed).as_deref(), Some("text"));
        assert_eq!(secrets.open::<String>("b", &sealed), None);
        for bad in ["", "AAAA", "ñ", &sealed[1..]] {
            assert_eq!(secrets.open::<String>("a", bad), None, "{bad}");
        }
    }
}
