//! What is searched.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::keys;
use super::words::words;

/// A document of an index. Its texts are kept, so that an index can be built anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Document {
    pub(crate) text: Vec<String>,
    /// Names and values.
    pub(crate) filters: Vec<(String, String)>,
}

impl Document {
    /// Everything that it is found by, and how often that occurs in it.
    pub(super) fn terms(&self) -> BTreeMap<Vec<u8>, u32> {
        let mut terms = BTreeMap::from([(keys::every(), 1)]);
        terms.extend(self.filters.iter().map(|(name, value)| (keys::filter(name, value), 1)));
        for word in self.text.iter().flat_map(|text| words(text)) {
            *terms.entry(keys::word(&word)).or_insert(0) += 1;
        }
        terms
    }

    pub(crate) fn size_bytes(&self) -> usize {
        let text: usize = self.text.iter().map(String::len).sum();
        text + self.filters.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>()
    }
}
