//! A gateway that is its own issuer: somebody sets her credentials, signs in at a plugin, and what she ends there ends here.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "../../../identity/tests/common/forms.rs"]
pub mod forms;

use citizens_gateway::{Gateway, Limits, NoStaff, OwnIssuer, OwnIssuerParts, SignInParts};
use clock::{Clock as _, ManualClock, Timestamp};
use forms::{base32, between, form_of, totp};
use http::StatusCode;
use identity::accounts::{
    self, AccountId, Assurance, Document, EnrolmentCode, Names, Person, Representation, Represented,
};
use identity::{NoNotices, PasswordCost, SiteNames, TokenKeys};
use listener::client::{Client, ClientTls};
use plugin_host::PluginHost;
use signer::{Iterations, Pin, SoftwareToken};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use storage::{Keyspace, Store};
use tests::browser::{Browser, DOMAIN, Door, Shown, location, text};
use tests::visitors;

const PAGES: &str = r#"
[web]
routes = ["/"]

[[web.route]]
path = "/who"
access = "citizen"

[[web.route]]
path = "/who/high"
access = "citizen"
assurance = "high"
"#;
pub const PASSWORD: &str = "un zorro en el salar";
const PLUGIN: &str = "https://visitors.localhost:8443";
const ISSUER: &str = "https://ingreso.localhost:8443";

struct State {
    door: Door,
    issuer: Arc<OwnIssuer>,
    host: Arc<PluginHost>,
    clock: Arc<ManualClock>,
    store: Store,
    _folder: tempfile::TempDir,
}

impl State {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (host, store) = visitors::open(folder.path(), PAGES, BTreeMap::new()).await;
        let clock = Arc::new(ManualClock::new(Timestamp::from_second(1_800_000_000).unwrap()));
        let issuer = Arc::new(OwnIssuer::open(parts(folder.path(), &store, &clock)).await.unwrap());
        let sign_in = SignInParts {
            store: store.clone(),
            keyspace: Keyspace::named("gateway").unwrap(),
            issuer: issuer.settings(),
            access: issuer.access(),
            staff: Arc::new(NoStaff),
        };
        let mut parts = Door::parts(host.clone(), Limits::default(), Some(sign_in));
        parts.clock = clock.clone();
        parts.own_issuer = Some(issuer.clone());
        let gateway = Arc::new(Gateway::new(parts));
        issuer.tells(&gateway);
        Self { door: Door::to(gateway).await, issuer, host, clock, store, _folder: folder }
    }

    /// Somebody whose account was made at a counter.
    async fn person(&self, assurance: Assurance) -> EnrolmentCode {
        let person = Person {
            document: Document::new("CI", "1234567"),
            names: Names { given: "Ana".to_owned(), first_surname: Some("Mamani".to_owned()), second_surname: None },
            birthdate: None,
            email: None,
            phone: None,
        };
        self.issuer.provider().add_account(person, assurance).await.unwrap().1
    }

    /// Her browser, at the issuer, after she set a password and an app; and the app's secret.
    async fn enrolled(&self, code: &EnrolmentCode) -> (Browser, Vec<u8>) {
        let mut browser = self.door.browser("ingreso");
        let page = browser.get("/enrol").await;
        let page = post(&mut browser, &page, "/enrol", &[("enrolment", code.as_str())]).await;
        let secret = base32(&between(text(&page), "aplicación: <code>", "</code>").unwrap());
        let shown = totp(&secret, self.clock.now().as_second());
        let filled = [("password", PASSWORD), ("again", PASSWORD), ("code", shown.as_str())];
        let done = post(&mut browser, &page, "/enrol/password", &filled).await;
        assert_eq!(done.status(), StatusCode::OK, "{}", text(&done));
        (browser, secret)
    }

    /// Somebody who is signed in at the plugin, and represents a company until a time; her browser there, and her account.
    async fn representative(&self, until: i64) -> (Browser, AccountId) {
        let code = self.person(Assurance::Substantial).await;
        let account = self.issuer.provider().account_of(&Document::new("CI", "1234567")).unwrap().unwrap().id;
        let mut tx = self.store.begin().unwrap();
        let representation = Representation {
            represented: company(),
            name: "Tejidos Illimani".to_owned(),
            scope: "Trámites".to_owned(),
            until: Some(until),
        };
        accounts::grant(&mut tx, account, &representation).unwrap();
        tx.commit().await.unwrap();
        let (mut at_issuer, _) = self.enrolled(&code).await;
        let mut at_plugin = self.door.browser("visitors");
        let asked = sent_to_issuer(&mut at_plugin, "/who").await;
        let back = at_issuer.get(&asked).await;
        at_plugin.get(path_at(&back, PLUGIN)).await;
        (at_plugin, account)
    }

    async fn close(self) {
        self.door.close().await;
        self.host.close().await;
    }
}

fn company() -> Represented {
    Represented::Company("00123456".to_owned())
}

/// Acts for the company from now on, as she chooses on the page.
async fn act_for_company(at_plugin: &mut Browser) -> Shown {
    let page = at_plugin.get("/-/acting").await;
    let (before, _) = text(&page).split_once("Tejidos").unwrap();
    let subject = before.rsplit("value=\"").next().unwrap().split('"').next().unwrap().to_owned();
    post(at_plugin, &page, "/-/acting", &[("for", subject.as_str())]).await
}

fn parts(folder: &Path, store: &Store, clock: &Arc<ManualClock>) -> OwnIssuerParts {
    let few = Iterations::new(Iterations::FLOOR).unwrap();
    let token = SoftwareToken::create_with(folder.join("token"), &Pin::new("1234"), few).unwrap();
    OwnIssuerParts {
        label: "ingreso".to_owned(),
        address: DOMAIN.parse().unwrap(),
        names: SiteNames { site: "Ingreso ciudadano".to_owned(), owner: None },
        sector: "BO/GOV/1001".to_owned(),
        clients: Vec::new(),
        password_cost: PasswordCost { memory_kib: 8, passes: 1, lanes: 1 },
        hashed_at_once: 2,
        store: store.clone(),
        clock: clock.clone(),
        secret: [7; 32],
        keys: Arc::new(TokenKeys(Arc::new(token))),
        notify: Arc::new(NoNotices),
        elsewhere: Client::new(ClientTls::Plain),
    }
}

/// Posts a form as the page has it, with these fields filled in.
pub async fn post(browser: &mut Browser, page: &Shown, action: &str, filled: &[(&str, &str)]) -> Shown {
    let form = form_of(text(page), action, filled);
    browser.post(action, &form).await
}

/// The path at an origin that an answer leads to.
fn path_at<'a>(shown: &'a Shown, origin: &str) -> &'a str {
    location(shown).strip_prefix(origin).unwrap_or_else(|| panic!("{}", location(shown)))
}

/// From a page of the plugin to the issuer.
async fn sent_to_issuer(at_plugin: &mut Browser, path: &str) -> String {
    let to_sign_in = at_plugin.get(path).await;
    let to_issuer = at_plugin.get(location(&to_sign_in)).await;
    path_at(&to_issuer, ISSUER).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_sets_her_credentials_and_a_plugin_knows_her() {
    let state = State::open().await;
    let (mut at_issuer, _) = state.enrolled(&state.person(Assurance::Substantial).await).await;
    let mut at_plugin = state.door.browser("visitors");
    let asked = sent_to_issuer(&mut at_plugin, "/who").await;
    let back = at_issuer.get(&asked).await;
    let home = at_plugin.get(path_at(&back, PLUGIN)).await;
    assert_eq!((home.status(), location(&home)), (StatusCode::SEE_OTHER, "/who"), "{}", text(&home));
    let page = at_plugin.get("/who").await;
    assert!(text(&page).contains("Ana Mamani substantial"), "{}", text(&page));
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_the_issuer_does_not_know_shows_a_password_and_a_code() {
    let state = State::open().await;
    let (_, secret) = state.enrolled(&state.person(Assurance::High).await).await;
    // A code is good once: the next is of another half minute.
    state.clock.advance(Duration::from_secs(60));
    let (mut at_plugin, mut at_issuer) = (state.door.browser("visitors"), state.door.browser("ingreso"));
    let asked = sent_to_issuer(&mut at_plugin, "/who").await;
    let to_page = at_issuer.get(&asked).await;
    let page = at_issuer.get(location(&to_page)).await;
    let filled = [("kind", "CI"), ("number", "1234567"), ("password", "otra clave")];
    let wrong = post(&mut at_issuer, &page, "/sign-in", &filled).await;
    assert!(text(&wrong).contains("aria-invalid"), "{}", text(&wrong));
    state.clock.advance(Duration::from_secs(60));
    let filled = [("kind", "CI"), ("number", "1234567"), ("password", PASSWORD)];
    let page = post(&mut at_issuer, &wrong, "/sign-in", &filled).await;
    let shown = totp(&secret, state.clock.now().as_second());
    let mut back = post(&mut at_issuer, &page, "/sign-in/code", &[("code", shown.as_str())]).await;
    while location(&back).starts_with('/') {
        let to = location(&back).to_owned();
        back = at_issuer.get(&to).await;
    }
    at_plugin.get(path_at(&back, PLUGIN)).await;
    // Password and code are no more than substantial, however well she is known.
    assert!(text(&at_plugin.get("/who").await).contains("Ana Mamani substantial"));
    assert_eq!(at_plugin.get("/who/high").await.status(), StatusCode::FORBIDDEN, "it asks her to sign in better");
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_out_everywhere_is_signed_out_of_the_plugins() {
    let state = State::open().await;
    let (mut at_issuer, _) = state.enrolled(&state.person(Assurance::Substantial).await).await;
    let mut at_plugin = state.door.browser("visitors");
    let asked = sent_to_issuer(&mut at_plugin, "/who").await;
    let back = at_issuer.get(&asked).await;
    at_plugin.get(path_at(&back, PLUGIN)).await;
    assert_eq!(at_plugin.get("/who").await.status(), StatusCode::OK);
    let account = state.issuer.provider().account_of(&Document::new("CI", "1234567")).unwrap().unwrap();
    state.issuer.provider().end_all_sessions(account.id).await.unwrap();
    state.issuer.tell().await;
    assert_eq!(at_plugin.get("/who").await.status(), StatusCode::SEE_OTHER, "she is asked to sign in again");
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_acts_for_whom_she_represents_as_long_as_that_goes_on() {
    let state = State::open().await;
    let until = state.clock.now().as_second() + 600;
    let (mut at_plugin, _) = state.representative(until).await;
    let herself = at_plugin.get("/").await;
    assert!(text(&herself).contains("Actuar por otra persona"), "{}", text(&herself));
    assert_eq!(act_for_company(&mut at_plugin).await.status(), StatusCode::SEE_OTHER);
    let page = at_plugin.get("/who").await;
    assert!(text(&page).contains("Ana Mamani substantial for Tejidos Illimani"), "{}", text(&page));
    assert!(text(&page).contains("Actúa por Tejidos Illimani"), "{}", text(&page));
    // What was shown to her while she acted for herself is not done for the company.
    let (_, page) = text(&herself).split_once("<main").unwrap();
    let token = between(page, "name=\"-form\" value=\"", "\"").unwrap();
    let refused = at_plugin.post("/", &format!("-form={token}&name=Ana")).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{}", text(&refused));
    state.clock.advance(Duration::from_secs(601));
    let page = at_plugin.get("/who").await;
    assert!(text(&page).contains("Ana Mamani substantial</p>"), "{}", text(&page));
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_acts_for_whom_her_issuer_does_not_name() {
    let state = State::open().await;
    let (mut at_plugin, _) = state.representative(state.clock.now().as_second() + 600).await;
    let page = at_plugin.get("/-/acting").await;
    let refused = post(&mut at_plugin, &page, "/-/acting", &[("for", "somebody-else")]).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert!(text(&refused).contains("No puede actuar por quien eligió"), "{}", text(&refused));
    assert!(text(&at_plugin.get("/who").await).contains("Ana Mamani substantial</p>"));
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_signed_in_signs_in_before_she_chooses_for_whom_she_acts() {
    let state = State::open().await;
    let led = state.door.browser("visitors").get("/-/acting").await;
    assert_eq!(led.status(), StatusCode::SEE_OTHER, "{}", text(&led));
    assert!(location(&led).starts_with("/-/sign-in"), "{}", location(&led));
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_represents_somebody_no_more_is_signed_out_of_the_plugins() {
    let state = State::open().await;
    let (mut at_plugin, account) = state.representative(state.clock.now().as_second() + 600).await;
    act_for_company(&mut at_plugin).await;
    let mut tx = state.store.begin().unwrap();
    state.issuer.provider().end_representation_in(&mut tx, account, &company()).unwrap();
    tx.commit().await.unwrap();
    state.issuer.tell().await;
    assert_eq!(at_plugin.get("/who").await.status(), StatusCode::SEE_OTHER, "she is asked to sign in again");
    state.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_issuer_says_of_itself_what_relying_parties_ask() {
    let state = State::open().await;
    let mut browser = state.door.browser("ingreso");
    let said: serde_json::Value =
        serde_json::from_slice(browser.get("/.well-known/openid-configuration").await.body()).unwrap();
    assert_eq!(said["issuer"], ISSUER);
    assert_eq!(said["code_challenge_methods_supported"], serde_json::json!(["S256"]));
    let keys: serde_json::Value = serde_json::from_slice(browser.get("/jwks").await.body()).unwrap();
    assert_eq!(keys["keys"][0]["kty"], "EC");
    state.close().await;
}
