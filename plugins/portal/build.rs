//! The vocabulary and the texts of many pages take more memory than what other plugins begin with.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    #[allow(clippy::disallowed_methods, reason = "cargo tells a build script its target in no other way")]
    let target = std::env::var("CARGO_CFG_TARGET_ARCH");
    if target.is_ok_and(|arch| arch == "wasm32") {
        println!("cargo:rustc-link-arg=--initial-memory=1048576");
    }
}
