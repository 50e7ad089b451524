//! What is wrong with a value, in words.

use std::fmt::Display;

use html::Language;

use crate::time::Date;

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wrong {
    /// There is none.
    Missing,
    /// It is none of the choices, or none was made.
    NotChosen,
    /// Fewer of the choices than have to be.
    TooFewChosen {
        /// So many have to be.
        least: usize,
    },
    /// A sentence was not agreed to.
    NotAgreed,
    /// There is no file.
    NoFile,
    /// There are more files than there may be.
    TooManyFiles {
        /// So many there may be.
        most: usize,
    },
    /// It is no text.
    NoText,
    /// It has more letters than it may have.
    TooLong {
        /// So many it has.
        letters: usize,
        /// So many it may have.
        most: usize,
    },
    /// It has fewer letters than it has to have.
    TooShort {
        /// So many it has to have.
        least: usize,
    },
    /// It is written like none of the examples.
    NotLike {
        /// How it is written.
        examples: Vec<String>,
    },
    /// It is no whole number.
    NoNumber,
    /// It is no number with so many decimals at most.
    NoDecimal {
        /// Decimals at most.
        decimals: u8,
    },
    /// It is not between two bounds.
    Outside {
        /// The lower one.
        from: String,
        /// The upper one.
        to: String,
    },
    /// It is below the least.
    TooSmall {
        /// The least.
        least: String,
    },
    /// It is above the most.
    TooLarge {
        /// The most.
        most: String,
    },
    /// It is no amount of money.
    NoAmount,
    /// It is no address of mail.
    NoEmail,
    /// It is no telephone number.
    NoTelephone,
    /// It is no date.
    NoDate,
    /// It is before the first day that it may be.
    TooEarly {
        /// The first day.
        first: Date,
    },
    /// It is after the last day that it may be.
    TooLate {
        /// The last day.
        last: Date,
    },
    /// It comes from another register, which did not give it.
    NotBrought,
    /// It is calculated from what is not there.
    NothingToCalculate,
    /// It would be a quotient by zero.
    DividedByZero,
    /// What is calculated is larger than a number may be.
    TooLargeToCalculate,
    /// Said by the author.
    Said(String),
}

impl Wrong {
    pub(super) fn outside(from: impl Display, to: impl Display) -> Self {
        Self::Outside { from: from.to_string(), to: to.to_string() }
    }

    /// A word that a program can act upon, as [`FieldError`](crate::FieldError) has one.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing | Self::NotAgreed | Self::NoFile | Self::NotBrought | Self::NothingToCalculate => "required",
            Self::NotChosen => "choice",
            Self::TooFewChosen { .. } | Self::TooManyFiles { .. } => "count",
            Self::TooLong { .. } | Self::TooShort { .. } => "length",
            Self::Outside { .. }
            | Self::TooSmall { .. }
            | Self::TooLarge { .. }
            | Self::TooEarly { .. }
            | Self::TooLate { .. } => "range",
            Self::DividedByZero | Self::TooLargeToCalculate => "calculation",
            Self::NoText
            | Self::NotLike { .. }
            | Self::NoNumber
            | Self::NoDecimal { .. }
            | Self::NoAmount
            | Self::NoEmail
            | Self::NoTelephone
            | Self::NoDate
            | Self::Said(_) => "format",
        }
    }

    /// Whether it is of what is calculated, and not of an answer by itself.
    pub(crate) fn is_of_calculation(&self) -> bool {
        matches!(self, Self::DividedByZero | Self::TooLargeToCalculate)
    }

    /// The sentence: what to do, with the field's name, since it also stands in the list of all errors.
    #[must_use]
    pub fn said(&self, label: &str, language: Language) -> String {
        match language {
            Language::English => self.in_english(label),
            _ => self.in_spanish(label),
        }
    }

    fn in_spanish(&self, label: &str) -> String {
        match self {
            Self::Missing => format!("Complete «{label}»"),
            Self::NotChosen => format!("Elija una opción en «{label}»"),
            Self::TooFewChosen { least } => format!("Elija al menos {least} opciones en «{label}»"),
            Self::NotAgreed => format!("Para continuar, marque «{label}»"),
            Self::NoFile => format!("Adjunte un archivo en «{label}»"),
            Self::TooManyFiles { most } => format!("Adjunte como máximo {most} archivos en «{label}»"),
            Self::NoText => format!("Escriba un texto en «{label}»"),
            Self::TooLong { letters, most } => {
                format!("«{label}» tiene {letters} letras y puede tener {most} como máximo")
            }
            Self::TooShort { least } => format!("Escriba al menos {least} letras en «{label}»"),
            Self::NotLike { examples } => format!("Escriba «{label}» como {}", examples.join(" o ")),
            Self::NoNumber => format!("Escriba un número entero en «{label}»"),
            Self::NoDecimal { decimals: 0 } => format!("Escriba un número entero en «{label}»"),
            Self::NoDecimal { decimals: 1 } => {
                format!("Escriba un número como 12,5 en «{label}», con un decimal como máximo")
            }
            Self::NoDecimal { decimals } => {
                format!("Escriba un número como 12,5 en «{label}», con {decimals} decimales como máximo")
            }
            Self::TooSmall { least } => format!("«{label}» debe ser {least} o más"),
            Self::TooLarge { most } => format!("«{label}» debe ser {most} o menos"),
            Self::Outside { from, to } => format!("«{label}» debe estar entre {from} y {to}"),
            Self::NoAmount => format!("Escriba un monto como 1.234,50 en «{label}»"),
            Self::NoEmail => format!("Escriba una dirección como nombre@ejemplo.bo en «{label}»"),
            Self::NoTelephone => format!("Escriba un número como 71234567 o +591 71234567 en «{label}»"),
            Self::NoDate => format!("Escriba una fecha que exista en «{label}», con día, mes y año"),
            Self::TooEarly { first } => format!("«{label}» debe ser el {} o después", first.short()),
            Self::TooLate { last } => format!("«{label}» debe ser el {} o antes", last.short()),
            Self::NotBrought => format!("Falta «{label}», que viene de otro registro"),
            Self::NothingToCalculate => format!("No se puede calcular «{label}»: faltan datos"),
            Self::DividedByZero => format!("No se puede calcular «{label}»: habría que dividir entre cero"),
            Self::TooLargeToCalculate => format!("No se puede calcular «{label}»: el resultado es demasiado grande"),
            Self::Said(sentence) => sentence.clone(),
        }
    }

    fn in_english(&self, label: &str) -> String {
        match self {
            Self::Missing => format!("Enter “{label}”"),
            Self::NotChosen => format!("Choose an option in “{label}”"),
            Self::TooFewChosen { least } => format!("Choose at least {least} options in “{label}”"),
            Self::NotAgreed => format!("To continue, check “{label}”"),
            Self::NoFile => format!("Attach a file to “{label}”"),
            Self::TooManyFiles { most } => format!("Attach at most {most} files to “{label}”"),
            Self::NoText => format!("Enter a text in “{label}”"),
            Self::TooLong { letters, most } => format!("“{label}” has {letters} letters and may have at most {most}"),
            Self::TooShort { least } => format!("Enter at least {least} letters in “{label}”"),
            Self::NotLike { examples } => format!("Enter “{label}” such as {}", examples.join(" or ")),
            Self::NoNumber => format!("Enter a whole number in “{label}”"),
            Self::NoDecimal { decimals: 0 } => format!("Enter a whole number in “{label}”"),
            Self::NoDecimal { decimals: 1 } => {
                format!("Enter a number such as 12,5 in “{label}”, with one decimal at most")
            }
            Self::NoDecimal { decimals } => {
                format!("Enter a number such as 12,5 in “{label}”, with {decimals} decimals at most")
            }
            Self::TooSmall { least } => format!("“{label}” must be {least} or more"),
            Self::TooLarge { most } => format!("“{label}” must be {most} or less"),
            Self::Outside { from, to } => format!("“{label}” must be between {from} and {to}"),
            Self::NoAmount => format!("Enter an amount such as 1.234,50 in “{label}”"),
            Self::NoEmail => format!("Enter an address such as name@example.bo in “{label}”"),
            Self::NoTelephone => format!("Enter a number such as 71234567 or +591 71234567 in “{label}”"),
            Self::NoDate => format!("Enter a date that exists in “{label}”, with day, month and year"),
            Self::TooEarly { first } => format!("“{label}” must be {} or later", first.short()),
            Self::TooLate { last } => format!("“{label}” must be {} or earlier", last.short()),
            Self::NotBrought => format!("“{label}” is missing, which comes from another register"),
            Self::NothingToCalculate => format!("“{label}” cannot be calculated: something is missing"),
            Self::DividedByZero => format!("“{label}” cannot be calculated: that would be a division by zero"),
            Self::TooLargeToCalculate => format!("“{label}” cannot be calculated: the result is too large"),
            Self::Said(sentence) => sentence.clone(),
        }
    }
}
