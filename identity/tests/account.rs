//! The account: enrolment, what one signs in with, sessions, passkeys.

mod common;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::browser::{Browser, Shown};
use common::client::{self, redeem, request, verified};
use common::forms::{base32, between};
use common::{ISSUER, PASSWORD, World, person};
use http::StatusCode;
use identity::SecurityEvent;
use identity::accounts::{self, AccountError, Assurance, Document, Representation, Represented};
use jsonwebtoken::Algorithm;

async fn signed_in(world: &World) -> (accounts::Account, Vec<u8>, Browser) {
    let (account, code) = world.account("1234567", Assurance::High).await;
    let mut browser = Browser::default();
    let (secret, _) = browser.enrol(world, &code).await;
    world.events();
    (account, secret, browser)
}

/// An authenticator that makes one passkey.
struct Device {
    pair: EcdsaKeyPair,
    counter: u32,
}

impl Device {
    fn new() -> Self {
        Self { pair: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key"), counter: 0 }
    }

    fn client_data(kind: &str, challenge: &str) -> String {
        format!(r#"{{"type":"webauthn.{kind}","challenge":"{challenge}","origin":"{ISSUER}","crossOrigin":false}}"#)
    }

    fn data(&mut self, flags: u8, rest: &[u8]) -> Vec<u8> {
        self.counter += 1;
        [digest(&SHA256, b"ingreso.example").as_ref(), &[flags], &self.counter.to_be_bytes(), rest].concat()
    }

    /// Fills in the form that makes a passkey.
    async fn register(&mut self, world: &World, browser: &mut Browser, page: &Shown, action: &str) -> Shown {
        let challenge = challenge_of(page, action);
        let point = self.pair.public_key().as_ref();
        let cose =
            [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32], &point[1..33], &[0x22, 0x58, 32], &point[33..]].concat();
        let data = self.data(0b100_0101, &[&[0; 16][..], &[0, 4], b"cred", &cose].concat());
        let length = u8::try_from(data.len()).expect("short");
        let attestation = [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58", &[length][..], &data].concat();
        let filled = [
            ("name", "Teléfono"),
            ("client_data", &URL_SAFE_NO_PAD.encode(Self::client_data("create", &challenge))),
            ("attestation", &URL_SAFE_NO_PAD.encode(attestation)),
        ];
        browser.post(world, page, action, &filled).await
    }

    /// Fills in the form that uses it.
    async fn sign_in(&mut self, world: &World, browser: &mut Browser, page: &Shown) -> Shown {
        let client_data = Self::client_data("get", &challenge_of(page, "/sign-in/passkey"));
        let data = self.data(0b101, b"");
        let message = [data.as_slice(), digest(&SHA256, client_data.as_bytes()).as_ref()].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &message).expect("a signature");
        let filled = [
            ("id", URL_SAFE_NO_PAD.encode("cred")),
            ("client_data", URL_SAFE_NO_PAD.encode(client_data)),
            ("authenticator_data", URL_SAFE_NO_PAD.encode(data)),
            ("signature", URL_SAFE_NO_PAD.encode(signature)),
        ];
        let filled = filled.each_ref().map(|(name, value)| (*name, value.as_str()));
        browser.post(world, page, "/sign-in/passkey", &filled).await
    }
}

fn challenge_of(page: &Shown, action: &str) -> String {
    let (_, form) = page.body.split_once(&format!("action=\"{action}\"")).expect("a form");
    between(form, "data-challenge=\"", "\"").expect("a challenge")
}

#[tokio::test]
async fn a_passkey_signs_in_at_the_highest_level_and_each_answer_once() {
    let world = World::new().await;
    let (account, _, mut browser) = signed_in(&world).await;
    let mut device = Device::new();
    let page = browser.get(&world, "/account/passkeys").await;
    let added = device.register(&world, &mut browser, &page, "/account/passkeys").await;
    assert_eq!(added.to(), "/account/passkeys");
    assert_eq!(world.events(), [SecurityEvent::PasskeyAdded { name: "Teléfono".to_owned() }]);

    let mut other = Browser::default();
    let asked = other.get(&world, &request(&[("acr_values", "high")])).await;
    let page = other.follow(&world, asked).await;
    let done = device.sign_in(&world, &mut other, &page).await;
    let back = other.follow(&world, done).await;
    let (_, tokens) = redeem(&world, &client::code(back.to())).await;
    let said = verified(&world, tokens["id_token"].as_str().expect("a token"), Algorithm::ES256).await;
    assert_eq!((said["acr"].as_str(), &said["amr"][0]), (Some("high"), &serde_json::json!("hwk")));
    assert_eq!(said["sub"], world.provider.subject("BO/GOV/1", account.id));

    // A copy of the device counts from where it was copied.
    let mut third = Browser::default();
    let page = third.get(&world, "/sign-in").await;
    device.counter = 0;
    device.sign_in(&world, &mut third, &page).await.says("La llave de acceso no fue aceptada");
    // What was answered once is not answered again, however well.
    device.counter = 50;
    device.sign_in(&world, &mut third, &page).await.says("La llave de acceso no fue aceptada");
    // Another question is; too late.
    let page = third.get(&world, "/sign-in").await;
    let mut in_time = third.clone();
    assert_eq!(device.sign_in(&world, &mut in_time, &page).await.to(), "/account");
    let page = third.get(&world, "/sign-in").await;
    world.pass(601);
    device.counter = 100;
    device.sign_in(&world, &mut third, &page).await.says("La llave de acceso no fue aceptada");
}

#[tokio::test]
async fn a_passkey_alone_is_enough_to_enrol_and_the_last_one_stays() {
    let world = World::new().await;
    let (_, code) = world.account("1234567", Assurance::High).await;
    let (mut browser, mut device) = (Browser::default(), Device::new());
    let page = browser.get(&world, "/enrol").await;
    let page = browser.post(&world, &page, "/enrol", &[("enrolment", code.as_str())]).await;
    device.register(&world, &mut browser, &page, "/enrol/passkey").await.says("Su cuenta está activa");
    let page = browser.get(&world, "/account/passkeys").await;
    page.says("Teléfono");
    browser.post(&world, &page, "/account/passkeys/remove", &[]).await.says("Es lo único con lo que puede ingresar");
    let mut other = Browser::default();
    let page = other.get(&world, "/sign-in").await;
    assert_eq!(device.sign_in(&world, &mut other, &page).await.to(), "/account");
}

#[tokio::test]
async fn a_passkey_that_leads_to_another_account_is_not_taken_over() {
    let world = World::new().await;
    let (mut device, mut thief) = (Device::new(), Device::new());
    for (number, device, said) in [("1", &mut device, "Su cuenta está activa"), ("2", &mut thief, "no fue aceptada")] {
        let (_, code) = world.account(number, Assurance::High).await;
        let mut browser = Browser::default();
        let page = browser.get(&world, "/enrol").await;
        let page = browser.post(&world, &page, "/enrol", &[("enrolment", code.as_str())]).await;
        device.register(&world, &mut browser, &page, "/enrol/passkey").await.says(said);
    }
    let mut browser = Browser::default();
    let page = browser.get(&world, "/sign-in").await;
    assert_eq!(device.sign_in(&world, &mut browser, &page).await.to(), "/account");
}

#[tokio::test]
async fn an_enrolment_code_is_good_once_for_a_fortnight_and_only_the_newest() {
    let world = World::new().await;
    let (account, code) = world.account("1234567", Assurance::Low).await;
    let now = clock::Clock::now(&*world.clock);
    let mut tx = world.store.begin().expect("a transaction");
    let newer = accounts::renew_enrolment(&mut tx, account.id, now).expect("a code");
    tx.commit().await.expect("a commit");
    let try_code = async |code: &str| {
        let mut browser = Browser::default();
        let page = browser.get(&world, "/enrol").await;
        browser.post(&world, &page, "/enrol", &[("enrolment", code)]).await.status
    };
    assert_eq!(try_code(code.as_str()).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(try_code("AAAA-AAAA-AAAA-AAAA").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(try_code(&newer.as_str().to_lowercase()).await, StatusCode::OK);
    assert!(world.provider.enrolment_link(&newer).starts_with("https://ingreso.example/enrol#"));
    assert_eq!(format!("{newer:?}"), "EnrolmentCode(…)");
    Browser::default().enrol(&world, &newer).await;
    assert_eq!(try_code(newer.as_str()).await, StatusCode::UNPROCESSABLE_ENTITY);
    let (_, late) = world.account("7", Assurance::Low).await;
    world.pass(14 * 24 * 3600);
    assert_eq!(try_code(late.as_str()).await, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn enrolment_asks_for_a_good_password_and_the_apps_code() {
    let world = World::new().await;
    let (_, code) = world.account("1234567", Assurance::Low).await;
    let mut browser = Browser::default();
    let page = browser.get(&world, "/enrol").await;
    let page = browser.post(&world, &page, "/enrol", &[("enrolment", code.as_str())]).await;
    for (password, again, code, said) in [
        ("corta", "corta", "000000", "La contraseña es muy corta"),
        (PASSWORD, "otra", "000000", "Las dos contraseñas no son iguales"),
        ("Mamani-1234567", "Mamani-1234567", "000000", "cualquiera adivina"),
        (PASSWORD, PASSWORD, "000000", "Ese no es el código"),
    ] {
        let filled = [("password", password), ("again", again), ("code", code)];
        browser.post(&world, &page, "/enrol/password", &filled).await.says(said);
    }
}

#[tokio::test]
async fn what_she_signs_in_with_is_changed_only_just_after_signing_in_and_ends_other_sessions() {
    let world = World::new().await;
    let (account, secret, mut browser) = signed_in(&world).await;
    let mut other = Browser::default();
    let page = other.get(&world, "/account").await;
    other.sign_in(&world, page, "1234567", &secret).await.says("Ana");
    assert_eq!(world.provider.sessions(account.id).expect("a list").len(), 2);

    world.pass(300);
    let asked = browser.get(&world, "/account/password").await;
    assert!(asked.to().starts_with("/sign-in"), "{:?}", asked.location);
    let page = browser.sign_in(&world, asked, "1234567", &secret).await;
    let changed = [("password", "tres llamas bajo la lluvia"), ("again", "tres llamas bajo la lluvia")];
    assert_eq!(browser.post(&world, &page, "/account/password", &changed).await.to(), "/account");
    assert_eq!(world.events(), [SecurityEvent::PasswordChanged]);
    assert_eq!(world.provider.sessions(account.id).expect("a list").len(), 1);
    assert!(other.get(&world, "/account").await.to().starts_with("/sign-in"));

    let page = browser.get(&world, "/account/authenticator").await;
    let newer = base32(&between(&page.body, "aplicación: <code>", "</code>").expect("a secret"));
    browser.post(&world, &page, "/account/authenticator", &[("code", "000000")]).await.says("Ese no es el código");
    assert_eq!(
        browser.post(&world, &page, "/account/authenticator", &[("code", &world.code(&newer))]).await.to(),
        "/account"
    );
    let page = browser.get(&world, "/account/recovery-codes").await;
    browser.post(&world, &page, "/account/recovery-codes", &[]).await.says("<code>");
    assert_eq!(world.events(), [SecurityEvent::AuthenticatorReplaced, SecurityEvent::RecoveryCodesRenewed]);

    let mut third = Browser::default();
    let page = third.get(&world, "/sign-in").await;
    third.password(&world, &page, "1234567", PASSWORD).await.says("no son correctos");
    world.pass(60);
    let step = third.password(&world, &page, "1234567", "tres llamas bajo la lluvia").await;
    assert_eq!(third.post(&world, &step, "/sign-in/code", &[("code", &world.code(&newer))]).await.to(), "/account");
}

#[tokio::test]
async fn she_ends_one_session_or_all_and_sees_who_came() {
    let world = World::new().await;
    let (account, secret, mut browser) = signed_in(&world).await;
    let mut other = Browser::default();
    let page = other.get(&world, "/account").await;
    other.sign_in(&world, page, "1234567", &secret).await;
    let list = browser.get(&world, "/account/sessions").await;
    browser.post(&world, &list, "/account/sessions/end", &[]).await;
    assert!(other.get(&world, "/account").await.to().starts_with("/sign-in"));
    browser.get(&world, "/account/history").await.says("Ingresó");
    let list = browser.get(&world, "/account/sessions").await;
    browser.post(&world, &list, "/account/sessions/end", &[("session", "all")]).await.says("Salió");
    assert!(world.provider.sessions(account.id).expect("a list").is_empty());
    assert_eq!(world.events(), [SecurityEvent::SignedOutEverywhere]);
    assert!(browser.get(&world, "/account").await.to().starts_with("/sign-in"));
}

#[tokio::test]
async fn accounts_are_found_changed_and_raised_and_know_whom_they_represent() {
    let world = World::new().await;
    let (account, _) = world.account("1234567", Assurance::Low).await;
    let now = clock::Clock::now(&*world.clock);
    let mut tx = world.store.begin().expect("a transaction");
    let again = accounts::create(&mut tx, person("1234567"), Assurance::Low, now);
    assert!(matches!(again, Err(AccountError::DocumentTaken)));
    accounts::change(&mut tx, account.id, person("7654321")).expect("a change");
    let found = |tx: &mut storage::Transaction, number| {
        accounts::by_document(tx, &Document::new("ci", number)).expect("a look").map(|account| account.id)
    };
    assert_eq!((found(&mut tx, "1234567"), found(&mut tx, "7654321")), (None, Some(account.id)));
    let raised = accounts::raise_assurance(&mut tx, account.id, Assurance::High).expect("a change");
    let kept = accounts::raise_assurance(&mut tx, account.id, Assurance::Low).expect("a change");
    assert_eq!((raised.assurance, kept.assurance), (Assurance::High, Assurance::High));
    let company = Represented::Company("1020304050".to_owned());
    let representation = Representation {
        represented: company.clone(),
        name: "Tejidos Illimani".to_owned(),
        scope: String::new(),
        until: Some(now.as_second() + 60),
    };
    accounts::grant(&mut tx, account.id, &representation).expect("a grant");
    assert_eq!(
        accounts::representations(&mut tx, account.id, now).expect("a list"),
        std::slice::from_ref(&representation)
    );
    let nameless = Representation { represented: Represented::Company(String::new()), ..representation };
    assert!(matches!(accounts::grant(&mut tx, account.id, &nameless), Err(AccountError::Representation)));
    accounts::revoke(&mut tx, account.id, &company);
    assert!(accounts::representations(&mut tx, account.id, now).expect("a list").is_empty());
    let nobody = "00000000000000000000000000000000".parse().expect("an id");
    assert!(matches!(accounts::raise_assurance(&mut tx, nobody, Assurance::High), Err(AccountError::NoSuchAccount(_))));
}
