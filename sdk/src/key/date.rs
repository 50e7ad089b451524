//! Dates and times.

use super::{Key, KeyError, Reader};
use crate::time::{Date, Timestamp};

/// Year, month, day.
impl Key for Date {
    fn write(&self, out: &mut Vec<u8>) {
        (self.year(), self.month(), self.day()).write(out);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, KeyError> {
        let (year, month, day) = Key::read(reader)?;
        Self::new(year, month, day).ok_or(KeyError::Form { expected: "date" })
    }
}

/// Milliseconds since 1970.
impl Key for Timestamp {
    fn write(&self, out: &mut Vec<u8>) {
        self.as_millisecond().write(out);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, KeyError> {
        let milliseconds = u64::read(reader)?;
        let time = Self::from_millisecond(milliseconds);
        if time.as_millisecond() == milliseconds { Ok(time) } else { Err(KeyError::Form { expected: "time" }) }
    }
}
