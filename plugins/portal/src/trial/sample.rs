//! Answers that people might give, made of the questions alone.

use sdk::json::Value;
use sdk::schema::{Answers, Day, Days, Facts, Field, Kind, Letters, Number, Origin, Schema, Span};
use sdk::{Date, Timestamp};

/// Answers, and what registers might say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// The answers, settled: of the questions that would be asked.
    pub answers: Answers,
    /// What registers say.
    pub facts: Facts,
}

/// Another example for each number; the same one for the same number on the same day.
#[must_use]
pub fn sample(schema: &Schema, number: u64, today: Date) -> Sample {
    let mut maker = Maker { state: number, today };
    let (mut answers, mut facts) = (Answers::new(), Facts::new());
    for field in schema.fields() {
        match field.origin() {
            Origin::Asked => answers.extend(maker.value(field).map(|value| (field.name().to_owned(), value))),
            Origin::Brought(_) => facts.extend(maker.value(field).map(|value| (field.name().to_owned(), value))),
            Origin::Calculated(_) => {}
        }
    }
    let answers = schema.settle_so_far(&answers, &facts, today).answers().clone();
    Sample { answers, facts }
}

struct Maker {
    state: u64,
    today: Date,
}

/// Words of which texts are made.
const WORDS: [&str; 12] =
    ["Ejemplo", "Illimani", "de", "la", "calle", "Murillo", "número", "cien", "frente", "al", "mercado", "central"];
/// A number without a bound is so much at most beyond its least.
const USUAL_SPAN: i64 = 100;
const USUAL_SPAN_OF_MONEY: i64 = 100_000;
/// Days between which a date lies that has no bounds: a grown-up's birthday, or a day of this year.
const USUAL_DAYS: u64 = 9_000;
const MILLISECONDS_OF_DAY: u64 = 24 * 60 * 60 * 1_000;

impl Maker {
    /// The next number below another one (splitmix64: it has to look random, and not to be).
    fn below(&mut self, bound: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }

    fn pick<'t, T>(&mut self, all: &'t [T]) -> Option<&'t T> {
        let count = u64::try_from(all.len()).unwrap_or(u64::MAX);
        usize::try_from(self.below(count)).ok().and_then(|index| all.get(index))
    }

    fn value(&mut self, field: &Field) -> Option<Value> {
        Some(match field.kind() {
            Kind::Line(letters) => self.text(*letters, 3).into(),
            Kind::Lines(letters) => self.text(*letters, 12).into(),
            Kind::Mask(masks) => self.masked(masks.first()?.as_str()).into(),
            Kind::Email => format!("persona{}@correo.bo", self.below(1_000)).into(),
            Kind::Telephone => format!("+5917{:07}", self.below(10_000_000)).into(),
            Kind::Date(days) => self.date(*days)?.to_string().into(),
            Kind::Integer(span) | Kind::Decimal(span) => self.number(*span, USUAL_SPAN)?,
            Kind::Money(span) => self.number(*span, USUAL_SPAN_OF_MONEY)?,
            Kind::Choice(choices) => self.pick(choices)?.code().into(),
            Kind::Choices(choices) => {
                let all: Vec<&str> = field.kind().choices().iter().map(sdk::schema::Choice::code).collect();
                let first = usize::try_from(self.below(u64::try_from(all.len()).unwrap_or(1))).unwrap_or(0);
                let taken = all.iter().cycle().skip(first).take(choices.least().max(1));
                taken.copied().collect()
            }
            Kind::Check => (self.below(2) == 0).into(),
            Kind::Consent => true.into(),
            _ => return None,
        })
    }

    fn masked(&mut self, mask: &str) -> String {
        let mut place = |place| match place {
            '0' | '*' => char::from(b'0' + u8::try_from(self.below(10)).unwrap_or(0)),
            'A' => char::from(b'A' + u8::try_from(self.below(26)).unwrap_or(0)),
            itself => itself,
        };
        mask.chars().map(&mut place).collect()
    }

    /// A text of some words, as long as it has to be and no longer than it may be.
    fn text(&mut self, letters: Letters, words: usize) -> String {
        let mut text = String::from("Ejemplo");
        for _ in 0..words {
            text.push(' ');
            text.push_str(self.pick(&WORDS).copied().unwrap_or_default());
        }
        while text.chars().count() < letters.least() {
            text.push_str(" ejemplo");
        }
        let cut: String = text.chars().take(letters.most()).collect();
        // A space at the end does not count.
        cut.trim_end().chars().chain("aaaaaaaa".chars()).take(cut.chars().count()).collect()
    }

    fn number(&mut self, span: Span, usual: i64) -> Option<Value> {
        let whole = |number: Option<Number>| number.and_then(Number::whole);
        let (least, most) = (whole(span.least()), whole(span.most()));
        let from = least.unwrap_or_else(|| most.map_or(0, |most| most.min(0)));
        let to = most.unwrap_or(i64::MAX).min(from.saturating_add(usual));
        // Bounds that are no whole numbers may have none between them.
        if let Some(bound) = span.least().filter(|least| least.whole().is_none()) {
            return serde_json::from_str(&bound.to_string()).ok();
        }
        let range = u64::try_from(to.saturating_sub(from)).unwrap_or(0);
        Some(from.saturating_add(i64::try_from(self.below(range.saturating_add(1))).unwrap_or(0)).into())
    }

    fn date(&mut self, days: Days) -> Option<Date> {
        let today = self.today;
        let on = |day: Option<Day>| match day? {
            Day::Today => Some(today),
            Day::Fixed(date) => Some(date),
        };
        let (first, last) = (on(days.first()), on(days.last()));
        let back = MILLISECONDS_OF_DAY * (USUAL_DAYS + self.below(USUAL_DAYS));
        Some(match (first, last) {
            (Some(first), Some(last)) => {
                let between = u64::try_from(first.days_until(last)).unwrap_or(0);
                later(first, self.below(between.saturating_add(1)))
            }
            (Some(first), None) => later(first, self.below(60)),
            (None, Some(last)) => earlier(last, back),
            (None, None) => earlier(self.today, back),
        })
    }
}

fn later(date: Date, days: u64) -> Date {
    let begin = date.begin_in_la_paz().as_millisecond();
    Timestamp::from_millisecond(begin.saturating_add(days * MILLISECONDS_OF_DAY)).date_in_la_paz()
}

fn earlier(date: Date, milliseconds: u64) -> Date {
    let begin = date.begin_in_la_paz().as_millisecond();
    Timestamp::from_millisecond(begin.saturating_sub(milliseconds)).date_in_la_paz()
}
