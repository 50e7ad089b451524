//! Every byte of a whole container, changed one at a time.

use std::io::Cursor;

use trust::asic::Reader;
use trust::evidence::Verdict;
use trust::zip::{ZipReader, ZipWriter};

use crate::scene::*;

fn container() -> (Scene, Vec<u8>) {
    let scene = Scene::new();
    let making = Making { signature_timestamp: true, ..Making::usual() };
    let container = written(&scene.contents(&making), making.body);
    assert_eq!(scene.judge_bytes(&container).verdict, Verdict::Valid);
    (scene, container)
}

#[test]
fn every_flipped_byte_of_the_file_is_refused() {
    let (scene, container) = container();
    let configuration = scene.configuration();
    for at in 0..container.len() {
        let mut changed = container.clone();
        changed[at] ^= 1 << (at % 8);
        let report = judge_by(&changed, &configuration);
        assert_eq!(report.verdict, Verdict::Invalid, "byte {at}: {report}");
    }
}

/// As somebody does it who knows what he does: with the right checksum.
#[test]
fn every_flipped_byte_of_every_entry_is_refused_whatever_the_checksum() {
    let (scene, container) = container();
    let configuration = scene.configuration();
    let mut reader = ZipReader::open(Cursor::new(&container)).unwrap();
    let names: Vec<String> = reader.entries().map(|entry| entry.name.to_owned()).collect();
    let contents: Vec<Vec<u8>> = (0..names.len()).map(|index| reader.read(index, 1 << 20).unwrap()).collect();
    let mut accepted = Vec::new();
    for (index, name) in names.iter().enumerate() {
        for at in 0..contents[index].len() {
            let mut changed = contents.clone();
            changed[index][at] ^= 1 << (at % 8);
            let report = judge_by(&zip(&names, &changed), &configuration);
            if report.verdict != Verdict::Invalid {
                accepted.push(format!("{name} byte {at}"));
            }
        }
    }
    assert_eq!(accepted, Vec::<String>::new(), "{} accepted", accepted.len());
}

fn zip(names: &[String], contents: &[Vec<u8>]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in names.iter().zip(contents) {
        zip.add(name, content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn every_truncation_is_refused() {
    let (_, container) = container();
    for length in 0..container.len() {
        assert!(Reader::open(Cursor::new(&container[..length])).is_err(), "{length}");
    }
}
