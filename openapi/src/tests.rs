//! Tests of importing a document.

use super::*;
use proptest::prelude::*;
use std::error::Error;

const YAML: &str = "\
# Registro civil — ñandú
openapi: 3.0.3
info:
  title: Personas
servers:
- url: https://10.0.0.7:9001/api
  description: |
    inside

# what can be called
paths:
  /personas/{id}:
    parameters: []
    get: {responses: {200: {description: ok}}}
    put: {}
  /personas: {post: {}}
  x-note: none
";

const JSON: &str = r#"{"openapi":"3.1.0","info":{"title":"Personas"},
  "servers": [ {"url":"https://10.0.0.7:9001/api"} ],
  "paths":{"/personas/{id}":{"get":{},"put":{}},"/personas":{"post":{}}}}"#;

fn import(text: &str) -> Result<Description, ImportError> {
    Description::import(text.as_bytes())
}

fn check(text: &str) -> String {
    let error = import(text).expect_err("refused");
    let mut chain = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        chain = format!("{chain}: {error}");
        source = error.source();
    }
    chain
}

fn paths(paths: &str) -> Result<Vec<String>, ImportError> {
    let description = import(&format!(r#"{{"openapi":"3.0.0","paths":{paths}}}"#))?;
    Ok(description.endpoints().iter().map(ToString::to_string).collect())
}

fn service() -> ServiceId {
    "BO/GOV/1001/registro%20civil/personas".parse().unwrap()
}

#[test]
fn reads_endpoints_from_both_formats() {
    for (text, format, version) in [(YAML, Format::Yaml, "3.0.3"), (JSON, Format::Json, "3.1.0")] {
        let description = import(text).unwrap();
        let endpoints: Vec<String> = description.endpoints().iter().map(ToString::to_string).collect();
        assert_eq!(endpoints, ["GET /personas/*", "POST /personas", "PUT /personas/*"]);
        assert_eq!((description.format(), description.version(), description.title()), (format, version, "Personas"));
        assert_eq!(description.text(), text);
    }
}

#[test]
fn consumers_get_the_same_bytes_with_the_service_as_the_only_server() {
    let yaml = import(YAML).unwrap().for_consumers_of(&service());
    let servers = "- url: https://10.0.0.7:9001/api\n  description: |\n    inside";
    assert_eq!(
        yaml,
        YAML.replace(&format!("\n{servers}"), r#" [{"url": "/r1/BO/GOV/1001/registro%20civil/personas"}]"#)
    );
    let json = import(JSON).unwrap().for_consumers_of(&service());
    let servers = r#"[ {"url":"https://10.0.0.7:9001/api"} ]"#;
    assert_eq!(json, JSON.replace(servers, r#"[{"url": "/r1/BO/GOV/1001/registro%20civil/personas"}]"#));
}

#[test]
fn a_document_without_servers_gets_one() {
    let check = |text: &str| {
        let out = import(text).unwrap().for_consumers_of(&service());
        let again = import(&out).unwrap();
        assert_eq!(again.for_consumers_of(&service()), out);
        assert!(out.contains("registro%20civil/personas"));
        out
    };
    assert_eq!(
        check("# c\n---\nopenapi: 3.0.0\npaths: {}\n"),
        "# c\n---\nservers: [{\"url\": \"/r1/BO/GOV/1001/registro%20civil/personas\"}]\nopenapi: 3.0.0\npaths: {}\n"
    );
    check("  openapi: 3.0.0\r\n  paths: {}\r\n");
    check(r#" {"openapi":"3.0.0"}"#);
    check("openapi: 3.0.0");
}

#[test]
fn servers_are_replaced_however_they_are_written() {
    for servers in [
        "servers: [{url: http://10.0.0.7/}]",
        "servers: []",
        "servers:",
        "servers: ~ # none",
        "servers:\n    - url: http://10.0.0.7/ # here",
        "'servers':\n- url: >\n    http://10.0.0.7/\n\n\n",
        "\"servers\" : [\n {url: http://10.0.0.7/}\n ]",
        "servers: &s\n- url: http://10.0.0.7/",
        "servers: # the inside\n  - {url: http://10.0.0.7/, variables: {a: {default: b}}}",
        "servers:\r\n  - url: http://10.0.0.7/\r\n",
    ] {
        for text in [format!("{servers}\nopenapi: 3.0.0\n# ñ\n"), format!("openapi: 3.0.0\n# ñ\n{servers}")] {
            let out = import(&text).unwrap().for_consumers_of(&service());
            assert!(!out.contains("10.0.0.7"), "{text} became {out}");
            assert!(out.contains("# ñ\n") && import(&out).is_ok(), "{text} became {out}");
        }
    }
}

#[test]
fn servers_that_cannot_be_replaced_alone_are_refused() {
    assert!(matches!(import("? servers\n: []\n? openapi\n: 3.0.0\n"), Err(ImportError::Servers)));
    assert!(matches!(import("servers: &s []\nx: *s\nopenapi: 3.0.0\n"), Err(ImportError::Servers)));
    assert!(matches!(import("--- {openapi: 3.0.0}"), Err(ImportError::Servers)));
}

#[test]
fn a_refresh_names_what_came_and_what_went() {
    let newer = import(&YAML.replace("put: {}", "delete: {}")).unwrap();
    let older = import(YAML).unwrap();
    let refresh = older.refresh(&newer);
    let print = |endpoints: &[Endpoint]| endpoints.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        (print(&refresh.added), print(&refresh.removed)),
        (vec!["DELETE /personas/*".to_owned()], vec!["PUT /personas/*".to_owned()])
    );
    assert!(older.refresh(&older).is_empty());
}

#[test]
fn path_templates_become_patterns() {
    let all =
        r#"{"/a/{x}.{y}":{"get":{}},"/b/{x}{y}/c":{"get":{}},"/d%20e/*":{"get":{}},"/f%3F":{"get":{}},"/":{"get":{}}}"#;
    assert_eq!(paths(all).unwrap(), ["GET /", "GET /a/*.*", "GET /b/*/c", r"GET /d e/\*", "GET /f?"]);
}

#[test]
fn a_path_item_may_stand_elsewhere_in_the_document() {
    let text = "openapi: 3.1.0\npaths:\n  /a: {$ref: '#/components/pathItems/~1a~0'}\ncomponents: {pathItems: {/a~: {get: {}}}}\n";
    assert_eq!(import(text).unwrap().endpoints().len(), 1);
    for reference in ["other.yaml#/a", "#/nowhere", "#/paths/~1a"] {
        let path = format!(r#"{{"/a":{{"$ref":"{reference}"}}}}"#);
        assert!(matches!(paths(&path), Err(ImportError::Reference { .. })), "{reference}");
    }
}

#[test]
fn refuses_paths_that_no_right_could_name() {
    for (path, why) in [
        ("a", "does not begin"),
        ("/a?x=1", "has a '?'"),
        ("/a#b", "has a '?'"),
        ("/a%2", "percent-encoding"),
        ("/a%00", "control character"),
        ("/a%5Cb", "backslash"),
        ("/{a", "braces"),
        ("/a}", "braces"),
        ("/{a{b}}", "braces"),
        ("/{a/b}", "braces"),
        ("/a/../b", "'..'"),
    ] {
        let error = check(&format!(r#"{{"openapi":"3.0.0","paths":{{"{path}":{{"get":{{}}}}}}}}"#));
        assert!(error.contains(why), "{path}: {error}");
    }
}

#[test]
fn refuses_what_is_no_openapi_document() {
    assert!(check("swagger: '2.0'\n").contains("Swagger 2.0 must be converted"));
    assert!(check("openapi: 4.0.0\n").contains("4.0.0"));
    assert!(check("openapi: 3.0\n").contains("\"3.0\""));
    assert!(check("openapi: 3.0.0\npaths: []\n").contains("paths"));
    assert!(check("openapi: 3.0.0\npaths: {/a: 1}\n").contains("\"/a\""));
    assert!(check("{\"openapi\":\"3.0.0\",}").contains("not JSON"));
    assert!(check("{\"openapi\":\"3.0.0\"} x").contains("not JSON"));
    assert!(check("openapi: [").contains("grammar"));
    assert!(check("").contains("no document"));
    assert!(check("openapi: 3.0.0\n---\nopenapi: 3.0.0\n").contains("or several"));
    assert!(matches!(Description::import(b"\xff"), Err(ImportError::NotText)));
}

#[test]
fn refuses_a_key_that_stands_twice() {
    assert!(check(r#"{"openapi":"3.0.0","openapi":"3.0.1"}"#).contains("twice"));
    assert!(check("openapi: 3.0.0\nservers: []\nservers: []\n").contains("twice"));
}

#[test]
fn refuses_a_document_that_is_too_large() {
    let text = format!("openapi: 3.0.0\n# {}", "x".repeat(limits::DOCUMENT_BYTES));
    assert!(matches!(import(&text), Err(ImportError::TooLarge { .. })));
}

#[test]
fn refuses_too_many_endpoints() {
    let all: String = (0..=limits::ENDPOINTS).map(|n| format!("  /{n}: {{get: {{}}}}\n")).collect();
    assert!(matches!(import(&format!("openapi: 3.0.0\npaths:\n{all}")), Err(ImportError::TooManyEndpoints)));
}

#[test]
fn deep_nesting_is_left_at_once() {
    let most = limits::DOCUMENT_BYTES - 64;
    for unit in ["[", "{\"a\":", "[{", "- ", "{a: ", "? ", "&a [", "!t "] {
        for text in
            [format!("{{\"x\":{}", unit.repeat(most / unit.len())), format!("x: {}", unit.repeat(most / unit.len()))]
        {
            assert!(import(&text).is_err());
        }
        let lines = format!("x:\n{}", (0..2000).map(|n| format!("{}{unit}\n", " ".repeat(n + 1))).collect::<String>());
        assert!(import(&lines).is_err());
    }
    let deep = |levels: usize| format!("openapi: 3.0.0\nx: {}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(import(&deep(limits::DEPTH - 1)).is_ok());
    assert!(matches!(import(&deep(limits::DEPTH)), Err(ImportError::Exceeds { what: Bound::Depth })));
    let deep = |levels: usize| format!(r#"{{"openapi":"3.0.0","x":{}{}}}"#, "[".repeat(levels), "]".repeat(levels));
    assert!(import(&deep(limits::DEPTH - 1)).is_ok());
    assert!(matches!(import(&deep(limits::DEPTH)), Err(ImportError::Exceeds { what: Bound::Depth })));
}

#[test]
fn aliases_are_expanded_within_the_bounds() {
    assert!(import("openapi: 3.0.0\na: &a {x: 1}\nb: [*a, *a]\n").is_ok());
    let bomb: String =
        (1..20).map(|n| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(","))).collect();
    let bomb = format!("openapi: 3.0.0\na0: &a0 x\n{bomb}");
    assert!(matches!(import(&bomb), Err(ImportError::Exceeds { what: Bound::Nodes })));
    let deep: String = (1..200).map(|n| format!("a{n}: &a{n} [*a{}]\n", n - 1)).collect();
    let deep = format!("openapi: 3.0.0\na0: &a0 x\n{deep}");
    assert!(matches!(import(&deep), Err(ImportError::Exceeds { what: Bound::Depth })));
    let long = format!("openapi: 3.0.0\na: &a {}\nb: [{}]\n", "x".repeat(1 << 20), vec!["*a"; 20].join(","));
    assert!(matches!(import(&long), Err(ImportError::Exceeds { what: Bound::Text })));
    assert!(check("openapi: 3.0.0\na: &a [*a]\n").contains("within what it repeats"));
}

proptest! {
    #[test]
    fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Description::import(&bytes);
    }

    #[test]
    fn never_panics_on_what_looks_like_a_document(rest in "[\\-a-z:{}\\[\\]&*!|>'\"#\n ,?/%ñ]{0,60}") {
        for text in [format!("openapi: 3.0.0\n{rest}"), format!("{rest}\nopenapi: 3.0.0"), format!("servers: {rest}\nopenapi: 3.0.0")] {
            if let Ok(description) = import(&text) {
                let out = import(&description.for_consumers_of(&service())).unwrap();
                prop_assert_eq!(out.endpoints(), description.endpoints());
            }
        }
    }
}
