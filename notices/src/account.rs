//! Who is told, and the names that notices have.

use std::fmt;

/// A citizen, as the server that keeps her account names her.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account(String);

/// The id of a notice. Whoever says it chooses the id: the same one again is the same notice, and is said once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoticeId(String);

/// A path on the state's site, which a notice leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkPath(String);

/// Why something is not a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} is {rule}")]
pub struct NameError {
    what: &'static str,
    rule: &'static str,
}

impl Account {
    /// An account by its name.
    ///
    /// # Errors
    /// When the name is empty, longer than 128 bytes, or has control characters.
    pub fn new(name: impl Into<String>) -> Result<Self, NameError> {
        let name = name.into();
        let fits = (1..=128).contains(&name.len()) && !name.chars().any(char::is_control);
        let refused = NameError { what: "an account", rule: "1 to 128 bytes without control characters" };
        if fits { Ok(Self(name)) } else { Err(refused) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl NoticeId {
    /// A notice by its id.
    ///
    /// # Errors
    /// When the id is empty, longer than 64 bytes, or has other characters than letters, digits, `-`, `_` and `.`.
    pub fn new(id: impl Into<String>) -> Result<Self, NameError> {
        let id = id.into();
        let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let refused = NameError { what: "the id of a notice", rule: "1 to 64 letters, digits, '-', '_' and '.'" };
        if (1..=64).contains(&id.len()) && id.bytes().all(known) { Ok(Self(id)) } else { Err(refused) }
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl LinkPath {
    /// A path, with its query if it has one.
    ///
    /// # Errors
    /// When it does not begin with one `/`, is longer than 512 bytes, or has other than visible ASCII characters.
    pub fn new(path: impl Into<String>) -> Result<Self, NameError> {
        let path = path.into();
        // `//host` and `/\host` would be another site (URL Standard §4.4).
        let stays = path.starts_with('/') && !path[1..].starts_with(['/', '\\']);
        let plain = path.len() <= 512 && path.bytes().all(|byte| byte.is_ascii_graphic());
        let refused =
            NameError { what: "the link of a notice", rule: "a path of at most 512 visible ASCII characters" };
        if stays && plain { Ok(Self(path)) } else { Err(refused) }
    }

    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for NoticeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_bounds() {
        assert!(Account::new("ana@1").is_ok() && NoticeId::new("018f-a.b_c").is_ok());
        assert!(Account::new("").is_err() && Account::new("a\nb").is_err() && Account::new("a".repeat(129)).is_err());
        assert!(NoticeId::new("").is_err() && NoticeId::new("a b").is_err() && NoticeId::new("a".repeat(65)).is_err());
    }

    #[test]
    fn a_link_stays_on_the_site() {
        assert!(LinkPath::new("/casos/7?a=b").is_ok() && LinkPath::new("/").is_ok());
        for path in ["", "casos", "//evil.example", "/\\evil.example", "https://evil.example", "/a b", "/a\r\nb", "/ñ"]
        {
            assert_eq!(
                LinkPath::new(path).unwrap_err().to_string(),
                "the link of a notice is a path of at most 512 visible ASCII characters",
                "{path}"
            );
        }
    }
}
