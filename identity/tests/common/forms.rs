//! What a browser and an authenticator app do with a page: forms with what is hidden in them, keys, and codes.

use aws_lc_rs::hmac;
use form_urlencoded::Serializer;

/// What stands between two texts.
pub fn between(text: &str, start: &str, end: &str) -> Option<String> {
    let (_, rest) = text.split_once(start)?;
    Some(rest.split_once(end)?.0.to_owned())
}

/// The body that the form with an action is posted as, with these fields filled in.
pub fn form_of(page: &str, action: &str, filled: &[(&str, &str)]) -> String {
    let start = page.find(&format!("action=\"{action}\"")).unwrap_or_else(|| panic!("no form {action} in {page}"));
    let form = &page[start..start + page[start..].find("</form>").expect("an end")];
    let mut fields = Serializer::new(String::new());
    for input in form.split("<input").skip(1).filter(|input| input.contains("type=\"hidden\"")) {
        let name = between(input, "name=\"", "\"").expect("a name");
        if !filled.iter().any(|(filled, _)| *filled == name) {
            fields.append_pair(&name, &between(input, "value=\"", "\"").unwrap_or_default());
        }
    }
    fields.extend_pairs(filled).finish()
}

/// The code that an app with this secret shows at a time in seconds since 1970 (RFC 6238).
pub fn totp(secret: &[u8], now: i64) -> String {
    let step = u64::try_from(now).expect("a time") / 30;
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret), &step.to_be_bytes());
    let offset = usize::from(tag.as_ref()[19] & 15);
    let four: [u8; 4] = tag.as_ref()[offset..offset + 4].try_into().expect("four");
    format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}

/// RFC 4648 §6.
pub fn base32(text: &str) -> Vec<u8> {
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes().filter(|letter| *letter != b' ') {
        let value = if letter.is_ascii_uppercase() { letter - b'A' } else { letter - b'2' + 26 };
        bits = (bits << 5) | u32::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    bytes
}
