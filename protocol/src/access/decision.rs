//! The decision about one call, and why it is so.

use super::rights::{AccessRight, AccessRights, GroupMembership};
use crate::head::Method;
use crate::identifier::{ClientId, ServiceId};
use jiff::Timestamp;

/// May this client call this?
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Who calls.
    pub client: &'a ClientId,
    /// What is called.
    pub service: &'a ServiceId,
    /// With which method.
    pub method: Method,
    /// On which normalised path below the service.
    pub path: &'a str,
    /// When.
    pub now: Timestamp,
}

/// What one right says to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It opens the call.
    Opens,
    /// It is for another method.
    OtherMethod,
    /// It is for other paths.
    OtherPath,
    /// It has expired.
    Expired,
    /// It counts at other times.
    OtherTime,
}

/// A right that concerns the client and the service, and what it says.
#[derive(Debug, Clone, Copy)]
pub struct Considered<'a> {
    /// The right.
    pub right: &'a AccessRight,
    /// What it says.
    pub verdict: Verdict,
}

/// The answer.
#[derive(Debug, Clone, Copy)]
pub enum Decision<'a> {
    /// Allowed by this right.
    Allowed(&'a AccessRight),
    /// No right opens the call.
    Denied,
}

impl AccessRights {
    /// Every right that opens the call. Those that have a rate may be used up.
    pub fn opening<'a>(
        &'a self,
        question: &'a Question<'a>,
        groups: &'a dyn GroupMembership,
    ) -> impl Iterator<Item = &'a AccessRight> {
        self.concerning(question.client, question.service, groups)
            .filter(|right| verdict(right, question) == Verdict::Opens)
    }

    /// Decides: the first right that opens the call, or denial.
    #[must_use]
    pub fn decide<'a>(&'a self, question: &'a Question<'a>, groups: &'a dyn GroupMembership) -> Decision<'a> {
        self.opening(question, groups).next().map_or(Decision::Denied, Decision::Allowed)
    }

    /// Every right that concerns the client and the service, with what it says: why the decision is as it is.
    #[must_use]
    pub fn explain<'a>(&'a self, question: &'a Question<'a>, groups: &'a dyn GroupMembership) -> Vec<Considered<'a>> {
        self.concerning(question.client, question.service, groups)
            .map(|right| Considered { right, verdict: verdict(right, question) })
            .collect()
    }
}

fn verdict(right: &AccessRight, question: &Question<'_>) -> Verdict {
    if right.expires.is_some_and(|expires| expires <= question.now) {
        Verdict::Expired
    } else if !right.endpoint.covers_method(question.method) {
        Verdict::OtherMethod
    } else if !right.endpoint.path.matches(question.path) {
        Verdict::OtherPath
    } else if right.window.as_ref().is_some_and(|window| !window.is_open(question.now)) {
        Verdict::OtherTime
    } else {
        Verdict::Opens
    }
}

#[cfg(test)]
mod tests {
    use super::super::rights::{Endpoint, Subject};
    use super::*;
    use crate::identifier::{GlobalGroupId, SubsystemId};

    struct Groups;

    impl GroupMembership for Groups {
        fn is_in_local_group(&self, client: &SubsystemId, _: &SubsystemId, group: &str) -> bool {
            client.code() == "app" && group == "friends"
        }

        fn is_in_global_group(&self, client: &ClientId, group: &GlobalGroupId) -> bool {
            client.member().code() == "2" && group.code() == "banks"
        }
    }

    fn right(subject: Subject, method: Option<Method>, path: &str, expires: Option<&str>) -> AccessRight {
        AccessRight {
            subject,
            service: "BO/GOV/1/s/x".parse().unwrap(),
            endpoint: Endpoint { method, path: path.parse().unwrap() },
            expires: expires.map(|at| at.parse().unwrap()),
            window: None,
            rate: None,
        }
    }

    fn check(rights: Vec<AccessRight>, client: &str, method: Method, path: &str) -> Vec<Verdict> {
        let (client, service) = (client.parse().unwrap(), "BO/GOV/1/s/x".parse().unwrap());
        let now = "2026-06-01T00:00:00Z".parse().unwrap();
        let question = Question { client: &client, service: &service, method, path, now };
        let rights: AccessRights = rights.into_iter().collect();
        let verdicts: Vec<Verdict> =
            rights.explain(&question, &Groups).iter().map(|considered| considered.verdict).collect();
        let allowed = matches!(rights.decide(&question, &Groups), Decision::Allowed(_));
        assert_eq!(allowed, verdicts.contains(&Verdict::Opens), "the explanation agrees with the decision");
        verdicts
    }

    fn app() -> Subject {
        Subject::Subsystem("BO/GOV/2/app".parse().unwrap())
    }

    #[test]
    fn denies_by_default() {
        assert_eq!(check(vec![], "BO/GOV/2/app", Method::Get, "/"), []);
        assert_eq!(check(vec![right(app(), None, "**", None)], "BO/GOV/2/other", Method::Get, "/"), []);
    }

    #[test]
    fn a_member_has_not_the_rights_of_its_subsystem() {
        assert_eq!(check(vec![right(app(), None, "**", None)], "BO/GOV/2", Method::Get, "/"), []);
    }

    #[test]
    fn says_why_a_right_does_not_open() {
        let rights = vec![
            right(app(), Some(Method::Post), "**", None),
            right(app(), None, "/b/*", None),
            right(app(), None, "**", Some("2026-05-31T00:00:00Z")),
        ];
        assert_eq!(
            check(rights, "BO/GOV/2/app", Method::Get, "/a"),
            [Verdict::OtherMethod, Verdict::OtherPath, Verdict::Expired]
        );
    }

    #[test]
    fn a_right_ends_at_its_expiry() {
        let at = |expires| check(vec![right(app(), None, "**", Some(expires))], "BO/GOV/2/app", Method::Get, "/a");
        assert_eq!(at("2026-06-01T00:00:00Z"), [Verdict::Expired]);
        assert_eq!(at("2026-06-01T00:00:01Z"), [Verdict::Opens]);
    }

    #[test]
    fn a_right_counts_in_its_window() {
        // 1 June 2026 is a Monday; midnight UTC is eight in the evening before, in La Paz.
        let at = |window: &str| {
            let right = AccessRight { window: Some(window.parse().unwrap()), ..right(app(), None, "**", None) };
            check(vec![right], "BO/GOV/2/app", Method::Get, "/a")
        };
        assert_eq!(at("sun 20:00-21:00 -04:00"), [Verdict::Opens]);
        assert_eq!(at("mon-fri 08:00-18:00 -04:00"), [Verdict::OtherTime]);
    }

    #[test]
    fn groups_open_for_their_members() {
        let local = || vec![right(Subject::LocalGroup("friends".into()), None, "/a", None)];
        assert_eq!(check(local(), "BO/GOV/3/app", Method::Get, "/a"), [Verdict::Opens]);
        assert_eq!(check(local(), "BO/GOV/3/other", Method::Get, "/a"), []);
        let global = || vec![right(Subject::GlobalGroup("BO/banks".parse().unwrap()), None, "**", None)];
        assert_eq!(check(global(), "BO/GOV/2", Method::Get, "/a"), [Verdict::Opens]);
        assert_eq!(check(global(), "BO/GOV/3/app", Method::Get, "/a"), []);
    }
}
