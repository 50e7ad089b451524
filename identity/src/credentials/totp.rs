//! Codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 seconds, which is what all apps read).

use crate::secret::Secrets;
use crate::{Unavailable, random};
use aws_lc_rs::{constant_time, hmac};
use clock::Timestamp;
use html::{Markup, html};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// An account's authenticator app.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Authenticator {
    /// Its secret, sealed under the host's.
    sealed: String,
    /// The newest step whose code was used: it and those before are not taken again (RFC 6238 §5.2).
    last_step: u64,
}

/// The secret of an app that is being set up: 160 bits (RFC 4226 §4, R6).
pub(crate) struct TotpSecret(Zeroizing<Vec<u8>>);

const PERIOD_SECONDS: u64 = 30;
const SECRET_BYTES: usize = 20;
const PURPOSE: &str = "authenticator";
/// RFC 4648 §6.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

impl TotpSecret {
    pub(crate) fn new() -> Result<Self, Unavailable> {
        Ok(Self(Zeroizing::new(random::bytes::<SECRET_BYTES>()?.to_vec())))
    }

    pub(crate) fn seal(&self, secrets: &Secrets) -> Result<String, Unavailable> {
        secrets.seal(PURPOSE, &*self.0)
    }

    pub(crate) fn open(secrets: &Secrets, sealed: &str) -> Option<Self> {
        secrets.open(PURPOSE, sealed).map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// As it is typed into an app, in groups of four.
    pub(crate) fn text(&self) -> Zeroizing<String> {
        let text = base32(&self.0);
        let groups: Vec<&str> = text.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
        Zeroizing::new(groups.join(" "))
    }

    /// As an app reads it from a picture (Key Uri Format of the common apps).
    pub(crate) fn picture(&self, issuer: &str, account: &str) -> Markup {
        let encoded =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
        let (issuer, account) = (encoded(issuer), encoded(account));
        let uri = Zeroizing::new(format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}",
            base32(&self.0).as_str()
        ));
        picture(&uri)
    }

    /// The step whose code this is, of those around now that come after `last`.
    fn step_of(&self, code: &str, now: Timestamp, last: u64) -> Option<u64> {
        let step = u64::try_from(now.as_second()).ok()? / PERIOD_SECONDS;
        let mut found = None;
        for step in step.saturating_sub(1)..=step + 1 {
            let is_it = constant_time::verify_slices_are_equal(self.code(step).as_bytes(), code.as_bytes()).is_ok();
            if is_it && step > last {
                found = Some(step);
            }
        }
        found
    }

    /// RFC 4226 §5.3.
    fn code(&self, step: u64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let mac = hmac::sign(&key, &step.to_be_bytes());
        let mac = mac.as_ref();
        let offset = usize::from(mac.last().copied().unwrap_or_default() & 0x0f);
        let mut word = [0; 4];
        word.copy_from_slice(&mac[offset..offset + 4]);
        format!("{:06}", (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000)
    }
}

impl Authenticator {
    /// The app of a secret, if it shows the right code now.
    pub(crate) fn confirmed(
        secrets: &Secrets,
        secret: &TotpSecret,
        code: &str,
        now: Timestamp,
    ) -> Result<Option<Self>, Unavailable> {
        let Some(last_step) = secret.step_of(&digits(code), now, 0) else { return Ok(None) };
        Ok(Some(Self { sealed: secret.seal(secrets)?, last_step }))
    }

    /// Whether a code is right; then it is not right again.
    pub(crate) fn take(&mut self, secrets: &Secrets, code: &str, now: Timestamp) -> Result<bool, Unavailable> {
        let secret = TotpSecret::open(secrets, &self.sealed).ok_or(Unavailable::Seal)?;
        match secret.step_of(&digits(code), now, self.last_step) {
            Some(step) => self.last_step = step,
            None => return Ok(false),
        }
        Ok(true)
    }
}

/// People type the gap that apps show.
fn digits(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace()).take(8).collect()
}

fn base32(bytes: &[u8]) -> Zeroizing<String> {
    let (mut text, mut held, mut bits) = (String::with_capacity(bytes.len() * 8 / 5 + 1), 0_u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(BASE32[(held >> bits & 31) as usize]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(BASE32[(held << (5 - bits) & 31) as usize]));
    }
    Zeroizing::new(text)
}

fn picture(text: &str) -> Markup {
    // Nothing is shown where it does not fit: the secret stands beside in letters.
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return html! {} };
    let (size, mut path) = (code.size(), String::new());
    for y in 0..size {
        for x in (0..size).filter(|x| code.get_module(*x, y)) {
            // Writing to a text does not fail.
            let _ = write!(path, "M{},{}h1v1h-1z", x + 4, y + 4);
        }
    }
    let side = size + 8;
    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (side) " " (side) } width="240" height="240" role="img"
            aria-labelledby="qr-title" {
            title id="qr-title" { "QR" }
            rect width=(side) height=(side) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::HostSecret;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn codes_are_those_of_rfc_6238_appendix_b() {
        let secret = TotpSecret(Zeroizing::new(b"12345678901234567890".to_vec()));
        for (second, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(secret.code(second / PERIOD_SECONDS), code);
        }
        assert_eq!(base32(b"foobar").as_str(), "MZXW6YTBOI");
    }

    #[test]
    fn a_code_is_taken_once_within_a_step_before_and_after() {
        let secrets = Secrets::new(&HostSecret::new([1; 32])).unwrap();
        let secret = TotpSecret::new().unwrap();
        let now = at(3_000_000);
        let code = |steps: i64| secret.code((100_000 + steps).cast_unsigned());
        assert!(Authenticator::confirmed(&secrets, &secret, "0", now).unwrap().is_none());
        let mut app = Authenticator::confirmed(&secrets, &secret, &code(-1), now).unwrap().unwrap();
        assert!(!app.take(&secrets, &code(-1), now).unwrap(), "used before");
        assert!(!app.take(&secrets, &code(2), now).unwrap(), "too early");
        assert!(app.take(&secrets, &code(1), now).unwrap());
        assert!(!app.take(&secrets, &code(0), now).unwrap(), "a later one was used");
        assert!(!app.take(&secrets, &code(1), at(3_000_060)).unwrap(), "too late");
    }
}
