//! A provider with one account, two clients, and a clock that a test moves.

use async_trait::async_trait;
use bytes::Bytes;
use clock::{Clock as _, ManualClock, Timestamp};
use http::{Request, Response, StatusCode};
use identity::accounts::{self, Account, Changes, Document, NewAccount};
use identity::{
    Assurance, Client, ClientAuthentication, ClientSecretDigest, Clients, Consent, Deliver, HostSecret, Issuer, Notify,
    Parts, PasswordCost, Provider, Scope, SecurityEvent, Settings, SigningAlgorithm, TokenKeys, Unavailable,
};
use signer::{Iterations, Pin, SoftwareToken};
use std::sync::{Arc, Mutex};
use storage::{Store, Transaction};
use tempfile::TempDir;

pub const ISSUER: &str = "https://ingreso.example";
pub const PASSWORD: &str = "una llama en la puna";

pub struct World {
    pub provider: Provider,
    pub clock: Arc<ManualClock>,
    pub store: Store,
    pub told: Arc<Told>,
    _folder: TempDir,
}

/// What was told to people and to clients.
#[derive(Default)]
pub struct Told {
    pub events: Mutex<Vec<SecurityEvent>>,
    pub logouts: Mutex<Vec<(String, String)>>,
    pub is_deaf: Mutex<bool>,
}

impl Notify for Told {
    fn tell(&self, _: &mut Transaction, _: &Account, event: SecurityEvent) -> Result<(), Unavailable> {
        self.events.lock().unwrap().push(event);
        Ok(())
    }
}

#[async_trait]
impl Deliver for Told {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, String> {
        if *self.is_deaf.lock().unwrap() {
            return Err("connection refused".to_owned());
        }
        let body = String::from_utf8(request.body().to_vec()).unwrap();
        let token = body.strip_prefix("logout_token=").unwrap().to_owned();
        self.logouts.lock().unwrap().push((request.uri().to_string(), token));
        Ok(Response::builder().status(StatusCode::OK).body(Bytes::new()).unwrap())
    }
}

/// The host's own portal, which need not ask.
pub fn portal() -> Client {
    Client {
        id: "portal".to_owned(),
        name: "Portal".to_owned(),
        sector: "GOB/1".to_owned(),
        redirect_uris: vec!["https://portal.example/back".to_owned()],
        post_logout_redirect_uris: vec!["https://portal.example/".to_owned()],
        backchannel_logout_uri: Some("https://portal.example/logout".to_owned()),
        authentication: ClientAuthentication::Secret(ClientSecretDigest::of("s3cret")),
        consent: Consent::FirstParty,
        scopes: Scope::ALL.into(),
        id_token_signed_response_alg: SigningAlgorithm::Es256,
    }
}

/// An application of another entity, without a secret.
pub fn app() -> Client {
    Client {
        id: "app".to_owned(),
        name: "Aplicación".to_owned(),
        sector: "COM/2".to_owned(),
        redirect_uris: vec!["http://127.0.0.1:7777/back".to_owned()],
        post_logout_redirect_uris: vec![],
        backchannel_logout_uri: None,
        authentication: ClientAuthentication::Public,
        consent: Consent::Asked,
        scopes: [Scope::OpenId, Scope::Profile, Scope::OfflineAccess].into(),
        id_token_signed_response_alg: SigningAlgorithm::Es256,
    }
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path().join("store")).unwrap();
        let pin = Pin::new("1234");
        let token =
            SoftwareToken::create_with(folder.path().join("token"), &pin, Iterations::new(Iterations::FLOOR).unwrap())
                .unwrap();
        let clock = Arc::new(ManualClock::new("2026-11-27T12:00:00Z".parse().unwrap()));
        let told = Arc::new(Told::default());
        let settings = Settings {
            issuer: Issuer::new(ISSUER).unwrap(),
            name: "Ingreso".to_owned(),
            clients: Clients::new([portal(), app()]).unwrap(),
            password_cost: PasswordCost { memory_kib: 8, passes: 1 },
            hashed_at_once: 2,
        };
        let parts = Parts {
            store: store.clone(),
            clock: clock.clone(),
            secret: HostSecret::new([7; 32]),
            keys: Arc::new(TokenKeys(token)),
            rsa: None,
            notify: told.clone(),
            http: told.clone(),
        };
        let provider = Provider::open(settings, parts).await.unwrap();
        Self { provider, clock, store, told, _folder: folder }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Ana's account, and her enrolment code.
    pub async fn ana(&self) -> (Account, String) {
        let mut tx = self.store.begin().unwrap();
        let person = Changes {
            given_names: Some("Ana".to_owned()),
            first_surname: Some("Mamani".to_owned()),
            second_surname: Some("Quispe".to_owned()),
            birth_date: Some("1990-02-03".to_owned()),
            email: Some("ana@example.bo".to_owned()),
            mobile: Some("+59170000000".to_owned()),
        };
        let document = Document::new("CI", "1234567").unwrap();
        let new = NewAccount { document, person, assurance: Assurance::Substantial };
        let (account, code) = accounts::create(&mut tx, new, self.now()).unwrap();
        tx.commit().await.unwrap();
        (account, code.reveal().to_owned())
    }
}
