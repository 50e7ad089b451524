//! Who is told, and the names that notices have.

use std::fmt;

/// A citizen, as the server that keeps her account names her.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account(String);

/// The id of a notice. Whoever says it chooses the id: the same one again is the same notice, and is said once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoticeId(String);

/// Where a notice leads: a path on the state's site, or a page elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link(String);

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

impl Link {
    /// A path, with its query if it has one.
    ///
    /// # Errors
    /// When it does not begin with one `/`, is longer than 512 bytes, or has other than visible ASCII characters.
    pub fn path(path: impl Into<String>) -> Result<Self, NameError> {
        let path = path.into();
        // `//host` and `/\host` would be another site (URL Standard §4.4).
        let stays = path.starts_with('/') && !path[1..].starts_with(['/', '\\']);
        let plain = path.len() <= 512 && path.bytes().all(|byte| byte.is_ascii_graphic());
        let refused =
            NameError { what: "the link of a notice", rule: "a path of at most 512 visible ASCII characters" };
        if stays && plain { Ok(Self(path)) } else { Err(refused) }
    }

    /// A page elsewhere, by its whole address.
    ///
    /// # Errors
    /// When it does not begin with `https://`, is longer than 1,024 bytes, or has other than visible ASCII characters.
    pub fn page(address: impl Into<String>) -> Result<Self, NameError> {
        let address = address.into();
        let host = address.strip_prefix("https://").unwrap_or_default();
        let named = host.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        let plain = address.len() <= 1_024 && address.bytes().all(|byte| byte.is_ascii_graphic());
        let rule = "a page's address: https:// and at most 1,024 visible ASCII characters";
        if named && plain { Ok(Self(address)) } else { Err(NameError { what: "the link of a notice", rule }) }
    }

    /// As it was kept.
    pub(crate) fn read(kept: String) -> Option<Self> {
        if kept.starts_with('/') { Self::path(kept) } else { Self::page(kept) }.ok()
    }

    /// The path, or the whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The whole address, for a site that is reached at `site`.
    #[must_use]
    pub fn on(&self, site: &str) -> String {
        if self.0.starts_with('/') { format!("{site}{}", self.0) } else { self.0.clone() }
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
        assert!(Link::path("/casos/7?a=b").is_ok() && Link::path("/").is_ok());
        assert_eq!(Link::path("/casos/7").map(|link| link.on("https://a.bo")), Ok("https://a.bo/casos/7".to_owned()));
        for path in ["", "casos", "//evil.example", "/\\evil.example", "https://evil.example", "/a b", "/a\r\nb", "/ñ"]
        {
            assert_eq!(
                Link::path(path).unwrap_err().to_string(),
                "the link of a notice is a path of at most 512 visible ASCII characters",
                "{path}"
            );
        }
        let page = Link::page("https://libro.a.bo/entries/1").unwrap();
        assert_eq!(page.on("https://a.bo"), "https://libro.a.bo/entries/1");
        for address in ["http://a.bo/", "https://", "https:///a", "javascript:alert(1)", "https://a.bo/ñ"] {
            assert!(Link::page(address).is_err(), "{address}");
        }
    }
}
