//! Bytes from anywhere: no parser panics, whatever it is given.

use crate::authority::*;
use proptest::{collection::vec, prelude::*, sample::Index};
use protocol::hash::Sha256Hash;
use std::{sync::LazyLock, time::Duration};
use trust::{
    cades::{self, ToBeSigned},
    certificate::Certificate,
    ocsp, timestamp,
};

/// Well-formed messages to be damaged.
struct Corpus {
    pki: Pki,
    signer: Party,
    messages: Vec<Vec<u8>>,
}

static CORPUS: LazyLock<Corpus> = LazyLock::new(|| {
    let pki = Pki::new();
    let signer = pki.signer();
    let to_be_signed = ToBeSigned::new(b"manifest", &signer.certificate, now()).unwrap();
    let short = to_be_signed.complete(&signer.sign(to_be_signed.bytes()));
    let response = crate::ocsp::good_response(&pki, &signer.certificate);
    let token = crate::timestamp::token(&pki, b"manifest");
    let long = cades::long_form(&short, std::slice::from_ref(&signer.certificate), &[&response], Some(&token)).unwrap();
    let status_request = ocsp::request(&signer.certificate, &pki.issuing.certificate, Some(b"nonce"));
    let time_request = timestamp::request(&Sha256Hash::of(b"manifest"), 7);
    let certificate = signer.certificate.der().to_vec();
    let messages = vec![short, long, response, token, status_request, time_request, certificate];
    Corpus { pki, signer, messages }
});

/// Gives the bytes to every parser. Their verdicts do not matter here, only that there are some.
fn parse_everything(bytes: &[u8]) {
    let Corpus { pki, signer, .. } = &*CORPUS;
    let (certificate, issuer) = (&signer.certificate, &pki.issuing.certificate);
    let imprint = Sha256Hash::of(b"manifest");
    let _ = Certificate::from_der(bytes).map(|certificate| (certificate.role(), certificate.serial_hex()));
    let _ = cades::verify(bytes, b"manifest", certificate);
    let _ = cades::embedded(bytes);
    let _ = cades::long_form(bytes, &[], &[bytes], Some(bytes));
    let _ = ocsp::verify(bytes, certificate, issuer, now(), Duration::from_secs(60), None);
    let _ = ocsp::responder::parse_request(bytes);
    let _ = timestamp::token_of(bytes, &imprint, 7);
    let _ = timestamp::verify(bytes, &imprint, std::slice::from_ref(certificate), &pki.anchors(), now());
    let _ = timestamp::authority::parse_request(bytes);
}

proptest! {
    #[test]
    fn arbitrary_bytes_make_no_parser_panic(bytes in vec(any::<u8>(), 0..512)) {
        parse_everything(&bytes);
    }

    #[test]
    fn damaged_messages_make_no_parser_panic(
        which: Index,
        damage in vec((any::<Index>(), any::<u8>()), 1..4),
        cut: Index,
    ) {
        let mut bytes = which.get(&CORPUS.messages).clone();
        for (index, value) in damage {
            let position = index.index(bytes.len());
            bytes[position] = value;
        }
        parse_everything(&bytes);
        parse_everything(&bytes[..cut.index(bytes.len())]);
    }
}
