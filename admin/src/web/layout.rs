//! The layout of every page.

use super::visit::{AUDIENCE, GUEST_COOKIE, GuestCookie, Visit, Visitor};
use super::{OFFERED, Shown, Web, vary};
use crate::ApiError;
use crate::error::ErrorKind;
use html::{ErrorSummary, LanguageLink, Link, Markup, Shell, Site, Visitor as Looking, html};
use http::StatusCode;
use listener::{Response, reply};
use pages::cookie::{Lifetime, SameSite};
use pages::{FormKey, Freshness, cookie, mark_forms};

/// A page before its layout.
pub(crate) struct Page<'a> {
    title: &'a str,
    content: Markup,
    status: StatusCode,
    /// What is wrong, with the field that it is about.
    problem: Option<(&'a str, &'a str)>,
}

impl<'a> Page<'a> {
    pub(crate) fn new(title: &'a str, content: Markup) -> Self {
        Self { title, content, status: StatusCode::OK, problem: None }
    }

    /// The page with what is wrong above it.
    pub(crate) fn problem(self, problem: Option<(&'a str, &'a str)>) -> Self {
        let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { self.status };
        Self { problem, status, ..self }
    }
}

/// A page in its layout, with a token in each of its forms.
pub(crate) fn show(web: &Web, visit: &Visit, page: Page<'_>) -> Shown {
    let errors: Vec<(&str, &str)> = page.problem.into_iter().collect();
    let content = html! {
        @if !errors.is_empty() { (ErrorSummary::new(&errors).language(visit.language)) }
        h1 { (page.title) }
        (page.content)
    };
    let style = [web.assets.path("style.css").unwrap_or_default()];
    let again: String = form_urlencoded::byte_serialize(shown_again(visit).as_bytes()).collect();
    let links = OFFERED.map(|offered| (offered, format!("/language/{}?to={again}", offered.code())));
    let links = links.each_ref().map(|(language, href)| LanguageLink { language: *language, href });
    let navigation = navigation(visit);
    let server = web.administrators().server();
    let looking = match &visit.visitor {
        Visitor::Guest { .. } => Looking::Unasked,
        Visitor::SignedIn(session) => {
            let name = &session.caller.name;
            Looking::SignedIn { name, account: "/account", sign_out: "/sign-out", acting: None }
        }
    };
    let shell = Shell::new(Site::new(server, "/").owner("Chakana"), page.title, &content)
        .language(visit.language)
        .path(visit.path())
        .icon(web.assets.path("icon.svg").unwrap_or_default())
        .stylesheets(&style)
        .navigation(&navigation)
        .visitor(looking)
        .languages(&links)
        .page();
    let now = web.administrators().now();
    let field = || {
        let token = web.forms.issue(visit.visitor.owner(), AUDIENCE, now)?;
        Some(format!("<input type=\"hidden\" name=\"{}\" value=\"{token}\">", FormKey::FIELD))
    };
    let random = || ApiError::new(ErrorKind::Internal, "there is no randomness", "look at the server's log");
    let (marked, _) = mark_forms(&shell, field).ok_or_else(random)?;
    let mut response =
        pages::html(&visit.asked(), page.status, marked.into_owned(), Freshness::Private, &web.compressor);
    web.policy.apply(response.headers_mut());
    vary(response.headers_mut());
    if let Visitor::Guest { value, cookie: GuestCookie::Needs } = &visit.visitor {
        cookie::set(response.headers_mut(), GUEST_COOKIE, value, SameSite::Strict, Lifetime::Visit);
    }
    Ok(response)
}

/// Says why something is not shown or done.
pub(crate) fn refused(web: &Web, visit: &Visit, error: &ApiError) -> Response {
    let title = match error.kind {
        ErrorKind::NotFound => visit.say("No encontrado", "Not found"),
        ErrorKind::Forbidden => visit.say("No permitido", "Not allowed"),
        ErrorKind::Internal | ErrorKind::Unavailable => visit.say("Ahora no se puede", "Not possible now"),
        _ => visit.say("No se hizo", "Not done"),
    };
    // What the API says is in English on every page: it is what its documentation, the log and the commands say.
    let lang = (visit.language != html::Language::English).then_some("en");
    let content = html! {
        p lang=[lang] { (error.message) }
        p lang=[lang] { (visit.say("Qué hacer: ", "What to do: ")) (error.next) }
        p { a href="/" { (visit.say("Ir al resumen", "Go to the overview")) } }
    };
    let page = Page { status: error.status(), ..Page::new(title, content) };
    show(web, visit, page).unwrap_or_else(|_| reply::text(StatusCode::SERVICE_UNAVAILABLE, title))
}

/// Where the language links lead: what a form answered cannot be asked for again.
fn shown_again(visit: &Visit) -> &str {
    if visit.head.method == http::Method::POST { "/" } else { visit.again() }
}

fn navigation(visit: &Visit) -> Vec<Link<'static>> {
    if visit.visitor.session().is_none() {
        return Vec::new();
    }
    let link = |href, spanish, english| Link { text: visit.say(spanish, english), href };
    vec![
        link("/", "Resumen", "Overview"),
        link("/configuration", "Configuración", "Configuration"),
        link("/audit", "Auditoría", "Audit trail"),
        link("/administrators", "Administradores", "Administrators"),
        link("/api-keys", "Claves de API", "API keys"),
    ]
}
