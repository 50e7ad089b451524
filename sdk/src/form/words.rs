//! What is wrong with a value, in words.

use std::fmt::Display;

use html::Language;

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    Missing,
    NotChosen,
    NotAgreed,
    NoFile,
    TooManyFiles {
        most: usize,
    },
    TooLong {
        letters: usize,
        most: usize,
    },
    NoNumber,
    Outside {
        from: String,
        to: String,
    },
    NoAmount,
    NoEmail,
    NoTelephone,
    NoDate,
    /// Said by the author.
    Said(String),
}

impl Wrong {
    pub(super) fn outside(from: impl Display, to: impl Display) -> Self {
        Self::Outside { from: from.to_string(), to: to.to_string() }
    }

    /// The sentence: what to do, with the field's name, since it also stands in the list of all errors.
    pub(super) fn said(&self, label: &str, language: Language) -> String {
        match language {
            Language::English => self.in_english(label),
            _ => self.in_spanish(label),
        }
    }

    fn in_spanish(&self, label: &str) -> String {
        match self {
            Self::Missing => format!("Complete «{label}»"),
            Self::NotChosen => format!("Elija una opción en «{label}»"),
            Self::NotAgreed => format!("Para continuar, marque «{label}»"),
            Self::NoFile => format!("Adjunte un archivo en «{label}»"),
            Self::TooManyFiles { most } => format!("Adjunte como máximo {most} archivos en «{label}»"),
            Self::TooLong { letters, most } => {
                format!("«{label}» tiene {letters} letras y puede tener {most} como máximo")
            }
            Self::NoNumber => format!("Escriba un número entero en «{label}»"),
            Self::Outside { from, to } => format!("«{label}» debe estar entre {from} y {to}"),
            Self::NoAmount => format!("Escriba un monto como 1.234,50 en «{label}»"),
            Self::NoEmail => format!("Escriba una dirección como nombre@ejemplo.bo en «{label}»"),
            Self::NoTelephone => format!("Escriba un número como 71234567 o +591 71234567 en «{label}»"),
            Self::NoDate => format!("Escriba una fecha que exista en «{label}», con día, mes y año"),
            Self::Said(sentence) => sentence.clone(),
        }
    }

    fn in_english(&self, label: &str) -> String {
        match self {
            Self::Missing => format!("Enter “{label}”"),
            Self::NotChosen => format!("Choose an option in “{label}”"),
            Self::NotAgreed => format!("To continue, check “{label}”"),
            Self::NoFile => format!("Attach a file to “{label}”"),
            Self::TooManyFiles { most } => format!("Attach at most {most} files to “{label}”"),
            Self::TooLong { letters, most } => format!("“{label}” has {letters} letters and may have at most {most}"),
            Self::NoNumber => format!("Enter a whole number in “{label}”"),
            Self::Outside { from, to } => format!("“{label}” must be between {from} and {to}"),
            Self::NoAmount => format!("Enter an amount such as 1.234,50 in “{label}”"),
            Self::NoEmail => format!("Enter an address such as name@example.bo in “{label}”"),
            Self::NoTelephone => format!("Enter a number such as 71234567 or +591 71234567 in “{label}”"),
            Self::NoDate => format!("Enter a date that exists in “{label}”, with day, month and year"),
            Self::Said(sentence) => sentence.clone(),
        }
    }
}
