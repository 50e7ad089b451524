//! Definitions: those of the demo hold together, and each rule refuses what breaks it.

#[path = "definitions/bounds.rs"]
mod bounds;
mod common;

use common::demo::{all, registers, text, value};
use portal::definition::{Code, Definition, Procedure, Vocabulary, differences, publication};
use sdk::html::Language;
use sdk::json::{Value, json};

const LICENCE: &str = "gamlp/licencia-funcionamiento.json";

#[test]
fn every_definition_of_the_demo_reads_holds_together_and_asks_for_nothing_twice() {
    let all = all();
    assert!(all.len() >= 42, "{}", all.len());
    for (name, text) in all {
        let definition = Definition::read(&text).unwrap_or_else(|problems| panic!("{name}: {problems}"));
        publication::check(&definition, &registers()).unwrap_or_else(|problems| panic!("{name}: {problems}"));
        let file = format!("/{}.json", definition.entry.code);
        assert!(name.ends_with(&file), "{name} is called as its code");
        match Procedure::read(definition.clone(), 1) {
            Ok(procedure) => publication::once_only(&procedure, &registers()).expect("it was checked"),
            Err(problems) => assert!(definition.online.is_none(), "{name}: {problems}"),
        }
    }
}

#[test]
fn definitions_are_read_as_they_are_written() {
    for (name, text) in all() {
        let definition = Definition::read(&text).expect("it reads");
        let again = Definition::read(&definition.written()).unwrap_or_else(|problems| panic!("{name}: {problems}"));
        assert_eq!(again, definition, "{name}");
        assert_eq!(differences(&definition, &again), [], "{name}");
        // Nothing that stands in the file is lost: only what is usual is added.
        let (file, written) = (serde_json::from_str(&text).unwrap(), serde_json::to_value(&definition).unwrap());
        assert_eq!(lost(&file, &written), None, "{name}");
    }
}

/// A place whose value is another one, or none, in what was written.
fn lost(file: &Value, written: &Value) -> Option<String> {
    match (file, written) {
        (Value::Object(file), Value::Object(written)) => file.iter().find_map(|(key, value)| {
            let below = lost(value, written.get(key).unwrap_or(&Value::Null));
            below.map(|below| format!("{key}.{below}"))
        }),
        (Value::Array(file), Value::Array(written)) if file.len() == written.len() => file
            .iter()
            .zip(written)
            .enumerate()
            .find_map(|(number, (file, written))| lost(file, written).map(|below| format!("{number}.{below}"))),
        // An empty list is as good as none.
        (Value::Array(file), Value::Null) if file.is_empty() => None,
        (file, written) => (file != written).then(|| format!(": {file} {written}")),
    }
}

#[test]
fn the_vocabulary_reads_and_each_code_is_there_once() {
    let vocabulary = Vocabulary::shared();
    let mut codes: Vec<&Code> = vocabulary.sectors.iter().map(|one| &one.code).collect();
    codes.extend(vocabulary.events.iter().map(|one| &one.code));
    let count = codes.len();
    codes.sort();
    codes.dedup();
    assert_eq!(codes.len(), count);
    let concepts = portal::definition::Concept::shared();
    assert!(concepts.len() >= 60, "{}", concepts.len());
}

#[test]
fn related_procedures_are_of_the_same_entity() {
    let entity = |name: &str| name.rsplit('/').nth(1).expect("a folder").to_owned();
    let all: Vec<(String, Definition)> =
        all().into_iter().map(|(name, text)| (entity(&name), Definition::read(&text).expect("it reads"))).collect();
    for (of, definition) in &all {
        for related in &definition.entry.related {
            let found = all.iter().any(|(entity, other)| entity == of && other.entry.code == *related);
            assert!(found, "{of}/{}: {related}", definition.entry.code);
        }
    }
}

/// Breaks the licence, and expects a problem at a place, with some words.
fn check(breaks: fn(&mut Value), at: &str, words: &str) {
    let mut value = value(LICENCE);
    breaks(&mut value);
    let definition = Definition::read(&value.to_string()).unwrap_or_else(|problems| panic!("{at}: {problems}"));
    let problems = publication::check(&definition, &registers()).expect_err(at);
    let found = problems.iter().any(|problem| problem.at == at && problem.what.contains(words));
    assert!(found, "{at} {words:?} is not among: {problems}");
    assert!(problems.iter().all(|problem| !problem.said(Language::Spanish).value.is_empty()));
}

fn twice(value: &mut Value, list: &str) {
    let list = value.pointer_mut(list).and_then(Value::as_array_mut).expect("a list");
    list.push(list[0].clone());
}

fn set(value: &mut Value, pointer: &str, to: Value) {
    *value.pointer_mut(pointer).unwrap_or_else(|| panic!("there is no {pointer}")) = to;
}

fn put(value: &mut Value, pointer: &str, key: &str, to: Value) {
    let object = value.pointer_mut(pointer).and_then(Value::as_object_mut);
    object.unwrap_or_else(|| panic!("there is no {pointer}")).insert(key.to_owned(), to);
}

fn lose(value: &mut Value, pointer: &str, key: &str) {
    value.pointer_mut(pointer).and_then(Value::as_object_mut).and_then(|one| one.remove(key)).expect("it is there");
}

const UNKNOWN: fn() -> Value = || json!({ "field": "nowhere", "is": "x" });

#[test]
fn an_entry_that_does_not_hold_together_is_refused() {
    for word in ["new", "import", "vocabulary"] {
        let mut value = value(LICENCE);
        set(&mut value, "/entry/code", word.into());
        let definition = Definition::read(&value.to_string()).expect("it reads");
        let problems = publication::check(&definition, &registers()).expect_err("the word is an address");
        assert!(
            problems.iter().any(|one| one.at == "entry.code" && one.what.contains("a word of addresses")),
            "{word}"
        );
    }
    check(|one| set(one, "/entry/title", json!({ "es": "a".repeat(201) })), "entry.title", "more than 200");
    check(|one| set(one, "/entry/summary", json!({ "es": "a".repeat(501) })), "entry.summary", "more than 500");
    check(|one| set(one, "/entry/description/es", "a".repeat(10_001).into()), "entry.description", "more than");
    check(|one| set(one, "/entry/eligibility/es", "a".repeat(10_001).into()), "entry.eligibility", "more than");
    check(|one| set(one, "/entry/keywords", vec!["a"; 61].into()), "entry.keywords", "more than 60");
    check(|one| set(one, "/entry/keywords/0", " ".into()), "entry.keywords.0", "empty");
    check(|one| set(one, "/entry/audience", json!([])), "entry.audience", "say whom");
    check(|one| twice(one, "/entry/audience"), "entry.audience.2", "twice");
    check(|one| set(one, "/entry/legal-basis", json!([])), "entry.legal-basis", "is empty");
    check(|one| set(one, "/entry/channels", json!([])), "entry.channels", "is empty");
    check(|one| set(one, "/entry/outputs", json!([])), "entry.outputs", "is empty");
    check(|one| set(one, "/entry/deadline/working-days", 251.into()), "entry.deadline.working-days", "251 is more");
    check(|one| set(one, "/entry/sector", "sector".into()), "entry.sector", "no sector");
    check(|one| set(one, "/entry/events/0", "event".into()), "entry.events.0", "no event");
    check(|one| twice(one, "/entry/events"), "entry.events.2", "twice");
    check(|one| set(one, "/entry/events", vec!["x"; 11].into()), "entry.events", "more than 10");
    check(|one| twice(one, "/entry/related"), "entry.related.3", "twice");
    check(|one| set(one, "/entry/related/0", "licencia-funcionamiento".into()), "entry.related", "itself");
    check(|one| twice(one, "/entry/requirements"), "entry.requirements.8.code", "twice");
    check(|one| twice(one, "/entry/requirements/0/evidence"), "entry.requirements.0.evidence.1.code", "twice");
    check(|one| twice(one, "/entry/costs"), "entry.costs.4.code", "twice");
    check(|one| lose(one, "/entry/costs/0", "amount"), "entry.costs.0", "neither an amount");
    check(|one| put(one, "/entry/costs/0", "amount", (-1).into()), "entry.costs.0.amount", "less than nothing");
    check(|one| set(one, "/entry/burden/after/cost", (-1).into()), "entry.burden.after.cost", "less than nothing");
    check(|one| twice(one, "/entry/legal-basis"), "entry.legal-basis.4.code", "twice");
    check(|one| put(one, "/entry/legal-basis/0", "url", "ftp://x".into()), "entry.legal-basis.0.url", "no address");
    check(|one| twice(one, "/entry/outputs"), "entry.outputs.3.code", "twice");
}

#[test]
fn ways_and_places_that_do_not_hold_together_are_refused() {
    check(|one| twice(one, "/entry/channels"), "entry.channels.3.code", "twice");
    check(|one| twice(one, "/entry/places"), "entry.places.4.code", "twice");
    check(|one| set(one, "/entry/channels/1/places/0", "moon".into()), "entry.channels.1.places", "none of the places");
    check(|one| set(one, "/entry/channels/1/places", json!([])), "entry.channels.1", "does not say where");
    check(|one| put(one, "/entry/channels/0", "address", "here".into()), "entry.channels.0", "does not say where");
    check(|one| lose(one, "/entry/channels/2", "address"), "entry.channels.2", "does not say where");
    check(|one| put(one, "/entry/channels/2", "address", " ".into()), "entry.channels.2.address", "blank");
    check(|one| set(one, "/entry/places/0/address", " ".into()), "entry.places.0.address", "blank");
    check(|one| set(one, "/entry/places/0/municipality", " ".into()), "entry.places.0.municipality", "blank");
    check(|one| put(one, "/entry/places/0", "telephone", " ".into()), "entry.places.0.telephone", "blank");
    check(|one| set(one, "/entry/places/0/department", "AR-B".into()), "entry.places.0.department", "no department");
    check(|one| set(one, "/entry/places/0/hours/0/to", "07:00".into()), "entry.places.0.hours.0", "closes before");
    check(|one| set(one, "/entry/places/0/hours/0/days", json!([])), "entry.places.0.hours.0", "on no day");
    check(|one| set(one, "/entry/places/0/position", json!([-91, 0])), "entry.places.0.position", "not on Earth");
    let many = |one: &mut Value| {
        let output = one["entry"]["outputs"][0].clone();
        let numbered = |number: usize| {
            let mut output = output.clone();
            output["code"] = format!("o{number}").into();
            output
        };
        one["entry"]["outputs"] = (0..101).map(numbered).collect();
    };
    check(many, "entry.outputs.100", "more than 100");
}

#[test]
fn pages_and_documents_that_do_not_hold_together_are_refused() {
    check(|one| twice(one, "/online/pages"), "online.pages.6.code", "twice");
    check(|one| set(one, "/online/pages/0/code", "what".into()), "online.pages.0.code", "every procedure has");
    check(|one| set(one, "/online/pages/0/code", "check".into()), "online.pages.0.code", "every procedure has");
    check(|one| set(one, "/online/documents/0/code", "check".into()), "online.documents.0.code", "every procedure has");
    check(|one| set(one, "/online/documents/0/code", "titular".into()), "online.documents.0.code", "code of a page");
    check(|one| set(one, "/online/documents/0/code", "area".into()), "online.documents.0.code", "name of a field");
    check(|one| twice(one, "/online/documents"), "online.documents.9.code", "twice");
    check(|one| put(one, "/online/documents/0", "most", 0.into()), "online.documents.0.most", "1 to 20");
    check(|one| put(one, "/online/documents/0", "most", 21.into()), "online.documents.0.most", "1 to 20");
    check(|one| set(one, "/online/documents/0/kinds", json!([])), "online.documents.0.kinds", "which files");
    check(|one| put(one, "/online/documents/0", "when", UNKNOWN()), "online.documents.0.when", "no field");
    check(
        |one| set(one, "/online/pages/0/fields/0", "nowhere".into()),
        "online.pages.0.fields",
        "no field of the schema",
    );
    check(|one| twice(one, "/online/pages/1/fields"), "online.pages.1.fields", "asked twice");
    check(
        |one| set(one, "/online/pages/0/fields/0", "registrations".into()),
        "online.pages.0.fields",
        "page of its own",
    );
    check(|one| set(one, "/online/pages/1/fields", json!([])), "online.pages", "is on no page");
    let own = |one: &mut Value| {
        let area = one["online"]["schema"]["properties"]["area"].clone();
        put(one, "/online/schema/properties", "registrations", area);
    };
    check(own, "online.schema.properties.registrations", "is the name of the question");
    let divides = |one: &mut Value| {
        let ratio = json!({ "type": "integer", "title": "Razón", "readOnly": true, "x-formula": "area / (1 - 1)" });
        put(one, "/online/schema/properties", "ratio", ratio);
    };
    check(divides, "online.schema.properties.ratio.x-formula", "divides by zero");
    check(
        |one| set(one, "/online/schema/properties/area/type", "size".into()),
        "online.schema.properties.area.type",
        "must be",
    );
    check(|one| put(one, "/online/schema", "colour", true.into()), "online.schema.colour", "no keyword");
}

#[test]
fn what_is_applied_for_that_does_not_hold_together_is_refused() {
    check(|one| set(one, "/online/calendar", "AR-B".into()), "online.calendar", "no place");
    check(|one| set(one, "/online/registrations", json!([])), "online.registrations", "nothing to apply for");
    check(|one| twice(one, "/online/registrations"), "online.registrations.3.code", "twice");
    check(
        |one| set(one, "/online/registrations/2/code", "files".into()),
        "online.registrations.2.code",
        "word of addresses",
    );
    check(
        |one| set(one, "/online/registrations/1/needs/0", "nothing".into()),
        "online.registrations.1.needs",
        "no registration",
    );
    check(
        |one| put(one, "/online/registrations/0", "needs", json!(["bebidas"])),
        "online.registrations.0.needs",
        "waits for itself",
    );
    check(|one| put(one, "/online/registrations/2", "when", UNKNOWN()), "online.registrations.2.when", "no field");
    check(|one| twice(one, "/online/registrations/0/steps"), "online.registrations.0.steps.3.code", "twice");
    check(
        |one| set(one, "/online/registrations/0/steps/0/working-days", 251.into()),
        "online.registrations.0.steps.0.working-days",
        "251 is more",
    );
    check(
        |one| set(one, "/online/registrations/0/steps/0/role", "evaluator".into()),
        "online.registrations.0.steps.0.role",
        "no step waits for it",
    );
    check(
        |one| put(one, "/online/registrations/0/steps/0", "when", UNKNOWN()),
        "online.registrations.0.steps.0.when",
        "no field",
    );
    let by_hand = |one: &mut Value| {
        set(one, "/online/registrations/0/result/made", "by-hand".into());
        set(one, "/online/registrations/0/steps", json!([]));
    };
    check(by_hand, "online.registrations.0.result", "made by hand");
    let conditional = |one: &mut Value| {
        set(one, "/online/registrations/0/result/made", "by-hand".into());
        put(one, "/online/registrations/0/steps/2", "when", json!({ "field": "music", "is": true }));
    };
    check(conditional, "online.registrations.0.result", "made by hand");
    check(
        |one| set(one, "/online/registrations/0/result/made/of-text/es", "{nowhere}".into()),
        "online.registrations.0.result.made.of-text.es",
        "nowhere is no field",
    );
    let never = |one: &mut Value| {
        for registration in one["online"]["registrations"].as_array_mut().unwrap() {
            registration["need"] = "optional".into();
            registration["when"] = json!({ "field": "music", "is": true });
        }
    };
    check(never, "online.registrations", "all conditional");
}

#[test]
fn fees_that_do_not_hold_together_are_refused() {
    check(|one| twice(one, "/online/fees"), "online.fees.5.code", "twice");
    check(|one| set(one, "/online/fees/0/amount", json!({ "fixed": 0 })), "online.fees.0.amount", "is nothing");
    check(
        |one| set(one, "/online/fees/0/amount", json!({ "field": "area" })),
        "online.fees.0.amount",
        "no field of money",
    );
    check(
        |one| set(one, "/online/fees/0/amount", json!({ "field": "x" })),
        "online.fees.0.amount",
        "no field of money",
    );
    check(
        |one| put(one, "/online/fees/0", "registration", "x".into()),
        "online.fees.0.registration",
        "no registration",
    );
    check(|one| put(one, "/online/fees/0", "when", UNKNOWN()), "online.fees.0.when", "no field");
}

#[test]
fn what_a_schema_refuses_is_said_in_spanish_and_in_english() {
    let mut value = value(LICENCE);
    put(&mut value, "/online/documents/0", "when", UNKNOWN());
    let definition = Definition::read(&value.to_string()).expect("it reads");
    let problems = publication::check(&definition, &registers()).expect_err("it is wrong");
    let problem = problems.iter().next().expect("a problem");
    let said = |language| (problem.said(language).value, problem.said(language).language);
    let spanish = "depende de `nowhere`, que no es ninguna de las preguntas";
    assert_eq!(said(Language::Spanish), (spanish.to_owned(), "es".to_owned()));
    assert_eq!(said(Language::Aymara), said(Language::Spanish));
    assert_eq!(said(Language::English), ("asks about `nowhere`, which is no field".to_owned(), "en".to_owned()));
}

#[test]
fn what_a_register_holds_is_not_asked_for() {
    let properties = "online.schema.properties";
    check(
        |one| put(one, "/online/schema/properties/given_names", "x-source", "police".into()),
        &format!("{properties}.given_names.x-source"),
        "no connected register",
    );
    check(
        |one| put(one, "/online/schema/properties/given_names", "x-concept", "vehicle.plate".into()),
        &format!("{properties}.given_names.x-concept"),
        "does not hold",
    );
    let without = |one: &mut Value| {
        one["online"]["schema"]["properties"]["trade_name"].as_object_mut().unwrap().remove("x-concept");
    };
    check(without, &format!("{properties}.trade_name.x-concept"), "is missing");
    check(
        |one| put(one, "/online/schema/properties/trade_name", "x-concept", "star.sign".into()),
        &format!("{properties}.trade_name.x-concept"),
        "no concept",
    );
    // By its concept, whatever it is called.
    check(
        |one| put(one, "/online/schema/properties/trade_name", "x-concept", "company.legal-name".into()),
        &format!("{properties}.trade_name"),
        common::COMPANIES,
    );
    // By what it is called, whatever its concept, in either language.
    check(
        |one| put(one, "/online/schema/properties/trade_name", "title", "¿Cuál es su FECHA DE NACIMIENTO?".into()),
        &format!("{properties}.trade_name"),
        "person.birth-date",
    );
    check(
        |one| {
            put(
                one,
                "/online/schema/properties/trade_name",
                "x-translations",
                json!({ "en": { "title": "Date of birth" } }),
            )
        },
        &format!("{properties}.trade_name"),
        "person.birth-date",
    );
}

#[test]
fn a_document_that_a_register_could_say_is_not_asked_for() {
    check(
        |one| put(one, "/online/documents/0", "concept", "person.birth-date".into()),
        "online.documents.0",
        "which Registro de identificación holds",
    );
    check(
        |one| set(one, "/online/documents/0/title", json!({ "es": "Copia de su cédula de identidad" })),
        "online.documents.0",
        "person.document-number",
    );
}

#[test]
fn a_procedure_that_is_not_done_online_is_an_entry_alone() {
    let mut definition = Definition::read(&text(LICENCE)).expect("it reads");
    definition.online = None;
    assert_eq!(publication::check(&definition, &registers()), Ok(()));
    let problems = Procedure::read(definition, 1).expect_err("there is nothing to fill in");
    assert_eq!(problems.to_string(), "online is missing: this procedure is not done online");
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let mut value = value(LICENCE);
    set(&mut value, "/entry/sector", "sector".into());
    set(&mut value, "/online/schema/properties/area/type", "size".into());
    set(&mut value, "/online/calendar", "AR-B".into());
    let definition = Definition::read(&value.to_string()).expect("it reads");
    let problems = Procedure::read(definition, 1).expect_err("it does not hold together");
    let places: Vec<&str> = problems.iter().map(|problem| problem.at.as_str()).collect();
    for at in ["entry.sector", "online.schema.properties.area.type", "online.calendar"] {
        assert!(places.contains(&at), "{at}: {places:?}");
    }
}
