//! A harness with one plugin that does nothing by itself: tests run pieces of code as its calls.

use sdk::harness::{Harness, Host, Installation, Plugin};
use sdk::{Answer, Context, Event, Events, Failure, Lifecycle, Request, Service};

pub const SUBSYSTEM: &str = "CK/GOB/1/notes";
#[allow(dead_code, reason = "not every test file calls the service")]
pub const NOTES: &str = "CK/GOB/1/notes/notes";
pub const ELSEWHERE: &str = "CK/GOB/2/archive/papers";

const MANIFEST: &str = r#"
[plugin]
name = "notes"
version = "0.1.0"
contract = "0.1"
[[service]]
code = "notes"
openapi = "openapi/notes.yaml"
[capabilities]
kv = {}
log = {}
clock = {}
timers = {}
blobs = {}
evidence = {}
calendar = {}
metrics = {}
rng = {}
outbox = { services = ["config:archive"], topics = ["noted"] }
exchange = { services = ["config:archive"] }
search = { indexes = ["notes"] }
crypto = { keys = ["letters"] }
config = { keys = ["archive"] }
secrets = { names = ["pepper"] }
[[subscription]]
topic = "noted"
publisher = "notes"
[[cron]]
name = "nightly"
schedule = "0 3 * * *"
time-zone = "America/La_Paz"
"#;

/// Answers by writing down what it is told; keeps the names of its events.
pub struct Notes;

impl Service for Notes {
    fn handle(_: Context, request: Request) -> Result<Answer, Failure> {
        if request.path == "/refuse" {
            sdk::kv::put(b"left", b"nothing");
            return Err(Failure::invalid("note", "refused", "is refused"));
        }
        sdk::kv::put(b"note", &request.body);
        let status = if request.path == "/answer-503" { 503 } else { 200 };
        let shown = request.headers.iter().map(|header| format!("{}={}", header.name, header.value));
        let shown = shown.collect::<Vec<_>>().join(" ");
        Ok(Answer::json(status, &"noted")?.with_header("etag", format!("\"{shown}\"")))
    }
}

/// Its health writes, which it may not.
impl Lifecycle for Notes {
    fn migrate(_: Context, _: u32, _: u32, _: Option<String>) -> Result<Option<String>, Failure> {
        Ok(None)
    }

    fn health(_: Context) -> Result<(), Failure> {
        sdk::kv::put(b"health", b"good");
        Ok(())
    }
}

impl Events for Notes {
    fn handle(_: Context, event: Event) -> Result<(), Failure> {
        sdk::ensure!(sdk::kv::get(b"deaf").is_none(), Failure::Unavailable("does not listen".to_owned()));
        let text = match event {
            Event::Timer(timer) => format!("timer {} at {}", timer.name, timer.at),
            Event::Cron(name) => format!("cron {name} at {}", sdk::clock::now()),
            Event::Reply(reply) => format!("reply {} {}", reply.reply_to, reply.answer.status),
            Event::Undelivered(undelivered) => format!("undelivered {}", undelivered.code),
            Event::Topic(published) => format!("topic {} by {}", published.topic, published.publisher),
        };
        sdk::log::info("event", &[("event", &text)]);
        Ok(())
    }
}

pub fn plugin() -> Plugin {
    Plugin::new(MANIFEST).service::<Notes>().events::<Notes>().lifecycle::<Notes>()
}

pub fn harness() -> Harness {
    let mut harness = Harness::new().know(plugin());
    harness.install(Installation::of("notes", SUBSYSTEM).config("archive", ELSEWHERE).secret("pepper", "black"));
    harness
}

/// The events that the plugin handled, as it wrote them down.
#[allow(dead_code, reason = "not every test file has events")]
pub fn events(harness: &Harness) -> Vec<String> {
    harness.log().iter().map(|line| line.fields[0].value.clone()).collect()
}
