//! The search, with what it is narrowed to.

use sdk::Failure;
use sdk::html::{Button, Choice, Field, Language, Markup, Pagination, Select, html};
use sdk::i18n::{self, Argument, Text};
use sdk::web::{Response, Visit};

use super::cards;
use super::home::search_form;
use crate::catalogue::{self, Filters, Price};
use crate::definition::{Audience, ChannelKind, Vocabulary};
use crate::pages::{lang, say, told, told_with};

/// Entries of a page.
const ON_PAGE: u32 = 20;
/// Letters of a search that are looked at.
const MOST_LETTERS: usize = 200;
/// So far people leaf; who has not found it by then types more.
const LAST_PAGE: u32 = 50;

/// What was found.
pub(crate) fn search(visit: &Visit) -> Result<Response, Failure> {
    let text: String = visit.query("q").unwrap_or_default().chars().take(MOST_LETTERS).collect();
    let filters = filters(visit)?;
    let number = visit.query_as::<u32>("page")?.unwrap_or(1).clamp(1, LAST_PAGE);
    let found = catalogue::find_cards(&text, &filters, (number - 1) * ON_PAGE, ON_PAGE)?;
    let language = visit.language();
    let count = told_with("found", &[Argument::number("count", i64::from(found.total))], language);
    let content = html! {
        h1 { (say("search-results")) }
        (search_form(&text, language))
        (narrowed(visit, &text, &filters))
        p role="status" { (count) }
        @if found.entries.is_empty() {
            p { (told("nothing-found", language)) }
            p { a href="/procedures" { (told("all-procedures", language)) } }
        } @else { (cards(&found.entries, language)) }
        (leaf(visit, number, found.total))
    };
    Ok(visit.under(sdk::i18n::say("search-results", &[]), content))
}

/// What the search is narrowed to.
fn filters(visit: &Visit) -> Result<Filters, Failure> {
    let audience = visit.query("audience");
    let channel = visit.query("channel");
    Ok(Filters {
        audience: Audience::ALL.into_iter().find(|one| audience == Some(one.word())),
        sector: visit.query_as("sector")?,
        event: visit.query_as("event")?,
        entity: visit.query_as("entity")?,
        channel: ChannelKind::ALL.into_iter().find(|one| channel == Some(one.word())),
        price: (visit.query("price") == Some("free")).then_some(Price::Free),
    })
}

/// The form that narrows it: closed at first, where nothing is chosen.
fn narrowed(visit: &Visit, text: &str, filters: &Filters) -> Markup {
    let language = visit.language();
    let vocabulary = Vocabulary::shared();
    let sectors = vocabulary.sectors.iter();
    let sectors: Vec<(&str, Text)> = sectors.map(|one| (one.code.as_str(), one.title.say(language))).collect();
    let words = |prefix: &str, word: &'static str| (word, i18n::say(&format!("{prefix}-{word}"), &[]));
    let audiences: Vec<(&str, Text)> = Audience::ALL.iter().map(|one| words("audience", one.word())).collect();
    let channels: Vec<(&str, Text)> = ChannelKind::ALL.iter().map(|one| words("channel", one.word())).collect();
    let free = [("free", i18n::say("free", &[]))];
    let is_open = *filters != Filters::default();
    html! {
        details open[is_open] {
            summary { (say("narrow")) }
            form .details-content method="get" action="/search" {
                input type="hidden" name="q" value=(text);
                (select("audience", filters.audience.map(Audience::word), &audiences, language))
                (select("sector", filters.sector.as_ref().map(crate::definition::Code::as_str), &sectors, language))
                (select("channel", filters.channel.map(ChannelKind::word), &channels, language))
                (select("price", filters.price.map(|_| "free"), &free, language))
                (Button::secondary(&say("narrow-now")))
            }
        }
    }
}

/// A choice that may be left open.
fn select(name: &str, chosen: Option<&str>, choices: &[(&str, Text)], language: Language) -> Markup {
    let (label, any) = (say(&format!("filter-{name}")), say("any"));
    let mut all = vec![Choice::new("", &any)];
    all.extend(choices.iter().map(|(value, label)| Choice::new(value, &label.value).lang(lang(label, language))));
    html! { (Select::new(Field::new(name, &label), &all).chosen(chosen.or(Some("")))) }
}

/// The pages before and after.
fn leaf(visit: &Visit, number: u32, total: u32) -> Markup {
    let to = |number: u32| {
        let kept = visit.request().query.iter().filter(|field| field.name != "page");
        let kept = kept.map(|field| (field.name.as_str(), field.value.as_str()));
        let number = number.to_string();
        format!("/search{}", sdk::web::query(kept.chain([("page", number.as_str())])))
    };
    let previous = (number > 1).then(|| to(number - 1));
    let next = (number.saturating_mul(ON_PAGE) < total && number < LAST_PAGE).then(|| to(number + 1));
    html! { (Pagination::new(previous.as_deref(), next.as_deref()).language(visit.language())) }
}
