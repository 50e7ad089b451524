//! Texts in which the name of a field in braces stands for what was answered: `Se concede a {name}.`

/// A piece of such a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    /// What stands there as it is. A brace that is not closed is one.
    Text(&'t str),
    /// The name of a field.
    Field(&'t str),
}

/// The pieces of a text, in order.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let inner = rest.strip_prefix('{');
        if let Some((name, after)) =
            inner.and_then(|inner| inner.split_once('}')).filter(|(name, _)| !name.contains('{'))
        {
            rest = after;
            return Some(Piece::Field(name));
        }
        let from = inner.map_or(0, |_| 1);
        let end = rest[from..].find('{').map_or(rest.len(), |at| from + at);
        let (text, after) = rest.split_at(end);
        rest = after;
        (!text.is_empty()).then_some(Piece::Text(text))
    })
}

/// The names of the fields that a text has in braces.
pub(crate) fn fields(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).filter_map(|piece| if let Piece::Field(name) = piece { Some(name) } else { None })
}

#[cfg(test)]
mod tests {
    use super::Piece::{Field, Text};
    use super::*;

    #[test]
    fn braces_name_fields_and_what_is_not_closed_stands_as_it_is() {
        let check =
            |text: &str, expected: &[Piece<'_>]| assert_eq!(pieces(text).collect::<Vec<_>>(), expected, "{text}");
        check("", &[]);
        check("A {a}{b}, {c}", &[Text("A "), Field("a"), Field("b"), Text(", "), Field("c")]);
        check("} {x {y} {", &[Text("} "), Text("{x "), Field("y"), Text(" "), Text("{")]);
        assert_eq!(fields("{ñandú} y {}").collect::<Vec<_>>(), ["ñandú", ""]);
    }
}
