//! The service `definitions`, for the entity's own systems.

use sdk::Method;
use sdk::harness::{Call, Host};
use sdk::json::{Value, json};

use crate::common::{
    CATALOGUE, DEFINITIONS, FILER, OTHER, body, definition, empty, get, harness, invalid, refused, send, with,
};

const PUT: (Method, &str) = (Method::Put, DEFINITIONS);
const PATH: &str = "/definitions/permiso-mesas";

#[test]
fn a_definition_is_published_as_the_next_version_and_read_back() {
    let mut harness = empty(&[]);
    assert_eq!(get(&mut harness, FILER, DEFINITIONS, PATH), refused(404));
    let call = |said: &Value| Call::new(Method::Put, DEFINITIONS, PATH).by(FILER).json(said);
    let first = harness.call(call(&definition())).expect("it is published");
    assert_eq!(first.status, 201);
    let first: Value = first.read().expect("JSON");
    assert_eq!((&first["code"], &first["version"]), (&json!("permiso-mesas"), &json!(1)));
    assert_eq!(get(&mut harness, FILER, DEFINITIONS, PATH), Ok(first));

    let again = harness.call(call(&definition())).expect("it is there already");
    assert_eq!((again.status, again.read::<Value>().expect("JSON")["version"].clone()), (200, json!(1)));

    let other = with(definition(), "/entry/title/es", "Sillas en la acera");
    let second = harness.call(call(&other)).expect("it is published");
    assert_eq!((second.status, second.read::<Value>().expect("JSON")["version"].clone()), (201, json!(2)));
    let shown = get(&mut harness, FILER, DEFINITIONS, PATH).expect("the newest");
    assert_eq!(
        (&shown["version"], &shown["definition"]["entry"]["title"]["es"]),
        (&json!(2), &json!("Sillas en la acera"))
    );
    let entry = get(&mut harness, OTHER, CATALOGUE, "/entries/mun-2001/permiso-mesas").expect("it is in the catalogue");
    assert_eq!(entry["entry"]["title"]["es"], "Sillas en la acera");
}

#[test]
fn what_holds_not_together_or_asks_for_what_is_known_is_not_published() {
    let mut harness = empty(&[]);
    let asks = json!({ "type": "string", "title": "Nombres", "x-concept": "person.given-names" });
    for (said, field) in [
        (json!({}), "body"),
        (json!([]), "body"),
        (with(definition(), "/format", "chakana-procedure/2"), "format"),
        (with(definition(), "/entry/deadline", Value::Null), "entry.deadline"),
        (with(definition(), "/entry/description", Value::Null), "entry.description"),
        (
            with(definition(), "/online/schema/properties/fee/x-formula", "tables *\u{a0}1000"),
            "online.schema.properties.fee.x-formula",
        ),
        (with(definition(), "/entry/code", "otro"), "entry.code"),
        (with(definition(), "/entry/sector", "nada"), "entry.sector"),
        (with(definition(), "/online/calendar", "PE"), "online.calendar"),
        (
            with(definition(), "/online/schema/properties/given_names/x-source", "nada"),
            "online.schema.properties.given_names.x-source",
        ),
        (with(definition(), "/online/schema/properties/street", asks), "online.schema.properties.street"),
    ] {
        assert_eq!(send(&mut harness, FILER, PUT, PATH, &said), invalid(field), "{said}");
    }
    assert_eq!(get(&mut harness, FILER, DEFINITIONS, PATH), refused(404));
}

#[test]
fn only_systems_of_the_entity_read_and_publish_its_definitions() {
    let mut harness = harness();
    assert_eq!(get(&mut harness, OTHER, DEFINITIONS, PATH), refused(403));
    assert_eq!(send(&mut harness, OTHER, PUT, PATH, &definition()), refused(403));
    assert_eq!(body(harness.call(Call::get(DEFINITIONS, PATH))), refused(403), "nobody calls");
    for nowhere in ["/definitions", "/definitions/Mesas", "/definitions/nada", "/nada"] {
        assert_eq!(get(&mut harness, FILER, DEFINITIONS, nowhere), refused(404), "{nowhere}");
    }
    assert_eq!(send(&mut harness, FILER, PUT, "/definitions/Mesas", &definition()), refused(404));
}
