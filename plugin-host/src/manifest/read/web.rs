//! Reads `[web]`.

use super::super::error::Key;
use super::super::quantity;
use super::super::web::{Access, Assurance, Link, Pages, ScriptPower, Uploads, Web};
use super::super::wire::{LinkTable, RouteTable, UploadsTable, WebTable};
use super::super::{ManifestError, Name, Route, Secrecy};
use std::collections::BTreeSet;
use trust::file_container::FileName;

pub(super) fn read(web: WebTable) -> Result<Web, ManifestError> {
    Ok(Web {
        pages: pages(web.routes, web.tables)?,
        links: links(web.links)?,
        styles: files(&Key::new("[web] styles"), &web.styles, ".css")?,
        scripts: files(&Key::new("[web] scripts"), &web.scripts, ".js")?,
        redirects: origins(web.redirects)?,
    })
}

fn pages(open: Vec<String>, tables: Vec<RouteTable>) -> Result<Vec<Pages>, ManifestError> {
    let key = Key::new("[web] routes");
    if open.is_empty() && tables.is_empty() {
        return Err(key.refused_as("an empty list", "pages need a route", "name one, or remove [web]"));
    }
    key.count(open.len() + tables.len(), MAX_ROUTES)?;
    let (mut shapes, mut pages) = (BTreeSet::new(), Vec::with_capacity(open.len() + tables.len()));
    for (index, text) in open.iter().enumerate() {
        let route = route(&key.item(index), text, &mut shapes)?;
        pages.push(Pages::open(route));
    }
    for (index, table) in tables.into_iter().enumerate() {
        let route = route(&Key::table(TABLE, index, "path"), &table.path, &mut shapes)?;
        let access = access(index, &table)?;
        let uploads = table.uploads.map(|table| uploads(index, table)).transpose()?;
        let scripts = scripts(index, table.scripts.as_deref())?;
        pages.push(Pages { route, access, uploads, scripts, secrecy: Secrecy::of(table.confidential) });
    }
    Ok(pages)
}

fn route(key: &Key, text: &str, shapes: &mut BTreeSet<String>) -> Result<Route, ManifestError> {
    let route: Route = text.parse().map_err(|_| {
        let rule = "a route begins with '/' and has segments of letters, digits, '-', '.', '_' and '~', or {name} once";
        key.refused(text, rule, "write one like \"/cases/{id}\"")
    })?;
    if route.as_str() == HOSTS || route.as_str().starts_with("/-/") {
        return Err(key.refused(text, "paths below /-/ are the host's", "choose another"));
    }
    if !shapes.insert(route.shape()) {
        return Err(key.refused(text, "another route fits the same paths", "remove one"));
    }
    Ok(route)
}

fn access(index: usize, table: &RouteTable) -> Result<Access, ManifestError> {
    let written = table.access.as_deref().unwrap_or("anyone");
    if written != "citizen" && table.assurance.is_some() {
        let rule = "an assurance is asked of citizens";
        return Err(Key::table(TABLE, index, "assurance").refused_as(
            "there",
            rule,
            "remove it, or write access = \"citizen\"",
        ));
    }
    if written != "staff" && !table.roles.is_empty() {
        let rule = "roles are what staff have";
        return Err(Key::table(TABLE, index, "roles").refused_as(
            "there",
            rule,
            "remove it, or write access = \"staff\"",
        ));
    }
    match written {
        "anyone" => Ok(Access::Anyone),
        "citizen" => Ok(Access::Citizen(match table.assurance.as_deref() {
            None | Some("low") => Assurance::Low,
            Some("substantial") => Assurance::Substantial,
            Some("high") => Assurance::High,
            Some(other) => {
                let rule = "an assurance is \"low\", \"substantial\" or \"high\"";
                return Err(Key::table(TABLE, index, "assurance").refused(other, rule, "write one of them"));
            }
        })),
        "staff" => {
            let key = Key::table(TABLE, index, "roles");
            key.count(table.roles.len(), MAX_ROLES)?;
            let role = |text: &String| super::name(&key, text);
            Ok(Access::Staff(table.roles.iter().map(role).collect::<Result<Vec<Name>, _>>()?))
        }
        other => {
            let rule = "access is \"anyone\", \"citizen\" or \"staff\"";
            Err(Key::table(TABLE, index, "access").refused(other, rule, "write one of them"))
        }
    }
}

fn uploads(index: usize, table: UploadsTable) -> Result<Uploads, ManifestError> {
    let key = Key::table(TABLE, index, "uploads.largest");
    let largest_bytes = quantity::bytes(&table.largest).filter(|bytes| (1..=MAX_UPLOAD_BYTES).contains(bytes));
    let largest_bytes = largest_bytes
        .ok_or_else(|| key.refused(&table.largest, "the largest file has 1 B to 1 GiB", "write one like \"10 MiB\""))?;
    let key = Key::table(TABLE, index, "uploads.types");
    if table.types.is_empty() {
        return Err(key.refused_as("an empty list", "uploads have types", "name one like \"image/jpeg\""));
    }
    key.count(table.types.len(), Uploads::TYPES.len())?;
    match table.types.iter().find(|found| !Uploads::TYPES.contains(&found.as_str())) {
        Some(other) => {
            let rule = format!("the host knows the types {}", Uploads::TYPES.join(", "));
            Err(key.refused(other, rule, "write some of them"))
        }
        None => Ok(Uploads { largest_bytes, types: table.types }),
    }
}

fn scripts(index: usize, written: Option<&str>) -> Result<ScriptPower, ManifestError> {
    match written {
        None | Some("plain") => Ok(ScriptPower::Plain),
        Some("web-assembly") => Ok(ScriptPower::WebAssembly),
        Some(other) => {
            let rule = "scripts are \"plain\" or \"web-assembly\"";
            Err(Key::table(TABLE, index, "scripts").refused(other, rule, "write one of them"))
        }
    }
}

fn links(tables: Vec<LinkTable>) -> Result<Vec<Link>, ManifestError> {
    Key::new("[[web.link]]").count(tables.len(), MAX_LINKS)?;
    let link = |(index, table): (usize, LinkTable)| {
        let key = Key::table("web.link", index, "path");
        let path: Option<Route> = table.path.parse().ok().filter(|route: &Route| !route.as_str().contains('{'));
        let path =
            path.ok_or_else(|| key.refused(&table.path, "a link leads to one path", "write one like \"/cases\""))?;
        Ok(Link { path, title: super::titles(&format!("[[web.link]] {}, title", index + 1), table.title)? })
    };
    tables.into_iter().enumerate().map(link).collect()
}

fn files(key: &Key, written: &[String], ending: &str) -> Result<Vec<FileName>, ManifestError> {
    key.count(written.len(), MAX_FILES)?;
    let file = |(index, text): (usize, &String)| {
        let name = text.parse().ok().filter(|name: &FileName| name.as_str().ends_with(ending));
        let rule = || format!("it is the name of a file in assets/ that ends with {ending}");
        name.ok_or_else(|| key.item(index).refused(text, rule(), "write it without assets/"))
    };
    written.iter().enumerate().map(file).collect()
}

fn origins(written: Vec<String>) -> Result<Vec<String>, ManifestError> {
    let key = Key::new("[web] redirects");
    key.count(written.len(), MAX_ORIGINS)?;
    let is_origin = |text: &str| {
        let is_host =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b':');
        text.strip_prefix("https://")
            .is_some_and(|host| (1..=MAX_HOST_BYTES).contains(&host.len()) && host.bytes().all(is_host))
    };
    match written.iter().enumerate().find(|(_, text)| !is_origin(text)) {
        Some((index, text)) => {
            let rule = "an origin is https:// with a host name, and a port where it is not 443";
            Err(key.item(index).refused(text, rule, "write one like \"https://pagos.example\""))
        }
        None => Ok(written),
    }
}

const MAX_ORIGINS: usize = 16;
const MAX_HOST_BYTES: usize = 255;
const TABLE: &str = "web.route";
const HOSTS: &str = "/-";
const MAX_ROUTES: usize = 256;
const MAX_ROLES: usize = 16;
const MAX_LINKS: usize = 12;
const MAX_FILES: usize = 8;
const MAX_UPLOAD_BYTES: u64 = 1 << 30;
