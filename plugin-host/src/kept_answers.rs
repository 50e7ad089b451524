//! Pages that anybody may have are asked of a plugin once, and not once per visitor.
//!
//! A plugin says with `cache-control: public, max-age=SECONDS` that an answer is the same for all who did not sign in (RFC 9111 §5.2.2).
//! It is kept so long at most, and no longer than what the plugin read for it stands: who publishes something and looks sees it.

use clock::Timestamp;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use storage::{Footprint, Moment, Store};

use crate::call::web::{Content, Method, Request, Response};
use crate::call::{Caller, Principal};
use crate::contract::imports::types::Field;
use crate::plugin::Loaded;

/// The answers of all plugins that are kept.
pub(crate) struct KeptAnswers {
    answers: Cache<Box<[u8]>, Kept, ByLength>,
    store: Store,
}

/// A question of somebody who did not sign in, to one version of a plugin.
#[derive(Debug)]
pub(crate) struct Asked {
    /// Everything of it that the plugin is shown.
    key: Box<[u8]>,
    /// Before the plugin reads anything for it.
    at: Moment,
}

#[derive(Clone)]
struct Kept {
    response: Response,
    rests_on: Footprint,
    since: Moment,
    said: Timestamp,
    seconds: i64,
}

#[derive(Clone)]
struct ByLength;

/// What all of them may take together.
const MOST_BYTES: u64 = 64 << 20;
const TYPICAL_BYTES: u64 = 16 << 10;
/// Longer ones are seldom asked for.
const LONGEST_BYTES: usize = 256 << 10;
/// Beside its content, about.
const ENTRY_BYTES: usize = 512;
const OK: u16 = 200;

impl KeptAnswers {
    pub(crate) fn new(store: Store) -> Self {
        let items = usize::try_from(MOST_BYTES / TYPICAL_BYTES).unwrap_or(usize::MAX);
        Self { answers: Cache::with_weighter(items, MOST_BYTES, ByLength), store }
    }

    /// What somebody asks, if an answer to it may be for everybody.
    pub(crate) fn asked(&self, plugin: &Loaded, caller: &Caller, request: &Request) -> Option<Asked> {
        let is_for_all = matches!(caller.principal, Principal::Anonymous) && request.method == Method::Get;
        is_for_all.then(|| Asked { key: key(plugin.serial(), &caller.locale, request), at: self.store.moment() })
    }

    /// What the plugin answered, if that holds.
    pub(crate) fn find(&self, asked: &Asked, now: Timestamp) -> Option<Response> {
        let kept = self.answers.get(&asked.key)?;
        let age = now.as_second() - kept.said.as_second();
        if !(0..kept.seconds).contains(&age) || !self.store.still_holds(&kept.rests_on, kept.since) {
            self.answers.remove(&asked.key);
            return None;
        }
        let mut response = kept.response;
        response.headers.push(Field { name: AGE.to_owned(), value: age.to_string() });
        Some(response)
    }

    /// Keeps an answer, if it says that anybody may.
    pub(crate) fn keep(&self, asked: &Asked, response: &Response, rests_on: Footprint, now: Timestamp) {
        let Some(seconds) = kept_for(response).filter(|_| content_bytes(&response.content) <= LONGEST_BYTES) else {
            return;
        };
        let kept = Kept { response: response.clone(), rests_on, since: asked.at, said: now, seconds };
        self.answers.insert(asked.key.clone(), kept);
    }
}

/// For how many seconds anybody may keep an answer.
fn kept_for(response: &Response) -> Option<i64> {
    let header = response.headers.iter().find(|header| header.name == "cache-control")?;
    let mut directives = header.value.split(',').map(str::trim);
    let (mut is_public, mut seconds) = (false, None);
    directives.try_for_each(|directive| {
        match directive.split_once('=') {
            None if directive == "public" => is_public = true,
            Some(("max-age", value)) => seconds = value.parse().ok(),
            // Another one is none that this understands.
            _ => return None,
        }
        Some(())
    })?;
    seconds.filter(|seconds| is_public && response.status == OK && *seconds > 0)
}

/// RFC 9111 §5.1
const AGE: &str = "age";

/// Different for whatever the plugin could answer differently.
fn key(serial: u64, locale: &str, request: &Request) -> Box<[u8]> {
    let mut key = serial.to_be_bytes().to_vec();
    let mut add = |part: &str| {
        key.extend_from_slice(&part.len().to_be_bytes());
        key.extend_from_slice(part.as_bytes());
    };
    add(locale);
    add(&request.path);
    // Which of the fields are of the query, and which are headers, their number says.
    add(&request.query.len().to_string());
    for Field { name, value } in request.query.iter().chain(&request.headers) {
        add(name);
        add(value);
    }
    key.into()
}

fn content_bytes(content: &Content) -> usize {
    match content {
        Content::Page(page) => page.title.len() + page.html.len(),
        Content::Fragment(text) | Content::Json(text) | Content::Redirect(text) | Content::Blob(text) => text.len(),
        Content::Raw(raw) => raw.content_type.len() + raw.body.len(),
        Content::Empty => 0,
    }
}

impl Weighter<Box<[u8]>, Kept> for ByLength {
    fn weight(&self, key: &Box<[u8]>, kept: &Kept) -> u64 {
        (key.len() + content_bytes(&kept.response.content) + ENTRY_BYTES) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, cache_control: &str) -> Response {
        let header = Field { name: "cache-control".to_owned(), value: cache_control.to_owned() };
        Response { status, headers: vec![header], content: Content::Empty }
    }

    #[test]
    fn keeps_only_what_is_said_to_be_for_everybody_and_for_how_long() {
        assert_eq!(kept_for(&response(200, "public, max-age=60")), Some(60));
        for other in
            ["max-age=60", "public", "private, max-age=60", "public, max-age=0", "public, max-age=x", "no-store"]
        {
            assert_eq!(kept_for(&response(200, other)), None, "{other}");
        }
        assert_eq!(kept_for(&response(404, "public, max-age=60")), None);
        assert_eq!(kept_for(&response(200, "public, no-cache, max-age=60")), None);
    }

    #[test]
    fn what_differs_in_a_question_differs_in_its_key() {
        let field = |name: &str| Field { name: name.to_owned(), value: String::new() };
        let of = |query: &[&str], headers: &[&str]| {
            let mut request = Request::of(Method::Get, "/");
            request.query = query.iter().map(|name| field(name)).collect();
            request.headers = headers.iter().map(|name| field(name)).collect();
            key(1, "es", &request)
        };
        assert_eq!(of(&["a"], &["b"]), of(&["a"], &["b"]));
        assert_ne!(of(&["a"], &["b"]), of(&["a", "b"], &[]));
        assert_ne!(of(&["ab"], &[]), of(&["a", "b"], &[]));
        let request = Request::of(Method::Get, "/");
        assert_ne!(key(1, "es", &request), key(2, "es", &request));
        assert_ne!(key(1, "es", &request), key(1, "en", &request));
    }
}
