//! Path globs: `*` is one segment, `**` is anything.

use std::fmt;
use std::str::FromStr;

/// Longest glob, in bytes.
pub const MAX_GLOB_BYTES: usize = 1024;

/// A pattern over normalised paths, as X-Road has it: `*` matches within a segment, `**` across, `\*` is a star.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathGlob {
    text: String,
    tokens: Vec<Token>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Token {
    Literal(String),
    WithinSegment,
    Anything,
}

/// Why a text is not a glob.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GlobError {
    /// It is empty, or begins with neither `/` nor `**`.
    #[error("a path pattern begins with '/' or is '**'")]
    Start,
    /// Longer than [`MAX_GLOB_BYTES`], or with more than [`MAX_STARS`] stars.
    #[error("a path pattern has at most {MAX_GLOB_BYTES} bytes and {MAX_STARS} stars")]
    TooLong,
    /// It holds a segment `..`, which no normalised path has.
    #[error("a path pattern never matches with a segment '..'")]
    Climbs,
}

/// Most stars of one glob: what bounds the work of a match.
pub const MAX_STARS: usize = 16;

impl PathGlob {
    /// The glob that every path matches.
    #[must_use]
    pub fn anything() -> Self {
        Self { text: "**".to_owned(), tokens: vec![Token::Anything] }
    }

    /// Whether a normalised path (see [`crate::request_uri::normalise`]) matches.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        matches(&self.tokens, path)
    }

    /// The glob as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for PathGlob {
    type Err = GlobError;

    fn from_str(text: &str) -> Result<Self, GlobError> {
        if text.len() > MAX_GLOB_BYTES {
            return Err(GlobError::TooLong);
        }
        if !text.starts_with('/') && !text.starts_with("**") {
            return Err(GlobError::Start);
        }
        if text.split('/').any(|segment| segment == "..") {
            return Err(GlobError::Climbs);
        }
        let tokens = tokens(text);
        let stars = tokens.iter().filter(|token| !matches!(token, Token::Literal(_))).count();
        if stars > MAX_STARS { Err(GlobError::TooLong) } else { Ok(Self { text: text.to_owned(), tokens }) }
    }
}

impl fmt::Display for PathGlob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let (token, length) = match rest {
            _ if rest.starts_with(r"\*") => (None, 2),
            _ if rest.starts_with("**") => (Some(Token::Anything), 2),
            _ if rest.starts_with('*') => (Some(Token::WithinSegment), 1),
            _ => (None, character.len_utf8()),
        };
        match token {
            None => literal.push_str(if length == 2 && character == '\\' { "*" } else { &rest[..length] }),
            Some(token) => {
                if !literal.is_empty() {
                    tokens.push(Token::Literal(std::mem::take(&mut literal)));
                }
                tokens.push(token);
            }
        }
        rest = &rest[length..];
    }
    if !literal.is_empty() {
        tokens.push(Token::Literal(literal));
    }
    tokens
}

/// Follows every way through the pattern at once, so that no pattern makes it slow.
fn matches(tokens: &[Token], path: &str) -> bool {
    let mut state = vec![false; path.len() + 1];
    state[0] = true;
    for token in tokens {
        state = step(token, path, &state);
    }
    state[path.len()]
}

/// The ends that can be reached from the ends in `from` by one token: work bounded by tokens × path.
fn step(token: &Token, path: &str, from: &[bool]) -> Vec<bool> {
    let mut reached = vec![false; from.len()];
    let mut open = false;
    for at in 0..from.len() {
        match token {
            Token::Literal(literal) => {
                if from[at] && path.as_bytes()[at..].starts_with(literal.as_bytes()) {
                    reached[at + literal.len()] = true;
                }
            }
            Token::Anything => {
                open |= from[at];
                reached[at] = open;
            }
            Token::WithinSegment => {
                open = from[at] || (open && at > 0 && path.as_bytes()[at - 1] != b'/');
                reached[at] = open;
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(glob: &str, path: &str) -> bool {
        glob.parse::<PathGlob>().unwrap().matches(path)
    }

    #[test]
    fn one_star_stays_within_a_segment() {
        assert!(check("/pets/*", "/pets/7"));
        assert!(check("/pets/*", "/pets/"));
        assert!(!check("/pets/*", "/pets/7/name"));
        assert!(check("/pets/*/name", "/pets/7/name"));
        assert!(check("/p*s/*", "/pets/7"));
        assert!(!check("/pets/*", "/pet/7"));
    }

    #[test]
    fn two_stars_match_anything() {
        assert!(check("/pets/**", "/pets/7/name"));
        assert!(check("**", ""));
        assert!(check("**/name", "/pets/7/name"));
        assert!(!check("/pets/**", "/pets"));
    }

    #[test]
    fn an_escaped_star_is_a_star() {
        assert!(check(r"/a\*b", "/a*b"));
        assert!(!check(r"/a\*b", "/axb"));
    }

    #[test]
    fn refuses_patterns_that_cannot_be_meant() {
        assert_eq!("pets".parse::<PathGlob>(), Err(GlobError::Start));
        assert_eq!("".parse::<PathGlob>(), Err(GlobError::Start));
        assert_eq!("/a/../b".parse::<PathGlob>(), Err(GlobError::Climbs));
        assert_eq!(format!("/{}", "a*".repeat(17)).parse::<PathGlob>(), Err(GlobError::TooLong));
    }

    #[test]
    fn many_stars_do_not_make_a_match_slow() {
        assert!(!check(&format!("/{}b", "a*".repeat(16)), &format!("/{}", "a".repeat(4000))));
    }

    proptest! {
        #[test]
        fn a_literal_glob_matches_itself_alone(path in "(/[a-c]{0,3}){1,4}", other in "(/[a-c]{0,3}){1,4}") {
            prop_assert!(check(&path, &path));
            prop_assert_eq!(check(&path, &other), path == other);
        }

        #[test]
        fn agrees_with_a_naive_matcher(glob in "/[ab/*]{0,8}", path in "/[ab/]{0,8}") {
            if let Ok(parsed) = glob.parse::<PathGlob>() {
                prop_assert_eq!(parsed.matches(&path), naive(&parsed.tokens, &path));
            }
        }
    }

    fn naive(tokens: &[Token], path: &str) -> bool {
        let Some((token, rest)) = tokens.split_first() else { return path.is_empty() };
        match token {
            Token::Literal(literal) => path.strip_prefix(literal.as_str()).is_some_and(|path| naive(rest, path)),
            Token::Anything => (0..=path.len()).any(|at| naive(rest, &path[at..])),
            Token::WithinSegment => {
                let most = path.find('/').unwrap_or(path.len());
                (0..=most).any(|at| naive(rest, &path[at..]))
            }
        }
    }
}
