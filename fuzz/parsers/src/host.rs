//! Components that nobody wrote: raw bytes, components of random sections, and guests of random instructions.
//!
//! What passes the checks of an installation and compiles is loaded into a host and called, within small limits.

use arbitrary::Unstructured;
use clock::SystemClock;
use hostile::Door;
use plugin_host::calendar::Calendar;
use plugin_host::manifest::Manifest;
use plugin_host::package::{Package, Surface};
use plugin_host::{
    Agendas, Caller, Given, HostParts, HostSecret, LoadError, Method, NoDocuments, NoExchange, PluginHost, Principal,
    Request, Version, web,
};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use storage::Store;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::time::timeout;
use trust::file_container::{File, FileContainer};
use wasm_smith::{Config, Module};
use wasmtime::component::Component;

/// The first byte says what the rest is, and through which export a guest is called.
pub fn host(data: &[u8]) {
    let Some((&form, rest)) = data.split_first() else { return };
    let door = if form & 4 == 0 { Door::Service } else { Door::Web };
    match form % 4 {
        0 => check(rest),
        1 => check_package(rest, door),
        2 => {
            let Ok(component) = wasm_smith::Component::new(features(), &mut Unstructured::new(rest)) else { return };
            check(&component.to_bytes());
        }
        _ => {
            let Some(component) = guest(rest, door) else { return };
            assert!(Surface::read(&component).is_ok(), "a guest of the contract is refused");
            run(&component, door);
        }
    }
}

/// What is accepted has a surface that is the same when it is read again.
fn check(component: &[u8]) {
    if let Ok(surface) = Surface::read(component) {
        assert_eq!(Surface::read(component).ok(), Some(surface));
    }
}

/// A package that is right but for its component, and one that is nothing but random.
fn check_package(bytes: &[u8], door: Door) {
    let _ = Package::read(bytes);
    let files = [
        ("plugin.toml", door.manifest("fuzz", "").into_bytes()),
        (Package::COMPONENT, bytes.to_vec()),
        (Door::DESCRIPTION_FILE, Door::DESCRIPTION.into()),
    ];
    let files = files.into_iter().filter(|(name, _)| door == Door::Service || *name != Door::DESCRIPTION_FILE);
    let files = files.map(|(name, content)| (name.parse().expect("a name"), File::new(content)));
    let container = FileContainer::new(files).expect("a container");
    if let Ok(package) = Package::of(container) {
        let written = package.write().expect("a package that was read is written");
        assert_eq!(Package::read(&written).map(|again| again.digest()).ok(), Some(package.digest()));
        run(package.component(), door);
    }
}

/// Random instructions behind the functions of the contract; `None` where the bytes do not make any.
fn guest(bytes: &[u8], door: Door) -> Option<Vec<u8>> {
    let shape = hostile::shape(door).expect("the shape is a module");
    let config = Config { module_shape: Some(shape), ..features() };
    let module = Module::new(config, &mut Unstructured::new(bytes)).ok()?;
    hostile::component_of(module.to_bytes(), door).ok()
}

/// What plugins may use of WebAssembly, and no more of it than compiles in a moment.
fn features() -> Config {
    Config {
        bulk_memory_enabled: true,
        custom_descriptors_enabled: false,
        custom_page_sizes_enabled: false,
        exceptions_enabled: false,
        gc_enabled: false,
        max_memories: 1,
        max_memory32_bytes: 1 << 20,
        max_tables: 2,
        max_table_elements: 1_000,
        memory64_enabled: false,
        multi_value_enabled: true,
        reference_types_enabled: true,
        relaxed_simd_enabled: false,
        simd_enabled: true,
        shared_everything_threads_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    }
}

/// Loads a guest and calls it: once to read, once to write.
fn run(component: &[u8], door: Door) {
    let stage = stage();
    let Ok(component) = Component::new(stage.host.engine(), component) else { return };
    let manifest: Manifest = door.manifest("fuzz", LIMITS).parse().expect("a manifest");
    let version = Version {
        limits: *manifest.limits(),
        manifest,
        digest: String::new(),
        files: Default::default(),
        component,
        subsystem: "BO/GOB/1001/fuzz".parse().expect("an id"),
        given: Given::default(),
    };
    let called = async {
        match stage.host.load(version).await {
            Ok(()) => {}
            Err(LoadError::Link { .. }) => return,
            Err(error) => panic!("a guest of the contract is not loaded: {error:?}"),
        }
        match door {
            Door::Service => {
                for method in [Method::Get, Method::Post] {
                    // Answers, faults and refusals are all right; what is not is none of them.
                    let _ = stage.host.call_service_of("fuzz", caller(), request(method), None).await;
                }
            }
            Door::Web => {
                for method in [web::Method::Get, web::Method::Post] {
                    let plugin = stage.host.visited("fuzz", "").expect("it is loaded");
                    let _ = stage.host.call_web(&plugin, caller(), page(method), None).await;
                }
            }
        }
        stage.host.unload("fuzz");
    };
    stage.runtime.block_on(async { timeout(DEADLINE, called).await }).expect("a call ends within its time");
}

const LIMITS: &str = "memory = \"4 MiB\"\ntime = \"20 ms\"\nstorage = \"1 MiB\"\n";
/// Two calls have 20 ms each; the rest is for a machine that is busy.
const DEADLINE: Duration = Duration::from_secs(10);

/// One host for all inputs: to make one takes longer than to call it.
struct Stage {
    runtime: Runtime,
    host: PluginHost,
    _folder: TempDir,
}

fn stage() -> &'static Stage {
    static STAGE: OnceLock<Stage> = OnceLock::new();
    STAGE.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build();
        let runtime = runtime.expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let host = {
            let _entered = runtime.enter();
            PluginHost::new(HostParts {
                store: Store::open(folder.path().join("store")).expect("a store"),
                exchange: Arc::new(NoExchange),
                clock: Arc::new(SystemClock),
                documents: Arc::new(NoDocuments),
                blobs: folder.path().join("blobs"),
                calendar: Arc::new(Calendar::bolivia()),
                secret: HostSecret::new(&[7; 32]),
                sandboxes: 4,
                slow_threads: 1,
                agendas: Agendas::Work,
            })
            .expect("a host")
        };
        Stage { runtime, host, _folder: folder }
    })
}

fn caller() -> Caller {
    Caller {
        request_id: "fuzz".to_owned(),
        principal: Principal::Entity("BO/GOB/1002/other".to_owned()),
        locale: "es".to_owned(),
        trace_parent: None,
        document: None,
    }
}

fn request(method: Method) -> Request {
    Request {
        service: Door::SERVICE.to_owned(),
        method,
        path: "/case".to_owned(),
        query: Vec::new(),
        headers: Vec::new(),
        content_type: "application/json".to_owned(),
        body: b"{}".to_vec(),
        message_id: None,
    }
}

fn page(method: web::Method) -> web::Request {
    web::Request { content_type: "application/json".to_owned(), body: b"{}".to_vec(), ..web::Request::of(method, "/") }
}
