//! Persons in a table, found by number and by each word of their names.

use sdk::collections::{Index, Page, Record, Table};
use sdk::key::StartsWith;
use sdk::kv::Order;
use sdk::text::fold;
use sdk::{Answer, Failure, Request};
use serde::Serialize;

use crate::person::{Particulars, Person, PersonId, Statement};

impl Record for Particulars {}

static BY_WORD: Index<String, Particulars, String> = Index::many("people.by-word", |_, person| words(person));
static PEOPLE: Table<String, Particulars> = Table::new("people", &[&BY_WORD]);

/// What subscribers are told when a person was kept.
const CHANGED: &str = "person-changed";

#[derive(Serialize)]
struct Changed<'a> {
    id: &'a str,
}

pub(crate) fn show(id: &str) -> Result<Answer, Failure> {
    let id = PersonId::read(id)?;
    let particulars = PEOPLE.get(&id.as_str().to_owned())?;
    let particulars =
        particulars.ok_or_else(|| Failure::NotFound(format!("no person has the number {}", id.as_str())))?;
    Answer::json(200, &Person { id: id.as_str(), particulars: &particulars })
}

pub(crate) fn find(request: &Request) -> Result<Answer, Failure> {
    let wanted = fold(request.parameter("name").unwrap_or_default());
    sdk::ensure!(!wanted.is_empty(), Failure::invalid("name", "required", "must be given"));
    sdk::ensure!(!wanted.contains(' '), Failure::invalid("name", "format", "must be the beginning of one word"));
    let page = PEOPLE.by(&BY_WORD).page_with_keys(&StartsWith(&wanted), Order::Ascending, &request.page()?)?;
    // Whoever has several such words is listed by the first of them.
    let first = |(word, _, person): &&(String, String, Particulars)| {
        words(person).iter().find(|other| other.starts_with(&wanted)) == Some(word)
    };
    let items = page.items.iter().filter(first).map(|(_, id, particulars)| Person { id, particulars }).collect();
    Answer::json(200, &Page { items, next: page.next })
}

pub(crate) fn keep(id: &str, request: &Request) -> Result<Answer, Failure> {
    let id = PersonId::read(id)?;
    let particulars = request.json::<Statement>()?.judge()?;
    let key = id.as_str().to_owned();
    let status = if PEOPLE.contains(&key) { 200 } else { 201 };
    PEOPLE.put(&key, &particulars)?;
    sdk::outbox::publish_json(CHANGED, &Changed { id: id.as_str() })?;
    sdk::log::info("person kept", &[("status", &status)]);
    Answer::json(status, &Person { id: id.as_str(), particulars: &particulars })
}

/// Each word of a person's names once, as it is looked for, in order.
fn words(person: &Particulars) -> Vec<String> {
    let names = fold(&format!("{} {}", person.given_names, person.family_names));
    let mut words: Vec<String> = names.split(' ').map(str::to_owned).collect();
    words.sort_unstable();
    words.dedup();
    words
}
