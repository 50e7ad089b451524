//! Callers of the sending plugin, which write down what was acknowledged.

use super::pair::{CLIENT, RECEIVER, SENDER};
use crate::caller::Caller;
use anyhow::{Result, anyhow};
use http::Method;
use serde_json::json;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Callers at work.
pub(super) struct Orders {
    shared: Arc<Shared>,
    first: u64,
    callers: JoinSet<()>,
}

struct Shared {
    acknowledged: Mutex<BTreeSet<u64>>,
    next: AtomicU64,
    under_way: AtomicUsize,
    stopped: AtomicBool,
    answered: Notify,
    pace: Pace,
}

/// How quickly the receiver has an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    Quick,
    /// Some milliseconds: long enough that a kill falls within one.
    Slow,
}

const CALLERS: usize = 64;
/// Some milliseconds of one core.
const SLOW_TURNS: u64 = 5_000_000;
/// The longest body of a message takes more than one record of TLS.
const LONGEST_PADDING: u64 = 24 << 10;
const ANSWER_WITHIN: Duration = Duration::from_secs(15);
const ROUND_WITHIN: Duration = Duration::from_secs(600);

impl Orders {
    /// Lets callers call the server at this address, each as fast as it is answered, with numbers from `first` on.
    pub(super) fn start(address: SocketAddr, first: u64, pace: Pace) -> Self {
        let shared = Arc::new(Shared {
            acknowledged: Mutex::default(),
            next: AtomicU64::new(first),
            under_way: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            answered: Notify::new(),
            pace,
        });
        let mut callers = JoinSet::new();
        for _ in 0..CALLERS {
            callers.spawn(call(shared.clone(), address));
        }
        Self { shared, first, callers }
    }

    /// Waits until so many calls were acknowledged.
    pub(super) async fn until(&self, wanted: usize) -> Result<()> {
        let enough = async {
            while self.acknowledged().len() < wanted {
                self.shared.answered.notified().await;
            }
        };
        let late = || anyhow!("of {wanted} calls {} were acknowledged in {ROUND_WITHIN:?}", self.acknowledged().len());
        timeout(ROUND_WITHIN, enough).await.map_err(|_| late())
    }

    /// What has been acknowledged so far.
    pub(super) fn acknowledged(&self) -> BTreeSet<u64> {
        self.shared.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Calls that are not answered yet.
    pub(super) fn under_way(&self) -> usize {
        self.shared.under_way.load(Ordering::Relaxed)
    }

    /// Ends the callers; the answer is everything that was acknowledged, and how many calls there were.
    pub(super) async fn stop(mut self) -> (BTreeSet<u64>, usize) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        while self.callers.join_next().await.is_some() {}
        let ordered = self.shared.next.load(Ordering::Relaxed) - self.first;
        (self.acknowledged(), usize::try_from(ordered).unwrap_or(usize::MAX))
    }
}

async fn call(shared: Arc<Shared>, address: SocketAddr) {
    let path = format!("/r1/{SENDER}/script");
    let caller = Caller::http(address, CLIENT);
    while !shared.stopped.load(Ordering::Relaxed) {
        let number = shared.next.fetch_add(1, Ordering::Relaxed);
        let body = order(number, shared.pace);
        shared.under_way.fetch_add(1, Ordering::Relaxed);
        let answer = timeout(ANSWER_WITHIN, caller.try_call(Method::POST, &path, body.into())).await;
        shared.under_way.fetch_sub(1, Ordering::Relaxed);
        match answer {
            Ok(Ok(answer)) if answer.status == 200 => {
                shared.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).insert(number);
                shared.answered.notify_one();
            }
            // The server is gone for the moment; calling on at once would only burn the processor it needs to come back.
            _ => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

/// What the sender is told: keep a row, and send the receiver what it is to do. Both count, so that a second time shows.
fn order(number: u64, pace: Pace) -> String {
    let key = key(number);
    let turns = match pace {
        Pace::Quick => 0,
        Pace::Slow => SLOW_TURNS,
    };
    let effect = json!([
        { "turns": turns },
        { "increment": format!("arrived/{key}") },
        { "add": { "key": "arrivals", "delta": 1 } },
    ]);
    // A script may end in blanks.
    let padding = usize::try_from(number * 7919 % LONGEST_PADDING).unwrap_or_default();
    let body = format!("{effect}{:padding$}", "");
    let message = json!({ "to": RECEIVER, "path": "/script", "body": body, "reply_to": format!("count/{key}") });
    json!([{ "increment": format!("sent/{key}") }, { "send": message }]).to_string()
}

/// A number as keys have it.
pub(super) fn key(number: u64) -> String {
    format!("{number:016}")
}
