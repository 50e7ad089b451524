//! Messages to other subsystems: sent until they are answered, refused for good, or a week old.

use std::time::Duration;

use bytes::Bytes;
use protocol::identifier::ServiceId;

use super::{Agenda, Counts, Outcome, row};
use crate::call::service::{
    Answer, Field, Method, Origin, Request, SentRow, ServiceCall, of_exchange, of_failure, split,
};
use crate::call::{CallError, Caller, Principal};
use crate::contract::limits::{GIVE_UP_AFTER_MS, is_final};
use crate::plugin::Loaded;
use crate::rows::{Entry, Message, Reply, Undelivered, Work};
use crate::seams::{Again, ExchangeCall, ExchangeMethod, ExchangeRefusal, Neighbour};

/// A message that was not delivered in this time is given up. Receivers know messages again for longer.
pub(super) const GIVE_UP_AFTER: Duration = Duration::from_millis(GIVE_UP_AFTER_MS);

impl Agenda {
    pub(super) async fn send(&self, key: &[u8], entry: &Entry, message: Message) -> Outcome {
        let Some(sender) = self.plugins.current(&self.plugin) else { return Outcome::Again { counts: Counts::No } };
        let Ok(service) = message.to.parse::<ServiceId>() else { return Outcome::Never(None) };
        // Where a server was down, or its state comes from a copy: the receiver may not know it again any more.
        if self.age(entry) >= GIVE_UP_AFTER {
            return self.unanswered(entry, message, outdated());
        }
        if service.subsystem().member() == sender.subsystem().member() {
            let (path, query) = split(&message.path);
            match self.plugins.runner.exchange.neighbour(sender.subsystem(), &service, &path) {
                Ok(None) => {}
                Ok(Some(Neighbour { plugin, path })) => {
                    let request = request(&service, path, query, &message);
                    return self.hand_over(key, entry, &message, request, &sender, &plugin).await;
                }
                Err(refusal) => return self.unanswered(entry, message, refusal),
            }
        }
        let called = self.plugins.runner.exchange.call(ExchangeCall {
            client: sender.subsystem().clone(),
            service,
            method: ExchangeMethod::Post,
            path: message.path.clone(),
            content_type: message.content_type.clone(),
            body: Bytes::from(message.body.clone()),
            id: message.id.clone(),
        });
        match called.await {
            Ok(answer) if is_final(answer.status) => self.answered(key, message, of_exchange(answer)).await,
            Ok(answer) => {
                let status = format!("the service answered with status {}", answer.status);
                self.unanswered(entry, message, later(status))
            }
            Err(refusal) => self.unanswered(entry, message, refusal),
        }
    }

    /// Between plugins of one member on one server: sent, handled and answered in one transaction.
    async fn hand_over(
        &self,
        key: &[u8],
        entry: &Entry,
        message: &Message,
        request: Request,
        sender: &Loaded,
        receiver: &str,
    ) -> Outcome {
        let Some(receiver) = self.plugins.current(receiver) else {
            return self.unanswered(entry, message.clone(), later("the plugin is not loaded".to_owned()));
        };
        let row = SentRow {
            keyspace: self.keyspace,
            key: key.to_vec(),
            message_id: message.id.clone(),
            to: message.to.clone(),
            reply_to: message.reply_to.clone(),
        };
        let caller = Caller {
            request_id: self.request_id(key, entry),
            principal: Principal::Entity(sender.subsystem().to_string()),
            locale: "es".to_owned(),
            trace_parent: None,
            document: None,
        };
        match self.plugins.runner.run(&receiver, &caller, ServiceCall { request, origin: Origin::Row(row) }).await {
            Ok(_) => {
                self.woken.notify_one();
                Outcome::Done
            }
            Err(CallError::Failed(failure)) => {
                let answer = of_failure(&failure);
                if is_final(answer.status) {
                    return self.answered(key, message.clone(), answer).await;
                }
                self.unanswered(
                    entry,
                    message.clone(),
                    later(format!("the plugin refused it with status {}", answer.status)),
                )
            }
            // What happened inside is for the server's log; the sender is another author's.
            Err(CallError::Fault(fault)) => {
                tracing::warn!(plugin = receiver.name(), %fault, message.id = message.id, "a plugin stopped over a message");
                self.unanswered(entry, message.clone(), later("the plugin stopped with a fault".to_owned()))
            }
            Err(error) => self.unanswered(entry, message.clone(), later(error.to_string())),
        }
    }

    /// Notes the answer where the message was: from then on it is not sent again.
    async fn answered(&self, key: &[u8], message: Message, answer: Answer) -> Outcome {
        let now = self.plugins.runner.clock.now();
        let noted = self.replace(key, |transaction| {
            let Some(reply_to) = message.reply_to else { return };
            let reply = Work::Reply(Reply {
                reply_to,
                message_id: message.id.clone(),
                sender: message.to,
                answer: answer.into(),
            });
            let (key, value) = row(now, &message.id, reply);
            transaction.put(self.keyspace, key, value);
        });
        match noted.await {
            Ok(()) => {
                self.woken.notify_one();
                Outcome::Done
            }
            Err(error) => {
                tracing::warn!(plugin = self.plugin, %error, "an answer cannot be noted; the message is sent again");
                Outcome::Again { counts: Counts::No }
            }
        }
    }

    fn unanswered(&self, entry: &Entry, message: Message, refusal: ExchangeRefusal) -> Outcome {
        let late = self.age(entry) >= GIVE_UP_AFTER;
        tracing::info!(plugin = self.plugin, message.id = message.id, %refusal, late, "a message was not delivered");
        if refusal.again == Again::Later && !late {
            return Outcome::Again { counts: Counts::No };
        }
        Outcome::Never(Some(Work::Undelivered(Undelivered {
            reply_to: message.reply_to,
            message_id: message.id,
            to: message.to,
            code: refusal.code,
            message: refusal.message,
        })))
    }
}

fn request(service: &ServiceId, path: String, query: Vec<Field>, message: &Message) -> Request {
    Request {
        service: service.code().to_owned(),
        method: Method::Post,
        path,
        query,
        headers: Vec::new(),
        content_type: message.content_type.clone(),
        body: message.body.clone(),
        message_id: Some(message.id.clone()),
    }
}

fn outdated() -> ExchangeRefusal {
    let message = "it is too old to be sent: whether it arrived before is not known".to_owned();
    ExchangeRefusal { code: "outcome_unknown".to_owned(), message, again: Again::Never }
}

fn later(message: String) -> ExchangeRefusal {
    ExchangeRefusal { code: "service_unavailable".to_owned(), message, again: Again::Later }
}
