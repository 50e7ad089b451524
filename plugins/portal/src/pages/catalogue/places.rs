//! Where and how something is done.

use sdk::html::{Language, Markup, html};

use crate::catalogue::Published;
use crate::definition::{Channel, ChannelKind, Hours, Place, Weekday};
use crate::pages::{say, told, translated};

/// The channels of an entry, with their places.
pub(super) fn places(published: &Published, language: Language) -> Markup {
    let entry = &published.entry;
    let online = if published.online.is_some() { "online-elsewhere" } else { "online-here" };
    html! {
        h2 #where { (told("where", language)) }
        @for channel in &entry.channels {
            h3 { (say(&format!("channel-{}", channel.kind.word()))) }
            (address(channel))
            @if channel.kind == ChannelKind::Online && channel.address.is_none() {
                p { (told(online, language)) }
            }
            @if let Some(note) = &channel.note { p { (translated(note, language)) } }
            @for place in entry.places.iter().filter(|place| channel.places.contains(&place.code)) {
                (one(place, language))
            }
        }
    }
}

fn address(channel: &Channel) -> Markup {
    let Some(address) = &channel.address else { return html! {} };
    let shown = if channel.kind == ChannelKind::Telephone { unbroken(address) } else { address.clone() };
    let href = match channel.kind {
        ChannelKind::Online => Some(address.clone()),
        ChannelKind::Telephone => Some(dialled(address)),
        ChannelKind::Email => Some(format!("mailto:{address}")),
        ChannelKind::Counter | ChannelKind::Post => None,
    };
    html! { p { @match href { Some(href) => a href=(sdk::html::Href(&href)) { (shown) }, None => (shown) } } }
}

/// The address that a telephone calls.
fn dialled(number: &str) -> String {
    format!("tel:{}", number.replace([' ', '-'], ""))
}

/// A number as it is shown: no line ends within it.
fn unbroken(number: &str) -> String {
    number.replace(' ', "\u{a0}").replace('-', "\u{2011}")
}

fn one(place: &Place, language: Language) -> Markup {
    html! {
        section .place {
            p { strong { (translated(&place.name, language)) } br;
                (place.address) ", " (place.municipality) ", " (say(&place.department.to_lowercase())) }
            @if let Some(telephone) = &place.telephone {
                p { (told("telephone", language)) " " a href=(sdk::html::Href(&dialled(telephone))) { (unbroken(telephone)) } }
            }
            @if !place.hours.is_empty() { ul .plain { @for hours in &place.hours { li { (open(hours)) } } } }
        }
    }
}

/// Days and hours: `lunes a viernes, 08:30 a 16:30`.
fn open(hours: &Hours) -> String {
    let mut days = hours.days.clone();
    days.sort_unstable();
    days.dedup();
    let names: Vec<String> = days.iter().map(|day| say(&format!("day-{}", word(*day)))).collect();
    let in_a_row = days.windows(2).all(|pair| pair[1] as u8 == pair[0] as u8 + 1);
    let to = say("to");
    let days = match names.as_slice() {
        [first, .., last] if in_a_row && names.len() > 2 => format!("{first} {to} {last}"),
        all => all.join(", "),
    };
    format!("{days}, {} {to} {}", hours.from, hours.to)
}

fn word(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
    }
}
