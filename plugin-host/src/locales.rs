//! The texts of a package in several languages: `locales/es.ftl`, and one file for each other language.

use texts::{Catalogue, CatalogueError, Language};

/// Why the texts of a package cannot be said.
#[derive(Debug, thiserror::Error)]
pub enum LocalesError {
    /// A file that is no catalogue of a language.
    #[error("{name} is no catalogue: below locales/ is one file for each language: {}", names())]
    Name {
        /// Its name.
        name: String,
    },
    /// It is not text.
    #[error("{name} is not text in UTF-8")]
    NotText {
        /// Its name.
        name: String,
    },
    /// What stands in it cannot be used.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
}

const FOLDER: &str = "locales/";
const EXTENSION: &str = ".ftl";

/// The catalogue of a package, if there are files of one among `files`.
pub(crate) fn read<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Result<Option<Catalogue>, LocalesError> {
    let mut found = Vec::new();
    for (name, content) in files.filter(|(name, _)| name.starts_with(FOLDER)) {
        let language = language(name).ok_or_else(|| LocalesError::Name { name: name.to_owned() })?;
        let text = std::str::from_utf8(content).map_err(|_| LocalesError::NotText { name: name.to_owned() })?;
        found.push((language, text));
    }
    if found.is_empty() { Ok(None) } else { Ok(Some(Catalogue::read(&found)?)) }
}

fn language(name: &str) -> Option<Language> {
    let code = name.strip_prefix(FOLDER)?.strip_suffix(EXTENSION)?;
    Language::ALL.into_iter().find(|language| language.code() == code)
}

fn names() -> String {
    Language::ALL.map(|language| format!("{FOLDER}{}{EXTENSION}", language.code())).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(files: &[(&'static str, &'static [u8])]) -> String {
        read(files.iter().copied()).expect_err("it is refused").to_string()
    }

    #[test]
    fn a_package_has_texts_or_none() {
        let files: [(&str, &[u8]); 3] =
            [("locales/en.ftl", b"hello = Hello"), ("locales/es.ftl", b"hello = Hola"), ("assets/a.css", b"")];
        let texts = read(files.into_iter()).expect("it is read").expect("it has texts");
        assert_eq!(texts.text(Language::English, "hello", &[]).as_deref(), Ok("Hello"));
        assert!(read(files[2..].iter().copied()).expect("it is read").is_none());
    }

    #[test]
    fn what_is_no_catalogue_is_refused_by_its_name() {
        let rule = "is no catalogue: below locales/ is one file for each language: locales/es.ftl, locales/qu.ftl";
        assert!(refused(&[("locales/fr.ftl", b"")]).starts_with(&format!("locales/fr.ftl {rule}")));
        assert!(refused(&[("locales/es.txt", b"")]).starts_with(&format!("locales/es.txt {rule}")));
        assert_eq!(refused(&[("locales/es.ftl", b"\xff")]), "locales/es.ftl is not text in UTF-8");
        assert!(refused(&[("locales/es.ftl", b"hello = { $")]).contains("es"));
    }
}
