use crate::authority::*;
use trust::{
    certificate::{Certificate, Role, RoleError},
    path::{self, Anchors, PathError},
};

fn check(pki: &Pki, leaf: &Party, role: Role) -> Result<path::ValidPath, PathError> {
    path::verify(&leaf.certificate, std::slice::from_ref(&pki.issuing.certificate), &pki.anchors(), role, now())
}

#[test]
fn every_role_has_a_path_through_an_intermediate() {
    let pki = Pki::new();
    for (profile, role) in [
        (Profile::signing(), Role::Signing),
        (Profile::authentication(), Role::Authentication),
        (Profile::ocsp_responder(), Role::OcspResponder),
        (Profile::time_stamping(), Role::TimeStamping),
    ] {
        let leaf = pki.issuing.issue(&profile, "leaf");
        let path = check(&pki, &leaf, role).unwrap();
        let expected = [&leaf, &pki.issuing, &pki.root].map(|party| party.certificate.clone());
        assert_eq!(path.chain(), expected);
        assert_eq!(path.issuer(), &pki.issuing.certificate);
    }
}

#[test]
fn every_supported_key_may_issue_and_be_issued_to() {
    for key in Key::SUPPORTED {
        let root = Party::root("root");
        let issuing = root.issue_to(key, &Profile::authority(), "issuing");
        let leaf = issuing.issue_to(key, &Profile::signing(), "leaf");
        let anchors = Anchors::new(vec![root.certificate]);
        path::verify(&leaf.certificate, &[issuing.certificate], &anchors, Role::Signing, now()).unwrap();
    }
}

#[test]
fn an_approved_intermediate_is_enough_and_the_chain_goes_on_to_an_approved_root() {
    let pki = Pki::new();
    let leaf = pki.signer();
    let intermediate_only = Anchors::new(vec![pki.issuing.certificate.clone()]);
    let path = path::verify(&leaf.certificate, &[], &intermediate_only, Role::Signing, now()).unwrap();
    assert_eq!(path.chain().len(), 2);

    let both = Anchors::new(vec![pki.issuing.certificate.clone(), pki.root.certificate.clone()]);
    let path = path::verify(&leaf.certificate, &[], &both, Role::Signing, now()).unwrap();
    assert_eq!(path.chain().last(), Some(&pki.root.certificate));
    assert_eq!(both.certificates().count(), 2);
}

#[test]
fn a_certificate_for_another_role_is_refused() {
    let pki = Pki::new();
    let profiles = [
        (Profile::signing(), Role::Signing),
        (Profile::authentication(), Role::Authentication),
        (Profile::ocsp_responder(), Role::OcspResponder),
        (Profile::time_stamping(), Role::TimeStamping),
        (Profile::authority(), Role::Authority),
    ];
    for (profile, found) in &profiles {
        let leaf = pki.issuing.issue(profile, "leaf");
        for (_, expected) in profiles.iter().filter(|(_, role)| role != found) {
            let refused = check(&pki, &leaf, *expected).unwrap_err();
            let subject = "CN=leaf,O=Chakana tests".to_owned();
            assert_eq!(refused, PathError::WrongRole { subject, expected: *expected, found: *found });
        }
    }
}

#[test]
fn a_certificate_without_a_single_role_is_refused() {
    let pki = Pki::new();
    let leaf = pki.issuing.issue(&Profile::new(&[DigitalSignature, NonRepudiation], &[]), "leaf");
    let refused = check(&pki, &leaf, Role::Signing);
    assert!(matches!(refused, Err(PathError::NoRole { source: RoleError::NotOneRole { .. }, .. })));
}

#[test]
fn a_leaf_outside_its_dates_is_refused_and_its_last_second_counts() {
    let pki = Pki::new();
    let leaf = pki.issuing.issue(&Profile::signing().valid(2024, 2026), "leaf").certificate;
    let at =
        |at| path::verify(&leaf, std::slice::from_ref(&pki.issuing.certificate), &pki.anchors(), Role::Signing, at);
    assert!(matches!(at(now()), Err(PathError::OutsideValidity { .. })));
    assert!(matches!(at(time("2023-12-31T23:59:59.9Z")), Err(PathError::OutsideValidity { .. })));
    assert!(matches!(at(time("1960-01-01T00:00:00Z")), Err(PathError::OutsideValidity { .. })));
    assert!(at(time("2024-01-01T00:00:00Z")).is_ok());
    assert!(at(time("2026-01-01T00:00:00.9Z")).is_ok());
}

#[test]
fn an_intermediate_outside_its_dates_is_named() {
    let root = Party::root("root");
    let issuing = root.issue(&Profile::authority().valid(2024, 2026), "old");
    let leaf = issuing.issue(&Profile::signing(), "leaf").certificate;
    let anchors = Anchors::new(vec![root.certificate]);
    let refused = path::verify(&leaf, &[issuing.certificate], &anchors, Role::Signing, now()).unwrap_err();
    assert!(
        matches!(&refused, PathError::OutsideValidity { subject, .. } if subject.starts_with("CN=old")),
        "{refused:?}"
    );
}

#[test]
fn an_expired_or_improper_anchor_anchors_nothing() {
    let expired = Party::root_with(&Profile::authority().valid(2020, 2026), "expired");
    let improper = Party::root_with(&Profile { authority: true, ..Profile::new(&[CrlSign], &[]) }, "improper");
    for root in [expired, improper] {
        let leaf = root.issue(&Profile::signing(), "leaf").certificate;
        let anchors = Anchors::new(vec![root.certificate]);
        let refused = path::verify(&leaf, &[], &anchors, Role::Signing, now());
        assert!(matches!(refused, Err(PathError::UnknownIssuer { .. })), "{refused:?}");
    }
}

#[test]
fn a_certificate_of_a_foreign_authority_is_refused() {
    let pki = Pki::new();
    let leaf = Party::root("foreign").issue(&Profile::signing(), "leaf");
    let refused = check(&pki, &leaf, Role::Signing).unwrap_err();
    let (subject, issuer) = ("CN=leaf,O=Chakana tests".to_owned(), "CN=foreign,O=Chakana tests".to_owned());
    assert_eq!(refused, PathError::UnknownIssuer { subject, issuer });
}

#[test]
fn an_authority_of_the_same_name_is_still_a_foreign_one() {
    let pki = Pki::new();
    let leaf = Party::root("issuing").issue(&Profile::signing(), "leaf");
    assert!(matches!(check(&pki, &leaf, Role::Signing), Err(PathError::Invalid { .. })));
}

#[test]
fn an_issuer_that_may_not_issue_is_no_issuer() {
    let pki = Pki::new();
    // The first has the basic constraint but not the key usage, which webpki does not look at; the second has neither.
    let profiles = [Profile { authority: true, ..Profile::new(&[DigitalSignature], &[]) }, Profile::signing()];
    for profile in profiles {
        let improper = pki.root.issue(&profile, "improper");
        let leaf = improper.issue(&Profile::signing(), "leaf").certificate;
        let refused = path::verify(&leaf, &[improper.certificate], &pki.anchors(), Role::Signing, now());
        assert!(matches!(refused, Err(PathError::UnknownIssuer { .. })), "{refused:?}");
    }
}

#[test]
fn a_rule_broken_on_the_path_is_refused() {
    let root = Party::root_with(&Profile { path_length: Some(0), ..Profile::authority() }, "root");
    let issuing = root.issue(&Profile::authority(), "issuing");
    let leaf = issuing.issue(&Profile::signing(), "leaf").certificate;
    // The path length of a root counts only if the root itself is on the path, not an anchor.
    let above = Party::root("above");
    let cross = above.reissue(&root, &Profile { path_length: Some(0), ..Profile::authority() }, "root");
    let anchors = Anchors::new(vec![above.certificate]);
    let refused = path::verify(&leaf, &[issuing.certificate, cross], &anchors, Role::Signing, now());
    assert!(matches!(refused, Err(PathError::Invalid { .. })), "{refused:?}");
}

#[test]
fn an_intermediate_limited_to_other_purposes_is_refused() {
    let root = Party::root("root");
    let tls_only = Profile { extended: vec![SERVER_AUTH, CLIENT_AUTH], ..Profile::authority() };
    let issuing = root.issue(&tls_only, "tls only");
    let anchors = Anchors::new(vec![root.certificate.clone()]);
    let check = |profile: &Profile, role| {
        let leaf = issuing.issue(profile, "leaf").certificate;
        path::verify(&leaf, std::slice::from_ref(&issuing.certificate), &anchors, role, now())
    };
    assert!(check(&Profile::authentication(), Role::Authentication).is_ok());
    assert!(matches!(check(&Profile::signing(), Role::Signing), Err(PathError::Invalid { .. })));
}

#[test]
fn a_changed_certificate_has_no_path() {
    let pki = Pki::new();
    let leaf = pki.signer().certificate;
    let mut changed = leaf.der().to_vec();
    let member = changed.windows(6).rposition(|window| window == b"member").unwrap();
    changed[member] ^= 1;
    let changed = Certificate::from_der(&changed).unwrap();
    let refused =
        path::verify(&changed, std::slice::from_ref(&pki.issuing.certificate), &pki.anchors(), Role::Signing, now());
    assert!(matches!(refused, Err(PathError::Invalid { source: webpki::Error::InvalidSignatureForPublicKey, .. })));
}

#[test]
fn more_intermediates_than_a_path_has_are_refused() {
    let pki = Pki::new();
    let many = vec![pki.issuing.certificate.clone(); 9];
    let refused = path::verify(&pki.signer().certificate, &many, &pki.anchors(), Role::Signing, now());
    assert_eq!(refused, Err(PathError::TooManyIntermediates(9)));
}
