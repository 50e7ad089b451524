//! Filling something in: what one should know first, page by page, what has to be attached, and a last look before it is
//! submitted. Each page that was filled in is kept, so nobody loses what she wrote.

mod begin;
mod check;
mod documents;
mod questions;
mod stops;
mod submitted;

use sdk::web::{Citizen, Path, PathPair, Response, Visit};
use sdk::{Date, Failure};

use crate::application::Applicant;
use crate::consult::{Silent, Why};
use crate::definition::{Code, Procedure};
use crate::drafts::{self, Draft};
use crate::procedures;
use stops::{Stop, Way};

pub(crate) use begin::begin;
pub(crate) use documents::{accepted, kinds, taken};
pub(crate) use submitted::submitted;

/// A draft with its procedure, as somebody goes on with it.
pub(crate) struct Filling {
    pub(crate) draft: Draft,
    pub(crate) procedure: Procedure,
    pub(crate) today: Date,
}

impl Filling {
    fn of(visit: &Visit, citizen: &Citizen, id: &str) -> Result<Self, Failure> {
        let draft = drafts::find(&Applicant::of(citizen), id)?;
        let procedure = procedures::procedure(&draft.procedure, draft.version)?;
        Ok(Self { draft, procedure, today: visit.now().date_in_la_paz() })
    }

    /// Keeps what was filled in at a stop, and leads to the next one; or out, if that is what was wanted.
    fn keep(mut self, visit: &Visit, at: &Stop) -> Result<Response, Failure> {
        let code = at.code();
        if !self.draft.filled.contains(&code) {
            self.draft.filled.push(code);
        }
        self.draft.changed = visit.now();
        drafts::keep(&self.draft)?;
        if visit.sent(LEAVE).is_some() {
            return Ok(Response::redirect("/applications"));
        }
        let way = Way::of(&self.procedure, &self.draft.content, self.today);
        Ok(Response::redirect(self.path(&way.after(at, &self.draft.filled))))
    }

    /// Keeps what was filled in, and shows the stop again: a register said nothing.
    fn wait(mut self, visit: &Visit, at: &Stop, silent: &Silent) -> Result<Response, Failure> {
        self.draft.changed = visit.now();
        drafts::keep(&self.draft)?;
        let why = if silent.why == Why::Unknown { "unknown" } else { "unavailable" };
        Ok(Response::redirect(format!("{}{}", self.path(at), sdk::web::query([(SILENT, why)]))))
    }

    fn path(&self, stop: &Stop) -> String {
        format!("/drafts/{}/at/{}", self.draft.id, stop.code())
    }
}

/// The parameter by which a page says that a register said nothing.
const SILENT: &str = "silent";
/// The button that keeps a page and leaves.
const LEAVE: &str = "leave";

/// Goes on where somebody left off.
pub(crate) fn resume(visit: &Visit, citizen: Citizen, Path(id): Path<String>) -> Result<Response, Failure> {
    let filling = Filling::of(visit, &citizen, &id)?;
    let way = Way::of(&filling.procedure, &filling.draft.content, filling.today);
    Ok(Response::redirect(filling.path(&way.first_open(&filling.draft.filled))))
}

/// A stop on the way of a draft.
pub(crate) fn stop(
    visit: &Visit,
    citizen: Citizen,
    PathPair(id, code): PathPair<String, Code>,
) -> Result<Response, Failure> {
    let filling = Filling::of(visit, &citizen, &id)?;
    let way = Way::of(&filling.procedure, &filling.draft.content, filling.today);
    let stop = way.find(&code).ok_or_else(|| Failure::NotFound(format!("nothing is asked under {code}")))?;
    match stop {
        Stop::Choice | Stop::Questions(_) => questions::questions(visit, filling, &way, stop),
        Stop::Document(_) => documents::document(visit, filling, &way, stop),
        Stop::Check => check::check(visit, filling, &way),
    }
}

/// Throws a draft away.
pub(crate) fn discard(visit: &Visit, citizen: Citizen, Path(id): Path<String>) -> Result<Response, Failure> {
    let owner = Applicant::of(&citizen);
    let draft = drafts::find(&owner, &id)?;
    if visit.is_submission() {
        drafts::remove(&owner, &draft.id)?;
        return Ok(Response::redirect("/applications"));
    }
    begin::discard(visit, &draft)
}
