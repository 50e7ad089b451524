//! Where and how a procedure is done.

use sdk::Translated;
use sdk::form::Fields;
use sdk::html::{Language, Markup, Width, html};

use super::ask::{self, Room};
use super::item::{Around, Item};
use super::{both, hours, word};
use crate::definition::{Channel, ChannelKind, Code, DEPARTMENTS, Definition, Place};
use crate::pages::{say, translated};

const MOST_OF_ADDRESS: usize = 500;

impl Item for Channel {
    const LIST: &'static str = "channels";

    fn all<'d>(definition: &'d mut Definition, _: Option<&str>) -> Option<&'d mut Vec<Self>> {
        Some(&mut definition.entry.channels)
    }

    fn code(&self) -> &Code {
        &self.code
    }

    fn label(&self, language: Language) -> Markup {
        html! {
            (word("channel", self.kind.word()))
            @if let Some(note) = &self.note { ": " (translated(note, language)) }
        }
    }

    fn named(fields: &mut Fields<'_>, now: Option<&Self>, around: &Around<'_>) -> Option<Self> {
        let kinds = ChannelKind::ALL.map(|kind| (kind, kind.word(), word("channel", kind.word())));
        let kind = ask::one_of(fields, ("kind", "design-channel-kind"), &kinds, now.map(|now| now.kind));
        let address = fields.line("address", &say("design-channel-address")).hint(say("design-channel-address-hint"));
        let address = address.initially(now.and_then(|now| now.address.clone()).unwrap_or_default());
        let address = address.most_letters(MOST_OF_ADDRESS).optional().text();
        let places = &around.definition.entry.places;
        let places: Vec<(Code, &Translated)> = places.iter().map(|place| (place.code.clone(), &place.name)).collect();
        let chosen = now.map_or(&[] as &[Code], |now| &now.places);
        let places = if places.is_empty() {
            Some(Vec::new())
        } else {
            ask::codes(fields, ("places", "design-channel-places"), &places, chosen)
        };
        let note = now.and_then(|now| now.note.as_ref());
        let note = ask::optional_words(fields, ("note", "design-channel-note"), note, Room::Text);
        let title = kind.map(|kind| sdk::Translated::new(word("channel", kind.word())));
        let code = ask::code(fields, now.map(|now| &now.code), title.as_ref(), &around.taken);
        Some(Self { code: code?, kind: kind?, note: note?, address: address?, places: places? })
    }
}

impl Item for Place {
    const LIST: &'static str = "places";

    fn all<'d>(definition: &'d mut Definition, _: Option<&str>) -> Option<&'d mut Vec<Self>> {
        Some(&mut definition.entry.places)
    }

    fn code(&self) -> &Code {
        &self.code
    }

    fn label(&self, language: Language) -> Markup {
        html! { (both(&self.name, language)) ": " (self.address) }
    }

    fn named(fields: &mut Fields<'_>, now: Option<&Self>, around: &Around<'_>) -> Option<Self> {
        let name = ask::words(fields, ("name", "design-place-name"), now.map(|now| &now.name), Room::Line);
        let mut text = |name: &str, label: &str, now: Option<&String>| {
            let entry = fields.line(name, &say(label)).most_letters(MOST_OF_ADDRESS);
            entry.initially(now.cloned().unwrap_or_default()).text()
        };
        let address = text("address", "design-place-address", now.map(|now| &now.address));
        let municipality = text("municipality", "design-place-municipality", now.map(|now| &now.municipality));
        let departments = DEPARTMENTS.map(|code| (code, code, word("bo", &code["BO-".len()..])));
        let known = now.and_then(|now| DEPARTMENTS.into_iter().find(|code| *code == now.department));
        let department = ask::one_of(fields, ("department", "design-place-department"), &departments, known);
        let open = now.map(|now| hours::written(&now.hours)).unwrap_or_default();
        let open = ask::lines(fields, ("hours", "design-place-hours", "design-place-hours-hint"), &open, hours::read);
        let telephone = fields.line("telephone", &say("design-place-telephone")).autocomplete("off");
        let telephone = telephone.initially(now.and_then(|now| now.telephone.clone()).unwrap_or_default());
        let telephone = telephone.width(Width::Medium).optional().text();
        let position = now.and_then(|now| now.position).map(|[north, east]| format!("{north}, {east}"));
        let entry = fields.line("position", &say("design-place-position")).hint(say("design-place-position-hint"));
        let entry = entry.initially(position.unwrap_or_default()).width(Width::Medium).optional();
        let position = entry.parse(|text| self::position(text).ok_or_else(|| say("design-no-position")));
        let code = ask::code(fields, now.map(|now| &now.code), name.as_ref(), &around.taken);
        Some(Self {
            code: code?,
            name: name?,
            address: address?,
            municipality: municipality?,
            department: department?.to_owned(),
            hours: open?,
            telephone: telephone?,
            position: position?,
        })
    }
}

/// Degrees north and east, apart by a comma.
fn position(text: &str) -> Option<[f64; 2]> {
    let (north, east) = text.split_once(',')?;
    let degrees = |text: &str| text.trim().parse::<f64>().ok().filter(|degrees| degrees.is_finite());
    Some([degrees(north)?, degrees(east)?])
}
