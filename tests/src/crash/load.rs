//! Callers that write down what was acknowledged.

use super::{CLIENT, SERVICE};
use crate::caller::Caller;
use bytes::Bytes;
use http::Method;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;

/// Callers at work.
pub(super) struct Load {
    shared: Arc<Shared>,
    callers: JoinSet<()>,
}

struct Shared {
    acknowledged: Mutex<BTreeSet<String>>,
    next: AtomicU64,
    stopped: AtomicBool,
    prefix: String,
}

const CALLERS: usize = 16;

impl Load {
    /// Lets callers call, each as fast as it is answered; ids begin with `prefix`.
    pub(super) fn start(address: SocketAddr, prefix: &str) -> Self {
        let shared = Arc::new(Shared {
            acknowledged: Mutex::default(),
            next: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            prefix: prefix.to_owned(),
        });
        let mut callers = JoinSet::new();
        for _ in 0..CALLERS {
            callers.spawn(call(shared.clone(), address));
        }
        Self { shared, callers }
    }

    /// What has been acknowledged so far.
    pub(super) fn acknowledged(&self) -> BTreeSet<String> {
        self.shared.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends the callers; the answer is everything that was acknowledged.
    pub(super) async fn stop(mut self) -> BTreeSet<String> {
        self.shared.stopped.store(true, Ordering::Relaxed);
        while self.callers.join_next().await.is_some() {}
        self.acknowledged()
    }
}

async fn call(shared: Arc<Shared>, address: SocketAddr) {
    let path = format!("/r1/{SERVICE}/personas/1234567");
    while !shared.stopped.load(Ordering::Relaxed) {
        let id = format!("{}-{}", shared.prefix, shared.next.fetch_add(1, Ordering::Relaxed));
        let caller = Caller::http(address, CLIENT).with("x-road-id", &id);
        let answer = tokio::time::timeout(Duration::from_secs(5), caller.try_call(Method::GET, &path, Bytes::new()));
        match answer.await {
            Ok(Ok(answer)) if answer.status == 200 => {
                shared.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
            }
            // The server is gone for the moment; calling on at once would only burn the processor it needs to come back.
            _ => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}
