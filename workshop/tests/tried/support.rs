//! The visitors' book as somebody's plugin: built by a tool that copies what was built once.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};
use workshop::answers::Say;
use workshop::build::Tools;

/// An author's folder, with the tools that build it.
pub struct Author {
    pub folder: PathBuf,
    pub tools: Tools,
    pub said: Arc<Mutex<Vec<String>>>,
    root: tempfile::TempDir,
}

pub const MANIFEST: &str = "[plugin]\nname = \"visitors\"\nversion = \"1.0.0\"\ncontract = \"0.1\"\n\
    title = { es = \"Visitantes\" }\n[web]\nroutes = [\"/\", \"/visitors/{id}\", \"/count\", \"/writes\"]\n\
    [[web.route]]\npath = \"/who\"\naccess = \"citizen\"\n\
    [[web.route]]\npath = \"/pictures\"\naccess = \"anyone\"\nuploads = { largest = \"1 MiB\", types = [\"image/png\"] }\n\
    [capabilities]\nkv = {}\nblobs = {}\n";

impl Author {
    /// An author whose tool works.
    pub fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("visitors");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("plugin.toml"), MANIFEST).unwrap();
        fs::write(folder.join("package.json"), "{}").unwrap();
        let path = root.path().join("npm");
        let tools = Tools { cargo: path.clone(), npm: path.clone(), python: path };
        let author = Self { folder, tools, said: Arc::default(), root };
        author.tool(&format!("test \"$1\" != run || cp '{}' build/component.wasm", component().display()));
        author
    }

    /// Has the tool do something else from now on.
    pub fn tool(&self, line: &str) {
        fs::write(&self.tools.npm, format!("#!/bin/sh\n{line}\n")).unwrap();
        fs::set_permissions(&self.tools.npm, fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub fn state(&self) -> PathBuf {
        self.root.path().join("state")
    }

    pub fn compiled(&self) -> PathBuf {
        self.root.path().join("compiled")
    }

    pub fn say(&self) -> Say {
        let said = self.said.clone();
        Arc::new(move |line: &str| said.lock().unwrap().push(line.to_owned()))
    }
}

/// The program that compiles components.
pub fn compiler() -> (PathBuf, Vec<String>) {
    (target_folder().join("debug/examples/compile-component"), Vec::new())
}

fn component() -> &'static Path {
    static COMPONENT: OnceLock<PathBuf> = OnceLock::new();
    COMPONENT.get_or_init(|| {
        let built = Command::new(env!("CARGO"))
            .args(["rustc", "--quiet", "-p", "chakana-visitors", "--crate-type", "cdylib"])
            .args(["--profile", "plugin", "--target", "wasm32-wasip2"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status();
        assert!(built.expect("cargo runs").success(), "the visitors' book is built");
        target_folder().join("wasm32-wasip2/plugin/visitors.wasm")
    })
}

/// Where cargo builds: this test lies in `TARGET/debug/deps`.
fn target_folder() -> PathBuf {
    std::env::current_exe().expect("a path").ancestors().nth(3).expect("a target folder").to_owned()
}
