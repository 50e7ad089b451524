//! The names of the tables of a store.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// A named table of a store; it need not be created, and reads as empty until something is put into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Keyspace(&'static str);

impl Keyspace {
    /// The keyspace of a name. Meant for constants, so that all names of a crate stand together.
    ///
    /// # Panics
    /// When the name is empty, longer than [`MAX_NAME_BYTES`], or begins with a zero byte: in a constant, that is an
    /// error of compilation.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        assert!(!name.is_empty(), "a keyspace has a name");
        assert!(name.len() <= MAX_NAME_BYTES, "the name of a keyspace is short");
        assert!(name.as_bytes()[0] != RESERVED, "the name of a keyspace begins with something that can be read");
        Self(name)
    }

    /// The keyspace of a name that becomes known only at run time, as that of a plugin. It is the same as the one
    /// that [`Keyspace::new`] gives for this name.
    ///
    /// A process remembers every name that it has asked for, so ask for those that are in use, not for any that
    /// somebody sends.
    ///
    /// # Errors
    /// [`KeyspaceNameError`] when no keyspace can have this name, or when too many have been named already.
    pub fn named(name: &str) -> Result<Self, KeyspaceNameError> {
        // For the whole process, so that a keyspace is as small and as easily copied as a constant one.
        static NAMES: Mutex<Names> = Mutex::new(Names { known: BTreeSet::new(), limit: MAX_NAMES });
        NAMES.lock().unwrap_or_else(PoisonError::into_inner).keyspace(name)
    }

    /// A table that the store keeps for itself: no caller can name it.
    pub(crate) const fn hidden(name: &'static str) -> Self {
        assert!(name.as_bytes()[0] == RESERVED, "what is hidden begins with the byte that is reserved for it");
        Self(name)
    }

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Keyspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Why a name cannot be that of a keyspace.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyspaceNameError {
    /// There is no name.
    #[error("the name of a keyspace is empty")]
    Empty,
    /// The name is too long.
    #[error("the name of a keyspace has {size_bytes} bytes, of which it may have {MAX_NAME_BYTES}")]
    TooLong {
        /// Its length.
        size_bytes: usize,
    },
    /// The name is one of those that a store keeps for itself.
    #[error("the name of a keyspace begins with a zero byte, which a store keeps for its own")]
    Reserved,
    /// The process has named as many keyspaces as it may.
    #[error("{limit} keyspaces have been named already, and no more are taken until a restart")]
    TooMany {
        /// How many it may.
        limit: usize,
    },
}

/// The names that were asked for. They are never given back: a [`Keyspace`] is a copy of a reference to its name.
struct Names {
    known: BTreeSet<&'static str>,
    limit: usize,
}

impl Names {
    fn keyspace(&mut self, name: &str) -> Result<Keyspace, KeyspaceNameError> {
        match name.as_bytes() {
            [] => return Err(KeyspaceNameError::Empty),
            [RESERVED, ..] => return Err(KeyspaceNameError::Reserved),
            bytes if bytes.len() > MAX_NAME_BYTES => {
                return Err(KeyspaceNameError::TooLong { size_bytes: bytes.len() });
            }
            _ => {}
        }
        if let Some(known) = self.known.get(name) {
            return Ok(Keyspace(known));
        }
        if self.known.len() >= self.limit {
            return Err(KeyspaceNameError::TooMany { limit: self.limit });
        }
        let kept: &'static str = Box::leak(name.into());
        self.known.insert(kept);
        Ok(Keyspace(kept))
    }
}

/// True if `name` is one of those that a store keeps for itself.
pub(crate) fn is_hidden(name: &str) -> bool {
    name.as_bytes().first() == Some(&RESERVED)
}

/// The longest name of a keyspace.
pub const MAX_NAME_BYTES: usize = 128;
/// Names that one process takes at run time: with the longest ones some 10 MiB, which it never gives back.
const MAX_NAMES: usize = 65_536;
/// The first byte of the names that a store keeps for itself.
const RESERVED: u8 = 0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_at_run_time_is_the_keyspace_of_the_constant() {
        const LETTERS: Keyspace = Keyspace::new("letters");
        let named = Keyspace::named(&["let", "ters"].concat()).unwrap();
        assert_eq!(named, LETTERS);
        assert_eq!(named.name(), "letters");
    }

    #[test]
    fn refuses_names_that_no_keyspace_can_have() {
        let longest = "n".repeat(MAX_NAME_BYTES);
        assert_eq!(Keyspace::named(&longest).map(Keyspace::name), Ok(longest.as_str()));
        for (name, says) in [
            (String::new(), "the name of a keyspace is empty"),
            (longest.clone() + "n", "the name of a keyspace has 129 bytes, of which it may have 128"),
            ("\0sizes".to_owned(), "the name of a keyspace begins with a zero byte, which a store keeps for its own"),
        ] {
            assert_eq!(Keyspace::named(&name).unwrap_err().to_string(), says);
        }
    }

    #[test]
    fn refuses_one_name_more_than_it_may_remember() {
        let mut names = Names { known: BTreeSet::new(), limit: 2 };
        let first = names.keyspace("first").unwrap();
        names.keyspace("second").unwrap();
        let refused = names.keyspace("third").unwrap_err();
        assert_eq!(refused.to_string(), "2 keyspaces have been named already, and no more are taken until a restart");
        assert_eq!(names.keyspace("first"), Ok(first), "those that are known stay");
    }
}
