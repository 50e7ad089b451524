//! What is named by others or by the vocabulary: entities, places, languages, events, and concepts with their labels.

use sdk::Translated;
use sdk::html::Language;

use super::graph::{Graph, Node};
use super::origin::Origin;
use crate::catalogue::Entity;
use crate::definition::{Event, EventKind};

/// The lists of names that the Publications Office of the European Union keeps, which the profile uses.
const LISTS: &str = "http://publications.europa.eu/resource/authority";
/// The place of entities that are for the whole country.
const COUNTRY: &str = "BO";

/// A concept with what it is called.
pub(super) fn concept(graph: &mut Graph, id: String, label: &Translated) -> String {
    graph.put(Node::new(id, &["Concept"]).texts("label", label))
}

/// Bolivianos.
pub(super) fn bolivianos(graph: &mut Graph) -> String {
    let label = Translated::new("Boliviano").with(Language::English, "Boliviano");
    concept(graph, format!("{LISTS}/currency/BOB"), &label)
}

/// A language.
pub(super) fn language(graph: &mut Graph, language: Language) -> String {
    let code = match language {
        Language::Spanish => "SPA",
        Language::Quechua => "QUE",
        Language::Aymara => "AYM",
        Language::Guarani => "GRN",
        Language::English => "ENG",
    };
    graph.put(Node::new(format!("{LISTS}/language/{code}"), &["LinguisticSystem"]))
}

/// A department, or the country.
pub(super) fn place(graph: &mut Graph, origin: &Origin, code: &str) -> String {
    let id = if code == COUNTRY { format!("{LISTS}/country/BOL") } else { origin.at(&format!("/places/{code}")) };
    graph.put(Node::new(id, &["Location"]))
}

/// An entity, as the organisation that it is.
pub(super) fn organisation(graph: &mut Graph, origin: &Origin, entity: &Entity) -> String {
    let spatial = place(graph, origin, &entity.place);
    let node = Node::new(origin.at(&format!("/entities/{}", entity.code())), &["PublicOrganization", "Organization"]);
    let homepage = entity.homepage.clone();
    graph.put(
        node.texts("PublicOrganization.preferredLabel", &entity.name)
            .links("PublicOrganization.spatial", [spatial])
            .links("homepage", homepage),
    )
}

/// An event of life or of business.
pub(super) fn event(graph: &mut Graph, origin: &Origin, event: &Event) -> String {
    let kind = match event.kind {
        EventKind::Life => "LifeEvent",
        EventKind::Business => "BusinessEvent",
    };
    let node = Node::new(origin.at(&format!("/events/{}", event.code)), &["Event", kind]);
    graph.put(
        node.with("Event.identifier", event.code.as_str())
            .texts("Event.name", &event.title)
            .texts("Event.description", &event.summary),
    )
}
