//! What people are called, and when two people's names are the same.

use sdk::text::fold;

/// The names of somebody.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    pub(crate) given: String,
    pub(crate) first_surname: String,
    pub(crate) second_surname: Option<String>,
}

/// A name as it is compared: accents, case and spaces do not count, however the accents were typed.
#[must_use]
pub(crate) fn compared(name: &str) -> String {
    fold(&name.chars().filter(|letter| !is_mark(*letter)).collect::<String>())
}

/// The surnames as a register writes them, apart after as many words as the first one has; nothing, if they are others.
#[must_use]
pub(crate) fn surnames(registered: &str, first: &str, second: Option<&str>) -> Option<(String, Option<String>)> {
    let typed = format!("{first} {}", second.unwrap_or_default());
    if compared(registered) != compared(&typed) || first.trim().is_empty() {
        return None;
    }
    let words: Vec<&str> = registered.split_whitespace().collect();
    let (first, second) = words.split_at_checked(first.split_whitespace().count())?;
    Some((first.join(" "), Some(second.join(" ")).filter(|second| !second.is_empty())))
}

/// A combining mark, which stands after the letter that it belongs to (Unicode, block 0300).
fn is_mark(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// How somebody may write a letter of her name.
    fn written(letter: char, how: u8) -> String {
        let marked = match letter {
            'a' => "áa\u{301}ÁA",
            'e' => "ée\u{301}ÉE",
            'n' => "ñn\u{303}ÑN",
            'u' => "üu\u{308}ÚU",
            other => return if how.is_multiple_of(2) { other.to_string() } else { other.to_uppercase().to_string() },
        };
        let letters: Vec<char> = marked.chars().collect();
        match how % 5 {
            0 => letter.to_string(),
            1 => letters[0].to_string(),
            2 => letters[1..3].iter().collect(),
            3 => letters[3].to_string(),
            _ => letters[4].to_string(),
        }
    }

    fn word() -> impl Strategy<Value = String> {
        proptest::collection::vec(proptest::sample::select(vec!['a', 'e', 'n', 'u', 'q', 's', 'v', 'z']), 1..8)
            .prop_map(|letters| letters.into_iter().collect())
    }

    fn words(most: usize) -> impl Strategy<Value = Vec<String>> {
        proptest::collection::vec(word(), 1..=most)
    }

    /// The same words, as hastily as people write.
    fn hastily(words: &[String], how: &[u8]) -> String {
        let mut at = how.iter().cycle();
        let mut next = move || *at.next().unwrap_or(&0);
        let written: Vec<String> =
            words.iter().map(|word| word.chars().map(|letter| written(letter, next())).collect()).collect();
        format!("  {}\u{a0} ", written.join("  "))
    }

    proptest! {
        #[test]
        fn a_name_is_the_same_however_it_is_typed(words in words(4), how in proptest::collection::vec(any::<u8>(), 1..20)) {
            prop_assert_eq!(compared(&hastily(&words, &how)), compared(&words.join(" ")));
        }

        #[test]
        fn other_words_are_another_name(one in words(4), other in words(4)) {
            prop_assert_eq!(compared(&one.join(" ")) == compared(&other.join(" ")), one == other);
        }

        #[test]
        fn surnames_are_taken_apart_where_they_were_typed_apart(
            first in words(3), second in proptest::collection::vec(word(), 0..3), how in proptest::collection::vec(any::<u8>(), 1..20),
        ) {
            let registered = [first.clone(), second.clone()].concat().join(" ");
            let typed = (hastily(&first, &how), hastily(&second, &how));
            let expected = (first.join(" "), Some(second.join(" ")).filter(|second| !second.is_empty()));
            prop_assert_eq!(surnames(&registered, &typed.0, Some(&typed.1)), Some(expected));
        }
    }

    #[test]
    fn surnames_in_another_order_or_without_one_are_others() {
        assert_eq!(surnames("Quispe Mamani", "Mamani", Some("Quispe")), None);
        assert_eq!(surnames("Quispe Mamani", "Quispe", None), None);
        assert_eq!(surnames("Quispe", "", Some("Quispe")), None);
        assert_eq!(
            surnames("de la Quintana Ríos", "De La Quintana", Some("rios")),
            Some(("de la Quintana".to_owned(), Some("Ríos".to_owned())))
        );
    }
}
