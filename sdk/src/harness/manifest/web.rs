//! `[web]` of a manifest: which routes there are, and who may come.

use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;
use serde::Deserialize;

use crate::Assurance;
use crate::bindings::types::Field;
use crate::limits;
use crate::web::Routes;

#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Web {
    /// Those for anyone.
    #[serde(default)]
    routes: Vec<String>,
    #[serde(default)]
    route: Vec<Table>,
    /// Other origins that its answers may lead to.
    #[serde(default)]
    redirects: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Table {
    path: String,
    access: Option<String>,
    assurance: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
    uploads: Option<Uploads>,
}

#[derive(Clone, Debug, Deserialize)]
struct Uploads {
    types: Vec<String>,
}

/// A route that a path fits.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) route: String,
    pub(crate) parameters: Vec<Field>,
    pub(crate) access: Access,
    /// The types of files that its forms may have.
    pub(crate) uploads: Vec<String>,
}

/// Who may come.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Access {
    Anyone,
    Citizen(Assurance),
    Staff { roles: Vec<String> },
}

impl Web {
    /// The route of a path, rather one that names it than one with parameters.
    pub(crate) fn find(&self, path: &str) -> Option<Found> {
        let open = self.routes.iter().map(|route| (route, None));
        let tables = self.route.iter().map(|table| (&table.path, Some(table)));
        let fitting = open.chain(tables).filter_map(|(route, table)| Some((route, table, parameters(route, path)?)));
        let (route, table, parameters) = fitting.min_by_key(|(.., parameters)| parameters.len())?;
        let uploads = table.and_then(|table| table.uploads.as_ref()).map(|uploads| uploads.types.clone());
        Some(Found {
            route: route.clone(),
            parameters,
            access: table.map_or(Access::Anyone, Table::access),
            uploads: uploads.unwrap_or_default(),
        })
    }

    /// Whether an answer may lead there: to a path of the same origin, or below a listed one.
    pub(crate) fn leads_to(&self, target: &str) -> bool {
        limits::is_own_path(target) || self.redirects.iter().any(|origin| limits::is_below(target, origin))
    }

    /// Stops a test whose plugin does not do what its manifest says, or says not what it does.
    pub(crate) fn check(&self, routes: &Routes) {
        let said: BTreeSet<&str> =
            self.routes.iter().map(String::as_str).chain(self.route.iter().map(|table| table.path.as_str())).collect();
        let done = routes.paths();
        let missing: Vec<_> = said.difference(&done).collect();
        assert!(missing.is_empty(), "the manifest has routes that no function answers: {missing:?}");
        let unsaid: Vec<_> = done.difference(&said).collect();
        assert!(unsaid.is_empty(), "functions answer routes that the manifest does not have: {unsaid:?}");
    }
}

impl Table {
    fn access(&self) -> Access {
        match self.access.as_deref() {
            None | Some("anyone") => Access::Anyone,
            Some("citizen") => Access::Citizen(match self.assurance.as_deref() {
                None | Some("low") => Assurance::Low,
                Some("substantial") => Assurance::Substantial,
                Some("high") => Assurance::High,
                Some(other) => panic!("the manifest asks for the assurance {other:?}"),
            }),
            Some("staff") => Access::Staff { roles: self.roles.clone() },
            Some(other) => panic!("the manifest has the access {other:?}"),
        }
    }
}

/// The values of a route's parameters, if a path fits it.
fn parameters(route: &str, path: &str) -> Option<Vec<Field>> {
    let (mut names, mut segments) = (route.split('/'), path.split('/'));
    let mut values = Vec::new();
    loop {
        match (names.next(), segments.next()) {
            (None, None) => return Some(values),
            (Some(name), Some(segment)) => match name.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(name) => {
                    let value = percent_decode_str(segment).decode_utf8().ok().filter(|value| !value.is_empty())?;
                    values.push(Field { name: name.to_owned(), value: value.into_owned() });
                }
                None if name == segment => {}
                None => return None,
            },
            _ => return None,
        }
    }
}
