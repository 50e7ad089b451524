//! Questions to other subsystems that take a while, and the page that waits for their answers.
//!
//! A page sends a message and leads to another page, which says how far it is until the answer has come. Nobody waits with a
//! connection open, and who comes back tomorrow finds the answer.

use html::{ButtonLink, Language, Markup, Notice, Tone, html};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::collections::{Record, Table, TableError};
use crate::events::Event;
use crate::outbox::{self, Message};
use crate::time::Timestamp;
use crate::web::{Response, Visit};
use crate::{Answer, Context, Failure};

/// By the conversations' name, and the id of each.
static ASKED: Table<(String, String), Asked> = Table::new("conversation", &[]);

/// Conversations of one kind, by a name within the plugin.
#[derive(Clone, Copy, Debug)]
pub struct Conversations(&'static str);

/// How far a conversation is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// The answer has not come yet.
    Waiting,
    /// It has come.
    Answered(Reply),
    /// It will not come: the message was refused, or nobody took it for seven days.
    Undelivered {
        /// The fault code of the exchange.
        code: String,
    },
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its body, if that is text.
    pub text: Option<String>,
}

/// A question that was asked, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// When.
    pub at: Timestamp,
    /// What came of it.
    pub progress: Progress,
}

impl Record for Asked {}

impl Conversations {
    /// The conversations of a name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// Asks once this call is committed, under an id that no other conversation of this name has.
    ///
    /// # Errors
    /// If one has it.
    pub fn ask(&self, context: &Context, id: &str, message: Message) -> Result<(), TableError> {
        let asked = Asked { at: context.time(), progress: Progress::Waiting };
        ASKED.insert(&self.key(id), &asked)?;
        outbox::send(&message.reply_to(format!("{}{id}", self.label())));
        Ok(())
    }

    /// Notes an answer, if an event is one to these conversations, and says to which.
    ///
    /// # Errors
    /// If what was asked does not read back.
    pub fn hear(&self, event: &Event) -> Result<Option<String>, TableError> {
        let (label, progress) = match event {
            Event::Reply(reply) => (Some(&reply.reply_to), Progress::Answered(Reply::of(&reply.answer))),
            Event::Undelivered(lost) => (lost.reply_to.as_ref(), Progress::Undelivered { code: lost.code.clone() }),
            _ => (None, Progress::Waiting),
        };
        let Some(id) = label.and_then(|label| label.strip_prefix(&self.label())) else { return Ok(None) };
        let key = self.key(id);
        let Some(asked) = ASKED.get(&key)? else { return Ok(None) };
        ASKED.put(&key, &Asked { progress, ..asked })?;
        Ok(Some(key.1))
    }

    /// What was asked under an id, and what came of it.
    ///
    /// # Errors
    /// If there is nothing under it.
    pub fn find(&self, id: &str) -> Result<Asked, Failure> {
        ASKED.get(&self.key(id))?.ok_or_else(|| Failure::NotFound(format!("nothing was asked under {id}")))
    }

    fn key(&self, id: &str) -> (String, String) {
        (self.0.to_owned(), id.to_owned())
    }

    fn label(&self) -> String {
        format!("conversation/{}/", self.0)
    }
}

impl Reply {
    fn of(answer: &Answer) -> Self {
        Self { status: answer.status, text: String::from_utf8(answer.body.clone()).ok() }
    }

    /// Whether the other subsystem did what it was asked to.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body, read as JSON.
    #[must_use]
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_str(self.text.as_deref()?).ok()
    }
}

/// The page that waits: its heading, what is waited for, and a link to look again. It works without scripts, and says to whom
/// nothing moves that nothing is lost.
#[must_use]
pub fn waiting_page(visit: &Visit, title: &str, asked: &Asked) -> Response {
    let language = visit.language();
    let since = asked.at.in_words(language);
    let [heading, text, again] = match language {
        Language::English => [
            "We are waiting for the answer".to_owned(),
            format!("We asked on {since}. You may leave this page and come back later: nothing is lost."),
            "Look again".to_owned(),
        ],
        _ => [
            "Esperamos la respuesta".to_owned(),
            format!("Consultamos el {since}. Puede salir de esta página y volver más tarde: no se pierde nada."),
            "Comprobar de nuevo".to_owned(),
        ],
    };
    let said: Markup = html! { p { (text) } };
    let content = html! {
        h1 { (title) }
        (Notice::new(Tone::Information, &heading, &said))
        p { (ButtonLink::primary(&again, &visit.request().path)) }
    };
    Response::page(title, content).with_header("retry-after", "5").with_header("cache-control", "no-store")
}
