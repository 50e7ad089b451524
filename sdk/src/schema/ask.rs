//! Asks for some of the fields on a page of a form.
//!
//! A page needs no script: a field whose condition depends on another one of the same page is shown with a hint that says when
//! to answer it, and whether it had to be is judged when the page is sent.

use std::collections::{BTreeMap, BTreeSet};

use html::{Checked, Language, Need};
use serde_json::Value;

use super::condition::Residue;
use super::field::{Field, Origin};
use super::held::Held;
use super::kind::Kind;
use super::mask::Mask;
use super::number::Number;
use super::settle::{Extent, Settled, Values};
use super::{Answers, Facts, Schema};
use crate::Money;
use crate::form::{self, Entry, Fields, Wrong};
use crate::time::Date;

/// A page that asks for some fields.
struct Page<'s, 'v> {
    schema: &'s Schema,
    language: Language,
    /// What was answered before.
    so_far: &'v Answers,
    values: Values<'s>,
    /// What is left of the fields' conditions, when what is asked on this page is not known.
    left: BTreeMap<&'s str, Residue>,
}

impl Schema {
    /// Shows and reads a page with some of the fields: those whose conditions hold for what was answered on other pages, or may
    /// hold for what is answered on this one. What is calculated or was brought is shown, and not asked for.
    ///
    /// The result is all that is answered so far, settled, with the answers of this page in place of those that were there
    /// before; nothing, if the page was not sent or something on it is wrong. A name that is no field's is passed over.
    pub fn ask(
        &self,
        fields: &mut Fields<'_>,
        names: &[&str],
        so_far: &Answers,
        facts: &Facts,
        today: Date,
    ) -> Option<Answers> {
        let page = Page::new(self, fields.language(), names, (so_far, facts), today);
        let mut answers = so_far.clone();
        let mut asked = Vec::new();
        for field in names.iter().filter_map(|name| self.field(name)) {
            if field.origin != Origin::Asked {
                page.tell(fields, field);
                continue;
            }
            answers.remove(&field.name);
            if let Some(value) = page.ask(fields, field) {
                answers.insert(field.name.clone(), value);
            }
            asked.push(field);
        }
        if !fields.is_sent() {
            return None;
        }
        let settled = self.settle_so_far(&answers, facts, today);
        for field in &asked {
            let missing = field.need == Need::Required && !settled.answers().contains_key(&field.name);
            match settled.wrong_with(&field.name) {
                _ if !settled.is_asked(&field.name) => fields.forgive(&field.name),
                Some(wrong) => fields.refuse(&field.name, wrong),
                None if missing => fields.refuse(&field.name, &field.missing()),
                None => {}
            }
        }
        if !asked.iter().any(|field| fields.is_wrong(&field.name)) {
            self.refuse_what_cannot_be_calculated(fields, &asked, &settled);
        }
        let is_wrong = asked.iter().any(|field| fields.is_wrong(&field.name));
        (!is_wrong).then(|| settled.answers().clone())
    }

    /// Of the fields of a page, those that [`Schema::ask`] does not ask for, because it is certain that their conditions fail
    /// for what was answered on other pages.
    #[must_use]
    pub fn passed_over(&self, names: &[&str], so_far: &Answers, facts: &Facts, today: Date) -> Vec<&Field> {
        let page = Page::new(self, Language::Spanish, names, (so_far, facts), today);
        let is_passed_over = |field: &&Field| page.left.get(field.name.as_str()) == Some(&Residue::Fails);
        names.iter().filter_map(|name| self.field(name)).filter(is_passed_over).collect()
    }

    /// What is calculated of answers by which it cannot be is said at the last of them on this page; not while some of them
    /// are still to be given.
    fn refuse_what_cannot_be_calculated(&self, fields: &mut Fields<'_>, asked: &[&Field], settled: &Settled) {
        let is_here = |name: &str| asked.iter().any(|field| field.name == name);
        let is_given = |name: &&str| is_here(name) || !settled.is_asked(name) || settled.answers().contains_key(*name);
        for (name, wrong) in settled.wrong().iter().filter(|(_, wrong)| wrong.is_of_calculation()) {
            let Some(field) = self.field(name) else { continue };
            let answers = self.calculated_from(field).into_iter().filter(|field| field.origin == Origin::Asked);
            let answers: BTreeSet<&str> = answers.map(|field| field.name.as_str()).collect();
            let last = asked.iter().rev().find(|field| answers.contains(field.name.as_str()));
            if let Some(last) = last.filter(|_| answers.iter().all(is_given)) {
                let said = wrong.said(field.title.in_language(fields.language()), fields.language());
                fields.refuse(&last.name, &Wrong::Said(said));
            }
        }
    }

    /// What a field is calculated from, over others that are calculated themselves: what is asked for, and what registers say.
    fn calculated_from(&self, field: &Field) -> Vec<&Field> {
        let (mut met, mut open, mut found) = (BTreeSet::new(), vec![field.name.as_str()], Vec::new());
        while let Some(name) = open.pop() {
            let Some(field) = self.field(name).filter(|_| met.insert(name)) else { continue };
            match &field.origin {
                Origin::Calculated(formula) => open.extend(formula.fields()),
                Origin::Asked | Origin::Brought(_) => found.push(field),
            }
        }
        found
    }
}

impl<'s, 'v> Page<'s, 'v> {
    fn new(
        schema: &'s Schema,
        language: Language,
        names: &[&str],
        (so_far, facts): (&'v Answers, &Facts),
        today: Date,
    ) -> Self {
        let (_, values) = schema.values(so_far, facts, today, Extent::SoFar);
        let (mut left, mut open) = (BTreeMap::new(), BTreeSet::new());
        for field in schema.order.iter().map(|index| &schema.fields[*index]) {
            let residue = field.when.as_ref().map_or(Residue::Holds, |when| {
                let is_known = |name: &str| !open.contains(name);
                when.given(&|leaf| is_known(&leaf.field).then(|| leaf.holds(values.get(leaf.field.as_str()))))
            });
            let is_asked_here = field.origin == Origin::Asked && names.contains(&field.name.as_str());
            let depends = field.depends_on().any(|name| open.contains(name));
            if residue != Residue::Fails && (is_asked_here || depends) {
                open.insert(field.name.as_str());
            }
            left.insert(field.name.as_str(), residue);
        }
        Self { schema, language, so_far, values, left }
    }

    /// Shows what is not asked for. What is calculated from an answer that is still to come would be wrong.
    fn tell(&self, fields: &mut Fields<'_>, field: &Field) {
        let is_calculated = matches!(field.origin, Origin::Calculated(_));
        if is_calculated && self.schema.calculated_from(field).into_iter().any(|field| self.is_to_come(field)) {
            return;
        }
        if let Some(held) = self.values.get(field.name.as_str()) {
            fields.tell(field.title.say(self.language).on_page(self.language), field.shown(held, self.language));
        }
    }

    /// Whether a field has to be answered, and is not yet.
    fn is_to_come(&self, field: &Field) -> bool {
        let name = field.name.as_str();
        let is_asked = self.left.get(name).is_some_and(|left| !matches!(left, Residue::Fails));
        is_asked && field.need == Need::Required && !self.values.contains_key(name)
    }

    /// Shows and reads a field, unless it is certain that it is not asked for.
    fn ask(&self, fields: &mut Fields<'_>, field: &'s Field) -> Option<Value> {
        let description = field.description.as_ref().map(|words| words.in_language(self.language).to_owned());
        let (need, only_if) = match self.left.get(field.name.as_str())? {
            Residue::Fails => return None,
            Residue::Holds => (field.need, None),
            Residue::Open(condition) => (Need::Optional, Some(condition.in_words(self.schema, self.language))),
        };
        let hints: Vec<String> = description.or_else(|| field.kind.example()).into_iter().chain(only_if).collect();
        let hint = Some(hints.join(" ")).filter(|hint| !hint.is_empty());
        let control = Control { field, label: field.title.in_language(self.language), hint, need };
        let value = match &field.kind {
            Kind::Choice(_) => self.choice(fields, control),
            Kind::Choices(_) => self.choices(fields, control),
            Kind::Date(_) => self.date(fields, control),
            Kind::Check | Kind::Consent => self.confirmation(fields, control),
            _ => self.entry(fields, control),
        };
        fields.label_is_in(&field.name, &field.title.say(self.language).language);
        value
    }

    fn entry(&self, fields: &mut Fields<'_>, control: Control<'_>) -> Option<Value> {
        let Control { field, label, hint, need } = control;
        let entry = match &field.kind {
            Kind::Lines(letters) => fields.lines(&field.name, label).most_letters(letters.most),
            Kind::Line(letters) => fields.line(&field.name, label).most_letters(letters.most),
            _ => fields.line(&field.name, label),
        };
        let entry = if let Some(hint) = hint { entry.hint(hint) } else { entry };
        let entry = entry.initially(self.initial(field));
        match &field.kind {
            Kind::Integer(_) => number(entry.for_numbers(), need, &field.kind),
            Kind::Decimal(_) | Kind::Money(_) => number(entry.for_amounts(), need, &field.kind),
            Kind::Email if need == Need::Required => entry.email().map(Value::from),
            Kind::Email => entry.optional().email().flatten().map(Value::from),
            Kind::Telephone if need == Need::Required => entry.telephone().map(Value::from),
            Kind::Telephone => entry.optional().telephone().flatten().map(Value::from),
            _ if need == Need::Required => entry.text().map(Value::from),
            _ => entry.optional().text().flatten().map(Value::from),
        }
    }

    fn choice(&self, fields: &mut Fields<'_>, control: Control<'_>) -> Option<Value> {
        let Control { field, label, hint, need } = control;
        let choices = self.options(field);
        let one = fields.one_of(&field.name, label, &choices).initially(self.initial(field));
        let one = if let Some(hint) = hint { one.hint(hint) } else { one };
        let code = if need == Need::Required { one.required() } else { one.optional().flatten() };
        code.map(Value::from)
    }

    fn choices(&self, fields: &mut Fields<'_>, control: Control<'_>) -> Option<Value> {
        let Control { field, label, hint, need } = control;
        let choices = self.options(field);
        let chosen = match self.values.get(field.name.as_str()) {
            Some(Held::Codes(codes)) => codes.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        };
        let any = fields.any_of(&field.name, label, &choices).initially(&chosen);
        let any = if let Some(hint) = hint { any.hint(hint) } else { any };
        let codes = if need == Need::Required { any.at_least_one().read() } else { any.read() };
        codes.filter(|codes| !codes.is_empty()).map(Value::from)
    }

    fn date(&self, fields: &mut Fields<'_>, control: Control<'_>) -> Option<Value> {
        let Control { field, label, hint, need } = control;
        let initial = self.so_far.get(&field.name).and_then(|value| field.kind.read(value).ok()?);
        let day = fields.date(&field.name, label).initially(initial.and_then(|held| held.date()));
        let day = if let Some(hint) = hint { day.hint(hint) } else { day };
        let date = if need == Need::Required { day.required() } else { day.optional().flatten() };
        date.map(|date| date.to_string().into())
    }

    fn confirmation(&self, fields: &mut Fields<'_>, control: Control<'_>) -> Option<Value> {
        let Control { field, label, hint, need } = control;
        let is_checked = self.values.get(field.name.as_str()) == Some(&Held::Flag(true));
        let confirmation = fields.confirmation(&field.name, label);
        let confirmation = confirmation.initially(if is_checked { Checked::Yes } else { Checked::No });
        let confirmation = if let Some(hint) = hint { confirmation.hint(hint) } else { confirmation };
        if field.kind == Kind::Consent && need == Need::Required {
            return confirmation.required().map(|()| true.into());
        }
        confirmation.read().map(|checked| (checked == Checked::Yes).into())
    }

    fn options(&self, field: &Field) -> Vec<form::Choice<String>> {
        let option = |choice: &super::Choice| {
            form::Choice::called(choice.code.clone(), choice.code.clone(), choice.title.say(self.language))
        };
        field.kind.choices().iter().map(option).collect()
    }

    /// What stands in a field at first, as somebody would type it.
    fn initial(&self, field: &Field) -> String {
        let Some(value) = self.so_far.get(&field.name) else { return String::new() };
        match (field.kind.read(value), &field.kind) {
            (Ok(Some(Held::Number(number))), Kind::Money(_)) => {
                number.whole().map(|centavos| Money::from_centavos(centavos).typed()).unwrap_or_default()
            }
            (Ok(Some(Held::Number(number))), _) => number.for_people(),
            (Ok(Some(Held::Text(text))), _) => text,
            _ => value.as_str().unwrap_or_default().to_owned(),
        }
    }
}

/// What all kinds of fields are shown with.
struct Control<'c> {
    field: &'c Field,
    label: &'c str,
    hint: Option<String>,
    need: Need,
}

impl Kind {
    /// What says how it is filled in, where nothing else does.
    fn example(&self) -> Option<String> {
        match self {
            Self::Mask(masks) => masks.first().map(Mask::example),
            _ => None,
        }
    }

    /// A number as somebody types it.
    fn typed(&self, text: &str) -> Result<Value, Wrong> {
        let number = match self {
            Self::Money(_) => Money::read(text).map(|amount| Number::from(amount.centavos())),
            _ => Number::read(text),
        };
        let number = number.ok_or_else(|| self.mistyped())?;
        match self {
            Self::Integer(span) | Self::Decimal(span) | Self::Money(span) => {
                self.sized(number, *span).map(Number::json)
            }
            _ => Err(self.mistyped()),
        }
    }
}

fn number(entry: Entry<'_, '_>, need: Need, kind: &Kind) -> Option<Value> {
    match need {
        Need::Required => entry.read(|text| kind.typed(text)),
        Need::Optional => entry.optional().read(|text| kind.typed(text)).flatten(),
    }
}
