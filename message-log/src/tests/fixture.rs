//! A log in a temporary folder, records for it, a log key, and a disk that fails when told to.

use crate::disk::{Disk, RealDisk};
use crate::{
    Body, CheckpointSigner, CheckpointSignerError, DataKey, LoggedMessage, Material, MemoryKeyWrap, MessageLog,
    MessageRecord, MessageSequence, OpenError, OpenMode, Settings, Verification, VerifyReport, verify,
};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use protocol::context::MessageKind;
use protocol::identifier::ServerId;
use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use trust::checkpoint::Checkpoint;
use trust::manifest::Manifest;
use trust::note::NoteKey;

pub(super) struct Fixture {
    pub(super) folder: TempDir,
    pub(super) settings: Settings,
    pub(super) key: Arc<MemoryKeyWrap>,
    pub(super) disk: Arc<TestDisk>,
    pub(super) signer: Arc<dyn CheckpointSigner>,
}

/// A disk whose syncs, allocations and free space the test decides.
#[derive(Default)]
pub(super) struct TestDisk {
    pub(super) sync_fails: AtomicBool,
    pub(super) allocation_fails: AtomicBool,
    /// Larger files cannot be allocated; 0: all can.
    pub(super) allocates_up_to: AtomicU64,
    /// The next write of at least so many bytes fails, and only that one; 0: none does.
    pub(super) write_fails_from: AtomicU64,
    /// A sync waits as long as this says so, and says that it waits.
    pub(super) hold: AtomicBool,
    pub(super) held: AtomicBool,
    /// 0: as much as the real disk has.
    pub(super) free: AtomicU64,
    /// The inodes of all files and folders that were synced.
    pub(super) synced: Mutex<HashSet<u64>>,
    /// After so many more operations the process dies: none goes well any more. `None`: it lives.
    pub(super) operations_left: Mutex<Option<u64>>,
    /// Offset and length of the last write to a segment.
    pub(super) last_write: Mutex<(u64, u64)>,
}

struct LogKey {
    pair: Ed25519KeyPair,
    key: NoteKey,
}

pub(super) fn server() -> ServerId {
    "BO/GOV/1001/ss1".parse().unwrap()
}

pub(super) fn peer() -> ServerId {
    "BO/GOV/1002/ss1".parse().unwrap()
}

pub(super) fn start() -> Timestamp {
    "2026-11-21T01:20:03.123456Z".parse().unwrap()
}

pub(super) fn after(seconds: i64) -> Timestamp {
    start() + SignedDuration::from_secs(seconds)
}

impl Fixture {
    pub(super) fn new() -> Self {
        let mut settings = Settings::new(server());
        settings.segment_bytes = 64 << 10;
        settings.inline_body_bytes = 4 << 10;
        settings.memory_body_bytes = 16 << 10;
        settings.sequence_block = 8;
        settings.disk_floor_bytes = 0;
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let public = pair.public_key().as_ref().try_into().unwrap();
        let key = NoteKey::new(&Checkpoint::origin_of(&server()), public).unwrap();
        Self {
            folder: tempfile::tempdir().unwrap(),
            settings,
            key: Arc::new(MemoryKeyWrap::new(&DataKey::from_bytes([9; 32]))),
            disk: Arc::default(),
            signer: Arc::new(LogKey { pair, key }),
        }
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn try_open(&self, mode: &OpenMode) -> Result<MessageLog, OpenError> {
        self.try_open_at(self.path(), mode)
    }

    pub(super) fn try_open_at(&self, folder: &Path, mode: &OpenMode) -> Result<MessageLog, OpenError> {
        self.try_open_when(folder, mode, start())
    }

    pub(super) fn try_open_when(
        &self,
        folder: &Path,
        mode: &OpenMode,
        now: Timestamp,
    ) -> Result<MessageLog, OpenError> {
        MessageLog::open_on(folder, self.settings.clone(), self.key.clone(), mode, now, self.disk.clone())
    }

    pub(super) fn open(&self) -> MessageLog {
        self.try_open(&OpenMode::Verified).unwrap()
    }

    pub(super) fn verify(&self) -> VerifyReport {
        self.verify_at(self.path())
    }

    pub(super) fn verify_at(&self, folder: &Path) -> VerifyReport {
        let keys = [self.signer.verifier_key().clone()];
        let mut progress = |_| {};
        let mut with =
            Verification { key: Some(&*self.key), log_keys: &keys, timestamps: None, progress: &mut progress };
        verify(folder, &mut with).unwrap()
    }

    pub(super) fn segment_path(&self) -> std::path::PathBuf {
        self.path().join("segments").join(format!("{:020}.seg", 0))
    }
}

/// A request with this number, with a small body.
pub(super) fn request(sequence: MessageSequence, number: u64) -> MessageRecord {
    let (salt, none) = ([number as u8; 32], Manifest::of(b"", b"", None, b"").digested().1);
    digested(MessageRecord {
        kind: MessageKind::Request,
        peer: peer(),
        sequence,
        x_road_id: format!("message {number}"),
        request_id: request_id(number),
        client: "BO/GOV/1001/portal".parse().unwrap(),
        service: "BO/GOV/1002/registry/persons".parse().unwrap(),
        configuration: protocol::hash::Sha256Hash::of(b"targets.json"),
        credentials: Material::credentials(Bytes::from_static(b"credentials of the member")),
        head: Bytes::from(format!("GET /r1/BO/GOV/1002/registry/persons/{number} HTTP/1.1\r\n")),
        context: Bytes::from(format!("chakana-context/1\r\nsequence:{number}\r\n")),
        salt,
        digests: none,
        signature: vec![0x30; 500],
        body: Some(Body::from_bytes(Bytes::from(format!("the body of request {number}")))),
        idempotency_key: None,
        space: None,
    })
}

/// The record with the digests of what is in it.
pub(super) fn digested(record: MessageRecord) -> MessageRecord {
    let body = record.body.as_ref().map(|body| body.digest().sha512);
    let digests = Manifest::of(&record.head, &record.context, body, &record.salt).digested().1;
    MessageRecord { digests, ..record }
}

pub(super) fn request_id(number: u64) -> String {
    format!("request-{number}")
}

/// The answer to the request with this number; its head carries the request's hash.
pub(super) fn response(sequence: MessageSequence, number: u64) -> MessageRecord {
    let hash = protocol::hash::Sha512Hash::of(format!("the body of request {number}").as_bytes());
    digested(MessageRecord {
        kind: MessageKind::Response,
        head: Bytes::from(format!("HTTP/1.1 200 OK\r\nx-road-request-hash:{hash}\r\n")),
        body: Some(Body::from_bytes(Bytes::from(format!("the body of response {number}")))),
        salt: [number as u8 ^ 0x80; 32],
        ..request(sequence, number)
    })
}

/// Logs a received request and returns its record.
pub(super) async fn receive(log: &MessageLog, number: u64) -> LoggedMessage {
    log.append(request(MessageSequence::Received(number), number), after(number as i64)).await.unwrap()
}

/// Sends a request with this content under the next number towards the peer, and returns that number.
pub(super) async fn send(log: &MessageLog, content: u64) -> u64 {
    let sequence = log.next_sequence(&peer()).await.unwrap();
    let sent = sequence.number();
    log.append(request(MessageSequence::Sent(sequence), content), after(0)).await.unwrap();
    sent
}

impl CheckpointSigner for LogKey {
    fn verifier_key(&self) -> &NoteKey {
        &self.key
    }

    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, CheckpointSignerError> {
        Ok(self.pair.sign(text).as_ref().to_vec())
    }
}

impl TestDisk {
    fn live(&self) -> io::Result<()> {
        match self.operations_left.lock().unwrap().as_mut() {
            Some(0) => Err(io::Error::other("the process is dead")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl Disk for TestDisk {
    fn allocate(&self, file: &File, bytes: u64) -> io::Result<()> {
        self.live()?;
        let up_to = self.allocates_up_to.load(Ordering::SeqCst);
        if self.allocation_fails.load(Ordering::SeqCst) || (up_to > 0 && bytes > up_to) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        RealDisk.allocate(file, bytes)
    }

    fn write(&self, file: &File, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.live()?;
        let fails_from = self.write_fails_from.load(Ordering::SeqCst);
        if fails_from > 0 && bytes.len() as u64 >= fails_from {
            self.write_fails_from.store(0, Ordering::SeqCst);
            return Err(io::Error::other("the disk hiccups"));
        }
        *self.last_write.lock().unwrap() = (offset, bytes.len() as u64);
        RealDisk.write(file, offset, bytes)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        self.live()?;
        while self.hold.load(Ordering::SeqCst) {
            self.held.store(true, Ordering::SeqCst);
            std::thread::yield_now();
        }
        if self.sync_fails.load(Ordering::SeqCst) {
            return Err(io::Error::other("the disk is gone"));
        }
        self.synced.lock().unwrap().insert(file.metadata()?.ino());
        RealDisk.sync(file)
    }

    fn free_bytes(&self, folder: &Path) -> io::Result<u64> {
        match self.free.load(Ordering::SeqCst) {
            0 => RealDisk.free_bytes(folder),
            free => Ok(free),
        }
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.live()?;
        self.synced.lock().unwrap().insert(File::open(folder)?.metadata()?.ino());
        RealDisk.sync_folder(folder)
    }
}

/// Copies a folder with all that is in it.
pub(super) fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target)
        } else {
            std::fs::copy(entry.path(), target).map(|_| ()).unwrap()
        }
    }
}
