use std::io::Cursor;

use protocol::hash::Sha512Hash;

use super::*;

fn contents(log: Option<LogProof>) -> Contents {
    Contents {
        head: b"head".to_vec(),
        context: b"context".to_vec(),
        salt: [7; SALT_BYTES],
        manifest: b"manifest".to_vec(),
        signature: b"signature".to_vec(),
        leaf: b"leaf".to_vec(),
        log,
    }
}

fn log(timestamp: Option<&[u8]>) -> LogProof {
    LogProof { proof: b"proof".to_vec(), checkpoint: b"checkpoint".to_vec(), timestamp: timestamp.map(<[u8]>::to_vec) }
}

fn written(contents: &Contents, body: Option<&[u8]>) -> Vec<u8> {
    let mut body = body;
    write(Vec::new(), contents, body.as_mut().map(Body::in_memory)).unwrap()
}

fn open(bytes: &[u8]) -> Result<Reader<Cursor<&[u8]>>, ContainerError> {
    Reader::open(Cursor::new(bytes))
}

/// A ZIP file with these entries, each with something of a permitted length in it.
fn zip_of(names: &[&str]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for name in names {
        let content = match *name {
            "mimetype" => MIME_TYPE.as_bytes(),
            "salt.bin" => &[7; SALT_BYTES],
            _ => b"content",
        };
        zip.add(name, content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn reads_back_every_combination_that_the_profile_allows() {
    for log in [None, Some(log(None)), Some(log(Some(b"token")))] {
        for body in [None, Some(&b"body"[..]), Some(b"")] {
            let contents = contents(log.clone());
            let bytes = written(&contents, body);
            let mut reader = open(&bytes).unwrap();
            assert_eq!(reader.contents(), &contents);
            assert_eq!(reader.body_bytes(), body.map(|body| body.len() as u64));
            assert_eq!(reader.body_digest().unwrap(), body.map(Sha512Hash::of));
            let mut copy = Vec::new();
            reader.copy_body(&mut copy).unwrap();
            assert_eq!(copy, body.unwrap_or_default());
        }
    }
}

#[test]
fn mimetype_can_be_told_from_the_first_bytes() {
    let bytes = written(&contents(None), None);
    assert_eq!(&bytes[30..38], b"mimetype");
    assert_eq!(&bytes[38..38 + MIME_TYPE.len()], MIME_TYPE.as_bytes());
}

#[test]
fn refuses_entries_that_are_missing_misplaced_doubled_or_unknown() {
    let all: Vec<&str> = EntryName::ALL.iter().map(|entry| entry.as_str()).collect();
    assert!(open(&zip_of(&all)).is_ok());
    for missing in (0..all.len()).filter(|index| ![3, 10].contains(index)) {
        let names: Vec<&str> =
            all.iter().enumerate().filter(|(index, _)| *index != missing).map(|(_, name)| *name).collect();
        assert!(matches!(open(&zip_of(&names)), Err(ContainerError::Entries { .. })), "without {}", all[missing]);
    }
    for swapped in 1..all.len() {
        let mut names = all.clone();
        names.swap(swapped - 1, swapped);
        assert!(
            matches!(open(&zip_of(&names)), Err(ContainerError::Entries { .. })),
            "{} before its place",
            all[swapped]
        );
    }
    for at in 0..=all.len() {
        let mut names = all.clone();
        names.insert(at, "extra.txt");
        assert!(matches!(open(&zip_of(&names)), Err(ContainerError::Entries { .. })), "an extra entry at {at}");
    }
    assert!(matches!(open(&zip_of(&[])), Err(ContainerError::Entries { found: None, .. })));
}

#[test]
fn refuses_another_mime_type_and_parts_of_the_wrong_size() {
    let mut bytes = written(&contents(None), None);
    let other = MIME_TYPE.replace("asic-e", "asic-s");
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["mimetype", "head.txt", "context.txt", "salt.bin", "META-INF/ASiCManifest001.xml"] {
        zip.add(name, if name == "mimetype" { other.as_bytes() } else { &[7; SALT_BYTES] }).unwrap();
    }
    zip.add("META-INF/signature001.p7s", b"").unwrap();
    zip.add("META-INF/leaf.txt", b"").unwrap();
    assert!(matches!(open(&zip.finish().unwrap().into_inner()), Err(ContainerError::MimeType)));
    let large = Contents { head: vec![b'x'; 70_000], ..contents(None) };
    let refused = write(Cursor::new(Vec::new()), &large, None);
    assert!(matches!(refused, Err(ContainerError::Size { name: "head.txt", size: 70_000 })));
    bytes.push(0);
    assert!(matches!(open(&bytes), Err(ContainerError::Zip(_))));
}

#[test]
fn a_changed_body_is_noticed_when_it_is_read() {
    let mut bytes = written(&contents(None), Some(b"body of the message"));
    let at = bytes.windows(4).position(|window| window == b"body" && window != b"body.bin").unwrap();
    let at = at + bytes[at..].windows(5).position(|window| window == b"body ").unwrap();
    bytes[at] ^= 1;
    let mut reader = open(&bytes).unwrap();
    assert!(matches!(reader.body_digest(), Err(ContainerError::Zip(ZipError::Checksum { .. }))));
    assert!(reader.copy_body(&mut std::io::sink()).is_err());
}
