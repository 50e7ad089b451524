//! Formulas: a value that is calculated from others.
//!
//! A formula is kept as steps over a stack, so that neither its length nor how it is nested costs the stack of a sandbox.

mod parse;

use std::collections::BTreeMap;

use super::condition::Kinds;
use super::held::Held;
use super::number::{Fault, Number};
use crate::time::Date;

pub(super) use parse::{FormulaError, TODAY};

/// How a field is calculated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    text: String,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Number(Number),
    Field(String),
    Years(Day, Day),
    Days(Day, Day),
    Negate,
    Round,
    Floor,
    Ceil,
    Add,
    Subtract,
    Multiply,
    Divide,
    /// The least, or the most, of so many.
    Min(usize),
    Max(usize),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Day {
    Today,
    Field(String),
}

/// What a formula is calculated from.
struct Given<'v> {
    values: &'v BTreeMap<&'v str, Held>,
    today: Date,
}

/// A number; none, where one of the dates that it depends on is not there.
type Calculated = Option<Number>;

impl Formula {
    /// Reads a formula over these fields.
    ///
    /// # Errors
    /// If it is none, or uses a field that is no number and no date.
    pub(super) fn read(text: &str, kinds: &Kinds) -> Result<Self, FormulaError> {
        Ok(Self { steps: parse::parse(text, kinds)?, text: text.trim().to_owned() })
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The fields that it is calculated from.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        let fields = self.steps.iter().flat_map(|step| match step {
            Step::Field(name) => [Some(name.as_str()), None],
            Step::Years(from, to) | Step::Days(from, to) => [from.field(), to.field()],
            _ => [None, None],
        });
        fields.flatten()
    }

    /// Whether it divides by a zero that stands in it, whatever the fields are.
    #[must_use]
    pub fn divides_by_zero(&self) -> bool {
        // What is known of each number without the fields.
        let mut stack: Vec<Calculated> = Vec::new();
        for step in &self.steps {
            if *step == Step::Divide && stack.last() == Some(&Some(Number::ZERO)) {
                return true;
            }
            let result = match step {
                Step::Number(number) => Ok(Some(*number)),
                Step::Field(_) | Step::Years(..) | Step::Days(..) => Ok(None),
                other => other.act(&mut stack),
            };
            stack.push(result.unwrap_or(None));
        }
        false
    }

    /// The number, for these values of the fields.
    pub(super) fn calculate(&self, values: &BTreeMap<&str, Held>, today: Date) -> Result<Calculated, Fault> {
        let given = Given { values, today };
        let mut stack: Vec<Calculated> = Vec::new();
        for step in &self.steps {
            let result = match step {
                Step::Number(number) => Some(*number),
                Step::Field(name) => Some(given.number(name)),
                Step::Years(from, to) => given.between(from, to, Date::years_until),
                Step::Days(from, to) => given.between(from, to, Date::days_until),
                other => other.act(&mut stack)?,
            };
            stack.push(result);
        }
        Ok(stack.pop().flatten())
    }
}

impl Step {
    /// What it makes of the numbers on top of the stack; nothing, where it puts one there by itself.
    fn act(&self, stack: &mut Vec<Calculated>) -> Result<Calculated, Fault> {
        match self {
            Self::Number(_) | Self::Field(_) | Self::Years(..) | Self::Days(..) => Ok(None),
            Self::Negate => one(stack, Number::negative),
            Self::Round => one(stack, |number| number.rounded(0)),
            Self::Floor => one(stack, Number::floor),
            Self::Ceil => one(stack, Number::ceil),
            Self::Add => two(stack, Number::plus),
            Self::Subtract => two(stack, Number::minus),
            Self::Multiply => two(stack, Number::times),
            Self::Divide => two(stack, Number::over),
            Self::Min(count) => Ok(several(stack, *count, Number::min)),
            Self::Max(count) => Ok(several(stack, *count, Number::max)),
        }
    }
}

impl Day {
    fn field(&self) -> Option<&str> {
        if let Self::Field(name) = self { Some(name) } else { None }
    }
}

impl Given<'_> {
    /// A field without a value counts as zero.
    fn number(&self, name: &str) -> Number {
        self.values.get(name).and_then(Held::number).unwrap_or(Number::ZERO)
    }

    fn between(&self, from: &Day, to: &Day, count: fn(Date, Date) -> i64) -> Calculated {
        Some(Number::from(count(self.date(from)?, self.date(to)?)))
    }

    fn date(&self, day: &Day) -> Option<Date> {
        match day {
            Day::Today => Some(self.today),
            Day::Field(name) => self.values.get(name.as_str())?.date(),
        }
    }
}

fn one(stack: &mut Vec<Calculated>, act: impl FnOnce(Number) -> Result<Number, Fault>) -> Result<Calculated, Fault> {
    stack.pop().flatten().map(act).transpose()
}

fn two(
    stack: &mut Vec<Calculated>,
    act: impl FnOnce(Number, Number) -> Result<Number, Fault>,
) -> Result<Calculated, Fault> {
    let (right, left) = (stack.pop().flatten(), stack.pop().flatten());
    left.zip(right).map(|(left, right)| act(left, right)).transpose()
}

fn several(stack: &mut Vec<Calculated>, count: usize, choose: fn(Number, Number) -> Number) -> Calculated {
    let numbers = stack.split_off(stack.len().saturating_sub(count));
    let numbers: Option<Vec<Number>> = numbers.into_iter().collect();
    numbers?.into_iter().reduce(choose)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::kind::{Days, Kind, Letters, Span};

    fn kinds() -> Kinds {
        let all = [
            ("area", Kind::Decimal(Span { decimals: 2, ..Span::default() })),
            ("workers", Kind::Integer(Span::default())),
            ("born", Kind::Date(Days::default())),
            ("gone", Kind::Date(Days::default())),
            ("name", Kind::Line(Letters { least: 0, most: 5 })),
        ];
        let refused = [("refused".to_owned(), None)];
        all.into_iter().map(|(name, kind)| (name.to_owned(), Some(kind))).chain(refused).collect()
    }

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn calculate(text: &str) -> Result<Option<String>, Fault> {
        let formula = Formula::read(text, &kinds()).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        let values = [
            ("area", Held::Number("60.5".parse().expect("a number"))),
            ("workers", Held::Number(Number::from(7))),
            ("born", Held::Date(day("2000-05-17"))),
        ];
        let number = formula.calculate(&values.into(), day("2026-05-16"))?;
        Ok(number.map(|number| number.to_string()))
    }

    #[test]
    fn formulas_are_calculated() {
        for (text, result) in [
            ("1 + 2 * 3", "7"),
            ("(1 + 2) * 3", "9"),
            ("10 - 3 - 2", "5"),
            ("8 / 4 / 2", "1"),
            ("-area + 1", "-59.5"),
            ("--2", "2"),
            ("2 - -3", "5"),
            ("round(area * 250 + max(workers - 5, 0) * 1000)", "17125"),
            ("min(3, 1, 2)", "1"),
            ("max(3)", "3"),
            ("round(-2.5)", "-3"),
            ("floor(area)", "60"),
            ("ceil(area)", "61"),
            ("1 / 3", "0.333333"),
            ("years(born, today)", "25"),
            ("days(born, today) - days(born, born)", "9495"),
            ("years(today, born)", "-25"),
        ] {
            assert_eq!(calculate(text), Ok(Some(result.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_number_that_is_not_there_is_zero_and_a_date_leaves_no_value() {
        let formula = |text| Formula::read(text, &kinds()).expect("a formula");
        let nothing = BTreeMap::new();
        assert_eq!(formula("area + 1").calculate(&nothing, day("2026-05-16")), Ok(Some(1.into())));
        for text in
            ["years(born, today)", "1 + days(gone, born)", "max(1, years(gone, today))", "-round(years(gone, gone))"]
        {
            assert_eq!(formula(text).calculate(&nothing, day("2026-05-16")), Ok(None), "{text}");
        }
    }

    #[test]
    fn what_has_no_result_is_a_fault() {
        assert_eq!(calculate("1 / (workers - 7)"), Err(Fault::DivisionByZero));
        let large = ["999999999999999"; 3].join(" * ");
        assert_eq!(calculate(&large), Err(Fault::Overflow));
    }

    #[test]
    fn a_zero_that_stands_in_a_formula_is_no_divisor() {
        for (text, divides) in [
            ("area / 0", true),
            ("1 + area / (2 - 2)", true),
            ("area / min(0, 1)", true),
            ("area / round(0.2)", true),
            ("area / workers", false),
            ("area / (workers - workers)", false),
            ("0 / area", false),
            ("area * 0", false),
            ("1 / (1 / 3)", false),
        ] {
            let formula = Formula::read(text, &kinds()).expect("a formula");
            assert_eq!(formula.divides_by_zero(), divides, "{text}");
        }
    }

    #[test]
    fn a_formula_says_what_it_is_calculated_from() {
        let formula = Formula::read(" area + years(born, today) + days(gone, born) ", &kinds()).expect("a formula");
        assert_eq!(formula.fields().collect::<Vec<_>>(), ["area", "born", "gone", "born"]);
        assert_eq!(formula.as_str(), "area + years(born, today) + days(gone, born)");
    }

    #[test]
    fn what_is_no_formula_is_refused_at_its_place() {
        let (long, deep) = ("1+".repeat(250) + "1", "(".repeat(20) + "1");
        for (text, position, rule) in [
            ("", 1, "ends where a value is expected"),
            ("1 +", 4, "ends where"),
            ("1 2", 3, "goes on"),
            ("1 + )", 5, "expects a value"),
            ("(1", 3, "expects `)`"),
            ("area & 1", 6, "does not know `&`"),
            ("1 + ñ", 5, "does not know `ñ`"),
            ("1.", 1, "no number"),
            ("1.2.3", 1, "no number"),
            ("0.0000001", 1, "no number"),
            ("size", 1, "no field"),
            ("name", 1, "neither a number nor a date"),
            ("born", 1, "only within"),
            ("1 + today", 5, "only within"),
            ("years(born)", 11, "expects `,`"),
            ("years(area, today)", 7, "expects a date"),
            ("years(1, today)", 7, "expects a date"),
            ("days(born, born, born)", 16, "expects `)`"),
            ("sqrt(4)", 1, "no function"),
            ("round", 1, "no field"),
            ("round(1, 2)", 8, "expects `)`"),
            ("min()", 5, "expects a value"),
            ("max(1,)", 7, "expects a value"),
            (&long, 501, "longer than 500"),
            (&deep, 13, "nested deeper"),
            (&"-".repeat(20), 13, "nested deeper"),
        ] {
            let error = Formula::read(text, &kinds()).expect_err(text);
            let said = error.rule();
            let said = said.said(html::Language::English);
            assert!(error.position == position && said.contains(rule), "{text}: {said}");
        }
        assert!(Formula::read("refused + years(refused, today)", &kinds()).is_ok());
    }
}
