//! What goes from a token to others: public keys, certificate requests and certificates, as PEM (RFC 7468).

use pkcs8::der::pem::{LineEnding, encode_string};

/// What a PEM file says that it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PemLabel {
    /// A certificate.
    Certificate,
    /// A certificate request (PKCS#10).
    CertificateRequest,
    /// A public key (`SubjectPublicKeyInfo`).
    PublicKey,
}

/// `der` as PEM.
///
/// # Panics
/// Never: the labels are such as PEM has, and what is in memory is not too long for it.
#[must_use]
pub fn pem(label: PemLabel, der: &[u8]) -> String {
    let label = match label {
        PemLabel::Certificate => "CERTIFICATE",
        PemLabel::CertificateRequest => "CERTIFICATE REQUEST",
        PemLabel::PublicKey => "PUBLIC KEY",
    };
    encode_string(label, LineEnding::LF, der).expect("the label is one that PEM has")
}

#[cfg(test)]
mod tests {
    use super::*;
    use pkcs8::der::pem::decode_vec;

    #[test]
    fn what_is_written_is_read_again_under_its_label() {
        for (label, text) in [
            (PemLabel::Certificate, "CERTIFICATE"),
            (PemLabel::CertificateRequest, "CERTIFICATE REQUEST"),
            (PemLabel::PublicKey, "PUBLIC KEY"),
        ] {
            for length in [1, 48, 49, 5000] {
                let der = vec![7; length];
                let written = pem(label, &der);
                assert!(written.ends_with(&format!("-----END {text}-----\n")), "{written}");
                assert_eq!(decode_vec(written.as_bytes()), Ok((text, der)));
            }
        }
    }
}
