//! The gateway's words in English.

use super::{Words, kinds, megabytes};
use crate::refusal::Refusal;
use pages::TokenRefusal;
use plugin_host::Failure;
use std::borrow::Cow;
use trust::evidence::StepName;

pub(super) const WORDS: Words = Words {
    services: "Services",
    no_services: "There are no services for now.",
    back: "Go back to the form",
    home: "Go to the start page",
    service_says: "The service says:",
    reported_by: "If you report this, give the number",
    you: "My account",
    sign_in: "Sign in",
    sign_out: "Sign out",
    sign_out_asks: "Do you want to sign out of all services?",
    acting_title: "For whom do you act?",
    acting_explains: "What you do in this service from now on is done for whom you choose. The service knows that it is you who does it.",
    acting_for: "I act for",
    acting_herself: "Myself",
    acting_choose: "Go on",
    acting_now: "Acting for",
    acting_for_others: "Act for somebody else",
    verify: "Verify a receipt or evidence",
    verify_explains: "Choose the file that you received. It is looked at here, nobody is asked, and it is not kept.",
    verify_file: "File",
    verify_hint: "An .asice file of at most 64 MB.",
    verify_button: "Verify",
    verify_nothing: "Choose the file that you want to verify.",
    verify_valid: "The document is authentic",
    verify_valid_means: "The entity that it names signed it, it was logged at its time, and nobody has changed it since.",
    verify_signed_means: "The entity that it names signed it, and nobody has changed it since. It does not carry yet the proof of when it was logged; the entity can hand it out with it.",
    verify_invalid: "The document is NOT valid",
    verify_invalid_means: "Do not trust it. Below it says what does not fit. Ask the entity that issued it for the document again.",
    verify_whole: "The document is whole, but whose it is is not known",
    verify_whole_means: "This server cannot check now who signed it. Try again later.",
    verify_meaning: "What this means",
    verify_steps: "What was looked at",
    verify_step: "What",
    verify_result: "Result",
    verify_found: "Details",
    verify_passed: "Passed",
    verify_failed: "Failed",
    verify_not_present: "Not present",
    verify_not_checked: "Not checked",
    verify_rest: "The rest was not looked at: this is enough not to trust the document.",
    verify_another: "Verify another one",
    verify_name,
    title,
    advice,
};

/// What a step of a verification looks at.
fn verify_name(name: StepName) -> &'static str {
    match name {
        StepName::Container => "Form of the file",
        StepName::Manifest => "List of its parts",
        StepName::Part(_) => "Part of the file",
        StepName::Statement => "Its parts say the same",
        StepName::Signature => "Signature",
        StepName::CertificatePath => "Authority that certified the signer",
        StepName::Member => "Entity that signed",
        StepName::CertificateStatus => "Certificate good when it signed",
        StepName::Commitments => "Leaf of the log",
        StepName::Inclusion => "Inclusion in the log",
        StepName::Checkpoint => "Checkpoint of the log",
        StepName::Timestamp => "Time of the log",
        StepName::SignatureTimestamp => "Time of the signature",
    }
}

/// What happened.
fn title(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NoSuchHost => "There is no service here",
        Refusal::NotFound | Refusal::Plugin(Failure::NotFound(_)) => "This page does not exist",
        Refusal::Method => "This page cannot be asked for like this",
        Refusal::TooOften => "Too many requests in a row",
        Refusal::FileLink => "This link has ended",
        Refusal::Unavailable => "The service is not available right now",
        Refusal::Busy => "Many people are using the service",
        Refusal::Maintenance => "We are doing maintenance",
        Refusal::Broken => "Something in the service failed",
        Refusal::Representation => "You may not act for whom you chose",
        Refusal::NoSignIn => "You have to sign in for this page",
        Refusal::SignIn { .. } => "Sign in to go on",
        Refusal::Assurance { .. } => "This page asks for a safer sign-in",
        Refusal::Role => "This page is for the entity's staff",
        Refusal::SignInUnavailable => "Signing in is not possible right now",
        Refusal::SignInEnded => "This sign-in has ended",
        Refusal::SignInDenied => "You did not sign in",
        Refusal::ForeignOrigin => "The form came from another site",
        Refusal::Form(TokenRefusal::Missing) => "The form lacks its seal",
        Refusal::Form(TokenRefusal::Foreign) => "The form was not shown to you",
        Refusal::Form(TokenRefusal::Expired) => "The form was open for too long",
        Refusal::NoCookies => "Your browser keeps no cookies",
        Refusal::SubmittedBefore => "This form was sent already",
        Refusal::TooLarge => "What you sent is too large",
        Refusal::TooSlow => "Sending took too long",
        Refusal::Malformed => "We did not understand what your browser sent",
        Refusal::ContentType => "This page does not take this type of content",
        Refusal::Encoded => "Compressed content is not taken",
        Refusal::NoFiles => "This page takes no files",
        Refusal::FileSize { .. } => "A file is too large",
        Refusal::FileType { .. } => "A file is not of the type that is asked for",
        Refusal::Images { .. } => "Pictures cannot be sent for now",
        Refusal::Picture { .. } => "A picture cannot be read",
        Refusal::Storage => "There is no room left for files",
        Refusal::Full => "There is no room left",
        Refusal::Plugin(_) => "What you asked for could not be done",
    }
}

/// What became of the request, and what to do.
fn advice(refusal: &Refusal) -> Cow<'static, str> {
    let advice = match refusal {
        Refusal::NoSuchHost => "Check that the address is spelled correctly.",
        Refusal::NotFound | Refusal::Plugin(Failure::NotFound(_)) => "Check the address, or go to the service's start page.",
        Refusal::Method => "Go to the service's start page and use its links and buttons.",
        Refusal::TooOften => "Wait some seconds and try again. Nothing was lost.",
        Refusal::FileLink => "Go back to the page that had the file and open it again.",
        Refusal::Unavailable => {
            "Try again in a minute. If you sent a form, you can send it again: it will not be registered twice."
        }
        Refusal::Busy => {
            "Try again in some seconds. If you sent a form, you can send it again: it will not be registered twice."
        }
        Refusal::Maintenance => "The service will be back in some minutes. What you have sent is kept.",
        Refusal::Broken => "Nothing of this request was kept. The error was recorded. Try again later.",
        Refusal::Representation => "Nothing was changed. The representation may have ended: sign in again to see whom you may act for.",
        Refusal::NoSignIn => "This server has no sign-in yet. Ask the entity.",
        Refusal::SignIn { .. } => {
            "Nothing was kept. Your session ended or you have not signed in yet. Sign in, and fill in the form again."
        }
        Refusal::Assurance { .. } => {
            "Sign in with a second factor or a passkey. If you registered over the internet, have your identity verified."
        }
        Refusal::Role => "If you work here, ask your administrator for the role.",
        Refusal::SignInUnavailable => "Try again in a minute. What you have sent is kept.",
        Refusal::SignInEnded => "It took too long, or was opened twice. Sign in again.",
        Refusal::SignInDenied => "The sign-in was cancelled. You can sign in whenever you like.",
        Refusal::ForeignOrigin => "Nothing was kept. Open the form on this page and send it from here.",
        Refusal::Form(TokenRefusal::Missing) => "Nothing was kept. Open the form again and send it once more.",
        Refusal::Form(TokenRefusal::Foreign) => {
            "Nothing was kept. Perhaps you signed in or out in another window. Open the form again and send it once more."
        }
        Refusal::Form(TokenRefusal::Expired) => "Nothing was kept. Open it again and send it once more.",
        Refusal::NoCookies => "Nothing was kept. Allow cookies of this site; they only serve to know your form again.",
        Refusal::SubmittedBefore => {
            "What you sent first is registered, and this is not. If you want to send something else, open a new form."
        }
        Refusal::TooLarge => "Nothing was kept. Send less at once.",
        Refusal::TooSlow => "Nothing was kept. Check your connection and try again.",
        Refusal::Malformed => "Nothing was kept. Open the form again and send it once more.",
        Refusal::ContentType | Refusal::NoFiles => "Nothing was kept. Use the form of the page.",
        Refusal::Encoded => "Nothing was kept. Use the form of the page, or send it as it is.",
        Refusal::FileSize { name, largest_bytes } => {
            let size = megabytes(*largest_bytes);
            return format!("Nothing was kept. “{name}” has more than {size} MB. Choose a smaller one.").into();
        }
        Refusal::FileType { name, types } => {
            return format!("Nothing was kept. “{name}” is none of these types: {}.", kinds(types)).into();
        }
        Refusal::Images { name } => {
            return format!("Nothing was kept. “{name}” is a picture. Send the document as a PDF.").into();
        }
        Refusal::Picture { name } => return format!("Nothing was kept. “{name}” is no JPEG, PNG or WebP picture of up to 12 million pixels. Choose another, or take it with a lower resolution.").into(),
        Refusal::Storage => "Nothing was kept. Tell the entity, which can make more room.",
        Refusal::Full => "Nothing was kept. As many were taken as can be; others came before.",
        Refusal::Plugin(_) => "Nothing was kept.",
    };
    advice.into()
}
