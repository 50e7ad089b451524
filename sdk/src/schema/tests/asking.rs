//! Pages that ask for fields.

use html::Render;
use serde_json::{Value, json};

use super::{answers, licence, of, schema, today};
use crate::schema::{Answers, Facts, Schema};
use crate::web::{Method, Request, Visit};
use crate::{Caller, Context, Field};

fn visit(method: Method, locale: &str, form: &[(&str, &str)]) -> Visit {
    let context = Context {
        request_id: "1".to_owned(),
        attempt: 0,
        caller: Caller::Anonymous,
        locale: locale.to_owned(),
        now: 0,
        trace_parent: None,
    };
    let form =
        form.iter().map(|(name, value)| Field { name: (*name).to_owned(), value: (*value).to_owned() }).collect();
    let request = Request {
        method,
        path: "/".to_owned(),
        route: "/".to_owned(),
        params: Vec::new(),
        query: Vec::new(),
        headers: Vec::new(),
        form,
        uploads: Vec::new(),
        content_type: String::new(),
        body: Vec::new(),
    };
    Visit::new(context, request)
}

/// The page as it is shown.
fn shown(schema: &Schema, names: &[&str], so_far: Value, locale: &str) -> String {
    let (so_far, facts) = (answers(so_far), answers(json!({ "names": "Ana <b>" })));
    let filled = visit(Method::Get, locale, &[]).form(|fields| schema.ask(fields, names, &so_far, &facts, today()));
    assert!(!filled.view().is_wrong());
    filled.view().render().into_string()
}

/// What becomes of a page that is sent: the answers, or the page with what is wrong.
fn sent(schema: &Schema, names: &[&str], so_far: Value, form: &[(&str, &str)]) -> Result<Answers, String> {
    let so_far = answers(so_far);
    let filled =
        visit(Method::Post, "es", form).form(|fields| schema.ask(fields, names, &so_far, &Facts::new(), today()));
    filled.value().map_err(|view| view.render().into_string())
}

const ALL: [&str; 13] = [
    "trade_name",
    "story",
    "kind",
    "uses",
    "workers",
    "area",
    "capital",
    "born",
    "email",
    "phone",
    "plate",
    "urgent",
    "true_words",
];

#[test]
fn each_kind_is_read_as_people_fill_it_in() {
    let form = [
        ("trade_name", " La Paceña "),
        ("story", "uno\r\ndos"),
        ("kind", "shop"),
        ("uses", "music"),
        ("uses", "food"),
        ("workers", "1.234"),
        ("area", "1.234,5"),
        ("capital", "Bs 1.234,50"),
        ("born.day", "17"),
        ("born.month", "5"),
        ("born.year", "2000"),
        ("email", "ana@gob.bo"),
        ("phone", "7123 4567"),
        ("plate", "1234abc"),
        ("true_words", "yes"),
    ];
    let read = sent(&licence(), &ALL, json!({}), &form);
    assert_eq!(
        json!(read.expect("nothing is wrong")),
        json!({
            "trade_name": "La Paceña", "story": "uno\ndos", "kind": "shop", "uses": ["food", "music"], "workers": 1234,
            "area": 1234.5, "capital": 123_450, "born": "2000-05-17", "email": "ana@gob.bo", "phone": "+59171234567",
            "plate": "1234-ABC", "urgent": false, "true_words": true, "age": 26, "fee": 1_537_625,
        })
    );
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let form = [
        ("trade_name", "x"),
        ("kind", "pub"),
        ("workers", "1,5"),
        ("area", "0,123"),
        ("capital", "-1"),
        ("born", "2030-01-01"),
        ("phone", "1234567"),
        ("plate", "12"),
    ];
    let page = sent(&licence(), &ALL, json!({}), &form).expect_err("a page");
    for words in [
        "Escriba al menos 3 letras en «Nombre del negocio»",
        "Elija una opción en «Tipo»",
        "Escriba un número entero en «Trabajadores»",
        "Escriba un número como 12,5 en «Superficie en m²», con 2 decimales como máximo",
        "«Capital» debe ser Bs 0,00 o más",
        "«Nacimiento» debe ser el 26/11/2026 o antes",
        "en «Teléfono»",
        "Escriba «Placa» como 1234-ABC o 123-ABC",
        "Para continuar, marque «Declaro que es verdad»",
    ] {
        // At the field, and in the list above.
        assert_eq!(page.matches(words).count(), 2, "{words}: {page}");
    }
    assert!(page.contains(r#"value="0,123""#), "{page}");
}

#[test]
fn what_was_answered_stands_in_the_fields() {
    let so_far = json!({
        "trade_name": "La Paceña", "kind": "bar", "uses": ["music"], "workers": 1234, "area": 1234.5, "capital": 123_450,
        "born": "2000-05-17", "urgent": true, "plate": "wrong",
    });
    let page = shown(&licence(), &ALL, so_far, "es");
    for value in ["La Paceña", "1.234", "1.234,5", "1.234,50", "17", "2000", "wrong"] {
        assert!(page.contains(&format!("value=\"{value}\"")), "{value}: {page}");
    }
    assert_eq!(page.matches(" checked").count(), 3, "{page}");
    assert!(page.contains("Como lo verá la gente") && page.contains("1234-ABC"), "{page}");
}

#[test]
fn fields_are_called_by_the_language_of_the_page() {
    let page = shown(&licence(), &["trade_name", "kind"], json!({}), "en");
    assert!(page.contains("Name of the business") && page.contains("As people will see it") && page.contains("Shop"));
    assert!(!page.contains("Nombre del negocio") && page.contains("Bar"), "{page}");
}

#[test]
fn what_is_not_asked_for_is_shown_and_not_sent() {
    let page = shown(&licence(), &["names", "age", "fee", "area"], json!({ "born": "2000-05-17" }), "es");
    assert!(page.contains("<dt>Nombres</dt><dd>Ana &lt;b&gt;</dd>"), "{page}");
    assert!(page.contains("<dt>Edad</dt><dd>26</dd>") && !page.contains(r#"name="age""#), "{page}");
    assert_eq!(page.matches("<dl").count(), 1, "{page}");
    let read = sent(&licence(), &["names", "area"], json!({}), &[("names", "Eva"), ("age", "5"), ("area", "9")]);
    assert_eq!(json!(read.expect("nothing is wrong")), json!({ "area": 9, "fee": 2_250 }));
}

#[test]
fn a_condition_on_other_pages_decides_what_is_shown() {
    let asked = |so_far| shown(&licence(), &["licence"], so_far, "es");
    assert!(!asked(json!({ "kind": "bar", "area": 49 })).contains(r#"name="licence""#));
    let page = asked(json!({ "kind": "bar", "area": 50 }));
    assert!(page.contains(r#"name="licence""#) && !page.contains("Solo si") && !page.contains("opcional"), "{page}");
}

#[test]
fn a_condition_on_the_same_page_is_said_at_the_field() {
    let names = ["area", "licence"];
    let page = shown(&licence(), &names, json!({ "kind": "bar" }), "es");
    assert!(page.contains("Solo si «Superficie en m²» es 50 o más.") && page.contains("opcional"), "{page}");
    assert!(
        shown(&licence(), &names, json!({ "kind": "bar" }), "en").contains("Only if “Superficie en m²” is 50 or more.")
    );
    assert!(!shown(&licence(), &names, json!({ "kind": "shop" }), "es").contains(r#"name="licence""#));
}

#[test]
fn a_field_that_had_to_be_answered_is_judged_when_the_page_is_sent() {
    let names = ["kind", "area", "licence"];
    let sent = |form: &[(&str, &str)]| sent(&licence(), &names, json!({}), form);
    let page = sent(&[("kind", "bar"), ("area", "50")]).expect_err("a page");
    assert!(page.contains("Complete «Licencia»"), "{page}");
    let long = "x".repeat(201);
    let read = sent(&[("kind", "shop"), ("area", "50"), ("licence", &long)]).expect("a shop needs no licence");
    assert_eq!(json!(read), json!({ "kind": "shop", "area": 50, "fee": 12_500 }));
    let page = sent(&[("kind", "bar"), ("area", "50"), ("licence", &long)]).expect_err("a page");
    assert!(page.contains("«Licencia» tiene 201 letras"), "{page}");
}

#[test]
fn a_condition_may_go_through_what_is_calculated_from_the_same_page() {
    let schema = schema(json!({
        "born": { "type": "string", "title": "Nacimiento", "format": "date" },
        "age": { "type": "integer", "title": "Edad", "readOnly": true, "x-formula": "years(born, today)" },
        "card": { "type": "string", "title": "Carnet", "x-when": { "field": "age", "at-least": 18 } },
    }));
    let page = shown(&schema, &["born", "card"], json!({}), "es");
    assert!(page.contains("Solo si «Edad» es 18 o más."), "{page}");
    let sent = |born: &str| sent(&schema, &["born", "card"], json!({}), &[("born", born), ("card", "1")]);
    assert!(sent("2000-01-01").expect("nothing is wrong").contains_key("card"));
    assert!(!sent("2020-01-01").expect("nothing is wrong").contains_key("card"));
}

#[test]
fn what_is_calculated_from_an_answer_that_is_to_come_is_not_shown() {
    let mut description = of(json!({
        "area": { "type": "integer", "title": "Superficie" },
        "fee": { "type": "integer", "title": "Tasa", "x-money": true, "readOnly": true, "x-formula": "area * 250" },
        "twice": { "type": "integer", "title": "Doble", "readOnly": true, "x-formula": "fee + fee" },
    }));
    description["required"] = json!(["area"]);
    let schema = Schema::read(&description).expect("the description keeps the rules");
    let page = |so_far| shown(&schema, &["area", "fee", "twice"], so_far, "es");
    let empty = page(json!({}));
    assert!(!empty.contains("Tasa") && !empty.contains("Doble"), "a fee of nothing is shown");
    assert!(page(json!({ "area": 2 })).contains("Doble"));
    assert!(page(json!({ "area": 2 })).contains("Bs\u{a0}5,00"));
}

#[test]
fn what_is_emptied_is_gone_and_so_is_what_depended_on_it() {
    let so_far = json!({ "kind": "bar", "area": 60, "licence": "L-1", "workers": 3 });
    let read = sent(&licence(), &["area"], so_far, &[("area", "")]).expect("an area need not be given");
    assert_eq!(json!(read), json!({ "kind": "bar", "workers": 3, "fee": 0 }));
}

#[test]
fn a_name_that_is_no_fields_is_passed_over() {
    assert_eq!(sent(&licence(), &["nothing"], json!({}), &[("nothing", "x")]), Ok(answers(json!({ "fee": 0 }))));
}

#[test]
fn what_cannot_be_calculated_is_said_at_the_answer_by_which_it_cannot() {
    let schema = schema(json!({
        "area": { "type": "integer", "title": "Superficie" },
        "shares": { "type": "integer", "title": "Partes" },
        "each": { "type": "integer", "title": "Cada parte", "readOnly": true, "x-formula": "area / shares" },
    }));
    let said = "No se puede calcular «Cada parte»: habría que dividir entre cero";
    let page = sent(&schema, &["area", "shares", "each"], json!({}), &[("area", "5"), ("shares", "0")]);
    let page = page.expect_err("it cannot be calculated");
    assert!(page.contains(said) && page.contains("href=\"#field-shares\""), "{page}");
    // An answer of another page is still to come, or was given there.
    assert!(sent(&schema, &["area"], json!({}), &[("area", "5")]).is_ok());
    assert!(
        sent(&schema, &["shares"], json!({ "area": 5 }), &[("shares", "0")]).is_err_and(|page| page.contains(said))
    );
    assert!(sent(&schema, &["area"], json!({ "shares": 2 }), &[("area", "5")]).is_ok());
}

#[test]
fn what_a_page_passes_over_is_what_it_does_not_show() {
    let passed_over = |so_far: Value, names: &[&str]| -> Vec<String> {
        let (schema, so_far) = (licence(), answers(so_far));
        let fields = schema.passed_over(names, &so_far, &Facts::new(), today());
        fields.into_iter().map(|field| field.name().to_owned()).collect()
    };
    assert_eq!(passed_over(json!({ "kind": "shop", "area": 60 }), &["licence"]), ["licence"]);
    assert!(passed_over(json!({ "kind": "bar", "area": 60 }), &["licence"]).is_empty());
    // On one page with what it depends on it is shown, with a hint.
    assert!(passed_over(json!({ "area": 60 }), &["kind", "licence"]).is_empty());
}

#[test]
fn labels_and_choices_without_words_of_the_page_say_which_language_they_are_in() {
    let page = shown(&licence(), &["trade_name", "kind", "born", "names"], json!({}), "en");
    for marked in
        ["<span lang=\"es\">Nacimiento</span>", "lang=\"es\">Bar</label>", "<dt><span lang=\"es\">Nombres</span></dt>"]
    {
        assert!(page.contains(marked), "{marked} in {page}");
    }
    for plain in [">Name of the business</label>", ">Shop</label>"] {
        assert!(page.contains(plain) && !page.contains(&format!("lang=\"es\"{plain}")), "{plain} in {page}");
    }
    let page = shown(&licence(), &["trade_name", "kind"], json!({}), "es");
    assert!(!page.contains("lang="), "{page}");
}
