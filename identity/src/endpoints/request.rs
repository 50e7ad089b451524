//! What a client asks for at the authorization endpoint (OpenID Connect Core 1.0 §3.1.2.1, RFC 6749 §4.1.1, RFC 7636).

use crate::Assurance;
use crate::client::{Client, Clients, Scope};
use html::Language;
use std::collections::{BTreeMap, BTreeSet};

/// A request that may be answered at its redirect URI.
#[derive(Debug, Clone)]
pub(crate) struct AuthorizationRequest {
    pub(crate) client: Client,
    pub(crate) redirect_uri: String,
    pub(crate) scopes: BTreeSet<Scope>,
    pub(crate) state: Option<String>,
    pub(crate) nonce: Option<String>,
    pub(crate) challenge: String,
    pub(crate) prompt: Prompt,
    /// She has to have signed in within so many seconds.
    pub(crate) max_age: Option<i64>,
    /// How well it has to be known who she is.
    pub(crate) least: Assurance,
    pub(crate) language: Option<Language>,
}

/// What is to be shown (`prompt`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Prompt {
    pub(crate) none: bool,
    pub(crate) login: bool,
    pub(crate) consent: bool,
}

/// Why a request is not answered as it hopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RequestError {
    /// Nobody knows where to send her back to: she is told in a page.
    Page(PageError),
    /// The client is told.
    Client(Refused),
}

/// Why somebody cannot be sent back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageError {
    Malformed,
    UnknownClient,
    UnknownRedirect,
}

/// What a client is told (RFC 6749 §4.1.2.1, OpenID Connect Core 1.0 §3.1.2.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    pub(crate) error: &'static str,
    pub(crate) description: &'static str,
}

/// The longest parameters that are taken, in bytes.
pub const MAX_QUERY_BYTES: usize = 8 << 10;
const MAX_VALUE_BYTES: usize = 2 << 10;
const MAX_PARAMETERS: usize = 64;

/// The parameters of a query or form; `None` where one comes twice (RFC 6749 §3.1), or they are too many or too long.
#[must_use]
pub fn parameters(text: &[u8]) -> Option<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    if text.len() > MAX_QUERY_BYTES {
        return None;
    }
    for (name, value) in form_urlencoded::parse(text) {
        let fits = value.len() <= MAX_VALUE_BYTES && found.len() < MAX_PARAMETERS;
        // RFC 6749 §3.1: without a value it counts as left out.
        if !fits || (!value.is_empty() && found.insert(name.into_owned(), value.into_owned()).is_some()) {
            return None;
        }
    }
    Some(found)
}

impl AuthorizationRequest {
    /// Reads a request.
    pub(crate) fn read(query: &str, clients: &Clients) -> Result<Self, RequestError> {
        let mut said = parameters(query.as_bytes()).ok_or(RequestError::Page(PageError::Malformed))?;
        let client = said.get("client_id").and_then(|id| clients.get(id));
        let client = client.ok_or(RequestError::Page(PageError::UnknownClient))?.clone();
        // RFC 9700 §2.1: to the letter, and never left out.
        let redirect_uri = said.remove("redirect_uri").filter(|uri| client.redirect_uris.contains(uri));
        let redirect_uri = redirect_uri.ok_or(RequestError::Page(PageError::UnknownRedirect))?;
        let state = said.remove("state");
        let refused = |error, description| {
            let (redirect_uri, state) = (redirect_uri.clone(), state.clone());
            RequestError::Client(Refused { redirect_uri, state, error, description })
        };
        check_kind(&said).map_err(|(error, description)| refused(error, description))?;
        let challenge = challenge(&said).ok_or_else(|| {
            refused("invalid_request", "code_challenge of 43 letters with code_challenge_method S256 is required")
        })?;
        let asked = Scope::read(said.get("scope").map_or("", String::as_str));
        if !asked.contains(&Scope::OpenId) {
            return Err(refused("invalid_scope", "the scope openid is required"));
        }
        if !asked.is_subset(&client.scopes) {
            return Err(refused("invalid_scope", "the client may not ask for one of these scopes"));
        }
        let prompt = said.get("prompt").map_or(Some(Prompt::default()), |prompt| Prompt::read(prompt));
        let prompt = prompt.ok_or_else(|| refused("invalid_request", "prompt is none, or some of login, consent"))?;
        let max_age = said.get("max_age").map(|age| age.parse::<u32>().map(i64::from)).transpose();
        let max_age = max_age.map_err(|_| refused("invalid_request", "max_age is a number of seconds"))?;
        let nonce = said.remove("nonce").filter(|nonce| nonce.len() <= 512);
        Ok(Self {
            least: least(said.get("acr_values").map_or("", String::as_str)),
            language: said.get("ui_locales").and_then(|tags| language(tags)),
            redirect_uri: redirect_uri.clone(),
            state: state.clone(),
            nonce,
            client,
            scopes: asked,
            challenge,
            prompt,
            max_age,
        })
    }

    /// What the client is told instead of a code.
    pub(crate) fn refused(&self, error: &'static str, description: &'static str) -> Refused {
        Refused { redirect_uri: self.redirect_uri.clone(), state: self.state.clone(), error, description }
    }
}

impl Prompt {
    fn read(text: &str) -> Option<Self> {
        let mut prompt = Self::default();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            match word {
                "none" => prompt.none = true,
                "login" | "select_account" => prompt.login = true,
                "consent" => prompt.consent = true,
                _ => return None,
            }
        }
        // OpenID Connect Core 1.0 §3.1.2.1: none stands alone.
        (!prompt.none || (!prompt.login && !prompt.consent)).then_some(prompt)
    }
}

impl Refused {
    /// Where somebody is sent with it.
    pub(crate) fn location(&self, issuer: &str) -> String {
        let said = [("error", self.error), ("error_description", self.description)];
        location(&self.redirect_uri, &said, self.state.as_deref(), issuer)
    }
}

/// A redirect URI with what it is told; `iss` says who tells it (RFC 9207).
pub(crate) fn location(redirect_uri: &str, said: &[(&str, &str)], state: Option<&str>, issuer: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(said);
    query.extend_pairs(state.map(|state| ("state", state)));
    query.append_pair("iss", issuer);
    let separator = if redirect_uri.contains('?') { '&' } else { '?' };
    format!("{redirect_uri}{separator}{}", query.finish())
}

fn check_kind(said: &BTreeMap<String, String>) -> Result<(), (&'static str, &'static str)> {
    if said.contains_key("request") {
        return Err(("request_not_supported", "parameters stand in the query, not in a request object"));
    }
    if said.contains_key("request_uri") {
        return Err(("request_uri_not_supported", "parameters stand in the query, not elsewhere"));
    }
    if said.get("response_type").map(String::as_str) != Some("code") {
        return Err(("unsupported_response_type", "response_type is code"));
    }
    if said.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err(("invalid_request", "response_mode is query"));
    }
    Ok(())
}

/// RFC 7636 §4.3; `plain` protects nothing.
fn challenge(said: &BTreeMap<String, String>) -> Option<String> {
    let challenge = said.get("code_challenge").filter(|challenge| {
        challenge.len() == 43
            && challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    })?;
    said.get("code_challenge_method").filter(|method| *method == "S256").map(|_| challenge.clone())
}

/// Of several levels each would do, so the lowest counts. What we do not know, we are not asked for.
fn least(acr_values: &str) -> Assurance {
    acr_values.split(' ').filter_map(Assurance::of_acr).min().unwrap_or_default()
}

fn language(tags: &str) -> Option<Language> {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    tags.split(' ').take(16).find_map(|tag| crate::language::offered(&primary(tag)))
}
