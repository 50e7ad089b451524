//! The words of a text, folded: what people may write in several ways comes out in one.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What [`words`] makes of texts. It changes with every change of that, and indexes are built anew.
pub(super) const VERSION: u32 = 1;

/// A longer word is cut: nobody tells such words apart by their ends.
const MAX_WORD_CHARS: usize = 48;

/// The words of a text, in its order: lower case, without accents. `ñ` stays a letter of its own, and an apostrophe
/// between two letters belongs to the word, as in Quechua and Aymara `k'anchay`, however it was typed.
pub(super) fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut length, mut apostrophe) = (Vec::new(), String::new(), 0, false);
    // Apostrophes before and after: some are taken apart, and some come out when letters are.
    let plain = text.chars().map(plain_apostrophe).nfkd().flat_map(char::to_lowercase);
    for letter in plain.nfkd().map(plain_apostrophe) {
        if letter == TILDE && word.ends_with('n') {
            word.pop();
            word.push('ñ');
        } else if is_combining_mark(letter) {
            // An accent.
        } else if letter.is_alphanumeric() {
            if length < MAX_WORD_CHARS {
                if apostrophe {
                    word.push('\'');
                }
                word.push(letter);
                length += 1;
            }
            apostrophe = false;
        } else if letter == '\'' && !word.is_empty() && !apostrophe {
            apostrophe = true;
        } else if !word.is_empty() {
            words.push(std::mem::take(&mut word));
            (length, apostrophe) = (0, false);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The combining tilde, which makes an `ñ`.
const TILDE: char = '\u{303}';

fn plain_apostrophe(letter: char) -> char {
    match letter {
        '’' | '‘' | 'ʼ' | 'ʻ' | 'ʹ' | '´' | '`' => '\'',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_are_the_same_however_they_are_written() {
        assert_eq!(words("¿Agua POTABLE, o alcantarillado?"), ["agua", "potable", "o", "alcantarillado"]);
        assert_eq!(words("Educación EDUCACIÓN educacio\u{301}n"), ["educacion"; 3]);
        assert_eq!(words("Niño n\u{303}ino NIÑO nino"), ["niño", "ñino", "niño", "nino"]);
        assert_eq!(words("k'anchay k’anchay Kʼanchay k´anchay"), ["k'anchay"; 4]);
        assert_eq!(
            words("aymar aru: jach'a, qulla; 'comillas' y rock''n"),
            ["aymar", "aru", "jach'a", "qulla", "comillas", "y", "rock", "n"]
        );
        assert_eq!(words("pingüino ä Ley N° 164"), ["pinguino", "a", "ley", "n", "164"]);
        assert_eq!(words(" -- \0 "), [""; 0]);
    }

    #[test]
    fn a_word_without_end_is_cut() {
        assert_eq!(words(&"a".repeat(1_000)), ["a".repeat(MAX_WORD_CHARS)]);
    }

    proptest! {
        #[test]
        fn words_are_short_fold_to_themselves_and_hold_no_zero_byte(text in "\\PC{0,60}") {
            for word in words(&text) {
                prop_assert!(word.chars().filter(|letter| *letter != '\'').count() <= MAX_WORD_CHARS);
                prop_assert!(!word.contains('\0'));
                prop_assert_eq!(words(&word), [word]);
            }
        }
    }
}
