//! What can be applied for, in which steps it is decided, and what has to be paid.

use sdk::form::{Choice, Fields};
use sdk::html::{Language, Markup, html};
use sdk::{Money, Translated};

use super::ask::{self, Room};
use super::item::{Around, Item, listed};
use super::shown::need;
use super::{ROLES, both, condition, online};
use crate::definition::{
    Amount, Code, Definition, Fee, Made, Moment, Need, Outcome, Power, Registration, Step, TAKEN_BY_ADDRESSES,
};
use crate::pages::design::kinds;
use crate::pages::{role, say};

/// The largest fee: ten million bolivianos.
const MOST_MONEY: Money = Money::from_centavos(1_000_000_000);
const MOST_DAYS: i64 = 250;
/// The choice of no registration in particular.
const WHOLE: &str = "whole";

impl Item for Fee {
    const LIST: &'static str = "fees";

    fn all<'d>(definition: &'d mut Definition, _: Option<&str>) -> Option<&'d mut Vec<Self>> {
        online(definition).map(|online| &mut online.fees)
    }

    fn code(&self) -> &Code {
        &self.code
    }

    fn label(&self, language: Language) -> Markup {
        html! {
            (both(&self.title, language)) ": "
            @match &self.amount { Amount::Fixed(amount) => (amount), Amount::Field(name) => code { (name) } }
        }
    }

    fn named(fields: &mut Fields<'_>, now: Option<&Self>, around: &Around<'_>) -> Option<Self> {
        let title = ask::words(fields, ("title", "design-title"), now.map(|now| &now.title), Room::Line);
        let amount = amount(fields, now.map(|now| &now.amount), around.definition);
        let registration = registration(fields, now.and_then(|now| now.registration.as_ref()), around.definition);
        let moments = [
            (Moment::Review, "review", say("design-before-review")),
            (Moment::Result, "result", say("design-before-result")),
        ];
        let before = ask::one_of(fields, ("before", "design-paid-before"), &moments, now.map(|now| now.before));
        let when = condition::condition(fields, around.definition, now.and_then(|now| now.when.as_ref()), None);
        let code = ask::code(fields, now.map(|now| &now.code), title.as_ref(), &around.taken);
        Some(Self {
            code: code?,
            title: title?,
            amount: amount?,
            registration: registration?,
            before: before?,
            when: when?,
        })
    }
}

/// An amount of its own, or a question of money that says it.
fn amount(fields: &mut Fields<'_>, now: Option<&Amount>, definition: &Definition) -> Option<Amount> {
    let money = kinds::of_money(definition);
    let known = match now {
        Some(Amount::Field(name)) => name.clone(),
        _ => WHOLE.to_owned(),
    };
    let mut choices = vec![Choice::new(None, WHOLE, say("design-fixed-amount"))];
    choices.extend(money.into_iter().map(|(name, title)| Choice::new(Some(name.clone()), name, title)));
    let field = if choices.len() > 1 || known != WHOLE {
        fields.one_of("field", &say("design-amount-of"), &choices).initially(known).required()
    } else {
        Some(None)
    };
    let fixed = match now {
        Some(Amount::Fixed(amount)) => amount.typed(),
        _ => String::new(),
    };
    let entry = fields.line("amount", &say("design-amount")).initially(fixed);
    let range = Money::from_centavos(1)..=MOST_MONEY;
    match field {
        Some(Some(name)) => entry.optional().money(range).map(|_| Amount::Field(name)),
        _ => entry.money(range).map(Amount::Fixed),
    }
}

/// The registration that a fee belongs to, or the whole application.
fn registration(fields: &mut Fields<'_>, now: Option<&Code>, definition: &Definition) -> Option<Option<Code>> {
    let language = fields.language();
    let mut choices = vec![Choice::new(None, WHOLE, say("design-whole-application"))];
    let all = definition.online.iter().flat_map(|online| &online.registrations);
    choices.extend(all.map(|one| Choice::called(Some(one.code.clone()), one.code.as_str(), one.title.say(language))));
    fields.one_of("registration", &say("design-fee-of"), &choices).initially(now.map_or(WHOLE, Code::as_str)).required()
}

impl Item for Registration {
    const LIST: &'static str = "registrations";

    fn all<'d>(definition: &'d mut Definition, _: Option<&str>) -> Option<&'d mut Vec<Self>> {
        online(definition).map(|online| &mut online.registrations)
    }

    fn taken_elsewhere(_: &Definition) -> Vec<Code> {
        TAKEN_BY_ADDRESSES.into_iter().filter_map(|word| word.parse().ok()).collect()
    }

    fn code(&self) -> &Code {
        &self.code
    }

    fn label(&self, language: Language) -> Markup {
        html! {
            (both(&self.title, language))
            @if self.need == Need::Optional { " (" (say("design-optional")) ")" }
        }
    }

    fn named(fields: &mut Fields<'_>, now: Option<&Self>, around: &Around<'_>) -> Option<Self> {
        let title = ask::words(fields, ("title", "design-registration-title"), now.map(|now| &now.title), Room::Line);
        let need = need(fields, now.map(|now| now.need));
        let when = condition::condition(fields, around.definition, now.and_then(|now| now.when.as_ref()), None);
        let needs = needs(fields, now, around.definition);
        fields.section(&say("design-result"));
        let result = result(fields, now.map(|now| &now.result));
        let code = ask::code(fields, now.map(|now| &now.code), title.as_ref(), &around.taken);
        let steps = now.map(|now| now.steps.clone()).unwrap_or_default();
        Some(Self { code: code?, title: title?, need: need?, when: when?, needs: needs?, steps, result: result? })
    }

    fn below(&self, around: &Around<'_>, language: Language) -> Markup {
        listed::<Step>(around.definition, Some((Self::LIST, &self.code)), language)
    }
}

/// The registrations that have to be granted before another one is looked at.
fn needs(fields: &mut Fields<'_>, now: Option<&Registration>, definition: &Definition) -> Option<Vec<Code>> {
    let all = definition.online.iter().flat_map(|online| &online.registrations);
    let others = all.filter(|one| now.is_none_or(|now| now.code != one.code));
    let others: Vec<(Code, &Translated)> = others.map(|one| (one.code.clone(), &one.title)).collect();
    let chosen = now.map_or(&[] as &[Code], |now| &now.needs);
    if others.is_empty() { Some(Vec::new()) } else { ask::codes(fields, ("needs", "design-needs"), &others, chosen) }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Text,
    Hand,
}

fn result(fields: &mut Fields<'_>, now: Option<&Outcome>) -> Option<Outcome> {
    let title = ask::words(fields, ("result", "design-result-title"), now.map(|now| &now.title), Room::Line);
    let text: Option<&Translated> = now.and_then(|now| match &now.made {
        Made::OfText(text) => Some(text),
        Made::ByHand => None,
    });
    let ways = [(How::Text, "of-text", say("design-of-text")), (How::Hand, "by-hand", say("design-by-hand"))];
    let how = now.map(|now| if now.made == Made::ByHand { How::Hand } else { How::Text });
    let how = ask::one_of(fields, ("made", "design-made"), &ways, how);
    let made = match how {
        Some(How::Text) => ask::words(fields, ("text", "design-result-text"), text, Room::Text).map(Made::OfText),
        _ => {
            let read = ask::optional_words(fields, ("text", "design-result-text"), text, Room::Text);
            read.and_then(|_| how.map(|_| Made::ByHand))
        }
    };
    Some(Outcome { title: title?, made: made? })
}

impl Item for Step {
    const LIST: &'static str = "steps";

    fn all<'d>(definition: &'d mut Definition, within: Option<&str>) -> Option<&'d mut Vec<Self>> {
        let all = online(definition)?.registrations.iter_mut();
        let registration = all.into_iter().find(|one| Some(one.code.as_str()) == within)?;
        Some(&mut registration.steps)
    }

    fn code(&self) -> &Code {
        &self.code
    }

    fn label(&self, language: Language) -> Markup {
        html! { (both(&self.title, language)) " — " (role(self.role.as_str())) }
    }

    fn named(fields: &mut Fields<'_>, now: Option<&Self>, around: &Around<'_>) -> Option<Self> {
        let title = ask::words(fields, ("title", "design-step-title"), now.map(|now| &now.title), Room::Line);
        let other = now.map(|now| now.role.as_str()).filter(|role| !ROLES.contains(role));
        let roles: Vec<(&str, &str, String)> =
            ROLES.into_iter().chain(other).map(|code| (code, code, role(code))).collect();
        let role = ask::one_of(fields, ("role", "design-step-role"), &roles, now.map(|now| now.role.as_str()));
        let days = fields.line("days", &say("design-step-days"));
        let days =
            days.initially(now.map(|now| now.working_days.to_string()).unwrap_or_default()).number(0..=MOST_DAYS);
        let powers = [
            (Power::Reject, "reject", say("design-power-reject")),
            (Power::SendBack, "send-back", say("design-power-send-back")),
        ];
        let chosen = now.map_or(&[Power::Reject, Power::SendBack] as &[Power], |now| &now.powers);
        let powers = ask::any_of(fields, ("powers", "design-step-powers"), &powers, chosen);
        let when = condition::condition(fields, around.definition, now.and_then(|now| now.when.as_ref()), None);
        let code = ask::code(fields, now.map(|now| &now.code), title.as_ref(), &around.taken);
        Some(Self {
            code: code?,
            title: title?,
            role: role?.parse().ok()?,
            working_days: u32::try_from(days?).ok()?,
            when: when?,
            powers: powers?,
        })
    }
}
