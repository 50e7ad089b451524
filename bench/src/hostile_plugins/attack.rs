//! Calls of hostile plugins, each of them once a second, and what the host makes of them.

use super::pace::Pace;
use crate::plugins::installed::Installed;
use anyhow::Result;
use hostile::{Door, Specimen};
use plugin_host::{CallError, Caller, Fault, Method, Principal, Request, web};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

/// When hostile plugins do what they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manners {
    Never,
    /// One fault less in a row than opens a breaker.
    EveryFifthCall,
}

/// What became of their calls.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Attacked {
    pub(super) calls: u64,
    /// Calls that did harm and were answered as if all were well.
    pub(super) answered: u64,
    /// Calls that did no harm, and were answered.
    pub(super) behaved: u64,
    /// How the others were cut, or refused, by kind and reason.
    pub(super) cut: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
}

/// An attack that goes on.
pub(super) struct Attack {
    pace: Result<Pace>,
    tasks: TaskTracker,
    // Counts, held for an addition.
    attacked: Arc<Mutex<Attacked>>,
}

/// The name of the plugin of this number.
pub(super) fn name(number: usize) -> String {
    format!("hostile-{number}")
}

/// Calls each specimen once a second, spread over the second.
pub(super) fn begin(
    installed: &Arc<Installed>,
    specimens: &Arc<[Specimen]>,
    manners: Manners,
    lasting: Duration,
) -> Attack {
    let (tasks, attacked, runtime) = (TaskTracker::new(), Arc::<Mutex<Attacked>>::default(), Handle::current());
    let all = u32::try_from(specimens.len()).unwrap_or(u32::MAX);
    let pace = Pace::start(all, lasting, {
        let (installed, specimens) = (installed.clone(), specimens.clone());
        let (tasks, attacked) = (tasks.clone(), attacked.clone());
        move |number, _| {
            let (round, index) = (number / all, (number % all) as usize);
            let Some(&specimen) = specimens.get(index) else { return };
            // Not all of a kind in the same second.
            let behaves = manners == Manners::EveryFifthCall && (number + round).is_multiple_of(5);
            let (installed, attacked) = (installed.clone(), attacked.clone());
            tasks.spawn_on(
                async move {
                    let harm = if behaves && specimen.kind.can_behave() { Harm::None } else { Harm::Done };
                    let outcome = call(&installed, specimen, &name(index), harm).await;
                    attacked.lock().unwrap_or_else(PoisonError::into_inner).note(specimen, harm, outcome);
                },
                &runtime,
            );
        }
    });
    Attack { pace, tasks, attacked }
}

impl Attack {
    /// Waits for its end.
    pub(super) async fn end(self) -> Result<Attacked> {
        self.pace?.end().await?;
        self.tasks.close();
        self.tasks.wait().await;
        Ok(std::mem::take(&mut *self.attacked.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// What a call has a specimen do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Harm {
    None,
    Done,
}

impl Attacked {
    fn note(&mut self, specimen: Specimen, harm: Harm, outcome: Result<(), CallError>) {
        self.calls += 1;
        match (outcome, harm) {
            (Ok(()), Harm::None) => self.behaved += 1,
            (Ok(()), Harm::Done) => self.answered += 1,
            (Err(error), _) => {
                let reasons = self.cut.entry(specimen.kind.name()).or_default();
                *reasons.entry(reason(&error)).or_default() += 1;
            }
        }
    }
}

async fn call(installed: &Installed, specimen: Specimen, name: &str, harm: Harm) -> Result<(), CallError> {
    let caller = Caller {
        request_id: uuid::Uuid::now_v7().to_string(),
        principal: Principal::Anonymous,
        locale: "es".to_owned(),
        trace_parent: None,
        document: None,
    };
    match specimen.door {
        Door::Service => {
            let request = Request {
                service: Door::SERVICE.to_owned(),
                method: if harm == Harm::None { Method::Head } else { Method::Post },
                path: String::new(),
                query: Vec::new(),
                headers: Vec::new(),
                content_type: String::new(),
                body: Vec::new(),
                message_id: None,
            };
            installed.host.call_service_of(name, caller, request, None).await.map(drop)
        }
        Door::Web => {
            let method = if harm == Harm::None { web::Method::Head } else { web::Method::Post };
            let request = web::Request::of(method, "/");
            let plugin = installed.host.visited(name, "").ok_or(CallError::Unknown)?;
            installed.host.call_web(&plugin, caller, request, None).await.map(drop)
        }
    }
}

fn reason(error: &CallError) -> &'static str {
    match error {
        CallError::Fault(Fault::Time(_)) => hostile::Cut::Time.name(),
        CallError::Fault(Fault::Limit(_)) => hostile::Cut::Limit.name(),
        CallError::Fault(Fault::Trap(_)) => hostile::Cut::Trap.name(),
        CallError::Fault(Fault::Broken(_)) => hostile::Cut::Broken.name(),
        CallError::BreakerOpen { .. } => "breaker",
        CallError::Busy => "busy",
        _ => "other",
    }
}
