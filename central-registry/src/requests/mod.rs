//! Management requests: every check comes before any rule of approval.
//!
//! [`examine`](proofs::examine) says who signed, [`status`] whether their certificates are good; only what passed both is
//! a [`Checked`] request, and only such a one is kept, approved and done.

mod error;
mod proofs;
mod status;

pub use error::{ProofRefusal, SubmitError};
pub(crate) use proofs::examine;
pub use status::{HttpStatusSource, StatusFailure, StatusRefusal, StatusSource};

use crate::operator::Rule;
use crate::state::State;
use jiff::{SignedDuration, Timestamp};
use proofs::Examined;
use protocol::management::{Envelope, ManagementRequest, ProofKind, RequestDocument};
use std::sync::Arc;
use std::time::Duration;

/// A request whose signatures, certificates and facts were good at the moment of the check.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) envelope: Envelope,
}

/// Checks the status of every certificate of an examined request.
pub(crate) async fn check(
    source: &Arc<dyn StatusSource>,
    examined: Examined,
    now: Timestamp,
) -> Result<Checked, SubmitError> {
    for signer in &examined.signers {
        status::check(source.as_ref(), signer, examined.ocsp_freshness, now).await?;
    }
    Ok(Checked { envelope: examined.envelope })
}

/// A request comes soon after it was made, so that one that was kept back cannot be used later.
pub(crate) fn check_age(document: &RequestDocument, age: Duration, now: Timestamp) -> Result<(), SubmitError> {
    let since = now.duration_since(document.created());
    let age = SignedDuration::try_from(age).unwrap_or(SignedDuration::MAX);
    if since > age || since < -CLOCK_TOLERANCE {
        return Err(SubmitError::Age { created: document.created(), now, age });
    }
    Ok(())
}

/// Who may decide about a request. Another signing certificate that the member's own signature does not vouch for may be
/// anybody's whom a certification service once took for the member: an operator looks at it, whatever the rules say.
pub(crate) fn rule(state: &State, envelope: &Envelope) -> Rule {
    let request = envelope.document().request();
    let history = state.signing_history(request.member());
    let kind = crate::operator::kind_of(request, history);
    let is_signing = matches!(request, ManagementRequest::RegisterSigningCertificate { .. });
    let vouched = envelope.signature(ProofKind::Member).is_some();
    match is_signing && !vouched && history == crate::operator::SigningHistory::Some {
        true => Rule::Manual,
        false => state.document.rule(kind),
    }
}

/// Who asks, as the events name it.
pub(crate) fn author(envelope: &Envelope) -> String {
    use ManagementRequest as R;
    match envelope.document().request() {
        R::RegisterAuthenticationCertificate { server, .. }
        | R::DeleteAuthenticationCertificate { server, .. }
        | R::RegisterClient { server, .. }
        | R::DeleteClient { server, .. }
        | R::RegisterLogKey { server, .. }
        | R::ChangeAddress { server, .. }
        | R::BeginMaintenance { server, .. }
        | R::EndMaintenance { server }
        | R::RenameSubsystem { server, .. } => format!("security server {server}"),
        R::RegisterSigningCertificate { member, .. } | R::DeleteSigningCertificate { member, .. } => {
            format!("member {member}")
        }
    }
}

/// What two clocks may differ.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(60);
