//! What happens when nobody calls: messages, events, and the time at which each is due.

use std::collections::VecDeque;

use super::run::unknown;
use super::state::Change;
use super::{Call, Deliveries, Harness, NoAnswer, Received, Scripted, answer};
use crate::bindings::events::{self, Reply, Timer, Undelivered};
use crate::bindings::exchange::{Fault, Question, Refusal};
use crate::bindings::outbox::Message;
use crate::context::Caller;
use crate::limits::{GIVE_UP_AFTER_MS, MAX_TRIES, is_final};
use crate::service::{Answer, Method};

/// How much may be due at once, and at how many times in one advance of the clock: more means that plugins keep each other
/// busy for good.
const MOST_STEPS: u32 = 100_000;
/// A server's: the pause doubles with each failure.
const FIRST_PAUSE_MS: u64 = 1_000;
const LONGEST_PAUSE_MS: u64 = 15 * 60 * 1_000;

#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    pub(super) plugin: String,
    pub(super) id: String,
    pub(super) message: Message,
    pub(super) due: u64,
    pub(super) first_due: u64,
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
            let Some(next) = self.choose() else { return };
            match next {
                Next::Message(number) => self.send(number),
                Next::Event(number) => self.handle(number),
                Next::Timer { plugin, name } => self.ring(&plugin, &name),
            }
        }
        panic!("{MOST_STEPS} messages and events did not come to an end");
    }

    /// Of what is due, what was due first; or, shuffled, any.
    fn choose(&mut self) -> Option<Next> {
        let now = self.milliseconds();
        let messages = self.outbox.iter().map(|one| (one.due, one.number, Next::Message(one.number)));
        let events = self.events.iter().map(|one| (one.due, one.number, Next::Event(one.number)));
        let timers = self.installed.iter().flat_map(|(plugin, installed)| {
            installed.state.timers.iter().map(|(name, timer)| {
                (timer.due, timer.number, Next::Timer { plugin: plugin.clone(), name: name.clone() })
            })
        });
        let mut due: Vec<_> = messages.chain(events).chain(timers).filter(|(due, ..)| *due <= now).collect();
        due.sort_by_key(|(due, number, _)| (*due, *number));
        if due.is_empty() {
            return None;
        }
        let at = self.shuffled.as_mut().map_or(0, |seed| any(seed, due.len()));
        Some(due.swap_remove(at).2)
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

    pub(super) fn ask_script(&mut self, asker: &str, question: &Question) -> Result<Answer, Refusal> {
        let received =
            Received { message_id: None, sender: asker.to_owned(), path: question.path.clone(), body: Vec::new() };
        match self.play(&question.to, received) {
            Scripted::Answer(answer) => Ok(answer),
            Scripted::Refused(fault) => Err(Refusal::Refused(fault)),
            Scripted::Unavailable => Err(Refusal::Unavailable(format!("{} does not answer", question.to))),
        }
    }

    /// Makes events of schedules that are due.
    fn fire(&mut self) {
        let now = self.milliseconds();
        let mut fired = Vec::new();
        for (plugin, installed) in &mut self.installed {
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
        let timers = self.installed.values().flat_map(|one| one.state.timers.values().map(|timer| timer.due));
        let schedules = self.installed.values().flat_map(|one| one.schedules.iter().map(|schedule| schedule.next));
        messages.chain(events).chain(timers).chain(schedules).min()
    }

    fn handle(&mut self, number: u64) {
        let Some(at) = self.events.iter().position(|one| one.number == number) else { return };
        let mut event = self.events.remove(at);
        let Some(handle) = self.installed(&event.plugin).plugin.events else { return };
        let handled = self.write(&event.plugin, Caller::System, &|context| handle(context, event.event.clone()));
        if handled.is_err() {
            event.tries += 1;
            if event.tries >= MAX_TRIES {
                return self.set_aside.push((event.plugin, event.event));
            }
            event.due = self.milliseconds() + pause(event.tries);
            self.events.push(event);
        }
    }

    /// Has a timer's event handled. The timer goes with the transaction that handles it: while that fails, it can be set
    /// anew or cancelled.
    fn ring(&mut self, plugin: &str, name: &str) {
        let now = self.milliseconds();
        let installed = self.installed_mut(plugin);
        let Some(timer) = installed.state.timers.get(name).cloned() else { return };
        let Some(handle) = installed.plugin.events else {
            installed.state.timers.remove(name);
            return;
        };
        let rung = Timer { name: name.to_owned(), at: timer.at, payload: timer.payload };
        let event = events::Event::Timer(rung);
        let gone = Change::CancelTimer(name.to_owned());
        if self.write_after(plugin, &gone, &|context| handle(context, event.clone())).is_ok() {
            return;
        }
        let timers = &mut self.installed_mut(plugin).state.timers;
        // Somebody may have set it anew meanwhile.
        let Some(failed) = timers.get_mut(name).filter(|one| one.number == timer.number) else { return };
        failed.tries += 1;
        failed.due = now + pause(failed.tries);
        if failed.tries >= MAX_TRIES {
            timers.remove(name);
            self.set_aside.push((plugin.to_owned(), event));
        }
    }

    fn send(&mut self, number: u64) {
        let Some(at) = self.outbox.iter().position(|one| one.number == number) else { return };
        let mut outgoing = self.outbox.remove(at);
        if self.milliseconds().saturating_sub(outgoing.first_due) >= GIVE_UP_AFTER_MS {
            let message = "it is too old to be sent: whether it arrived before is not known".to_owned();
            return self.give_up(outgoing, Fault { code: "outcome_unknown".to_owned(), message });
        }
        match self.deliver_message(&outgoing) {
            Scripted::Answer(answer) if is_final(answer.status) => self.reply(outgoing, answer),
            Scripted::Refused(fault) => self.give_up(outgoing, fault),
            Scripted::Answer(_) | Scripted::Unavailable => {
                outgoing.tries += 1;
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
            Err(NoAnswer::Failed(failure)) => Scripted::Answer(answer::to(&failure)),
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
        let reply = Reply { reply_to, message_id: outgoing.id, sender: outgoing.message.to, answer };
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

/// What is delivered next.
enum Next {
    Message(u64),
    Event(u64),
    Timer { plugin: String, name: String },
}

/// Later and later, up to a quarter of an hour.
fn pause(tries: u32) -> u64 {
    FIRST_PAUSE_MS.saturating_mul(1 << tries.min(10)).min(LONGEST_PAUSE_MS)
}

/// One of so many, by the generator SplitMix64.
fn any(seed: &mut u64, of: usize) -> usize {
    *seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *seed;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    usize::try_from((mixed ^ (mixed >> 31)) % of as u64).unwrap_or(0)
}
