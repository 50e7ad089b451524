//! Writing a proposal: the project, the questions, what is attached, and a last look before it is submitted. Each page that was
//! filled in is kept.

mod check;
mod document;

use sdk::form::{Choice, Fields, View};
use sdk::html::{Button, Language, Markup, Step, StepState, Steps, html};
use sdk::i18n::{self, Text};
use sdk::schema::Facts;
use sdk::web::{Path, Response, Visit};
use sdk::{Failure, Money, ensure};

use crate::catalogue;
use crate::definition::{Audience, Code};
use crate::funds::{Accepting, Call, Competing, Draft, Missing, Party, Project, Refused};
use crate::funds::{calls, drafts, proposals};
use crate::office::ThisEntity;
use crate::pages::{lang, say, translated, under_own_title};

pub(crate) use check::{check, discard};
pub(crate) use document::document;

/// Letters of a title, and of a summary.
const MOST_OF_TITLE: usize = 150;
const MOST_OF_SUMMARY: usize = 4_000;

/// A draft with its call, as somebody goes on with it.
struct Writing {
    call: Call,
    party: Party,
    draft: Draft,
}

/// A page of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stop {
    Project,
    Questions,
    Document(Code),
    Check,
}

impl Writing {
    /// What somebody writes for a call that takes proposals of her.
    fn of(visit: &Visit, party: Party, code: &Code) -> Result<Self, Failure> {
        let call = calls::find_public(code)?;
        call.accepting(visit.now())?;
        ensure!(call.is_for(party.kind), Refused::Audience);
        ensure!(visit.is_submission() || proposals::has_room(code), Refused::NoRoom);
        let empty = || Draft {
            call: code.clone(),
            project: None,
            answers: Default::default(),
            documents: Default::default(),
            submitted: Default::default(),
            changed: visit.now(),
        };
        let draft = drafts::find(&party, code)?.unwrap_or_else(empty);
        Ok(Self { call, party, draft })
    }

    fn accepting(&self, visit: &Visit) -> Result<Accepting<'_>, Failure> {
        Ok(self.call.accepting(visit.now())?)
    }

    /// Keeps a draft as it was changed at a stop, and leads to the next one.
    fn keep(&self, visit: &Visit, draft: Draft, at: &Stop) -> Result<Response, Failure> {
        drafts::keep(&self.accepting(visit)?, &self.party, draft)?;
        let stops = self.stops();
        let next = stops.iter().position(|stop| stop == at).and_then(|position| stops.get(position + 1));
        Ok(Response::redirect(self.path(next.unwrap_or(&Stop::Check))))
    }

    fn stops(&self) -> Vec<Stop> {
        let questions = self.call.schema.as_ref().map(|_| Stop::Questions);
        let documents = self.call.documents.iter().map(|document| Stop::Document(document.code.clone()));
        [Stop::Project].into_iter().chain(questions).chain(documents).chain([Stop::Check]).collect()
    }

    fn path(&self, stop: &Stop) -> String {
        let base = format!("{}/{}", self.party.base(), self.call.code);
        match stop {
            Stop::Project => format!("{base}/project"),
            Stop::Questions => format!("{base}/questions"),
            Stop::Document(code) => format!("{base}/documents/{code}"),
            Stop::Check => format!("{base}/check"),
        }
    }

    fn name(&self, stop: &Stop, language: Language) -> Text {
        match stop {
            Stop::Project => i18n::say("funds-project", &[]),
            Stop::Questions => i18n::say("funds-questions", &[]),
            Stop::Document(code) => {
                let mut documents = self.call.documents.iter();
                let document = documents.find(|document| document.code == *code);
                document.map_or_else(|| i18n::say("funds-documents", &[]), |document| document.title.say(language))
            }
            Stop::Check => i18n::say("funds-check", &[]),
        }
    }

    /// The call, and how far one is.
    fn way(&self, visit: &Visit, at: &Stop) -> Markup {
        let missing = self.draft.judged(&self.call, &self.party, visit.now()).err().unwrap_or_default();
        let language = visit.language();
        let stops = self.stops();
        let named: Vec<(Text, String, StepState)> = stops
            .iter()
            .map(|stop| {
                let state = match stop {
                    _ if stop == at => StepState::Current,
                    Stop::Check => StepState::Upcoming,
                    _ if missing.contains(&missing_at(stop)) => StepState::Upcoming,
                    _ => StepState::Done,
                };
                (self.name(stop, language), self.path(stop), state)
            })
            .collect();
        let steps = named.iter();
        let steps: Vec<Step<'_>> = steps
            .map(|(name, path, state)| Step::new(&name.value, *state).href(path).lang(lang(name, language)))
            .collect();
        html! {
            p { a href=(format!("/funds/{}", self.call.code)) { (translated(&self.call.title, language)) } }
            (Steps::new(&say("funds-steps"), &steps).language(language))
        }
    }

    /// A page with a form.
    fn page(&self, visit: &Visit, at: &Stop, form: &View) -> Response {
        let (language, name) = (visit.language(), self.name(at, visit.language()));
        let content = html! {
            (self.way(visit, at))
            h1 lang=[lang(&name, language)] { (name.value) }
            (form.around(html! { (Button::primary(&say("funds-save-and-go-on"))) }))
            p .hint { (say("funds-kept")) }
        };
        under_own_title(visit, &name.value, content)
    }
}

/// What is missing where a page was not filled in.
fn missing_at(stop: &Stop) -> Missing {
    match stop {
        Stop::Project | Stop::Check => Missing::Project,
        Stop::Questions => Missing::Questions,
        Stop::Document(code) => Missing::Document(code.clone()),
    }
}

/// The project: what it is called, what is done, how much it asks for.
pub(crate) fn project(visit: &Visit, party: Party, Path(code): Path<Code>) -> Result<Response, Failure> {
    let writing = Writing::of(visit, party, &code)?;
    let entities = if writing.party.kind == Audience::Entity { entities(visit.language())? } else { Vec::new() };
    let form = visit.form(|fields| named(fields, &writing, &entities));
    form.submit(
        |form| writing.page(visit, &Stop::Project, form),
        |project| {
            let draft = Draft { project: Some(project), ..writing.draft.clone() };
            writing.keep(visit, draft, &Stop::Project)
        },
    )
}

/// The entities in whose name staff may compete: this one, and those that publish here.
fn entities(language: Language) -> Result<Vec<Choice<Competing>>, Failure> {
    let this = ThisEntity::configured()?.entity;
    let others = catalogue::entities()?.into_iter().filter(|entity| entity.code() != this.code());
    let choice = |entity: &catalogue::Entity| {
        let (member, name) = (entity.member.clone(), entity.name.in_language(Language::Spanish).to_owned());
        Choice::called(Competing { member, name }, &entity.member, entity.name.say(language))
    };
    Ok(std::iter::once(choice(&this)).chain(others.map(|entity| choice(&entity))).collect())
}

fn named(fields: &mut Fields<'_>, writing: &Writing, entities: &[Choice<Competing>]) -> Option<Project> {
    let before = writing.draft.project.as_ref();
    let entity = if entities.is_empty() {
        Some(None)
    } else {
        let entity = fields.one_of("entity", &say("funds-entity"), entities).hint(say("funds-entity-hint"));
        let member = before.and_then(|one| one.entity.as_ref()).map_or("", |entity| entity.member.as_str());
        entity.initially(member).required().map(Some)
    };
    let title = fields.line("title", &say("funds-project-title")).most_letters(MOST_OF_TITLE);
    let title = title.initially(before.map_or("", |one| one.title.as_str())).text();
    let summary = fields.lines("summary", &say("funds-summary")).hint(say("funds-summary-hint")).rows(8);
    let summary = summary.most_letters(MOST_OF_SUMMARY).initially(before.map_or("", |one| one.summary.as_str()));
    let summary = summary.text();
    let most = i18n::Argument::money("most", writing.call.most);
    let asked = fields.line("asked", &say("funds-asked")).hint(crate::pages::say_with("funds-asked-hint", &[most]));
    let typed = before.map_or_else(String::new, |one| one.asked.typed());
    let asked = asked.initially(typed).money(Money::from_centavos(1)..=writing.call.most);
    Some(Project { entity: entity?, title: title?, summary: summary?, asked: asked? })
}

/// What is asked besides.
pub(crate) fn questions(visit: &Visit, party: Party, Path(code): Path<Code>) -> Result<Response, Failure> {
    let writing = Writing::of(visit, party, &code)?;
    let schema = writing.call.questions()?.ok_or_else(|| Failure::NotFound("nothing is asked here".to_owned()))?;
    let names: Vec<&str> = schema.fields().iter().map(sdk::schema::Field::name).collect();
    let today = visit.now().date_in_la_paz();
    let form = visit.form(|fields| schema.ask(fields, &names, &writing.draft.answers, &Facts::new(), today));
    form.submit(
        |form| writing.page(visit, &Stop::Questions, form),
        |answers| {
            let draft = Draft { answers, ..writing.draft.clone() };
            writing.keep(visit, draft, &Stop::Questions)
        },
    )
}
