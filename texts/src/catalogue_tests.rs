use proptest::prelude::*;

use super::*;
use crate::{MAX_FILE_BYTES, MAX_OPENINGS, MAX_PLACEABLES, MAX_TEXT_BYTES};

const SPANISH: &str = "
-state = Estado Plurinacional
    .gender = masculine
greeting = Buenos días, { $name }.
due = { greeting } Debe { $amount } hasta el { $day }.
    .subject = Debe { $amount }
files = { $count ->
    [one] Un archivo
   *[other] { $count } archivos
}
of-state = { -state.gender ->
    [masculine] del { -state }
   *[other] de la { -state }
}
";
const ENGLISH: &str = "
greeting = Good morning, { $name }.
files = { $count ->
    [one] One file
   *[other] { $count } files
}
";

fn catalogue() -> Catalogue {
    Catalogue::read(&[(Language::English, ENGLISH), (Language::Spanish, SPANISH)]).unwrap()
}

fn due() -> [Argument; 3] {
    [
        Argument::text("name", "Ana"),
        Argument::money("amount", 123_450),
        Argument::date("day", jiff::civil::date(2026, 11, 26)),
    ]
}

#[test]
fn texts_are_said_in_the_language_or_in_spanish() {
    let catalogue = catalogue();
    let files = |language, count| catalogue.text(language, "files", &[Argument::number("count", count)]).unwrap();
    assert_eq!(files(Language::English, 1), "One file");
    assert_eq!(files(Language::English, 12_345), "12.345 files");
    assert_eq!(files(Language::Spanish, 1), "Un archivo");
    assert_eq!(files(Language::Quechua, 0), "0 archivos");
    assert_eq!(files(Language::Spanish, i64::MAX), "9.223.372.036.854.775.807 archivos");
    let due = catalogue.text(Language::English, "due", &due()).unwrap();
    assert_eq!(due, "Buenos días, Ana. Debe Bs\u{a0}1.234,50 hasta el 26 de noviembre de 2026.");
    assert_eq!(catalogue.text(Language::Spanish, "of-state", &[]).unwrap(), "del Estado Plurinacional");
}

#[test]
fn a_catalogue_says_what_it_has() {
    let catalogue = catalogue();
    assert_eq!(catalogue.languages().collect::<Vec<_>>(), [Language::Spanish, Language::English]);
    assert_eq!(catalogue.ids().collect::<Vec<_>>(), ["due", "due.subject", "files", "greeting", "of-state"]);
    assert_eq!(catalogue.missing(Language::English).collect::<Vec<_>>(), ["due", "due.subject", "of-state"]);
    assert_eq!(catalogue.missing(Language::Aymara).count(), 5);
    assert_eq!(catalogue.missing(Language::Spanish).count(), 0);
    assert_eq!(catalogue.variables("due").unwrap().collect::<Vec<_>>(), ["amount", "day", "name"]);
    assert!(catalogue.variables("none").is_none());
    assert_eq!(catalogue.language_of(Language::English, "files"), Language::English);
    assert_eq!(catalogue.language_of(Language::English, "due"), Language::Spanish);
}

#[test]
fn what_cannot_be_said_is_named() {
    let catalogue = catalogue();
    let error = catalogue.text(Language::Spanish, "none", &[]).unwrap_err();
    assert_eq!(error.to_string(), "there is no text none: its names are those of the Spanish file");
    let error = catalogue.text(Language::Spanish, "due.subject", &[]).unwrap_err();
    assert_eq!(error.to_string(), "the text due.subject has the variable $amount, for which there is no argument");
    assert!(catalogue.text(Language::Spanish, "-state", &[]).is_err());
}

#[test]
fn a_text_that_is_put_in_is_not_read_as_fluent() {
    let said = catalogue().text(Language::Spanish, "greeting", &[Argument::text("name", "{ $amount }<b>")]).unwrap();
    assert_eq!(said, "Buenos días, { $amount }<b>.");
}

/// Reads a Spanish and an English file that are wrong, and says how.
fn wrong(spanish: &str, english: &str) -> Vec<Problem> {
    match Catalogue::read(&[(Language::Spanish, spanish), (Language::English, english)]) {
        Ok(_) => panic!("accepted:\n{spanish}\n--\n{english}"),
        Err(error) => error.problems().to_vec(),
    }
}

fn check(spanish: &str, english: &str, told: &str) {
    let problems: Vec<String> = wrong(spanish, english).iter().map(ToString::to_string).collect();
    assert_eq!(problems, [told], "{spanish}\n--\n{english}");
}

#[test]
fn refuses_what_is_no_fluent_and_says_where() {
    check("a = A\nb = { $\n", "", "es.ftl, line 2: this is not the syntax of Fluent: Expected one of \"a-zA-Z\"");
    let problems = wrong("a = A", "\n\na } = x\nc = {\n");
    assert_eq!(problems.len(), 2);
    assert!(problems.iter().all(|problem| problem.language == Language::English && problem.line >= 3));
}

#[test]
fn refuses_an_escape_that_breaks_off() {
    for spanish in ["a = A\nb = { \"\\u00eñ\" }", "a = A\nb = { \"\\Uñ\" }"] {
        let told = "es.ftl, line 2: this is not the syntax of Fluent: an escape has 4 hexadecimal digits after \\u, or 6 after \\U";
        check(spanish, "", told);
    }
    assert!(matches!(wrong("a = { \"\\u00\" }", "")[0].rule, Rule::Syntax { .. }));
    let catalogue = Catalogue::read(&[(Language::Spanish, "a = { \"\\u00f1\" } C:\\usuario")]).unwrap();
    assert_eq!(catalogue.text(Language::Spanish, "a", &[]).unwrap(), "ñ C:\\usuario");
}

#[test]
fn refuses_a_catalogue_without_spanish_or_with_two_files_of_a_language() {
    let told = |files: &[(Language, &str)]| Catalogue::read(files).unwrap_err().problems()[0].rule.clone();
    assert_eq!(told(&[]), Rule::NoSpanish);
    assert_eq!(told(&[(Language::English, "a = A")]), Rule::NoSpanish);
    assert_eq!(told(&[(Language::Spanish, "a = A"), (Language::Spanish, "b = B")]), Rule::TwoFiles);
}

#[test]
fn refuses_a_name_that_is_there_twice() {
    check("a = A\nb = B\na = C", "", "es.ftl, line 3: a is there twice: remove one");
    check("a = A\na =\n    .b = B", "", "es.ftl, line 2: a is there twice: remove one");
    check("a = A\n    .b = B\n    .b = C", "", "es.ftl, line 3: a.b is there twice: remove one");
}

#[test]
fn refuses_a_translation_of_nothing_or_with_other_variables() {
    check("a = A", "b = B", "en.ftl, line 1: b is not in the Spanish file: add it there, or remove it here");
    let told = "en.ftl, line 1: a has the variables $c, and in Spanish $b: use the same";
    check("a = { $b }", "a = { $c }", told);
    let told = "en.ftl, line 1: a has the variables none, and in Spanish $c: use the same";
    check("a = { b }\nb = { $c }", "a = A", told);
}

#[test]
fn refuses_what_refers_to_nothing() {
    let told = "es.ftl, line 1: a refers to b, which is not there: add it, or correct the name";
    check("a = { b }", "", told);
    let told = "es.ftl, line 1: a refers to -b.c, which is not there: add it, or correct the name";
    check("a = { -b.c ->\n   *[x] A\n }\n-b = B", "", told);
    // What English has of `b` hides the whole Spanish `b`.
    let told = "en.ftl, line 1: a refers to b.d, which is not there: add it, or correct the name";
    check("a = A\nb = B\n    .d = D", "a = { b.d }\nb = B", told);
}

#[test]
fn refuses_what_goes_in_circles() {
    let is_cycle = |problem: &Problem| matches!(problem.rule, Rule::Cycle { .. });
    for spanish in ["a = { a }", "a = { b }\nb = { c }\nc = { a }", "-a = { -b }\n-b = { -a }"] {
        assert!(wrong(spanish, "").iter().all(is_cycle), "{spanish}");
    }
    // Only an English reader would have gone round.
    assert!(wrong("a = { b }\nb = B", "b = { a }").iter().all(is_cycle));
}

#[test]
fn refuses_texts_that_grow_without_bound() {
    let mut laughs = "a0 = ja\n".to_owned();
    for n in 1..12 {
        laughs += &format!("a{n} = {{ a{0} }}{{ a{0} }}\n", n - 1);
    }
    let told = wrong(&laughs, "");
    assert_eq!(told[0].rule, Rule::TooManyPlaceables { id: "a6".to_owned() });
    let many = format!("a = {}", "{ $b }".repeat(MAX_PLACEABLES + 1));
    assert_eq!(wrong(&many, "")[0].rule, Rule::TooManyPlaceables { id: "a".to_owned() });
    let long = format!("a = {}\nb = {{ a }}{{ a }}", "x".repeat(MAX_TEXT_BYTES / 2 + 1));
    assert_eq!(wrong(&long, "")[0].rule, Rule::TextTooLong { id: "b".to_owned() });
}

#[test]
fn refuses_files_that_are_too_large_or_too_nested() {
    let large = "#".repeat(MAX_FILE_BYTES + 1);
    assert_eq!(wrong(&large, "")[0].rule, Rule::FileTooLarge { size_bytes: MAX_FILE_BYTES + 1 });
    let many: String = (0..=crate::MAX_ENTRIES).map(|n| format!("a{n} = A\n")).collect();
    assert_eq!(wrong(&many, "")[0].rule, Rule::TooManyEntries);
    for piece in ["{", "{\n", "{ A(", "{A(\nB(\n", "("] {
        let nested = format!("a = {}", piece.repeat(50_000));
        assert_eq!(wrong(&nested, "")[0].rule, Rule::TooNested, "{piece}");
    }
    let within = format!("a = {}A{}", "{".repeat(MAX_OPENINGS), "}".repeat(MAX_OPENINGS));
    assert!(matches!(wrong(&within, "")[0].rule, Rule::NoSuchReference { .. }));
}

#[test]
fn refuses_functions_markup_and_terms_that_change() {
    let told =
        "es.ftl, line 1: a calls NUMBER, and there are no functions: arguments are written as in Bolivia by themselves";
    check("a = { NUMBER($b) }", "", told);
    let told = "es.ftl, line 2: b has markup in it (<b>no</b>): texts are plain, pages are written around them";
    check("a = A\nb = Que <b>no</b>", "", told);
    for spanish in ["-a = { $b }", "-a = { b }\nb = B", "-a = A\nb = { -a(c: 1) }"] {
        let problems = wrong(spanish, "");
        assert_eq!(problems[0].rule, Rule::TermNotPlain { id: "-a".to_owned() }, "{spanish}");
    }
}

#[test]
fn what_is_wrong_is_told_up_to_a_bound() {
    let many: String = (0..1000).map(|n| format!("a{n} = {{ b }}\n")).collect();
    assert_eq!(wrong(&many, "").len(), 50);
}

/// Files that are nearly right.
fn file() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["a", "b", "c"]);
    let piece = prop_oneof![
        Just("{ a }"),
        Just("{ b.x }"),
        Just("{ -t }"),
        Just("{ $n }"),
        Just("{ \"\\u00e9\" }"),
        Just("{ $n ->\n    [one] 1\n   *[other] { $n } { a }\n }"),
        Just("{ { $n } }"),
        Just("texto "),
        Just("\n    .x = X "),
        Just("{"),
    ];
    let entry =
        (name, prop::collection::vec(piece, 1..4)).prop_map(|(name, pieces)| format!("{name} = {}\n", pieces.concat()));
    prop::collection::vec(entry, 0..4).prop_map(|entries| format!("-t = T\n{}", entries.concat()))
}

proptest! {
    #[test]
    fn whatever_is_accepted_can_be_said_whole(spanish in file(), english in file(), n in any::<i64>()) {
        let Ok(catalogue) = Catalogue::read(&[(Language::Spanish, &spanish), (Language::English, &english)]) else {
            return Ok(());
        };
        for language in Language::ALL {
            for id in catalogue.ids() {
                let said = catalogue.text(language, id, &[Argument::number("n", n)]);
                prop_assert!(said.is_ok_and(|text| !text.contains(['{', '}'])), "{} in {:?}", id, language);
            }
        }
    }

    #[test]
    fn whatever_is_read_is_refused_or_accepted(text in "\\PC{0,200}") {
        let _ = Catalogue::read(&[(Language::Spanish, &text)]);
    }
}
