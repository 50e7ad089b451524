//! Catalogues of texts, and the language that a browser asks for.

use html::Language;
use texts::{Argument, Catalogue, negotiate};

/// Two files with a line `===` between them: Spanish, and Aymara. Whatever is accepted is said whole.
pub fn texts(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let asked = negotiate([&*text], &Language::ALL);
    assert!(Language::ALL.contains(&asked));
    let (spanish, aymara) = text.split_once("\n===\n").unwrap_or((&text, ""));
    let Ok(catalogue) = Catalogue::read(&[(Language::Spanish, spanish), (Language::Aymara, aymara)]) else { return };
    for id in catalogue.ids() {
        let arguments = catalogue.variables(id).into_iter().flatten();
        let arguments: Vec<_> = arguments.map(|name| Argument::number(name.to_owned(), 7)).collect();
        for language in Language::ALL {
            let said = catalogue.text(language, id, &arguments).expect("every variable is given");
            assert!(said.len() <= 2 * texts::MAX_TEXT_BYTES, "texts have a bound");
        }
    }
}
