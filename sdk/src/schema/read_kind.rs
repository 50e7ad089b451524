//! Reads what a field asks for, from its type and the keywords that go with that.

use super::keywords::Keywords;
use super::kind::{Choice, Choices, Day, Days, Kind, Letters, Span};
use super::mask::Mask;
use super::number::MOST_DECIMALS;
use super::read_field::{From, is_title, translated};
use super::wire;
use crate::Translated;

const USUAL_LETTERS: usize = 200;
const MOST_LETTERS: usize = 10_000;
const MOST_CHOICES: usize = 200;
const MOST_MASKS: usize = 10;
const MOST_LETTERS_OF_CODE: usize = 100;

/// The kind, if there is one such; what is wrong with its keywords is noted.
pub(super) fn kind(keywords: &mut Keywords<'_, '_>, from: From<'_>) -> Option<Kind> {
    let kind = match keywords.text("type") {
        Some("string") => string(keywords),
        Some("integer") => whole(keywords, from),
        Some("number") => decimal(keywords, from),
        Some("array") => several(keywords),
        Some("boolean") => yes_or_no(keywords),
        _ => {
            keywords.note("type", "must be `string`, `integer`, `number`, `array` or `boolean`");
            None
        }
    }?;
    let number = matches!(kind, Kind::Integer(_) | Kind::Decimal(_) | Kind::Money(_));
    match from {
        From::Formula(_) if !number => keywords.note("x-formula", "must be of a field of type `integer` or `number`"),
        From::Register(_) if matches!(kind, Kind::Choices(_) | Kind::Consent) => {
            keywords.note("x-source", "must not be of a list of choices, nor of a sentence to agree to");
        }
        _ => {}
    }
    Some(kind)
}

/// Each text has one of these at most; what is said of another then does not belong to it.
fn string(keywords: &mut Keywords<'_, '_>) -> Option<Kind> {
    if keywords.has("oneOf") {
        keywords.judge("a choice", &["oneOf"]);
        return choices(keywords).map(Kind::Choice);
    }
    if keywords.has("x-masks") {
        keywords.judge("a text with masks", &["x-masks"]);
        return masks(keywords).map(Kind::Mask);
    }
    if keywords.has("x-telephone") {
        keywords.judge("a telephone number", &["x-telephone"]);
        keywords.is_set("x-telephone");
        return Some(Kind::Telephone);
    }
    match keywords.text("format") {
        Some("date") => {
            keywords.judge("a date", &["format", "x-not-before", "x-not-after"]);
            Some(Kind::Date(days(keywords)))
        }
        Some("email") => {
            keywords.judge("an address of mail", &["format"]);
            Some(Kind::Email)
        }
        Some(_) => {
            keywords.note("format", "must be `date` or `email`, or be left out");
            None
        }
        None => text(keywords),
    }
}

fn text(keywords: &mut Keywords<'_, '_>) -> Option<Kind> {
    keywords.judge("a text", &["format", "x-lines", "minLength", "maxLength"]);
    let lines = keywords.is_set("x-lines");
    let most = keywords.count("maxLength", 1..=MOST_LETTERS).unwrap_or(USUAL_LETTERS);
    let least = keywords.count("minLength", 0..=MOST_LETTERS).unwrap_or_default();
    if least > most {
        keywords.note("minLength", format!("must not be more than `maxLength`, which is {most}"));
    }
    let letters = Letters { least, most };
    Some(if lines { Kind::Lines(letters) } else { Kind::Line(letters) })
}

fn masks(keywords: &mut Keywords<'_, '_>) -> Option<Vec<Mask>> {
    let texts: Vec<String> = keywords.read("x-masks", "a list of texts")?;
    if texts.is_empty() || texts.len() > MOST_MASKS {
        keywords.note("x-masks", format!("must have between 1 and {MOST_MASKS} masks"));
        return None;
    }
    let mut masks = Vec::new();
    for text in texts {
        match Mask::new(&text) {
            Some(mask) => masks.push(mask),
            None => keywords.note(
                "x-masks",
                format!(
                    "has {text:?}: a mask has a `0`, `A` or `*`, and else up to 60 letters, digits and signs (ASCII)"
                ),
            ),
        }
    }
    Some(masks)
}

fn days(keywords: &mut Keywords<'_, '_>) -> Days {
    let mut day = |keyword| match keywords.text(keyword)? {
        "today" => Some(Day::Today),
        text => {
            let date = text.parse().ok();
            if date.is_none() {
                keywords.note(keyword, "must be a date such as 2026-11-26, or `today`");
            }
            date.map(Day::Fixed)
        }
    };
    let (first, last) = (day("x-not-before"), day("x-not-after"));
    if let (Some(Day::Fixed(first)), Some(Day::Fixed(last))) = (first, last)
        && first > last
    {
        keywords.note("x-not-before", "must not be later than `x-not-after`");
    }
    Days { first, last }
}

fn whole(keywords: &mut Keywords<'_, '_>, from: From<'_>) -> Option<Kind> {
    let name = if keywords.has("x-money") { "an amount of money" } else { "a whole number" };
    let span = span(keywords, from, name, "x-money", 0);
    Some(if keywords.is_set("x-money") { Kind::Money(span) } else { Kind::Integer(span) })
}

fn decimal(keywords: &mut Keywords<'_, '_>, from: From<'_>) -> Option<Kind> {
    if !keywords.has("x-decimals") {
        keywords.note("x-decimals", "is missing: say how many decimals the number has at most, from 0 to 6");
    }
    let decimals = keywords.count("x-decimals", 0..=usize::from(MOST_DECIMALS)).and_then(|count| count.try_into().ok());
    let span = span(keywords, from, "a number", "x-decimals", decimals.unwrap_or(MOST_DECIMALS));
    Some(Kind::Decimal(span))
}

/// The bounds of a number. One that is calculated is what it is.
fn span(keywords: &mut Keywords<'_, '_>, from: From<'_>, name: &str, own: &str, decimals: u8) -> Span {
    match from {
        From::Formula(_) => keywords.judge("what is calculated", &[own]),
        From::Person | From::Register(_) => keywords.judge(name, &[own, "minimum", "maximum"]),
    }
    let (least, most) = (keywords.number("minimum", decimals), keywords.number("maximum", decimals));
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        keywords.note("minimum", format!("must not be more than `maximum`, which is {most}"));
    }
    Span { least, most, decimals }
}

fn several(keywords: &mut Keywords<'_, '_>) -> Option<Kind> {
    keywords.judge("a list of choices", &["items", "uniqueItems", "minItems"]);
    if !keywords.is_set("uniqueItems") {
        keywords.note("uniqueItems", "must be true: a choice is made once");
    }
    if !keywords.has("items") {
        keywords.note("items", "is missing: give the choices as {\"oneOf\": […]}");
    }
    let items: wire::Items = keywords.read("items", "an object with `oneOf`, a list of choices")?;
    let all = judged(keywords, "items", items.one_of)?;
    let least = keywords.count("minItems", 0..=all.len()).unwrap_or_default().max(1);
    Some(Kind::Choices(Choices { all, least }))
}

fn choices(keywords: &mut Keywords<'_, '_>) -> Option<Vec<Choice>> {
    let all = keywords.read("oneOf", "a list of choices such as {\"const\": \"bar\", \"title\": \"Bar\"}")?;
    judged(keywords, "oneOf", all)
}

/// The choices, after what is wrong with them is noted.
fn judged(keywords: &mut Keywords<'_, '_>, keyword: &str, all: Vec<wire::Choice>) -> Option<Vec<Choice>> {
    if all.is_empty() || all.len() > MOST_CHOICES {
        keywords.note(keyword, format!("must have between 1 and {MOST_CHOICES} choices"));
        return None;
    }
    let mut choices: Vec<Choice> = Vec::with_capacity(all.len());
    for wire::Choice { code, title, translations } in all {
        let plain =
            !code.is_empty() && code.len() <= MOST_LETTERS_OF_CODE && code.bytes().all(|byte| byte.is_ascii_graphic());
        if !plain {
            keywords.note(
                keyword,
                format!("has the code {code:?}: one has up to 100 letters, digits and signs (ASCII), without spaces"),
            );
        }
        if choices.iter().any(|choice| choice.code == code) {
            keywords.note(keyword, format!("has the code `{code}` twice: have it once"));
        }
        let mut words = Translated::new(&title);
        let mut good = is_title(&title);
        for (language, wire::Said { title, description }) in translations {
            let Some(language) = translated(keywords, keyword, &language) else { continue };
            let title = title.filter(|title| is_title(title) && description.is_none());
            good &= title.is_some();
            words = words.with(language, title.unwrap_or_default());
        }
        if !good {
            keywords.note(
                keyword,
                format!("must say what `{code}` is called, by a `title` with up to 500 letters in each language"),
            );
        }
        choices.push(Choice { code, title: words });
    }
    Some(choices)
}

fn yes_or_no(keywords: &mut Keywords<'_, '_>) -> Option<Kind> {
    keywords.judge("a yes or no", &["const"]);
    Some(if keywords.is_set("const") { Kind::Consent } else { Kind::Check })
}
