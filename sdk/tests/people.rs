//! What a plugin says, whom it tells, and the accounts of whom it registers.

use sdk::accounts::{self, IdentityDocument, Outcome, Person, Refusal, Representation, RepresentedId, Session, SignIn};
use sdk::harness::{Harness, Host, Installation, Plugin};
use sdk::html::Language;
use sdk::i18n::{self, Argument};
use sdk::notices::{self, Notice};
use sdk::{Assurance, Context, Date, Failure, Money, RepresentedKind};

const MANIFEST: &str = r#"
[plugin]
name = "office"
version = "0.1.0"
contract = "0.1"
[capabilities]
i18n = {}
notices = {}
accounts = {}
kv = {}
"#;
const SPANISH: &str = "due = Debe { $amount } hasta el { $day }.\n    .subject = Una deuda\nonly = Solo aquí";
const ENGLISH: &str = "due = You owe { $amount } by { $day }.\n    .subject = A debt";

fn office() -> Harness {
    let plugin = Plugin::new(MANIFEST).locales(&[("es", SPANISH), ("en", ENGLISH)]);
    let mut harness = Harness::new().know(plugin);
    harness.install(Installation::of("office", "CK/GOB/1/office"));
    harness
}

fn run<T>(harness: &mut Harness, code: impl Fn(Context) -> Result<T, Failure>) -> T {
    harness.run("office", code).expect("it is done")
}

fn due() -> [Argument; 2] {
    let day = Date::new(2026, 11, 26).expect("a day");
    [Argument::money("amount", Money::from_centavos(12_350)), Argument::date("day", day)]
}

fn ana(number: &str) -> Person {
    Person {
        document: IdentityDocument { kind: "CI".to_owned(), number: number.to_owned() },
        given_names: "Ana".to_owned(),
        first_surname: Some("Mamani".to_owned()),
        second_surname: None,
        birthdate: None,
        email: None,
        telephone: None,
    }
}

#[test]
fn texts_are_said_in_the_language_that_is_wanted_or_marked_as_spanish() {
    let (english, only) = run(&mut office(), |_| {
        Ok((i18n::say_in(Language::English, "due", &due()), i18n::say_in(Language::English, "only", &[])))
    });
    assert_eq!(english.value, "You owe Bs\u{a0}123,50 by 26 November 2026.");
    assert_eq!(english.on_page(Language::English).into_string(), "You owe Bs\u{a0}123,50 by 26 November 2026.");
    assert_eq!(only.on_page(Language::English).into_string(), "<span lang=\"es\">Solo aquí</span>");
}

#[test]
fn what_the_catalogue_does_not_have_stops_the_plugin() {
    let stopped = office().run("office", |_| Ok(i18n::words("dew"))).expect_err("it is stopped");
    assert!(format!("{stopped:?}").contains("there is no text dew"), "{stopped:?}");
    let stopped = office().run("office", |_| Ok(i18n::words("due"))).expect_err("it is stopped");
    assert!(format!("{stopped:?}").contains("the variable $"), "{stopped:?}");
}

#[test]
fn a_citizen_is_told_only_what_was_committed() {
    let mut harness = office();
    let [amount, day] = due();
    let notice = Notice::new("ana", "due").with(amount).with(day).leading_to("/debts/7");
    let failed = harness.run("office", |_| {
        notices::tell(&notice).expect("she is known");
        Err::<(), _>(Failure::Denied("not today".to_owned()))
    });
    assert!(failed.is_err() && harness.told().is_empty());
    harness.conflict("office", 1);
    run(&mut harness, |_| {
        notices::tell(&notice).expect("she is known");
        Ok(())
    });
    let [told] = harness.told() else { panic!("{:?}", harness.told()) };
    assert_eq!((told.subject.as_str(), told.link.as_deref()), ("Una deuda", Some("/debts/7")));
    assert_eq!(told.text, "Debe Bs\u{a0}123,50 hasta el 26 de noviembre de 2026.");
}

#[test]
fn a_notice_leads_nowhere_but_to_the_plugin() {
    let stopped = office().run("office", |_| {
        let [amount, day] = due();
        let away = Notice::new("ana", "due").with(amount).with(day).leading_to("https://elsewhere.example/");
        Ok(notices::tell(&away).is_ok())
    });
    assert!(format!("{stopped:?}").contains("no path of the plugin's origin"), "{stopped:?}");
}

#[test]
fn there_is_one_account_for_a_document() {
    let mut harness = office();
    let made = run(&mut harness, |_| Ok(accounts::create(&ana("7"), Assurance::Low)?));
    let again = run(&mut harness, |_| Ok(accounts::create(&ana("7"), Assurance::High).err()));
    assert_eq!(again, Some(Refusal::DocumentTaken));
    let found = run(&mut harness, |_| Ok(accounts::find(&ana("7").document)?));
    assert_eq!(
        (found.subject, found.enrolled, found.person.full_name()),
        (made.subject, false, "Ana Mamani".to_owned())
    );
    assert_eq!(run(&mut harness, |_| Ok(accounts::find(&ana("8").document).err())), Some(Refusal::NoSuchAccount));
}

#[test]
fn two_calls_that_register_the_same_document_at_once_are_one_after_the_other() {
    let mut harness = office();
    harness.meanwhile(|harness| {
        let made = harness.run("office", |_| Ok(accounts::create(&ana("7"), Assurance::Low)?));
        made.expect("it is made");
    });
    let second = run(&mut harness, |_| Ok(accounts::create(&ana("7"), Assurance::Low).err()));
    assert_eq!((second, harness.attempts("office")), (Some(Refusal::DocumentTaken), 3));
}

#[test]
fn assurance_is_raised_and_never_lowered() {
    let mut harness = office();
    let subject = run(&mut harness, |_| Ok(accounts::create(&ana("7"), Assurance::Substantial)?.subject));
    for (to, then) in [(Assurance::Low, Assurance::Substantial), (Assurance::High, Assurance::High)] {
        let raised = run(&mut harness, |_| {
            accounts::raise(&subject, to)?;
            Ok(accounts::get(&subject)?.assurance)
        });
        assert_eq!(raised, then);
    }
    let stopped = harness.run("office", |_| Ok(accounts::raise(&subject, Assurance::None)?));
    assert!(format!("{stopped:?}").contains("low, substantial or high"), "{stopped:?}");
}

#[test]
fn who_represents_nobody_any_more_is_signed_out() {
    let mut harness = office();
    let subject = run(&mut harness, |_| Ok(accounts::create(&ana("7"), Assurance::Low)?.subject));
    let (methods, address, agent) = (vec!["pwd".to_owned()], "192.0.2.7".to_owned(), "Firefox".to_owned());
    let sign_in = SignIn {
        at: 1,
        outcome: Outcome::SignedIn,
        methods: methods.clone(),
        address: address.clone(),
        agent: agent.clone(),
    };
    let session = Session { id: "s".to_owned(), began: 1, seen: 1, methods, address, agent };
    harness.sign_in("office", &subject, session, sign_in);
    let represented = RepresentedId { kind: RepresentedKind::Organisation, id: "00123456".to_owned() };
    let company = Representation {
        represented: represented.clone(),
        name: "Tejidos".to_owned(),
        scope: String::new(),
        until: None,
    };
    let before = run(&mut harness, |_| {
        accounts::represent(&subject, &company)?;
        Ok((accounts::representations(&subject)?.len(), accounts::sessions(&subject)?.len()))
    });
    let after = run(&mut harness, |_| {
        accounts::end_representation(&subject, &represented)?;
        Ok((accounts::representations(&subject)?.len(), accounts::sessions(&subject)?.len()))
    });
    assert_eq!((before, after), ((1, 1), (0, 0)));
    assert_eq!(run(&mut harness, |_| Ok(accounts::sign_ins(&subject, 10)?.len())), 1);
}
