//! The relying parties: what they are called, where they are, and what they may ask for.

use factors::{digest_of, is_same};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use thiserror::Error;
use url::Url;

/// A relying party (RFC 6749 §2, OpenID Connect Dynamic Client Registration 1.0 §2).
#[derive(Debug, Clone)]
pub struct Client {
    /// What it is called in requests.
    pub id: String,
    /// What people know it as.
    pub name: String,
    /// The digest of its secret; without one it is public, and PKCE alone binds a code to it.
    pub secret: Option<ClientSecretDigest>,
    /// Whose it is: all clients of one sector know people by the same subject. An entity's identifier.
    pub sector: String,
    /// Where browsers may be sent back to, letter by letter.
    pub redirect_uris: Vec<String>,
    /// Where browsers may be sent after signing out, letter by letter.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it is told that somebody signed out (OpenID Connect Back-Channel Logout 1.0 §2.2).
    pub backchannel_logout_uri: Option<String>,
    /// Whether people are asked before it learns who they are.
    pub consent: Consent,
    /// What it may ask for.
    pub scopes: Vec<Scope>,
    /// How its ID tokens are signed.
    pub id_token_signed_response_alg: IdTokenAlgorithm,
}

/// Whether people are asked before a client learns who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// Once for each scope, until they withdraw it.
    Asked,
    /// Not: it is the provider's own.
    FirstParty,
}

/// What a client may ask for (OpenID Connect Core 1.0 §5.4; the Spanish ones as Ciudadanía Digital has them).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// That somebody is the same as before.
    OpenId,
    /// Name and identity document.
    Profile,
    /// Day of birth.
    Birthdate,
    /// E-mail address.
    Email,
    /// Mobile telephone.
    Phone,
    /// Whom she may represent.
    Representation,
    /// To learn it also when she is not there.
    OfflineAccess,
}

/// How an ID token is signed (RFC 7518 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum IdTokenAlgorithm {
    /// ECDSA on P-256.
    #[default]
    Es256,
    /// RSA, for clients that know nothing else. OpenID Connect Discovery 1.0 §3: every provider has it.
    Rs256,
}

impl IdTokenAlgorithm {
    /// All of them, the usual one first.
    pub const ALL: [Self; 2] = [Self::Es256, Self::Rs256];

    /// As it is called in metadata and tokens.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }
}

/// What is kept of a client's secret. The secret is random, of 128 bits at least, so a digest of it is no way to find it.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecretDigest([u8; 32]);

/// The relying parties of a provider.
#[derive(Debug, Clone, Default)]
pub struct Clients(BTreeMap<String, Client>);

/// Why clients are not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ClientsError {
    /// Two have one name.
    #[error("two clients are called {0}")]
    Twice(String),
    /// The name is not one.
    #[error("a client's id has 1 to 100 visible letters of ASCII, which {0:?} has not")]
    Id(String),
    /// Too few to be random.
    #[error("a client's secret has at least 16 letters")]
    ShortSecret,
    /// An address that cannot be called.
    #[error("client {client} has the {what} {address}, which is no https address without a fragment")]
    Address {
        /// Whose.
        client: String,
        /// Which of its addresses.
        what: &'static str,
        /// What it says.
        address: String,
    },
    /// A client that cannot be used.
    #[error("client {0} has no redirect address, or not the scope openid")]
    Useless(String),
}

impl ClientSecretDigest {
    /// What is kept of a secret.
    ///
    /// # Errors
    /// [`ClientsError::ShortSecret`].
    pub fn of(secret: &str) -> Result<Self, ClientsError> {
        if secret.len() < MIN_SECRET_BYTES { Err(ClientsError::ShortSecret) } else { Ok(Self(digest_of(secret))) }
    }

    /// What was kept.
    #[must_use]
    pub fn from_bytes(digest: [u8; 32]) -> Self {
        Self(digest)
    }

    pub(crate) fn is_of(&self, secret: &str) -> bool {
        is_same(&self.0, &digest_of(secret))
    }
}

impl fmt::Debug for ClientSecretDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecretDigest(…)")
    }
}

impl Clients {
    /// The relying parties, if they can be so.
    ///
    /// # Errors
    /// [`ClientsError`].
    pub fn new(clients: impl IntoIterator<Item = Client>) -> Result<Self, ClientsError> {
        let mut by_id = BTreeMap::new();
        for client in clients {
            check(&client)?;
            if let Some(before) = by_id.insert(client.id.clone(), client) {
                return Err(ClientsError::Twice(before.id));
            }
        }
        Ok(Self(by_id))
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Client> {
        self.0.get(id)
    }
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::OpenId,
        Self::Profile,
        Self::Birthdate,
        Self::Email,
        Self::Phone,
        Self::Representation,
        Self::OfflineAccess,
    ];

    /// Its name in requests.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Profile => "profile",
            Self::Birthdate => "fecha_nacimiento",
            Self::Email => "email",
            Self::Phone => "celular",
            Self::Representation => "representacion",
            Self::OfflineAccess => "offline_access",
        }
    }

    /// The scope of a name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }

    pub(crate) fn list(text: &str) -> Vec<Self> {
        let mut scopes: Vec<Self> = text.split(' ').filter_map(Self::of).take(64).collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }

    pub(crate) fn text(scopes: &[Self]) -> String {
        scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ")
    }
}

fn check(client: &Client) -> Result<(), ClientsError> {
    if !(1..=100).contains(&client.id.len()) || !client.id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ClientsError::Id(client.id.clone()));
    }
    if client.redirect_uris.is_empty() || !client.scopes.contains(&Scope::OpenId) {
        return Err(ClientsError::Useless(client.id.clone()));
    }
    let kinds = [
        ("redirect_uri", client.redirect_uris.iter().collect::<Vec<_>>()),
        ("post_logout_redirect_uri", client.post_logout_redirect_uris.iter().collect()),
        ("backchannel_logout_uri", client.backchannel_logout_uri.iter().collect()),
    ];
    for (what, addresses) in kinds {
        for address in addresses {
            if !is_address(address) {
                return Err(ClientsError::Address { client: client.id.clone(), what, address: address.clone() });
            }
        }
    }
    Ok(())
}

/// RFC 6749 §3.1.2 and RFC 9700 §4.1: absolute, without a fragment, over TLS but at the citizen's own machine (RFC 8252 §7.3).
fn is_address(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let is_own_machine = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    let is_safe = url.scheme() == "https" || url.scheme() == "http" && is_own_machine;
    is_safe && url.fragment().is_none() && url.username().is_empty() && url.password().is_none()
}

const MIN_SECRET_BYTES: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn client() -> Client {
        Client {
            id: "portal".to_owned(),
            name: "Portal".to_owned(),
            secret: None,
            sector: "BO/GOV/1".to_owned(),
            redirect_uris: vec!["https://portal.example/-/signed-in".to_owned()],
            post_logout_redirect_uris: vec![],
            backchannel_logout_uri: None,
            consent: Consent::Asked,
            scopes: vec![Scope::OpenId],
            id_token_signed_response_alg: IdTokenAlgorithm::Es256,
        }
    }

    #[test]
    fn refuses_clients_that_cannot_be_so() {
        assert!(Clients::new([client()]).is_ok());
        assert_eq!(Clients::new([client(), client()]).err(), Some(ClientsError::Twice("portal".to_owned())));
        assert_eq!(
            Clients::new([Client { id: "a b".to_owned(), ..client() }]).err(),
            Some(ClientsError::Id("a b".to_owned()))
        );
        assert!(matches!(Clients::new([Client { scopes: vec![], ..client() }]), Err(ClientsError::Useless(_))));
        for address in [
            "http://portal.example/",
            "https://portal.example/#a",
            "/a",
            "javascript:alert(1)",
            "https://a:b@portal.example/",
        ] {
            let wrong = Client { redirect_uris: vec![address.to_owned()], ..client() };
            assert!(matches!(Clients::new([wrong]), Err(ClientsError::Address { .. })), "{address}");
        }
        assert_eq!(ClientSecretDigest::of("short").err(), Some(ClientsError::ShortSecret));
    }

    proptest! {
        #[test]
        fn scopes_are_what_they_were(text in "(openid |profile |email |x |\\PC){0,8}") {
            let scopes = Scope::list(&text);
            prop_assert_eq!(Scope::list(&Scope::text(&scopes)), scopes);
        }
    }
}
