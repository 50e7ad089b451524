//! Who signed a package.

use crate::authority::{Party, now};
use crate::builder::Parts;
use crate::scene::{CLIENT_MEMBER, Making, PROVIDER_MEMBER, Scene};
use plugin_host::package::{Package, PackageTrust, VerifiedPackage, VerifyError};
use protocol::global_configuration::GlobalConfiguration;
use protocol::identifier::MemberId;
use std::time::Duration;
use trust::cades::{self, ToBeSigned};
use trust::long_signature::LongSignatureError;
use trust::ocsp::responder::CertificateStatus;

fn signed(scene: &Scene, package: Package, signer: &Party, making: &Making) -> Package {
    let manifest = package.container().to_be_signed();
    let to_be_signed = ToBeSigned::new(manifest.as_bytes(), &signer.certificate, now()).unwrap();
    let short = to_be_signed.complete(&signer.sign(to_be_signed.bytes()));
    let chain = [signer.certificate.clone(), scene.pki.issuing.certificate.clone()];
    let status = scene.status(&signer.certificate, making);
    package.with_signature(cades::long_form(&short, &chain, &[&status], None).unwrap()).unwrap()
}

fn package() -> Package {
    Parts::usual().package().unwrap()
}

fn author() -> MemberId {
    CLIENT_MEMBER.parse().unwrap()
}

fn authority() -> MemberId {
    PROVIDER_MEMBER.parse().unwrap()
}

/// Judges by what most entities ask for: an author that they trust.
fn judge(package: Package, configuration: &GlobalConfiguration) -> Result<VerifiedPackage, VerifyError> {
    package.verify(&PackageTrust { configuration, authors: &[author()], authority: None, now: now() })
}

#[test]
fn believes_a_trusted_author() {
    let scene = Scene::new();
    let package = signed(&scene, package(), &scene.client, &Making::usual());
    let read = Package::read(&package.write().unwrap()).unwrap();
    let verified = judge(read, &scene.configuration()).unwrap();
    assert_eq!(verified.author().member, author());
    assert_eq!(verified.author().certificate, scene.client.certificate.hash());
    assert_eq!(verified.author().signed_at, now());
    assert_eq!(verified.authority(), None);
    assert_eq!(verified.package().digest(), package.digest());
}

#[test]
fn asks_for_the_authority_besides() {
    let scene = Scene::new();
    let configuration = scene.configuration();
    let (authors, authority) = ([author()], authority());
    let trust =
        PackageTrust { configuration: &configuration, authors: &authors, authority: Some(&authority), now: now() };
    let by_author = signed(&scene, package(), &scene.client, &Making::usual());
    let refused = by_author.clone().verify(&trust);
    assert!(matches!(refused, Err(VerifyError::NotApproved { .. })), "{refused:?}");
    let approved = signed(&scene, by_author.clone(), &scene.provider, &Making::usual()).verify(&trust).unwrap();
    assert_eq!(approved.authority().unwrap().member, authority);
    let revoked = CertificateStatus::Revoked { at: now() - Duration::from_secs(9_000), reason: None };
    let withdrawn = signed(&scene, by_author, &scene.provider, &Making { status: revoked, ..Making::usual() });
    let refused = withdrawn.verify(&trust);
    assert!(matches!(refused, Err(VerifyError::NotBelieved { number: 2, .. })), "{refused:?}");
}

#[test]
fn refuses_a_package_that_nobody_signed() {
    assert!(matches!(judge(package(), &Scene::new().configuration()), Err(VerifyError::Unsigned)));
}

#[test]
fn refuses_a_member_that_is_not_trusted() {
    let scene = Scene::new();
    let refused = judge(signed(&scene, package(), &scene.provider, &Making::usual()), &scene.configuration());
    assert!(matches!(&refused, Err(VerifyError::UntrustedAuthor { member }) if *member == authority()), "{refused:?}");
}

#[test]
fn refuses_a_certificate_that_the_registry_does_not_publish() {
    let scene = Scene::new();
    let stranger = scene.pki.signer();
    let refused = judge(signed(&scene, package(), &stranger, &Making::usual()), &scene.configuration());
    assert!(matches!(refused, Err(VerifyError::UnknownAuthor { .. })), "{refused:?}");
}

#[test]
fn refuses_a_certificate_that_was_revoked_or_of_unknown_status() {
    let scene = Scene::new();
    let revoked = CertificateStatus::Revoked { at: now() - Duration::from_secs(9_000), reason: None };
    for making in [
        Making { status: revoked, ..Making::usual() },
        Making { status_age: Duration::from_secs(3_700), ..Making::usual() },
    ] {
        let refused = judge(signed(&scene, package(), &scene.client, &making), &scene.configuration());
        let is_status =
            matches!(&refused, Err(VerifyError::NotBelieved { number: 1, source: LongSignatureError::Status(_), .. }));
        assert!(is_status, "{refused:?}");
    }
}

#[test]
fn refuses_an_author_under_an_authority_that_is_not_approved() {
    let (scene, elsewhere) = (Scene::new(), Scene::new());
    let member = crate::scene::member(CLIENT_MEMBER, &scene.client.certificate, scene.note_key(CLIENT_MEMBER));
    let refused =
        judge(signed(&scene, package(), &scene.client, &Making::usual()), &elsewhere.configuration_of(vec![member]));
    let is_path = matches!(&refused, Err(VerifyError::NotBelieved { source: LongSignatureError::Path(_), .. }));
    assert!(is_path, "{refused:?}");
}

#[test]
fn refuses_a_signature_of_tomorrow() {
    let scene = Scene::new();
    let package = signed(&scene, package(), &scene.client, &Making::usual());
    let configuration = scene.configuration();
    let early = now() - Duration::from_secs(3_600);
    let refused = package.verify(&PackageTrust {
        configuration: &configuration,
        authors: &[author()],
        authority: None,
        now: early,
    });
    assert!(matches!(refused, Err(VerifyError::FromTheFuture { .. })), "{refused:?}");
}

#[test]
fn refuses_a_file_that_was_changed_after_it_was_signed() {
    let scene = Scene::new();
    let signed = signed(&scene, package(), &scene.client, &Making::usual());
    let bytes = signed.write().unwrap();
    let at = bytes.windows(6).position(|window| window == b"<svg/>").unwrap();
    let mut changed = bytes;
    changed[at + 1] = b'x';
    let mut crc = Parts::usual();
    crc.files[1].1 = b"<xvg/>".to_vec();
    // The ZIP file's checksums are no protection: they are as easily made as the change.
    let donor = crc.container().write().unwrap();
    assert!(Package::read(&changed).is_err());
    assert!(Package::read(&donor).unwrap().digest() != signed.digest());
}
