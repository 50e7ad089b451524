//! A provider in memory, a browser that looks at it, and a client that asks it.
#![allow(dead_code, reason = "each test uses its part")]

pub mod browser;
pub mod client;
pub mod forms;

use async_trait::async_trait;
use bytes::Bytes;
use clock::{Clock as _, ManualClock, Timestamp};
use http::{Request, StatusCode};
use identity::accounts::{self, Account, Assurance, Document, EnrolmentCode, Names, Person};
use identity::{
    Client, ClientSecretDigest, Clients, Consent, HostSecret, Http, IdTokenAlgorithm, Notify, Parts, PasswordCost,
    Provider, Scope, SecurityEvent, Settings, SiteNames, TokenKeys,
};
use signer::{Iterations, Pin, SoftwareToken};
use std::sync::{Arc, Mutex};
use storage::{ReadError, Store, Transaction};

pub const ISSUER: &str = "https://ingreso.example";
pub const PASSWORD: &str = "un zorro en el salar";
pub const SECRET: &str = "a secret of the portal";
pub const BACK: &str = "https://portal.example/-/signed-in";

/// A provider and the world around it.
pub struct World {
    pub provider: Provider,
    pub store: Store,
    pub clock: Arc<ManualClock>,
    pub told: Arc<Told>,
    pub clients: Arc<Posted>,
    _folder: tempfile::TempDir,
}

/// What citizens were told.
#[derive(Default)]
pub struct Told(pub Mutex<Vec<SecurityEvent>>);

impl Notify for Told {
    fn tell(&self, _: &mut Transaction, _: &Account, event: SecurityEvent) -> Result<(), ReadError> {
        self.0.lock().expect("a list").push(event);
        Ok(())
    }

    fn told(&self, _: &Account, _: usize) -> Result<Vec<notices::Listed>, notices::NoticesError> {
        Ok(Vec::new())
    }
}

/// What clients were posted, and whether they take it.
#[derive(Default)]
pub struct Posted {
    pub requests: Mutex<Vec<(String, Bytes)>>,
    pub refuses: Mutex<bool>,
}

#[async_trait]
impl Http for Posted {
    async fn post(&self, request: Request<Bytes>) -> Result<StatusCode, String> {
        if *self.refuses.lock().expect("a word") {
            return Err("connection refused".to_owned());
        }
        self.requests.lock().expect("a list").push((request.uri().to_string(), request.body().clone()));
        Ok(StatusCode::OK)
    }
}

pub fn clients() -> [Client; 3] {
    let portal = Client {
        id: "portal".to_owned(),
        name: "Portal".to_owned(),
        secret: Some(ClientSecretDigest::of(SECRET).expect("a secret")),
        sector: "BO/GOV/1".to_owned(),
        redirect_uris: vec![BACK.to_owned()],
        post_logout_redirect_uris: vec!["https://portal.example/".to_owned()],
        backchannel_logout_uri: Some("https://portal.example/-/back-channel-logout".to_owned()),
        consent: Consent::FirstParty,
        scopes: Scope::ALL.to_vec(),
        id_token_signed_response_alg: IdTokenAlgorithm::Es256,
    };
    let bank = Client {
        id: "bank".to_owned(),
        name: "Banco".to_owned(),
        sector: "BO/COM/2".to_owned(),
        redirect_uris: vec!["https://banco.example/back".to_owned()],
        consent: Consent::Asked,
        backchannel_logout_uri: None,
        id_token_signed_response_alg: IdTokenAlgorithm::Rs256,
        ..portal.clone()
    };
    let app = Client {
        id: "app".to_owned(),
        name: "Aplicación".to_owned(),
        secret: None,
        redirect_uris: vec!["http://127.0.0.1/back".to_owned()],
        backchannel_logout_uri: None,
        scopes: vec![Scope::OpenId, Scope::Email],
        ..portal.clone()
    };
    [portal, bank, app]
}

pub fn settings() -> Settings {
    Settings {
        issuer: ISSUER.to_owned(),
        names: SiteNames { site: "Ingreso".to_owned(), owner: None },
        clients: Clients::new(clients()).expect("clients"),
        password_cost: PasswordCost { memory_kib: 8, passes: 1, lanes: 1 },
        hashed_at_once: 2,
    }
}

pub fn parts(folder: &std::path::Path, clock: &Arc<ManualClock>) -> Parts {
    let token_folder = folder.join("token");
    let pin = Pin::new("1234");
    let few = Iterations::new(Iterations::FLOOR).expect("enough");
    let token = SoftwareToken::open(&token_folder, &pin)
        .or_else(|_| SoftwareToken::create_with(&token_folder, &pin, few))
        .expect("a token");
    Parts {
        store: Store::open(folder.join("identity.redb")).expect("a store"),
        clock: clock.clone(),
        secret: HostSecret::new([7; 32]),
        keys: Arc::new(TokenKeys(Arc::new(token))),
        notify: Arc::new(Told::default()),
        http: Arc::new(Posted::default()),
    }
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(ManualClock::new(Timestamp::from_second(1_800_000_000).expect("a time")));
        let (told, clients) = (Arc::new(Told::default()), Arc::new(Posted::default()));
        let parts = Parts { notify: told.clone(), http: clients.clone(), ..parts(folder.path(), &clock) };
        let store = parts.store.clone();
        let provider = Provider::open(settings(), parts).await.expect("a provider");
        Self { provider, store, clock, told, clients, _folder: folder }
    }

    pub fn pass(&self, seconds: u64) {
        self.clock.advance(std::time::Duration::from_secs(seconds));
    }

    pub async fn account(&self, number: &str, assurance: Assurance) -> (Account, EnrolmentCode) {
        let mut tx = self.store.begin().expect("a transaction");
        let made = accounts::create(&mut tx, person(number), assurance, self.clock.now()).expect("an account");
        tx.commit().await.expect("a commit");
        made
    }

    pub fn events(&self) -> Vec<SecurityEvent> {
        std::mem::take(&mut *self.told.0.lock().expect("a list"))
    }

    /// The code that an app with this secret shows now.
    pub fn code(&self, secret: &[u8]) -> String {
        forms::totp(secret, self.clock.now().as_second())
    }
}

pub fn person(number: &str) -> Person {
    Person {
        document: Document::new("CI", number),
        names: Names {
            given: "Ana".to_owned(),
            first_surname: Some("Mamani".to_owned()),
            second_surname: Some("Quispe".to_owned()),
        },
        birthdate: Some("1990-02-28".to_owned()),
        email: Some("ana@correo.bo".to_owned()),
        phone: Some("+59171234567".to_owned()),
    }
}
