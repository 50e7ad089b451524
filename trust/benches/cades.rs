//! What a signature costs: making the short form, without the key's own work, and verifying it.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench")]

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use rcgen::{CertificateParams, KeyPair, KeyUsagePurpose, SigningKey};
use std::hint::black_box;
use trust::{
    cades::{self, ToBeSigned},
    certificate::Certificate,
};

fn short_form(criterion: &mut Criterion) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.key_usages = vec![KeyUsagePurpose::ContentCommitment];
    let certificate = params.self_signed(&key).unwrap();
    let signer = Certificate::from_der(certificate.der()).unwrap();
    let manifest = vec![b'm'; 900];
    let at = Timestamp::from_second(1_795_224_003).unwrap();
    let to_be_signed = ToBeSigned::new(&manifest, &signer, at).unwrap();
    let value = key.sign(to_be_signed.bytes()).unwrap();
    let short = to_be_signed.complete(&value);
    let long = cades::long_form(&short, std::slice::from_ref(&signer), &[], None).unwrap();

    let mut group = criterion.benchmark_group("cades");
    group.bench_function("to be signed and completed, without the key", |bencher| {
        bencher.iter(|| ToBeSigned::new(black_box(&manifest), &signer, at).unwrap().complete(&value));
    });
    group.bench_function("sign P-256, the key alone", |bencher| {
        bencher.iter(|| key.sign(black_box(to_be_signed.bytes())).unwrap());
    });
    group.bench_function("verify the short form, P-256", |bencher| {
        bencher.iter(|| cades::verify(black_box(&short), &manifest, &signer).unwrap());
    });
    group.bench_function("verify the long form, P-256", |bencher| {
        bencher.iter(|| cades::verify(black_box(&long), &manifest, &signer).unwrap());
    });
    group.bench_function("parse a certificate", |bencher| {
        bencher.iter(|| Certificate::from_der(black_box(signer.der())).unwrap());
    });
    group.finish();
}

criterion_group!(benches, short_form);
criterion_main!(benches);
