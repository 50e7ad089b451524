//! Lists the procedures of the folder `procedures`, so that the demo has them wherever it runs.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let (root, out) = (folder("CARGO_MANIFEST_DIR"), folder("OUT_DIR"));
    let procedures = root.join("procedures");
    println!("cargo::rerun-if-changed={}", procedures.display());
    let mut list = String::from("&[\n");
    for entity in sorted(&procedures)? {
        for file in sorted(&entity)? {
            let (entity, name) = (stem(&entity), stem(&file));
            writeln!(list, "    ({entity:?}, {name:?}, include_str!({:?})),", file.display().to_string())
                .expect("a text grows");
        }
    }
    fs::write(out.join("procedures.rs"), list + "]\n")
}

#[allow(clippy::disallowed_methods, reason = "cargo tells a build script its folders in no other way")]
fn folder(variable: &str) -> PathBuf {
    env::var_os(variable).expect("cargo says where everything is").into()
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
