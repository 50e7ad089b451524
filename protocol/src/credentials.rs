//! Credentials: what proves a sender, one unit named by its digest.
//!
//! Servers that have met send the digest instead of the unit, and a message log keeps each unit once.

use crate::hash::Sha256Hash;

/// Largest unit, in bytes.
pub const MAX_CREDENTIALS_BYTES: usize = 32 * 1024;

/// Most certificates of a chain.
pub const MAX_CHAIN: usize = 6;

/// A signing certificate with its chain, and the certificate status that goes with the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// DER certificates of the signing member: leaf first, without the root.
    pub signing_chain: Vec<Vec<u8>>,
    /// DER OCSP response for the signing certificate.
    pub signing_status: Vec<u8>,
    /// DER certificates of the sending server's authentication: leaf first, without the root.
    pub authentication_chain: Vec<Vec<u8>>,
    /// DER OCSP response for the authentication certificate.
    pub authentication_status: Vec<u8>,
}

/// Why bytes are not credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// Larger than [`MAX_CREDENTIALS_BYTES`].
    #[error("the credentials exceed {MAX_CREDENTIALS_BYTES} bytes")]
    TooLarge,
    /// Not the four length-prefixed lists.
    #[error("the credentials are truncated, have an empty or overlong list, or bytes too many")]
    Malformed,
}

impl Credentials {
    /// The unit's bytes: each list as a count (u8), each item as a length (u32, big-endian) and its bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(4096);
        put_list(&mut bytes, &self.signing_chain);
        put_list(&mut bytes, std::slice::from_ref(&self.signing_status));
        put_list(&mut bytes, &self.authentication_chain);
        put_list(&mut bytes, std::slice::from_ref(&self.authentication_status));
        bytes
    }

    /// Reads a unit.
    ///
    /// # Errors
    /// When the bytes are not exactly what [`Self::encode`] writes.
    pub fn decode(mut bytes: &[u8]) -> Result<Self, CredentialsError> {
        if bytes.len() > MAX_CREDENTIALS_BYTES {
            return Err(CredentialsError::TooLarge);
        }
        let reader = &mut bytes;
        let signing_chain = take_list(reader, MAX_CHAIN)?;
        let signing_status = take_one(reader)?;
        let authentication_chain = take_list(reader, MAX_CHAIN)?;
        let authentication_status = take_one(reader)?;
        if !reader.is_empty() {
            return Err(CredentialsError::Malformed);
        }
        Ok(Self { signing_chain, signing_status, authentication_chain, authentication_status })
    }

    /// The name of an encoded unit.
    #[must_use]
    pub fn name_of(encoded: &[u8]) -> Sha256Hash {
        Sha256Hash::of(encoded)
    }
}

fn put_list(bytes: &mut Vec<u8>, items: &[Vec<u8>]) {
    bytes.push(u8::try_from(items.len()).unwrap_or(u8::MAX));
    for item in items {
        bytes.extend_from_slice(&u32::try_from(item.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend_from_slice(item);
    }
}

fn take_list(bytes: &mut &[u8], most: usize) -> Result<Vec<Vec<u8>>, CredentialsError> {
    let (&count, rest) = bytes.split_first().ok_or(CredentialsError::Malformed)?;
    *bytes = rest;
    if count == 0 || usize::from(count) > most {
        return Err(CredentialsError::Malformed);
    }
    (0..count).map(|_| take_item(bytes)).collect()
}

fn take_one(bytes: &mut &[u8]) -> Result<Vec<u8>, CredentialsError> {
    Ok(take_list(bytes, 1)?.swap_remove(0))
}

fn take_item(bytes: &mut &[u8]) -> Result<Vec<u8>, CredentialsError> {
    let (length, rest) = bytes.split_first_chunk::<4>().ok_or(CredentialsError::Malformed)?;
    let length = u32::from_be_bytes(*length) as usize;
    let (item, rest) = rest.split_at_checked(length).ok_or(CredentialsError::Malformed)?;
    *bytes = rest;
    Ok(item.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn credentials() -> Credentials {
        Credentials {
            signing_chain: vec![vec![1; 500], vec![2; 400]],
            signing_status: vec![3; 900],
            authentication_chain: vec![vec![5; 10]],
            authentication_status: vec![4; 900],
        }
    }

    #[test]
    fn reads_back_what_it_wrote() {
        assert_eq!(Credentials::decode(&credentials().encode()), Ok(credentials()));
    }

    #[test]
    fn refuses_truncation_and_trailing_bytes() {
        let bytes = credentials().encode();
        for end in 0..bytes.len() {
            assert!(Credentials::decode(&bytes[..end]).is_err(), "{end}");
        }
        assert!(Credentials::decode(&[bytes, vec![0]].concat()).is_err());
        assert!(Credentials::decode(&vec![0; MAX_CREDENTIALS_BYTES + 1]).is_err());
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(credentials) = Credentials::decode(&bytes) {
                prop_assert_eq!(credentials.encode(), bytes);
            }
        }
    }
}
