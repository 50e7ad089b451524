//! What the machine can do at best.

use crate::report::{Figures, quantile};
use anyhow::{Result, anyhow};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey,
};
use std::fs::File;
use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

const DISK_FOR: Duration = Duration::from_secs(2);
const CRYPTO_FOR: Duration = Duration::from_secs(1);
const APPEND_BYTES: usize = 4096;

/// Disk and cryptography; the plain proxy is measured with the exchange.
pub(crate) fn measure(folder: &Path) -> Result<Figures> {
    std::fs::create_dir_all(folder)?;
    let mut figures = Figures::new();
    appends(folder, &mut figures)?;
    signatures(&mut figures)?;
    Ok(figures)
}

fn appends(folder: &Path, figures: &mut Figures) -> Result<()> {
    let path = folder.join("appends");
    let mut file = File::create(&path)?;
    let block = [0x5a; APPEND_BYTES];
    let (started, mut times) = (Instant::now(), Vec::new());
    while started.elapsed() < DISK_FOR {
        let one = Instant::now();
        file.write_all(&block)?;
        file.sync_data()?;
        times.push(one.elapsed().as_secs_f64() * 1000.0);
    }
    figures.insert("limits.fsync_per_second", times.len() as f64 / started.elapsed().as_secs_f64());
    times.sort_by(f64::total_cmp);
    figures.insert("limits.fdatasync_p50_ms", quantile(&times, 0.5));
    Ok(std::fs::remove_file(path)?)
}

fn signatures(figures: &mut Figures) -> Result<()> {
    let failed = |_| anyhow!("the cryptographic library failed");
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).map_err(failed)?;
    let message = [7; 150];
    let signature = key.sign(&random, &message).map_err(failed)?;
    let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key.public_key().as_ref().to_vec());
    figures.insert("limits.p256_sign_per_second", rate(|| key.sign(&random, black_box(&message)).is_ok()));
    figures.insert(
        "limits.p256_verify_per_second",
        rate(|| public.verify(black_box(&message), signature.as_ref()).is_ok()),
    );
    Ok(())
}

fn rate(mut work: impl FnMut() -> bool) -> f64 {
    let (started, mut done) = (Instant::now(), 0u32);
    while started.elapsed() < CRYPTO_FOR {
        done += u32::from(black_box(work()));
    }
    f64::from(done) / started.elapsed().as_secs_f64()
}
