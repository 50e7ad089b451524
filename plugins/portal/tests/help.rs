//! Help: what applicants and the office write to each other, what applicants are told, help by telephone, and the counter.

#[path = "help/call.rs"]
mod call;
#[path = "help/common.rs"]
mod common;
#[path = "help/counter.rs"]
mod counter;
#[path = "help/messages.rs"]
mod messages;
#[path = "help/registers.rs"]
mod registers;
#[path = "help/telling.rs"]
mod telling;
