//! What is filled into the forms of a page, and what is sent then.

use std::collections::BTreeMap;

use super::super::SentFile;
use super::document::Element;
use super::shown::{ShownPage, value};
use crate::bindings::types::Field;
use crate::web::Method;

/// What was changed on a page since it was shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Filling {
    /// By the control's id.
    values: BTreeMap<String, String>,
    /// Whether a box is checked, by its id.
    boxes: BTreeMap<String, bool>,
    pub(super) files: Vec<SentFile>,
}

/// What a browser sends.
#[derive(Clone, Debug)]
pub(super) struct Submission {
    pub(super) method: Method,
    pub(super) action: String,
    pub(super) fields: Vec<Field>,
    pub(super) files: Vec<SentFile>,
    pub(super) token: Option<String>,
    /// What a script sends in place of a form.
    pub(super) json: Option<Vec<u8>>,
}

impl Filling {
    pub(super) fn fill(&mut self, page: &ShownPage, label: &str, value: &str) {
        let control = page.control(label);
        match control.name.as_str() {
            "select" => self.values.insert(id(control), option(control, value)),
            _ => self.values.insert(id(control), value.to_owned()),
        };
    }

    pub(super) fn choose(&mut self, page: &ShownPage, label: &str) {
        let control = page.control(label);
        if control.attribute("type") == Some("radio") {
            for other in page.forms().flat_map(Element::all).filter(|other| is_radio_of(other, control)) {
                self.boxes.insert(id(other), false);
            }
        }
        self.boxes.insert(id(control), true);
    }

    pub(super) fn uncheck(&mut self, page: &ShownPage, label: &str) {
        self.boxes.insert(id(page.control(label)), false);
    }

    /// What pressing a button sends: the form that it stands in.
    pub(super) fn submission(&self, page: &ShownPage, text: &str) -> Submission {
        let pressed = page.forms().find_map(|form| Some((form, button(form, text)?)));
        let (form, button) = pressed.unwrap_or_else(|| {
            let buttons = page.forms().flat_map(Element::all).filter(|one| one.name == "button").map(Element::text);
            panic!("{}: there is no button {text:?}, only {:?}", page.address(), buttons.collect::<Vec<_>>())
        });
        let mut fields: Vec<Field> = form.all().into_iter().filter_map(|control| self.sent(control)).collect();
        if button.attribute("name").is_some() {
            fields.push(Field { name: button.name(), value: value(button) });
        }
        let address = page.resolve(form.attribute("action").unwrap_or_default());
        let posts = form.attribute("method").is_some_and(|method| method.eq_ignore_ascii_case("post"));
        if posts {
            let files = self.files.clone();
            return Submission {
                method: Method::Post,
                action: address,
                fields,
                files,
                token: Some(page.token.clone()),
                json: None,
            };
        }
        // A form that asks has its fields in the query.
        let (path, _) = address.split_once('?').unwrap_or((&address, ""));
        Submission::visit(&format!("{path}?{}", query(&fields)))
    }

    /// What a control sends, if it sends anything.
    fn sent(&self, control: &Element) -> Option<Field> {
        control.attribute("name").filter(|name| !name.is_empty())?;
        let id = id(control);
        let kind = control.attribute("type").unwrap_or_default();
        match (control.name.as_str(), kind) {
            ("input", "checkbox" | "radio") => {
                let checked = self.boxes.get(&id).copied().unwrap_or(control.attribute("checked").is_some());
                if !checked {
                    return None;
                }
            }
            ("input", "file" | "submit") => return None,
            ("input" | "textarea" | "select", _) => {}
            _ => return None,
        }
        let value = self.values.get(&id).cloned().unwrap_or_else(|| value(control));
        Some(Field { name: control.name(), value })
    }
}

fn id(control: &Element) -> String {
    // A hidden field has none, and nobody fills it in.
    control.attribute("id").map_or_else(|| format!("hidden {}", control.name()), str::to_owned)
}

fn is_radio_of(other: &Element, control: &Element) -> bool {
    other.attribute("type") == Some("radio") && other.name() == control.name()
}

/// The value of a list's option by its text.
fn option(list: &Element, text: &str) -> String {
    let options = list.all();
    let found = options.iter().find(|option| option.text() == text);
    let found = found.unwrap_or_else(|| {
        panic!("there is no option {text:?}, only {:?}", options.iter().map(|one| one.text()).collect::<Vec<_>>())
    });
    found.attribute("value").unwrap_or_default().to_owned()
}

fn button<'a>(form: &'a Element, text: &str) -> Option<&'a Element> {
    form.all().into_iter().find(|element| element.name == "button" && element.text() == text)
}

fn query(fields: &[Field]) -> String {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let pairs = fields.iter().map(|field| format!("{}={}", encode(&field.name), encode(&field.value)));
    pairs.collect::<Vec<_>>().join("&")
}
