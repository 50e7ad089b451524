//! Makes a response of what a plugin says: its layout, its forms' tokens, its headers.

use super::{At, acting, links};
use crate::gateway::Visit;
use crate::layout::{self, language_links};
use crate::refusal::Refusal;
use crate::site::ICON;
use crate::visitor;
use html::{LanguageLink, PreEscaped, Shell, Site};
use http::StatusCode;
use http::header::{AGE, CACHE_CONTROL, HeaderName, HeaderValue};
use listener::{Response, reply};
use pages::cookie::{Lifetime, SameSite};
use pages::{ContentPolicy, FormKey, Freshness, HasForms, cookie, mark_forms, see_other};
use plugin_host::manifest::Pages;
use plugin_host::web::{self, Answer, Content, Page};

/// What a response is made with.
pub(super) struct Dress<'a> {
    pub(super) at: &'a At<'a>,
    pub(super) visit: &'a Visit,
}

impl Dress<'_> {
    /// The response to a visit.
    pub(super) fn response(&self, answer: Answer, pages: &Pages) -> Result<Response, Refusal> {
        let web::Response { status, headers, content } = match answer {
            Answer::Response(response) => response,
            Answer::SubmittedBefore => return Err(Refusal::SubmittedBefore),
        };
        // It was judged before the call was committed.
        let status = StatusCode::from_u16(status).map_err(|_| Refusal::Broken)?;
        let mut has_forms = HasForms::No;
        let mut response = match content {
            Content::Page(page) => self.html(status, &self.whole(&page), &mut has_forms, pages)?,
            Content::Fragment(html) => self.html(status, &html, &mut has_forms, pages)?,
            Content::Json(json) => self.content(status, "application/json", json.into_bytes())?,
            Content::Raw(raw) => self.content(status, &raw.content_type, raw.body)?,
            Content::Redirect(target) => self.elsewhere(&target)?,
            Content::Blob(id) => self.elsewhere(&self.file(&id))?,
            Content::Empty => self.bare(reply::empty(status)),
        };
        for header in headers {
            // A page with her name around it is hers alone, as one with a form's token is.
            let is_for_all = has_forms == HasForms::No && self.at.visitor.session().is_none();
            let is_of_keeping = [CACHE_CONTROL, AGE].iter().any(|name| header.name == name.as_str());
            let may_be_kept = is_for_all || !is_of_keeping || header.value == "no-store";
            let parsed = (HeaderName::from_bytes(header.name.as_bytes()), HeaderValue::from_str(&header.value));
            if let (Ok(name), Ok(value), true) = (parsed.0, parsed.1, may_be_kept) {
                response.headers_mut().insert(name, value);
            }
        }
        Ok(response)
    }

    /// The whole page around its main part.
    fn whole(&self, page: &Page) -> String {
        let (plugin, language) = (self.at.plugin, self.visit.language);
        let titles = plugin.manifest().title();
        let site = titles.get(language.code()).or_else(|| titles.get("es")).map_or(plugin.name(), String::as_str);
        let navigation = plugin.manifest().web().map(|web| links(web, self.at.visitor, language.code()));
        let path = self.visit.head.uri.path_and_query().map_or("/", |path| path.as_str());
        let switches = language_links(self.at.languages, path);
        let switches: Vec<LanguageLink<'_>> =
            switches.iter().map(|(language, href)| LanguageLink { language: *language, href }).collect();
        let acting = self.acting_text();
        let (styles, scripts) = (self.at.shelf.styles(), self.at.shelf.scripts());
        Shell::new(Site::new(site, "/").owner(&self.at.common.entity), &page.title, &PreEscaped(page.html.as_str()))
            .language(language)
            .path(self.visit.path())
            .icon(self.at.common.assets.path(ICON).unwrap_or_default())
            .stylesheets(&styles)
            .scripts(&scripts)
            .navigation(navigation.as_deref().unwrap_or_default())
            .languages(&switches)
            .visitor(self.visitor(acting.as_deref()))
            .page()
    }

    /// For whom she acts, or that she may act for others, where she may.
    fn acting_text(&self) -> Option<String> {
        let session = self.at.visitor.session()?;
        let words = crate::words::of(self.visit.language);
        match session.acting() {
            Some(acting) => Some(format!("{} {}", words.acting_now, acting.name)),
            None => {
                let now = self.at.common.clock.now();
                let may_act = session.person().represents.iter().any(|one| one.goes_on(now));
                may_act.then(|| words.acting_for_others.to_owned())
            }
        }
    }

    /// Who is shown at the head of the page.
    fn visitor<'b>(&'b self, acting: Option<&'b str>) -> html::Visitor<'b> {
        match (&self.at.common.sign_in, self.at.visitor.session()) {
            (None, _) => html::Visitor::Unasked,
            (Some(_), None) => html::Visitor::Anonymous { sign_in: "/-/sign-in" },
            (Some(sign_in), Some(session)) => html::Visitor::SignedIn {
                name: session.person().name.as_deref().unwrap_or(crate::words::of(self.visit.language).you),
                account: sign_in.account(),
                sign_out: "/-/sign-out",
                acting: acting.map(|text| html::Link { text, href: acting::PATH }),
            },
        }
    }

    /// Whether nobody but who asked may keep an answer.
    fn freshness(&self, has_forms: HasForms) -> Freshness {
        let is_for_all = has_forms == HasForms::No && self.at.visitor.session().is_none();
        match self.visit.freshness() {
            Freshness::Private if is_for_all => Freshness::Shared,
            of_visit => of_visit,
        }
    }

    fn html(
        &self,
        status: StatusCode,
        html: &str,
        has_forms: &mut HasForms,
        pages: &Pages,
    ) -> Result<Response, Refusal> {
        let common = self.at.common;
        let (owner, now) = (self.at.visitor.owner(), common.clock.now());
        let field = || {
            let token = common.forms.issue(owner, self.at.plugin.name(), now)?;
            Some(format!("<input type=\"hidden\" name=\"{}\" value=\"{token}\">", FormKey::FIELD))
        };
        let (marked, found) = mark_forms(html, field).ok_or(Refusal::Unavailable)?;
        *has_forms = found;
        let freshness = self.freshness(found);
        let mut response = pages::html(&self.visit.asked(), status, marked.into_owned(), freshness, &common.compressor);
        let headers = response.headers_mut();
        self.at.shelf.policy(pages.scripts()).apply(headers);
        layout::vary(headers);
        if let (HasForms::Yes, Some(value)) = (found, self.at.visitor.new_cookie()) {
            cookie::set(headers, visitor::COOKIE, value, SameSite::Lax, Lifetime::Visit);
        }
        Ok(response)
    }

    /// What is no page: nothing in it runs.
    fn content(&self, status: StatusCode, content_type: &str, content: Vec<u8>) -> Result<Response, Refusal> {
        let content_type = HeaderValue::from_str(content_type).map_err(|_| Refusal::Broken)?;
        let freshness = self.freshness(HasForms::No);
        let compressor = &self.at.common.compressor;
        let response = pages::content(&self.visit.asked(), status, content_type, content.into(), freshness, compressor);
        Ok(self.bare(response))
    }

    fn elsewhere(&self, target: &str) -> Result<Response, Refusal> {
        let mut response = see_other(target).ok_or(Refusal::Broken)?;
        layout::vary(response.headers_mut());
        Ok(response)
    }

    fn bare(&self, mut response: Response) -> Response {
        ContentPolicy::of_contents().apply(response.headers_mut());
        layout::vary(response.headers_mut());
        response
    }

    /// Where a blob is shown.
    fn file(&self, id: &str) -> String {
        let (common, name) = (self.at.common, self.at.plugin.name());
        format!("{}{}", self.at.shelf.files_origin(), common.file_key.path(name, id, common.clock.now()))
    }
}
