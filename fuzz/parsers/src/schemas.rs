//! Forms described as data, and answers to them.

use sdk::Date;
use sdk::form::Fields;
use sdk::html::{Language, Render};
use sdk::json::Value;
use sdk::schema::{Answers, Field, Schema};

use crate::forms::sent;

/// A description and answers with a line `===` between them. Whatever is described is written as it was read, and whatever is
/// answered stays as it is once it is settled.
pub fn schema(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (description, answers) = text.split_once("\n===\n").unwrap_or((&text, "{}"));
    let Ok(description) = serde_json::from_str::<Value>(description) else { return };
    let Ok(schema) = Schema::read(&description) else { return };
    assert_eq!(Schema::read(&schema.written()).as_ref(), Ok(&schema));
    let answers: Answers = serde_json::from_str(answers).unwrap_or_default();
    let today = Date::new(2026, 11, 26).expect("a day of November");
    let settled = schema.settle(&answers, &answers, today);
    assert_eq!(schema.settle(settled.answers(), &answers, today), settled);
    let so_far = schema.settle_so_far(&answers, &answers, today);
    assert_eq!(schema.settle_so_far(so_far.answers(), &answers, today), so_far);
    let _ = (schema.standard(today), schema.said(settled.wrong(), Language::Spanish));
    let names: Vec<&str> = schema.fields().iter().map(Field::name).collect();
    let ask = |fields: &mut Fields<'_>| schema.ask(fields, &names, &answers, &answers, today);
    let form = answers.iter().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    let page = sent(form.map(|(name, value)| sdk::Field { name, value }).collect()).form(ask);
    assert!(!page.view().render().into_string().contains("<script"), "words and answers are shown as text");
    for line in schema.summary(settled.answers(), Language::Quechua) {
        assert!(!line.value.into_string().contains("<script"), "answers are shown as text");
    }
}
