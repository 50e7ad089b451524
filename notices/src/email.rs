//! A notice as an e-mail.

use std::time::{Duration, SystemTime};

use html::{DOCTYPE, Render, html};
use lettre::Message;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use texts::Argument;

use crate::carrier::{CarryError, Parcel};
use crate::templates::own;

/// Writes the e-mail: plain text, and the same with links for who reads mail in a browser. The library encodes what is in the
/// headers, so no text can add one.
pub(crate) fn compose(from: &Mailbox, parcel: &Parcel<'_>) -> Result<Message, CarryError> {
    let contact = parcel.contacts.email.as_ref().ok_or(CarryError::NoAddress)?;
    let seconds = u64::try_from(parcel.notice.time.as_second()).unwrap_or(0);
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, contact.address.address().clone()))
        .subject(&parcel.rendered.subject)
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
        .message_id(Some(format!("<{}@{}>", parcel.id, from.email.domain())))
        .header(AutoSubmitted)
        .header(ContentLanguage(parcel.rendered.language.code()))
        .multipart(MultiPart::alternative_plain_html(plain(parcel), page(parcel)))
        .map_err(|_| CarryError::Forbidden { reason: "no e-mail can be written to it" })
}

fn plain(parcel: &Parcel<'_>) -> String {
    let mut text = format!("{}\n\n", parcel.rendered.body);
    for line in endings(parcel) {
        text += &format!("{line}\n\n");
    }
    text.trim_end().to_owned() + "\n"
}

fn page(parcel: &Parcel<'_>) -> String {
    let rendered = parcel.rendered;
    let paragraphs = rendered.body.split("\n\n").filter(|text| !text.trim().is_empty());
    html! {
        (DOCTYPE)
        html lang=(rendered.language.code()) {
            head {
                meta charset="utf-8";
                title { (rendered.subject) }
            }
            body {
                h1 { (rendered.subject) }
                @for text in paragraphs { p style="white-space: pre-line" { (text) } }
                @if let Some(link) = &parcel.link { p { a href=(link) { (link) } } }
                @for line in endings(parcel).skip(usize::from(parcel.link.is_some())) { p { small { (line) } } }
            }
        }
    }
    .render()
    .into_string()
}

/// What stands below every e-mail, the link first.
fn endings(parcel: &Parcel<'_>) -> impl Iterator<Item = String> {
    let language = parcel.rendered.language;
    let link = parcel.link.iter().map(move |link| own(language, "link", &[Argument::text("link", link.clone())]));
    let said_by = own(language, "said-by", &[Argument::text("name", parcel.notice.said_by.clone())]);
    let no_reply = own(language, "no-reply", &[Argument::text("site", parcel.site)]);
    link.chain([said_by, no_reply])
}

/// RFC 3834 §5: nobody's absence is to be answered to us.
#[derive(Clone)]
struct AutoSubmitted;

/// RFC 3282 §2.
#[derive(Clone)]
struct ContentLanguage(&'static str);

type ParseError = Box<dyn std::error::Error + Send + Sync>;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, ParseError> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(text: &str) -> Result<Self, ParseError> {
        Ok(Self(texts::Language::of(text).code()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.to_owned())
    }
}
