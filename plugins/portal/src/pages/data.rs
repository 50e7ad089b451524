//! The catalogue for machines: linked data, tables, and the list of pages for search engines.

use sdk::collections::PageRequest;
use sdk::json::Value;
use sdk::web::{PathPair, Response, Visit};
use sdk::{Failure, json};

use crate::catalogue::{self, EntityCode, Within};
use crate::cpsv::{self, Origin, View};
use crate::definition::Code;
use crate::office::ThisEntity;
use crate::open_data::{self, Catalogue, described, linked_entry};

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
pub(crate) fn table(_: &Visit) -> Result<Response, Failure> {
    Ok(public(Catalogue::now()?.table()))
}

/// The catalogue as JSON.
pub(crate) fn rows(_: &Visit) -> Result<Response, Failure> {
    Ok(public(Response::json(&Catalogue::now()?)?))
}

/// The pages for search engines.
pub(crate) fn sitemap(_: &Visit) -> Result<Response, Failure> {
    let this = ThisEntity::configured()?;
    let sitemap = open_data::sitemap(&Origin::configured(&this.entity))?;
    Ok(public(Response::raw("application/xml; charset=utf-8", sitemap.into_bytes())))
}

fn linked(document: &Value) -> Result<Response, Failure> {
    Ok(public(Response::raw(cpsv::CONTENT_TYPE, json::write(document)?)))
}

fn public(response: Response) -> Response {
    response.with_header("cache-control", "public, max-age=60")
}
