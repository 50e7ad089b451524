//! The same things in the words of the contract and of the issuer.

use identity::accounts::{self, AccountError, Assurance, FieldProblem, InvalidPerson};
use identity::{SessionId, StoreError};
use plugin_host::FieldError;
use plugin_host::citizens::kept::{
    IdentityDocument, Outcome, Person, Refusal, Representation, RepresentedId, RepresentedKind, Session, SignIn,
};
use plugin_host::citizens::{Assured, Unkept};

pub(super) fn person(person: &accounts::Person) -> Person {
    let accounts::Person { document, names, birthdate, email, phone } = person.clone();
    Person {
        document: IdentityDocument { kind: document.kind, number: document.number },
        given_names: names.given,
        first_surname: names.first_surname,
        second_surname: names.second_surname,
        birthdate,
        email,
        telephone: phone,
    }
}

pub(super) fn read_person(person: Person) -> accounts::Person {
    accounts::Person {
        document: accounts::Document::new(&person.document.kind, &person.document.number),
        names: accounts::Names {
            given: person.given_names,
            first_surname: person.first_surname,
            second_surname: person.second_surname,
        },
        birthdate: person.birthdate,
        email: person.email,
        phone: person.telephone,
    }
}

pub(super) fn assurance(level: Assurance) -> plugin_host::Assurance {
    match level {
        Assurance::Low => plugin_host::Assurance::Low,
        Assurance::Substantial => plugin_host::Assurance::Substantial,
        Assurance::High => plugin_host::Assurance::High,
    }
}

pub(super) fn level(assured: Assured) -> Assurance {
    match assured {
        Assured::Low => Assurance::Low,
        Assured::Substantial => Assurance::Substantial,
        Assured::High => Assurance::High,
    }
}

pub(super) fn session(id: &SessionId, session: identity::Session) -> Session {
    Session {
        id: id.text(),
        began: milliseconds(session.begun_at),
        seen: milliseconds(session.seen_at),
        methods: session.methods,
        address: session.address,
        agent: session.agent,
    }
}

pub(super) fn sign_in(sign_in: accounts::SignIn) -> SignIn {
    SignIn {
        at: milliseconds(sign_in.at),
        outcome: match sign_in.outcome {
            accounts::Outcome::SignedIn => Outcome::SignedIn,
            accounts::Outcome::WrongPassword => Outcome::WrongPassword,
            accounts::Outcome::WrongSecondFactor => Outcome::WrongSecondFactor,
            accounts::Outcome::WrongPasskey => Outcome::WrongPasskey,
        },
        methods: sign_in.methods,
        address: sign_in.address,
        agent: sign_in.agent,
    }
}

pub(super) fn representation(found: accounts::Representation) -> Representation {
    let kind = match found.represented {
        accounts::Represented::Company(_) => RepresentedKind::Organisation,
        accounts::Represented::Person(_) => RepresentedKind::Person,
    };
    Representation {
        represented: RepresentedId { kind, id: found.represented.id().to_owned() },
        name: found.name,
        scope: found.scope,
        until: found.until.map(milliseconds),
    }
}

pub(super) fn read_representation(given: Representation) -> accounts::Representation {
    accounts::Representation {
        represented: read_represented(&given.represented),
        name: given.name,
        scope: given.scope,
        until: given.until.map(|until| i64::try_from(until / 1_000).unwrap_or(i64::MAX)),
    }
}

pub(super) fn read_represented(given: &RepresentedId) -> accounts::Represented {
    match given.kind {
        RepresentedKind::Organisation => accounts::Represented::Company(given.id.clone()),
        RepresentedKind::Person => accounts::Represented::Person(given.id.clone()),
    }
}

pub(super) fn milliseconds(seconds: i64) -> u64 {
    u64::try_from(seconds).unwrap_or_default().saturating_mul(1_000)
}

pub(super) fn failed(error: StoreError) -> Unkept {
    match error {
        StoreError::Read(error) => Unkept::Read(error),
        other => Unkept::Failed(other.to_string()),
    }
}

pub(super) fn refused(error: AccountError) -> Unkept {
    Unkept::Refused(match error {
        AccountError::Store(error) => return failed(error),
        AccountError::DocumentTaken => Refusal::DocumentTaken,
        AccountError::NoSuchAccount(_) => Refusal::NoSuchAccount,
        AccountError::Person(invalid) => Refusal::Invalid(vec![field_error(&invalid)]),
        AccountError::TooManyRepresentations { .. } => Refusal::TooMany,
        AccountError::Representation => Refusal::Invalid(vec![FieldError {
            field: "representation".to_owned(),
            code: "format".to_owned(),
            message: error.to_string(),
        }]),
    })
}

/// By the names that the contract has.
fn field_error(invalid: &InvalidPerson) -> FieldError {
    let field = match invalid.field {
        "kind of document" => "document.kind",
        "number of document" => "document.number",
        "given name" => "given-names",
        "first surname" => "first-surname",
        "second surname" => "second-surname",
        "day of birth" => "birthdate",
        "e-mail address" => "email",
        other => other,
    };
    let code = match invalid.problem {
        FieldProblem::Empty => "required",
        FieldProblem::Long(_) => "too-long",
        FieldProblem::Form(_) => "format",
    };
    FieldError { field: field.to_owned(), code: code.to_owned(), message: invalid.to_string() }
}
