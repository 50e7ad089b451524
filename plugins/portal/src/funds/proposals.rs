//! Where proposals are kept: submitted and withdrawn while their call takes them, and read by the office when it has closed.

use sdk::collections::{Counter, Index, Page, PageRequest, Record, Table};
use sdk::kv::Order;
use sdk::{Context, Failure, Timestamp};
use serde::{Deserialize, Serialize};

use super::history::{self, Event};
use super::{Accepting, Call, Content, Draft, Opened, Party, Project, Proposal, Refused, State, drafts, receipt};
use crate::definition::{Audience, Code};
use crate::number;

static BY_CALL: Index<String, Proposal, (Code, Timestamp)> =
    Index::many("funds.proposals.by-call", |_, one| vec![(one.call.clone(), one.submitted)]);
static BY_OWNER: Index<String, Proposal, (String, Timestamp)> =
    Index::many("funds.proposals.by-owner", |_, one| vec![(one.owner.clone(), one.submitted)]);
/// Those of calls with a result, in the order of the ranking.
static BY_PLACE: Index<String, Proposal, (Code, u32)> =
    Index::many("funds.proposals.by-place", |_, one| match &one.state {
        State::Placed(placed) => placed.place.map(|place| (one.call.clone(), place)).into_iter().collect(),
        State::Submitted | State::Withdrawn { .. } => Vec::new(),
    });
static PROPOSALS: Table<String, Proposal> = Table::new("funds.proposals", &[&BY_CALL, &BY_OWNER, &BY_PLACE]);
static CONTENTS: Table<String, Content> = Table::new("funds.contents", &[]);
/// By who competes, and the call.
static SLOTS: Table<(String, Code), Slot> = Table::new("funds.slots", &[]);
static COUNTS: Counter<Code> = Counter::new("funds.proposals");

/// A call takes so many proposals, those with it that are withdrawn: all are placed and told of at once.
pub const MOST: i64 = 500;
/// Somebody submits to one call so often at most.
const MOST_TIMES: u32 = 5;
/// So many are read at once.
const AT_ONCE: u32 = 100;

/// What somebody has submitted to a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Slot {
    /// How often.
    times: u32,
    /// What competes now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    competes: Option<String>,
}

impl Record for Proposal {}
impl Record for Content {}
impl Record for Slot {}

/// Whether a call takes one more proposal. That is looked at when pages are shown: what submits does not read the counter,
/// and is refused by its bounds.
#[must_use]
pub fn has_room(call: &Code) -> bool {
    COUNTS.value(call) < MOST
}

/// Submits a draft, with its signed receipt.
///
/// # Errors
/// If the call is for others, a proposal of hers competes already, or the draft is not complete.
pub fn submit(accepting: &Accepting<'_>, context: &Context, party: &Party, draft: &Draft) -> Result<Proposal, Failure> {
    let (call, now) = (accepting.call(), accepting.now());
    sdk::ensure!(call.is_for(party.kind), Refused::Audience);
    let content = draft.judged(call, party, now).map_err(|_| Refused::Incomplete)?;
    let key = slot_key(party, &content.project, call);
    let slot = SLOTS.get(&key)?.unwrap_or(Slot { times: 0, competes: None });
    sdk::ensure!(slot.competes.is_none(), Refused::Twice { kind: party.kind });
    sdk::ensure!(slot.times < MOST_TIMES, Refused::TooOften);
    let mut applicant = party.applicant.clone();
    if party.kind == Audience::Entity {
        applicant.represents = content.project.entity.as_ref().map(|entity| entity.name.clone());
    }
    let number = number::new();
    let receipt = receipt::sign(call, &number, &applicant, &content, now)?;
    let mut proposal = Proposal {
        number: number.clone(),
        call: call.code.clone(),
        owner: party.owner.clone(),
        applicant,
        kind: party.kind,
        by: party.by.clone(),
        title: content.project.title.clone(),
        asked: content.project.asked,
        submitted: now,
        receipt,
        state: State::Submitted,
        entries: 0,
    };
    // Nobody reads the counter, so proposals of the last minute do not make each other wait.
    COUNTS.add_within(&call.code, 1, 0..=MOST);
    history::of_proposal(&mut proposal, context, Event::Submitted, "")?;
    PROPOSALS.insert(&number, &proposal)?;
    CONTENTS.insert(&number, &content)?;
    SLOTS.put(&key, &Slot { times: slot.times + 1, competes: Some(number) })?;
    drafts::forget(party, &call.code)?;
    Ok(proposal)
}

/// Takes a proposal back. What it said is a draft again, where there is none for the call, and she has not too many.
///
/// # Errors
/// If it is of another call, not hers, or was taken back before.
pub fn withdraw(
    accepting: &Accepting<'_>,
    context: &Context,
    party: &Party,
    number: &str,
    reason: &str,
) -> Result<Proposal, Failure> {
    let (mut proposal, content) = find_of(party, number)?;
    let call = accepting.call();
    sdk::ensure!(proposal.call == call.code, Refused::NoProposal { number: number.to_owned() });
    sdk::ensure!(!proposal.is_withdrawn(), Refused::Withdrawn);
    proposal.state = State::Withdrawn { at: accepting.now() };
    history::of_proposal(&mut proposal, context, Event::Withdrawn, reason)?;
    PROPOSALS.put(&proposal.number, &proposal)?;
    let key = slot_key(party, &content.project, call);
    let slot = SLOTS.get(&key)?.unwrap_or(Slot { times: 1, competes: None });
    SLOTS.put(&key, &Slot { competes: None, ..slot })?;
    if drafts::takes_back(party, &call.code)? {
        let Content { project, answers, documents } = content;
        let submitted = documents.values().flatten().map(|file| file.blob.clone()).collect();
        let (code, changed) = (call.code.clone(), accepting.now());
        let draft = Draft { call: code, project: Some(project), answers, documents, submitted, changed };
        drafts::keep(accepting, party, draft)?;
    }
    Ok(proposal)
}

/// A proposal of somebody, with what it says. To others it is as if there were none.
///
/// # Errors
/// If there is none, or it is not hers.
pub fn find_of(party: &Party, number: &str) -> Result<(Proposal, Content), Failure> {
    let proposal = find(number)?;
    sdk::ensure!(proposal.owner == party.owner, Refused::NoProposal { number: number.to_owned() });
    let content = content(&proposal)?;
    Ok((proposal, content))
}

/// Somebody's proposals, the newest first.
///
/// # Errors
/// If the cursor is none.
pub fn of(party: &Party, page: &PageRequest) -> Result<Page<Proposal>, Failure> {
    let found = PROPOSALS.by(&BY_OWNER).page(&(party.owner.clone(),), Order::Descending, page)?;
    Ok(without_keys(found))
}

/// The call of a proposal: which it is of says nothing of the proposal.
///
/// # Errors
/// If there is no such proposal.
pub fn call_of(number: &str) -> Result<Code, Failure> {
    find(number).map(|proposal| proposal.call)
}

/// A proposal of a call that has closed.
///
/// # Errors
/// If there is none.
pub fn find_opened(opened: &Opened<'_>, number: &str) -> Result<Proposal, Failure> {
    let proposal = find(number)?;
    sdk::ensure!(proposal.call == opened.call().code, Refused::NoProposal { number: number.to_owned() });
    Ok(proposal)
}

/// What a proposal of a call that has closed says; nothing is read of one that was taken back.
///
/// # Errors
/// If it was.
pub fn read_opened(opened: &Opened<'_>, proposal: &Proposal) -> Result<Content, Failure> {
    let hidden = proposal.call != opened.call().code || proposal.is_withdrawn();
    sdk::ensure!(!hidden, Refused::NoProposal { number: proposal.number.clone() });
    content(proposal)
}

/// A page of the proposals of a call that has closed, in the order in which they were submitted.
///
/// # Errors
/// If the cursor is none.
pub fn list_opened(opened: &Opened<'_>, page: &PageRequest) -> Result<Page<Proposal>, Failure> {
    let code = opened.call().code.clone();
    Ok(without_keys(PROPOSALS.by(&BY_CALL).page(&(code,), Order::Ascending, page)?))
}

/// A page of the ranking of a call that has a result: there is none before.
///
/// # Errors
/// If the cursor is none.
pub fn ranking(opened: &Opened<'_>, page: &PageRequest) -> Result<Page<Proposal>, Failure> {
    let code = opened.call().code.clone();
    Ok(without_keys(PROPOSALS.by(&BY_PLACE).page(&(code,), Order::Ascending, page)?))
}

/// All proposals of a call that has closed, in the order in which they were submitted; those with it that were taken back.
///
/// # Errors
/// If one does not read back.
pub fn all_opened(opened: &Opened<'_>) -> Result<Vec<Proposal>, Failure> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = list_opened(opened, &PageRequest { limit: AT_ONCE, cursor })?;
        all.extend(page.items);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(all),
        }
    }
}

/// Keeps a proposal of a call that has closed.
pub(super) fn put(_: &Opened<'_>, proposal: &Proposal) -> Result<(), Failure> {
    Ok(PROPOSALS.put(&proposal.number, proposal)?)
}

/// An entity competes once, whoever of the staff writes for it.
fn slot_key(party: &Party, project: &Project, call: &Call) -> (String, Code) {
    let entity = project.entity.as_ref().map(|entity| format!("entity/{}", entity.member));
    (entity.unwrap_or_else(|| party.owner.clone()), call.code.clone())
}

fn without_keys(page: Page<(String, Proposal)>) -> Page<Proposal> {
    Page { items: page.items.into_iter().map(|(_, proposal)| proposal).collect(), next: page.next }
}

fn find(number: &str) -> Result<Proposal, Failure> {
    Ok(PROPOSALS.get(&number.to_owned())?.ok_or_else(|| Refused::NoProposal { number: number.to_owned() })?)
}

fn content(proposal: &Proposal) -> Result<Content, Failure> {
    let content = CONTENTS.get(&proposal.number)?;
    content.ok_or_else(|| Failure::Internal(format!("the proposal {} has no content", proposal.number)))
}
