//! A part of a list of a definition: adding it, changing it, moving it, taking it away.

use sdk::Failure;
use sdk::form::{Fields, View};
use sdk::html::{Button, Details, Hidden, Language, Markup, html};
use sdk::web::{Operator, Response, Visit};

use super::{form, path, save, title, under};
use crate::definition::{Code, Definition};
use crate::pages::say;
use crate::procedures;

/// A part of a list.
pub(super) trait Item: Clone {
    /// The list's key in the definition, which stands in addresses and texts.
    const LIST: &'static str;

    /// The list, within a part of another one where it is such.
    fn all<'d>(definition: &'d mut Definition, within: Option<&str>) -> Option<&'d mut Vec<Self>>;

    /// The codes that parts of other lists have, or pages that no definition names, and that none of it can have.
    fn taken_elsewhere(_: &Definition) -> Vec<Code> {
        Vec::new()
    }

    /// Its code.
    fn code(&self) -> &Code;

    /// What it is called.
    fn label(&self, language: Language) -> Markup;

    /// The fields by which it is shown and read.
    fn named(fields: &mut Fields<'_>, now: Option<&Self>, around: &Around<'_>) -> Option<Self>;

    /// The lists within it.
    fn below(&self, _: &Around<'_>, _: Language) -> Markup {
        html! {}
    }
}

/// What stands around a part.
pub(super) struct Around<'a> {
    /// The whole draft.
    pub(super) definition: &'a Definition,
    /// The codes that it cannot have.
    pub(super) taken: Vec<Code>,
}

/// Which part: of a draft, within a part of another list where it is such, by its code; without one, a new one.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) code: &'a Code,
    pub(super) within: Option<&'a str>,
    pub(super) one: Option<&'a str>,
}

/// What a button says that is to be done with a part.
pub(super) const MOVE: &str = "move";

/// Shows the form of a part, and saves it.
pub(super) fn edit<T: Item>(visit: &Visit, operator: &Operator, place: Place<'_>) -> Result<Response, Failure> {
    let definition = procedures::draft(place.code)?.definition;
    let mut changed = definition.clone();
    let nothing = || Failure::NotFound(format!("{} has no such {}", place.code, T::LIST));
    let all = T::all(&mut changed, place.within).ok_or_else(nothing)?;
    let position = match place.one {
        Some(one) => Some(all.iter().position(|item| item.code() == one).ok_or_else(nothing)?),
        None => None,
    };
    if let (Some(position), Some(how)) = (position, visit.sent(MOVE).and_then(Move::of)) {
        let back = if how == Move::Away { list::<T>(place) } else { visit.request().path.clone() };
        how.apply(all, position);
        save(visit, operator, changed)?;
        return Ok(Response::redirect(back));
    }
    let now = position.map(|position| all[position].clone());
    let taken = all.iter().map(|item| item.code().clone()).chain(T::taken_elsewhere(&definition)).collect();
    let around = Around { definition: &definition, taken };
    let filled = visit.form(|fields| T::named(fields, now.as_ref(), &around));
    let page = |view: &View| shown(visit, &around, now.as_ref(), view);
    filled.submit(page, |item| {
        let to = if position.is_none() && has_inner::<T>() { one::<T>(place, item.code()) } else { list::<T>(place) };
        let mut changed = definition.clone();
        let all = T::all(&mut changed, place.within).ok_or_else(nothing)?;
        match position {
            Some(position) => all[position] = item,
            None => all.push(item),
        }
        save(visit, operator, changed)?;
        Ok(Response::redirect(to))
    })
}

fn shown<T: Item>(visit: &Visit, around: &Around<'_>, now: Option<&T>, view: &View) -> Response {
    let heading = title(&format!("design-one-{}", T::LIST));
    let Some(now) = now else { return form(visit, around.definition, &heading, view) };
    let content = html! {
        (view.around(html! { (Button::primary(&say("design-save"))) }))
        (now.below(around, visit.language()))
        (moves())
    };
    under(visit, around.definition, &heading, &content)
}

/// The buttons that move a part, and take it away.
pub(super) fn moves() -> Markup {
    let away = html! {
        form method="post" { (Hidden::new(MOVE, Move::Away.word())) (Button::danger(&say("design-take-away"))) }
    };
    html! {
        h2 { (say("design-order")) }
        form method="post" { p {
            (Button::secondary(&say("design-up")).sends(MOVE, Move::Up.word())) " "
            (Button::secondary(&say("design-down")).sends(MOVE, Move::Down.word()))
        } }
        (Details::new(&say("design-away"), &away))
    }
}

/// A list of a draft with the ways to its parts.
pub(super) fn listed<T: Item>(definition: &Definition, within: Option<(&str, &Code)>, language: Language) -> Markup {
    let mut copy = definition.clone();
    let all = T::all(&mut copy, within.map(|(_, code)| code.as_str()));
    let all: &[T] = all.map_or(&[], |all| all);
    let above = within.map_or_else(String::new, |(list, code)| format!("/{list}/{code}"));
    let base = format!("{}{above}/{}", path(&definition.entry.code), T::LIST);
    let heading = say(&format!("design-{}", T::LIST));
    html! {
        section id=(T::LIST) {
            @if within.is_some() { h2 { (heading) } } @else { h3 { (heading) } }
            @if all.is_empty() { p .hint { (say("design-none")) } } @else {
                ul { @for item in all { li { a href=(format!("{base}/{}", item.code())) { (item.label(language)) } } } }
            }
            p { a href=(base) { (say(&format!("design-add-{}", T::LIST))) } }
        }
    }
}

/// Whether parts of it have lists of their own, which are filled in next.
fn has_inner<T: Item>() -> bool {
    ["requirements", "registrations"].contains(&T::LIST)
}

/// Where a list is shown.
fn list<T: Item>(place: Place<'_>) -> String {
    let above = match (T::LIST, place.within) {
        ("evidence", Some(within)) => format!("/requirements/{within}"),
        ("steps", Some(within)) => format!("/registrations/{within}"),
        _ => String::new(),
    };
    format!("{}{above}#{}", path(place.code), T::LIST)
}

fn one<T: Item>(place: Place<'_>, code: &Code) -> String {
    format!("{}/{}/{code}", path(place.code), T::LIST)
}

/// What is done with a part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    Up,
    Down,
    Away,
}

impl Move {
    pub(super) fn of(word: &str) -> Option<Self> {
        [Self::Up, Self::Down, Self::Away].into_iter().find(|one| one.word() == word)
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Away => "away",
        }
    }

    /// Does it, where it can be done.
    pub(super) fn apply<T>(self, all: &mut Vec<T>, position: usize) {
        match self {
            Self::Up if position > 0 => all.swap(position, position - 1),
            Self::Down if position + 1 < all.len() => all.swap(position, position + 1),
            Self::Away if position < all.len() => drop(all.remove(position)),
            Self::Up | Self::Down | Self::Away => {}
        }
    }
}
