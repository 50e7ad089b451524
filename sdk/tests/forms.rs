//! Forms read whatever a browser, or somebody with other aims, may send.

use proptest::prelude::*;
use sdk::form::{Choice, Fields};
use sdk::html::Render;
use sdk::web::{Method, Request, Visit};
use sdk::{Caller, Context, Money};

const NAMES: &[&str] = &[
    "line",
    "lines",
    "day",
    "day.day",
    "day.month",
    "day.year",
    "kind",
    "kinds",
    "agreed",
    "n",
    "bs",
    "mail",
    "tel",
    "key",
];

fn all(fields: &mut Fields<'_>) -> Option<()> {
    let choices = [Choice::new(1, "a", "A"), Choice::new(2, "b", "B")];
    let hidden = fields.hidden("key", "1");
    let line = fields.line("line", "L").text();
    let lines = fields.lines("lines", "L").optional().text();
    let day = fields.date("day", "D").required();
    let kind = fields.one_of("kind", "K", &choices).required();
    let kinds = fields.any_of("kinds", "K", &choices).at_least_one().read();
    let agreed = fields.confirmation("agreed", "A").required();
    let number = fields.line("n", "N").number(0..=9);
    let money = fields.line("bs", "M").money(Money::ZERO..=Money::from_centavos(9_999));
    let mail = fields.line("mail", "E").email();
    let telephone = fields.line("tel", "T").optional().telephone();
    let secret = fields.new_password("secret", "S");
    hidden?;
    assert!(
        line.is_none_or(|line| !line.is_empty() && line.chars().count() <= 200 && !line.contains(char::is_control))
    );
    assert!(number.is_none_or(|number| (0..=9).contains(&number)));
    assert!(mail.is_none_or(|mail| mail.contains('@')));
    let _: (_, _, _, _) = (lines?, day?, kind?, kinds?);
    let _: (_, _, _, _) = (agreed?, money?, telephone?, secret?);
    Some(())
}

fn visit(method: Method, form: Vec<(String, String)>) -> Visit {
    let context = Context {
        request_id: "1".to_owned(),
        attempt: 0,
        caller: Caller::Anonymous,
        locale: "es-BO".to_owned(),
        now: 0,
        trace_parent: None,
    };
    let form = form.into_iter().map(|(name, value)| sdk::Field { name, value }).collect();
    let (path, route) = ("/".to_owned(), "/".to_owned());
    let (params, query, headers, uploads) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let request = Request {
        method,
        path,
        route,
        params,
        query,
        headers,
        form,
        uploads,
        content_type: String::new(),
        body: Vec::new(),
    };
    Visit::new(context, request)
}

#[test]
fn a_form_that_was_not_sent_has_no_value_and_nothing_wrong() {
    let blank = visit(Method::Get, vec![("line".to_owned(), "x".to_owned())]).form(all);
    assert!(!blank.view().is_wrong());
    assert!(blank.value().is_err());
}

#[test]
fn a_form_that_was_sent_whole_has_a_value() {
    let sent = [
        ("line", "x"),
        ("day", "2026-02-28"),
        ("kind", "a"),
        ("kinds", "b"),
        ("agreed", "yes"),
        ("n", "9"),
        ("bs", "99,99"),
        ("mail", "a@b.bo"),
        ("secret", "correct horse"),
    ];
    let sent = sent.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    assert!(visit(Method::Post, sent).form(all).value().is_ok());
}

#[test]
fn what_a_field_asks_for_is_filled_in_by_the_browser_unless_it_is_somebody_elses() {
    let shown = |fields: fn(&mut Fields<'_>) -> Option<String>| {
        visit(Method::Get, Vec::new()).form(fields).view().render().into_string()
    };
    assert!(shown(|fields| fields.line("mail", "E").email()).contains(r#"autocomplete="email""#));
    assert!(shown(|fields| fields.line("mail", "E").autocomplete("off").email()).contains(r#"autocomplete="off""#));
}

#[test]
fn a_password_is_never_shown_again() {
    let sent = vec![("secret".to_owned(), "correct horse".to_owned())];
    assert!(!visit(Method::Post, sent).form(all).view().render().into_string().contains("horse"));
}

proptest! {
    #[test]
    fn whatever_is_sent_is_read_or_refused_and_shown_again_as_text(
        form in proptest::collection::vec((proptest::sample::select(NAMES), ".*|[0-9.,]{0,9}|<b>\"'|a|b|yes"), 0..20)
    ) {
        let form = form.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let filled = visit(Method::Post, form).form(all);
        let shown = filled.view().render().into_string();
        prop_assert!(!shown.contains("<b>"));
        prop_assert_eq!(filled.view().is_wrong(), filled.value().is_err());
    }
}
