//! Notices of other subsystems. Every call that takes effect leaves one more, so that an effect that took place twice
//! would be seen.

use sdk::collections::{Counter, Record, Table};
use sdk::kv::Order;
use sdk::{Answer, Context, Failure, FieldErrors, Request, Timestamp};
use serde::{Deserialize, Serialize};

/// By sender, and by the call that left it.
static NOTICES: Table<(String, String), Notice> = Table::new("notices", &[]);
static COUNTS: Counter<(String,)> = Counter::new("notices.by-sender");

/// So many notices are counted one by one.
const MOST_COUNTED: usize = 10_000;

#[derive(Debug, Serialize, Deserialize)]
struct Notice {
    reference: String,
    text: String,
    received: Timestamp,
}

impl Record for Notice {}

pub(crate) fn keep(context: &Context, request: &Request) -> Result<Answer, Failure> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Said {
        reference: String,
        text: String,
    }
    #[derive(Serialize)]
    struct Kept<'a> {
        reference: &'a str,
    }
    let sender = sender(context)?;
    let Said { reference, text } = request.json()?;
    let mut errors = FieldErrors::default();
    errors.require("reference", &reference).require("text", &text);
    errors.check(reference.chars().count() <= 100, "reference", "length", "must have at most 100 letters");
    errors.check(text.chars().count() <= 1_000, "text", "length", "must have at most 1000 letters");
    errors.finish()?;
    let notice = Notice { reference, text, received: context.time() };
    NOTICES.insert(&(sender.clone(), context.request_id.clone()), &notice)?;
    COUNTS.add(&(sender,), 1);
    Answer::json(201, &Kept { reference: &notice.reference })
}

pub(crate) fn count(context: &Context, request: &Request) -> Result<Answer, Failure> {
    #[derive(Serialize)]
    struct Count {
        sender: String,
        count: i64,
        kept: usize,
    }
    let sender = request.parameter("sender").map_or_else(|| sender(context), |named| Ok(named.to_owned()))?;
    let kept = NOTICES.scan(&(sender.clone(),), Order::Ascending).take(MOST_COUNTED);
    let kept = kept.collect::<Result<Vec<_>, _>>()?.len();
    let key = (sender,);
    let count = COUNTS.value(&key);
    Answer::json(200, &Count { sender: key.0, count, kept })
}

fn sender(context: &Context) -> Result<String, Failure> {
    let sender = context.caller.subsystem().map(str::to_owned);
    sender.ok_or_else(|| Failure::Denied("notices come from subsystems".to_owned()))
}
