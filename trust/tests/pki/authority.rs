//! Certification authorities and certificates made for the tests.
#![allow(clippy::unwrap_used, reason = "helpers of several test programs")]

use jiff::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, SigningKey,
    date_time_ymd,
};
use trust::certificate::Certificate;

pub(crate) use KeyUsagePurpose::{
    ContentCommitment as NonRepudiation, CrlSign, DigitalSignature, KeyCertSign, KeyEncipherment,
};

pub(crate) const SERVER_AUTH: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 3, 1];
pub(crate) const CLIENT_AUTH: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 3, 2];
pub(crate) const TIME_STAMPING: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 3, 8];
pub(crate) const OCSP_SIGNING: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 3, 9];
pub(crate) const DOCUMENT_SIGNING: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 3, 36];
pub(crate) const OCSP_URL: &str = "http://ocsp.example/";

/// The moment at which everything in these tests is judged.
pub(crate) fn now() -> Timestamp {
    time("2026-11-21T01:20:03Z")
}

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// What a certificate says about its use.
#[derive(Clone)]
pub(crate) struct Profile {
    pub(crate) authority: bool,
    pub(crate) key_usages: Vec<KeyUsagePurpose>,
    pub(crate) extended: Vec<&'static [u64]>,
    pub(crate) extended_is_critical: bool,
    pub(crate) years: (i32, i32),
    pub(crate) path_length: Option<u8>,
    pub(crate) more: Vec<CustomExtension>,
}

impl Profile {
    pub(crate) fn new(key_usages: &[KeyUsagePurpose], extended: &[&'static [u64]]) -> Self {
        Self {
            authority: false,
            key_usages: key_usages.to_vec(),
            extended: extended.to_vec(),
            extended_is_critical: false,
            years: (2020, 2099),
            path_length: None,
            more: Vec::new(),
        }
    }

    pub(crate) fn authority() -> Self {
        Self { authority: true, ..Self::new(&[KeyCertSign, CrlSign], &[]) }
    }

    pub(crate) fn signing() -> Self {
        Self::new(&[NonRepudiation], &[])
    }

    pub(crate) fn authentication() -> Self {
        Self::new(&[DigitalSignature], &[CLIENT_AUTH, SERVER_AUTH])
    }

    pub(crate) fn ocsp_responder() -> Self {
        Self::new(&[DigitalSignature], &[OCSP_SIGNING])
    }

    pub(crate) fn time_stamping() -> Self {
        Self { extended_is_critical: true, ..Self::new(&[DigitalSignature], &[TIME_STAMPING]) }
    }

    pub(crate) fn valid(self, from: i32, until: i32) -> Self {
        Self { years: (from, until), ..self }
    }

    fn params(&self, name: &str) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, "Chakana tests");
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_before = date_time_ymd(self.years.0, 1, 1);
        params.not_after = date_time_ymd(self.years.1, 1, 1);
        params.use_authority_key_identifier_extension = true;
        if self.authority {
            let constraint = self.path_length.map_or(BasicConstraints::Unconstrained, BasicConstraints::Constrained);
            params.is_ca = IsCa::Ca(constraint);
        }
        params.key_usages = self.key_usages.clone();
        params.custom_extensions = self.more.clone();
        if !self.extended.is_empty() {
            params.custom_extensions.push(self.extended_key_usage());
        }
        params
    }

    /// `rcgen` never marks this extension critical, RFC 3161 demands it.
    fn extended_key_usage(&self) -> CustomExtension {
        let oids = self.extended.iter().map(|oid| const_oid::ObjectIdentifier::from_arcs(arcs(oid)).unwrap());
        let oids: Vec<u8> = oids.flat_map(|oid| tlv(0x06, oid.as_bytes())).collect();
        let mut extension = CustomExtension::from_oid_content(&[2, 5, 29, 37], tlv(0x30, &oids));
        extension.set_criticality(self.extended_is_critical);
        extension
    }
}

fn arcs(oid: &[u64]) -> Vec<u32> {
    oid.iter().map(|arc| u32::try_from(*arc).unwrap()).collect()
}

/// A short DER element.
pub(crate) fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag, u8::try_from(value.len()).unwrap()];
    assert!(value.len() < 0x80);
    bytes.extend_from_slice(value);
    bytes
}

/// Authority information access with one OCSP responder, and an issuer location that is none.
pub(crate) fn access(url: &str) -> CustomExtension {
    let location = |method: u8, url: &str| {
        let oid = tlv(0x06, &[0x2b, 6, 1, 5, 5, 7, 48, method]);
        tlv(0x30, &[oid, tlv(0x86, url.as_bytes())].concat())
    };
    let both = [location(2, "http://ca.example/ca.cer"), location(1, url)].concat();
    CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 1], tlv(0x30, &both))
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Key {
    P256,
    P384,
    P521,
    Ed25519,
    Rsa2048,
}

impl Key {
    pub(crate) const SUPPORTED: [Self; 4] = [Self::P256, Self::P384, Self::Ed25519, Self::Rsa2048];

    fn generate(self) -> KeyPair {
        match self {
            Self::P256 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256),
            Self::P384 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384),
            Self::P521 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P521_SHA512),
            Self::Ed25519 => KeyPair::generate_for(&rcgen::PKCS_ED25519),
            Self::Rsa2048 => KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048),
        }
        .unwrap()
    }
}

/// A certificate with its key.
pub(crate) struct Party {
    pub(crate) certificate: Certificate,
    key: KeyPair,
    params: CertificateParams,
}

impl Party {
    /// A root with a P-384 key.
    pub(crate) fn root(name: &str) -> Self {
        Self::root_with(&Profile::authority(), name)
    }

    pub(crate) fn root_with(profile: &Profile, name: &str) -> Self {
        let key = Key::P384.generate();
        let params = profile.params(name);
        let certificate = Certificate::from_der(params.self_signed(&key).unwrap().der()).unwrap();
        Self { certificate, key, params }
    }

    pub(crate) fn issue(&self, profile: &Profile, name: &str) -> Self {
        self.issue_to(Key::P256, profile, name)
    }

    pub(crate) fn issue_to(&self, key: Key, profile: &Profile, name: &str) -> Self {
        let (der, key, params) = self.issue_der(key, profile, name);
        Self { certificate: Certificate::from_der(&der).unwrap(), key, params }
    }

    /// The certificate as bytes, for those that cannot be read.
    pub(crate) fn issue_der(&self, key: Key, profile: &Profile, name: &str) -> (Vec<u8>, KeyPair, CertificateParams) {
        let key = key.generate();
        let params = profile.params(name);
        let issuer = Issuer::from_params(&self.params, &self.key);
        (params.signed_by(&key, &issuer).unwrap().der().to_vec(), key, params)
    }

    /// Another certificate for the same key.
    pub(crate) fn reissue(&self, party: &Party, profile: &Profile, name: &str) -> Certificate {
        let issuer = Issuer::from_params(&self.params, &self.key);
        let certificate = profile.params(name).signed_by(&party.key, &issuer).unwrap();
        Certificate::from_der(certificate.der()).unwrap()
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.key.sign(message).unwrap()
    }

    pub(crate) fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }
}

/// A root, an issuing authority below it, and nothing else yet.
pub(crate) struct Pki {
    pub(crate) root: Party,
    pub(crate) issuing: Party,
}

impl Pki {
    pub(crate) fn new() -> Self {
        let root = Party::root("root");
        let issuing = root.issue(&Profile::authority(), "issuing");
        Self { root, issuing }
    }

    pub(crate) fn anchors(&self) -> trust::path::Anchors {
        trust::path::Anchors::new(vec![self.root.certificate.clone()])
    }

    pub(crate) fn signer(&self) -> Party {
        self.issuing.issue(&Profile::signing(), "member")
    }
}
