//! What may be done with an application, and by whom.

use std::collections::BTreeSet;

use sdk::case::Author;
use sdk::{Date, Timestamp};

use super::judge::Judged;
use super::permit::{at, not_hers};
use super::room::{MOST_ENTRIES, has_room};
use super::{
    Applicant, Application, Assistance, Attached, Charge, Content, Entry, Event, Mark, Office, Outcome, Owner, Receipt,
    Refused, Submitted, Target, Track,
};
use crate::definition::{Clock, Code, Made, Power, Procedure, Registration, Step};

/// Somebody who acts upon applications of a procedure, now.
#[derive(Clone)]
pub struct Acting<'a> {
    /// The procedure, in the version of the application.
    pub procedure: &'a Procedure,
    /// The office.
    pub office: &'a dyn Office,
    /// When.
    pub now: Timestamp,
    /// Who.
    pub actor: Actor,
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The applicant: that is the author.
    Applicant(Author),
    /// Somebody of the entity who helps the applicant, and does what she could do herself.
    Assisting(Assistance),
    /// Staff of the entity, with the roles that she has or stands in for.
    Staff {
        /// Her id.
        id: String,
        /// Her roles.
        roles: BTreeSet<Code>,
        /// For whom she stands in.
        stands_in_for: BTreeSet<String>,
    },
    /// An information system of the entity's, with the roles that it was given.
    BackOffice {
        /// Its subsystem.
        subsystem: String,
        /// Its roles.
        roles: BTreeSet<Code>,
    },
    /// Who takes money.
    Cashier(Author),
    /// Nobody: a day has passed.
    Time,
}

/// What is submitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Submission {
    /// The number that it gets.
    pub number: String,
    /// Who asks.
    pub applicant: Applicant,
    /// What it says.
    pub content: Content,
    /// The signed receipt, by the id of its signature.
    pub receipt: String,
}

/// What is done.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A registration is taken on, by who acts.
    Claim(Code),
    /// It is given back to all who have the role.
    Release(Code),
    /// It is handed to somebody, by who supervises.
    Assign(Code, String),
    /// It is decided at its step, for a reason.
    Decide(Code, Decision, String),
    /// What was sent back is corrected.
    Correct(Content),
    /// A fee is paid, as it was shown.
    Pay(Charge, Receipt),
    /// A registration is taken back by the applicant.
    Withdraw(Code, String),
    /// What was filed at a counter is added to the applicant's account.
    Join(Applicant),
    /// A day has passed.
    Expire,
}

/// What comes of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It goes on; at the last step of a registration whose result is made by hand, with the result.
    Approve(Option<Attached>),
    /// It ends.
    Reject,
    /// It goes back to be corrected.
    SendBack(Vec<Mark>),
}

impl Acting<'_> {
    /// Submits an application, with all that happens to it by itself.
    ///
    /// # Errors
    /// If something is wrong with what it says.
    pub fn submit(&self, submission: Submission) -> Result<(Application, Vec<Entry>), Refused> {
        sdk::ensure!(self.actor.is_applicant(), Refused::NotApplicant);
        let Judged(content) = self.procedure.judge(submission.content, self.today())?;
        let submitted = Submitted {
            number: submission.number,
            procedure: self.procedure.code().clone(),
            version: self.procedure.version(),
            applicant: submission.applicant,
            fees: self.procedure.first_fees(&content)?,
            content,
            receipt: submission.receipt,
        };
        let event = Event::Submitted(Box::new(submitted));
        let mut entries = vec![self.entry(self.author(), event, "")];
        let mut application = Application::of(&entries).map_err(|_| Refused::Nothing)?;
        self.go_on(&mut application, &mut entries)?;
        Ok((application, entries))
    }

    /// Does something with an application, and all that follows; gives what happened.
    ///
    /// # Errors
    /// If it may not be done.
    pub fn act(&self, application: &mut Application, act: Act) -> Result<Vec<Entry>, Refused> {
        has_room(application, &act)?;
        let mut entries = Vec::new();
        if act == Act::Expire {
            self.expire(application, &mut entries)?;
        } else {
            let (event, reason) = self.event_of(application, act)?;
            self.happen(application, &mut entries, self.author(), event, &reason)?;
        }
        self.go_on(application, &mut entries)?;
        Ok(entries)
    }

    fn event_of(&self, application: &Application, act: Act) -> Result<(Event, String), Refused> {
        let none = String::new();
        match act {
            Act::Claim(registration) => {
                let by = self.claims(application.track(&registration)?)?.to_owned();
                not_hers(application, &by)?;
                Ok((Event::Claimed { registration, by }, none))
            }
            Act::Release(registration) => {
                self.held(application.track(&registration)?)?;
                Ok((Event::Released { registration }, none))
            }
            Act::Assign(registration, by) => {
                self.hands_on(application.track(&registration)?, &by)?;
                not_hers(application, &by)?;
                Ok((Event::Claimed { registration, by }, none))
            }
            Act::Decide(registration, decision, reason) => self.decide(application, &registration, decision, reason),
            Act::Correct(content) => Ok((self.correct(application, content)?, none)),
            Act::Pay(charge, receipt) => self.pay(application, charge, receipt).map(|event| (event, none)),
            Act::Withdraw(registration, reason) => self.withdraw(application, &registration, reason),
            Act::Join(applicant) => self.join(application, applicant).map(|event| (event, none)),
            // `act` does it: several tracks may be due at once.
            Act::Expire => Err(Refused::Nothing),
        }
    }

    fn decide(
        &self,
        application: &Application,
        registration: &Code,
        decision: Decision,
        reason: String,
    ) -> Result<(Event, String), Refused> {
        let track = application.track(registration)?;
        let by = self.held(track)?.to_owned();
        not_hers(application, &by)?;
        let (of, step) = self.step_of(track)?;
        let needs_reason = !matches!(decision, Decision::Approve(_));
        sdk::ensure!(!needs_reason || !reason.trim().is_empty(), Refused::NoReason);
        match decision {
            Decision::Approve(result) => {
                let result = self.result_of(of, track, step, result)?;
                let (registration, step) = (registration.clone(), step.code.clone());
                Ok((Event::StepApproved { registration, step, result }, reason))
            }
            Decision::Reject => {
                power(step, Power::Reject, "rejected")?;
                self.decided(application, track, Outcome::Rejected, &reason)
            }
            Decision::SendBack(marks) => {
                power(step, Power::SendBack, "sent back")?;
                self.can_be_marked(application, &marks)?;
                let until = self.working_days_on(super::advance::PATIENCE)?;
                let left = self.days_left(track)?;
                Ok((Event::SentBack { registration: registration.clone(), marks, by, until, left }, reason))
            }
        }
    }

    /// The result that an approval needs: at the last step, where it is made by hand.
    fn result_of(
        &self,
        of: &Registration,
        track: &Track,
        step: &Step,
        result: Option<Attached>,
    ) -> Result<Option<Attached>, Refused> {
        if !track.ends_with(step, of) || of.result.made != Made::ByHand {
            return Ok(None);
        }
        let registration = track.registration.clone();
        result.map(Some).ok_or(Refused::NoResult { registration })
    }

    fn can_be_marked(&self, application: &Application, marks: &[Mark]) -> Result<(), Refused> {
        sdk::ensure!(!marks.is_empty(), Refused::NoMarks);
        for mark in marks {
            sdk::ensure!(!mark.note.trim().is_empty(), Refused::NoReason);
            let (is_there, what) = match &mark.target {
                Target::Field(name) => (self.procedure.can_be_marked(name, &application.content), name.clone()),
                Target::Document(code) => (application.content.documents.contains_key(code), code.to_string()),
            };
            sdk::ensure!(is_there, Refused::NoSuchPart { what });
        }
        Ok(())
    }

    fn correct(&self, application: &Application, content: Content) -> Result<Event, Refused> {
        sdk::ensure!(self.actor.is_applicant(), Refused::NotApplicant);
        let marks: Vec<&Target> = application.marks().map(|mark| &mark.target).collect();
        sdk::ensure!(!marks.is_empty(), Refused::NotMarked { what: "it".to_owned() });
        let Judged(content) = self.procedure.judge(content, self.today())?;
        self.procedure.only_changes(&application.content, &content, &marks, self.today())?;
        // What is applied for is what there are tracks of, whatever the answers say now.
        let content = Content { registrations: application.content.registrations.clone(), ..content };
        let owed = self.procedure.still_owed(&application.fees, &content)?;
        Ok(Event::Corrected { content: Box::new(content), owed })
    }

    fn pay(&self, application: &Application, charge: Charge, receipt: Receipt) -> Result<Event, Refused> {
        let number = charge.number;
        let Actor::Cashier(author) = &self.actor else { return Err(Refused::NoFee { number }) };
        if let Author::Operator(id) = author {
            not_hers(application, id)?;
        }
        let owed = application.charge(number).filter(|_| !application.is_closed());
        sdk::ensure!(owed.ok_or(Refused::NoFee { number })? == charge, Refused::FeeChanged { fee: charge.fee });
        Ok(Event::Paid { number, receipt })
    }

    fn withdraw(
        &self,
        application: &Application,
        registration: &Code,
        reason: String,
    ) -> Result<(Event, String), Refused> {
        sdk::ensure!(self.actor.is_applicant(), Refused::NotApplicant);
        let track = application.track(registration)?;
        sdk::ensure!(!track.is_decided(), Refused::stage(registration, track.owner()));
        let (registration, outcome) = (registration.clone(), Outcome::Withdrawn);
        Ok((Event::Decided { registration, outcome, document: None }, reason))
    }

    fn join(&self, application: &Application, applicant: Applicant) -> Result<Event, Refused> {
        sdk::ensure!(matches!(self.actor, Actor::Applicant(_)), Refused::NotApplicant);
        sdk::ensure!(application.applicant.is_unclaimed(), Refused::Joined);
        Ok(Event::Joined { applicant })
    }

    fn expire(&self, application: &mut Application, entries: &mut Vec<Entry>) -> Result<(), Refused> {
        for number in 0..application.tracks.len() {
            if let Some((event, reason)) = self.overdue(application, &application.tracks[number])? {
                self.happen(application, entries, Author::System, event, &reason)?;
            }
        }
        Ok(())
    }

    fn step_of(&self, track: &Track) -> Result<(&Registration, &Step), Refused> {
        let (at, _, _) = at(track)?;
        let of = self.registration(&track.registration)?;
        let step = of.steps.iter().find(|step| step.code == *at);
        let step = step.ok_or_else(|| Refused::stage(&track.registration, Owner::Another))?;
        Ok((of, step))
    }

    pub(super) fn registration(&self, code: &Code) -> Result<&Registration, Refused> {
        self.procedure.registration(code).ok_or_else(|| Refused::NotApplied { registration: code.clone() })
    }

    /// The working days that are left of a track's time, where it stands still while somebody corrects.
    fn days_left(&self, track: &Track) -> Result<Option<u32>, Refused> {
        let online = self.procedure.online();
        match (online.while_sent_back, track.due) {
            (Clock::Stops, Some(due)) => Ok(Some(self.office.between(&online.calendar, self.today(), due)?)),
            _ => Ok(None),
        }
    }

    pub(super) fn working_days_on(&self, days: u32) -> Result<Date, Refused> {
        Ok(self.office.after(&self.procedure.online().calendar, self.today(), days)?)
    }

    pub(super) fn today(&self) -> Date {
        self.now.date_in_la_paz()
    }

    /// Notes that something happened, and does it.
    pub(super) fn happen(
        &self,
        application: &mut Application,
        entries: &mut Vec<Entry>,
        author: Author,
        event: Event,
        reason: &str,
    ) -> Result<(), Refused> {
        sdk::ensure!(application.entries < MOST_ENTRIES, Refused::Full);
        let entry = self.entry(author, event, reason);
        application.apply(&entry)?;
        entries.push(entry);
        Ok(())
    }

    /// Who helps is named with what she does herself; what follows from it, nobody did.
    fn entry(&self, author: Author, event: Event, reason: &str) -> Entry {
        let assistance = match &self.actor {
            Actor::Assisting(assistance) if author != Author::System => Some(assistance.clone()),
            _ => None,
        };
        Entry { at: self.now, author, event, reason: reason.to_owned(), assistance }
    }

    fn author(&self) -> Author {
        match &self.actor {
            Actor::Applicant(author) | Actor::Cashier(author) => author.clone(),
            Actor::Assisting(assistance) => Author::Operator(assistance.by().to_owned()),
            Actor::Staff { id, .. } => Author::Operator(id.clone()),
            Actor::BackOffice { subsystem, .. } => Author::Subsystem(subsystem.clone()),
            Actor::Time => Author::System,
        }
    }
}

impl Actor {
    /// Whether it is the applicant who acts, or somebody who helps her.
    fn is_applicant(&self) -> bool {
        matches!(self, Self::Applicant(_) | Self::Assisting(_))
    }
}

fn power(step: &Step, wanted: Power, what: &'static str) -> Result<(), Refused> {
    sdk::ensure!(step.powers.contains(&wanted), Refused::Power { step: step.code.clone(), what });
    Ok(())
}
