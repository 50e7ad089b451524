//! What happens when nobody calls: messages, events, and the time at which each is due.

use std::collections::VecDeque;

use super::run::{said, unknown};
use super::{Call, Deliveries, Harness, NoAnswer, Received, Scripted, answer};
use crate::bindings::events::{self, Reply, Timer, Undelivered};
use crate::bindings::exchange::{self, Fault, Question, Refusal};
use crate::bindings::outbox::Message;
use crate::context::Caller;
use crate::service::{Answer, Method};

/// How often a message is tried before it is given up, and an event before the harness says that something is wrong.
const MOST_TRIES: u32 = 8;
/// How much may be due at once: more means that plugins keep each other busy for good.
const MOST_STEPS: u32 = 10_000;
const FIRST_PAUSE: u64 = 60_000;
const LONGEST_PAUSE: u64 = 3_600_000;

#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    pub(super) plugin: String,
    pub(super) id: String,
    pub(super) message: Message,
    pub(super) due: u64,
    pub(super) number: u64,
    pub(super) tries: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Event {
    plugin: String,
    event: events::Event,
    due: u64,
    number: u64,
    tries: u32,
}

/// A service that is no plugin.
#[derive(Clone, Debug, Default)]
pub(super) struct Script {
    pub(super) answers: VecDeque<Scripted>,
    pub(super) received: Vec<Received>,
}

impl Script {
    fn next(&mut self) -> Option<Scripted> {
        if self.answers.len() > 1 { self.answers.pop_front() } else { self.answers.front().cloned() }
    }
}

impl Harness {
    pub(super) fn deliver_due(&mut self) {
        for _ in 0..MOST_STEPS {
            self.fire();
            let now = self.milliseconds();
            let message = self.outbox.iter().filter(|one| one.due <= now).map(|one| (one.due, one.number)).min();
            let event = self.events.iter().filter(|one| one.due <= now).map(|one| (one.due, one.number)).min();
            match (message, event) {
                (None, None) => return,
                (Some(message), event) if event.is_none_or(|event| message < event) => self.send(message.1),
                (_, Some(event)) => self.handle(event.1),
                (Some(_), None) => unreachable!("a message alone comes before no event"),
            }
        }
        panic!("{MOST_STEPS} messages and events did not come to an end");
    }

    pub(super) fn advance_to(&mut self, until: u64) {
        for _ in 0..MOST_STEPS {
            self.deliver_due();
            match self.next_due().filter(|due| *due <= until) {
                Some(due) => self.set_milliseconds(due),
                None => {
                    self.set_milliseconds(until);
                    return self.deliver_due();
                }
            }
        }
        panic!("more than {MOST_STEPS} times at which something is due");
    }

    /// Lets an event happen.
    pub(super) fn happen(&mut self, plugin: &str, event: events::Event, due: u64) {
        let number = self.number();
        self.events.push(Event { plugin: plugin.to_owned(), event, due, number, tries: 0 });
    }

    pub(super) fn ask_script(&mut self, asker: &str, question: &Question) -> Result<exchange::Answer, Refusal> {
        let received =
            Received { message_id: None, sender: asker.to_owned(), path: question.path.clone(), body: Vec::new() };
        match self.play(&question.to, received) {
            Scripted::Answer(answer) => Ok(said(answer)),
            Scripted::Refused(fault) => Err(Refusal::Refused(fault)),
            Scripted::Unavailable => Err(Refusal::Unavailable(format!("{} does not answer", question.to))),
        }
    }

    /// Makes events of timers and schedules that are due.
    fn fire(&mut self) {
        let now = self.milliseconds();
        let mut fired = Vec::new();
        for (plugin, installed) in &mut self.installed {
            for (name, timer) in &installed.state.timers {
                if timer.at <= now {
                    let timer = Timer { name: name.clone(), at: timer.at, payload: timer.payload.clone() };
                    fired.push((plugin.clone(), timer.at, events::Event::Timer(timer)));
                }
            }
            installed.state.timers.retain(|_, timer| timer.at > now);
            for schedule in installed.schedules.iter_mut().filter(|schedule| schedule.next <= now) {
                fired.push((plugin.clone(), schedule.next, events::Event::Cron(schedule.name.clone())));
                schedule.fired();
            }
        }
        for (plugin, due, event) in fired {
            self.happen(&plugin, event, due);
        }
    }

    fn next_due(&self) -> Option<u64> {
        let messages = self.outbox.iter().map(|one| one.due);
        let events = self.events.iter().map(|one| one.due);
        let timers = self.installed.values().flat_map(|one| one.state.timers.values().map(|timer| timer.at));
        let schedules = self.installed.values().flat_map(|one| one.schedules.iter().map(|schedule| schedule.next));
        messages.chain(events).chain(timers).chain(schedules).min()
    }

    fn handle(&mut self, number: u64) {
        let Some(at) = self.events.iter().position(|one| one.number == number) else { return };
        let mut event = self.events.remove(at);
        let Some(handle) = self.installed(&event.plugin).plugin.events else { return };
        let handled = self.write(&event.plugin, Caller::System, &|context| handle(context, event.event.clone()));
        if let Err(error) = handled {
            event.tries += 1;
            assert!(event.tries < MOST_TRIES, "{} cannot handle {:?}: {error}", event.plugin, event.event);
            event.due = self.milliseconds() + pause(event.tries);
            self.events.push(event);
        }
    }

    fn send(&mut self, number: u64) {
        let Some(at) = self.outbox.iter().position(|one| one.number == number) else { return };
        let mut outgoing = self.outbox.remove(at);
        match self.deliver_message(&outgoing) {
            Scripted::Answer(answer) => self.reply(outgoing, answer),
            Scripted::Refused(fault) => self.give_up(outgoing, fault),
            Scripted::Unavailable => {
                outgoing.tries += 1;
                if outgoing.tries == MOST_TRIES {
                    let message = format!("{} does not answer", outgoing.message.to);
                    return self.give_up(outgoing, Fault { code: "Unavailable".to_owned(), message });
                }
                outgoing.due = self.milliseconds() + pause(outgoing.tries);
                self.outbox.push(outgoing);
            }
        }
    }

    fn deliver_message(&mut self, outgoing: &Outgoing) -> Scripted {
        let sender = self.installed(&outgoing.plugin).home.subsystem.clone();
        let Message { to, path, content_type, body, .. } = &outgoing.message;
        if self.provider(to).is_none() {
            let message_id = Some(outgoing.id.clone());
            return self.play(to, Received { message_id, sender, path: path.clone(), body: body.clone() });
        }
        let call = Call { content_type: content_type.clone(), body: body.clone(), ..Call::new(Method::Post, to, path) };
        let call = call.by(&sender);
        if self.deliveries == Deliveries::Repeated {
            let _lost_on_its_way = self.serve(&call, Some(&outgoing.id));
        }
        match self.serve(&call, Some(&outgoing.id)) {
            Ok(answer) => Scripted::Answer(answer),
            Err(NoAnswer::Failed(failure)) => match answer::to(&failure) {
                answer if answer.status < 500 => Scripted::Answer(answer),
                _ => Scripted::Unavailable,
            },
            Err(NoAnswer::Stopped(_) | NoAnswer::Unavailable(_)) => Scripted::Unavailable,
        }
    }

    /// What a script says; what it answers, it has received, once for a message.
    fn play(&mut self, service: &str, received: Received) -> Scripted {
        let said = self.scripts.get_mut(service).and_then(|script| Some((script.next()?, script)));
        let Some((said, script)) = said else { return Scripted::Refused(unknown(service)) };
        let known = |one: &Received| one.message_id.is_some() && one.message_id == received.message_id;
        if matches!(said, Scripted::Answer(_)) && !script.received.iter().any(known) {
            script.received.push(received);
        }
        said
    }

    fn reply(&mut self, outgoing: Outgoing, answer: Answer) {
        let Some(reply_to) = outgoing.message.reply_to else { return };
        let reply = Reply {
            reply_to,
            message_id: outgoing.id,
            sender: outgoing.message.to,
            status: answer.status,
            content_type: answer.content_type,
            body: answer.body,
        };
        self.happen(&outgoing.plugin, events::Event::Reply(reply), self.milliseconds());
    }

    fn give_up(&mut self, outgoing: Outgoing, fault: Fault) {
        let undelivered = Undelivered {
            reply_to: outgoing.message.reply_to,
            message_id: outgoing.id,
            to: outgoing.message.to,
            code: fault.code,
            message: fault.message,
        };
        self.happen(&outgoing.plugin, events::Event::Undelivered(undelivered), self.milliseconds());
    }
}

/// Later and later, up to an hour.
fn pause(tries: u32) -> u64 {
    FIRST_PAUSE.saturating_mul(1 << tries.min(16)).min(LONGEST_PAUSE)
}
