//! What each kind makes of a value.

use serde_json::json;

use super::*;

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// What becomes of a value, within the bounds too.
fn check(kind: &Kind, value: Value, expected: Result<Option<Value>, Wrong>) {
    let held = kind.read(&value);
    let judged = held.and_then(|held| {
        held.as_ref().map_or(Ok(()), |held| kind.judge(held, day("2026-11-26")))?;
        Ok(held.map(|held| held.json()))
    });
    assert_eq!(judged, expected, "{value}");
}

fn choices() -> Vec<Choice> {
    ["a", "b", "c"].map(|code| Choice { code: code.to_owned(), title: Translated::new(code) }).to_vec()
}

#[test]
fn texts_are_cleaned_and_measured() {
    let line = Kind::Line(Letters { least: 2, most: 3 });
    check(&line, json!("  a\nb "), Ok(Some(json!("a b"))));
    check(&line, json!(" \t"), Ok(None));
    check(&line, json!(null), Ok(None));
    check(&line, json!("x"), Err(Wrong::TooShort { least: 2 }));
    check(&line, json!("ñandú"), Err(Wrong::TooLong { letters: 5, most: 3 }));
    check(&line, json!(5), Err(Wrong::NoText));
    check(&Kind::Lines(Letters { least: 0, most: 9 }), json!("a\r\nb\u{0}"), Ok(Some(json!("a\nb"))));
}

#[test]
fn addresses_and_numbers_get_one_form() {
    check(&Kind::Telephone, json!("7123 4567"), Ok(Some(json!("+59171234567"))));
    check(&Kind::Telephone, json!("+34 600 112 233"), Ok(Some(json!("+34600112233"))));
    check(&Kind::Telephone, json!("1234567"), Err(Wrong::NoTelephone));
    check(&Kind::Email, json!(" ana@gob.bo"), Ok(Some(json!("ana@gob.bo"))));
    check(&Kind::Email, json!(format!("{}@gob.bo", "a".repeat(255))), Err(Wrong::NoEmail));
    let plate = Kind::Mask(vec![Mask::new("0000-AAA").unwrap(), Mask::new("000-AAA").unwrap()]);
    check(&plate, json!("123abc"), Ok(Some(json!("123-ABC"))));
    let examples = vec!["1234-ABC".to_owned(), "123-ABC".to_owned()];
    check(&plate, json!("12-ABC"), Err(Wrong::NotLike { examples }));
}

#[test]
fn days_are_bounded_by_other_days_and_by_today() {
    let born = Kind::Date(Days { first: Some(Day::Fixed(day("1900-01-01"))), last: Some(Day::Today) });
    check(&born, json!("2026-11-26"), Ok(Some(json!("2026-11-26"))));
    check(&born, json!("2026-11-27"), Err(Wrong::TooLate { last: day("2026-11-26") }));
    check(&born, json!("1899-12-31"), Err(Wrong::TooEarly { first: day("1900-01-01") }));
    check(&born, json!("2026-02-29"), Err(Wrong::NoDate));
    check(&born, json!(["2026-02-28"]), Err(Wrong::NoDate));
}

#[test]
fn numbers_have_their_decimals_and_bounds() {
    let span = Span { least: Some(Number::from(1)), most: Some(Number::from(100_000)), decimals: 2 };
    let area = Kind::Decimal(span);
    check(&area, json!(12.50), Ok(Some(json!(12.5))));
    check(&area, json!(12.0), Ok(Some(json!(12))));
    check(&area, json!(0.5), Err(Wrong::Outside { from: "1".to_owned(), to: "100.000".to_owned() }));
    check(&area, json!(1e30), Err(Wrong::Outside { from: "1".to_owned(), to: "100.000".to_owned() }));
    check(&area, json!(12.345), Err(Wrong::NoDecimal { decimals: 2 }));
    check(&area, json!("12"), Err(Wrong::NoDecimal { decimals: 2 }));
    let workers = Kind::Integer(Span { least: Some(Number::ZERO), ..Span::default() });
    check(&workers, json!(1.5), Err(Wrong::NoNumber));
    check(&workers, json!(-1), Err(Wrong::TooSmall { least: "0".to_owned() }));
    let most = "999.999.999.999.999".to_owned();
    check(&workers, json!(10_i64.pow(15)), Err(Wrong::Outside { from: "0".to_owned(), to: most }));
    let capital = Kind::Money(Span { most: Some(Number::from(150)), ..Span::default() });
    check(&capital, json!(151), Err(Wrong::TooLarge { most: "Bs 1,50".to_owned() }));
    check(&capital, json!(true), Err(Wrong::NoAmount));
}

#[test]
fn choices_are_kept_in_their_order_and_once() {
    let one = Kind::Choice(choices());
    check(&one, json!("b"), Ok(Some(json!("b"))));
    check(&one, json!(""), Ok(None));
    check(&one, json!("d"), Err(Wrong::NotChosen));
    let any = Kind::Choices(Choices { all: choices(), least: 2 });
    check(&any, json!(["c", "a", "c"]), Ok(Some(json!(["a", "c"]))));
    check(&any, json!([]), Ok(None));
    check(&any, json!(["a"]), Err(Wrong::TooFewChosen { least: 2 }));
    check(&any, json!(["a", 1]), Err(Wrong::NotChosen));
}

#[test]
fn a_sentence_that_is_not_agreed_to_counts_as_not_answered() {
    check(&Kind::Consent, json!(false), Ok(None));
    check(&Kind::Consent, json!(true), Ok(Some(json!(true))));
    check(&Kind::Consent, json!("true"), Err(Wrong::NotAgreed));
    check(&Kind::Check, json!(false), Ok(Some(json!(false))));
    check(&Kind::Check, json!(1), Err(Wrong::NotChosen));
}
