//! Named files, signed by an author and an authority.

use std::time::Duration;

use trust::cades::{self, ToBeSigned};
use trust::file_container::{File, FileContainer, FileContainerError};
use trust::long_signature::LongSignatureError;
use trust::ocsp::responder::CertificateStatus;

use crate::authority::{Party, now};
use crate::readers::{pem_of, run, succeeded};
use crate::scene::{Making, Scene};

const HOUR: Duration = Duration::from_secs(3600);

pub(crate) fn unsigned() -> FileContainer {
    let pdf = File::new(*b"%PDF-1.7").with_type("application/pdf".parse().unwrap());
    let files = [("resolution.pdf", pdf), ("assets/style.css", File::new(*b"body {}"))];
    FileContainer::new(files.map(|(name, file)| (name.parse().unwrap(), file))).unwrap()
}

fn signature(scene: &Scene, container: &FileContainer, signer: &Party, making: &Making) -> Vec<u8> {
    let manifest = container.to_be_signed();
    let to_be_signed = ToBeSigned::new(manifest.as_bytes(), &signer.certificate, now()).unwrap();
    let short = to_be_signed.complete(&signer.sign(to_be_signed.bytes()));
    let chain = [signer.certificate.clone(), scene.pki.issuing.certificate.clone()];
    cades::long_form(&short, &chain, &[&scene.status(&signer.certificate, making)], None).unwrap()
}

fn signed_by(scene: &Scene, container: FileContainer, signer: &Party) -> FileContainer {
    let signature = signature(scene, &container, signer, &Making::usual());
    container.with_signature(signature).unwrap()
}

/// By an author and an authority.
pub(crate) fn signed(scene: &Scene) -> FileContainer {
    let by_author = signed_by(scene, unsigned(), &scene.client);
    signed_by(scene, by_author, &scene.provider)
}

#[test]
fn reads_back_what_two_have_signed() {
    let scene = Scene::new();
    let container = signed(&scene);
    let bytes = container.write().unwrap();
    let read = FileContainer::read(&bytes).unwrap();
    assert_eq!(read, container);
    assert_eq!(read.write().unwrap(), bytes);
    let types: Vec<_> = read.files().map(|(_, file)| file.content_type().map(ToString::to_string)).collect();
    assert_eq!(types, [None, Some("application/pdf".to_owned())]);
    let signatures = read.signatures().unwrap();
    assert_eq!(signatures[0].certificate(), &scene.client.certificate);
    assert_eq!(signatures[1].certificate(), &scene.provider.certificate);
    for signature in signatures {
        signature.judge(&scene.pki.anchors(), HOUR).unwrap();
    }
}

#[test]
fn refuses_every_flipped_byte_of_what_was_signed() {
    let scene = Scene::new();
    let bytes = signed_by(&scene, unsigned(), &scene.client).write().unwrap();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(FileContainer::read(&changed).is_err(), "byte {at}");
    }
}

#[test]
fn refuses_the_signature_of_other_files_and_of_another_place() {
    let scene = Scene::new();
    let first = signature(&scene, &unsigned(), &scene.client, &Making::usual());
    let other = FileContainer::new([("a.txt".parse().unwrap(), File::new(*b"a"))]).unwrap();
    let refused = other.with_signature(first.clone()).unwrap_err();
    assert!(matches!(refused, FileContainerError::Signature { number: 1, source: LongSignatureError::Signature(_) }));
    let refused = signed_by(&scene, unsigned(), &scene.client).with_signature(first).unwrap_err();
    assert!(matches!(refused, FileContainerError::Signature { number: 2, .. }));
}

#[test]
fn holds_a_bounded_number_of_signatures() {
    let scene = Scene::new();
    let full = (0..8).fold(unsigned(), |container, _| signed_by(&scene, container, &scene.client));
    let one_more = signature(&scene, &full, &scene.client, &Making::usual());
    assert!(matches!(full.with_signature(one_more), Err(FileContainerError::TooManySignatures)));
}

#[test]
fn judges_a_signature_by_path_and_status() {
    let scene = Scene::new();
    let judged = |making: &Making| {
        let signature = signature(&scene, &unsigned(), &scene.client, making);
        let container = unsigned().with_signature(signature).unwrap();
        container.signatures().unwrap()[0].judge(&scene.pki.anchors(), HOUR)
    };
    judged(&Making::usual()).unwrap();
    let revoked = CertificateStatus::Revoked { at: now() - Duration::from_secs(10_000), reason: None };
    let refused = judged(&Making { status: revoked, ..Making::usual() });
    assert!(matches!(refused, Err(LongSignatureError::Status(_))), "{refused:?}");
    let refused = judged(&Making { status_age: Duration::from_secs(3700), ..Making::usual() });
    assert!(matches!(refused, Err(LongSignatureError::Status(_))), "{refused:?}");
    let elsewhere = signed(&scene).signatures().unwrap()[0].judge(&Scene::new().pki.anchors(), HOUR);
    assert!(matches!(elsewhere, Err(LongSignatureError::Path(_))), "{elsewhere:?}");
}

#[test]
fn openssl_verifies_each_signature() {
    let scene = Scene::new();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("files.asice"), signed(&scene).write().unwrap()).unwrap();
    std::fs::write(folder.path().join("root.pem"), pem_of(scene.pki.root.certificate.der())).unwrap();
    let unzipped = run("unzip", &["-q", "files.asice"], folder.path());
    if unzipped.is_none_or(|output| !output.status.success()) {
        return;
    }
    for number in ["001", "002"] {
        let (signature, manifest) =
            (format!("META-INF/signature{number}.p7s"), format!("META-INF/ASiCManifest{number}.xml"));
        let arguments =
            ["cms", "-verify", "-cades", "-inform", "DER", "-binary", "-CAfile", "root.pem", "-purpose", "any"];
        let files = ["-in", &signature, "-content", &manifest, "-out", "out.xml"];
        let Some(output) = run("openssl", &[&arguments[..], &files].concat(), folder.path()) else { return };
        succeeded(&output);
    }
}
