//! The pieces that pages are written with: escaped markup, fields with their errors, the shared stylesheet, the page's shell.
//!
//! This crate never does I/O, knows no request and no state, and writes no text of others unescaped. It compiles into the
//! guests of a sandbox as well as into servers, and its pages work without scripts, as WCAG 2.2 AA asks for.
//!
//! A crate that writes templates depends on `maud` as well, in the version that this one has: what [`html!`] expands to names
//! that crate.
//!
//! A piece is a value with a builder and [`Render`]: it stands in round brackets in [`html!`].
//!
//! ```
//! use html::{Button, Field, Text, html};
//! let name = Field::new("name", "Nombre").hint("Como está en su cédula");
//! let form = html! {
//!     form method="post" {
//!         (Text::new(name).value("Ana").autocomplete("name"))
//!         (Button::primary("Continuar"))
//!     }
//! };
//! assert!(form.into_string().contains(r#"aria-describedby="field-name_hint""#));
//! ```

mod agent;
mod fields;
mod href;
mod language;
mod parts;
mod shell;
mod style;

pub use maud::{self, DOCTYPE, Markup, PreEscaped, Render, html};

pub use agent::Agent;
pub use fields::{
    Checkbox, Checkboxes, Checked, Choice, DateInput, DateParts, Field, File, Files, Hidden, Need, Password, Radios,
    Select, Text, TextArea, TextKind, Width, control_id,
};
pub use href::Href;
pub use language::{Language, Words};
pub use parts::{
    Alignment, Breadcrumbs, Button, ButtonLink, Card, Cards, Code, Column, Confirmation, Details, EmptyState,
    ErrorSummary, Notice, Pagination, Progress, Sorted, Step, StepState, Steps, Summary, Table, Tag, Tone,
};
pub use shell::{LanguageLink, Link, Shell, Site, Visitor};
pub use style::{ICON, STYLESHEET};
