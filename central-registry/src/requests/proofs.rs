//! Who signed a request: each signature is there, made with the right certificate of the right role, and valid.

use super::{ProofRefusal, SubmitError};
use crate::state::State;
use jiff::Timestamp;
use protocol::management::{Envelope, ManagementRequest, Proof, ProofKind, RequestSignature};
use std::time::Duration;
use trust::certificate::{Certificate, Role};
use trust::path::{self, ValidPath};
use trust::signature::{self, SignatureAlgorithm};

/// A request whose signatures are valid and whose facts fit; the status of the certificates is still to be asked.
#[derive(Debug)]
pub(crate) struct Examined {
    pub(super) envelope: Envelope,
    pub(super) signers: Vec<SignedBy>,
    pub(super) ocsp_freshness: Duration,
}

/// A certificate that signed, with its path, and where its status can be asked.
#[derive(Debug)]
pub(super) struct SignedBy {
    pub(super) path: ValidPath,
    pub(super) ocsp_urls: Vec<String>,
}

/// Checks signatures, certificates and facts against the state.
pub(crate) fn examine(state: &State, envelope: Envelope, now: Timestamp) -> Result<Examined, SubmitError> {
    if state.version == 0 {
        return Err(SubmitError::NotConfigured);
    }
    let request = envelope.document().request();
    let proofs = expected(request, &envelope);
    check_superfluous(&envelope, &proofs)?;
    let message = envelope.document().to_be_signed();
    let examine = |proof: &Proof| {
        let refused = |source| SubmitError::Proof { proof: name(proof), source };
        let signature = envelope.signature(kind(proof)).ok_or_else(|| refused(ProofRefusal::Missing))?;
        signer(state, request, proof, signature, &message, now).map_err(refused)
    };
    let signers = proofs.iter().map(examine).collect::<Result<_, _>>()?;
    state.consequences(request)?;
    let ocsp_freshness = Duration::from_secs(state.document.ocsp_freshness_seconds.into());
    Ok(Examined { signers, ocsp_freshness, envelope })
}

/// The signatures that count: what the request demands, and the member's where it may vouch for its next certificate.
fn expected(request: &ManagementRequest, envelope: &Envelope) -> Vec<Proof> {
    let mut proofs = request.proofs();
    if let ManagementRequest::RegisterSigningCertificate { member, .. } = request
        && envelope.signature(ProofKind::Member).is_some()
    {
        proofs.push(Proof::Member(member.clone()));
    }
    proofs
}

fn check_superfluous(envelope: &Envelope, proofs: &[Proof]) -> Result<(), SubmitError> {
    let wanted = |signature: &&RequestSignature| proofs.iter().any(|proof| kind(proof) == signature.by);
    match envelope.signatures().iter().find(|signature| !wanted(signature)) {
        None => Ok(()),
        Some(signature) => {
            let proof = match signature.by {
                ProofKind::Possession => POSSESSION,
                ProofKind::Server => SERVER,
                ProofKind::Member => MEMBER,
            };
            Err(SubmitError::Proof { proof, source: ProofRefusal::Superfluous })
        }
    }
}

fn signer(
    state: &State,
    request: &ManagementRequest,
    proof: &Proof,
    signature: &RequestSignature,
    message: &[u8],
    now: Timestamp,
) -> Result<SignedBy, ProofRefusal> {
    let certificates =
        signature.certificates.iter().map(|der| Certificate::from_der(der)).collect::<Result<Vec<_>, _>>()?;
    // An envelope has no signature without a certificate.
    let (leaf, intermediates) = certificates.split_first().ok_or(ProofRefusal::Missing)?;
    let not_registered = |owner: String| Err(ProofRefusal::NotRegistered { certificate: leaf.hash(), owner });
    let role = match proof {
        Proof::Possession => match request {
            ManagementRequest::RegisterAuthenticationCertificate { certificate, .. } => {
                same(leaf, certificate, Role::Authentication)?
            }
            ManagementRequest::RegisterSigningCertificate { certificate, .. } => {
                same(leaf, certificate, Role::Signing)?
            }
            _ => return Err(ProofRefusal::Superfluous),
        },
        Proof::Server(server) if state.speaks_for(&leaf.hash(), server) => Role::Authentication,
        Proof::Server(server) => return not_registered(server.to_string()),
        Proof::Member(member) if state.signs_for(&leaf.hash(), member) => Role::Signing,
        Proof::Member(member) => return not_registered(member.to_string()),
    };
    let path = path::verify(leaf, intermediates, &state.anchors, role, now)?;
    let algorithm = SignatureAlgorithm::of_key(leaf.key_algorithm());
    signature::verify(leaf, algorithm, message, &signature.signature)?;
    let of_services = state.document.ocsp_urls(path.chain()).map(str::to_owned);
    let mut ocsp_urls = Vec::new();
    for url in leaf.ocsp_urls().iter().cloned().chain(of_services) {
        if !ocsp_urls.contains(&url) {
            ocsp_urls.push(url);
        }
    }
    Ok(SignedBy { path, ocsp_urls })
}

fn same(leaf: &Certificate, registered: &[u8], role: Role) -> Result<Role, ProofRefusal> {
    if leaf.der() == registered { Ok(role) } else { Err(ProofRefusal::OtherCertificate) }
}

fn kind(proof: &Proof) -> ProofKind {
    match proof {
        Proof::Possession => ProofKind::Possession,
        Proof::Server(_) => ProofKind::Server,
        Proof::Member(_) => ProofKind::Member,
    }
}

fn name(proof: &Proof) -> &'static str {
    match proof {
        Proof::Possession => POSSESSION,
        Proof::Server(_) => SERVER,
        Proof::Member(_) => MEMBER,
    }
}

const POSSESSION: &str = "possession";
const SERVER: &str = "the server";
const MEMBER: &str = "the member";
