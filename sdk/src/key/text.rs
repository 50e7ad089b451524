//! Texts, byte strings, and byte strings of a fixed length.

use super::{Key, KeyError, Reader};

/// Stands after a zero that belongs to the string; it comes after [`END`], so that a string comes before its continuations.
const ZERO: u8 = 0xFF;
/// Stands after a zero that ends the string.
const END: u8 = 0;

/// Appends a string without its end: every string that goes on from here begins so.
pub(super) fn write_open(bytes: &[u8], out: &mut Vec<u8>) {
    for &byte in bytes {
        out.push(byte);
        if byte == 0 {
            out.push(ZERO);
        }
    }
}

impl Key for Vec<u8> {
    fn write(&self, out: &mut Vec<u8>) {
        write_open(self, out);
        out.extend([0, END]);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, KeyError> {
        let mut bytes = Vec::new();
        loop {
            match reader.byte()? {
                0 => match reader.byte()? {
                    END => return Ok(bytes),
                    ZERO => bytes.push(0),
                    _ => return Err(KeyError::Form { expected: "byte string" }),
                },
                byte => bytes.push(byte),
            }
        }
    }
}

impl Key for String {
    fn write(&self, out: &mut Vec<u8>) {
        write_open(self.as_bytes(), out);
        out.extend([0, END]);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, KeyError> {
        Self::from_utf8(Vec::read(reader)?).map_err(|_| KeyError::Form { expected: "text" })
    }
}

impl<const N: usize> Key for [u8; N] {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, KeyError> {
        reader.array()
    }
}
