//! An authorization request (OpenID Connect Core 1.0 §3.1.2.1): what a client wants to learn, and where it is told.

use super::params::{Params, ParamsError};
use crate::accounts::Assurance;
use crate::clients::{Client, Clients, Scope};
use url::Url;

/// An authorization request that can be answered.
#[derive(Debug)]
pub(crate) struct AuthorizationRequest<'a> {
    pub(crate) client: &'a Client,
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) nonce: Option<String>,
    pub(crate) challenge: String,
    pub(crate) prompt: Prompt,
    /// In seconds.
    pub(crate) max_age: Option<i64>,
    /// The lowest level that will do.
    pub(crate) acr: Option<Assurance>,
}

/// Whether somebody is asked although it is known (§3.1.2.1, `prompt`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Prompt {
    /// Nothing may be asked.
    pub(crate) none: bool,
    /// She shows anew who she is.
    pub(crate) login: bool,
    /// She consents anew.
    pub(crate) consent: bool,
}

/// Why a request is not answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum RequestError {
    /// It is not known where an answer may go: this is said to the person (RFC 6749 §4.1.2.1).
    Untrusted(Untrusted),
    /// The client is told.
    Told { redirect_uri: String, state: Option<String>, error: &'static str, description: &'static str },
}

/// Why nothing is sent to where a request says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Untrusted {
    #[error("{0}")]
    Params(#[from] ParamsError),
    #[error("the client_id is missing, or none of a client")]
    Client,
    #[error("the redirect_uri is missing, or none that the client has registered")]
    RedirectUri,
}

const MAX_STATE_BYTES: usize = 2_048;
const MAX_NONCE_BYTES: usize = 512;

impl<'a> AuthorizationRequest<'a> {
    pub(crate) fn parse(query: &[u8], clients: &'a Clients) -> Result<Self, RequestError> {
        let untrusted = RequestError::Untrusted;
        let params = Params::parse(query).map_err(|error| untrusted(error.into()))?;
        let client = params.get("client_id").and_then(|id| clients.get(id)).ok_or(untrusted(Untrusted::Client))?;
        // RFC 9700 §4.1.3: letter by letter.
        let redirect_uri =
            params.get("redirect_uri").filter(|uri| client.redirect_uris.iter().any(|known| known == uri));
        let redirect_uri = redirect_uri.ok_or(untrusted(Untrusted::RedirectUri))?.to_owned();
        let state = params.get("state").filter(|state| state.len() <= MAX_STATE_BYTES).map(str::to_owned);
        Self::rest(&params, client, &redirect_uri, state.clone()).map_err(|(error, description)| RequestError::Told {
            redirect_uri,
            state,
            error,
            description,
        })
    }

    fn rest(
        params: &Params,
        client: &'a Client,
        redirect_uri: &str,
        state: Option<String>,
    ) -> Result<Self, (&'static str, &'static str)> {
        let invalid = |description| ("invalid_request", description);
        if params.get("request").is_some() {
            return Err(("request_not_supported", "the request comes in its parameters, not in a token"));
        }
        if params.get("request_uri").is_some() {
            return Err(("request_uri_not_supported", "the request comes in its parameters, not from an address"));
        }
        match params.get("response_type") {
            Some("code") => {}
            None => return Err(invalid("the response_type is missing: it is code")),
            Some(_) => return Err(("unsupported_response_type", "the only response_type is code")),
        }
        if params.get("response_mode").is_some_and(|mode| mode != "query") {
            return Err(invalid("the only response_mode is query"));
        }
        if params.get("state").is_some() && state.is_none() {
            return Err(invalid("the state has at most 2048 bytes"));
        }
        let scopes = scopes(params, client)?;
        let challenge = challenge(params).map_err(invalid)?;
        let nonce = params.get("nonce").map(str::to_owned);
        if nonce.as_ref().is_some_and(|nonce| nonce.len() > MAX_NONCE_BYTES) {
            return Err(invalid("the nonce has at most 512 bytes"));
        }
        let max_age = params.get("max_age").map(|age| age.parse::<u32>().map(i64::from)).transpose();
        let max_age = max_age.map_err(|_| invalid("max_age is a number of seconds"))?;
        let acr =
            params.get("acr_values").and_then(|values| values.split(' ').take(16).filter_map(Assurance::of).min());
        let prompt = prompt(params).map_err(invalid)?;
        Ok(Self {
            client,
            redirect_uri: redirect_uri.to_owned(),
            state,
            scopes,
            nonce,
            challenge,
            prompt,
            max_age,
            acr,
        })
    }

    /// Where a browser goes with an answer: the client's address with parameters, and who answers (RFC 9207 §2).
    pub(crate) fn answered(&self, issuer: &str, parameters: &[(&str, &str)]) -> String {
        answer_address(&self.redirect_uri, self.state.as_deref(), issuer, parameters)
    }
}

impl RequestError {
    /// Where the client is told of it, if it is.
    pub(crate) fn address(&self, issuer: &str) -> Option<String> {
        match self {
            Self::Untrusted(_) => None,
            Self::Told { redirect_uri, state, error, description } => Some(answer_address(
                redirect_uri,
                state.as_deref(),
                issuer,
                &[("error", error), ("error_description", description)],
            )),
        }
    }
}

fn answer_address(redirect_uri: &str, state: Option<&str>, issuer: &str, parameters: &[(&str, &str)]) -> String {
    let mut all = parameters.to_vec();
    all.extend(state.map(|state| ("state", state)));
    all.push(("iss", issuer));
    with_parameters(redirect_uri, &all)
}

/// An address with more parameters in its query.
pub(crate) fn with_parameters(address: &str, parameters: &[(&str, &str)]) -> String {
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    url.query_pairs_mut().extend_pairs(parameters);
    url.into()
}

fn scopes(params: &Params, client: &Client) -> Result<Vec<Scope>, (&'static str, &'static str)> {
    let mut scopes = Scope::list(params.get("scope").unwrap_or_default());
    if !scopes.contains(&Scope::OpenId) {
        return Err(("invalid_scope", "the scope has to have openid"));
    }
    // OpenID Connect Core 1.0 §3.1.2.1: what is not known is ignored. What a client may not have is not: it would wait for it.
    if scopes.iter().any(|scope| !client.scopes.contains(scope)) {
        return Err(("invalid_scope", "the client may not ask for all of this scope"));
    }
    scopes.sort_unstable();
    Ok(scopes)
}

/// RFC 7636 §4.3, with what RFC 9700 §2.1.1 makes of it: always, and never `plain`.
fn challenge(params: &Params) -> Result<String, &'static str> {
    let challenge = params.get("code_challenge").ok_or("the code_challenge is missing (RFC 7636)")?;
    if params.get("code_challenge_method") != Some("S256") {
        return Err("the only code_challenge_method is S256");
    }
    let is_digest = challenge.len() == 43
        && challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_digest { Ok(challenge.to_owned()) } else { Err("the code_challenge is no SHA-256 digest in base64url") }
}

fn prompt(params: &Params) -> Result<Prompt, &'static str> {
    let mut prompt = Prompt::default();
    let Some(text) = params.get("prompt") else { return Ok(prompt) };
    for word in text.split(' ').filter(|word| !word.is_empty()).take(16) {
        match word {
            "none" => prompt.none = true,
            "login" | "select_account" => prompt.login = true,
            "consent" => prompt.consent = true,
            _ => return Err("the prompt is one of none, login, consent, select_account"),
        }
    }
    if prompt.none && (prompt.login || prompt.consent) { Err("the prompt none stands alone") } else { Ok(prompt) }
}

/// Parses a request for one client that may ask for everything, for whoever looks for texts that break the parser.
#[doc(hidden)]
pub fn parse_authorization_request(query: &[u8]) {
    use crate::clients::{Consent, IdTokenAlgorithm};
    let client = Client {
        id: "client".to_owned(),
        name: String::new(),
        secret: None,
        sector: String::new(),
        redirect_uris: vec!["https://client.example/back?a=b".to_owned()],
        post_logout_redirect_uris: Vec::new(),
        backchannel_logout_uri: None,
        consent: Consent::Asked,
        scopes: Scope::ALL.to_vec(),
        id_token_signed_response_alg: IdTokenAlgorithm::Es256,
    };
    let Ok(clients) = Clients::new([client]) else { return };
    match AuthorizationRequest::parse(query, &clients) {
        Ok(request) => {
            let address = request.answered("https://issuer.example", &[("code", "x")]);
            assert!(
                address.starts_with("https://client.example/back?a=b&code=x"),
                "an answer goes where the client is"
            );
        }
        Err(error) => {
            let address = error.address("https://issuer.example");
            assert!(address.is_none_or(|address| address.starts_with("https://client.example/back?a=b&error=")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_request_leads_elsewhere(
            start in "(client_id=client&redirect_uri=https%3A%2F%2Fclient.example%2Fback%3Fa%3Db&)?",
            rest in "(response_type=code|scope=openid|code_challenge_method=S256|prompt=|max_age=|acr_values=high|none|&|=|%|\\PC){0,30}",
        ) {
            parse_authorization_request(format!("{start}{rest}").as_bytes());
        }
    }
}
