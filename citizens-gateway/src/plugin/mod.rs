//! The origin of a plugin: who may come, what was sent, what the plugin says to it.

mod acting;
mod dress;
pub(crate) mod own;
mod picture;
mod posted;
mod sniff;
mod upload;

use crate::gateway::{Common, Visit};
use crate::refusal::Refusal;
use crate::site::{Shelf, Shelves};
use crate::visitor::{NotAdmitted, Visitor};
use crate::{language, layout, sign_in};
use dress::Dress;
use html::Language;
use http::header::{HeaderMap, ORIGIN};
use listener::Response;
use pages::see_other;
use plugin_host::manifest::{Pages, Web};
use plugin_host::web::{Answer, Method, Request};
use plugin_host::{Caller, Field, Loaded, page_request_headers, split_path};
use posted::Posted;
use std::sync::Arc;

/// So many clients take all calls that a plugin answers at once, at least.
const CLIENTS_THAT_FILL_A_PLUGIN: u32 = 2;

/// The origins of all plugins.
pub(crate) struct PluginPages {
    shelves: Shelves,
}

/// What is known of a visit to a plugin.
pub(super) struct At<'a> {
    pub(super) common: &'a Common,
    pub(super) plugin: &'a Arc<Loaded>,
    pub(super) shelf: &'a Shelf,
    pub(super) visitor: &'a Visitor,
    /// The languages that its pages are shown in.
    pub(super) languages: &'a [Language],
}

impl PluginPages {
    pub(crate) fn new(shelves: Shelves) -> Self {
        Self { shelves }
    }

    pub(crate) async fn answer(&self, common: &Common, name: &str, visit: Visit) -> Response {
        let refused = |refusal, visit: &Visit| layout::refusal(common, visit, &refusal);
        let Some(plugin) = common.host.visited(name, &visit.client.to_string()) else {
            let is_ours = common.host.names().iter().any(|known| known == name);
            return refused(if is_ours { Refusal::Maintenance } else { Refusal::NoSuchHost }, &visit);
        };
        let Some(shelf) = self.shelves.of(&plugin).await else { return refused(Refusal::Broken, &visit) };
        let languages = language::offered_by(&plugin);
        let mut visit = visit;
        visit.language = language::of(&visit.head.headers, &languages);
        let visitor = match Visitor::of(common, name, &visit.head.headers).await {
            Ok(visitor) => visitor,
            Err(refusal) => return refused(refusal, &visit),
        };
        let at = At { common, plugin: &plugin, shelf: &shelf, visitor: &visitor, languages: &languages };
        if visit.path().starts_with("/-/") {
            return own::answer(&at, visit).await;
        }
        at.page(visit).await
    }
}

impl At<'_> {
    /// Answers a request for a page of the plugin.
    async fn page(&self, mut visit: Visit) -> Response {
        match self.asked(&mut visit).await {
            Ok((answer, pages)) => match (Dress { at: self, visit: &visit }).response(answer, &pages) {
                Ok(response) => response,
                Err(refusal) => self.refused(&visit, &refusal),
            },
            Err(refusal) => {
                if let Refusal::Broken | Refusal::Unavailable = refusal {
                    tracing::warn!(
                        plugin = self.plugin.name(),
                        request.id = visit.id(),
                        path = visit.path(),
                        code = refusal.code(),
                        "a page is not shown"
                    );
                }
                self.refused(&visit, &refusal)
            }
        }
    }

    /// What somebody sees who is refused; who only looks, and is not signed in, is led to where she signs in.
    fn refused(&self, visit: &Visit, refusal: &Refusal) -> Response {
        let leads = match refusal {
            Refusal::SignIn { at } if visit.only_looks() && !layout::prefers_json(&visit.head.headers) => see_other(at),
            _ => None,
        };
        leads.unwrap_or_else(|| layout::refusal(self.common, visit, refusal))
    }

    /// Judges who may come, takes in what was sent, and asks the plugin.
    async fn asked(&self, visit: &mut Visit) -> Result<(Answer, Pages), Refusal> {
        let method = method(&visit.head.method).ok_or(Refusal::Method)?;
        let web = self.plugin.manifest().web().ok_or(Refusal::NotFound)?;
        let (path, query) = split_path(visit.head.uri.path_and_query().map_or("/", |path| path.as_str()));
        let (pages, params) = web.pages_at(&path).ok_or(Refusal::NotFound)?;
        let principal = self.visitor.admitted(pages.access()).map_err(|refused| self.not_admitted(refused, visit))?;
        let posted = match method {
            Method::Get | Method::Head | Method::Options => Posted::default(),
            Method::Post | Method::Put | Method::Delete | Method::Patch => {
                self.comes_from_here(&visit.head.headers)?;
                self.take(visit, pages).await?
            }
        };
        let request = Request {
            method,
            route: pages.route().as_str().to_owned(),
            params: params.into_iter().map(field).collect(),
            headers: shown_headers(&visit.head.headers),
            path,
            query,
            form: posted.form.into_iter().map(field).collect(),
            uploads: posted.uploads,
            content_type: posted.content_type,
            body: posted.body,
        };
        let mut call = self.common.calls.share((self.plugin.name().to_owned(), visit.client));
        // Whoever asks for much at once, over HTTP/2, leaves others some of the plugin.
        let most = self.plugin.limits().concurrent_calls() / CLIENTS_THAT_FILL_A_PLUGIN;
        if !call.grow(1, u64::from(most.max(1))) {
            return Err(Refusal::TooOften);
        }
        let caller = Caller {
            request_id: visit.id().to_owned(),
            document: self.visitor.document_of(&principal),
            principal,
            locale: visit.language.code().to_owned(),
            trace_parent: None,
        };
        let answered = self.common.host.call_web(self.plugin, caller, request, posted.submission).await;
        Ok((answered?, pages.clone()))
    }

    fn not_admitted(&self, refused: NotAdmitted, visit: &Visit) -> Refusal {
        // What was posted is not sent again; she comes back to where its form was.
        let to = if visit.only_looks() { visit.target() } else { visit.path() };
        match refused {
            NotAdmitted::SignIn(_) if self.common.sign_in.is_none() => Refusal::NoSignIn,
            NotAdmitted::SignIn(least) => Refusal::SignIn { at: sign_in::path(to, Some(least)) },
            NotAdmitted::Assurance(least) => Refusal::Assurance { at: sign_in::path(to, Some(least)) },
            NotAdmitted::Role => Refusal::Role,
        }
    }

    /// A browser says from which origin a form comes; whoever says another one is not believed (Fetch §3.2).
    fn comes_from_here(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let own = self.shelf.origin().as_bytes();
        let mut origins = headers.get_all(ORIGIN).iter();
        if origins.any(|origin| origin.as_bytes() != own) {
            return Err(Refusal::ForeignOrigin);
        }
        match headers.get("sec-fetch-site").map(|site| site.as_bytes()) {
            None | Some(b"same-origin") => Ok(()),
            Some(_) => Err(Refusal::ForeignOrigin),
        }
    }
}

fn method(method: &http::Method) -> Option<Method> {
    Some(match *method {
        http::Method::GET => Method::Get,
        http::Method::HEAD => Method::Head,
        http::Method::POST => Method::Post,
        http::Method::PUT => Method::Put,
        http::Method::DELETE => Method::Delete,
        http::Method::PATCH => Method::Patch,
        _ => return None,
    })
}

fn shown_headers(headers: &HeaderMap) -> Vec<Field> {
    page_request_headers(headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?))))
}

fn field((name, value): (String, String)) -> Field {
    Field { name, value }
}

/// The links of a plugin's navigation, for whom their pages are.
fn links<'w>(web: &'w Web, visitor: &Visitor, language: &str) -> Vec<html::Link<'w>> {
    let is_for = |path: &str| web.pages_at(path).is_none_or(|(pages, _)| visitor.admitted(pages.access()).is_ok());
    let of = |link: &'w plugin_host::manifest::Link| {
        let titles = link.title();
        let text = titles.get(language).or_else(|| titles.get("es")).map_or("", String::as_str);
        html::Link { text, href: link.path() }
    };
    web.links().iter().filter(|link| is_for(link.path())).map(of).collect()
}
