//! Every seed and every past finding goes through its target once.

use std::path::Path;

#[test]
fn every_corpus_passes_its_target() {
    for (name, target) in parsers::TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
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
