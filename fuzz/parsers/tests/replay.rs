//! Every seed and every past finding goes through its target once.

use std::path::Path;

#[test]
fn every_corpus_passes_its_target() {
    for (name, target) in parsers::TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus").join(name);
        let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut count = 0;
        for entry in entries {
            let path = entry.expect("a readable folder").path();
            println!("{}", path.display());
            target(&std::fs::read(&path).expect("a readable file"));
            count += 1;
        }
        assert!(count > 0, "{name} has no corpus");
    }
}

/// The programs that libFuzzer drives are built only where it is run: here, that none is missing and none does another's work.
#[test]
fn every_target_has_a_program() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let manifest = std::fs::read_to_string(fuzz.join("Cargo.toml")).expect("a manifest");
    for (name, _) in parsers::TARGETS {
        let program = std::fs::read_to_string(fuzz.join("fuzz_targets").join(format!("{name}.rs"))).expect(name);
        assert!(program.contains(&format!("parsers::{name}(data)")), "{program}");
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name} is not in the manifest");
    }
    let programs = std::fs::read_dir(fuzz.join("fuzz_targets")).expect("a folder").count();
    assert_eq!(programs, parsers::TARGETS.len());
}
