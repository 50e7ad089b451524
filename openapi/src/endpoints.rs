//! The endpoints of a document: its paths and methods, as access rights name them.

use super::error::{ImportError, PathRule};
use super::limits;
use super::node::Node;
use percent_encoding::percent_decode_str;
use protocol::access::{Endpoint, PathGlob};
use protocol::head::Method;
use std::collections::BTreeSet;

pub(super) fn of(root: &Node) -> Result<BTreeSet<Endpoint>, ImportError> {
    // OpenAPI 3.1 §4.8.1: a document may be without paths.
    let paths = match root.field("paths") {
        None => return Ok(BTreeSet::new()),
        Some(paths) => object(paths, || "paths".to_owned())?,
    };
    let mut endpoints = BTreeSet::new();
    for (key, item) in paths {
        let Node::Text(path) = key else { return Err(ImportError::NotAnObject { place: "paths".to_owned() }) };
        if path.starts_with("x-") {
            continue;
        }
        let glob = glob(path).map_err(|source| ImportError::Path { path: cut(path), source })?;
        let fields = object(resolved(root, path, item)?, || format!("path {:?}", cut(path)))?;
        let methods = Method::ALL.into_iter().filter(|method| names(fields, *method));
        endpoints.extend(methods.map(|method| Endpoint { method: Some(method), path: glob.clone() }));
        if endpoints.len() > limits::ENDPOINTS {
            return Err(ImportError::TooManyEndpoints);
        }
    }
    Ok(endpoints)
}

fn object(node: &Node, place: impl FnOnce() -> String) -> Result<&[(Node, Node)], ImportError> {
    match node {
        Node::Object(fields) => Ok(fields),
        _ => Err(ImportError::NotAnObject { place: place() }),
    }
}

fn names(path_item: &[(Node, Node)], method: Method) -> bool {
    path_item.iter().any(|(key, _)| matches!(key, Node::Text(key) if *key == method.as_str().to_ascii_lowercase()))
}

/// Follows the one `$ref` that a path item may be, to another place of the document.
fn resolved<'a>(root: &'a Node, path: &str, item: &'a Node) -> Result<&'a Node, ImportError> {
    let Some(reference) = item.text("$ref") else { return Ok(item) };
    let unresolved = || ImportError::Reference { path: cut(path), reference: cut(reference) };
    let pointer = reference.strip_prefix("#/").ok_or_else(unresolved)?;
    let pointer = percent_decode_str(pointer).decode_utf8().map_err(|_| unresolved())?;
    // RFC 6901 §4.
    let steps = pointer.split('/').map(|step| step.replace("~1", "/").replace("~0", "~"));
    let target = steps.take(limits::DEPTH + 1).try_fold(root, |node, step| node.field(&step)).ok_or_else(unresolved)?;
    match target.text("$ref") {
        None => Ok(target),
        Some(_) => Err(unresolved()),
    }
}

/// A path template as the pattern over decoded paths that access rights use.
fn glob(template: &str) -> Result<PathGlob, PathRule> {
    if !template.starts_with('/') {
        return Err(PathRule::Start);
    }
    let mut pattern = String::with_capacity(template.len());
    let mut rest = template;
    while !rest.is_empty() {
        let literal_end = rest.find(['{', '}']).unwrap_or(rest.len());
        pattern.push_str(&literal(&rest[..literal_end])?);
        rest = &rest[literal_end..];
        if rest.is_empty() {
            break;
        }
        let inner = rest.strip_prefix('{').ok_or(PathRule::Braces)?;
        let end = inner.find(['{', '}', '/']).ok_or(PathRule::Braces)?;
        rest = inner[end..].strip_prefix('}').ok_or(PathRule::Braces)?;
        // Two parameters side by side are one piece of a segment; two stars would be any number of segments.
        if literal_end > 0 || pattern.is_empty() {
            pattern.push('*');
        }
    }
    pattern.parse().map_err(PathRule::Glob)
}

fn literal(text: &str) -> Result<String, PathRule> {
    let digits = |hex: &str| hex.len() >= 2 && hex.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    if !text.split('%').skip(1).all(digits) {
        return Err(PathRule::Character);
    }
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| PathRule::Character)?;
    // A '?' that is written ends the path; one that is encoded is a character like any other.
    if text.contains(['?', '#']) || decoded.chars().any(|character| character.is_control() || character == '\\') {
        return Err(PathRule::Character);
    }
    Ok(decoded.replace('*', r"\*"))
}

/// Errors quote what the document says, up to a length.
fn cut(text: &str) -> String {
    text.chars().take(120).collect()
}
