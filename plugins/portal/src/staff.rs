//! Who works here: what is known of them since they came by, and who stands in for whom.

use std::collections::BTreeSet;

use sdk::collections::{Index, Record, Table};
use sdk::kv::Order;
use sdk::{Date, Failure, Operator, Timestamp};
use serde::{Deserialize, Serialize};

use crate::application::Actor;
use crate::definition::Code;

static STAFF: Table<String, Member> = Table::new("staff", &[]);
static BY_SUBSTITUTE: Index<(String, String), Substitution, (String, String)> =
    Index::many("substitutions.by-substitute", |(absent, substitute), _| vec![(substitute.clone(), absent.clone())]);
/// By who is absent and who stands in.
static SUBSTITUTIONS: Table<(String, String), Substitution> = Table::new("substitutions", &[&BY_SUBSTITUTE]);

/// Who may be looked through: more do not work at one entity's procedures.
const MOST: usize = 1_000;
/// So many days from today somebody stands in for somebody at most: a year, and a leap day.
const MOST_DAYS: i64 = 366;

/// Somebody who works here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Member {
    /// Her id.
    pub id: String,
    /// Her name, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The roles that she had when she was here the last time.
    pub roles: Vec<String>,
    /// When that was.
    pub seen: Timestamp,
}

/// That somebody stands in for somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Substitution {
    /// Who is absent.
    pub absent: String,
    /// Who stands in.
    pub substitute: String,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// Who said so.
    pub by: String,
}

impl Record for Member {}
impl Record for Substitution {}

impl Member {
    /// What she is called here.
    #[must_use]
    pub fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

/// Notes that somebody was here, if what is known of her has changed, or is a day old.
///
/// # Errors
/// If what is known does not read back.
pub fn came(operator: &Operator, now: Timestamp) -> Result<(), Failure> {
    let known = STAFF.get(&operator.id)?;
    let same = |known: &Member| {
        known.name == operator.name
            && known.roles == operator.roles
            && known.seen.date_in_la_paz() == now.date_in_la_paz()
    };
    if known.as_ref().is_some_and(same) {
        return Ok(());
    }
    let Operator { id, name, roles } = operator.clone();
    Ok(STAFF.put(&operator.id, &Member { id, name, roles, seen: now })?)
}

/// Somebody who works here.
///
/// # Errors
/// If she was never here.
pub fn member(id: &str) -> Result<Member, Failure> {
    STAFF.get(&id.to_owned())?.ok_or_else(|| Failure::NotFound(format!("nobody who works here has the id {id}")))
}

/// All who work here and were here.
///
/// # Errors
/// If one does not read back.
pub fn members() -> Result<Vec<Member>, Failure> {
    let all = STAFF.scan(&(), Order::Ascending).take(MOST);
    Ok(all.map(|member| member.map(|(_, member)| member)).collect::<Result<_, _>>()?)
}

/// Has somebody stand in for somebody.
///
/// # Errors
/// If one of them was never here, they are the same, or it ends before it begins, or more than a year from today.
pub fn substitute(substitution: &Substitution, today: Date) -> Result<(), Failure> {
    let Substitution { absent, substitute, from, to, .. } = substitution;
    member(absent)?;
    member(substitute)?;
    sdk::ensure!(absent != substitute, Failure::invalid("substitute", "same", crate::pages::say("substitute-other")));
    sdk::ensure!(from <= to, Failure::invalid("to", "order", crate::pages::say("substitute-days")));
    let within_a_year = today.days_until(*to) <= MOST_DAYS;
    sdk::ensure!(within_a_year, Failure::invalid("to", "late", crate::pages::say("substitute-year")));
    Ok(SUBSTITUTIONS.put(&(absent.clone(), substitute.clone()), substitution)?)
}

/// Ends that somebody stands in for somebody.
///
/// # Errors
/// If it does not read back.
pub fn end_substitution(absent: &str, substitute: &str) -> Result<(), Failure> {
    SUBSTITUTIONS.remove(&(absent.to_owned(), substitute.to_owned()))?;
    Ok(())
}

/// Who stands in for whom, as far as it has not ended.
///
/// # Errors
/// If one does not read back.
pub fn substitutions(today: Date) -> Result<Vec<Substitution>, Failure> {
    let all = SUBSTITUTIONS.scan(&(), Order::Ascending).take(MOST);
    let all = all.map(|one| one.map(|(_, one)| one)).collect::<Result<Vec<_>, _>>()?;
    Ok(all.into_iter().filter(|one| one.to >= today).collect())
}

/// Somebody as she acts today: with her roles, those of whom she stands in for, and what these have taken on.
///
/// Roles come with the call of who has them, and the plugin can ask nobody for those of somebody else: so of who is absent they
/// are those that she had when she did something here the last time. For that they are noted with everything that staff do,
/// and nobody stands in for longer than a year without being named again.
///
/// # Errors
/// If what is known does not read back.
pub fn acting(operator: &Operator, today: Date) -> Result<Actor, Failure> {
    let mut roles: BTreeSet<Code> = operator.roles.iter().filter_map(|role| role.parse().ok()).collect();
    let mut stands_in_for = BTreeSet::new();
    let hers = SUBSTITUTIONS.by(&BY_SUBSTITUTE);
    let page = hers.page(&(operator.id.clone(),), Order::Ascending, &sdk::collections::PageRequest::first(100))?;
    for (_, one) in page.items {
        if (one.from..=one.to).contains(&today) {
            roles.extend(member(&one.absent)?.roles.iter().filter_map(|role| role.parse().ok()));
            stands_in_for.insert(one.absent);
        }
    }
    Ok(Actor::Staff { id: operator.id.clone(), roles, stands_in_for })
}
