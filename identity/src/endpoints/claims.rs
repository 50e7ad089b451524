//! What a client learns of somebody: the standard claims, and those of Ciudadanía Digital.

use super::{Refusal, parameters};
use crate::accounts::{self, Account, Representation};
use crate::client::Scope;
use crate::grants::{self, Kind};
use crate::provider::{Provider, Visit};
use http::Method;
use http::header::AUTHORIZATION;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The userinfo endpoint (OpenID Connect Core 1.0 §5.3).
pub(super) fn userinfo(provider: &Provider, visit: &Visit) -> Result<Value, Refusal> {
    let token = bearer(visit).ok_or(Refusal::Bearer("an access token is shown as a bearer token"))?;
    let over = || Refusal::Bearer("the access token is over, or was never given out");
    let mut tx = provider.store.begin().map_err(crate::Unavailable::from)?;
    let (held, grant) = grants::held(&mut tx, &token, visit.now)?.ok_or_else(over)?;
    if held.kind != Kind::Access {
        return Err(over());
    }
    let clients = provider.clients();
    let client = clients.get(&grant.client).ok_or_else(over)?;
    let account = accounts::account(&mut tx, &grant.account)?.ok_or_else(over)?;
    let represented = accounts::representations(&mut tx, &account.id, visit.now)?;
    let mut said = of(&account, &represented, &Scope::read(&grant.scopes));
    said["sub"] = provider.subject_for(client, &account.id).into();
    said["acr"] = grant.assurance.acr().into();
    Ok(said)
}

/// What of somebody these scopes show.
fn of(account: &Account, represented: &[Representation], scopes: &BTreeSet<Scope>) -> Value {
    let mut said = json!({});
    if scopes.contains(&Scope::Profile) {
        said["name"] = account.name().into();
        said["given_name"] = account.given_names.as_str().into();
        said["family_name"] = account.surnames().into();
        said["profile"] = json!({
            "documento_identidad": {
                "numero_documento": account.document.number(),
                "tipo_documento": account.document.kind(),
            },
            "nombre": {
                "nombres": account.given_names,
                "primer_apellido": account.first_surname,
                "segundo_apellido": account.second_surname.as_deref().unwrap_or_default(),
            },
        });
        let represented = represented.iter().map(|one| {
            json!({ "representado": one.represented, "nombre": one.name, "calidad": one.role, "hasta": one.until })
        });
        said["representaciones"] = represented.collect();
    }
    if let Some(date) = account.birth_date.as_ref().filter(|_| scopes.contains(&Scope::BirthDate)) {
        said["birthdate"] = date.to_string().into();
        // Ciudadanía Digital writes the day first.
        let parts: Vec<_> = date.to_string().split('-').rev().map(str::to_owned).collect();
        said["fecha_nacimiento"] = parts.join("/").into();
    }
    if let Some(email) = account.email.as_deref().filter(|_| scopes.contains(&Scope::Email)) {
        said["email"] = email.into();
    }
    if let Some(mobile) = account.mobile.as_deref().filter(|_| scopes.contains(&Scope::Mobile)) {
        said["phone_number"] = mobile.into();
        said["celular"] = mobile.into();
    }
    said
}

/// RFC 6750 §2.1 and §2.2. Never in the query: that stands in logs.
fn bearer(visit: &Visit) -> Option<String> {
    if let Some(value) = visit.head.headers.get(AUTHORIZATION) {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned());
    }
    if visit.is(&Method::POST) { parameters(&visit.body)?.remove("access_token") } else { None }
}
