//! The host of the behaviour tests over components: a plugin host with a store, a clock set by hand, and an exchange that
//! leads to plugins of the same host, or to what a test scripts.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use clock::{Clock as _, ManualClock, Timestamp};
use plugin_host::calendar::Calendar;
use plugin_host::{
    Again, Agendas, CallError, Caller, EntryKind, Exchange, ExchangeAnswer, ExchangeCall, ExchangeMethod,
    ExchangeRefusal, Field, Given, HostParts, HostSecret, Method, Neighbour, NoDocuments, PluginHost, Principal,
    Version,
};
use protocol::identifier::{ServiceId, SubsystemId};
use sdk::Answer;
use sdk::harness::{Call, Host, Installation, NoAnswer, Received, Scripted, Waiting};
use sdk::outbox::Message;
use storage::Store;
use tokio::runtime::Runtime;
use wasmtime::component::Component;

use super::built::Built;

pub struct Components {
    runtime: Runtime,
    host: Arc<PluginHost>,
    clock: Arc<ManualClock>,
    services: Arc<Services>,
    installed: Vec<String>,
    /// Which component stands for which plugin.
    twins: HashMap<String, String>,
    _folder: tempfile::TempDir,
}

/// What is at the other end of the exchange.
#[derive(Default)]
struct Services {
    host: OnceLock<Arc<PluginHost>>,
    scripts: Mutex<BTreeMap<String, Script>>,
}

#[derive(Default)]
struct Script {
    answers: VecDeque<Scripted>,
    received: Vec<Received>,
}

/// Steps of one wait: more mean that plugins keep each other busy.
const MOST_LOOKS: u32 = 2_000_000;

impl Components {
    pub fn new() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(ManualClock::new(Timestamp::from_second(1_800_000_000).expect("a time")));
        let services = Arc::new(Services::default());
        let parts = HostParts {
            store: Store::open(folder.path().join("state")).expect("a store"),
            exchange: services.clone(),
            clock: clock.clone(),
            documents: Arc::new(NoDocuments),
            blobs: folder.path().join("blobs"),
            calendar: Arc::new(Calendar::bolivia()),
            secret: HostSecret::new(&[7; 32]),
            sandboxes: 32,
            slow_threads: 1,
            agendas: Agendas::Work,
        };
        let host = Arc::new(PluginHost::new(parts).expect("a host"));
        assert!(services.host.set(host.clone()).is_ok(), "it is set once");
        Self { runtime, host, clock, services, installed: Vec::new(), twins: HashMap::new(), _folder: folder }
    }

    /// A host in which another component stands for a plugin.
    pub fn with_twin(plugin: &str, twin: &str) -> Self {
        let mut components = Self::new();
        components.twins.insert(plugin.to_owned(), twin.to_owned());
        components
    }

    fn next_due(&self) -> Option<Timestamp> {
        let agendas = self.installed.iter().map(|name| self.host.agenda(name, 1).expect("an agenda"));
        agendas.filter_map(|entries| entries.first().map(|entry| entry.due)).min()
    }

    fn set_clock(&self, to: Timestamp) {
        self.clock.set(to);
        let _within = self.runtime.enter();
        self.host.clock_was_set();
    }
}

impl Host for Components {
    fn install(&mut self, installation: Installation) {
        let component = self.twins.get(&installation.plugin).unwrap_or(&installation.plugin);
        let built = Built::of(component);
        let manifest: plugin_host::manifest::Manifest =
            built.manifest.parse().unwrap_or_else(|error| panic!("{error}"));
        self.installed.push(manifest.name().as_str().to_owned());
        let version = Version {
            limits: *manifest.limits(),
            manifest,
            digest: String::new(),
            files: BTreeMap::new(),
            component: Component::new(self.host.engine(), &built.component).expect("it compiles"),
            subsystem: installation.subsystem.parse().expect("an id"),
            given: Given { config: installation.config, secrets: installation.secrets, ..Given::default() },
        };
        self.runtime.block_on(self.host.load(version)).unwrap_or_else(|error| panic!("{error:?}"));
    }

    fn script(&mut self, service: &str, answers: Vec<Scripted>) {
        let mut scripts = self.services.scripts.lock().expect("not poisoned");
        scripts.entry(service.to_owned()).or_default().answers = answers.into();
    }

    fn call(&mut self, call: Call) -> Result<Answer, NoAnswer> {
        let service: ServiceId = call.service.parse().expect("an id");
        let mut request = request(&service, method(call.method), &call.path, call.content_type, call.body, None);
        let sent = call.headers.iter().map(|header| (header.name.as_str(), header.value.as_str()));
        request.headers = plugin_host::request_headers(sent);
        let principal = match call.caller {
            sdk::Caller::Entity(subsystem) => Principal::Entity(subsystem),
            _ => Principal::Anonymous,
        };
        let answered = self.runtime.block_on(self.host.call_service(&service, caller(principal), request, None));
        match answered {
            Ok(answer) => Ok(Answer {
                status: answer.status,
                headers: answer.headers.into_iter().map(|Field { name, value }| sdk::Field { name, value }).collect(),
                content_type: answer.content_type,
                body: answer.body,
            }),
            Err(CallError::Failed(failure)) => Err(NoAnswer::Failed(of(failure))),
            Err(CallError::Fault(fault)) => Err(NoAnswer::Stopped(fault.to_string())),
            Err(other) => Err(NoAnswer::Unavailable(other.to_string())),
        }
    }

    fn deliver(&mut self) {
        for _ in 0..MOST_LOOKS {
            if self.next_due().is_none_or(|due| due > self.clock.now()) {
                return;
            }
            std::thread::yield_now();
        }
        panic!("something is always due");
    }

    fn advance(&mut self, by: Duration) {
        let until = self.clock.now().checked_add(by).expect("a time");
        self.deliver();
        while let Some(due) = self.next_due().filter(|due| *due <= until) {
            self.set_clock(due);
            self.deliver();
        }
        self.set_clock(until);
        self.deliver();
    }

    fn now(&self) -> sdk::Timestamp {
        milliseconds(self.clock.now())
    }

    fn waiting(&self) -> Vec<Waiting> {
        let mut waiting = Vec::new();
        for plugin in &self.installed {
            for entry in self.host.agenda(plugin, 1_000).expect("an agenda") {
                let EntryKind::Message(message) = entry.kind else { continue };
                let due = milliseconds(entry.due);
                let id = message.id;
                let message = Message {
                    to: message.to,
                    path: message.path,
                    content_type: message.content_type,
                    body: message.body,
                    reply_to: message.reply_to,
                    not_before: None,
                };
                waiting.push(Waiting { plugin: plugin.clone(), id, message, due });
            }
        }
        waiting
    }

    fn received(&self, service: &str) -> Vec<Received> {
        let scripts = self.services.scripts.lock().expect("not poisoned");
        scripts.get(service).map(|script| script.received.clone()).unwrap_or_default()
    }
}

#[async_trait]
impl Exchange for Services {
    async fn call(&self, call: ExchangeCall) -> Result<ExchangeAnswer, ExchangeRefusal> {
        if let Some(answer) = self.scripted(&call) {
            return answer;
        }
        let host = self.host.get().expect("it is set before anything is installed");
        let method = match call.method {
            ExchangeMethod::Get => Method::Get,
            ExchangeMethod::Post => Method::Post,
        };
        let message_id = (call.method == ExchangeMethod::Post).then(|| call.id.clone());
        let sender = message_id.clone();
        let request = request(&call.service, method, &call.path, call.content_type, call.body.to_vec(), message_id);
        let sender = sender.map(|message_id| plugin_host::Sender { subsystem: call.client.clone(), message_id });
        let caller = caller(Principal::Entity(call.client.to_string()));
        match host.call_service(&call.service, caller, request, sender).await {
            Ok(answer) => Ok(answer_of(answer)),
            Err(CallError::Failed(failure)) => Ok(answer_of(plugin_host::answer_of_failure(&failure))),
            Err(error) => Err(refusal("unavailable", &error.to_string(), Again::Later)),
        }
    }

    fn neighbour(
        &self,
        _: &SubsystemId,
        service: &ServiceId,
        path: &str,
    ) -> Result<Option<Neighbour>, ExchangeRefusal> {
        let host = self.host.get().expect("it is set before anything is installed");
        let neighbour = |plugin: &str| Neighbour { plugin: plugin.to_owned(), path: path.to_owned() };
        Ok(host.serving(service).map(|plugin| neighbour(plugin.name())))
    }
}

impl Services {
    fn scripted(&self, call: &ExchangeCall) -> Option<Result<ExchangeAnswer, ExchangeRefusal>> {
        let mut scripts = self.scripts.lock().expect("not poisoned");
        let script = scripts.get_mut(&call.service.to_string())?;
        let said = if script.answers.len() > 1 { script.answers.pop_front() } else { script.answers.front().cloned() };
        let said = match said? {
            Scripted::Unavailable => return Some(Err(refusal("unavailable", "nobody answers", Again::Later))),
            Scripted::Refused(fault) => Err(refusal(&fault.code, &fault.message, Again::Never)),
            Scripted::Answer(answer) => Ok(ExchangeAnswer {
                status: answer.status,
                headers: answer.headers.into_iter().map(|header| (header.name, header.value)).collect(),
                content_type: answer.content_type,
                body: answer.body.into(),
            }),
        };
        let message_id = (call.method == ExchangeMethod::Post).then(|| call.id.clone());
        let again = message_id.is_some() && script.received.iter().any(|one| one.message_id == message_id);
        if !again {
            script.received.push(Received {
                message_id,
                sender: call.client.to_string(),
                path: call.path.clone(),
                body: call.body.to_vec(),
            });
        }
        Some(said)
    }
}

fn milliseconds(time: Timestamp) -> sdk::Timestamp {
    sdk::Timestamp::from_millisecond(u64::try_from(time.as_millisecond()).expect("a time after 1970"))
}

fn refusal(code: &str, message: &str, again: Again) -> ExchangeRefusal {
    ExchangeRefusal { code: code.to_owned(), message: message.to_owned(), again }
}

fn answer_of(answer: plugin_host::Answer) -> ExchangeAnswer {
    ExchangeAnswer {
        status: answer.status,
        headers: answer.headers.into_iter().map(|header| (header.name, header.value)).collect(),
        content_type: answer.content_type,
        body: answer.body.into(),
    }
}

fn caller(principal: Principal) -> Caller {
    let request_id = uuid::Uuid::new_v4().to_string();
    Caller { request_id, principal, locale: "es".to_owned(), trace_parent: None, document: None }
}

fn request(
    service: &ServiceId,
    method: Method,
    path: &str,
    content_type: String,
    body: Vec<u8>,
    message_id: Option<String>,
) -> plugin_host::Request {
    let (path, query) = plugin_host::split_path(path);
    let (service, headers) = (service.code().to_owned(), Vec::new());
    plugin_host::Request { service, method, path, query, headers, content_type, body, message_id }
}

fn method(method: sdk::Method) -> Method {
    match method {
        sdk::Method::Get => Method::Get,
        sdk::Method::Head => Method::Head,
        sdk::Method::Post => Method::Post,
        sdk::Method::Put => Method::Put,
        sdk::Method::Delete => Method::Delete,
        sdk::Method::Patch => Method::Patch,
        sdk::Method::Options => Method::Options,
    }
}

fn of(failure: plugin_host::Failure) -> sdk::Failure {
    use plugin_host::Failure as F;
    match failure {
        F::NotFound(why) => sdk::Failure::NotFound(why),
        F::Denied(why) => sdk::Failure::Denied(why),
        F::Conflict(why) => sdk::Failure::Conflict(why),
        F::Unavailable(why) => sdk::Failure::Unavailable(why),
        F::Internal(why) => sdk::Failure::Internal(why),
        F::Other(plugin_host::OtherFailure { status, code, message }) => {
            sdk::Failure::Other(sdk::OtherFailure { status, code, message })
        }
        F::Invalid(errors) => sdk::Failure::Invalid(
            errors
                .into_iter()
                .map(|plugin_host::FieldError { field, code, message }| sdk::FieldError { field, code, message })
                .collect(),
        ),
    }
}
