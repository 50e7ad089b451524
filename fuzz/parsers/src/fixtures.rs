//! Certificates and a container that inputs are judged with; `examples/seeds.rs` writes them.

use std::path::Path;
use std::sync::OnceLock;

use trust::certificate::Certificate;

/// What signatures, OCSP responses and timestamps are checked against.
pub(crate) struct Fixtures {
    pub(crate) signer: Certificate,
    pub(crate) issuer: Certificate,
    pub(crate) root: Certificate,
    pub(crate) time_stamping_authority: Certificate,
    /// What the seed signatures sign.
    pub(crate) manifest: Vec<u8>,
    /// What the seed timestamps stamp.
    pub(crate) stamped: Vec<u8>,
    /// A valid container.
    pub(crate) container: Vec<u8>,
}

pub(crate) fn fixtures() -> &'static Fixtures {
    static FIXTURES: OnceLock<Fixtures> = OnceLock::new();
    FIXTURES.get_or_init(|| Fixtures {
        signer: certificate("signer.der"),
        issuer: certificate("issuer.der"),
        root: certificate("root.der"),
        time_stamping_authority: certificate("tsa.der"),
        manifest: file("manifest.xml"),
        stamped: file("stamped.txt"),
        container: file("evidence.asice"),
    })
}

fn certificate(name: &str) -> Certificate {
    Certificate::from_der(&file(name)).expect("fixtures hold certificates that the generator made")
}

fn file(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    std::fs::read(path).expect("fixtures are checked in; `cargo run --example seeds` writes them")
}
