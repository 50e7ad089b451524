//! Searching as the harness does it: whole words and a last beginning, without forgiveness for typing errors.

use std::collections::BTreeMap;

use crate::bindings::search::{Document, Hits, Query};
use crate::limits::{MAX_HITS, MAX_QUERY_BYTES};
use crate::text::fold;

const MOST_COUNTED: usize = 10_000;

pub(super) fn find_in(documents: &BTreeMap<Vec<u8>, Document>, query: &Query) -> Hits {
    let wanted = fold(&query.text[..query.text.floor_char_boundary(MAX_QUERY_BYTES)]);
    let wanted: Vec<&str> = wanted.split(' ').filter(|word| !word.is_empty()).collect();
    let fits = |document: &&Document| {
        query.filters.iter().all(|filter| document.filters.contains(filter)) && has_words(document, &wanted)
    };
    let found: Vec<&Document> = documents.values().filter(fits).collect();
    let page = found.iter().skip(query.offset as usize).take((query.limit as usize).min(MAX_HITS));
    let total = u32::try_from(found.len().min(MOST_COUNTED)).unwrap_or(u32::MAX);
    Hits { ids: page.map(|document| document.id.clone()).collect(), total }
}

fn has_words(document: &Document, wanted: &[&str]) -> bool {
    let text = fold(&document.text.join(" "));
    let words: Vec<&str> = text.split(' ').collect();
    let Some((last, whole)) = wanted.split_last() else { return true };
    whole.iter().all(|word| words.contains(word)) && words.iter().any(|word| word.starts_with(last))
}
