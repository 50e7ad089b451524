//! What other subsystems answer while a plugin is tried: `dev/answers.toml` of its folder.
//!
//! ```toml
//! [[answer]]
//! service = "BO/GOB/1002/registro/people"
//! path = "/people/123?fields=name"
//! status = 200
//! body = '{ "name": "Ana" }'
//! ```
//! An answer is of any method unless `method` names one (`get` of a question, `post` of a message); its `content-type` is
//! `application/json` unless it says another. The first that fits is given.

use async_trait::async_trait;
use bytes::Bytes;
use plugin_host::{
    Again, Exchange, ExchangeAnswer, ExchangeCall, ExchangeMethod, ExchangeRefusal, Neighbour, answer_headers,
};
use protocol::identifier::{ServiceId, SubsystemId};
use serde::Deserialize;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the answers stand in a plugin's folder.
pub const ANSWERS: &str = "dev/answers.toml";

/// Says something to the author, as soon as it happens.
pub type Say = Arc<dyn Fn(&str) + Send + Sync>;

/// The answers of a file, by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    #[serde(default)]
    answer: Vec<Answer>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Answer {
    service: String,
    #[serde(default)]
    path: String,
    method: Option<Method>,
    status: u16,
    #[serde(default = "json")]
    content_type: String,
    #[serde(default)]
    headers: std::collections::BTreeMap<String, String>,
    #[serde(default)]
    body: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Method {
    Get,
    Post,
}

/// Why a file holds no answers.
#[derive(Debug, thiserror::Error)]
pub enum AnswersError {
    /// It cannot be read.
    #[error("failed to read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is not as it must be.
    #[error("{} is refused: {reason}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// Which line, and why.
        reason: String,
    },
}

/// A longer file is no list of answers by hand.
const MOST_BYTES: u64 = 1 << 20;

fn json() -> String {
    "application/json".to_owned()
}

impl Answers {
    /// Reads the answers of a plugin's folder; none where there is no such file.
    ///
    /// # Errors
    /// [`AnswersError`].
    pub fn read(folder: &Path) -> Result<Self, AnswersError> {
        let path = folder.join(ANSWERS);
        let failed = |source| AnswersError::Read { path: path.clone(), source };
        let text = match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Ok(about) if about.len() > MOST_BYTES => {
                return Err(AnswersError::Form { path, reason: "it has more than 1 MiB".to_owned() });
            }
            _ => fs::read_to_string(&path).map_err(failed)?,
        };
        Self::parse(&text).map_err(|reason| AnswersError::Form { path, reason })
    }

    /// Reads answers; what is refused is named with its line.
    ///
    /// # Errors
    /// In words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let answers: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        for answer in &answers.answer {
            if answer.service.parse::<ServiceId>().is_err() {
                return Err(format!("{:?} is no service, INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE", answer.service));
            }
            if !(200..=599).contains(&answer.status) {
                return Err(format!("{} is no status of an answer, from 200 to 599", answer.status));
            }
        }
        Ok(answers)
    }

    fn find(&self, call: &ExchangeCall) -> Option<&Answer> {
        let service = call.service.to_string();
        let method = match call.method {
            ExchangeMethod::Get => Method::Get,
            ExchangeMethod::Post => Method::Post,
        };
        self.answer.iter().find(|answer| {
            answer.service == service && answer.path == call.path && answer.method.is_none_or(|only| only == method)
        })
    }
}

/// An exchange that is a file.
pub(crate) struct AnswersByHand {
    /// The plugin's folder: the file is read at each question, so that what was written just now counts.
    pub(crate) folder: PathBuf,
    /// The plugin, and the services that it answers itself.
    pub(crate) own: Own,
    pub(crate) say: Say,
}

/// What a plugin answers itself.
pub(crate) struct Own {
    pub(crate) plugin: String,
    pub(crate) subsystem: SubsystemId,
}

#[async_trait]
impl Exchange for AnswersByHand {
    async fn call(&self, call: ExchangeCall) -> Result<ExchangeAnswer, ExchangeRefusal> {
        let refusal = |code: &str, message: String| {
            (self.say)(&message);
            ExchangeRefusal { code: code.to_owned(), message, again: Again::Later }
        };
        let answers = Answers::read(&self.folder).map_err(|error| refusal("dev_answers", error.to_string()))?;
        let Some(answer) = answers.find(&call) else { return Err(refusal("dev_no_answer", missing(&call))) };
        let headers = answer.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Ok(ExchangeAnswer {
            status: answer.status,
            headers: answer_headers(headers),
            content_type: answer.content_type.clone(),
            body: Bytes::from(answer.body.clone()),
        })
    }

    fn neighbour(
        &self,
        _: &SubsystemId,
        service: &ServiceId,
        path: &str,
    ) -> Result<Option<Neighbour>, ExchangeRefusal> {
        let own = service.subsystem() == &self.own.subsystem;
        let path = path.split('?').next().unwrap_or_default().to_owned();
        Ok(own.then(|| Neighbour { plugin: self.own.plugin.clone(), path }))
    }
}

/// What to write for a call that nobody answers.
fn missing(call: &ExchangeCall) -> String {
    let method = match call.method {
        ExchangeMethod::Get => "get",
        ExchangeMethod::Post => "post",
    };
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let (service, path) = (quoted(&call.service.to_string()), quoted(&call.path));
    format!(
        "nobody answers {method} {}{}: add to {ANSWERS}\n\n[[answer]]\nservice = {service}\npath = {path}\nmethod = \"{method}\"\nstatus = 200\nbody = '{{}}'\n",
        call.service, call.path
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::Mutex;

    fn call(method: ExchangeMethod, path: &str) -> ExchangeCall {
        ExchangeCall {
            client: "BO/GOB/1/notes".parse().unwrap(),
            service: "BO/GOB/2/registro/people".parse().unwrap(),
            method,
            path: path.to_owned(),
            content_type: String::new(),
            body: Bytes::new(),
            id: "1".to_owned(),
        }
    }

    fn exchange(text: Option<&str>) -> (tempfile::TempDir, AnswersByHand, Arc<Mutex<Vec<String>>>) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("dev")).unwrap();
        if let Some(text) = text {
            fs::write(folder.path().join(ANSWERS), text).unwrap();
        }
        let said = Arc::new(Mutex::new(Vec::new()));
        let heard = said.clone();
        let say: Say = Arc::new(move |line: &str| heard.lock().unwrap().push(line.to_owned()));
        let own = Own { plugin: "notes".to_owned(), subsystem: "BO/GOB/1/notes".parse().unwrap() };
        let exchange = AnswersByHand { folder: folder.path().to_owned(), own, say };
        (folder, exchange, said)
    }

    #[tokio::test]
    async fn what_nobody_answers_is_said_with_lines_that_make_it_answered() {
        let (folder, exchange, said) = exchange(None);
        let asked = call(ExchangeMethod::Get, "/people/1?a=\"b\"");
        let refused = exchange.call(asked.clone()).await.unwrap_err();
        assert_eq!((refused.code.as_str(), refused.again), ("dev_no_answer", Again::Later));
        let lines = said.lock().unwrap().remove(0);
        let lines = lines.split_once("\n\n").unwrap().1;
        fs::write(folder.path().join(ANSWERS), lines).unwrap();
        assert_eq!(exchange.call(asked).await.unwrap().body, "{}");
    }

    #[tokio::test]
    async fn the_first_answer_that_fits_is_given() {
        let text = "[[answer]]\nservice = 'BO/GOB/2/registro/people'\npath = '/a'\nmethod = 'post'\nstatus = 202\n\
                    [[answer]]\nservice = 'BO/GOB/2/registro/people'\npath = '/a'\nstatus = 200\nbody = 'x'\n\
                    content-type = 'text/plain'\nheaders = { etag = '1', server = 'x' }\n";
        let (_folder, exchange, _) = exchange(Some(text));
        assert_eq!(exchange.call(call(ExchangeMethod::Post, "/a")).await.unwrap().status, 202);
        let answer = exchange.call(call(ExchangeMethod::Get, "/a")).await.unwrap();
        assert_eq!((answer.status, answer.content_type.as_str()), (200, "text/plain"));
        assert_eq!(answer.headers, [("etag".to_owned(), "1".to_owned())]);
    }

    #[tokio::test]
    async fn a_file_that_is_refused_is_named_to_the_author() {
        for (text, said_of_it) in [
            ("[[answer]]\nservice = 'x'\nstatus = 200\n", "no service"),
            ("[[answer]]\nservice = 'BO/GOB/2/registro/people'\nstatus = 99\n", "no status"),
            ("[[answer]]\nservce = 'x'\n", "servce"),
        ] {
            let (_folder, exchange, said) = exchange(Some(text));
            assert_eq!(exchange.call(call(ExchangeMethod::Get, "")).await.unwrap_err().code, "dev_answers");
            let said = said.lock().unwrap().remove(0);
            assert!(said.contains("answers.toml") && said.contains(said_of_it), "{said}");
        }
    }

    #[test]
    fn its_own_services_are_answered_by_the_plugin() {
        let (_folder, exchange, _) = exchange(None);
        let client = "BO/GOB/1/notes".parse().unwrap();
        let own = exchange.neighbour(&client, &"BO/GOB/1/notes/notes".parse().unwrap(), "/notes?x=1").unwrap();
        assert_eq!(own, Some(Neighbour { plugin: "notes".to_owned(), path: "/notes".to_owned() }));
        let other = exchange.neighbour(&client, &"BO/GOB/2/registro/people".parse().unwrap(), "").unwrap();
        assert_eq!(other, None);
    }

    proptest! {
        #[test]
        fn no_file_stops_the_workshop(text in "(\\[\\[answer\\]\\]\n|service = '[A-Z/]{0,9}'\n|status = [0-9]{0,6}\n|.{0,8}\n){0,8}") {
            let _ = Answers::parse(&text);
        }
    }
}
