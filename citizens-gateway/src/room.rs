//! How much of what is sent is kept aside on the disk at once: of all together, and of one client.

use crate::client::Client;
use crate::refusal::Refusal;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The room there is.
pub(crate) struct Room {
    most: u64,
    most_of_client: u64,
    // An addition a piece, never held across a wait. It has an entry for each client that sends something.
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: u64,
    of_clients: HashMap<Client, u64>,
}

/// The room that one file takes, until it is dropped.
pub(crate) struct Share {
    room: Arc<Room>,
    client: Client,
    bytes: u64,
}

/// So many clients fill the room together, at least.
const CLIENTS_THAT_FILL_IT: u64 = 4;

impl Room {
    pub(crate) fn new(most: u64) -> Arc<Self> {
        Arc::new(Self { most, most_of_client: most / CLIENTS_THAT_FILL_IT, taken: Mutex::default() })
    }

    /// The share of a file that a client begins to send.
    pub(crate) fn share(self: &Arc<Self>, client: Client) -> Share {
        Share { room: self.clone(), client, bytes: 0 }
    }
}

impl Share {
    /// Takes so much more.
    pub(crate) fn grow(&mut self, bytes: u64) -> Result<(), Refusal> {
        let mut taken = self.room.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all.saturating_add(bytes) > self.room.most {
            return Err(Refusal::Busy);
        }
        let of_client = taken.of_clients.get(&self.client).copied().unwrap_or_default().saturating_add(bytes);
        if of_client > self.room.most_of_client {
            return Err(Refusal::TooOften);
        }
        taken.of_clients.insert(self.client, of_client);
        taken.all += bytes;
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.room.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= self.bytes;
        if let Some(of_client) = taken.of_clients.get_mut(&self.client) {
            *of_client -= self.bytes;
            if *of_client == 0 {
                taken.of_clients.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_takes_no_more_than_its_share_and_all_no_more_than_there_is() {
        let room = Room::new(400);
        let client = |number| Client::V4([10, 0, 0, number]);
        let mut first = room.share(client(1));
        first.grow(60).expect("room");
        first.grow(40).expect("room");
        let mut second = room.share(client(1));
        assert!(matches!(second.grow(1), Err(Refusal::TooOften)));
        let mut others: Vec<Share> = (2..=4).map(|number| room.share(client(number))).collect();
        others.iter_mut().for_each(|share| share.grow(100).expect("room"));
        assert!(matches!(room.share(client(5)).grow(1), Err(Refusal::Busy)));
        drop(first);
        second.grow(100).expect("the room of what is gone");
        drop((second, others));
        let taken = room.taken.lock().expect("a table");
        assert_eq!((taken.all, taken.of_clients.len()), (0, 0));
    }
}
