//! From facts to findings: what is wrong, why it matters, and what to do. Nothing is asked here.

use crate::completeness::Topic;
use crate::configuration::Standing;
use crate::message::TIME_WINDOW;
use crate::plugins::Report;
use admin::doctor::{Finding, Severity};
use jiff::{SignedDuration, Timestamp};
use protocol::identifier::ServerId;
use signer::pkcs11::Health;
use std::path::Path;
use std::time::Duration;

/// A certificate of this server, and what it is for.
#[derive(Debug, Clone)]
pub(crate) struct OwnCertificate {
    /// For example `signing certificate of BO/GOV/1001`.
    pub(crate) what: String,
    /// When it ends.
    pub(crate) not_after: Timestamp,
    /// How its successor comes into use.
    pub(crate) renewal: &'static str,
}

/// A certificate that ends within this is a warning.
const CERTIFICATE_SOON: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A configuration that expires within this is a warning: somebody has a day to bring the registry back.
const CONFIGURATION_SOON: SignedDuration = SignedDuration::from_hours(24);
/// A clock that is off by more is not synchronised.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_secs(10);
/// Room for this much is what a warning wants.
const ROOM_BYTES: u64 = 1 << 30;
/// Messages are tried again after minutes; what waits longer is worth a look.
const AGENDA_LATE: Duration = Duration::from_secs(15 * 60);
const DAY_HOURS: i64 = 24;

const REACH_REGISTRY: &str =
    "check that the registry or a mirror in server.toml answers; a mirror is a copy of the registry's folder public";

/// How old the global configuration is. `trouble` is why the last refresh failed.
pub(super) fn configuration(standing: Standing, trouble: Option<String>, now: Timestamp) -> Finding {
    let or = |trouble: Option<String>, otherwise: &str| trouble.unwrap_or_else(|| otherwise.to_owned());
    match standing {
        Standing::Absent => problem(
            "there is no global configuration",
            or(trouble, "none was fetched yet; no message is relayed"),
            "check that the registry or a mirror in server.toml answers, and that the trust anchor is its root.json",
        ),
        Standing::Expired { expired } => problem(
            format!("the global configuration expired at {}, and messages are refused", moment(expired)),
            or(trouble, "the registry was not reached in time"),
            REACH_REGISTRY,
        ),
        Standing::Tolerated { expired, until } => problem(
            format!(
                "the global configuration expired at {}; messages go on until {}, and are refused then",
                moment(expired),
                moment(until)
            ),
            or(trouble, "the registry was not reached in time"),
            REACH_REGISTRY,
        ),
        Standing::Fresh { until } => match trouble {
            Some(why) if until.duration_since(now) < CONFIGURATION_SOON => problem(
                format!("the global configuration expires at {} and cannot be refreshed", moment(until)),
                why,
                REACH_REGISTRY,
            ),
            Some(why) => warning(
                format!("the global configuration cannot be refreshed; it is good until {}", moment(until)),
                why,
                REACH_REGISTRY,
            ),
            None => ok(format!("the global configuration is fresh, and good until {}", moment(until))),
        },
    }
}

/// How many things are not registered, and how many are and should not be.
pub(super) fn registration(missing: usize, superfluous: usize) -> Finding {
    match (missing, superfluous) {
        (0, 0) => ok("everything this server has is registered, and nothing else"),
        (0, superfluous) => warning(
            format!("{superfluous} things are registered that this server no longer has"),
            "callers are sent here for clients that are not, and old certificates still speak for this server",
            "chakana register --show, then chakana register --remove",
        ),
        (missing, _) => warning(
            format!("{missing} things of this server are not registered"),
            "what is not registered does not count: no certificate, no client",
            "chakana register, then have the registry's operator approve what waits",
        ),
    }
}

/// When a certificate ends.
pub(super) fn certificate(certificate: &OwnCertificate, now: Timestamp) -> Finding {
    let left = certificate.not_after.duration_since(now);
    let (what, ends) = (&certificate.what, moment(certificate.not_after));
    if left.is_negative() {
        return problem(format!("the {what} ended at {ends}"), "it counts no longer", certificate.renewal);
    }
    let days = left.as_hours() / DAY_HOURS;
    if left < CERTIFICATE_SOON {
        return warning(
            format!("the {what} ends in {days} days, at {ends}"),
            "after that it counts no longer",
            certificate.renewal,
        );
    }
    ok(format!("the {what} is good for {days} days more"))
}

/// How a token in hardware is.
pub(super) fn hardware(name: &str, health: &Health) -> Finding {
    match health {
        Health::Ready => ok(format!("the hardware token {name} signs")),
        // The state mends itself, or does not: then it is another by the time that somebody looks again.
        Health::Starting => warning(
            format!("the hardware token {name} is being opened"),
            "its keys do not sign yet",
            "look again in a moment",
        ),
        health => problem(
            format!("the hardware token {name} does not sign: {health}"),
            "nothing is sent or answered by its keys meanwhile",
            health.next_step(),
        ),
    }
}

/// How the plugins stand, and since when they wait because their data come from a copy.
pub(super) fn plugins(reports: &[Report], waiting_since: Option<Timestamp>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = waiting_since.map(|since| waiting(reports, since)).into_iter().collect();
    for report in reports {
        let name = report.plugin.name();
        if let Some(why) = &report.refused {
            let runs = report.standing.as_ref().is_some_and(|standing| standing.current.is_some());
            let what = if runs {
                format!("the plugin {name} runs, and not as the server configuration says")
            } else {
                format!("the plugin {name} does not run")
            };
            findings.push(problem(what, why.clone(), "correct what is named; the server tries again each minute"));
        }
        let late = report.standing.as_ref().filter(|standing| standing.agenda.late > AGENDA_LATE);
        if let Some(standing) = late.filter(|_| waiting_since.is_none()) {
            findings.push(warning(
                format!(
                    "the plugin {name} is {} minutes behind with what it has to do",
                    standing.agenda.late.as_secs() / 60
                ),
                format!("{} messages, timers and answers wait", standing.agenda.entries),
                "see the server's log: whom it sends to may not be reached, or it may fail",
            ));
        }
    }
    if findings.is_empty() && !reports.is_empty() {
        findings.push(ok(format!("{} plugins run as the server configuration says", reports.len())));
    }
    findings
}

fn waiting(reports: &[Report], since: Timestamp) -> Finding {
    let entries: usize =
        reports.iter().filter_map(|report| report.standing.as_ref()).map(|standing| standing.agenda.entries).sum();
    problem(
        format!("what plugins have ordered waits since the restore at {}", moment(since)),
        format!(
            "{entries} messages, timers and documents wait: the plugins' data come from a copy, and others know of what came after it"
        ),
        "learn from those others what came after the copy, enter again what is lost, then: chakana plugin resume",
    )
}

/// What the OCSP responder says: until when the last good status counts, or why there is none.
pub(super) fn status(subject: &str, status: Result<Timestamp, String>, now: Timestamp) -> Finding {
    const CHECK: &str =
        "check that the OCSP responder of its certification service answers, and that it was not revoked";
    match status {
        Ok(until) if until > now => {
            ok(format!("the certificate of {subject} is good, and its status fresh until {}", moment(until)))
        }
        Ok(until) => problem(
            format!("the status of the certificate of {subject} was fresh until {}", moment(until)),
            "nobody accepts a signature without a fresh status",
            CHECK,
        ),
        Err(why) => problem(format!("the certificate of {subject} has no good status"), why, CHECK),
    }
}

/// Whether a time-stamping service answers. The offset is its time without ours.
pub(super) fn time_stamping_service(name: &str, offset: &Result<SignedDuration, String>) -> Finding {
    match offset {
        Ok(_) => ok(format!("time-stamping service {name} answers")),
        Err(why) => warning(
            format!("time-stamping service {name} gives no timestamp"),
            why.clone(),
            "check that it can be reached from here; messages stop when records are without a timestamp for the configured hours",
        ),
    }
}

/// Whether the log's checkpoints are stamped. `unstamped_since` is the time of the oldest record without a timestamp.
pub(super) fn time_stamping(trouble: Option<String>, records: u64, unstamped_since: Option<Timestamp>) -> Finding {
    match (trouble, unstamped_since) {
        (Some(why), since) => warning(
            match since {
                Some(since) => {
                    format!("checkpoints are not time-stamped: records since {} have no timestamp", moment(since))
                }
                None => "checkpoints are not time-stamped: the last attempt failed".to_owned(),
            },
            why,
            "check that a time-stamping service of the registry answers; messages stop after the configured hours",
        ),
        (None, _) if records == 0 => ok("there is no record yet that needs a timestamp"),
        (None, None) => ok("checkpoints are time-stamped, and cover every record"),
        (None, Some(since)) => {
            ok(format!("records since {} will be time-stamped with the next checkpoint", moment(since)))
        }
    }
}

/// What a trusted clock says: its time without ours; and whether ours stepped back behind `checked`.
pub(super) fn clock(offset: Option<SignedDuration>, checked: Option<Timestamp>, now: Timestamp) -> Finding {
    const SYNCHRONISE: &str = "synchronise the time (NTP): timedatectl set-ntp true";
    const WHY: &str = "messages carry their time, and peers refuse what is off by more than a minute";
    let stepped = checked.filter(|checked| *checked > now);
    match (offset, stepped) {
        (Some(offset), _) if offset.unsigned_abs() > TIME_WINDOW => problem(off(offset), WHY, SYNCHRONISE),
        (_, Some(checked)) => problem(format!("the clock stepped back behind {}", moment(checked)), WHY, SYNCHRONISE),
        (Some(offset), _) if offset.abs() > CLOCK_SLACK => warning(off(offset), WHY, SYNCHRONISE),
        (Some(_), None) => ok("the clock agrees with the time-stamping services"),
        (None, None) => warning(
            "the clock could not be compared",
            "no time-stamping service answered, and no other clock is trusted",
            "bring a time-stamping service back, or look at the time yourself: timedatectl",
        ),
    }
}

/// Whether a peer can be reached.
pub(super) fn peer(server: &str, reached: Result<(), String>) -> Finding {
    match reached {
        Ok(()) => ok(format!("security server {server} answers")),
        Err(why) => warning(
            format!("security server {server} cannot be reached"),
            why,
            "check the network between the two (its address and port are in the registry), and ask its administrator",
        ),
    }
}

/// Whether the PIN that opens the token lies in a file that this server can read at any time.
pub(super) fn pin_file(path: &Path) -> Option<Finding> {
    // One that was taken away after the start is in nobody's reach.
    std::fs::File::open(path).ok()?;
    Some(warning(
        format!("the PIN of the token lies in {}", path.display()),
        "who copies this disk, or reads as this user, has the keys and the PIN that opens them",
        "hand it over as an encrypted credential of systemd (docs/operate.md), or take the file away once the server runs",
    ))
}

/// How much room the data folder's disk has.
pub(super) fn disk(folder: &Path, free_bytes: Option<u64>) -> Finding {
    match free_bytes {
        None => problem(
            "the disk of the data folder cannot be asked",
            folder.display().to_string(),
            "check the disk, and that the folder is there",
        ),
        Some(free) if free < ROOM_BYTES => warning(
            format!("the disk of {} has {} MiB left", folder.display(), free >> 20),
            "when it is full, messages are refused before anything is half-written",
            "make room, or move old segments of the message log away",
        ),
        Some(free) => ok(format!("the disk has {} GiB left", free >> 30)),
    }
}

pub(super) fn ok(what: impl Into<String>) -> Finding {
    Finding { severity: Severity::Ok, what: what.into(), why: String::new(), next_step: String::new() }
}

pub(super) fn warning(what: impl Into<String>, why: impl Into<String>, next_step: impl Into<String>) -> Finding {
    Finding { severity: Severity::Warning, what: what.into(), why: why.into(), next_step: next_step.into() }
}

pub(super) fn problem(what: impl Into<String>, why: impl Into<String>, next_step: impl Into<String>) -> Finding {
    Finding { severity: Severity::Problem, what: what.into(), why: why.into(), next_step: next_step.into() }
}

fn off(offset: SignedDuration) -> String {
    let seconds = offset.abs().as_secs();
    let way = if offset.is_positive() { "behind" } else { "ahead of" };
    format!("the clock is {seconds} s {way} the time-stamping services")
}

/// To the second: nobody acts on less.
fn moment(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second()).unwrap_or(time).to_string()
}

/// Two logs that do not fit each other.
pub(super) fn conflict((peer, topic, why): (ServerId, Topic, String)) -> Finding {
    let what = match topic {
        Topic::Log => format!("the message log of {peer} conflicts with what it showed before"),
        Topic::Numbers => format!("the message log of {peer} does not explain all of its numbers"),
        Topic::Repeated => format!("{peer} used one number for two messages"),
        Topic::Echo => "this server's message log was rolled back or changed".to_owned(),
    };
    let next_step = match topic {
        Topic::Echo => {
            "find out who restored or changed the log's folder; keep it, and a copy of it, as evidence; then `chakana log settle`"
        }
        Topic::Repeated => {
            "keep this server's log as evidence, take the matter to the registry's operator; then `chakana log settle`"
        }
        Topic::Log | Topic::Numbers => {
            "keep this server's log as evidence, and take the matter to the registry's operator; it is over when all fits again"
        }
    };
    problem(what, why, next_step)
}
