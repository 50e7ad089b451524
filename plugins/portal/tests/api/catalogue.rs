//! The service `catalogue`.

use sdk::Method;
use sdk::harness::{Browser, Call, Harness, Host};
use sdk::json::{Value, json};

use crate::common::{CATALOGUE, FILER, OTHER, body, empty, entry, get, invalid, refused, send, with};

fn put(harness: &mut Harness, by: &str, path: &str, said: &Value) -> Result<Value, (u16, Vec<String>)> {
    send(harness, by, (Method::Put, CATALOGUE), path, said)
}

fn entity() -> Value {
    json!({ "name": { "es": "Registro de Comercio" }, "place": "BO", "homepage": "https://comercio.example.bo" })
}

fn published(harness: &mut Harness, code: &str) -> Value {
    let said = json!({ "entity": entity(), "entry": entry(code) });
    put(harness, OTHER, &format!("/entries/{code}"), &said).expect("it is published")
}

#[test]
fn an_entity_publishes_and_everybody_finds_it_with_its_source() {
    let mut harness = empty(&[]);
    let named = put(&mut harness, OTHER, "/entity", &entity()).expect("it says what it is");
    assert_eq!((&named["code"], &named["member"]), (&json!("gov-1003"), &json!("BO/GOV/1003")));
    let said = json!({ "entry": entry("mesas"), "online": "https://comercio.example.bo/mesas" });
    let shown = put(&mut harness, OTHER, "/entries/mesas", &said).expect("it is published");
    assert_eq!((&shown["source"], &shown["entry"]), (&json!(OTHER), &entry("mesas")));
    assert_eq!(get(&mut harness, FILER, CATALOGUE, "/entries/gov-1003/mesas"), Ok(shown.clone()));
    for path in [
        "/entries",
        "/entries?q=terraza",
        "/entries?sector=empresas",
        "/entries?event=abrir-negocio",
        "/entries?entity=gov-1003",
        "/entries?q=mesas&sector=empresas&event=abrir-negocio&entity=gov-1003",
        "/entries?sector=empresas&event=abrir-negocio",
    ] {
        let found = get(&mut harness, FILER, CATALOGUE, path).expect("a list");
        assert_eq!(found, json!({ "items": [shown] }), "{path}");
    }
    for path in ["/entries?q=pasaporte", "/entries?sector=salud", "/entries?event=casarse", "/entries?entity=mun-2001"]
    {
        assert_eq!(get(&mut harness, FILER, CATALOGUE, path), Ok(json!({ "items": [] })), "{path}");
    }
    let page = Browser::of(&portal::PLUGIN).visit(&mut harness, "/procedures/gov-1003/mesas").clone();
    assert!(
        page.text().contains(OTHER) && page.html().contains("https://comercio.example.bo/mesas"),
        "{}",
        page.text()
    );
}

#[test]
fn an_entry_is_linked_data() {
    let mut harness = empty(&[]);
    published(&mut harness, "mesas");
    let answer = harness.call(Call::get(CATALOGUE, "/entries/gov-1003/mesas/jsonld").by(FILER)).expect("an answer");
    assert_eq!(answer.content_type, "application/ld+json");
    let document: Value = answer.read().expect("JSON");
    let names: Vec<&str> =
        document["@graph"].as_array().expect("nodes").iter().filter_map(|node| node["@id"].as_str()).collect();
    assert!(names.contains(&"urn:chakana:BO/MUN/2001/procedures/gov-1003/mesas"), "{names:?}");
}

#[test]
fn an_entry_that_is_published_again_keeps_its_first_day_and_one_that_is_withdrawn_is_gone() {
    let mut harness = empty(&[]);
    let first = published(&mut harness, "mesas");
    harness.advance(std::time::Duration::from_secs(3_600));
    let said = json!({ "entry": with(entry("mesas"), "/title/es", "Mesas afuera") });
    let again = put(&mut harness, OTHER, "/entries/mesas", &said).expect("it is published");
    assert_eq!(again["first"], first["published"]);
    assert_ne!(again["published"], first["published"]);
    let withdrawn = harness.call(Call::new(Method::Delete, CATALOGUE, "/entries/mesas").by(OTHER)).expect("an answer");
    assert_eq!(withdrawn.status, 204);
    assert_eq!(get(&mut harness, FILER, CATALOGUE, "/entries/gov-1003/mesas"), refused(404));
    assert_eq!(get(&mut harness, FILER, CATALOGUE, "/entries?q=mesas"), Ok(json!({ "items": [] })));
}

#[test]
fn lists_and_searches_are_paged_to_their_end() {
    let mut harness = empty(&[]);
    for number in 0..5 {
        published(&mut harness, &format!("mesas-{number}"));
    }
    for list in ["/entries?limit=2", "/entries?limit=2&q=mesas"] {
        let (mut path, mut codes) = (list.to_owned(), Vec::new());
        loop {
            let page = get(&mut harness, FILER, CATALOGUE, &path).expect("a page");
            codes.extend(page["items"].as_array().expect("items").iter().map(|item| item["entry"]["code"].to_string()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("{list}&cursor={next}");
        }
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), 5, "{list}");
    }
}

#[test]
fn what_does_not_hold_together_is_not_published() {
    let mut harness = empty(&[]);
    let said = |entry: Value| json!({ "entry": entry });
    assert_eq!(put(&mut harness, OTHER, "/entries/mesas", &said(entry("mesas"))), refused(409));
    put(&mut harness, OTHER, "/entity", &entity()).expect("it says what it is");
    let events = [
        "nacimiento",
        "mayoria-de-edad",
        "estudios",
        "trabajo",
        "matrimonio",
        "separacion",
        "casa-propia",
        "viaje",
        "perdida-de-documentos",
        "llegada-a-bolivia",
        "fallecimiento",
    ];
    for (entry, field) in [
        (entry("sillas"), "entry.code"),
        (with(entry("mesas"), "/audience", json!([])), "entry.audience"),
        (with(entry("mesas"), "/audience", json!(["person", "person"])), "entry.audience.1"),
        (with(entry("mesas"), "/sector", "nada"), "entry.sector"),
        (with(entry("mesas"), "/events", json!(events)), "entry.events"),
        (with(entry("mesas"), "/channels/1/places", json!(["nada"])), "entry.channels.1.places"),
        (with(entry("mesas"), "/mas", 1), "body"),
        (with(entry("mesas"), "/summary/es", "a".repeat(61 << 10)), "body"),
    ] {
        assert_eq!(put(&mut harness, OTHER, "/entries/mesas", &said(entry)), invalid(field), "{field}");
    }
    for (said, field) in [
        (json!({ "entry": entry("mesas"), "online": "javascript:alert(1)" }), "online"),
        (json!({ "entry": entry("mesas"), "entity": with(entity(), "/place", "PE") }), "entity.place"),
        (json!({ "entry": entry("mesas"), "version": 1 }), "body"),
    ] {
        assert_eq!(put(&mut harness, OTHER, "/entries/mesas", &said), invalid(field), "{field}");
    }
    for (said, field) in [
        (with(entity(), "/place", "BO-X"), "place"),
        (with(entity(), "/homepage", "//evil"), "homepage"),
        (json!({ "name": { "en": "No Spanish" }, "place": "BO" }), "body"),
    ] {
        assert_eq!(put(&mut harness, OTHER, "/entity", &said), invalid(field), "{field}");
    }
    assert_eq!(get(&mut harness, FILER, CATALOGUE, "/entries"), Ok(json!({ "items": [] })));
}

#[test]
fn nobody_publishes_or_withdraws_in_the_name_of_another() {
    let mut harness = empty(&[]);
    published(&mut harness, "mesas");
    let nobody = Call::new(Method::Put, CATALOGUE, "/entries/mesas").json(&json!({ "entry": entry("mesas") }));
    assert_eq!(body(harness.call(nobody)), refused(403));
    let nobody = Call::new(Method::Put, CATALOGUE, "/entity").json(&entity());
    assert_eq!(body(harness.call(nobody)), refused(403));
    let withdrawn = |harness: &mut Harness, by: &str| {
        body(harness.call(Call::new(Method::Delete, CATALOGUE, "/entries/mesas").by(by)))
    };
    assert_eq!(withdrawn(&mut harness, "BO/GOV/1004/otro"), refused(409), "it never said what it is");
    put(&mut harness, FILER, "/entity", &entity()).expect("it says what it is");
    assert_eq!(withdrawn(&mut harness, FILER), refused(404), "it has no such entry");
    let same_code = "XX/GOV/1003/comercio";
    assert_eq!(withdrawn(&mut harness, same_code), refused(403), "another member whose code is the same");
    assert_eq!(put(&mut harness, same_code, "/entity", &entity()), refused(403));
    let said = json!({ "entity": entity(), "entry": entry("mesas") });
    assert_eq!(put(&mut harness, same_code, "/entries/mesas", &said), refused(403));
    let unnamed = Call::new(Method::Put, CATALOGUE, "/entity").by("BO/GOV/ñandú/x").json(&entity());
    assert_eq!(body(harness.call(unnamed)), refused(403));
    assert!(get(&mut harness, FILER, CATALOGUE, "/entries/gov-1003/mesas").is_ok());
}

/// Messages come in any order: what was said later stands, and what was taken out stays out.
#[test]
fn a_late_message_does_not_undo_a_newer_one() {
    let mut harness = empty(&[]);
    let said = |title: &str, at: &str| {
        let entry = with(entry("mesas"), "/title/es", title);
        json!({ "entity": with(entity(), "/name/es", title), "entry": entry, "published": at })
    };
    let post =
        |harness: &mut Harness, path: &str, said: &Value| send(harness, OTHER, (Method::Post, CATALOGUE), path, said);
    let (entry_path, out) = ("/entries/mesas", "/entries/mesas/withdrawal");
    let shown = "/entries/gov-1003/mesas";
    let withdrawn = |at: &str| json!({ "withdrawn": at });
    post(&mut harness, entry_path, &said("Nuevo", "2020-01-03T00:00:00Z")).expect("it is published");
    assert_eq!(post(&mut harness, entry_path, &said("Viejo", "2020-01-02T00:00:00Z")), refused(409));
    let found = get(&mut harness, FILER, CATALOGUE, shown).expect("it is published");
    assert_eq!((&found["entry"]["title"]["es"], &found["entity"]["name"]["es"]), (&json!("Nuevo"), &json!("Nuevo")));
    assert_eq!(found["published"], "2020-01-03T00:00:00Z");
    assert_eq!(post(&mut harness, out, &withdrawn("2020-01-02T00:00:00Z")), refused(409));
    post(&mut harness, out, &withdrawn("2020-01-04T00:00:00Z")).expect("it is taken out");
    assert_eq!(post(&mut harness, entry_path, &said("Viejo", "2020-01-03T12:00:00Z")), refused(409));
    assert_eq!(get(&mut harness, FILER, CATALOGUE, shown), refused(404));
    post(&mut harness, entry_path, &said("Otra vez", "2020-01-05T00:00:00Z")).expect("it is published again");
    let tomorrow = "2100-01-01T00:00:00Z";
    assert_eq!(post(&mut harness, entry_path, &said("Mañana", tomorrow)), invalid("published"));
    assert_eq!(post(&mut harness, out, &withdrawn(tomorrow)), invalid("withdrawn"));
}

#[test]
fn who_says_no_time_speaks_last_also_after_a_clock_that_is_ahead() {
    let mut harness = empty(&[]);
    let ahead = harness.now() + std::time::Duration::from_secs(480);
    let said = json!({ "entity": entity(), "entry": entry("mesas"), "published": ahead });
    put(&mut harness, OTHER, "/entries/mesas", &said).expect("it is published");
    let named = put(&mut harness, OTHER, "/entity", &with(entity(), "/name/es", "Otro nombre"));
    assert_eq!(named.expect("it is named")["name"]["es"], "Otro nombre");
    let said = json!({ "entry": with(entry("mesas"), "/title/es", "Mesas afuera") });
    let again = put(&mut harness, OTHER, "/entries/mesas", &said).expect("it is published again");
    assert_eq!((&again["entry"]["title"]["es"], &again["published"]), (&json!("Mesas afuera"), &json!(ahead)));
    let withdrawn = harness.call(Call::new(Method::Delete, CATALOGUE, "/entries/mesas").by(OTHER)).expect("an answer");
    assert_eq!(withdrawn.status, 204);
}

/// Even where nothing of the entity has come yet.
#[test]
fn what_is_taken_out_before_it_comes_stays_out() {
    let mut harness = empty(&[]);
    let said = json!({ "entity": entity(), "entry": entry("mesas"), "published": "2020-01-02T00:00:00Z" });
    let withdrawn = json!({ "withdrawn": "2020-01-03T00:00:00Z" });
    let post =
        |harness: &mut Harness, path: &str, said: &Value| send(harness, OTHER, (Method::Post, CATALOGUE), path, said);
    post(&mut harness, "/entries/mesas/withdrawal", &withdrawn).expect("it is kept out");
    assert_eq!(post(&mut harness, "/entries/mesas", &said), refused(409));
}

/// An older entry does not bring back what the entity was called.
#[test]
fn what_an_entity_said_of_itself_later_stands() {
    let mut harness = empty(&[]);
    let said = |code: &str, name: &str, at: &str| json!({ "entity": with(entity(), "/name/es", name), "entry": entry(code), "published": at });
    put(&mut harness, OTHER, "/entries/mesas", &said("mesas", "Nuevo", "2020-01-03T00:00:00Z"))
        .expect("it is published");
    let shown = put(&mut harness, OTHER, "/entries/sillas", &said("sillas", "Viejo", "2020-01-02T00:00:00Z"));
    assert!(shown.is_ok(), "{shown:?}");
    let found = get(&mut harness, FILER, CATALOGUE, "/entries/gov-1003/sillas").expect("it is published");
    assert_eq!(found["entity"]["name"]["es"], "Nuevo");
}

#[test]
fn what_is_not_understood_is_refused() {
    let mut harness = empty(&[]);
    for (path, expected) in [
        ("/entries?limit=0", invalid("limit")),
        ("/entries?cursor=zz", invalid("cursor")),
        ("/entries?q=a&cursor=zz", invalid("cursor")),
        ("/entries?q=a&cursor=10001", invalid("cursor")),
        ("/entries?sector=Nada+mas", invalid("sector")),
        ("/entries/gov-1003/nada", refused(404)),
        ("/entries/gov-1003/nada/jsonld", refused(404)),
        ("/entries/N%20o/nada", refused(404)),
        ("/entries/gov-1003", refused(404)),
        ("/nada", refused(404)),
    ] {
        assert_eq!(get(&mut harness, FILER, CATALOGUE, path), expected, "{path}");
    }
}

#[test]
fn the_vocabulary_is_there_for_whoever_writes_definitions() {
    let vocabulary = get(&mut empty(&[]), FILER, CATALOGUE, "/vocabulary").expect("the vocabulary");
    for part in ["sectors", "events", "concepts"] {
        assert!(vocabulary[part].as_array().is_some_and(|all| !all.is_empty()), "{part}");
    }
}
