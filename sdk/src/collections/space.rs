//! Which bytes a collection's keys begin with: a letter for its kind, then its name.

use crate::key::{Key, encode};

#[derive(Clone, Copy)]
pub(super) enum Space {
    Records = b't' as isize,
    Index = b'i' as isize,
    Queue = b'q' as isize,
    Counter = b'c' as isize,
}

impl Space {
    /// What every key of the collection begins with.
    pub(super) fn of(self, name: &str) -> Vec<u8> {
        let mut out = vec![self as u8];
        out.extend(encode(&name.to_owned()));
        out
    }

    /// The key of a part of the collection.
    pub(super) fn key(self, name: &str, part: &impl Key) -> Vec<u8> {
        let mut out = self.of(name);
        part.write(&mut out);
        out
    }
}
