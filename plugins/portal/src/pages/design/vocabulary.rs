//! The shared vocabulary: what a question is about is chosen from it, by its code or by any word that it is called.

use sdk::Failure;
use sdk::form::Fields;
use sdk::html::{Button, Column, Field, Language, Markup, Table, Text, TextKind, html};
use sdk::i18n::Argument;
use sdk::text::fold;
use sdk::web::{Operator, Response, Visit};

use crate::definition::{Concept, OWN};
use crate::pages::{say, say_with, translated};

/// So many candidates are named where a word means several.
const MOST_NAMED: usize = 8;
const MOST_LETTERS: usize = 100;

/// The field in which a concept is chosen.
pub(super) fn concept(fields: &mut Fields<'_>, now: Option<&str>) -> Option<String> {
    let language = fields.language();
    let entry = fields.line("concept", &say("design-concept")).hint(say("design-concept-hint"));
    entry.initially(now.unwrap_or_default()).most_letters(MOST_LETTERS).parse(|text| chosen(text, language))
}

/// The concept that is meant; one of several has to be named by its code.
fn chosen(text: &str, language: Language) -> Result<String, String> {
    let concepts = Concept::shared();
    if text == OWN || concepts.iter().any(|concept| concept.code == text) {
        return Ok(text.to_owned());
    }
    if [say("design-own-word"), OWN.to_owned()].iter().any(|own| fold(own) == fold(text)) {
        return Ok(OWN.to_owned());
    }
    let found: Vec<&Concept> = concepts.iter().filter(|concept| is_found(concept, text)).collect();
    let named = |concept: &&Concept| format!("{} ({})", concept.code, concept.title.in_language(language));
    match found.as_slice() {
        [] => Err(say("design-no-concept")),
        [only] => Ok(only.code.clone()),
        several => {
            let some: Vec<String> = several.iter().take(MOST_NAMED).map(named).collect();
            Err(say_with("design-several-concepts", &[Argument::text("concepts", some.join("; "))]))
        }
    }
}

/// Whether all words of a text stand in what a concept is called.
fn is_found(concept: &Concept, text: &str) -> bool {
    let titles = concept.title.languages().map(|language| concept.title.in_language(language));
    let called = titles.chain(concept.words.iter().map(String::as_str)).chain([concept.code.as_str()]);
    let called = fold(&called.collect::<Vec<_>>().join(" "));
    concept.is_meant_by(text) || fold(text).split_whitespace().all(|word| called.contains(word))
}

/// The whole vocabulary, or what a search finds of it.
pub(crate) fn vocabulary(visit: &Visit, _: Operator) -> Result<Response, Failure> {
    let text: String = visit.query("q").unwrap_or_default().chars().take(MOST_LETTERS).collect();
    let concepts = Concept::shared();
    let found = concepts.iter().filter(|concept| text.trim().is_empty() || is_found(concept, text.trim()));
    let [label, code, title, words, find] =
        ["design-search", "design-code", "design-title", "design-words", "design-find"].map(say);
    let rows: Vec<Vec<Markup>> = found
        .map(|concept| {
            let said = translated(&concept.title, visit.language());
            vec![html! { code { (concept.code) } }, said, html! { (concept.words.join(", ")) }]
        })
        .collect();
    let columns = [Column::text(&code), Column::text(&title), Column::text(&words)];
    let caption = say("design-vocabulary");
    let field = Field::new("q", &label).language(visit.language());
    let content = html! {
        p { a href="/design" { (say("design")) } }
        h1 { (caption) }
        p { (say("design-vocabulary-for")) }
        form method="get" role="search" {
            (Text::new(field).value(&text).kind(TextKind::Search).autocomplete("off"))
            (Button::secondary(&find))
        }
        @if rows.is_empty() { p role="status" { (say("design-nothing-found")) } } @else {
            (Table::new("vocabulary", &caption, &columns, &rows).below_its_heading())
        }
    };
    Ok(visit.under(super::title("design-vocabulary"), content))
}
