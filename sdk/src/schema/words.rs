//! Conditions in words, for the hint at a field that is answered only where one holds.

use html::Language;

use super::Schema;
use super::condition::{Condition, Leaf, Node, Test};
use super::held::Held;
use super::kind::Kind;

/// Whether a condition is said as it stands, or its contrary.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sense {
    Plain,
    Contrary,
}

/// Whether what is said stands alone, or among others that are joined by another word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Alone,
    Among,
}

struct Speaker<'s> {
    schema: &'s Schema,
    language: Language,
}

impl Condition {
    /// In words: `Solo si «Tipo» es «Bar» y «Superficie» es 50 o más.`, and in English. Other languages have the Spanish ones.
    #[must_use]
    pub fn in_words(&self, schema: &Schema, language: Language) -> String {
        let said = Speaker { schema, language }.node(&self.0, Sense::Plain, Place::Alone);
        match language {
            Language::English => format!("Only if {said}."),
            _ => format!("Solo si {said}."),
        }
    }
}

impl Speaker<'_> {
    fn node(&self, node: &Node, sense: Sense, place: Place) -> String {
        match (node, sense) {
            (Node::Leaf(leaf), _) => self.leaf(leaf, sense),
            (Node::Not(node), Sense::Plain) => self.node(node, Sense::Contrary, place),
            (Node::Not(node), Sense::Contrary) => self.node(node, Sense::Plain, place),
            (Node::All(nodes), Sense::Plain) | (Node::Any(nodes), Sense::Contrary) => {
                self.joined(nodes, sense, place, self.either(" y ", " and "))
            }
            (Node::Any(nodes), Sense::Plain) | (Node::All(nodes), Sense::Contrary) => {
                self.joined(nodes, sense, place, self.either(" o ", " or "))
            }
        }
    }

    fn joined(&self, nodes: &[Node], sense: Sense, place: Place, word: &str) -> String {
        if let [only] = nodes {
            return self.node(only, sense, place);
        }
        let parts: Vec<String> = nodes.iter().map(|node| self.node(node, sense, Place::Among)).collect();
        match place {
            Place::Alone => parts.join(word),
            Place::Among => format!("({})", parts.join(word)),
        }
    }

    fn leaf(&self, leaf: &Leaf, sense: Sense) -> String {
        let Some(field) = self.schema.field(&leaf.field) else { return leaf.field.clone() };
        let (kind, title) = (&field.kind, self.quoted(field.title.in_language(self.language)));
        match (&leaf.test, sense) {
            (Test::Is(Held::Flag(flag)), _) => {
                let marked = *flag == (sense == Sense::Plain);
                let word = if marked {
                    self.either("marca", "you check")
                } else {
                    self.either("no marca", "you do not check")
                };
                format!("{word} {title}")
            }
            (Test::Is(value), _) => self.is(&title, kind, std::slice::from_ref(value), sense),
            (Test::IsOneOf(values), _) => self.is(&title, kind, values, sense),
            (Test::Has(code), Sense::Plain) => {
                format!("{title} {} {}", self.either("incluye", "includes"), self.choice(kind, code))
            }
            (Test::Has(code), Sense::Contrary) => {
                format!("{title} {} {}", self.either("no incluye", "does not include"), self.choice(kind, code))
            }
            (Test::AtLeast(bound), Sense::Plain) => self.from(&title, kind, bound),
            (Test::AtMost(bound), Sense::Plain) => self.until(&title, kind, bound),
            (Test::AtLeast(bound), Sense::Contrary) => {
                format!("{title} {} {}", self.before(bound), self.value(kind, bound))
            }
            (Test::AtMost(bound), Sense::Contrary) => {
                format!("{title} {} {}", self.after(bound), self.value(kind, bound))
            }
        }
    }

    fn is(&self, title: &str, kind: &Kind, values: &[Held], sense: Sense) -> String {
        let values: Vec<String> = values.iter().map(|value| self.noun(kind, value)).collect();
        let (word, join) = match sense {
            Sense::Plain => (self.either("es", "is"), self.either(" o ", " or ")),
            Sense::Contrary => (self.either("no es", "is not"), self.either(" ni ", " or ")),
        };
        format!("{title} {word} {}", values.join(join))
    }

    fn from(&self, title: &str, kind: &Kind, bound: &Held) -> String {
        let end = match bound {
            Held::Date(_) => self.either("o después", "or later"),
            _ => self.either("o más", "or more"),
        };
        format!("{title} {} {} {end}", self.either("es", "is"), self.noun(kind, bound))
    }

    fn until(&self, title: &str, kind: &Kind, bound: &Held) -> String {
        let end = match bound {
            Held::Date(_) => self.either("o antes", "or earlier"),
            _ => self.either("o menos", "or less"),
        };
        format!("{title} {} {} {end}", self.either("es", "is"), self.noun(kind, bound))
    }

    fn before(&self, bound: &Held) -> &'static str {
        match bound {
            Held::Date(_) => self.either("es antes del", "is before"),
            _ => self.either("es menos de", "is less than"),
        }
    }

    fn after(&self, bound: &Held) -> &'static str {
        match bound {
            Held::Date(_) => self.either("es después del", "is after"),
            _ => self.either("es más de", "is more than"),
        }
    }

    /// A value after a verb: in Spanish, a day has its article.
    fn noun(&self, kind: &Kind, value: &Held) -> String {
        let article = if matches!(value, Held::Date(_)) { self.either("el ", "") } else { "" };
        format!("{article}{}", self.value(kind, value))
    }

    fn value(&self, kind: &Kind, value: &Held) -> String {
        match value {
            Held::Text(text) if matches!(kind, Kind::Choice(_)) => self.choice(kind, text),
            Held::Text(text) => self.quoted(text),
            Held::Number(number) => kind.said(*number),
            Held::Date(date) => date.in_words(self.language),
            Held::Flag(true) => self.language.words().yes.to_owned(),
            Held::Flag(false) => self.language.words().no.to_owned(),
            Held::Codes(codes) => codes.iter().map(|code| self.choice(kind, code)).collect::<Vec<_>>().join(", "),
        }
    }

    fn choice(&self, kind: &Kind, code: &str) -> String {
        let choice = kind.choices().iter().find(|choice| choice.code == code);
        self.quoted(choice.map_or(code, |choice| choice.title.in_language(self.language)))
    }

    fn quoted(&self, words: &str) -> String {
        match self.language {
            Language::English => format!("“{words}”"),
            _ => format!("«{words}»"),
        }
    }

    fn either(&self, spanish: &'static str, english: &'static str) -> &'static str {
        if self.language == Language::English { english } else { spanish }
    }
}
