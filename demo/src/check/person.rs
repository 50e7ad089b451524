//! Somebody with an account: she sets her credentials once, and signs in by them later.

use super::browser::{Browser, Page};
use crate::citizens::{DOMAIN, Shown};
use crate::installation::Installation;
use anyhow::{Context as _, Result, ensure};
use aws_lc_rs::hmac;
use clock::{Clock as _, SystemClock};
use std::path::PathBuf;

/// Somebody with an account.
pub(super) struct Person {
    number: &'static str,
    /// What she looks at pages with.
    pub(super) browser: Browser,
}

const PASSWORD: &str = "una clave larga de prueba";

impl Person {
    /// Somebody of the demo, by her document: signed in at the issuer.
    ///
    /// # Errors
    /// When she set her credentials outside of this check: nobody but she knows them.
    pub(super) async fn signed_in(
        installation: &Installation,
        shown: &Shown,
        issuer_port: u16,
        document: &'static str,
        mut browser: Browser,
    ) -> Result<Self> {
        let number = document.trim_start_matches("CI ");
        let issuer = format!("https://ingreso.{DOMAIN}:{issuer_port}");
        let kept = Self::file(installation, number);
        let link = shown.people.iter().find(|(one, _)| *one == document).map(|(_, link)| link.as_str());
        let person = |browser| Self { number, browser };
        match link.and_then(|link| link.split_once('#')) {
            Some((_, code)) => {
                let page = browser.get(&format!("{issuer}/enrol")).await?;
                let page = browser.send(&page, "name=\"enrolment\"", &[("enrolment", code)]).await?;
                let key = page.between("aplicación: <code>", "</code>")?;
                let filled = [("password", PASSWORD), ("again", PASSWORD), ("code", &code_of(&key))];
                let done = browser.send(&page, "name=\"again\"", &filled).await?;
                ensure!(done.status == 200, "the credentials of {document} were refused with {}", done.status);
                std::fs::create_dir_all(kept.parent().context("the file has a folder")?)?;
                std::fs::write(kept, key)?;
                Ok(person(browser))
            }
            None => {
                let known = format!("{document} set her credentials elsewhere: begin with another folder");
                let key = std::fs::read_to_string(kept).context(known)?;
                std::fs::write(Self::file(installation, number), &key)?;
                Ok(person(browser))
            }
        }
    }

    /// Looks at a page, and signs in where she is asked to.
    pub(super) async fn visits(&mut self, installation: &Installation, address: &str) -> Result<Page> {
        let page = self.browser.get(address).await?;
        if page.address.path() != "/sign-in" {
            return Ok(page);
        }
        let key = std::fs::read_to_string(Self::file(installation, self.number))?;
        let filled = [("kind", "CI"), ("number", self.number), ("password", PASSWORD)];
        let page = self.browser.send(&page, "name=\"password\"", &filled).await?;
        self.browser.send(&page, "name=\"code\"", &[("code", &code_of(&key))]).await
    }

    /// Where the key of her app is kept, for the next check of the same state. It protects nothing.
    fn file(installation: &Installation, number: &str) -> PathBuf {
        installation.folder().join("people").join(number)
    }
}

/// The code that an app with this key shows now (RFC 6238).
fn code_of(key: &str) -> String {
    let step = u64::try_from(SystemClock.now().as_second()).unwrap_or(0) / 30;
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &base32(key));
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let offset = usize::from(tag.as_ref()[19] & 15);
    let number = tag.as_ref()[offset..offset + 4].iter().fold(0, |number: u32, byte| (number << 8) | u32::from(*byte));
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

/// RFC 4648 §6.
fn base32(text: &str) -> Vec<u8> {
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes().filter(u8::is_ascii_alphanumeric) {
        let value =
            if letter.is_ascii_uppercase() { letter - b'A' } else { letter.wrapping_sub(b'2').wrapping_add(26) };
        bits = (bits << 5) | u32::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    bytes
}
