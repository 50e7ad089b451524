//! Packages of the probe, a guest that does what it is told, signed by whom a test likes.

use crate::World;
use crate::peer::Keys;
use crate::world::eventually;
use demo::installation::Installation;
use plugin_host::package::Package;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, OnceLock};
use trust::cades::{self, ToBeSigned};
use trust::file_container::{File, FileContainer};
use trust::ocsp;

/// A plugin that is to be packed.
#[derive(Debug, Clone)]
pub struct Probe {
    /// Its name, and the code of its one service.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Whom it may send messages to, and ask.
    pub partner: String,
    /// Its component.
    pub component: Vec<u8>,
}

/// What every probe is granted.
pub const GRANTS: &str = r#"["kv", "outbox", "exchange", "timers", "clock", "config", "secrets", "log", "rng",
    "blobs", "evidence", "i18n", "notices", "accounts", "search", "calendar", "crypto", "metrics"]"#;

/// What every probe says of its service.
pub const DESCRIPTION: &str =
    "openapi: 3.0.3\ninfo: {title: Sonda, version: '1'}\npaths:\n  /script: {get: {}, post: {}}\n";

impl Probe {
    /// The probe as a plugin of this name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self::of(name, "BO/GOV/1001/identidad/cases", component().to_vec())
    }

    /// A component of the probe as a plugin of this name, which sends to `partner`.
    #[must_use]
    pub fn of(name: &str, partner: &str, component: Vec<u8>) -> Self {
        Self { name: name.to_owned(), version: "1.0.0".to_owned(), partner: partner.to_owned(), component }
    }

    /// Its manifest.
    #[must_use]
    pub fn manifest(&self) -> String {
        let Self { name, version, partner, .. } = self;
        format!(
            "[plugin]\nname = \"{name}\"\nversion = \"{version}\"\ncontract = \"0.1\"\ntitle = {{ es = \"Sonda\" }}\n\
             [[service]]\ncode = \"{name}\"\nopenapi = \"openapi.yaml\"\n[web]\nroutes = [\"/\"]\n\
             [capabilities]\nkv = {{}}\nlog = {{}}\nclock = {{}}\ntimers = {{}}\nrng = {{}}\n\
             blobs = {{}}\nevidence = {{}}\ni18n = {{}}\nnotices = {{}}\naccounts = {{}}\ncalendar = {{}}\nmetrics = {{}}\n\
             search = {{ indexes = [\"words\"] }}\ncrypto = {{ keys = [\"seal\"] }}\n\
             config = {{ keys = [\"greeting\"] }}\nsecrets = {{ names = [\"pin\"] }}\n\
             exchange = {{ services = [\"{partner}\"] }}\noutbox = {{ services = [\"{partner}\"] }}\n"
        )
    }

    /// Its files in a container that nobody has signed.
    ///
    /// # Panics
    /// When they do not make one.
    #[must_use]
    pub fn files(&self, manifest: &str) -> FileContainer {
        let file = |name: &str, content: &[u8]| {
            let file = File::new(content);
            (name.parse().expect("a name"), file)
        };
        let files = [
            file("plugin.toml", manifest.as_bytes()),
            file("component.wasm", &self.component),
            file("openapi.yaml", DESCRIPTION.as_bytes()),
        ];
        FileContainer::new(files).expect("a container")
    }

    /// The package, signed by these keys.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn signed(&self, world: &World, keys: &Keys) -> Package {
        let package = Package::of(self.files(&self.manifest())).unwrap_or_else(|error| panic!("{error}: {error:?}"));
        package.with_signature(signature(&self.files(&self.manifest()), world, keys)).expect("a signature that fits")
    }

    /// The lines by which a server's last client runs it, open to `caller`.
    ///
    /// # Panics
    /// When its secret cannot be written.
    #[must_use]
    pub fn lines(&self, world: &World, package: &str, caller: &str) -> String {
        self.lines_in(&world.installation, package, caller)
    }

    /// The same lines for a server of an installation whose servers may be processes of their own.
    ///
    /// # Panics
    /// When its secret cannot be written.
    #[must_use]
    pub fn lines_in(&self, installation: &Installation, package: &str, caller: &str) -> String {
        let (name, secret) = (&self.name, installation.folder().join("probe-pin"));
        std::fs::write(&secret, "1234").expect("a secret");
        std::fs::set_permissions(&secret, Permissions::from_mode(0o600)).expect("a secret of the server's alone");
        let secret = secret.display();
        format!(
            "\n[[client.plugin]]\nname = \"{name}\"\npackage = \"{package}\"\ngrants = {GRANTS}\n\
             config = {{ greeting = \"hola\" }}\nsecrets = {{ pin = \"{secret}\" }}\n\
             [[client.service]]\ncode = \"{name}\"\nplugin = \"{name}\"\n\
             [[client.service.access]]\nsubject = \"{caller}\"\n"
        )
    }
}

/// A signature over the files of a container, with what proves it.
///
/// # Panics
/// When it cannot be made.
#[must_use]
pub fn signature(container: &FileContainer, world: &World, keys: &Keys) -> Vec<u8> {
    let manifest = container.to_be_signed();
    let to_be_signed = ToBeSigned::new(manifest.as_bytes(), &keys.chain[0], world.now()).expect("to be signed");
    let value = keys.signer.sign(to_be_signed.bytes()).expect("a signature");
    let status = world.trust_services.answer_ocsp(&ocsp::request(&keys.chain[0], &keys.chain[1], None));
    cades::long_form(&to_be_signed.complete(&value), &keys.chain, &[&status], None).expect("a long form")
}

impl World {
    /// Hands a package to a server, and gives its digest.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn hand_over(&self, server: &str, package: &Package) -> String {
        let bytes = package.write().expect("a file");
        let taken: Value = self.administrator(server).upload("/v1/plugins/packages", bytes).await.expect("it is taken");
        taken["package"].as_str().expect("a digest").to_owned()
    }

    /// How a plugin of a server stands.
    ///
    /// # Panics
    /// When the server does not say.
    pub async fn plugin(&self, server: &str, name: &str) -> Value {
        let listed: Value = self.administrator(server).get("/v1/plugins").await.expect("a list");
        let plugins = listed["plugins"].as_array().expect("a list");
        plugins.iter().find(|plugin| plugin["name"] == name).cloned().unwrap_or_default()
    }

    /// A plugin as a server that was started says it stands, once it was loaded or refused: a slow one is not waited for at a start.
    ///
    /// # Panics
    /// When neither comes about within a minute.
    pub async fn started_plugin(&self, server: &str, name: &str) -> Value {
        let was_tried = format!("{server} has tried to load {name}");
        eventually(&was_tried, async || self.plugin(server, name).await["state"] != "not loaded").await;
        self.plugin(server, name).await
    }
}

/// The program that compiles components for the servers of a test.
///
/// # Panics
/// When the test does not know where it lies.
#[must_use]
pub fn compiler() -> Vec<String> {
    vec![built("compile-component").to_str().expect("a path in UTF-8").to_owned()]
}

/// The probe, compiled to WebAssembly.
fn component() -> &'static [u8] {
    static COMPONENT: OnceLock<Vec<u8>> = OnceLock::new();
    COMPONENT.get_or_init(|| guest("probe"))
}

/// The component of a guest that tests have, `chakana-NAME`.
///
/// # Panics
/// When it cannot be built.
#[must_use]
pub fn guest(name: &str) -> Vec<u8> {
    static BUILT: Mutex<BTreeMap<String, Vec<u8>>> = Mutex::new(BTreeMap::new());
    // Each is built once in a program, whoever needs it first.
    BUILT.lock().expect("no other builder panicked").entry(name.to_owned()).or_insert_with(|| build_guest(name)).clone()
}

fn build_guest(name: &str) -> Vec<u8> {
    let made = Command::new(env!("CARGO"))
        .args(["rustc", "--quiet", "--package", &format!("chakana-{name}"), "--crate-type", "cdylib"])
        .args(["--profile", "plugin", "--target", "wasm32-wasip2"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .expect("cargo runs");
    assert!(made.success(), "{name} is built");
    let file = name.strip_prefix("plugin-").unwrap_or(name);
    std::fs::read(built(&format!("../wasm32-wasip2/plugin/{file}.wasm"))).expect("it is there")
}

/// What cargo built beside this test, which lies in `TARGET/debug/deps`.
pub(crate) fn built(path: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a path");
    test.ancestors().nth(2).expect("a folder of what was built").join(path)
}
