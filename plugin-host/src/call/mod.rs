//! A call: attempts, each in a fresh sandbox and a transaction of its own, until one is committed or refused.

mod attempt;
mod blobs;
mod error;
pub mod events;
pub(crate) mod headers;
pub(crate) mod lifecycle;
mod replay;
pub(crate) mod service;
pub mod web;

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clock::SharedClock;
use storage::{CommitError, CounterError, Footprint, Store, Transaction};
use tokio_util::sync::CancellationToken;
use wasmtime::component::Instance;

use crate::blobs::is_sum;
use crate::contract::imports::exchange::{Answer, Fault as WitFault, Refusal};
pub(crate) use crate::contract::imports::types::Context;
pub use crate::contract::imports::types::{
    Assurance, Citizen, Failure, FieldError, Operator, OtherFailure, Principal, Represented, RepresentedKind,
};
use crate::contract::limits::{CITIZEN, MAX_ANSWERS_BYTES, MAX_CONFLICTS, MAX_QUESTIONS, OUT_OF_BOUNDS};
use crate::failed_calls::KeptRequest;
use crate::plugin::{Exports, Loaded};
use crate::sandbox::{
    Access, Answers, Broken, Call, Engine, Environment, Fault, Lanes, Question, Remains, Sandbox, Stop, View,
};
use crate::seams::{Again, Exchange, ExchangeCall, ExchangeMethod};
use crate::signings::Expected;
use attempt::Attempted;
pub use error::CallError;
pub(crate) use replay::Replay;

/// What calls run on.
pub(crate) struct Runner {
    pub(crate) engine: Arc<Engine>,
    pub(crate) lanes: Lanes,
    pub(crate) store: Store,
    pub(crate) exchange: Arc<dyn Exchange>,
    pub(crate) clock: SharedClock,
    pub(crate) environment: Arc<Environment>,
    /// Cancelled once agendas may be worked through.
    pub(crate) reconciled: CancellationToken,
}

/// Who calls, and how.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The same for every attempt, and for nothing else.
    pub request_id: String,
    /// Who, as verified.
    pub principal: Principal,
    /// The negotiated language, BCP 47.
    pub locale: String,
    /// The W3C trace context.
    pub trace_parent: Option<String>,
    /// The number of the caller's identity document, if it is known for certain. Plugins do not learn it; they may ask other
    /// subsystems about whom it is of.
    pub document: Option<String>,
}

/// One function that a plugin exports, with its arguments.
pub(crate) trait Export: Send + Sync + 'static {
    /// What it returns.
    type Output: Send + 'static;

    /// Whether the plugin has it.
    fn is_exported(exports: &Exports) -> bool;

    /// What it may do.
    fn access(&self) -> Access;

    /// The version that the plugin's data have to be of; `None` for what brings them there.
    fn expects_data_of(&self, call: &Call) -> Option<u32> {
        Some(call.plugin.manifest().data_version())
    }

    /// Does in the transaction what belongs before the handler. If this was done already, nothing runs.
    fn prepare(&self, _: &Call, _: &mut View) -> Result<Option<Self::Output>, Stop> {
        Ok(None)
    }

    /// Calls it.
    fn invoke(
        &self,
        exports: &Exports,
        store: &mut wasmtime::Store<Sandbox>,
        instance: &Instance,
        context: &Context,
    ) -> impl Future<Output = wasmtime::Result<Result<Self::Output, Failure>>> + Send;

    /// Whether somebody waits for the answer, so that what the call orders to be signed is to be signed before.
    fn waits_for_signatures(&self) -> bool {
        false
    }

    /// Whether what it wrote and ordered is kept.
    fn is_kept(&self, _: &Self::Output) -> bool {
        true
    }

    /// What was asked, as it is kept where the call fails; `None` where that is not to be.
    fn kept(&self, _: &Call) -> Option<KeptRequest> {
        None
    }

    /// Learns where a call that only read has read.
    fn rests_on(&self, _: &Call, _: &Self::Output, _: Footprint) {}

    /// Adds to the transaction what belongs to its success.
    fn seal(&self, _: &Call, _: &Self::Output, _: &mut Transaction) {}
}

/// So long a call waits for all its answers together.
const ANSWERS_WITHIN: Duration = Duration::from_secs(60);

impl Runner {
    /// Calls a function of a plugin.
    pub(crate) async fn run<E: Export>(
        &self,
        plugin: &Arc<Loaded>,
        caller: &Caller,
        export: E,
    ) -> Result<E::Output, CallError> {
        if !E::is_exported(plugin.exports()) {
            return Err(CallError::NotExported);
        }
        let vitals = plugin.vitals();
        if let Err(wait) = plugin.breaker().admit(Instant::now()) {
            vitals.broken.add(1);
            return Err(CallError::BreakerOpen { wait });
        }
        let place = plugin.places().try_acquire().map_err(|_| {
            vitals.turned_away.add(1);
            CallError::Busy
        })?;
        let began = Instant::now();
        let call = Arc::new(Call {
            plugin: plugin.clone(),
            request_id: caller.request_id.clone(),
            now: self.clock.now(),
            locale: caller.locale.clone(),
            access: export.access(),
            environment: self.environment.clone(),
        });
        let (waits, export, mut answers) = (export.waits_for_signatures(), Arc::new(export), Arc::default());
        let outcome = self.attempts(&call, caller, export.clone(), &mut answers).await;
        vitals.note_call(began.elapsed());
        if let Err(error) = &outcome {
            self.keep_failed(&call, caller, || export.kept(&call), &answers, error).await;
        }
        match &outcome {
            Err(CallError::Fault(_)) => plugin.breaker().faulted(Instant::now()),
            Err(CallError::Failed(_)) => {
                vitals.failures.add(1);
                plugin.breaker().succeeded();
            }
            Ok(_) => plugin.breaker().succeeded(),
            // Nothing that the plugin has to answer for.
            Err(_) => {}
        }
        let (output, expected) = outcome?;
        // While agendas wait nothing is signed: whoever waited would wait in vain.
        if waits && self.reconciled.is_cancelled() {
            expected.all().await;
        }
        drop(place);
        Ok(output)
    }

    async fn attempts<E: Export>(
        &self,
        call: &Arc<Call>,
        caller: &Caller,
        export: Arc<E>,
        answers: &mut Arc<Answers>,
    ) -> Result<(E::Output, Expected), CallError> {
        let vitals = call.plugin.vitals();
        let (mut attempt, mut conflicts, mut answer_bytes) = (0, 0, 0);
        let deadline = tokio::time::Instant::now() + ANSWERS_WITHIN;
        loop {
            let attempted = self.attempt(call, caller, attempt, answers, export.clone()).await?;
            attempt += 1;
            let lost = match attempted {
                Attempted::Returned(output, remains) => match self.commit(call, &*export, &output, *remains).await? {
                    Committed::Yes(expected) => return Ok((output, expected)),
                    Committed::Conflict => true,
                },
                Attempted::Outdated => true,
                Attempted::DoneBefore(output) => return Ok((output, Expected::default())),
                Attempted::Failed(failure) => return Err(CallError::Failed(failure)),
                Attempted::Ask(question) => {
                    if answers.len() >= MAX_QUESTIONS {
                        return Err(CallError::TooManyQuestions { limit: MAX_QUESTIONS });
                    }
                    vitals.questions.add(1);
                    let asked = tokio::time::timeout_at(deadline, self.ask(call, caller, &question)).await;
                    let late = |_| Err(Refusal::Unavailable("no answer came in time".to_owned()));
                    let answer = asked.unwrap_or_else(late);
                    answer_bytes += answer.as_ref().map_or(0, |answer| answer.body.len());
                    if answer_bytes > MAX_ANSWERS_BYTES {
                        return Err(CallError::TooLongAnswers { limit_bytes: MAX_ANSWERS_BYTES });
                    }
                    Arc::make_mut(answers).insert(question, answer);
                    false
                }
                Attempted::Faulted(fault) => {
                    vitals.faults.add(1);
                    return Err(CallError::Fault(fault));
                }
            };
            if lost {
                conflicts += 1;
                vitals.conflicts.add(1);
                if conflicts > MAX_CONFLICTS {
                    return Err(CallError::Conflict { attempts: attempt });
                }
                tokio::time::sleep(jitter(conflicts)).await;
            }
        }
    }

    /// Asks outside of any transaction.
    async fn ask(&self, call: &Call, caller: &Caller, question: &Question) -> Result<Answer, Refusal> {
        let path = about_caller(caller, &question.path)?;
        // It was an identifier when the sandbox stopped for it.
        let Ok(service) = question.to.parse() else {
            return Err(Refusal::Unavailable(format!("{:?} is no service", question.to)));
        };
        let asked = self.exchange.call(ExchangeCall {
            client: call.plugin.subsystem().clone(),
            service,
            method: ExchangeMethod::Get,
            path,
            content_type: String::new(),
            body: bytes::Bytes::new(),
            id: question.id(&call.request_id),
        });
        match asked.await {
            Ok(answer) => Ok(service::of_exchange(answer)),
            Err(refusal) if refusal.again == Again::Later => Err(Refusal::Unavailable(refusal.to_string())),
            Err(refusal) => Err(Refusal::Refused(WitFault { code: refusal.code, message: refusal.message })),
        }
    }

    /// Makes what an attempt wrote and ordered durable, unless somebody else has written what it read.
    async fn commit<E: Export>(
        &self,
        call: &Arc<Call>,
        export: &E,
        output: &E::Output,
        mut remains: Remains,
    ) -> Result<Committed, CallError> {
        let vitals = call.plugin.vitals();
        vitals.peak_memory_bytes.raise(remains.memory_bytes as u64);
        let mut transaction = match remains.view {
            View::Write(transaction) if export.is_kept(output) => transaction,
            view => {
                vitals.note_own(std::mem::take(&mut remains.effects.metrics));
                if let View::Read(reading) = view {
                    export.rests_on(call, output, reading.footprint());
                }
                return Ok(Committed::Yes(Expected::default()));
            }
        };
        export.seal(call, output, &mut transaction);
        let (keyspace, mut ordered) = (call.plugin.keyspace(), remains.effects.wake);
        for (key, value) in remains.effects.rows(call.now) {
            transaction.put(keyspace, key, value);
            ordered = true;
        }
        // Before the commit, after which each may be signed at any moment.
        let signings = std::mem::take(&mut remains.effects.signings);
        let expected = self.environment.signings.expect(call.plugin.name(), &signings);
        let (created, deleted) = remains.effects.take_blobs();
        let written = blobs::write(call, created).await?;
        let outcome = transaction.commit().await;
        written.settle(&outcome).await;
        match outcome {
            Ok(()) => {
                blobs::retire(call, deleted).await;
                vitals.note_own(remains.effects.metrics);
                if let Some(citizens) = self.environment.citizens.get().filter(|_| remains.effects.citizens) {
                    citizens.committed();
                }
                if ordered {
                    call.plugin.wake();
                }
                Ok(Committed::Yes(expected))
            }
            Err(CommitError::Conflict { .. }) => Ok(Committed::Conflict),
            Err(CommitError::Counter { source: CounterError::OutOfBounds { key, .. } }) if is_sum(&key) => {
                Err(CallError::Storage { limit_bytes: call.plugin.limits().storage_bytes() })
            }
            // The caller is told no key: it may hold another's name.
            Err(CommitError::Counter { source: CounterError::OutOfBounds { .. } }) => {
                Err(CallError::Failed(Failure::Conflict(OUT_OF_BOUNDS.to_owned())))
            }
            Err(CommitError::Counter { source: CounterError::NoCounter { .. } }) => {
                vitals.faults.add(1);
                Err(CallError::Fault(Fault::Broken(Broken::Counter)))
            }
            Err(error) => Err(CallError::Commit(error)),
        }
    }
}

enum Committed {
    Yes(Expected),
    Conflict,
}

/// A little longer each time, and for each loser another time.
fn jitter(conflicts: u32) -> Duration {
    let most = 1_000_u64 << conflicts.min(6);
    let mut random = [0; 8];
    // Without randomness all losers try at once, which only costs time.
    let _ = aws_lc_rs::rand::fill(&mut random);
    Duration::from_micros(u64::from_ne_bytes(random) % most)
}

/// The path of a question in which the citizen of the call is named: her document's number in place of the marker. It stands
/// neither in what the plugin knows nor in what is kept of a call that failed.
fn about_caller(caller: &Caller, path: &str) -> Result<String, Refusal> {
    if !path.contains(CITIZEN) {
        return Ok(path.to_owned());
    }
    let Some(number) = &caller.document else {
        let message = "the identity document of whoever calls is not known for certain".to_owned();
        return Err(Refusal::Refused(WitFault { code: "client.no_citizen".to_owned(), message }));
    };
    let number = percent_encoding::utf8_percent_encode(number, percent_encoding::NON_ALPHANUMERIC).to_string();
    Ok(path.replace(CITIZEN, &number))
}
