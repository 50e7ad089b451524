//! What the probe can be told to do.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::bindings::chakana::plugin::types::{Assurance, Context, Failure, FieldError};
use crate::bindings::chakana::plugin::{
    accounts, blobs, calendar, clock, config, crypto, evidence, exchange, i18n, kv, log, metrics, notices, outbox, rng,
    search, secrets, timers,
};
use crate::text;

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Step {
    Get(String),
    Put(String, String),
    PutBytes(String, usize),
    Delete(String),
    Add {
        key: String,
        delta: i64,
        min: Option<i64>,
        max: Option<i64>,
    },
    Count(String),
    /// Puts what the counter holds, and one more, as a value: a read and a write.
    Increment(String),
    Scan {
        start: String,
        end: Option<String>,
        limit: u32,
        reverse: bool,
    },
    Send {
        to: String,
        path: String,
        body: String,
        reply_to: Option<String>,
        not_before: Option<u64>,
    },
    Publish(String, String),
    Ask {
        to: String,
        path: String,
    },
    /// Has a document signed.
    Sign {
        name: String,
        content: String,
    },
    /// The container of a signed document, and who signed it.
    Signed(String),
    Timer {
        name: String,
        at: u64,
        payload: String,
    },
    Cancel(String),
    Config(String),
    Secret(String),
    Log(String),
    Random(u32),
    /// A text of the catalogue, with its variable `name`.
    Say {
        id: String,
        name: String,
    },
    /// Tells a citizen that text.
    Tell {
        to: String,
        id: String,
        name: String,
    },
    /// Makes an account by a document of this number, and looks it up.
    Account(String),
    /// Keeps a text in the index `words`, and finds it by its beginning.
    Find {
        text: String,
        beginning: String,
    },
    /// The date so many working days after another, in Bolivia.
    WorkingDays(String, u32),
    /// Seals a text by the key `seal`, opens it, and counts that under the name `sealed`.
    Seal(String),
    Now,
    Attempt,
    Caller,
    Fail(String, String),
    Panic(String),
    /// Panics as long as nothing stands under a key.
    PanicUnless(String),
    Print(String),
    Loop,
    /// Takes a while: so many turns that do nothing.
    Turns(u64),
    Grow(usize),
    Recurse,
    File(String),
    Connect(String),
    Environment,
}

pub fn run(context: &Context, script: &[u8]) -> Result<String, Failure> {
    let steps: Vec<Step> = serde_json::from_slice(script).map_err(|error| Failure::Internal(error.to_string()))?;
    let results = steps.into_iter().map(|step| take(context, step)).collect::<Result<Vec<_>, _>>()?;
    Ok(Value::from(results).to_string())
}

fn take(context: &Context, step: Step) -> Result<Value, Failure> {
    Ok(match step {
        Step::Get(key) => kv::get(key.as_bytes()).map(text).into(),
        Step::Put(key, value) => done(kv::put(key.as_bytes(), value.as_bytes())),
        Step::PutBytes(key, length) => done(kv::put(key.as_bytes(), &vec![b'x'; length])),
        Step::Delete(key) => done(kv::delete(key.as_bytes())),
        Step::Add { key, delta, min, max } => {
            let bounds = min.zip(max).map(|(min, max)| kv::Bounds { min, max });
            done(kv::add(key.as_bytes(), delta, bounds))
        }
        Step::Count(key) => kv::count(key.as_bytes()).into(),
        Step::Increment(key) => done(increment(&key)),
        Step::Scan { start, end, limit, reverse } => {
            let order = if reverse { kv::Order::Descending } else { kv::Order::Ascending };
            let range = kv::Range { start: start.into_bytes(), end: end.map(String::into_bytes), order, limit };
            kv::scan(&range).into_iter().map(|entry| json!([text(entry.key), text(entry.value)])).collect()
        }
        Step::Ask { to, path } => match exchange::call(&exchange::Question { to, path }) {
            Ok(answer) => json!({ "status": answer.status, "body": text(answer.body) }),
            Err(exchange::Refusal::Refused(fault)) => json!({ "refused": fault.code }),
            Err(exchange::Refusal::Unavailable(why)) => json!({ "unavailable": why }),
        },
        Step::Send { to, path, body, reply_to, not_before } => outbox::send(&outbox::Message {
            to,
            path,
            content_type: "text/plain".to_owned(),
            body: body.into_bytes(),
            reply_to,
            not_before,
        })
        .into(),
        Step::Publish(topic, body) => done(outbox::publish(&topic, "text/plain", body.as_bytes())),
        Step::Timer { name, at, payload } => done(timers::set(&name, at, payload.as_bytes())),
        Step::Sign { name, content } => {
            let (content_type, content) = ("text/plain".to_owned(), content.into_bytes());
            evidence::sign(&evidence::Document { name, content_type, content }).into()
        }
        Step::Signed(id) => evidence::signed(&id).map(|container| signed(&container)).into(),
        Step::Cancel(name) => done(timers::cancel(&name)),
        Step::Config(key) => config::get(&key).into(),
        Step::Secret(name) => secrets::get(&name).into(),
        Step::Log(message) => done(log::emit(log::Level::Info, &message, &[])),
        Step::Random(length) => rng::random(length).into(),
        Step::Say { id, name } => {
            let text = i18n::say(&id, &[named(&name)]);
            json!([text.value, text.language])
        }
        Step::Tell { to, id, name } => {
            let (arguments, link) = (vec![named(&name)], Some("/".to_owned()));
            notices::tell(&notices::Notice { to, text: id, arguments, link })
                .map_err(|why| format!("{why:?}"))
                .is_ok()
                .into()
        }
        Step::Account(number) => account(number),
        Step::Find { text, beginning } => {
            search::put(
                "words",
                &search::Document { id: text.clone().into_bytes(), text: vec![text], filters: vec![] },
            );
            let (index, filters) = ("words".to_owned(), vec![]);
            let hits = search::find(&search::Query { index, text: beginning, filters, offset: 0, limit: 10 });
            hits.ids.into_iter().map(crate::text).collect()
        }
        Step::WorkingDays(from, days) => {
            calendar::add_working_days("BO", &from, days).map_err(|why| format!("{why:?}")).unwrap_or_default().into()
        }
        Step::Seal(text) => {
            let sealed = crypto::seal("seal", b"context", text.as_bytes());
            metrics::count("sealed", 1);
            crypto::open("seal", b"context", &sealed).map(crate::text).into()
        }
        Step::Now => clock::now().into(),
        Step::Attempt => context.attempt.into(),
        Step::Caller => format!("{:?}", context.caller).into(),
        Step::Fail(kind, message) => return Err(failure(&kind, message)),
        other => misbehave(other),
    })
}

fn named(name: &str) -> i18n::Argument {
    i18n::Argument { name: "name".to_owned(), value: i18n::Value::Text(name.to_owned()) }
}

fn account(number: String) -> Value {
    let document = accounts::IdentityDocument { kind: "CI".to_owned(), number };
    let person = accounts::Person {
        document: document.clone(),
        given_names: "Ana".to_owned(),
        first_surname: None,
        second_surname: None,
        birthdate: None,
        email: None,
        telephone: None,
    };
    let made = accounts::create(&person, Assurance::Low).map(|enrolment| enrolment.code);
    let found = accounts::find(&document).map(|account| account.person.given_names);
    json!([format!("{made:?}"), format!("{found:?}")])
}

fn signed(container: &blobs::Blob) -> Value {
    let content = blobs::read(&container.id, 0, u32::MAX).unwrap_or_default();
    let hex: String = content.iter().map(|byte| format!("{byte:02x}")).collect();
    match evidence::verify(&container.id) {
        Ok(verified) => json!({ "signer": verified.signer, "container": hex }),
        Err(why) => json!({ "refused": format!("{why:?}"), "container": hex }),
    }
}

/// Puts what a key holds, and one more.
pub fn increment(key: &str) {
    let before = kv::get(key.as_bytes()).map_or(0, |value| text(value).parse::<u64>().unwrap_or(0));
    kv::put(key.as_bytes(), (before + 1).to_string().as_bytes());
}

fn misbehave(step: Step) -> Value {
    match step {
        Step::Panic(message) => panic!("{message}"),
        Step::PanicUnless(key) => match kv::get(key.as_bytes()) {
            Some(_) => Value::Null,
            None => panic!("{key} is not there"),
        },
        Step::Print(message) => done(println!("{message}")),
        Step::Loop => loop {
            std::hint::black_box(());
        },
        Step::Turns(turns) => done((0..turns).for_each(|turn| {
            std::hint::black_box(turn);
        })),
        Step::Grow(bytes) => {
            let mut held: Vec<Vec<u8>> = Vec::new();
            while held.len() * 65_536 < bytes {
                held.push(std::hint::black_box(vec![1; 65_536]));
            }
            held.len().into()
        }
        Step::Recurse => recurse(1).into(),
        Step::File(path) => std::fs::read(path).map(|file| file.len()).map_err(|error| error.to_string()).into_value(),
        Step::Connect(address) => {
            std::net::TcpStream::connect(address).map(|_| 0).map_err(|error| error.to_string()).into_value()
        }
        Step::Environment => std::env::vars().count().into(),
        _ => Value::Null,
    }
}

fn recurse(depth: u64) -> u64 {
    let frame = std::hint::black_box([depth; 64]);
    if depth == u64::MAX { frame[0] } else { recurse(depth + 1) + frame[63] }
}

fn failure(kind: &str, message: String) -> Failure {
    match kind {
        "not_found" => Failure::NotFound(message),
        "denied" => Failure::Denied(message),
        "conflict" => Failure::Conflict(message),
        "unavailable" => Failure::Unavailable(message),
        "invalid" => {
            Failure::Invalid(vec![FieldError { field: "name".to_owned(), code: "required".to_owned(), message }])
        }
        _ => Failure::Internal(message),
    }
}

fn done((): ()) -> Value {
    Value::Null
}

trait IntoValue {
    fn into_value(self) -> Value;
}

impl IntoValue for Result<usize, String> {
    fn into_value(self) -> Value {
        match self {
            Ok(length) => length.into(),
            Err(error) => json!({ "error": error }),
        }
    }
}
