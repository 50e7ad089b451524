//! What the register does, whichever way it runs: as plain Rust, as a component, or as its twin in another language.
//!
//! Each function begins with a host in which nothing is installed.

use sdk::harness::{Behaviour, Call, Host, Installation, NoAnswer, Outcome};
use sdk::json::{Value, json};
use sdk::{Answer, Failure, Method};

/// The subsystem that the register is installed for.
pub const SUBSYSTEM: &str = "CK/GOB/100/registry";
/// Its service.
pub const PEOPLE: &str = "CK/GOB/100/registry/people";

/// Every test of this suite, by its name.
pub const SUITE: &[Behaviour] = sdk::suite![
    a_kept_person_is_found_by_number,
    an_unknown_person_is_a_failure,
    every_wrong_field_is_named_and_nothing_is_kept,
    persons_are_found_by_the_beginning_of_a_name_page_by_page,
    a_person_who_changes_her_name_is_found_by_the_new_one,
    whoever_has_several_words_that_fit_is_listed_once,
    names_are_texts,
    a_long_text_of_a_caller_finds_nobody,
    what_the_service_does_not_offer_is_not_found,
];

/// Installs the register.
pub fn install(host: &mut dyn Host) {
    host.install(Installation::of("register", SUBSYSTEM));
}

/// Keeps a person.
pub fn keep(host: &mut dyn Host, id: &str, given_names: &str, family_names: &str) -> Result<Answer, NoAnswer> {
    let person = json!({ "given-names": given_names, "family-names": family_names, "born": "1990-12-31" });
    host.call(Call::new(Method::Put, PEOPLE, &format!("/people/{id}")).json(&person))
}

/// A person who was kept is found by number, as she was last kept.
pub fn a_kept_person_is_found_by_number(host: &mut dyn Host) {
    install(host);
    assert_eq!(keep(host, "1234567", "Ana", "Mamani").map(|answer| answer.status), Ok(201));
    assert_eq!(keep(host, "1234567", " Ana  María", "Mamani").map(|answer| answer.status), Ok(200));
    let expected =
        json!({ "id": "1234567", "given-names": "Ana María", "family-names": "Mamani", "born": "1990-12-31" });
    assert_eq!(asked(host, "/people/1234567"), expected);
}

/// Nobody is made up.
pub fn an_unknown_person_is_a_failure(host: &mut dyn Host) {
    install(host);
    let failure = host.call(Call::get(PEOPLE, "/people/7")).failure();
    assert_eq!(failure, Failure::NotFound("no person has the number 7".to_owned()));
}

/// A caller learns of all that is wrong at once.
pub fn every_wrong_field_is_named_and_nothing_is_kept(host: &mut dyn Host) {
    install(host);
    let wrong = json!({ "given-names": " ", "family-names": "x".repeat(101), "born": "1990-02-30" });
    let failure = host.call(Call::new(Method::Put, PEOPLE, "/people/7").json(&wrong)).failure();
    let Failure::Invalid(errors) = failure else { panic!("expected wrong fields, got {failure:?}") };
    let named: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code.as_str())).collect();
    assert_eq!(named, [("given-names", "required"), ("family-names", "length"), ("born", "date")]);
    assert!(host.call(Call::get(PEOPLE, "/people/7")).is_err());

    for (method, path, field) in [
        (Method::Put, "/people/ab", "id"),
        (Method::Get, "/people?name=", "name"),
        (Method::Get, "/people?name=a&limit=0", "limit"),
    ] {
        let failure = host.call(Call::new(method, PEOPLE, path).json(&json!({}))).failure();
        assert!(matches!(&failure, Failure::Invalid(errors) if errors[0].field == field), "{path}: {failure:?}");
    }
}

/// Case and accents do not matter, and pages hold everybody once.
pub fn persons_are_found_by_the_beginning_of_a_name_page_by_page(host: &mut dyn Host) {
    install(host);
    for (id, given, family) in
        [("1", "José", "Quispe"), ("2", "Ana", "Josefa"), ("3", "Joseba", "Ortiz"), ("4", "Luz", "Quispe")]
    {
        keep(host, id, given, family).expect("a valid person");
    }
    let (mut found, mut cursor) = (Vec::new(), String::new());
    for _ in 0..3 {
        let page = asked(host, &format!("/people?name=JOS%C3%A9&limit=1{cursor}"));
        found.extend(page["items"].as_array().expect("a list").iter().map(|person| person["id"].clone()));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(found, ["1", "3", "2"]);
}

/// Also where a word begins another, and across pages.
pub fn whoever_has_several_words_that_fit_is_listed_once(host: &mut dyn Host) {
    install(host);
    for (id, given, family) in [("1", "José Josefa", "Josa"), ("2", "Josué", "Jos")] {
        keep(host, id, given, family).expect("a valid person");
    }
    for limit in [1, 2, 100] {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        for _ in 0..10 {
            let page = asked(host, &format!("/people?name=jos&limit={limit}{cursor}"));
            found.extend(page["items"].as_array().expect("a list").iter().map(|person| person["id"].clone()));
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(found, ["2", "1"], "{limit} a page");
    }
}

/// A name that is none is refused, and spoils no search.
pub fn names_are_texts(host: &mut dyn Host) {
    install(host);
    keep(host, "1", "Ana", "Mamani").expect("a valid person");
    let control = keep(host, "2", "A\0na", "Mamani").failure();
    assert!(matches!(&control, Failure::Invalid(errors) if errors[0].field == "given-names"), "{control:?}");
    let half = r#"{ "given-names": "\ud800", "family-names": "Mamani", "born": "1990-12-31" }"#;
    let put = Call::new(Method::Put, PEOPLE, "/people/3");
    let refused = host.call(Call { body: half.into(), ..put }).failure();
    assert!(matches!(refused, Failure::Invalid(_)), "{refused:?}");
    assert_eq!(asked(host, "/people?name=mamani")["items"].as_array().map(Vec::len), Some(1));
}

/// It is longer than any key, and no fault of the register's.
pub fn a_long_text_of_a_caller_finds_nobody(host: &mut dyn Host) {
    install(host);
    keep(host, "1", "Ana", "Mamani").expect("a valid person");
    let long = "a".repeat(3_000);
    assert_eq!(asked(host, &format!("/people?name={long}"))["items"], json!([]));
    assert_eq!(asked(host, &format!("/people?name=a&cursor={long}"))["items"], json!([]));
}

/// An old name finds nobody.
pub fn a_person_who_changes_her_name_is_found_by_the_new_one(host: &mut dyn Host) {
    install(host);
    keep(host, "1", "Ana", "Mamani").expect("a valid person");
    keep(host, "1", "Ana", "Choque").expect("a valid person");
    assert_eq!(asked(host, "/people?name=mamani")["items"], json!([]));
    assert_eq!(asked(host, "/people?name=choque")["items"][0]["id"], "1");
}

/// Other paths and methods are not found.
pub fn what_the_service_does_not_offer_is_not_found(host: &mut dyn Host) {
    install(host);
    for call in [Call::get(PEOPLE, "/"), Call::new(Method::Delete, PEOPLE, "/people/1")] {
        let failure = host.call(call).failure();
        assert!(matches!(failure, Failure::NotFound(_)), "{failure:?}");
    }
}

fn asked(host: &mut dyn Host, path: &str) -> Value {
    let answer = host.call(Call::get(PEOPLE, path)).expect("an answer");
    assert_eq!(answer.status, 200);
    answer.read().expect("JSON")
}
