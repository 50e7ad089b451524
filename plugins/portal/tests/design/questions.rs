//! The questions of a draft: every kind of them, when they are asked, and what they are about.

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
        exported(host, "/design/poda-arbol/definition.json")["online"]["schema"]["properties"][&name]["x-when"].clone()
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

#[test]
fn a_code_that_is_made_of_a_title_is_one_that_nothing_else_has() {
    let mut host = harness();
    let mut rosa = begun(&mut host);
    let add = |host: &mut Harness, rosa: &mut Browser, path: &str, filled: &[(&str, &str)]| {
        rosa.visit(host, &format!("/design/permiso/{path}"));
        for (label, value) in filled {
            rosa.fill(label, value);
        }
        assert_eq!(rosa.press(host, "Guardar").errors(), [] as [String; 0], "{path}");
    };
    // A page that every procedure has, a page of this one, a question, a document, a word of addresses.
    add(&mut host, &mut rosa, "pages", &[("De qué trata la página", "Check")]);
    for title in ["Check", "Solicitud", "Motivo"] {
        add(&mut host, &mut rosa, "documents", &[("Título", title), ("De qué dato se trata", "propio")]);
    }
    rosa.visit(&mut host, "/design/permiso/registrations");
    rosa.fill("Qué se pide", "Pay").fill("Nombre del documento", "Pay");
    rosa.choose("A mano: quien decide adjunta el archivo").press(&mut host, "Guardar");
    let all = draft(&mut host)["online"].clone();
    let codes = |list: &str| -> Vec<String> {
        let all = all[list].as_array().expect("a list").iter();
        all.map(|one| one["code"].as_str().expect("a code").to_owned()).collect()
    };
    assert_eq!(codes("pages"), ["solicitud", "check-2"]);
    assert_eq!(codes("documents"), ["check-3", "solicitud-2", "motivo-2"]);
    assert_eq!(codes("registrations"), ["constancia", "pay-2"]);
    let choices = [("Pregunta", "Cuál"), ("De qué dato se trata", "propio"), ("Opciones", "Bar\nbar = Otro\nBar")];
    add(&mut host, &mut rosa, "questions?kind=choice", &choices);
    let choices = property(&mut host, "cual")["oneOf"].clone();
    let codes: Vec<&str> = choices.as_array().expect("a list").iter().filter_map(|one| one["const"].as_str()).collect();
    assert_eq!(codes, ["bar-2", "bar", "bar-3"]);
}
