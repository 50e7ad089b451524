//! A call: attempts until one is committed, fails, or is stopped.

use super::attempt::{self, Access, Answers, Attempt, Stop, current};
use super::commit::Verdict;
use super::state::Change;
use super::{Call, Harness, NoAnswer, answer};
use crate::bindings::blobs::Blob;
use crate::bindings::exchange::{Fault, Question, Refusal};
use crate::bindings::log::{Field, Level};
use crate::context::{Caller, Context};
use crate::failure::Failure;
use crate::limits::{CITIZEN, MAX_ANSWERS_BYTES, MAX_CONFLICTS, MAX_QUESTIONS};
use crate::service::{Answer, Method};

/// A line of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct LogLine {
    /// The plugin that wrote it.
    pub plugin: String,
    /// How much it matters.
    pub level: Level,
    /// What it says.
    pub message: String,
    /// What varies.
    pub fields: Vec<Field>,
}

/// What a citizen was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Her subject.
    pub to: String,
    /// The heading.
    pub subject: String,
    /// What it says, in the language of the call.
    pub text: String,
    /// The path of the plugin's origin that it leads to.
    pub link: Option<String>,
}

/// The language of whoever says nothing of it.
const USUAL_LOCALE: &str = "es-BO";

type Handler<'a, T> = dyn Fn(Context) -> Result<T, Failure> + 'a;

/// How a call begins.
pub(super) struct Beginning<'a> {
    pub(super) access: Access,
    pub(super) caller: Caller,
    pub(super) locale: &'a str,
    /// A change that belongs to the call.
    pub(super) first: Option<&'a Change>,
    /// Files that came with it, gone with it unless they are kept.
    pub(super) uploads: &'a [(Blob, Vec<u8>)],
}

impl Beginning<'_> {
    pub(super) fn of(access: Access, caller: Caller) -> Self {
        Self { access, caller, locale: USUAL_LOCALE, first: None, uploads: &[] }
    }
}

impl Harness {
    /// A call that may only read.
    pub(super) fn read<T>(&mut self, plugin: &str, caller: Caller, handler: &Handler<'_, T>) -> Result<T, NoAnswer> {
        self.execute(plugin, Beginning::of(Access::ReadOnly, caller), handler, |_| true)
    }

    /// A call that may write.
    pub(super) fn write<T>(&mut self, plugin: &str, caller: Caller, handler: &Handler<'_, T>) -> Result<T, NoAnswer> {
        self.execute(plugin, Beginning::of(Access::ReadWrite, caller), handler, |_| true)
    }

    /// The same, after a change that belongs to the call.
    pub(super) fn write_after<T>(
        &mut self,
        plugin: &str,
        first: &Change,
        handler: &Handler<'_, T>,
    ) -> Result<T, NoAnswer> {
        let beginning = Beginning { first: Some(first), ..Beginning::of(Access::ReadWrite, Caller::System) };
        self.execute(plugin, beginning, handler, |_| true)
    }

    /// Calls a service of an installed plugin; a message from an outbox has an id.
    pub(super) fn serve(&mut self, call: &Call, message_id: Option<&str>) -> Result<Answer, NoAnswer> {
        let Some((plugin, code)) = self.provider(&call.service) else {
            return Err(NoAnswer::Unavailable(format!("no plugin offers {}", call.service)));
        };
        if let Some(answer) = message_id.and_then(|id| self.installed(&plugin).handled.get(id)) {
            return Ok(answer.clone());
        }
        let handle = self.installed(&plugin).plugin.service;
        let handle = handle.ok_or_else(|| NoAnswer::Unavailable(format!("{plugin} does not export service")))?;
        let request = call.request(&code, message_id.map(str::to_owned));
        let handler = |context| {
            let answer = handle(context, request.clone())?;
            current(|_| answer::check(&answer));
            Ok(answer)
        };
        let answer = match call.method {
            Method::Get | Method::Head | Method::Options => self.read(&plugin, call.caller.clone(), &handler),
            _ => self.write(&plugin, call.caller.clone(), &handler),
        }?;
        if let Some(id) = message_id {
            self.installed_mut(&plugin).handled.insert(id.to_owned(), answer.clone());
        }
        Ok(answer)
    }

    /// The plugin that offers a service, and the service's code.
    pub(super) fn provider(&self, service: &str) -> Option<(String, String)> {
        let (subsystem, code) = service.rsplit_once('/')?;
        let offers = |(_, installed): &(&String, &super::world::Installed)| {
            installed.home.subsystem == subsystem
                && installed.home.manifest.service.iter().any(|offered| offered.code == code)
        };
        self.installed.iter().find(offers).map(|(name, _)| (name.clone(), code.to_owned()))
    }

    /// Runs a handler until it has an answer. Of one that is not kept, nothing remains that it did.
    pub(super) fn execute<T>(
        &mut self,
        plugin: &str,
        beginning: Beginning<'_>,
        handler: &Handler<'_, T>,
        is_kept: fn(&T) -> bool,
    ) -> Result<T, NoAnswer> {
        let mut context = self.context(beginning.caller.clone(), beginning.locale);
        let (mut answers, mut answer_bytes, mut conflicts) = (Answers::new(), 0, 0);
        // Each round answers one of at most 16 questions or is one of few conflicts.
        loop {
            let attempt = self.begin(plugin, &beginning, context.clone(), answers.clone());
            let (mut attempt, outcome) = attempt::run(attempt, handler);
            self.lines.append(&mut attempt.lines);
            context.attempt += 1;
            match outcome {
                Err(Stop::Trap(reason)) => return Err(NoAnswer::Stopped(reason)),
                Err(Stop::Fail(failure)) => return Err(NoAnswer::Failed(failure)),
                Err(Stop::TooManyQuestions) => {
                    let reason = format!("the plugin asks more than {MAX_QUESTIONS} questions in one call");
                    return Err(NoAnswer::Unavailable(reason));
                }
                Err(Stop::Ask(question)) => {
                    let answer = self.ask_for(plugin, &beginning.caller, &question);
                    answer_bytes += answer.as_ref().map_or(0, |answer| answer.body.len());
                    if answer_bytes > MAX_ANSWERS_BYTES {
                        let reason = format!("the answers to the plugin hold more than {MAX_ANSWERS_BYTES} bytes");
                        return Err(NoAnswer::Unavailable(reason));
                    }
                    answers.insert((question.to, question.path), answer);
                }
                Ok(Err(failure)) => return Err(NoAnswer::Failed(failure)),
                Ok(Ok(value)) if !is_kept(&value) => return Ok(value),
                Ok(Ok(value)) => match self.commit(plugin, attempt) {
                    Verdict::Committed => return Ok(value),
                    Verdict::Failed(failure) => return Err(NoAnswer::Failed(failure)),
                    Verdict::Stopped(reason) => return Err(NoAnswer::Stopped(reason)),
                    Verdict::Conflict if conflicts == MAX_CONFLICTS => {
                        return Err(NoAnswer::Unavailable(format!("{MAX_CONFLICTS} attempts lost to others")));
                    }
                    Verdict::Conflict => conflicts += 1,
                },
            }
        }
    }

    fn context(&mut self, caller: Caller, locale: &str) -> Context {
        Context {
            request_id: format!("00000000-0000-7000-8000-{:012x}", self.number()),
            attempt: 0,
            caller,
            locale: locale.to_owned(),
            now: self.milliseconds(),
            trace_parent: None,
        }
    }

    fn begin(&mut self, plugin: &str, beginning: &Beginning<'_>, context: Context, answers: Answers) -> Attempt {
        let (calendar, strangers) = (self.calendar.clone(), self.strangers.clone());
        let installed = self.installed_mut(plugin);
        installed.attempts += 1;
        let mut attempt = Attempt::new(installed.home.clone(), calendar, context, beginning.access);
        attempt.strangers = strangers;
        attempt.began_after = installed.commits.len();
        attempt.view = installed.state.clone();
        for (blob, content) in beginning.uploads {
            attempt.view.blobs.insert(blob.id.clone(), (blob.clone(), content.clone()));
        }
        attempt.answers = answers;
        if let Some(first) = beginning.first {
            attempt.change(first.clone()).expect("the first change of a call is within its limits");
        }
        attempt
    }

    /// Asks in the name of whoever calls. The number of a citizen's document is her subject here.
    fn ask_for(&mut self, plugin: &str, caller: &Caller, question: &Question) -> Result<Answer, Refusal> {
        if !question.path.contains(CITIZEN) {
            return self.ask(plugin, question);
        }
        let Caller::Citizen(citizen) = caller else {
            let message = "the identity document of whoever calls is not known for certain".to_owned();
            return Err(Refusal::Refused(Fault { code: "client.no_citizen".to_owned(), message }));
        };
        self.ask(plugin, &Question { path: question.path.replace(CITIZEN, &citizen.subject), ..question.clone() })
    }

    /// Asks outside of any transaction, as the exchange would.
    fn ask(&mut self, plugin: &str, question: &Question) -> Result<Answer, Refusal> {
        let asker = self.installed(plugin).home.subsystem.clone();
        if self.provider(&question.to).is_none() {
            return self.ask_script(&asker, question);
        }
        match self.serve(&Call::get(&question.to, &question.path).by(&asker), None) {
            Ok(answer) => Ok(answer),
            Err(NoAnswer::Failed(failure)) => Ok(answer::to(&failure)),
            Err(stopped) => Err(Refusal::Unavailable(stopped.to_string())),
        }
    }
}

/// What the exchange says of a service that nobody offers.
pub(super) fn unknown(service: &str) -> Fault {
    Fault { code: "UnknownService".to_owned(), message: format!("nobody offers {service}") }
}
