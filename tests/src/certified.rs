//! Keys that a server gets besides those of its installation.

use crate::World;
use certs::Profile;
use demo::installation::Installation;
use signer::{KeyAlgorithm, PemLabel, SoftwareToken, Subject, pem};
use std::path::PathBuf;

/// Makes a key in a server's token and has it certified; gives the name of the certificate's file.
///
/// # Panics
/// When it cannot.
#[must_use]
pub fn certified(world: &World, server: &str, key: &str, profile: Profile) -> PathBuf {
    let token = world.installation.folder_of(server).join("token");
    let token = SoftwareToken::open(token, &Installation::pin()).expect("a token");
    token.generate(key, KeyAlgorithm::P256).expect("a key");
    certificate_of(world, server, key, profile, |subject| token.certificate_request(key, subject).expect("a request"))
}

/// Has a key certified that is somewhere else, by the request that it makes; gives the name of the certificate's file.
///
/// # Panics
/// When it cannot.
#[must_use]
pub fn certificate_of(
    world: &World,
    server: &str,
    key: &str,
    profile: Profile,
    request: impl FnOnce(&Subject) -> Vec<u8>,
) -> PathBuf {
    let folder = world.installation.folder_of(server);
    let mut subject = Subject::common_name("otra.demo.example");
    subject.host_names = if profile == Profile::Signing { Vec::new() } else { vec!["localhost".to_owned()] };
    let chain = world.trust_services.issue(&request(&subject), profile, &subject).expect("a certificate");
    let file = PathBuf::from(format!("{key}.pem"));
    let text: String = chain.iter().map(|der| pem(PemLabel::Certificate, der)).collect();
    std::fs::write(folder.join(&file), text).expect("a file");
    file
}
