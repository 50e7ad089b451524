//! The accounts of citizens, as a harness keeps them.

use crate::bindings::accounts::{
    Account, Enrolment, IdentityDocument, Person, Refusal, Representation, RepresentedId, Session, SignIn,
};
use crate::bindings::types::Assurance;
use crate::harness::attempt::{Attempt, Stop, current};
use crate::harness::manifest::Use;
use crate::harness::state::{Change, KeptAccount, account};
use crate::limits::MAX_SIGN_INS;

/// So long the code of an enrolment can be used: a week.
const ENROLMENT_MS: u64 = 7 * 24 * 3_600 * 1_000;
const MAX_REPRESENTATIONS: usize = 50;

pub(crate) fn create(person: &Person, assurance: Assurance) -> Result<Enrolment, Refusal> {
    current(|attempt| {
        begin(attempt)?;
        attempt.writable()?;
        let assurance = assured("accounts.create", assurance)?;
        if by_document(attempt, &person.document)?.is_some() {
            return Ok(Err(Refusal::DocumentTaken));
        }
        let subject = format!("subject-{}", attempt.next_id());
        let account = Account { subject: subject.clone(), person: person.clone(), assurance, enrolled: false };
        attempt.change(Change::Account(Box::new(KeptAccount::new(account))))?;
        Ok(Ok(enrolment(attempt, subject)))
    })
}

pub(crate) fn find(document: &IdentityDocument) -> Result<Account, Refusal> {
    current(|attempt| {
        begin(attempt)?;
        Ok(by_document(attempt, document)?.ok_or(Refusal::NoSuchAccount))
    })
}

pub(crate) fn get(subject: &str) -> Result<Account, Refusal> {
    looked(subject, |kept| kept.account)
}

pub(crate) fn change(subject: &str, person: &Person) -> Result<(), Refusal> {
    current(|attempt| {
        begin(attempt)?;
        let other = by_document(attempt, &person.document)?.filter(|account| account.subject != subject);
        if other.is_some() {
            return Ok(Err(Refusal::DocumentTaken));
        }
        changed(attempt, subject, |kept| {
            kept.account.person = person.clone();
            Ok(())
        })
    })
}

pub(crate) fn renew(subject: &str) -> Result<Enrolment, Refusal> {
    current(|attempt| {
        begin(attempt)?;
        let done = changed(attempt, subject, |_| Ok(()))?;
        Ok(done.map(|()| enrolment(attempt, subject.to_owned())))
    })
}

pub(crate) fn raise(subject: &str, assurance: Assurance) -> Result<(), Refusal> {
    current(|attempt| {
        begin(attempt)?;
        let assurance = assured("accounts.raise", assurance)?;
        changed(attempt, subject, |kept| {
            if !kept.account.assurance.is_at_least(assurance) {
                kept.account.assurance = assurance;
            }
            Ok(())
        })
    })
}

pub(crate) fn sessions(subject: &str) -> Result<Vec<Session>, Refusal> {
    looked(subject, |mut kept| {
        kept.sessions.sort_by_key(|session| std::cmp::Reverse(session.seen));
        kept.sessions
    })
}

pub(crate) fn end_session(subject: &str, id: &str) -> Result<(), Refusal> {
    end(subject, |session| session.id == id)
}

pub(crate) fn end_sessions(subject: &str) -> Result<(), Refusal> {
    end(subject, |_| true)
}

pub(crate) fn sign_ins(subject: &str, most: u32) -> Result<Vec<SignIn>, Refusal> {
    let most = most.min(MAX_SIGN_INS) as usize;
    looked(subject, |kept| kept.sign_ins.into_iter().rev().take(most).collect())
}

pub(crate) fn representations(subject: &str) -> Result<Vec<Representation>, Refusal> {
    current(|attempt| {
        begin(attempt)?;
        let now = attempt.context.now;
        let kept = kept(attempt, subject)?.ok_or(Refusal::NoSuchAccount);
        let goes_on = |one: &Representation| one.until.is_none_or(|until| now < until);
        Ok(kept.map(|kept| kept.representations.into_iter().filter(goes_on).collect()))
    })
}

pub(crate) fn represent(subject: &str, representation: &Representation) -> Result<(), Refusal> {
    current(|attempt| {
        begin(attempt)?;
        changed(attempt, subject, |kept| {
            kept.representations.retain(|one| one.represented != representation.represented);
            if kept.representations.len() >= MAX_REPRESENTATIONS {
                return Err(Refusal::TooMany);
            }
            kept.representations.push(representation.clone());
            Ok(())
        })
    })
}

pub(crate) fn end_representation(subject: &str, represented: &RepresentedId) -> Result<(), Refusal> {
    current(|attempt| {
        begin(attempt)?;
        changed(attempt, subject, |kept| {
            let before = kept.representations.len();
            kept.representations.retain(|one| one.represented != *represented);
            if kept.representations.len() < before {
                kept.sessions.clear();
            }
            Ok(())
        })
    })
}

fn begin(attempt: &Attempt) -> Result<(), Stop> {
    attempt.granted("accounts", Use::Anything)
}

fn looked<T>(subject: &str, look: impl FnOnce(KeptAccount) -> T) -> Result<T, Refusal> {
    current(|attempt| {
        begin(attempt)?;
        Ok(kept(attempt, subject)?.map(look).ok_or(Refusal::NoSuchAccount))
    })
}

fn end(subject: &str, ends: impl Fn(&Session) -> bool) -> Result<(), Refusal> {
    current(|attempt| {
        begin(attempt)?;
        changed(attempt, subject, |kept| {
            kept.sessions.retain(|session| !ends(session));
            Ok(())
        })
    })
}

fn kept(attempt: &mut Attempt, subject: &str) -> Result<Option<KeptAccount>, Stop> {
    attempt.read(account(subject))?;
    Ok(attempt.view.accounts.get(subject).cloned())
}

fn changed(
    attempt: &mut Attempt,
    subject: &str,
    change: impl FnOnce(&mut KeptAccount) -> Result<(), Refusal>,
) -> Result<Result<(), Refusal>, Stop> {
    attempt.writable()?;
    let Some(mut kept) = kept(attempt, subject)? else { return Ok(Err(Refusal::NoSuchAccount)) };
    match change(&mut kept) {
        Ok(()) => attempt.change(Change::Account(Box::new(kept))).map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// Every account is looked at: a harness has few, and two that register one document at once are in conflict.
fn by_document(attempt: &mut Attempt, document: &IdentityDocument) -> Result<Option<Account>, Stop> {
    attempt.reads.ranges.push((account(""), None));
    let found = attempt.view.accounts.values().find(|kept| kept.account.person.document == *document);
    Ok(found.map(|kept| kept.account.clone()))
}

fn enrolment(attempt: &Attempt, subject: String) -> Enrolment {
    let code = format!("CODE-{}", attempt.next_id());
    let link = format!("https://issuer.example/enrol#{code}");
    Enrolment { subject, code, link, expires: attempt.context.now + ENROLMENT_MS }
}

fn assured(function: &str, assurance: Assurance) -> Result<Assurance, Stop> {
    match assurance {
        Assurance::None => {
            Err(Stop::Trap(format!("{function}: an account has the assurance low, substantial or high")))
        }
        known => Ok(known),
    }
}
