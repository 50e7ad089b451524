//! The fields about who somebody is, wherever she is asked, and the person that they make.

use sdk::Date;
use sdk::accounts::{Account, Person};
use sdk::form::Fields;
use sdk::html::{Markup, Render, Summary, TextKind, Width};
use sdk::web::Visit;

use crate::card::CardNumber;
use crate::names::Names;
use crate::page::{self, say};

/// How she is reached.
#[derive(Clone, Debug)]
pub(crate) struct Contact {
    pub(crate) email: Option<String>,
    pub(crate) telephone: Option<String>,
}

/// Who fills in the fields: browsers know only herself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FilledBy {
    Herself,
    Operator,
}

/// Letters of a name, as the issuer keeps them.
const MOST_LETTERS: usize = 100;
const COUNTRY: &str = "+591";
/// A number of Bolivia without its country.
const DIGITS_AT_HOME: usize = 8;
/// ITU-T E.164 §6.
const DIGITS_ABROAD: std::ops::RangeInclusive<usize> = 7..=15;

impl FilledBy {
    fn token(self, token: &'static str) -> &'static str {
        match self {
            Self::Herself => token,
            Self::Operator => "off",
        }
    }
}

/// The number of an identity card.
pub(crate) fn card(fields: &mut Fields<'_>) -> Option<CardNumber> {
    corrected_card(fields, "")
}

/// The same where one stands already.
pub(crate) fn corrected_card(fields: &mut Fields<'_>, before: &str) -> Option<CardNumber> {
    let wrong = say("card-wrong");
    let entry = fields.line("document", &say("card")).hint(say("card-hint")).most_letters(20).initially(before);
    entry.width(Width::Medium).autocomplete("off").parse(|text| text.parse().map_err(|_| wrong))
}

pub(crate) fn names(fields: &mut Fields<'_>, by: FilledBy, before: Option<&Person>) -> Option<Names> {
    let initially = |of: fn(&Person) -> Option<&str>| before.and_then(of).unwrap_or_default().to_owned();
    let given =
        fields.line("given", &say("given-names")).most_letters(MOST_LETTERS).autocomplete(by.token("given-name"));
    let given = given.initially(initially(|person| Some(&person.given_names))).text();
    let first = fields.line("first-surname", &say("first-surname")).most_letters(MOST_LETTERS);
    let first =
        first.autocomplete(by.token("family-name")).initially(initially(|person| person.first_surname.as_deref()));
    let first = first.text();
    let second = fields.line("second-surname", &say("second-surname")).most_letters(MOST_LETTERS);
    let second = second.autocomplete("off").initially(initially(|person| person.second_surname.as_deref()));
    let second = second.optional().text();
    Some(Names { given: given?, first_surname: first?, second_surname: second? })
}

/// The day of birth, which is not to come.
pub(crate) fn born(fields: &mut Fields<'_>, visit: &Visit, by: FilledBy, before: Option<&Person>) -> Option<Date> {
    let before = before.and_then(|person| person.birthdate.as_deref()?.parse::<Date>().ok());
    let day = fields.date("born", &say("born")).hint(say("born-hint")).initially(before).within(until_today(visit));
    if by == FilledBy::Herself { day.birthday().required() } else { day.required() }
}

/// When her card was issued.
pub(crate) fn issued(fields: &mut Fields<'_>, visit: &Visit) -> Option<Date> {
    fields.date("issued", &say("issued")).hint(say("issued-hint")).within(until_today(visit)).required()
}

/// How she is reached, where she need not say so.
pub(crate) fn contact(fields: &mut Fields<'_>, by: FilledBy, before: Option<&Person>) -> Option<Contact> {
    let initially = |of: fn(&Person) -> Option<&str>| before.and_then(of).unwrap_or_default().to_owned();
    let email = fields.line("email", &say("email")).initially(initially(|person| person.email.as_deref()));
    let email = email.autocomplete(by.token("email")).optional().email();
    let telephone = telephone(fields, by, &initially(|person| person.telephone.as_deref()));
    Some(Contact { email: email?, telephone: telephone? })
}

/// A telephone number, as E.164 writes it.
pub(crate) fn telephone(fields: &mut Fields<'_>, by: FilledBy, initially: &str) -> Option<Option<String>> {
    let wrong = say("telephone-wrong");
    let entry = fields.line("telephone", &say("telephone")).hint(say("telephone-hint")).initially(initially);
    let entry = entry.kind(TextKind::Telephone).width(Width::Medium).autocomplete(by.token("tel"));
    entry.optional().parse(|text| international(text).ok_or(wrong))
}

pub(crate) fn person(card: &CardNumber, names: Names, born: Date, contact: Contact) -> Person {
    Person {
        document: card.document(),
        given_names: names.given,
        first_surname: Some(names.first_surname),
        second_surname: names.second_surname,
        birthdate: Some(born.to_string()),
        email: contact.email,
        telephone: contact.telephone,
    }
}

/// What is known of somebody, and how well.
pub(crate) fn summary(visit: &Visit, account: &Account) -> Markup {
    let person = &account.person;
    let labels = ["card", "name", "born", "email", "telephone", "assurance"].map(say);
    let [card, name, born, email, telephone, assurance] = &labels;
    let day = person.birthdate.as_deref().and_then(|day| day.parse::<Date>().ok());
    let day = day.map(|day| day.in_words(visit.language()));
    let given = |value: Option<&str>| value.map_or_else(|| say("not-given"), str::to_owned);
    let document = format!("{} {}", person.document.kind, person.document.number);
    let summary = Summary::new().row(card, &document).row(name, &person.full_name()).row(born, &given(day.as_deref()));
    let summary =
        summary.row(email, &given(person.email.as_deref())).row(telephone, &given(person.telephone.as_deref()));
    summary.row(assurance, &page::assurance(account.assurance)).render()
}

fn until_today(visit: &Visit) -> std::ops::RangeInclusive<Date> {
    let today = visit.now().date_in_la_paz();
    // Nobody who is alive was born before.
    Date::new(1900, 1, 1).unwrap_or(today)..=today
}

/// With the country, which a number of Bolivia need not have.
fn international(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|letter| !matches!(letter, ' ' | '-' | '.' | '(' | ')' | '/')).collect();
    let digits = plain.strip_prefix('+').unwrap_or(&plain);
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    match (plain.starts_with('+'), digits.len()) {
        (false, DIGITS_AT_HOME) => Some(format!("{COUNTRY}{digits}")),
        (true, length) if DIGITS_ABROAD.contains(&length) => Some(plain),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_bolivia_gets_its_country() {
        for (text, number) in
            [("7123 4567", "+59171234567"), ("+591 (7) 123-4567", "+59171234567"), ("+34600112233", "+34600112233")]
        {
            assert_eq!(international(text).as_deref(), Some(number), "{text}");
        }
        for text in ["", "+", "123456", "34600112233", "7123456x", "++59171234567", "+1234567890123456"] {
            assert_eq!(international(text), None, "{text}");
        }
    }
}
