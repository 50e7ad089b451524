//! The harness itself: plugins, a clock, an outbox, scripts, and what a test makes go wrong.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use std::time::Duration;

use super::attempt::Home;
use super::delivery::{Event, Outgoing, Script};
use super::manifest::Manifest;
use super::page_call::{PageCall, Submitted};
use super::run::{LogLine, Told};
use super::schedule::Schedule;
use super::state::State;
use super::{Call, HolidayCalendar, Host, Installation, NoAnswer, Plugin, Received, Scripted, Waiting};
use crate::bindings::accounts::{Session, SignIn};
use crate::failure::Failure;
use crate::service::Answer;
use crate::time::Timestamp;
use crate::{Caller, Context, web};

/// When the clock of a harness begins: 2026-11-26T12:00:00Z.
const BEGINNING: u64 = 1_795_694_400_000;

/// How often a message is delivered until its sender hears of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deliveries {
    /// Once: the answer arrives.
    #[default]
    Once,
    /// Twice: the first answer is lost on its way, and the sender sends again.
    Repeated,
}

/// What a test does while a call is under way.
pub(super) type Meanwhile = Box<dyn FnOnce(&mut Harness)>;

/// Runs plugins in memory.
#[derive(Default)]
pub struct Harness {
    pub(super) known: BTreeMap<String, Plugin>,
    pub(super) installed: BTreeMap<String, Installed>,
    pub(super) calendar: Rc<HolidayCalendar>,
    pub(super) strangers: Rc<BTreeSet<String>>,
    /// Milliseconds after [`BEGINNING`].
    elapsed: u64,
    /// Numbers given to calls, messages and events.
    pub(super) numbers: u64,
    pub(super) outbox: Vec<Outgoing>,
    pub(super) events: Vec<Event>,
    pub(super) scripts: BTreeMap<String, Script>,
    pub(super) deliveries: Deliveries,
    /// The state of the generator that shuffles what is due.
    pub(super) shuffled: Option<u64>,
    pub(super) set_aside: Vec<(String, crate::Event)>,
    pub(super) conflicts: BTreeMap<String, u32>,
    pub(super) meanwhile: VecDeque<Meanwhile>,
    pub(super) lines: Vec<LogLine>,
    pub(super) told: Vec<Told>,
}

/// An installed plugin.
pub(super) struct Installed {
    pub(super) plugin: Plugin,
    pub(super) home: Rc<Home>,
    pub(super) state: State,
    /// The keys that each commit changed.
    pub(super) commits: Vec<BTreeSet<Vec<u8>>>,
    /// What was submitted, and its first answer, by the submission's id.
    pub(super) submitted: BTreeMap<String, (Submitted, web::Response)>,
    /// The answers to messages from outboxes, by their ids.
    pub(super) handled: BTreeMap<String, Answer>,
    pub(super) schedules: Vec<Schedule>,
    pub(super) counted: BTreeMap<String, u64>,
    pub(super) observed: BTreeMap<String, Vec<f64>>,
    pub(super) attempts: u64,
}

impl Harness {
    /// A harness without plugins.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Knows a plugin, to be installed by its name.
    #[must_use]
    pub fn know(mut self, plugin: Plugin) -> Self {
        self.known.insert(Manifest::read(plugin.manifest).plugin.name, plugin);
        self
    }

    /// The calendar, to add places and holidays to.
    pub fn calendar(&mut self) -> &mut HolidayCalendar {
        Rc::make_mut(&mut self.calendar)
    }

    /// How often messages are delivered from now on.
    pub fn deliver_messages(&mut self, deliveries: Deliveries) {
        self.deliveries = deliveries;
    }

    /// Delivers what is due in another order than it was ordered, one that follows from this number: a server delivers many
    /// messages and events at once.
    pub fn shuffle(&mut self, seed: u64) {
        self.shuffled = Some(seed);
    }

    /// The events that were set aside, because their plugin failed to handle them twenty times, with that plugin.
    #[must_use]
    pub fn set_aside(&self) -> &[(String, crate::Event)] {
        &self.set_aside
    }

    /// Lets the next commits of a plugin lose to somebody else's.
    pub fn conflict(&mut self, plugin: &str, times: u32) {
        self.conflicts.insert(plugin.to_owned(), times);
    }

    /// Does something after the next handler has returned, and before its call is committed: whatever the handler read
    /// that this changes makes the call run again.
    pub fn meanwhile(&mut self, act: impl FnOnce(&mut Harness) + 'static) {
        self.meanwhile.push_back(Box::new(act));
    }

    /// Runs a piece of a plugin's code as a call of it.
    ///
    /// # Errors
    /// If it fails, or is stopped.
    pub fn run<T>(&mut self, plugin: &str, code: impl Fn(Context) -> Result<T, Failure>) -> Result<T, NoAnswer> {
        self.write(plugin, Caller::System, &code)
    }

    /// One step of a plugin's migration.
    ///
    /// # Errors
    /// If it fails.
    pub fn migrate(
        &mut self,
        plugin: &str,
        from: u32,
        to: u32,
        cursor: Option<String>,
    ) -> Result<Option<String>, NoAnswer> {
        let migrate = self.installed(plugin).plugin.migrate.ok_or_else(|| lacks(plugin, "lifecycle"))?;
        self.write(plugin, Caller::System, &|context| migrate(context, from, to, cursor.clone()))
    }

    /// Whether a plugin says it can do its work.
    ///
    /// # Errors
    /// If it says it cannot.
    pub fn health(&mut self, plugin: &str) -> Result<(), NoAnswer> {
        let health = self.installed(plugin).plugin.health.ok_or_else(|| lacks(plugin, "lifecycle"))?;
        self.read(plugin, Caller::System, &|context| health(context))
    }

    /// What plugins logged, of aborted attempts too.
    #[must_use]
    pub fn log(&self) -> &[LogLine] {
        &self.lines
    }

    /// What citizens were told, the oldest first.
    #[must_use]
    pub fn told(&self) -> &[Told] {
        &self.told
    }

    /// Makes a subject one that nobody can be told by: there is no such citizen. In a harness all others can be told.
    pub fn nobody_is(&mut self, subject: &str) {
        Rc::make_mut(&mut self.strangers).insert(subject.to_owned());
    }

    /// Lets somebody have signed in to an account that a plugin made; the session goes on.
    ///
    /// # Panics
    /// If there is no such account.
    pub fn sign_in(&mut self, plugin: &str, subject: &str, session: Session, sign_in: SignIn) {
        let kept = self.installed_mut(plugin).state.accounts.get_mut(subject);
        let kept = kept.unwrap_or_else(|| panic!("the test made no account {subject}"));
        kept.account.enrolled = true;
        kept.sessions.push(session);
        kept.sign_ins.push(sign_in);
    }

    /// What a plugin counted under a name.
    #[must_use]
    pub fn counted(&self, plugin: &str, name: &str) -> u64 {
        self.installed(plugin).counted.get(name).copied().unwrap_or(0)
    }

    /// The values that a plugin observed under a name.
    #[must_use]
    pub fn observed(&self, plugin: &str, name: &str) -> &[f64] {
        self.installed(plugin).observed.get(name).map_or(&[], Vec::as_slice)
    }

    /// How often a handler of a plugin was begun.
    #[must_use]
    pub fn attempts(&self, plugin: &str) -> u64 {
        self.installed(plugin).attempts
    }

    pub(super) fn installed(&self, plugin: &str) -> &Installed {
        self.installed.get(plugin).unwrap_or_else(|| panic!("the test did not install {plugin}"))
    }

    pub(super) fn installed_mut(&mut self, plugin: &str) -> &mut Installed {
        self.installed.get_mut(plugin).unwrap_or_else(|| panic!("the test did not install {plugin}"))
    }

    pub(super) fn milliseconds(&self) -> u64 {
        BEGINNING + self.elapsed
    }

    pub(super) fn set_milliseconds(&mut self, now: u64) {
        self.elapsed = self.elapsed.max(now.saturating_sub(BEGINNING));
    }

    pub(super) fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }
}

pub(super) fn lacks(plugin: &str, export: &str) -> NoAnswer {
    NoAnswer::Unavailable(format!("{plugin} does not export {export}"))
}

impl Host for Harness {
    fn install(&mut self, installation: Installation) {
        let name = &installation.plugin;
        let plugin = *self.known.get(name).unwrap_or_else(|| panic!("the harness knows no plugin {name}"));
        let manifest = Manifest::read(plugin.manifest);
        if let Some(routes) = plugin.routes {
            manifest.web.check(routes);
        }
        let now = self.milliseconds();
        let schedules = manifest.cron.iter().map(|cron| Schedule::new(cron, now)).collect();
        let Installation { plugin: name, subsystem, config, secrets } = installation;
        let home = Rc::new(Home { manifest, subsystem, config, secrets, texts: plugin.texts() });
        let installed = Installed {
            plugin,
            home,
            state: State::default(),
            commits: Vec::new(),
            submitted: BTreeMap::new(),
            handled: BTreeMap::new(),
            schedules,
            counted: BTreeMap::new(),
            observed: BTreeMap::new(),
            attempts: 0,
        };
        self.installed.insert(name, installed);
    }

    fn script(&mut self, service: &str, answers: Vec<Scripted>) {
        self.scripts.entry(service.to_owned()).or_default().answers = answers.into();
    }

    fn call(&mut self, call: Call) -> Result<Answer, NoAnswer> {
        self.serve(&call, None)
    }

    fn show(&mut self, call: &PageCall) -> Result<web::Response, NoAnswer> {
        self.show_page(call)
    }

    fn deliver(&mut self) {
        self.deliver_due();
    }

    fn advance(&mut self, by: Duration) {
        let until = self.milliseconds() + u64::try_from(by.as_millis()).unwrap_or(0);
        self.advance_to(until);
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.milliseconds())
    }

    fn waiting(&self) -> Vec<Waiting> {
        let waiting = |outgoing: &Outgoing| Waiting {
            plugin: outgoing.plugin.clone(),
            id: outgoing.id.clone(),
            message: outgoing.message.clone(),
            due: Timestamp::from_millisecond(outgoing.due),
        };
        self.outbox.iter().map(waiting).collect()
    }

    fn received(&self, service: &str) -> Vec<Received> {
        self.scripts.get(service).map(|script| script.received.clone()).unwrap_or_default()
    }
}

/// A failure as a test expects it: `let failure = host.call(…).failure()`.
pub trait Outcome {
    /// The failure that the plugin answered with.
    ///
    /// # Panics
    /// If there is another outcome.
    fn failure(self) -> Failure;
}

impl<T: std::fmt::Debug> Outcome for Result<T, NoAnswer> {
    fn failure(self) -> Failure {
        match self {
            Err(NoAnswer::Failed(failure)) => failure,
            other => panic!("expected a failure of the plugin, got {other:?}"),
        }
    }
}
