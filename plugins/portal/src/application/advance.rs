//! What follows by itself from what was done.

use sdk::Date;
use sdk::case::Author;

use super::act::Acting;
use super::{Application, Deciding, Entry, Event, Granted, Outcome, Owed, Refused, Stage, Track};
use crate::definition::{Moment, Registration, Silence, Step};

/// The working days within which an applicant pays or corrects something, before it lapses.
pub const PATIENCE: u32 = 30;

impl Acting<'_> {
    /// Does all that follows by itself, and adds it to what happened. It ends: each event brings a track forward, and none
    /// brings one back.
    pub(super) fn go_on(&self, application: &mut Application, entries: &mut Vec<Entry>) -> Result<(), Refused> {
        while let Some((event, reason)) = self.next(application)? {
            self.happen(application, entries, Author::System, event, &reason)?;
        }
        Ok(())
    }

    /// The next thing that follows.
    fn next(&self, application: &Application) -> Result<Option<(Event, String)>, Refused> {
        for track in &application.tracks {
            let next = match &track.stage {
                Stage::Waiting => self.unblocked(application, track)?,
                Stage::Ready => Some(self.forward(application, track)?),
                Stage::Owing { .. } => self.paid(application, track)?,
                Stage::OwingForResult { granted, .. } => self.paid_for_result(application, track, granted)?,
                Stage::At { .. } | Stage::SentBack { .. } | Stage::Decided { .. } => None,
            };
            if next.is_some() {
                return Ok(next);
            }
        }
        Ok(None)
    }

    fn unblocked(&self, application: &Application, track: &Track) -> Result<Option<(Event, String)>, Refused> {
        let needs = &self.registration(&track.registration)?.needs;
        let needed = application.tracks.iter().filter(|other| needs.contains(&other.registration));
        let outcomes: Vec<Option<Outcome>> = needed.map(Track::outcome).collect();
        let registration = track.registration.clone();
        if outcomes.iter().flatten().any(|outcome| !outcome.is_granted()) {
            let reason = "No se concedió un registro que este necesita.";
            return self.decided(application, track, Outcome::Lapsed, reason).map(Some);
        }
        let granted = outcomes.iter().all(Option::is_some);
        Ok(granted.then(|| (Event::Unblocked { registration }, String::new())))
    }

    /// The way of a track that nothing holds up.
    fn forward(&self, application: &Application, track: &Track) -> Result<(Event, String), Refused> {
        if self.unpaid(application, track, Moment::Review).next().is_some() {
            let registration = track.registration.clone();
            return Ok((Event::Owes { registration, until: self.patience()?, granted: None }, String::new()));
        }
        self.step(application, track)
    }

    fn paid(&self, application: &Application, track: &Track) -> Result<Option<(Event, String)>, Refused> {
        let unpaid = self.unpaid(application, track, Moment::Review).next().is_some();
        if unpaid { Ok(None) } else { self.step(application, track).map(Some) }
    }

    fn step(&self, application: &Application, track: &Track) -> Result<(Event, String), Refused> {
        let registration = self.registration(&track.registration)?;
        let Some(step) = registration.steps.iter().find(|step| !track.done.contains(&step.code)) else {
            let granted = Granted { outcome: Outcome::Approved, result: track.result.clone() };
            return self.granted(application, track, granted);
        };
        if self.procedure.holds(step.when.as_ref(), &application.content) {
            self.begin(registration, track, step)
        } else {
            let (registration, step) = (track.registration.clone(), step.code.clone());
            Ok((Event::PassedBy { registration, step }, String::new()))
        }
    }

    fn begin(&self, registration: &Registration, track: &Track, step: &Step) -> Result<(Event, String), Refused> {
        let due = match (track.due, track.left) {
            // Time stood still.
            (_, Some(left)) => self.working_days_on(left)?,
            (Some(due), None) => due,
            (None, None) => self.working_days_on(self.procedure.deadline().working_days)?,
        };
        let event = Event::Began {
            registration: registration.code.clone(),
            step: step.code.clone(),
            role: step.role.clone(),
            until: self.working_days_on(step.working_days)?.min(due),
            due,
            holder: track.returns_to.clone(),
        };
        Ok((event, String::new()))
    }

    /// What was granted is issued, unless something has to be paid before.
    pub(super) fn granted(
        &self,
        application: &Application,
        track: &Track,
        granted: Granted,
    ) -> Result<(Event, String), Refused> {
        if self.unpaid(application, track, Moment::Result).next().is_some() {
            let (registration, until) = (track.registration.clone(), self.patience()?);
            return Ok((Event::Owes { registration, until, granted: Some(granted) }, String::new()));
        }
        self.issued(application, track, &granted)
    }

    fn paid_for_result(
        &self,
        application: &Application,
        track: &Track,
        granted: &Granted,
    ) -> Result<Option<(Event, String)>, Refused> {
        let unpaid = self.unpaid(application, track, Moment::Result).next().is_some();
        if unpaid { Ok(None) } else { self.issued(application, track, granted).map(Some) }
    }

    fn issued(&self, application: &Application, track: &Track, granted: &Granted) -> Result<(Event, String), Refused> {
        let (registration, outcome, reason) = (&track.registration, granted.outcome, track.approval.as_str());
        let deciding = Deciding { application, registration, outcome, reason, result: granted.result.as_ref() };
        let document = Some(self.office.sign(&deciding)?);
        Ok((Event::Decided { registration: registration.clone(), outcome, document }, reason.to_owned()))
    }

    /// That something is decided, with the document that says so.
    pub(super) fn decided(
        &self,
        application: &Application,
        track: &Track,
        outcome: Outcome,
        reason: &str,
    ) -> Result<(Event, String), Refused> {
        let registration = &track.registration;
        let document = self.office.sign(&Deciding { application, registration, outcome, reason, result: None })?;
        let event = Event::Decided { registration: registration.clone(), outcome, document: Some(document) };
        Ok((event, reason.to_owned()))
    }

    /// What a day that has passed means for a track; nothing, where none has.
    pub(super) fn overdue(&self, application: &Application, track: &Track) -> Result<Option<(Event, String)>, Refused> {
        let Some(until) = track.runs_until().filter(|until| *until < self.today()) else { return Ok(None) };
        if !matches!(track.stage, Stage::At { .. }) {
            let reason = format!("Venció el plazo del {}.", until.in_words(sdk::html::Language::Spanish));
            return self.decided(application, track, Outcome::Lapsed, &reason).map(Some);
        }
        let registration = track.registration.clone();
        let silent = "La entidad no resolvió dentro del plazo.";
        match self.procedure.deadline().silence {
            Silence::Grants => {
                let granted = Granted { outcome: Outcome::GrantedBySilence, result: None };
                self.granted(application, track, granted).map(Some)
            }
            Silence::Denies => self.decided(application, track, Outcome::DeniedBySilence, silent).map(Some),
            Silence::Escalates => Ok(Some((Event::Escalated { registration }, String::new()))),
        }
    }

    /// What has to be paid for a track before something.
    fn unpaid<'a>(
        &'a self,
        application: &'a Application,
        track: &'a Track,
        before: Moment,
    ) -> impl Iterator<Item = &'a Owed> {
        application.unpaid().filter(move |owed| self.procedure.is_owed_for(owed, track, before))
    }

    fn patience(&self) -> Result<Date, Refused> {
        self.working_days_on(PATIENCE)
    }
}
