use std::time::Duration;

use protocol::hash::Sha256Hash;
use trust::certificate::Certificate;
use trust::evidence::{TokenError, check_token};
use trust::path::Anchors;
use trust::timestamp;
use trust::timestamp::authority::{self, Policy, ToBeSigned};

use crate::authority::{Profile, now};
use crate::scene::Scene;

fn token(scene: &Scene, chain: &[Certificate]) -> Vec<u8> {
    let imprint = Sha256Hash::of(b"content");
    let request = authority::parse_request(&timestamp::request(&imprint, 7)).unwrap();
    let policy = Policy::new("1.2.3.4", Duration::ZERO).unwrap();
    let token = ToBeSigned::new(&request, &scene.tsa.certificate, &policy, 1, now()).unwrap();
    let response = token.complete(&scene.tsa.sign(token.bytes()), chain);
    timestamp::token_of(&response, &imprint, 7).unwrap()
}

fn check(scene: &Scene, token: &[u8]) -> Result<(), TokenError> {
    let (root, issuing) = (scene.pki.root.certificate.clone(), scene.pki.issuing.certificate.clone());
    let anchors = Anchors::new(vec![root, issuing]);
    let imprint = Sha256Hash::of(b"content");
    check_token(token, &imprint, std::slice::from_ref(&scene.tsa.certificate), &anchors, now()).map(|_| ())
}

#[test]
fn a_token_may_carry_its_authoritys_path_and_nothing_else() {
    let scene = Scene::new();
    let (tsa, issuing) = (scene.tsa.certificate.clone(), scene.pki.issuing.certificate.clone());
    let root = scene.pki.root.certificate.clone();
    for chain in [&[tsa.clone()][..], &[tsa.clone(), issuing.clone()], &[tsa.clone(), issuing, root]] {
        assert_eq!(check(&scene, &token(&scene, chain)), Ok(()));
    }
    let stray = scene.pki.issuing.issue(&Profile::time_stamping(), "stray").certificate;
    let refused = check(&scene, &token(&scene, &[tsa, stray]));
    assert_eq!(refused, Err(TokenError::Frame { what: "certificates" }));
}

#[test]
fn a_token_in_another_encoding_is_refused() {
    let scene = Scene::new();
    let der = token(&scene, std::slice::from_ref(&scene.tsa.certificate));
    assert_eq!(der[..2], [0x30, 0x82]);
    let indefinite = [&[0x30, 0x80], &der[4..], &[0, 0]].concat();
    assert_eq!(check(&scene, &indefinite), Err(TokenError::Frame { what: "an encoding" }));
}

#[test]
fn a_token_that_proves_no_time_is_refused() {
    let scene = Scene::new();
    let token = token(&scene, std::slice::from_ref(&scene.tsa.certificate));
    assert!(matches!(check(&Scene::new(), &token), Err(TokenError::Timestamp(_))));
}
