//! The ports of a small state: a fixed row, or whatever is free.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU16, Ordering};

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
const FREE: std::ops::Range<u16> = 20_000..32_000;

fn free() -> std::io::Result<SocketAddr> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let width = FREE.end - FREE.start;
    // Processes begin at different places, so that tests that run side by side seldom meet.
    let start = u16::try_from(std::process::id() % u32::from(width)).unwrap_or_default();
    for _ in 0..width {
        let offset = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = FREE.start + (start.wrapping_add(offset)) % width;
        if let Ok(socket) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return socket.local_addr();
        }
    }
    Err(std::io::ErrorKind::AddrNotAvailable.into())
}
