//! How fast P-256 keys sign: in memory, and in SoftHSM2 behind the signer process, for one caller and for four.
//!
//! What the second adds to the first is the way to the process and back, PKCS#11, and the check of what came back.

#![allow(clippy::unwrap_used, missing_docs, reason = "what cannot be unwrapped is what failed")]

use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use signer::pkcs11::TokenSettings;
use signer::{HardwareToken, Iterations, KeyAlgorithm, Pin, Signer, SoftwareToken};

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
const PIN: &str = "2468-2468";

fn sign(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let few = Iterations::new(Iterations::FLOOR).unwrap();
    let software = SoftwareToken::create_with(folder.path().join("token"), &Pin::new(PIN), few).unwrap();
    software.generate("a", KeyAlgorithm::P256).unwrap();
    measure(criterion, "memory", &software.signer("a").unwrap());
    if !Path::new(MODULE).exists() {
        println!("skipped: SoftHSM2 is not installed (scripts/install hardware)");
        return;
    }
    let hardware = hardware(folder.path());
    hardware.generate("a", KeyAlgorithm::P256).unwrap();
    measure(criterion, "hardware", &hardware.signer("a").unwrap());
}

fn measure(criterion: &mut Criterion, place: &str, signer: &Arc<dyn Signer>) {
    let mut group = criterion.benchmark_group(format!("sign/{place}"));
    group.throughput(Throughput::Elements(1));
    for callers in [1_u32, 4] {
        group.bench_function(format!("{callers} callers"), |bencher| {
            bencher.iter_custom(|iterations| {
                let began = Instant::now();
                std::thread::scope(|scope| {
                    for caller in 0..u64::from(callers) {
                        // The remainder goes to the first.
                        let share = (iterations + u64::from(callers) - 1 - caller) / u64::from(callers);
                        scope.spawn(move || (0..share).for_each(|_| drop(black_box(signer.sign(MESSAGE).unwrap()))));
                    }
                });
                began.elapsed()
            });
        });
    }
    group.finish();
}

fn hardware(folder: &Path) -> HardwareToken {
    let tokens = folder.join("tokens");
    std::fs::create_dir(&tokens).unwrap();
    let configuration = folder.join("softhsm2.conf");
    std::fs::write(&configuration, format!("directories.tokendir = {}\n", tokens.display())).unwrap();
    let init = ["--init-token", "--free", "--label", "bench", "--pin", PIN, "--so-pin", "13571357"];
    let made = Command::new("softhsm2-util").env("SOFTHSM2_CONF", &configuration).args(init).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let settings = TokenSettings {
        name: "hsm".to_owned(),
        program: program(),
        arguments: Vec::new(),
        environment: vec![("SOFTHSM2_CONF".to_owned(), configuration.to_str().unwrap().to_owned())],
        module: MODULE.into(),
        token: "bench".to_owned(),
        sessions: 4,
        timeout: Duration::from_secs(10),
        start_within: Duration::from_secs(20),
    };
    HardwareToken::start(settings, Pin::new(PIN)).unwrap()
}

/// The example beside the benchmark: `cargo build --release --example signer-process` makes it.
fn program() -> std::path::PathBuf {
    let bench = std::env::current_exe().unwrap();
    bench.parent().and_then(Path::parent).unwrap().join("examples/signer-process")
}

/// As long as the signed attributes of a message.
const MESSAGE: &[u8] = &[7; 300];

criterion_group!(benches, sign);
criterion_main!(benches);
