//! A store with notices, a citizen, and carriers that say what they are told to.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use clock::Timestamp;
use notices::{
    Account, Carrier, CarryError, Choice, Contact, Contacts, Courier, Link, Listed, Notice, NoticeId, Notices, Page,
    Parcel, Proof, Templates, Told, Ways,
};
use storage::{Keyspace, Store};
use texts::{Argument, Catalogue, Language};

pub const KEYSPACE: Keyspace = Keyspace::new("notices");
pub const SITE: &str = "https://servicios.example.bo";

pub struct Scene {
    pub folder: tempfile::TempDir,
    pub store: Store,
    pub notices: Notices,
}

impl Scene {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (store, notices) = open(folder.path().join("store"));
        Self { folder, store, notices }
    }

    /// What a server finds that was killed and started again.
    pub async fn restarted(self) -> Self {
        self.store.close().await;
        let (store, notices) = open(self.folder.path().join("store"));
        Self { folder: self.folder, store, notices }
    }

    pub async fn say(&self, notice: &Notice) -> Told {
        let mut transaction = self.store.begin().unwrap();
        let told = self.notices.tell(&mut transaction, notice).unwrap();
        transaction.commit().await.unwrap();
        told
    }

    pub async fn reach(&self, contacts: &Contacts) {
        let mut transaction = self.store.begin().unwrap();
        self.notices.set_contacts(&mut transaction, &ana(), contacts);
        transaction.commit().await.unwrap();
    }

    pub fn courier(&self, ways: Ways) -> Courier {
        Courier::new(self.notices.clone(), ways, SITE)
    }

    pub fn list(&self) -> Vec<Listed> {
        self.notices.list(&ana(), &Page { after: None, size: 100 }).unwrap()
    }

    pub fn rows(&self) -> usize {
        let all = storage::KeyRange::all();
        self.store.snapshot().unwrap().scan(KEYSPACE, all, storage::Direction::Ascending).unwrap().count()
    }
}

fn open(path: PathBuf) -> (Store, Notices) {
    let store = Store::open(path).unwrap();
    let spanish = "due = Señora { $name }, debe { $amount }.\n\n    Página de pago abajo.\n    .subject = Tiene una deuda de { $amount }\n";
    let english = "due = { $name }, you owe { $amount }.\n    .subject = You owe { $amount }\n";
    let catalogue = Catalogue::read(&[(Language::Spanish, spanish), (Language::English, english)]).unwrap();
    let notices = Notices::new(store.clone(), KEYSPACE, Templates::new(catalogue).unwrap());
    (store, notices)
}

pub fn ana() -> Account {
    Account::new("ana").unwrap()
}

pub fn id(id: &str) -> NoticeId {
    NoticeId::new(id).unwrap()
}

/// So many seconds after the beginning of the scene.
pub fn at(seconds: i64) -> Timestamp {
    let begins: Timestamp = "2026-11-26T12:00:00Z".parse().unwrap();
    Timestamp::from_second(begins.as_second() + seconds).unwrap()
}

pub fn notice(named: &str, seconds: i64) -> Notice {
    Notice {
        id: id(named),
        account: ana(),
        template: "due".to_owned(),
        arguments: vec![Argument::text("name", "Ana"), Argument::money("amount", 123_450)],
        language: Language::Spanish,
        said_by: "Servicio de Impuestos".to_owned(),
        time: at(seconds),
        link: Some(Link::path("/pagos/7").unwrap()),
    }
}

pub fn proven<A>(address: A) -> Contact<A> {
    Contact { address, proof: Proof::Given, choice: Choice::On }
}

/// By e-mail and by telephone.
pub fn everywhere() -> Contacts {
    Contacts {
        email: Some(proven("ana@correo.example".parse().unwrap())),
        telephone: Some(proven("71234567".parse().unwrap())),
        ..Contacts::default()
    }
}

pub fn by_email() -> Contacts {
    Contacts { telephone: None, ..everywhere() }
}

/// Answers what it was told to, and then takes everything.
#[derive(Default)]
pub struct Scripted {
    answers: Mutex<VecDeque<CarryError>>,
    carried: Mutex<Vec<(String, String)>>,
}

impl Scripted {
    pub fn failing(answers: impl IntoIterator<Item = CarryError>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().collect()), ..Self::default() })
    }

    /// The ids of what was handed over, as parcels and as notices.
    pub fn carried(&self) -> Vec<(String, String)> {
        self.carried.lock().unwrap().clone()
    }

    pub fn count(&self) -> usize {
        self.carried().len()
    }
}

#[async_trait]
impl Carrier for Scripted {
    async fn carry(&self, parcel: &Parcel<'_>) -> Result<(), CarryError> {
        self.carried.lock().unwrap().push((parcel.id.clone(), parcel.notice.id.to_string()));
        self.answers.lock().unwrap().pop_front().map_or(Ok(()), Err)
    }
}

pub fn unreachable() -> CarryError {
    CarryError::Unreachable { reason: "nobody is there" }
}
