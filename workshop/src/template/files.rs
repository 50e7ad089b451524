//! The files of the templates, as they lie in `templates/`, and of the contract.

use crate::folder::Language;

/// A file's name in its folder, and its text.
pub(super) type File = (&'static str, &'static str);

/// The files of a language's template, but for those that are written anew for each plugin.
pub(super) const fn of(language: Language) -> &'static [File] {
    match language {
        Language::Rust => RUST,
        Language::JavaScript => JAVASCRIPT,
        Language::Python => PYTHON,
    }
}

/// Rust's package, which names the path of the library.
pub(super) const CARGO: &str = include_str!("../../templates/rust/Cargo.toml");

/// The contract.
pub(super) const CONTRACT: &[File] = &[
    ("citizens.wit", include_str!("../../../sdk/wit/citizens.wit")),
    ("effects.wit", include_str!("../../../sdk/wit/effects.wit")),
    ("environment.wit", include_str!("../../../sdk/wit/environment.wit")),
    ("exports.wit", include_str!("../../../sdk/wit/exports.wit")),
    ("state.wit", include_str!("../../../sdk/wit/state.wit")),
    ("types.wit", include_str!("../../../sdk/wit/types.wit")),
    ("worlds.wit", include_str!("../../../sdk/wit/worlds.wit")),
];

const RUST: &[File] = &[
    (".cargo/config.toml", include_str!("../../templates/rust/.cargo/config.toml")),
    ("README.md", include_str!("../../templates/rust/README.md")),
    ("gitignore", include_str!("../../templates/rust/gitignore")),
    ("openapi/notes.yaml", include_str!("../../templates/rust/openapi/notes.yaml")),
    ("plugin.toml", include_str!("../../templates/rust/plugin.toml")),
    ("src/lib.rs", include_str!("../../templates/rust/src/lib.rs")),
    ("tests/notes.rs", include_str!("../../templates/rust/tests/notes.rs")),
];

const JAVASCRIPT: &[File] = &[
    ("README.md", include_str!("../../templates/javascript/README.md")),
    ("gitignore", include_str!("../../templates/javascript/gitignore")),
    ("html.js", include_str!("../../templates/javascript/html.js")),
    ("openapi/notes.yaml", include_str!("../../templates/javascript/openapi/notes.yaml")),
    ("package-lock.json", include_str!("../../templates/javascript/package-lock.json")),
    ("package.json", include_str!("../../templates/javascript/package.json")),
    ("plugin.js", include_str!("../../templates/javascript/plugin.js")),
    ("plugin.toml", include_str!("../../templates/javascript/plugin.toml")),
    ("test/host.js", include_str!("../../templates/javascript/test/host.js")),
    ("test/kv.js", include_str!("../../templates/javascript/test/kv.js")),
    ("test/notes.test.js", include_str!("../../templates/javascript/test/notes.test.js")),
    ("utf8.js", include_str!("../../templates/javascript/utf8.js")),
    ("wit/world.wit", include_str!("../../templates/javascript/wit/world.wit")),
];

const PYTHON: &[File] = &[
    ("README.md", include_str!("../../templates/python/README.md")),
    ("app.py", include_str!("../../templates/python/app.py")),
    ("gitignore", include_str!("../../templates/python/gitignore")),
    ("markup.py", include_str!("../../templates/python/markup.py")),
    ("openapi/notes.yaml", include_str!("../../templates/python/openapi/notes.yaml")),
    ("plugin.toml", include_str!("../../templates/python/plugin.toml")),
    ("requirements.txt", include_str!("../../templates/python/requirements.txt")),
    ("tests/__init__.py", include_str!("../../templates/python/tests/__init__.py")),
    ("tests/memory.py", include_str!("../../templates/python/tests/memory.py")),
    ("tests/test_notes.py", include_str!("../../templates/python/tests/test_notes.py")),
    ("wit/world.wit", include_str!("../../templates/python/wit/world.wit")),
];
