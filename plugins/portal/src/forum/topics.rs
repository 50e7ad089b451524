//! The topics that threads are about.

use sdk::collections::Table;
use sdk::kv::Order;
use sdk::{Context, Failure, Translated};

use super::{Moderator, Refused, Topic};
use crate::definition::Code;

static TOPICS: Table<Code, Topic> = Table::new("forum.topics", &[]);

/// So many topics there are at most: all are on one page.
const MOST: usize = 100;
/// Words that stand in addresses where the code of a topic does.
const WORDS: [&str; 3] = ["search", "reports", "new"];

/// Makes a topic.
///
/// # Errors
/// If there is one of its code, or there are too many.
pub fn make(
    moderator: &Moderator,
    context: &Context,
    code: Code,
    title: Translated,
    about: Translated,
) -> Result<Topic, Failure> {
    let taken = TOPICS.contains(&code) || WORDS.contains(&code.as_str());
    sdk::ensure!(!taken, Refused::Taken { code });
    sdk::ensure!(topics()?.len() < MOST, Refused::Full);
    let topic = Topic { code, title, about, made: context.time(), by: moderator.id().to_owned() };
    TOPICS.insert(&topic.code, &topic)?;
    Ok(topic)
}

/// A topic.
///
/// # Errors
/// If there is none.
pub fn topic(code: &Code) -> Result<Topic, Failure> {
    Ok(TOPICS.get(code)?.ok_or_else(|| Refused::NoTopic { code: code.clone() })?)
}

/// All topics, by their codes.
///
/// # Errors
/// If one does not read back.
pub fn topics() -> Result<Vec<Topic>, Failure> {
    let all = TOPICS.scan(&(), Order::Ascending).take(MOST);
    Ok(all.map(|topic| topic.map(|(_, topic)| topic)).collect::<Result<_, _>>()?)
}
