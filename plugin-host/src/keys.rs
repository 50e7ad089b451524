//! Keys of a plugin's own, derived from one secret of the server: none is stored, and none enters a sandbox.

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Prk, Salt};
use aws_lc_rs::hmac;
use zeroize::Zeroizing;

/// The secret that all keys of all plugins of a server come from. It has to be kept: what was sealed is lost without it.
pub struct HostSecret(Prk);

/// The keys of one plugin.
#[derive(Clone)]
pub(crate) struct PluginKeys {
    prk: Prk,
    plugin: String,
}

impl HostSecret {
    /// The secret in these bytes.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(Salt::new(HKDF_SHA256, b"chakana plugin keys 1").extract(bytes))
    }

    pub(crate) fn keys_of(&self, plugin: &str) -> PluginKeys {
        PluginKeys { prk: self.0.clone(), plugin: plugin.to_owned() }
    }
}

impl PluginKeys {
    pub(crate) fn mac(&self, name: &str, data: &[u8]) -> Vec<u8> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.derive(b"mac", name).as_slice());
        hmac::sign(&key, data).as_ref().to_vec()
    }

    /// A nonce, and the data encrypted, and authenticated together with a context; `None` if the generator of the system fails.
    pub(crate) fn seal(&self, name: &str, context: &[u8], data: &[u8]) -> Option<Vec<u8>> {
        seal(&self.derive(b"seal", name), context, data)
    }

    pub(crate) fn open(&self, name: &str, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        open(&self.derive(b"seal", name), context, sealed)
    }

    /// Seals what the host keeps of the plugin's calls, by a key that the plugin has no name for.
    pub(crate) fn seal_for_host(&self, context: &[u8], data: &[u8]) -> Option<Vec<u8>> {
        seal(&self.derive(b"host", ""), context, data)
    }

    pub(crate) fn open_for_host(&self, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        open(&self.derive(b"host", ""), context, sealed)
    }

    /// Lengths stand before the names, so that no two uses share a key.
    fn derive(&self, purpose: &[u8], name: &str) -> Zeroizing<[u8; 32]> {
        let lengths = [purpose.len(), self.plugin.len(), name.len()].map(|length| (length as u64).to_be_bytes());
        let info: [&[u8]; 6] =
            [&lengths[0], purpose, &lengths[1], self.plugin.as_bytes(), &lengths[2], name.as_bytes()];
        let mut key = Zeroizing::new([0; 32]);
        let okm = self.prk.expand(&info, HKDF_SHA256);
        // 32 bytes are the length of SHA-256: the one length that HKDF cannot refuse.
        okm.and_then(|okm| okm.fill(key.as_mut_slice())).expect("HKDF gives 32 bytes");
        key
    }
}

fn seal(key: &[u8; 32], context: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).ok()?;
    let mut sealed = data.to_vec();
    let nonce = key.seal_in_place_append_tag(Aad::from(context), &mut sealed).ok()?;
    let mut out = nonce.as_ref().to_vec();
    out.append(&mut sealed);
    Some(out)
}

fn open(key: &[u8; 32], context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).ok()?;
    let (nonce, data) = sealed.split_at_checked(aws_lc_rs::aead::NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut data = data.to_vec();
    let opened = key.open_in_place(nonce, Aad::from(context), &mut data).ok()?.len();
    data.truncate(opened);
    Some(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(plugin: &str) -> PluginKeys {
        HostSecret::new(&[7; 32]).keys_of(plugin)
    }

    #[test]
    fn what_one_plugin_sealed_no_other_opens() {
        let sealed = keys("cases").seal("tokens", b"Ana", b"secret").expect("sealed");
        assert_eq!(keys("cases").open("tokens", b"Ana", &sealed).as_deref(), Some(b"secret".as_slice()));
        assert_eq!(keys("register").open("tokens", b"Ana", &sealed), None);
        assert_eq!(keys("cases").open("others", b"Ana", &sealed), None);
        assert_eq!(keys("cases").open("tokens", b"Ana", &sealed[..11]), None);
        assert_eq!(keys("cases").open("tokens", b"Beto", &sealed), None);
    }

    #[test]
    fn what_was_changed_is_not_opened() {
        let mut sealed = keys("cases").seal("tokens", b"Ana", b"secret").expect("sealed");
        *sealed.last_mut().expect("not empty") ^= 1;
        assert_eq!(keys("cases").open("tokens", b"Ana", &sealed), None);
    }

    #[test]
    fn macs_differ_by_plugin_and_by_name() {
        let mac = keys("cases").mac("a", b"data");
        assert_eq!(mac, keys("cases").mac("a", b"data"));
        assert_ne!(mac, keys("cases").mac("b", b"data"));
        assert_ne!(mac, keys("register").mac("a", b"data"));
    }
}
