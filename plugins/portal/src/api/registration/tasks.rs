//! Tasks: steps that wait for a back office.

use sdk::json::{self, Value};
use sdk::{Answer, Failure, Timestamp, ensure};
use serde::Deserialize;

use super::applications::{main_task, seen, status, step_title, title, waiting};
use super::form_data::{self, Reader};
use super::service_id::ServiceId;
use super::window::{Sorted, Window};
use super::wire::{CompletedTask, Data, Task};
use super::{documents, eforms};
use crate::api::back_office::BackOffice;
use crate::api::{Call, act};
use crate::application::{Act, Application, Decision, Mark, Owner, Stage, Track};
use crate::definition::{Code, Procedure};
use crate::procedures::Once;

/// The part of a completed task's data that says what was decided.
const DECISION: &str = "decision";
/// Letters of a reason, and of a note at a mark.
const MOST_OF_REASON: usize = 4_000;
const MOST_OF_NOTE: usize = 500;

/// What is sent when a task is completed.
#[derive(Deserialize)]
struct Completed {
    #[serde(default)]
    data: Data,
}

/// What was decided.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decided {
    verdict: Verdict,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    marks: Vec<Mark>,
    /// The address of the result, where it is made by hand: one that was uploaded.
    result: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Verdict {
    Approve,
    Reject,
    SendBack,
}

/// A step that an office may take.
struct Waiting<'a> {
    application: &'a Application,
    procedure: &'a Procedure,
    track: &'a Track,
    step: &'a Code,
    role: &'a Code,
    since: Timestamp,
    holder: Option<&'a str>,
}

pub(super) fn list(call: &Call<'_>) -> Result<Answer, Failure> {
    let (office, window) = (BackOffice::of(call)?, Window::of(call)?);
    let wanted = |name: &str, value: Option<&str>| {
        let wanted = call.request.parameter(name).filter(|wanted| !wanted.is_empty());
        wanted.is_none_or(|wanted| value == Some(wanted))
    };
    let (mut tasks, mut known) = (Vec::new(), Once::procedures());
    for application in waiting(&office, |one| wanted("fileId", Some(&one.number)))? {
        let procedure = known.of(&application)?;
        tasks.extend(
            waiting_in(&office, &application, procedure).map(|one| Task { name: Some(one.name()), ..one.task() }),
        );
    }
    tasks.retain(|task| {
        wanted("mainTaskId", task.main_task_id.as_deref()) && wanted("assigneeId", task.assignee_id.as_deref())
    });
    Answer::json(200, &window.part(tasks))
}

pub(super) fn show(call: &Call<'_>, id: &str) -> Result<Answer, Failure> {
    let (office, application, procedure) = of_task(call, id)?;
    let waiting = find(&office, &application, &procedure, id)?;
    let form_variables = Some(form_data::written(&procedure, &application.content, Reader::Office));
    let task = Task { main_task_id: None, task_name: Some(waiting.name()), form_variables, ..waiting.task() };
    Answer::json(200, &task)
}

/// Takes the step on, and decides it.
pub(super) fn complete(call: &Call<'_>, id: &str) -> Result<Answer, Failure> {
    let (office, application, procedure) = of_task(call, id)?;
    let waiting = find(&office, &application, &procedure, id)?;
    let registration = waiting.track.registration.clone();
    let is_free = matches!(waiting.track.owner(), Owner::Role { holder: None, .. });
    let Completed { mut data } = call.request.json()?;
    let missing = || Failure::invalid("data.decision", "required", "says what is decided");
    let decided = Value::Object(data.remove(DECISION).ok_or_else(missing)?);
    let decided: Decided = json::read(&json::write(&decided)?)
        .map_err(|error| Failure::invalid("data.decision", "format", error.to_string()))?;
    let (decision, reason) = judged(call, decided)?;
    let claim = Act::Claim(registration.clone());
    let claimed = if is_free { act(call, application, office.actor(), claim)? } else { application };
    let done = act(call, claimed, office.actor(), Act::Decide(registration, decision, reason))?;
    Answer::json(
        200,
        &CompletedTask {
            task_id: id.to_owned(),
            file_id: done.number.clone(),
            service_id: ServiceId::of(&done.procedure).to_string(),
            status: status(&done),
        },
    )
}

fn judged(call: &Call<'_>, decided: Decided) -> Result<(Decision, String), Failure> {
    let Decided { verdict, reason, marks, result } = decided;
    let short = reason.chars().count() <= MOST_OF_REASON;
    ensure!(short, Failure::invalid("reason", "length", format!("has {MOST_OF_REASON} letters at most")));
    let short = marks.iter().all(|mark| mark.note.chars().count() <= MOST_OF_NOTE);
    ensure!(short, Failure::invalid("marks", "length", format!("each note has {MOST_OF_NOTE} letters at most")));
    let decision = match verdict {
        Verdict::Reject => Decision::Reject,
        Verdict::SendBack => Decision::SendBack(marks),
        Verdict::Approve => Decision::Approve(result.map(|url| documents::result(call, &url)).transpose()?),
    };
    Ok((decision, reason))
}

/// The application of a task's id, if who calls sees it.
fn of_task(call: &Call<'_>, id: &str) -> Result<(BackOffice, Application, Procedure), Failure> {
    seen(call, id.split('.').next().unwrap_or_default()).map_err(|failure| match failure {
        Failure::NotFound(_) => no_task(),
        other => other,
    })
}

fn find<'a>(
    office: &BackOffice,
    application: &'a Application,
    procedure: &'a Procedure,
    id: &str,
) -> Result<Waiting<'a>, Failure> {
    waiting_in(office, application, procedure).find(|one| one.id() == id).ok_or_else(no_task)
}

/// The steps of an application that an office may take.
fn waiting_in<'a>(
    office: &BackOffice,
    application: &'a Application,
    procedure: &'a Procedure,
) -> impl Iterator<Item = Waiting<'a>> {
    let steps =
        application.tracks.iter().filter(|track| office.may_take(track)).filter_map(|track| match &track.stage {
            Stage::At { step, role, since, holder, .. } => {
                let (since, holder) = (*since, holder.as_deref());
                Some(Waiting { application, procedure, track, step, role, since, holder })
            }
            _ => None,
        });
    steps.collect::<Vec<_>>().into_iter()
}

fn no_task() -> Failure {
    Failure::NotFound("there is no such task".to_owned())
}

impl Waiting<'_> {
    /// Its id: a step that was taken has none any more.
    fn id(&self) -> String {
        format!("{}.{}", main_task(self.application, &self.track.registration), self.step)
    }

    fn name(&self) -> String {
        step_title(self.procedure, &self.track.registration, self.step)
    }

    fn task(&self) -> Task {
        let (application, code) = (self.application, &self.application.procedure);
        Task {
            task_id: self.id(),
            main_task_id: Some(main_task(application, &self.track.registration)),
            name: None,
            task_name: None,
            assignee_id: self.holder.map(str::to_owned),
            role_id: self.role.to_string(),
            created: self.since,
            description: title(self.procedure),
            service_id: ServiceId::of(code).to_string(),
            service_name: title(self.procedure),
            file_id: application.number.clone(),
            e_form_id: eforms::id(code, application.version),
            status: status(application),
            form_variables: None,
        }
    }
}

impl Sorted for Task {
    fn sorted_by(&self, criterion: &str) -> String {
        match criterion {
            "created" | "dueDate" | "priority" => self.created.to_string(),
            "assignee" => self.assignee_id.clone().unwrap_or_default(),
            "name" | "nameCaseInsensitive" | "description" => sdk::text::fold(&self.service_name),
            _ => self.task_id.clone(),
        }
    }
}
