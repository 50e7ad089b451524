//! A part of a long list, and where the next one begins.

use serde::Serialize;

use super::TableError;
use super::scan::Scan;
use crate::failure::Failure;
use crate::imports::kv::{Entry, Order};

/// What may be asked for with one page.
const MOST_PER_PAGE: u32 = 100;
const USUAL_PER_PAGE: u32 = 20;

/// Which part of a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// At most so many items.
    pub limit: u32,
    /// What the page before said is next; nothing for the first page.
    pub cursor: Option<String>,
}

impl PageRequest {
    /// The first page.
    #[must_use]
    pub fn first(limit: u32) -> Self {
        Self { limit, cursor: None }
    }

    /// The page that the parameters `limit` (at most 100) and `cursor` of a caller ask for.
    pub(crate) fn asked(limit: Option<&str>, cursor: Option<&str>) -> Result<Self, Failure> {
        let limit = limit.map_or(Ok(USUAL_PER_PAGE), str::parse).unwrap_or(0);
        crate::ensure!(
            (1..=MOST_PER_PAGE).contains(&limit),
            Failure::invalid("limit", "range", format!("must be a number from 1 to {MOST_PER_PAGE}"))
        );
        Ok(Self { limit, cursor: cursor.map(str::to_owned) })
    }
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// The cursor of the next page, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The entries of a page. A cursor is what follows the prefix in the page's last key: whoever forges one stays within the
/// list she may see.
pub(super) fn entries(prefix: &[u8], order: Order, request: &PageRequest) -> Result<Page<Entry>, TableError> {
    let after = request.cursor.as_deref().map(|cursor| at_cursor(prefix, cursor)).transpose()?;
    let limit = request.limit as usize;
    let mut items: Vec<Entry> = Scan::new(prefix, after.as_deref(), order, limit.saturating_add(1)).collect();
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|last| hex::encode(&last.key[prefix.len()..]));
    Ok(Page { items, next })
}

fn at_cursor(prefix: &[u8], cursor: &str) -> Result<Vec<u8>, TableError> {
    let rest = hex::decode(cursor).map_err(|_| TableError::Cursor)?;
    Ok([prefix, &rest].concat())
}
