//! One application, from the first page to the signed decision, and what is refused on its way.

mod common;

use common::{CERTIFICATE, COMPANIES, citizen, harness, staff};
use portal::definition::{Definition, Procedure};
use portal::procedures::{self, Version};
use portal::statistics::{Counts, Scope, sum};
use sdk::Answer;
use sdk::harness::{Browser, Harness, Host, Scripted};
use sdk::json::{Value, json};

const APPLY: &str = "/apply/certificado-catastral";
const CODE: &str = "Código catastral";

/// Juana fills in the certificate's one page, and submits; gives the number.
fn submitted(harness: &mut Harness, juana: &mut Browser) -> String {
    juana.visit(harness, APPLY);
    juana.press(harness, "Empezar");
    juana.fill(CODE, "012-0345-0067-0001").choose("Para vender o comprar").fill("Teléfono o celular", "71234567");
    juana.press(harness, "Continuar");
    juana.choose("Revisé todo, y lo que digo es verdad");
    let page = juana.press(harness, "Presentar");
    let number = page.address().trim_start_matches("/applications/").trim_end_matches("/submitted").to_owned();
    assert_eq!(number.len(), 14, "{}: {}", page.address(), page.text());
    number
}

/// The fee of an application is paid.
fn paid(harness: &mut Harness, number: &str) {
    let mut cashier = staff("luis", &["cashier"]);
    cashier.visit(harness, &format!("/office/{number}/pay/0"));
    cashier.fill("Número del recibo", "R-1");
    cashier.press(harness, "Anotar un pago");
}

/// Eva names Ines to stand in for Rosa until a day of a year; gives what is wrong with it.
fn stands_in(harness: &mut Harness, year: &str) -> Vec<String> {
    let mut eva = staff("eva", &["supervisor"]);
    eva.visit(harness, "/office/substitutes");
    eva.choose("Quién estará ausente: rosa").choose("Quién le reemplaza: ines");
    for (field, value) in [("Desde", ["26", "11", "2026"]), ("Hasta el último día", ["30", "11", year])] {
        for (part, value) in ["Día", "Mes", "Año"].iter().zip(value) {
            eva.fill(&format!("{field}: {part}"), value);
        }
    }
    eva.press(harness, "Guardar").errors()
}

#[test]
fn what_a_register_knows_is_shown_and_not_asked() {
    let (mut harness, mut juana) = (harness(), citizen());
    let begin = juana.visit(&mut harness, APPLY).text();
    assert!(begin.contains("Registro de identificación"), "{begin}");
    let page = juana.press(&mut harness, "Empezar");
    assert!(page.text().contains("Juana"), "{}", page.text());
    assert!(!page.html().contains("name=\"given_names\""));
    let known = "No le preguntamos lo que ya sabe Registro de identificación";
    assert!(page.text().contains(known), "{}", page.text());
    juana.fill(CODE, "012-0345-0067-0001").choose("Para vender o comprar").fill("Teléfono o celular", "71234567");
    let check = juana.press(&mut harness, "Continuar").text();
    assert!(check.contains(known), "{check}");
    assert_eq!(check.matches("Juana").count(), 1, "what a register said stands there once: {check}");
}

#[test]
fn all_that_is_wrong_on_a_page_is_said_at_once() {
    let (mut harness, mut juana) = (harness(), citizen());
    juana.visit(&mut harness, APPLY);
    juana.press(&mut harness, "Empezar");
    juana.fill(CODE, "12");
    let page = juana.press(&mut harness, "Continuar");
    assert_eq!(page.status(), 422);
    assert_eq!(page.errors().len(), 3, "{:?}", page.errors());
}

#[test]
fn a_draft_waits_where_it_was_left_and_nobody_else_sees_it() {
    let (mut harness, mut juana) = (harness(), citizen());
    juana.visit(&mut harness, APPLY);
    juana.press(&mut harness, "Empezar");
    let address = juana.page().address().to_owned();
    juana.fill(CODE, "012-0345-0067-0001").choose("Para vender o comprar").fill("Teléfono o celular", "71234567");
    let list = juana.press(&mut harness, "Guardar y salir").text();
    assert!(list.contains("certificado catastral"), "{list}");
    assert_eq!(juana.visit(&mut harness, &address).value(CODE), "012-0345-0067-0001");
    let mut other = Browser::of(&portal::PLUGIN).signed_in(sdk::harness::Person::of("eva"));
    assert_eq!(other.visit(&mut harness, &address).status(), 404);
}

#[test]
fn an_application_is_paid_sent_back_corrected_and_decided_with_its_document() {
    let (mut harness, mut juana) = (harness(), citizen());
    let number = submitted(&mut harness, &mut juana);
    let hers = format!("/applications/{number}");
    assert!(juana.visit(&mut harness, &hers).text().contains("85,00"), "the fee is owed");

    paid(&mut harness, &number);

    let mut rosa = staff("rosa", &["registrar"]);
    rosa.visit(&mut harness, &format!("/office/{number}"));
    rosa.press(&mut harness, "Tomar");
    rosa.visit(&mut harness, &format!("/office/{number}/certificado/decide"));
    rosa.choose("Pedir que corrija").fill("Por qué", "No coincide con el plano.").fill(CODE, "Copie el del plano.");
    let shown = rosa.press(&mut harness, "Guardar la decisión");
    assert_eq!(shown.address(), format!("/office/{number}"), "{}", shown.text());

    assert!(juana.visit(&mut harness, &hers).text().contains("Copie el del plano."));
    let page = juana.visit(&mut harness, &format!("{hers}/correct"));
    assert!(!page.html().contains("name=\"phone\""), "only what is marked can be changed");
    juana.fill(CODE, "012-0345-0067-0002");
    let page = juana.press(&mut harness, "Presentar de nuevo");
    assert_eq!(page.address(), hers, "{}", page.text());

    let decide = format!("/office/{number}/certificado/decide");
    rosa.visit(&mut harness, &decide);
    rosa.choose("Aprobar este paso");
    assert_eq!(rosa.press(&mut harness, "Guardar la decisión").status(), 422, "a decision needs its result document");
    rosa.visit(&mut harness, &decide);
    rosa.choose("Aprobar este paso").attach(
        "Documento que recibe la persona",
        "certificado.pdf",
        "application/pdf",
        b"%PDF-1.4",
    );
    rosa.press(&mut harness, "Guardar la decisión");

    let page = juana.visit(&mut harness, &hers);
    assert!(!page.html().contains("<table"), "a table is wider than a telephone: {}", page.html());
    let events = page.text().matches("Quién lo hizo").count();
    assert!(events >= 9, "{events}: {}", page.text());
    let decision = juana.follow(&mut harness, "Descargar la decisión firmada");
    assert_eq!(decision.status(), 200);

    let (rosa, registrar) = (Scope::Operator("rosa".to_owned()), Scope::Role("registrar".parse().expect("a code")));
    for scope in [Scope::All, rosa.clone(), registrar.clone(), registrar.and(rosa)] {
        let counted = harness.run("portal", |context| {
            let today = context.time().date_in_la_paz();
            Ok(sum(&scope, today, today))
        });
        let Counts { processed, approved, sent_back, .. } = counted.expect("it is counted");
        assert_eq!((processed, approved, sent_back), (2, 1, 1), "{scope:?}");
    }
}

#[test]
fn what_a_register_said_is_asked_for_again_once_it_was_taken_back() {
    let (mut harness, mut juana) = (harness(), citizen());
    let said = |status: u16, body: Value| Scripted::Answer(Answer::json(status, &body).expect("JSON"));
    let tejidos = || said(200, json!({ "company.legal-name": "Tejidos Illimani" }));
    harness.script(COMPANIES, vec![tejidos(), said(404, json!({})), tejidos()]);
    juana.visit(&mut harness, "/apply/licencia-funcionamiento");
    juana.press(&mut harness, "Empezar");
    juana.press(&mut harness, "Continuar");
    let titular = juana.page().address().to_owned();
    for (number, known) in [("00123456", true), ("00999999", false), ("00123456", true)] {
        juana.visit(&mut harness, &titular);
        juana.choose("Para una empresa que represento").fill("Matrícula de comercio", number);
        juana.press(&mut harness, "Continuar");
        let page = juana.visit(&mut harness, &titular);
        assert_eq!(page.text().contains("Tejidos Illimani"), known, "{number}: {}", page.text());
    }
}

#[test]
fn who_stands_in_for_somebody_finds_and_decides_what_she_has() {
    let (mut harness, mut juana) = (harness(), citizen());
    let number = submitted(&mut harness, &mut juana);
    paid(&mut harness, &number);
    let (mut rosa, mut ines) = (staff("rosa", &["registrar"]), staff("ines", &["reviewer"]));
    rosa.visit(&mut harness, &format!("/office/{number}"));
    rosa.press(&mut harness, "Tomar");
    assert!(!ines.visit(&mut harness, "/office").text().contains(&number));
    ines.visit(&mut harness, "/office/substitutes");
    ines.press(&mut harness, "Agregarme a la lista");
    let errors = stands_in(&mut harness, "2028");
    assert_eq!(errors, ["El último día puede ser como mucho dentro de un año."]);
    stands_in(&mut harness, "2026");
    assert!(ines.visit(&mut harness, "/office").text().contains(&number));
    assert_eq!(ines.visit(&mut harness, &format!("/office/{number}/certificado/decide")).status(), 200);
}

/// A rule that is written later says nothing of what is under way.
#[test]
fn a_version_that_would_not_be_published_any_more_stays_in_force() {
    let (mut harness, mut juana) = (harness(), citizen());
    let mut written: Value = sdk::json::read(CERTIFICATE.as_bytes()).expect("JSON");
    written["entry"]["sector"] = json!("ya-no-hay");
    let definition: Definition = sdk::json::read(written.to_string().as_bytes()).expect("a definition");
    Procedure::read(definition.clone(), 2).expect_err("there is no such sector");
    let keep = |context: sdk::Context| {
        let version = Version { definition: definition.clone(), published: context.time(), by: "rosa".to_owned() };
        procedures::add_version(&version)
    };
    assert_eq!(harness.run("portal", keep), Ok(2));
    let number = submitted(&mut harness, &mut juana);
    paid(&mut harness, &number);
    let mut rosa = staff("rosa", &["registrar"]);
    rosa.visit(&mut harness, &format!("/office/{number}"));
    rosa.press(&mut harness, "Tomar");
    assert_eq!(rosa.visit(&mut harness, &format!("/office/{number}/certificado/decide")).status(), 200);
}

#[test]
fn only_who_supervises_sees_all_that_waits() {
    let mut harness = harness();
    assert_eq!(staff("mora", &["moderator"]).visit(&mut harness, "/office/due").status(), 403);
    assert_eq!(staff("eva", &["supervisor"]).visit(&mut harness, "/office/due").status(), 200);
}

#[test]
fn who_does_not_have_the_role_neither_sees_nor_decides() {
    let (mut harness, mut juana) = (harness(), citizen());
    let number = submitted(&mut harness, &mut juana);
    paid(&mut harness, &number);
    let mut reviewer = staff("pedro", &["reviewer", "cashier"]);
    let page = reviewer.visit(&mut harness, &format!("/office/{number}"));
    assert_eq!(page.status(), 200);
    assert!(!page.html().contains("/claim\""), "the step is for another role");
    let mut moderator = staff("mora", &["moderator"]);
    assert_eq!(moderator.visit(&mut harness, &format!("/office/{number}")).status(), 404);
    let mut eva = Browser::of(&portal::PLUGIN).signed_in(sdk::harness::Person::of("eva"));
    assert_eq!(eva.visit(&mut harness, &format!("/applications/{number}")).status(), 404);
}

/// The cashier's page says what she takes the money for: it is noted for that alone.
#[test]
fn a_receipt_is_noted_for_what_was_shown_alone() {
    let (mut harness, mut juana) = (harness(), citizen());
    let number = submitted(&mut harness, &mut juana);
    let mut marta = staff("marta", &["cashier"]);
    let page = marta.visit(&mut harness, &format!("/office/{number}/pay/0"));
    assert!(page.html().contains(r#"name="fee" value="certificado""#), "{}", page.html());
    assert!(page.html().contains(r#"name="amount" value="8500""#), "{}", page.html());
    paid(&mut harness, &number);
    let page = marta.fill("Número del recibo", "R-2").press(&mut harness, "Anotar un pago");
    assert_eq!(page.status(), 409);
    assert!(page.text().contains("Lo que se debe cambió"), "{}", page.text());
}

#[test]
fn somebody_who_works_there_does_not_decide_what_she_asks_for() {
    let (mut harness, mut juana) = (harness(), citizen());
    let number = submitted(&mut harness, &mut juana);
    paid(&mut harness, &number);
    let page = staff("juana", &["registrar"]).visit(&mut harness, &format!("/office/{number}")).text();
    assert!(page.contains("Nadie decide su propio trámite") && !page.contains("Tomar"), "{page}");
}

/// She might note that she paid what she has not.
#[test]
fn a_cashier_does_not_take_the_money_of_what_she_asks_for() {
    let (mut harness, mut juana) = (harness(), citizen());
    let number = submitted(&mut harness, &mut juana);
    let mut cashier = staff("juana", &["cashier"]);
    let page = cashier.visit(&mut harness, &format!("/office/{number}"));
    assert!(page.text().contains("85,00") && !page.html().contains("/pay/0"), "{}", page.html());
    assert_eq!(cashier.visit(&mut harness, &format!("/office/{number}/pay/0")).status(), 403);
    let page = staff("marta", &["cashier"]).visit(&mut harness, &format!("/office/{number}")).html().to_owned();
    assert!(page.contains("/pay/0"), "{page}");
}

/// Of who is absent, the roles are known that she had when she did something the last time.
#[test]
fn a_role_that_somebody_lost_is_nobody_elses_once_it_is_known() {
    let (mut harness, mut juana) = (harness(), citizen());
    let number = submitted(&mut harness, &mut juana);
    paid(&mut harness, &number);
    let here = format!("/office/{number}");
    let mut rosa = staff("rosa", &["registrar", "reviewer"]);
    rosa.visit(&mut harness, &here);
    rosa.press(&mut harness, "Tomar");
    rosa.press(&mut harness, "Dejarlo para otra persona");
    let mut ines = staff("ines", &["reviewer"]);
    ines.visit(&mut harness, "/office/substitutes");
    ines.press(&mut harness, "Agregarme a la lista");
    stands_in(&mut harness, "2026");
    assert!(ines.visit(&mut harness, &here).html().contains("/claim\""));
    let mut rosa = staff("rosa", &["cashier"]);
    rosa.visit(&mut harness, &format!("{here}/messages"));
    rosa.choose("Para la persona que hizo el trámite").fill("Mensaje", "Buenos días.");
    rosa.press(&mut harness, "Enviar");
    assert!(!ines.visit(&mut harness, &here).html().contains("/claim\""), "{}", ines.page().text());
}
