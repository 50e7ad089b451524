//! The accounts of citizens, where the server is their issuer: for the plugin that registers people.
//!
//! What a call does here is part of its transaction, as what it writes into its own state.

use super::raw::accounts as raw;
use crate::context::Assurance;
use crate::failure::Failure;
use crate::time::Timestamp;

pub use crate::bindings::accounts::{
    Account, Enrolment, IdentityDocument, Outcome, Person, Refusal, Representation, RepresentedId, Session, SignIn,
};

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoAccounts => Self::Unavailable("this server keeps no accounts".to_owned()),
            Refusal::NoSuchAccount => Self::NotFound("there is no such account".to_owned()),
            Refusal::DocumentTaken => Self::Conflict("there is an account by this document".to_owned()),
            Refusal::Invalid(errors) => Self::Invalid(errors),
            Refusal::TooMany => Self::Conflict("nobody may represent so many".to_owned()),
        }
    }
}

impl Person {
    /// All her names, in the order in which they are read.
    #[must_use]
    pub fn full_name(&self) -> String {
        let surnames = [self.first_surname.as_deref(), self.second_surname.as_deref()];
        let parts = [Some(self.given_names.as_str())].into_iter().chain(surnames).flatten();
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

impl Enrolment {
    /// When the code can be used no more.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        Timestamp::from_millisecond(self.expires)
    }
}

/// Makes an account. The assurance is never `None`.
///
/// # Errors
/// [`Refusal`], here and below.
pub fn create(person: &Person, assurance: Assurance) -> Result<Enrolment, Refusal> {
    raw::create(person, assurance)
}

/// The account by a document.
///
/// # Errors
/// As above.
pub fn find(document: &IdentityDocument) -> Result<Account, Refusal> {
    raw::find(document)
}

/// The account of a subject.
///
/// # Errors
/// As above.
pub fn get(subject: &str) -> Result<Account, Refusal> {
    raw::get(subject)
}

/// Says anew who somebody is. What she is known by stays.
///
/// # Errors
/// As above.
pub fn change(subject: &str, person: &Person) -> Result<(), Refusal> {
    raw::change(subject, person)
}

/// A new code for who lost what she signed in with. What she has is good until the code is used.
///
/// # Errors
/// As above.
pub fn renew(subject: &str) -> Result<Enrolment, Refusal> {
    raw::renew(subject)
}

/// Notes that it is known better who somebody is; what is lower than before changes nothing.
///
/// # Errors
/// As above.
pub fn raise(subject: &str, assurance: Assurance) -> Result<(), Refusal> {
    raw::raise(subject, assurance)
}

/// The sessions that go on, the last used first.
///
/// # Errors
/// As above.
pub fn sessions(subject: &str) -> Result<Vec<Session>, Refusal> {
    raw::sessions(subject)
}

/// Ends a session at the issuer and at everybody who knows her by it.
///
/// # Errors
/// As above.
pub fn end_session(subject: &str, id: &str) -> Result<(), Refusal> {
    raw::end_session(subject, id)
}

/// Ends all of them.
///
/// # Errors
/// As above.
pub fn end_sessions(subject: &str) -> Result<(), Refusal> {
    raw::end_sessions(subject)
}

/// Who signed in as her, and who tried: the newest first, at most so many.
///
/// # Errors
/// As above.
pub fn sign_ins(subject: &str, most: u32) -> Result<Vec<SignIn>, Refusal> {
    raw::sign_ins(subject, most)
}

/// Whom she may represent now.
///
/// # Errors
/// As above.
pub fn representations(subject: &str) -> Result<Vec<Representation>, Refusal> {
    raw::representations(subject)
}

/// Lets her represent somebody. She can choose so from her next sign-in on.
///
/// # Errors
/// As above.
pub fn represent(subject: &str, representation: &Representation) -> Result<(), Refusal> {
    raw::represent(subject, representation)
}

/// Ends a representation, and her sessions at who knows of it.
///
/// # Errors
/// As above.
pub fn end_representation(subject: &str, represented: &RepresentedId) -> Result<(), Refusal> {
    raw::end_representation(subject, represented)
}
