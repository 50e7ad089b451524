//! A page as a browser shows it.

use super::document::Element;
use crate::json;
use crate::web::{Content, Response};

/// A page that is shown, and what can be found on it.
#[derive(Clone, Debug)]
pub struct ShownPage {
    address: String,
    status: u16,
    title: String,
    html: String,
    /// What is no page: JSON, a file, where a redirect leads.
    other: Option<Content>,
    document: Element,
    /// The token that its forms were shown with.
    pub(super) token: String,
}

impl ShownPage {
    pub(super) fn of(address: &str, response: Response, token: &str) -> Self {
        let (title, html, other) = match response.content {
            Content::Page(page) => (page.title, page.html, None),
            Content::Fragment(html) => (String::new(), html, None),
            other => (String::new(), String::new(), Some(other)),
        };
        let document = Element::parse(&html);
        Self {
            address: address.to_owned(),
            status: response.status,
            title,
            html,
            other,
            document,
            token: token.to_owned(),
        }
    }

    /// A page of the gateway's, which only says something.
    pub(super) fn said(address: &str, status: u16, words: &str) -> Self {
        let content = html::html! { p { (words) } };
        Self::of(address, Response::page(words, content).with_status(status), "")
    }

    /// Its path, with the query.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The status that it came with.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether the gateway asks to sign in before this page.
    #[must_use]
    pub fn asks_to_sign_in(&self) -> bool {
        self.status == 401
    }

    /// Its title, as the plugin gave it.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Its first heading.
    #[must_use]
    pub fn heading(&self) -> String {
        self.document.all().into_iter().find(|element| element.name == "h1").map(Element::text).unwrap_or_default()
    }

    /// Its markup.
    #[must_use]
    pub fn html(&self) -> &str {
        &self.html
    }

    /// What can be read on it.
    #[must_use]
    pub fn text(&self) -> String {
        self.document.text()
    }

    /// What came in place of a page.
    #[must_use]
    pub fn content(&self) -> Option<&Content> {
        self.other.as_ref()
    }

    /// What came as JSON.
    ///
    /// # Panics
    /// If something else came.
    #[must_use]
    pub fn json(&self) -> json::Value {
        let Some(Content::Json(text)) = &self.other else { panic!("{}: there came no JSON", self.address) };
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{}: {text:?} is no JSON: {error}", self.address))
    }

    /// The texts of its links.
    #[must_use]
    pub fn links(&self) -> Vec<String> {
        self.elements("a").map(Element::text).collect()
    }

    /// What the list of errors says, in its order.
    #[must_use]
    pub fn errors(&self) -> Vec<String> {
        let summary = self.document.all().into_iter().find(|element| element.has_class("error-summary"));
        let items = summary.map(Element::all).unwrap_or_default();
        items.into_iter().filter(|element| element.name == "li").map(Element::text).collect()
    }

    /// The rows of its tables, without their headings.
    #[must_use]
    pub fn rows(&self) -> Vec<Vec<String>> {
        let cells = |row: &Element| -> Vec<String> {
            let cells = row.all().into_iter().filter(|cell| matches!(cell.name.as_str(), "td" | "th"));
            cells.filter(|cell| cell.attribute("scope") != Some("col")).map(Element::text).collect()
        };
        self.elements("tr").map(cells).filter(|cells| !cells.is_empty()).collect()
    }

    /// What stands in the field of a label.
    #[must_use]
    pub fn value(&self, label: &str) -> String {
        value(self.control(label))
    }

    /// Where it leads by itself, if it is a redirect to the same origin.
    pub(super) fn leads_to(&self) -> Option<String> {
        match &self.other {
            Some(Content::Redirect(target)) if target.starts_with('/') => Some(target.clone()),
            _ => None,
        }
    }

    /// Where a link leads.
    pub(super) fn link(&self, text: &str) -> String {
        let link = self.elements("a").find(|link| link.text() == text);
        let link =
            link.unwrap_or_else(|| panic!("{}: there is no link {text:?}, only {:?}", self.address, self.links()));
        let href = link.attribute("href").unwrap_or_default();
        self.resolve(href)
    }

    /// An address that the page names. One that begins with a question mark is of the same path.
    pub(super) fn resolve(&self, href: &str) -> String {
        let (path, _) = self.address.split_once('?').unwrap_or((&self.address, ""));
        match href {
            "" => self.address.clone(),
            query if query.starts_with('?') => format!("{path}{query}"),
            other => other.to_owned(),
        }
    }

    /// The forms of the page.
    pub(super) fn forms(&self) -> impl Iterator<Item = &Element> {
        self.elements("form")
    }

    /// The control of a label. A part of a group is named after it: `Fecha: Día`.
    pub(super) fn control(&self, label: &str) -> &Element {
        let within = label.split_once(": ").and_then(|(group, part)| {
            let groups = self.elements("fieldset").filter(|one| legend(one) == group);
            groups.flat_map(|group| labelled(group, part)).next()
        });
        let found = within.or_else(|| labelled(&self.document, label).into_iter().next());
        found.unwrap_or_else(|| {
            let labels: Vec<String> = self.elements("label").map(caption).collect();
            panic!("{}: there is no field {label:?}, only {labels:?}", self.address)
        })
    }

    fn elements(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.document.all().into_iter().filter(move |element| element.name == name)
    }
}

/// What is filled into a control.
pub(super) fn value(control: &Element) -> String {
    match control.name.as_str() {
        // The line break after the tag is not part of it.
        "textarea" => control.raw_text().strip_prefix('\n').map_or_else(|| control.raw_text(), str::to_owned),
        "select" => {
            let options = control.all();
            let chosen = options.iter().find(|option| option.attribute("selected").is_some()).or(options.first());
            chosen.and_then(|option| option.attribute("value")).unwrap_or_default().to_owned()
        }
        _ => control.attribute("value").unwrap_or_default().to_owned(),
    }
}

/// The controls of a label within an element.
fn labelled<'a>(within: &'a Element, label: &str) -> Vec<&'a Element> {
    let all = within.all();
    let labels = all.iter().filter(|element| element.name == "label" && caption(element) == label);
    let ids: Vec<&str> = labels.filter_map(|label| label.attribute("for")).collect();
    all.iter().filter(|element| element.attribute("id").is_some_and(|id| ids.contains(&id))).copied().collect()
}

fn legend(group: &Element) -> String {
    group.all().into_iter().find(|element| element.name == "legend").map(caption).unwrap_or_default()
}

/// What a label or a legend says, without its "(opcional)".
fn caption(element: &Element) -> String {
    let text = element.text();
    let optional = element.all().into_iter().find(|part| part.has_class("optional")).map(Element::text);
    optional.and_then(|optional| text.strip_suffix(optional.as_str())).unwrap_or(&text).trim().to_owned()
}
