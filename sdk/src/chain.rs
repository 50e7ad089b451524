//! Public lists to which entries are only added, each bound to the one before: whoever has seen an entry can tell whether one
//! before it was changed, taken away or put in between.
//!
//! An entry's digest is the SHA-256 of four lines, each but the last ended by a line feed: its number from 1, its time
//! (`2026-11-26T12:00:00Z`), the digest of the entry before in small hexadecimal digits (64 zeros for the first), and its
//! content, as it is published. [`verify`] recomputes it, and so can anyone else.

use html::{Column, Markup, Table as Rows, html};
use serde::{Deserialize, Serialize};

use crate::collections::{Page, PageRequest, Record, Table};
use crate::kv::Order;
use crate::time::Timestamp;
use crate::web::{Visit, pagination};
use crate::{Context, Failure, crypto, json};

/// By the list's name, and the number.
static ENTRIES: Table<(String, u64), Link> = Table::new("chain", &[]);
/// The number and digest of each list's last entry.
static HEADS: Table<(String,), Head> = Table::new("chain.head", &[]);

/// The digest before the first entry.
pub const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A list, by its name within the plugin.
#[derive(Clone, Copy, Debug)]
pub struct Chain(&'static str);

/// An entry of a list, as it is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its number, from 1.
    pub number: u64,
    /// When it was added.
    pub at: Timestamp,
    /// The digest of the entry before.
    pub previous: String,
    /// What it says: JSON, as it was written then.
    pub content: String,
    /// The digest of all this.
    pub digest: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Head {
    number: u64,
    digest: String,
}

impl Record for Link {}
impl Record for Head {}

/// Where a list was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// An entry is not the one that its digest was made of.
    #[error("entry {number} is not what its digest says")]
    Changed {
        /// The entry.
        number: u64,
    },
    /// An entry does not follow the one before.
    #[error("entry {number} does not follow the one before it")]
    Order {
        /// The entry.
        number: u64,
    },
}

impl Chain {
    /// The list of a name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// Adds an entry. Two that are added at once follow each other: one of the calls runs again.
    ///
    /// # Errors
    /// If the value has no form in JSON, or is too long.
    pub fn add(&self, context: &Context, value: &impl Serialize) -> Result<Link, Failure> {
        let name = (self.0.to_owned(),);
        let head = HEADS.get(&name)?.unwrap_or_else(|| Head { number: 0, digest: BEGINNING.to_owned() });
        let (number, at, content) = (head.number + 1, context.time(), json::write_text(value)?);
        let digest = hex::encode(crypto::sha256(digested(number, at, &head.digest, &content).as_bytes()));
        let link = Link { number, at, previous: head.digest, content, digest };
        ENTRIES.insert(&(self.0.to_owned(), number), &link)?;
        HEADS.put(&name, &Head { number, digest: link.digest.clone() })?;
        Ok(link)
    }

    /// A part of the list, the newest entries first.
    ///
    /// # Errors
    /// If the cursor is none.
    pub fn newest(&self, page: &PageRequest) -> Result<Page<Link>, Failure> {
        self.page(page, Order::Descending)
    }

    /// A part of the list from its beginning, as it is verified.
    ///
    /// # Errors
    /// If the cursor is none.
    pub fn oldest(&self, page: &PageRequest) -> Result<Page<Link>, Failure> {
        self.page(page, Order::Ascending)
    }

    fn page(&self, page: &PageRequest, order: Order) -> Result<Page<Link>, Failure> {
        let page = ENTRIES.page(&(self.0.to_owned(),), order, page)?;
        Ok(Page { items: page.items.into_iter().map(|(_, link)| link).collect(), next: page.next })
    }
}

/// Verifies entries that follow the one whose number and digest are given: 0 and [`BEGINNING`] at the beginning. `sha256` gives
/// the digest of bytes: within a plugin it is [`crypto::sha256`].
///
/// # Errors
/// At the first entry that is not what it should be.
pub fn verify(after: (u64, &str), links: &[Link], sha256: impl Fn(&[u8]) -> Vec<u8>) -> Result<(), Broken> {
    let (mut number, mut previous) = (after.0, after.1.to_owned());
    for link in links {
        if link.number != number + 1 || link.previous != previous {
            return Err(Broken::Order { number: link.number });
        }
        let digest = sha256(digested(link.number, link.at, &link.previous, &link.content).as_bytes());
        if hex::encode(digest) != link.digest {
            return Err(Broken::Changed { number: link.number });
        }
        (number, previous) = (link.number, link.digest.clone());
    }
    Ok(())
}

fn digested(number: u64, at: Timestamp, previous: &str, content: &str) -> String {
    format!("{number}\n{at}\n{previous}\n{content}")
}

/// A part of a list as a table, with the links to its other parts. What an entry says is shown by `say`.
#[must_use]
pub fn public_table(visit: &Visit, caption: &str, page: &Page<Link>, say: impl Fn(&Link) -> Markup) -> Markup {
    let columns = match visit.language() {
        html::Language::English => ["No.", "Time", "Entry", "Digest"],
        _ => ["N.º", "Fecha", "Contenido", "Huella"],
    };
    let [number, at, entry, digest] = columns;
    let columns = [Column::number(number), Column::text(at), Column::text(entry), Column::text(digest)];
    let row = |link: &Link| {
        let short = link.digest.get(..SHOWN_DIGITS).unwrap_or_default();
        vec![html! { (link.number) }, html! { (link.at.short()) }, say(link), html! { code { (short) "…" } }]
    };
    let rows: Vec<Vec<Markup>> = page.items.iter().map(row).collect();
    html! { (Rows::new("chain", caption, &columns, &rows)) (pagination(visit, page)) }
}

/// Enough to see that a digest is another one; the export has all of it.
const SHOWN_DIGITS: usize = 16;
