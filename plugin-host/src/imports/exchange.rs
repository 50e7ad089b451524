//! `exchange`: questions. What was not asked yet stops the sandbox; it is run again with the answer.

use wasmtime::Result;

use super::outbox::check_path;
use crate::contract::imports::exchange::{Answer, Host, Question as WitQuestion, Refusal};
use crate::manifest::Capability;
use crate::sandbox::{Question, Sandbox, Stop};

impl Host for Sandbox {
    fn call(&mut self, question: WitQuestion) -> Result<Result<Answer, Refusal>> {
        let to = self.service("exchange.call", &question.to, Capability::Exchange)?.to_string();
        check_path("exchange.call", &question.path)?;
        let question = Question { to, path: question.path };
        let answer = self.answer(&question);
        Ok(answer.ok_or(Stop::Ask(question))?)
    }
}
