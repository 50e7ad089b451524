//! A guest with pages, for tests of `web`: visitors write their names, and leave pictures.
//!
//! This crate never does more than the tests look at.
#![cfg(target_arch = "wasm32")]

use sdk::web::{Content, Method, Page, Raw, Request, Response, Web};
use sdk::{Assurance, Caller, Context, Failure, FieldError, blobs, kv};

/// The plugin.
pub struct Visitors;

sdk::plugin!(Visitors: web);

impl Web for Visitors {
    fn handle(context: Context, request: Request) -> Result<Response, Failure> {
        match (request.method, request.route.as_str()) {
            (Method::Get | Method::Head, "/") => Ok(found(Content::Page(list()))),
            (Method::Post, "/") => sign(&context, &request),
            (Method::Get, "/visitors/{id}") => visitor(parameter(&request, "id")),
            (Method::Post, "/pictures") => keep(&request),
            (Method::Get, "/pictures/{id}") => Ok(found(Content::Blob(parameter(&request, "id").to_owned()))),
            (Method::Get, "/count") => Ok(found(Content::Json(format!("{{\"visitors\":{}}}", kv::count(b"count"))))),
            (Method::Get, "/who" | "/who/high" | "/who/staff") => Ok(found(Content::Page(who(&context)))),
            (Method::Get, "/piece") => Ok(found(Content::Fragment("<li>Ana</li>".to_owned()))),
            (Method::Get, "/plain") => {
                Ok(found(Content::Raw(Raw { content_type: "text/plain".to_owned(), body: b"hola".to_vec() })))
            }
            // A page may not write.
            (Method::Get, "/writes") => {
                kv::put(b"read", b"me");
                Ok(found(Content::Empty))
            }
            // Until the host has enough of it.
            (Method::Get, "/endless") => loop {
                std::hint::black_box(());
            },
            _ => Err(Failure::NotFound(request.path)),
        }
    }
}

fn list() -> Page {
    let range = kv::Range { start: b"v/".to_vec(), end: Some(b"v0".to_vec()), order: kv::Order::Ascending, limit: 100 };
    let items = kv::scan(&range).into_iter().map(|entry| format!("<li>{}</li>", String::from_utf8_lossy(&entry.value)));
    Page { title: "Visitantes".to_owned(), html: format!("<ul>{}</ul>{FORM}", items.collect::<String>()) }
}

const FORM: &str = "<form method=\"post\"><label>Nombre <input name=\"name\"></label><button>Firmar</button></form>";

fn sign(context: &Context, request: &Request) -> Result<Response, Failure> {
    let name = request.form.iter().find(|field| field.name == "name").map_or("", |field| field.value.trim());
    if name.is_empty() || name.contains('<') {
        let (field, code, message) = ("name".to_owned(), "required".to_owned(), "Escriba su nombre".to_owned());
        return Err(Failure::Invalid(vec![FieldError { field, code, message }]));
    }
    kv::put(format!("v/{}", context.request_id).as_bytes(), name.as_bytes());
    kv::add(b"count", 1);
    Ok(seen(format!("/visitors/{}", context.request_id)))
}

fn visitor(id: &str) -> Result<Response, Failure> {
    let name = kv::get(format!("v/{id}").as_bytes()).ok_or_else(|| Failure::NotFound("no such visitor".to_owned()))?;
    let name = String::from_utf8_lossy(&name).into_owned();
    Ok(found(Content::Page(Page { html: format!("<p>{name}</p>"), title: name })))
}

/// Who the host says that it is.
fn who(context: &Context) -> Page {
    let name = |name: &Option<String>| name.clone().unwrap_or_default();
    let html = match &context.caller {
        Caller::Citizen(citizen) => {
            let assurance = match citizen.assurance {
                Assurance::None => "none",
                Assurance::Low => "low",
                Assurance::Substantial => "substantial",
                Assurance::High => "high",
            };
            let acting = citizen.represents.as_ref().map(|one| format!(" for {}", one.name)).unwrap_or_default();
            format!("<p>citizen {} {} {assurance}{acting}</p>", citizen.subject, name(&citizen.name))
        }
        Caller::Operator(operator) => {
            format!("<p>operator {} {} {}</p>", operator.id, name(&operator.name), operator.roles.join(","))
        }
        Caller::Anonymous | Caller::Entity(_) | Caller::System => "<p>nobody</p>".to_owned(),
    };
    Page { title: "Quién".to_owned(), html }
}

fn keep(request: &Request) -> Result<Response, Failure> {
    let upload = request.uploads.first().ok_or_else(|| Failure::NotFound("no picture".to_owned()))?;
    blobs::keep(&upload.blob);
    Ok(seen(format!("/pictures/{}", upload.blob)))
}

fn parameter<'a>(request: &'a Request, name: &str) -> &'a str {
    request.params.iter().find(|field| field.name == name).map_or("", |field| field.value.as_str())
}

fn found(content: Content) -> Response {
    Response { status: 200, headers: Vec::new(), content }
}

fn seen(path: String) -> Response {
    Response { status: 303, headers: Vec::new(), content: Content::Redirect(path) }
}
