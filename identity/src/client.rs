//! Relying parties: who may ask for a sign-in, and as whom they show themselves.

use crate::random;
use aws_lc_rs::constant_time;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use thiserror::Error;
use url::Url;

/// A relying party (OpenID Connect Dynamic Client Registration 1.0 §2, for the names).
#[derive(Debug, Clone)]
pub struct Client {
    /// `client_id`
    pub id: String,
    /// What people know it as.
    pub name: String,
    /// The entity whose it is: clients of one entity know somebody by the same subject, those of others by another.
    pub sector: String,
    /// Where a sign-in may lead back to, to the letter (RFC 9700 §2.1).
    pub redirect_uris: Vec<String>,
    /// Where a sign-out may lead back to, to the letter.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it is told that somebody signed out.
    pub backchannel_logout_uri: Option<String>,
    /// How it shows that it is it.
    pub authentication: ClientAuthentication,
    /// Whether people are asked before it gets something.
    pub consent: Consent,
    /// What it may ask for.
    pub scopes: BTreeSet<Scope>,
    /// How its ID tokens are signed.
    pub id_token_signed_response_alg: SigningAlgorithm,
}

/// How a client shows that it is it.
#[derive(Debug, Clone)]
pub enum ClientAuthentication {
    /// By a secret: `client_secret_basic` or `client_secret_post`.
    Secret(ClientSecretDigest),
    /// It cannot keep one; PKCE is what it has.
    Public,
}

/// What is kept of a client's secret, which is random and at least 128 bits long.
#[derive(Clone)]
pub struct ClientSecretDigest([u8; 32]);

/// Whether people are asked before a client gets what is known of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// They are, and can take it back.
    Asked,
    /// It is the host's own.
    FirstParty,
}

/// How ID tokens are signed (RFC 7518 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SigningAlgorithm {
    /// ECDSA on P-256.
    #[default]
    Es256,
    /// RSA, for clients that have nothing newer.
    Rs256,
}

/// What a client may ask for (OpenID Connect Core 1.0 §5.4, and Ciudadanía Digital).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// That somebody signed in.
    OpenId,
    /// Her document, her name, and for whom she may act.
    Profile,
    /// Her date of birth.
    BirthDate,
    /// Where she gets mail.
    Email,
    /// Her telephone number.
    Mobile,
    /// All that while she is away.
    OfflineAccess,
}

/// All relying parties.
#[derive(Debug, Clone, Default)]
pub struct Clients(BTreeMap<String, Client>);

/// Why relying parties cannot be so.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ClientError {
    /// Two have one id.
    #[error("client {id} is there twice")]
    Twice {
        /// Which.
        id: String,
    },
    /// Something of it cannot be so.
    #[error("client {id}: {what} {value:?} cannot be so: {rule}")]
    Invalid {
        /// Which.
        id: String,
        /// What of it.
        what: &'static str,
        /// As it is.
        value: String,
        /// As it has to be.
        rule: &'static str,
    },
}

impl ClientSecretDigest {
    /// The digest of a secret.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        Self(random::digest(secret))
    }

    pub(crate) fn is_of(&self, secret: &str) -> bool {
        constant_time::verify_slices_are_equal(&self.0, &random::digest(secret)).is_ok()
    }
}

impl fmt::Debug for ClientSecretDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecretDigest(..)")
    }
}

impl SigningAlgorithm {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::OpenId, Self::Profile, Self::BirthDate, Self::Email, Self::Mobile, Self::OfflineAccess];

    /// As it is asked for.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Profile => "profile",
            Self::BirthDate => "fecha_nacimiento",
            Self::Email => "email",
            Self::Mobile => "celular",
            Self::OfflineAccess => "offline_access",
        }
    }

    /// Those that a text names; others are left out (OpenID Connect Core 1.0 §3.1.2.1).
    pub(crate) fn read(text: &str) -> BTreeSet<Self> {
        let named = |name: &str| Self::ALL.into_iter().find(|scope| scope.name() == name);
        text.split(' ').take(64).filter_map(named).collect()
    }

    pub(crate) fn write(scopes: &BTreeSet<Self>) -> String {
        scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(" ")
    }
}

impl Clients {
    /// These relying parties.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn new(clients: impl IntoIterator<Item = Client>) -> Result<Self, ClientError> {
        let mut by_id = BTreeMap::new();
        for client in clients {
            client.check()?;
            let id = client.id.clone();
            if by_id.insert(id.clone(), client).is_some() {
                return Err(ClientError::Twice { id });
            }
        }
        Ok(Self(by_id))
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Client> {
        self.0.get(id)
    }
}

impl Client {
    fn check(&self) -> Result<(), ClientError> {
        let invalid =
            |what, value: &str, rule| ClientError::Invalid { id: self.id.clone(), what, value: value.to_owned(), rule };
        let fits =
            |text: &str| (1..=200).contains(&text.len()) && text.chars().all(|c| c.is_ascii_graphic() && c != '"');
        if !fits(&self.id) {
            return Err(invalid("client_id", &self.id, "1 to 200 printable ASCII letters"));
        }
        if self.sector.is_empty() {
            return Err(invalid("sector", "", "the name of an entity"));
        }
        if self.redirect_uris.is_empty() {
            return Err(invalid("redirect_uris", "", "at least one"));
        }
        let addresses =
            self.redirect_uris.iter().chain(&self.post_logout_redirect_uris).chain(&self.backchannel_logout_uri);
        for address in addresses {
            let url = Url::parse(address).ok().filter(|url| url.fragment().is_none() && url.username().is_empty());
            // RFC 8252 §7.3: an application on the same machine has no certificate.
            let is_safe = |url: &Url| {
                url.scheme() == "https"
                    || (url.scheme() == "http" && matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost")))
            };
            if !url.as_ref().is_some_and(is_safe) {
                return Err(invalid(
                    "address",
                    address,
                    "an https address without a fragment, or http on this machine",
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn client() -> Client {
        Client {
            id: "portal".to_owned(),
            name: "Portal".to_owned(),
            sector: "GOB/1".to_owned(),
            redirect_uris: vec!["https://portal.example/back".to_owned()],
            post_logout_redirect_uris: vec!["https://portal.example/".to_owned()],
            backchannel_logout_uri: Some("https://portal.example/logout".to_owned()),
            authentication: ClientAuthentication::Secret(ClientSecretDigest::of("s3cret")),
            consent: Consent::FirstParty,
            scopes: Scope::ALL.into(),
            id_token_signed_response_alg: SigningAlgorithm::Es256,
        }
    }

    #[test]
    fn refuses_two_of_one_id_and_addresses_that_anybody_reads() {
        assert!(Clients::new([client()]).is_ok());
        assert_eq!(Clients::new([client(), client()]).err(), Some(ClientError::Twice { id: "portal".to_owned() }));
        for bad in ["http://portal.example/", "https://portal.example/#a", "javascript:alert(1)", "/back", ""] {
            let client = Client { redirect_uris: vec![bad.to_owned()], ..client() };
            assert!(matches!(Clients::new([client]), Err(ClientError::Invalid { .. })), "{bad}");
        }
        let local = Client { redirect_uris: vec!["http://127.0.0.1:8080/cb".to_owned()], ..client() };
        assert!(Clients::new([local]).is_ok());
        for client in [
            Client { id: String::new(), ..client() },
            Client { sector: String::new(), ..client() },
            Client { redirect_uris: vec![], ..client() },
        ] {
            assert!(Clients::new([client]).is_err());
        }
    }

    #[test]
    fn scopes_are_read_as_they_are_written_and_unknown_ones_left_out() {
        let scopes = Scope::read("openid celular nothing email");
        assert_eq!(Scope::write(&scopes), "openid email celular");
        assert!(!format!("{:?}", client()).contains("s3cret"));
    }
}
