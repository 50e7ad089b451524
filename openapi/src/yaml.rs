//! Reads YAML, event by event, so that a document that is too deep is left at that point.

use super::error::{Bound, ImportError};
use super::limits;
use super::node::{Budget, Node};
use super::servers::{SERVERS, ServersPlace};
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};
use std::collections::HashMap;
use std::ops::Range;
use thiserror::Error;

/// Why a text is not YAML of plain values.
#[derive(Debug, Error)]
pub enum YamlError {
    /// Not YAML.
    #[error("the text breaks YAML's grammar")]
    Grammar(#[from] ScanError),
    /// None, or several documents.
    #[error("the text holds no document, or several")]
    Documents,
    /// An alias of an anchor that encloses it.
    #[error("the alias in line {line} stands within what it repeats")]
    Recursion {
        /// Counted from 1.
        line: usize,
    },
    /// A key twice in an object.
    #[error("the key {key:?} stands twice in the object that ends before line {line}")]
    Repeated {
        /// The key.
        key: String,
        /// Counted from 1.
        line: usize,
    },
}

/// The document as a tree, and where its servers stand.
pub(super) fn read(text: &str) -> Result<(Node, Option<ServersPlace>), ImportError> {
    let mut reader = Reader::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(YamlError::from)?;
        reader.event(event, span).map_err(ImportError::from)?;
    }
    let root = reader.root.take().ok_or(YamlError::Documents)?;
    Ok((root, reader.outline.place(text)))
}

/// A list or object whose end has not come.
struct Open {
    node: Node,
    /// The key whose value is awaited.
    key: Option<Node>,
    anchor: usize,
}

struct Reader {
    budget: Budget,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    root: Option<Node>,
    outline: Outline,
}

/// Where the keys of the outermost object stand that matter for its servers; positions count characters.
#[derive(Default)]
struct Outline {
    first_key: Option<Span>,
    servers: Option<Range<usize>>,
    in_servers: bool,
}

impl Reader {
    fn new() -> Self {
        Self {
            budget: Budget::new(),
            open: Vec::new(),
            anchors: HashMap::new(),
            root: None,
            outline: Outline::default(),
        }
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Refused> {
        match event {
            Event::DocumentStart(_) if self.root.is_some() => Err(YamlError::Documents.into()),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {
                Ok(())
            }
            Event::SequenceStart(anchor, _) => self.begin(Node::List(Vec::new()), anchor),
            Event::MappingStart(anchor, _) => self.begin(Node::Object(Vec::new()), anchor),
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => {
                let recursion = YamlError::Recursion { line: span.start.line() };
                let node = self.anchors.get(&anchor).ok_or(recursion)?;
                self.budget.copy_of(node, self.open.len())?;
                let node = node.clone();
                self.add(node, span)
            }
            Event::Scalar(text, style, anchor, _) => {
                self.budget.node()?;
                self.budget.text(&text)?;
                let node = match (&*text, style) {
                    ("" | "~" | "null", ScalarStyle::Plain) => Node::Null,
                    _ => Node::Text(text.into_owned()),
                };
                self.keep(anchor, &node)?;
                self.add(node, span)
            }
        }
    }

    fn begin(&mut self, node: Node, anchor: usize) -> Result<(), Refused> {
        self.budget.node()?;
        if self.open.len() == limits::DEPTH {
            return Err(Bound::Depth.into());
        }
        self.open.push(Open { node, key: None, anchor });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Refused> {
        // The parser ends only what it has begun.
        let Some(Open { node, anchor, .. }) = self.open.pop() else { return Err(YamlError::Documents.into()) };
        if let Node::Object(fields) = &node
            && let Some(key) = Node::repeated(fields)
        {
            return Err(YamlError::Repeated { key, line: span.start.line() }.into());
        }
        self.keep(anchor, &node)?;
        self.add(node, span)
    }

    /// Remembers what an anchor names; 0 is no anchor.
    fn keep(&mut self, anchor: usize, node: &Node) -> Result<(), Refused> {
        if anchor != 0 {
            self.budget.copy_of(node, self.open.len())?;
            self.anchors.insert(anchor, node.clone());
        }
        Ok(())
    }

    /// Puts a whole value where it belongs.
    fn add(&mut self, node: Node, span: Span) -> Result<(), Refused> {
        let outermost = self.open.len() == 1;
        self.outline.seen(span);
        let Some(Open { node: within, key, .. }) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match within {
            Node::List(items) => items.push(node),
            Node::Object(fields) => match key.take() {
                Some(key) => {
                    fields.push((key, node));
                    self.outline.in_servers &= !outermost;
                }
                None => {
                    if outermost {
                        self.outline.key(&node, span);
                    }
                    *key = Some(node);
                }
            },
            // Only lists and objects are begun.
            _ => return Err(YamlError::Documents.into()),
        }
        Ok(())
    }
}

impl Outline {
    fn key(&mut self, key: &Node, span: Span) {
        self.first_key.get_or_insert(span);
        if key.is(SERVERS) {
            self.servers = Some(span.end.index()..span.end.index());
            self.in_servers = true;
        }
    }

    /// Part of a value has come; the ends of lists and objects without brackets have no width, and stand further on.
    fn seen(&mut self, span: Span) {
        if let Some(servers) = self.servers.as_mut().filter(|_| self.in_servers && !span.is_empty()) {
            servers.end = servers.end.max(span.end.index());
        }
    }

    fn place(&self, text: &str) -> Option<ServersPlace> {
        let Some(servers) = &self.servers else {
            let key = self.first_key?;
            let at = byte_of(text, key.start.index())?;
            let line = if text.contains("\r\n") { "\r\n" } else { "\n" };
            let indentation = " ".repeat(key.start.col());
            return Some(ServersPlace::new(at..at, format!("{SERVERS}: "), format!("{line}{indentation}")));
        };
        let (key_end, value_end) = (byte_of(text, servers.start)?, byte_of(text, servers.end)?);
        let colon = key_end + text[key_end..].find(':')? + 1;
        // A block scalar at the end takes its line's end with it, which still separates what follows.
        let value = text.get(colon..value_end).unwrap_or_default().trim_end();
        Some(ServersPlace::new(key_end..colon + value.len(), ": ".to_owned(), String::new()))
    }
}

fn byte_of(text: &str, character: usize) -> Option<usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()]).nth(character)
}

/// Either reason to leave a document.
enum Refused {
    Yaml(YamlError),
    Bound(Bound),
}

impl From<YamlError> for Refused {
    fn from(error: YamlError) -> Self {
        Self::Yaml(error)
    }
}

impl From<Bound> for Refused {
    fn from(bound: Bound) -> Self {
        Self::Bound(bound)
    }
}

impl From<Refused> for ImportError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Yaml(source) => source.into(),
            Refused::Bound(what) => Self::Exceeds { what },
        }
    }
}
