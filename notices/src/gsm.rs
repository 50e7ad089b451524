//! What fits into one SMS (3GPP TS 23.038 §6.2.1, TS 23.040 §9.2.3.24).

/// The characters of the default alphabet, each of which takes one septet.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Those of its extension, which take two.
const EXTENDED: &str = "\u{c}^{}\\[~]|€";
/// Septets of one SMS in the default alphabet.
const SEPTETS: usize = 160;
/// UTF-16 code units of one SMS in any other.
const UNITS: usize = 70;

/// `text`, and `link` behind it, in one SMS: the text is cut at a word if it has to be, the link never is.
///
/// Accents that the alphabet of telephones lacks are left out, as people do when they write: with one of them, an SMS would
/// hold 70 characters in place of 160. A language whose letters are not in it has the 70. A link that fills the SMS by itself
/// is left out.
pub(crate) fn fitted(text: &str, link: Option<&str>) -> String {
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().map(plain).collect();
    let ending = link.map(|link| format!(" {link}")).unwrap_or_default();
    let whole = format!("{text}{ending}");
    if fits(&whole) {
        return whole;
    }
    let mut kept = String::new();
    for word in text.split(' ') {
        let longer = if kept.is_empty() { word.to_owned() } else { format!("{kept} {word}") };
        if !fits(&format!("{longer}...{ending}")) {
            break;
        }
        kept = longer;
    }
    match (kept.is_empty(), fits(&format!("...{ending}"))) {
        (false, _) => format!("{kept}...{ending}"),
        // A first word that fills it is cut where it has to be.
        (true, fits_link) => {
            let ending = if fits_link { ending } else { String::new() };
            let mut cut = String::new();
            for c in text.chars() {
                if !fits(&format!("{cut}{c}...{ending}")) {
                    break;
                }
                cut.push(c);
            }
            format!("{cut}...{ending}")
        }
    }
}

/// Whether a text is one SMS.
pub(crate) fn fits(text: &str) -> bool {
    let septets = text.chars().map(septets).try_fold(0, |sum, more| Some(sum + more?));
    match septets {
        Some(septets) => septets <= SEPTETS,
        None => text.encode_utf16().count() <= UNITS,
    }
}

fn septets(c: char) -> Option<usize> {
    if BASIC.contains(c) {
        Some(1)
    } else if EXTENDED.contains(c) {
        Some(2)
    } else {
        None
    }
}

/// The letter without its accent, the sign that stands for another.
fn plain(c: char) -> char {
    match c {
        'á' => 'a',
        'í' => 'i',
        'ó' => 'o',
        'ú' => 'u',
        'Á' => 'A',
        'Í' => 'I',
        'Ó' => 'O',
        'Ú' => 'U',
        '’' | '‘' => '\'',
        '“' | '”' | '«' | '»' => '"',
        '–' | '—' | '−' => '-',
        '\u{a0}' | '\u{202f}' => ' ',
        '…' => '.',
        c if c.is_control() => ' ',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accents_that_telephones_lack_are_left_out_and_ñ_stays() {
        assert_eq!(fitted("Señora María: «Debe Bs\u{a0}1.234,50»", None), "Señora Maria: \"Debe Bs 1.234,50\"");
    }

    #[test]
    fn a_long_text_is_cut_at_a_word_and_keeps_its_link() {
        let link = "https://example.bo/casos/7";
        let cut = fitted(&"palabra ".repeat(40), Some(link));
        assert!(cut.ends_with(&format!("palabra... {link}")), "{cut}");
        assert!(fits(&cut) && cut.len() > 145, "{cut}");
    }

    #[test]
    fn other_letters_make_it_shorter() {
        let cut = fitted(&"Avañe’ẽ ".repeat(20), Some("https://e.bo/1"));
        assert!(cut.encode_utf16().count() <= UNITS && cut.ends_with("... https://e.bo/1"), "{cut}");
    }

    #[test]
    fn a_word_without_end_is_cut_and_a_link_that_fills_it_is_left_out() {
        assert_eq!(fitted(&"x".repeat(200), None), format!("{}...", "x".repeat(157)));
        let link = format!("https://e.bo/{}", "y".repeat(160));
        assert_eq!(fitted("Hola", Some(&link)), "Hola...");
        assert_eq!(fitted("", None), "");
    }

    proptest! {
        #[test]
        fn whatever_is_said_is_one_sms(text in "\\PC{0,300}", path in "[a-z]{0,200}") {
            let link = format!("https://e.bo/{path}");
            let sms = fitted(&text, Some(&link));
            prop_assert!(fits(&sms), "{}", sms);
            prop_assert!(sms.contains(&link) || link.len() > 50);
        }
    }
}
