//! What a correction asks for: what is marked, and all that may follow from it.

use std::collections::BTreeSet;

use sdk::Date;
use sdk::schema::{Field, Origin};

use super::{Content, Target};
use crate::definition::{Code, Document, Procedure};
use crate::registers::{RegisterKey, Registers};

/// What a correction asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anew<'p> {
    /// The questions that are marked, and those that were not asked and may be now.
    pub questions: BTreeSet<&'p str>,
    /// Documents that were not asked for and may be now.
    pub documents: BTreeSet<&'p Code>,
}

impl Procedure {
    /// What a correction asks for, where these parts of an application are marked.
    ///
    /// Whatever follows is followed further: a question that is asked now may ask for the next one, an answer is what others
    /// are calculated from, and a register is asked by it.
    #[must_use]
    pub fn anew<'p>(&'p self, marks: &[&Target], content: &Content, registers: &Registers, today: Date) -> Anew<'p> {
        let fields = self.schema().fields();
        let is_marked = |field: &&Field| marks.contains(&&Target::Field(field.name().to_owned()));
        let mut changing: BTreeSet<&str> = fields.iter().filter(is_marked).map(Field::name).collect();
        let mut questions = changing.clone();
        loop {
            let may_change =
                |field: &&Field| !changing.contains(field.name()) && self.changes(field, &changing, registers);
            let more: Vec<&str> = fields.iter().filter(may_change).map(Field::name).collect();
            if more.is_empty() {
                break;
            }
            changing.extend(more);
        }
        let before = self.schema().settle_so_far(&content.answers, &content.facts, today);
        let was_asked: BTreeSet<&str> = before.asked().collect();
        questions.extend(changing.iter().filter(|name| self.is_asked(name) && !was_asked.contains(*name)));
        let were_asked: BTreeSet<&Code> = self.documents_asked(content).map(|document| &document.code).collect();
        let follows = |document: &&Document| {
            let when = document.when.as_ref().and_then(|written| self.schema().condition(written).ok());
            let looks_at = when.is_some_and(|when| when.fields().any(|name| changing.contains(name)));
            looks_at && !were_asked.contains(&document.code)
        };
        let documents = self.online().documents.iter().filter(follows).map(|document| &document.code).collect();
        Anew { questions, documents }
    }

    /// Whether the value of a field may be another one, or be there or not, because others are.
    fn changes(&self, field: &Field, changing: &BTreeSet<&str>, registers: &Registers) -> bool {
        let is_changing = |other: &&Field| changing.contains(other.name());
        let is_asked_by = |concept: &String| {
            let mut keys = self.schema().fields().iter().filter(|key| key.concept() == Some(concept));
            keys.any(|key| is_changing(&key))
        };
        let is_brought_anew = match field.origin() {
            Origin::Brought(source) => registers.find(source).is_some_and(|register| match &register.key {
                RegisterKey::Concept(concept) => is_asked_by(concept),
                RegisterKey::Citizen => false,
            }),
            Origin::Asked | Origin::Calculated(_) => false,
        };
        is_brought_anew || field.depends_on().any(|name| changing.contains(name))
    }
}
