//! How much was processed, approved, sent back and rejected.

use sdk::html::Language;
use sdk::text::fold;
use sdk::{Answer, Date, Failure};
use serde::Serialize;

use crate::api::Call;
use crate::api::period::Period;
use crate::definition::Code;
use crate::procedures;
use crate::statistics::{Counts, Scope, sum};

/// What was counted within some days.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Counted {
    processed: i64,
    approved: i64,
    sent_back: i64,
    rejected: i64,
    references: References,
}

/// What was asked for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct References {
    start_date: Date,
    end_date: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    timeframe_day: bool,
    timeframe_week: bool,
    timeframe_month: bool,
    timeframe_year: bool,
}

/// How the days are parted. Months have thirty days and years 365, counted from the first day.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    Day,
    Week,
    Month,
    Year,
    Whole,
}

pub(super) fn count(call: &Call<'_>) -> Result<Answer, Failure> {
    let frame = Frame::of(call.request.parameter("timeframe"))?;
    let named = |name: &str| call.request.parameter(name).filter(|value| !value.is_empty()).map(str::to_owned);
    let (registration_name, operator, role) = (named("registrationName"), named("operator"), named("role"));
    let scope = scope(registration_name.as_deref(), role.as_deref(), operator.as_deref())?;
    let period = Period::of(call, "startDate", "endDate").map_err(as_specified)?;
    let counted = frame.parts(period).into_iter().map(|Period { from, to }| {
        let Counts { processed, approved, sent_back, rejected, .. } = sum(&scope, from, to);
        let references = References {
            start_date: from,
            end_date: to,
            registration_name: registration_name.clone(),
            operator: operator.clone(),
            role: role.clone(),
            timeframe_day: frame == Frame::Day,
            timeframe_week: frame == Frame::Week,
            timeframe_month: frame == Frame::Month,
            timeframe_year: frame == Frame::Year,
        };
        Counted { processed, approved, sent_back, rejected, references }
    });
    Answer::json(200, &counted.collect::<Vec<_>>())
}

/// What is counted. An operator is named by her id.
fn scope(registration: Option<&str>, role: Option<&str>, operator: Option<&str>) -> Result<Scope, Failure> {
    let procedure = registration.map(procedure).transpose()?.map(Scope::Procedure);
    let none = |what: &str| Failure::NotFound(format!("nothing was counted for this {what}"));
    let role = role.map(|role| role.parse().map(Scope::Role).map_err(|_| none("role"))).transpose()?;
    let operator = operator.map(|id| Scope::Operator(id.chars().take(MOST_OF_OPERATOR).collect()));
    Ok([procedure, role, operator].into_iter().flatten().fold(Scope::All, Scope::and))
}

/// Letters of an operator's id.
const MOST_OF_OPERATOR: usize = 300;

/// The procedure of a name: its code, or its title.
fn procedure(name: &str) -> Result<Code, Failure> {
    for (code, version, _) in procedures::all()? {
        let title = procedures::version(&code, version)?.definition.entry.title;
        if code == *name || fold(title.in_language(Language::Spanish)) == fold(name) {
            return Ok(code);
        }
    }
    Err(Failure::NotFound("there is no registration of this name".to_owned()))
}

/// The specification answers what is not understood with 400.
fn as_specified(failure: Failure) -> Failure {
    match failure {
        Failure::Invalid(errors) => {
            let said = errors.into_iter().map(|error| format!("{} {}", error.field, error.message));
            Failure::other(400, "invalid", said.collect::<Vec<_>>().join("; "))
        }
        other => other,
    }
}

impl Frame {
    fn of(word: Option<&str>) -> Result<Self, Failure> {
        match word {
            None => Ok(Self::Whole),
            Some("day") => Ok(Self::Day),
            Some("week") => Ok(Self::Week),
            Some("month") => Ok(Self::Month),
            Some("year") => Ok(Self::Year),
            Some(_) => Err(Failure::other(400, "invalid", "timeframe is day, week, month or year")),
        }
    }

    fn days(self) -> usize {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
            Self::Year => 365,
            Self::Whole => usize::MAX,
        }
    }

    /// The parts of a period, the last one as long as is left.
    fn parts(self, period: Period) -> Vec<Period> {
        let days = std::iter::successors(Some(period.from), |day| day.tomorrow()).take_while(|day| *day <= period.to);
        let days: Vec<Date> = days.collect();
        let part = |days: &[Date]| Some(Period { from: *days.first()?, to: *days.last()? });
        days.chunks(self.days().min(days.len().max(1))).filter_map(part).collect()
    }
}
