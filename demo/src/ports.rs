//! The ports of a small state: a fixed row, or whatever is free.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::Range;
use std::sync::Mutex;

/// Gives out ports of this machine.
#[derive(Debug)]
pub enum Ports {
    /// One after the other.
    Fixed(Mutex<u16>),
    /// Whatever the system says is free.
    Free,
}

impl Ports {
    /// Ports from `first` on.
    #[must_use]
    pub fn fixed(first: u16) -> Self {
        Self::Fixed(Mutex::new(first))
    }

    /// The next port.
    ///
    /// # Errors
    /// When the system has none.
    pub fn next(&self) -> std::io::Result<SocketAddr> {
        match self {
            Self::Fixed(next) => {
                let mut next = next.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let address = SocketAddr::from((Ipv4Addr::LOCALHOST, *next));
                *next = next.checked_add(1).ok_or(std::io::ErrorKind::AddrNotAvailable)?;
                Ok(address)
            }
            Self::Free => free(),
        }
    }
}

/// Below the range from which the system takes the near ends of connections: a port from there would soon be taken.
const FREE: Range<u16> = 20_000..32_000;
/// Ports that one process takes at a time. It holds the first of them for as long as it runs, and gives out the others:
/// so tests that run side by side never meet, although a port is bound some time after it was given out.
const ROW: u16 = 50;

/// The ports of a row that were not given out yet, and what holds the rows.
struct Rows {
    left: Range<u16>,
    held: Vec<TcpListener>,
}

fn free() -> std::io::Result<SocketAddr> {
    // Short critical section around a few system calls.
    static ROWS: Mutex<Rows> = Mutex::new(Rows { left: 0..0, held: Vec::new() });
    let mut rows = ROWS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    loop {
        for port in rows.left.by_ref() {
            if let Ok(socket) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                return socket.local_addr();
            }
        }
        let (left, holder) = next_row()?;
        rows.left = left;
        rows.held.push(holder);
    }
}

/// A row that no process holds.
fn next_row() -> std::io::Result<(Range<u16>, TcpListener)> {
    for first in FREE.step_by(usize::from(ROW)) {
        if let Ok(holder) = TcpListener::bind((Ipv4Addr::LOCALHOST, first)) {
            return Ok((first + 1..first + ROW, holder));
        }
    }
    Err(std::io::ErrorKind::AddrNotAvailable.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_free_port_is_given_out_twice() {
        let given: HashSet<SocketAddr> = (0..200).map(|_| Ports::Free.next().unwrap()).collect();
        assert_eq!(given.len(), 200);
        assert!(given.iter().all(|address| FREE.contains(&address.port())));
    }
}
