//! What browsers send, and pages that leave with tokens in their forms.

use futures_util::stream;
use pages::multipart::Parts;
use pages::{Encoding, FormKey, FormOwner, form, mark_forms};

/// A page, a form, a form with files, a token, headers.
pub fn pages(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        marks(text);
        token(text);
        headers(text);
    }
    if let Ok(fields) = form::parse(data) {
        // What is read is read the same when a browser sends it again.
        let again = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        assert_eq!(form::parse(again.as_bytes()), Ok(fields));
    }
    parts(data);
}

/// Nothing of a page is lost, and without a token none leaves that needs one.
fn marks(html: &str) {
    let mut forms = 0;
    let marked = mark_forms(html, || {
        forms += 1;
        Some("\u{1}".to_owned())
    });
    let (marked, _) = marked.expect("there is a token");
    if !html.contains('\u{1}') {
        assert_eq!(marked.matches('\u{1}').count(), forms);
        assert_eq!(marked.replace('\u{1}', ""), html);
    }
    assert_eq!(mark_forms(html, || None).is_none(), forms > 0);
}

fn token(text: &str) {
    let refused =
        FormKey::new(&[7; 32]).check(Some(text), FormOwner::Visitor(b"v"), "plugin", jiff::Timestamp::UNIX_EPOCH);
    assert!(refused.is_err(), "nobody guesses a token");
}

fn headers(text: &str) {
    let Ok(value) = http::HeaderValue::from_str(text) else { return };
    let mut headers = http::HeaderMap::new();
    for name in [http::header::COOKIE, http::header::ACCEPT_ENCODING, http::header::IF_NONE_MATCH] {
        headers.insert(name, value.clone());
    }
    let _ = pages::cookie::read(&headers, "a");
    let _ = Encoding::accepted(&headers);
    let _ = pages::is_current(&headers, &http::HeaderValue::from_static("W/\"1\""));
}

/// The first byte says how long the pieces are that it comes in.
fn parts(data: &[u8]) {
    let Some((&length, body)) = data.split_first() else { return };
    let pieces: Vec<_> =
        body.chunks(usize::from(length) + 1).map(|piece| Ok::<_, std::io::Error>(piece.to_vec().into())).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let mut parts =
            Parts::of("multipart/form-data; boundary=X", stream::iter(pieces), 1 << 20).expect("a boundary");
        while let Ok(Some(mut file)) = parts.next_file().await {
            while let Ok(Some(_)) = file.piece().await {}
        }
    });
}
