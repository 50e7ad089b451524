//! Codes of an authenticator app (RFC 6238), each of which is good once.

use crate::letters::base32;
use crate::secret::{NoRandomness, Seal, is_same, random};
use aws_lc_rs::hmac;
use clock::Timestamp;
use html::{Markup, html};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;
use zeroize::Zeroizing;

/// The authenticator app of one account.
#[derive(Clone, Serialize, Deserialize)]
pub struct Authenticator {
    /// Its secret, sealed.
    sealed: String,
    /// The step of the last code that was taken.
    last_step: u64,
}

/// A secret that an app and the provider share.
#[derive(Clone, Serialize, Deserialize)]
#[serde(from = "Vec<u8>", into = "Vec<u8>")]
pub struct TotpSecret(Zeroizing<Vec<u8>>);

impl TotpSecret {
    /// A new one.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn new() -> Result<Self, NoRandomness> {
        Ok(Self(Zeroizing::new(random::<SECRET_BYTES>()?.to_vec())))
    }

    /// As it is typed into an app that cannot see.
    #[must_use]
    pub fn text(&self) -> String {
        base32(&self.0)
    }

    /// As an app reads it from a picture (Key URI Format of the first such app, which all others read).
    fn uri(&self, issuer: &str, account: &str) -> String {
        let encoded =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
        let (secret, issuer, account) = (self.text(), encoded(issuer), encoded(account));
        format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30")
    }

    /// The picture. `None` when the names are too long for one.
    #[must_use]
    pub fn picture(&self, issuer: &str, account: &str, label: &str) -> Option<Markup> {
        let code = QrCode::encode_text(&self.uri(issuer, account), QrCodeEcc::Medium).ok()?;
        let size = code.size();
        let mut path = String::new();
        for y in 0..size {
            for x in (0..size).filter(|x| code.get_module(*x, y)) {
                path.push_str(&format!("M{},{}h1v1h-1z", x + QUIET, y + QUIET));
            }
        }
        let whole = size + 2 * QUIET;
        let view = format!("0 0 {whole} {whole}");
        Some(html! {
            svg xmlns="http://www.w3.org/2000/svg" viewBox=(view) width="240" height="240" role="img" aria-label=(label)
                shape-rendering="crispEdges" {
                rect width="100%" height="100%" fill="#fff" {}
                path d=(path) fill="#000" {}
            }
        })
    }

    /// The step of a code that is right now, later than the last one.
    #[must_use]
    pub fn step_of(&self, code: &str, last_step: u64, now: Timestamp) -> Option<u64> {
        let code: String = code.chars().filter(|letter| !letter.is_whitespace()).take(DIGITS + 1).collect();
        let current = u64::try_from(now.as_second()).ok()? / STEP_SECONDS;
        // A clock that is a little slow, and one that is a little fast (RFC 6238 §5.2).
        let steps = [current.checked_sub(1)?, current, current + 1];
        let mut found = None;
        for step in steps {
            if is_same(self.code(step).as_bytes(), code.as_bytes()) && step > last_step {
                found = Some(step);
            }
        }
        found
    }

    /// The code of a step (RFC 4226 §5.3).
    #[must_use]
    pub fn code(&self, step: u64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag[tag.len() - 1] & 15);
        let number = tag[offset..offset + 4].iter().fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
        format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
    }
}

impl From<Vec<u8>> for TotpSecret {
    fn from(secret: Vec<u8>) -> Self {
        Self(Zeroizing::new(secret))
    }
}

impl From<TotpSecret> for Vec<u8> {
    fn from(secret: TotpSecret) -> Self {
        secret.0.to_vec()
    }
}

impl Authenticator {
    /// One that has just shown a code of this step.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn new(seal: &Seal, secret: &TotpSecret, account: &str, step: u64) -> Result<Self, NoRandomness> {
        Ok(Self { sealed: seal.close(secret, account)?, last_step: step })
    }

    /// Takes a code; the same is not taken again.
    pub fn take(&mut self, seal: &Seal, account: &str, code: &str, now: Timestamp) -> bool {
        let Some(secret) = seal.open::<TotpSecret>(&self.sealed, account) else {
            tracing::error!("the secret of an authenticator app does not open: the host's secret is another one");
            return false;
        };
        match secret.step_of(code, self.last_step, now) {
            Some(step) => {
                self.last_step = step;
                true
            }
            None => false,
        }
    }
}

const SECRET_BYTES: usize = 20;
const STEP_SECONDS: u64 = 30;
const DIGITS: usize = 6;
/// ISO/IEC 18004: four modules of nothing around the picture.
const QUIET: i32 = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::HostSecret;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn rfc() -> TotpSecret {
        TotpSecret(Zeroizing::new(b"12345678901234567890".to_vec()))
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B: the last six of eight digits.
        for (second, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037"), (20_000_000_000, "353130")]
        {
            assert_eq!(rfc().code(second / 30), code);
        }
    }

    #[test]
    fn a_code_is_taken_once_within_a_step_of_its_time() {
        let seal = HostSecret::new([1; 32]).seal("totp").expect("a seal");
        let now = 1_111_111_109;
        let fresh = || Authenticator::new(&seal, &rfc(), "ana", 0).expect("an app");
        let mut app = fresh();
        assert!(app.take(&seal, "ana", "081 804", at(now)));
        assert!(!app.take(&seal, "ana", "081804", at(now)), "used");
        for (seconds, is_taken) in [(-60, false), (-30, true), (30, true), (61, false)] {
            assert_eq!(fresh().take(&seal, "ana", "081804", at(now + seconds)), is_taken, "{seconds}");
        }
        assert!(!fresh().take(&seal, "eva", "081804", at(now)), "another account");
        for bad in ["", "081805", "0818041", "08180", "ñ"] {
            assert!(!fresh().take(&seal, "ana", bad, at(now)), "{bad}");
        }
    }

    #[test]
    fn the_picture_says_what_an_app_has_to_know() {
        let uri = rfc().uri("Bolivia Cercana", "CI 1234567");
        assert_eq!(
            uri,
            "otpauth://totp/Bolivia%20Cercana:CI%201234567?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Bolivia%20Cercana&algorithm=SHA1&digits=6&period=30"
        );
        let picture = rfc().picture("Bolivia", "CI 1", "QR").expect("a picture").into_string();
        assert!(picture.starts_with("<svg") && !picture.contains("style"));
        assert!(rfc().picture(&"x".repeat(5_000), "", "").is_none());
    }
}
