//! Transactions of one thread that are open at the same time: each failure can be repeated, and becomes small.

use std::sync::atomic::AtomicU64;

use proptest::prelude::*;

use super::new_store;
use crate::checker::check;
use crate::random::{End, end, step};
use crate::scale;
use crate::session::{Session, Step, history};

/// What happens next to one of the places for a transaction.
#[derive(Debug, Clone)]
enum Event {
    Step(usize, Step),
    End(usize, End),
}

const PLACES: usize = 4;

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (0..PLACES, step()).prop_map(|(place, step)| Event::Step(place, step)),
        1 => (0..PLACES, end()).prop_map(|(place, end)| Event::End(place, end)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64 * scale()))]

    #[test]
    fn open_at_the_same_time_they_are_serializable(events in prop::collection::vec(event(), 1..120)) {
        let (_folder, store) = new_store();
        let clock = AtomicU64::new(0);
        let mut places: [Option<Session>; PLACES] = std::array::from_fn(|_| None);
        let mut committed = Vec::new();
        for (id, event) in (1..).zip(events) {
            match event {
                Event::Step(place, step) => {
                    places[place].get_or_insert_with(|| Session::begin(&store, &clock, id)).step(&step);
                }
                Event::End(place, End::Commit) => {
                    committed.extend(places[place].take().and_then(|session| session.commit(&clock)));
                }
                Event::End(place, End::Abort) => places[place] = None,
            }
        }
        drop(places);
        prop_assert_eq!(check(&history(&store, committed)), Ok(()));
    }
}
