//! What an entity may ask of the registry with its keys alone.

use super::{Keys, Peer, tls_towards};
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use listener::client::{Client, ClientTls};
use protocol::management::{
    Envelope, ManagementRequest, Proof, ProofKind, RequestDocument, RequestSignature, RequestState, RequestStatus,
};
use std::time::Duration;

const WITHIN: Duration = Duration::from_secs(20);

impl Peer {
    /// Has the registry do what is asked. Where a certificate is registered, `proven` is its key.
    ///
    /// # Panics
    /// When it does not.
    pub async fn ask_registry(&self, request: ManagementRequest, proven: Option<&Keys>) {
        let proofs = request.proofs();
        let document = RequestDocument::new(request, self.clock.now()).expect("a document");
        let bytes = document.to_be_signed();
        let signatures = proofs.iter().map(|proof| {
            let (by, keys) = match proof {
                Proof::Possession => (ProofKind::Possession, proven.expect("the key of what is registered")),
                Proof::Server(_) => (ProofKind::Server, &self.authentication),
                Proof::Member(_) => (ProofKind::Member, &self.signing),
            };
            RequestSignature {
                by,
                signature: keys.signer.sign(&bytes).expect("a signature"),
                certificates: keys.chain.iter().map(|certificate| certificate.der().to_vec()).collect(),
            }
        });
        let envelope = Envelope::new(document, signatures.collect()).expect("an envelope");
        let registry = self.judgement.global().registry();
        let tls = tls_towards(registry.certificates()[0], None, b"http/1.1");
        let request = Request::post(format!("https://{}/requests", registry.address()));
        let request = request.body(Full::new(Bytes::from(envelope.render()))).expect("a request");
        let client = Client::new(ClientTls::Rustls(tls));
        let answer = client.send(request, WITHIN, RequestStatus::MAX_BYTES).await.expect("the registry answers");
        let status = RequestStatus::parse(answer.body());
        let status = status.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(answer.body())));
        assert_eq!(status.state, RequestState::Applied);
    }
}
