//! The plugin that is measured: it does little, so that what the host does is seen.
//!
//! This crate never does what a useful plugin would; its answers are of the size that theirs have.

use sdk::{Answer, Context, Failure, Method, Request, Service, config, kv, outbox, web};

/// The plugin.
pub struct Bench;

sdk::plugin!(Bench: service, web);

impl Service for Bench {
    fn handle(context: Context, request: Request) -> Result<Answer, Failure> {
        match (request.method, request.path.as_str()) {
            (Method::Get, "/empty") => Ok(html(Vec::new())),
            (Method::Get, "/page") => Ok(html(page().into_bytes())),
            (Method::Get | Method::Post, "/echo") => Ok(html(echo(&request))),
            (Method::Post, "/write") => write(&context, &request),
            _ => Err(request.not_found()),
        }
    }
}

impl web::Web for Bench {
    fn handle(context: Context, request: web::Request) -> Result<web::Response, Failure> {
        match (request.method, request.path.as_str()) {
            (web::Method::Get, "/") => Ok(shown(page())),
            (web::Method::Get, "/files") => Ok(shown(FILES.to_owned())),
            // What is not kept is gone after a while.
            (web::Method::Post, "/files") => {
                Ok(web::Response { status: 303, headers: Vec::new(), content: web::Content::Redirect("/".to_owned()) })
            }
            (web::Method::Get, "/forms") => Ok(shown(FORM.repeat(FORMS))),
            (web::Method::Post, "/") => {
                let text = request.form.first().map(|field| field.value.as_bytes());
                file(&context, text.unwrap_or_default());
                Ok(web::Response { status: 303, headers: Vec::new(), content: web::Content::Redirect("/".to_owned()) })
            }
            _ => Err(Failure::NotFound(request.path)),
        }
    }
}

/// So many tokens does the load take at once.
const FORMS: usize = 200;
const FORM: &str = "<form method=\"post\" action=\"/\"><input name=\"text\"></form>";
const FILES: &str = "<form method=\"post\" enctype=\"multipart/form-data\"><input type=\"file\" name=\"file\"></form>";

fn shown(html: String) -> web::Response {
    let page = web::Page { title: "Medición".to_owned(), html };
    web::Response { status: 200, headers: Vec::new(), content: web::Content::Page(page) }
}

/// A page of about 3 KB from three keys.
fn page() -> String {
    let mut page = String::with_capacity(4096);
    for value in kv::get_many(&[b"page/title".to_vec(), b"page/menu".to_vec(), b"page/text".to_vec()]) {
        page.push_str("<section>");
        page.push_str(&String::from_utf8_lossy(&value.unwrap_or_default()));
        page.push_str("</section>");
    }
    page
}

/// 1 KB, whatever was asked.
fn echo(request: &Request) -> Vec<u8> {
    let mut body = request.body.clone();
    body.resize(1024, b'.');
    body
}

/// Two keys and a message, or the contents of the page.
fn write(context: &Context, request: &Request) -> Result<Answer, Failure> {
    if let Some(part) = request.parameter("part") {
        kv::put(format!("page/{part}").as_bytes(), &request.body);
        return Ok(html(Vec::new()));
    }
    file(context, &request.body);
    Ok(html(Vec::new()))
}

/// Puts two keys, and sends a message.
fn file(context: &Context, body: &[u8]) {
    let id = &context.request_id;
    kv::put(format!("case/{id}").as_bytes(), body);
    kv::put(format!("state/open/{id}").as_bytes(), b"");
    let message = outbox::Message {
        to: config::get("notices-to").unwrap_or_default(),
        path: String::new(),
        content_type: "application/json".to_owned(),
        body: body.to_vec(),
        reply_to: None,
        not_before: None,
    };
    // A day from now: delivery is measured by itself.
    outbox::send(&message.not_before(context.time() + std::time::Duration::from_secs(24 * 60 * 60)));
}

fn html(body: Vec<u8>) -> Answer {
    Answer { status: 200, headers: Vec::new(), content_type: "text/html".to_owned(), body }
}
