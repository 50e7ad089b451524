//! How much of what is sent is kept aside on the disk at once: of all together, and of one client.

use crate::refusal::Refusal;
use listener::{Peer, Shares};

/// The room there is.
pub(crate) struct Room {
    most: u64,
    of_all: Shares<()>,
    of_clients: Shares<Peer>,
}

/// The room that one file takes, until it is dropped.
pub(crate) struct Share {
    most: u64,
    of_all: listener::Share<()>,
    of_client: listener::Share<Peer>,
}

/// So many clients fill the room together, at least.
const CLIENTS_THAT_FILL_IT: u64 = 4;

impl Room {
    pub(crate) fn new(most: u64) -> Self {
        Self { most, of_all: Shares::default(), of_clients: Shares::default() }
    }

    /// The share of a file that a client begins to send.
    pub(crate) fn share(&self, client: Peer) -> Share {
        Share { most: self.most, of_all: self.of_all.share(()), of_client: self.of_clients.share(client) }
    }
}

impl Share {
    /// Takes so much more. Whoever is refused is done with: what it has is dropped.
    pub(crate) fn grow(&mut self, bytes: u64) -> Result<(), Refusal> {
        if !self.of_client.grow(bytes, self.most / CLIENTS_THAT_FILL_IT) {
            return Err(Refusal::TooOften);
        }
        if self.of_all.grow(bytes, self.most) { Ok(()) } else { Err(Refusal::Busy) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_takes_no_more_than_its_share_and_all_no_more_than_there_is() {
        let room = Room::new(400);
        let client = |number| Peer::V4([10, 0, 0, number]);
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
        assert_eq!((room.of_all.holders(), room.of_clients.holders()), (0, 0));
    }
}
