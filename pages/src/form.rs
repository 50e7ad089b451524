//! Forms as browsers post them, `application/x-www-form-urlencoded`, within bounds.

use thiserror::Error;

/// A field of a form: its name and what was filled in.
pub type Field = (String, String);

/// Why what was posted is not taken as a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum FormError {
    /// It has too many fields.
    #[error("a form has at most {MAX_FIELDS} fields")]
    TooManyFields,
    /// The name of a field is too long.
    #[error("the name of a field has at most {MAX_NAME_BYTES} bytes")]
    LongName,
    /// It is not UTF-8.
    #[error("what was filled in is not UTF-8")]
    NotText,
}

/// Fields of a form, at most.
pub const MAX_FIELDS: usize = 1_000;
/// Bytes of a field's name, at most.
pub const MAX_NAME_BYTES: usize = 256;
/// Bytes of a form without its files, at most: 1 MiB.
pub const MAX_BYTES: usize = 1 << 20;
/// The content type of such a form.
pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// The fields of a posted body, in their order. Line ends are `\n`, as they were typed.
///
/// # Errors
/// [`FormError`].
pub fn parse(body: &[u8]) -> Result<Vec<Field>, FormError> {
    let mut fields = Vec::new();
    for (name, value) in form_urlencoded::parse(body) {
        // The parser puts the replacement character where bytes are not UTF-8: no browser sends that.
        if name.contains(char::REPLACEMENT_CHARACTER) || value.contains(char::REPLACEMENT_CHARACTER) {
            return Err(FormError::NotText);
        }
        fields.push(field(&fields, &name, &value)?);
    }
    Ok(fields)
}

/// One more field, if the form may have it.
///
/// # Errors
/// [`FormError`].
pub fn field(before: &[Field], name: &str, value: &str) -> Result<Field, FormError> {
    if before.len() >= MAX_FIELDS {
        return Err(FormError::TooManyFields);
    }
    if name.len() > MAX_NAME_BYTES {
        return Err(FormError::LongName);
    }
    // HTML Living Standard §4.10.22.4: browsers send CRLF. What others send has one kind of line end as well.
    Ok((name.to_owned(), value.replace("\r\n", "\n").replace('\r', "\n")))
}

/// Takes the only field with this name out of a form.
#[must_use]
pub fn take(fields: &mut Vec<Field>, name: &str) -> Option<String> {
    let position = fields.iter().position(|(found, _)| found == name)?;
    let (_, value) = fields.remove(position);
    // A second one is nobody's: who is asked which one counts, says neither.
    if fields.iter().any(|(found, _)| found == name) { None } else { Some(value) }
}

/// What was filled into the first field with this name.
#[must_use]
pub fn value<'a>(fields: &'a [Field], name: &str) -> Option<&'a str> {
    fields.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_come_in_their_order_as_they_were_typed() {
        let fields = parse(b"name=Mar%C3%ADa+Quispe&text=a%0D%0Ab&name=2&empty=").unwrap();
        let expected = [("name", "María Quispe"), ("text", "a\nb"), ("name", "2"), ("empty", "")];
        assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn a_text_has_one_kind_of_line_end_however_it_was_sent() {
        let fields = parse(b"t=a%0D%0D%0Ab%0Dc%0A").unwrap();
        assert_eq!(value(&fields, "t"), Some("a\n\nb\nc\n"));
    }

    #[test]
    fn refuses_what_is_no_text_and_what_is_too_much() {
        assert_eq!(parse(b"a=%ff"), Err(FormError::NotText));
        assert_eq!(parse("a=&".repeat(MAX_FIELDS + 1).as_bytes()), Err(FormError::TooManyFields));
        assert_eq!(parse("a".repeat(MAX_NAME_BYTES + 1).as_bytes()), Err(FormError::LongName));
    }

    #[test]
    fn a_field_that_comes_twice_is_not_taken_for_one() {
        let mut fields = parse(b"t=1&a=2&t=3").unwrap();
        assert_eq!(take(&mut fields, "t"), None);
        let mut fields = parse(b"t=1&a=2").unwrap();
        assert_eq!(take(&mut fields, "t").as_deref(), Some("1"));
        assert_eq!(fields.len(), 1);
    }

    proptest! {
        #[test]
        fn what_a_browser_encodes_is_what_was_typed(
            typed in proptest::collection::vec(("[a-zñ\\[\\]-]{1,20}", "[^\r\u{fffd}]{0,40}"), 0..20)
        ) {
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&typed).finish();
            prop_assert_eq!(parse(body.as_bytes()).unwrap(), typed);
        }

        #[test]
        fn nothing_that_is_posted_makes_it_panic(body in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse(&body);
        }
    }
}
