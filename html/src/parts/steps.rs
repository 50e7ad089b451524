//! How far something has come.

use maud::{Render, html};

use crate::{Href, Language};

/// The steps of a way, and which of them is being taken.
#[derive(Clone, Copy, Debug)]
pub struct Steps<'a> {
    label: &'a str,
    steps: &'a [Step<'a>],
    language: Language,
}

/// A step.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    text: &'a str,
    state: StepState,
    href: Option<&'a str>,
    note: Option<&'a str>,
    lang: Option<&'a str>,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// It was taken.
    Done,
    /// It is being taken.
    Current,
    /// It waits for somebody.
    Waiting,
    /// It comes later.
    Upcoming,
}

/// How much of something is done, or used up.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    label: &'a str,
    done: u64,
    all: u64,
}

impl<'a> Step<'a> {
    /// A step and where it stands.
    #[must_use]
    pub const fn new(text: &'a str, state: StepState) -> Self {
        Self { text, state, href: None, note: None, lang: None }
    }

    /// Where it can be seen or taken.
    #[must_use]
    pub const fn href(self, href: &'a str) -> Self {
        Self { href: Some(href), ..self }
    }

    /// What is said of it: when it was taken, who holds it, when it is expected.
    #[must_use]
    pub const fn note(self, note: &'a str) -> Self {
        Self { note: Some(note), ..self }
    }

    /// The language that its text is in, by its code, where that is not the page's (WCAG 2.2, 3.1.2).
    #[must_use]
    pub const fn lang(self, lang: Option<&'a str>) -> Self {
        Self { lang, ..self }
    }
}

impl StepState {
    fn class(self) -> &'static str {
        match self {
            Self::Done => "step-done",
            Self::Current => "step-current",
            Self::Waiting => "step-waiting",
            Self::Upcoming => "step-upcoming",
        }
    }

    fn word(self, language: Language) -> &'static str {
        let words = language.words();
        match self {
            Self::Done => words.done,
            Self::Current => words.current,
            Self::Waiting => words.waiting,
            Self::Upcoming => words.upcoming,
        }
    }
}

impl<'a> Steps<'a> {
    /// Steps, and what they are steps of.
    #[must_use]
    pub const fn new(label: &'a str, steps: &'a [Step<'a>]) -> Self {
        Self { label, steps, language: Language::Spanish }
    }

    /// The language of the page.
    #[must_use]
    pub const fn language(self, language: Language) -> Self {
        Self { language, ..self }
    }
}

impl Render for Steps<'_> {
    fn render_to(&self, out: &mut String) {
        html! {
            ol .steps aria-label=(self.label) { @for step in self.steps {
                li class=(step.state.class()) aria-current=[(step.state == StepState::Current).then_some("step")] {
                    @if let Some(href) = step.href { a href=(Href(href)) lang=[step.lang] { (step.text) } }
                    @else { span lang=[step.lang] { (step.text) } }
                    " " span .step-state lang=[self.language.borrowed_from()] { (step.state.word(self.language)) }
                    @if let Some(note) = step.note { p .hint { (note) } }
                }
            } }
        }
        .render_to(out);
    }
}

impl<'a> Progress<'a> {
    /// So much of all, and what it is.
    #[must_use]
    pub const fn new(label: &'a str, done: u64, all: u64) -> Self {
        Self { label, done, all }
    }
}

impl Render for Progress<'_> {
    fn render_to(&self, out: &mut String) {
        let all = self.all.max(1);
        let done = self.done.min(all);
        html! { label .progress { span { (self.label) } progress value=(done) max=(all) { (done) "/" (all) } } }
            .render_to(out);
    }
}
