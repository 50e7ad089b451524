//! A host with a store of its own, a clock that is set by hand, and an exchange that answers as it is told.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use clock::{ManualClock, Timestamp};
use plugin_host::calendar::Calendar;
use plugin_host::{
    Again, Agendas, Answer, CallError, Caller, Exchange, ExchangeAnswer, ExchangeCall, ExchangeRefusal, Field, Given,
    HostParts, HostSecret, LoadError, Method, Neighbour, NoDocuments, PluginHost, Principal, Request, Sender, Version,
};
use protocol::identifier::{ServiceId, SubsystemId};
use serde_json::Value;
use storage::Store;
use tempfile::TempDir;
use wasmtime::component::Component;

/// A host and what it stands on.
pub struct World {
    pub host: PluginHost,
    pub clock: Arc<ManualClock>,
    pub exchange: Arc<Scripted>,
    pub store: Store,
    folder: TempDir,
}

/// An exchange that answers by a function, and remembers what it was asked.
pub struct Scripted {
    pub asked: Mutex<Vec<ExchangeCall>>,
    answer: Mutex<Option<Answering>>,
    neighbour: Mutex<Result<Option<String>, ExchangeRefusal>>,
}

impl Default for Scripted {
    fn default() -> Self {
        Self { asked: Mutex::default(), answer: Mutex::default(), neighbour: Mutex::new(Ok(None)) }
    }
}

type Answering = Box<dyn FnMut(&ExchangeCall) -> Result<ExchangeAnswer, ExchangeRefusal> + Send>;

const SANDBOXES: u32 = 64;
pub const SUBSYSTEM: &str = "BO/GOB/1001/probe";

/// The manifest of the probe, with what a test adds to it.
pub fn manifest(name: &str, more: &str) -> String {
    let capabilities = "kv = {}\nlog = {}\nclock = {}\ntimers = {}\nrng = {}\n\
        i18n = {}\nnotices = {}\naccounts = {}\ncalendar = {}\nmetrics = {}\nblobs = {}\nevidence = {}\n\
        search = { indexes = [\"words\"] }\ncrypto = { keys = [\"seal\"] }\n\
        config = { keys = [\"greeting\"] }\nsecrets = { names = [\"pin\"] }\n\
        exchange = { services = [\"BO/GOB/1002/other/answers\"] }\n\
        outbox = { services = [\"BO/GOB/1002/other/letters\", \"BO/GOB/1001/second/script\"], topics = [\"news\"] }\n";
    format!(
        "[plugin]\nname = \"{name}\"\nversion = \"1.0.0\"\ncontract = \"0.1\"\ntitle = {{ es = \"Sonda\" }}\n\
         [[service]]\ncode = \"script\"\nopenapi = \"openapi/script.yaml\"\n\
         [capabilities]\n{capabilities}{more}"
    )
}

impl World {
    pub fn new() -> Self {
        Self::with_sandboxes(SANDBOXES)
    }

    pub fn with_sandboxes(sandboxes: u32) -> Self {
        Self::over(tempfile::tempdir().expect("a folder"), sandboxes, Agendas::Work)
    }

    /// What a restore makes of a copy of this world as it is now: its agendas wait.
    pub fn copied(&self) -> impl FnOnce() -> Self + use<> {
        let folder = tempfile::tempdir().expect("a folder");
        self.store.back_up(folder.path().join("plugins")).expect("a copy");
        move || Self::over(folder, SANDBOXES, Agendas::Wait)
    }

    /// The same world after a stop: another host over the same store.
    pub async fn restarted(self) -> Self {
        self.host.close().await;
        let Self { host, store, folder, clock, .. } = self;
        drop(host);
        store.close().await;
        let world = Self::over(folder, SANDBOXES, Agendas::Work);
        world.clock.set(clock::Clock::now(&*clock));
        world
    }

    fn over(folder: TempDir, sandboxes: u32, agendas: Agendas) -> Self {
        let store = Store::open(folder.path().join("plugins")).expect("a store");
        let clock = Arc::new(ManualClock::new(Timestamp::from_second(1_800_000_000).expect("a time")));
        let exchange = Arc::new(Scripted::default());
        let host = PluginHost::new(HostParts {
            store: store.clone(),
            exchange: exchange.clone(),
            clock: clock.clone(),
            documents: Arc::new(NoDocuments),
            blobs: folder.path().join("blobs"),
            calendar: Arc::new(Calendar::bolivia()),
            secret: HostSecret::new(&[7; 32]),
            sandboxes,
            slow_threads: 1,
            agendas,
        });
        Self { host: host.expect("a host"), clock, exchange, store, folder }
    }

    /// Loads the probe under a name.
    pub async fn load(&self, name: &str, more: &str) -> Result<(), LoadError> {
        self.host.load(self.version(name, more)).await
    }

    pub fn version(&self, name: &str, more: &str) -> Version {
        self.version_of(name, &manifest(name, more))
    }

    pub fn version_of(&self, name: &str, manifest: &str) -> Version {
        let manifest: plugin_host::manifest::Manifest = manifest.parse().unwrap_or_else(|error| panic!("{error}"));
        let subsystem = if name == "second" { "BO/GOB/1001/second" } else { SUBSYSTEM };
        Version {
            limits: *manifest.limits(),
            manifest,
            digest: "0".repeat(64),
            files: BTreeMap::new(),
            component: Component::new(self.host.engine(), probe()).expect("the probe compiles"),
            subsystem: subsystem.parse().expect("an id"),
            given: Given {
                config: BTreeMap::from([("greeting".to_owned(), "hola".to_owned())]),
                secrets: BTreeMap::from([("pin".to_owned(), "1234".to_owned())]),
                failed_calls_days: Some(7),
            },
        }
    }

    /// Whether a text stands anywhere in what the store has of the probe, keys and values; that there is something is seen to.
    pub fn store_holds(&self, text: &str) -> bool {
        let keyspace = storage::Keyspace::named("plugin/probe").expect("a name");
        let snapshot = self.store.snapshot().expect("a snapshot");
        let rows = snapshot.scan(keyspace, storage::KeyRange::all(), storage::Direction::Ascending).expect("a scan");
        let rows: Vec<storage::Entry> = rows.collect::<Result<_, _>>().expect("rows");
        assert!(rows.len() > 1, "there is something to look into");
        let holds = |bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        rows.iter().any(|(key, value)| holds(key) || holds(value))
    }

    /// Has the probe take steps in a call that may write.
    pub async fn steps(&self, script: Value) -> Result<Value, CallError> {
        self.post(SUBSYSTEM, script, None).await
    }

    pub async fn post(&self, to: &str, script: Value, sender: Option<Sender>) -> Result<Value, CallError> {
        let request = request(Method::Post, script.to_string().into_bytes(), Vec::new());
        self.call(to, request, sender).await
    }

    /// The same in a call that may only read.
    pub async fn read(&self, script: Value) -> Result<Value, CallError> {
        self.read_at(SUBSYSTEM, script).await
    }

    /// The same at another plugin.
    pub async fn read_at(&self, subsystem: &str, script: Value) -> Result<Value, CallError> {
        let query = vec![Field { name: "script".to_owned(), value: script.to_string() }];
        self.call(subsystem, request(Method::Get, Vec::new(), query), None).await
    }

    /// The same by somebody.
    pub async fn steps_by(&self, caller: Caller, script: Value) -> Result<Value, CallError> {
        let request = request(Method::Post, script.to_string().into_bytes(), Vec::new());
        self.call_by(caller, SUBSYSTEM, request, None).await
    }

    async fn call(&self, to: &str, request: Request, sender: Option<Sender>) -> Result<Value, CallError> {
        self.call_by(caller(), to, request, sender).await
    }

    async fn call_by(
        &self,
        caller: Caller,
        to: &str,
        request: Request,
        sender: Option<Sender>,
    ) -> Result<Value, CallError> {
        let service: ServiceId = format!("{to}/script").parse().expect("an id");
        let answer: Answer = self.host.call_service(&service, caller, request, sender).await?;
        Ok(serde_json::from_slice(&answer.body).expect("JSON"))
    }

    /// Sets the clock forward, and tells the agendas.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.host.clock_was_set();
    }

    /// Waits until a key has a value; the agenda works beside the test.
    pub async fn until(&self, key: &str) -> String {
        self.until_at(SUBSYSTEM, key).await
    }

    /// The same at another plugin.
    pub async fn until_at(&self, subsystem: &str, key: &str) -> String {
        let look = async || {
            let query =
                vec![Field { name: "script".to_owned(), value: serde_json::json!([{ "get": key }]).to_string() }];
            let read = self.call(subsystem, request(Method::Get, Vec::new(), query), None).await.expect("an answer");
            read[0].as_str().map(ToOwned::to_owned)
        };
        within(key, look).await
    }

    /// Waits until so many calls failed.
    pub async fn until_failures(&self, number: u64) {
        let failed = || self.host.loaded()[0].vitals().failures.value() >= number;
        within("failures", async || failed().then_some(())).await;
        // The entry that failed is put back after its call has ended.
        self.until_agenda_is_quiet().await;
    }

    /// Waits until an event has failed so often, and moves the clock past the pause after each failure but the last.
    pub async fn until_it_has_failed(&self, tries: u64) {
        for number in 1..=tries {
            self.until_failures(number).await;
            if number < tries {
                self.advance(Duration::from_secs(16 * 60));
            }
        }
    }

    /// Waits until the exchange was called so often, and nothing is under way any more.
    pub async fn until_asked(&self, number: usize) {
        within("calls of the exchange", async || (self.exchange.asked().len() >= number).then_some(())).await;
        self.until_agenda_is_quiet().await;
    }

    /// Waits until nothing on the agenda is due.
    async fn until_agenda_is_quiet(&self) {
        let keyspace = storage::Keyspace::named("plugin/probe").expect("a name");
        within("a quiet agenda", async || {
            let now = clock::Clock::now(&*self.clock).as_millisecond().to_be_bytes();
            let due = storage::KeyRange::between(vec![2]..[&[2], now.as_slice(), &[255]].concat());
            let snapshot = self.store.snapshot().expect("a snapshot");
            let mut due = snapshot.scan(keyspace, due, storage::Direction::Ascending).expect("a scan");
            due.next().is_none().then_some(())
        })
        .await;
    }
}

/// Looks again and again; what is waited for happens beside the test, in its own time.
async fn within<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), looking).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

impl Scripted {
    pub fn answers(&self, with: impl FnMut(&ExchangeCall) -> Result<ExchangeAnswer, ExchangeRefusal> + Send + 'static) {
        *self.answer.lock().expect("not poisoned") = Some(Box::new(with));
    }

    /// Which plugin of this server answers whatever is sent within the member.
    pub fn neighbour_is(&self, plugin: Result<Option<&str>, ExchangeRefusal>) {
        *self.neighbour.lock().expect("not poisoned") = plugin.map(|plugin| plugin.map(ToOwned::to_owned));
    }

    pub fn asked(&self) -> Vec<ExchangeCall> {
        self.asked.lock().expect("not poisoned").clone()
    }
}

#[async_trait]
impl Exchange for Scripted {
    async fn call(&self, call: ExchangeCall) -> Result<ExchangeAnswer, ExchangeRefusal> {
        self.asked.lock().expect("not poisoned").push(call.clone());
        match self.answer.lock().expect("not poisoned").as_mut() {
            Some(answer) => answer(&call),
            None => Err(refusal(Again::Later)),
        }
    }

    fn neighbour(&self, _: &SubsystemId, _: &ServiceId, path: &str) -> Result<Option<Neighbour>, ExchangeRefusal> {
        let plugin = self.neighbour.lock().expect("not poisoned").clone()?;
        Ok(plugin.map(|plugin| Neighbour { plugin, path: path.to_owned() }))
    }
}

pub fn refusal(again: Again) -> ExchangeRefusal {
    ExchangeRefusal { code: "scripted".to_owned(), message: "as the test says".to_owned(), again }
}

pub fn ok(body: &str) -> Result<ExchangeAnswer, ExchangeRefusal> {
    Ok(answer(200, body))
}

pub fn answer(status: u16, body: &str) -> ExchangeAnswer {
    let (headers, body) = (vec![("etag".to_owned(), "\"1\"".to_owned())], bytes::Bytes::from(body.to_owned()));
    ExchangeAnswer { status, headers, content_type: "text/plain".to_owned(), body }
}

pub fn caller() -> Caller {
    Caller {
        request_id: uuid::Uuid::now_v7().to_string(),
        principal: Principal::Entity("BO/GOB/1002/other".to_owned()),
        locale: "es".to_owned(),
        trace_parent: None,
        document: None,
    }
}

/// A call of the service `script`.
pub fn request(method: Method, body: Vec<u8>, query: Vec<Field>) -> Request {
    Request {
        service: "script".to_owned(),
        method,
        path: String::new(),
        query,
        headers: Vec::new(),
        content_type: "application/json".to_owned(),
        body,
        message_id: None,
    }
}

/// The probe's component, built once for all tests.
pub fn probe() -> &'static [u8] {
    static PROBE: OnceLock<Vec<u8>> = OnceLock::new();
    PROBE.get_or_init(|| {
        let built = Command::new(env!("CARGO"))
            .args(["rustc", "--quiet", "-p", "chakana-probe", "--crate-type", "cdylib"])
            .args(["--profile", "plugin", "--target", "wasm32-wasip2"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .expect("cargo runs");
        assert!(built.success(), "the probe is built");
        std::fs::read(target_folder().join("wasm32-wasip2/plugin/probe.wasm")).expect("the probe is there")
    })
}

/// Where cargo builds: this test lies in `TARGET/debug/deps`.
fn target_folder() -> PathBuf {
    let test = std::env::current_exe().expect("a path");
    test.ancestors().nth(3).expect("a target folder").to_owned()
}
