//! The citizens' gateway, asked over real sockets: what a browser sends reaches the plugin, what the plugin says reaches the
//! browser, and what must not pass does not.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use citizens_gateway::Limits;
use http::{Method, StatusCode};
use plugin_host::PluginHost;
use std::collections::BTreeMap;
use std::sync::Arc;
use tests::browser::{Browser, DOMAIN, Door, Shown, location, text, token};
use tests::visitors;

const PAGES: &str = r#"
[web]
routes = ["/", "/visitors/{id}", "/pictures/{id}", "/count", "/piece", "/plain", "/writes"]
styles = ["book.css"]

[[web.route]]
path = "/pictures"
uploads = { largest = "100 KiB", types = ["image/png", "application/pdf"] }

[[web.route]]
path = "/mine"
access = "citizen"

[[web.route]]
path = "/inbox"
access = "staff"

[[web.link]]
path = "/"
title = { es = "Libro", en = "Book" }

[[web.link]]
path = "/inbox"
title = { es = "Bandeja" }

[limits]
storage = "2 MiB"
"#;

struct Book {
    door: Door,
    host: Arc<PluginHost>,
    _folder: tempfile::TempDir,
}

impl Book {
    async fn open() -> Self {
        Self::with(Limits { client_requests_per_second: 10_000, ..Limits::default() }).await
    }

    async fn with(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = BTreeMap::from([("assets/book.css".to_owned(), "main{color:black}".into())]);
        let (host, _) = visitors::open(folder.path(), PAGES, files).await;
        Self { door: Door::open(host.clone(), limits).await, host, _folder: folder }
    }

    fn browser(&self) -> Browser {
        self.door.browser("visitors")
    }

    async fn close(self) {
        self.door.close().await;
        self.host.close().await;
    }
}

async fn visitors(browser: &mut Browser) -> String {
    text(&browser.get("/count").await).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_taken_in_and_its_effect_shown_in_the_layout() {
    let book = Book::open().await;
    let mut browser = book.browser();
    let page = browser.get("/").await;
    assert!(
        text(&page).contains("<html lang=\"es\">") && text(&page).contains("Ministerio de Pruebas"),
        "{}",
        text(&page)
    );
    let signed = browser.submit(&page, "/", "name=Ana+Mamani+%C3%91u%C3%B1ez").await;
    assert_eq!(signed.status(), StatusCode::SEE_OTHER, "{}", text(&signed));
    let page = browser.get(location(&signed)).await;
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    assert!(text(&page).contains("<title>Ana Mamani Ñuñez · Visitantes</title>"), "{}", text(&page));
    assert_eq!(visitors(&mut browser).await, r#"{"visitors":1}"#);
    book.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_twice_has_one_effect_and_another_under_its_id_is_refused_in_words() {
    let book = Book::open().await;
    let mut browser = book.browser();
    let page = browser.get("/").await;
    let first = browser.submit(&page, "/", "name=Ana").await;
    let again = browser.submit(&page, "/", "name=Ana").await;
    assert_eq!((again.status(), location(&again)), (StatusCode::SEE_OTHER, location(&first)));
    let other = browser.submit(&page, "/", "name=Eva").await;
    assert_eq!(other.status(), StatusCode::CONFLICT);
    assert!(text(&other).contains("Este formulario ya se envió"), "{}", text(&other));
    assert_eq!(visitors(&mut browser).await, r#"{"visitors":1}"#);
    // What was refused by the plugin left nothing, and may be corrected in the same form.
    let page = browser.get("/").await;
    let refused = browser.submit(&page, "/", "name=").await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(&refused).contains("Escriba su nombre"), "{}", text(&refused));
    assert_eq!(browser.submit(&page, "/", "name=Eva").await.status(), StatusCode::SEE_OTHER);
    book.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_was_not_shown_to_its_sender_is_refused() {
    let book = Book::open().await;
    let (mut ana, mut eva) = (book.browser(), book.browser());
    let (page, _) = (ana.get("/").await, eva.get("/").await);
    let says = |shown: &Shown, words: &str| {
        assert_eq!(shown.status(), StatusCode::FORBIDDEN);
        assert_eq!(shown.headers()["cache-control"], "private, no-cache", "one can go back to it");
        assert!(text(shown).contains(words), "{}", text(shown));
    };
    says(&ana.post("/", "name=Ana").await, "le falta su sello");
    says(&eva.submit(&page, "/", "name=Eva").await, "no se mostró a usted");
    says(&book.browser().submit(&page, "/", "name=Eva").await, "no guarda cookies");
    let body = format!("-form={}&name=Ana", token(&page).unwrap());
    for (header, value) in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "same-site")] {
        let headers = [("content-type", "application/x-www-form-urlencoded"), (header, value)];
        says(&ana.send(Method::POST, "/", &headers, body.clone().into()).await, "vino de otro sitio");
    }
    assert_eq!(visitors(&mut ana).await, r#"{"visitors":0}"#);
    book.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_only_for_whom_they_are_and_links_to_others_are_not_shown() {
    let book = Book::open().await;
    let mut browser = book.browser();
    let page = browser.get("/").await;
    assert!(text(&page).contains(">Libro</a>") && !text(&page).contains("Bandeja"), "{}", text(&page));
    for path in ["/mine", "/inbox"] {
        assert_eq!(browser.get(path).await.status(), StatusCode::FORBIDDEN, "{path}");
    }
    for path in ["/nowhere", "/-/nothing", "/visitors/%ff", "/visitors/nobody"] {
        assert_eq!(browser.get(path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(book.door.browser("nobody").get("/").await.status(), StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(browser.send(Method::TRACE, "/", &[], Vec::new()).await.status(), StatusCode::METHOD_NOT_ALLOWED);
    // A page that writes is stopped, and others are not.
    let stopped = browser.get("/writes").await;
    assert_eq!(stopped.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let (_, number) = text(&stopped).split_once("dé el número <code>").expect("it says by which number it is known");
    assert!(number.starts_with(|letter: char| letter.is_ascii_hexdigit()), "{number}");
    assert!(text(&stopped).contains("Algo falló en el servicio"));
    book.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_shown_on_an_origin_of_its_own_where_nothing_runs() {
    let book = Book::open().await;
    let mut browser = book.browser();
    let page = browser.get("/").await;
    let document = [b"%PDF-1.7\n".as_slice(), &[7; 50_000]].concat();
    let kept = browser.upload(&page, "/pictures", ("C:\\mi casa.pdf", "text/plain"), &document).await;
    assert_eq!(kept.status(), StatusCode::SEE_OTHER, "{}", text(&kept));
    let link = browser.get(location(&kept)).await;
    let files = format!("https://files--visitors.{DOMAIN}");
    let path = location(&link).strip_prefix(&files).unwrap_or_else(|| panic!("{}", location(&link))).to_owned();
    let mut elsewhere = book.door.browser("files--visitors");
    let shown = elsewhere.get(&path).await;
    assert_eq!(shown.body().as_ref(), document.as_slice());
    let says = |name: &str| shown.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(says("content-type"), "application/pdf");
    assert_eq!(says("content-disposition"), "inline; filename*=UTF-8''mi%20casa.pdf");
    assert!(says("content-security-policy").contains("sandbox"));
    assert_eq!(elsewhere.get(&format!("{path}0")).await.status(), StatusCode::GONE);
    for (file, content, status, words) in [
        (
            ("a.png", "image/png"),
            b"<html>".to_vec(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "no es de estos tipos: PNG, PDF",
        ),
        // Until pictures are made anew they are not taken at all.
        (
            ("c.png", "image/png"),
            [b"\x89PNG\r\n\x1a\n".as_slice(), &[7; 5_000]].concat(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "no se pueden enviar fotos",
        ),
        (
            ("b.pdf", "application/pdf"),
            [b"%PDF-".as_slice(), &[0; 200_000]].concat(),
            StatusCode::PAYLOAD_TOO_LARGE,
            "pasa de 0,1 MB",
        ),
    ] {
        let page = browser.get("/").await;
        let refused = browser.upload(&page, "/pictures", file, &content).await;
        assert_eq!(refused.status(), status, "{}", text(&refused));
        assert!(text(&refused).contains(words), "{}", text(&refused));
    }
    // More than files and fields of the route may have together.
    let page = browser.get("/").await;
    let refused = browser
        .upload(&page, "/pictures", ("c.pdf", "application/pdf"), &[b"%PDF-".as_slice(), &vec![0; 3 << 20]].concat())
        .await;
    assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE, "{}", text(&refused));
    let page = browser.get("/").await;
    let refused = browser.upload(&page, "/", ("a.pdf", "application/pdf"), &document).await;
    assert!(text(&refused).contains("Esta página no recibe archivos"), "{}", text(&refused));
    book.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_made_anew_in_a_sandbox_and_one_that_is_none_refused() {
    let book = Book::open().await;
    visitors::load(&book.host, include_str!("../../../plugins/images/plugin.toml"), "plugin-images", BTreeMap::new())
        .await;
    let mut browser = book.browser();
    let page = browser.get("/").await;
    let sent = [PIXEL, b"<script>alert(1)</script>"].concat();
    let kept = browser.upload(&page, "/pictures", ("casa.png", "image/png"), &sent).await;
    assert_eq!(kept.status(), StatusCode::SEE_OTHER, "{}", text(&kept));
    let link = browser.get(location(&kept)).await;
    let path = location(&link).strip_prefix(&format!("https://files--visitors.{DOMAIN}")).unwrap().to_owned();
    let shown = book.door.browser("files--visitors").get(&path).await;
    assert_eq!(shown.headers()["content-type"], "image/png");
    assert!(shown.body().starts_with(b"\x89PNG") && !shown.body().windows(8).any(|piece| piece == b"<script>"));
    for (content, words) in [
        ([b"\x89PNG\r\n\x1a\n".as_slice(), &[7; 5_000]].concat(), "Una foto no se puede leer"),
        ([PIXEL, &vec![0; 200_000]].concat(), "pasa de 0,1 MB"),
    ] {
        let page = browser.get("/").await;
        let refused = browser.upload(&page, "/pictures", ("casa.png", "image/png"), &content).await;
        assert!(text(&refused).contains(words), "{}", text(&refused));
    }
    book.close().await;
}

/// One black pixel.
const PIXEL: &[u8] = b"\
    \x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\
    \x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41\x54\x78\x9c\x63\x60\x00\x00\x00\x02\x00\x01\x48\
    \xaf\xa4\x71\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_browser_has_is_not_sent_again_and_comes_small() {
    let book = Book::open().await;
    let mut browser = book.browser();
    let count = browser.get("/count").await;
    let tag = count.headers()["etag"].to_str().unwrap().to_owned();
    let again = browser.send(Method::GET, "/count", &[("if-none-match", &tag)], Vec::new()).await;
    assert_eq!((again.status(), again.body().len()), (StatusCode::NOT_MODIFIED, 0));
    let page = browser.get("/").await;
    assert_eq!(page.headers()["cache-control"], "no-store", "a form is for one visitor");
    for name in ["/-/assets/", "book.css", "chakana.css"] {
        assert!(text(&page).contains(name), "{name}");
    }
    let style = text(&page).split('"').find(|part| part.ends_with("/chakana.css")).unwrap().to_owned();
    let style = browser.send(Method::GET, &style, &[("accept-encoding", "gzip, br")], Vec::new()).await;
    assert_eq!(style.headers()["content-encoding"], "br");
    assert!(style.headers()["cache-control"].to_str().unwrap().contains("immutable") && style.body().len() < 6_000);
    assert_eq!(text(&browser.get("/-/assets/book.css").await), "main{color:black}");
    let icon = text(&page).split('"').find(|part| part.ends_with("/chakana.svg")).unwrap().to_owned();
    for path in [icon.as_str(), "/favicon.ico"] {
        let icon = browser.get(path).await;
        assert_eq!(
            (icon.status(), icon.headers()["content-type"].as_bytes()),
            (StatusCode::OK, b"image/svg+xml".as_slice())
        );
        assert!(text(&icon).starts_with("<svg"), "{path}");
    }
    book.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_reads_in_the_language_that_she_chose() {
    let book = Book::open().await;
    let mut browser = book.browser();
    let english = browser.send(Method::GET, "/nowhere", &[("accept-language", "en")], Vec::new()).await;
    assert!(text(&english).contains("This page does not exist"));
    let chosen = browser.get("/-/language/en?to=%2Fnowhere").await;
    assert_eq!(location(&chosen), "/nowhere");
    assert!(text(&browser.get("/").await).contains(">Book</a>"));
    let elsewhere = browser.get("/-/language/es?to=%2F%2Fevil.example").await;
    assert_eq!(location(&elsewhere), "/");
    assert_eq!(browser.get("/-/language/xx").await.status(), StatusCode::NOT_FOUND);
    book.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_content_has_its_form_and_the_headers_that_keep_a_browser_safe() {
    let book = Book::open().await;
    let mut browser = book.browser();
    assert_eq!(text(&browser.get("/piece").await), "<li>Ana</li>", "a piece has no layout");
    let plain = browser.get("/plain").await;
    assert_eq!((text(&plain), plain.headers()["content-type"].as_bytes()), ("hola", b"text/plain".as_slice()));
    let refused = browser.send(Method::GET, "/nowhere", &[("accept", "application/json")], Vec::new()).await;
    assert!(text(&refused).starts_with(r#"{"error":"not_found""#), "{}", text(&refused));
    let head = browser.send(Method::HEAD, "/", &[], Vec::new()).await;
    assert_eq!((head.status(), head.body().len()), (StatusCode::OK, 0));
    for path in ["/", "/plain", "/nowhere", "/piece", "/-/assets/book.css"] {
        let shown = browser.get(path).await;
        let policy = shown.headers()["content-security-policy"].to_str().unwrap();
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert_eq!(shown.headers()["x-content-type-options"], "nosniff", "{path}");
        assert!(shown.headers().contains_key("strict-transport-security"), "{path}");
    }
    book.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_comes_too_often_is_asked_to_wait() {
    let book = Book::with(Limits { client_requests_per_second: 1, ..Limits::default() }).await;
    let mut browser = book.browser();
    let mut last = browser.get("/count").await;
    for _ in 0..10 {
        last = browser.get("/count").await;
    }
    assert_eq!(
        (last.status(), last.headers()["retry-after"].as_bytes()),
        (StatusCode::TOO_MANY_REQUESTS, b"2".as_slice())
    );
    book.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateways_own_page_names_the_services() {
    let book = Book::open().await;
    let page = book.door.browser("").get("/").await;
    assert!(
        text(&page).contains(&format!("https://visitors.{DOMAIN}")) && text(&page).contains("Visitantes"),
        "{}",
        text(&page)
    );
    book.close().await;
}
