//! How a record is kept, and how it outlives the code that wrote it.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::TableError;
use crate::json;
use crate::limits::MAX_VALUE_BYTES;

/// A value of a table.
///
/// | reader | record | what happens |
/// |---|---|---|
/// | same version | has fields more | they are ignored, and gone when the record is written again: where that would hurt, raise the version |
/// | same version | lacks fields | `#[serde(default)]` fills them |
/// | newer | older version | [`Record::upgrade`] reads it; it is written in the newer version when it is next put |
/// | older | newer version | refused: after going back to an older plugin nothing is lost by mistake |
pub trait Record: Serialize + DeserializeOwned {
    /// Raised when records are written that older code must not touch.
    const VERSION: u8 = 1;

    /// Reads what an older version wrote. Unless told otherwise, as if it were its own.
    ///
    /// What an index said of the record before stays under the index's name: if this changes what an index says, the index
    /// gets another name, and [`Table::rewrite`](super::Table::rewrite) fills it.
    ///
    /// # Errors
    /// If it does not read.
    fn upgrade(version: u8, text: &[u8]) -> Result<Self, serde_json::Error> {
        let _ = version;
        serde_json::from_slice(text)
    }
}

pub(super) fn write<V: Record>(table: &'static str, record: &V) -> Result<Vec<u8>, TableError> {
    let text = json::write(record).map_err(|source| TableError::NotWritten { table, source })?;
    let mut bytes = Vec::with_capacity(text.len() + 1);
    bytes.push(V::VERSION);
    bytes.extend(text);
    let length_bytes = bytes.len();
    if length_bytes > MAX_VALUE_BYTES {
        return Err(TableError::TooLarge { table, length_bytes });
    }
    Ok(bytes)
}

pub(super) fn read<V: Record>(table: &'static str, bytes: &[u8]) -> Result<V, TableError> {
    let (version, text) = versioned::<V>(table, bytes)?;
    let read = if version == V::VERSION { serde_json::from_slice(text) } else { V::upgrade(version, text) };
    read.map_err(|source| TableError::Record { table, version, source })
}

/// A part of a record, by the names that it has in it.
pub(super) fn read_part<V: Record, P: DeserializeOwned>(table: &'static str, bytes: &[u8]) -> Result<P, TableError> {
    let (version, text) = versioned::<V>(table, bytes)?;
    let read = if version == V::VERSION {
        serde_json::from_slice(text)
    } else {
        V::upgrade(version, text).and_then(serde_json::to_value).and_then(serde_json::from_value)
    };
    read.map_err(|source| TableError::Record { table, version, source })
}

fn versioned<'b, V: Record>(table: &'static str, bytes: &'b [u8]) -> Result<(u8, &'b [u8]), TableError> {
    let (&version, text) = bytes.split_first().ok_or(TableError::Empty { table })?;
    if version > V::VERSION {
        return Err(TableError::Newer { table, stored: version, known: V::VERSION });
    }
    Ok((version, text))
}
