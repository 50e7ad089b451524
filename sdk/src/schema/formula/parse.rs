//! What a formula says, read letter by letter.

use html::Language;

use super::{Day, Step};
use crate::schema::condition::Kinds;
use crate::schema::kind::Kind;
use crate::schema::problem::{Rule, rule};

/// Why a text is no formula, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::schema) struct FormulaError {
    /// The letter at which it is wrong, from 1.
    pub(super) position: usize,
    rule: Rule,
}

impl FormulaError {
    /// Why, and where.
    pub(in crate::schema) fn rule(&self) -> Rule {
        let (position, said) = (self.position, |language| self.rule.said(language));
        rule(
            format!("at letter {position}: {}", said(Language::English)),
            format!("en la letra {position}: {}", said(Language::Spanish)),
        )
    }
}

struct Parser<'a> {
    text: &'a str,
    /// The byte that is read next.
    at: usize,
    depth: usize,
    kinds: &'a Kinds,
    steps: Vec<Step>,
}

/// What a field is good for in a formula.
enum Use {
    Number,
    Date,
    /// What is wrong with that field is said there.
    Either,
}

const MOST_LETTERS: usize = 500;
const MOST_DEPTH: usize = 12;
/// What may stand between the parts of a formula, and around it: the spaces of JSON.
const SPACES: [char; 4] = [' ', '\t', '\n', '\r'];
/// The name of the day on which a formula is calculated.
pub(in crate::schema) const TODAY: &str = "today";

pub(super) fn parse(text: &str, kinds: &Kinds) -> Result<Vec<Step>, FormulaError> {
    let mut parser = Parser { text, at: 0, depth: 0, kinds, steps: Vec::new() };
    if text.chars().count() > MOST_LETTERS {
        let rule =
            rule(format!("it is longer than {MOST_LETTERS} letters"), format!("tiene más de {MOST_LETTERS} letras"));
        return Err(FormulaError { position: MOST_LETTERS + 1, rule });
    }
    parser.sum()?;
    match parser.peek() {
        None => Ok(parser.steps),
        Some(letter) if is_known(letter) => {
            Err(parser.wrong(rule("goes on where an operator is expected", "sigue donde se espera un operador")))
        }
        Some(letter) => Err(parser.unknown(letter)),
    }
}

impl<'a> Parser<'a> {
    fn sum(&mut self) -> Result<(), FormulaError> {
        self.product()?;
        loop {
            let step = match self.peek() {
                Some('+') => Step::Add,
                Some('-') => Step::Subtract,
                _ => return Ok(()),
            };
            self.at += 1;
            self.product()?;
            self.steps.push(step);
        }
    }

    fn product(&mut self) -> Result<(), FormulaError> {
        self.value()?;
        loop {
            let step = match self.peek() {
                Some('*') => Step::Multiply,
                Some('/') => Step::Divide,
                _ => return Ok(()),
            };
            self.at += 1;
            self.value()?;
            self.steps.push(step);
        }
    }

    fn value(&mut self) -> Result<(), FormulaError> {
        let letter = self
            .peek()
            .ok_or_else(|| self.wrong(rule("it ends where a value is expected", "termina donde se espera un valor")))?;
        if self.depth == MOST_DEPTH {
            let rule = rule(
                format!("it is nested deeper than {MOST_DEPTH}"),
                format!("tiene paréntesis dentro de otros más allá de {MOST_DEPTH} niveles"),
            );
            return Err(self.wrong(rule));
        }
        self.depth += 1;
        match letter {
            '-' => {
                self.at += 1;
                self.value()?;
                self.steps.push(Step::Negate);
            }
            '(' => {
                self.at += 1;
                self.sum()?;
                self.expect(')')?;
            }
            '0'..='9' => self.number()?,
            'a'..='z' => self.name()?,
            letter if is_known(letter) => return Err(self.wrong(rule("expects a value", "se espera un valor"))),
            letter => return Err(self.unknown(letter)),
        }
        self.depth -= 1;
        Ok(())
    }

    fn number(&mut self) -> Result<(), FormulaError> {
        let (begin, word) = self.word(|letter| letter.is_ascii_digit() || letter == '.');
        let no_number = || rule("is no number such as 1234.5", "no es un número como 1234.5");
        let number = word.parse().map_err(|_| self.wrong_at(begin, no_number()))?;
        self.steps.push(Step::Number(number));
        Ok(())
    }

    /// A field, or a function with what it is of.
    fn name(&mut self) -> Result<(), FormulaError> {
        let (begin, name) = self.identifier();
        if self.peek() == Some('(') {
            self.at += 1;
            let step = self.function(begin, name)?;
            self.expect(')')?;
            self.steps.push(step);
            return Ok(());
        }
        if name == TODAY {
            let rule =
                rule("`today` stands only within years(…) and days(…)", "`today` solo va dentro de years(…) y days(…)");
            return Err(self.wrong_at(begin, rule));
        }
        match self.of(begin, name)? {
            Use::Date => {
                let rule = rule(
                    format!("`{name}` is a date: it stands only within years(…) and days(…)"),
                    format!("`{name}` es una fecha: solo va dentro de years(…) y days(…)"),
                );
                Err(self.wrong_at(begin, rule))
            }
            Use::Number | Use::Either => {
                self.steps.push(Step::Field(name.to_owned()));
                Ok(())
            }
        }
    }

    fn function(&mut self, begin: usize, name: &str) -> Result<Step, FormulaError> {
        match name {
            "round" => self.sum().map(|()| Step::Round),
            "floor" => self.sum().map(|()| Step::Floor),
            "ceil" => self.sum().map(|()| Step::Ceil),
            "min" => self.list().map(Step::Min),
            "max" => self.list().map(Step::Max),
            "years" => self.days().map(|(from, to)| Step::Years(from, to)),
            "days" => self.days().map(|(from, to)| Step::Days(from, to)),
            _ => {
                let rule = rule(
                    format!("`{name}` is no function: use round, floor, ceil, min, max, years or days"),
                    format!("`{name}` no es una función: use round, floor, ceil, min, max, years o days"),
                );
                Err(self.wrong_at(begin, rule))
            }
        }
    }

    /// Values apart by commas, and how many they are.
    fn list(&mut self) -> Result<usize, FormulaError> {
        let mut count = 1;
        self.sum()?;
        while self.peek() == Some(',') {
            self.at += 1;
            self.sum()?;
            count += 1;
        }
        Ok(count)
    }

    fn days(&mut self) -> Result<(Day, Day), FormulaError> {
        let from = self.day()?;
        self.expect(',')?;
        Ok((from, self.day()?))
    }

    fn day(&mut self) -> Result<Day, FormulaError> {
        self.peek();
        let (begin, name) = self.identifier();
        if name == TODAY {
            return Ok(Day::Today);
        }
        let is_name = name.starts_with(|letter: char| letter.is_ascii_lowercase());
        let is_date = is_name && matches!(self.of(begin, name)?, Use::Date | Use::Either);
        if is_date {
            Ok(Day::Field(name.to_owned()))
        } else {
            let rule = rule("expects a date: a field, or `today`", "se espera una fecha: una pregunta, o `today`");
            Err(self.wrong_at(begin, rule))
        }
    }

    fn of(&self, begin: usize, name: &str) -> Result<Use, FormulaError> {
        match self.kinds.get(name) {
            Some(Some(Kind::Integer(_) | Kind::Decimal(_) | Kind::Money(_))) => Ok(Use::Number),
            Some(Some(Kind::Date(_))) => Ok(Use::Date),
            Some(None) => Ok(Use::Either),
            Some(Some(_)) => {
                let rule = rule(
                    format!("`{name}` is neither a number nor a date"),
                    format!("`{name}` no es un número ni una fecha"),
                );
                Err(self.wrong_at(begin, rule))
            }
            None => {
                let rule = rule(format!("`{name}` is no field"), format!("`{name}` no es ninguna de las preguntas"));
                Err(self.wrong_at(begin, rule))
            }
        }
    }

    fn expect(&mut self, wanted: char) -> Result<(), FormulaError> {
        if self.peek() != Some(wanted) {
            return Err(self.wrong(rule(format!("expects `{wanted}`"), format!("se espera `{wanted}`"))));
        }
        self.at += 1;
        Ok(())
    }

    /// The next letter that is no space.
    fn peek(&mut self) -> Option<char> {
        let rest = self.rest();
        let trimmed = rest.trim_start_matches(SPACES);
        self.at += rest.len() - trimmed.len();
        trimmed.chars().next()
    }

    fn identifier(&mut self) -> (usize, &'a str) {
        self.word(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
    }

    /// The letters that follow and are of one sort, and where they begin.
    fn word(&mut self, is_part: impl Fn(char) -> bool) -> (usize, &'a str) {
        let (begin, rest) = (self.at, self.rest());
        let word = &rest[..rest.find(|letter| !is_part(letter)).unwrap_or(rest.len())];
        self.at += word.len();
        (begin, word)
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn unknown(&self, letter: char) -> FormulaError {
        let rule = rule(format!("a formula does not know `{letter}`"), format!("una fórmula no conoce `{letter}`"));
        self.wrong(rule)
    }

    fn wrong(&self, rule: Rule) -> FormulaError {
        self.wrong_at(self.at, rule)
    }

    fn wrong_at(&self, at: usize, rule: Rule) -> FormulaError {
        FormulaError { position: self.text[..at].chars().count() + 1, rule }
    }
}

/// Whether a letter stands in formulas at all.
fn is_known(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit() || "+-*/(),._".contains(letter)
}
