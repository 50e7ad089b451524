//! Where and how a procedure is done, and whom one can ask.

use sdk::Translated;
use sdk::html::Language;

use super::authority::concept;
use super::graph::{Graph, Node};
use super::{Origin, hours};
use crate::catalogue::Published;
use crate::definition::{Channel, ChannelKind, Entry, Hours, Place};

/// The channels of an entry, whose node is named `of` and whose entity `by`. A counter is one at each of its places, because each
/// has its own hours.
pub(super) fn channels(graph: &mut Graph, origin: &Origin, of: &str, by: &str, published: &Published) -> Vec<String> {
    let (entry, mut names) = (&published.entry, Vec::new());
    for channel in &entry.channels {
        let kind = concept(graph, origin.at(&format!("/channels/{}", channel.kind.word())), &kind(channel.kind));
        let node = |code: &str| {
            let node = Node::new(format!("{of}#channel-{code}"), &["Channel"]).with("Channel.identifier", code);
            node.links("Channel.type", [kind.clone()]).links("Channel.ownedBy", [by.to_owned()])
        };
        if channel.places.is_empty() {
            let page = page(graph, origin, channel, published);
            let node = node(channel.code.as_str()).links("page", page);
            names.push(graph.put(match &channel.note {
                Some(note) => node.texts("Channel.description", note),
                None => node,
            }));
        }
        for place in entry.places.iter().filter(|place| channel.places.contains(&place.code)) {
            let open = open(graph, of, place.code.as_str(), &place.hours);
            let node =
                node(&format!("{}-{}", channel.code, place.code)).texts("Channel.description", &where_it_is(place));
            names.push(graph.put(node.links("Channel.openingHours", open)));
        }
    }
    names
}

/// Whom one can ask: channels that are reached from afar, and places with a telephone.
pub(super) fn contact_points(graph: &mut Graph, of: &str, entry: &Entry) -> Vec<String> {
    let mut names = Vec::new();
    for channel in &entry.channels {
        let property = match channel.kind {
            ChannelKind::Telephone => "ContactPoint.hasTelephone",
            ChannelKind::Email => "ContactPoint.hasEmail",
            ChannelKind::Online | ChannelKind::Counter | ChannelKind::Post => continue,
        };
        if let Some(address) = &channel.address {
            let node = Node::new(format!("{of}#contact-{}", channel.code), &["ContactPoint"]);
            names.push(graph.put(node.with(property, address.as_str())));
        }
    }
    for place in &entry.places {
        if let Some(telephone) = &place.telephone {
            let open = open(graph, of, place.code.as_str(), &place.hours);
            let node = Node::new(format!("{of}#contact-at-{}", place.code), &["ContactPoint"]);
            let node = node.with("ContactPoint.hasTelephone", telephone.as_str());
            names.push(graph.put(node.links("ContactPoint.openingHours", open)));
        }
    }
    names
}

/// The page of a channel of the web: its own, or where the entry is begun, there or here.
fn page(graph: &mut Graph, origin: &Origin, channel: &Channel, published: &Published) -> Option<String> {
    let here = || published.version.and_then(|_| origin.apply(&published.entry.code));
    let begun = || channel.address.clone().or_else(|| published.online.clone()).or_else(here);
    let address = (channel.kind == ChannelKind::Online).then(begun).flatten()?;
    Some(graph.put(Node::new(address, &["Document"])))
}

/// When a place is open.
fn open(graph: &mut Graph, of: &str, place: &str, hours: &[Hours]) -> Option<String> {
    let words = hours::in_words(hours)?;
    let node = Node::new(format!("{of}#hours-{place}"), &["TemporalEntity"]);
    Some(graph.put(node.texts("TemporalEntity.description", &words)))
}

fn where_it_is(place: &Place) -> Translated {
    let Place { name, address, municipality, department, .. } = place;
    let said = |language| format!("{}: {address}, {municipality} ({department})", name.in_language(language));
    let others = name.languages().filter(|language| *language != Language::Spanish);
    others.fold(Translated::new(said(Language::Spanish)), |text, language| text.with(language, said(language)))
}

fn kind(kind: ChannelKind) -> Translated {
    let (spanish, english) = match kind {
        ChannelKind::Online => ("En línea", "Online"),
        ChannelKind::Counter => ("En ventanilla", "At a counter"),
        ChannelKind::Telephone => ("Por teléfono", "By telephone"),
        ChannelKind::Email => ("Por correo electrónico", "By e-mail"),
        ChannelKind::Post => ("Por carta", "By letter"),
    };
    Translated::new(spanish).with(Language::English, english)
}
