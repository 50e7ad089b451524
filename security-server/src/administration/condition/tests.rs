//! Every finding, good and bad; each that is not good says what to do.

use super::findings::{self, OwnCertificate};
use crate::configuration::Standing;
use admin::doctor::{Finding, Severity};
use jiff::{SignedDuration, Timestamp};
use std::path::Path;

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn in_hours(hours: i64) -> Timestamp {
    now() + SignedDuration::from_hours(hours)
}

#[track_caller]
fn is(finding: &Finding, severity: Severity, says: &str) {
    assert_eq!(finding.severity, severity, "{finding:?}");
    assert!(finding.what.contains(says), "{:?} should say {says:?}", finding.what);
    assert_eq!(finding.next_step.is_empty(), severity == Severity::Ok, "{finding:?}");
    assert_eq!(finding.why.is_empty(), severity == Severity::Ok, "{finding:?}");
}

#[test]
fn the_configuration_is_fresh_old_tolerated_expired_or_absent() {
    let trouble = || Some("connection refused".to_owned());
    let finding = |standing, trouble| findings::configuration(standing, trouble, now());
    is(&finding(Standing::Fresh { until: in_hours(72) }, None), Severity::Ok, "good until 2026-11-24T12:00:00Z");
    is(&finding(Standing::Fresh { until: in_hours(48) }, trouble()), Severity::Warning, "cannot be refreshed");
    is(
        &finding(Standing::Fresh { until: in_hours(2) }, trouble()),
        Severity::Problem,
        "expires at 2026-11-21T14:00:00Z",
    );
    let tolerated = finding(Standing::Tolerated { expired: in_hours(-1), until: in_hours(3) }, trouble());
    is(&tolerated, Severity::Problem, "messages go on until 2026-11-21T15:00:00Z");
    assert_eq!(tolerated.why, "connection refused");
    is(&finding(Standing::Expired { expired: in_hours(-1) }, None), Severity::Problem, "messages are refused");
    is(&finding(Standing::Absent, None), Severity::Problem, "there is no global configuration");
}

#[test]
fn registration_is_whole_short_or_too_much() {
    is(&findings::registration(0, 0), Severity::Ok, "everything");
    is(&findings::registration(2, 1), Severity::Warning, "2 things of this server are not registered");
    is(&findings::registration(0, 1), Severity::Warning, "1 things are registered that this server no longer has");
}

#[test]
fn a_certificate_about_to_end_says_in_how_many_days() {
    let finding = |hours| {
        let what = "internal TLS certificate".to_owned();
        findings::certificate(&OwnCertificate { what, not_after: in_hours(hours), renewal: "make a new one" }, now())
    };
    is(&finding(24 * 90), Severity::Ok, "internal TLS certificate is good for 90 days more");
    is(&finding(24 * 12), Severity::Warning, "ends in 12 days, at 2026-12-03T12:00:00Z");
    is(&finding(-1), Severity::Problem, "ended at 2026-11-21T11:00:00Z");
}

#[test]
fn a_status_is_fresh_stale_or_not_to_be_had() {
    is(&findings::status("SEGIP", Ok(in_hours(1)), now()), Severity::Ok, "fresh until");
    is(&findings::status("SEGIP", Ok(in_hours(-1)), now()), Severity::Problem, "was fresh until");
    is(&findings::status("SEGIP", Err("timed out".to_owned()), now()), Severity::Problem, "no good status");
}

#[test]
fn a_time_stamping_service_answers_or_not() {
    is(&findings::time_stamping_service("ADSIB", &Ok(SignedDuration::ZERO)), Severity::Ok, "ADSIB answers");
    is(&findings::time_stamping_service("ADSIB", &Err("503".to_owned())), Severity::Warning, "gives no timestamp");
}

#[test]
fn records_are_stamped_waiting_or_stuck() {
    is(&findings::time_stamping(None, 0, None), Severity::Ok, "no record yet");
    is(&findings::time_stamping(None, 7, None), Severity::Ok, "cover every record");
    is(&findings::time_stamping(None, 7, Some(in_hours(-1))), Severity::Ok, "with the next checkpoint");
    let stuck = findings::time_stamping(Some("503".to_owned()), 7, Some(in_hours(-1)));
    is(&stuck, Severity::Warning, "not time-stamped: records since 2026-11-21T11:00:00Z");
}

#[test]
fn a_clock_agrees_drifts_is_off_or_cannot_be_compared() {
    let seconds = SignedDuration::from_secs;
    is(&findings::clock(Some(seconds(2)), Some(now()), now()), Severity::Ok, "agrees");
    is(&findings::clock(Some(seconds(-20)), None, now()), Severity::Warning, "20 s ahead of");
    is(&findings::clock(Some(seconds(300)), None, now()), Severity::Problem, "300 s behind");
    is(&findings::clock(Some(seconds(-300)), None, now()), Severity::Problem, "300 s ahead of");
    is(&findings::clock(None, Some(in_hours(1)), now()), Severity::Problem, "stepped back behind 2026-11-21T13:00:00Z");
    is(&findings::clock(None, None, now()), Severity::Warning, "could not be compared");
}

#[test]
fn a_peer_answers_or_not() {
    is(&findings::peer("BO/GOV/1002/ss1", Ok(())), Severity::Ok, "BO/GOV/1002/ss1 answers");
    is(&findings::peer("BO/GOV/1002/ss1", Err("refused".to_owned())), Severity::Warning, "cannot be reached");
}

#[test]
fn plugins_whose_data_come_from_a_copy_wait_and_the_command_that_ends_it_is_named() {
    assert_eq!(findings::plugins(&[], None), []);
    let [finding] = <[Finding; 1]>::try_from(findings::plugins(&[], Some(in_hours(-1)))).unwrap();
    is(&finding, Severity::Problem, "waits since the restore at 2026-11-21T11:00:00Z");
    assert!(finding.next_step.contains("chakana plugin resume"), "{finding:?}");
}

#[test]
fn a_disk_has_room_little_or_is_not_there() {
    let finding = |free| findings::disk(Path::new("/var/lib/chakana"), free);
    is(&finding(Some(7 << 30)), Severity::Ok, "7 GiB left");
    is(&finding(Some(200 << 20)), Severity::Warning, "200 MiB left");
    is(&finding(None), Severity::Problem, "cannot be asked");
}

#[test]
fn a_pin_that_lies_in_a_file_is_a_warning_until_the_file_is_taken_away() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_owned();
    is(&findings::pin_file(&path).unwrap(), Severity::Warning, path.to_str().unwrap());
    file.close().unwrap();
    assert_eq!(findings::pin_file(&path), None);
}

#[test]
fn a_hardware_token_signs_or_says_what_is_to_be_done() {
    use signer::pkcs11::Health;
    let why = || "the PKCS#11 module /m.so cannot be used".to_owned();
    is(&findings::hardware("hsm", &Health::Ready), Severity::Ok, "hsm signs");
    is(&findings::hardware("hsm", &Health::Starting), Severity::Warning, "is being opened");
    for (health, says) in [
        (Health::WrongPin, "refused the PIN"),
        (Health::Locked, "locked"),
        (Health::LastTry, "would lock it"),
        (Health::LoginUnfinished, "while the PIN was tried"),
        (Health::TokenMissing { why: why() }, "/m.so"),
        (Health::ModuleFailed { why: why() }, "/m.so"),
        (Health::Restarting { why: why() }, "started again"),
    ] {
        is(&findings::hardware("hsm", &health), Severity::Problem, says);
    }
}
