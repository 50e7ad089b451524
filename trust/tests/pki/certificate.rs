use crate::authority::*;
use rcgen::{CustomExtension, KeyUsagePurpose};
use trust::{
    certificate::{Certificate, CertificateError, Role, RoleError},
    signature::{KeyAlgorithm, KeyError},
};

#[test]
fn the_fields_of_a_certificate_are_read() {
    let root = Party::root("root");
    let profile = Profile { more: vec![access(OCSP_URL)], ..Profile::signing() };
    let certificate = root.issue(&profile, "member").certificate;

    assert_eq!(certificate.subject(), "CN=member,O=Chakana tests");
    assert_eq!(certificate.issuer(), "CN=root,O=Chakana tests");
    assert_eq!(certificate.not_before(), time("2020-01-01T00:00:00Z"));
    assert_eq!(certificate.not_after(), time("2099-01-01T00:00:00Z"));
    assert_eq!(certificate.ocsp_urls(), [OCSP_URL]);
    assert_eq!(certificate.key_algorithm(), KeyAlgorithm::P256);
    assert_eq!(certificate.hash(), protocol::hash::Sha256Hash::of(certificate.der()));
    // Random and of 20 octets at most, and written without leading zeros.
    assert!(matches!(certificate.serial_hex().len(), 2..=40), "{}", certificate.serial_hex());
    assert_eq!(certificate.clone(), Certificate::from_der(certificate.der()).unwrap());
    assert!(certificate.public_key().starts_with(&[0x30, 0x59]));
    assert!(format!("{certificate:?}").contains("CN=member"));
}

#[test]
fn every_supported_key_is_recognised() {
    let root = Party::root("root");
    for (key, expected) in Key::SUPPORTED.into_iter().zip([
        KeyAlgorithm::P256,
        KeyAlgorithm::P384,
        KeyAlgorithm::Ed25519,
        KeyAlgorithm::Rsa,
    ]) {
        assert_eq!(root.issue_to(key, &Profile::signing(), "member").certificate.key_algorithm(), expected);
    }
}

#[test]
fn each_profile_has_its_one_role() {
    let root = Party::root("root");
    for (profile, role) in [
        (Profile::authority(), Role::Authority),
        (Profile::signing(), Role::Signing),
        (Profile::new(&[NonRepudiation], &[DOCUMENT_SIGNING]), Role::Signing),
        (Profile::authentication(), Role::Authentication),
        (Profile::new(&[DigitalSignature], &[SERVER_AUTH, CLIENT_AUTH]), Role::Authentication),
        (Profile::ocsp_responder(), Role::OcspResponder),
        (Profile::time_stamping(), Role::TimeStamping),
    ] {
        assert_eq!(root.issue(&profile, "somebody").certificate.role(), Ok(role));
    }
}

#[test]
fn a_certificate_with_more_or_less_than_one_role_has_none() {
    let root = Party::root("root");
    let both: &[KeyUsagePurpose] = &[DigitalSignature, NonRepudiation];
    for profile in [
        Profile::new(both, &[]),
        Profile::new(both, &[CLIENT_AUTH, SERVER_AUTH]),
        Profile::new(&[DigitalSignature], &[]),
        Profile::new(&[DigitalSignature], &[CLIENT_AUTH]),
        Profile::new(&[DigitalSignature, KeyEncipherment], &[CLIENT_AUTH, SERVER_AUTH]),
        Profile::new(&[NonRepudiation], &[CLIENT_AUTH, SERVER_AUTH]),
        Profile::new(&[NonRepudiation], &[DOCUMENT_SIGNING, CLIENT_AUTH]),
        Profile::new(&[NonRepudiation], &[OCSP_SIGNING]),
        Profile::new(&[DigitalSignature], &[OCSP_SIGNING, TIME_STAMPING]),
        Profile::new(&[DigitalSignature, KeyCertSign], &[OCSP_SIGNING]),
        Profile { extended_is_critical: false, ..Profile::time_stamping() },
        Profile::new(&[KeyCertSign], &[]),
        Profile { authority: true, ..Profile::new(&[CrlSign], &[]) },
        Profile { authority: true, ..Profile::new(&[KeyCertSign, NonRepudiation], &[]) },
    ] {
        let role = root.issue(&profile, "somebody").certificate.role();
        assert!(matches!(role, Err(RoleError::NotOneRole { .. })), "{role:?}");
    }
}

#[test]
fn without_critical_key_usage_there_is_no_role() {
    let root = Party::root("root");
    let non_critical = CustomExtension::from_oid_content(&[2, 5, 29, 15], vec![3, 2, 6, 0x40]);
    for profile in [Profile::new(&[], &[]), Profile { more: vec![non_critical], ..Profile::new(&[], &[]) }] {
        assert_eq!(root.issue(&profile, "somebody").certificate.role(), Err(RoleError::NoCriticalKeyUsage));
    }
}

#[test]
fn malformed_key_usages_give_no_role() {
    let root = Party::root("root");
    for (oid, content) in [(15, vec![2, 1, 1]), (37, vec![0x30, 0])] {
        let mut extension = CustomExtension::from_oid_content(&[2, 5, 29, oid], content);
        extension.set_criticality(true);
        let key_usages = if oid == 15 { vec![] } else { vec![NonRepudiation] };
        let profile = Profile { more: vec![extension], ..Profile::new(&key_usages, &[]) };
        let role = root.issue(&profile, "somebody").certificate.role();
        assert!(matches!(role, Err(RoleError::Malformed(_))), "{role:?}");
    }
}

#[test]
fn what_is_not_a_certificate_is_refused() {
    let good = Party::root("root").certificate;
    let mut longer = good.der().to_vec();
    longer.push(0);
    let shorter = &good.der()[..good.der().len() - 1];
    for bytes in [&[][..], b"certificate", &longer, shorter] {
        assert!(matches!(Certificate::from_der(bytes), Err(CertificateError::Malformed(_))));
    }
    let huge = vec![0x30; 20_000];
    let refused = Certificate::from_der(&huge);
    assert_eq!(refused, Err(CertificateError::TooLarge { size_bytes: 20_000, limit_bytes: 16_384 }));
}

#[test]
fn two_extensions_of_one_kind_are_refused() {
    let extension = || CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
    let profile = Profile { more: vec![extension(), extension()], ..Profile::signing() };
    let (der, ..) = Party::root("root").issue_der(Key::P256, &profile, "member");
    assert_eq!(Certificate::from_der(&der), Err(CertificateError::DuplicateExtension("1.2.3.4".to_owned())));
}

#[test]
fn a_key_we_cannot_use_is_refused() {
    let root = Party::root("root");
    let (der, ..) = root.issue_der(Key::P521, &Profile::signing(), "member");
    let Err(CertificateError::Key { source, subject }) = Certificate::from_der(&der) else { panic!("accepted") };
    assert_eq!(source, KeyError::Unsupported("1.3.132.0.35".to_owned()));
    assert_eq!(subject, "CN=member,O=Chakana tests");

    let good = root.issue(&Profile::signing(), "member").certificate;
    let point = good.der().windows(good.public_key().len()).position(|window| window == good.public_key()).unwrap();
    let mut off_the_curve = good.der().to_vec();
    off_the_curve[point + good.public_key().len() - 1] ^= 1;
    let refused = Certificate::from_der(&off_the_curve);
    assert!(matches!(refused, Err(CertificateError::Key { source: KeyError::Malformed, .. })));
}
