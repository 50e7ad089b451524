//! How messages travel between security servers.
//!
//! The Chakana transport: one message is one HTTP/2 POST of frames over mutually authenticated TLS 1.3.

pub mod frames;
mod heard;
pub mod link;
pub mod peers;
pub mod tls;

/// The transports this server speaks. X-Road 7's own (multipart over TLS 1.2) is to be the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Transport {
    /// Frames over HTTP/2, version 1.
    Chakana1,
}

/// The form in which messages are signed and proven. X-Road 7's own (XAdES and hash chains) is to be the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceProfile {
    /// CAdES over an ASiC manifest, proven by a Merkle log.
    Chakana1,
}

impl Transport {
    /// Every version this server speaks, the preferred one first.
    pub const ALL: [Self; 1] = [Self::Chakana1];

    /// The number by which a version is negotiated.
    #[must_use]
    pub const fn version(self) -> u16 {
        match self {
            Self::Chakana1 => 1,
        }
    }

    /// Where messages of this version are posted.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Chakana1 => "/chakana/1/message",
        }
    }

    /// How messages of this version are signed.
    #[must_use]
    pub const fn evidence(self) -> EvidenceProfile {
        match self {
            Self::Chakana1 => EvidenceProfile::Chakana1,
        }
    }

    /// The best version that is also one of the peer's, as its answer lists them (`1 2 3`).
    #[must_use]
    pub fn common(versions: &str) -> Option<Self> {
        let theirs: Vec<u16> = versions.split(' ').take(32).filter_map(|version| version.parse().ok()).collect();
        Self::ALL.into_iter().find(|own| theirs.contains(&own.version()))
    }
}

/// The header in which a server lists the versions it speaks when it is asked for another one.
pub const VERSIONS_HEADER: &str = "chakana-transport-versions";

/// What [`VERSIONS_HEADER`] says of this server.
#[must_use]
pub fn versions() -> String {
    Transport::ALL.map(|transport| transport.version().to_string()).join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_on_a_version_that_both_speak() {
        assert_eq!(Transport::common("3 2 1"), Some(Transport::Chakana1));
        assert_eq!(Transport::common("2"), None);
        assert_eq!(Transport::common("one"), None);
        assert_eq!(Transport::common(&versions()), Some(Transport::Chakana1));
    }
}
