//! The languages of pages, and the few fixed words that this crate itself says.

/// A language that pages are shown in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Spanish, and what is shown to whoever asks for a language that is not here.
    #[default]
    Spanish,
    /// English.
    English,
    /// Quechua.
    Quechua,
    /// Aymara.
    Aymara,
    /// Guaraní.
    Guarani,
}

/// What the pieces of this crate say by themselves.
#[derive(Debug, PartialEq, Eq)]
pub struct Words {
    /// The heading of a list of errors.
    pub problem: &'static str,
    /// Said before the error of a field to who does not see its colour.
    pub error: &'static str,
    /// The link to the next page of a list.
    pub next: &'static str,
    /// The link to the first page.
    pub first: &'static str,
    /// The link to the page before.
    pub previous: &'static str,
    /// What the links to other pages of a list are.
    pub pages: &'static str,
    /// The link that jumps over the header.
    pub skip: &'static str,
    /// Said of a field that may be left empty.
    pub optional: &'static str,
    /// The link to the sign-in.
    pub sign_in: &'static str,
    /// The button that ends a session.
    pub sign_out: &'static str,
    /// What the links of the header are.
    pub navigation: &'static str,
    /// What the links to the same page in other languages are.
    pub languages: &'static str,
    /// Where in the site the page is.
    pub breadcrumbs: &'static str,
    /// The parts of a date.
    pub day: &'static str,
    /// See `day`.
    pub month: &'static str,
    /// See `day`.
    pub year: &'static str,
    /// The choice of a list that is none yet.
    pub choose: &'static str,
    /// A step that was taken.
    pub done: &'static str,
    /// The step that is being taken.
    pub current: &'static str,
    /// A step that comes later.
    pub upcoming: &'static str,
    /// A step that somebody has to act on first.
    pub waiting: &'static str,
    /// An affirmation.
    pub yes: &'static str,
    /// A denial.
    pub no: &'static str,
    /// Said of what asks for a page and is no browser that is known.
    pub other_program: &'static str,
    /// Between a browser and what it runs on.
    pub on: &'static str,
}

impl Language {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Spanish, Self::Quechua, Self::Aymara, Self::Guarani, Self::English];

    /// The language of a tag (BCP 47) by its first part: `es-BO` is Spanish, and so is what is not known.
    #[must_use]
    pub fn of(tag: &str) -> Self {
        let first = tag.split(['-', '_']).next().unwrap_or_default();
        let named = |language: &Self| first.eq_ignore_ascii_case(language.code());
        Self::ALL.into_iter().find(named).unwrap_or_default()
    }

    /// Its code in ISO 639-1.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Spanish => "es",
            Self::English => "en",
            Self::Quechua => "qu",
            Self::Aymara => "ay",
            Self::Guarani => "gn",
        }
    }

    /// Its own name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Spanish => "Español",
            Self::English => "English",
            Self::Quechua => "Runasimi",
            Self::Aymara => "Aymar aru",
            Self::Guarani => "Avañe’ẽ",
        }
    }

    /// The words of this language. Where a language has none that is sure, the word is Spanish.
    #[must_use]
    pub fn words(self) -> &'static Words {
        match self {
            Self::Spanish => &SPANISH,
            Self::English => &ENGLISH,
            Self::Quechua => &QUECHUA,
            Self::Aymara => &AYMARA,
            Self::Guarani => &GUARANI,
        }
    }

    /// The language that most of its words are in, if it is another: what assistive technology has to be told
    /// (WCAG 2.2, 3.1.2).
    #[must_use]
    pub fn borrowed_from(self) -> Option<&'static str> {
        match self {
            Self::Spanish | Self::English => None,
            Self::Quechua | Self::Aymara | Self::Guarani => Some(Self::Spanish.code()),
        }
    }
}

const SPANISH: Words = Words {
    problem: "Hay un problema",
    error: "Error",
    next: "Siguiente",
    first: "Al inicio",
    previous: "Anterior",
    pages: "Páginas",
    skip: "Ir al contenido",
    optional: "opcional",
    sign_in: "Ingresar",
    sign_out: "Salir",
    navigation: "Menú principal",
    languages: "Idiomas",
    breadcrumbs: "Dónde está",
    day: "Día",
    month: "Mes",
    year: "Año",
    choose: "Elija una opción",
    done: "Hecho",
    current: "En curso",
    upcoming: "Pendiente",
    waiting: "En espera",
    yes: "Sí",
    no: "No",
    other_program: "Otro programa",
    on: "en",
};

const ENGLISH: Words = Words {
    problem: "There is a problem",
    error: "Error",
    next: "Next",
    first: "Back to the first",
    previous: "Previous",
    pages: "Pages",
    skip: "Skip to content",
    optional: "optional",
    sign_in: "Sign in",
    sign_out: "Sign out",
    navigation: "Main menu",
    languages: "Languages",
    breadcrumbs: "Where you are",
    day: "Day",
    month: "Month",
    year: "Year",
    choose: "Choose an option",
    done: "Done",
    current: "In progress",
    upcoming: "To do",
    waiting: "Waiting",
    yes: "Yes",
    no: "No",
    other_program: "Another program",
    on: "on",
};

const QUECHUA: Words = Words { yes: "Arí", no: "Mana", ..SPANISH };
const AYMARA: Words = Words { yes: "Jisa", no: "Janiwa", ..SPANISH };
const GUARANI: Words = Words { yes: "Heẽ", no: "Nahániri", ..SPANISH };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_the_beginning_of_its_tag() {
        for (tag, language) in [
            ("es-BO", Language::Spanish),
            ("EN", Language::English),
            ("qu_BO", Language::Quechua),
            ("ay", Language::Aymara),
            ("gn", Language::Guarani),
        ] {
            assert_eq!(Language::of(tag), language, "{tag}");
        }
    }

    #[test]
    fn what_is_not_known_is_spanish() {
        for tag in ["", "fr", "english", "-", "e"] {
            assert_eq!(Language::of(tag), Language::Spanish, "{tag}");
        }
    }
}
