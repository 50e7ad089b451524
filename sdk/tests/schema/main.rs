//! Descriptions of forms and answers that nobody thought of, and what a validator of JSON Schema says of them.

mod making;
mod validator;

use proptest::prelude::*;
use sdk::Date;
use sdk::json::{Value, json};
use sdk::schema::{Answers, Facts, Field, Kind, Origin, Schema, Settled, Wrong};

use making::{Made, made};

/// What a document says, of the fields that are asked for, with what follows from that.
fn document(made: &Made, answers: &Answers) -> (Answers, Settled) {
    let settled = made.schema.settle(answers, &made.facts, made.today);
    let mut document = answers.clone();
    for field in made.schema.fields().iter().filter(|field| *field.origin() != Origin::Asked) {
        document.remove(field.name());
        let value = settled.answers().get(field.name());
        document.extend(value.map(|value| (field.name().to_owned(), value.clone())));
    }
    (document, settled)
}

/// The answers without those that are wrong, and without those that are then.
fn mended(made: &Made) -> Settled {
    let mut answers = made.answers.clone();
    loop {
        let settled = made.schema.settle(&answers, &made.facts, made.today);
        let before = answers.len();
        answers.retain(|name, _| !settled.wrong().iter().any(|(wrong, _)| wrong == name));
        if answers.len() == before {
            return settled;
        }
    }
}

/// Whether the standard has no word for what is wrong with a value.
fn is_beyond_words(field: &Field, value: &Value, wrong: Option<&Wrong>) -> bool {
    match (field.kind(), value) {
        // Spaces around a text, and letters that are not seen.
        (Kind::Line(_) | Kind::Lines(_), Value::String(text)) => text.trim() != text,
        // A day that does not exist.
        (Kind::Date(_), Value::String(text)) => text.len() == 10 && wrong == Some(&Wrong::NoDate),
        // The order of choices.
        (Kind::Choices(_), Value::Array(codes)) => wrong.is_none() && codes.len() > 1,
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_description_is_written_as_it_was_read(made in made()) {
        prop_assert_eq!(Schema::read(&made.schema.written()), Ok(made.schema));
    }

    #[test]
    fn answers_that_are_settled_stay_as_they_are(made in made()) {
        let Made { schema, answers, facts, today } = &made;
        for settle in [Schema::settle, Schema::settle_so_far] as [fn(&Schema, &Answers, &Facts, Date) -> Settled; 2] {
            let settled = settle(schema, answers, facts, *today);
            prop_assert_eq!(settle(schema, settled.answers(), facts, *today), settled);
        }
    }

    #[test]
    fn what_is_right_is_valid_and_what_is_missing_is_not(made in made()) {
        let settled = mended(&made);
        let standard = made.schema.standard(made.today);
        let is_valid = validator::is_valid(&standard, &json!(settled.answers()));
        let calculated = |name: &str| matches!(made.schema.field(name).map(Field::origin), Some(Origin::Calculated(_)));
        let is_missing = settled.wrong().iter().any(|(name, wrong)| !calculated(name) || *wrong == Wrong::NothingToCalculate);
        if settled.wrong().is_empty() {
            prop_assert!(is_valid, "{} {standard}", json!(settled.answers()));
        } else if is_missing {
            prop_assert!(!is_valid, "{:?} {} {standard}", settled.wrong(), json!(settled.answers()));
        }
    }

    #[test]
    fn what_is_changed_is_valid_only_if_it_is_right(made in made(), which in any::<u8>(), other in making::value()) {
        let standard = made.schema.standard(made.today);
        let right = mended(&made);
        prop_assume!(right.wrong().is_empty());
        let asked: Vec<&Field> = made.schema.fields().iter().filter(|field| *field.origin() == Origin::Asked).collect();
        prop_assume!(!asked.is_empty());
        let field = asked[usize::from(which) % asked.len()];
        let mut changed = right.answers().clone();
        changed.insert(field.name().to_owned(), other.clone());
        let (document, settled) = document(&made, &changed);
        let is_right = settled.wrong().is_empty() && *settled.answers() == document;
        let is_valid = validator::is_valid(&standard, &json!(document));
        let wrong = settled.wrong().iter().find(|(name, _)| name == field.name()).map(|(_, wrong)| wrong);
        // A fault of a calculation is no fault of what is given.
        let faults = settled.wrong().iter().any(|(_, wrong)| matches!(wrong, Wrong::DividedByZero | Wrong::TooLargeToCalculate));
        if is_right {
            prop_assert!(is_valid, "{} {standard}", json!(document));
        } else if !faults && !is_beyond_words(field, &other, wrong) {
            prop_assert!(!is_valid, "{:?} {} {standard}", settled.wrong(), json!(document));
        }
    }

    #[test]
    fn what_is_no_field_is_not_valid(made in made()) {
        let mut document = mended(&made).answers().clone();
        document.insert("other".to_owned(), json!(1));
        prop_assert!(!validator::is_valid(&made.schema.standard(made.today), &json!(document)));
    }
}
