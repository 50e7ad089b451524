//! Reads JSON.

use super::error::{Bound, ImportError};
use super::limits;
use super::node::{Budget, Node};
use super::servers::{SERVERS, ServersPlace};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

/// The document as a tree, and where its servers stand.
pub(super) fn read(text: &str) -> Result<(Node, Option<ServersPlace>), ImportError> {
    let (budget, exceeded) = (Budget::new(), Cell::new(None));
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let node = Seed { budget: &budget, exceeded: &exceeded, depth: 0 }
        .deserialize(&mut deserializer)
        .and_then(|node| deserializer.end().map(|()| node));
    match (node, exceeded.get()) {
        (Ok(node), _) => Ok((node, place(text))),
        // The reader wraps what the budget says in an error of its own.
        (Err(_), Some(what)) => Err(ImportError::Exceeds { what }),
        (Err(source), None) => Err(ImportError::Json { source }),
    }
}

fn place(text: &str) -> Option<ServersPlace> {
    let servers = serde_json::Deserializer::from_str(text).deserialize_map(TopLevel).ok()?;
    if let Some(servers) = servers {
        let start = servers.get().as_ptr().addr() - text.as_ptr().addr();
        return Some(ServersPlace::new(start..start + servers.get().len(), String::new(), String::new()));
    }
    // There is at least one key, `openapi`, so that a comma is due.
    let first = text.find('{')? + 1;
    Some(ServersPlace::new(first..first, format!("\"{SERVERS}\":"), ",".to_owned()))
}

/// Reads one value, `depth` levels down.
#[derive(Clone, Copy)]
struct Seed<'a> {
    budget: &'a Budget,
    exceeded: &'a Cell<Option<Bound>>,
    depth: usize,
}

impl Seed<'_> {
    fn inner<E: Error>(self) -> Result<Self, E> {
        match self.depth {
            limits::DEPTH => self.paid(Err(Bound::Depth)).map(|()| self),
            depth => Ok(Self { depth: depth + 1, ..self }),
        }
    }

    fn paid<E: Error>(self, paid: Result<(), Bound>) -> Result<(), E> {
        paid.map_err(|bound| {
            self.exceeded.set(Some(bound));
            E::custom(bound)
        })
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.paid(self.budget.node())?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Integer(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Integer(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Float(value.to_bits()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Node, E> {
        self.paid(self.budget.text(value))?;
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let inner = self.inner()?;
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let inner = self.inner()?;
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry_seed(inner, inner)? {
            fields.push(field);
        }
        match Node::repeated(&fields) {
            None => Ok(Node::Object(fields)),
            Some(twice) => Err(A::Error::custom(format_args!("the key {twice:?} stands twice"))),
        }
    }
}

/// Reads the raw value of `servers` out of the outermost object.
struct TopLevel;

impl<'de> Visitor<'de> for TopLevel {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut servers = None;
        while let Some((key, value)) = map.next_entry::<Cow<'de, str>, &'de RawValue>()? {
            if key == SERVERS {
                servers = Some(value);
            }
        }
        Ok(servers)
    }
}
