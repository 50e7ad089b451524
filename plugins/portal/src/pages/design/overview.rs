//! A draft as a whole: what does not hold together, and all its parts.

use sdk::Failure;
use sdk::html::{Button, ButtonLink, Language, Markup, Summary, html};
use sdk::i18n::Argument;
use sdk::web::{Operator, Path, Response, Visit};

use super::item::listed;
use super::{kinds, list, path, problems, save, title, under};
use crate::definition::{
    Audience, Channel, Code, Cost, Definition, Document, Fee, Online, Output, Page, Place, REGISTRATIONS, Registration,
    Requirement, Rule, Vocabulary, publication,
};
use crate::pages::catalogue::deadline;
use crate::pages::{say, say_with, translated};
use crate::procedures::{self, Offered};
use crate::registers::Registers;

/// A draft, or what there is of a procedure that nobody works on.
pub(crate) fn overview(visit: &Visit, _: Operator, Path(code): Path<Code>) -> Result<Response, Failure> {
    let newest = procedures::newest(&code)?;
    match procedures::find_draft(&code)? {
        Some(draft) => drafted(visit, &draft.definition, newest),
        None => {
            let (number, state) = newest.ok_or_else(|| nothing(&code))?;
            published(visit, &code, number, state)
        }
    }
}

fn nothing(code: &Code) -> Failure {
    Failure::NotFound(format!("there is no procedure {code}"))
}

fn published(visit: &Visit, code: &Code, number: u32, state: Offered) -> Result<Response, Failure> {
    let definition = procedures::version(code, number)?.definition;
    let content = html! {
        (above(&definition, Some((number, state))))
        p { (say("design-no-draft")) }
        form method="post" action=(format!("{}/edit", path(code))) { (Button::primary(&say("design-edit"))) }
        (ways(code, Some(state)))
    };
    Ok(with_heading(visit, &definition, &content))
}

fn with_heading(visit: &Visit, definition: &Definition, content: &Markup) -> Response {
    let entry_title = &definition.entry.title;
    let content = html! {
        p { a href="/design" { (say("design")) } }
        h1 { (translated(entry_title, visit.language())) }
        (content)
    };
    crate::pages::under_own_title(visit, entry_title.in_language(visit.language()), content)
}

/// Its code, and its newest version.
fn above(definition: &Definition, newest: Option<(u32, Offered)>) -> Markup {
    html! {
        p .hint { code { (definition.entry.code) } " · "
            @match newest { Some((number, state)) => (list::version(number, state)), None => (say("design-not-published")) }
        }
    }
}

/// What can be done with a procedure, and with the versions that it has.
fn ways(code: &Code, newest: Option<Offered>) -> Markup {
    let base = path(code);
    html! {
        ul {
            @if newest.is_some() { li { a href=(format!("{base}/versions")) { (say("design-versions")) } } }
            li { a href=(format!("{base}/definition.json")) { (say("design-export")) } }
            @if newest == Some(Offered::Open) { li { a href=(format!("{base}/withdraw")) { (say("design-withdraw")) } } }
        }
    }
}

fn drafted(visit: &Visit, definition: &Definition, newest: Option<(u32, Offered)>) -> Result<Response, Failure> {
    let found = publication::check(definition, &Registers::connected()?).err().unwrap_or_default();
    let (base, language) = (path(&definition.entry.code), visit.language());
    let content = html! {
        (above(definition, newest))
        (problems::shown(definition, &found, language))
        p {
            @if definition.online.is_some() {
                (ButtonLink::secondary(&say("design-try"), &format!("{base}/try"))) " "
            }
            (ButtonLink::primary(&say("design-publish"), &format!("{base}/publish")))
        }
        (entry(definition, language))
        (online(definition, language))
        h2 { (say("design-whole")) }
        ul {
            li { a href=(format!("{base}/json")) { (say("design-json")) } }
            li { a href=(format!("{base}/discard")) { (say("design-discard")) } }
        }
        (ways(&definition.entry.code, newest.map(|(_, state)| state)))
    };
    Ok(with_heading(visit, definition, &content))
}

/// What people read.
fn entry(definition: &Definition, language: Language) -> Markup {
    let (entry, base) = (&definition.entry, path(&definition.entry.code));
    let vocabulary = Vocabulary::shared();
    let sector = vocabulary.sector(entry.sector.as_str()).map(|sector| translated(&sector.title, language));
    let audience: Vec<String> =
        entry.audience.iter().map(|one: &Audience| say(&format!("audience-{}", one.word()))).collect();
    let [texts, subject, words, time, burden, change] =
        ["design-texts", "design-subject", "design-search-words", "design-deadline", "design-burden", "design-change"]
            .map(say);
    let to = |part: &str| format!("{base}/{part}");
    let (to_texts, to_subject, to_words) = (to("texts"), to("subject"), to("search-words"));
    let (to_time, to_burden) = (to("deadline"), to("burden"));
    let subject_said = html! { (sector.unwrap_or_default()) ": " (audience.join(", ")) };
    let silence = match entry.deadline.silence {
        crate::definition::Silence::Grants => say("design-silence-grants"),
        crate::definition::Silence::Denies => say("design-silence-denies"),
        crate::definition::Silence::Escalates => say("design-silence-escalates"),
    };
    let time_said = html! { (deadline(entry.deadline)) ". " (silence) };
    let burden_said = entry.burden.map_or_else(
        || say("design-none"),
        |burden| {
            let days = |id: &str, days: u32| Argument::number(id, i64::from(days));
            say_with("design-burden-said", &[days("before", burden.before.days), days("after", burden.after.days)])
        },
    );
    let summary = Summary::new()
        .row_with_link(&texts, &translated(&entry.summary, language), &change, &to_texts)
        .row_with_link(&subject, &subject_said, &change, &to_subject)
        .row_with_link(&time, &time_said, &change, &to_time)
        .row_with_link(&burden, &burden_said, &change, &to_burden)
        .row_with_link(&words, &entry.keywords.join(", "), &change, &to_words);
    html! {
        h2 { (say("design-entry")) }
        (summary)
        (listed::<Requirement>(definition, None, language))
        (listed::<Cost>(definition, None, language))
        (listed::<Rule>(definition, None, language))
        (listed::<Place>(definition, None, language))
        (listed::<Channel>(definition, None, language))
        (listed::<Output>(definition, None, language))
    }
}

/// How it is done online.
fn online(definition: &Definition, language: Language) -> Markup {
    let base = path(&definition.entry.code);
    let Some(online) = &definition.online else {
        return html! {
            h2 { (say("design-how-online")) }
            p { (say("design-not-online")) }
            p { (ButtonLink::secondary(&say("design-make-online"), &format!("{base}/online"))) }
        };
    };
    html! {
        h2 { (say("design-how-online")) }
        p { a href=(format!("{base}/online")) { (say("design-online")) } }
        (questions(definition, online, language))
        (listed::<Page>(definition, None, language))
        (listed::<Document>(definition, None, language))
        (listed::<Registration>(definition, None, language))
        (listed::<Fee>(definition, None, language))
    }
}

/// All questions, page by page; those that are on none come last.
fn questions(definition: &Definition, online: &Online, language: Language) -> Markup {
    let base = path(&definition.entry.code);
    let placed: Vec<&String> = online.pages.iter().flat_map(|page| &page.fields).collect();
    let names = kinds::names(definition);
    let nowhere: Vec<&String> = names.iter().filter(|name| !placed.contains(name)).collect();
    let one = |name: &str| {
        html! { li { a href=(format!("{base}/questions/{name}")) { (kinds::title(definition, name, language)) } } }
    };
    html! {
        section #questions {
            h3 { (say("design-questions")) }
            @if kinds::chooses(online) {
                p { a href=(format!("{base}/preview/{}", crate::definition::CHOICE_PAGE)) { (say("design-preview-choice")) } }
            }
            @for page in &online.pages {
                p { strong { (translated(&page.title, language)) } " — "
                    a href=(format!("{base}/preview/{}", page.code)) { (say("design-preview"))
                        span .unseen { " " (translated(&page.title, language)) } } }
                ol { @for name in page.fields.iter().filter(|name| *name != REGISTRATIONS) { (one(name)) } }
            }
            @if !nowhere.is_empty() {
                p { strong { (say("design-on-no-page")) } }
                ul { @for name in nowhere { (one(name)) } }
            }
            p { a href=(format!("{base}/questions")) { (say("design-add-questions")) } }
        }
    }
}

/// Begins a draft of the newest version, unless there is one.
pub(crate) fn edit(visit: &Visit, operator: Operator, Path(code): Path<Code>) -> Result<Response, Failure> {
    if procedures::find_draft(&code)?.is_none() {
        let (number, _) = procedures::newest(&code)?.ok_or_else(|| nothing(&code))?;
        save(visit, &operator, procedures::version(&code, number)?.definition)?;
    }
    Ok(Response::redirect(path(&code)))
}

/// Says what is lost, and throws a draft away.
pub(crate) fn discard(visit: &Visit, _: Operator, Path(code): Path<Code>) -> Result<Response, Failure> {
    let definition = procedures::draft(&code)?.definition;
    if visit.is_submission() {
        procedures::drop_draft(&code)?;
        let to = if procedures::newest(&code)?.is_some() { path(&code) } else { "/design".to_owned() };
        return Ok(Response::redirect(to));
    }
    let content = html! {
        p { (say("design-discard-for")) }
        form method="post" { (Button::danger(&say("design-discard-now"))) }
    };
    Ok(under(visit, &definition, &title("design-discard"), &content))
}
