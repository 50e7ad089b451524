//! The whole page around its content.

use maud::{DOCTYPE, Markup, Render, html};

use crate::{Href, Language, Words};

/// A page from its first to its last byte. The content begins with the page's `h1`.
///
/// ```
/// use html::{Shell, Site, html};
/// let content = html! { h1 { "Quejas" } };
/// let shell = Shell::new(Site::new("Bolivia Cercana", "/"), "Quejas", &content).stylesheets(&["/-/style.css"]);
/// assert!(shell.page().starts_with("<!DOCTYPE html>"));
/// ```
#[derive(Clone, Copy)]
pub struct Shell<'a> {
    site: Site<'a>,
    title: &'a str,
    content: &'a dyn Render,
    language: Language,
    path: &'a str,
    icon: Option<&'a str>,
    stylesheets: &'a [&'a str],
    scripts: &'a [&'a str],
    navigation: &'a [Link<'a>],
    visitor: Visitor<'a>,
    languages: &'a [LanguageLink<'a>],
    banner: Option<&'a dyn Render>,
    footer: &'a [Link<'a>],
}

/// Whose page it is.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    name: &'a str,
    home: &'a str,
    owner: Option<&'a str>,
}

/// A link with its text.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// What it says.
    pub text: &'a str,
    /// Where it leads.
    pub href: &'a str,
}

/// The same page in another language.
#[derive(Clone, Copy, Debug)]
pub struct LanguageLink<'a> {
    /// The language.
    pub language: Language,
    /// Where it leads.
    pub href: &'a str,
}

/// Who looks at the page.
#[derive(Clone, Copy, Debug, Default)]
pub enum Visitor<'a> {
    /// A page that has no sign-in.
    #[default]
    Unasked,
    /// Nobody signed in.
    Anonymous {
        /// Where one signs in.
        sign_in: &'a str,
    },
    /// Somebody signed in.
    SignedIn {
        /// Her name, or what the page calls her.
        name: &'a str,
        /// Where she sees her account.
        account: &'a str,
        /// Where the form that signs out posts to.
        sign_out: &'a str,
        /// For whom she acts, and where she chooses, if she may act for others.
        acting: Option<Link<'a>>,
    },
}

impl<'a> Site<'a> {
    /// A site and where its first page is.
    #[must_use]
    pub const fn new(name: &'a str, home: &'a str) -> Self {
        Self { name, home, owner: None }
    }

    /// The entity whose site it is.
    #[must_use]
    pub const fn owner(self, owner: &'a str) -> Self {
        Self { owner: Some(owner), ..self }
    }
}

impl<'a> Shell<'a> {
    /// A page in Spanish with nothing around its content but the site's name.
    #[must_use]
    pub fn new(site: Site<'a>, title: &'a str, content: &'a dyn Render) -> Self {
        Self {
            site,
            title,
            content,
            language: Language::default(),
            path: "",
            icon: None,
            stylesheets: &[],
            scripts: &[],
            navigation: &[],
            visitor: Visitor::default(),
            languages: &[],
            banner: None,
            footer: &[],
        }
    }

    /// The language of the page.
    #[must_use]
    pub fn language(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// The path of the page, by which the link to it is marked.
    #[must_use]
    pub fn path(self, path: &'a str) -> Self {
        Self { path, ..self }
    }

    /// Where its icon is, in SVG.
    #[must_use]
    pub fn icon(self, icon: &'a str) -> Self {
        Self { icon: Some(icon), ..self }
    }

    /// Where its stylesheets are.
    #[must_use]
    pub fn stylesheets(self, stylesheets: &'a [&'a str]) -> Self {
        Self { stylesheets, ..self }
    }

    /// Where its scripts are, which are modules.
    #[must_use]
    pub fn scripts(self, scripts: &'a [&'a str]) -> Self {
        Self { scripts, ..self }
    }

    /// The links of its header.
    #[must_use]
    pub fn navigation(self, navigation: &'a [Link<'a>]) -> Self {
        Self { navigation, ..self }
    }

    /// Who looks at it.
    #[must_use]
    pub fn visitor(self, visitor: Visitor<'a>) -> Self {
        Self { visitor, ..self }
    }

    /// The languages that it is there in, its own among them.
    #[must_use]
    pub fn languages(self, languages: &'a [LanguageLink<'a>]) -> Self {
        Self { languages, ..self }
    }

    /// A notice above the content, on every page of a site: of maintenance, or that this is a demonstration.
    #[must_use]
    pub fn banner(self, banner: &'a dyn Render) -> Self {
        Self { banner: Some(banner), ..self }
    }

    /// The links of its footer.
    #[must_use]
    pub fn footer(self, footer: &'a [Link<'a>]) -> Self {
        Self { footer, ..self }
    }

    /// The page.
    #[must_use]
    pub fn page(&self) -> String {
        let mut page = String::with_capacity(ROOM_BYTES);
        self.render_to(&mut page);
        page
    }

    fn head_part(&self) -> Markup {
        html! {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title {
                    (self.title)
                    @if self.title != self.site.name { " · " (self.site.name) }
                }
                @if let Some(href) = self.icon { link rel="icon" type="image/svg+xml" href=(Href(href)); }
                @for href in self.stylesheets { link rel="stylesheet" href=(Href(href)); }
                @for src in self.scripts { script type="module" src=(Href(src)) {} }
            }
        }
    }

    fn header_part(&self) -> Markup {
        let (words, lang) = (self.language.words(), self.language.borrowed_from());
        let nearest =
            self.navigation.iter().filter(|link| self.current(link).is_some()).map(|link| link.href.len()).max();
        let is_nearest = |link: &&Link<'_>| Some(link.href.len()) == nearest;
        html! {
            header .site-header {
                div .frame .site-bar {
                    p .site-name {
                        a href=(Href(self.site.home)) { (self.site.name) }
                        @if let Some(owner) = self.site.owner { span .site-owner { (owner) } }
                    }
                    div .site-visitor { (self.visitor_part(words, lang)) }
                }
                @if !self.navigation.is_empty() {
                    nav .frame .site-navigation aria-label=(words.navigation) {
                        ul { @for link in self.navigation { li {
                            a href=(Href(link.href)) aria-current=[Some(link).filter(is_nearest).and_then(|link| self.current(link))] {
                                (link.text)
                            }
                        } } }
                    }
                }
            }
        }
    }

    fn visitor_part(&self, words: &Words, lang: Option<&str>) -> Markup {
        html! {
            @match self.visitor {
                Visitor::Unasked => {}
                Visitor::Anonymous { sign_in } => a href=(Href(sign_in)) lang=[lang] { (words.sign_in) },
                Visitor::SignedIn { name, account, sign_out, acting } => {
                    a href=(Href(account)) { (name) }
                    @if let Some(acting) = acting { a href=(Href(acting.href)) { (acting.text) } }
                    form method="post" action=(Href(sign_out)) {
                        button .button-plain type="submit" lang=[lang] { (words.sign_out) }
                    }
                }
            }
        }
    }

    /// Whether a link leads to the page, or to one above it. Of several, the one that is nearest to it is marked.
    fn current(&self, link: &Link<'_>) -> Option<&'static str> {
        match self.path.strip_prefix(link.href)? {
            "" => Some("page"),
            // A page below it. That of the site's beginning would be so for every page.
            rest if rest.starts_with('/') => Some("true"),
            _ => None,
        }
    }

    fn footer_part(&self) -> Markup {
        let words = self.language.words();
        html! {
            footer .site-footer { div .frame {
                @if self.languages.len() > 1 {
                    nav aria-label=(words.languages) { ul .links {
                        @for LanguageLink { language, href } in self.languages { li {
                            a href=(Href(href)) lang=(language.code()) hreflang=(language.code())
                                aria-current=[(*language == self.language).then_some("true")] { (language.name()) }
                        } }
                    } }
                }
                @if !self.footer.is_empty() {
                    ul .links { @for link in self.footer { li { a href=(Href(link.href)) { (link.text) } } } }
                }
                @if let Some(owner) = self.site.owner { p { (owner) } }
            } }
        }
    }
}

impl Render for Shell<'_> {
    fn render_to(&self, out: &mut String) {
        let (words, lang) = (self.language.words(), self.language.borrowed_from());
        // The content goes straight into the page: only what is around it is put together first.
        html! { (DOCTYPE) }.render_to(out);
        out.push_str("<html lang=\"");
        out.push_str(self.language.code());
        out.push_str("\">");
        self.head_part().render_to(out);
        out.push_str("<body>");
        html! { a .skip href="#main" lang=[lang] { (words.skip) } (self.header_part()) }.render_to(out);
        if let Some(banner) = self.banner {
            out.push_str("<div class=\"frame\">");
            banner.render_to(out);
            out.push_str("</div>");
        }
        out.push_str("<main id=\"main\" class=\"frame\" tabindex=\"-1\">");
        self.content.render_to(out);
        out.push_str("</main>");
        self.footer_part().render_to(out);
        out.push_str("</body></html>");
    }
}

/// What a page has around its content, and most contents.
const ROOM_BYTES: usize = 8 << 10;
