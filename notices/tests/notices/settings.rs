//! Settings, and what is refused of them.

use notices::{Settings, SettingsError, Smtp, SmtpSecurity, WebhookReach};

const WHOLE: &str = r#"
site = "https://servicios.example.bo"

[smtp]
host = "mail.example.bo"
port = 465
security = "tls"
user = "avisos"
password_file = "/etc/chakana/smtp"
from = "Servicios del Estado <avisos@example.bo>"

[sms]
url = "https://sms.example.bo/send"
token_file = "/etc/chakana/sms"

[webhooks]
"#;

fn read(text: &str) -> Result<Settings, String> {
    let settings: Settings = toml::from_str(text).map_err(|error| error.to_string())?;
    settings.check().map_err(|error| error.to_string()).map(|()| settings)
}

#[test]
fn settings_are_read_and_what_is_not_set_is_not_offered() {
    let settings = read(WHOLE).unwrap();
    assert_eq!(settings.smtp.unwrap().security, SmtpSecurity::Tls);
    assert_eq!(settings.webhooks.unwrap().reach, WebhookReach::Public);
    assert_eq!(settings.sms.unwrap().template, r#"{"to":"{to}","text":"{text}","id":"{id}"}"#);
    let none = read("site = \"http://localhost:8080\"").unwrap();
    assert!(none.smtp.is_none() && none.sms.is_none() && none.webhooks.is_none());
}

#[test]
fn refuses_what_cannot_be_meant_in_words() {
    for (from, to, told) in [
        ("https://servicios.example.bo", "http://servicios.example.bo", "notices.site must be the address of a site"),
        ("https://servicios.example.bo", "https://servicios.example.bo/a", "notices.site must be"),
        ("https://servicios.example.bo", "servicios", "notices.site must be"),
        (
            "\"tls\"",
            "\"plain\"",
            "notices.smtp.security must be \"tls\" or \"starttls\", for the mail server is not on",
        ),
        ("\"tls\"", "\"none\"", "unknown variant `none`"),
        ("port = 465", "port = 0", "notices.smtp.host must be the name of the mail server"),
        ("user = \"avisos\"\n", "", "notices.smtp.password_file must be there exactly if notices.smtp.user is"),
        ("avisos@example.bo", "avisos", "notices.smtp.from must be a sender"),
        ("https://sms.", "http://sms.", "notices.sms.url must be an address over https"),
        ("https://sms.", "https://u:p@sms.", "notices.sms.url must be an address over https"),
        ("[webhooks]", "template = '{\"to\": \"{to}\"}'", "notices.sms.template must be JSON with {to} and {text}"),
        ("[webhooks]", "template = '{to} {text}'", "notices.sms.template must be JSON"),
        ("[webhooks]", "[webhooks]\nreach = \"all\"", "unknown variant `all`"),
        ("[webhooks]", "[fax]", "unknown field `fax`"),
        ("port = 465", "port = 465\nhostname = 1", "unknown field `hostname`"),
    ] {
        let wrong = WHOLE.replacen(from, to, 1);
        assert_ne!(wrong, WHOLE);
        let error = read(&wrong).unwrap_err();
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn a_file_that_is_missing_is_named() {
    let settings = read(WHOLE).unwrap().smtp.unwrap();
    let error = Smtp::new(&settings).unwrap_err();
    assert!(matches!(&error, SettingsError::File { .. }));
    assert_eq!(error.to_string(), "failed to read /etc/chakana/smtp, which the settings of notices name");
}
