//! Conditions: whether a field is asked for, by the values of others.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::held::Held;
use super::kind::Kind;
use super::problem::{Rule, rule};
use crate::time::Date;

/// When a field is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition(pub(super) Node);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Leaf(Leaf),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
}

/// A question about one field. Of a field without a value, the answer is no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    pub(super) field: String,
    pub(super) test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Test {
    Is(Held),
    IsOneOf(Vec<Held>),
    Has(String),
    AtLeast(Held),
    AtMost(Held),
}

/// What is left of a condition when some of its leaves are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Residue {
    Holds,
    Fails,
    Open(Condition),
}

/// The kinds of all fields by their names; none for a field that was refused itself.
pub(super) type Kinds = BTreeMap<String, Option<Kind>>;

/// What reads a condition, and how much of it was read.
struct Reader<'k> {
    kinds: &'k Kinds,
    leaves: usize,
}

const MOST_DEPTH: usize = 8;
const MOST_LEAVES: usize = 64;

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// The rule that it does not keep.
    pub(super) fn read(value: &Value, kinds: &Kinds) -> Result<Self, Rule> {
        Reader { kinds, leaves: 0 }.node(value, 1).map(Self)
    }

    /// The fields that it asks about.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        let mut leaves = Vec::new();
        self.0.leaves(&mut leaves);
        leaves.into_iter().map(|leaf| leaf.field.as_str())
    }

    /// Whether it holds for these values.
    pub(super) fn holds(&self, values: &BTreeMap<&str, Held>) -> bool {
        let answer = |leaf: &Leaf| Some(leaf.holds(values.get(leaf.field.as_str())));
        self.given(&answer) == Residue::Holds
    }

    /// What is left of it where these answers are known.
    pub(super) fn given(&self, answer: &dyn Fn(&Leaf) -> Option<bool>) -> Residue {
        self.0.given(answer)
    }

    pub(super) fn written(&self) -> Value {
        self.0.written()
    }
}

impl Node {
    fn leaves<'n>(&'n self, found: &mut Vec<&'n Leaf>) {
        match self {
            Self::Leaf(leaf) => found.push(leaf),
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().for_each(|node| node.leaves(found)),
            Self::Not(node) => node.leaves(found),
        }
    }

    fn given(&self, answer: &dyn Fn(&Leaf) -> Option<bool>) -> Residue {
        match self {
            Self::Leaf(leaf) => match answer(leaf) {
                Some(true) => Residue::Holds,
                Some(false) => Residue::Fails,
                None => Residue::Open(Condition(self.clone())),
            },
            Self::All(nodes) => several(nodes, answer, &Residue::Fails, Residue::Holds, Self::All),
            Self::Any(nodes) => several(nodes, answer, &Residue::Holds, Residue::Fails, Self::Any),
            Self::Not(node) => match node.given(answer) {
                Residue::Holds => Residue::Fails,
                Residue::Fails => Residue::Holds,
                Residue::Open(Condition(node)) => Residue::Open(Condition(Self::Not(Box::new(node)))),
            },
        }
    }

    fn written(&self) -> Value {
        let all = |nodes: &[Self]| nodes.iter().map(Self::written).collect::<Value>();
        match self {
            Self::Leaf(leaf) => leaf.written(),
            Self::All(nodes) => json!({ "all": all(nodes) }),
            Self::Any(nodes) => json!({ "any": all(nodes) }),
            Self::Not(node) => json!({ "not": node.written() }),
        }
    }
}

/// What is left of several: `decided` as soon as one is that, and `otherwise` if none is and none is open.
fn several(
    nodes: &[Node],
    answer: &dyn Fn(&Leaf) -> Option<bool>,
    decided: &Residue,
    otherwise: Residue,
    join: fn(Vec<Node>) -> Node,
) -> Residue {
    let mut open = Vec::new();
    for node in nodes {
        match node.given(answer) {
            Residue::Open(Condition(node)) => open.push(node),
            known if known == *decided => return known,
            _ => {}
        }
    }
    match (open.pop(), open.is_empty()) {
        (None, _) => otherwise,
        (Some(only), true) => Residue::Open(Condition(only)),
        (Some(last), false) => {
            open.push(last);
            Residue::Open(Condition(join(open)))
        }
    }
}

impl Leaf {
    pub(super) fn holds(&self, value: Option<&Held>) -> bool {
        let Some(value) = value else { return false };
        match &self.test {
            Test::Is(wanted) => value == wanted,
            Test::IsOneOf(wanted) => wanted.contains(value),
            Test::Has(code) => matches!(value, Held::Codes(codes) if codes.contains(code)),
            Test::AtLeast(bound) => compare(value, bound).is_some_and(std::cmp::Ordering::is_ge),
            Test::AtMost(bound) => compare(value, bound).is_some_and(std::cmp::Ordering::is_le),
        }
    }

    fn written(&self) -> Value {
        let field = &self.field;
        match &self.test {
            Test::Is(wanted) => json!({ "field": field, "is": wanted.json() }),
            Test::IsOneOf(wanted) => {
                json!({ "field": field, "is-one-of": wanted.iter().map(Held::json).collect::<Value>() })
            }
            Test::Has(code) => json!({ "field": field, "has": code }),
            Test::AtLeast(bound) => json!({ "field": field, "at-least": bound.json() }),
            Test::AtMost(bound) => json!({ "field": field, "at-most": bound.json() }),
        }
    }
}

fn compare(one: &Held, other: &Held) -> Option<std::cmp::Ordering> {
    match (one, other) {
        (Held::Number(one), Held::Number(other)) => Some(one.cmp(other)),
        (Held::Date(one), Held::Date(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

impl Reader<'_> {
    fn node(&mut self, value: &Value, depth: usize) -> Result<Node, Rule> {
        if depth > MOST_DEPTH {
            return Err(rule(
                format!("must not be nested deeper than {MOST_DEPTH}"),
                format!("tiene condiciones dentro de otras más allá de {MOST_DEPTH} niveles"),
            ));
        }
        let example = r#"{"field": "kind", "is": "bar"}"#;
        let map = value.as_object().ok_or_else(|| {
            rule(format!("must be an object such as {example}"), format!("tiene que ser un objeto como {example}"))
        })?;
        if let Some(field) = map.get("field") {
            let no_text = || rule("must name its `field` by a text", "tiene que nombrar en `field` una pregunta");
            let field = field.as_str().ok_or_else(no_text)?;
            let test = map.iter().find(|(key, _)| *key != "field").filter(|_| map.len() == 2);
            let (key, operand) = test.ok_or_else(|| {
                rule(
                    format!("must ask one thing about `{field}`: `is`, `is-one-of`, `has`, `at-least` or `at-most`"),
                    format!(
                        "tiene que preguntar una cosa de `{field}`: `is`, `is-one-of`, `has`, `at-least` o `at-most`"
                    ),
                )
            })?;
            return self.leaf(field, key, operand).map(Node::Leaf);
        }
        match map.iter().next().filter(|_| map.len() == 1) {
            Some((key, value)) if key == "all" => self.nodes(key, value, depth).map(Node::All),
            Some((key, value)) if key == "any" => self.nodes(key, value, depth).map(Node::Any),
            Some((key, value)) if key == "not" => Ok(Node::Not(Box::new(self.node(value, depth + 1)?))),
            _ => Err(rule(
                "must have a `field`, or one of `all`, `any` and `not`",
                "tiene que tener `field`, o una de `all`, `any` y `not`",
            )),
        }
    }

    fn nodes(&mut self, key: &str, value: &Value, depth: usize) -> Result<Vec<Node>, Rule> {
        let parts = value.as_array().filter(|parts| !parts.is_empty());
        let parts = parts.ok_or_else(|| {
            rule(
                format!("must have a list of conditions in `{key}`, and not an empty one"),
                format!("tiene que tener en `{key}` una lista de condiciones que no esté vacía"),
            )
        })?;
        parts.iter().map(|part| self.node(part, depth + 1)).collect()
    }

    fn leaf(&mut self, field: &str, key: &str, operand: &Value) -> Result<Leaf, Rule> {
        self.leaves += 1;
        if self.leaves > MOST_LEAVES {
            return Err(rule(
                format!("must not ask more than {MOST_LEAVES} things"),
                format!("puede preguntar {MOST_LEAVES} cosas como máximo"),
            ));
        }
        let kind = self.kinds.get(field).ok_or_else(|| {
            rule(
                format!("asks about `{field}`, which is no field"),
                format!("depende de `{field}`, que no es ninguna de las preguntas"),
            )
        })?;
        let test = match kind {
            Some(kind) => test(field, kind, key, operand)?,
            // What is wrong with that field is said there.
            None => Test::Has(String::new()),
        };
        Ok(Leaf { field: field.to_owned(), test })
    }
}

fn test(field: &str, kind: &Kind, key: &str, operand: &Value) -> Result<Test, Rule> {
    let ordered = matches!(kind, Kind::Integer(_) | Kind::Decimal(_) | Kind::Money(_) | Kind::Date(_));
    let several = matches!(kind, Kind::Choices(_));
    match key {
        "is" if !several => literal(field, kind, operand).map(Test::Is),
        "is-one-of" if !several => {
            let operands = operand.as_array().filter(|operands| !operands.is_empty());
            let operands = operands.ok_or_else(|| {
                rule(
                    "must have a list of values in `is-one-of`, and not an empty one",
                    "tiene que tener en `is-one-of` una lista de valores que no esté vacía",
                )
            })?;
            operands.iter().map(|operand| literal(field, kind, operand)).collect::<Result<_, _>>().map(Test::IsOneOf)
        }
        "has" if several => {
            let known = operand.as_str().filter(|code| kind.choices().iter().any(|choice| choice.code == *code));
            known.map(|code| Test::Has(code.to_owned())).ok_or_else(|| never(field, operand))
        }
        "at-least" if ordered => bound(field, kind, operand).map(Test::AtLeast),
        "at-most" if ordered => bound(field, kind, operand).map(Test::AtMost),
        "is" | "is-one-of" => Err(rule(
            format!("must ask about `{field}` with `has`: several choices can be made there"),
            format!("tiene que preguntar por `{field}` con `has`: ahí se eligen varias opciones"),
        )),
        "has" => Err(rule(
            format!("must ask about `{field}` with `is`: `has` is for lists of choices"),
            format!("tiene que preguntar por `{field}` con `is`: `has` es para listas de opciones"),
        )),
        "at-least" | "at-most" => Err(rule(
            format!("must ask about `{field}` with `is`: it is no number and no date"),
            format!("tiene que preguntar por `{field}` con `is`: no es un número ni una fecha"),
        )),
        other => Err(rule(
            format!("asks `{other}`: use `is`, `is-one-of`, `has`, `at-least` or `at-most`"),
            format!("pregunta `{other}`: use `is`, `is-one-of`, `has`, `at-least` o `at-most`"),
        )),
    }
}

/// A value that the field may have.
fn literal(field: &str, kind: &Kind, operand: &Value) -> Result<Held, Rule> {
    let held = bound(field, kind, operand)?;
    // Whether a day is within bounds depends on the day on which that is asked, and nothing else does.
    let is_possible = |any_day| matches!(kind, Kind::Date(_)) || kind.judge(&held, any_day).is_ok();
    if Date::new(2000, 1, 1).is_none_or(is_possible) { Ok(held) } else { Err(never(field, operand)) }
}

/// A value of the field's type.
fn bound(field: &str, kind: &Kind, operand: &Value) -> Result<Held, Rule> {
    kind.read(operand).ok().flatten().ok_or_else(|| never(field, operand))
}

fn never(field: &str, operand: &Value) -> Rule {
    rule(
        format!("compares `{field}` with {operand}, which that field never is"),
        format!("compara `{field}` con {operand}, que esa pregunta nunca puede valer"),
    )
}
