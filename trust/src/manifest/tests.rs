use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

use super::*;

fn manifest() -> Manifest {
    let digest = |part: &str| Sha512Hash::of(part.as_bytes());
    Manifest { head: digest("head"), context: digest("context"), body: Some(digest("body")), salt: digest("salt") }
}

#[test]
fn writes_one_reference_for_each_part_in_order() {
    let text = manifest().render();
    let names: Vec<&str> =
        text.split("DataObjectReference URI=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0)).collect();
    assert_eq!(names, ["head.txt", "context.txt", "body.bin", "salt.bin"]);
    assert!(text.contains(SIGNATURE_NAME));
    assert!(text.contains(&STANDARD.encode(Sha512Hash::of(b"body").as_bytes())));
    let without_body = Manifest { body: None, ..manifest() }.render();
    assert!(!without_body.contains("body.bin"));
}

#[test]
fn reads_back_what_it_wrote() {
    for manifest in [manifest(), Manifest { body: None, ..manifest() }] {
        let text = manifest.render();
        assert!(text.len() <= MAX_MANIFEST_BYTES);
        assert_eq!(Manifest::parse(text.as_bytes()), Ok(manifest));
    }
}

#[test]
fn refuses_manifests_that_say_the_same_in_other_words() {
    let text = manifest().render();
    for (from, to) in [
        ("\n<asic:Sig", "\n\n<asic:Sig"),
        ("signature001", "signature002"),
        ("sha512", "sha256"),
        ("head.txt", "body.bin"),
        ("\"/>", "\"></ds:DigestMethod>"),
        ("==</ds:DigestValue>", "</ds:DigestValue>"),
        ("<?xml", "<!DOCTYPE x><?xml"),
        ("\"", "'"),
        ("ds:DigestMethod", "dsig:DigestMethod"),
    ] {
        assert_ne!(text, text.replacen(from, to, 1), "{from}");
        assert_eq!(Manifest::parse(text.replacen(from, to, 1).as_bytes()), Err(ManifestError), "{from} → {to}");
    }
    assert_eq!(Manifest::parse(format!("{text}\n").as_bytes()), Err(ManifestError));
    assert_eq!(Manifest::parse(&vec![b'<'; MAX_MANIFEST_BYTES + 1]), Err(ManifestError));
    assert_eq!(Manifest::parse(&[0xff]), Err(ManifestError));
    assert_eq!(Manifest::parse(b""), Err(ManifestError));
}

proptest! {
    #[test]
    fn flipping_a_byte_never_keeps_the_meaning(at: prop::sample::Index, flip in 1_u8..) {
        let mut bytes = manifest().render().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        if let Ok(other) = Manifest::parse(&bytes) {
            prop_assert_ne!(other, manifest());
            let text = other.render();
            prop_assert_eq!(text.as_bytes(), &bytes[..]);
        }
    }

    #[test]
    fn parsing_never_panics(bytes: Vec<u8>) {
        let _ = Manifest::parse(&bytes);
    }
}
