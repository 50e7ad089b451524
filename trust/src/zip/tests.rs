use std::io::{Cursor, Write};

use proptest::prelude::*;

use super::*;

const ENTRIES: [(&str, &[u8]); 3] = [("mimetype", b"text/plain"), ("empty.bin", b""), ("META-INF/a-1.txt", b"content")];

fn written() -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in ENTRIES {
        writer.add(name, content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn read_all(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, ZipError> {
    let mut reader = ZipReader::open(Cursor::new(bytes))?;
    let names: Vec<String> = reader.entries().map(|entry| entry.name.to_owned()).collect();
    let contents = names.into_iter().enumerate().map(|(index, name)| Ok((name, reader.read(index, 1024)?)));
    contents.collect()
}

#[test]
fn reads_back_what_it_wrote() {
    let read = read_all(&written()).unwrap();
    let expected: Vec<_> = ENTRIES.iter().map(|(name, content)| ((*name).to_owned(), content.to_vec())).collect();
    assert_eq!(read, expected);
}

fn known(writer: &mut ZipWriter<Vec<u8>>, name: &str, content: &[u8]) -> Result<(), ZipError> {
    writer.add_known(name, content.len() as u64, crc32fast::hash(content), |out| {
        content.chunks(3).try_for_each(|piece| out.write_all(piece))
    })
}

#[test]
fn a_known_entry_is_written_as_one_in_memory() {
    let mut writer = ZipWriter::new(Vec::new());
    for (name, content) in ENTRIES {
        known(&mut writer, name, content).unwrap();
    }
    assert_eq!(writer.finish().unwrap(), written());
}

#[test]
fn refuses_content_that_is_not_what_was_announced() {
    let add = |length, crc32| ZipWriter::new(Vec::new()).add_known("a", length, crc32, |out| out.write_all(b"content"));
    let right = crc32fast::hash(b"content");
    assert!(add(7, right).is_ok());
    assert!(matches!(add(7, right ^ 1), Err(ZipError::Checksum { .. })));
    assert!(matches!(add(8, right), Err(ZipError::Checksum { .. })));
    assert!(matches!(add(6, right), Err(ZipError::Io { .. })));
}

#[test]
fn every_flipped_bit_is_refused() {
    let bytes = written();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            let read = read_all(&changed);
            // The directory and the local header would have to be renamed together.
            assert!(read.is_err(), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn refuses_bytes_before_between_and_after() {
    let bytes = written();
    for end in 0..bytes.len() {
        assert!(read_all(&bytes[..end]).is_err(), "cut at {end}");
    }
    for at in 0..=bytes.len() {
        for inserted in [&b"x"[..], b"PK\x03\x04", &[0; 22]] {
            let changed = [&bytes[..at], inserted, &bytes[at..]].concat();
            assert!(read_all(&changed).is_err(), "inserted at {at}");
        }
    }
}

#[test]
fn refuses_what_it_could_not_read_back() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.add("a", b"1").unwrap();
    for name in ["a", "", "ñ", "a b", "a\\b", &"x".repeat(MAX_NAME_BYTES + 1)] {
        assert!(matches!(writer.add(name, b""), Err(ZipError::Entry { .. })), "{name}");
    }
    for number in 1..MAX_ENTRIES {
        writer.add(&number.to_string(), b"").unwrap();
    }
    assert!(matches!(writer.add("one-too-many", b""), Err(ZipError::Entry { .. })));
    assert_eq!(read_all(&writer.finish().unwrap().into_inner()).unwrap().len(), MAX_ENTRIES);
}

#[test]
fn refuses_to_load_more_than_allowed() {
    let bytes = written();
    let mut reader = ZipReader::open(Cursor::new(&bytes)).unwrap();
    assert!(matches!(reader.read(0, 3), Err(ZipError::Form { .. })));
    assert!(matches!(reader.read(3, 3), Err(ZipError::Form { .. })));
}

#[test]
fn refuses_4_gib_before_a_byte_of_them_is_written() {
    let mut out = Vec::new();
    let mut writer = ZipWriter::new(&mut out);
    let untouched = |_: &mut dyn Write| panic!("nothing is asked for what cannot be written");
    for length in [MAX_BYTES, u64::MAX - 100, MAX_BYTES - 20] {
        let refused = writer.add_known("body.bin", length, 0, untouched);
        assert!(matches!(refused, Err(ZipError::TooLarge { .. })), "{length}: {refused:?}");
    }
    assert!(out.is_empty());
}

proptest! {
    #[test]
    fn opening_arbitrary_bytes_never_panics(bytes: Vec<u8>, at: prop::sample::Index, junk: Vec<u8>) {
        let _ = read_all(&bytes);
        let mut changed = written();
        let at = at.index(changed.len());
        changed.splice(at..(at + junk.len()).min(changed.len()).max(at), junk);
        if changed != written() {
            prop_assert!(read_all(&changed).is_err());
        }
    }

    #[test]
    fn every_list_of_entries_reads_back(contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..8)) {
        let mut writer = ZipWriter::new(Vec::new());
        for (number, content) in contents.iter().enumerate() {
            known(&mut writer, &format!("entry-{number}"), content).unwrap();
        }
        let read = read_all(&writer.finish().unwrap()).unwrap();
        prop_assert_eq!(read.into_iter().map(|(_, content)| content).collect::<Vec<_>>(), contents);
    }
}
