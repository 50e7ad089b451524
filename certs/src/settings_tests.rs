use super::*;

fn read(text: &str) -> Settings {
    toml::from_str(text).unwrap()
}

#[test]
fn needs_only_an_address() {
    let settings = read("url = 'http://127.0.0.1:8888'");
    settings.validate().unwrap();
    assert_eq!(format!("{settings:?}"), format!("{:?}", Settings::new("http://127.0.0.1:8888")));
    assert_eq!(settings.reach, Reach::Loopback);
    assert_eq!(settings.ocsp_url(), "http://127.0.0.1:8888/ocsp");
}

#[test]
fn reads_every_field() {
    let settings = read(
        "url = 'https://trust.example'\n\
         name = 'Trust'\n\
         reach = 'network'\n\
         key_iterations = 100000\n\
         [certification]\n\
         token = 'long enough to guess'\n\
         authority_days = 1\n\
         service_days = 2\n\
         leaf_days = 3\n\
         [ocsp]\n\
         validity_minutes = 4\n\
         [time_stamping]\n\
         policy = '1.2.3.4'\n\
         accuracy_milliseconds = 5\n"
            .replace("long enough to guess", "long-enough-to-guess")
            .as_str(),
    );
    settings.validate().unwrap();
    assert!(settings.certification.token.unwrap().is("long-enough-to-guess"));
}

#[test]
fn never_prints_the_token() {
    let settings = read("url = 'http://a'\ncertification = { token = '0123456789abcdef' }");
    assert!(!format!("{settings:?}").contains("0123"));
}

#[test]
fn knows_its_token_from_others() {
    let token = BearerToken::new("0123456789abcdef").unwrap();
    assert!(token.is("0123456789abcdef"));
    for other in ["", "0123456789abcdeF", "0123456789abcdef0", "0123456789abcde"] {
        assert!(!token.is(other));
    }
}

#[test]
fn refuses_unknown_fields() {
    for text in
        ["url = 'http://a'\nport = 1", "url = 'http://a'\n[ocsp]\nvalidity = 1", "", "url = 'http://a'\nreach = 'all'"]
    {
        assert!(toml::from_str::<Settings>(text).is_err(), "{text}");
    }
}

#[test]
fn refuses_tokens_that_are_easy_to_guess() {
    for token in ["short", "with a space in it", "", "0123456789abcde\u{e9}"] {
        assert_eq!(BearerToken::new(token).err(), Some(SettingsError::Token));
    }
}

#[test]
fn refuses_values_that_cannot_be_used() {
    for line in [
        "url = 'ftp://a'",
        "url = 'http://a/'",
        "url = 'http://a'\nname = ''",
        "url = 'http://a'\nkey_iterations = 1",
        "url = 'http://a'\ncertification = { leaf_days = 0 }",
        "url = 'http://a'\nocsp = { validity_minutes = 0 }",
        "url = 'http://a'\ntime_stamping = { policy = 'mine' }",
    ] {
        assert!(read(line).validate().is_err(), "{line}");
    }
}
