//! What an application's history makes of it.

use super::{Application, Approver, Entry, Event, Owed, Reach, Refused, Stage, Submitted, Track};
use crate::definition::Code;

/// A history that is none: it does not begin with a submission, or names what the application does not have.
#[derive(Debug, thiserror::Error)]
#[error("entry {number} of the history does not fit: {why}")]
pub struct NoHistory {
    /// Which entry, from 0.
    pub number: usize,
    /// What is wrong with it.
    pub why: String,
}

impl Application {
    /// The application that a history makes.
    ///
    /// # Errors
    /// If it is none.
    pub fn of(history: &[Entry]) -> Result<Self, NoHistory> {
        let mut entries = history.iter();
        let begun = entries.next().and_then(Self::begun);
        let mut application =
            begun.ok_or_else(|| NoHistory { number: 0, why: "it does not begin with a submission".to_owned() })?;
        for (number, entry) in entries.enumerate() {
            let no_history = |refused: Refused| NoHistory { number: number + 1, why: refused.to_string() };
            application.apply(entry).map_err(no_history)?;
        }
        Ok(application)
    }

    fn begun(entry: &Entry) -> Option<Self> {
        let Event::Submitted(submitted) = &entry.event else { return None };
        let Submitted { number, procedure, version, applicant, content, fees, receipt } = (**submitted).clone();
        let tracks = content.registrations.iter().cloned().map(Track::new).collect();
        Some(Self {
            number,
            procedure,
            version,
            applicant,
            submitted: entry.at,
            content,
            fees,
            receipt,
            tracks,
            entries: 1,
        })
    }

    /// Does what an entry says. What may happen was judged before.
    pub(super) fn apply(&mut self, entry: &Entry) -> Result<(), Refused> {
        match &entry.event {
            // There is one submission, which `begun` reads.
            Event::Submitted(_) => {}
            Event::Paid { number, receipt } => self.owed(*number)?.receipt = Some(receipt.clone()),
            Event::Corrected { content, owed } => {
                self.content = (**content).clone();
                self.fees.retain(|fee| fee.receipt.is_some());
                self.fees.extend(owed.iter().cloned());
                for track in self.tracks.iter_mut().filter(|track| matches!(track.stage, Stage::SentBack { .. })) {
                    track.stage = Stage::Ready;
                }
            }
            Event::Joined { applicant } => self.applicant = applicant.clone(),
            other => {
                if let Some(registration) = other.registration() {
                    self.track_mut(registration)?.apply(entry);
                }
            }
        }
        self.entries += 1;
        Ok(())
    }

    fn owed(&mut self, number: u32) -> Result<&mut Owed, Refused> {
        let owed = usize::try_from(number).ok().and_then(|number| self.fees.get_mut(number));
        owed.filter(|owed| owed.receipt.is_none()).ok_or(Refused::NoFee { number })
    }

    fn track_mut(&mut self, registration: &Code) -> Result<&mut Track, Refused> {
        let found = self.tracks.iter_mut().find(|track| track.registration == *registration);
        found.ok_or_else(|| Refused::NotApplied { registration: registration.clone() })
    }
}

impl Event {
    /// The registration that it happened to, where it is one alone.
    #[must_use]
    pub fn registration(&self) -> Option<&Code> {
        match self {
            Self::Submitted(_) | Self::Paid { .. } | Self::Corrected { .. } | Self::Joined { .. } => None,
            Self::Owes { registration, .. }
            | Self::Began { registration, .. }
            | Self::Unblocked { registration }
            | Self::PassedBy { registration, .. }
            | Self::Claimed { registration, .. }
            | Self::Released { registration }
            | Self::StepApproved { registration, .. }
            | Self::SentBack { registration, .. }
            | Self::Decided { registration, .. }
            | Self::Escalated { registration } => Some(registration),
        }
    }
}

impl Track {
    fn apply(&mut self, entry: &Entry) {
        match &entry.event {
            Event::Owes { until, granted, .. } => {
                self.stage = match granted.clone() {
                    None => Stage::Owing { until: *until },
                    Some(granted) => Stage::OwingForResult { granted, until: *until },
                }
            }
            Event::Unblocked { .. } => self.stage = Stage::Ready,
            Event::Began { step, role, until, due, holder, .. } => {
                let (step, role, holder) = (step.clone(), role.clone(), holder.clone());
                self.stage = Stage::At { step, role, since: entry.at, until: *until, holder };
                (self.due, self.left, self.returns_to) = (Some(*due), None, None);
            }
            Event::PassedBy { step, .. } => self.done.push(step.clone()),
            Event::Claimed { by, .. } => self.hold(Some(by.clone())),
            Event::Released { .. } => self.hold(None),
            Event::StepApproved { step, result, .. } => {
                self.done.push(step.clone());
                if let Stage::At { role, .. } = &self.stage {
                    self.approved_by = Some(Approver { author: entry.author.clone(), role: role.clone() });
                }
                self.stage = Stage::Ready;
                (self.approval, self.result) = (entry.reason.clone(), result.clone());
            }
            Event::SentBack { marks, by, until, left, .. } => self.send_back(entry, marks, by, (*until, *left)),
            Event::Decided { outcome, document, .. } => {
                self.stage = Stage::Decided { outcome: *outcome, at: entry.at, document: document.clone() };
            }
            Event::Escalated { .. } => self.reach = Reach::Supervisor,
            // Those are of the whole application.
            Event::Submitted(_) | Event::Paid { .. } | Event::Corrected { .. } | Event::Joined { .. } => {}
        }
    }

    fn hold(&mut self, by: Option<String>) {
        if let Stage::At { holder, .. } = &mut self.stage {
            *holder = by;
        }
    }

    fn send_back(&mut self, entry: &Entry, marks: &[super::Mark], by: &str, (until, left): (sdk::Date, Option<u32>)) {
        let (marks, reason) = (marks.to_vec(), entry.reason.clone());
        if let Stage::At { step, .. } = &self.stage {
            self.stage = Stage::SentBack { step: step.clone(), marks, reason, until };
        }
        (self.left, self.returns_to) = (left, Some(by.to_owned()));
    }
}
