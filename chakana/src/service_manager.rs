//! What the service manager is told (systemd's `Type=notify`): that a server answers, and that it stops.

use admin::{Client, ClientError};
use sd_notify::NotifyState;
use std::time::Duration;
use tokio::time::{Instant, interval};
use tokio_util::sync::CancellationToken;

/// The variable in which a service manager names the socket that it listens on.
const SOCKET: &str = "NOTIFY_SOCKET";
/// A log of many segments takes minutes to be verified; the service manager has a shorter patience if it wants one.
const ANSWERS_WITHIN: Duration = Duration::from_secs(60 * 60);
const ASKED_AGAIN: Duration = Duration::from_millis(200);

/// Tells whoever started this process once the server answers its administrator. Without a service manager nothing is done.
pub(crate) fn follow(client: Client, shutdown: &CancellationToken) {
    if !is_there() {
        return;
    }
    let shutdown = shutdown.clone();
    tokio::spawn(async move {
        match shutdown.run_until_cancelled(answer(&client, ANSWERS_WITHIN)).await {
            Some(Ok(_)) => tell(&NotifyState::Ready),
            Some(Err(error)) => tracing::warn!(%error, "the service manager cannot be told that the server answers"),
            None => {}
        }
    });
}

/// Tells it of a server that has no administrator's door, and listens already.
pub(crate) fn listening() {
    tell(&NotifyState::Ready);
}

/// Tells it that the server was told to stop, and finishes what is under way.
pub(crate) fn stopping() {
    tell(&NotifyState::Stopping);
}

/// What a server says of itself; one that was just started has some time until it listens.
///
/// # Errors
/// When it does not answer in time, or not as a server does.
pub(crate) async fn answer(client: &Client, within: Duration) -> Result<serde_json::Value, ClientError> {
    let deadline = Instant::now() + within;
    let mut turns = interval(ASKED_AGAIN);
    loop {
        turns.tick().await;
        match client.status().await {
            Err(ClientError::NoServer { .. }) if Instant::now() < deadline => {}
            answered => return answered,
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "the binary is where the environment is read")]
fn is_there() -> bool {
    std::env::var_os(SOCKET).is_some()
}

fn tell(state: &NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(std::slice::from_ref(state)) {
        tracing::warn!(%error, "the service manager could not be told how the server is");
    }
}
