//! The keys of a token: found by their labels, listed, made and imported.

use aws_lc_rs::rand;
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, ObjectClass, ObjectHandle};
use cryptoki::session::Session;

use super::attributes::{self, Parts};
use super::token::Token;
use super::worker::Trouble;
use crate::KeyAlgorithm;
use crate::pkcs11::public_key;
use crate::pkcs11::wire::{Failure, KeyFacts, MAX_KEYS};

/// A key that was found in a token.
pub(super) struct FoundKey {
    /// Of the private key, in this session.
    pub(super) handle: ObjectHandle,
    pub(super) facts: KeyFacts,
}

/// The private key of this label.
pub(super) fn find(session: &Session, label: &str) -> Result<FoundKey, Trouble> {
    let mut found = private_keys(session, label)?.into_iter();
    match (found.next(), found.next()) {
        (Some(handle), None) => Ok(FoundKey { handle, facts: attributes::read(session, handle)? }),
        (None, _) => Err(Failure::NoSuchKey { key: label.to_owned() }.into()),
        (Some(_), Some(_)) => Err(Failure::AmbiguousKey { key: label.to_owned() }.into()),
    }
}

/// All keys that can sign here, in the order of their names. Keys of other kinds are not ours to speak of.
pub(super) fn list(session: &Session) -> Result<Vec<KeyFacts>, Trouble> {
    let handles = session.find_objects(&[Attribute::Class(ObjectClass::PRIVATE_KEY)])?;
    let mut keys = Vec::new();
    for handle in handles.into_iter().take(MAX_KEYS) {
        match attributes::read(session, handle) {
            Ok(facts) => keys.push(facts),
            Err(Trouble::Failed(Failure::UnusableKey { .. })) => {}
            Err(trouble) => return Err(trouble),
        }
    }
    keys.sort_by(|one, other| one.label.cmp(&other.label));
    Ok(keys)
}

/// Makes a key that never leaves the token.
pub(super) fn generate(
    token: &Token,
    session: &Session,
    label: &str,
    algorithm: KeyAlgorithm,
) -> Result<KeyFacts, Trouble> {
    check_free(session, label)?;
    let (mechanism, kind) = match algorithm {
        KeyAlgorithm::P256 | KeyAlgorithm::P384 => (Mechanism::EccKeyPairGen, MechanismType::ECC_KEY_PAIR_GEN),
        KeyAlgorithm::Ed25519 => (Mechanism::EccEdwardsKeyPairGen, MechanismType::ECC_EDWARDS_KEY_PAIR_GEN),
        KeyAlgorithm::Rsa => (Mechanism::RsaPkcsKeyPairGen, MechanismType::RSA_PKCS_KEY_PAIR_GEN),
    };
    if !token.has(kind) {
        return Err(Failure::NoMechanism { what: format!("making {algorithm} keys") }.into());
    }
    let id = new_id()?;
    let mut public = public_template(label, &id);
    public.extend(match algorithm {
        KeyAlgorithm::P256 => vec![Attribute::EcParams(attributes::der(&public_key::P256)?)],
        KeyAlgorithm::P384 => vec![Attribute::EcParams(attributes::der(&public_key::P384)?)],
        KeyAlgorithm::Ed25519 => vec![Attribute::EcParams(attributes::der(&public_key::ED25519_KEY)?)],
        KeyAlgorithm::Rsa => {
            vec![Attribute::ModulusBits(RSA_BITS.into()), Attribute::PublicExponent(RSA_EXPONENT.to_vec())]
        }
    });
    let (_, private) = session.generate_key_pair(&mechanism, &public, &private_template(label, &id))?;
    attributes::read(session, private)
}

/// Puts a private key (DER `PrivateKeyInfo`) into the token, which will not give it out again.
pub(super) fn import(session: &Session, label: &str, private_key: &[u8]) -> Result<KeyFacts, Trouble> {
    check_free(session, label)?;
    let id = new_id()?;
    let Parts { public, private } = attributes::of_private_key(private_key).ok_or_else(|| Failure::UnusableKey {
        key: label.to_owned(),
        why: "it is of no kind that signs here".into(),
    })?;
    let class = |class, attributes: Vec<Attribute>| [vec![Attribute::Class(class)], attributes].concat();
    let public = [class(ObjectClass::PUBLIC_KEY, public_template(label, &id)), public].concat();
    let private = [class(ObjectClass::PRIVATE_KEY, private_template(label, &id)), private].concat();
    let handle = session.create_object(&private)?;
    if let Err(error) = session.create_object(&public) {
        // Half a key would be found and not be usable.
        let _ = session.destroy_object(handle);
        return Err(error.into());
    }
    attributes::read(session, handle)
}

fn check_free(session: &Session, label: &str) -> Result<(), Trouble> {
    match private_keys(session, label)?.is_empty() {
        true => Ok(()),
        false => Err(Failure::KeyExists { key: label.to_owned() }.into()),
    }
}

fn private_keys(session: &Session, label: &str) -> Result<Vec<ObjectHandle>, Trouble> {
    let wanted = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Label(label.as_bytes().to_vec())];
    Ok(session.find_objects(&wanted)?)
}

fn public_template(label: &str, id: &[u8]) -> Vec<Attribute> {
    vec![
        Attribute::Token(true),
        Attribute::Private(false),
        Attribute::Verify(true),
        Attribute::Label(label.as_bytes().to_vec()),
        Attribute::Id(id.to_vec()),
    ]
}

fn private_template(label: &str, id: &[u8]) -> Vec<Attribute> {
    vec![
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
        Attribute::Sign(true),
        Attribute::Label(label.as_bytes().to_vec()),
        Attribute::Id(id.to_vec()),
    ]
}

/// By which the halves of a pair find each other.
fn new_id() -> Result<Vec<u8>, Trouble> {
    let mut id = vec![0; 16];
    rand::fill(&mut id).map_err(|_| Failure::Refused { why: "the random number generator failed".to_owned() })?;
    Ok(id)
}

/// Good beyond 2030 (NIST SP 800-57 part 1, table 4).
const RSA_BITS: u64 = 3072;
/// 65537.
const RSA_EXPONENT: [u8; 3] = [1, 0, 1];
