//! The numbers of applications: short enough to be read out, and not to be guessed.

use sdk::rng;

/// Letters and digits that are not taken for each other (Crockford's Base32).
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const GROUPS: usize = 3;
const IN_GROUP: usize = 4;

/// A new number, `7K3M-9Q2P-X0TD`: 60 random bits.
#[must_use]
pub fn new() -> String {
    let random = rng::random(u32::try_from(GROUPS * IN_GROUP).unwrap_or(0));
    let letters: Vec<char> = random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    let groups: Vec<String> = letters.chunks(IN_GROUP).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// A number as people write it: in small letters, with other separators, with letters that look alike.
#[must_use]
pub fn read(text: &str) -> Option<String> {
    let letter = |letter: char| match letter.to_ascii_uppercase() {
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        other => LETTERS.contains(&u8::try_from(other).unwrap_or(0)).then_some(other),
    };
    let written = text.chars().filter(|letter| letter.is_alphanumeric());
    let letters: Vec<char> = written.map(letter).collect::<Option<_>>()?;
    let groups: Vec<String> = letters.chunks(IN_GROUP).map(|group| group.iter().collect()).collect();
    (letters.len() == GROUPS * IN_GROUP).then(|| groups.join("-"))
}
