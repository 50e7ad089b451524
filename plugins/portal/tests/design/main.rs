//! Designing: a definition is written part by part, tried, published, kept in versions, taken elsewhere.

#[path = "../common/mod.rs"]
mod common;

mod elsewhere;
mod questions;
mod trial;
mod versions;

use common::demo::{self, registers_said, text};
use portal::PLUGIN;
use portal::definition::Definition;
use sdk::Answer;
use sdk::harness::{Browser, Harness, Host, Installation, Person, Scripted, ShownPage};
use sdk::json::{Value, json};
use sdk::web::Content;

const CENTRAL: &str = "BO/GOV/1004/portal/catalogue";
const TREE: &str = "gamlp/poda-arbol.json";

fn harness_with(config: &[(&str, &str)]) -> Harness {
    let mut harness = Harness::new().know(PLUGIN);
    let entity = json!({
        "subsystem": "BO/MUN/2001/tramites",
        "name": { "es": "Gobierno Autónomo Municipal de La Paz" },
        "place": "BO-L",
    });
    let installation = Installation::of("portal", "BO/MUN/2001/tramites")
        .config("entity", &entity.to_string())
        .config("registers", &registers_said().to_string());
    harness.install(config.iter().fold(installation, |installation, (key, value)| installation.config(key, value)));
    harness
}

fn harness() -> Harness {
    harness_with(&[])
}

fn designer() -> Browser {
    Browser::of(&PLUGIN).signed_in(Person::of("rosa").named("Rosa Quispe").role("designer"))
}

/// A new procedure, `permiso`, as it begins.
fn begun(host: &mut Harness) -> Browser {
    let mut rosa = designer();
    rosa.visit(host, "/design");
    rosa.follow(host, "Nuevo trámite");
    rosa.fill("Nombre del trámite", "Permiso").fill("Nombre del trámite (en inglés)", "Permit");
    rosa.fill("Ventanilla única", "Medio ambiente y agua");
    rosa.press(host, "Comenzar");
    assert_eq!(rosa.page().address(), "/design/permiso");
    rosa
}

/// The draft of `permiso`, or its newest version, as it is exported.
fn exported(host: &mut Harness, path: &str) -> Value {
    let mut rosa = designer();
    match rosa.visit(host, path).content() {
        Some(Content::Raw(raw)) => serde_json::from_slice(&raw.body).expect("JSON"),
        other => panic!("{path}: {other:?}"),
    }
}

fn draft(host: &mut Harness) -> Value {
    exported(host, "/design/permiso/definition.json")
}

fn publish(host: &mut Harness, rosa: &mut Browser, code: &str) -> ShownPage {
    rosa.visit(host, &format!("/design/{code}/publish"));
    rosa.press(host, "Publicar ahora").clone()
}

fn import(host: &mut Harness, rosa: &mut Browser, text: &str) -> ShownPage {
    rosa.visit(host, "/design/import");
    rosa.fill("Texto de la definición", text);
    rosa.press(host, "Traer").clone()
}

#[test]
fn only_designers_come_here() {
    let mut host = harness();
    let mut ana = Browser::of(&PLUGIN).signed_in(Person::of("ana"));
    let mut luz = Browser::of(&PLUGIN).signed_in(Person::of("luz").role("reviewer"));
    for path in ["/design", "/design/permiso", "/design/permiso/publish", "/design/permiso/costs"] {
        assert!(Browser::of(&PLUGIN).visit(&mut host, path).asks_to_sign_in());
        assert_eq!(ana.visit(&mut host, path).status(), 403);
        assert_eq!(luz.visit(&mut host, path).status(), 403);
    }
}

#[test]
fn a_new_procedure_holds_together_and_is_published_as_it_begins() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    assert!(rosa.page().text().contains("Todo está en orden"), "{}", rosa.page().text());
    let page = publish(&mut host, &mut rosa, "permiso");
    assert_eq!(page.address(), "/design/permiso/versions");
    assert_eq!(page.rows()[0][0], "Versión 1");
    let shown = Browser::of(&PLUGIN).visit(&mut host, "/procedures/mun-2001/permiso").clone();
    assert_eq!(shown.heading(), "Permiso");
    assert!(shown.text().contains("BO/MUN/2001/tramites"));
    assert!(shown.links().contains(&"Empezar el trámite".to_owned()), "{:?}", shown.links());
}

#[test]
fn a_code_that_is_taken_or_none_is_refused() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    for (code, error) in [
        ("permiso", "Ese código ya se usa: elija otro"),
        ("new", "Ese código ya se usa: elija otro"),
        ("import", "Ese código ya se usa: elija otro"),
        ("vocabulary", "Ese código ya se usa: elija otro"),
        ("Permiso 2", "Use letras minúsculas sin acento, cifras y guiones, y comience con una letra"),
    ] {
        rosa.visit(&mut host, "/design/new");
        rosa.fill("Nombre del trámite", "Otro").fill("Código", code).fill("Ventanilla única", "Justicia");
        assert_eq!(rosa.press(&mut host, "Comenzar").errors(), [error], "{code}");
    }
    // Left empty, it is made of the title, and another one than those that are taken.
    rosa.visit(&mut host, "/design/new");
    rosa.fill("Nombre del trámite", "Permiso").fill("Ventanilla única", "Justicia");
    assert_eq!(rosa.press(&mut host, "Comenzar").address(), "/design/permiso-2");
}

#[test]
fn the_parts_of_an_entry_are_changed_by_forms() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    rosa.visit(&mut host, "/design/permiso/texts");
    rosa.fill("Qué es, en una frase", "Deja usar la plaza").fill("Descripción", "Uno.\n\nDos.");
    rosa.press(&mut host, "Guardar");
    rosa.visit(&mut host, "/design/permiso/subject");
    rosa.choose("Empresas y negocios").press(&mut host, "Guardar");
    rosa.visit(&mut host, "/design/permiso/search-words");
    rosa.fill("Otras palabras con que la gente lo busca", "plaza\n\n parque ").press(&mut host, "Guardar");
    rosa.visit(&mut host, "/design/permiso/deadline");
    rosa.fill("Días hábiles para responder", "15").choose("Se concede lo que se pidió").press(&mut host, "Guardar");
    rosa.visit(&mut host, "/design/permiso/burden");
    rosa.choose("Sabemos lo que costaba antes y lo que cuesta ahora");
    rosa.fill("Días hasta tener lo que pidió", "30").press(&mut host, "Guardar");
    rosa.visit(&mut host, "/design/permiso/online");
    rosa.choose("El plazo sigue corriendo").press(&mut host, "Guardar");
    let entry = draft(&mut host)["entry"].clone();
    assert_eq!(entry["summary"]["es"], "Deja usar la plaza");
    assert_eq!(entry["description"]["es"], "Uno.\n\nDos.");
    assert_eq!(entry["audience"], json!(["person", "company"]));
    assert_eq!(entry["keywords"], json!(["plaza", "parque"]));
    assert_eq!(entry["deadline"], json!({ "working-days": 15, "silence": "grants" }));
    assert_eq!(entry["burden"]["before"]["days"], 30);
    assert_eq!(draft(&mut host)["online"]["while-sent-back"], "runs");
    assert!(rosa.visit(&mut host, "/design/permiso").text().contains("Todo está en orden"));
}

#[test]
fn parts_of_lists_are_added_changed_moved_and_taken_away() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    for (title, amount) in [("Timbre", "5"), ("Tasa", "12,50")] {
        rosa.visit(&mut host, "/design/permiso");
        rosa.follow(&mut host, "Añadir un costo");
        rosa.fill("Título", title).fill("Monto en bolivianos", amount).press(&mut host, "Guardar");
    }
    let codes = |host: &mut Harness| -> Vec<String> {
        let draft = draft(host);
        let costs = draft["entry"]["costs"].as_array().cloned().unwrap_or_default();
        costs.iter().map(|cost| format!("{} {}", cost["code"].as_str().unwrap(), cost["amount"])).collect()
    };
    assert_eq!(codes(&mut host), ["timbre 500", "tasa 1250"]);
    rosa.visit(&mut host, "/design/permiso/costs/tasa");
    rosa.press(&mut host, "Subir");
    assert_eq!(codes(&mut host), ["tasa 1250", "timbre 500"]);
    rosa.fill("Monto en bolivianos", "13").press(&mut host, "Guardar");
    assert_eq!(codes(&mut host), ["tasa 1300", "timbre 500"]);
    rosa.visit(&mut host, "/design/permiso/costs/timbre");
    rosa.press(&mut host, "Subir");
    rosa.press(&mut host, "Bajar");
    assert_eq!(codes(&mut host), ["tasa 1300", "timbre 500"]);
    rosa.press(&mut host, "Quitar");
    assert_eq!(codes(&mut host), ["tasa 1300"]);
    assert_eq!(rosa.visit(&mut host, "/design/permiso/costs/timbre").status(), 404);
    assert_eq!(rosa.visit(&mut host, "/design/permiso/nothing").status(), 404);
    assert_eq!(rosa.visit(&mut host, "/design/nobody/costs").status(), 404);
}

#[test]
fn places_and_ways_of_an_entry_are_written() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    rosa.visit(&mut host, "/design/permiso/places");
    rosa.fill("Nombre del lugar", "Casa comunal").fill("Calle, número y piso", "Calle 1 N° 2");
    rosa.fill("Municipio", "La Paz").fill("Departamento", "La Paz").fill("Horario", "todo el día");
    rosa.fill("Coordenadas", "cerca");
    let errors = rosa.press(&mut host, "Guardar").errors();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(errors[0].contains("«todo el día»"), "{errors:?}");
    rosa.fill("Horario", "lun-vie 08:30-16:30\nsab 09:00-12:00").fill("Coordenadas", "-16.5, -68.13");
    rosa.press(&mut host, "Guardar");
    let mut english = designer().speaking("en");
    let page = english.visit(&mut host, "/design/permiso/channels").html().to_owned();
    assert!(page.contains(r#" lang="es">Casa comunal</label>"#), "its name has no English: {page}");
    rosa.visit(&mut host, "/design/permiso/channels");
    rosa.choose("En una oficina").choose("Casa comunal").press(&mut host, "Guardar");
    let entry = draft(&mut host)["entry"].clone();
    assert_eq!(entry["places"][0]["hours"][0]["days"], json!(["mon", "tue", "wed", "thu", "fri"]));
    assert_eq!(entry["places"][0]["position"], json!([-16.5, -68.13]));
    assert_eq!(
        entry["channels"][1],
        json!({ "code": "en-una-oficina", "kind": "counter", "places": ["casa-comunal"] })
    );
    rosa.visit(&mut host, "/design/permiso/requirements");
    rosa.fill("Qué se pide", "Ser mayor de edad").press(&mut host, "Guardar");
    assert_eq!(rosa.page().address(), "/design/permiso/requirements/ser-mayor-de-edad");
    rosa.follow(&mut host, "Añadir una prueba");
    rosa.fill("Título", "Cédula").choose("Lo pide la entidad al registro que lo tiene: nadie lo trae");
    rosa.press(&mut host, "Guardar");
    let evidence = draft(&mut host)["entry"]["requirements"][0]["evidence"].clone();
    assert_eq!(evidence, json!([{ "code": "cedula", "title": { "es": "Cédula" }, "brought": "by-exchange" }]));
}

#[test]
fn what_does_not_hold_together_is_listed_with_the_way_to_its_part_and_not_published() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    rosa.visit(&mut host, "/design/permiso/registrations/constancia");
    rosa.fill(
        "Texto del documento. Ponga entre llaves el nombre corto de una pregunta, y ahí saldrá la respuesta",
        "{nada}",
    );
    rosa.press(&mut host, "Guardar");
    let page = rosa.visit(&mut host, "/design/permiso");
    let at = "online.registrations.0.result.made.of-text.es";
    assert!(page.text().contains("nada no es ninguna de las preguntas"), "{}", page.text());
    assert_eq!(rosa.follow(&mut host, at).address(), "/design/permiso/registrations/constancia");
    let page = rosa.visit(&mut host, "/design/permiso/publish").clone();
    assert!(page.text().contains("todavía no se puede publicar"));
    assert!(page.text().contains("nada no es ninguna"));
    // A page of before has the button still.
    let mut other = designer();
    let mut fresh = harness();
    begun(&mut fresh);
    other.visit(&mut fresh, "/design/permiso/publish");
    assert_eq!(other.press(&mut host, "Publicar ahora").status(), 422);
    assert_eq!(Browser::of(&PLUGIN).visit(&mut host, "/procedures/mun-2001/permiso").status(), 404);
}

#[test]
fn nobody_is_asked_for_what_a_register_holds() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    rosa.visit(&mut host, "/design/permiso/questions?kind=date");
    rosa.fill("Pregunta", "¿Cuándo nació?").fill("De qué dato se trata", "person.birth-date");
    rosa.press(&mut host, "Guardar");
    let page = rosa.visit(&mut host, "/design/permiso/publish").clone();
    assert!(page.text().contains("que Registro de identificación ya tiene"), "{}", page.text());
    assert!(page.text().contains(common::PERSONS), "{}", page.text());
    // Bound to the register, it is not asked.
    rosa.follow(&mut host, "online.schema.properties.cuando_nacio");
    rosa.choose("Registro de identificación").press(&mut host, "Guardar");
    assert_eq!(publish(&mut host, &mut rosa, "permiso").rows()[0][0], "Versión 1");
}
