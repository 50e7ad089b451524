//! The OpenAPI document of a service: imported, kept, compared with a newer one, and handed out.
//!
//! This crate never fetches a document, and believes nothing of one beyond its form.
//!
//! A document (OpenAPI 3.0 or 3.1, JSON or YAML) is read within bounds of size, depth and what its aliases expand to.
//! What is taken from it are its endpoints; the text itself is kept as it came. Consumers get the same text but for one
//! value: the top-level `servers`, which names addresses inside the provider's network, becomes the path of the service.

mod endpoints;
mod error;
mod json;
pub mod limits;
mod node;
mod servers;
#[cfg(test)]
mod tests;
mod yaml;

pub use error::{Bound, ImportError, PathRule};
pub use yaml::YamlError;

use node::Node;
use protocol::access::Endpoint;
use protocol::identifier::ServiceId;
use servers::ServersPlace;
use std::collections::BTreeSet;

/// An imported document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    text: String,
    format: Format,
    version: String,
    title: String,
    endpoints: BTreeSet<Endpoint>,
    servers: ServersPlace,
}

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// It begins with `{`.
    Json,
    /// It does not.
    Yaml,
}

/// What a newer document of a service would change, for an administrator to confirm.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refresh {
    /// Endpoints that only the newer one has.
    pub added: Vec<Endpoint>,
    /// Endpoints that only the older one has.
    pub removed: Vec<Endpoint>,
}

impl Description {
    /// Reads a document. The same bytes always give the same description, so that keeping the bytes keeps it.
    ///
    /// It is read twice, and may take seconds where it is as large as may be: not a task for an async thread.
    ///
    /// # Errors
    /// When it is beyond the bounds, is no OpenAPI 3.0 or 3.1, or has a path that no access right could name.
    pub fn import(bytes: &[u8]) -> Result<Self, ImportError> {
        if bytes.len() > limits::DOCUMENT_BYTES {
            return Err(ImportError::TooLarge { size_bytes: bytes.len() });
        }
        let text = std::str::from_utf8(bytes).map_err(|_| ImportError::NotText)?;
        let format = Format::of(text);
        let (root, servers) = read(text, format)?;
        let version = root.text("openapi").ok_or(ImportError::NoVersion)?;
        if !["3.0.", "3.1."].iter().any(|known| version.starts_with(known)) {
            return Err(ImportError::Version { found: version.chars().take(32).collect() });
        }
        let title = root.field("info").and_then(|info| info.text("title")).unwrap_or_default();
        Ok(Self {
            format,
            version: version.to_owned(),
            title: title.to_owned(),
            endpoints: endpoints::of(&root)?,
            servers: servers.ok_or(ImportError::Servers)?.proved(text, format, &root)?,
            text: text.to_owned(),
        })
    }

    /// The document as it came.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How it is written.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The version of OpenAPI it is written in.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The title it gives itself, empty where it gives none.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What can be called: a method and a path pattern each.
    #[must_use]
    pub fn endpoints(&self) -> &BTreeSet<Endpoint> {
        &self.endpoints
    }

    /// The document with the one server that consumers know: the service's path at their own security server.
    #[must_use]
    pub fn for_consumers_of(&self, service: &ServiceId) -> String {
        self.servers.replaced(&self.text, &format!("/r1/{service}"))
    }

    /// What would change if `newer` came in place of this one.
    #[must_use]
    pub fn refresh(&self, newer: &Self) -> Refresh {
        let only = |here: &Self, there: &Self| here.endpoints.difference(&there.endpoints).cloned().collect();
        Refresh { added: only(newer, self), removed: only(self, newer) }
    }
}

impl Format {
    fn of(text: &str) -> Self {
        if text.trim_start().starts_with('{') { Self::Json } else { Self::Yaml }
    }

    /// The media type of the document.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            // RFC 9512.
            Self::Yaml => "application/yaml",
        }
    }
}

impl Refresh {
    /// Whether both documents have the same endpoints.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

/// The document as a tree, within its bounds, and where its servers stand.
fn read(text: &str, format: Format) -> Result<(Node, Option<ServersPlace>), ImportError> {
    match format {
        Format::Json => json::read(text),
        Format::Yaml => yaml::read(text),
    }
}
