//! Filling something in: what one should know first, page by page, what has to be attached, and a last look before it is
//! submitted. Each page that was filled in is kept, so nobody loses what she wrote.

mod begin;
mod check;
mod documents;
mod questions;
mod stops;
mod submitted;
mod unasked;

use sdk::web::{Path, PathPair, Response, Visit};
use sdk::{Date, Failure};

use crate::consult::{Silent, Why};
use crate::definition::{Code, Procedure};
use crate::drafts::{self, Draft};
use crate::pages::behalf::Behalf;
use crate::procedures;
use stops::{Stop, Way};

pub(crate) use begin::begin;
pub(crate) use documents::{accepted, attached_now, kinds, removed, taken};
pub(crate) use submitted::submitted;

/// A draft with its procedure, as somebody goes on with it.
pub(crate) struct Filling {
    pub(crate) draft: Draft,
    pub(crate) procedure: Procedure,
    pub(crate) today: Date,
    pub(crate) behalf: Behalf,
}

impl Filling {
    fn of(visit: &Visit, behalf: Behalf, id: &str) -> Result<Self, Failure> {
        let draft = drafts::find(&behalf.owner, id)?;
        let procedure = procedures::procedure(&draft.procedure, draft.version)?;
        Ok(Self { draft, procedure, today: visit.now().date_in_la_paz(), behalf })
    }

    /// Keeps what was filled in at a stop, and leads to the next one; or out, if that is what was wanted.
    fn keep(mut self, visit: &Visit, at: &Stop) -> Result<Response, Failure> {
        let code = at.code();
        if !self.draft.filled.contains(&code) {
            self.draft.filled.push(code);
        }
        self.save(visit)?;
        if visit.sent(LEAVE).is_some() {
            return Ok(Response::redirect(self.behalf.home()));
        }
        let way = Way::of(&self.procedure, &self.draft.content, self.today);
        Ok(Response::redirect(self.path(&way.after(at, &self.draft.filled))))
    }

    /// Keeps what was filled in, and shows the stop again: a register said nothing.
    fn wait(mut self, visit: &Visit, at: &Stop, silent: &Silent) -> Result<Response, Failure> {
        self.save(visit)?;
        let why = if silent.why == Why::Unknown { "unknown" } else { "unavailable" };
        Ok(Response::redirect(format!("{}{}", self.path(at), sdk::web::query([(SILENT, why)]))))
    }

    /// Keeps the draft as it is now, with who helped.
    fn save(&mut self, visit: &Visit) -> Result<(), Failure> {
        self.draft.changed = visit.now();
        if let Some(assistance) = self.behalf.assistance() {
            self.draft.owner.assistance = Some(assistance);
        }
        drafts::keep(&self.draft)
    }

    fn path(&self, stop: &Stop) -> String {
        self.behalf.path(&format!("/drafts/{}/at/{}", self.draft.id, stop.code()))
    }
}

/// The parameter by which a page says that a register said nothing.
const SILENT: &str = "silent";
/// The button that keeps a page and leaves.
const LEAVE: &str = "leave";

/// Goes on where somebody left off.
pub(crate) fn resume(visit: &Visit, behalf: Behalf, Path(id): Path<String>) -> Result<Response, Failure> {
    let filling = Filling::of(visit, behalf, &id)?;
    let way = Way::of(&filling.procedure, &filling.draft.content, filling.today);
    Ok(Response::redirect(filling.path(&way.first_open(&filling.draft.filled))))
}

/// A stop on the way of a draft.
pub(crate) fn stop(
    visit: &Visit,
    behalf: Behalf,
    PathPair(id, code): PathPair<String, Code>,
) -> Result<Response, Failure> {
    let filling = Filling::of(visit, behalf, &id)?;
    let way = Way::of(&filling.procedure, &filling.draft.content, filling.today);
    let stop = way.find(&code).ok_or_else(|| Failure::NotFound(format!("nothing is asked under {code}")))?;
    match stop {
        Stop::Choice | Stop::Questions(_) => questions::questions(visit, filling, &way, stop),
        Stop::Document(_) => documents::document(visit, filling, &way, stop),
        Stop::Check => check::check(visit, filling, &way),
    }
}

/// Throws a draft away.
pub(crate) fn discard(visit: &Visit, behalf: Behalf, Path(id): Path<String>) -> Result<Response, Failure> {
    let draft = drafts::find(&behalf.owner, &id)?;
    if visit.is_submission() {
        drafts::remove(&behalf.owner, &draft.id)?;
        return Ok(Response::redirect(behalf.home()));
    }
    begin::discard(visit, &behalf, &draft)
}
