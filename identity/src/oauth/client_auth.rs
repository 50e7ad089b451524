//! Which client it is that calls (RFC 6749 §2.3).

use super::params::Params;
use crate::clients::{Client, Clients};
use crate::web::Visit;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use url::form_urlencoded;
use zeroize::Zeroizing;

/// Why a client is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ClientRefusal {
    #[error("the client is not known, or its secret is wrong")]
    NotBelieved,
    #[error("a client shows its secret in one way, not in two")]
    TwoWays,
}

/// The client that a call comes from: by `client_secret_basic`, by `client_secret_post`, or without a secret if it has none.
pub(crate) fn authenticated<'a>(
    visit: &Visit,
    params: &Params,
    clients: &'a Clients,
) -> Result<&'a Client, ClientRefusal> {
    let basic = visit.head.headers.get(AUTHORIZATION).map(|value| value.to_str().ok().and_then(basic));
    let (id, secret) = match basic {
        Some(_) if params.get("client_secret").is_some() => return Err(ClientRefusal::TwoWays),
        Some(None) => return Err(ClientRefusal::NotBelieved),
        Some(Some((id, secret))) => (id, Some(secret)),
        None => {
            let id = params.get("client_id").ok_or(ClientRefusal::NotBelieved)?;
            (id.to_owned(), params.get("client_secret").map(|secret| Zeroizing::new(secret.to_owned())))
        }
    };
    if params.get("client_id").is_some_and(|said| said != id) {
        return Err(ClientRefusal::NotBelieved);
    }
    let client = clients.get(&id).ok_or(ClientRefusal::NotBelieved)?;
    let is_it = match (&client.secret, &secret) {
        (None, None) => true,
        (Some(digest), Some(secret)) => digest.is_of(secret),
        (None, Some(_)) | (Some(_), None) => false,
    };
    if is_it { Ok(client) } else { Err(ClientRefusal::NotBelieved) }
}

/// §2.3.1: both are encoded as in a form before they are put together.
fn basic(header: &str) -> Option<(String, Zeroizing<String>)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") || encoded.len() > MAX_BYTES {
        return None;
    }
    let both = Zeroizing::new(String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?);
    let (id, secret) = both.split_once(':')?;
    Some((form_decoded(id)?, Zeroizing::new(form_decoded(secret)?)))
}

fn form_decoded(text: &str) -> Option<String> {
    // A name with an empty value is what one text alone is parsed as.
    let mut pairs = form_urlencoded::parse(text.as_bytes());
    match (pairs.next(), pairs.next()) {
        (None, _) => Some(String::new()),
        (Some((name, value)), None) if value.is_empty() && !text.contains('=') => Some(name.into_owned()),
        _ => None,
    }
}

const MAX_BYTES: usize = 4 << 10;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_are_decoded_as_in_a_form() {
        let header = format!("Basic {}", STANDARD.encode("portal%3A1:a+b%3A%C3%B1"));
        let (id, secret) = basic(&header).expect("a client");
        assert_eq!((id.as_str(), secret.as_str()), ("portal:1", "a b:ñ"));
        for wrong in ["Basic", "Bearer YTpi", "Basic ñ", "Basic YWI="] {
            assert!(basic(wrong).is_none(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(id in "\\PC{1,20}", secret in "\\PC{0,20}") {
            let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let header = format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(&id), encoded(&secret))));
            let (found, said) = basic(&header).expect("a client");
            prop_assert_eq!((found, said.as_str()), (id, secret.as_str()));
        }
    }
}
