//! Puts a hidden field into each form of a page that posts.

use std::borrow::Cow;

/// Whether a page has forms that post: then it is for one visitor only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HasForms {
    /// None.
    No,
    /// At least one.
    Yes,
}

/// Puts what `field` gives after the start tag of each form of `html` whose method is POST. `None` when `field` has none.
///
/// Tags are found as browsers find them (HTML Living Standard §13.2.5): not within comments, scripts, styles, titles and
/// text areas, nor within the values of attributes. A page that hides a form from this gets a form without a token, which
/// is refused when it comes back.
#[must_use]
pub fn mark_forms(html: &str, mut field: impl FnMut() -> Option<String>) -> Option<(Cow<'_, str>, HasForms)> {
    let mut marked: Option<String> = None;
    let (mut copied, mut position) = (0, 0);
    while let Some(tag) = next_tag(html, position) {
        position = tag.end;
        if tag.name.eq_ignore_ascii_case("form") && posts(tag.attributes) {
            let into = marked.get_or_insert_with(|| String::with_capacity(html.len() + ROOM));
            into.push_str(&html[copied..tag.end]);
            into.push_str(&field()?);
            copied = tag.end;
        } else if let Some(name) = RAW.into_iter().find(|name| tag.name.eq_ignore_ascii_case(name)) {
            position = end_of_raw(html, position, name);
        }
    }
    Some(match marked {
        None => (Cow::Borrowed(html), HasForms::No),
        Some(mut marked) => {
            marked.push_str(&html[copied..]);
            (Cow::Owned(marked), HasForms::Yes)
        }
    })
}

/// A start tag.
struct Tag<'a> {
    name: &'a str,
    attributes: &'a str,
    /// After its `>`.
    end: usize,
}

/// The next start tag from a position on.
fn next_tag(html: &str, from: usize) -> Option<Tag<'_>> {
    let bytes = html.as_bytes();
    let mut position = from;
    loop {
        position += memchr::memchr(b'<', bytes.get(position..)?)? + 1;
        match bytes.get(position)? {
            b'!' if html[position..].starts_with("!--") => position = end_of_comment(html, position + 3),
            first if first.is_ascii_alphabetic() => {
                let name = position..name_end(bytes, position);
                let close = tag_close(bytes, name.end)?;
                return Some(Tag { name: &html[name.clone()], attributes: &html[name.end..close], end: close + 1 });
            }
            // An end tag may have attributes, whose values may hold anything.
            b'/' => position = tag_close(bytes, position)? + 1,
            _ => {}
        }
    }
}

fn name_end(bytes: &[u8], start: usize) -> usize {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
    bytes[start..].iter().position(ends).map_or(bytes.len(), |length| start + length)
}

/// Where the `>` of a tag is, outside of its attributes' values. A quotation mark begins a value only after `=`.
fn tag_close(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut position, mut before) = (start, b' ');
    loop {
        let byte = *bytes.get(position)?;
        match byte {
            b'>' => return Some(position),
            b'"' | b'\'' if before == b'=' => position += memchr::memchr(byte, bytes.get(position + 1..)?)? + 1,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
        position += 1;
    }
}

/// `<!-->` and `<!--->` are whole comments (§13.2.5.43).
fn end_of_comment(html: &str, start: usize) -> usize {
    let rest = &html[start..];
    if rest.starts_with('>') {
        return start + 1;
    }
    if rest.starts_with("->") {
        return start + 2;
    }
    let ends = ["-->", "--!>"].into_iter().filter_map(|end| rest.find(end).map(|at| at + end.len()));
    ends.min().map_or(html.len(), |length| start + length)
}

/// Where the end tag of an element begins whose content is text only.
fn end_of_raw(html: &str, start: usize, name: &str) -> usize {
    let bytes = html.as_bytes();
    let mut position = start;
    while let Some(found) = bytes.get(position..).and_then(|rest| memchr::memmem::find(rest, b"</")) {
        let at = position + found;
        let end = bytes.get(at + 2..at + 2 + name.len());
        if end.is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes())) {
            return at;
        }
        position = at + 2;
    }
    html.len()
}

/// Whether the attributes of a form say that it posts. Of two attributes with one name, the first counts (§13.2.5.33).
fn posts(attributes: &str) -> bool {
    let mut rest = attributes;
    while let Some((name, value, after)) = attribute(rest) {
        if name.eq_ignore_ascii_case("method") {
            return value.trim().eq_ignore_ascii_case("post");
        }
        rest = after;
    }
    false
}

/// The first attribute of a tag: its name, its value, and what comes after.
fn attribute(text: &str) -> Option<(&str, &str, &str)> {
    let text = text.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
    if text.is_empty() {
        return None;
    }
    // A name may begin with '=' (§13.2.5.32).
    let ends = |(at, c): (usize, char)| at > 0 && (c.is_ascii_whitespace() || matches!(c, '=' | '/'));
    let name_end = text.char_indices().find(|found| ends(*found)).map_or(text.len(), |(at, _)| at);
    let (name, rest) = text.split_at(name_end);
    let Some(value) = rest.trim_start_matches(|c: char| c.is_ascii_whitespace()).strip_prefix('=') else {
        return Some((name, "", rest));
    };
    let value = value.trim_start_matches(|c: char| c.is_ascii_whitespace());
    for quote in ['"', '\''] {
        if let Some(quoted) = value.strip_prefix(quote) {
            let (value, after) = quoted.split_once(quote).unwrap_or((quoted, ""));
            return Some((name, value, after));
        }
    }
    let end = value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len());
    let (value, after) = value.split_at(end);
    Some((name, value, after))
}

/// Elements whose content is no markup.
const RAW: [&str; 8] = ["script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp"];
/// For a form or two.
const ROOM: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn marked(html: &str) -> String {
        mark_forms(html, || Some("[T]".to_owned())).expect("a token").0.into_owned()
    }

    #[test]
    fn each_form_that_posts_gets_its_field() {
        for (html, expected) in [
            ("<form method=post>", "<form method=post>[T]"),
            ("<FORM a=\"x>y\" METHOD='POST' >x</FORM>", "<FORM a=\"x>y\" METHOD='POST' >[T]x</FORM>"),
            ("<p>ñ<form\nmethod = \"post\"\n>", "<p>ñ<form\nmethod = \"post\"\n>[T]"),
            ("<form method=post><form method=post>", "<form method=post>[T]<form method=post>[T]"),
            ("<form action=/a/ method=post>", "<form action=/a/ method=post>[T]"),
            ("<form hidden method=post>", "<form hidden method=post>[T]"),
        ] {
            assert_eq!(marked(html), expected);
        }
    }

    #[test]
    fn what_is_no_form_that_posts_is_left_as_it_is() {
        for html in [
            "<form>",
            "<form method=get>",
            "<form method=get method=post>",
            "<form data-method=post>",
            "<formmethod=post>",
            "<!-- <form method=post> -->",
            "<!--><p>--><p title='<form method=post>'>",
            "<script>'<form method=post>'</script>",
            "<textarea><form method=post></textarea>",
            "<TITLE><form method=post></title>",
            "</p a='<form method=post>'>",
            "&lt;form method=post&gt;",
            "<form method=post",
            "< form method=post>",
        ] {
            assert_eq!(marked(html), html);
        }
    }

    #[test]
    fn after_text_that_looks_like_markup_forms_are_found_again() {
        let html = "<script>a</scripx></script><!--a--!><textarea></textarea><form method=post>";
        assert_eq!(marked(html), format!("{html}[T]"));
    }

    #[test]
    fn without_a_token_there_is_no_page() {
        assert!(mark_forms("<form method=post>", || None).is_none());
        assert!(mark_forms("<form>", || None).is_some());
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_panics(html in "(<|>|form|method=post|\"|'|=|/|!--|--|-|script|textarea| |ñ|a){0,40}") {
            prop_assert_eq!(marked(&html).replace("[T]", ""), html);
        }
    }
}
