//! Keys as attributes of PKCS#11 objects, and as DER.

use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use pkcs8::der::asn1::{Any, BitStringRef, OctetStringRef, UintRef};
use pkcs8::der::{Decode, Encode, SliceReader};
use pkcs8::spki::AlgorithmIdentifier;
use pkcs8::{ObjectIdentifier, PrivateKeyInfoRef, SubjectPublicKeyInfoRef};
use zeroize::Zeroizing;

use super::worker::Trouble;
use crate::KeyAlgorithm;
use crate::pkcs11::public_key::{EC, ED25519_KEY, P256, P384, PublicKey, RSA};
use crate::pkcs11::wire::{Extraction, Failure, KeyFacts};
use crate::private_key::PrivateKey;
use crate::signer::Signer as _;

/// What makes a key, beside its names and what it may do.
pub(super) struct Parts {
    pub(super) public: Vec<Attribute>,
    pub(super) private: Vec<Attribute>,
}

/// What the token knows of the private key with this handle, and of the public key that goes with it.
pub(super) fn read(session: &Session, handle: ObjectHandle) -> Result<KeyFacts, Trouble> {
    let wanted = [AttributeType::Label, AttributeType::Id, AttributeType::KeyType, AttributeType::Extractable];
    let (mut label, mut id, mut kind, mut extraction) = (Vec::new(), Vec::new(), None, Extraction::Possible);
    for attribute in session.get_attributes(handle, &wanted)? {
        match attribute {
            Attribute::Label(value) => label = value,
            Attribute::Id(value) => id = value,
            Attribute::KeyType(value) => kind = Some(value),
            Attribute::Extractable(false) => extraction = Extraction::Never,
            _ => {}
        }
    }
    let name = String::from_utf8_lossy(&label).chars().take(64).collect::<String>();
    let unusable = |why: &str| Failure::UnusableKey { key: name.clone(), why: why.to_owned() };
    let public_key = match kind {
        Some(KeyType::RSA) => rsa(session, handle)?,
        Some(KeyType::EC | KeyType::EC_EDWARDS) => elliptic(session, handle, &label, &id)?,
        _ => return Err(unusable("it is no RSA, EC or Ed25519 key").into()),
    };
    let public_key = public_key.ok_or_else(|| unusable("the token shows no public key that belongs to it"))?;
    let read = PublicKey::new(&public_key)
        .ok_or_else(|| unusable("only P-256, P-384, Ed25519, and RSA of 2048 bits or more sign here"))?;
    Ok(KeyFacts { label: name, algorithm: read.algorithm(), public_key, extraction })
}

/// A private key (DER `PrivateKeyInfo`) as attributes; `None` when it is none of a kind that signs here.
pub(super) fn of_private_key(der: &[u8]) -> Option<Parts> {
    let key = PrivateKey::from_pkcs8(der)?;
    let public = SubjectPublicKeyInfoRef::from_der(key.public_key()).ok()?;
    let point = public.subject_public_key.as_bytes()?;
    let secret = PrivateKeyInfoRef::from_der(der).ok()?.private_key.as_bytes();
    let elliptic = |kind, curve: ObjectIdentifier, scalar: Vec<u8>| {
        let (kind, curve) = (Attribute::KeyType(kind), Attribute::EcParams(curve.to_der().ok()?));
        let point = Attribute::EcPoint(OctetStringRef::new(point).ok()?.to_der().ok()?);
        let private = vec![kind.clone(), curve.clone(), Attribute::Value(scalar)];
        Some(Parts { public: vec![kind, curve, point], private })
    };
    match key.algorithm() {
        KeyAlgorithm::P256 => elliptic(KeyType::EC, P256, scalar(secret)?),
        KeyAlgorithm::P384 => elliptic(KeyType::EC, P384, scalar(secret)?),
        KeyAlgorithm::Ed25519 => {
            let seed = <&OctetStringRef>::from_der(secret).ok()?.as_bytes().to_vec();
            elliptic(KeyType::EC_EDWARDS, ED25519_KEY, seed)
        }
        KeyAlgorithm::Rsa => rsa_parts(secret),
    }
}

/// Any value as DER.
pub(super) fn der(value: &impl Encode) -> Result<Vec<u8>, Trouble> {
    let failed = |_| Failure::Refused { why: "a value cannot be written as DER".to_owned() };
    Ok(value.to_der().map_err(failed)?)
}

fn rsa(session: &Session, handle: ObjectHandle) -> Result<Option<Vec<u8>>, Trouble> {
    let (mut modulus, mut exponent) = (Vec::new(), Vec::new());
    for attribute in session.get_attributes(handle, &[AttributeType::Modulus, AttributeType::PublicExponent])? {
        match attribute {
            Attribute::Modulus(value) => modulus = value,
            Attribute::PublicExponent(value) => exponent = value,
            _ => {}
        }
    }
    let (Ok(modulus), Ok(exponent)) = (UintRef::new(&modulus), UintRef::new(&exponent)) else { return Ok(None) };
    Ok(info(RSA, Some(Any::null()), &der(&[modulus, exponent])?))
}

fn elliptic(session: &Session, handle: ObjectHandle, label: &[u8], id: &[u8]) -> Result<Option<Vec<u8>>, Trouble> {
    // The halves of a pair share their id; where there is none, their label.
    let shared = match id {
        [] => Attribute::Label(label.to_vec()),
        id => Attribute::Id(id.to_vec()),
    };
    let mut objects = session.find_objects(&[Attribute::Class(ObjectClass::PUBLIC_KEY), shared])?;
    // Some tokens keep no public keys, and show the point with the private one.
    objects.push(handle);
    for object in objects {
        let (mut curve, mut point) = (None, None);
        for attribute in session.get_attributes(object, &[AttributeType::EcParams, AttributeType::EcPoint])? {
            match attribute {
                Attribute::EcParams(value) => curve = curve_of(&value),
                Attribute::EcPoint(value) => point = Some(value),
                _ => {}
            }
        }
        if let (Some(curve), Some(point)) = (curve, point) {
            // PKCS#11 wraps the point in an octet string; some tokens do not.
            let bare = <&OctetStringRef>::from_der(&point).map_or(point.as_slice(), OctetStringRef::as_bytes);
            return Ok(match curve {
                ED25519_KEY => info(ED25519_KEY, None, bare),
                curve => info(EC, Some(Any::from(curve)), bare),
            });
        }
    }
    Ok(None)
}

/// A curve by its object identifier, or by the name that PKCS#11 3.0 §2.3.5 allows for Ed25519.
fn curve_of(parameters: &[u8]) -> Option<ObjectIdentifier> {
    match ObjectIdentifier::from_der(parameters) {
        Ok(curve) => Some(curve),
        Err(_) => parameters.ends_with(b"edwards25519").then_some(ED25519_KEY),
    }
}

/// DER `SubjectPublicKeyInfo`.
fn info(algorithm: ObjectIdentifier, parameters: Option<Any>, key: &[u8]) -> Option<Vec<u8>> {
    let algorithm = AlgorithmIdentifier { oid: algorithm, parameters };
    let subject_public_key = BitStringRef::from_bytes(key).ok()?;
    pkcs8::spki::SubjectPublicKeyInfo { algorithm, subject_public_key }.to_der().ok()
}

/// The secret number of an `ECPrivateKey` (RFC 5915 §3).
fn scalar(der: &[u8]) -> Option<Vec<u8>> {
    let mut reader = SliceReader::new(der).ok()?;
    pkcs8::der::Reader::sequence(&mut reader, |fields| {
        u8::decode(fields)?;
        let scalar = <&OctetStringRef>::decode(fields)?.as_bytes().to_vec();
        // The curve and the point follow, and are known.
        while !pkcs8::der::Reader::is_finished(fields) {
            Any::decode(fields)?;
        }
        Ok::<_, pkcs8::der::Error>(scalar)
    })
    .ok()
}

/// The numbers of an `RSAPrivateKey` (RFC 8017 appendix A.1.2).
fn rsa_parts(der: &[u8]) -> Option<Parts> {
    let read = Vec::<UintRef<'_>>::from_der(der).ok()?;
    let numbers: Vec<Zeroizing<Vec<u8>>> = read.iter().map(|number| number.as_bytes().to_vec().into()).collect();
    let [_, n, e, d, p, q, dp, dq, inverse] = numbers.as_slice() else { return None };
    let value = |number: &Zeroizing<Vec<u8>>| number.to_vec();
    let kind =
        || vec![Attribute::KeyType(KeyType::RSA), Attribute::Modulus(value(n)), Attribute::PublicExponent(value(e))];
    let secret = vec![
        Attribute::PrivateExponent(value(d)),
        Attribute::Prime1(value(p)),
        Attribute::Prime2(value(q)),
        Attribute::Exponent1(value(dp)),
        Attribute::Exponent2(value(dq)),
        Attribute::Coefficient(value(inverse)),
    ];
    Some(Parts { public: kind(), private: [kind(), secret].concat() })
}
