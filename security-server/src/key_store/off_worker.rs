//! Keys in devices, for tasks: whoever waits for a device gives its thread's other tasks to another thread.

use signer::{KeyAlgorithm, Place, SignError, Signer};
use std::sync::Arc;
use tokio::runtime::{Handle, RuntimeFlavor};

/// A key in a device, as tasks use it.
///
/// A signature takes a device milliseconds, and seconds when it does not answer. TLS signs within a handshake, where
/// nothing can be awaited; so whatever signs by this stays where it is, and the other tasks of its worker move on.
pub(super) struct OffWorker(pub(super) Arc<dyn Signer>);

impl Signer for OffWorker {
    fn algorithm(&self) -> KeyAlgorithm {
        self.0.algorithm()
    }

    fn public_key(&self) -> &[u8] {
        self.0.public_key()
    }

    fn place(&self) -> Place {
        self.0.place()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        off_worker(|| self.0.sign(message))
    }

    fn sign_handshake(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        off_worker(|| self.0.sign_handshake(message))
    }
}

fn off_worker<T>(call: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(call),
        // A runtime of one thread has no other to give its tasks to.
        _ => call(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

    /// A device that answers once somebody else has run.
    struct Waiting {
        began: SyncSender<()>,
        others_ran: Mutex<Receiver<()>>,
    }

    impl Signer for Waiting {
        fn algorithm(&self) -> KeyAlgorithm {
            KeyAlgorithm::P256
        }

        fn public_key(&self) -> &[u8] {
            &[]
        }

        fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SignError> {
            self.began.send(()).unwrap();
            let ran = self.others_ran.lock().unwrap().recv_timeout(std::time::Duration::from_secs(60));
            ran.map(|()| vec![1]).map_err(|_| SignError::Padding)
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn the_only_worker_goes_on_while_a_device_signs() {
        let (began, has_begun) = sync_channel(1);
        let (ran, others_ran) = sync_channel(1);
        let signer = OffWorker(Arc::new(Waiting { began, others_ran: Mutex::new(others_ran) }));
        let signing = tokio::spawn(async move { signer.sign(b"x") });
        tokio::task::spawn_blocking(move || has_begun.recv()).await.unwrap().unwrap();
        // A task of the same worker, without which the device never answers.
        tokio::spawn(async move { ran.send(()) }).await.unwrap().unwrap();
        assert_eq!(signing.await.unwrap().unwrap(), [1]);
    }

    #[tokio::test]
    async fn signs_on_a_runtime_of_one_thread_too() {
        let (began, _has_begun) = sync_channel(1);
        let (ran, others_ran) = sync_channel(1);
        ran.send(()).unwrap();
        let signer = OffWorker(Arc::new(Waiting { began, others_ran: Mutex::new(others_ran) }));
        assert_eq!(signer.sign(b"x").unwrap(), [1]);
    }
}
