//! Texts as people look for them.

/// A text in lower case and without the marks of Latin letters, its words apart by one space: `  José ÑANDÚ` is
/// `jose nandu`.
#[must_use]
pub fn fold(text: &str) -> String {
    let lower: String = text.chars().flat_map(char::to_lowercase).map(without_mark).collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn without_mark(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ā' => 'a',
        'é' | 'è' | 'ê' | 'ë' | 'ẽ' | 'ē' => 'e',
        'í' | 'ì' | 'î' | 'ï' | 'ĩ' | 'ī' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ō' => 'o',
        'ú' | 'ù' | 'û' | 'ü' | 'ũ' | 'ū' => 'u',
        'ý' | 'ÿ' | 'ỹ' => 'y',
        'ñ' => 'n',
        'ç' => 'c',
        other => other,
    }
}
