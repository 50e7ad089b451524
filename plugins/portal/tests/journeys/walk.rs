//! A walk through one application: who does what, and what came of it.

use std::collections::BTreeSet;
use std::time::Duration;

use portal::application::{
    Act, Acting, Actor, Applicant, Application, Attached, Charge, Content, Decision, Entry, Mark, Owner, Reach,
    Receipt, Refused, Stage, Submission, Target,
};
use portal::definition::{Code, Procedure};
use sdk::Timestamp;
use sdk::case::Author;
use sdk::json::json;

use super::office::Numbered;
use super::random::Move;

pub struct Walk<'p> {
    pub procedure: &'p Procedure,
    office: Numbered,
    now: Timestamp,
    pub application: Application,
    pub history: Vec<Entry>,
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const STAFF: [&str; 3] = ["rosa", "luis", "eva"];
const ANA: &str = "ana";
const ROLES: [&str; 3] = ["reviewer", "inspector", "supervisor"];
/// No application needs more: each round brings some track forward.
const MOST_ROUNDS: usize = 200;

impl<'p> Walk<'p> {
    pub fn begin(procedure: &'p Procedure) -> Self {
        let applicant =
            Applicant { subject: ANA.to_owned(), name: None, represents: None, person: None, assistance: None };
        Self::of(procedure, applicant)
    }

    /// The walk of what somebody asks for.
    pub fn of(procedure: &'p Procedure, asks: Applicant) -> Self {
        let (office, now) = (Numbered::default(), "2026-03-02T14:00:00Z".parse().expect("a time"));
        let answers = [("who", json!("Ana")), ("size", json!(4))].map(|(name, value)| (name.to_owned(), value));
        let mut answers: sdk::schema::Answers = answers.into();
        if procedure.has_choice() {
            // Those that can be left out are all wanted; the others are there by themselves.
            let offered = procedure.online().registrations.iter();
            let offered = offered.filter(|one| one.need == portal::definition::Need::Optional);
            let codes: Vec<&str> = offered.map(|one| one.code.as_str()).collect();
            answers.insert(portal::definition::REGISTRATIONS.to_owned(), json!(codes));
        }
        let submission = Submission {
            number: "0000-0000-0001".to_owned(),
            applicant: asks,
            content: Content { answers, ..Content::default() },
            receipt: "receipt".to_owned(),
        };
        let acting = Acting { procedure, office: &office, now, actor: applicant() };
        let (application, history) = acting.submit(submission).expect("it is complete");
        Self { procedure, office, now, application, history }
    }

    /// Makes a move, if it may be made.
    pub fn take(&mut self, one: Move) {
        let tracks = self.application.tracks.len();
        let registration = |track: u8| self.application.tracks[usize::from(track) % tracks].registration.clone();
        match one {
            Move::Claim { track, who } => drop(self.act(staff(who), Act::Claim(registration(track)))),
            Move::Release { track } => {
                let holder = self.holder(track);
                drop(self.act(by(&holder), Act::Release(registration(track))));
            }
            Move::Assign { track, who } => {
                let to = STAFF[usize::from(who) % STAFF.len()].to_owned();
                drop(self.act(by("eva"), Act::Assign(registration(track), to)));
            }
            Move::Decide { track, verdict, attach } => {
                let (holder, registration) = (self.holder(track), registration(track));
                let decision = self.decision(verdict, attach);
                drop(self.act(by(&holder), Act::Decide(registration, decision, "Porque sí.".to_owned())));
            }
            Move::Pay { fee } => {
                let count = u32::try_from(self.application.fees.len().max(1)).expect("few fees");
                let charge = self.application.charge(u32::from(fee) % count);
                drop(charge.map(|charge| self.pay(charge)));
            }
            Move::Correct { answer } => {
                let content = self.corrected(i64::from(answer % 11));
                drop(self.act(applicant(), Act::Correct(content)));
            }
            Move::Withdraw { track } => {
                drop(self.act(applicant(), Act::Withdraw(registration(track), "Ya no hace falta.".to_owned())));
            }
            Move::Wait { days } => self.wait(u32::from(days)),
        }
    }

    /// Everybody does what she is asked to; gives in how many rounds.
    pub fn cooperate(&mut self) -> usize {
        for round in 0..MOST_ROUNDS {
            if self.application.is_closed() {
                return round;
            }
            if let Some(number) = self.application.fees.iter().position(|owed| owed.receipt.is_none()) {
                let number = u32::try_from(number).expect("few fees");
                let charge = self.application.charge(number).expect("it is not paid");
                self.pay(charge).expect("what is owed can be paid");
            }
            if self.application.marks().next().is_some() {
                let content = self.corrected(4);
                self.act(applicant(), Act::Correct(content)).expect("what is marked can be corrected");
            }
            for number in 0..self.application.tracks.len() {
                self.serve(number);
            }
        }
        MOST_ROUNDS
    }

    /// Who has the role takes a track on, and approves it.
    fn serve(&mut self, number: usize) {
        let track = self.application.tracks[number].clone();
        let Owner::Role { role, holder } = track.owner() else { return };
        let who = holder.map_or_else(|| with_role(role), str::to_owned);
        if holder.is_none() {
            self.act(by(&who), Act::Claim(track.registration.clone())).expect("who has the role takes it on");
        } else if !able(&who, role) {
            // It was handed to somebody who cannot do it: who supervises hands it to somebody who can.
            self.act(by("eva"), Act::Assign(track.registration.clone(), with_role(role))).expect("it is handed on");
        }
        let approve = Act::Decide(track.registration, Decision::Approve(Some(result())), String::new());
        self.act(by(&with_holder(&self.application, number)), approve).expect("who holds it approves it");
    }

    /// Lets so many days pass that everything that can run out has.
    pub fn wait_out(&mut self) {
        for _ in 0..20 {
            self.wait(200);
        }
    }

    pub fn is_escalated(&self) -> bool {
        self.application.tracks.iter().any(|track| track.reach == Reach::Supervisor && !track.is_decided())
    }

    fn wait(&mut self, days: u32) {
        self.now = self.now + DAY * days;
        self.act(Actor::Time, Act::Expire).expect("time can pass");
    }

    fn act(&mut self, actor: Actor, act: Act) -> Result<(), Refused> {
        let acting = Acting { procedure: self.procedure, office: &self.office, now: self.now, actor };
        let mut application = self.application.clone();
        let entries = acting.act(&mut application, act)?;
        self.application = application;
        self.history.extend(entries);
        Ok(())
    }

    /// Corrects the marked size, and something else with it.
    pub fn correct_with(&mut self, change: impl FnOnce(&mut Content)) -> Result<(), Refused> {
        let mut content = self.corrected(5);
        change(&mut content);
        self.act(applicant(), Act::Correct(content))
    }

    /// Somebody of the staff takes the first registration on.
    pub fn claim(&mut self, who: u8) -> Result<(), Refused> {
        let registration = self.application.tracks[0].registration.clone();
        self.act(staff(who), Act::Claim(registration))
    }

    /// Who has the first registration decides it: 0 rejects, 1 sends it back, 2 approves.
    pub fn decide(&mut self, verdict: u8) -> Result<(), Refused> {
        let registration = self.application.tracks[0].registration.clone();
        let act = Act::Decide(registration, self.decision(verdict, 0), "Porque sí.".to_owned());
        let holder = self.holder(0);
        self.act(by(&holder), act)
    }

    fn decision(&self, verdict: u8, attach: u8) -> Decision {
        match verdict % 4 {
            0 => Decision::Reject,
            1 => Decision::SendBack(vec![self.mark()]),
            _ => Decision::Approve(attach.is_multiple_of(2).then(result)),
        }
    }

    /// The cashier notes what was paid.
    pub fn pay(&mut self, charge: Charge) -> Result<(), Refused> {
        self.act(cashier(), Act::Pay(charge, receipt()))
    }

    /// Somebody of the staff notes it, by her id.
    pub fn pay_to(&mut self, who: &str, charge: Charge) -> Result<(), Refused> {
        self.act(Actor::Cashier(Author::Operator(who.to_owned())), Act::Pay(charge, receipt()))
    }

    fn holder(&self, track: u8) -> String {
        with_holder(&self.application, usize::from(track) % self.application.tracks.len())
    }

    fn mark(&self) -> Mark {
        Mark { target: Target::Field("size".to_owned()), note: "No coincide.".to_owned() }
    }

    fn corrected(&self, size: i64) -> Content {
        let mut content = self.application.content.clone();
        content.answers.insert("size".to_owned(), json!(size));
        content.answers.insert("why".to_owned(), json!("Es grande"));
        content
    }
}

fn with_holder(application: &Application, number: usize) -> String {
    match &application.tracks[number].stage {
        Stage::At { holder: Some(holder), .. } => holder.clone(),
        _ => "nobody".to_owned(),
    }
}

fn applicant() -> Actor {
    Actor::Applicant(Author::Citizen("ana".to_owned()))
}

fn cashier() -> Actor {
    Actor::Cashier(Author::Subsystem("BO/GOV/1/pagos".to_owned()))
}

fn staff(who: u8) -> Actor {
    by(STAFF[usize::from(who) % STAFF.len()])
}

/// Rosa reviews, Luis inspects, and Eva supervises.
fn by(who: &str) -> Actor {
    let role = STAFF.iter().position(|one| *one == who).map(|at| ROLES[at].parse().expect("a role"));
    let roles: BTreeSet<Code> = role.into_iter().collect();
    Actor::Staff { id: who.to_owned(), roles, stands_in_for: BTreeSet::new() }
}

fn with_role(role: &Code) -> String {
    let at = ROLES.iter().position(|one| *role == *one).expect("one of the roles");
    STAFF[at].to_owned()
}

fn able(who: &str, role: &Code) -> bool {
    with_role(role) == who
}

fn receipt() -> Receipt {
    Receipt { number: "1".to_owned(), taken_by: "Banco".to_owned() }
}

fn result() -> Attached {
    Attached {
        blob: "blob".to_owned(),
        name: "resultado.pdf".to_owned(),
        content_type: "application/pdf".to_owned(),
        bytes: 1,
        signer: None,
    }
}
