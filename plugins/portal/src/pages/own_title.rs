//! Pages whose title somebody wrote: the title of a call, of a proposal, of a question in the forum.

use sdk::html::Markup;
use sdk::i18n::Text;
use sdk::web::{Response, Visit};

/// A page under a title that somebody wrote. Which language that is in nobody knows: the page is marked by the language that
/// its own words are in.
pub(crate) fn under_own_title(visit: &Visit, title: &str, content: Markup) -> Response {
    let language = visit.language();
    let language = language.borrowed_from().unwrap_or(language.code()).to_owned();
    visit.under(Text { value: title.to_owned(), language }, content)
}
