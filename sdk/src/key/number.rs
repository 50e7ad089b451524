//! Integers, booleans, and options.

use super::{Key, KeyError, Reader};

macro_rules! unsigned {
    ($($integer:ty),+) => {$(
        impl Key for $integer {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend(self.to_be_bytes());
            }

            fn read(reader: &mut Reader<'_>) -> Result<Self, KeyError> {
                reader.array().map(Self::from_be_bytes)
            }
        }
    )+};
}

unsigned!(u8, u16, u32, u64, u128);

/// With the sign bit flipped, negative numbers come before positive ones.
macro_rules! signed {
    ($($integer:ty),+) => {$(
        impl Key for $integer {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend((self ^ Self::MIN).to_be_bytes());
            }

            fn read(reader: &mut Reader<'_>) -> Result<Self, KeyError> {
                reader.array().map(|bytes| Self::from_be_bytes(bytes) ^ Self::MIN)
            }
        }
    )+};
}

signed!(i8, i16, i32, i64, i128);

impl Key for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, KeyError> {
        match reader.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(KeyError::Form { expected: "boolean" }),
        }
    }
}

/// `None` comes before everything.
impl<K: Key> Key for Option<K> {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(self.is_some()));
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, KeyError> {
        match reader.byte()? {
            0 => Ok(None),
            1 => K::read(reader).map(Some),
            _ => Err(KeyError::Form { expected: "option" }),
        }
    }
}
