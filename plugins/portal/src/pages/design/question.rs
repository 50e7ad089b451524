//! A question: what it asks for, when, and how it is answered. It is kept as the JSON Schema that it is.

mod limits;
mod stored;

use sdk::form::{Choice, Fields, View};
use sdk::html::{Button, Checked, Markup, html};
use sdk::json::Value;
use sdk::web::{Operator, Response, Visit};
use sdk::{Failure, FieldError};

use super::ask::{self, Room};
use super::item::{MOVE, Move, moves};
use super::kinds::{self, Keywords, Kind};
use super::{condition, path, save, title, under, vocabulary};
use crate::definition::{Code, Definition};
use crate::pages::{say, say_with};
use crate::procedures;
use crate::registers::Registers;
use limits::Limits;
use stored::{Stored, place_of};

/// The word for no register, and for no page.
const NONE: &str = "none";
const MOST_OF_FORMULA: usize = 500;
const MOST_OF_NAME: usize = 48;
const CHOOSE: &str = "choose";

/// Shows a question, and saves it; without a name, another one is added.
pub(super) fn question(
    visit: &Visit,
    operator: &Operator,
    code: &Code,
    name: Option<&str>,
) -> Result<Response, Failure> {
    let definition = procedures::draft(code)?.definition;
    sdk::ensure!(definition.online.is_some(), Failure::NotFound(format!("{code} is not done online")));
    let now = name.map(|name| kinds::keywords(&definition, name).ok_or_else(|| nothing(code, name))).transpose()?;
    if let (Some(name), Some(how)) = (name, visit.sent(MOVE).and_then(Move::of)) {
        return moved(visit, operator, definition, name, how);
    }
    let wanted = visit.query("kind").filter(|kind| *kind != CHOOSE).and_then(Kind::of_word);
    let Some(kind) = wanted.or_else(|| now.map(Kind::of).filter(|_| visit.query("kind").is_none())) else {
        return Ok(choose(visit, &definition));
    };
    let asking = Asking { definition: &definition, name, now, kind, registers: Registers::connected()? };
    let page = |view: &View| shown(visit, &asking, view);
    visit.form(|fields| asking.named(fields)).submit(page, |stored| {
        let changed = stored.put_into(&definition);
        judge(&changed, &stored.name, visit)?;
        save(visit, operator, changed)?;
        Ok(Response::redirect(format!("{}#questions", path(code))))
    })
}

fn nothing(code: &Code, name: &str) -> Failure {
    Failure::NotFound(format!("{code} has no question {name}"))
}

/// The kinds of answers, to choose one of.
fn choose(visit: &Visit, definition: &Definition) -> Response {
    let content = html! {
        p { (say("design-choose-kind")) }
        ul { @for kind in Kind::ALL { li {
            a href=(format!("?kind={}", kind.word())) { (say(&format!("design-kind-{}", kind.word()))) }
        } } }
    };
    under(visit, definition, &title("design-kind"), &content)
}

fn shown(visit: &Visit, asking: &Asking<'_>, view: &View) -> Response {
    let kind = say(&format!("design-kind-{}", asking.kind.word()));
    let content: Markup = html! {
        p { (say("design-kind")) ": " strong { (kind) } " — "
            a href=(format!("?kind={CHOOSE}")) { (say("design-other-kind")) } }
        (view.around(html! { (Button::primary(&say("design-save"))) }))
        p { a href="/design/vocabulary" { (say("design-vocabulary")) } }
        @if asking.now.is_some() { (moves()) }
    };
    under(visit, asking.definition, &title("design-one-question"), &content)
}

/// Moves a question within its page, or takes it away.
fn moved(
    visit: &Visit,
    operator: &Operator,
    mut definition: Definition,
    name: &str,
    how: Move,
) -> Result<Response, Failure> {
    let mut to = visit.request().path.clone();
    if how == Move::Away {
        stored::take_away(&mut definition, name);
        to = format!("{}#questions", path(&definition.entry.code));
    } else if let Some((page, position)) = place_of(&definition, name) {
        let pages = definition.online.as_mut().map(|online| &mut online.pages);
        if let Some(page) = pages.and_then(|pages| pages.get_mut(page)) {
            how.apply(&mut page.fields, position);
        }
    }
    kinds::put_in_order(&mut definition);
    save(visit, operator, definition)?;
    Ok(Response::redirect(to))
}

/// What is wrong with a question itself, at the fields by which it was written. What is wrong elsewhere is said on the draft's page.
fn judge(changed: &Definition, name: &str, visit: &Visit) -> Result<(), Failure> {
    let Err(problems) = changed.schema() else { return Ok(()) };
    let own = format!("online.schema.properties.{name}");
    let of_it = |at: &str| at == own || at.strip_prefix(&own).is_some_and(|rest| rest.starts_with('.'));
    let errors: Vec<FieldError> = problems
        .iter()
        .filter(|problem| of_it(&problem.at))
        .map(|problem| {
            let keyword = problem.at.strip_prefix(&format!("{own}.")).unwrap_or_default();
            let rule = problem.said(visit.language()).value;
            let message = say_with("design-wrong", &[sdk::i18n::Argument::text("rule", rule)]);
            FieldError { field: field_of(keyword).to_owned(), code: "definition".to_owned(), message }
        })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(Failure::Invalid(errors)) }
}

/// The field of the form that a keyword is written by.
fn field_of(keyword: &str) -> &str {
    match keyword {
        "title" | "x-translations" => "title.es",
        "description" => "description.es",
        "x-concept" => "concept",
        "x-when" => "when.0.value",
        "x-formula" => "formula",
        "x-source" | "readOnly" => "source",
        "minLength" | "minimum" | "minItems" | "x-not-before" => "least",
        "maxLength" | "maximum" | "x-not-after" => "most",
        "x-masks" => "masks",
        "x-decimals" => "decimals",
        "oneOf" | "items" => "choices",
        _ => "name",
    }
}

/// What is asked about a question.
struct Asking<'a> {
    definition: &'a Definition,
    name: Option<&'a str>,
    now: Option<&'a Keywords>,
    kind: Kind,
    registers: Registers,
}

impl Asking<'_> {
    fn named(&self, fields: &mut Fields<'_>) -> Option<Stored> {
        let (now, kind) = (self.now, self.kind);
        let title = now.and_then(|now| kinds::words(now, "title"));
        let title = ask::words(fields, ("title", "design-question-title"), title.as_ref(), Room::Line);
        let description = now.and_then(|now| kinds::words(now, "description"));
        let description =
            ask::optional_words(fields, ("description", "design-question-hint"), description.as_ref(), Room::Line);
        let limits = Limits::named(fields, kind, now);
        let is_needed = stored::is_required(self.definition, self.name);
        let needed =
            ask::flag(fields, "required", "design-required", if is_needed { Checked::Yes } else { Checked::No });
        let page = self.page(fields);
        let concept = vocabulary::concept(fields, self.text("x-concept"));
        let formula = self.formula(fields);
        let source = self.source(fields);
        let when = now.and_then(|now| now.get("x-when"));
        let when = condition::condition(fields, self.definition, when, self.name);
        let name = self.name(fields, title.as_ref());
        let (title, description, limits, concept) = (title?, description?, limits?, concept?);
        let (formula, source, when) = (formula?, source?, when?);
        let mut keywords = Keywords::new();
        kinds::write_words(&mut keywords, "title", &title);
        if let Some(description) = &description {
            kinds::write_words(&mut keywords, "description", description);
        }
        limits.write(&mut keywords, kind, formula.is_some());
        keywords.insert("x-concept".to_owned(), concept.into());
        let origin = formula.map(|one| ("x-formula", one)).or(source.map(|one| ("x-source", one)));
        if let Some((keyword, text)) = origin {
            keywords.insert("readOnly".to_owned(), true.into());
            keywords.insert(keyword.to_owned(), text.into());
        }
        keywords.extend(when.map(|when| ("x-when".to_owned(), when)));
        Some(Stored { name: name?, keywords, is_required: needed? == Checked::Yes, page: page? })
    }

    fn text(&self, keyword: &str) -> Option<&str> {
        self.now?.get(keyword)?.as_str()
    }

    /// The page that it is asked on.
    fn page(&self, fields: &mut Fields<'_>) -> Option<Option<Code>> {
        let language = fields.language();
        let pages = self.definition.online.as_ref().map_or(&[] as &[_], |online| &online.pages);
        let now = self.name.and_then(|name| place_of(self.definition, name)).and_then(|(page, _)| pages.get(page));
        let usual = if self.name.is_none() { pages.last() } else { None };
        let mut choices: Vec<Choice<Option<Code>>> = pages
            .iter()
            .map(|page| Choice::called(Some(page.code.clone()), page.code.as_str(), page.title.say(language)))
            .collect();
        choices.push(Choice::new(None, NONE, say("design-no-page")));
        let chosen = now.or(usual).map_or(NONE, |page| page.code.as_str());
        fields.one_of("page", &say("design-question-page"), &choices).initially(chosen).required()
    }

    /// How it is calculated, if it is.
    fn formula(&self, fields: &mut Fields<'_>) -> Option<Option<String>> {
        if !self.kind.is_number() {
            return Some(None);
        }
        let entry = fields.line("formula", &say("design-formula")).hint(say("design-formula-hint"));
        entry.initially(self.text("x-formula").unwrap_or_default()).most_letters(MOST_OF_FORMULA).optional().text()
    }

    /// The register that says it, if one does.
    fn source(&self, fields: &mut Fields<'_>) -> Option<Option<String>> {
        let now = self.text("x-source");
        let mut known: Vec<(String, String)> = self
            .registers
            .all()
            .map(|register| (register.code.to_string(), register.title.in_language(fields.language()).to_owned()))
            .collect();
        known.extend(
            now.filter(|now| known.iter().all(|(code, _)| code != now)).map(|now| (now.to_owned(), now.to_owned())),
        );
        if known.is_empty() || !self.kind.is_simple() {
            return Some(None);
        }
        let mut choices = vec![Choice::new(None, NONE, say("design-asked"))];
        choices.extend(known.into_iter().map(|(code, title)| Choice::new(Some(code.clone()), code, title)));
        fields.one_of("source", &say("design-source"), &choices).initially(now.unwrap_or(NONE)).required()
    }

    /// Its name, which stays what it is.
    fn name(&self, fields: &mut Fields<'_>, title: Option<&sdk::Translated>) -> Option<String> {
        if let Some(name) = self.name {
            return Some(name.to_owned());
        }
        let taken = kinds::names(self.definition);
        let documents = self.definition.online.as_ref().map_or(&[] as &[_], |online| &online.documents);
        let is_taken = |name: &str| {
            let is_reserved = name == "today" || name == crate::definition::REGISTRATIONS;
            is_reserved || taken.iter().any(|one| one == name) || documents.iter().any(|one| one.code == *name)
        };
        let entry = fields.line("name", &say("design-question-name")).hint(say("design-question-name-hint"));
        let given = entry.most_letters(MOST_OF_NAME).optional().parse(|text| {
            let letters = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
            let begins = text.starts_with(|first: char| first.is_ascii_lowercase());
            sdk::ensure!(letters && begins, say("design-no-name"));
            if is_taken(text) { Err(say("design-code-taken")) } else { Ok(text.to_owned()) }
        });
        given?.or_else(|| ask::code_of(title?.in_language(sdk::html::Language::Spanish), '_', is_taken))
    }
}

/// A keyword as text, where it is a number or a text.
fn typed(now: Option<&Keywords>, keyword: &str) -> String {
    match now.and_then(|now| now.get(keyword)) {
        Some(Value::Number(number)) => number.to_string().replace('.', ","),
        Some(Value::String(text)) => text.clone(),
        _ => String::new(),
    }
}
