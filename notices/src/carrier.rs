//! Who brings a notice to a citizen, and what may come of that.

use async_trait::async_trait;
use aws_lc_rs::digest;
use clock::Timestamp;

use crate::contacts::Contacts;
use crate::notice::Notice;
use crate::templates::Rendered;

/// A notice on its way.
#[derive(Debug)]
pub struct Parcel<'p> {
    /// The same at each attempt, and only of this notice: who gets it twice can tell.
    pub id: String,
    /// The notice.
    pub notice: &'p Notice,
    /// The notice in words.
    pub rendered: &'p Rendered,
    /// Where it goes.
    pub contacts: &'p Contacts,
    /// Where it leads: a whole URL.
    pub link: Option<String>,
    /// The site where all her notices are.
    pub site: &'p str,
    /// The time of the attempt.
    pub now: Timestamp,
}

/// Brings notices on one way.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Hands a notice over.
    ///
    /// # Errors
    /// [`CarryError`] says whether another attempt can help.
    async fn carry(&self, parcel: &Parcel<'_>) -> Result<(), CarryError>;
}

/// Why a notice was not handed over. What a peer says in words is left out: it may repeat whom the notice is for.
#[derive(Debug, thiserror::Error)]
pub enum CarryError {
    /// There is no address.
    #[error("there is no address for it")]
    NoAddress,
    /// It is not taken, and never will be.
    #[error("it was refused for good, with status {status}")]
    Refused {
        /// What the peer answered, by the numbers of its protocol.
        status: u16,
    },
    /// The address cannot be used, and never will be.
    #[error("the address cannot be used: {reason}")]
    Forbidden {
        /// Why.
        reason: &'static str,
    },
    /// It is not taken now.
    #[error("it was not taken this time, with status {status}")]
    NotNow {
        /// What the peer answered.
        status: u16,
    },
    /// Nobody answered.
    #[error("nobody took it: {reason}")]
    Unreachable {
        /// What happened.
        reason: &'static str,
    },
}

/// The id of a notice among those of all citizens: in it, nobody reads who she is.
pub(crate) fn parcel_id(notice: &Notice) -> String {
    let named = [notice.account.as_str().as_bytes(), &[0], notice.id.as_str().as_bytes()].concat();
    hex::encode(&digest::digest(&digest::SHA256, &named).as_ref()[..16])
}
