//! What a page's markup says, as a tree. It is read strictly: what browsers would mend, stops the test.

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

/// Elements without content (HTML Living Standard §13.1.2).
const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
/// Deeper than any page.
const MOST_DEPTH: usize = 200;

/// An element with what is in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Node>,
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    /// A page's markup, as the content of an element without a name.
    ///
    /// # Panics
    /// If it is not well formed.
    pub(super) fn parse(html: &str) -> Self {
        let mut emitter = DefaultEmitter::default();
        emitter.naively_switch_states(true);
        let mut open = vec![Self::default()];
        for token in Tokenizer::new_with_emitter(html, emitter) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => start(&mut open, tag),
                Token::EndTag(tag) => end(&mut open, &text(&tag.name)),
                Token::String(characters) => push(&mut open, Node::Text(text(&characters))),
                Token::Comment(_) | Token::Doctype(_) => {}
                Token::Error(error) => panic!("the page is not well formed: {}", *error),
            }
        }
        let whole = open.swap_remove(0);
        assert!(open.is_empty(), "the page is not well formed: <{}> is not closed", open[0].name);
        whole
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(named, _)| named == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn has_class(&self, class: &str) -> bool {
        self.attribute("class").is_some_and(|classes| classes.split(' ').any(|one| one == class))
    }

    /// The value of the attribute `name`, if it is there.
    pub(super) fn name(&self) -> String {
        self.attribute("name").unwrap_or_default().to_owned()
    }

    /// All elements within, outer ones first, in the order of the page.
    pub(super) fn all(&self) -> Vec<&Self> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    /// The text that is read, its words apart by one space.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        self.write_text(&mut out);
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The text as it is, such as in a text area.
    pub(super) fn raw_text(&self) -> String {
        let texts = self.children.iter().filter_map(|node| if let Node::Text(text) = node { Some(text) } else { None });
        texts.map(String::as_str).collect()
    }

    fn collect<'a>(&'a self, found: &mut Vec<&'a Self>) {
        for node in &self.children {
            if let Node::Element(element) = node {
                found.push(element);
                element.collect(found);
            }
        }
    }

    fn write_text(&self, out: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Element(element) => {
                    // What stands in other lines is not one word.
                    let block = !matches!(element.name.as_str(), "a" | "b" | "em" | "i" | "span" | "strong" | "code");
                    out.push_str(if block { " " } else { "" });
                    element.write_text(out);
                    out.push_str(if block { " " } else { "" });
                }
            }
        }
    }
}

fn start(open: &mut Vec<Element>, tag: StartTag<()>) {
    let name = text(&tag.name);
    let attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(value))).collect();
    let element = Element { name, attributes, children: Vec::new() };
    if tag.self_closing || VOID.contains(&element.name.as_str()) {
        push(open, Node::Element(element));
    } else {
        assert!(open.len() < MOST_DEPTH, "the page has elements within elements {MOST_DEPTH} times");
        open.push(element);
    }
}

fn end(open: &mut Vec<Element>, name: &str) {
    let closed = open.pop().filter(|closed| closed.name == name && !open.is_empty());
    let closed = closed.unwrap_or_else(|| panic!("the page is not well formed: </{name}> closes nothing"));
    push(open, Node::Element(closed));
}

fn push(open: &mut [Element], node: Node) {
    if let Some(element) = open.last_mut() {
        element.children.push(node);
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
