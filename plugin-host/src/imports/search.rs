//! `search`: the plugin's indexes, those that its manifest names.

use wasmtime::Result;

use super::{a_name, at_most};
use crate::contract::imports::search::{Document as WitDocument, Field, Hits, Host, Query as WitQuery};
use crate::manifest::Capability;
use crate::sandbox::{Broken, Sandbox, Stop};
use crate::search::{Document, Index, MAX_LIMIT, Query};

const MAX_ID_BYTES: usize = 512;
/// All texts of a document together.
const MAX_TEXT_BYTES: usize = 64 << 10;
const MAX_FILTERS: usize = 32;
const MAX_FILTER_VALUE_BYTES: usize = 512;
const MAX_QUERY_BYTES: usize = 4 << 10;

impl Host for Sandbox {
    fn put(&mut self, index: String, document: WitDocument) -> Result<()> {
        self.view.writing("search.put")?;
        let WitDocument { id, text, filters } = document;
        at_most("search.put", "the text", text.iter().map(String::len).sum(), MAX_TEXT_BYTES)?;
        let document = Document { text, filters: read_filters("search.put", filters)? };
        Ok(self.replace_document("search.put", &index, &id, Some(&document))?)
    }

    fn remove(&mut self, index: String, id: Vec<u8>) -> Result<()> {
        self.view.writing("search.remove")?;
        Ok(self.replace_document("search.remove", &index, &id, None)?)
    }

    fn find(&mut self, query: WitQuery) -> Result<Hits> {
        let WitQuery { index, text, filters, offset, limit } = query;
        self.check_index(&index)?;
        at_most("search.find", "the text", text.len(), MAX_QUERY_BYTES)?;
        if limit as usize > MAX_LIMIT {
            let rule = format!("a limit of {limit}, and {MAX_LIMIT} is the most");
            return Err(Stop::from(Broken::Argument { function: "search.find", rule }).into());
        }
        let filters = read_filters("search.find", filters)?;
        let query = Query { text, filters, offset: offset as usize, limit: limit as usize };
        let hits = Index::new(self.keyspace(), &index).find(&query, &self.view)?;
        Ok(Hits { ids: hits.ids, total: hits.total })
    }
}

impl Sandbox {
    fn replace_document(
        &mut self,
        function: &'static str,
        index: &str,
        id: &[u8],
        new: Option<&Document>,
    ) -> std::result::Result<(), Stop> {
        self.check_index(index)?;
        at_most(function, "the id", id.len(), MAX_ID_BYTES)?;
        let index = Index::new(self.keyspace(), index);
        let old = index.document(id, &mut self.view)?;
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
        at_most(function, "the value of a filter", filter.value.len(), MAX_FILTER_VALUE_BYTES)?;
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
            sandbox.find(query("cases", "agua"))
        });
        assert_eq!(called.await.expect("it is called").ids, [b"1"]);
        let called = stage.call(Access::Read, |sandbox| sandbox.find(query("cases", "potable")));
        assert_eq!(called.await.expect("it is called").total, 1);
    }

    #[tokio::test]
    async fn stops_a_plugin_that_uses_an_index_that_it_did_not_ask_for_or_asks_for_too_much() {
        let stage = Stage::new().await;
        let called = stage.call(Access::Read, |sandbox| sandbox.find(query("others", "")));
        let asked = "others".to_owned();
        assert_eq!(broken(called.await), Broken::Scope { capability: Capability::Search, asked });
        let called = stage.call(Access::Read, |sandbox| sandbox.find(WitQuery { limit: 101, ..query("cases", "") }));
        let rule = "a limit of 101, and 100 is the most".to_owned();
        assert_eq!(broken(called.await), Broken::Argument { function: "search.find", rule });
        let called = stage.call(Access::Read, |sandbox| sandbox.remove("cases".to_owned(), b"1".to_vec()));
        assert_eq!(broken(called.await), Broken::Write { function: "search.remove" });
    }
}
