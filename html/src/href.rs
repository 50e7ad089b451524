//! Addresses of links, which may come from what people wrote.

use maud::Render;

/// The address of a link. One that would run a script, or is of a kind that pages have no use for, becomes `#`: escaping
/// alone does not make `javascript:…` harmless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Href<'a>(pub &'a str);

const SCHEMES: [&str; 4] = ["https:", "http:", "mailto:", "tel:"];

impl Href<'_> {
    /// The address itself, or `#`.
    #[must_use]
    pub fn safe(&self) -> &str {
        let address = self.0.trim();
        // A browser ignores tabs and line breaks within an address (URL Standard §4.4), so they would hide a scheme.
        if address.chars().any(char::is_control) {
            return "#";
        }
        let scheme = address.find([':', '/', '?', '#']).filter(|end| address.as_bytes()[*end] == b':');
        match scheme {
            Some(end) if !SCHEMES.iter().any(|scheme| scheme.eq_ignore_ascii_case(&address[..=end])) => "#",
            _ => address,
        }
    }
}

impl Render for Href<'_> {
    fn render_to(&self, out: &mut String) {
        self.safe().render_to(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_pages_mail_and_telephones_stay() {
        for address in ["/a:b", "?q=a:b", "#main", "a/b", "", "https://gob.bo", "//gob.bo", "MAILTO:a@b.bo", "tel:+591"]
        {
            assert_eq!(Href(address).safe(), address);
        }
    }

    #[test]
    fn no_address_runs_a_script() {
        for address in
            ["javascript:alert(1)", " JavaScript:x", "java\tscript:x", "data:text/html,x", "vbscript:x", ":x"]
        {
            assert_eq!(Href(address).safe(), "#", "{address:?}");
        }
    }
}
