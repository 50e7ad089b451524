//! The pages of a plugin: who may come to each, and what their layout has.

use super::{Language, Name, Route, Secrecy};
use crate::contract::limits;
use std::collections::BTreeMap;
use trust::file_container::FileName;

/// What a plugin shows to people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Web {
    pub(super) pages: Vec<Pages>,
    pub(super) links: Vec<Link>,
    pub(super) styles: Vec<FileName>,
    pub(super) scripts: Vec<FileName>,
    pub(super) redirects: Vec<String>,
}

/// The pages of one route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages {
    pub(super) route: Route,
    pub(super) access: Access,
    pub(super) uploads: Option<Uploads>,
    pub(super) scripts: ScriptPower,
    pub(super) secrecy: Secrecy,
}

/// Who may come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// Anyone, signed in or not.
    Anyone,
    /// Citizens who signed in, and of whom this much is known.
    Citizen(Assurance),
    /// Staff of the entity who have one of these roles; any role, where none is named.
    Staff(Vec<Name>),
}

/// How well it is known who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    /// She registered herself.
    Low,
    /// She was checked against the identity register, or at a counter.
    Substantial,
    /// She was checked in person, and signs in with a key.
    High,
}

/// The files that forms of a route may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uploads {
    pub(super) largest_bytes: u64,
    pub(super) types: Vec<String>,
}

/// What scripts of a route's pages may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ScriptPower {
    /// What scripts do.
    #[default]
    Plain,
    /// Compile WebAssembly as well.
    WebAssembly,
}

/// A link in the navigation of each page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub(super) path: Route,
    pub(super) title: BTreeMap<Language, String>,
}

impl Web {
    /// The folder of the package that its files are in.
    pub const ASSETS: &'static str = "assets/";

    /// Its pages, in the document's order.
    #[must_use]
    pub fn pages(&self) -> &[Pages] {
        &self.pages
    }

    /// The pages that a path belongs to, rather those that name it, and the path's parameters.
    #[must_use]
    pub fn pages_at(&self, path: &str) -> Option<(&Pages, Vec<(String, String)>)> {
        let fitting = self.pages.iter().filter_map(|pages| Some((pages, pages.route.parameters(path)?)));
        fitting.min_by_key(|(_, values)| values.len())
    }

    /// The links of the navigation.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// Stylesheets of each page, besides the host's: files of [`Self::ASSETS`].
    #[must_use]
    pub fn styles(&self) -> &[FileName] {
        &self.styles
    }

    /// The other origins that its answers may lead to, such as `https://pagos.example`.
    #[must_use]
    pub fn redirects(&self) -> &[String] {
        &self.redirects
    }

    /// Whether an answer may lead there: to a path of the same origin, or below a listed one.
    #[must_use]
    pub fn leads_to(&self, target: &str) -> bool {
        limits::is_own_path(target) || self.redirects.iter().any(|origin| limits::is_below(target, origin))
    }

    /// Scripts of each page: files of [`Self::ASSETS`].
    #[must_use]
    pub fn scripts(&self) -> &[FileName] {
        &self.scripts
    }
}

impl Pages {
    /// For anyone, with nothing particular.
    pub(super) fn open(route: Route) -> Self {
        let (scripts, secrecy) = (ScriptPower::Plain, Secrecy::Ordinary);
        Self { route, access: Access::Anyone, uploads: None, scripts, secrecy }
    }

    /// The paths.
    #[must_use]
    pub fn route(&self) -> &Route {
        &self.route
    }

    /// Who may come.
    #[must_use]
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// The files that its forms may have; none, without.
    #[must_use]
    pub fn uploads(&self) -> Option<&Uploads> {
        self.uploads.as_ref()
    }

    /// What its scripts may do.
    #[must_use]
    pub fn scripts(&self) -> ScriptPower {
        self.scripts
    }

    /// Whether its failed calls may be kept.
    #[must_use]
    pub fn secrecy(&self) -> Secrecy {
        self.secrecy
    }
}

impl Uploads {
    /// The largest file, in bytes.
    #[must_use]
    pub fn largest_bytes(&self) -> u64 {
        self.largest_bytes
    }

    /// The content types, of [`Self::TYPES`].
    #[must_use]
    pub fn types(&self) -> &[String] {
        &self.types
    }

    /// The types that a host can tell by looking at a content.
    pub const TYPES: [&'static str; 8] = [
        "image/jpeg",
        "image/png",
        "image/webp",
        "application/pdf",
        "text/plain",
        "text/csv",
        "application/vnd.etsi.asic-e+zip",
        "application/json",
    ];
}

impl Link {
    /// Where it leads.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path.as_str()
    }

    /// What it is called, in each language; there is always one in Spanish.
    #[must_use]
    pub fn title(&self) -> &BTreeMap<Language, String> {
        &self.title
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_leads_to_its_own_origin_or_a_listed_one() {
        let web = Web { redirects: vec!["https://pagos.example".to_owned()], ..Web::default() };
        for target in ["/", "/cases/1?a=b#c", "https://pagos.example", "https://pagos.example/pay"] {
            assert!(web.leads_to(target), "{target}");
        }
        for target in [
            "",
            "cases",
            "//evil.example",
            "/\\evil.example",
            "/a b",
            "/\r\n",
            "https://evil.example/",
            "https://pagos.example.evil.example/",
            "https://pagos.example@evil.example/",
            "javascript:alert(1)",
        ] {
            assert!(!web.leads_to(target), "{target}");
        }
    }
}
