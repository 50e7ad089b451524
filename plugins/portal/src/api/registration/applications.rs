//! Application files: submitted for an applicant, listed, and corrected where they were sent back.

use std::collections::BTreeSet;

use sdk::html::Language;
use sdk::{Answer, Failure, ensure};

use super::form_data::{self, Reader};
use super::service_id::ServiceId;
use super::window::{Sorted, Window, gathered};
use super::wire::{File, FileSubmit, FormData, ListedFile, Status};
use super::{documents, eforms};
use crate::api::back_office::BackOffice;
use crate::api::filing::{Filing, Whom, ask, only_asked};
use crate::api::{Call, act};
use crate::application::{Act, Actor, Application, Outcome, Stage};
use crate::definition::{Code, Procedure};
use crate::desk::Inbox;
use crate::pages::say;
use crate::procedures::{Offered, Once};
use crate::{desk, procedures};

pub(super) fn submit(call: &Call<'_>, service: &str) -> Result<Answer, Failure> {
    let (code, version, offered) = ServiceId::find(service)?;
    ensure!(offered == Offered::Open, Failure::NotFound("this service is not offered any more".to_owned()));
    let procedure = procedures::procedure(&code, version)?;
    let FileSubmit { application_name, applicant_id, form_data, document_urls, .. } = call.request.json()?;
    let FormData { data, e_form_id } = form_data;
    let is_form = e_form_id.is_none_or(|id| id == eforms::id(&code, version));
    ensure!(is_form, Failure::invalid("formData.eFormId", "other", "is not the form of this service"));
    let filing = Filing {
        whom: Whom::of_subject(&applicant_id, application_name),
        answers: form_data::read(&procedure, data),
        documents: documents::attached(call, &procedure, &document_urls, &Default::default())?,
    };
    let application = filing.submit(call, &procedure)?;
    Answer::json(200, &file(&application, &procedure, Reader::Filer))
}

pub(super) fn show(call: &Call<'_>, id: &str) -> Result<Answer, Failure> {
    let (office, application, procedure) = seen(call, id)?;
    Answer::json(200, &file(&application, &procedure, reader(&office, &application)))
}

/// Corrects what was sent back. Staff write nothing into what the applicant answers for.
pub(super) fn correct(call: &Call<'_>, id: &str) -> Result<Answer, Failure> {
    let (office, application, procedure) = seen(call, id)?;
    let reader = reader(&office, &application);
    ensure!(reader == Reader::Filer, Failure::Denied("who filed it corrects it: send it back".to_owned()));
    let FileSubmit { applicant_id, form_data, document_urls, .. } = call.request.json()?;
    let is_hers = applicant_id == application.applicant.subject;
    ensure!(is_hers, Failure::invalid("applicantId", "other", "is not who it was filed for"));
    let new = form_data::read(&procedure, form_data.data);
    only_asked(&procedure, &new)?;
    let mut content = application.content.clone();
    content.answers.extend(new);
    content.documents = documents::attached(call, &procedure, &document_urls, &content.documents)?;
    // Those that are asked by the applicant's document were asked when it was filed.
    ask(call, &procedure, None, &mut content)?;
    let actor = Actor::Applicant(sdk::case::Author::of(call.context));
    let application = act(call, application, actor, Act::Correct(content))?;
    Answer::json(200, &file(&application, &procedure, reader))
}

/// An application that who calls may see. To others it is as if there were none.
pub(super) fn seen(call: &Call<'_>, number: &str) -> Result<(BackOffice, Application, Procedure), Failure> {
    let office = BackOffice::of(call)?;
    let application = desk::find(number)?;
    let procedure = procedures::procedure(&application.procedure, application.version)?;
    let none = || Failure::NotFound(format!("there is no application {number}"));
    if office.sees(&application, &procedure) { Ok((office, application, procedure)) } else { Err(none()) }
}

/// As what a subsystem reads an application that it sees.
fn reader(office: &BackOffice, application: &Application) -> Reader {
    if application.applicant.filed_by() == Some(&office.subsystem) { Reader::Filer } else { Reader::Office }
}

/// The applications that who calls filed, the newest first, and those that wait for it.
pub(super) fn list(call: &Call<'_>) -> Result<Answer, Failure> {
    let (office, window) = (BackOffice::of(call)?, Window::of(call)?);
    let service: Option<ServiceId> = call.query("serviceId")?;
    let applicant = call.request.parameter("applicantId").filter(|id| !id.is_empty());
    let fits = |one: &Application| {
        service.is_none_or(|id| ServiceId::of(&one.procedure) == id)
            && applicant.is_none_or(|id| one.applicant.subject == id)
    };
    let mut files = gathered(|page| desk::filed_by(&office.subsystem, page), fits)?;
    let filed: BTreeSet<String> = files.iter().map(|one| one.number.clone()).collect();
    files.extend(waiting(&office, fits)?.into_iter().filter(|one| !filed.contains(&one.number)));
    let mut known = Once::procedures();
    let listed = files.iter().map(|one| Ok(listed(&office, one, known.of(one)?)));
    let listed = listed.collect::<Result<Vec<_>, Failure>>()?;
    Answer::json(200, &window.part(listed))
}

/// The applications that fit, with steps that an office may take.
pub(super) fn waiting(office: &BackOffice, fits: impl Fn(&Application) -> bool) -> Result<Vec<Application>, Failure> {
    let inboxes = office.roles.iter().cloned().map(Inbox::Role).chain([Inbox::Holder(office.subsystem.clone())]);
    let takes = |one: &Application| fits(one) && one.tracks.iter().any(|track| office.may_take(track));
    let (mut waiting, mut seen) = (Vec::new(), BTreeSet::new());
    for inbox in inboxes {
        let found = gathered(|page| desk::inbox(&inbox, page), takes)?;
        waiting.extend(found.into_iter().filter(|one| seen.insert(one.number.clone())));
    }
    Ok(waiting)
}

fn file(application: &Application, procedure: &Procedure, reader: Reader) -> File {
    let data = form_data::written(procedure, &application.content, reader);
    File {
        file_id: application.number.clone(),
        applicant_id: application.applicant.subject.clone(),
        registered: application.submitted,
        service_id: ServiceId::of(&application.procedure).to_string(),
        service_name: title(procedure),
        status: status(application),
        ended: application.is_closed(),
        application_data: FileSubmit {
            application_name: application.applicant.name.clone(),
            applicant_id: application.applicant.subject.clone(),
            created: Some(application.submitted),
            form_data: FormData { data, e_form_id: Some(eforms::id(&application.procedure, application.version)) },
            document_urls: documents::urls(application),
        },
    }
}

fn listed(office: &BackOffice, application: &Application, procedure: &Procedure) -> ListedFile {
    let track = application.tracks.iter().find(|track| office.may_take(track));
    let at = track.and_then(|track| match &track.stage {
        Stage::At { step, role, holder, .. } => Some((&track.registration, step, role, holder)),
        _ => None,
    });
    ListedFile {
        file_id: application.number.clone(),
        main_task_id: at.map(|(registration, ..)| main_task(application, registration)),
        task_title: at.map(|(registration, step, ..)| step_title(procedure, registration, step)),
        role_id: at.map(|(_, _, role, _)| role.to_string()),
        assignee_id: at.and_then(|(.., holder)| holder.clone()),
        status: status(application),
        applicant_id: application.applicant.subject.clone(),
        created: application.submitted,
        registered: application.submitted,
        service_name: title(procedure),
        service_id: ServiceId::of(&application.procedure).to_string(),
        eform_id: eforms::id(&application.procedure, application.version),
        document_urls: documents::urls(application),
    }
}

impl Sorted for ListedFile {
    fn sorted_by(&self, criterion: &str) -> String {
        match criterion {
            "created" | "dueDate" | "priority" => self.registered.to_string(),
            "assignee" => self.assignee_id.clone().unwrap_or_default(),
            "name" | "nameCaseInsensitive" | "description" => sdk::text::fold(&self.service_name),
            _ => self.file_id.clone(),
        }
    }
}

/// The id of the way of a registration, to which its tasks belong.
pub(super) fn main_task(application: &Application, registration: &Code) -> String {
    format!("{}.{registration}", application.number)
}

pub(super) fn title(procedure: &Procedure) -> String {
    procedure.definition().entry.title.in_language(Language::Spanish).to_owned()
}

pub(super) fn step_title(procedure: &Procedure, registration: &Code, step: &Code) -> String {
    let steps = procedure.registration(registration).map(|registration| &registration.steps);
    let found = steps.and_then(|steps| steps.iter().find(|one| one.code == *step));
    found.map_or_else(|| step.to_string(), |step| step.title.in_language(Language::Spanish).to_owned())
}

/// The state of an application, which has one for all its registrations: what has to be corrected comes first, then what waits,
/// then what was granted.
pub(super) fn status(application: &Application) -> Status {
    let mut marks = application.marks();
    let granted = application.tracks.iter().filter_map(|track| track.outcome()).any(Outcome::is_granted);
    let (code, text) = match () {
        () if marks.next().is_some() => ("SENDBACK", "api-sent-back"),
        () if !application.is_closed() => ("PENDING", "api-pending"),
        () if granted => ("APPROVED", "api-approved"),
        () => ("REJECTED", "api-rejected"),
    };
    Status { code, title: say(text) }
}
