//! Seeds that are written by hand.

use super::seed;

/// Examples of the specifications and of the documentation.
pub(super) fn seeds() {
    for (name, text) in [
        ("member", "BO/GOV/1001"),
        ("subsystem", "BO/GOV/1001/registro%20civil"),
        ("service", "BO/GOV/1001/registro%20civil/personas"),
        ("group", "BO/bancos"),
    ] {
        seed("identifiers", name, text);
    }
    for (name, text) in [
        ("plain", "/r1/BO/GOV/1002/registry/persons"),
        ("path", "/r1/BO/GOV/1002/registry/persons/7/a%20b?x=1&y=%2F"),
        ("climbs", "/r1/BO/GOV/1002/registry/persons/../../x"),
        ("encoded", "/r1/BO/GOV/1002/registry/persons/%2e%2e/x"),
    ] {
        seed("request_uri", name, text);
    }
    seed("server_configuration", "clients", CLIENTS);
    seed("server_configuration", "settings", SETTINGS);
    for (name, text) in [
        ("page", PAGE),
        ("form", "name=Ana+Mamani&text=a%0D%0Ab&empty="),
        ("parts", PARTS),
        ("headers", "a=1; b=2, br;q=0.5, W/\"1\""),
    ] {
        seed("pages", name, text);
    }
    for (name, text) in [
        ("email", "Ana.Mamani+x@correo.example.bo"),
        ("telephone", "+591 (7) 123-4567"),
        ("link", "/casos/7?a=b#c"),
        ("id", "018f-a.b_c"),
    ] {
        seed("contacts", name, text);
    }
    seed("texts", "two-languages", TEXTS);
    seed("texts", "accept-language", "ay, es-BO;q=0.8, en;q=0.5");
    seed("identity", "request", AUTHORIZATION_REQUEST);
    seed("identity", "client-data", CLIENT_DATA);
    seed("identity", "attestation", attestation());
    seed("openapi", "yaml", OPENAPI_YAML);
    seed("openapi", "json", OPENAPI_JSON);
}

/// OpenID Connect Core 1.0 §3.1.2.1, with RFC 7636.
const AUTHORIZATION_REQUEST: &str = "client_id=client&redirect_uri=https%3A%2F%2Fclient.example%2Fback%3Fa%3Db&response_type=code&scope=openid+profile&\
    state=x&nonce=y&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&max_age=60&acr_values=high&prompt=login";

/// WebAuthn Level 3 §5.8.1.
const CLIENT_DATA: &str =
    r#"{"type":"webauthn.get","challenge":"abc","origin":"https://issuer.example","crossOrigin":false}"#;

/// WebAuthn Level 3 §6.5.4: an attestation object without a statement, with a P-256 key.
fn attestation() -> Vec<u8> {
    let key = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32], &[7; 32][..], &[0x22, 0x58, 32], &[9; 32]].concat();
    let data = [&[3; 32][..], &[0x45, 0, 0, 0, 1], &[0; 16], &[0, 4], b"cred", &key].concat();
    let length = u8::try_from(data.len()).unwrap_or(u8::MAX);
    [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58", &[length][..], &data].concat()
}

const TEXTS: &str = "-state = Estado
    .gender = m
greeting = Buenos días, { $name }
due = { greeting } { \"\\u00e9\" }
    .subject = { $count ->
        [one] Un
       *[other] { $count } { -state }
    }
===
greeting = Aski urukïpana, { $name }
";

const PAGE: &str = "<!-- <form method=post> --><script>'</form>'</script><FORM action=\"/a>b\" method = 'POST'><textarea></textarea></FORM>";

const PARTS: &str = "\x20--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nuno\r\n--X\r\nContent-Disposition: form-data; name=\"f\"; \
    filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\nPNG\r\n--X--\r\n";

const CLIENTS: &str = r#"
[[client]]
id = "BO/GOV/1001/civil"
authentication = "https"
certificates = []

  [[client.local_group]]
  code = "friends"
  members = ["BO/GOV/1002/app"]

  [[client.service]]
  code = "personas"
  url = "http://127.0.0.1:9001/api"
  timeout_seconds = 60

    [[client.service.access]]
    subject = "local-group:friends"
    method = "GET"
    path = "/personas/*"
    expires = "2027-01-01T00:00:00Z"
"#;

const SETTINGS: &str = r#"
server = "BO/GOV/1001/ss1"

[listen]
transport = "127.0.0.1:5500"

[global_configuration]
trust_anchor = "root.json"
mirrors = ["https://registry.example/"]

[keys]
authentication = { key = "auth", certificate = "auth.pem" }
signing = [{ member = "BO/GOV/1001", key = "sign", certificate = "sign.pem" }]
"#;

const OPENAPI_YAML: &str = "openapi: 3.0.3
info:
  title: Personas
  version: '1.0'
servers:
  - url: http://127.0.0.1:9001/api
paths:
  /personas/{id}:
    get:
      responses:
        '200':
          description: one person
";

const OPENAPI_JSON: &str = r#"{"openapi":"3.1.0","info":{"title":"Personas","version":"2"},
"paths":{"/personas":{"get":{"responses":{}},"post":{"responses":{}}}}}"#;
