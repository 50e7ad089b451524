//! What the pieces make of texts: nothing of a text is markup, everything that is referred to is there, every error is said.

use std::collections::BTreeSet;

use html::{
    Breadcrumbs, Button, ButtonLink, Card, Cards, Checkbox, Checkboxes, Choice, Code, Column, Confirmation, DateInput,
    DateParts, Details, EmptyState, ErrorSummary, Field, File, Hidden, Href, Language, Link, Markup, Need, Notice,
    Pagination, Password, Progress, Radios, Render, Select, Shell, Site, Sorted, Step, StepState, Steps, Summary,
    Table, Tag, Text, TextArea, TextKind, Tone, Visitor, html,
};
use proptest::prelude::*;

const EVIL: &str = r#"<b>"'&x"#;

/// Every kind of field, each with hint and error.
fn fields(text: &str) -> Markup {
    let choices = [Choice::new(text, text).hint(text), Choice::new("b", text).hint(text), Choice::new("c", "C")];
    let named = |name: &'static str| -> String { format!("{name}{text}") };
    let names = ["t", "a", "p", "d", "r", "c", "s", "f", "o"].map(named);
    let field = |index: usize| Field::new(&names[index], text).hint(text).error(text).need(Need::Optional);
    html! {
        (Text::new(field(0)).value(text).kind(TextKind::Email).autocomplete(text).most_letters(9))
        (TextArea::new(field(1)).value(text))
        (Password::current(field(2)))
        (DateInput::new(field(3)).value(DateParts { day: text, month: text, year: text }))
        (Radios::new(field(4), &choices).chosen(text))
        (Checkboxes::new(field(5), &choices).chosen(&[text]))
        (Select::new(field(6), &choices).chosen("c"))
        (File::new(field(7)).accept(text))
        (Checkbox::new(field(8)))
        (Hidden::new(text, text))
        (ErrorSummary::new(&names.each_ref().map(|name| (name.as_str(), text))))
    }
}

/// Every other piece.
fn parts(text: &str) -> Markup {
    let rows = [vec![html! { (text) }, html! { "1" }]];
    let columns = [Column::text(text), Column::number(text).sorts(text, Sorted::Descending)];
    let steps = [Step::new(text, StepState::Done).href(text).note(text), Step::new(text, StepState::Current)];
    html! {
        (Confirmation::new(text).reference(text, text))
        (Button::primary(text).sends(text, text))
        (ButtonLink::secondary(text, text))
        (Table::new("rows", text, &columns, &rows))
        (Summary::new().row(text, text).row_with_link(text, text, text, text))
        (Tag::new(text, Tone::Warning))
        (Notice::new(Tone::Danger, text, &text))
        (Details::new(text, &text))
        (Code::new(text, text))
        (Breadcrumbs::new(&[Link { text, href: text }]))
        (Pagination::new(Some(text), Some(text)))
        ([Card::new(text, text).content(html! { (text) })].into_iter().collect::<Cards<'_>>())
        (EmptyState::new(text, &text))
        (Steps::new(text, &steps))
        (Progress::new(text, 1, 2))
    }
}

fn whole(text: &str) -> String {
    let content = html! { (parts(text)) form { (fields(text)) } };
    let links = [Link { text, href: text }, Link { text: "Inicio", href: "/" }];
    let languages = Language::ALL.map(|language| html::LanguageLink { language, href: text });
    Shell::new(Site::new(text, text).owner(text), text, &content)
        .language(Language::Quechua)
        .path("/")
        .icon(text)
        .stylesheets(&[text])
        .scripts(&[text])
        .navigation(&links)
        .visitor(Visitor::SignedIn {
            name: text,
            account: text,
            sign_out: text,
            acting: Some(Link { text, href: text }),
        })
        .languages(&languages)
        .banner(&text)
        .footer(&links)
        .page()
}

/// The values of an attribute.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    page.split(start.as_str()).skip(1).map(|rest| rest.split('"').next().unwrap_or_default()).collect()
}

#[test]
fn no_text_becomes_markup() {
    let page = whole(EVIL);
    assert!(!page.contains("<b>"), "{page}");
    // Nothing that was given ends an attribute: as many of them as with a harmless text.
    assert_eq!(page.matches('"').count(), whole("x").matches('"').count());
}

#[test]
fn no_id_is_there_twice() {
    for text in ["x", EVIL, ""] {
        let page = whole(text);
        let ids = values(&page, "id");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
    }
}

#[test]
fn different_names_never_have_the_same_id() {
    let names = ["a", "a.day", "a_2e_day", "a-hint", "a_hint", "a__hint", "á", "_e1_", "A"];
    let page = html! { @for name in names { (Text::new(Field::new(name, "x").hint("x").error("x"))) } }.into_string();
    let ids = values(&page, "id");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), names.len() * 3, "{ids:?}");
}

#[test]
fn everything_that_is_referred_to_is_there() {
    let page = whole("x y");
    let ids: BTreeSet<&str> = values(&page, "id").into_iter().collect();
    for attribute in ["for", "aria-describedby", "aria-labelledby"] {
        for id in values(&page, attribute).into_iter().flat_map(|value| value.split(' ')) {
            assert!(ids.contains(id), "{attribute} refers to {id}, of {ids:?}");
        }
    }
    let fragments: Vec<&str> = values(&page, "href").into_iter().filter_map(|href| href.strip_prefix('#')).collect();
    assert_eq!(fragments.len(), 10);
    for id in fragments {
        assert!(ids.contains(id), "a link leads to {id}");
    }
}

#[test]
fn every_control_has_a_label() {
    let page = fields("x").into_string();
    let labelled: BTreeSet<&str> = values(&page, "for").into_iter().collect();
    for tag in ["<input", "<textarea", "<select"] {
        for control in page.split(tag).skip(1).map(|rest| rest.split('>').next().unwrap_or_default()) {
            if values(control, "type") != ["hidden"] {
                assert!(labelled.contains(values(control, "id")[0]), "{control}");
            }
        }
    }
}

#[test]
fn every_error_is_said_with_its_control_and_in_the_summary() {
    let field = Field::new("name", "Nombre").hint("Completo").error("Escriba su nombre");
    let page = Text::new(field).render().into_string();
    assert_eq!(values(&page, "aria-describedby"), ["field-name_hint field-name_error"]);
    assert_eq!(values(&page, "aria-invalid"), ["true"]);
    assert!(page.contains(r#"<p class="error" id="field-name_error"><span class="unseen">Error: </span>Escriba"#));
    let summary = ErrorSummary::new(&[("name", "Escriba su nombre"), ("", "Cerrado")]).render().into_string();
    assert!(
        summary.contains(r##"role="alert""##) && summary.contains(r##"<a href="#field-name">Escriba su nombre</a>"##)
    );
    assert!(summary.contains("<li>Cerrado</li>"));
    assert_eq!(ErrorSummary::new(&[]).render().into_string(), "");
}

#[test]
fn a_field_without_error_says_nothing_of_errors() {
    let page = Text::new(Field::new("name", "Nombre")).render().into_string();
    assert!(!page.contains("aria-"), "{page}");
    assert_eq!(page.matches("optional").count(), 0);
}

#[test]
fn a_text_area_keeps_its_first_line_break() {
    let page = TextArea::new(Field::new("t", "T")).value("\nx").render().into_string();
    assert!(page.contains(">\n\nx</textarea>"), "{page}");
}

#[test]
fn a_table_says_by_which_column_its_rows_are_sorted() {
    let columns = [
        Column::text("Fecha").sorts("?sort=-date", Sorted::Ascending),
        Column::text("De").sorts("?sort=by", Sorted::No),
    ];
    let page = Table::new("t", "Quejas", &columns, &[]).render().into_string();
    assert!(page.contains(r#"<th scope="col" aria-sort="ascending"><a href="?sort=-date">Fecha</a></th>"#), "{page}");
    assert!(page.contains(r#"<th scope="col"><a href="?sort=by">De</a></th>"#), "{page}");
}

#[test]
fn a_caption_that_the_heading_above_says_already_is_only_heard() {
    let columns = [Column::text("Fecha")];
    let table = Table::new("t", "Quejas", &columns, &[]);
    assert!(table.render().into_string().contains(r#"<caption id="table-t">Quejas</caption>"#));
    let page = table.below_its_heading().render().into_string();
    assert!(page.contains(r#"<caption id="table-t"><span class="unseen">Quejas</span></caption>"#), "{page}");
}

#[test]
fn a_code_has_nothing_between_its_letters() {
    let page = Code::new("Código", "ABCDEFGHIJ").render().into_string();
    assert!(page.contains("<span>ABCD</span><span>EFGH</span><span>IJ</span>"), "{page}");
}

#[test]
fn the_page_names_itself_its_language_and_where_one_is() {
    let content = html! { h1 { "Quejas" } };
    let links = [Link { text: "Inicio", href: "/" }, Link { text: "Quejas", href: "/quejas" }];
    let shell = Shell::new(Site::new("Bolivia Cercana", "/"), "Quejas", &content).navigation(&links);
    let page = shell.language(Language::English).path("/quejas/7").page();
    assert!(page.starts_with(r#"<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">"#), "{page}");
    assert!(page.contains("<title>Quejas · Bolivia Cercana</title>"));
    let with_icon = shell.icon("/-/chakana.svg").page();
    assert!(with_icon.contains(r#"<link rel="icon" type="image/svg+xml" href="/-/chakana.svg">"#), "{with_icon}");
    assert!(page.contains(r##"<a class="skip" href="#main">Skip to content</a>"##));
    assert!(page.contains(r#"<a href="/quejas" aria-current="true">"#) && page.contains(r#"<a href="/">Inicio"#));
    assert!(page.contains(r#"<main id="main" class="frame" tabindex="-1"><h1>Quejas</h1></main>"#));
    assert!(page.ends_with("</body></html>"));
}

#[test]
fn who_is_signed_in_is_named_and_signs_out_with_a_form() {
    let content = html! {};
    let shell = Shell::new(Site::new("S", "/"), "S", &content);
    assert!(!shell.page().contains("Ingresar"));
    assert!(shell.visitor(Visitor::Anonymous { sign_in: "/-/in" }).page().contains(r#"<a href="/-/in">Ingresar</a>"#));
    let page =
        shell.visitor(Visitor::SignedIn { name: "Ana", account: "/-/me", sign_out: "/-/out", acting: None }).page();
    assert!(page.contains(r#"<a href="/-/me">Ana</a><form method="post" action="/-/out"><button"#), "{page}");
}

#[test]
fn a_word_that_is_borrowed_says_from_which_language() {
    let page = Pagination::new(None, Some("?c=1")).language(Language::Aymara).render().into_string();
    assert!(page.contains(r#"lang="es""#) && page.contains("Siguiente"), "{page}");
    let page = Pagination::new(None, Some("?c=1")).language(Language::English).render().into_string();
    assert!(!page.contains("lang=") && page.contains("Next"), "{page}");
}

#[test]
fn pieces_use_no_style_and_no_script_of_their_own() {
    let page = whole("x");
    for word in [" style=", " onclick", "<script>", "<style"] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(!whole("javascript:x").contains(r#"href="javascript"#));
    assert_eq!(Href("javascript:x").render().into_string(), "#");
}

proptest! {
    #[test]
    fn whatever_is_given_stays_text(text in "[<>\"'&a-c/:=\\PC\n]{1,24}") {
        // The link to the page itself is marked as such.
        prop_assume!(text != "/");
        let (page, plain) = (whole(&text), whole("x"));
        prop_assert_eq!(page.matches('<').count(), plain.matches('<').count() + empty_or_longer(&text));
        prop_assert_eq!(page.matches('"').count(), plain.matches('"').count());
    }
}

/// What a text changes of the number of tags by its length alone: a code has a group for every four letters.
fn empty_or_longer(text: &str) -> usize {
    let groups = |text: &str| text.chars().count().div_ceil(4);
    (2 * groups(text)).saturating_sub(2 * groups("x"))
}
