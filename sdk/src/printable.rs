//! Documents to be printed, and signed: one file that needs nothing else, and looks the same in twenty years.

use html::{DOCTYPE, Language, Markup, PreEscaped, Render, html};

use crate::evidence::{self, Document};
use crate::time::Timestamp;

/// A document: who issues it, what it is, and what it says.
///
/// It is HTML with its style in it, without scripts, images or addresses from elsewhere. Signed, it is the container that
/// `chakana verify` and the public verification page accept.
#[derive(Clone, Copy)]
pub struct Printable<'a> {
    issuer: &'a str,
    title: &'a str,
    reference: &'a str,
    issued: Timestamp,
    language: Language,
    content: &'a dyn Render,
}

impl<'a> Printable<'a> {
    /// A document of an entity, with the reference that it is found by, issued at a time.
    #[must_use]
    pub fn new(
        issuer: &'a str,
        title: &'a str,
        reference: &'a str,
        issued: Timestamp,
        content: &'a dyn Render,
    ) -> Self {
        Self { issuer, title, reference, issued, language: Language::Spanish, content }
    }

    /// Its language.
    #[must_use]
    pub fn language(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// The document as a file.
    #[must_use]
    pub fn document(&self) -> Document {
        Document {
            name: format!("{}.html", self.reference),
            content_type: "text/html; charset=utf-8".to_owned(),
            content: self.render().into_string().into_bytes(),
        }
    }

    /// Has the document signed as soon as this call is committed, and before it is answered; [`evidence::signed`] finds it by
    /// the id.
    #[must_use = "the id is the only way to the signed document"]
    pub fn sign(&self) -> String {
        evidence::sign(&self.document())
    }

    fn head(&self) -> Markup {
        html! {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (self.title) " · " (self.reference) }
                style { (PreEscaped(STYLE)) }
            }
        }
    }
}

impl Render for Printable<'_> {
    fn render_to(&self, out: &mut String) {
        let verify = match self.language {
            Language::English => {
                "The signed file is the original. It can be verified on the entity's page, or with any program that reads ASiC-E."
            }
            _ => {
                "El archivo firmado es el original. Puede verificarse en la página de la entidad, o con cualquier programa que lea ASiC-E."
            }
        };
        html! {
            (DOCTYPE)
            html lang=(self.language.code()) {
                (self.head())
                body {
                    header { p .issuer { (self.issuer) } p { (self.reference) br; (self.issued.in_words(self.language)) } }
                    main { h1 { (self.title) } (self.content) }
                    footer { p { (verify) } }
                }
            }
        }
        .render_to(out);
    }
}

/// What a page of paper needs.
const STYLE: &str = "\
@page{size:A4;margin:22mm 20mm}\
body{font:11.5pt/1.5 'Noto Serif','Liberation Serif',Georgia,serif;color:#111;background:#fff;max-width:44rem;margin:2rem auto;padding:0 1rem;overflow-wrap:break-word}\
header{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 2rem;border-bottom:2px solid #111;margin-bottom:2rem}\
header p{margin:0 0 .75rem}.issuer{font-weight:700}\
h1{font-size:1.5em;line-height:1.25}h2{font-size:1.2em}h1,h2,h3{break-after:avoid}\
table{border-collapse:collapse;width:100%}th,td{border:1px solid #555;padding:.3em .5em;text-align:left;vertical-align:top}\
tr,dl>div{break-inside:avoid}dt{font-weight:700}dd{margin:0 0 .5em}\
footer{border-top:1px solid #555;margin-top:3rem;font-size:.85em}\
@media print{body{margin:0;padding:0;max-width:none}}";
