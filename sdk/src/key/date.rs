//! Dates and times.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Key, KeyError, Reader};

/// Year, month, day.
impl Key for Date {
    fn write(&self, out: &mut Vec<u8>) {
        (self.year(), self.month(), self.day()).write(out);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, KeyError> {
        let (year, month, day) = Key::read(reader)?;
        Self::new(year, month, day).map_err(|_| KeyError::Form { expected: "date" })
    }
}

/// Nanoseconds since 1970, so that no two times have one form.
impl Key for Timestamp {
    fn write(&self, out: &mut Vec<u8>) {
        self.as_nanosecond().write(out);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, KeyError> {
        Self::from_nanosecond(Key::read(reader)?).map_err(|_| KeyError::Form { expected: "time" })
    }
}
