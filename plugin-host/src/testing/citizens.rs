//! Who keeps accounts in unit tests: two rows of a keyspace for each, in the transaction that is given.

use std::sync::atomic::{AtomicU32, Ordering};

use storage::{Direction, KeyRange, Keyspace, Store, Transaction};
use texts::Language;

use crate::citizens::{Assured, Citizens, EndedSessions, Notice, Unkept, Untold};
use crate::contract::imports::accounts::{
    Account, Enrolment, IdentityDocument, Person, Refusal, Representation, RepresentedId, Session, SignIn,
};

/// Knows whom it made an account for, and says what it was asked to say in rows.
#[derive(Debug, Default)]
pub(crate) struct Office {
    /// How often it was told of a commit.
    pub(crate) committed: AtomicU32,
}

const KEYSPACE: Keyspace = Keyspace::new("tests/citizens");

impl Office {
    /// What it keeps: accounts as `a/SUBJECT`, notices as `n/ID`.
    pub(crate) fn rows(store: &Store) -> Vec<(String, String)> {
        let snapshot = store.snapshot().expect("a snapshot");
        let rows = snapshot.scan(KEYSPACE, KeyRange::all(), Direction::Ascending).expect("it is scanned");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it is text");
        rows.map(|row| row.expect("it is read")).map(|(key, value)| (text(key), text(value))).collect()
    }

    fn known(tx: &mut Transaction, subject: &str) -> Result<Option<String>, storage::ReadError> {
        let found = tx.get(KEYSPACE, format!("a/{subject}"))?;
        Ok(found.map(|name| String::from_utf8_lossy(&name).into_owned()))
    }
}

/// Somebody with a document of this number.
pub(crate) fn somebody(number: &str) -> Person {
    Person {
        document: IdentityDocument { kind: "CI".to_owned(), number: number.to_owned() },
        given_names: "Ana".to_owned(),
        first_surname: None,
        second_surname: None,
        birthdate: None,
        email: None,
        telephone: None,
    }
}

impl Citizens for Office {
    fn chosen_language(&self, tx: &mut Transaction, subject: &str) -> Result<Option<Language>, Untold> {
        Self::known(tx, subject)?.map(|_| Some(Language::English)).ok_or(Untold::Unknown)
    }

    fn tell(&self, tx: &mut Transaction, notice: &Notice<'_>) -> Result<(), Untold> {
        let said = format!("{}: {} ({:?})", notice.words.subject, notice.words.text, notice.link);
        tx.put(KEYSPACE, format!("n/{}", notice.id), said);
        Ok(())
    }

    fn create(&self, tx: &mut Transaction, person: Person, _: Assured) -> Result<Enrolment, Unkept> {
        let subject = person.document.number;
        if Self::known(tx, &subject)?.is_some() {
            return Err(Unkept::Refused(Refusal::DocumentTaken));
        }
        tx.put(KEYSPACE, format!("a/{subject}"), person.given_names);
        Ok(Enrolment { subject, code: "ABCD".to_owned(), link: "https://issuer.example/".to_owned(), expires: 0 })
    }

    fn find(&self, tx: &mut Transaction, document: &IdentityDocument) -> Result<Account, Unkept> {
        self.get(tx, &document.number)
    }

    fn get(&self, tx: &mut Transaction, subject: &str) -> Result<Account, Unkept> {
        Self::known(tx, subject)?.ok_or(Unkept::Refused(Refusal::NoSuchAccount))?;
        let assurance = crate::contract::imports::types::Assurance::Low;
        Ok(Account { subject: subject.to_owned(), person: somebody(subject), assurance, enrolled: false })
    }

    fn change(&self, _: &mut Transaction, _: &str, _: Person) -> Result<(), Unkept> {
        Err(Unkept::Failed("the office is closed".to_owned()))
    }

    fn renew(&self, _: &mut Transaction, _: &str) -> Result<Enrolment, Unkept> {
        Err(Unkept::Refused(Refusal::NoSuchAccount))
    }

    fn raise(&self, tx: &mut Transaction, subject: &str, assurance: Assured) -> Result<(), Unkept> {
        tx.put(KEYSPACE, format!("a/{subject}"), format!("{assurance:?}"));
        Ok(())
    }

    fn sessions(&self, _: &mut Transaction, _: &str) -> Result<Vec<Session>, Unkept> {
        Ok(Vec::new())
    }

    fn end_sessions(&self, tx: &mut Transaction, subject: &str, ended: EndedSessions<'_>) -> Result<(), Unkept> {
        tx.put(KEYSPACE, format!("a/{subject}"), format!("{ended:?}"));
        Ok(())
    }

    fn sign_ins(&self, _: &mut Transaction, _: &str, most: usize) -> Result<Vec<SignIn>, Unkept> {
        assert!(most <= 100, "the host bounds what is asked for");
        Ok(Vec::new())
    }

    fn representations(&self, _: &mut Transaction, _: &str) -> Result<Vec<Representation>, Unkept> {
        Ok(Vec::new())
    }

    fn represent(&self, _: &mut Transaction, _: &str, _: Representation) -> Result<(), Unkept> {
        Err(Unkept::Refused(Refusal::TooMany))
    }

    fn end_representation(&self, _: &mut Transaction, _: &str, _: &RepresentedId) -> Result<(), Unkept> {
        Ok(())
    }

    fn committed(&self) {
        self.committed.fetch_add(1, Ordering::SeqCst);
    }
}
