//! Sixteen callers: a durable call that writes two keys and a message; and the same rows put into the store without a
//! plugin.

use super::installed::Installed;
use crate::report::Figures;
use anyhow::Result;
use futures_util::future::try_join_all;
use plugin_host::Method;
use std::future::Future;
use std::time::{Duration, Instant};
use storage::{Keyspace, Store};

pub(crate) const CALLERS: usize = 16;
const FOR: Duration = Duration::from_secs(4);
const BODY_BYTES: usize = 200;
const PLAIN: Keyspace = Keyspace::new("plain");
/// About what the row of a message takes beside its body.
const MESSAGE_BYTES: usize = 150;

pub(super) async fn measure(installed: &Installed, figures: &mut Figures) -> Result<()> {
    let call = async || installed.call(Method::Post, "/write", vec![b'a'; BODY_BYTES]).await.map(drop);
    figures.insert("writes.per_second", per_second(call).await?);
    figures.insert("store.per_second", plain_per_second(&installed.store).await?);
    Ok(())
}

/// What sixteen callers put into the store without a plugin.
pub(crate) async fn plain_per_second(store: &Store) -> Result<f64> {
    per_second(async || put(store).await).await
}

async fn per_second<F: Future<Output = Result<()>>>(one: impl Fn() -> F) -> Result<f64> {
    let began = Instant::now();
    let caller = async || {
        let mut done = 0_u32;
        while began.elapsed() < FOR {
            one().await?;
            done += 1;
        }
        anyhow::Ok(done)
    };
    let done = try_join_all((0..CALLERS).map(|_| caller())).await?;
    Ok(done.iter().map(|done| f64::from(*done)).sum::<f64>() / began.elapsed().as_secs_f64())
}

/// What a call of the plugin puts, in a transaction of its own.
async fn put(store: &Store) -> Result<()> {
    let id = uuid::Uuid::now_v7().to_string();
    let mut transaction = store.begin()?;
    transaction.put(PLAIN, format!("case/{id}"), vec![b'a'; BODY_BYTES]);
    transaction.put(PLAIN, format!("state/open/{id}"), Vec::new());
    transaction.put(PLAIN, format!("outbox/{id}"), vec![b'a'; BODY_BYTES + MESSAGE_BYTES]);
    Ok(transaction.commit().await?)
}
