//! What is known of blobs: a row each, the sum of their sizes, and when those of uploads run out.

use serde::{Deserialize, Serialize};
use storage::{Bounds, Keyspace, Transaction};

use super::BlobId;
use crate::rows::{Kind, decode, encode, key};
use crate::sandbox::{Broken, Stop, View};

/// What is known of a blob.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BlobRow {
    pub(crate) size_bytes: u64,
    pub(crate) content_type: String,
    pub(crate) sha256: [u8; 32],
    pub(crate) name: Option<String>,
    /// Of an upload that nobody has kept: when it goes, in milliseconds of the epoch.
    pub(crate) expires: Option<u64>,
}

impl BlobRow {
    pub(crate) fn of(name: Option<String>, content_type: String, content: &[u8]) -> Self {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, content);
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(digest.as_ref());
        Self { size_bytes: content.len() as u64, content_type, sha256, name, expires: None }
    }
}

/// The row of a blob, which counts as read.
pub(crate) fn read_row(keyspace: Keyspace, id: &BlobId, view: &mut View) -> Result<Option<BlobRow>, Stop> {
    let Some(row) = view.get(keyspace, &row_key(id))? else { return Ok(None) };
    Ok(Some(decode(&row).ok_or(Broken::Damaged { what: "the row of a blob" })?))
}

/// Notes a blob. With a limit, the transaction is refused if all blobs together would take more.
pub(crate) fn put(keyspace: Keyspace, id: &BlobId, row: &BlobRow, limit_bytes: Option<u64>, to: &mut Transaction) {
    let max = limit_bytes.map_or(i64::MAX, size);
    to.put(keyspace, row_key(id), encode(row));
    to.add(keyspace, sum_key(), size(row.size_bytes), Bounds { max, ..Bounds::default() });
    if let Some(expires) = row.expires {
        to.put(keyspace, upload_key(expires, id), Vec::new());
    }
}

/// Counts bytes that blobs will take as if they did; the transaction is refused if all together would take more than the
/// limit.
pub(crate) fn reserve(keyspace: Keyspace, bytes: usize, limit_bytes: u64, within: &mut Transaction) {
    let bounds = Bounds { max: size(limit_bytes), ..Bounds::default() };
    within.add(keyspace, sum_key(), size(bytes as u64), bounds);
}

/// Ends what [`reserve`] counted.
pub(crate) fn release(keyspace: Keyspace, bytes: usize, within: &mut Transaction) {
    within.add(keyspace, sum_key(), -size(bytes as u64), Bounds::default());
}

/// Takes a blob off the rows.
pub(crate) fn remove(keyspace: Keyspace, id: &BlobId, row: &BlobRow, from: &mut Transaction) {
    from.delete(keyspace, row_key(id));
    from.add(keyspace, sum_key(), -size(row.size_bytes), Bounds::default());
    if let Some(expires) = row.expires {
        from.delete(keyspace, upload_key(expires, id));
    }
}

/// Makes an upload a blob like any other.
pub(crate) fn keep(keyspace: Keyspace, id: &BlobId, mut row: BlobRow, within: &mut Transaction) {
    if let Some(expires) = row.expires.take() {
        within.delete(keyspace, upload_key(expires, id));
        within.put(keyspace, row_key(id), encode(&row));
    }
}

/// Whether a key is that of the sum.
pub(crate) fn is_sum(key: &[u8]) -> bool {
    key == sum_key()
}

pub(super) fn row_key(id: &BlobId) -> Vec<u8> {
    key(Kind::Blob, id.as_str().as_bytes())
}

fn sum_key() -> Vec<u8> {
    key(Kind::About, b"blob-bytes")
}

pub(super) fn upload_key(expires: u64, id: &BlobId) -> Vec<u8> {
    key(Kind::Upload, &[&expires.to_be_bytes(), id.as_str().as_bytes()].concat())
}

/// The blob of an upload's key.
pub(super) fn uploaded(upload_key: &[u8]) -> Option<BlobId> {
    std::str::from_utf8(upload_key.get(1 + size_of::<u64>()..)?).ok()?.parse().ok()
}

fn size(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
