//! Pages of a plugin as a browser sees them: routes, access, forms, submissions, lists.

use sdk::collections::{PageRequest, Record, Table};
use sdk::form::{Choice, Fields, View};
use sdk::harness::{Browser, Harness, Host, Installation, Person};
use sdk::html::html;
use sdk::kv::Order;
use sdk::web::{Citizen, Csv, Json, Method, Operator, Pages, Path, Response, Routes, Visit, pagination};
use sdk::{Date, Failure, Money, blobs};
use serde::{Deserialize, Serialize};

const MANIFEST: &str = r#"
[plugin]
name = "complaints"
version = "0.1.0"
contract = "0.1"
[capabilities]
kv = {}
blobs = {}
[web]
routes = ["/", "/complaints.csv", "/echo", "/wrong"]
redirects = ["https://pagos.example"]
[[web.route]]
path = "/complaints/new"
access = "citizen"
uploads = { largest = "1 MiB", types = ["image/jpeg"] }
[[web.route]]
path = "/complaints/{number}"
access = "citizen"
assurance = "high"
[[web.route]]
path = "/inbox"
access = "staff"
roles = ["operator"]
"#;

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum About {
    Water,
    Roads,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Complaint {
    about: About,
    text: String,
    since: Option<Date>,
    damage: Option<Money>,
    people: i64,
    by: Option<String>,
    photos: Vec<String>,
}

impl Record for Complaint {}

static COMPLAINTS: Table<u64, Complaint> = Table::new("complaints", &[]);

struct Plugin;

impl Pages for Plugin {
    const ROUTES: &'static Routes = &sdk::routes! {
        Get "/" => list,
        Get "/complaints.csv" => export,
        Post "/echo" => echo,
        Get "/wrong" => wrong,
        Get "/complaints/new" => complain,
        Post "/complaints/new" => complain,
        Get "/complaints/{number}" => show,
        Get "/inbox" => inbox,
    };
}

fn list(visit: &Visit, wanted: PageRequest) -> Result<Response, Failure> {
    let page = COMPLAINTS.page(&(), Order::Ascending, &wanted)?;
    Ok(Response::page(
        "Quejas",
        html! {
            h1 { "Quejas" }
            ul { @for (number, complaint) in &page.items { li { a href={ "/complaints/" (number) } { (complaint.text) } } } }
            (pagination(visit, &page))
            a href="/complaints/new" { "Nueva queja" }
        },
    ))
}

fn export(_: &Visit) -> Result<Response, Failure> {
    let mut csv = Csv::new(&["number", "text"]);
    for complaint in COMPLAINTS.scan(&(), Order::Ascending) {
        let (number, complaint) = complaint?;
        csv.row(&[number.to_string(), complaint.text]);
    }
    Ok(csv.response("quejas 2026.csv"))
}

/// Answers what a page may not.
fn wrong(visit: &Visit) -> Result<Response, Failure> {
    let page = Response::page("x", html! { "x" });
    Ok(match visit.query("how") {
        Some("status") => page.with_status(500),
        Some("moved") => Response::redirect("/").with_status(302),
        Some("away") => Response::redirect("https://evil.example/"),
        Some("header") => page.with_header("set-cookie", "a=b"),
        Some("type") => Response::raw("x", Vec::new()),
        _ => Response::redirect("https://pagos.example/1").with_header("cache-control", "no-store"),
    })
}

fn echo(_: &Visit, Json(value): Json<u32>) -> Result<Response, Failure> {
    Response::json(&value)
}

fn fields(fields: &mut Fields<'_>) -> Option<Complaint> {
    let kinds =
        [Choice::new(About::Water, "water", "Agua").hint("potable"), Choice::new(About::Roads, "roads", "Caminos")];
    let about = fields.one_of("about", "De qué se trata", &kinds).required();
    fields.section("Lo que pasó");
    let text = fields.lines("text", "Qué pasó").hint("Con sus palabras").most_letters(20).text();
    let since = fields.date("since", "Desde cuándo").optional();
    let damage =
        fields.line("damage", "Daño").optional().money(Money::from_centavos(1)..=Money::from_centavos(100_000));
    let people = fields.line("people", "Personas").initially("1").number(1..=1_000);
    let agreed = fields.confirmation("agreed", "Acepto las condiciones").required();
    let photos = fields.files("photos", "Fotos").most(2).optional();
    agreed?;
    let photos = photos?.into_iter().map(|photo| photo.id).collect();
    Some(Complaint { about: about?, text: text?, since: since?, damage: damage?, people: people?, by: None, photos })
}

fn complain(visit: &Visit, citizen: Citizen) -> Result<Response, Failure> {
    let page = |form: &View| Response::page("Nueva queja", html! { h1 { "Nueva queja" } (form.with("Enviar")) });
    visit.form(fields).submit(page, |complaint| {
        let number = COMPLAINTS.scan(&(), Order::Descending).next().transpose()?.map_or(1, |(last, _)| last + 1);
        COMPLAINTS.insert(&number, &Complaint { by: Some(citizen.subject), ..complaint.clone() })?;
        sdk::ensure!(complaint.text != "spam", Failure::invalid("text", "spam", "Esto ya lo sabemos"));
        sdk::ensure!(complaint.text != "late", Failure::invalid("closed", "closed", "Ya está cerrado"));
        complaint.photos.iter().for_each(|photo| blobs::keep(photo));
        Ok(Response::redirect("/"))
    })
}

fn show(visit: &Visit, Path(number): Path<u64>) -> Result<Response, Failure> {
    let complaint = COMPLAINTS.get(&number)?.ok_or_else(|| Failure::NotFound("no hay tal queja".to_owned()))?;
    let language = visit.language();
    Ok(Response::page(
        "Queja",
        html! {
            h1 { "Queja " (number) }
            @if let Some(since) = complaint.since { p { (since.in_words(language)) } }
            @if let Some(damage) = complaint.damage { p { (damage) } }
        },
    ))
}

fn inbox(_: &Visit, operator: Operator) -> Result<Response, Failure> {
    Ok(Response::page("Bandeja", html! { h1 { "Bandeja de " (operator.id) } }))
}

const PLUGIN: sdk::harness::Plugin = sdk::harness::Plugin::new(MANIFEST).pages::<Plugin>();

fn harness() -> Harness {
    let mut harness = Harness::new().know(PLUGIN);
    harness.install(Installation::of("complaints", "BO/GOB/1/complaints"));
    harness
}

fn browser() -> Browser {
    Browser::of(&PLUGIN)
}

fn ana() -> Browser {
    browser().signed_in(Person::of("ana").named("Ana Mamani"))
}

/// A form with nothing wrong.
fn filled(host: &mut dyn Host) -> Browser {
    let mut ana = ana();
    ana.visit(host, "/complaints/new");
    ana.choose("Agua").fill("Qué pasó", "No hay agua").choose("Acepto las condiciones");
    ana
}

fn kept(harness: &mut Harness) -> Vec<Complaint> {
    let all = harness.run("complaints", |_| {
        let all: Result<Vec<_>, _> = COMPLAINTS.scan(&(), Order::Ascending).collect();
        Ok(all?)
    });
    all.expect("they read back").into_iter().map(|(_, complaint)| complaint).collect()
}

#[test]
fn a_form_that_is_filled_in_is_read_and_leads_on() {
    let mut harness = harness();
    let mut ana = filled(&mut harness);
    ana.fill("Desde cuándo: Día", "1").fill("Desde cuándo: Mes", "11").fill("Desde cuándo: Año", "2026");
    ana.fill("Daño", "1.000").fill("Personas", " 12 ");
    ana.attach("Fotos", "a.jpg", "image/jpeg", b"one").attach("Fotos", "b.jpg", "image/jpeg", b"two");
    let page = ana.press(&mut harness, "Enviar");
    assert_eq!((page.status(), page.address(), page.heading().as_str()), (200, "/", "Quejas"));
    assert_eq!(page.links(), ["No hay agua", "Nueva queja"]);
    let kept = kept(&mut harness);
    let [complaint] = kept.as_slice() else { panic!("expected one, got {kept:?}") };
    assert_eq!(complaint.since, Date::new(2026, 11, 1));
    assert_eq!((complaint.damage, complaint.people), (Some(Money::from_centavos(100_000)), 12));
    assert_eq!(complaint.by.as_deref(), Some("ana"));
    let photos = complaint.photos.clone();
    let contents = harness.run("complaints", |_| Ok(photos.iter().map(|id| blobs::read(id, 0, 9)).collect::<Vec<_>>()));
    assert_eq!(contents, Ok(vec![Some(b"one".to_vec()), Some(b"two".to_vec())]));
}

#[test]
fn all_that_is_wrong_is_said_at_once_and_what_was_filled_in_stays() {
    let mut harness = harness();
    let mut ana = ana();
    ana.visit(&mut harness, "/complaints/new");
    assert_eq!(ana.page().errors(), Vec::<String>::new());
    assert_eq!(ana.page().value("Personas"), "1");
    ana.fill("Qué pasó", "\nmás largo que veinte letras")
        .fill("Desde cuándo: Día", "31")
        .fill("Daño", "-1")
        .fill("Personas", "x");
    let page = ana.press(&mut harness, "Enviar");
    assert_eq!((page.status(), page.title()), (422, "Error: Nueva queja"));
    assert_eq!(
        page.errors(),
        [
            "Elija una opción en «De qué se trata»",
            "«Qué pasó» tiene 27 letras y puede tener 20 como máximo",
            "Escriba una fecha que exista en «Desde cuándo», con día, mes y año",
            "«Daño» debe estar entre Bs 0,01 y Bs 1.000,00",
            "Escriba un número entero en «Personas»",
            "Para continuar, marque «Acepto las condiciones»",
        ]
    );
    assert_eq!(page.value("Qué pasó"), "más largo que veinte letras");
    assert_eq!((page.value("Desde cuándo: Día").as_str(), page.value("Daño").as_str()), ("31", "-1"));
    assert_eq!(kept(&mut harness), []);
}

#[test]
fn what_is_wrong_is_said_in_the_language_of_the_page() {
    let mut harness = harness();
    let mut ana = ana().speaking("en");
    ana.visit(&mut harness, "/complaints/new");
    let page = ana.press(&mut harness, "Enviar");
    assert_eq!(page.errors()[0], "Choose an option in “De qué se trata”");
    assert!(page.text().contains("There is a problem"));
}

#[test]
fn what_the_domain_refuses_stands_at_its_field_and_leaves_nothing() {
    let mut harness = harness();
    let mut ana = filled(&mut harness);
    let page = ana.fill("Qué pasó", "spam").press(&mut harness, "Enviar");
    assert_eq!((page.status(), page.errors()), (422, vec!["Esto ya lo sabemos".to_owned()]));
    assert!(page.html().contains(r##"href="#field-text""##) && page.value("Qué pasó") == "spam");
    let page = ana.fill("Qué pasó", "late").press(&mut harness, "Enviar");
    assert_eq!(page.errors(), ["Ya está cerrado"]);
    assert_eq!(kept(&mut harness), []);
    // The same form, mended, takes effect.
    assert_eq!(ana.fill("Qué pasó", "mended").press(&mut harness, "Enviar").heading(), "Quejas");
    assert_eq!(kept(&mut harness).len(), 1);
}

#[test]
fn what_is_sent_twice_takes_effect_once() {
    let mut harness = harness();
    let mut ana = filled(&mut harness);
    ana.press_twice(&mut harness, "Enviar");
    assert_eq!(kept(&mut harness).len(), 1);
}

#[test]
fn the_back_button_sends_the_old_form_which_is_refused_when_it_says_something_else() {
    let mut harness = harness();
    let mut ana = filled(&mut harness);
    ana.press(&mut harness, "Enviar");
    ana.back();
    assert_eq!(ana.press(&mut harness, "Enviar").heading(), "Quejas");
    ana.back();
    let page = ana.fill("Qué pasó", "otra cosa").press(&mut harness, "Enviar");
    assert_eq!(page.status(), 409);
    assert_eq!(kept(&mut harness).len(), 1);
}

#[test]
fn a_conflict_runs_the_submission_again_and_keeps_it_once() {
    let mut harness = harness();
    harness.conflict("complaints", 3);
    filled(&mut harness).press(&mut harness, "Enviar");
    assert_eq!(kept(&mut harness).len(), 1);
}

#[test]
fn nobody_comes_to_a_route_that_is_not_for_her() {
    let mut harness = harness();
    assert!(browser().visit(&mut harness, "/complaints/new").asks_to_sign_in());
    assert_eq!(ana().visit(&mut harness, "/complaints/1").status(), 403);
    assert_eq!(ana().visit(&mut harness, "/inbox").status(), 403);
    let mut clerk = browser().signed_in(Person::of("luz").role("auditor"));
    assert_eq!(clerk.visit(&mut harness, "/inbox").status(), 403);
    let mut clerk = browser().signed_in(Person::of("luz").role("operator"));
    assert_eq!(clerk.visit(&mut harness, "/inbox").heading(), "Bandeja de luz");
    // On a route for citizens she is one.
    assert_eq!(clerk.visit(&mut harness, "/complaints/new").status(), 200);
}

#[test]
fn what_is_not_there_is_not_found_and_what_cannot_be_done_is_refused() {
    let mut harness = harness();
    let mut ana = browser().signed_in(Person::of("ana").assurance(sdk::Assurance::High));
    for (path, status) in [("/nowhere", 404), ("/complaints/7", 404), ("/complaints/x", 404), ("/echo", 405)] {
        assert_eq!(ana.visit(&mut harness, path).status(), status, "{path}");
    }
}

#[test]
fn dates_and_amounts_are_shown_as_people_read_them() {
    let mut harness = harness();
    let mut ana = filled(&mut harness);
    ana.fill("Desde cuándo: Día", "1")
        .fill("Desde cuándo: Mes", "2")
        .fill("Desde cuándo: Año", "2026")
        .fill("Daño", "999,5");
    ana.press(&mut harness, "Enviar");
    let mut ana = browser().signed_in(Person::of("ana").assurance(sdk::Assurance::High));
    assert_eq!(ana.visit(&mut harness, "/complaints/1").text(), "Queja 1 1 de febrero de 2026 Bs 999,50");
}

#[test]
fn a_list_goes_on_page_by_page_and_back_to_its_beginning() {
    let mut harness = harness();
    for _ in 0..5 {
        filled(&mut harness).press(&mut harness, "Enviar");
    }
    let mut visitor = browser();
    assert_eq!(visitor.visit(&mut harness, "/?limit=2&x=a%20b").links().len(), 4);
    assert!(visitor.follow(&mut harness, "Siguiente").address().contains("x=a%20b"));
    assert_eq!(visitor.follow(&mut harness, "Siguiente").links(), ["No hay agua", "Al inicio", "Nueva queja"]);
    assert_eq!(visitor.follow(&mut harness, "Al inicio").address(), "/?limit=2&x=a%20b");
    assert_eq!(visitor.visit(&mut harness, "/?limit=1000").status(), 422);
}

#[test]
fn a_table_is_taken_along() {
    let mut harness = harness();
    filled(&mut harness).press(&mut harness, "Enviar");
    let mut visitor = browser();
    let Some(sdk::web::Content::Raw(raw)) = visitor.visit(&mut harness, "/complaints.csv").content().cloned() else {
        panic!("expected a file")
    };
    assert_eq!(String::from_utf8_lossy(&raw.body), "\u{feff}number,text\r\n1,No hay agua\r\n");
}

#[test]
fn a_file_of_a_type_that_the_route_does_not_take_is_refused() {
    let mut harness = harness();
    let mut ana = filled(&mut harness);
    ana.attach("Fotos", "a.exe", "application/x-msdownload", b"MZ");
    assert_eq!(ana.press(&mut harness, "Enviar").status(), 415);
    let mut ana = filled(&mut harness);
    for name in ["a", "b", "c"] {
        ana.attach("Fotos", name, "image/jpeg", b"x");
    }
    assert_eq!(ana.press(&mut harness, "Enviar").errors(), ["Adjunte como máximo 2 archivos en «Fotos»"]);
}

#[test]
#[should_panic(expected = "the manifest has routes that no function answers: [\"/other\"]")]
fn a_plugin_that_does_not_do_what_its_manifest_says_is_not_installed() {
    const OTHER: &str =
        "[plugin]\nname = \"complaints\"\n[web]\nroutes = [\"/other\", \"/\"]\n[[web.route]]\npath = \"/echo\"\n";
    let mut harness = Harness::new().know(sdk::harness::Plugin::new(OTHER).pages::<Plugin>());
    harness.install(Installation::of("complaints", "BO/GOB/1/complaints"));
}

#[test]
fn a_page_that_the_contract_does_not_allow_stops_the_plugin() {
    let mut harness = harness();
    let mut visitor = browser();
    for how in ["status", "moved", "away", "header", "type"] {
        let page = visitor.visit(&mut harness, &format!("/wrong?how={how}"));
        assert!(page.status() == 503 && page.text().contains("web.handle"), "{how}: {}", page.text());
    }
    assert_eq!(visitor.visit(&mut harness, "/wrong").status(), 303);
}

#[test]
fn a_script_sends_json_and_gets_some() {
    let mut harness = harness();
    let mut visitor = browser();
    assert_eq!(visitor.send(&mut harness, Method::Post, "/echo", &7).json(), 7);
    assert_eq!(visitor.send(&mut harness, Method::Post, "/echo", &"x").status(), 422);
    assert_eq!(visitor.send(&mut harness, Method::Put, "/echo", &7).status(), 405);
}

#[test]
fn a_form_is_well_formed_markup() {
    let mut harness = harness();
    let mut ana = ana();
    let page = ana.visit(&mut harness, "/complaints/new");
    assert!(
        page.html().contains(r#"<form method="post" enctype="multipart/form-data" novalidate>"#),
        "{}",
        page.html()
    );
}
