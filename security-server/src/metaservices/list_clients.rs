//! `listClients`: every member and subsystem of the instance (X-Road PR-META §2, PR-MREST §2).

use super::Answer;
use protocol::global_configuration::{GlobalConfiguration, Member, Subsystem};
use serde::Serialize;
use thiserror::Error;

/// An instance that the global configuration does not have; the words are X-Road's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("Invalid instance identifier: {instance}")]
pub struct UnknownInstance {
    /// As asked.
    pub instance: String,
}

/// The instance that a query names as `xRoadInstance`; `None` for one's own.
#[must_use]
pub fn requested_instance(query: Option<&str>) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let named = pairs.find(|(name, _)| name == "xRoadInstance");
    named.map(|(_, instance)| instance.into_owned()).filter(|instance| !instance.trim().is_empty())
}

/// Every member and subsystem, each member before its subsystems: JSON where the `Accept` values ask for it, else XML.
///
/// # Errors
/// When the instance asked for is not the one of the configuration.
pub fn list_clients<'a>(
    configuration: &GlobalConfiguration,
    query: Option<&str>,
    accept: impl IntoIterator<Item = &'a str>,
) -> Result<Answer, UnknownInstance> {
    if let Some(instance) = requested_instance(query).filter(|instance| instance != configuration.instance()) {
        return Err(UnknownInstance { instance: instance.chars().take(MAX_QUOTED_CHARACTERS).collect() });
    }
    let mut members: Vec<&Member> = configuration.members().collect();
    members.sort_by_key(|member| member.id());
    let clients = members.into_iter().flat_map(|member| {
        let mut subsystems: Vec<&Subsystem> = member.subsystems().collect();
        subsystems.sort_by_key(|subsystem| subsystem.id());
        std::iter::once(None).chain(subsystems.into_iter().map(Some)).map(|subsystem| Client::new(member, subsystem))
    });
    Ok(if accept.into_iter().any(accepts_json) { json(clients) } else { xml(clients) })
}

/// As X-Road: any media type of the list, whatever its parameters say.
fn accepts_json(accept: &str) -> bool {
    let types = accept.split(',').map(|range| range.split(';').next().unwrap_or_default().trim());
    types.into_iter().any(|media_type| media_type.eq_ignore_ascii_case("application/json"))
}

fn json<'a>(clients: impl Iterator<Item = Client<'a>>) -> Answer {
    let list = ClientList { member: clients.collect() };
    let body = serde_json::to_vec(&list).expect("the list holds only texts and lists, which always serialise");
    Answer { content_type: "application/json; charset=utf-8", body }
}

fn xml<'a>(clients: impl Iterator<Item = Client<'a>>) -> Answer {
    let mut xml = String::from(XML_HEAD);
    clients.for_each(|client| client.write_xml(&mut xml));
    xml.push_str("</xrd:clientList>\n");
    Answer { content_type: "text/xml; charset=UTF-8", body: xml.into_bytes() }
}

#[derive(Serialize)]
struct ClientList<'a> {
    member: Vec<Client<'a>>,
}

#[derive(Serialize)]
struct Client<'a> {
    id: Id<'a>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subsystem_name: Option<&'a str>,
}

#[derive(Serialize)]
struct Id<'a> {
    member_class: &'a str,
    member_code: &'a str,
    object_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subsystem_code: Option<&'a str>,
    xroad_instance: &'a str,
}

impl<'a> Client<'a> {
    fn new(member: &'a Member, subsystem: Option<&'a Subsystem>) -> Self {
        let id = Id {
            member_class: member.id().class(),
            member_code: member.id().code(),
            object_type: if subsystem.is_some() { "SUBSYSTEM" } else { "MEMBER" },
            subsystem_code: subsystem.map(|subsystem| subsystem.id().code()),
            xroad_instance: member.id().instance(),
        };
        Self { id, name: member.name(), subsystem_name: subsystem.map(Subsystem::name) }
    }

    fn write_xml(&self, xml: &mut String) {
        xml.push_str("    <xrd:member>\n        <xrd:id id:objectType=\"");
        xml.push_str(self.id.object_type);
        xml.push_str("\">\n");
        element(xml, 12, "id:xRoadInstance", self.id.xroad_instance);
        element(xml, 12, "id:memberClass", self.id.member_class);
        element(xml, 12, "id:memberCode", self.id.member_code);
        if let Some(code) = self.id.subsystem_code {
            element(xml, 12, "id:subsystemCode", code);
        }
        xml.push_str("        </xrd:id>\n");
        element(xml, 8, "xrd:name", self.name);
        if let Some(name) = self.subsystem_name {
            element(xml, 8, "xrd:subsystemName", name);
        }
        xml.push_str("    </xrd:member>\n");
    }
}

fn element(xml: &mut String, indent: usize, name: &str, text: &str) {
    xml.extend(std::iter::repeat_n(' ', indent));
    xml.push('<');
    xml.push_str(name);
    xml.push('>');
    for character in text.chars() {
        match character {
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '&' => xml.push_str("&amp;"),
            // XML 1.0 §2.2 has no form for most control characters and for the two that are no characters.
            none if none.is_control() || matches!(none, '\u{FFFE}' | '\u{FFFF}') => xml.push(' '),
            other => xml.push(other),
        }
    }
    xml.push_str("</");
    xml.push_str(name);
    xml.push_str(">\n");
}

const XML_HEAD: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
    "<xrd:clientList xmlns:xrd=\"http://x-road.eu/xsd/xroad.xsd\" xmlns:id=\"http://x-road.eu/xsd/identifiers\">\n",
);
const MAX_QUOTED_CHARACTERS: usize = 255;
