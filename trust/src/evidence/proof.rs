//! That the record is in the log, since when, and who says so.

use jiff::{SignedDuration, Timestamp};
use protocol::hash::Sha256Hash;

use super::message::Message;
use super::report::{StepName, StepVerdict, Steps};
use super::{Basis, Found, Trust, check_token, words};
use crate::asic::{Contents, LogProof};
use crate::checkpoint::Checkpoint;
use crate::long_signature::LongSignature;
use crate::merkle::leaf_hash;
use crate::note::{NoteKey, NoteSignature};
use crate::path::Anchors;
use crate::tlog_proof::TlogProof;

/// How far two clocks may be apart: the same bound as for signing times.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_secs(60);

/// After that long without a stamp a security server stops exchanging messages, unless it is configured otherwise.
const USUAL_GAP: SignedDuration = SignedDuration::from_hours(4);

const CLAIMED_TIME: &str = "the time is only claimed by the signer";

const NO_TRUST: &str = "No global configuration was given to trust.";

/// Judges the proof that the record is in the log, and the timestamps.
pub(super) fn check_log(
    steps: &mut Steps,
    contents: &Contents,
    message: &Message,
    signed: Option<&LongSignature>,
    basis: Basis<'_>,
) {
    match &contents.log {
        None => {
            for name in [StepName::Inclusion, StepName::Checkpoint] {
                steps.record(name, StepVerdict::NotPresent, "No checkpoint of the log covers the record yet.");
            }
        }
        Some(log) => {
            let proof = steps.take(StepName::Inclusion, check_inclusion(log, message));
            match (proof, basis) {
                (Some(proof), Basis::Trust(trust)) => {
                    steps.take(StepName::Checkpoint, check_checkpoint(&proof, message, trust));
                }
                (_, Basis::Nothing) => steps.record(StepName::Checkpoint, StepVerdict::NotChecked, NO_TRUST),
                (None, Basis::Trust(_)) => {}
            }
        }
    }
    if let Some(signed) = signed {
        check_timestamps(steps, contents, signed, basis);
    }
}

fn check_inclusion(log: &LogProof, message: &Message) -> Found<TlogProof> {
    let proof =
        TlogProof::parse(&log.proof).map_err(|error| format!("leaf.tlog-proof is refused: {}.", words(&error)))?;
    if proof.checkpoint.to_string().as_bytes() != log.checkpoint {
        return Err("checkpoint.txt is not the checkpoint that the inclusion proof leads to.".to_owned());
    }
    let (claimed, server) = (proof.checkpoint.claimed(), &message.leaf.server);
    if claimed.origin != Checkpoint::origin_of(server) {
        return Err(format!("The checkpoint is one of {:?}, not of the log of {server}.", claimed.origin));
    }
    proof
        .verify_inclusion(&leaf_hash(&message.leaf_bytes))
        .map_err(|error| format!("The inclusion proof is wrong: {}.", words(&error)))?;
    let explanation = format!("The leaf is record number {} of the log's first {}.", proof.index, claimed.size);
    Ok((proof, explanation))
}

fn check_checkpoint(proof: &TlogProof, message: &Message, trust: &Trust<'_>) -> Found<()> {
    let server = &message.leaf.server;
    let Some(registered) = trust.configuration.server(server) else {
        return Err(format!("The global configuration knows no security server {server}."));
    };
    let keys: Vec<NoteKey> = registered.log_keys().iter().filter_map(|key| key.to_string().parse().ok()).collect();
    let signed = &proof.checkpoint;
    signed.verify(&keys).map_err(|error| format!("The checkpoint of {server} is refused: {}.", words(&error)))?;
    // A signature that nothing verifies must not be there: it could be changed unnoticed.
    let unknown = |signature: &&NoteSignature| !keys.iter().any(|key| signature.names(key));
    if let Some(stray) = signed.note().signatures().iter().find(unknown) {
        return Err(format!("The checkpoint carries a signature of the unknown key {}.", stray.key()));
    }
    Ok(((), format!("The checkpoint is signed with the log key that the registry publishes for {server}.")))
}

fn check_timestamps(steps: &mut Steps, contents: &Contents, signed: &LongSignature, basis: Basis<'_>) {
    let on_checkpoint = contents.log.as_ref().and_then(|log| Some((log.timestamp.as_deref()?, &log.checkpoint[..])));
    let on_signature =
        signed.embedded().signature_timestamp.as_deref().map(|token| (token, signed.signature().signature_value()));
    if on_checkpoint.is_none() {
        let time = if on_signature.is_some() { "the signature has a timestamp of its own" } else { CLAIMED_TIME };
        let explanation = format!("The record's checkpoint is not stamped: {time}.");
        steps.record(StepName::Timestamp, StepVerdict::NotPresent, explanation);
    }
    let stamps = [(StepName::Timestamp, on_checkpoint), (StepName::SignatureTimestamp, on_signature)];
    for (name, stamp) in stamps {
        let Some((token, stamped)) = stamp else { continue };
        match basis {
            Basis::Nothing => steps.record(name, StepVerdict::NotChecked, NO_TRUST),
            Basis::Trust(trust) => {
                steps.take(name, check_timestamp(token, stamped, signed.signature().signing_time(), trust));
            }
        }
    }
}

fn check_timestamp(token: &[u8], stamped: &[u8], signing_time: Timestamp, trust: &Trust<'_>) -> Found<()> {
    let authorities = trust.time_stamping_authorities();
    let imprint = Sha256Hash::of(stamped);
    let verified = check_token(token, &imprint, &authorities, &Anchors::of(trust.configuration), trust.now)
        .map_err(|error| format!("The timestamp is refused: {}.", words(&error)))?;
    let (time, authority) = (verified.time(), verified.authority().subject());
    if signing_time.duration_since(time) > CLOCK_TOLERANCE {
        return Err(format!("The timestamp is of {time}, before the message was signed at {signing_time}."));
    }
    let gap = time.duration_since(signing_time);
    let late = if gap > USUAL_GAP {
        format!(" Between the two lie {gap:#}: for that span the time is only claimed by the signer.")
    } else {
        String::new()
    };
    Ok((
        (),
        format!(
            "{authority}, an approved time-stamping authority, says that the record existed at {time}; \
             the signer claims to have signed at {signing_time}. A later revocation does not undo this.{late}"
        ),
    ))
}
