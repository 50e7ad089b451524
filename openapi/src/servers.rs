//! Where the top-level `servers` of a document stand, so that they can be replaced and every other byte stays.

use super::error::ImportError;
use super::node::Node;
use super::{Format, read};
use std::ops::Range;

/// The piece of a document's text that gives way to other servers, and what is put around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServersPlace {
    range: Range<usize>,
    before: String,
    after: String,
}

impl ServersPlace {
    pub(super) fn new(range: Range<usize>, before: String, after: String) -> Self {
        Self { range, before, after }
    }

    /// Proves the place: the document with other servers in it differs in nothing else.
    pub(super) fn proved(self, text: &str, format: Format, root: &Node) -> Result<Self, ImportError> {
        let replaced = read(&self.replaced(text, PROBE), format);
        match replaced {
            Ok((replaced, _)) if same_but_servers(root, &replaced) => Ok(self),
            // Also a document so close to its bounds that the new servers are beyond them.
            _ => Err(ImportError::Servers),
        }
    }

    /// The document with one server. What stands in its place is JSON, which is YAML as well.
    pub(super) fn replaced(&self, text: &str, url: &str) -> String {
        let url = serde_json::Value::from(url).to_string();
        let (before, after) = (&text[..self.range.start], &text[self.range.end..]);
        [before, &self.before, r#"[{"url": "#, &url, "}]", &self.after, after].concat()
    }
}

fn same_but_servers(one: &Node, other: &Node) -> bool {
    let (Node::Object(one), Node::Object(other)) = (one, other) else { return false };
    let url = (Node::Text("url".to_owned()), Node::Text(PROBE.to_owned()));
    let servers = (Node::Text(SERVERS.to_owned()), Node::List(vec![Node::Object(vec![url])]));
    other.contains(&servers) && rest(one).eq(rest(other))
}

fn rest(fields: &[(Node, Node)]) -> impl Iterator<Item = &(Node, Node)> {
    fields.iter().filter(|(key, _)| !key.is(SERVERS))
}

pub(super) const SERVERS: &str = "servers";
/// Quoted, it is one text in either format, as every path of a service is.
const PROBE: &str = "/r1/probe";
