//! Timestamps over single signatures: each is opened with the key of its message, and compared with that one's signature.

use super::{Stamp, Verification};
use crate::entry::read_signature_timestamp;
use crate::frame::Kind;
use crate::payload::{read_message, unseal};
use crate::segment::{SegmentHeader, read_frame, segment_path};
use crate::shared::Folders;
use crate::signature_timestamps::open_token;
use crate::state::Location;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use trust::leaf::Leaf;

/// Where the messages lie whose signatures may still be stamped.
#[derive(Default)]
pub(super) struct Signatures(BTreeMap<u64, Location>);

impl Signatures {
    /// A message was logged while signatures are stamped.
    pub(super) fn logged(&mut self, index: u64, at: Location) {
        self.0.insert(index, at);
    }

    /// Everything below a record is stamped, or signatures are no longer stamped.
    pub(super) fn stamped(&mut self, below: Option<u64>) {
        self.0 = below.map(|below| self.0.split_off(&below)).unwrap_or_default();
    }

    /// Verifies the token in a frame; says whether it could be: not without keys, and not when its record was erased.
    pub(super) fn check(
        &self,
        folders: &Folders,
        payload: &[u8],
        with: &Verification<'_>,
    ) -> io::Result<Result<bool, String>> {
        let (Some((index, ..)), Some(key)) = (read_signature_timestamp(payload), with.key) else {
            return Ok(Ok(false));
        };
        let words = |what: &str| Ok(Err(format!("the timestamp over the signature of record {index}: {what}")));
        let Some(at) = self.0.get(&index) else { return words("no such message waits for one") };
        let file = File::open(segment_path(&folders.segments, at.segment))?;
        let Some(header) = SegmentHeader::read(&file)? else { return words("its segment is damaged") };
        let frame = read_frame(&file, &header.seed, at.offset)?.filter(|frame| frame.kind == Kind::Message);
        let message = frame.as_ref().and_then(|frame| read_message(&frame.payload));
        let Some(message) = message else { return words("its message is damaged") };
        if message.is_erased() {
            return Ok(Ok(false));
        }
        let Some(token) = open_token(payload, &message, key) else { return words("it does not decrypt") };
        let Some(check) = with.timestamps else { return Ok(Ok(false)) };
        let mut plain = Vec::new();
        let sealed = key.unwrap(message.wrapped_key).ok().and_then(|key| unseal(&message, &key, &mut plain).ok());
        let Some(sealed) = sealed else { return words("its message does not decrypt") };
        match trust::cades::signature_value(sealed.signature) {
            Err(error) => words(&error.to_string()),
            Ok(bytes) => {
                let leaf = Leaf::parse(message.leaf);
                let configuration = if let Ok(Leaf::Message(leaf)) = leaf { Some(leaf.configuration) } else { None };
                match check(&Stamp { bytes: &bytes, token: &token, configuration }) {
                    Ok(()) => Ok(Ok(true)),
                    Err(what) => words(&what),
                }
            }
        }
    }
}
