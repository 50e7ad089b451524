//! Keys whose byte order is the order of their values.
//!
//! What a key says is known from its type, so bytes carry no tags: an integer is its big-endian bytes (with the sign bit
//! flipped, where it has one), a text or byte string ends with two zero bytes and has `00 FF` for each zero within, an
//! option begins with 0 or 1, a tuple is its parts in a row. Each value has exactly one form, and the form of a tuple's
//! first parts begins the form of every tuple that begins with them: ranges are prefixes.

mod date;
mod number;
mod prefix;
mod reader;
#[cfg(test)]
mod tests;
mod text;
mod tuple;

pub use prefix::{Prefix, StartsWith, end_of};
pub use reader::{KeyError, Reader};

/// A value that keys are made of.
pub trait Key: Sized {
    /// Appends the value's bytes.
    fn write(&self, out: &mut Vec<u8>);

    /// Takes a value from the front of what is read.
    ///
    /// # Errors
    /// If no value is written so.
    fn read(reader: &mut Reader<'_>) -> Result<Self, KeyError>;
}

/// The bytes of a key.
#[must_use]
pub fn encode<K: Key>(key: &K) -> Vec<u8> {
    let mut out = Vec::new();
    key.write(&mut out);
    out
}

/// The key that these bytes are, all of them.
///
/// # Errors
/// If they are none.
pub fn decode<K: Key>(bytes: &[u8]) -> Result<K, KeyError> {
    let mut reader = Reader::new(bytes);
    let key = K::read(&mut reader)?;
    reader.finish()?;
    Ok(key)
}

/// Makes an enum a part of keys by a number for each of its values: their order in keys, for good. Values are added
/// with numbers of their own, and none is ever given to another.
///
/// ```
/// #[derive(Clone, Copy, PartialEq, Debug)]
/// enum State { Open, Decided }
/// sdk::numbered!(State { Open = 1, Decided = 2 });
/// assert_eq!(sdk::key::encode(&State::Decided), [2]);
/// ```
#[macro_export]
macro_rules! numbered {
    ($type:ty { $($value:ident = $number:literal),+ $(,)? }) => {
        impl $crate::key::Key for $type {
            fn write(&self, out: &mut Vec<u8>) {
                out.push(match self { $(Self::$value => $number,)+ });
            }

            fn read(reader: &mut $crate::key::Reader<'_>) -> Result<Self, $crate::key::KeyError> {
                match reader.byte()? {
                    $($number => Ok(Self::$value),)+
                    _ => Err($crate::key::KeyError::Form { expected: stringify!($type) }),
                }
            }
        }
    };
}
