//! What a file is, by looking at its beginning: what its sender says of it is only a hint.

/// Bytes that are looked at.
pub(super) const LOOKED_AT: usize = 512;

/// The content type of a file that begins so; `None` where it is none that is known.
pub(super) fn content_type(beginning: &[u8], said: Option<&str>) -> Option<&'static str> {
    let magic: [(&[u8], &'static str); 3] =
        [(b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"%PDF-", "application/pdf")];
    if let Some((_, found)) = magic.into_iter().find(|(magic, _)| beginning.starts_with(magic)) {
        return Some(found);
    }
    if beginning.starts_with(b"RIFF") && beginning.get(8..12) == Some(b"WEBP") {
        return Some("image/webp");
    }
    if beginning.starts_with(b"PK\x03\x04") {
        // ETSI EN 319 162-1 Annex A: the first file is `mimetype`, stored as it is.
        let mime = beginning.get(30..38) == Some(b"mimetype")
            && beginning.get(38..).is_some_and(|rest| rest.starts_with(ASIC.as_bytes()));
        return mime.then_some(ASIC);
    }
    is_text(beginning).then_some(match said {
        Some("text/csv") => "text/csv",
        Some("application/json") => "application/json",
        _ => "text/plain",
    })
}

const ASIC: &str = "application/vnd.etsi.asic-e+zip";

/// UTF-8 without control characters but tabs and line ends; what is cut at the end of the beginning does not count. Markup
/// that a browser could take for a page is no text.
fn is_text(beginning: &[u8]) -> bool {
    let text = match std::str::from_utf8(beginning) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() && beginning.len() >= LOOKED_AT => {
            std::str::from_utf8(&beginning[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let is_markup = text.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    !is_markup && text.chars().all(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_holds_and_not_what_is_said_of_it() {
        for (beginning, said, found) in [
            (b"\xff\xd8\xff\xe0".as_slice(), "text/plain", Some("image/jpeg")),
            (b"\x89PNG\r\n\x1a\n", "image/jpeg", Some("image/png")),
            (b"RIFF\0\0\0\0WEBP", "image/webp", Some("image/webp")),
            (b"%PDF-1.7", "application/pdf", Some("application/pdf")),
            ("año;total\n".as_bytes(), "text/csv", Some("text/csv")),
            (b"{}", "application/json", Some("application/json")),
            (b"hola", "image/png", Some("text/plain")),
            (b"<script>", "text/plain", None),
            (b"\xef\xbb\xbf <html>", "text/plain", None),
            (b"MZ\x90\0", "image/png", None),
            (b"PK\x03\x04", "application/zip", None),
            (b"\x1b[31m", "text/plain", None),
            (b"caf\xe9 ", "text/plain", None),
        ] {
            assert_eq!(content_type(beginning, Some(said)), found, "{said}");
        }
    }

    #[test]
    fn a_letter_that_is_cut_at_the_end_is_still_text() {
        let mut text = "ñ".repeat(LOOKED_AT).into_bytes();
        text.truncate(LOOKED_AT - 1);
        text.insert(0, b'a');
        assert_eq!(content_type(&text, None), Some("text/plain"));
    }
}
