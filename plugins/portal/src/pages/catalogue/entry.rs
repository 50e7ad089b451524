//! An entry: all that people need to know before they begin.

use sdk::html::{Breadcrumbs, ButtonLink, Column, Language, Link, Markup, Summary, Table, html};
use sdk::i18n::Argument;
use sdk::web::{PathPair, Response, Visit};
use sdk::{Failure, Translated};

use super::places::places;
use crate::catalogue::{self, Entity, EntityCode, Published};
use crate::definition::{Brought, Code, Cost, Deadline, Entry, Requirement, Silence, Simplification, Vocabulary};
use crate::pages::{lang, say, say_with, told, told_with, translated, with_money};

/// An entry.
pub(crate) fn entry(visit: &Visit, PathPair(entity, code): PathPair<EntityCode, Code>) -> Result<Response, Failure> {
    let (entity, published) = catalogue::entry(&entity, &code)?;
    let (entry, language) = (&published.entry, visit.language());
    let content = html! {
        (above(entry, language))
        h1 { (translated(&entry.title, language)) }
        p .lead { (translated(&entry.summary, language)) }
        (begin(&published, language))
        (facts(&entity, entry, language))
        @if let Some(text) = &entry.description { (paragraphs(text, language)) }
        @if let Some(text) = &entry.eligibility { h2 { (told("who-may", language)) } (paragraphs(text, language)) }
        (requirements(&entry.requirements, language))
        (costs(&entry.costs, language))
        (places(&published, language))
        @if let Some(burden) = &entry.burden { (simplified(burden)) }
        (rules(entry, language))
        (related(&entity, entry, language)?)
        (vouched(&entity, &published, language))
    };
    Ok(crate::pages::under_own_title(visit, entry.title.in_language(language), content)
        .with_header("cache-control", "public, max-age=60"))
}

/// The one-stop shop above it.
fn above(entry: &Entry, language: Language) -> Markup {
    let vocabulary = Vocabulary::shared();
    let Some(sector) = vocabulary.sector(entry.sector.as_str()) else { return html! {} };
    let (home, title) = (sdk::i18n::say("portal", &[]), sector.title.say(language));
    let href = format!("/sectors/{}", sector.code);
    let links = [Link { text: &home.value, href: "/" }, Link { text: &title.value, href: &href }];
    let languages = [lang(&home, language), lang(&title, language)];
    html! { (Breadcrumbs::new(&links).languages(&languages).language(language)) }
}

/// The way to begin it online, at its entity or here; or that there is none, and where to go instead.
fn begin(published: &Published, language: Language) -> Markup {
    if let Some(href) = &published.online {
        return html! { p { (ButtonLink::primary(&say("begin-elsewhere"), href)) } };
    }
    html! {
        @if published.version.is_some() {
            p { (ButtonLink::primary(&say("begin"), &format!("/apply/{}", published.entry.code))) }
            p .hint { (told("begin-needs", language)) }
        } @else { p { (told("not-online", language)) " " a href="#where" { (told("where", language)) } } }
    }
}

/// The least that one has to know.
fn facts(entity: &Entity, entry: &Entry, language: Language) -> Markup {
    let [time, silence, get, whose] = ["takes", "if-silent", "you-get", "done-by"].map(say);
    let outputs = html! {
        ul .plain { @for output in &entry.outputs { li {
            (translated(&output.title, language))
            @if let Some(text) = &output.description { " — " (translated(text, language)) }
        } } }
    };
    let name = html! { a href=(format!("/entities/{}", entity.code())) { (translated(&entity.name, language)) } };
    let summary = Summary::new().row(&get, &outputs).row(&time, &deadline(entry.deadline));
    let summary = if entry.deadline.working_days > 0 {
        summary.row(&silence, &say(silence_id(entry.deadline.silence)))
    } else {
        summary
    };
    html! { (summary.row(&whose, &name)) }
}

/// How long it takes, in words.
pub(crate) fn deadline(deadline: Deadline) -> String {
    say_with("working-days", &[Argument::number("days", i64::from(deadline.working_days))])
}

/// What it means when nobody decides in time, by its text.
pub(crate) fn silence_id(silence: Silence) -> &'static str {
    match silence {
        Silence::Grants => "silence-grants",
        Silence::Denies => "silence-denies",
        Silence::Escalates => "silence-escalates",
    }
}

fn requirements(requirements: &[Requirement], language: Language) -> Markup {
    html! {
        h2 { (told("what-you-need", language)) }
        @if requirements.is_empty() { p { (told("nothing-needed", language)) } }
        @else { ul { @for requirement in requirements { li {
            strong { (translated(&requirement.title, language)) }
            @if let Some(text) = &requirement.description { p { (translated(text, language)) } }
            (evidence(requirement, language))
        } } } }
    }
}

/// What proves a requirement; nobody brings what is fetched.
fn evidence(requirement: &Requirement, language: Language) -> Markup {
    html! {
        @if requirement.evidence.len() > 1 { p .hint { (told("any-of-these", language)) } }
        @if !requirement.evidence.is_empty() { ul { @for evidence in &requirement.evidence { li {
            (translated(&evidence.title, language))
            @if let Some(issuer) = &evidence.issuer { " (" (translated(issuer, language)) ")" }
            @if evidence.brought == Brought::ByExchange { " — " em { (told("fetched-for-you", language)) } }
        } } } }
    }
}

/// What it costs.
pub(crate) fn costs(costs: &[Cost], language: Language) -> Markup {
    html! {
        h2 { (told("costs", language)) }
        @if costs.is_empty() { p { (told("free-of-charge", language)) } } @else { ul { @for cost in costs { li {
            (translated(&cost.title, language))
            @if let Some(amount) = cost.amount { ": " strong { (with_money(amount)) } }
            @if let Some(note) = &cost.note { " — " (translated(note, language)) }
        } } } }
    }
}

/// What it took before, and takes now.
fn simplified(burden: &Simplification) -> Markup {
    let [heading, what, before, after] = ["burden", "burden-what", "burden-before", "burden-after"].map(say);
    let columns = [Column::text(&what), Column::number(&before), Column::number(&after)];
    let number = |id: &str, before: u32, after: u32| vec![html! { (say(id)) }, html! { (before) }, html! { (after) }];
    let Simplification { before, after } = burden;
    let rows = [
        number("burden-steps", before.steps, after.steps),
        number("burden-visits", before.visits, after.visits),
        number("burden-documents", before.documents, after.documents),
        number("burden-days", before.days, after.days),
        vec![html! { (say("burden-cost")) }, with_money(before.cost), with_money(after.cost)],
    ];
    html! { h2 { (heading) } (Table::new("burden", &heading, &columns, &rows).below_its_heading()) }
}

fn rules(entry: &Entry, language: Language) -> Markup {
    html! {
        h2 { (told("legal-basis", language)) }
        ul { @for rule in &entry.legal_basis { li {
            @match &rule.url {
                Some(url) => a href=(sdk::html::Href(url)) rel="external" { (translated(&rule.title, language)) },
                None => strong { (translated(&rule.title, language)) },
            }
            ": " (translated(&rule.description, language))
        } } }
    }
}

/// What people need before or after it.
fn related(entity: &Entity, entry: &Entry, language: Language) -> Result<Markup, Failure> {
    let related = catalogue::related(entity, entry)?.into_iter();
    let links: Vec<(String, Translated)> =
        related.map(|one| (super::path(&entity.code(), &one.entry.code), one.entry.title)).collect();
    Ok(html! { @if !links.is_empty() {
        h2 { (told("related", language)) }
        ul { @for (href, title) in &links { li { a href=(href) { (translated(title, language)) } } } }
    } })
}

/// Who vouches for it, since when, and where the same is for machines.
fn vouched(entity: &Entity, published: &Published, language: Language) -> Markup {
    let name = entity.name.in_language(language);
    let day = published.published.date_in_la_paz();
    let said = told_with("vouched", &[Argument::text("entity", name), Argument::date("day", day)], language);
    let path = super::path(&entity.code(), &published.entry.code);
    html! {
        p .hint { (said) " " code { (published.source) } }
        p .hint { a href=(format!("{path}/jsonld")) { (told("as-data", language)) } }
    }
}

/// A text whose paragraphs are parted by empty lines.
pub(crate) fn paragraphs(text: &Translated, language: Language) -> Markup {
    let said = text.say(language);
    let lang = (said.language != language.code()).then_some(said.language);
    html! { @for paragraph in said.value.split("\n\n") { p lang=[lang.as_deref()] { (paragraph) } } }
}
