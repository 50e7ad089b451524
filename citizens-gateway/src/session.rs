//! Who signed in at which plugin's origin, kept so that a restart signs nobody out.
//!
//! A browser holds a random value; what is stored is found by its digest, so that nobody who reads the store can come as
//! somebody else. A session ends when nobody used it for half an hour, when it is twelve hours old, and when its issuer says so.

use aws_lc_rs::{digest, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clock::Timestamp;
use jiff::SignedDuration;
use plugin_host::RepresentedKind;
use plugin_host::manifest::Assurance;
use serde::{Deserialize, Serialize};
use storage::{Batch, CommitError, Direction, Expected, KeyRange, Keyspace, ReadError, Store};

/// Holds the value by which a session is known.
pub(crate) const COOKIE: &str = "__Host-session";
/// How long a session lasts without a visit.
pub(crate) const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// How long it lasts at most.
pub(crate) const AT_MOST: SignedDuration = SignedDuration::from_hours(12);
/// A visit is noted when the last one noted is so old: a session is not written at each.
const NOTED_EACH: SignedDuration = SignedDuration::from_mins(3);
/// Sessions that a sweep removes at most.
const SWEPT_AT_ONCE: usize = 1_000;
const VALUE_BYTES: usize = 32;

/// The sessions of a gateway.
#[derive(Clone)]
pub(crate) struct Sessions {
    store: Store,
    keyspace: Keyspace,
}

/// Somebody who signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Person {
    /// The same at every visit of this entity.
    pub(crate) subject: String,
    pub(crate) name: Option<String>,
    /// What her identity document says, if the issuer told it.
    pub(crate) document: Option<Document>,
    #[serde(with = "KeptAssurance")]
    pub(crate) assurance: Assurance,
    /// When she showed who she is, in seconds since 1970.
    pub(crate) authenticated_at: i64,
    /// What the issuer calls her session there.
    pub(crate) issuer_session: Option<String>,
    /// Whom the issuer says that she may represent.
    #[serde(default)]
    pub(crate) represents: Vec<Represented>,
}

/// Below that a document's number is what somebody says of herself.
pub(crate) const LEAST_OF_CERTAIN: Assurance = Assurance::Substantial;

impl Person {
    /// Her identity document, if it is known for certain.
    pub(crate) fn certain_document(&self) -> Option<&Document> {
        self.document.as_ref().filter(|_| self.assurance >= LEAST_OF_CERTAIN)
    }
}

/// Somebody whom a citizen may represent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Represented {
    /// The same at every visit of this entity.
    pub(crate) subject: String,
    pub(crate) name: String,
    #[serde(with = "KeptKind")]
    pub(crate) kind: RepresentedKind,
    /// For what, in the issuer's words; empty where it is for everything.
    pub(crate) scope: String,
    /// Until when, in seconds since 1970.
    pub(crate) until: Option<i64>,
}

/// How a kind is kept.
#[derive(Serialize, Deserialize)]
#[serde(remote = "RepresentedKind", rename_all = "lowercase")]
enum KeptKind {
    Person,
    Organisation,
}

/// An identity document: of which type, and its number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Document {
    /// Such as `CI`, a Bolivian identity card.
    pub kind: String,
    /// As it stands there.
    pub number: String,
}

/// How an assurance is kept.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Assurance", rename_all = "lowercase")]
enum KeptAssurance {
    Low,
    Substantial,
    High,
}

/// A session that is going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Session {
    id: SessionId,
    person: Person,
    /// For whom she acts, where not for herself.
    acting: Option<Represented>,
    /// To whom forms belong that are shown now: in this session, and for whom she acts.
    form_owner: Vec<u8>,
}

/// By what a session is stored: the digest of what the browser holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SessionId([u8; VALUE_BYTES]);

#[derive(Serialize, Deserialize)]
struct Row {
    plugin: String,
    person: Person,
    begun_at: i64,
    seen_at: i64,
    /// The subject of whom she acts for.
    #[serde(default)]
    acting: Option<String>,
}

/// Which sessions an issuer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended<'a> {
    /// Those of one sign-in there.
    IssuerSession(&'a str),
    /// All of somebody's.
    Subject(&'a str),
}

impl SessionId {
    fn of(value: &str) -> Self {
        let mut id = [0; VALUE_BYTES];
        id.copy_from_slice(digest::digest(&digest::SHA256, value.as_bytes()).as_ref());
        Self(id)
    }
}

impl Represented {
    /// Whether it goes on.
    pub(crate) fn goes_on(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now.as_second() < until)
    }
}

impl Session {
    fn new(id: SessionId, person: Person, acting: Option<&str>, now: Timestamp) -> Self {
        let chosen = acting.and_then(|subject| person.represents.iter().find(|one| one.subject == subject));
        let acting = chosen.filter(|one| one.goes_on(now)).cloned();
        let acting_for = acting.as_ref().map_or(&[][..], |one| one.subject.as_bytes());
        let form_owner = [&id.0, acting_for].concat();
        Self { id, person, acting, form_owner }
    }

    /// To whom forms belong that are shown in this session: none that was shown while she acted for one is taken while she acts
    /// for another.
    pub(crate) fn form_owner(&self) -> &[u8] {
        &self.form_owner
    }

    /// For whom she acts, where not for herself.
    pub(crate) fn acting(&self) -> Option<&Represented> {
        self.acting.as_ref()
    }

    pub(crate) fn person(&self) -> &Person {
        &self.person
    }
}

impl Sessions {
    pub(crate) fn new(store: Store, keyspace: Keyspace) -> Self {
        Self { store, keyspace }
    }

    /// Begins a session at a plugin's origin. What is returned is for the browser alone. `None` without randomness.
    pub(crate) async fn begin(
        &self,
        plugin: &str,
        person: Person,
        id_token: &str,
        now: Timestamp,
    ) -> Result<Option<String>, CommitError> {
        let mut random = [0; VALUE_BYTES];
        if rand::fill(&mut random).is_err() {
            return Ok(None);
        }
        let value = URL_SAFE_NO_PAD.encode(random);
        let id = SessionId::of(&value);
        let ends = now.as_second().saturating_add(AT_MOST.as_secs());
        let mut batch = Batch::new();
        for key in indexes(&id, &person, ends) {
            batch.put(self.keyspace, key, []);
        }
        let row = Row {
            plugin: plugin.to_owned(),
            person,
            begun_at: now.as_second(),
            seen_at: now.as_second(),
            acting: None,
        };
        batch.put(self.keyspace, row_key(&id), encoded(&row));
        batch.put(self.keyspace, hint_key(&id), id_token);
        self.store.commit(batch).await?;
        Ok(Some(value))
    }

    /// The session that a browser's value names at a plugin's origin, if it goes on.
    pub(crate) async fn visited(
        &self,
        plugin: &str,
        value: &str,
        now: Timestamp,
    ) -> Result<Option<Session>, ReadError> {
        let id = SessionId::of(value);
        let Some(found) = self.store.snapshot()?.get(self.keyspace, row_key(&id))? else { return Ok(None) };
        let Some(row) = decoded(&found).filter(|row| row.plugin == plugin && row.goes_on(now)) else { return Ok(None) };
        let session = Session::new(id, row.person.clone(), row.acting.as_deref(), now);
        if now.as_second().saturating_sub(row.seen_at) >= NOTED_EACH.as_secs() {
            let mut batch = Batch::new();
            // Who signed out meanwhile stays signed out.
            batch.expect(self.keyspace, row_key(&id), Expected::Value(found));
            batch.put(self.keyspace, row_key(&id), encoded(&Row { seen_at: now.as_second(), ..row }));
            if let Err(error) = self.store.commit(batch).await {
                tracing::debug!(error = %error, "a visit was not noted");
            }
        }
        Ok(Some(session))
    }

    /// From now on somebody acts for one whom she represents, or for herself. A session that ended meanwhile stays so.
    pub(crate) async fn act_for(&self, session: &Session, acting: Option<String>) -> Result<(), SessionError> {
        let key = row_key(&session.id);
        let Some(found) = self.store.snapshot()?.get(self.keyspace, &key)? else { return Ok(()) };
        let Some(row) = decoded(&found) else { return Ok(()) };
        let mut batch = Batch::new();
        batch.expect(self.keyspace, key.clone(), Expected::Value(found));
        batch.put(self.keyspace, key, encoded(&Row { acting, ..row }));
        Ok(self.store.commit(batch).await?)
    }

    /// Ends a session, and returns the ID token that it began with: by it the issuer knows whom to sign out there.
    pub(crate) async fn end(&self, session: &Session) -> Result<Option<String>, CommitError> {
        let hint = self.store.snapshot().and_then(|snapshot| snapshot.get(self.keyspace, hint_key(&session.id)));
        let mut batch = Batch::new();
        self.remove(&mut batch, &session.id, &session.person);
        self.store.commit(batch).await?;
        Ok(hint.ok().flatten().and_then(|hint| String::from_utf8(hint).ok()))
    }

    /// Ends what an issuer says has ended; returns how many sessions there were.
    ///
    /// # Errors
    /// What the store says. Some may have been ended before.
    pub(crate) async fn end_all(&self, ended: Ended<'_>) -> Result<usize, SessionError> {
        let prefix = match ended {
            Ended::IssuerSession(name) => named(b'i', name),
            Ended::Subject(name) => named(b'u', name),
        };
        let mut count = 0;
        loop {
            let snapshot = self.store.snapshot()?;
            let mut scan = snapshot.scan(self.keyspace, KeyRange::prefix(&prefix), Direction::Ascending)?;
            let keys = scan.page(SWEPT_AT_ONCE)?;
            if keys.is_empty() {
                return Ok(count);
            }
            let mut batch = Batch::new();
            for (key, _) in keys {
                count += 1;
                batch.delete(self.keyspace, key.clone());
                if let Some(id) = id_at_end(&key)
                    && let Some(row) = snapshot.get(self.keyspace, row_key(&id))?.as_deref().and_then(decoded)
                {
                    self.remove(&mut batch, &id, &row.person);
                }
            }
            self.store.commit(batch).await?;
        }
    }

    /// Whether a logout token was used before.
    pub(crate) fn was_used(&self, token_id: &str) -> Result<bool, ReadError> {
        Ok(self.store.snapshot()?.get(self.keyspace, named(b'j', token_id))?.is_some())
    }

    /// Notes that a logout token was used, until nobody would believe it any more.
    pub(crate) async fn note_used(&self, token_id: &str, until: i64) -> Result<(), CommitError> {
        let key = named(b'j', token_id);
        let mut batch = Batch::new();
        batch.put(self.keyspace, [b"x".as_slice(), &until.to_be_bytes(), &key].concat(), []);
        batch.put(self.keyspace, key, []);
        self.store.commit(batch).await
    }

    /// Removes what has ended.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) async fn sweep(&self, now: Timestamp) -> Result<(), SessionError> {
        loop {
            let snapshot = self.store.snapshot()?;
            let ended = KeyRange::between(
                [b'x'].as_slice()..[b"x".as_slice(), &now.as_second().to_be_bytes()].concat().as_slice(),
            );
            let keys = snapshot.scan(self.keyspace, ended, Direction::Ascending)?.page(SWEPT_AT_ONCE)?;
            if keys.is_empty() {
                return Ok(());
            }
            let mut batch = Batch::new();
            for (key, _) in keys {
                batch.delete(self.keyspace, key.clone());
                let of = key.get(1 + size_of::<i64>()..).unwrap_or_default();
                if of.first() == Some(&b'j') {
                    batch.delete(self.keyspace, of);
                } else if let Some(id) = id_at_end(&key)
                    && let Some(row) = snapshot.get(self.keyspace, row_key(&id))?.as_deref().and_then(decoded)
                {
                    self.remove(&mut batch, &id, &row.person);
                }
            }
            self.store.commit(batch).await?;
        }
    }

    fn remove(&self, batch: &mut Batch, id: &SessionId, person: &Person) {
        batch.delete(self.keyspace, row_key(id)).delete(self.keyspace, hint_key(id));
        // What says when it ends at the latest stays until the sweep.
        let [_, others @ ..] = indexes(id, person, 0);
        for key in others {
            batch.delete(self.keyspace, key);
        }
    }
}

/// Why sessions were not ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    #[error("the sessions cannot be read")]
    Read(#[from] ReadError),
    #[error("the sessions cannot be written")]
    Write(#[from] CommitError),
}

impl Row {
    fn goes_on(&self, now: Timestamp) -> bool {
        let now = now.as_second();
        now.saturating_sub(self.begun_at) < AT_MOST.as_secs() && now.saturating_sub(self.seen_at) < IDLE.as_secs()
    }
}

fn row_key(id: &SessionId) -> Vec<u8> {
    [b"s".as_slice(), &id.0].concat()
}

fn hint_key(id: &SessionId) -> Vec<u8> {
    [b"h".as_slice(), &id.0].concat()
}

/// The keys by which a session is found otherwise: by its end at the latest, its subject, and its issuer's session.
fn indexes(id: &SessionId, person: &Person, ends: i64) -> [Vec<u8>; 3] {
    let issuer_session = person.issuer_session.as_deref().unwrap_or_default();
    [
        [b"x".as_slice(), &ends.to_be_bytes(), &id.0].concat(),
        [named(b'u', &person.subject).as_slice(), &id.0].concat(),
        [named(b'i', issuer_session).as_slice(), &id.0].concat(),
    ]
}

/// Names are foreign and of any length: their digests stand for them.
fn named(kind: u8, name: &str) -> Vec<u8> {
    [&[kind], digest::digest(&digest::SHA256, name.as_bytes()).as_ref()].concat()
}

fn id_at_end(key: &[u8]) -> Option<SessionId> {
    Some(SessionId(*key.last_chunk()?))
}

fn encoded(row: &Row) -> Vec<u8> {
    // Nothing in a row can fail to be written.
    serde_json::to_vec(row).unwrap_or_default()
}

fn decoded(row: &[u8]) -> Option<Row> {
    serde_json::from_slice(row).ok()
}
