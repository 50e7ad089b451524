//! English.

use super::{Words, minutes_or_seconds};
use crate::accounts::Outcome;
use crate::client::Scope;
use crate::credentials::password::PasswordRefusal;
use crate::endpoints::PageError;
use crate::people::{EnrolError, Refusal, SignInError};
use std::borrow::Cow;

pub(super) static WORDS: Words = Words {
    sign_in: "Sign in",
    sign_in_for: "To go on to",
    sign_in_again: "Sign in again",
    document_type: "Type of document",
    document_number: "Number of document",
    password: "Password",
    go_on: "Continue",
    first_time: "It is my first time: I have a registration code",
    code: "Code",
    code_hint: "The six digits that your app shows, or one of your recovery codes",
    code_title: "Second step",
    code_lost: "If you lost your phone, type one of your recovery codes. If you do not have them either, ask for a new registration code where you registered.",
    sign_out: "Sign out",
    sign_out_asks: "Do you want to sign out of your account, here and at all services that you signed in to with it?",
    signed_out: "You are signed out",
    enrol_title: "Set up your account",
    enrol_for: "Account of",
    enrol_code: "Registration code",
    enrol_code_hint: "Twenty letters and digits that you got when you registered",
    new_password: "New password",
    new_password_hint: "At least 10 characters. Several words together are easier to remember.",
    new_password_again: "Repeat the new password",
    authenticator: "Authenticator app",
    authenticator_scan: "Scan this code with your authenticator app, and type the six digits that it shows below.",
    authenticator_type: "If you cannot scan it, type this key into the app:",
    recovery_title: "Recovery codes",
    recovery_keep: "Keep them in a safe place: each lets you sign in once without your phone. They are not shown again.",
    recovery_kept: "I kept them",
    recovery_left: "Recovery codes that you have left:",
    renew_recovery: "Make new recovery codes",
    consent_title: "Authorisation",
    consent_asks: "asks to see:",
    consent_withdraw: "You can withdraw this in your account at any time.",
    consent_allow: "Allow",
    consent_deny: "Do not allow",
    account: "My account",
    sessions: "Open sessions",
    this_session: "this session",
    end_session: "End",
    end_others: "End all others",
    consents: "Authorisations",
    no_consents: "You have not authorised any service.",
    withdraw: "Withdraw",
    history: "Who signed in as me",
    credentials: "Security",
    fresh_note: "To change this you need to have signed in within the last five minutes.",
    change_password: "Change the password",
    document_kind,
    scope,
    outcome,
    sign_in_error,
    enrol_error,
    refused,
};

fn document_kind(kind: &str) -> &'static str {
    match kind {
        "CI" => "Identity card",
        "CIE" => "Foreigner's identity card",
        _ => "Passport",
    }
}

fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::OpenId => "That you signed in",
        Scope::Profile => "Your name, your document and whom you represent",
        Scope::BirthDate => "Your date of birth",
        Scope::Email => "Your e-mail address",
        Scope::Mobile => "Your mobile number",
        Scope::OfflineAccess => "This also while you are away",
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::SignedIn => "signed in",
        Outcome::WrongPassword => "wrong password",
        Outcome::WrongCode => "wrong code",
    }
}

fn sign_in_error(error: SignInError) -> Cow<'static, str> {
    match error {
        SignInError::Wrong => "The document or the password is not right.".into(),
        SignInError::WrongCode => {
            "The code is not right or was used already. Wait for the next one and type it.".into()
        }
        SignInError::Wait(wait) => match minutes_or_seconds(wait) {
            (count, true) => format!("There were many tries. Wait {count} min and try again.").into(),
            (count, false) => format!("There were many tries. Wait {count} s and try again.").into(),
        },
    }
}

fn enrol_error(error: EnrolError) -> &'static str {
    match error {
        EnrolError::Code => {
            "This code does not work: it is wrong, used or over. Ask for a new one where you registered."
        }
        EnrolError::Password(PasswordRefusal::Short) => "Type at least 10 characters.",
        EnrolError::Password(PasswordRefusal::Long) => "Type less: there is room for 256 letters.",
        EnrolError::Password(PasswordRefusal::Guessable) => {
            "It is one of the first that somebody would try. Type another."
        }
        EnrolError::Different => "It is not the same as the first.",
        EnrolError::Authenticator => "The app shows another code. Check the phone's clock and type the next one.",
    }
}

fn refused(refusal: &Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::NotFound => ("There is no such page", "Check the address."),
        Refusal::Method => ("It cannot be asked like this", "Go back to the page before and use its form."),
        Refusal::Malformed => ("What was sent is not understood", "Go back to the page before and try again."),
        Refusal::Form(pages::TokenRefusal::Missing | pages::TokenRefusal::Foreign) => {
            ("The form is not of this session", "Nothing was changed. Open the page again, with cookies allowed.")
        }
        Refusal::Form(pages::TokenRefusal::Expired) => {
            ("The form is too old", "Nothing was changed. Open the page again.")
        }
        Refusal::Client(PageError::UnknownClient) => {
            ("Unknown service", "The service that sent you here is not registered. Tell its entity.")
        }
        Refusal::Client(PageError::UnknownRedirect) => (
            "Address not registered",
            "The service wants you back at an address that it did not register. Tell its entity.",
        ),
        Refusal::Client(PageError::Malformed) => (
            "Wrong request",
            "The service that sent you here asks for something that is not understood. Tell its entity.",
        ),
        Refusal::Over => ("It took too long", "Begin again at the service that you wanted to sign in to."),
        Refusal::SignedOut => ("Sign in first", "This page is for who signed in."),
        Refusal::NotFresh => (
            "Sign in again",
            "Nothing was changed. For changes of security you need to have signed in within the last five minutes.",
        ),
        Refusal::Unavailable(_) => ("Not available for now", "Nothing was changed. Try again in a moment."),
    }
}
