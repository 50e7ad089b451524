//! Tests of plugins in a document.

use super::*;

const PACKAGE: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const NEWER: &str = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

fn document() -> String {
    format!(
        r#"
[[client]]
id = "BO/GOV/1/s"
  [[client.plugin]]
  name = "cases"
  package = "{PACKAGE}"
  grants = ["kv", "log", "outbox"]
  config = {{ people-register = "BO/GOV/2/register/people" }}
  secrets = {{ pin = "/etc/chakana/pin" }}
  failed_calls_days = 7
    [client.plugin.limits]
    storage = "64 MiB"
    [client.plugin.trial]
    package = "{NEWER}"
    percent = 10
    [[client.plugin.staff]]
    document = "CI 1234567"
    roles = ["supervisor", "operator"]
  [[client.service]]
  code = "cases"
  plugin = "cases"
    [[client.service.access]]
    subject = "BO/GOV/3/app"
"#
    )
}

/// Checks that a plugin with these lines behind its name and package is refused by `rule`.
fn check_plugin(lines: &str, rule: &str) {
    let plugin = format!("[[client.plugin]]\nname = \"cases\"\npackage = \"{PACKAGE}\"\n{lines}\n");
    check(&plugin, "[[client]] 1 \"BO/GOV/1/s\", [[client.plugin]] 1 \"cases\"", rule);
}

#[test]
fn reads_plugins_and_the_services_that_they_answer() {
    let configuration = read(&document());
    let plugin = configuration.plugin("cases").unwrap();
    assert_eq!((plugin.client().to_string().as_str(), plugin.package().to_string().as_str()), ("BO/GOV/1/s", PACKAGE));
    assert_eq!(plugin.grants().iter().map(|grant| grant.key()).collect::<Vec<_>>(), ["kv", "outbox", "log"]);
    assert_eq!(plugin.config()["people-register"], "BO/GOV/2/register/people");
    assert_eq!(plugin.secrets()["pin"].to_str(), Some("/etc/chakana/pin"));
    assert_eq!(plugin.limits().storage.as_deref(), Some("64 MiB"));
    assert_eq!(plugin.failed_calls_days(), Some(7));
    assert_eq!(plugin.trial().map(|trial| (trial.package.to_string(), trial.percent)), Some((NEWER.to_owned(), 10)));
    let service = configuration.service(&"BO/GOV/1/s/cases".parse().unwrap()).unwrap();
    assert_eq!(service.plugin().map(|name| name.as_str()), Some("cases"));
    assert!(service.is_described() && service.information_system().is_none());
    assert_eq!(configuration.services_by(plugin).count(), 1);
}

#[test]
fn a_plan_names_plugins_that_are_added_changed_and_removed() {
    let without = "[[client]]\nid = \"BO/GOV/1/s\"\n";
    let added = plan_between(without, &document()).unwrap().to_string();
    for line in [
        "+ plugin cases of BO/GOV/1/s".to_owned(),
        format!("+ plugin cases of BO/GOV/1/s, package: {PACKAGE}"),
        "+ plugin cases of BO/GOV/1/s, grant outbox".to_owned(),
        "+ plugin cases of BO/GOV/1/s, config people-register: BO/GOV/2/register/people".to_owned(),
        "+ plugin cases of BO/GOV/1/s, secret pin: in /etc/chakana/pin".to_owned(),
        "+ plugin cases of BO/GOV/1/s, limit storage: 64 MiB".to_owned(),
        "+ plugin cases of BO/GOV/1/s, failed calls: kept for 7 days".to_owned(),
        format!("+ plugin cases of BO/GOV/1/s, on trial: {NEWER}, 10 % of the calls"),
        "+ plugin cases of BO/GOV/1/s, staff CI 1234567: operator, supervisor".to_owned(),
        "+ service BO/GOV/1/s/cases, plugin: cases".to_owned(),
    ] {
        assert!(added.lines().any(|found| found == line), "{line:?} is not in\n{added}");
    }
    let changed = document().replace("64 MiB", "32 MiB").replace(", \"outbox\"", "");
    let changed = plan_between(&document(), &changed).unwrap().to_string();
    assert_eq!(
        changed.lines().collect::<Vec<_>>(),
        ["- plugin cases of BO/GOV/1/s, grant outbox", "~ plugin cases of BO/GOV/1/s, limit storage: 64 MiB → 32 MiB"]
    );
    let other_role = document().replace("[\"supervisor\", \"operator\"]", "[\"operator\"]");
    assert_eq!(
        plan_between(&document(), &other_role).unwrap().to_string().trim(),
        "~ plugin cases of BO/GOV/1/s, staff CI 1234567: operator, supervisor → operator"
    );
    let removed = plan_between(&document(), without).unwrap().to_string();
    assert!(removed.lines().any(|line| line == "- plugin cases of BO/GOV/1/s"), "{removed}");
}

#[test]
fn a_plugin_may_differ_from_another_in_its_trial_alone() {
    let with = |text: &str| read(text).plugin("cases").unwrap().clone();
    let (one, other) = (with(&document()), with(&document().replace("percent = 10", "percent = 20")));
    assert!(one != other && one.is_same_but_for_the_trial(&other));
    assert!(!one.is_same_but_for_the_trial(&with(&document().replace("64 MiB", "32 MiB"))));
}

#[test]
fn refuses_plugins_of_a_member_and_names_that_stand_twice() {
    let plugin = format!("[[client.plugin]]\nname = \"cases\"\npackage = \"{PACKAGE}\"\ngrants = []\n");
    assert!(refusal(&format!("[[client]]\nid = \"BO/GOV/1\"\n{plugin}")).contains("only a subsystem has"));
    check(&format!("{plugin}{plugin}"), "[[client.plugin]] 2 \"cases\"", "has a plugin of this name already");
    let other = format!("{}[[client]]\nid = \"BO/GOV/1/t\"\n{plugin}", document());
    assert!(refusal(&other).contains("BO/GOV/1/s has a plugin of this name already"));
}

#[test]
fn refuses_names_packages_and_grants_that_are_none() {
    let named = |name: &str| format!("[[client.plugin]]\nname = \"{name}\"\npackage = \"{PACKAGE}\"\ngrants = []\n");
    check(&named("Cases"), "[[client.plugin]] 1 \"Cases\"", "name must be the plugin's");
    let package = "[[client.plugin]]\nname = \"cases\"\npackage = \"cases.chakana\"\ngrants = []\n";
    check(package, "[[client.plugin]] 1", "package must be the SHA-256 of a package");
    check_plugin("grants = [\"files\"]", "grants has \"files\", which is no capability");
    check_plugin("grants = [\"kv\", \"kv\"]", "grants has \"kv\" twice");
}

#[test]
fn refuses_values_and_secrets_that_cannot_be_meant() {
    let long = "x".repeat(limits::PLUGIN_VALUE_BYTES + 1);
    check_plugin(
        &format!("grants = []\nconfig = {{ a = \"{long}\" }}"),
        "the value of config key \"a\" is longer than",
    );
    for days in [0, 31] {
        let rule = format!("failed_calls_days has {days}; write 1 to 30, or nothing to keep no failed call");
        check_plugin(&format!("grants = []\nfailed_calls_days = {days}"), &rule);
    }
    let staff = |lines: &str| format!("grants = []\n[[client.plugin.staff]]\n{lines}");
    for (lines, rule) in [
        ("document = \"1234567\"\nroles = [\"a\"]", "\"1234567\" names no identity document"),
        ("document = \"CI 1234567\"\nroles = [\"A b\"]", "\"A b\" is no role"),
        ("document = \"CI 1234567\"\nroles = []", "has no role"),
    ] {
        check_plugin(&staff(lines), rule);
    }
    let twice =
        staff("document = \"CI 1\"\nroles = [\"a\"]\n[[client.plugin.staff]]\ndocument = \"CI 1\"\nroles = [\"b\"]");
    check_plugin(&twice, "the document \"CI 1\" has a table already");
    check_plugin("grants = []\nsecrets = { pin = \"1234\" }", "secret \"pin\" must be the absolute path of a file");
    let many: Vec<String> = (0..=limits::PLUGIN_KEYS).map(|n| format!("k{n} = \"\"")).collect();
    check_plugin(&format!("grants = []\nconfig = {{ {} }}", many.join(", ")), "257 config keys, allowed are 256");
}

#[test]
fn refuses_trials_that_are_none() {
    let trial = |package: &str, percent: u8| {
        format!("grants = []\n[client.plugin.trial]\npackage = \"{package}\"\npercent = {percent}")
    };
    check_plugin(&trial("x", 10), "trial.package must be the SHA-256");
    check_plugin(&trial(PACKAGE, 10), "trial.package is the package in use");
    check_plugin(&trial(NEWER, 0), "trial.percent is 0");
    check_plugin(&trial(NEWER, 100), "to give it all calls, make it the plugin's package");
}

#[test]
fn refuses_a_service_that_nobody_or_two_would_answer() {
    check_service("code = \"x\"", "write either url = or plugin =");
    check_service("code = \"x\"\nurl = \"http://h\"\nplugin = \"cases\"", "write either url = or plugin =");
    check_service("code = \"x\"\nplugin = \"cases\"", "the client has no plugin \"cases\"");
    for key in ["timeout_seconds = 3", "openapi = \"http://h\"", "verify_provider = \"off\""] {
        let name = key.split(' ').next().unwrap();
        check_service(
            &format!("code = \"x\"\nplugin = \"cases\"\n{key}"),
            &format!("{name} belongs to a service with a url"),
        );
    }
}
