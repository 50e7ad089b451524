//! A sandbox: what one attempt at one call may see, change and order.
//!
//! It is made for the attempt and thrown away with it. Nothing that a guest left in its memory is there for the next
//! one, so that no caller can ever see another's data through a plugin's mistake.

mod effects;
mod engine;
mod environment;
mod lanes;
mod limiter;
mod pace;
mod stop;
mod view;
mod wasi;

use std::collections::HashMap;
use std::sync::Arc;

use clock::Timestamp;
use protocol::hash::Sha256Hash;
use storage::Keyspace;
use wasmtime::Trap;

pub(crate) use effects::{Effects, Metric, NewBlob};
pub(crate) use engine::Engine;
pub use engine::EngineError;
pub(crate) use environment::Environment;
pub(crate) use lanes::{Lanes, Overrun};
use limiter::Limiter;
pub use limiter::Refused;
pub(crate) use pace::Pace;
pub use stop::Broken;
pub(crate) use stop::Stop;
pub(crate) use view::{Scan, View};
use wasi::Wasi;

use crate::contract::imports::exchange::{Answer, Refusal};
use crate::plugin::Loaded;

/// What stays the same for every attempt at a call.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) plugin: Arc<Loaded>,
    pub(crate) request_id: String,
    pub(crate) now: Timestamp,
    pub(crate) locale: String,
    pub(crate) access: Access,
    pub(crate) environment: Arc<Environment>,
}

/// What a call may do to the plugin's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// A question to another subsystem's service.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    pub(crate) to: String,
    pub(crate) path: String,
}

impl Question {
    /// The id of a call's question, the same however often it is asked.
    pub(crate) fn id(&self, request_id: &str) -> String {
        // No identifier holds a zero byte.
        let digest = Sha256Hash::of_parts(&[self.to.as_bytes(), &[0], self.path.as_bytes()]);
        format!("{request_id}?{}", hex::encode(&digest.as_bytes()[..16]))
    }
}

/// What the questions of a call were answered.
pub(crate) type Answers = HashMap<Question, Result<Answer, Refusal>>;

/// The state behind the host functions.
pub(crate) struct Sandbox {
    pub(crate) call: Arc<Call>,
    pub(crate) view: View,
    pub(crate) effects: Effects,
    answers: Arc<Answers>,
    limiter: Limiter,
    wasi: Option<Box<Wasi>>,
}

/// What is left of a sandbox after its handler has returned.
pub(crate) struct Remains {
    pub(crate) view: View,
    pub(crate) effects: Effects,
    pub(crate) memory_bytes: usize,
}

impl Sandbox {
    pub(crate) fn new(call: Arc<Call>, view: View, answers: Arc<Answers>) -> Self {
        let limiter = Limiter::new(usize::try_from(call.plugin.limits().memory_bytes()).unwrap_or(usize::MAX));
        Self { call, view, effects: Effects::default(), answers, limiter, wasi: None }
    }

    pub(crate) fn keyspace(&self) -> Keyspace {
        self.call.plugin.keyspace()
    }

    /// The answer to a question, if it was asked before.
    pub(crate) fn answer(&self, question: &Question) -> Option<Result<Answer, Refusal>> {
        self.answers.get(question).cloned()
    }

    pub(crate) fn remains(self) -> Remains {
        Remains { view: self.view, effects: self.effects, memory_bytes: self.limiter.used_bytes() }
    }

    /// Puts what the guest printed into the log: often the words of its panic.
    pub(crate) fn log_printed(&self) {
        let printed = self.wasi.as_ref().map(|wasi| wasi.printed()).unwrap_or_default();
        if !printed.is_empty() {
            let (plugin, request) = (self.call.plugin.name(), self.call.request_id.as_str());
            tracing::info!(plugin, request.id = request, printed, "a plugin printed something");
        }
    }

    /// Why a handler did not return, from what the engine says.
    pub(crate) fn fault(&self, error: &wasmtime::Error) -> Fault {
        if let Some(refused) = self.limiter.refused {
            return Fault::Limit(refused);
        }
        match error.downcast_ref::<Trap>() {
            Some(trap) => Fault::Trap(trap.to_string()),
            None => Fault::Trap(error.root_cause().to_string()),
        }
    }
}

/// Why a handler did not return, where that is the plugin's doing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The guest trapped: it panicked, divided by zero, overflowed its stack.
    #[error("it stopped with a fault: {0}")]
    Trap(String),
    /// It wanted more than it may have.
    #[error(transparent)]
    Limit(Refused),
    /// It did not return in time.
    #[error("it did not return within {} ms", .0.as_millis())]
    Time(std::time::Duration),
    /// It broke the contract.
    #[error("it broke the contract: {0}")]
    Broken(Broken),
}
