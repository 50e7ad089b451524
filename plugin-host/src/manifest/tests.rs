use super::*;
use proptest::prelude::*;
use std::time::Duration;

const SMALL: &str = "[plugin]\nname = 'p'\nversion = '1.0.0'\ncontract = '0.1'\ntitle = { es = 'P' }\n";

const WHOLE: &str = include_str!("tests/whole.toml");

fn read(text: &str) -> Manifest {
    text.parse().unwrap_or_else(|error| panic!("{error:?}"))
}

/// What the refusal of a small manifest with these lines says.
fn refusal(lines: &str) -> String {
    let error = format!("{SMALL}{lines}").parse::<Manifest>().expect_err(lines);
    let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
    format!("{error}\n{cause}")
}

fn check(lines: &str, expected: &[&str]) {
    let refusal = refusal(lines);
    for words in expected {
        assert!(refusal.contains(words), "{lines}\nsays: {refusal}\nnot: {words}");
    }
}

#[test]
fn fills_in_what_a_small_manifest_leaves_out() {
    let manifest = read(SMALL);
    assert_eq!(manifest.name().as_str(), "p");
    assert_eq!(manifest.contract(), Contract::V0_1);
    assert_eq!(manifest.data_version(), 1);
    assert_eq!(*manifest.limits(), Limits::DEFAULT);
    assert_eq!(manifest.capabilities().count(), 0);
    assert!(manifest.services().is_empty() && manifest.web().is_none());
}

#[test]
fn reads_every_key() {
    let manifest = read(WHOLE);
    assert_eq!(manifest.version(), &Version::new(1, 2, 0));
    assert_eq!(manifest.data_version(), 3);
    assert_eq!(manifest.title()["qu"], "Runa qillqana");
    assert_eq!(manifest.limits().memory_bytes(), 32 * 1024 * 1024);
    assert_eq!(manifest.limits().time(), Duration::from_millis(1500));
    assert_eq!(manifest.limits().storage_bytes(), 1 << 30);
    assert_eq!((manifest.limits().calls_per_second(), manifest.limits().concurrent_calls()), (50, 8));
    assert_eq!(manifest.services()[0].code().as_str(), "personas");
    assert_eq!(manifest.services()[0].openapi().as_str(), "openapi/personas.yaml");
    assert_eq!(manifest.subscriptions()[0].publisher().as_str(), "cases");
    let web = manifest.web().expect("pages");
    assert_eq!(web.pages()[1].route().as_str(), "/cases/{id}");
    assert_eq!(*web.pages()[1].access(), Access::Anyone);
    assert_eq!(*web.pages()[2].access(), Access::Citizen(Assurance::Substantial));
    assert_eq!(web.pages()[2].uploads().map(Uploads::largest_bytes), Some(10 << 20));
    let Access::Staff(roles) = web.pages()[3].access() else { panic!("not for staff") };
    assert_eq!(roles.iter().map(Name::as_str).collect::<Vec<_>>(), ["operator", "supervisor"]);
    assert_eq!(web.pages()[3].scripts(), ScriptPower::WebAssembly);
    let secrecy: Vec<_> = web.pages().iter().map(Pages::secrecy).collect();
    assert_eq!(secrecy, [Secrecy::Ordinary, Secrecy::Ordinary, Secrecy::Ordinary, Secrecy::Confidential]);
    assert_eq!(manifest.services()[0].secrecy(), Secrecy::Confidential);
    assert_eq!((web.styles()[0].as_str(), web.scripts()[0].as_str()), ("cases.css", "map.js"));
    assert_eq!((web.links()[0].path(), web.links()[0].title()["en"].as_str()), ("/mine", "My cases"));
    assert_eq!(manifest.capabilities().count(), Capability::ALL.len());
}

#[test]
fn knows_the_scope_of_each_capability() {
    let manifest = read(WHOLE);
    let outbox = manifest.requests(Capability::Outbox).unwrap();
    let services: Vec<String> = outbox.services().iter().map(ToString::to_string).collect();
    assert_eq!(services, ["BO/GOV/1002/cases/notices", "config:notices-service"]);
    assert_eq!(outbox.topics()[0].as_str(), "person.changed");
    assert_eq!(manifest.requests(Capability::Config).unwrap().optional()[0].as_str(), "register-service");
    assert_eq!(manifest.requests(Capability::Secrets).unwrap().names()[0].as_str(), "mail-password");
    assert_eq!(manifest.requests(Capability::Kv), Some(&Scope::default()));
    assert_eq!(read(SMALL).requests(Capability::Kv), None);
}

#[test]
fn names_capabilities_as_the_contract_does() {
    let contract = include_str!("../../../sdk/wit/worlds.wit");
    let host = contract.split("world plugin").next().unwrap();
    let imports: Vec<&str> =
        host.lines().filter_map(|line| line.trim().strip_prefix("import ")?.strip_suffix(';')).collect();
    assert_eq!(imports, Capability::ALL.map(Capability::key));
    for capability in Capability::ALL {
        assert_eq!(Capability::named(capability.name()), Some(capability));
    }
    assert_eq!(Capability::named("kv"), None);
}

#[test]
fn knows_when_a_schedule_comes_next() {
    let manifest = read(WHOLE);
    let nightly = &manifest.schedules()[0];
    let next = nightly.next_after("2026-11-26T12:00:00Z".parse().unwrap());
    assert_eq!(next, Some("2026-11-27T06:30:00Z".parse().unwrap()), "La Paz is four hours behind");
    assert_eq!(nightly.next_after(next.unwrap()), Some("2026-11-28T06:30:00Z".parse().unwrap()));
}

#[test]
fn lets_an_administrator_narrow_limits() {
    let limits = *read(WHOLE).limits();
    let narrowed = |toml: &str| limits.narrowed(&toml::from_str(toml).unwrap());
    assert_eq!(narrowed("").unwrap(), limits);
    let both = narrowed("memory = '8 MiB'\ncalls-per-second = 5").unwrap();
    assert_eq!((both.memory_bytes(), both.calls_per_second()), (8 << 20, 5));
    assert_eq!(both.time(), limits.time());
}

#[test]
fn keeps_an_administrator_from_widening_limits() {
    let limits = *read(WHOLE).limits();
    for wider in
        ["memory = '33 MiB'", "time = '2 s'", "storage = '2 GiB'", "calls-per-second = 51", "concurrent-calls = 9"]
    {
        assert!(limits.narrowed(&toml::from_str(wider).unwrap()).is_err(), "{wider}");
    }
}

#[test]
fn refuses_what_is_no_manifest() {
    check("x", &["not a document of its form", "line 6"]);
    check("[extra]", &["unknown field `extra`"]);
    check("[limits]\ncpu = 1", &["unknown field `cpu`"]);
    check("[capabilities]\nsockets = {}", &["unknown field `sockets`"]);
    check("[capabilities]\nkv = { all = true }", &["unknown field `all`"]);
    check("[capabilities]\nexchange = {}", &["missing field `services`"]);
    check("[[service]]\ncode = 'a'", &["missing field `openapi`"]);
    assert!("".parse::<Manifest>().is_err());
    let long = format!("{SMALL}#{}", "x".repeat(Manifest::MAX_BYTES));
    assert!(matches!(long.parse::<Manifest>(), Err(ManifestError::TooLarge { .. })));
}

#[test]
fn refuses_wrong_values_of_the_plugin() {
    let with = |key: &str, value: &str| -> String {
        let kept = SMALL.lines().filter(|line| !line.starts_with(key)).collect::<Vec<_>>().join("\n");
        let error = format!("{kept}\n{key} = {value}\n").parse::<Manifest>().expect_err(value);
        assert!(error.to_string().contains(&format!("[plugin] {key}")), "{error}");
        error.to_string()
    };
    for name in ["''", "'P'", "'1p'", "'a_b'", "'a-'", "'a.b'", "'ñ'"] {
        assert!(with("name", name).contains("a plugin's name is"));
    }
    with("name", &format!("'{}'", "a".repeat(64)));
    for version in ["'1.0'", "'v1.0.0'", "''", &format!("'1.0.0-{}'", "a".repeat(60))] {
        assert!(with("version", version).contains("three numbers"));
    }
    assert!(with("contract", "'0.2'").contains("is \"0.2\", but this host offers the contract \"0.1\""));
    assert!(with("data-version", "0").contains("counted from 1"));
    assert!(with("title", "{ en = 'P' }").contains("add es"));
    assert!(with("title", "{ es = 'P', english = 'P' }").contains("is \"english\""));
    for title in ["''", "' P'", "\"a\\nb\"", &format!("'{}'", "a".repeat(101))] {
        with("title", &format!("{{ es = {title} }}"));
    }
    let many: String = (0..32).map(|n| format!("es-{n:02}{n:02} = 'P', ")).collect();
    assert!(with("title", &format!("{{ {many} es = 'P' }}")).contains("a list of 33"));
}

#[test]
fn refuses_limits_out_of_bounds() {
    for (line, found) in [
        ("memory = '65 MiB'", "1 MiB to 64 MiB"),
        ("memory = '0 MiB'", "\"0 MiB\""),
        ("memory = '16 MB'", "\"16 MB\""),
        ("memory = '-1 MiB'", "\"-1 MiB\""),
        ("memory = '99999999999999999999 MiB'", "memory"),
        ("memory = '18446744073709551615 GiB'", "memory"),
        ("time = '31 s'", "1 ms to 30 s"),
        ("time = '0 ms'", "time"),
        ("time = '1 h'", "time"),
        ("storage = '1025 GiB'", "1 MiB to 1024 GiB"),
        ("calls-per-second = 0", "is 0"),
        ("calls-per-second = 100001", "1 to 100000"),
        ("concurrent-calls = 513", "1 to 512"),
    ] {
        check(&format!("[limits]\n{line}"), &["[limits] ", found, "write a"]);
    }
}

#[test]
fn refuses_services_that_cannot_be_offered() {
    let service = |code: &str, openapi: &str| format!("[[service]]\ncode = '{code}'\nopenapi = '{openapi}'\n");
    check(&service("listMethods", "a.yaml"), &["[[service]] 1, code", "metaservice"]);
    check(&service("a/b", "a.yaml"), &["[[service]] 1, code", "a service code has"]);
    check(&(service("a", "a.yaml") + &service("a", "b.yaml")), &["[[service]] 2, code", "has a table already"]);
    for path in ["", "/a.yaml", "../a.yaml", "a//b", "A.yaml", "a\\b", "./a", "plugin.toml", &"a".repeat(101)] {
        check(&service("a", path), &["[[service]] 1, openapi", "openapi/personas.yaml"]);
    }
    let many: String = (0..65).map(|n| service(&format!("s{n}"), "a.yaml")).collect();
    check(&many, &["[[service]]", "a list of 65"]);
}

#[test]
fn refuses_scopes_that_are_none() {
    for (line, key, words) in [
        ("outbox = {}", "outbox.services", "grants nothing"),
        ("exchange = { services = [] }", "exchange.services", "grants nothing"),
        ("config = { keys = [] }", "config.keys", "grants nothing"),
        ("config = { keys = ['a'], optional = ['b'] }", "config.optional, item 1", "not among the keys"),
        ("config = { keys = ['a'], optional = ['a', 'a'] }", "config.optional, item 2", "already"),
        ("secrets = { names = ['A'] }", "secrets.names, item 1", "\"A\""),
        ("search = { indexes = ['a', 'a'] }", "search.indexes, item 2", "already"),
        ("crypto = { keys = [''] }", "crypto.keys, item 1", "a name is"),
        ("outbox = { topics = ['a b'] }", "outbox.topics, item 1", "a name is"),
        ("exchange = { services = ['BO/GOV/1/s'] }", "exchange.services, item 1", "instance/class"),
        ("exchange = { services = ['config:k'] }", "exchange.services, item 1", "not among the keys"),
        ("exchange = { services = ['B/G/1/s/x', 'B/G/1/s/x'] }", "exchange.services, item 2", "already"),
    ] {
        check(&format!("[capabilities]\n{line}"), &["[capabilities] ", key, words]);
    }
    let many: Vec<String> = (0..65).map(|n| format!("'k{n}'")).collect();
    check(&format!("[capabilities]\nconfig = {{ keys = [{}] }}", many.join(",")), &["config.keys", "a list of 65"]);
}

#[test]
fn refuses_events_that_never_come() {
    let cron = |name: &str, schedule: &str, zone: &str| {
        format!("[[cron]]\nname = '{name}'\nschedule = '{schedule}'\ntime-zone = '{zone}'\n")
    };
    for schedule in ["", "* * * *", "* * * * * *", "60 * * * *", "* * * * * UTC", "*  * * * *", "H * * * *", "@daily"] {
        check(&cron("a", schedule, "UTC"), &["[[cron]] 1, schedule", "a schedule is minute"]);
    }
    check(&cron("a", "0 0 30 2 *", "UTC"), &["[[cron]] 1, schedule", "at least once"]);
    for zone in ["", "La Paz", "+04:00", "america/la_paz", "America/Nowhere"] {
        check(&cron("a", "* * * * *", zone), &["[[cron]] 1, time-zone", "IANA"]);
    }
    check(&(cron("a", "* * * * *", "UTC") + &cron("a", "* * * * *", "UTC")), &["[[cron]] 2, name"]);
    let subscription = "[[subscription]]\ntopic = 'a'\npublisher = 'p'\n";
    check(&subscription.repeat(2), &["[[subscription]] 2, topic", "already"]);
    check("[[subscription]]\ntopic = 'A'\npublisher = 'p'\n", &["[[subscription]] 1, topic"]);
    check("[[subscription]]\ntopic = 'a'\npublisher = 'P'\n", &["[[subscription]] 1, publisher"]);
}

#[test]
fn refuses_routes_that_fit_nothing_or_the_same() {
    check("[web]\nroutes = []", &["[web] routes", "an empty list"]);
    for route in ["", "cases", "/a//b", "/a/", "/..", "/{}", "/{A}", "/{a}/{a}", "/a b", "/a{b}", "/%41", "/*"] {
        check(&format!("[web]\nroutes = ['/', '{route}']"), &["[web] routes, item 2", "a route begins"]);
    }
    check("[web]\nroutes = ['/a/{b}', '/a/{c}']", &["[web] routes, item 2", "fits the same paths"]);
}

#[test]
fn cuts_and_escapes_what_it_quotes() {
    let refusal = refusal(&format!("[limits]\nmemory = \"\\n{}\"", "x".repeat(500)));
    assert!(refusal.contains("\"\\nxxx") && refusal.len() < 400, "{refusal}");
}

proptest! {
    #[test]
    fn writes_quantities_as_it_reads_them(size in 0..=u64::MAX, milliseconds in 0..=10_000_000_u64) {
        prop_assert_eq!(quantity::bytes(&quantity::bytes_text(size)), Some(size));
        let duration = Duration::from_millis(milliseconds);
        prop_assert_eq!(quantity::duration(&quantity::duration_text(duration)), Some(duration));
    }

    #[test]
    fn reads_names_back(text in "[a-z][a-z0-9._-]{0,62}") {
        prop_assert_eq!(text.parse::<Name>().map(|name| name.to_string()), Ok(text.clone()));
        let is_plugin = !text.contains(['.', '_']) && !text.ends_with('-');
        prop_assert_eq!(text.parse::<PluginName>().is_ok(), is_plugin);
    }

    #[test]
    fn survives_any_text(text in "\\PC{0,200}") {
        let _ = text.parse::<Manifest>();
        let _ = format!("{SMALL}{text}").parse::<Manifest>();
    }
}

#[test]
fn refuses_pages_that_nobody_could_mean() {
    let route = |more: &str| format!("[[web.route]]\npath = '/a'\n{more}");
    for (lines, words) in [
        (route("access = 'everyone'"), "access is \"anyone\", \"citizen\" or \"staff\""),
        (route("assurance = 'low'"), "an assurance is asked of citizens"),
        (route("access = 'citizen'\nassurance = 'some'"), "an assurance is \"low\""),
        (route("access = 'citizen'\nroles = ['clerk']"), "roles are what staff have"),
        (route("access = 'staff'\nroles = ['Clerk']"), "a name is a lower-case letter"),
        (route("uploads = { largest = '2 GiB', types = ['image/png'] }"), "the largest file has 1 B to 1 GiB"),
        (route("uploads = { largest = '1 MiB', types = [] }"), "uploads have types"),
        (route("uploads = { largest = '1 MiB', types = ['text/html'] }"), "the host knows the types"),
        (route("scripts = 'eval'"), "scripts are \"plain\" or \"web-assembly\""),
        ("[web]\nroutes = ['/-/mine']".to_owned(), "paths below /-/ are the host's"),
        ("[web]\nroutes = ['/a']\n[[web.route]]\npath = '/a'".to_owned(), "another route fits the same paths"),
        (
            "[web]\nroutes = ['/a']\n[[web.link]]\npath = '/{a}'\ntitle = { es = 'A' }".to_owned(),
            "a link leads to one path",
        ),
        ("[web]\nroutes = ['/a']\n[[web.link]]\npath = '/a'\ntitle = { en = 'A' }".to_owned(), "a title in Spanish"),
        ("[web]\nroutes = ['/a']\nstyles = ['a.js']".to_owned(), "ends with .css"),
        ("[web]\nroutes = ['/a']\nscripts = ['../a.js']".to_owned(), "ends with .js"),
        ("[web]\nroutes = ['/a']\nredirects = ['http://a.example']".to_owned(), "an origin is https://"),
        ("[web]\nroutes = ['/a']\nredirects = ['https://a.example/b']".to_owned(), "an origin is https://"),
    ] {
        check(&lines, &[words]);
    }
}
