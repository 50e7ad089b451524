//! The catalogue as linked data: CPSV-AP 3.2, written in JSON-LD.
//!
//! A document is a flat list of nodes, each once, beside the part of the profile's context that it uses: whoever reads it needs
//! nothing from elsewhere. Nodes are named below the portal's [`Origin`]. Nothing here reads a store.

mod authority;
mod channels;
mod cost;
mod graph;
mod hours;
mod origin;
mod proof;
mod service;

use sdk::Translated;
use sdk::html::Language;
use sdk::json::Value;

use crate::catalogue::{Entity, Published};
use crate::definition::Vocabulary;
use graph::{Graph, Node};

pub(crate) use cost::decimal;
pub use origin::Origin;

/// What JSON-LD is called in a content type.
pub const CONTENT_TYPE: &str = "application/ld+json";
/// Under what the catalogue may be used.
pub const LICENCE: &str = "https://creativecommons.org/licenses/by/4.0/";

/// An entry with its entity, and those of the same entity that it names.
#[derive(Clone, Debug)]
pub struct Described {
    /// The entity.
    pub entity: Entity,
    /// The entry.
    pub published: Published,
    /// The entries that it names and that are published.
    pub related: Vec<Published>,
}

/// Which part of the catalogue a document has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its path.
    pub path: String,
    /// The path of the part that follows, if one does.
    pub next: Option<String>,
}

/// A document with one entry.
#[must_use]
pub fn entry(origin: &Origin, described: &Described) -> Value {
    let mut graph = Graph::default();
    service::add(&mut graph, origin, Vocabulary::shared(), described);
    graph.document()
}

/// A document with a part of the catalogue, or all of it. Who runs the portal publishes it.
#[must_use]
pub fn catalogue(origin: &Origin, publisher: &Entity, entries: &[Described], view: &View) -> Value {
    let (mut graph, vocabulary) = (Graph::default(), Vocabulary::shared());
    for described in entries {
        service::add(&mut graph, origin, vocabulary, described);
    }
    let part = origin.at(&view.path);
    let next = view.next.as_ref().map(|next| origin.at(next));
    graph.put(Node::new(part.clone(), &["PartialCollectionView"]).links("next", next));
    let title = Translated::new("Catálogo de trámites").with(Language::English, "Catalogue of procedures");
    let about = Translated::new("Los trámites de todas las entidades que los publican en este portal.")
        .with(Language::English, "The procedures of all entities that publish them at this portal.");
    let services = entries.iter().map(|one| origin.entry(&one.entity.code(), &one.published.entry.code));
    let page = origin.web_address("/procedures").map(|page| graph.put(Node::new(page, &["Document"])));
    let publisher = graph.put(agent(origin, publisher));
    let dataset = Node::new(origin.at("/catalogue"), &["Dataset"])
        .texts("Dataset.title", &title)
        .texts("Dataset.description", &about)
        .with("Dataset.identifier", origin.at("/catalogue"))
        .links("Dataset.publisher", [publisher])
        .links("Dataset.landingPage", page)
        .links("Dataset.hasPart", services)
        .links("license", [LICENCE.to_owned()])
        .links("view", [part]);
    graph.put(dataset);
    graph.document()
}

fn agent(origin: &Origin, entity: &Entity) -> Node {
    let node = Node::new(origin.at(&format!("/agents/{}", entity.code())), &["Agent"]);
    node.with("Agent.identifier", entity.member.as_str()).texts("Agent.name", &entity.name)
}
