//! Masks: how a plate, a number of a card or a code is written.

/// How a text is written: `0` stands for a digit, `A` for a letter, `*` for either, and everything else for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask(String);

/// Letters of a mask at most.
const MOST_LETTERS: usize = 60;

impl Mask {
    /// A mask of visible ASCII and spaces, with a place for at least one digit or letter.
    pub(super) fn new(text: &str) -> Option<Self> {
        let plain = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) && text.trim() == text;
        let fits = text.len() <= MOST_LETTERS && text.chars().any(is_place);
        (plain && fits).then(|| Self(text.to_owned()))
    }

    /// The mask as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text as the mask has it, if it fits: letters may be typed small, and separators left out or others.
    pub(super) fn fill(&self, typed: &str) -> Option<String> {
        let is_separator = |letter: char| letter.is_whitespace() || matches!(letter, '-' | '.' | '/' | '_');
        let is_skipped = |letter: char| is_separator(letter) || (!letter.is_alphanumeric() && self.0.contains(letter));
        let mut rest = typed.chars().filter(|letter| !is_skipped(*letter)).map(|letter| letter.to_ascii_uppercase());
        let mut filled = String::with_capacity(self.0.len());
        for place in self.0.chars() {
            filled.push(match place {
                '0' => rest.next().filter(char::is_ascii_digit)?,
                'A' => rest.next().filter(char::is_ascii_uppercase)?,
                '*' => rest.next().filter(char::is_ascii_alphanumeric)?,
                itself if itself.is_ascii_alphanumeric() => {
                    rest.next().filter(|letter| *letter == itself.to_ascii_uppercase())?;
                    itself
                }
                separator => separator,
            });
        }
        rest.next().is_none().then_some(filled)
    }

    /// A text that fits, to be shown: `1234-ABC`.
    pub(super) fn example(&self) -> String {
        let (mut digits, mut letters) = ("1234567890".chars().cycle(), ('A'..='Z').cycle());
        let fill = |place| match place {
            '0' | '*' => digits.next().unwrap_or(place),
            'A' => letters.next().unwrap_or(place),
            itself => itself,
        };
        self.0.chars().map(fill).collect()
    }

    /// The regular expression (ECMA-262) of the texts that fit, without anchors.
    pub(super) fn pattern(&self) -> String {
        let place = |place: char| match place {
            '0' => "[0-9]".to_owned(),
            'A' => "[A-Z]".to_owned(),
            '*' => "[0-9A-Z]".to_owned(),
            '^' | '$' | '\\' | '.' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '/' => format!("\\{place}"),
            itself => itself.to_string(),
        };
        self.0.chars().map(place).collect()
    }
}

fn is_place(letter: char) -> bool {
    matches!(letter, '0' | 'A' | '*')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mask(text: &str) -> Mask {
        Mask::new(text).expect("a mask")
    }

    #[test]
    fn what_is_typed_gets_the_form_of_the_mask() {
        for (pattern, typed, filled) in [
            ("0000-AAA", "1234-ABC", Some("1234-ABC")),
            ("0000-AAA", "1234abc", Some("1234-ABC")),
            ("0000-AAA", " 1234 abc ", Some("1234-ABC")),
            ("0000-AAA", "123-ABC", None),
            ("0000-AAA", "12345-ABC", None),
            ("0000-AAA", "1234-AB1", None),
            ("0000-AAA", "1234#ABC", None),
            ("LP-00", "lp 12", Some("LP-12")),
            ("LP-00", "12", None),
            ("(**) 0", "a1 2", Some("(A1) 2")),
            ("AAA", "ÑAA", None),
        ] {
            assert_eq!(mask(pattern).fill(typed).as_deref(), filled, "{pattern} {typed}");
        }
    }

    #[test]
    fn a_mask_without_places_or_with_letters_that_nobody_types_is_none() {
        for text in ["", "---", "ñ0", "0\t0", " 0", &"0".repeat(61)] {
            assert_eq!(Mask::new(text), None, "{text}");
        }
    }

    #[test]
    fn a_mask_has_an_example_and_a_pattern() {
        assert_eq!(mask("0000-AAA").example(), "1234-ABC");
        assert_eq!(mask("(00).*").pattern(), r"\([0-9][0-9]\)\.[0-9A-Z]");
    }

    proptest! {
        #[test]
        fn what_is_filled_stays_as_it_is(text in "[0A*x.()/ -]{1,12}", typed in "[0-9A-Za-z.()/ -]{0,16}") {
            if let Some(mask) = Mask::new(&text) {
                if let Some(filled) = mask.fill(&typed) {
                    prop_assert_eq!(mask.fill(&filled), Some(filled));
                }
                let example = mask.example();
                prop_assert_eq!(mask.fill(&example), Some(example));
            }
        }
    }
}
