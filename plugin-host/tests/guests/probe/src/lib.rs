//! A guest for tests of the host: each call carries a script of steps, and is answered with what each step gave.
//!
//! A service answers with what it is sent in a header: as `etag`, and what was sent as `if-match` as `set-cookie`, which it may
//! not. A service or page takes the script from its body, or without one from the parameter `script`. An event is kept under
//! `event/NUMBER`; then the script that stands under `on/KIND` is run, if there is one. A reply whose label begins with
//! `count/` is only counted under its label, so that many at once do not meet at one number.
#![cfg(target_arch = "wasm32")]

mod script;

mod bindings {
    wit_bindgen::generate!({
        path: "../../../../sdk/wit",
        world: "plugin",
        generate_all,
    });
}

use bindings::chakana::plugin::kv;
use bindings::chakana::plugin::types::{Context, Failure, Field};
use bindings::exports::chakana::plugin::{events, lifecycle, service, web};

struct Probe;

bindings::export!(Probe with_types_in bindings);

fn run(context: &Context, query: &[Field], body: &[u8]) -> Result<String, Failure> {
    let from_query = query.iter().find(|field| field.name == "script").map(|field| field.value.as_bytes());
    let script = if body.is_empty() { from_query.unwrap_or(b"[]") } else { body };
    script::run(context, script)
}

impl service::Guest for Probe {
    fn handle(context: Context, request: service::Request) -> Result<service::Answer, Failure> {
        let body = run(&context, &request.query, &request.body)?.into_bytes();
        let headers = request.headers.iter().map(|sent| match sent.name.as_str() {
            "if-match" => Field { name: "set-cookie".to_owned(), value: sent.value.clone() },
            _ => Field { name: "etag".to_owned(), value: sent.value.clone() },
        });
        let (headers, content_type) = (headers.collect(), "application/json".to_owned());
        Ok(service::Answer { status: 200, headers, content_type, body })
    }
}

impl web::Guest for Probe {
    fn handle(context: Context, request: web::Request) -> Result<web::Response, Failure> {
        let content = web::Content::Json(run(&context, &request.query, &request.body)?);
        let headers = request.query.into_iter().filter(|field| field.name == "cache-control").collect();
        Ok(web::Response { status: 200, headers, content })
    }
}

impl events::Guest for Probe {
    fn handle(context: Context, event: events::Event) -> Result<(), Failure> {
        if let events::Event::Reply(reply) = &event
            && reply.reply_to.starts_with("count/")
        {
            script::increment(&reply.reply_to);
            return Ok(());
        }
        let (kind, told) = match event {
            events::Event::Timer(timer) => ("timer", format!("{} {}", timer.name, text(timer.payload))),
            events::Event::Cron(name) => ("cron", name),
            events::Event::Reply(reply) => {
                ("reply", format!("{} {} {}", reply.reply_to, reply.answer.status, text(reply.answer.body)))
            }
            events::Event::Undelivered(message) => ("undelivered", format!("{} {}", message.to, message.code)),
            events::Event::Topic(news) => ("topic", format!("{} {} {}", news.publisher, news.topic, text(news.body))),
        };
        let number = kv::count(b"events") + 1;
        kv::add(b"events", 1, None);
        kv::put(format!("event/{number:06}").as_bytes(), format!("{kind} {told}").as_bytes());
        match kv::get(format!("on/{kind}").as_bytes()) {
            Some(on) => script::run(&context, &on).map(drop),
            None => Ok(()),
        }
    }
}

impl lifecycle::Guest for Probe {
    fn migrate(_: Context, from: u32, to: u32, cursor: Option<String>) -> Result<Option<String>, Failure> {
        let step: u32 = cursor.map_or(Ok(0), |cursor| cursor.parse()).map_err(|_| bad("a cursor"))?;
        kv::put(format!("migrated/{from}-{to}/{step}").as_bytes(), b"");
        if kv::get(format!("stuck/{step}").as_bytes()).is_some() {
            return Err(Failure::Internal("stuck".to_owned()));
        }
        Ok((step < 2).then(|| (step + 1).to_string()))
    }

    fn health(_: Context) -> Result<(), Failure> {
        match kv::get(b"unwell") {
            Some(why) => Err(Failure::Unavailable(text(why))),
            None => Ok(()),
        }
    }
}

fn bad(what: &str) -> Failure {
    Failure::Internal(format!("the probe was given {what} that it does not know"))
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}
