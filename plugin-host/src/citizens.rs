//! What the host needs of whoever keeps the accounts of citizens: their issuer, in the same server and the same store.
//!
//! Everything is done in the transaction of the call that wants it, so that what a plugin decides and what becomes of an
//! account happen together or not at all.

use storage::{ReadError, Transaction};
use texts::Language;

use crate::contract::imports::accounts::Refusal;

/// Accounts as plugins see them.
pub use crate::contract::imports::accounts as kept;

use kept::{Account, Enrolment, IdentityDocument, Person, Representation, RepresentedId, Session, SignIn};

/// Who keeps the accounts of citizens, and tells them things.
pub trait Citizens: Send + Sync {
    /// The language in which somebody wants to be told; `None` if she has chosen none.
    ///
    /// # Errors
    /// [`Untold`].
    fn chosen_language(&self, tx: &mut Transaction, subject: &str) -> Result<Option<Language>, Untold>;

    /// Tells somebody something.
    ///
    /// # Errors
    /// [`Untold`].
    fn tell(&self, tx: &mut Transaction, notice: &Notice<'_>) -> Result<(), Untold>;

    /// Makes an account.
    ///
    /// # Errors
    /// [`Unkept`], here and below.
    fn create(&self, tx: &mut Transaction, person: Person, assurance: Assured) -> Result<Enrolment, Unkept>;

    /// The account by a document.
    ///
    /// # Errors
    /// As above.
    fn find(&self, tx: &mut Transaction, document: &IdentityDocument) -> Result<Account, Unkept>;

    /// The account of a subject.
    ///
    /// # Errors
    /// As above.
    fn get(&self, tx: &mut Transaction, subject: &str) -> Result<Account, Unkept>;

    /// Says anew who somebody is.
    ///
    /// # Errors
    /// As above.
    fn change(&self, tx: &mut Transaction, subject: &str, person: Person) -> Result<(), Unkept>;

    /// Makes a new enrolment code.
    ///
    /// # Errors
    /// As above.
    fn renew(&self, tx: &mut Transaction, subject: &str) -> Result<Enrolment, Unkept>;

    /// Notes that it is known better who somebody is.
    ///
    /// # Errors
    /// As above.
    fn raise(&self, tx: &mut Transaction, subject: &str, assurance: Assured) -> Result<(), Unkept>;

    /// The sessions that go on.
    ///
    /// # Errors
    /// As above.
    fn sessions(&self, tx: &mut Transaction, subject: &str) -> Result<Vec<Session>, Unkept>;

    /// Ends a session, or all of them.
    ///
    /// # Errors
    /// As above.
    fn end_sessions(&self, tx: &mut Transaction, subject: &str, ended: EndedSessions<'_>) -> Result<(), Unkept>;

    /// Who signed in as somebody, and who tried.
    ///
    /// # Errors
    /// As above.
    fn sign_ins(&self, tx: &mut Transaction, subject: &str, most: usize) -> Result<Vec<SignIn>, Unkept>;

    /// Whom somebody may represent now.
    ///
    /// # Errors
    /// As above.
    fn representations(&self, tx: &mut Transaction, subject: &str) -> Result<Vec<Representation>, Unkept>;

    /// Lets somebody represent somebody.
    ///
    /// # Errors
    /// As above.
    fn represent(&self, tx: &mut Transaction, subject: &str, representation: Representation) -> Result<(), Unkept>;

    /// Ends a representation.
    ///
    /// # Errors
    /// As above.
    fn end_representation(
        &self,
        tx: &mut Transaction,
        subject: &str,
        represented: &RepresentedId,
    ) -> Result<(), Unkept>;

    /// Called after a commit that [`Citizens`] had a part in: whoever waits for it need not wait for the clock.
    fn committed(&self);
}

/// Something that a citizen is told by a plugin.
#[derive(Debug)]
pub struct Notice<'a> {
    /// Her subject.
    pub to: &'a str,
    /// The id of the notice, which the same call gives again.
    pub id: String,
    /// Which plugin says it.
    pub plugin: &'a str,
    /// What it says.
    pub words: Words,
    /// A path of the plugin's origin that it leads to.
    pub link: Option<&'a str>,
}

/// What a notice says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// In which language.
    pub language: Language,
    /// One line.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// How well it is known who somebody with an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assured {
    /// She says so.
    Low,
    /// A register says so.
    Substantial,
    /// Somebody saw her with her document.
    High,
}

/// Which sessions are ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedSessions<'a> {
    /// This one, by its id.
    One(&'a str),
    /// Every one.
    All,
}

/// Why somebody is not told.
#[derive(Debug, thiserror::Error)]
pub enum Untold {
    /// Nobody has the subject.
    #[error("nobody has this subject")]
    Unknown,
    /// The text is too long.
    #[error("the text is too long")]
    TooLong,
    /// The store cannot be read.
    #[error("notices cannot be read")]
    Read(#[from] ReadError),
    /// For another reason, which is the server's.
    #[error("notices cannot be kept: {0}")]
    Failed(String),
}

/// Why nothing is done with an account.
#[derive(Debug, thiserror::Error)]
pub enum Unkept {
    /// It may not be so.
    #[error("refused")]
    Refused(Refusal),
    /// The store cannot be read.
    #[error("accounts cannot be read")]
    Read(#[from] ReadError),
    /// For another reason, which is the server's.
    #[error("accounts cannot be kept: {0}")]
    Failed(String),
}
