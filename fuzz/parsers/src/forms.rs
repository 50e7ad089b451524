//! Forms of plugins: whatever is sent is read or refused, and shown again as text.

use sdk::form::{Choice, Fields};
use sdk::html::Render;
use sdk::web::{Method, Request, Visit};
use sdk::{Caller, Context, Field, Money};

/// A form with a field of every kind. Each line of the input is a field: its name, `=`, and its value, in which `\` is a line
/// break.
pub fn forms(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    let form = pairs.map(|(name, value)| Field { name: name.to_owned(), value: value.replace('\\', "\n") }).collect();
    let filled = sent(form).form(fields);
    let shown = filled.view().render().into_string();
    // Everything that this form shows of what was sent stands in an attribute or a text area.
    assert!(!shown.contains("<script"), "{shown}");
    assert_eq!(filled.view().is_wrong(), filled.value().is_err());
    if let Some(amount) = Money::read(&text) {
        let plain = amount.to_string().replace("Bs ", "");
        assert_eq!(Money::read(&plain), Some(amount));
    }
}

fn fields(fields: &mut Fields<'_>) -> Option<()> {
    let choices = [Choice::new(1, "a", "A"), Choice::new(2, "b", "B")];
    let hidden = fields.hidden("key", "1");
    let line = fields.line("line", "L").text();
    let lines = fields.lines("lines", "L").optional().text();
    let day = fields.date("day", "D").required();
    let kind = fields.one_of("kind", "K", &choices).required();
    let kinds = fields.any_of("kinds", "K", &choices).read();
    let agreed = fields.confirmation("agreed", "A").read();
    let number = fields.line("n", "N").number(i64::MIN..=i64::MAX);
    let money = fields.line("bs", "M").money(Money::ZERO..=Money::from_centavos(i64::MAX));
    let mail = fields.line("mail", "E").optional().email();
    let telephone = fields.line("tel", "T").optional().telephone();
    let _: (_, _, _, _, _) = (hidden?, line?, lines?, day?, kind?);
    let _: (_, _, _, _, _, _) = (kinds?, agreed?, number?, money?, mail?, telephone?);
    Some(())
}

/// A page that is sent with a form.
pub(crate) fn sent(form: Vec<Field>) -> Visit {
    let context = Context {
        request_id: "1".to_owned(),
        attempt: 0,
        caller: Caller::Anonymous,
        locale: "es-BO".to_owned(),
        now: 0,
        trace_parent: None,
    };
    let request = Request {
        method: Method::Post,
        path: "/".to_owned(),
        route: "/".to_owned(),
        params: Vec::new(),
        query: Vec::new(),
        headers: Vec::new(),
        form,
        uploads: Vec::new(),
        content_type: String::new(),
        body: Vec::new(),
    };
    Visit::new(context, request)
}
