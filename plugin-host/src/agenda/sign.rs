//! Documents to be signed. The note of a container and the end of its order are one transaction, so that however often a
//! document is signed, because the server went down in between, one container is noted.

use bytes::Bytes;
use storage::CommitError;
use tokio::task::spawn_blocking;
use trust::file_container::FileName;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{Agenda, Counts, Outcome};
use crate::blobs::{self, BlobId, BlobRow};
use crate::rows::{Kind, Signing, encode, key};
use crate::seams::Document;

/// ETSI EN 319 162-1 §A.1.
const CONTAINER_TYPE: &str = "application/vnd.etsi.asic-e+zip";

impl Agenda {
    pub(super) async fn sign(&self, row_key: &[u8], signing: Signing) -> Outcome {
        let Some(plugin) = self.plugins.current(&self.plugin) else { return Outcome::Again { counts: Counts::No } };
        let Signing { id, name, content_type, content } = signing;
        let environment = &self.plugins.runner.environment;
        let reserved = content.len();
        let document = Document { name: file_name(&name), content_type, content: Bytes::from(content) };
        let container = match environment.documents.sign(plugin.subsystem(), document).await {
            Ok(container) => container,
            Err(error) => {
                tracing::warn!(plugin = self.plugin, signing.id = id, %error, "a document is not signed yet");
                return Outcome::Again { counts: Counts::No };
            }
        };
        match self.note(row_key, &id, &name, container, reserved).await {
            Ok(()) => {
                environment.signings.done(&self.plugin, &id);
                Outcome::Done
            }
            Err(error) => {
                let error: &dyn std::error::Error = &*error;
                tracing::warn!(plugin = self.plugin, signing.id = id, error, "a container cannot be kept yet");
                Outcome::Again { counts: Counts::No }
            }
        }
    }

    /// Keeps a container, unless one was noted for the order already. The file of one that was made in vain is left to
    /// the sweep.
    async fn note(
        &self,
        row_key: &[u8],
        signing: &str,
        name: &str,
        container: Bytes,
        reserved: usize,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let runner = &self.plugins.runner;
        let id = BlobId::random();
        let row = BlobRow::of(Some(format!("{name}.asice")), CONTAINER_TYPE.to_owned(), &container);
        let (files, plugin, file, now) =
            (runner.environment.blobs.clone(), self.plugin.clone(), id.clone(), runner.clock.now());
        spawn_blocking(move || files.write(&plugin, &file, &container, now)).await??;
        let noted = self.replace(row_key, |transaction| {
            // Over the limit if need be: the order was taken, and its evidence is owed.
            blobs::release(self.keyspace, reserved, transaction);
            blobs::put(self.keyspace, &id, &row, None, transaction);
            transaction.put(self.keyspace, signed_key(signing), encode(&id.as_str()));
        });
        match noted.await {
            Ok(()) | Err(CommitError::Conflict { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// The name that a document has within its container, which takes fewer than people give: what stands in other letters is
/// written in those that it has, and of what is too long the end stays, which says what it is.
fn file_name(name: &str) -> String {
    let plain = name.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase);
    let fits = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_');
    let mut fitting: String = plain.map(|letter| Some(letter).filter(fits).unwrap_or('-')).collect();
    // ASCII: every byte is a letter.
    let fitting = fitting.split_off(fitting.len().saturating_sub(FileName::MAX_BYTES));
    match fitting.parse::<FileName>() {
        Ok(_) => fitting,
        // A name that a container keeps for itself, or that means a folder.
        Err(_) => "document".to_owned(),
    }
}

/// Where the blob of a signing is noted.
pub(crate) fn signed_key(signing: &str) -> Vec<u8> {
    key(Kind::Signed, signing.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;
    use std::time::Duration;

    use clock::Clock;
    use storage::{Direction, KeyRange};

    use super::*;
    use crate::agenda::{Settled, row};
    use crate::rate::Rate;
    use crate::rows::{Entry, Work, decode};
    use crate::testing::Stage;

    /// An order that is due in an hour, and the agenda that has it.
    async fn ordered(stage: &Stage) -> (Agenda, Vec<u8>, Vec<u8>) {
        let due = stage.clock.now().checked_add(Duration::from_secs(3600)).expect("a time");
        let (id, name, content_type) = ("r-0".to_owned(), "a.pdf".to_owned(), "application/pdf".to_owned());
        let (key, value) =
            row(due, &id.clone(), Work::Sign(Signing { id, name, content_type, content: b"text".to_vec() }));
        let mut transaction = stage.store.begin().expect("a transaction");
        blobs::reserve(stage.plugin.keyspace(), b"text".len(), u64::MAX, &mut transaction);
        transaction.put(stage.plugin.keyspace(), key.clone(), value.clone());
        transaction.commit().await.expect("it is committed");
        let agenda = Agenda {
            plugins: stage.host.plugins().clone(),
            plugin: "cases".to_owned(),
            keyspace: stage.plugin.keyspace(),
            woken: std::sync::Arc::default(),
            rate: Rate::default(),
        };
        (agenda, key, value)
    }

    fn rows(stage: &Stage, kind: Kind) -> Vec<storage::Entry> {
        let snapshot = stage.store.snapshot().expect("a snapshot");
        let rows = snapshot.scan(stage.plugin.keyspace(), KeyRange::prefix(key(kind, &[])), Direction::Ascending);
        rows.expect("it is scanned").collect::<Result<_, _>>().expect("it is read")
    }

    #[test]
    fn whatever_a_document_is_called_its_file_has_a_name_that_containers_take() {
        for (name, file) in [
            ("Resolución 12.pdf", "resolucion-12.pdf"),
            ("../Ñandú/ACTA.PDF", "..-nandu-acta.pdf"),
            ("..", "document"),
            ("mimetype", "document"),
            ("证书", "--"),
        ] {
            assert_eq!(file_name(name), file);
            file.parse::<FileName>().expect("it is a name");
        }
        let long = file_name(&format!("{}.pdf", "x".repeat(200)));
        assert_eq!((long.len(), long.ends_with("x.pdf")), (FileName::MAX_BYTES, true));
    }

    #[tokio::test]
    async fn a_document_that_is_signed_twice_has_one_container() {
        let stage = Stage::new().await;
        let (agenda, key, value) = ordered(&stage).await;
        agenda.perform(&key, &value).await;
        let (blobs, signed) = (rows(&stage, Kind::Blob), rows(&stage, Kind::Signed));
        assert_eq!((blobs.len(), signed.len()), (1, 1));
        assert_eq!(signed[0].0, signed_key("r-0"));
        assert!(rows(&stage, Kind::Agenda).is_empty());
        // As after a crash: the order was read before it was noted as done.
        agenda.perform(&key, &value).await;
        assert_eq!(stage.documents.signed.load(Ordering::SeqCst), 2);
        assert_eq!((rows(&stage, Kind::Blob), rows(&stage, Kind::Signed)), (blobs, signed));
    }

    #[tokio::test]
    async fn a_document_that_cannot_be_signed_now_is_signed_later() {
        let stage = Stage::new().await;
        let (agenda, key, value) = ordered(&stage).await;
        stage.documents.closed.store(true, Ordering::SeqCst);
        agenda.perform(&key, &value).await;
        assert!(rows(&stage, Kind::Signed).is_empty());
        let later = rows(&stage, Kind::Agenda).remove(0);
        assert_eq!(decode::<Entry>(&later.1).map(|entry| entry.tries), Some(1));
        stage.documents.closed.store(false, Ordering::SeqCst);
        agenda.perform(&later.0, &later.1).await;
        assert_eq!(rows(&stage, Kind::Signed).len(), 1);
        assert!(rows(&stage, Kind::Agenda).is_empty());
    }

    #[tokio::test]
    async fn what_cannot_be_put_off_because_nothing_can_be_written_is_said_not_to_be_settled() {
        let stage = Stage::new().await;
        let (agenda, key, value) = ordered(&stage).await;
        stage.store.close().await;
        assert_eq!(agenda.perform(&key, &value).await, Settled::No);
    }
}
