//! Callers that write down what was acknowledged.

use super::{CLIENT, SERVICE};
use crate::caller::Caller;
use anyhow::{Result, anyhow};
use bytes::Bytes;
use http::Method;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Callers at work.
pub(super) struct Load {
    shared: Arc<Shared>,
    callers: JoinSet<()>,
}

struct Shared {
    acknowledged: Mutex<BTreeSet<String>>,
    next: AtomicU64,
    stopped: AtomicBool,
    answered: Notify,
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
            answered: Notify::new(),
            prefix: prefix.to_owned(),
        });
        let mut callers = JoinSet::new();
        for _ in 0..CALLERS {
            callers.spawn(call(shared.clone(), address));
        }
        Self { shared, callers }
    }

    /// Waits until a random number of exchanges has been acknowledged: a moment in the middle of the others.
    ///
    /// # Errors
    /// When they are not acknowledged within a minute.
    pub(super) async fn until_some_moment(&self) -> Result<()> {
        let mut byte = [0];
        aws_lc_rs::rand::fill(&mut byte).map_err(|_| anyhow!("no random bytes"))?;
        let wanted = 50 + 4 * usize::from(byte[0]);
        let enough = async {
            while self.acknowledged().len() < wanted {
                self.shared.answered.notified().await;
            }
        };
        timeout(Duration::from_secs(60), enough).await.map_err(|_| anyhow!("{wanted} exchanges took over a minute"))
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
        let answer = timeout(Duration::from_secs(5), caller.try_call(Method::GET, &path, Bytes::new()));
        match answer.await {
            Ok(Ok(answer)) if answer.status == 200 => {
                shared.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
                shared.answered.notify_one();
            }
            // The server is gone for the moment; calling on at once would only burn the processor it needs to come back.
            _ => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}
