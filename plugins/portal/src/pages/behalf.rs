//! Who fills in, submits and follows, for whom: the citizen herself, an operator whom she lets help on the telephone, or one at
//! the counter before whom she stands.
//!
//! The pages of drafts and applications take a [`Behalf`] where they would take a citizen, and are routed once for each of the
//! three. What differs stands here: whose things they are, where their pages are, who is the author, and how registers are asked.

use sdk::form::Fields;
use sdk::html::{Hidden, Markup, Notice, Tone, html};
use sdk::i18n::Argument;
use sdk::web::{FromVisit, Visit};
use sdk::{Author, Caller, Citizen, Failure, Operator, Timestamp};

use super::{say, say_with};
use crate::application::{Actor, Applicant, Application, Assistance};
use crate::consult::Asking;
use crate::desk;
use crate::drafts::Draft;
use crate::help::call::{self, Call};
use crate::help::claim;

/// The roles of the entity's staff that help people.
const ASSISTANT: &str = "assistant";
const COUNTER: &str = "counter";
/// The hidden field that names a call.
const CALL: &str = "call";

/// For whom somebody acts.
#[derive(Clone, Debug)]
pub(crate) struct Behalf {
    /// Whose drafts and applications they are; at the counter, the drafts are the operator's own.
    pub(crate) owner: Applicant,
    by: By,
    now: Timestamp,
}

/// Who acts.
#[derive(Clone, Debug)]
enum By {
    Herself(Author),
    Assistant(Box<Call>),
    Counter(String),
}

impl FromVisit for Behalf {
    fn from_visit(visit: &Visit) -> Result<Self, Failure> {
        let area = visit.request().route.split('/').nth(1).unwrap_or_default();
        match &visit.context().caller {
            Caller::Citizen(citizen) => Ok(Self::of_citizen(citizen, visit)),
            Caller::Operator(operator) if area == "assist" => Self::of_assistant(operator, visit.now()),
            Caller::Operator(operator) if area == "counter" => Self::at_counter(operator, visit.now()),
            _ => Err(Failure::Denied(say("help-not-for-you"))),
        }
    }
}

impl Behalf {
    fn of_citizen(citizen: &Citizen, visit: &Visit) -> Self {
        Self { owner: Applicant::of(citizen), by: By::Herself(Author::of(visit.context())), now: visit.now() }
    }

    /// An operator whom a citizen lets help her now.
    pub(crate) fn of_assistant(operator: &Operator, now: Timestamp) -> Result<Self, Failure> {
        sdk::ensure!(operator.has_role(ASSISTANT), Failure::Denied(say("help-not-for-you")));
        let call = call::open_of(&operator.id, now)?;
        let call = call.ok_or_else(|| Failure::Denied(say("help-has-ended")))?;
        Ok(Self { owner: call.applicant.clone(), by: By::Assistant(Box::new(call)), now })
    }

    /// An operator at the counter.
    pub(crate) fn at_counter(operator: &Operator, now: Timestamp) -> Result<Self, Failure> {
        sdk::ensure!(operator.has_role(COUNTER), Failure::Denied(say("help-not-for-you")));
        let (assistance, subject) = (Assistance::Counter(operator.id.clone()), format!("{COUNTER}/{}", operator.id));
        let owner = Applicant { subject, name: None, represents: None, person: None, assistance: Some(assistance) };
        Ok(Self { owner, by: By::Counter(operator.id.clone()), now })
    }

    /// Whether nobody helps.
    pub(crate) fn is_herself(&self) -> bool {
        matches!(self.by, By::Herself(_))
    }

    /// Whether the drafts are hers to throw away: on the telephone nobody does that.
    pub(crate) fn may_discard(&self) -> bool {
        !matches!(self.by, By::Assistant(_))
    }

    /// The counter's operator, by her id, where it is one.
    pub(crate) fn counter(&self) -> Option<&str> {
        if let By::Counter(operator) = &self.by { Some(operator) } else { None }
    }

    /// Where a page is, by its path at the citizen's.
    pub(crate) fn path(&self, path: &str) -> String {
        let area = match &self.by {
            By::Herself(_) => "",
            By::Assistant(_) => "/assist",
            By::Counter(_) => "/counter",
        };
        format!("{area}{path}")
    }

    /// Where an application is.
    pub(crate) fn path_of(&self, application: &Application) -> String {
        self.path(&format!("/applications/{}", application.number))
    }

    /// Where all drafts are.
    pub(crate) fn home(&self) -> String {
        match &self.by {
            By::Counter(_) => "/counter".to_owned(),
            By::Herself(_) | By::Assistant(_) => self.path("/applications"),
        }
    }

    /// An application that she may see. At the counter it is one whose printed code was shown there.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) fn application(&self, number: &str) -> Result<Application, Failure> {
        let By::Counter(operator) = &self.by else { return desk::find_of(&self.owner.subject, number) };
        let none = || Failure::NotFound(format!("there is no application {number}"));
        sdk::ensure!(claim::is_shown(operator, number, self.now)?, none());
        let application = desk::find(number)?;
        // Since it was added to an account, it is seen there.
        if application.applicant.is_unclaimed() { Ok(application) } else { Err(none()) }
    }

    /// As whom she acts.
    pub(crate) fn actor(&self) -> Actor {
        match &self.by {
            By::Herself(author) => Actor::Applicant(author.clone()),
            By::Assistant(call) => Actor::Assisting(call.assistance()),
            By::Counter(operator) => Actor::Assisting(Assistance::Counter(operator.clone())),
        }
    }

    /// How she helps, if she does.
    pub(crate) fn assistance(&self) -> Option<Assistance> {
        match &self.by {
            By::Herself(_) => None,
            By::Assistant(call) => Some(call.assistance()),
            By::Counter(operator) => Some(Assistance::Counter(operator.clone())),
        }
    }

    /// Who applies with a draft. Somebody at the counter is known by a new id alone; and who was helped with what she submits
    /// herself, says so too.
    pub(crate) fn applicant(&self, draft: &Draft) -> Applicant {
        match &self.by {
            By::Herself(_) => self.owner.clone().assisted(draft.owner.assistance.clone()),
            By::Assistant(call) => self.owner.clone().assisted(Some(call.assistance())),
            By::Counter(operator) => {
                let name = draft.at_counter.as_ref().map(|person| person.name.clone());
                Applicant::at_counter(&sdk::rng::id(), name, operator)
            }
        }
    }

    /// How registers are asked that find people by their documents.
    pub(crate) fn asking(&self, draft: Option<&Draft>) -> Asking {
        match (&self.by, draft.and_then(|draft| draft.at_counter.as_ref())) {
            (By::Herself(_), _) => Asking::Herself,
            (By::Counter(_), Some(person)) => Asking::Document(person.document.clone()),
            (By::Assistant(_) | By::Counter(_), _) => Asking::ForAnother,
        }
    }

    /// What a form says that begins something: whom the operator helps.
    pub(crate) fn named(&self) -> Markup {
        html! { @if let By::Assistant(call) = &self.by { (Hidden::new(CALL, &call.id)) } }
    }

    /// Whether a form that begins something was shown while the operator helped whom she helps now.
    ///
    /// # Errors
    /// If it was another one.
    pub(crate) fn is_still_the_same(&self, visit: &Visit) -> Result<(), Failure> {
        match &self.by {
            By::Assistant(call) if visit.sent(CALL) != Some(call.id.as_str()) => {
                Err(Failure::Conflict(say("help-of-another")))
            }
            By::Herself(_) | By::Assistant(_) | By::Counter(_) => Ok(()),
        }
    }

    /// The sentence that is agreed to before something is submitted: whoever helps has read everything back.
    pub(crate) fn confirmed(&self, fields: &mut Fields<'_>) -> Option<()> {
        let sentence = match &self.by {
            By::Herself(_) => "all-is-true",
            By::Assistant(_) => "help-read-back",
            By::Counter(_) => "help-read-at-counter",
        };
        fields.confirmation("true", &say(sentence)).required()
    }

    /// For whom she acts and until when, above every page on which it is not for herself.
    pub(crate) fn banner(&self) -> Markup {
        let By::Assistant(call) = &self.by else { return html! {} };
        let title = say("help-you-help");
        let said = html! {
            p { strong { (called(&self.owner)) } }
            p { (say_with("help-until", &[Argument::time("end", call.ends)])) " " a href="/assist" { (say("help-to-end")) } }
        };
        html! { (Notice::new(Tone::Information, &title, &said)) }
    }
}

/// What an applicant is called, with whom she represents.
pub(crate) fn called(applicant: &Applicant) -> String {
    let name = applicant.name.clone().unwrap_or_else(|| say("help-no-name"));
    match &applicant.represents {
        Some(represented) => format!("{name} ({} {represented})", say("on-behalf-of")),
        None => name,
    }
}
