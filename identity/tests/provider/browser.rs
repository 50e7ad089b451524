//! A browser: it keeps cookies, fills forms in, and reads what pages show.

use super::world::{PASSWORD, World};
use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use clock::Timestamp;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{Request, Response, StatusCode};
use std::collections::BTreeMap;
use std::time::Duration;

pub struct Browser<'a> {
    pub world: &'a World,
    cookies: BTreeMap<String, String>,
    /// The key of her authenticator app.
    pub key: String,
}

pub struct Shown {
    pub status: StatusCode,
    pub body: String,
    pub location: Option<String>,
    pub policy: String,
}

/// A verifier of PKCE and its challenge.
pub const VERIFIER: &str = "0123456789012345678901234567890123456789012";

pub fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, VERIFIER.as_bytes()).as_ref())
}

/// What the portal asks for, with some of it changed; a value that is empty leaves it out.
pub fn request(changes: &[(&str, &str)]) -> String {
    let challenge = challenge();
    let mut said: BTreeMap<&str, &str> = BTreeMap::from([
        ("client_id", "portal"),
        ("redirect_uri", "https://portal.example/back"),
        ("response_type", "code"),
        ("scope", "openid profile fecha_nacimiento email celular"),
        ("state", "st"),
        ("nonce", "no"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    said.extend(changes.iter().copied());
    said.retain(|_, value| !value.is_empty());
    format!("/auth?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(said).finish())
}

/// What the portal's application asks for.
pub fn app_request(changes: &[(&str, &str)]) -> String {
    let own = [("client_id", "app"), ("redirect_uri", "http://127.0.0.1:7777/back"), ("scope", "openid profile")];
    request(&[own.as_slice(), changes].concat())
}

/// A parameter of a location.
pub fn parameter(location: &str, name: &str) -> Option<String> {
    let (_, query) = location.split_once('?')?;
    form_urlencoded::parse(query.as_bytes()).find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

/// RFC 6238, written once more, so that the provider does not check itself.
pub fn totp(key: &str, now: Timestamp) -> String {
    let (mut held, mut bits, mut bytes) = (0_u32, 0, Vec::new());
    for letter in key.bytes().filter(|letter| *letter != b' ') {
        let value = if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter - b'A' };
        held = (held << 5 | u32::from(value)) & 0xffff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 255) as u8);
        }
    }
    let step = now.as_second().cast_unsigned() / 30;
    let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes), &step.to_be_bytes());
    let mac = mac.as_ref();
    let at = usize::from(mac[19] & 15);
    let word = u32::from_be_bytes([mac[at], mac[at + 1], mac[at + 2], mac[at + 3]]) & 0x7fff_ffff;
    format!("{:06}", word % 1_000_000)
}

impl<'a> Browser<'a> {
    pub fn new(world: &'a World) -> Self {
        Self { world, cookies: BTreeMap::new(), key: String::new() }
    }

    pub async fn get(&mut self, path: &str) -> Shown {
        let request = Request::get(path).header(COOKIE, self.cookie_line()).body(Bytes::new()).unwrap();
        let response = self.world.provider.respond(request).await;
        self.take(response)
    }

    /// Posts a form as it is.
    pub async fn post_raw(&mut self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(path)
            .header(COOKIE, self.cookie_line())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let response = self.world.provider.respond(request.body(body.into()).unwrap()).await;
        self.take(response)
    }

    /// Fills in the form of a page that posts to `path`.
    pub async fn post(&mut self, page: &Shown, path: &str, fields: &[(&str, &str)]) -> Shown {
        let hidden = page.hidden(path);
        let all: Vec<(&str, &str)> =
            hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(fields.iter().copied()).collect();
        self.post_raw(path, &all).await
    }

    /// Sets her credentials up; gives her recovery codes.
    pub async fn enrol(&mut self, code: &str) -> Vec<String> {
        let page = self.get("/enrol").await;
        let page = self.post(&page, "/enrol", &[("code", code)]).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        self.key = page.codes().remove(0);
        let shown = totp(&self.key, self.world.now());
        let chosen = [("password", PASSWORD), ("again", PASSWORD), ("code", shown.as_str())];
        let page = self.post(&page, "/enrol/finish", &chosen).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        self.world.clock.advance(Duration::from_secs(60));
        page.codes()
    }

    /// Signs in on a page that asks for it; gives where she is sent then.
    pub async fn sign_in(&mut self, page: &Shown) -> String {
        let page = self.password(page, PASSWORD).await;
        let code = totp(&self.key, self.world.now());
        let shown = self.post(&page, "/sign-in/code", &[("code", &code)]).await;
        self.world.clock.advance(Duration::from_secs(60));
        shown.location.unwrap_or_else(|| panic!("she is not in: {}", shown.body))
    }

    pub async fn password(&mut self, page: &Shown, password: &str) -> Shown {
        let typed = [("kind", "CI"), ("number", "123.4567"), ("password", password)];
        self.post(page, "/sign-in", &typed).await
    }

    /// A whole sign-in for a client's request; gives where she is sent back to.
    pub async fn authorize(&mut self, request: &str) -> String {
        let page = self.get(request).await;
        if let Some(location) = page.location {
            return location;
        }
        let to = self.sign_in(&page).await;
        let shown = self.get(&to).await;
        shown.location.unwrap_or_else(|| panic!("she is not sent back: {}", shown.body))
    }

    fn cookie_line(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn take(&mut self, response: Response<Bytes>) -> Shown {
        for line in response.headers().get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            assert!(line.contains("; Secure; HttpOnly"), "{line}");
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name)
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned())
            };
        }
        let text = |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (location, policy) = (text(LOCATION), text(http::header::CONTENT_SECURITY_POLICY).unwrap_or_default());
        let status = response.status();
        Shown { status, location, policy, body: String::from_utf8(response.into_body().to_vec()).unwrap() }
    }
}

impl Shown {
    /// The hidden fields of the form that posts to `path`.
    fn hidden(&self, path: &str) -> Vec<(String, String)> {
        let start = format!("action=\"{path}\"");
        let (_, form) = self.body.split_once(&start).unwrap_or_else(|| panic!("no form for {path}: {}", self.body));
        let form = form.split("</form>").next().unwrap();
        let hidden = form.split("<input type=\"hidden\" name=\"").skip(1);
        hidden
            .map(|field| {
                let (name, rest) = field.split_once("\" value=\"").unwrap();
                (name.to_owned(), rest.split('"').next().unwrap().to_owned())
            })
            .collect()
    }

    /// What stands in `code` elements.
    pub fn codes(&self) -> Vec<String> {
        self.body.split("<code>").skip(1).map(|rest| rest.split("</code>").next().unwrap().to_owned()).collect()
    }
}
