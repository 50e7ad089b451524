//! Fields that parts of a definition have in common: words in several languages, codes, lines of a list.

use sdk::Translated;
use sdk::form::{Choice, Fields};
use sdk::html::{Checked, Language, Need, Width};
use sdk::i18n::Argument;
use sdk::text::fold;

use crate::definition::Code;
use crate::pages::{say, say_with};

/// How much room words have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// One line.
    Line,
    /// Paragraphs.
    Text,
}

const MOST_OF_LINE: usize = 500;
const MOST_OF_TEXT: usize = 10_000;
/// Letters of a code that is made of a title.
const MOST_OF_CODE: usize = 48;

/// Words in Spanish, and in English too where they are given; those in other languages stay.
pub(super) fn words(
    fields: &mut Fields<'_>,
    (name, label): (&str, &str),
    now: Option<&Translated>,
    room: Room,
) -> Option<Translated> {
    pair(fields, (name, label), now, room, Need::Required)?
}

/// The same where they can be left out.
pub(super) fn optional_words(
    fields: &mut Fields<'_>,
    (name, label): (&str, &str),
    now: Option<&Translated>,
    room: Room,
) -> Option<Option<Translated>> {
    pair(fields, (name, label), now, room, Need::Optional)
}

fn pair(
    fields: &mut Fields<'_>,
    (name, label): (&str, &str),
    now: Option<&Translated>,
    room: Room,
    need: Need,
) -> Option<Option<Translated>> {
    let label = say(label);
    let own = |language: Language| now.filter(|now| now.languages().any(|one| one == language));
    let initial = |language: Language| own(language).map_or("", |now| now.in_language(language)).to_owned();
    let spanish = entry(fields, &format!("{name}.es"), &label, room).initially(initial(Language::Spanish));
    let spanish = if need == Need::Required { spanish.text().map(Some) } else { spanish.optional().text() };
    let label = say_with("design-in-english", &[Argument::text("label", label)]);
    let english = entry(fields, &format!("{name}.en"), &label, room).initially(initial(Language::English));
    let english = english.optional().text();
    let (spanish, english) = (spanish?, english?);
    Some(spanish.map(|spanish| {
        let others = now.into_iter().flat_map(|now| now.languages().map(|one| (one, now.in_language(one))));
        let others = others.filter(|(one, _)| !matches!(one, Language::Spanish | Language::English));
        let kept = others.fold(Translated::new(spanish), |words, (one, said)| words.with(one, said));
        english.iter().fold(kept, |words, english| words.with(Language::English, english))
    }))
}

fn entry<'f, 'a>(fields: &'f mut Fields<'a>, name: &str, label: &str, room: Room) -> sdk::form::Entry<'f, 'a> {
    match room {
        Room::Line => fields.line(name, label).most_letters(MOST_OF_LINE),
        Room::Text => fields.lines(name, label).most_letters(MOST_OF_TEXT),
    }
}

/// The code of a part: the one that it has, or one that is given, or one made of its title; none that is taken.
pub(super) fn code(
    fields: &mut Fields<'_>,
    now: Option<&Code>,
    title: Option<&Translated>,
    taken: &[Code],
) -> Option<Code> {
    if let Some(now) = now {
        return Some(now.clone());
    }
    let entry = fields.line("code", &say("design-code")).hint(say("design-code-hint")).width(Width::Medium);
    let given = entry.most_letters(Code::MAX_LETTERS).optional().parse(|text| {
        let code: Code = text.parse().map_err(|_| say("design-no-code"))?;
        if taken.contains(&code) { Err(say("design-code-taken")) } else { Ok(code) }
    });
    given?.or_else(|| {
        code_of(title?.in_language(Language::Spanish), '-', |code| taken.iter().any(|one| one == code))?.parse().ok()
    })
}

/// A code made of a title, which is not taken.
pub(super) fn code_of(title: &str, separator: char, is_taken: impl Fn(&str) -> bool) -> Option<String> {
    let folded = fold(title);
    let words = folded.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let joined = words.collect::<Vec<_>>().join(&separator.to_string());
    let begins = joined.starts_with(|first: char| first.is_ascii_lowercase());
    let whole = if begins { joined } else { format!("n{separator}{joined}") };
    let cut: String = whole.chars().take(MOST_OF_CODE - 4).collect();
    let cut = cut.trim_end_matches(separator);
    let numbered = (2..1_000).map(|number| format!("{cut}{separator}{number}"));
    std::iter::once(cut.to_owned()).chain(numbered).find(|code| !is_taken(code))
}

/// A box: whether it is checked.
pub(super) fn flag(fields: &mut Fields<'_>, name: &str, label: &str, now: Checked) -> Option<Checked> {
    fields.confirmation(name, &say(label)).initially(now).read()
}

/// One of some values that have words.
pub(super) fn one_of<T: Copy + PartialEq>(
    fields: &mut Fields<'_>,
    (name, label): (&str, &str),
    all: &[(T, &str, String)],
    now: Option<T>,
) -> Option<T> {
    let choices: Vec<Choice<T>> = all.iter().map(|(value, code, said)| Choice::new(*value, *code, said)).collect();
    let chosen = all.iter().find(|(value, ..)| Some(*value) == now).map_or("", |(_, code, _)| code);
    fields.one_of(name, &say(label), &choices).initially(chosen).required()
}

/// Any of some values that have words.
pub(super) fn any_of<T: Copy + PartialEq>(
    fields: &mut Fields<'_>,
    (name, label): (&str, &str),
    all: &[(T, &str, String)],
    now: &[T],
) -> Option<Vec<T>> {
    let choices: Vec<Choice<T>> = all.iter().map(|(value, code, said)| Choice::new(*value, *code, said)).collect();
    let chosen: Vec<&str> = all.iter().filter(|(value, ..)| now.contains(value)).map(|(_, code, _)| *code).collect();
    fields.any_of(name, &say(label), &choices).initially(&chosen).read()
}

/// Any of some codes, by what they are called.
pub(super) fn codes(
    fields: &mut Fields<'_>,
    (name, label): (&str, &str),
    all: &[(Code, &Translated)],
    now: &[Code],
) -> Option<Vec<Code>> {
    let language = fields.language();
    let choice = |(code, said): &(Code, &Translated)| Choice::called(code.clone(), code.as_str(), said.say(language));
    let choices: Vec<Choice<Code>> = all.iter().map(choice).collect();
    let chosen: Vec<&str> = now.iter().map(Code::as_str).collect();
    fields.any_of(name, &say(label), &choices).initially(&chosen).read()
}

/// A list, one of it on each line; what a line says is read, or refused in a sentence.
pub(super) fn lines<T>(
    fields: &mut Fields<'_>,
    (name, label, hint): (&str, &str, &str),
    now: &str,
    read: impl Fn(&str) -> Result<T, String>,
) -> Option<Vec<T>> {
    let entry = fields.lines(name, &say(label)).hint(say(hint)).initially(now).most_letters(MOST_OF_TEXT);
    let all = entry.optional().parse(|text| {
        let written = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let refused = |line: &str, why: String| {
            say_with("design-line", &[Argument::text("line", line), Argument::text("why", why)])
        };
        written.map(|line| read(line).map_err(|why| refused(line, why))).collect::<Result<Vec<T>, String>>()
    });
    all.map(Option::unwrap_or_default)
}
