//! The userinfo endpoint (OpenID Connect Core 1.0 §5.3), with the claims of Ciudadanía Digital beside the standard ones.

use super::params::Params;
use crate::accounts::{self, Account, Representation, Represented};
use crate::clients::Scope;
use crate::grants;
use crate::provider::Provider;
use crate::table::StoreError;
use crate::web::Visit;
use http::header::{AUTHORIZATION, CACHE_CONTROL, HeaderValue, WWW_AUTHENTICATE};
use http::{Method, StatusCode};
use listener::{Response, reply};
use pages::ContentPolicy;
use serde_json::{Map, Value, json};

/// Answers a call to the userinfo endpoint.
pub(crate) fn userinfo(provider: &Provider, visit: &Visit) -> Response {
    // RFC 6750 §2.1 and §2.2; never in the address (§5.3).
    let header = visit.head.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let of_header =
        header.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let body = if visit.head.method == Method::POST { Params::of_body(visit).ok() } else { None };
    let of_body = body.as_ref().and_then(|params| params.get("access_token"));
    let token = match (of_header, of_body) {
        (Some((_, token)), None) => token.trim(),
        (None, Some(token)) => token,
        (Some(_), Some(_)) => {
            return refused(StatusCode::BAD_REQUEST, "invalid_request", "an access token comes in one way");
        }
        (None, None) => return refused(StatusCode::UNAUTHORIZED, "", "an access token is needed"),
    };
    match told(provider, token) {
        Ok(Some(claims)) => answer(StatusCode::OK, &claims),
        Ok(None) => {
            refused(StatusCode::UNAUTHORIZED, "invalid_token", "the access token is not known, was revoked, or is over")
        }
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "userinfo cannot be read");
            answer(StatusCode::SERVICE_UNAVAILABLE, &json!({ "error": "temporarily_unavailable" }))
        }
    }
}

fn told(provider: &Provider, token: &str) -> Result<Option<Value>, StoreError> {
    let mut tx = provider.store.begin()?;
    let now = provider.now();
    let Some(held) = grants::by_access_token(&mut tx, token, now)? else { return Ok(None) };
    let Some(account) = accounts::account(&mut tx, held.account)? else { return Ok(None) };
    let mut represents = Vec::new();
    if held.scopes.contains(&Scope::Representation) {
        let clients = provider.clients();
        // Of a client that is gone no token is good.
        let Some(client) = clients.get(&held.grant.client) else { return Ok(None) };
        for one in accounts::representations(&mut tx, held.account, now)? {
            represents.push(representation(&one, &one.represented.subject(&provider.secret, &client.sector)));
        }
    }
    Ok(Some(claims_of(&account, &held.grant.subject, &held.scopes, &represents)))
}

/// What scopes tell of an account.
pub(crate) fn claims_of(account: &Account, subject: &str, scopes: &[Scope], represents: &[Value]) -> Value {
    let person = &account.person;
    let mut claims = Map::new();
    let mut say = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            claims.insert(name.to_owned(), value);
        }
    };
    let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
    say("sub", Some(json!(subject)));
    for scope in scopes {
        match scope {
            Scope::OpenId | Scope::OfflineAccess => {}
            Scope::Profile => {
                let names = &person.names;
                let surname = |name: &Option<String>| name.clone().unwrap_or_default();
                say(
                    "profile",
                    Some(json!({
                        "documento_identidad": {
                            "numero_documento": person.document.number, "tipo_documento": person.document.kind,
                        },
                        "nombre": {
                            "nombres": names.given, "primer_apellido": surname(&names.first_surname),
                            "segundo_apellido": surname(&names.second_surname),
                        },
                    })),
                );
                say("name", Some(json!(names.full())));
                say("given_name", Some(json!(names.given)));
                say("family_name", text(&names.surnames()));
            }
            Scope::Birthdate => {
                say("fecha_nacimiento", text(&person.birthdate));
                say("birthdate", text(&person.birthdate));
            }
            Scope::Email => say("email", text(&person.email)),
            Scope::Phone => {
                say("celular", text(&person.phone));
                say("phone_number", text(&person.phone));
            }
            Scope::Representation => say("representacion", Some(represents.into())),
        }
    }
    Value::Object(claims)
}

fn representation(of: &Representation, subject: &str) -> Value {
    let kind = match of.represented {
        Represented::Company(_) => "empresa",
        Represented::Person(_) => "persona",
    };
    json!({ "sub": subject, "tipo": kind, "identificador": of.represented.id(), "nombre": of.name, "alcance": of.scope, "hasta": of.until })
}

fn refused(status: StatusCode, error: &str, description: &str) -> Response {
    let mut response = answer(status, &json!({ "error": error, "error_description": description }));
    // RFC 6750 §3: without a token there is no error to name.
    let challenge = if error.is_empty() {
        "Bearer".to_owned()
    } else {
        format!("Bearer error=\"{error}\", error_description=\"{description}\"")
    };
    if let Ok(challenge) = HeaderValue::from_str(&challenge) {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

/// An answer to a program, which nothing keeps.
pub(crate) fn answer(status: StatusCode, said: &Value) -> Response {
    let mut response = reply::json(status, said.to_string());
    ContentPolicy::of_contents().apply(response.headers_mut());
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
