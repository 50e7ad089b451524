//! What a visitor does, one thing after the other or at once.

use super::form::{Form, Heard, filled};
use super::server::Server;
use http::StatusCode;
use std::time::Duration;
use tests::browser::{Browser, Shown, text, token};
use tests::chance::Chance;
use tokio::task::JoinSet;

/// A visitor, her tabs, and what they hold.
pub(super) struct Interleaving {
    browser: Browser,
    forms: Vec<Form>,
    /// Effects of others who wrote meanwhile.
    of_others: u64,
    which: String,
}

/// How often something was done, and how it was answered.
#[derive(Debug, Default)]
pub(super) struct Seen {
    steps: [u64; STEPS.len()],
    accepted: u64,
    before: u64,
    busy: u64,
    lost: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Submit,
    SubmitTwiceAtOnce,
    /// Back, other contents, and submitted again.
    BackAndOther,
    OtherAtOnce,
    /// The answer, and what led to it.
    Reload,
    LoseAnswer,
    TwoTabsAtOnce,
    BesideOthers,
    Nothing,
    Restart,
}

const STEPS: [Step; 10] = [
    Step::Submit,
    Step::SubmitTwiceAtOnce,
    Step::BackAndOther,
    Step::OtherAtOnce,
    Step::Reload,
    Step::LoseAnswer,
    Step::TwoTabsAtOnce,
    Step::BesideOthers,
    Step::Nothing,
    Step::Restart,
];
const MAX_TABS: usize = 3;
/// A restart takes as long as a hundred other steps.
const ONE_RESTART_IN: u64 = 8;

impl Interleaving {
    pub(super) fn begin(server: &Server, which: String) -> Self {
        Self { browser: server.browser(), forms: Vec::new(), of_others: 0, which }
    }

    /// Does something.
    pub(super) async fn step(&mut self, server: &mut Server, chance: &mut Chance, seen: &mut Seen) {
        if self.forms.is_empty() || (self.forms.len() < MAX_TABS && chance.below(3) == 0) {
            self.open().await;
        }
        let at = chance.below(self.forms.len() as u64) as usize;
        let mut step = *chance.one_of(&STEPS);
        if step == Step::Restart && chance.below(ONE_RESTART_IN) > 0 {
            step = Step::Submit;
        }
        seen.steps[step as usize] += 1;
        let (same, other) = (self.forms[at].contents.clone(), format!("other{}", chance.below(2)));
        match step {
            Step::Submit => self.send(&[(at, &same)], seen).await,
            Step::SubmitTwiceAtOnce => self.send(&vec![(at, same.as_str()); 2 + chance.below(3) as usize], seen).await,
            Step::BackAndOther => self.send(&[(at, &other)], seen).await,
            Step::OtherAtOnce => self.send(&[(at, &same), (at, &other), (at, &same)], seen).await,
            Step::Reload => self.reload(at, seen).await,
            Step::LoseAnswer => self.lose(at, Duration::from_micros(chance.below(6_000)), seen).await,
            Step::TwoTabsAtOnce => {
                self.open().await;
                let last = self.forms.len() - 1;
                let (first, second) = (self.forms[at].contents.clone(), self.forms[last].contents.clone());
                self.send(&[(at, &first), (last, &second), (at, &first), (last, &second)], seen).await;
            }
            Step::BesideOthers => self.beside_others(server, at, seen).await,
            Step::Nothing => self.refused(at).await,
            Step::Restart => {
                server.restart().await;
                self.browser = server.again(&self.browser);
            }
        }
    }

    /// Comes to know what became of everything, and gives how many effects there have to be of it.
    pub(super) async fn settle(mut self, server: &Server) -> u64 {
        let mut browser = server.again(&self.browser);
        for form in &mut self.forms {
            form.settle(&mut browser, &self.which).await;
        }
        self.of_others + self.forms.iter().filter(|form| form.is_accepted()).count() as u64
    }

    async fn open(&mut self) {
        let page = self.browser.get("/").await;
        assert!(token(&page).is_some(), "{}", text(&page));
        self.forms.push(Form::new(page, format!("tab{}", self.forms.len())));
    }

    /// Sends forms at once, and notes how each is answered.
    async fn send(&mut self, sent: &[(usize, &str)], seen: &mut Seen) {
        for (number, shown) in self.answers(sent).await {
            let (at, contents) = sent[number];
            let beside: Vec<&str> =
                sent.iter().filter(|(other, _)| *other == at).map(|(_, contents)| *contents).collect();
            match self.forms[at].hear(contents, &shown, &beside, &self.which) {
                Heard::Accepted => seen.accepted += 1,
                Heard::Before => seen.before += 1,
                Heard::Busy => seen.busy += 1,
            }
        }
    }

    /// The answers, those first that say what took place.
    async fn answers(&self, sent: &[(usize, &str)]) -> Vec<(usize, Shown)> {
        let mut sending = JoinSet::new();
        for (number, (at, contents)) in sent.iter().enumerate() {
            let (mut browser, page, form) = (self.browser.clone(), self.forms[*at].page.clone(), filled(contents));
            sending.spawn(async move { (number, browser.submit(&page, "/", &form).await) });
        }
        let mut answers = sending.join_all().await;
        answers.sort_by_key(|(_, shown)| shown.status() != StatusCode::SEE_OTHER);
        answers
    }

    async fn reload(&mut self, at: usize, seen: &mut Seen) {
        let Some(location) = self.forms[at].location().map(str::to_owned) else { return };
        for _ in 0..2 {
            let shown = self.browser.get(&location).await;
            assert_eq!(shown.status(), StatusCode::OK, "{}", self.which);
        }
        let contents = self.forms[at].contents.clone();
        self.send(&[(at, &contents)], seen).await;
    }

    /// Goes away before the answer has come.
    async fn lose(&mut self, at: usize, after: Duration, seen: &mut Seen) {
        let contents = self.forms[at].contents.clone();
        let (mut browser, page) = (self.browser.clone(), self.forms[at].page.clone());
        let form = filled(&contents);
        match tokio::time::timeout(after, browser.submit(&page, "/", &form)).await {
            Ok(shown) => drop(self.forms[at].hear(&contents, &shown, &[], &self.which)),
            Err(_) => {
                self.forms[at].lost(&contents);
                seen.lost += 1;
            }
        }
    }

    /// Others sign the same book, and so write what this one writes, while she sends twice.
    async fn beside_others(&mut self, server: &Server, at: usize, seen: &mut Seen) {
        let mut others = JoinSet::new();
        for _ in 0..3 {
            let mut other = server.browser();
            others.spawn(async move {
                let page = other.get("/").await;
                loop {
                    match other.submit(&page, "/", "name=another").await.status() {
                        StatusCode::SEE_OTHER => return,
                        status => assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE),
                    }
                }
            });
        }
        let contents = self.forms[at].contents.clone();
        self.send(&[(at, &contents), (at, &contents)], seen).await;
        self.of_others += others.join_all().await.len() as u64;
    }

    /// What the plugin refuses leaves nothing, unless something was submitted before.
    async fn refused(&mut self, at: usize) {
        let form = &self.forms[at];
        let shown = self.browser.submit(&form.page, "/", "name=").await;
        let expected = if form.is_accepted() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
        let is_unknown = !form.is_accepted() && shown.status() == StatusCode::CONFLICT && form.may_be_accepted();
        assert!(shown.status() == expected || is_unknown, "{}: {}", shown.status(), self.which);
    }
}

impl Seen {
    pub(super) fn add(&mut self, other: &Self) {
        self.steps.iter_mut().zip(other.steps).for_each(|(sum, more)| *sum += more);
        self.accepted += other.accepted;
        self.before += other.before;
        self.busy += other.busy;
        self.lost += other.lost;
    }

    pub(super) fn has_everything(&self) -> bool {
        self.steps.iter().all(|times| *times > 0) && self.accepted > 0 && self.before > 0 && self.lost > 0
    }
}
