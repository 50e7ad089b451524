//! Files within a form (RFC 7578), as far as an upload of documents has them.

/// Parts that are looked at.
const MOST_PARTS: usize = 20;

/// A part of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part<'a> {
    /// The field.
    pub(super) name: String,
    /// The name of the file, where it is one.
    pub(super) file_name: Option<String>,
    /// What stands in it.
    pub(super) content: &'a [u8],
}

/// The parts of a form; nothing, if it is none.
pub(super) fn read<'a>(content_type: &str, body: &'a [u8]) -> Option<Vec<Part<'a>>> {
    let (kind, parameters) = content_type.split_once(';')?;
    let is_form = kind.trim().eq_ignore_ascii_case("multipart/form-data");
    let boundary =
        parameter(parameters, "boundary").filter(|boundary| is_form && (1..=70).contains(&boundary.len()))?;
    // The first boundary has no line before it, unless there is a preamble, which nobody sends.
    let first = format!("--{boundary}");
    let next = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(first.as_bytes())?;
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        rest = rest.strip_prefix(b"\r\n")?;
        let end = find(rest, next.as_bytes())?;
        parts.push(part(&rest[..end])?);
        rest = &rest[end + next.len()..];
        if parts.len() > MOST_PARTS {
            return None;
        }
    }
    Some(parts)
}

fn part(text: &[u8]) -> Option<Part<'_>> {
    let end = find(text, b"\r\n\r\n")?;
    let (head, content) = (std::str::from_utf8(&text[..end]).ok()?, &text[end + 4..]);
    let header = |name: &str| {
        let mut lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
        lines.find(|(one, _)| one.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    };
    let disposition = header("content-disposition")?.strip_prefix("form-data")?;
    Some(Part { name: parameter(disposition, "name")?, file_name: parameter(disposition, "filename"), content })
}

/// The value of a parameter, with quotation marks or without.
fn parameter(text: &str, name: &str) -> Option<String> {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('=') {
        let found = before.trim_start_matches([';', ' ', '\t']).trim();
        let after = after.trim_start();
        let (value, left) = match after.strip_prefix('"') {
            Some(quoted) => quoted_value(quoted)?,
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        if found.eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = left;
    }
    None
}

/// A text up to its closing quotation mark, and what follows. Browsers write a mark within it as `%22`, others as `\"`.
fn quoted_value(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => value.extend(letters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    None
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=\"x y\"";

    fn form(parts: &str) -> String {
        parts.replace('\n', "\r\n")
    }

    #[test]
    fn files_are_read_with_their_names() {
        let body = form(
            "--x y\nContent-Disposition: form-data; name=\"file\"; filename=\"plano \\\"1\\\".pdf\"\nContent-Type: application/pdf\n\n%PDF-\n--not\n--x y\ncontent-disposition: form-data; name=note\n\naG9sYQ==\n--x y--\n",
        );
        let parts = read(TYPE, body.as_bytes()).expect("a form");
        assert_eq!((parts[0].name.as_str(), parts[0].file_name.as_deref()), ("file", Some("plano \"1\".pdf")));
        assert_eq!(parts[0].content, b"%PDF-\r\n--not");
        assert_eq!(
            (parts[1].name.as_str(), &parts[1].file_name, parts[1].content),
            ("note", &None, b"aG9sYQ==".as_slice())
        );
        assert_eq!(parts.len(), 2);
    }

    #[test]
    fn what_is_no_form_is_refused() {
        let good = form("--b\nContent-Disposition: form-data; name=\"file\"\n\nx\n--b--\n");
        assert!(read("multipart/form-data; boundary=b", good.as_bytes()).is_some());
        for (content_type, body) in [
            ("application/json", good.as_str()),
            ("multipart/form-data", &good),
            ("multipart/form-data; boundary=", &good),
            ("multipart/form-data; boundary=c", &good),
            ("multipart/form-data; boundary=b", ""),
            ("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx"),
            ("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"),
            ("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\r\n\r\nx\r\n--b--"),
            ("multipart/form-data; boundary=b", "--b\r\n\r\n--b--"),
            (
                "multipart/form-data; boundary=b",
                &good.replace("--b\r\n", &"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n".repeat(21)),
            ),
        ] {
            assert_eq!(read(content_type, body.as_bytes()), None, "{content_type} {body:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_stop_the_reading(content_type in ".*", body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&content_type, &body);
            let _ = read("multipart/form-data; boundary=b", &[b"--b\r\n".as_slice(), &body].concat());
        }

        #[test]
        fn a_file_is_read_as_it_was_sent(content in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assume!(find(&content, b"--boundary").is_none());
            let head = b"--boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n";
            let body = [head.as_slice(), &content, b"\r\n--boundary--\r\n"].concat();
            let parts = read("multipart/form-data; boundary=boundary", &body).expect("a form");
            prop_assert_eq!(parts[0].content, content.as_slice());
        }
    }
}
