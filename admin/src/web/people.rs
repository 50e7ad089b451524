//! Administrators and API keys.

use super::account::described;
use super::configuration::typed;
use super::layout::{Page, show};
use super::visit::{Form, Visit};
use super::{Asking, Shown, leads_to, not_found};
use crate::administrators::{AccountWire, ApiKeyWire, Invitation};
use crate::{ApiError, Role};
use html::{Button, Checkboxes, Choice, Column, Field, Markup, Notice, Table, Text, TextKind, Tone, Width, html};
use serde_json::json;

/// Answers what is below `/administrators`.
pub(super) async fn answer(asking: &Asking<'_>, is_post: bool) -> Shown {
    let rest = asking.visit.path().trim_start_matches("/administrators").trim_start_matches('/');
    match (rest.split_once('/'), rest, is_post) {
        (None, "", false) => list(asking, None).await,
        (None, "", true) => add(asking).await,
        (Some((name, "renew")), _, true) => renew(asking, name).await,
        (Some((name, "remove")), _, true) => {
            asking.visit.form(asking.web)?;
            asking.post(&format!("/v1/administrators/{name}/remove"), &json!({})).await?;
            leads_to("/administrators")
        }
        _ => Err(not_found()),
    }
}

/// Answers what is below `/api-keys`.
pub(super) async fn answer_keys(asking: &Asking<'_>, is_post: bool) -> Shown {
    let rest = asking.visit.path().trim_start_matches("/api-keys").trim_start_matches('/');
    match (rest.split_once('/'), rest, is_post) {
        (None, "", false) => list_keys(asking, None).await,
        (None, "", true) => make_key(asking).await,
        (Some((id, "revoke")), _, true) => {
            asking.visit.form(asking.web)?;
            asking.post(&format!("/v1/api-keys/{id}/revoke"), &json!({})).await?;
            leads_to("/api-keys")
        }
        _ => Err(not_found()),
    }
}

async fn add(asking: &Asking<'_>) -> Shown {
    let form = asking.visit.form(asking.web)?;
    let asked = json!({ "name": form.get("name").trim(), "roles": roles(&form) });
    let invitation: Invitation = typed(asking.post("/v1/administrators", &asked).await?)?;
    list(asking, Some(&invitation)).await
}

async fn renew(asking: &Asking<'_>, name: &str) -> Shown {
    asking.visit.form(asking.web)?;
    let invitation: Invitation = typed(asking.post(&format!("/v1/administrators/{name}/renew"), &json!({})).await?)?;
    list(asking, Some(&invitation)).await
}

async fn list(asking: &Asking<'_>, invitation: Option<&Invitation>) -> Shown {
    let visit = asking.visit;
    let accounts: Vec<AccountWire> = typed(asking.get("/v1/administrators").await?)?;
    let may = asking.caller.has(Role::System);
    let columns = [
        Column::text(visit.say("Nombre", "Name")),
        Column::text(visit.say("Roles", "Roles")),
        Column::text(visit.say("Estado", "State")),
        Column::text(visit.say("Última entrada", "Last sign-in")),
        Column::text(visit.say("Acciones", "Actions")),
    ];
    let row = |account: &AccountWire| {
        let state = match account.state.as_str() {
            "enrolled" => visit.say("puede entrar", "can sign in"),
            "invited" => visit.say("tiene un código de alta", "has an enrolment code"),
            _ => visit.say("su código terminó", "her code has ended"),
        };
        let base = format!("/administrators/{}", account.name);
        vec![
            html! { (account.name) },
            html! { (account.roles) },
            html! { (state) },
            html! { @match account.signed_in_at { Some(at) => time datetime=(at) { (at) }, None => "—" } },
            html! { @if may {
                form method="post" action=(format!("{base}/renew")) {
                    (Button::secondary(visit.say("Código nuevo", "New code")))
                }
                form method="post" action=(format!("{base}/remove")) {
                    (Button::danger(visit.say("Quitar", "Remove")))
                }
            } },
        ]
    };
    let rows: Vec<Vec<Markup>> = accounts.iter().map(row).collect();
    let title = visit.say("Administradores", "Administrators");
    let content = html! {
        @if let Some(invitation) = invitation { (invited(visit, invitation)) }
        (Table::new("administrators", title, &columns, &rows).below_its_heading())
        @if may {
            h2 { (visit.say("Agregar a alguien", "Add somebody")) }
            form method="post" action="/administrators" {
                (Text::new(Field::new("name", visit.say("Nombre", "Name")).language(visit.language)
                    .hint(visit.say("Letras minúsculas, cifras y . _ - @", "Small letters, digits and . _ - @"))).autocomplete("off"))
                (role_field(visit))
                (Button::primary(visit.say("Agregar", "Add")))
            }
        }
    };
    show(asking.web, visit, Page::new(title, content))
}

fn invited(visit: &Visit, invitation: &Invitation) -> Markup {
    let said = html! {
        p { strong { (invitation.name) } ": " code { (invitation.enrolment_code) } }
        p { (visit.say("Vale hasta ", "Good until ")) time datetime=(invitation.ends_at) { (invitation.ends_at) } ". "
            (visit.say("No se mostrará otra vez. Entréguelo en persona; se usa en ", "It is not shown again. Hand it over in person; it is used at "))
            code { "/enrol" } "." }
    };
    html! { (Notice::new(Tone::Warning, visit.say("Código de alta", "Enrolment code"), &said)) }
}

fn role_field(visit: &Visit) -> Markup {
    let choices = Role::ALL.map(|role| Choice::new(role.as_str(), described(visit, role)));
    let field = Field::new("roles", visit.say("Roles", "Roles")).language(visit.language);
    html! { (Checkboxes::new(field, &choices)) }
}

fn roles(form: &Form) -> Vec<&str> {
    form.all("roles").collect()
}

async fn make_key(asking: &Asking<'_>) -> Shown {
    let form = asking.visit.form(asking.web)?;
    let days: u32 = form
        .get("days")
        .trim()
        .parse()
        .map_err(|_| ApiError::invalid("the days are no number", "say 1 to 366 days"))?;
    let asked = json!({ "label": form.get("label"), "roles": roles(&form), "days": days });
    let made: ApiKeyWire = typed(asking.post("/v1/api-keys", &asked).await?)?;
    list_keys(asking, Some(&made)).await
}

async fn list_keys(asking: &Asking<'_>, made: Option<&ApiKeyWire>) -> Shown {
    let visit = asking.visit;
    let keys: Vec<ApiKeyWire> = typed(asking.get("/v1/api-keys").await?)?;
    let may = asking.caller.has(Role::System);
    let columns = [
        Column::text("Id"),
        Column::text(visit.say("Para qué", "For")),
        Column::text(visit.say("Roles", "Roles")),
        Column::text(visit.say("Hecha por", "Made by")),
        Column::text(visit.say("Termina", "Ends")),
        Column::text(visit.say("Acciones", "Actions")),
    ];
    let row = |ApiKeyWire { api_key: key, .. }: &ApiKeyWire| {
        vec![
            html! { code { (key.id) } },
            html! { (key.label) },
            html! { (key.roles) },
            html! { (key.made_by) },
            html! { time datetime=(key.ends_at) { (key.ends_at) } },
            html! { @if may {
                form method="post" action=(format!("/api-keys/{}/revoke", key.id)) {
                    (Button::danger(visit.say("Revocar", "Revoke")))
                }
            } },
        ]
    };
    let rows: Vec<Vec<Markup>> = keys.iter().map(row).collect();
    let title = visit.say("Claves de API", "API keys");
    let content = html! {
        @if let Some(shown) = made.and_then(|made| made.key.as_deref()) {
            (Notice::new(Tone::Warning, visit.say("Guarde la clave ahora: no se mostrará otra vez", "Keep the key now: it is not shown again"), &html! { p { code { (shown) } } }))
        }
        p { (visit.say("Los programas la envían así: ", "Programs send it so: ")) code { "Authorization: Bearer …" } }
        (Table::new("api-keys", title, &columns, &rows).below_its_heading())
        @if may {
            h2 { (visit.say("Hacer una clave", "Make a key")) }
            form method="post" action="/api-keys" {
                (Text::new(Field::new("label", visit.say("Para qué es", "What it is for")).language(visit.language)).autocomplete("off"))
                (role_field(visit))
                (Text::new(Field::new("days", visit.say("Días que vale", "Days that it is good for")).language(visit.language))
                    .value("90").kind(TextKind::Number).width(Width::Short).autocomplete("off"))
                (Button::primary(visit.say("Hacer", "Make")))
            }
        }
    };
    show(asking.web, visit, Page::new(title, content))
}
