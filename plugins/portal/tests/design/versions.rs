//! Versions: published, seen, worked on again, withdrawn.

use super::*;

/// Somebody begins and submits `permiso` as it is published.
fn submitted(host: &mut Harness) {
    let mut ana = Browser::of(&PLUGIN).signed_in(Person::of("ana"));
    ana.visit(host, "/apply/permiso");
    ana.press(host, "Empezar");
    ana.fill("¿Qué necesita?", "Una plaza").press(host, "Continuar");
    ana.choose("Revisé todo, y lo que digo es verdad");
    let page = ana.press(host, "Presentar").clone();
    assert!(page.address().ends_with("/submitted"), "{} {}", page.address(), page.text());
}

#[test]
fn a_new_version_says_what_changed_and_what_runs_stays_on_its_own() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    publish(&mut host, &mut rosa, "permiso");
    submitted(&mut host);
    rosa.visit(&mut host, "/design/permiso");
    assert!(rosa.page().text().contains("Nadie está trabajando"));
    rosa.press(&mut host, "Editar");
    rosa.visit(&mut host, "/design/permiso/publish");
    assert!(rosa.page().text().contains("No cambia nada"));
    rosa.visit(&mut host, "/design/permiso/deadline");
    rosa.fill("Días hábiles para responder", "12").press(&mut host, "Guardar");
    let page = rosa.visit(&mut host, "/design/permiso/publish").clone();
    assert!(page.text().contains("Será la versión 2"));
    assert_eq!(page.rows(), [["entry.deadline.working-days", "10", "12"]]);
    assert!(page.text().contains("siguen con su versión: la 1"), "{}", page.text());
    rosa.press(&mut host, "Publicar ahora");
    let rows = rosa.page().rows();
    let used: Vec<(&str, &str)> = rows.iter().map(|row| (row[0].as_str(), row[3].as_str())).collect();
    assert_eq!(used, [("Versión 2", "no"), ("Versión 1", "sí")]);
}

#[test]
fn a_version_is_seen_taken_elsewhere_and_worked_on_again() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    publish(&mut host, &mut rosa, "permiso");
    let first = draft(&mut host);
    rosa.visit(&mut host, "/design/permiso");
    rosa.press(&mut host, "Editar");
    rosa.visit(&mut host, "/design/permiso/texts");
    rosa.fill("Nombre del trámite", "Permiso de plaza").press(&mut host, "Guardar");
    publish(&mut host, &mut rosa, "permiso");
    assert_eq!(exported(&mut host, "/design/permiso/versions/1/definition.json"), first);
    rosa.visit(&mut host, "/design/permiso/versions/1");
    assert!(rosa.page().text().contains("chakana-procedure/1"));
    rosa.press(&mut host, "Trabajar en esta versión");
    assert_eq!(draft(&mut host), first);
    assert_eq!(rosa.visit(&mut host, "/design/permiso/versions/3").status(), 404);
    rosa.visit(&mut host, "/design/permiso/versions/1");
    assert!(rosa.page().text().contains("esta versión lo reemplaza"));
}

#[test]
fn a_withdrawn_procedure_is_not_begun_any_more_and_can_be_published_again() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    assert_eq!(rosa.visit(&mut host, "/design/permiso/withdraw").status(), 404);
    publish(&mut host, &mut rosa, "permiso");
    rosa.visit(&mut host, "/design/permiso/withdraw");
    assert!(rosa.page().text().contains("Nadie podrá comenzarlo"));
    rosa.press(&mut host, "Sí, retirar el trámite");
    assert!(rosa.page().text().contains("Retirado"));
    let mut ana = Browser::of(&PLUGIN).signed_in(Person::of("ana"));
    assert_eq!(ana.visit(&mut host, "/apply/permiso").status(), 404);
    assert_eq!(ana.visit(&mut host, "/procedures/mun-2001/permiso").status(), 404);
    rosa.visit(&mut host, "/design/permiso");
    rosa.press(&mut host, "Editar");
    publish(&mut host, &mut rosa, "permiso");
    assert_eq!(ana.visit(&mut host, "/apply/permiso").status(), 200);
}

#[test]
fn a_draft_is_discarded_and_the_version_stays() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    publish(&mut host, &mut rosa, "permiso");
    rosa.visit(&mut host, "/design/permiso");
    rosa.press(&mut host, "Editar");
    rosa.follow(&mut host, "Descartar el borrador");
    assert_eq!(rosa.press(&mut host, "Sí, descartar el borrador").address(), "/design/permiso");
    assert!(rosa.page().text().contains("Nadie está trabajando"));
    assert_eq!(rosa.visit(&mut host, "/design/permiso/texts").status(), 404);
}

#[test]
fn what_is_not_done_online_is_published_as_an_entry_and_cannot_be_begun() {
    let mut host = harness();
    let mut rosa = designer();
    import(&mut host, &mut rosa, &text("gamlp/impuesto-inmueble.json"));
    publish(&mut host, &mut rosa, "impuesto-inmueble");
    let mut ana = Browser::of(&PLUGIN).signed_in(Person::of("ana"));
    assert_eq!(ana.visit(&mut host, "/procedures/mun-2001/impuesto-inmueble").status(), 200);
    assert_eq!(ana.visit(&mut host, "/apply/impuesto-inmueble").status(), 404);
    rosa.visit(&mut host, "/design/impuesto-inmueble");
    rosa.press(&mut host, "Editar");
    rosa.follow(&mut host, "Hacerlo en línea");
    rosa.fill("De qué lugar valen los días hábiles", "La Paz").choose("El plazo se detiene");
    rosa.press(&mut host, "Guardar");
    assert!(rosa.page().text().contains("¿Qué necesita?"), "{}", rosa.page().text());
}
