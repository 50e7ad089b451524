//! `search`: the plugin's indexes, those that its manifest names.

use wasmtime::Result;

use super::{a_name, at_most};
use crate::contract::imports::search::{Document as WitDocument, Field, Hits, Host, Query as WitQuery};
use crate::contract::limits::{
    MAX_DOCUMENT_ID_BYTES, MAX_FILTER_VALUE_BYTES, MAX_FILTERS, MAX_HITS, MAX_QUERY_BYTES, MAX_TEXT_BYTES,
};
use crate::manifest::Capability;
use crate::sandbox::{Broken, Sandbox, Stop};
use crate::search::{Document, Index, Query};

impl Host for Sandbox {
    fn put(&mut self, index: String, document: WitDocument) -> Result<()> {
        self.view.writing("search.put")?;
        let WitDocument { id, text, filters } = document;
        at_most("search.put", "the text", text.iter().map(String::len).sum(), MAX_TEXT_BYTES)?;
        let document = Document { text, filters: read_filters("search.put", filters)? };
        if let Some((_, long)) = document.filters.iter().find(|(_, value)| value.len() > MAX_FILTER_VALUE_BYTES) {
            at_most("search.put", "the value of a filter", long.len(), MAX_FILTER_VALUE_BYTES)?;
        }
        Ok(self.replace_document("search.put", &index, &id, Some(&document))?)
    }

    fn remove(&mut self, index: String, id: Vec<u8>) -> Result<()> {
        self.view.writing("search.remove")?;
        Ok(self.replace_document("search.remove", &index, &id, None)?)
    }

    async fn find(&mut self, query: WitQuery) -> Result<Hits> {
        // A search may look at much: it goes on where a slow guest does, and others are not kept waiting.
        tokio::task::yield_now().await;
        Ok(self.found(query)?)
    }
}

impl Sandbox {
    fn found(&self, query: WitQuery) -> std::result::Result<Hits, Stop> {
        let WitQuery { index, text, filters, offset, limit } = query;
        self.check_index(&index)?;
        let filters = read_filters("search.find", filters)?;
        // No document has such a value.
        if filters.iter().any(|(_, value)| value.len() > MAX_FILTER_VALUE_BYTES) {
            return Ok(Hits { ids: Vec::new(), total: 0 });
        }
        let text = text[..text.floor_char_boundary(MAX_QUERY_BYTES)].to_owned();
        let query = Query { text, filters, offset: offset as usize, limit: (limit as usize).min(MAX_HITS) };
        let hits = Index::new(self.keyspace(), &index).find(&query, &self.view, &self.call.environment.kept_lists)?;
        Ok(Hits { ids: hits.ids, total: hits.total })
    }

    fn replace_document(
        &mut self,
        function: &'static str,
        index: &str,
        id: &[u8],
        new: Option<&Document>,
    ) -> std::result::Result<(), Stop> {
        self.check_index(index)?;
        at_most(function, "the id", id.len(), MAX_DOCUMENT_ID_BYTES)?;
        self.note(index.len() + id.len())?;
        let index = Index::new(self.keyspace(), index);
        let old = index.document(id, &mut self.view)?;
        if old.is_none() && new.is_none() {
            return Ok(());
        }
        for document in old.iter().chain(new) {
            self.effects.weigh(index.weight(id, document))?;
        }
        index.replace(id, old.as_ref(), new, self.view.writing(function)?);
        Ok(())
    }

    fn check_index(&self, index: &str) -> std::result::Result<(), Stop> {
        if self.call.plugin.asks_for(Capability::Search, index) {
            return Ok(());
        }
        Err(Broken::Scope { capability: Capability::Search, asked: index.to_owned() }.into())
    }
}

fn read_filters(function: &'static str, filters: Vec<Field>) -> std::result::Result<Vec<(String, String)>, Stop> {
    if filters.len() > MAX_FILTERS {
        return Err(Broken::Excess { what: "filters", limit: MAX_FILTERS }.into());
    }
    for filter in &filters {
        a_name(function, "the name of a filter", &filter.name)?;
    }
    Ok(filters.into_iter().map(|filter| (filter.name, filter.value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::Access;
    use crate::testing::{Stage, broken};

    fn query(index: &str, text: &str) -> WitQuery {
        WitQuery { index: index.to_owned(), text: text.to_owned(), filters: Vec::new(), offset: 0, limit: 10 }
    }

    #[tokio::test]
    async fn a_call_finds_its_own_writes_and_the_next_one_too() {
        let stage = Stage::new().await;
        let called = stage.call(Access::Write, |sandbox| {
            let document =
                WitDocument { id: b"1".to_vec(), text: vec!["Agua potable".to_owned()], filters: Vec::new() };
            sandbox.put("cases".to_owned(), document)?;
            Ok(sandbox.found(query("cases", "agua"))?)
        });
        assert_eq!(called.await.expect("it is called").ids, [b"1"]);
        let called = stage.call(Access::Read, |sandbox| Ok(sandbox.found(query("cases", "potable"))?));
        assert_eq!(called.await.expect("it is called").total, 1);
    }

    #[tokio::test]
    async fn stops_a_plugin_that_uses_an_index_that_it_did_not_ask_for_or_writes_where_it_may_only_read() {
        let stage = Stage::new().await;
        let called = stage.call(Access::Read, |sandbox| Ok(sandbox.found(query("others", ""))?));
        let asked = "others".to_owned();
        assert_eq!(broken(called.await), Broken::Scope { capability: Capability::Search, asked });
        let called = stage.call(Access::Read, |sandbox| sandbox.remove("cases".to_owned(), b"1".to_vec()));
        assert_eq!(broken(called.await), Broken::Write { function: "search.remove" });
    }

    #[tokio::test]
    async fn what_a_caller_wrote_too_long_finds_nothing_and_stops_nobody() {
        let stage = Stage::new().await;
        let found = stage.call(Access::Read, |sandbox| {
            let long = Field { name: "sector".to_owned(), value: "x".repeat(MAX_FILTER_VALUE_BYTES + 1) };
            let text = "ñ".repeat(MAX_QUERY_BYTES);
            let by_text = sandbox.found(WitQuery { limit: u32::MAX, ..query("cases", &text) })?;
            Ok((by_text.total, sandbox.found(WitQuery { filters: vec![long], ..query("cases", "") })?.total))
        });
        assert_eq!(found.await.expect("it is called"), (0, 0));
    }

    #[tokio::test]
    async fn what_is_removed_and_was_not_there_is_weighed_too() {
        let stage = Stage::new().await;
        let removed = stage.call(Access::Write, |sandbox| {
            (0..200_000_u32).try_for_each(|id| sandbox.remove("cases".to_owned(), id.to_be_bytes().to_vec()))
        });
        assert!(matches!(broken(removed.await), Broken::Excess { .. }));
    }
}
