//! One attempt: a sandbox is made, a handler runs in it, and what is left of it is looked at.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use storage::ReadError;
use wasmtime::{PoolConcurrencyLimitError, Store};

use super::{Caller, Context, Export, Failure, Runner};
use crate::call::CallError;
use crate::contract::limits::OUT_OF_BOUNDS;
use crate::migration::Progress;
use crate::sandbox::{Access, Answers, Call, Engine, Fault, Overrun, Question, Remains, Sandbox, Stop, View};
use crate::vitals::Vitals;

/// What became of an attempt.
pub(super) enum Attempted<T> {
    Returned(T, Box<Remains>),
    /// Nothing ran: the call had been handled already.
    DoneBefore(T),
    Failed(Failure),
    /// So much was written meanwhile that what it reads is not kept any more.
    Outdated,
    Ask(Question),
    Faulted(Fault),
}

impl Runner {
    pub(super) async fn attempt<E: Export>(
        &self,
        call: &Arc<Call>,
        caller: &Caller,
        number: u32,
        answers: &Arc<Answers>,
        export: Arc<E>,
    ) -> Result<Attempted<E::Output>, CallError> {
        let (within, pace) = (call.plugin.limits().time(), call.plugin.pace());
        // Before anything is read: what waits for long would read what is of yesterday.
        let start = match self.lanes.start(within, pace).await {
            Ok(start) => start,
            Err(overrun) => return overran(overrun, within),
        };
        let mut view = match call.access {
            Access::Read => View::reading(self.store.snapshot().map_err(CallError::Read)?),
            Access::Write => View::Write(Box::new(self.store.begin().map_err(CallError::Read)?)),
        };
        if let Some(version) = export.expects_data_of(call) {
            match Progress::is_at(version, call.plugin.keyspace(), &mut view) {
                Ok(true) => {}
                Ok(false) => return Err(CallError::OtherData),
                Err(stop) => return stopped(stop),
            }
        }
        match export.prepare(call, &mut view) {
            Ok(None) => {}
            Ok(Some(output)) => return Ok(Attempted::DoneBefore(output)),
            Err(stop) => return stopped(stop),
        }
        let context = context(call, caller, number);
        let sandbox = Sandbox::new(call.clone(), view, answers.clone());
        let running = Box::pin(timed(call.plugin.vitals().clone(), run(self.engine.clone(), sandbox, context, export)));
        match self.lanes.run(start, running, within, pace).await {
            Ok(outcome) => outcome,
            Err(overrun) => overran(overrun, within),
        }
    }
}

fn overran<T>(overrun: Overrun, within: Duration) -> Result<Attempted<T>, CallError> {
    match overrun {
        Overrun::Time => Ok(Attempted::Faulted(Fault::Time(within))),
        Overrun::Busy => Err(CallError::Busy),
        Overrun::ShutDown => Err(CallError::ShutDown),
    }
}

/// Notes for how long an attempt is really run: a guest that is interrupted takes nothing until its next turn.
async fn timed<F: Future>(vitals: Arc<Vitals>, attempt: F) -> F::Output {
    let mut attempt = pin!(attempt);
    poll_fn(|context| {
        let began = Instant::now();
        let polled = attempt.as_mut().poll(context);
        vitals.busy_us.add(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
        polled
    })
    .await
}

async fn run<E: Export>(
    engine: Arc<Engine>,
    sandbox: Sandbox,
    context: Context,
    export: Arc<E>,
) -> Result<Attempted<E::Output>, CallError> {
    let plugin = sandbox.call.plugin.clone();
    let mut store: Store<Sandbox> = engine.store(sandbox);
    let outcome = match plugin.component().instantiate_async(&mut store).await {
        Ok(instance) => export.invoke(plugin.exports(), &mut store, &instance, &context).await,
        Err(error) => Err(error),
    };
    store.data().log_printed();
    match outcome {
        Ok(Ok(output)) => Ok(Attempted::Returned(output, Box::new(store.into_data().remains()))),
        Ok(Err(failure)) => Ok(Attempted::Failed(failure)),
        Err(error) => match error.downcast::<Stop>() {
            Ok(stop) => stopped(stop),
            // Others have all the sandboxes: nothing that this plugin has to answer for.
            Err(error) if error.is::<PoolConcurrencyLimitError>() => Err(CallError::Busy),
            Err(error) => Ok(Attempted::Faulted(store.data().fault(&error))),
        },
    }
}

fn stopped<T>(stop: Stop) -> Result<Attempted<T>, CallError> {
    match stop {
        Stop::Ask(question) => Ok(Attempted::Ask(question)),
        Stop::Read(ReadError::TooOld { .. }) => Ok(Attempted::Outdated),
        Stop::Read(error) => Err(CallError::Read(error)),
        Stop::Blob(error) => Err(CallError::Blob(error)),
        Stop::Citizens(why) => Err(CallError::Citizens(why)),
        Stop::OutOfBounds => Ok(Attempted::Failed(Failure::Conflict(OUT_OF_BOUNDS.to_owned()))),
        Stop::Broken(broken) => Ok(Attempted::Faulted(Fault::Broken(broken))),
    }
}

fn context(call: &Call, caller: &Caller, attempt: u32) -> Context {
    Context {
        request_id: call.request_id.clone(),
        attempt,
        caller: caller.principal.clone(),
        locale: caller.locale.clone(),
        now: crate::rows::milliseconds(call.now),
        trace_parent: caller.trace_parent.clone(),
    }
}
