//! A sign-in from its beginning to its session.

use super::attempt::{Attempt, LASTS};
use super::claims::Userinfo;
use super::{SignIn, SignInError, token};
use crate::gateway::{Common, Visit};
use crate::refusal::Refusal;
use crate::session::{self, Person, Session};
use crate::visitor;
use clock::Timestamp;
use listener::Response;
use pages::cookie::{Lifetime, SameSite};
use pages::{cookie, see_other};
use plugin_host::manifest::Assurance;
use std::time::Duration;
use storage::CommitError;

/// A plugin's origin, at which somebody signs in.
pub(crate) struct At<'a> {
    pub(crate) common: &'a Common,
    pub(crate) sign_in: &'a SignIn,
    pub(crate) plugin: &'a str,
    pub(crate) origin: &'a str,
    pub(crate) visit: &'a Visit,
}

/// Where an issuer sends browsers back to, below a plugin's origin.
pub(crate) const BACK: &str = "/-/signed-in";
/// `profile` tells name and document.
const SCOPE: &str = "openid profile";
/// Tells whom she may represent; asked for where the issuer knows it.
const REPRESENTATION: &str = "representacion";

/// Sends a browser to the issuer; back it comes to the path that it was on its way to.
pub(crate) async fn begin(at: &At<'_>) -> Result<Response, Refusal> {
    let query = at.visit.query();
    let to = query.get("to").filter(|to| plugin_host::is_own_path(to)).unwrap_or("/");
    let attempt = Attempt::begin(to, at.common.clock.now()).ok_or(Refusal::Unavailable)?;
    let known = at.sign_in.issuer.known().await?;
    let knows_more = known.metadata.scopes_supported.iter().any(|scope| scope == REPRESENTATION);
    let scope = if knows_more { format!("{SCOPE} {REPRESENTATION}") } else { SCOPE.to_owned() };
    let mut address = form_urlencoded::Serializer::new(String::new());
    address
        .append_pair("response_type", "code")
        .append_pair("client_id", &at.sign_in.issuer.settings.client_id)
        .append_pair("redirect_uri", &back(at))
        .append_pair("scope", &scope)
        .append_pair("state", &attempt.state)
        .append_pair("nonce", &attempt.nonce)
        .append_pair("code_challenge", &attempt.challenge())
        .append_pair("code_challenge_method", "S256")
        .append_pair("ui_locales", at.visit.language.code());
    if let Some(level) = query.get("level").and_then(level) {
        address.append_pair("acr_values", &at.sign_in.acr_values(level));
    }
    let endpoint = &known.metadata.authorization_endpoint;
    let separator = if endpoint.contains('?') { '&' } else { '?' };
    let mut response =
        see_other(&format!("{endpoint}{separator}{}", address.finish())).ok_or(Refusal::SignInUnavailable)?;
    let sealed = at.sign_in.attempts.seal(&attempt, at.plugin).ok_or(Refusal::Unavailable)?;
    let name = Attempt::cookie(&attempt.state).ok_or(Refusal::Unavailable)?;
    let headers = response.headers_mut();
    cookie::set(
        headers,
        &name,
        &sealed,
        SameSite::Lax,
        Lifetime::For(Duration::from_secs(LASTS.as_secs().unsigned_abs())),
    );
    Ok(response)
}

/// Takes a browser back from the issuer, and begins a session in place of the one that it may have.
pub(crate) async fn finish(at: &At<'_>, before: Option<&Session>) -> Result<Response, Refusal> {
    let query = at.visit.query();
    let state = query.get("state").ok_or(Refusal::SignInEnded)?;
    let name = Attempt::cookie(state).ok_or(Refusal::SignInEnded)?;
    let now = at.common.clock.now();
    let sealed = cookie::read(&at.visit.head.headers, &name).ok_or(Refusal::SignInEnded)?;
    let attempt = at.sign_in.attempts.open(sealed, at.plugin, state, now).ok_or(Refusal::SignInEnded)?;
    let known = at.sign_in.issuer.known().await?;
    // RFC 9207 §2.4: an answer of another issuer is not for us.
    let issuer = query.get("iss");
    let must_say = known.metadata.authorization_response_iss_parameter_supported;
    if issuer.is_some_and(|iss| iss != at.sign_in.issuer.settings.url) || (must_say && issuer.is_none()) {
        return Err(Refusal::SignInEnded);
    }
    match (query.get("error"), query.get("code")) {
        (None, Some(code)) => {
            let (person, id_token) = who(at, &attempt, code, now).await?;
            let value = replace(at, before, person, &id_token).await.map_err(|error| {
                tracing::error!(error = %error, "a session cannot be kept");
                Refusal::Unavailable
            })?;
            let mut response = see_other(&attempt.to).ok_or(Refusal::Unavailable)?;
            let headers = response.headers_mut();
            cookie::clear(headers, &name);
            // Forms that were shown before she signed in are not hers.
            cookie::clear(headers, visitor::COOKIE);
            let value = value.ok_or(Refusal::Unavailable)?;
            cookie::set(headers, session::COOKIE, &value, SameSite::Lax, Lifetime::Visit);
            Ok(response)
        }
        (Some("unmet_authentication_requirements"), _) => Err(Refusal::Assurance { at: path(&attempt.to, None) }),
        (Some("access_denied" | "login_required" | "consent_required" | "interaction_required"), _) => {
            Err(Refusal::SignInDenied)
        }
        (Some(error), _) => {
            let error: String = error.chars().filter(char::is_ascii_graphic).take(64).collect();
            tracing::error!(issuer = at.sign_in.issuer.settings.url, error, "the issuer refused a sign-in");
            Err(Refusal::SignInUnavailable)
        }
        (None, None) => Err(Refusal::SignInEnded),
    }
}

async fn replace(
    at: &At<'_>,
    before: Option<&Session>,
    person: Person,
    id_token: &str,
) -> Result<Option<String>, CommitError> {
    let sessions = &at.sign_in.sessions;
    if let Some(before) = before {
        sessions.end(before).await?;
    }
    sessions.begin(at.plugin, person, id_token, at.common.clock.now()).await
}

/// Who it is that comes back with a code.
async fn who(at: &At<'_>, attempt: &Attempt, code: &str, now: Timestamp) -> Result<(Person, String), Refusal> {
    let issuer = &at.sign_in.issuer;
    let known = issuer.known().await?;
    let tokens = issuer.redeem(&known, code, &back(at), &attempt.verifier).await?;
    let said = token::id_token(issuer, &tokens.id_token, &attempt.nonce, now).await?;
    let userinfo: Userinfo = issuer.userinfo(&known, &tokens.access_token).await?.unwrap_or_default();
    // OpenID Connect Core 1.0 §5.3.2: what is said of somebody else is not used.
    if known.metadata.has_userinfo() && userinfo.sub != said.sub {
        return Err(SignInError::OtherSubject.into());
    }
    let level = said.acr.as_ref().and_then(|acr| issuer.settings.levels.get(acr));
    let person = Person {
        subject: said.sub,
        name: userinfo.name(),
        document: userinfo.document(),
        assurance: level.copied().unwrap_or(Assurance::Low),
        authenticated_at: said.auth_time.unwrap_or(now.as_second()),
        issuer_session: said.sid.filter(|sid| !sid.is_empty()),
        represents: userinfo.represents(),
    };
    Ok((person, tokens.id_token))
}

fn back(at: &At<'_>) -> String {
    format!("{}{BACK}", at.origin)
}

/// Where a sign-in begins that leads to a target, at least so well known as said.
pub(crate) fn path(to: &str, least: Option<Assurance>) -> String {
    let to: String = form_urlencoded::byte_serialize(to.as_bytes()).collect();
    let least = match least {
        None | Some(Assurance::Low) => "",
        Some(Assurance::Substantial) => "&level=substantial",
        Some(Assurance::High) => "&level=high",
    };
    format!("/-/sign-in?to={to}{least}")
}

fn level(name: &str) -> Option<Assurance> {
    match name {
        "low" => Some(Assurance::Low),
        "substantial" => Some(Assurance::Substantial),
        "high" => Some(Assurance::High),
        _ => None,
    }
}

impl SignIn {
    /// The issuer's names of a level and those above it (OpenID Connect Core 1.0 §3.1.2.1).
    fn acr_values(&self, least: Assurance) -> String {
        let levels = self.issuer.settings.levels.iter().filter(|(_, level)| **level >= least);
        levels.map(|(acr, _)| acr.as_str()).collect::<Vec<_>>().join(" ")
    }
}
