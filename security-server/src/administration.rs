//! The administrator's door.
use crate::app::SecurityServer;
use crate::start::StartError;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) async fn serve(_server: &SecurityServer, _tasks: &TaskTracker, _shutdown: &CancellationToken) -> Result<(), StartError> {
    Ok(())
}
