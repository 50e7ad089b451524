//! The files that all pages have: the stylesheet, the icon, and the script that passkeys need.

use ::pages::{Asset, Assets};
use bytes::Bytes;
use http::header::HeaderValue;

pub(crate) fn own_assets() -> Assets {
    let mut assets = Assets::below("/assets/");
    let style = HeaderValue::from_static("text/css; charset=utf-8");
    assets.add("style.css", Asset::new(style, Bytes::from_static(html::STYLESHEET.as_bytes())));
    let script = HeaderValue::from_static("text/javascript; charset=utf-8");
    assets.add("passkey.js", Asset::new(script, Bytes::from_static(include_bytes!("passkey.js"))));
    let icon = HeaderValue::from_static("image/svg+xml");
    assets.add("icon.svg", Asset::new(icon, Bytes::from_static(html::ICON.as_bytes())));
    assets
}
