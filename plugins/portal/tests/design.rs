//! Designing: a definition is written part by part, tried, published, kept in versions, taken elsewhere.

#[path = "definitions/support.rs"]
mod support;

use portal::PLUGIN;
use portal::definition::Definition;
use sdk::Answer;
use sdk::harness::{Browser, Harness, Host, Installation, Person, Scripted, ShownPage};
use sdk::json::{Value, json};
use sdk::web::Content;
use support::{registers_said, text};

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
    assert_eq!(rosa.visit(&mut host, "/design/permiso").errors(), [] as [String; 0]);
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
    assert!(page.text().contains("BO/GOV/1001/identity/identity"), "{}", page.text());
    // Bound to the register, it is not asked.
    rosa.follow(&mut host, "online.schema.properties.cuando_nacio");
    rosa.choose("Registro de identificación").press(&mut host, "Guardar");
    assert_eq!(publish(&mut host, &mut rosa, "permiso").rows()[0][0], "Versión 1");
}

mod questions {
    use super::*;

    fn property(host: &mut Harness, name: &str) -> Value {
        draft(host)["online"]["schema"]["properties"][name].clone()
    }

    #[test]
    fn every_kind_of_question_can_be_asked() {
        let mut host = harness();
        let mut rosa = begun(&mut host);
        let kinds: [(&str, &[(&str, &str)]); 13] = [
            ("line", &[("Letras como mínimo", "3"), ("Letras como máximo", "80")]),
            ("lines", &[("Letras como máximo", "2000")]),
            ("choice", &[("Opciones", "bar = Bar | Pub\nTienda de barrio")]),
            ("choices", &[("Opciones", "a = A\nb = B"), ("Opciones como mínimo", "2")]),
            ("check", &[]),
            ("date", &[("No antes de", "1/1/1900"), ("No después de", "hoy")]),
            ("integer", &[("El menor número", "1"), ("El mayor número", "9")]),
            ("decimal", &[("Decimales como máximo", "2"), ("El menor número", "0,5")]),
            ("money", &[("El mayor monto", "1.000,50")]),
            ("mask", &[("Formas", "0000-AAA\n000-AAA")]),
            ("email", &[]),
            ("telephone", &[]),
            ("consent", &[]),
        ];
        for (kind, filled) in kinds {
            rosa.visit(&mut host, "/design/permiso/questions");
            rosa.visit(&mut host, &format!("/design/permiso/questions?kind={kind}"));
            rosa.fill("Pregunta", &format!("Pregunta {kind}")).fill("De qué dato se trata", "propio");
            for (label, value) in filled {
                rosa.fill(label, value);
            }
            let page = rosa.press(&mut host, "Guardar");
            assert_eq!(page.errors(), [] as [String; 0], "{kind}");
            // Shown again, it is the same.
            let name = format!("pregunta_{kind}");
            let before = property(&mut host, &name);
            rosa.visit(&mut host, &format!("/design/permiso/questions/{name}"));
            rosa.press(&mut host, "Guardar");
            assert_eq!(property(&mut host, &name), before, "{kind}");
        }
        let choice = json!([
            { "const": "bar", "title": "Bar", "x-translations": { "en": { "title": "Pub" } } },
            { "const": "tienda-de-barrio", "title": "Tienda de barrio" },
        ]);
        assert_eq!(property(&mut host, "pregunta_choice")["oneOf"], choice);
        assert_eq!(property(&mut host, "pregunta_money")["maximum"], 100_050);
        assert_eq!(property(&mut host, "pregunta_date")["x-not-after"], "today");
        assert_eq!(property(&mut host, "pregunta_decimal")["minimum"], 0.5);
        let page = rosa.visit(&mut host, "/design/permiso");
        assert!(page.text().contains("Todo está en orden"), "{}", page.text());
        let fields = draft(&mut host)["online"]["pages"][0]["fields"].clone();
        assert_eq!(fields.as_array().map(Vec::len), Some(14));
        assert_eq!(draft(&mut host)["online"]["schema"]["x-order"], fields);
    }

    #[test]
    fn what_is_wrong_with_a_question_is_said_at_its_fields() {
        let mut host = harness();
        let mut rosa = begun(&mut host);
        for (kind, field, value, error) in [
            ("integer", "Fórmula, si se calcula", "1 +", "Esto no se entiende"),
            ("line", "Letras como mínimo", "500", "Esto no se entiende"),
            ("mask", "Formas", "---", "Esto no se entiende"),
            ("line", "De qué dato se trata", "xyzxyz", "El vocabulario no tiene ese dato"),
            ("line", "De qué dato se trata", "nombre", "escriba el código del que corresponde"),
            ("line", "Nombre corto", "Motivo", "Use letras minúsculas"),
            ("line", "Nombre corto", "motivo", "Ese código ya se usa"),
            ("date", "No antes de", "ayer", "Ese valor no sirve"),
        ] {
            rosa.visit(&mut host, &format!("/design/permiso/questions?kind={kind}"));
            rosa.fill("Pregunta", "Otra").fill("De qué dato se trata", "propio").fill(field, value);
            let errors = rosa.press(&mut host, "Guardar").errors();
            assert!(errors.len() == 1 && errors[0].contains(error), "{field} {value}: {errors:?}");
        }
        assert_eq!(rosa.visit(&mut host, "/design/permiso/questions/nothing").status(), 404);
        assert_eq!(property(&mut host, "otra"), Value::Null);
    }

    #[test]
    fn conditions_are_built_of_questions_tests_and_values() {
        let mut host = harness();
        let mut rosa = begun(&mut host);
        for (kind, title, more) in [
            ("choice", "Tipo", Some(("Opciones", "bar = Bar\nshop = Tienda"))),
            ("money", "Capital", None),
            ("check", "Urgente", None),
        ] {
            rosa.visit(&mut host, &format!("/design/permiso/questions?kind={kind}"));
            rosa.fill("Pregunta", title).fill("De qué dato se trata", "propio");
            if let Some((label, value)) = more {
                rosa.fill(label, value);
            }
            rosa.press(&mut host, "Guardar");
        }
        let page = "/design/permiso/questions/motivo";
        let when = |host: &mut Harness| property(host, "motivo")["x-when"].clone();
        rosa.visit(&mut host, page);
        rosa.choose("Depende de esta pregunta: Tipo").choose("Tiene que: no ser").fill("Este valor", "tienda");
        rosa.press(&mut host, "Guardar");
        assert_eq!(when(&mut host), json!({ "not": { "field": "tipo", "is": "shop" } }));
        rosa.visit(&mut host, page);
        rosa.choose("Pregunta 2 de la que depende: Capital").choose("La pregunta 2 tiene que: ser al menos");
        rosa.fill("Valor 2", "10,50").choose("Alguna de las condiciones").press(&mut host, "Guardar");
        let capital = json!({ "field": "capital", "at-least": 1_050 });
        assert_eq!(when(&mut host), json!({ "any": [{ "not": { "field": "tipo", "is": "shop" } }, capital] }));
        rosa.visit(&mut host, page);
        assert_eq!(rosa.page().value("Valor 2"), "10,50");
        rosa.choose("Pregunta 3 de la que depende: Urgente").fill("Valor 3", "quizás");
        assert_eq!(rosa.press(&mut host, "Guardar").errors(), ["Ese valor no sirve para esa pregunta"]);
        rosa.fill("Valor 3", "sí").press(&mut host, "Guardar");
        assert_eq!(when(&mut host)["any"][2], json!({ "field": "urgente", "is": true }));
        rosa.visit(&mut host, page);
        rosa.fill("Este valor", "taller");
        let errors = rosa.press(&mut host, "Guardar").errors();
        assert_eq!(errors, ["No es una opción de esa pregunta. Las opciones son: bar, shop"]);
        // Without a question there is no condition.
        rosa.visit(&mut host, page);
        rosa.choose("Depende de esta pregunta: Siempre").choose("Pregunta 2 de la que depende: Nada más");
        rosa.choose("Pregunta 3 de la que depende: Nada más").press(&mut host, "Guardar");
        assert_eq!(when(&mut host), Value::Null);
    }

    #[test]
    fn a_condition_of_another_shape_is_kept_as_it_is_or_taken_away() {
        let mut host = harness();
        let mut rosa = designer();
        import(&mut host, &mut rosa, &text(TREE));
        let mut changed = exported(&mut host, "/design/poda-arbol/definition.json");
        let name = changed["online"]["pages"][1]["fields"][0].as_str().expect("a field").to_owned();
        let check = changed["online"]["schema"]["properties"]
            .as_object()
            .and_then(|all| all.iter().find(|(key, field)| **key != name && field["oneOf"].is_array()))
            .map(|(key, field)| json!({ "field": key, "is": field["oneOf"][0]["const"] }))
            .expect("a choice");
        let nested = json!({ "any": [{ "all": [check] }] });
        changed["online"]["schema"]["properties"][&name]["x-when"] = nested.clone();
        rosa.visit(&mut host, "/design/poda-arbol/json");
        rosa.fill("Definición en JSON", &changed.to_string()).press(&mut host, "Guardar");
        let when = |host: &mut Harness| {
            exported(host, "/design/poda-arbol/definition.json")["online"]["schema"]["properties"][&name]["x-when"]
                .clone()
        };
        let page = format!("/design/poda-arbol/questions/{name}");
        rosa.visit(&mut host, &page);
        rosa.press(&mut host, "Guardar");
        assert_eq!(when(&mut host), nested);
        rosa.visit(&mut host, &page);
        rosa.fill("Condición en JSON", "{").press(&mut host, "Guardar");
        assert_eq!(rosa.page().errors(), ["Esto no es JSON"]);
        rosa.fill("Condición en JSON", "").press(&mut host, "Guardar");
        assert_eq!(when(&mut host), Value::Null);
    }

    #[test]
    fn a_question_is_moved_within_its_page_and_taken_away_from_everywhere() {
        let mut host = harness();
        let mut rosa = begun(&mut host);
        rosa.visit(&mut host, "/design/permiso/questions?kind=check");
        rosa.fill("Pregunta", "Urgente").fill("De qué dato se trata", "propio").press(&mut host, "Guardar");
        let fields = |host: &mut Harness| draft(host)["online"]["pages"][0]["fields"].clone();
        rosa.visit(&mut host, "/design/permiso/questions/urgente");
        rosa.press(&mut host, "Subir");
        assert_eq!(fields(&mut host), json!(["urgente", "motivo"]));
        rosa.visit(&mut host, "/design/permiso/questions/motivo");
        rosa.press(&mut host, "Quitar");
        let online = draft(&mut host)["online"].clone();
        assert_eq!(online["pages"][0]["fields"], json!(["urgente"]));
        assert_eq!(online["schema"]["x-order"], json!(["urgente"]));
        assert_eq!(online["schema"]["required"], json!(["urgente"]));
        assert_eq!(online["schema"]["properties"]["motivo"], Value::Null);
    }

    #[test]
    fn the_vocabulary_is_searched_by_words() {
        let mut host = harness();
        let mut rosa = designer();
        let all = rosa.visit(&mut host, "/design/vocabulary").rows().len();
        assert!(all > 50, "{all}");
        rosa.fill("Buscar un dato", "fecha de nacimiento").press(&mut host, "Buscar");
        let rows = rosa.page().rows();
        assert!(rows.iter().any(|row| row[0] == "person.birth-date"), "{rows:?}");
        assert!(rows.len() < all);
        rosa.visit(&mut host, "/design/vocabulary?q=xyzxyz");
        assert!(rosa.page().text().contains("no tiene ningún dato"));
    }
}

mod trial {
    use super::*;

    #[test]
    fn a_page_is_previewed_judged_and_nothing_is_kept() {
        let mut host = harness();
        let mut rosa = begun(&mut host);
        rosa.follow(&mut host, "Vista previa Su solicitud");
        assert_eq!(rosa.page().address(), "/design/permiso/preview/solicitud");
        assert_eq!(rosa.press(&mut host, "Revisar lo que escribí").errors(), ["Complete «¿Qué necesita?»"]);
        assert_eq!(rosa.page().status(), 422);
        rosa.fill("¿Qué necesita?", "Una plaza").press(&mut host, "Revisar lo que escribí");
        assert!(rosa.page().text().contains("Todo está bien respondido"));
        assert!(rosa.page().text().contains("Una plaza"));
        assert_eq!(rosa.visit(&mut host, "/design/permiso/preview/nothing").status(), 404);
    }

    #[test]
    fn every_online_definition_of_the_demo_can_be_previewed_and_tried() {
        let mut host = harness();
        let mut rosa = designer();
        for (name, text) in support::all() {
            let definition = Definition::read(&text).expect("it reads");
            let Some(online) = &definition.online else { continue };
            let code = &definition.entry.code;
            import(&mut host, &mut rosa, &text);
            assert_eq!(rosa.page().address(), format!("/design/{code}"), "{name}");
            assert!(rosa.page().text().contains("Todo está en orden"), "{name}");
            for page in &online.pages {
                let shown = rosa.visit(&mut host, &format!("/design/{code}/preview/{}", page.code));
                assert_eq!(shown.status(), 200, "{name}");
            }
            for number in 1..=5 {
                let shown = rosa.visit(&mut host, &format!("/design/{code}/try?sample={number}")).clone();
                assert_eq!(shown.status(), 200, "{name} {number}: {}", shown.text());
                assert!(shown.text().contains("Lo que pasaría"), "{name} {number}: {}", shown.text());
                assert!(shown.text().contains("se entrega el"), "{name} {number}: {}", shown.text());
            }
        }
    }

    #[test]
    fn typed_answers_are_tried_and_wrong_ones_are_refused() {
        let mut host = harness();
        let mut rosa = begun(&mut host);
        rosa.follow(&mut host, "Probar");
        rosa.fill("¿Qué necesita?", "").press(&mut host, "Probar con estas respuestas");
        assert_eq!((rosa.page().status(), rosa.page().errors().len()), (422, 1));
        rosa.fill("¿Qué necesita?", "Una plaza").press(&mut host, "Probar con estas respuestas");
        let rows = rosa.page().rows();
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!((rows[0][0].as_str(), rows[0][2].as_str()), ("Revisión de la solicitud", "Revisión"));
        assert!(rosa.page().text().contains("Otro ejemplo"));
    }

    #[test]
    fn what_does_not_hold_together_cannot_be_tried() {
        let mut host = harness();
        let mut rosa = begun(&mut host);
        rosa.visit(&mut host, "/design/permiso/registrations/constancia");
        rosa.press(&mut host, "Quitar");
        let page = rosa.visit(&mut host, "/design/permiso/try").clone();
        assert!(page.text().contains("todavía no se puede probar"), "{}", page.text());
        assert!(page.text().contains("no hay nada que pedir"), "{}", page.text());
    }
}

mod versions {
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
}

mod elsewhere {
    use super::*;

    #[test]
    fn a_definition_is_taken_from_a_text_or_a_file_and_replaces_a_draft_only_when_told_to() {
        let mut host = harness();
        let mut rosa = designer();
        assert_eq!(import(&mut host, &mut rosa, &text(TREE)).address(), "/design/poda-arbol");
        let page = import(&mut host, &mut rosa, &text(TREE));
        assert_eq!(page.errors(), ["Ya hay un borrador de este trámite. Marque la casilla para reemplazarlo"]);
        rosa.choose("Si ya hay un borrador de este trámite, reemplazarlo").press(&mut host, "Traer");
        assert_eq!(rosa.page().address(), "/design/poda-arbol");
        rosa.visit(&mut host, "/design/import");
        rosa.attach("Archivo JSON", "beca.json", "application/json", text("minedu/beca.json").as_bytes());
        assert_eq!(rosa.press(&mut host, "Traer").address(), "/design/beca");
        let exported = exported(&mut host, "/design/beca/definition.json");
        assert_eq!(Definition::read(&exported.to_string()), Definition::read(&text("minedu/beca.json")));
    }

    #[test]
    fn everything_that_is_wrong_with_an_imported_text_is_listed_with_its_place() {
        let mut host = harness();
        let mut rosa = designer();
        assert_eq!(import(&mut host, &mut rosa, "").errors(), ["Elija un archivo, o pegue el texto de la definición"]);
        assert!(import(&mut host, &mut rosa, "{").errors()[0].starts_with("no es JSON"));
        let mut value = support::value(TREE);
        value["entry"]["colour"] = "green".into();
        value["entry"]["deadline"]["working-days"] = "ten".into();
        value["online"]["registrations"][0]["steps"][0].as_object_mut().unwrap().remove("role");
        let errors = import(&mut host, &mut rosa, &value.to_string()).errors();
        assert_eq!(errors.len(), 3, "{errors:?}");
        assert!(errors.contains(&"entry.colour: «colour» no es una clave del formato: quítela o corríjala".to_owned()));
        assert!(errors.contains(&"online.registrations.0.steps.0: falta «role»".to_owned()), "{errors:?}");
        assert!(errors.iter().any(|error| error.starts_with("entry.deadline.working-days: ")), "{errors:?}");
        value = support::value(TREE);
        value["entry"]["code"] = "import".into();
        assert_eq!(import(&mut host, &mut rosa, &value.to_string()).errors(), ["Ese código ya se usa: elija otro"]);
        assert_eq!(rosa.visit(&mut host, "/design/poda-arbol").status(), 404);
    }

    #[test]
    fn the_whole_draft_is_changed_as_json_but_for_its_code() {
        let mut host = harness();
        let mut rosa = begun(&mut host);
        let mut changed = draft(&mut host);
        changed["entry"]["title"]["qu"] = "Saqillay".into();
        rosa.visit(&mut host, "/design/permiso/json");
        rosa.fill("Definición en JSON", &changed.to_string()).press(&mut host, "Guardar");
        assert_eq!(draft(&mut host), changed);
        // Words in languages that the forms do not show stay.
        rosa.visit(&mut host, "/design/permiso/texts");
        rosa.fill("Nombre del trámite", "Permiso de plaza").press(&mut host, "Guardar");
        let title = draft(&mut host)["entry"]["title"].clone();
        assert_eq!(title, json!({ "es": "Permiso de plaza", "en": "Permit", "qu": "Saqillay" }));
        changed["entry"]["code"] = "otro".into();
        rosa.visit(&mut host, "/design/permiso/json");
        rosa.fill("Definición en JSON", &changed.to_string()).press(&mut host, "Guardar");
        assert!(rosa.page().errors()[0].contains("no puede cambiar aquí"));
        rosa.fill("Definición en JSON", "[]").press(&mut host, "Guardar");
        assert_eq!(rosa.page().errors().len(), 1);
    }

    #[test]
    fn the_catalogue_of_the_state_is_told_what_is_published_and_withdrawn() {
        let config = [("central-catalogue", CENTRAL), ("origin", "https://tramites.lapaz.bo/")];
        let mut host = harness_with(&config);
        host.script(CENTRAL, vec![Scripted::Answer(Answer::json(200, &json!({})).expect("JSON"))]);
        let mut rosa = begun(&mut host);
        publish(&mut host, &mut rosa, "permiso");
        rosa.visit(&mut host, "/design/permiso/withdraw");
        rosa.press(&mut host, "Sí, retirar el trámite");
        host.deliver();
        let received = host.received(CENTRAL);
        let paths: Vec<&str> = received.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(paths, ["/entries/permiso", "/entries/permiso/withdrawal"]);
        let sent: Value = received[0].json().expect("JSON");
        assert_eq!(sent["entity"]["name"]["es"], "Gobierno Autónomo Municipal de La Paz");
        assert_eq!(sent["entry"]["code"], "permiso");
        assert_eq!(sent["online"], "https://tramites.lapaz.bo/apply/permiso");
    }

    #[test]
    fn nobody_is_told_where_there_is_no_catalogue_of_the_state() {
        let mut host = harness();
        let mut rosa = begun(&mut host);
        publish(&mut host, &mut rosa, "permiso");
        assert_eq!(host.waiting(), []);
    }
}
