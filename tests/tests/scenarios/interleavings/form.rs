//! A form that was shown, and what is known of its submission.

use http::StatusCode;
use std::collections::BTreeSet;
use tests::browser::{Browser, Shown, location, text};

/// A form in a tab.
pub(super) struct Form {
    pub(super) page: Shown,
    /// What the visitor filled in.
    pub(super) contents: String,
    accepted: Option<Accepted>,
    /// Contents whose answer was lost, or that the server was too busy for: they took place, or will not.
    unknown: BTreeSet<String>,
}

/// What took place, and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Accepted {
    contents: String,
    location: String,
}

/// How a form was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    /// Its effect took place, now or before.
    Accepted,
    /// Another one did.
    Before,
    /// Nothing did: too many at once.
    Busy,
}

impl Form {
    pub(super) fn new(page: Shown, contents: String) -> Self {
        Self { page, contents, accepted: None, unknown: BTreeSet::new() }
    }

    pub(super) fn is_accepted(&self) -> bool {
        self.accepted.is_some()
    }

    /// Whether something was sent of which nobody knows whether it took place.
    pub(super) fn may_be_accepted(&self) -> bool {
        !self.unknown.is_empty()
    }

    /// Where its answer led.
    pub(super) fn location(&self) -> Option<&str> {
        self.accepted.as_ref().map(|accepted| accepted.location.as_str())
    }

    /// Notes that contents were sent whose answer nobody has read.
    pub(super) fn lost(&mut self, contents: &str) {
        self.unknown.insert(contents.to_owned());
    }

    /// Notes an answer, which has to fit to those before; `beside` are other contents that were sent at the same time.
    pub(super) fn hear(&mut self, contents: &str, shown: &Shown, beside: &[&str], which: &str) -> Heard {
        match shown.status() {
            StatusCode::SEE_OTHER => {
                let now = Accepted { contents: contents.to_owned(), location: location(shown).to_owned() };
                let first = self.accepted.get_or_insert_with(|| now.clone());
                assert_eq!(*first, now, "a submission has two answers: {which}");
                Heard::Accepted
            }
            StatusCode::CONFLICT => {
                let is_other = |other: &str| other != contents;
                let may_be = match &self.accepted {
                    Some(accepted) => is_other(&accepted.contents),
                    None => self.unknown.iter().map(String::as_str).chain(beside.iter().copied()).any(is_other),
                };
                assert!(may_be, "nothing else was submitted before: {which}");
                Heard::Before
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                self.lost(contents);
                Heard::Busy
            }
            status => panic!("a form is answered with {status}: {}, {which}", text(shown)),
        }
    }

    /// Sends what is unknown again, until it is known; and looks whether what was accepted is there as it was submitted.
    pub(super) async fn settle(&mut self, browser: &mut Browser, which: &str) {
        while self.accepted.is_none() {
            let Some(contents) = self.unknown.first().cloned() else { return };
            let shown = browser.submit(&self.page, "/", &filled(&contents)).await;
            if self.hear(&contents, &shown, &[], which) == Heard::Before {
                self.unknown.remove(&contents);
            }
        }
        let Some(Accepted { contents, location }) = self.accepted.clone() else { return };
        let again = browser.submit(&self.page, "/", &filled(&contents)).await;
        assert_eq!(self.hear(&contents, &again, &[], which), Heard::Accepted, "{which}");
        let shown = browser.get(&location).await;
        assert!(text(&shown).contains(&format!("<p>{contents}</p>")), "{which}: {}", text(&shown));
    }
}

/// What a browser sends of a form.
pub(super) fn filled(contents: &str) -> String {
    format!("name={contents}")
}
