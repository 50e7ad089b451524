//! Who asks: what the caller says, else the user that the kernel names.

use crate::ApiError;
use crate::uri::percent_decoded;
use http::HeaderMap;
use listener::{Connection, PeerAddress};

/// The header in which a caller names an author, percent-encoded.
pub(crate) const AUTHOR_HEADER: &str = "chakana-author";

const MAX_AUTHOR_BYTES: usize = 200;
const USERS: &str = "/etc/passwd";

/// The author of a request.
pub(crate) async fn author(headers: &HeaderMap, connection: Option<&Connection>) -> Result<String, ApiError> {
    if let Some(header) = headers.get(AUTHOR_HEADER) {
        return header.to_str().map_or_else(|_| Err(not_a_name()), named);
    }
    match connection.map(|connection| connection.peer_address) {
        Some(PeerAddress::Unix { user }) => {
            // Who is not in the file may still be known to a directory service; the number names them all the same.
            let users = tokio::fs::read_to_string(USERS).await.unwrap_or_default();
            Ok(name_of(user, &users).unwrap_or_else(|| format!("user {user}")))
        }
        Some(PeerAddress::Tcp(address)) => Ok(address.to_string()),
        None => Ok("unknown".to_owned()),
    }
}

fn named(text: &str) -> Result<String, ApiError> {
    let name = percent_decoded(text)?;
    let fits = !name.trim().is_empty() && name.len() <= MAX_AUTHOR_BYTES && !name.contains(char::is_control);
    if fits { Ok(name) } else { Err(not_a_name()) }
}

fn not_a_name() -> ApiError {
    let message = format!("the header {AUTHOR_HEADER} is not a name of at most {MAX_AUTHOR_BYTES} bytes");
    ApiError::invalid(message, "send a name, percent-encoded, or leave the header out")
}

/// The name of a user in the text of a user file.
fn name_of(user: u32, users: &str) -> Option<String> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _password, number) = (fields.next()?, fields.next()?, fields.next()?);
        (number.parse() == Ok(user) && !name.is_empty()).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_name_of_a_user() {
        let users = "root:x:0:0:root:/root:/bin/bash\nbroken\n:x:7:\nmaria:x:1000:1000::/home/maria:/bin/sh\n";
        assert_eq!(name_of(0, users).as_deref(), Some("root"));
        assert_eq!(name_of(1000, users).as_deref(), Some("maria"));
        assert_eq!(name_of(7, users), None);
        assert_eq!(name_of(8, users), None);
    }

    #[test]
    fn takes_a_name_and_refuses_what_is_none() {
        assert_eq!(named("Mar%C3%ADa%20Quispe").unwrap(), "María Quispe");
        for text in ["", "%20", "a%0Ab", "%ff", &"a".repeat(MAX_AUTHOR_BYTES + 1)] {
            assert!(named(text).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "[a-z:0-9\n]{0,60}", header in ".{0,40}") {
            let _ = (name_of(1, &text), named(&header));
        }
    }
}
