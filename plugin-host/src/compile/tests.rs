use super::cache::Authenticated;
use super::*;
use crate::engine_config::engine_config;
use crate::package::Package;
use protocol::hash::Sha256Hash;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;
use wasmtime::Engine;

const COMPONENT: &str = "(component (core module $m (func (export \"f\"))) (core instance (instantiate $m)))";

fn component() -> Vec<u8> {
    wat::parse_str(COMPONENT).unwrap()
}

fn engine() -> Engine {
    Engine::new(&engine_config()).unwrap()
}

fn compiled(component: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    run_child(component, &mut output).unwrap();
    output
}

/// A server's folder with a cache in it.
struct Scene {
    folder: tempfile::TempDir,
    engine: Engine,
}

impl Scene {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), engine: engine() }
    }

    fn cache_under(&self, key: u8) -> CompiledCache {
        CompiledCache::open(self.folder.path().join("compiled"), CacheKey::new(&[key; 32]), &self.engine).unwrap()
    }

    fn file_of(&self, component: &[u8]) -> PathBuf {
        self.folder.path().join(format!("compiled/{}.cwasm", Sha256Hash::of(component)))
    }

    fn keep(&self, component: &[u8]) -> Authenticated {
        let cache = self.cache_under(1);
        let draft = cache.draft(&Sha256Hash::of(component)).unwrap();
        std::io::Write::write_all(&mut draft.output().unwrap(), &compiled(component)).unwrap();
        cache.keep(draft).unwrap()
    }

    /// A loader whose compiler is a shell script.
    fn loader(&self, script: &str, limits: CompileLimits) -> ComponentLoader {
        let arguments = vec!["-c".to_owned(), script.to_owned()];
        ComponentLoader::new(
            self.engine.clone(),
            self.cache_under(1),
            Compiler::new("/bin/sh".into(), arguments, limits),
        )
    }

    /// A script that does what the compiler does with this component, whatever it is given.
    fn script(&self, component: &[u8]) -> String {
        let path = self.folder.path().join("result");
        fs::write(&path, compiled(component)).unwrap();
        format!("/bin/cat > /dev/null; /bin/cat {}", path.display())
    }
}

fn found(scene: &Scene, component: &[u8]) -> Result<Option<Authenticated>, CacheError> {
    scene.cache_under(1).find(&Sha256Hash::of(component))
}

#[test]
fn finds_what_it_kept() {
    let scene = Scene::new();
    assert!(found(&scene, &component()).unwrap().is_none());
    let kept = scene.keep(&component());
    assert_eq!(kept.bytes(), compiled(&component()));
    let found = found(&scene, &component()).unwrap().unwrap();
    assert_eq!(found.bytes(), kept.bytes());
    deserialize::component(&scene.engine, &found).unwrap();
}

#[test]
fn keeps_its_files_to_itself() {
    let scene = Scene::new();
    scene.keep(&component());
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(scene.folder.path().join("compiled")), 0o700);
    assert_eq!(mode(scene.file_of(&component())), 0o600);
    fs::set_permissions(scene.folder.path().join("compiled"), fs::Permissions::from_mode(0o750)).unwrap();
    let opened = CompiledCache::open(scene.folder.path().join("compiled"), CacheKey::new(&[1; 32]), &scene.engine);
    assert!(matches!(opened, Err(CacheError::Exposed { mode: 0o750, .. })));
}

#[test]
fn refuses_a_changed_or_shortened_file() {
    let scene = Scene::new();
    scene.keep(&component());
    let path = scene.file_of(&component());
    let bytes = fs::read(&path).unwrap();
    for at in (0..bytes.len()).step_by(97).chain([0, 30, 70, 100, 130, bytes.len() - 1]) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        fs::write(&path, changed).unwrap();
        assert!(matches!(found(&scene, &component()), Err(CacheError::NotOurs { .. })), "byte {at}");
    }
    for end in [0, 10, 60, 130, bytes.len() - 1] {
        fs::write(&path, &bytes[..end]).unwrap();
        assert!(matches!(found(&scene, &component()), Err(CacheError::NotOurs { .. })), "cut at {end}");
    }
}

#[test]
fn refuses_a_file_of_another_component_key_or_engine() {
    let scene = Scene::new();
    scene.keep(&component());
    let other = wat::parse_str("(component)").unwrap();
    fs::copy(scene.file_of(&component()), scene.file_of(&other)).unwrap();
    assert!(matches!(found(&scene, &other), Err(CacheError::NotOurs { .. })));
    let digest = Sha256Hash::of(&component());
    assert!(matches!(scene.cache_under(2).find(&digest), Err(CacheError::NotOurs { .. })));
    let mut config = engine_config();
    config.epoch_interruption(false);
    let folder = scene.folder.path().join("compiled");
    let cache = CompiledCache::open(folder, CacheKey::new(&[1; 32]), &Engine::new(&config).unwrap()).unwrap();
    assert!(matches!(cache.find(&digest), Err(CacheError::NotOurs { .. })));
}

#[tokio::test]
async fn compiles_once_and_loads_from_the_cache_afterwards() {
    let scene = Scene::new();
    let loader = scene.loader(&scene.script(&component()), CompileLimits::default());
    loader.load(&component()).await.unwrap();
    scene.loader("exit 1", CompileLimits::default()).load(&component()).await.unwrap();
}

#[tokio::test]
async fn compiles_again_what_is_not_its_own() {
    let scene = Scene::new();
    scene.keep(&component());
    let path = scene.file_of(&component());
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, [&bytes[..], b"x"].concat()).unwrap();
    scene.loader(&scene.script(&component()), CompileLimits::default()).load(&component()).await.unwrap();
    assert!(found(&scene, &component()).unwrap().is_some());
}

async fn refusal(script: &str, limits: CompileLimits) -> String {
    let scene = Scene::new();
    let error = scene.loader(script, limits).load(&component()).await.expect_err(script);
    assert!(fs::read_dir(scene.folder.path().join("compiled")).unwrap().next().is_none(), "nothing is left behind");
    std::error::Error::source(&error).map(ToString::to_string).unwrap_or_else(|| error.to_string())
}

#[tokio::test]
async fn says_in_the_compilers_words_what_it_refused() {
    let said = refusal("/bin/cat > /dev/null; echo 'not a component' >&2; exit 1", CompileLimits::default()).await;
    assert!(said.contains("not a component"), "{said}");
    let said = refusal("exit 3", CompileLimits::default()).await;
    assert!(said.contains("ended with"), "{said}");
}

#[tokio::test]
async fn cuts_off_a_compilation_at_each_limit() {
    let usual = CompileLimits::default();
    let processor = CompileLimits { processor_time: Duration::from_secs(1), ..usual };
    assert!(refusal("read line; while :; do :; done", processor).await.contains("processor time"));
    let wall = CompileLimits { wall_time: Duration::from_millis(100), ..usual };
    assert!(refusal("kill -STOP $$", wall).await.contains("the time that it may take"));
    let output = CompileLimits { output_bytes: 4096, ..usual };
    let said = refusal("/bin/cat > /dev/null; exec /bin/cat /dev/zero", output).await;
    assert!(said.contains("length") || said.contains("large"), "{said}");
}

#[test]
fn the_child_refuses_what_is_no_component() {
    for garbage in [&b""[..], b"\0asm", b"garbage", &wat::parse_str("(module)").unwrap()] {
        assert!(matches!(run_child(garbage, std::io::sink()), Err(ChildError::Component(_))));
    }
    let large = std::io::Read::take(std::io::repeat(0), Package::MAX_COMPONENT_BYTES as u64 + 1);
    assert!(matches!(run_child(large, std::io::sink()), Err(ChildError::TooLarge)));
}

#[test]
fn the_child_refuses_more_than_a_thousand_instances() {
    let instances = "(core instance (instantiate $m))".repeat(1001);
    let component = wat::parse_str(format!("(component (core module $m) {instances})")).unwrap();
    assert!(matches!(run_child(&component[..], std::io::sink()), Err(ChildError::Component(_))));
}

#[test]
fn makes_a_key_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    assert!(CacheKey::open_or_make(&path).is_ok());
    let bytes = fs::read(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(CacheKey::open_or_make(&path).is_ok());
    assert_eq!(fs::read(&path).unwrap(), bytes);
    fs::write(&path, b"short").unwrap();
    assert!(matches!(CacheKey::open_or_make(&path), Err(KeyError::Length { .. })));
}
