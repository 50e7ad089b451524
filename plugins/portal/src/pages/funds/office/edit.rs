//! Writing a call: what it is for, for whom, until when, and how much there is.

use sdk::form::{Choice, Fields, View};
use sdk::html::{Button, Language, html};
use sdk::web::{Path, Response, Visit};
use sdk::{Failure, Money, Timestamp, Translated};

use super::path;
use crate::definition::{Audience, Code, Hour};
use crate::funds::calls;
use crate::funds::{Call, Officer, Stage};
use crate::pages::funds::words::audience_id;
use crate::pages::{say, translated};

const MOST_OF_TITLE: usize = 150;
const MOST_OF_PURPOSE: usize = 4_000;
const MOST_OF_RULES: usize = 40_000;
/// More money than any call has: a hundred thousand million bolivianos.
const MOST_MONEY: Money = Money::from_centavos(10_000_000_000_000);

/// What a call says besides its criteria, questions and evaluators.
struct Said {
    title: Translated,
    purpose: Translated,
    rules: Translated,
    audience: Vec<Audience>,
    opens: Timestamp,
    closes: Timestamp,
    total: Money,
    most: Money,
    least: u8,
}

/// Begins a call.
pub(crate) fn make(visit: &Visit, officer: Officer) -> Result<Response, Failure> {
    let form = visit.form(|fields| {
        let code = fields.line("code", &say("funds-code")).hint(say("funds-code-hint")).most_letters(Code::MAX_LETTERS);
        let code = code.parse(|text| text.parse::<Code>().map_err(|_| say("funds-code-wrong")));
        let said = said(fields, None);
        Some((code?, said?))
    });
    let page = |form: &View| {
        let content = html! {
            p { a href="/funds/office" { (say("funds-office")) } }
            p { (say("funds-new-call-for")) }
            (form.around(html! { (Button::primary(&say("funds-begin-call"))) }))
        };
        visit.titled("funds-new-call", content)
    };
    form.submit(page, |(code, said)| {
        let call = calls::begin(&officer, visit.context(), said.call(code, visit.now()))?;
        Ok(Response::redirect(path(&call.code)))
    })
}

/// Changes a call that is not public.
pub(crate) fn edit(visit: &Visit, officer: Officer, Path(code): Path<Code>) -> Result<Response, Failure> {
    let call = calls::find(&code)?;
    let form = visit.form(|fields| said(fields, Some(&call)));
    let page = |form: &View| {
        let content = html! {
            p { a href=(path(&code)) { (translated(&call.title, visit.language())) } }
            (form.around(html! { (Button::primary(&say("funds-save"))) }))
        };
        visit.titled("funds-edit", content)
    };
    form.submit(page, |said| {
        calls::change(&officer, visit.context(), &code, |call| said.write(call))?;
        Ok(Response::redirect(path(&code)))
    })
}

impl Said {
    fn call(self, code: Code, now: Timestamp) -> Call {
        let Self { title, purpose, rules, audience, opens, closes, total, most, least } = self;
        Call {
            code,
            title,
            purpose,
            rules,
            audience,
            opens,
            closes,
            total,
            most,
            least,
            schema: None,
            documents: Vec::new(),
            criteria: Vec::new(),
            evaluators: Vec::new(),
            finished: Vec::new(),
            stage: Stage::Draft,
            made: now,
            entries: 0,
        }
    }

    fn write(self, call: &mut Call) {
        let Call { schema, documents, criteria, evaluators, .. } = call.clone();
        *call = Call { schema, documents, criteria, evaluators, ..self.call(call.code.clone(), call.made) };
    }
}

fn said(fields: &mut Fields<'_>, before: Option<&Call>) -> Option<Said> {
    let title = both(fields, "title", "funds-call-title", Size::Line, before.map(|call| &call.title));
    let purpose = both(fields, "purpose", "funds-purpose", Size::Purpose, before.map(|call| &call.purpose));
    let audiences = Audience::ALL.map(|kind| Choice::new(kind, kind.word(), say(audience_id(kind))));
    let chosen: Vec<&str> =
        before.map(|call| call.audience.iter().map(|kind| kind.word()).collect()).unwrap_or_default();
    let label = say("funds-for-whom");
    let audience = fields.any_of("audience", &label, &audiences).initially(&chosen).at_least_one().read();
    let opens = moment(fields, "opens", "funds-opens", before.map(|call| call.opens));
    let closes = moment(fields, "closes", "funds-closes", before.map(|call| call.closes));
    let total = money(fields, "total", "funds-total", before.map(|call| call.total));
    let most = money(fields, "most", "funds-most", before.map(|call| call.most));
    let least = fields.line("least", &say("funds-least")).hint(say("funds-least-hint"));
    let least = least.initially(before.map_or_else(String::new, |call| call.least.to_string())).number(0..=100);
    let rules = both(fields, "rules", "funds-rules", Size::Rules, before.map(|call| &call.rules));
    Some(Said {
        title: title?,
        purpose: purpose?,
        rules: rules?,
        audience: audience?,
        opens: opens?,
        closes: closes?,
        total: total?,
        most: most?,
        least: u8::try_from(least?).ok()?,
    })
}

/// How much room a text gets.
#[derive(Clone, Copy)]
enum Size {
    Line,
    Purpose,
    Rules,
}

/// A text in Spanish, and in English if somebody writes it: under its own label.
fn both(fields: &mut Fields<'_>, name: &str, id: &str, size: Size, before: Option<&Translated>) -> Option<Translated> {
    let written = |language: Language| {
        let own = before.filter(|text| text.languages().any(|one| one == language));
        own.map_or("", |text| text.in_language(language)).to_owned()
    };
    let in_english = format!("{id}-english");
    let (spanish_label, english_label, english_name) = (say(id), say(&in_english), format!("{name}-en"));
    let (spanish, english) = (written(Language::Spanish), written(Language::English));
    let (spanish, english) = match size {
        Size::Line => (
            fields.line(name, &spanish_label).most_letters(MOST_OF_TITLE).initially(spanish).text(),
            fields.line(&english_name, &english_label).most_letters(MOST_OF_TITLE).initially(english).optional().text(),
        ),
        Size::Purpose | Size::Rules => {
            let (rows, most) = if matches!(size, Size::Rules) { (12, MOST_OF_RULES) } else { (4, MOST_OF_PURPOSE) };
            let spanish = fields.lines(name, &spanish_label).rows(rows).most_letters(most).initially(spanish).text();
            let english = fields.lines(&english_name, &english_label).rows(rows).most_letters(most).initially(english);
            (spanish, english.optional().text())
        }
    };
    let (spanish, english) = (spanish?, english?);
    let text = Translated::new(spanish);
    Some(match english {
        Some(english) => text.with(Language::English, english),
        None => text,
    })
}

/// A day and an hour, by the clock of La Paz.
pub(super) fn moment(fields: &mut Fields<'_>, name: &str, id: &str, before: Option<Timestamp>) -> Option<Timestamp> {
    let day = fields.date(name, &say(id)).initially(before.map(Timestamp::date_in_la_paz)).required();
    let clock = before.map(Timestamp::short);
    let clock = clock.as_deref().and_then(|short| short.split_once(' ')).map_or("", |(_, clock)| clock);
    let hour = fields.line(&format!("{name}-hour"), &say(&format!("{id}-hour"))).hint(say("funds-hour-hint"));
    let hour = hour.most_letters(5).initially(clock);
    let hour = hour.parse(|text| text.parse::<Hour>().map_err(|_| say("funds-hour-wrong")));
    let (day, hour) = (day?, hour?);
    Some(day.begin_in_la_paz() + hour.since_midnight())
}

fn money(fields: &mut Fields<'_>, name: &str, id: &str, before: Option<Money>) -> Option<Money> {
    let typed = before.map_or_else(String::new, Money::typed);
    fields.line(name, &say(id)).initially(typed).money(Money::from_centavos(1)..=MOST_MONEY)
}
