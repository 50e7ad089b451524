//! The way of a draft: which pages there are for what was answered so far.

use std::collections::BTreeSet;

use sdk::Date;

use crate::application::Content;
use crate::definition::{CHECK_PAGE, CHOICE_PAGE, Code, Document, Page, Procedure, REGISTRATIONS};

/// A page on the way.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stop {
    /// What is applied for.
    Choice,
    /// Questions.
    Questions(Page),
    /// Something to attach.
    Document(Document),
    /// The last look.
    Check,
}

/// All pages that there are for what was answered so far, in order.
#[derive(Clone, Debug)]
pub(crate) struct Way(Vec<Stop>);

impl Stop {
    /// The last part of its address.
    pub(crate) fn code(&self) -> Code {
        match self {
            Self::Choice => CHOICE_PAGE.parse().expect("it is a code"),
            Self::Questions(page) => page.code.clone(),
            Self::Document(document) => document.code.clone(),
            Self::Check => CHECK_PAGE.parse().expect("it is a code"),
        }
    }

    /// The names of the fields that are asked.
    pub(crate) fn fields(&self) -> Vec<&str> {
        match self {
            Self::Choice => vec![REGISTRATIONS],
            Self::Questions(page) => page.fields.iter().map(String::as_str).collect(),
            Self::Document(_) | Self::Check => Vec::new(),
        }
    }
}

impl Way {
    /// The way for what was answered so far.
    pub(crate) fn of(procedure: &Procedure, content: &Content, today: Date) -> Self {
        let online = procedure.online();
        let settled = procedure.schema().settle_so_far(&content.answers, &content.facts, today);
        let asked: BTreeSet<&str> = settled.asked().collect();
        let choice = procedure.has_choice().then_some(Stop::Choice);
        let is_asked = |page: &&Page| page.fields.iter().any(|name| asked.contains(name.as_str()));
        let questions = online.pages.iter().filter(is_asked).cloned().map(Stop::Questions);
        let documents = procedure.documents_asked(content).cloned().map(Stop::Document);
        Self(choice.into_iter().chain(questions).chain(documents).chain([Stop::Check]).collect())
    }

    /// The page of a code.
    pub(crate) fn find(&self, code: &Code) -> Option<&Stop> {
        self.0.iter().find(|stop| stop.code() == *code)
    }

    /// The first page that was not filled in.
    pub(crate) fn first_open(&self, filled: &[Code]) -> Stop {
        self.0.iter().find(|stop| !filled.contains(&stop.code())).cloned().unwrap_or(Stop::Check)
    }

    /// Where one goes after a page: to the next one, or to the last look, where all was filled in before.
    pub(crate) fn after(&self, at: &Stop, filled: &[Code]) -> Stop {
        if self.first_open(filled) == Stop::Check {
            return Stop::Check;
        }
        let position = self.position(at);
        self.0.get(position.saturating_add(1)).cloned().unwrap_or(Stop::Check)
    }

    /// The page before another one.
    pub(crate) fn before(&self, at: &Stop) -> Option<&Stop> {
        self.position(at).checked_sub(1).and_then(|position| self.0.get(position))
    }

    /// Which one it is, from 1, of how many.
    pub(crate) fn progress(&self, at: &Stop) -> (usize, usize) {
        (self.position(at).saturating_add(1), self.0.len())
    }

    /// All pages.
    pub(crate) fn stops(&self) -> &[Stop] {
        &self.0
    }

    fn position(&self, at: &Stop) -> usize {
        self.0.iter().position(|stop| stop.code() == at.code()).unwrap_or(usize::MAX)
    }
}
