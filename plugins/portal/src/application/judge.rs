//! Whether what an application says is complete and right.

use std::collections::{BTreeMap, BTreeSet};

use sdk::json::Value;
use sdk::schema::{Origin, Wrong};
use sdk::{Date, Money};

use super::{Application, Attached, Consulted, Content, Owed, Refused, Stage, Target, Track, WrongPart, total};
use crate::definition::{Amount, Code, Document, Fee, Moment, Need, Procedure, REGISTRATIONS, Registration};

/// What an application says, complete and right: settled, and without what is not asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Judged(pub(super) Content);

impl Procedure {
    /// What an application says as it is kept, complete and right: this is what the entity answers for.
    ///
    /// # Errors
    /// If something is missing or wrong, or nothing is applied for.
    pub fn settled(&self, content: Content, today: Date) -> Result<Content, Refused> {
        self.judge(content, today).map(|Judged(content)| content)
    }

    /// Judges what an application says.
    pub(super) fn judge(&self, content: Content, today: Date) -> Result<Judged, Refused> {
        let settled = self.schema().settle(&content.answers, &content.facts, today);
        let part = |(name, wrong): &(String, Wrong)| {
            let title = self.schema().field(name)?.title().clone();
            Some(WrongPart { name: name.clone(), title, wrong: wrong.clone() })
        };
        let mut wrong: Vec<WrongPart> = settled.wrong().iter().filter_map(part).collect();
        let content = Content { answers: settled.answers().clone(), ..content };
        let documents = self.attached(&content, &mut wrong);
        let content = Content { documents, registrations: self.applied_for(&content), ..content };
        sdk::ensure!(wrong.is_empty(), Refused::Content(wrong));
        sdk::ensure!(!content.registrations.is_empty(), Refused::Nothing);
        Ok(Judged(content))
    }

    /// The documents that are asked for, of those that are attached.
    fn attached(&self, content: &Content, wrong: &mut Vec<WrongPart>) -> BTreeMap<Code, Vec<Attached>> {
        let mut kept = BTreeMap::new();
        for document in self.documents_asked(content) {
            let files = content.documents.get(&document.code).cloned().unwrap_or_default();
            let most = usize::try_from(document.most).unwrap_or(usize::MAX);
            let problem = match files.len() {
                0 if document.need == Need::Required => Some(Wrong::NoFile),
                count if count > most => Some(Wrong::TooManyFiles { most }),
                _ => None,
            };
            wrong.extend(problem.map(|wrong| WrongPart {
                name: document.code.to_string(),
                title: document.title.clone(),
                wrong,
            }));
            if !files.is_empty() {
                kept.insert(document.code.clone(), files);
            }
        }
        kept
    }

    /// The documents that an application with these answers needs, or may have.
    pub fn documents_asked<'a>(&'a self, content: &'a Content) -> impl Iterator<Item = &'a Document> {
        let documents = self.online().documents.iter();
        documents.filter(|document| self.holds(document.when.as_ref(), content))
    }

    /// What is applied for: what nobody can leave out, and what was chosen.
    fn applied_for(&self, content: &Content) -> Vec<Code> {
        let chosen = content.answers.get(REGISTRATIONS).and_then(Value::as_array);
        let is_chosen =
            |code: &Code| chosen.is_some_and(|chosen| chosen.iter().any(|one| one.as_str() == Some(code.as_str())));
        let is_part = |registration: &&Registration| {
            self.holds(registration.when.as_ref(), content)
                && (registration.need == Need::Required || is_chosen(&registration.code))
        };
        self.online().registrations.iter().filter(is_part).map(|registration| registration.code.clone()).collect()
    }

    /// Whether a condition holds for an application; one that says nothing always does.
    /// What does not read as a condition holds for none: [`Procedure::read`] has refused it.
    pub(super) fn holds(&self, condition: Option<&Value>, content: &Content) -> bool {
        let holds = |condition| self.schema().holds(&condition, &content.answers);
        condition.is_none_or(|written| self.schema().condition(written).is_ok_and(holds))
    }

    /// Whether a question was answered by the applicant, and can be answered anew: what is applied for stays.
    pub fn can_be_marked(&self, name: &str, content: &Content) -> bool {
        content.answers.contains_key(name) && self.is_asked(name) && name != REGISTRATIONS
    }

    pub(super) fn is_asked(&self, name: &str) -> bool {
        self.schema().field(name).is_some_and(|field| *field.origin() == Origin::Asked)
    }

    /// What has to be paid for an application.
    pub fn fees_of(&self, content: &Content) -> Vec<Owed> {
        let owed = |fee: &Fee| {
            let applied = fee.registration.as_ref().is_none_or(|one| content.registrations.contains(one));
            let amount = self.amount(fee, content).filter(|amount| *amount > Money::ZERO)?;
            (applied && self.holds(fee.when.as_ref(), content)).then(|| Owed {
                fee: fee.code.clone(),
                amount,
                receipt: None,
            })
        };
        self.online().fees.iter().filter_map(owed).collect()
    }

    /// What has to be paid now: what a registration waits for.
    pub fn owed_now<'a>(&'a self, application: &'a Application) -> impl Iterator<Item = &'a Owed> {
        let waits = |track: &Track, owed: &Owed| match track.stage {
            Stage::Owing { .. } => self.is_owed_for(owed, track, Moment::Review),
            Stage::OwingForResult { .. } => self.is_owed_for(owed, track, Moment::Result),
            _ => false,
        };
        application.unpaid().filter(move |owed| application.tracks.iter().any(|track| waits(track, owed)))
    }

    /// Whether something has to be paid for a track before something.
    pub(super) fn is_owed_for(&self, owed: &Owed, track: &Track, before: Moment) -> bool {
        let is_its = |fee: &Fee| fee.registration.as_ref().is_none_or(|one| *one == track.registration);
        self.fee(&owed.fee).is_some_and(|fee| fee.before == before && is_its(fee))
    }

    fn amount(&self, fee: &Fee, content: &Content) -> Option<Money> {
        match &fee.amount {
            Amount::Fixed(amount) => Some(*amount),
            Amount::Field(name) => content.answers.get(name)?.as_i64().map(Money::from_centavos),
        }
    }

    /// What has to be paid for an application that is submitted.
    pub(super) fn first_fees(&self, content: &Content) -> Result<Vec<Owed>, Refused> {
        let fees = self.fees_of(content);
        total(&fees)?;
        Ok(fees)
    }

    /// What has to be paid for a corrected application: what its answers say now, less what was paid.
    pub(super) fn still_owed(&self, before: &[Owed], content: &Content) -> Result<Vec<Owed>, Refused> {
        let mut left = Vec::new();
        for owed in self.first_fees(content)? {
            let paid = total(before.iter().filter(|one| one.fee == owed.fee && one.receipt.is_some()))?;
            let amount = owed.amount.checked_sub(paid).filter(|amount| *amount > Money::ZERO);
            left.extend(amount.map(|amount| Owed { amount, ..owed }));
        }
        Ok(left)
    }

    /// Whether a corrected application differs in what was marked alone, and in what follows from that: answers and documents
    /// that are asked for now and were not, or are not any more.
    pub(super) fn only_changes(
        &self,
        before: &Content,
        now: &Content,
        marks: &[&Target],
        today: Date,
    ) -> Result<(), Refused> {
        let asked = |content: &Content| -> BTreeSet<String> {
            let settled = self.schema().settle_so_far(&content.answers, &content.facts, today);
            settled.asked().map(str::to_owned).collect()
        };
        let (asked_before, asked_now) = (asked(before), asked(now));
        for name in asked_before.intersection(&asked_now).filter(|name| self.is_asked(name)) {
            let same = before.answers.get(name) == now.answers.get(name);
            let allowed = same || marks.contains(&&Target::Field(name.clone()));
            sdk::ensure!(allowed, Refused::NotMarked { what: name.clone() });
        }
        only_said_anew(before, now)?;
        let asked: Vec<&Code> = self.documents_asked(before).map(|document| &document.code).collect();
        for code in self.documents_asked(now).map(|document| &document.code).filter(|code| asked.contains(code)) {
            let same = before.documents.get(code) == now.documents.get(code);
            let allowed = same || marks.contains(&&Target::Document(code.clone()));
            sdk::ensure!(allowed, Refused::NotMarked { what: code.to_string() });
        }
        Ok(())
    }
}

/// Whether facts differ only where a register was asked by an answer, and was asked anew since, or is asked by none any more.
/// What is known of the applicant herself stays.
fn only_said_anew(before: &Content, now: &Content) -> Result<(), Refused> {
    let not_marked = |what: &str| Refused::NotMarked { what: what.to_owned() };
    let since = now.consulted.strip_prefix(before.consulted.as_slice()).ok_or_else(|| not_marked("consulted"))?;
    let names: BTreeSet<&String> = before.facts.keys().chain(now.facts.keys()).collect();
    for name in names.into_iter().filter(|name| before.facts.get(*name) != now.facts.get(*name)) {
        let is_by_answer = |one: &Consulted| one.by.is_some() && one.fields.contains(name);
        let is_anew = since.iter().any(is_by_answer);
        let is_taken_back = !now.facts.contains_key(name) && before.consulted.iter().any(is_by_answer);
        sdk::ensure!(is_anew || is_taken_back, not_marked(name));
    }
    Ok(())
}
