//! JSON and YAML as one tree, built within a budget: no document costs more than the bounds say.

use super::error::Bound;
use super::limits;
use std::cell::Cell;
use std::collections::HashSet;

/// One value.
///
/// Numbers are only there to be equal to themselves; scalars of YAML are texts, whatever else they look like.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Node {
    Null,
    Bool(bool),
    Integer(i128),
    /// By its bits.
    Float(u64),
    Text(String),
    List(Vec<Node>),
    /// In order; YAML allows keys of any kind.
    Object(Vec<(Node, Node)>),
}

/// What is left of the bounds.
#[derive(Debug)]
pub(super) struct Budget {
    nodes: Cell<usize>,
    text_bytes: Cell<usize>,
}

impl Node {
    /// A field of an object.
    pub(super) fn field(&self, name: &str) -> Option<&Self> {
        let Self::Object(fields) = self else { return None };
        fields.iter().find(|(key, _)| key.is(name)).map(|(_, value)| value)
    }

    /// A text field of an object.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.field(name) {
            Some(Self::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether it is this text.
    pub(super) fn is(&self, text: &str) -> bool {
        matches!(self, Self::Text(own) if own == text)
    }

    /// The first key that stands twice, for an error to name: two readers may take different ones.
    pub(super) fn repeated(fields: &[(Self, Self)]) -> Option<String> {
        let mut seen = HashSet::with_capacity(fields.len());
        let (twice, _) = fields.iter().find(|(key, _)| !seen.insert(key))?;
        Some(match twice {
            Self::Text(text) => text.chars().take(MAX_QUOTED_CHARACTERS).collect(),
            _ => "(no text)".to_owned(),
        })
    }
}

impl Budget {
    pub(super) fn new() -> Self {
        Self { nodes: Cell::new(limits::NODES), text_bytes: Cell::new(limits::TEXT_BYTES) }
    }

    /// Pays for one value.
    pub(super) fn node(&self) -> Result<(), Bound> {
        take(&self.nodes, 1).ok_or(Bound::Nodes)
    }

    /// Pays for the text of one.
    pub(super) fn text(&self, text: &str) -> Result<(), Bound> {
        take(&self.text_bytes, text.len()).ok_or(Bound::Text)
    }

    /// Pays for everything in a value, before it is made once more, `depth` levels down.
    pub(super) fn copy_of(&self, node: &Node, depth: usize) -> Result<(), Bound> {
        self.node()?;
        let inner = depth + 1;
        match node {
            Node::Null | Node::Bool(_) | Node::Integer(_) | Node::Float(_) => Ok(()),
            Node::Text(text) => self.text(text),
            // Aliases of aliases nest deeper than what is written.
            Node::List(_) | Node::Object(_) if depth >= limits::DEPTH => Err(Bound::Depth),
            Node::List(items) => items.iter().try_for_each(|item| self.copy_of(item, inner)),
            Node::Object(fields) => {
                fields.iter().flat_map(|(key, value)| [key, value]).try_for_each(|node| self.copy_of(node, inner))
            }
        }
    }
}

fn take(left: &Cell<usize>, cost: usize) -> Option<()> {
    left.set(left.get().checked_sub(cost)?);
    Some(())
}

const MAX_QUOTED_CHARACTERS: usize = 64;
