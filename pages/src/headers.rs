//! What a browser may do with a page: its headers (OWASP Secure Headers Project).

use http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// The Content Security Policy of an origin's pages (CSP Level 3), rendered once.
#[derive(Debug, Clone)]
pub struct ContentPolicy(HeaderValue);

/// What a policy allows besides what every page may.
#[derive(Debug, Clone, Default)]
pub struct Allowed<'a> {
    /// Where scripts and styles come from: a path of the origin, such as `https://portal.example/-/assets/`.
    pub assets: &'a str,
    /// Other origins whose images are shown.
    pub images: &'a [&'a str],
    /// Other origins that a form may lead to, by its answer's redirect.
    pub form_targets: &'a [&'a str],
    /// Whether scripts may compile WebAssembly.
    pub web_assembly: WebAssembly,
}

/// Whether the scripts of a page may compile WebAssembly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WebAssembly {
    /// They may not.
    #[default]
    Refused,
    /// They may: `wasm-unsafe-eval`, which allows no script from text.
    Granted,
}

impl ContentPolicy {
    /// The policy of pages. `None` where a source cannot stand in a header.
    #[must_use]
    pub fn of_pages(allowed: &Allowed<'_>) -> Option<Self> {
        let sources = |own: &str, others: &[&str]| [&[own], others].concat().join(" ");
        let assets = if allowed.assets.is_empty() { "'none'" } else { allowed.assets };
        let scripts = match allowed.web_assembly {
            WebAssembly::Refused => assets.to_owned(),
            WebAssembly::Granted => format!("{assets} 'wasm-unsafe-eval'"),
        };
        let policy = format!(
            "default-src 'none'; script-src {scripts}; style-src {assets}; img-src {}; connect-src 'self'; \
             form-action {}; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            sources("'self'", allowed.images),
            sources("'self'", allowed.form_targets),
        );
        HeaderValue::from_str(&policy).ok().map(Self)
    }

    /// The policy of what is no page: nothing in it does anything.
    #[must_use]
    pub fn of_contents() -> Self {
        Self(HeaderValue::from_static(
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox",
        ))
    }

    /// Sets the policy, and the headers that every response has.
    pub fn apply(&self, headers: &mut HeaderMap) {
        headers.insert(header::CONTENT_SECURITY_POLICY, self.0.clone());
        for (name, value) in ALWAYS {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

/// A browser that met us once asks by HTTPS only, guesses no types, tells other sites nothing, and shares no process with them.
const ALWAYS: [(HeaderName, &str); 9] = [
    (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-site"),
    (HeaderName::from_static("cross-origin-embedder-policy"), "credentialless"),
    (HeaderName::from_static("origin-agent-cluster"), "?1"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), midi=(), display-capture=(), \
         publickey-credentials-get=(self), publickey-credentials-create=(self)",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_runs_only_the_scripts_of_its_origins_assets() {
        let allowed = Allowed { assets: "https://portal.example/-/assets/", ..Allowed::default() };
        let mut headers = HeaderMap::new();
        ContentPolicy::of_pages(&allowed).expect("a policy").apply(&mut headers);
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("script-src https://portal.example/-/assets/;"), "{policy}");
        assert!(policy.contains("form-action 'self';"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }

    #[test]
    fn web_assembly_is_compiled_only_where_it_was_granted() {
        let allowed = Allowed { web_assembly: WebAssembly::Granted, ..Allowed::default() };
        let ContentPolicy(policy) = ContentPolicy::of_pages(&allowed).expect("a policy");
        assert!(policy.to_str().unwrap().contains("script-src 'none' 'wasm-unsafe-eval';"));
    }

    #[test]
    fn what_cannot_stand_in_a_header_is_no_policy() {
        assert!(ContentPolicy::of_pages(&Allowed { assets: "https://a\r\nx: y", ..Allowed::default() }).is_none());
    }
}
