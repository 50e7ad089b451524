//! Taking keys apart.

/// Why bytes are no key of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// They end too early.
    #[error("the key ends too early")]
    TooShort,
    /// Something follows.
    #[error("{bytes} bytes follow the key")]
    TooLong {
        /// How many.
        bytes: usize,
    },
    /// They are not how such a value is written.
    #[error("the key has no {expected} where there should be one")]
    Form {
        /// What should be there.
        expected: &'static str,
    },
}

/// What is left of a key's bytes.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads these bytes.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Takes one byte.
    ///
    /// # Errors
    /// If there is none.
    pub fn byte(&mut self) -> Result<u8, KeyError> {
        self.array().map(|[byte]| byte)
    }

    /// Takes a fixed number of bytes.
    ///
    /// # Errors
    /// If there are not so many.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], KeyError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(KeyError::TooShort)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// Whatever is left belongs to nothing.
    ///
    /// # Errors
    /// If something is left.
    pub fn finish(self) -> Result<(), KeyError> {
        if self.rest.is_empty() { Ok(()) } else { Err(KeyError::TooLong { bytes: self.rest.len() }) }
    }
}
