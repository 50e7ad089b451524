//! The addresses that citizens give, and the names that plugins give to notices.

use notices::{Account, EmailAddress, Link, NoticeId, Telephone};

/// Whatever is taken is taken again as it was written, and can stand in a header of an e-mail or of HTTP.
pub fn contacts(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(address) = text.parse::<EmailAddress>() {
        assert_eq!(address.to_string().parse().as_ref(), Ok(&address));
        assert!(is_visible(address.as_str()) && address.as_str().len() <= 254);
    }
    if let Ok(number) = text.parse::<Telephone>() {
        assert_eq!(number.to_string().parse().as_ref(), Ok(&number));
        assert!(number.as_str().bytes().skip(1).all(|byte| byte.is_ascii_digit()));
    }
    if let Ok(path) = Link::path(text.clone()) {
        let site = "https://servicios.example.bo";
        let joined = url::Url::parse(&format!("{site}{}", path.as_str())).expect("a path makes a URL");
        assert!(is_visible(path.as_str()) && joined.as_str().starts_with(site));
        let read = url::Url::parse(site).and_then(|site| site.join(path.as_str())).expect("a browser reads it");
        assert_eq!(read.host_str(), Some("servicios.example.bo"), "a link stays on the site");
    }
    if let Ok(id) = NoticeId::new(text.clone()) {
        assert!(is_visible(id.as_str()));
    }
    let _ = Account::new(text);
}

fn is_visible(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}
