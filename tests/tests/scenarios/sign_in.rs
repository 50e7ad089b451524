//! People sign in at a plugin's origin through an issuer, see what is for them, and sign out; an issuer that lies gets nobody in.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use citizens_gateway::{Document, Limits, SignInParts, Staff};
use http::{Method, StatusCode};
use plugin_host::PluginHost;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use storage::{Keyspace, Store};
use tests::browser::{Browser, Door, Shown, location, text, token};
use tests::issuer::{Account, ISSUER, Issuer, Lie};
use tests::visitors;

const PAGES: &str = r#"
[web]
routes = ["/", "/visitors/{id}"]

[[web.route]]
path = "/who"
access = "citizen"

[[web.route]]
path = "/who/high"
access = "citizen"
assurance = "high"

[[web.route]]
path = "/who/staff"
access = "staff"
roles = ["supervisor"]
"#;

/// The people who work at the entity; may change.
#[derive(Default)]
struct Roster(Mutex<Vec<(String, String)>>);

impl Staff for Roster {
    fn roles(&self, plugin: &str, document: &Document) -> Vec<String> {
        assert_eq!((plugin, document.kind.as_str()), ("visitors", "CI"));
        let roster = self.0.lock().unwrap();
        roster.iter().filter(|(number, _)| *number == document.number).map(|(_, role)| role.clone()).collect()
    }
}

struct Book {
    door: Door,
    host: Arc<PluginHost>,
    store: Store,
    issuer: Arc<Issuer>,
    staff: Arc<Roster>,
    _folder: tempfile::TempDir,
}

impl Book {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (host, store) = visitors::open(folder.path(), PAGES, BTreeMap::new()).await;
        let (issuer, staff) = (Arc::new(Issuer::default()), Arc::new(Roster::default()));
        let door = door(&host, &store, &issuer, &staff).await;
        Self { door, host, store, issuer, staff, _folder: folder }
    }

    fn browser(&self) -> Browser {
        self.door.browser("visitors")
    }

    /// Goes to a path, signs in as somebody, and comes back.
    async fn sign_in(&self, browser: &mut Browser, path: &str, account: &Account) -> Shown {
        let to_sign_in = browser.get(path).await;
        let to_issuer = browser.get(location(&to_sign_in)).await;
        browser.get(&self.issuer.sign_in(location(&to_issuer), account)).await
    }

    async fn close(self) {
        self.door.close().await;
        self.host.close().await;
    }
}

async fn door(host: &Arc<PluginHost>, store: &Store, issuer: &Arc<Issuer>, staff: &Arc<Roster>) -> Door {
    let parts = SignInParts {
        store: store.clone(),
        keyspace: Keyspace::named("gateway").unwrap(),
        issuer: Issuer::settings(),
        access: issuer.clone(),
        staff: staff.clone(),
    };
    Door::with(host.clone(), Limits { client_requests_per_second: 10_000, ..Limits::default() }, Some(parts)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_signs_in_on_the_way_to_a_page_and_comes_to_it() {
    let book = Book::open().await;
    let mut browser = book.browser();
    let back = book.sign_in(&mut browser, "/who?a=b", &Account::ana()).await;
    assert_eq!((back.status(), location(&back)), (StatusCode::SEE_OTHER, "/who?a=b"), "{}", text(&back));
    let page = browser.get("/who?a=b").await;
    assert!(text(&page).contains("citizen sub-ana Ana Mamani substantial"), "{}", text(&page));
    assert!(text(&page).contains("action=\"/-/sign-out\""), "{}", text(&page));
    assert_eq!(page.headers()["cache-control"], "no-store", "it is hers alone");
    // Another browser knows nothing of it, and a restart of the gateway forgets nobody.
    assert_eq!(book.browser().get("/who").await.status(), StatusCode::SEE_OTHER);
    let Book { door: before, host, store, issuer, staff, _folder } = book;
    before.close().await;
    let after = door(&host, &store, &issuer, &staff).await;
    browser.moves_to(&after);
    assert!(text(&browser.get("/who").await).contains("sub-ana"));
    after.close().await;
    host.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_asks_for_more_than_is_known_says_so_and_a_form_is_not_sent_to_the_issuer() {
    let book = Book::open().await;
    let mut browser = book.browser();
    book.sign_in(&mut browser, "/who", &Account::ana()).await;
    let refused = browser.get("/who/high").await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert!(text(&refused).contains("pide un ingreso más seguro"), "{}", text(&refused));
    // The way there asks the issuer for that level, and leads back.
    assert!(text(&refused).contains("href=\"/-/sign-in?to=%2Fwho%2Fhigh&amp;level=high\""), "{}", text(&refused));
    let to_issuer = browser.get("/-/sign-in?to=%2Fwho%2Fhigh&level=high").await;
    assert!(location(&to_issuer).contains("acr_values=high+http"), "{}", location(&to_issuer));
    let high = Account { acr: "http://eidas.europa.eu/LoA/high".to_owned(), ..Account::ana() };
    let back = browser.get(&book.issuer.sign_in(location(&to_issuer), &high)).await;
    assert_eq!(location(&back), "/who/high");
    assert!(text(&browser.get("/who/high").await).contains("Ana Mamani high"));

    let mut guest = book.browser();
    let posted = guest.post("/who", "a=b").await;
    assert_eq!(posted.status(), StatusCode::FORBIDDEN);
    assert!(text(&posted).contains("Ingrese para continuar"), "{}", text(&posted));
    let json = guest.send(Method::GET, "/who", &[("accept", "application/json")], Vec::new()).await;
    assert!(text(&json).contains("sign_in_required"), "{}", text(&json));
    book.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_is_who_the_entity_says_at_each_visit_and_whose_document_was_checked() {
    let book = Book::open().await;
    let mut browser = book.browser();
    book.sign_in(&mut browser, "/who/staff", &Account::ana()).await;
    let refused = browser.get("/who/staff").await;
    assert!(text(&refused).contains("para personal de la entidad"), "{}", text(&refused));
    book.staff
        .0
        .lock()
        .unwrap()
        .extend([("1234567".to_owned(), "supervisor".to_owned()), ("1234567".to_owned(), "operator".to_owned())]);
    let page = browser.get("/who/staff").await;
    assert!(text(&page).contains("operator sub-ana Ana Mamani supervisor,operator"), "{}", text(&page));
    // On all other pages she is a citizen like any other.
    assert!(text(&browser.get("/who").await).contains("citizen sub-ana"));
    book.staff.0.lock().unwrap().retain(|(_, role)| role != "supervisor");
    assert_eq!(browser.get("/who/staff").await.status(), StatusCode::FORBIDDEN);
    // Who only says that the document is hers is nobody's staff.
    book.staff.0.lock().unwrap().push(("1234567".to_owned(), "supervisor".to_owned()));
    let mut other = book.browser();
    let low = Account { acr: "low".to_owned(), subject: "sub-eva".to_owned(), ..Account::ana() };
    book.sign_in(&mut other, "/who/staff", &low).await;
    assert_eq!(other.get("/who/staff").await.status(), StatusCode::FORBIDDEN);
    book.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_out_is_out_here_and_led_to_the_issuer() {
    let book = Book::open().await;
    let mut browser = book.browser();
    book.sign_in(&mut browser, "/who", &Account::ana()).await;
    // A link alone signs nobody out, a foreign form neither.
    let asks = browser.get("/-/sign-out").await;
    assert!(text(&asks).contains("¿Quiere salir"), "{}", text(&asks));
    assert_eq!(browser.post("/-/sign-out", "").await.status(), StatusCode::FORBIDDEN);
    assert!(text(&browser.get("/who").await).contains("sub-ana"));
    let form = token(&asks).unwrap().to_owned();
    let out = browser.post("/-/sign-out", &format!("-form={form}")).await;
    assert!(location(&out).starts_with(&format!("{ISSUER}/session/end?")), "{}", location(&out));
    assert!(location(&out).contains("id_token_hint="), "{}", location(&out));
    assert_eq!(browser.get("/who").await.status(), StatusCode::SEE_OTHER, "she has to sign in again");
    assert_eq!(location(&browser.get("/-/sign-out").await), "/");
    book.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_issuer_signs_somebody_out_once_for_each_token_and_nobody_else_can() {
    let book = Book::open().await;
    let (mut ana, mut eva) = (book.browser(), book.browser());
    book.sign_in(&mut ana, "/who", &Account::ana()).await;
    let other = Account { subject: "sub-eva".to_owned(), sid: "sid-eva".to_owned(), ..Account::ana() };
    book.sign_in(&mut eva, "/who", &other).await;
    let mut apex = book.door.browser("");
    let mut told = async |token: &str| apex.post("/-/back-channel-logout", &format!("logout_token={token}")).await;
    book.issuer.lie(Lie::Signature);
    let forged = book.issuer.logout_token("sid-ana", "0");
    book.issuer.lie(Lie::Claim("events", json!({})));
    let no_event = book.issuer.logout_token("sid-ana", "0");
    book.issuer.lie(Lie::Claim("nonce", json!("n")));
    let id_token = book.issuer.logout_token("sid-ana", "0");
    book.issuer.lie(Lie::Claim("iat", json!(1_000)));
    let old = book.issuer.logout_token("sid-ana", "0");
    book.issuer.lie(Lie::None);
    let of_nobody = book.issuer.logout_token("", "0");
    for token in [&forged, &no_event, &id_token, &old, &of_nobody, "x"] {
        assert_eq!(told(token).await.status(), StatusCode::BAD_REQUEST, "{token}");
    }
    assert!(text(&ana.get("/who").await).contains("sub-ana"));
    let token = book.issuer.logout_token("sid-ana", "1");
    assert_eq!(told(&token).await.status(), StatusCode::OK);
    assert_eq!(ana.get("/who").await.status(), StatusCode::SEE_OTHER);
    assert!(text(&eva.get("/who").await).contains("sub-eva"), "others stay");
    assert_eq!(told(&token).await.status(), StatusCode::CONFLICT, "a token is used once");
    book.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_lies_gets_nobody_in() {
    let book = Book::open().await;
    let mut browser = book.browser();
    for lie in [
        Lie::Claim("iss", json!("https://other.example")),
        Lie::Claim("aud", json!("other")),
        Lie::Claim("aud", json!(["gateway", "other"])),
        Lie::Claim("azp", json!("other")),
        Lie::Claim("exp", json!(1_000)),
        Lie::Claim("iat", json!(9_000_000_000_i64)),
        Lie::Claim("nonce", json!("another")),
        Lie::Claim("nonce", json!(null)),
        Lie::Claim("sub", json!("")),
        Lie::Signature,
        Lie::Unsigned,
        Lie::Userinfo,
        Lie::Refusal,
    ] {
        let to_issuer = browser.get("/-/sign-in?to=%2Fwho").await;
        let back = book.issuer.sign_in(location(&to_issuer), &Account::ana());
        book.issuer.lie(lie.clone());
        let refused = browser.get(&back).await;
        book.issuer.lie(Lie::None);
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{lie:?}");
        assert!(text(&refused).contains("Este ingreso ya terminó"), "{lie:?}: {}", text(&refused));
        assert_eq!(browser.get("/who").await.status(), StatusCode::SEE_OTHER, "{lie:?}");
    }
    book.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_is_not_there_or_another_one_is_said_to_be_unavailable() {
    for lie in [Lie::Silence, Lie::Name, Lie::Noise] {
        let book = Book::open().await;
        book.issuer.lie(lie.clone());
        let refused = book.browser().get("/-/sign-in").await;
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE, "{lie:?}");
        assert!(text(&refused).contains("El ingreso no está disponible"), "{lie:?}");
        book.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_is_believed_only_of_a_sign_in_that_this_browser_began() {
    let book = Book::open().await;
    let mut browser = book.browser();
    let to_issuer = browser.get("/-/sign-in?to=%2Fwho").await;
    let back = book.issuer.sign_in(location(&to_issuer), &Account::ana());
    let mut other = book.browser();
    for path in [back.as_str(), "/-/signed-in", "/-/signed-in?state=x&code=y"] {
        assert_eq!(other.get(path).await.status(), StatusCode::BAD_REQUEST, "{path}");
    }
    let other_issuer = back.replace("ingreso.example", "evil.example");
    assert_eq!(browser.get(&other_issuer).await.status(), StatusCode::BAD_REQUEST);
    let (without_issuer, _) = back.split_once("&iss=").unwrap();
    assert_eq!(browser.get(without_issuer).await.status(), StatusCode::BAD_REQUEST);
    // What the issuer says instead of a code is told in words.
    let state = back.split_once("state=").unwrap().1;
    for (error, words) in [
        ("access_denied", "No ingresó"),
        ("unmet_authentication_requirements", "pide un ingreso más seguro"),
        ("server_error", "El ingreso no está disponible"),
    ] {
        let told = browser.get(&format!("/-/signed-in?error={error}&state={state}")).await;
        assert!(text(&told).contains(words), "{error}: {}", text(&told));
    }
    assert_eq!(location(&browser.get(&back).await), "/who");
    assert_eq!(browser.get(&back).await.status(), StatusCode::BAD_REQUEST, "once");
    // Nobody is led elsewhere.
    let to_issuer = browser.get("/-/sign-in?to=%2F%2Fevil.example").await;
    let back = book.issuer.sign_in(location(&to_issuer), &Account::ana());
    assert_eq!(location(&browser.get(&back).await), "/");
    book.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_was_shown_before_somebody_signed_in_is_not_hers() {
    let book = Book::open().await;
    let mut browser = book.browser();
    let page = browser.get("/").await;
    book.sign_in(&mut browser, "/who", &Account::ana()).await;
    let refused = browser.submit(&page, "/", "name=Ana").await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert!(text(&refused).contains("no se mostró a usted"), "{}", text(&refused));
    let page = browser.get("/").await;
    assert_eq!(browser.submit(&page, "/", "name=Ana").await.status(), StatusCode::SEE_OTHER);
    book.close().await;
}
