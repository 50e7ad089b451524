use super::*;
use proptest::prelude::*;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, KeyUsagePurpose};

const PLAIN: &str = r#"
instance = "BO"
member_classes = ["GOV"]
[[members]]
class = "GOV"
code = "1001"
name = "SEGIP"
"#;

fn certificate(is_ca: IsCa, usage: KeyUsagePurpose) -> String {
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = is_ca;
    parameters.key_usages = vec![usage];
    parameters.self_signed(&KeyPair::generate().unwrap()).unwrap().pem()
}

fn authority() -> String {
    certificate(IsCa::Ca(BasicConstraints::Unconstrained), KeyUsagePurpose::KeyCertSign)
}

fn service(certificates: &str) -> String {
    format!("{PLAIN}[[certification_services]]\nname = \"x\"\ncertificates = [{certificates}]\n")
}

#[test]
fn what_is_not_said_has_its_default() {
    let document = OperatorDocument::parse(PLAIN).unwrap();
    assert_eq!(document.expiry, Expiry::default());
    assert_eq!(document.ocsp_freshness_seconds, 3600);
    assert_eq!(document.rule("register-client"), Rule::Manual);
    assert_eq!(document.members.len(), 1);
}

#[test]
fn a_rule_of_its_own_goes_before_the_default_one() {
    let text = format!("{PLAIN}[approval]\ndefault = \"automatic\"\nchange-address = \"manual\"\n");
    let document = OperatorDocument::parse(&text).unwrap();
    assert_eq!(document.rule("register-client"), Rule::Automatic);
    assert_eq!(document.rule("change-address"), Rule::Manual);
}

#[test]
fn several_certificates_may_stand_in_one_text_or_in_several() {
    let (first, second) = (authority(), authority());
    for certificates in [format!("'''{first}{second}'''"), format!("'''{first}''', '''{second}'''")] {
        let document = OperatorDocument::parse(&service(&certificates)).unwrap();
        assert_eq!(document.certification_services["x"].certificates.len(), 2);
        assert_eq!(document.anchors().certificates().count(), 2);
        assert!(document.facts().keys().any(|fact| fact.starts_with("certification service x, certificate ")));
    }
}

#[test]
fn refuses_what_no_operator_can_mean() {
    use DocumentError as E;
    let refused = |text: &str| OperatorDocument::parse(text).unwrap_err();
    let more = |text: &str| refused(&format!("{PLAIN}{text}\n"));
    assert!(matches!(refused(""), E::Malformed { .. }));
    assert!(matches!(refused(&format!("colour = 1\n{PLAIN}")), E::Malformed { .. }));
    assert!(matches!(refused(&PLAIN.replace("\"BO\"", "\"B/O\"")), E::Identifier { what: "member", .. }));
    assert!(matches!(refused(&PLAIN.replace("[\"GOV\"]", "[]")), E::UnknownClass { .. }));
    assert!(matches!(refused(&PLAIN.replace("[\"GOV\"]", "[\"GOV\", \"GOV\"]")), E::Twice { .. }));
    assert!(matches!(refused(&PLAIN.replace("SEGIP", "a\\nb")), E::Publishable { .. }));
    assert!(matches!(more("[[members]]\nclass = \"GOV\"\ncode = \"1001\"\nname = \"\""), E::Twice { .. }));
    let group =
        |members: &str| more(&format!("[[global_groups]]\ncode = \"g\"\ndescription = \"\"\nmembers = {members}"));
    assert!(matches!(group("[\"BO/GOV/7\"]"), E::UnknownMember { .. }));
    assert!(matches!(group("[\"BO\"]"), E::Identifier { what: "member of a group", .. }));
    assert!(matches!(group("[\"BO/GOV/1001\", \"BO/GOV/1001\"]"), E::Twice { .. }));
    let twice = "[[global_groups]]\ncode = \"g\"\ndescription = \"\"\n".repeat(2);
    assert!(matches!(more(&twice), E::Twice { what: "global group", .. }));
    assert!(matches!(more("[approval]\nregister-everything = \"manual\""), E::UnknownKind { .. }));
    assert!(matches!(more("[approval]\ndefault = \"perhaps\""), E::Malformed { .. }));
    assert!(matches!(more("[expiry]\ntimestamp_hours = 0"), E::Expiry { field: "timestamp_hours", .. }));
    assert!(matches!(more("[expiry]\nroot_days = 5"), E::Expiry { field: "root_days", .. }));
    assert!(matches!(refused(&format!("ocsp_freshness_seconds = 0\n{PLAIN}")), E::Publishable { .. }));
}

#[test]
fn refuses_certificates_that_are_none_or_for_something_else() {
    use DocumentError as E;
    let refused = |certificates: &str| OperatorDocument::parse(&service(certificates)).unwrap_err();
    assert!(matches!(refused("\"\""), E::Pem { .. }));
    assert!(matches!(refused("\"-----BEGIN CERTIFICATE-----\\n!\\n-----END CERTIFICATE-----\\n\""), E::Pem { .. }));
    let empty = "'''-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n'''";
    assert!(matches!(refused(empty), E::Certificate { .. }));
    let leaf = certificate(IsCa::ExplicitNoCa, KeyUsagePurpose::ContentCommitment);
    assert!(matches!(refused(&format!("'''{leaf}'''")), E::Role { .. }));
    let url = format!("{}ocsp_urls = [\"ldap://x\"]\n", service(&format!("'''{}'''", authority())));
    assert!(matches!(OperatorDocument::parse(&url), Err(E::Publishable { .. })));
    let stamping = format!(
        "{PLAIN}[[time_stamping_services]]\nname = \"t\"\nurl = \"http://t/\"\ncertificate = '''{}'''\n",
        authority()
    );
    assert!(matches!(OperatorDocument::parse(&stamping), Err(E::Role { .. })));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        let _ = OperatorDocument::parse(&text);
    }

    #[test]
    fn no_changed_character_makes_it_panic(at in 0usize..120, character in any::<char>()) {
        let mut text: Vec<char> = PLAIN.chars().collect();
        let at = at % text.len();
        text[at] = character;
        let _ = OperatorDocument::parse(&text.into_iter().collect::<String>());
    }
}
