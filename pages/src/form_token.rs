//! The token of a form: proof that it was shown to whoever posts it, and the id of what is posted.
//!
//! It is a random number, the time, and a MAC over both, whom it was shown to and by which audience. It differs in every
//! response, so that compression shows nothing of it, and the server keeps nothing.

use aws_lc_rs::{hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clock::Timestamp;
use std::fmt;
use std::time::Duration;
use thiserror::Error;

/// The secret that a server's form tokens are made with.
pub struct FormKey(hmac::Key);

/// Whom a form was shown to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormOwner<'a> {
    /// Somebody who is signed in, by what the server knows the session by.
    Session(&'a [u8]),
    /// A browser, by the random value of its cookie.
    Visitor(&'a [u8]),
}

/// A token that was checked: the id of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FormToken([u8; ID_BYTES]);

/// Why a posted form is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenRefusal {
    /// It has no token.
    #[error("the form has no token")]
    Missing,
    /// It was not shown by this server, or to somebody else: to another session, or before signing in or out.
    #[error("the form was not shown to whoever posted it")]
    Foreign,
    /// It was shown too long ago.
    #[error("the form was shown more than {} hours ago", MAX_AGE.as_secs() / 3600)]
    Expired,
}

impl FormKey {
    /// The field that holds the token.
    pub const FIELD: &'static str = "-form";

    /// The header that holds it, where a script sends what is no form.
    pub const HEADER: &'static str = "chakana-form";

    /// A key from 32 random bytes, which nothing else uses.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// A token for one form that is shown to `owner` by `audience`, such as a plugin; `None` when there is no randomness.
    #[must_use]
    pub fn issue(&self, owner: FormOwner<'_>, audience: &str, now: Timestamp) -> Option<String> {
        let mut token = [0; TOKEN_BYTES];
        let (said, mac) = token.split_at_mut(SAID_BYTES);
        rand::fill(&mut said[..ID_BYTES]).ok()?;
        said[ID_BYTES..].copy_from_slice(&seconds(now).to_be_bytes());
        mac.copy_from_slice(self.mac(said, owner, audience).as_ref());
        Some(URL_SAFE_NO_PAD.encode(token))
    }

    /// Checks the token of a posted form.
    ///
    /// # Errors
    /// [`TokenRefusal`].
    pub fn check(
        &self,
        token: Option<&str>,
        owner: FormOwner<'_>,
        audience: &str,
        now: Timestamp,
    ) -> Result<FormToken, TokenRefusal> {
        let token = token.filter(|token| !token.is_empty()).ok_or(TokenRefusal::Missing)?;
        let mut bytes = [0; TOKEN_BYTES];
        match URL_SAFE_NO_PAD.decode_slice(token, &mut bytes) {
            Ok(TOKEN_BYTES) => {}
            _ => return Err(TokenRefusal::Foreign),
        }
        let (said, mac) = bytes.split_at(SAID_BYTES);
        hmac::verify(&self.0, &message(said, owner, audience), mac).map_err(|_| TokenRefusal::Foreign)?;
        let (mut id, mut issued) = ([0; ID_BYTES], [0; 8]);
        id.copy_from_slice(&said[..ID_BYTES]);
        issued.copy_from_slice(&said[ID_BYTES..]);
        let age = seconds(now).saturating_sub(i64::from_be_bytes(issued));
        // A clock that was set back makes a form young, never old.
        if age > MAX_AGE.as_secs().cast_signed() { Err(TokenRefusal::Expired) } else { Ok(FormToken(id)) }
    }

    fn mac(&self, said: &[u8], owner: FormOwner<'_>, audience: &str) -> hmac::Tag {
        hmac::sign(&self.0, &message(said, owner, audience))
    }
}

impl FormToken {
    /// So long a form may be posted after it was shown; whoever remembers submissions remembers them for longer.
    pub const MAX_AGE: Duration = MAX_AGE;
}

impl fmt::Display for FormToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// What the MAC is over; lengths stand before what has none of its own.
fn message(said: &[u8], owner: FormOwner<'_>, audience: &str) -> Vec<u8> {
    let (kind, owner) = match owner {
        FormOwner::Session(id) => (1, id),
        FormOwner::Visitor(value) => (2, value),
    };
    let mut message = Vec::with_capacity(said.len() + 9 + owner.len() + audience.len());
    message.extend_from_slice(said);
    message.push(kind);
    message.extend_from_slice(&(owner.len() as u64).to_be_bytes());
    message.extend_from_slice(owner);
    message.extend_from_slice(audience.as_bytes());
    message
}

fn seconds(time: Timestamp) -> i64 {
    time.as_second()
}

const ID_BYTES: usize = 16;
const SAID_BYTES: usize = ID_BYTES + 8;
const TOKEN_BYTES: usize = SAID_BYTES + 32;
/// Who leaves a form open overnight may still send it; a session ends sooner.
const MAX_AGE: Duration = Duration::from_secs(24 * 3600);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OWNER: FormOwner<'_> = FormOwner::Session(b"one");

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).expect("a time")
    }

    #[test]
    fn a_form_is_believed_from_whom_it_was_shown_to_for_a_day() {
        let key = FormKey::new(&[1; 32]);
        let token = key.issue(OWNER, "portal", at(0));
        let check = |second| key.check(token.as_deref(), OWNER, "portal", at(second));
        assert!(check(0).is_ok());
        assert!(check(-60).is_ok());
        assert_eq!(check(0), check(24 * 3600));
        assert_eq!(check(24 * 3600 + 1), Err(TokenRefusal::Expired));
    }

    #[test]
    fn a_form_is_not_believed_from_anybody_else() {
        let key = FormKey::new(&[1; 32]);
        let token = key.issue(OWNER, "portal", at(0)).expect("a token");
        let refused = [
            key.check(Some(&token), FormOwner::Session(b"two"), "portal", at(0)),
            key.check(Some(&token), FormOwner::Visitor(b"one"), "portal", at(0)),
            key.check(Some(&token), OWNER, "voting", at(0)),
            FormKey::new(&[2; 32]).check(Some(&token), OWNER, "portal", at(0)),
            key.check(Some(&token[1..]), OWNER, "portal", at(0)),
            key.check(Some(&format!("{token}A")), OWNER, "portal", at(0)),
        ];
        assert_eq!(refused, [Err(TokenRefusal::Foreign); 6]);
        assert_eq!(key.check(None, OWNER, "portal", at(0)), Err(TokenRefusal::Missing));
        assert_eq!(key.check(Some(""), OWNER, "portal", at(0)), Err(TokenRefusal::Missing));
    }

    #[test]
    fn no_two_tokens_share_what_compression_could_show() {
        let key = FormKey::new(&[1; 32]);
        let one = key.issue(OWNER, "portal", at(0)).expect("a token");
        let two = key.issue(OWNER, "portal", at(0)).expect("a token");
        assert_ne!(one[..16], two[..16]);
        assert_ne!(one[40..], two[40..]);
    }

    proptest! {
        #[test]
        fn nothing_but_a_token_is_believed(text in ".{0,100}") {
            prop_assert!(FormKey::new(&[1; 32]).check(Some(&text), OWNER, "portal", at(0)).is_err());
        }
    }
}
