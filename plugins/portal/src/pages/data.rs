//! The catalogue for machines: linked data, tables, and the list of pages for search engines.

use sdk::collections::PageRequest;
use sdk::json::Value;
use sdk::web::{PathPair, Response, Visit};
use sdk::{Failure, ensure, json};

use crate::catalogue::{self, EntityCode, MOST, Within};
use crate::cpsv::{self, Origin, View};
use crate::definition::Code;
use crate::office::ThisEntity;
use crate::open_data::{self, Catalogue, LISTS, Mapped, described, linked_entry};

/// An entry as linked data.
pub(crate) fn entry(_: &Visit, PathPair(entity, code): PathPair<EntityCode, Code>) -> Result<Response, Failure> {
    linked(&linked_entry(&entity, &code)?)
}

/// A part of the catalogue as linked data; it names the part that follows.
pub(crate) fn catalogue(_: &Visit, page: PageRequest) -> Result<Response, Failure> {
    let this = ThisEntity::configured()?;
    let entries = catalogue::with_entities(catalogue::list(&Within::Everything, &page)?)?;
    let described =
        entries.items.into_iter().map(|(entity, one)| described(entity, one)).collect::<Result<Vec<_>, _>>()?;
    let path = |cursor: Option<&str>| {
        let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        format!("/catalogue.jsonld?limit={}{cursor}", page.limit)
    };
    let next = entries.next.map(|next| path(Some(&next)));
    let view = View { path: path(page.cursor.as_deref()), next };
    linked(&cpsv::catalogue(&Origin::configured(&this.entity), &this.entity, &described, &view))
}

/// The catalogue as a table.
pub(crate) fn table(visit: &Visit) -> Result<Response, Failure> {
    Ok(public(Catalogue::part("/catalogue.csv", &part(visit)?)?.table()))
}

/// The catalogue as JSON.
pub(crate) fn rows(visit: &Visit) -> Result<Response, Failure> {
    Ok(public(Response::json(&Catalogue::part("/catalogue.json", &part(visit)?)?)?))
}

/// The part that is asked for: all that an answer has, unless it is less.
fn part(visit: &Visit) -> Result<PageRequest, Failure> {
    let limit = visit.query_as("limit")?.unwrap_or(MOST);
    let range = || Failure::invalid("limit", "range", format!("must be a number from 1 to {MOST}"));
    ensure!((1..=MOST).contains(&limit), range());
    Ok(PageRequest { limit, cursor: visit.query("cursor").map(str::to_owned) })
}

/// The pages for search engines.
pub(crate) fn sitemap(visit: &Visit) -> Result<Response, Failure> {
    let this = ThisEntity::configured()?;
    let mapped = match visit.query("of") {
        None => Mapped::All,
        Some(LISTS) => Mapped::Lists,
        Some(of) => {
            let entity = of.parse().map_err(|_| Failure::NotFound("no entity has this code".to_owned()))?;
            Mapped::Entity(entity)
        }
    };
    let sitemap = open_data::sitemap(&Origin::configured(&this.entity), &mapped, MOST)?;
    Ok(public(Response::raw("application/xml; charset=utf-8", sitemap.into_bytes())))
}

fn linked(document: &Value) -> Result<Response, Failure> {
    Ok(public(Response::raw(cpsv::CONTENT_TYPE, json::write(document)?)))
}

fn public(response: Response) -> Response {
    response.with_header("cache-control", "public, max-age=60")
}
