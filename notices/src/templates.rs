//! What notices say, by template and language.

use std::sync::{Arc, LazyLock};

use crate::notice::Notice;
use texts::{Argument, Catalogue, Language, TextError};

/// The templates of notices. A template is a message of a catalogue: its value is the body, its attribute `subject` the
/// subject, and `sms`, if it has one, what is said by SMS in place of the subject.
///
/// ```text
/// due = Debe { $amount } hasta el { $day }.
///     .subject = Tiene una deuda
///     .sms = Debe { $amount } hasta el { $day }.
/// ```
///
/// The template `plain` is always there: its variables `subject` and `text` are all that it says.
#[derive(Clone, Debug)]
pub struct Templates(Arc<Catalogue>);

/// Why a catalogue is not one of templates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplatesError {
    /// A body without a subject.
    #[error("the template {template} has no attribute .subject: add it")]
    NoSubject {
        /// Which.
        template: String,
    },
    /// A subject without a body.
    #[error("the template {template} has no text of its own, only attributes: add it")]
    NoBody {
        /// Which.
        template: String,
    },
    /// One that is there already.
    #[error("the template {template} is always there and cannot be given: name it otherwise")]
    Taken {
        /// Which.
        template: String,
    },
}

/// A notice in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The language that it is in.
    pub language: Language,
    /// One line.
    pub subject: String,
    /// The text.
    pub body: String,
    /// What is said by SMS.
    pub sms: String,
}

impl Templates {
    /// The templates of a catalogue.
    ///
    /// # Errors
    /// When a message is no template, or has the name of one that is always there.
    pub fn new(catalogue: Catalogue) -> Result<Self, TemplatesError> {
        let has = |id: &str| catalogue.variables(id).is_some();
        for id in catalogue.ids() {
            let template = id.split('.').next().unwrap_or(id).to_owned();
            if template == PLAIN {
                return Err(TemplatesError::Taken { template });
            }
            if !has(&template) {
                return Err(TemplatesError::NoBody { template });
            }
            if !has(&format!("{template}.subject")) {
                return Err(TemplatesError::NoSubject { template });
            }
        }
        Ok(Self(Arc::new(catalogue)))
    }

    /// A notice in words of `language`, or in Spanish where the template is not in that one.
    pub(crate) fn render(
        &self,
        language: Language,
        template: &str,
        arguments: &[Argument],
    ) -> Result<Rendered, TextError> {
        let catalogue = if template == PLAIN { &*OWN } else { &*self.0 };
        // All of it in one language, also where only a part of the template was translated.
        let parts = [template.to_owned(), format!("{template}.subject"), format!("{template}.sms")];
        let parts = parts.iter().filter(|id| catalogue.variables(id).is_some());
        let whole = parts.map(|id| catalogue.language_of(language, id)).all(|spoken| spoken == language);
        let language = if whole { language } else { Language::Spanish };
        let subject = one_line(&catalogue.text(language, &format!("{template}.subject"), arguments)?);
        let sms_id = format!("{template}.sms");
        let sms = match catalogue.variables(&sms_id) {
            Some(_) => one_line(&catalogue.text(language, &sms_id, arguments)?),
            None => subject.clone(),
        };
        Ok(Rendered { language, subject, body: catalogue.text(language, template, arguments)?, sms })
    }
}

/// What is shown of a notice whose template is not there any more.
pub(crate) fn unsayable(notice: &Notice) -> Rendered {
    let language = notice.language;
    let subject = own(language, "unsayable.subject", &[]);
    let body = own(language, "unsayable", &[Argument::text("name", notice.said_by.clone())]);
    Rendered { language: OWN.language_of(language, "unsayable"), sms: subject.clone(), subject, body }
}

/// What this crate says by itself: a text of its own catalogue.
pub(crate) fn own(language: Language, id: &str, arguments: &[Argument]) -> String {
    // A test says each of them.
    OWN.text(language, id, arguments).unwrap_or_default()
}

/// Spaces that do not break stay: they hold amounts together.
fn one_line(text: &str) -> String {
    let ends = |c: char| c.is_ascii_whitespace() || c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.split(ends).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

static OWN: LazyLock<Catalogue> = LazyLock::new(|| {
    Catalogue::embedded(&[
        (Language::Spanish, include_str!("../texts/es.ftl")),
        (Language::English, include_str!("../texts/en.ftl")),
    ])
});

/// The template whose text comes with the notice.
pub(crate) const PLAIN: &str = "plain";

#[cfg(test)]
mod tests {
    use super::*;

    fn templates(spanish: &str, quechua: &str) -> Result<Templates, TemplatesError> {
        Templates::new(Catalogue::read(&[(Language::Spanish, spanish), (Language::Quechua, quechua)]).unwrap())
    }

    #[test]
    fn its_own_texts_are_whole_in_each_language_they_are_in() {
        assert_eq!(OWN.missing(Language::English).count(), 0);
        let arguments = ["name", "link", "site", "channel", "text", "subject"].map(|name| Argument::text(name, "x"));
        for id in OWN.ids() {
            assert!(!own(Language::English, id, &arguments).is_empty(), "{id}");
        }
    }

    #[test]
    fn a_template_has_a_body_and_a_subject() {
        let error = templates("a = A", "").unwrap_err();
        assert_eq!(error.to_string(), "the template a has no attribute .subject: add it");
        let error = templates("a =\n    .subject = A", "").unwrap_err();
        assert_eq!(error.to_string(), "the template a has no text of its own, only attributes: add it");
        let error = templates("plain = A\n    .subject = A", "").unwrap_err();
        assert_eq!(error.to_string(), "the template plain is always there and cannot be given: name it otherwise");
    }

    #[test]
    fn a_notice_is_in_one_language_and_its_subject_is_one_line() {
        let spanish = "a = Cuerpo\n    .subject = Uno\n        dos { $n }\n    .sms = Corto";
        let templates = templates(spanish, "a = Ukhu").unwrap();
        let arguments = [Argument::text("n", "3\r\nBcc: x")];
        let rendered = templates.render(Language::Quechua, "a", &arguments).unwrap();
        assert_eq!((rendered.language, rendered.body.as_str()), (Language::Spanish, "Cuerpo"));
        assert_eq!((rendered.subject.as_str(), rendered.sms.as_str()), ("Uno dos 3 Bcc: x", "Corto"));
        assert!(templates.render(Language::Spanish, "b", &[]).is_err());
        let plain = [Argument::text("subject", "S"), Argument::text("text", "T")];
        assert_eq!(templates.render(Language::English, "plain", &plain).unwrap().sms, "S");
    }
}
