//! Forms: one function names the fields, and by it a form is shown, read, and shown again with all that is wrong.
//!
//! ```
//! use sdk::form::{Choice, Fields};
//! use sdk::html::html;
//! use sdk::web::{Response, Visit};
//! use sdk::{Date, Failure};
//!
//! #[derive(Clone)]
//! enum About { Water, Roads }
//!
//! struct Complaint { about: About, text: String, since: Option<Date> }
//!
//! fn complaint(fields: &mut Fields<'_>) -> Option<Complaint> {
//!     let kinds = [Choice::new(About::Water, "water", "Agua"), Choice::new(About::Roads, "roads", "Caminos")];
//!     let about = fields.one_of("about", "De qué se trata", &kinds).required();
//!     let text = fields.lines("text", "Qué pasó").most_letters(2_000).text();
//!     let since = fields.date("since", "Desde cuándo").optional();
//!     Some(Complaint { about: about?, text: text?, since: since? })
//! }
//!
//! /// Of both routes: `Get` and `Post`.
//! fn complain(visit: &Visit) -> Result<Response, Failure> {
//!     let page = |form: &sdk::form::View| Response::page("Nueva queja", html! { h1 { "Nueva queja" } (form.with("Enviar")) });
//!     visit.form(complaint).submit(page, |complaint| {
//!         let _ = (complaint.about, complaint.text, complaint.since);
//!         Ok(Response::redirect("/complaints"))
//!     })
//! }
//! ```
//!
//! Every value is read before anything is refused (`text?` stands at the end), so that people learn of all that is wrong at
//! once. What is wrong is said in the language of the page.

mod choices;
mod date;
mod entry;
mod fields;
mod files;
mod item;
mod view;
mod words;

use crate::Failure;
use crate::web::{Content, Response};

pub use choices::{AnyOf, Choice, Confirmation, OneOf};
pub use date::Day;
pub use entry::{Entry, OptionalEntry};
pub use fields::Fields;
pub use files::Uploads;
pub use html::{TextKind, Width};
pub use view::View;
pub use words::Wrong;

pub(crate) use entry::{DIGITS_OF_TELEPHONE, Layout, MOST_LETTERS_OF_EMAIL, cleaned, email, telephone};

/// The status of a form that is shown again.
const UNPROCESSABLE: u16 = 422;

/// A form with what was filled in: a value, if it was sent and nothing is wrong.
#[derive(Debug)]
pub struct Filled<T> {
    value: Option<T>,
    view: View,
}

impl<T> Filled<T> {
    pub(crate) fn read(mut fields: Fields<'_>, name: impl FnOnce(&mut Fields<'_>) -> Option<T>) -> Self {
        let value = name(&mut fields);
        let is_read = fields.is_sent();
        let view = fields.view();
        Self { value: value.filter(|_| is_read && !view.is_wrong()), view }
    }

    /// As it is shown.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// The value, or the form with what is wrong.
    ///
    /// # Errors
    /// If the form was not sent, or something is wrong.
    pub fn value(self) -> Result<T, View> {
        self.value.ok_or(self.view)
    }

    /// Shows the form where it is asked for, does what it is for where it was sent, and shows it again with what is wrong:
    /// with its fields, and with what `act` refuses as [`Failure::Invalid`]. Whatever `act` wrote before is not kept then.
    ///
    /// # Errors
    /// What `act` fails with otherwise.
    pub fn submit(
        self,
        page: impl FnOnce(&View) -> Response,
        act: impl FnOnce(T) -> Result<Response, Failure>,
    ) -> Result<Response, Failure> {
        let Self { value, mut view } = self;
        if let Some(value) = value {
            match act(value) {
                Err(Failure::Invalid(errors)) => view.refuse(errors),
                other => return other,
            }
        }
        let response = page(&view);
        Ok(if view.is_wrong() { again(response, &view) } else { response })
    }
}

/// A page whose form is wrong says so first, in its title too (WCAG 2.2, technique G199).
fn again(response: Response, view: &View) -> Response {
    let content = match response.content {
        Content::Page(mut page) => {
            page.title = format!("{}: {}", view.language().words().error, page.title);
            Content::Page(page)
        }
        other => other,
    };
    Response { status: UNPROCESSABLE, content, ..response }
}
