//! Catalogues of texts in several languages (Project Fluent), checked when they are loaded, falling back to Spanish.
//!
//! This crate never reads a file, asks what time it is, or lets a catalogue through that could fail for a reader later: what
//! refers to nothing, goes in circles, grows without bound or says other variables than the Spanish text is refused, with its
//! line. Texts are plain: whoever puts them into a page escapes them.
//!
//! ```
//! use html::Language;
//! use texts::{Argument, Catalogue};
//! let catalogue = Catalogue::read(&[
//!     (Language::Spanish, "due = Debe { $amount } hasta el { $day }."),
//!     (Language::English, "due = You owe { $amount } by { $day }."),
//! ])?;
//! let arguments = [Argument::money("amount", 123_450), Argument::date("day", jiff::civil::date(2026, 11, 26))];
//! assert_eq!(catalogue.text(Language::English, "due", &arguments)?, "You owe Bs\u{a0}1.234,50 by 26 November 2026.");
//! assert_eq!(catalogue.text(Language::Aymara, "due", &arguments)?, "Debe Bs\u{a0}1.234,50 hasta el 26 de noviembre de 2026.");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod argument;
mod catalogue;
mod check;
mod entries;
mod format;
mod negotiation;
mod problem;
mod source;

pub use argument::{Argument, Value};
pub use catalogue::{Catalogue, TextError};
pub use check::{MAX_PLACEABLES, MAX_TEXT_BYTES};
pub use html::Language;
pub use negotiation::negotiate;
pub use problem::{CatalogueError, Problem, Rule};
pub use source::{MAX_ENTRIES, MAX_FILE_BYTES, MAX_OPENINGS};
