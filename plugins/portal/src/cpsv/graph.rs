//! Nodes of linked data, and the document that they are written in.

use std::collections::BTreeMap;

use sdk::Translated;
use sdk::html::Language;
use sdk::json::{Value, json};

/// The part of the profile's context that is used here, with a few terms of other vocabularies. The terms are the profile's own:
/// one property has a term for each class, because it is written in another way there.
const CONTEXT: &[u8] = include_bytes!("context.json");

/// Nodes, each once.
#[derive(Debug, Default)]
pub(super) struct Graph(BTreeMap<String, Value>);

/// Something that has a name, of some classes, with its properties.
#[derive(Debug)]
pub(super) struct Node {
    id: String,
    value: serde_json::Map<String, Value>,
}

impl Graph {
    /// Puts a node in place of whatever was said under its name, and gives the name.
    pub(super) fn put(&mut self, node: Node) -> String {
        self.0.insert(node.id.clone(), node.value.into());
        node.id
    }

    /// Puts a node unless something was said under its name, and gives the name.
    pub(super) fn mention(&mut self, node: Node) -> String {
        self.0.entry(node.id.clone()).or_insert_with(|| node.value.into());
        node.id
    }

    /// The document of all nodes.
    pub(super) fn document(self) -> Value {
        let context: Value = sdk::json::read(CONTEXT).expect("the context reads: a test holds it to that");
        json!({ "@context": context, "@graph": self.0.into_values().collect::<Value>() })
    }
}

impl Node {
    /// A node of some classes.
    pub(super) fn new(id: String, classes: &[&str]) -> Self {
        let mut value = serde_json::Map::new();
        value.insert("@id".to_owned(), id.as_str().into());
        value.insert("@type".to_owned(), classes.into());
        Self { id, value }
    }

    /// Its name.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The same with a property.
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.value.insert(name.to_owned(), value.into());
        self
    }

    /// The same with a property, where there is something to say.
    pub(super) fn with_some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The same with a text in all its languages.
    pub(super) fn texts(self, name: &str, text: &Translated) -> Self {
        let said = |language: Language| json!({ "@language": language.code(), "@value": text.in_language(language) });
        let said: Value = text.languages().map(said).collect();
        self.with(name, said)
    }

    /// The same with links to other nodes; without the property, where there are none.
    pub(super) fn links(self, name: &str, to: impl IntoIterator<Item = String>) -> Self {
        let to: Vec<String> = to.into_iter().collect();
        if to.is_empty() { self } else { self.with(name, to) }
    }
}
