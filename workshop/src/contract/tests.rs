//! One kind of break at a time, and what may be added.

use super::*;
use proptest::prelude::*;
use std::path::Path;

const OLD: &str = "package chakana:plugin@0.1.0;
interface types {
    type bytes = list<u8>;
    record caller { id: string, roles: list<string> }
    variant failure { denied(string), gone }
    enum level { low, high }
    flags rights { read, write }
}
interface kv {
    use types.{bytes, caller};
    get: func(key: bytes) -> option<bytes>;
    put: func(key: bytes, value: bytes);
}
interface web {
    use types.{caller, failure};
    handle: func(who: caller) -> result<string, failure>;
}
world plugin { import kv; export web; }
";

fn contract(text: &str) -> Contract {
    Contract::parse(text).unwrap_or_else(|error| panic!("{error:?}\n{text}"))
}

/// What is said of the contract with `from` written as `to`.
fn said(from: &str, to: &str) -> Vec<String> {
    assert!(OLD.contains(from), "{from}");
    breaks(&contract(OLD), &contract(&OLD.replace(from, to))).iter().map(ToString::to_string).collect()
}

#[track_caller]
fn refused(from: &str, to: &str, named: &str) {
    let said = said(from, to);
    assert!(said.iter().any(|line| line.contains(named)), "{from} -> {to}: {said:?}");
}

#[test]
fn what_is_added_beside_what_exists_breaks_nothing() {
    for (from, to) in [
        ("put: func", "count: func(key: bytes) -> u64;\\n    put: func"),
        ("interface web", "interface clock { now: func() -> u64; }\\ninterface web"),
        ("import kv;", "import kv; import types;"),
        ("world plugin", "world small { export web; }\\nworld plugin"),
        ("enum level", "record more { of: level }\\n    enum level"),
        ("@0.1.0", "@0.2.0"),
        ("interface kv {", "/// Keys and values.\\ninterface kv {"),
        ("option<bytes>", "option<list<u8>>"),
    ] {
        assert_eq!(said(from, &to.replace("\\n", "\n")), Vec::<String>::new(), "{from} -> {to}");
    }
}

#[test]
fn refuses_another_package() {
    refused("package chakana:plugin", "package other:plugin", "other:plugin");
}

#[test]
fn refuses_what_was_removed_and_names_it() {
    refused("    put: func(key: bytes, value: bytes);\n", "", "interface kv: function put is not there");
    refused("    enum level { low, high }\n", "", "interface types: type level is not there");
    refused("import kv; ", "", "world plugin: import kv is not there");
    refused("export web; ", "", "world plugin: export web is not there");
    refused("world plugin", "world guest", "world plugin is not there");
    let old = contract(OLD);
    let new = contract(&OLD.replace("interface kv", "interface store").replace("import kv", "import store"));
    assert!(breaks(&old, &new).contains(&Break::Removed { what: "interface kv".to_owned() }));
}

#[test]
fn refuses_functions_with_other_parameters_or_results() {
    refused("put: func(key: bytes, value: bytes)", "put: func(key: bytes)", "function put was");
    refused("put: func(key: bytes, value: bytes)", "put: func(key: bytes, data: bytes)", "function put was");
    refused("put: func(key: bytes, value: bytes)", "put: func(value: bytes, key: bytes)", "function put was");
    refused("put: func(key: bytes, value: bytes)", "put: func(key: string, value: bytes)", "function put was");
    refused("-> option<bytes>", "-> bytes", "function get was");
    refused("value: bytes)", "value: bytes) -> bool", "function put was");
}

#[test]
fn refuses_records_with_other_fields() {
    refused("{ id: string,", "{ id: string, name: string,", "type caller was");
    refused("id: string, ", "", "type caller was");
    refused("id: string, roles: list<string>", "roles: list<string>, id: string", "type caller was");
    refused("id: string", "id: u64", "type caller was");
}

#[test]
fn refuses_variants_enums_and_flags_with_other_or_new_cases() {
    refused("gone }", "gone, late }", "type failure was");
    refused("denied(string), ", "", "type failure was");
    refused("gone }", "gone(string) }", "type failure was");
    refused("low, high", "low, middle, high", "type level was");
    refused("read, write", "read, write, erase", "type rights was");
}

#[test]
fn refuses_what_plugins_that_exist_do_not_export() {
    refused("export web; }", "export web; export kv; }", "world plugin: export kv is new");
    refused("handle: func", "other: func();\n    handle: func", "interface web: function other is new");
}

#[test]
fn the_contract_of_this_checkout_may_take_its_own_place() {
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sdk/wit");
    let contract = Contract::read(&wit).unwrap();
    assert!(contract.interfaces.len() > 10 && contract.worlds.len() > 2);
    assert_eq!(breaks(&contract, &contract), []);
}

#[test]
fn a_folder_without_a_contract_is_refused_by_name() {
    let nothing = tempfile::tempdir().unwrap();
    let refused = Contract::read(nothing.path()).unwrap_err().to_string();
    assert!(refused.contains(nothing.path().to_str().unwrap()), "{refused}");
    assert!(Contract::parse("package a:b; interface {").is_err());
}

/// An interface of some records and functions, by what they are made of.
fn text(fields: &[u8], functions: &[u8]) -> String {
    let types = ["string", "u64", "list<u8>", "option<bool>"];
    let record = |(at, of): (usize, &u8)| format!("record r{at} {{ f: {} }}\n", types[usize::from(of % 4)]);
    let function = |(at, of): (usize, &u8)| format!("f{at}: func(a: {});\n", types[usize::from(of % 4)]);
    let records: String = fields.iter().enumerate().map(record).collect();
    let functions: String = functions.iter().enumerate().map(function).collect();
    format!("package a:b;\ninterface i {{\n{records}{functions}}}\nworld w {{ import i; }}\n")
}

proptest! {
    #[test]
    fn exactly_what_was_removed_or_changed_is_a_break(
        old in (prop::collection::vec(0u8..4, 0..5), prop::collection::vec(0u8..4, 1..5)),
        new in (prop::collection::vec(0u8..4, 0..5), prop::collection::vec(0u8..4, 1..5)),
    ) {
        let differ = |old: &[u8], new: &[u8]| old.iter().enumerate().filter(|(at, of)| new.get(*at) != Some(of)).count();
        let expected = differ(&old.0, &new.0) + differ(&old.1, &new.1);
        let found = breaks(&contract(&text(&old.0, &old.1)), &contract(&text(&new.0, &new.1)));
        prop_assert_eq!(found.len(), expected, "{:?}", found);
    }

    #[test]
    fn no_text_stops_the_check(text in ".{0,60}") {
        let _ = Contract::parse(&text);
        let _ = Contract::parse(&format!("package a:b;\ninterface i {{ {text} }}"));
    }
}

#[test]
fn the_contract_may_take_the_place_of_each_that_was_published() {
    let sdk = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sdk");
    let now = Contract::read(&sdk.join("wit")).expect("the contract");
    let published =
        std::fs::read_dir(sdk.join("published")).expect("a folder").map(|entry| entry.expect("an entry").path());
    let published: Vec<_> = published.collect();
    assert!(!published.is_empty());
    for folder in published {
        assert_eq!(breaks(&Contract::read(&folder).expect("a contract"), &now), [], "{}", folder.display());
    }
}
