//! The texts in English.

use super::Words;
use crate::accounts::{Assurance, Outcome};
use crate::clients::Scope;
use crate::web::Refusal;
use factors::{MAX_BYTES, WeakPassword};
use pages::TokenRefusal;

pub(super) const WORDS: Words = Words {
    action: "Action",
    activity: "Activity",
    add_passkey: "Add a passkey",
    address: "Address",
    allow: "Allow",
    app_code: "6-digit code that the app shows",
    app_code_hint: "It changes every 30 seconds.",
    app_picture: "QR code for the authenticator app",
    app_secret: "Cannot scan the picture? Type this key into the app:",
    app_text: "Open an authenticator app on your telephone (for example FreeOTP or Aegis), scan this picture and type the code that appears.",
    assurance_label: "How well your identity is known",
    authenticator: "Authenticator app",
    back_to_client: "Back to the service",
    begin_again: "Begin again",
    can_withdraw: "You can withdraw this permission in your account at any time.",
    change_password: "Password",
    code: "Code",
    code_hint: "The 6-digit code of your app, or one of your recovery codes.",
    codes_left: "Codes that you have left:",
    codes_renew: "Make new codes",
    codes_renew_text: "New codes are shown only once, and the codes before stop working.",
    codes_text: "Keep these codes in a safe place. If you lose your telephone, each works once instead of the code of the app. They are not shown again.",
    come_to_counter: "Your identity is not verified to that level yet. Come to a counter with your identity document.",
    consent: "Allow this service to know your data?",
    consents: "Services that know your data",
    device: "Device",
    document_kind: "Kind of document",
    document_number: "Number of document",
    end_session: "End",
    enrol: "Activate your account",
    enrol_done: "Activate my account",
    enrol_text: "Type the activation code that you got when you registered. If you lost your password or your telephone, ask for a new code at a counter.",
    enrolled: "Your account is active",
    enrolling_as: "You are activating the account of",
    enrolment_code: "Activation code",
    enrolment_hint: "It has 16 letters and numbers, for example ABCD-EFGH-JKMN-PQRS.",
    go_on: "Continue",
    have_enrolment_code: "I have an activation code",
    history: "Who signed in as me",
    history_text: "If you do not recognise a sign-in, end all your sessions and change your password.",
    is_not_set: "not set",
    is_set: "set",
    last_passkey: "It is all that you can sign in with: first add another passkey, or a password with an authenticator app.",
    last_used: "Last used",
    my_account: "My account",
    name: "Name",
    new_password: "New password",
    no_consents: "No service has a permission of yours.",
    no_passkeys: "You have no passkeys.",
    not_enough: "A surer identity is needed",
    passkey: "Passkey",
    passkey_is_needed: "This service asks you to sign in with a passkey.",
    passkey_name: "Name of the passkey",
    passkey_name_hint: "To recognise it later, for example “My telephone”.",
    passkey_problem: "The passkey could not be used. Try again, or sign in in another way.",
    passkey_text: "With a passkey you sign in with the fingerprint, face or PIN of your device, without a password.",
    passkey_usual_name: "My device",
    passkeys: "Passkeys",
    passkeys_need_script: "To add a passkey your browser has to allow JavaScript.",
    password: "Password",
    password_again: "The password again",
    password_and_app: "With a password and an authenticator app",
    passwords_differ: "The two passwords are not the same",
    recovery_codes: "Recovery codes",
    refuse: "Do not allow",
    remove: "Remove",
    save: "Save",
    scope_openid: "that you are the same person each time you come back",
    second_passkey_advice: "Add another passkey in your account, or a password with an authenticator app: then you can sign in even if you lose this device.",
    second_step: "Second step",
    security: "What you sign in with",
    sessions: "Where you are signed in",
    notices: "Notices",
    notice_link: "See it in the service",
    no_notices: "There are no notices yet.",
    sign_in: "Sign in",
    sign_out: "Sign out",
    sign_out_asks: "Do you want to sign out of all services in this browser?",
    sign_out_everywhere: "Sign out everywhere",
    signed_in_as: "You are signed in as",
    signed_out: "You are signed out",
    signed_out_text: "Your session has ended, and the services that used it will know.",
    since: "Since",
    technical_reason: "Technical reason",
    this_session: "This session",
    to_go_on_to: "Sign in to go on to",
    use_passkey: "Sign in with a passkey. If you have none, add one in your account.",
    wants_assurance: "asks to know more surely who you are.",
    wants_to_know: "wants to know:",
    what: "What happened",
    when: "When",
    with_passkey: "Sign in with a passkey",
    withdraw: "Withdraw the permission",
    wrong_app_code: "That is not the code that the app shows now. See whether the time of your telephone is right.",
    wrong_code: "The code is not right, or was used before",
    wrong_enrolment_code: "The code is not right, was used before, or is over. Ask for a new one at a counter.",
    wrong_passkey: "The passkey was not accepted. Try again, or sign in in another way.",
    wrong_password: "The document or the password is not right",
    kind_of_document,
    scope,
    assurance,
    outcome,
    too_soon,
    weak_password,
    password_hint,
    refusal,
};

fn kind_of_document(kind: &str) -> &'static str {
    match kind {
        "CI" => "Identity card",
        "CIE" => "Identity card of a foreigner",
        _ => "Passport",
    }
}

fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::OpenId => "that you are the same person each time you come back",
        Scope::Profile => "your name and your identity document",
        Scope::Birthdate => "your day of birth",
        Scope::Email => "your e-mail address",
        Scope::Phone => "your mobile telephone number",
        Scope::Representation => "whom you may represent",
        Scope::OfflineAccess => "these data also when you are not there, for 30 days",
    }
}

fn assurance(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::Low => "low: what you have said",
        Assurance::Substantial => "substantial: checked against the identity register",
        Assurance::High => "high: checked in person",
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::SignedIn => "Signed in",
        Outcome::WrongPassword => "Wrong password",
        Outcome::WrongSecondFactor => "Right password, wrong second step",
        Outcome::WrongPasskey => "Passkey refused",
    }
}

fn too_soon(seconds: i64) -> String {
    format!("Several attempts failed. Wait {seconds} seconds, or sign in with a passkey")
}

fn weak_password(weak: WeakPassword) -> String {
    match weak {
        WeakPassword::Short => "The password is too short".to_owned(),
        WeakPassword::Long => format!("The password has more than {MAX_BYTES} bytes"),
        WeakPassword::Common => "That password is among the first that anybody guesses: choose another".to_owned(),
    }
}

fn password_hint(letters: usize) -> String {
    format!("At least {letters} letters. Several words that do not go together are easy to remember and hard to guess.")
}

fn refusal(refusal: &Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::NotFound => ("There is no such page", "Look at the address again."),
        Refusal::Method => ("The page cannot be asked in this way", "Go back and use the buttons of the page."),
        Refusal::Malformed => ("What came cannot be understood", "Go back to the page before and try again."),
        Refusal::TooLarge => ("What you sent is too large", "Go back to the page before and try again."),
        Refusal::Request(_) => {
            ("The service you come from asked wrongly", "It is not your fault. Tell the entity of that service.")
        }
        Refusal::Form(TokenRefusal::Expired) => {
            ("The form is too old", "Go back to the page before, reload it and send again.")
        }
        Refusal::Form(TokenRefusal::Missing | TokenRefusal::Foreign) => {
            ("The form was not shown here", "Allow cookies, go back to the page before, reload it and send again.")
        }
        Refusal::FlowEnded => {
            ("The sign-in is over", "It took long, or began in another browser. Begin again at the service.")
        }
        Refusal::TooOften => ("Too many attempts", "There were many attempts from your address. Wait a minute."),
        Refusal::Busy => ("Many people sign in at once", "Try again in some seconds."),
        Refusal::Unavailable(_) => ("The service is not available", "Try again in some minutes."),
    }
}
