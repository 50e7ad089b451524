//! When the certificates of a server end.

use super::{StartError, read_chain};
use crate::administration::OwnCertificate;
use crate::credentials::own::MemberSigner;
use crate::settings::Settings;
use std::path::Path;

/// Every certificate of this server, for `doctor` to say when it ends.
pub(crate) fn own_certificates<'a>(
    folder: &Path,
    settings: &Settings,
    signers: impl Iterator<Item = &'a MemberSigner>,
) -> Result<Vec<OwnCertificate>, StartError> {
    const OF_REGISTRY: &str =
        "make a new key, have it certified, put both into server.toml, restart, and register: see docs/operate.md";
    const OF_SIGNING: &str = "make a new key, have it certified, put both into server.toml beside the old, then `chakana keys reload`, and register: see docs/operate.md";
    const OF_NEIGHBOURS: &str =
        "have its key certified again, put the file in its place, restart, and tell those who pinned it";
    let mut certificates = Vec::new();
    let signing = signers.filter_map(|signer| Some((signer.member(), signer.certificate()?)));
    for (member, leaf) in signing {
        let what = format!("signing certificate of {member}");
        certificates.push(OwnCertificate { what, not_after: leaf.not_after(), renewal: OF_SIGNING });
    }
    let authentication = read_chain(&folder.join(&settings.keys.authentication.certificate))?;
    certificates.extend(authentication.first().map(|leaf| OwnCertificate {
        what: "authentication certificate".to_owned(),
        not_after: leaf.not_after(),
        renewal: OF_REGISTRY,
    }));
    if let Some(internal) = &settings.keys.internal {
        certificates.extend(read_chain(&folder.join(&internal.certificate))?.first().map(|leaf| OwnCertificate {
            what: "internal TLS certificate, shown to information systems,".to_owned(),
            not_after: leaf.not_after(),
            renewal: OF_NEIGHBOURS,
        }));
    }
    Ok(certificates)
}
