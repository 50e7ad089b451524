//! As many ordinary visitors as there are attackers, for comparison: what the machine's cores cost others who only come.

use super::attack::PER_SECOND;
use super::crowd::Crowd;
use crate::gateway::door::Door;
use anyhow::Result;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

const ADDRESSES: u32 = 8;

/// They begin to come, for so long: each with a new connection, for one page.
pub(super) fn begin(door: &Arc<Door>, lasting: Duration) -> Result<Crowd> {
    let (mut crowd, door) = (Crowd::gather("guests")?, door.clone());
    crowd.come(PER_SECOND, lasting, move |number, _| {
        let door = door.clone();
        let from = Ipv4Addr::from(u32::from(Ipv4Addr::new(127, 0, 3, 1)) + number % ADDRESSES);
        async move {
            // What they notice is not asked: those who are measured are the visitors.
            if let Ok(mut browser) = door.browser_from(from).await {
                let _ = browser.get("/").await;
            }
        }
    })?;
    Ok(crowd)
}
