//! An OpenID Connect issuer that does as a test wants: it tells the truth, or lies in one respect.

use async_trait::async_trait;
use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use citizens_gateway::{ClientSecret, IssuerAccess, IssuerSettings};
use clock::{Clock as _, SystemClock};
use http::{Request, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The issuer's name.
pub const ISSUER: &str = "https://ingreso.example";
/// What the gateway is called there.
pub const CLIENT: &str = "gateway";

/// Somebody who signs in.
#[derive(Debug, Clone)]
pub struct Account {
    /// What the issuer calls her.
    pub subject: String,
    /// What she is called.
    pub name: String,
    /// Number of her identity card.
    pub number: String,
    /// How well she is known.
    pub acr: String,
    /// Her session at the issuer.
    pub sid: String,
}

/// In what an issuer lies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Lie {
    /// It does not.
    #[default]
    None,
    /// A claim of its tokens has another value; `null` leaves it out.
    Claim(&'static str, Value),
    /// Its tokens are signed by somebody else.
    Signature,
    /// Its tokens say that they need no signature.
    Unsigned,
    /// What it says of whom is of somebody else.
    Userinfo,
    /// It says that it is another one.
    Name,
    /// It cannot be reached.
    Silence,
    /// It refuses codes.
    Refusal,
    /// It answers something else than JSON.
    Noise,
}

/// An issuer.
pub struct Issuer {
    key: EcdsaKeyPair,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    lie: Lie,
    codes: BTreeMap<String, Code>,
    tokens: BTreeMap<String, Account>,
}

struct Code {
    account: Account,
    challenge: String,
    nonce: String,
    redirect_uri: String,
}

impl Account {
    /// Ana, who is known substantially.
    #[must_use]
    pub fn ana() -> Self {
        Self {
            subject: "sub-ana".to_owned(),
            name: "Ana Mamani".to_owned(),
            number: "1234567".to_owned(),
            acr: "substantial".to_owned(),
            sid: "sid-ana".to_owned(),
        }
    }
}

impl Default for Issuer {
    fn default() -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        Self { key, state: Mutex::default() }
    }
}

impl Issuer {
    /// As the gateway knows it.
    #[must_use]
    pub fn settings() -> IssuerSettings {
        IssuerSettings {
            url: ISSUER.to_owned(),
            client_id: CLIENT.to_owned(),
            credentials: ClientSecret::new("secret".to_owned()),
            levels: IssuerSettings::usual_levels(),
            account: None,
        }
    }

    /// Lies from now on.
    pub fn lie(&self, lie: Lie) {
        self.state().lie = lie;
    }

    /// Signs somebody in who was sent to `location`, and says to which path below the plugin's origin she is sent back.
    ///
    /// # Panics
    /// When the gateway asks for something else than a code with PKCE.
    #[must_use]
    pub fn sign_in(&self, location: &str, account: &Account) -> String {
        let query = location.strip_prefix(&format!("{ISSUER}/auth?")).expect("it leads to the issuer");
        let asked: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!((asked["response_type"].as_str(), asked["code_challenge_method"].as_str()), ("code", "S256"));
        assert_eq!(asked["client_id"], CLIENT);
        let mut state = self.state();
        let code = format!("code-{}", state.codes.len());
        let known = Code {
            account: account.clone(),
            challenge: asked["code_challenge"].clone(),
            nonce: asked["nonce"].clone(),
            redirect_uri: asked["redirect_uri"].clone(),
        };
        state.codes.insert(code.clone(), known);
        let (_, path) = asked["redirect_uri"].split_once("/-/").expect("a path of the gateway");
        let back = form_urlencoded::Serializer::new(String::new())
            .append_pair("code", &code)
            .append_pair("state", &asked["state"])
            .append_pair("iss", ISSUER)
            .finish();
        format!("/-/{path}?{back}")
    }

    /// A logout token for a session.
    #[must_use]
    pub fn logout_token(&self, sid: &str, id: &str) -> String {
        self.token(&json!({
            "iss": ISSUER, "aud": CLIENT, "iat": now(), "exp": now() + 120, "jti": id, "sid": sid,
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        }))
    }

    /// Something signed, or not quite.
    fn token(&self, claims: &Value) -> String {
        let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let lie = self.state().lie.clone();
        let mut claims = claims.clone();
        if let Lie::Claim(name, value) = &lie {
            claims[*name] = value.clone();
        }
        if let Some(claims) = claims.as_object_mut() {
            claims.retain(|_, value| !value.is_null());
        }
        if lie == Lie::Unsigned {
            return format!("{}.{}.", encoded(&json!({ "alg": "none" })), encoded(&claims));
        }
        let said = format!("{}.{}", encoded(&json!({ "alg": "ES256", "kid": "one" })), encoded(&claims));
        let other = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
        let key = if lie == Lie::Signature { &other } else { &self.key };
        let signature = key.sign(&SystemRandom::new(), said.as_bytes()).expect("a signature");
        format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn metadata(&self) -> Value {
        let issuer = if self.state().lie == Lie::Name { "https://other.example" } else { ISSUER };
        json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{ISSUER}/auth"),
            "token_endpoint": format!("{ISSUER}/token"),
            "userinfo_endpoint": format!("{ISSUER}/me"),
            "jwks_uri": format!("{ISSUER}/jwks"),
            "end_session_endpoint": format!("{ISSUER}/session/end"),
            "authorization_response_iss_parameter_supported": true,
        })
    }

    fn keys(&self) -> Value {
        let point = self.key.public_key().as_ref();
        let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..65]));
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "kid": "one", "use": "sig", "alg": "ES256", "x": x, "y": y }] })
    }

    fn redeem(&self, body: &[u8]) -> Option<Value> {
        let sent: BTreeMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
        let code = self.state().codes.remove(&sent["code"])?;
        let challenge =
            URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, sent["code_verifier"].as_bytes()).as_ref());
        if challenge != code.challenge || sent["redirect_uri"] != code.redirect_uri {
            return None;
        }
        let account = code.account;
        let id_token = self.token(&json!({
            "iss": ISSUER, "aud": CLIENT, "sub": account.subject, "exp": now() + 300, "iat": now(), "nonce": code.nonce,
            "acr": account.acr, "auth_time": now(), "sid": account.sid,
        }));
        let access_token = format!("access-{}", account.subject);
        self.state().tokens.insert(access_token.clone(), account);
        Some(json!({ "access_token": access_token, "token_type": "Bearer", "id_token": id_token }))
    }

    fn userinfo(&self, request: &Request<Bytes>) -> Option<Value> {
        let bearer = request.headers()["authorization"].to_str().ok()?.strip_prefix("Bearer ")?;
        let state = self.state();
        let account = state.tokens.get(bearer)?;
        let subject = if state.lie == Lie::Userinfo { "somebody" } else { &account.subject };
        Some(json!({
            "sub": subject, "name": account.name,
            "profile": { "documento_identidad": { "tipo_documento": "CI", "numero_documento": account.number } },
        }))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl IssuerAccess for Issuer {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, String> {
        let lie = self.state().lie.clone();
        let answer = match request.uri().path() {
            _ if lie == Lie::Silence => return Err("connection refused".to_owned()),
            "/.well-known/openid-configuration" => Some(self.metadata()),
            "/jwks" => Some(self.keys()),
            "/token" if lie != Lie::Refusal => self.redeem(request.body()),
            "/me" => self.userinfo(&request),
            _ => None,
        };
        let (status, body) = match answer {
            _ if lie == Lie::Noise => (200, "<html>".to_owned()),
            Some(answer) => (200, answer.to_string()),
            None => (400, json!({ "error": "invalid_grant" }).to_string()),
        };
        Response::builder().status(status).body(body.into()).map_err(|error| error.to_string())
    }
}

fn now() -> i64 {
    SystemClock.now().as_second()
}
