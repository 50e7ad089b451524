//! The ports of a small state: a fixed row, or whatever is free.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
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
            // The port is free again at once; a system gives out others first before it gives out this one again.
            Self::Free => TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr(),
        }
    }
}
