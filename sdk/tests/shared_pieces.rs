//! What several plugins need: conversations with other subsystems, public lists, printable documents.

mod common;

use common::{ELSEWHERE, harness};
use sdk::chain::{self, BEGINNING, Broken, Chain, Link};
use sdk::collections::PageRequest;
use sdk::conversation::{Asked, Conversations, Progress, waiting_page};
use sdk::exchange::Fault;
use sdk::harness::{Harness, Host, Outcome, Scripted};
use sdk::html::{Language, html};
use sdk::json::json;
use sdk::outbox::Message;
use sdk::printable::Printable;
use sdk::web::{Content, Method, Request, Visit};
use sdk::{Answer, Caller, Context, Event, Failure, Reply, Undelivered, crypto, evidence};

static ASKED: Conversations = Conversations::new("archive");
static DECISIONS: Chain = Chain::new("decisions");

fn ask(harness: &mut Harness, id: &'static str) {
    let asked = harness.run("notes", |context| {
        let message = Message::json(ELSEWHERE, "/papers", &json!({ "id": id }))?;
        Ok(ASKED.ask(&context, id, message)?)
    });
    asked.expect("nobody asked under this id");
}

fn progress(harness: &mut Harness, id: &str) -> Progress {
    harness.run("notes", |_| ASKED.find(id)).expect("it was asked").progress
}

fn hear(harness: &mut Harness, event: &Event) -> Option<String> {
    harness.run("notes", |_| Ok(ASKED.hear(event)?)).expect("it reads back")
}

fn reply(reply_to: &str, status: u16) -> Event {
    let answer = Answer::json(status, &json!({ "found": true })).expect("JSON");
    let (reply_to, message_id, sender) = (reply_to.to_owned(), "1".to_owned(), ELSEWHERE.to_owned());
    Event::Reply(Reply { reply_to, message_id, sender, answer })
}

#[test]
fn a_conversation_waits_until_its_answer_comes() {
    let mut harness = harness();
    ask(&mut harness, "7");
    assert_eq!(progress(&mut harness, "7"), Progress::Waiting);
    assert_eq!(harness.waiting()[0].message.reply_to.as_deref(), Some("conversation/archive/7"));
    assert_eq!(hear(&mut harness, &reply("conversation/archive/7", 200)).as_deref(), Some("7"));
    let Progress::Answered(answer) = progress(&mut harness, "7") else { panic!("the answer has come") };
    assert!(answer.is_success());
    assert_eq!(answer.read::<sdk::json::Value>(), Some(json!({ "found": true })));
}

#[test]
fn a_conversation_whose_message_is_refused_says_so() {
    let mut harness = harness();
    ask(&mut harness, "7");
    let fault = Fault { code: "AccessDenied".to_owned(), message: "no".to_owned() };
    harness.script(ELSEWHERE, vec![Scripted::Refused(fault)]);
    harness.deliver();
    let lost = Undelivered {
        reply_to: Some("conversation/archive/7".to_owned()),
        message_id: "1".to_owned(),
        to: ELSEWHERE.to_owned(),
        code: "AccessDenied".to_owned(),
        message: "no".to_owned(),
    };
    hear(&mut harness, &Event::Undelivered(lost));
    assert_eq!(progress(&mut harness, "7"), Progress::Undelivered { code: "AccessDenied".to_owned() });
}

#[test]
fn other_events_are_no_answers() {
    let mut harness = harness();
    ask(&mut harness, "7");
    for other in [
        reply("conversation/archive/8", 200),
        reply("conversation/other/7", 200),
        reply("7", 200),
        Event::Cron("x".to_owned()),
    ] {
        assert_eq!(hear(&mut harness, &other), None);
    }
    assert_eq!(progress(&mut harness, "7"), Progress::Waiting);
    assert!(matches!(harness.run("notes", |_| ASKED.find("8")).failure(), Failure::NotFound(_)));
}

fn visit(harness: &mut Harness) -> Visit {
    let context = harness.run("notes", Ok).expect("it does nothing");
    let (path, route) = ("/requests/7".to_owned(), "/requests/{id}".to_owned());
    let (params, query, headers) = (Vec::new(), Vec::new(), Vec::new());
    let (form, uploads, content_type, body) = (Vec::new(), Vec::new(), String::new(), Vec::new());
    let request =
        Request { method: Method::Get, path, route, params, query, headers, form, uploads, content_type, body };
    Visit::new(Context { caller: Caller::Anonymous, ..context }, request)
}

#[test]
fn the_page_that_waits_says_since_when_and_where_to_look_again() {
    let mut harness = harness();
    let asked = Asked { at: harness.now(), progress: Progress::Waiting };
    let response = waiting_page(&visit(&mut harness), "Su consulta", &asked);
    let Content::Page(page) = response.content else { panic!("expected a page") };
    assert!(page.html.contains("Consultamos el 26 de noviembre de 2026, 08:00."), "{}", page.html);
    assert!(page.html.contains(r#"<a class="button" href="/requests/7">Comprobar de nuevo</a>"#));
}

fn add(harness: &mut Harness, text: &str) -> Link {
    harness.run("notes", |context| DECISIONS.add(&context, &json!({ "text": text }))).expect("it is added")
}

fn all(harness: &mut Harness) -> Vec<Link> {
    harness.run("notes", |_| DECISIONS.oldest(&PageRequest::first(100))).expect("it reads back").items
}

fn verified(harness: &mut Harness, after: (u64, &str), links: &[Link]) -> Result<(), Broken> {
    harness.run("notes", |_| Ok(chain::verify(after, links, crypto::sha256))).expect("it does not fail")
}

#[test]
fn a_list_can_be_verified_from_its_beginning_or_from_any_entry() {
    let mut harness = harness();
    let first = add(&mut harness, "uno");
    add(&mut harness, "dos");
    add(&mut harness, "tres");
    let links = all(&mut harness);
    assert_eq!(links.iter().map(|link| link.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!((first.previous.as_str(), &links[1].previous), (BEGINNING, &first.digest));
    assert_eq!(verified(&mut harness, (0, BEGINNING), &links), Ok(()));
    assert_eq!(verified(&mut harness, (1, &first.digest), &links[1..]), Ok(()));
    // What the module's text says, computed by hand.
    let text = format!("1\n2026-11-26T12:00:00Z\n{BEGINNING}\n{{\"text\":\"uno\"}}");
    assert_eq!(harness.run("notes", |_| Ok(crypto::sha256(text.as_bytes()))).map(hex::encode), Ok(first.digest));
}

#[test]
fn a_list_that_was_changed_is_found_out() {
    let mut harness = harness();
    for text in ["uno", "dos", "tres"] {
        add(&mut harness, text);
    }
    let links = all(&mut harness);
    let mut changed = links.clone();
    changed[1].content = "{\"text\":\"DOS\"}".to_owned();
    assert_eq!(verified(&mut harness, (0, BEGINNING), &changed), Err(Broken::Changed { number: 2 }));
    let without = [links[0].clone(), links[2].clone()];
    assert_eq!(verified(&mut harness, (0, BEGINNING), &without), Err(Broken::Order { number: 3 }));
    let swapped = [links[1].clone(), links[0].clone()];
    assert_eq!(verified(&mut harness, (0, BEGINNING), &swapped), Err(Broken::Order { number: 2 }));
}

#[test]
fn entries_that_are_added_at_once_follow_each_other() {
    let mut harness = harness();
    harness.meanwhile(|harness| drop(add(harness, "the other")));
    add(&mut harness, "one");
    let links = all(&mut harness);
    assert_eq!(links.len(), 2);
    assert_eq!(verified(&mut harness, (0, BEGINNING), &links), Ok(()));
}

#[test]
fn the_public_table_shows_what_each_entry_says() {
    let mut harness = harness();
    add(&mut harness, "<uno>");
    let visit = visit(&mut harness);
    let page = harness.run("notes", |_| DECISIONS.newest(&PageRequest::first(10))).expect("it reads back");
    let table = chain::public_table(&visit, "Decisiones", &page, |link| html! { (link.content) }).into_string();
    assert!(table.contains("&lt;uno&gt;") && table.contains("26/11/2026 08:00"), "{table}");
    assert!(table.contains(&page.items[0].digest[..16]));
}

#[test]
fn a_document_needs_nothing_from_elsewhere_and_is_signed() {
    let mut harness = harness();
    let content = html! { p { "Se concede <la> licencia." } };
    let at = harness.now();
    let printable = Printable::new("Agencia & Co.", "Resolución", "RES-12-2026", at, &content);
    let document = printable.document();
    let text = String::from_utf8(document.content.clone()).expect("it is text");
    assert!(text.starts_with("<!DOCTYPE html><html lang=\"es\">") && text.contains("Agencia &amp; Co."), "{text}");
    for word in ["http", "src=", "<script", "url(", "<link"] {
        assert!(!text.contains(word), "{word}");
    }
    assert!(
        String::from_utf8_lossy(&printable.language(Language::English).document().content).contains("26 November 2026")
    );
    let id = harness.run("notes", |_| Ok(evidence::sign(&document))).expect("it is ordered");
    let signed = harness.run("notes", |_| Ok(evidence::signed(&id))).expect("it reads");
    assert_eq!(signed.and_then(|blob| blob.name).as_deref(), Some("RES-12-2026.html.asice"));
}
