//! An entry as a public service.

use sdk::Translated;
use sdk::html::Language;
use sdk::json::{Value, json};

use super::authority::{concept, event, language, organisation, place};
use super::channels::{channels, contact_points};
use super::graph::{Graph, Node};
use super::proof::{outputs, requirements, rules};
use super::{Described, Origin, cost, hours};
use crate::catalogue::Published;
use crate::definition::{Audience, Entry, Vocabulary};

/// Adds an entry with all that belongs to it.
pub(super) fn add(graph: &mut Graph, origin: &Origin, vocabulary: &Vocabulary, described: &Described) {
    let Described { entity, published, related } = described;
    let entry = &published.entry;
    let by = organisation(graph, origin, entity);
    let node = named(origin, described, &by, published);
    let of = node.id().to_owned();
    let (holds, input) = requirements(graph, &of, entry);
    let (follows, laws) = rules(graph, &of, entry);
    let events = entry.events.iter().filter_map(|code| vocabulary.event(code.as_str()));
    let events: Vec<String> = events.map(|one| event(graph, origin, one)).collect();
    let sector = vocabulary.sector(entry.sector.as_str());
    let sector = sector.map(|one| concept(graph, origin.at(&format!("/sectors/{}", one.code)), &one.title));
    let addressees = entry.audience.iter().map(|one| audience(graph, origin, *one)).collect::<Vec<_>>();
    let languages: Vec<String> = entry.title.languages().map(|one| language(graph, one)).collect();
    let related: Vec<String> = related.iter().map(|one| graph.mention(named(origin, described, &by, one))).collect();
    let node = node
        .with("PublicService.keyword", keywords(entry))
        .with("PublicService.processingTime", hours::duration(entry.deadline.working_days))
        .with("issued", json!(published.first))
        .with("modified", json!(published.published))
        .with("source", published.source.as_str())
        .links("PublicService.language", languages)
        .links("PublicService.spatial", [place(graph, origin, &entity.place)])
        .links("PublicService.sector", sector)
        .links("PublicService.addressee", addressees)
        .links("PublicService.isGroupedBy", events)
        .links("PublicService.holdsRequirement", holds)
        .links("PublicService.hasInput", input)
        .links("PublicService.follows", follows)
        .links("PublicService.hasLegalResource", laws)
        .links("PublicService.relatedService", related)
        .links("PublicService.produces", outputs(graph, &of, entry))
        .links("PublicService.hasCost", cost::costs(graph, &of, &by, &entry.costs))
        .links("PublicService.hasChannel", channels(graph, origin, &of, &by, published))
        .links("PublicService.contactPoint", contact_points(graph, &of, entry));
    graph.put(node);
}

/// The least that is said of a service: what it is, and whose.
fn named(origin: &Origin, described: &Described, by: &str, published: &Published) -> Node {
    let (entity, entry) = (described.entity.code(), &published.entry);
    Node::new(origin.entry(&entity, &entry.code), &["PublicService"])
        .with("PublicService.identifier", format!("{entity}/{}", entry.code))
        .texts("PublicService.name", &entry.title)
        .texts("PublicService.description", entry.description.as_ref().unwrap_or(&entry.summary))
        .links("PublicService.hasCompetentAuthority", [by.to_owned()])
}

/// Everyday words are in Spanish: nobody says in which language people search.
fn keywords(entry: &Entry) -> Value {
    let spanish = Language::Spanish.code();
    entry.keywords.iter().map(|word| json!({ "@language": spanish, "@value": word })).collect()
}

fn audience(graph: &mut Graph, origin: &Origin, audience: Audience) -> String {
    let (spanish, english) = match audience {
        Audience::Person => ("Personas", "People"),
        Audience::Company => ("Empresas", "Companies"),
        Audience::Entity => ("Entidades del Estado", "Entities of the state"),
    };
    let label = Translated::new(spanish).with(Language::English, english);
    concept(graph, origin.at(&format!("/audiences/{}", audience.word())), &label)
}
