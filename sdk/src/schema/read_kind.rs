//! Reads what a field asks for, from its type and the keywords that go with that.

use super::keywords::Keywords;
use super::kind::{Choice, Choices, Day, Days, Kind, Letters, Span};
use super::mask::Mask;
use super::number::MOST_DECIMALS;
use super::problem::{Rule, rule};
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
            let rule = rule(
                "must be `string`, `integer`, `number`, `array` or `boolean`",
                "tiene que ser `string`, `integer`, `number`, `array` o `boolean`",
            );
            keywords.note("type", rule);
            None
        }
    }?;
    let number = matches!(kind, Kind::Integer(_) | Kind::Decimal(_) | Kind::Money(_));
    match from {
        From::Formula(_) if !number => {
            let rule = rule(
                "must be of a field of type `integer` or `number`",
                "solo va en una pregunta de tipo `integer` o `number`",
            );
            keywords.note("x-formula", rule);
        }
        From::Register(_) if matches!(kind, Kind::Choices(_) | Kind::Consent) => {
            let rule = rule(
                "must not be of a list of choices, nor of a sentence to agree to",
                "no va en una lista de opciones, ni en una frase que se acepta",
            );
            keywords.note("x-source", rule);
        }
        _ => {}
    }
    Some(kind)
}

/// Each text has one of these at most; what is said of another then does not belong to it.
fn string(keywords: &mut Keywords<'_, '_>) -> Option<Kind> {
    if keywords.has("oneOf") {
        keywords.judge(&rule("a choice", "una elección"), &["oneOf"]);
        return choices(keywords).map(Kind::Choice);
    }
    if keywords.has("x-masks") {
        keywords.judge(&rule("a text with masks", "un texto con formato"), &["x-masks"]);
        return masks(keywords).map(Kind::Mask);
    }
    if keywords.has("x-telephone") {
        keywords.judge(&rule("a telephone number", "un número de teléfono"), &["x-telephone"]);
        keywords.is_set("x-telephone");
        return Some(Kind::Telephone);
    }
    match keywords.text("format") {
        Some("date") => {
            keywords.judge(&rule("a date", "una fecha"), &["format", "x-not-before", "x-not-after"]);
            Some(Kind::Date(days(keywords)))
        }
        Some("email") => {
            keywords.judge(&rule("an address of mail", "un correo electrónico"), &["format"]);
            Some(Kind::Email)
        }
        Some(_) => {
            let rule = rule("must be `date` or `email`, or be left out", "tiene que ser `date` o `email`, o quitarse");
            keywords.note("format", rule);
            None
        }
        None => text(keywords),
    }
}

fn text(keywords: &mut Keywords<'_, '_>) -> Option<Kind> {
    keywords.judge(&rule("a text", "un texto"), &["format", "x-lines", "minLength", "maxLength"]);
    let lines = keywords.is_set("x-lines");
    let most = keywords.count("maxLength", 1..=MOST_LETTERS).unwrap_or(USUAL_LETTERS);
    let least = keywords.count("minLength", 0..=MOST_LETTERS).unwrap_or_default();
    if least > most {
        keywords.note("minLength", above("maxLength", most));
    }
    let letters = Letters { least, most };
    Some(if lines { Kind::Lines(letters) } else { Kind::Line(letters) })
}

fn masks(keywords: &mut Keywords<'_, '_>) -> Option<Vec<Mask>> {
    let texts: Vec<String> = keywords.read("x-masks", &rule("a list of texts", "una lista de textos"))?;
    if texts.is_empty() || texts.len() > MOST_MASKS {
        let rule = rule(
            format!("must have between 1 and {MOST_MASKS} masks"),
            format!("tiene que tener entre 1 y {MOST_MASKS} formatos"),
        );
        keywords.note("x-masks", rule);
        return None;
    }
    let mut masks = Vec::new();
    for text in texts {
        match Mask::new(&text) {
            Some(mask) => masks.push(mask),
            None => keywords.note(
                "x-masks",
                rule(
                    format!(
                        "has {text:?}: a mask has a `0`, `A` or `*`, and else up to 60 letters, digits and signs (ASCII)"
                    ),
                    format!(
                        "tiene {text:?}: un formato tiene algún `0`, `A` o `*`, y hasta 60 letras sin acento, cifras y signos"
                    ),
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
                let rule = rule(
                    "must be a date such as 2026-11-26, or `today`",
                    "tiene que ser una fecha como 2026-11-26, o `today`",
                );
                keywords.note(keyword, rule);
            }
            date.map(Day::Fixed)
        }
    };
    let (first, last) = (day("x-not-before"), day("x-not-after"));
    if let (Some(Day::Fixed(first)), Some(Day::Fixed(last))) = (first, last)
        && first > last
    {
        let rule = rule("must not be later than `x-not-after`", "no puede ser después de `x-not-after`");
        keywords.note("x-not-before", rule);
    }
    Days { first, last }
}

fn whole(keywords: &mut Keywords<'_, '_>, from: From<'_>) -> Option<Kind> {
    let name = if keywords.has("x-money") {
        rule("an amount of money", "un monto de dinero")
    } else {
        rule("a whole number", "un número entero")
    };
    let span = span(keywords, from, &name, "x-money", 0);
    Some(if keywords.is_set("x-money") { Kind::Money(span) } else { Kind::Integer(span) })
}

fn decimal(keywords: &mut Keywords<'_, '_>, from: From<'_>) -> Option<Kind> {
    if !keywords.has("x-decimals") {
        let rule = rule(
            "is missing: say how many decimals the number has at most, from 0 to 6",
            "falta: diga cuántos decimales puede tener el número, de 0 a 6",
        );
        keywords.note("x-decimals", rule);
    }
    let decimals = keywords.count("x-decimals", 0..=usize::from(MOST_DECIMALS)).and_then(|count| count.try_into().ok());
    let span = span(keywords, from, &rule("a number", "un número"), "x-decimals", decimals.unwrap_or(MOST_DECIMALS));
    Some(Kind::Decimal(span))
}

/// The bounds of a number. One that is calculated is what it is.
fn span(keywords: &mut Keywords<'_, '_>, from: From<'_>, name: &Rule, own: &str, decimals: u8) -> Span {
    match from {
        From::Formula(_) => keywords.judge(&rule("what is calculated", "lo que se calcula"), &[own]),
        From::Person | From::Register(_) => keywords.judge(name, &[own, "minimum", "maximum"]),
    }
    let (least, most) = (keywords.number("minimum", decimals), keywords.number("maximum", decimals));
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        keywords.note("minimum", above("maximum", most));
    }
    Span { least, most, decimals }
}

fn several(keywords: &mut Keywords<'_, '_>) -> Option<Kind> {
    keywords.judge(&rule("a list of choices", "una lista de opciones"), &["items", "uniqueItems", "minItems"]);
    if !keywords.is_set("uniqueItems") {
        let rule =
            rule("must be true: a choice is made once", "tiene que ser `true`: cada opción se elige una sola vez");
        keywords.note("uniqueItems", rule);
    }
    if !keywords.has("items") {
        let rule = rule(
            "is missing: give the choices as {\"oneOf\": […]}",
            "falta: escriba las opciones como {\"oneOf\": […]}",
        );
        keywords.note("items", rule);
    }
    let of_type = rule("an object with `oneOf`, a list of choices", "un objeto con `oneOf`, una lista de opciones");
    let items: wire::Items = keywords.read("items", &of_type)?;
    let all = judged(keywords, "items", items.one_of)?;
    let least = keywords.count("minItems", 0..=all.len()).unwrap_or_default().max(1);
    Some(Kind::Choices(Choices { all, least }))
}

fn choices(keywords: &mut Keywords<'_, '_>) -> Option<Vec<Choice>> {
    let example = r#"{"const": "bar", "title": "Bar"}"#;
    let of_type = rule(format!("a list of choices such as {example}"), format!("una lista de opciones como {example}"));
    let all = keywords.read("oneOf", &of_type)?;
    judged(keywords, "oneOf", all)
}

/// The choices, after what is wrong with them is noted.
fn judged(keywords: &mut Keywords<'_, '_>, keyword: &str, all: Vec<wire::Choice>) -> Option<Vec<Choice>> {
    if all.is_empty() || all.len() > MOST_CHOICES {
        let rule = rule(
            format!("must have between 1 and {MOST_CHOICES} choices"),
            format!("tiene que tener entre 1 y {MOST_CHOICES} opciones"),
        );
        keywords.note(keyword, rule);
        return None;
    }
    let mut choices: Vec<Choice> = Vec::with_capacity(all.len());
    for wire::Choice { code, title, translations } in all {
        let plain =
            !code.is_empty() && code.len() <= MOST_LETTERS_OF_CODE && code.bytes().all(|byte| byte.is_ascii_graphic());
        if !plain {
            keywords.note(
                keyword,
                rule(
                    format!(
                        "has the code {code:?}: one has up to 100 letters, digits and signs (ASCII), without spaces"
                    ),
                    format!(
                        "tiene el código {code:?}: uno tiene hasta 100 letras sin acento, cifras y signos, sin espacios"
                    ),
                ),
            );
        }
        if choices.iter().any(|choice| choice.code == code) {
            let rule = rule(
                format!("has the code `{code}` twice: have it once"),
                format!("tiene el código `{code}` dos veces: cada opción tiene su propio código"),
            );
            keywords.note(keyword, rule);
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
                rule(
                    format!("must say what `{code}` is called, by a `title` with up to 500 letters in each language"),
                    format!("tiene que decir cómo se llama `{code}`, en un `title` de hasta 500 letras en cada idioma"),
                ),
            );
        }
        choices.push(Choice { code, title: words });
    }
    Some(choices)
}

fn yes_or_no(keywords: &mut Keywords<'_, '_>) -> Option<Kind> {
    keywords.judge(&rule("a yes or no", "un sí o no"), &["const"]);
    Some(if keywords.is_set("const") { Kind::Consent } else { Kind::Check })
}

fn above(other: &str, most: impl std::fmt::Display) -> Rule {
    rule(
        format!("must not be more than `{other}`, which is {most}"),
        format!("no puede ser más que `{other}`, que es {most}"),
    )
}
