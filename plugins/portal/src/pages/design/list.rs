//! All procedures of this entity, and beginning another one.

use sdk::Failure;
use sdk::form::{Fields, View};
use sdk::html::{Button, ButtonLink, Column, Markup, Table, Tag, Tone, html};
use sdk::i18n::Argument;
use sdk::web::{Operator, Response, Visit};
use sdk::{Translated, html::Language};

use super::ask::{self, Room};
use super::{path, save, section, title};
use crate::definition::{Code, Definition};
use crate::pages::{say, say_with, translated};
use crate::procedures::{self, Offered};

const TEMPLATE: &str = include_str!("../../procedures/template.json");

/// All procedures, with what is being worked on.
pub(crate) fn list(visit: &Visit, _: Operator) -> Result<Response, Failure> {
    let language = visit.language();
    let drafts = procedures::drafts()?;
    let [caption, name, newest, draft] =
        ["design-procedures", "design-procedure", "design-newest", "design-draft"].map(say);
    let mut rows: Vec<Vec<Markup>> = Vec::new();
    for (code, version, state) in procedures::all()? {
        let draft = drafts.iter().find(|draft| draft.definition.entry.code == code);
        let published = procedures::version(&code, version)?.definition;
        let shown = draft.map_or(&published, |draft| &draft.definition);
        rows.push(vec![link(shown, language), self::version(version, state), changed(draft, language)]);
    }
    let known = procedures::all()?;
    let only_drafts = drafts.iter().filter(|draft| known.iter().all(|(code, ..)| *code != draft.definition.entry.code));
    rows.extend(only_drafts.map(|draft| {
        let none = html! { span .hint { (say("design-not-published")) } };
        vec![link(&draft.definition, language), none, changed(Some(draft), language)]
    }));
    let columns = [Column::text(&name), Column::text(&newest), Column::text(&draft)];
    let content = html! {
        p { (say("design-for")) }
        p {
            (ButtonLink::primary(&say("design-new"), "/design/new")) " "
            (ButtonLink::secondary(&say("design-import"), "/design/import"))
        }
        @if rows.is_empty() { p { (say("design-nothing-yet")) } } @else {
            (Table::new("procedures", &caption, &columns, &rows))
        }
        p { a href="/design/vocabulary" { (say("design-vocabulary")) } }
    };
    Ok(visit.titled("design", content))
}

fn link(definition: &Definition, language: Language) -> Markup {
    let entry = &definition.entry;
    html! { a href=(path(&entry.code)) { (translated(&entry.title, language)) } br; span .hint { (entry.code) } }
}

fn changed(draft: Option<&procedures::Draft>, language: Language) -> Markup {
    html! { @if let Some(draft) = draft { (draft.changed.in_words(language)) } @else { "—" } }
}

/// A version, and whether it can be begun.
pub(super) fn version(version: u32, state: Offered) -> Markup {
    let (word, tone) = match state {
        Offered::Open => ("design-open", Tone::Success),
        Offered::Withdrawn => ("design-withdrawn", Tone::Neutral),
    };
    html! { (say_with("design-version", &[Argument::number("number", i64::from(version))])) " " (Tag::new(&say(word), tone)) }
}

/// Begins another procedure, of a small one that holds together.
pub(crate) fn new(visit: &Visit, operator: Operator) -> Result<Response, Failure> {
    let mut taken: Vec<Code> = procedures::all()?.into_iter().map(|(code, ..)| code).collect();
    taken.extend(procedures::drafts()?.into_iter().map(|draft| draft.definition.entry.code));
    taken.extend(Code::reserved());
    let filled = visit.form(|fields| named(fields, &taken));
    let page = |view: &View| {
        let content = html! {
            p { a href="/design" { (say("design")) } }
            h1 { (say("design-new")) }
            p { (say("design-new-for")) }
            (view.around(html! { (Button::primary(&say("design-begin"))) }))
        };
        visit.under(title("design-new"), content)
    };
    filled.submit(page, |(name, code, sector)| {
        let mut definition = template();
        (definition.entry.title, definition.entry.code, definition.entry.sector) = (name, code.clone(), sector);
        save(visit, &operator, definition)?;
        Ok(Response::redirect(path(&code)))
    })
}

fn named(fields: &mut Fields<'_>, taken: &[Code]) -> Option<(Translated, Code, Code)> {
    let name = ask::words(fields, ("title", "design-procedure-title"), None, Room::Line);
    let code = ask::code(fields, None, name.as_ref(), taken);
    let sector = section::sector(fields, None);
    Some((name?, code?, sector?))
}

/// A small definition that holds together.
///
/// # Panics
/// Never: a test reads it.
pub(super) fn template() -> Definition {
    Definition::read(TEMPLATE).expect("the template reads: a test holds it to that")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::Procedure;

    #[test]
    fn the_template_holds_together() {
        let procedure = Procedure::read(template(), 1).expect("a procedure");
        assert_eq!(procedure.online().registrations.len(), 1);
    }
}
