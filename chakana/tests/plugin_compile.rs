//! Components compiled by the real binary, in a process with limits.

#![allow(clippy::unwrap_used, reason = "in a test, what cannot be unwrapped is what failed")]

use plugin_host::compile::{CompileError, CompileLimits, Compiler};
use std::fs::File;
use std::time::Duration;

async fn compile(component: &[u8], limits: CompileLimits) -> (Result<(), CompileError>, u64) {
    let output = tempfile::tempfile().unwrap();
    let arguments = vec!["plugin-compile".to_owned()];
    let compiler = Compiler::new(env!("CARGO_BIN_EXE_chakana").into(), arguments, limits);
    let done = compiler.compile(component, output.try_clone().unwrap()).await;
    (done, length(&output))
}

fn length(file: &File) -> u64 {
    file.metadata().unwrap().len()
}

/// Bytes of this process that are in memory.
fn resident_bytes() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * rustix::param::page_size() as u64
}

#[tokio::test]
async fn compiles_a_component() {
    let text = "(component (core module $m (func (export \"f\"))) (core instance (instantiate $m)))";
    let (done, length) = compile(&wat::parse_str(text).unwrap(), CompileLimits::default()).await;
    done.unwrap();
    assert!(length > 1_000);
}

#[tokio::test]
async fn passes_on_why_a_component_is_refused() {
    for garbage in [&b"garbage"[..], b"", &wat::parse_str("(module)").unwrap()] {
        let (done, length) = compile(garbage, CompileLimits::default()).await;
        assert!(matches!(&done, Err(CompileError::Refused { reason }) if reason.contains("refused")), "{done:?}");
        assert_eq!(length, 0);
    }
}

#[tokio::test]
async fn a_compile_bomb_costs_the_server_nothing() {
    let functions = "(func (param i32) (result i32) local.get 0 i32.const 1 i32.add)".repeat(100_000);
    let bomb = wat::parse_str(format!("(component (core module {functions}))")).unwrap();
    assert!(bomb.len() < 1_500_000);
    let usual = CompileLimits::default();
    let little_memory = CompileLimits { memory_bytes: 256 * 1024 * 1024, ..usual };
    let little_time = CompileLimits { processor_time: Duration::from_secs(1), ..usual };
    for limits in [little_memory, little_time] {
        let before = resident_bytes();
        let (done, _) = compile(&bomb, limits).await;
        assert!(matches!(done, Err(CompileError::Limit { .. })), "{done:?}");
        assert!(resident_bytes() < before + 32 * 1024 * 1024);
    }
}
