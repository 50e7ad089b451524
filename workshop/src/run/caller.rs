//! Who calls, as the author says: `anonymous`, `citizen:ID`, `citizen:ID:high`, `staff:ID`, `staff:ID:ROLE,ROLE`, or a subsystem.

use super::RunError;
use plugin_host::manifest::{Access, Assurance as Wanted, Pages};
use plugin_host::{Assurance, Citizen, Operator, Principal};
use protocol::identifier::SubsystemId;

/// A caller that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is nobody: say anonymous, citizen:ID, citizen:ID:low (or substantial, high), staff:ID, staff:ID:ROLE,ROLE, or a subsystem INSTANCE/CLASS/MEMBER/SUBSYSTEM"
)]
pub struct CallerError(String);

/// Reads who calls.
///
/// # Errors
/// [`CallerError`].
pub fn parse(text: &str) -> Result<Principal, CallerError> {
    let nobody = || CallerError(text.to_owned());
    if text == "anonymous" {
        return Ok(Principal::Anonymous);
    }
    if text.contains('/') {
        let subsystem: SubsystemId = text.parse().map_err(|_| nobody())?;
        return Ok(Principal::Entity(subsystem.to_string()));
    }
    let mut parts = text.splitn(3, ':');
    let (kind, id, more) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next());
    if id.is_empty() {
        return Err(nobody());
    }
    match kind {
        "citizen" => {
            let assurance = match more {
                None | Some("low") => Assurance::Low,
                Some("substantial") => Assurance::Substantial,
                Some("high") => Assurance::High,
                Some(_) => return Err(nobody()),
            };
            let name = Some(id.to_owned());
            Ok(Principal::Citizen(Citizen { subject: id.to_owned(), name, assurance, represents: None }))
        }
        "staff" => {
            let roles =
                more.unwrap_or_default().split(',').filter(|role| !role.is_empty()).map(str::to_owned).collect();
            Ok(Principal::Operator(Operator { id: id.to_owned(), name: Some(id.to_owned()), roles }))
        }
        _ => Err(nobody()),
    }
}

/// Whether somebody may come to a route: the gateway would not let anybody else.
pub(super) fn check(pages: &Pages, caller: &Principal) -> Result<(), RunError> {
    let refused = |who: String, flag| Err(RunError::NotFor { route: pages.route().to_string(), who, flag });
    match (pages.access(), caller) {
        (Access::Anyone, Principal::Anonymous | Principal::Citizen(_)) => Ok(()),
        (Access::Anyone, _) => refused("anyone, as a citizen or nobody".to_owned(), "--as anonymous or citizen:ID"),
        (Access::Citizen(wanted), Principal::Citizen(citizen)) if rank(citizen.assurance) >= wanted_rank(*wanted) => {
            Ok(())
        }
        (Access::Citizen(Wanted::Low), _) => refused("citizens".to_owned(), "--as citizen:ID"),
        (Access::Citizen(Wanted::Substantial), _) => {
            refused("citizens who were checked".to_owned(), "--as citizen:ID:substantial")
        }
        (Access::Citizen(Wanted::High), _) => {
            refused("citizens who were checked in person".to_owned(), "--as citizen:ID:high")
        }
        (Access::Staff(roles), Principal::Operator(operator))
            if roles.is_empty() || roles.iter().any(|role| operator.roles.iter().any(|has| has == role.as_str())) =>
        {
            Ok(())
        }
        (Access::Staff(roles), _) => {
            let roles = roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let who =
                if roles.is_empty() { "staff".to_owned() } else { format!("staff with one of the roles {roles}") };
            refused(who, "--as staff:ID:ROLE")
        }
    }
}

fn rank(assurance: Assurance) -> u8 {
    match assurance {
        Assurance::None => 0,
        Assurance::Low => 1,
        Assurance::Substantial => 2,
        Assurance::High => 3,
    }
}

fn wanted_rank(wanted: Wanted) -> u8 {
    match wanted {
        Wanted::Low => 1,
        Wanted::Substantial => 2,
        Wanted::High => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugin_host::manifest::Manifest;
    use proptest::prelude::*;

    const MANIFEST: &str = "[plugin]\nname = 'p'\nversion = '1.0.0'\ncontract = '0.1'\ntitle = { es = 'P' }\n[web]\nroutes = ['/']\n\
        [[web.route]]\npath = '/mine'\naccess = 'citizen'\nassurance = 'substantial'\n\
        [[web.route]]\npath = '/inbox'\naccess = 'staff'\nroles = ['clerk']\n";

    fn admits(path: &str, caller: &str) -> Result<(), RunError> {
        let manifest: Manifest = MANIFEST.parse().unwrap();
        check(manifest.web().unwrap().pages_at(path).unwrap().0, &parse(caller).unwrap())
    }

    #[test]
    fn a_route_admits_whom_the_gateway_would_admit() {
        for (path, caller) in [
            ("/", "anonymous"),
            ("/", "citizen:ana"),
            ("/mine", "citizen:ana:substantial"),
            ("/mine", "citizen:ana:high"),
            ("/inbox", "staff:rosa:clerk,chief"),
        ] {
            assert!(admits(path, caller).is_ok(), "{path} {caller}");
        }
    }

    #[test]
    fn whom_a_route_does_not_admit_is_told_who_may_come_and_what_to_say() {
        for (path, caller, flag) in [
            ("/", "staff:rosa", "anonymous"),
            ("/mine", "anonymous", "citizen:ID:substantial"),
            ("/mine", "citizen:ana", "citizen:ID:substantial"),
            ("/inbox", "citizen:ana:high", "staff:ID:ROLE"),
            ("/inbox", "staff:rosa:chief", "staff:ID:ROLE"),
        ] {
            let refused = admits(path, caller).unwrap_err().to_string();
            assert!(refused.contains(flag), "{path} {caller}: {refused}");
        }
    }

    #[test]
    fn refuses_who_is_nobody_and_says_who_there_is() {
        for text in ["", "ana", "citizen", "citizen:", "citizen:ana:very", "BO/GOB", "clerk:ana"] {
            assert!(parse(text).unwrap_err().to_string().contains("citizen:ID"), "{text}");
        }
        assert_eq!(parse("BO/GOB/1/desk").unwrap(), Principal::Entity("BO/GOB/1/desk".to_owned()));
    }

    proptest! {
        #[test]
        fn any_text_is_somebody_or_refused(text in "(citizen|staff|[A-Z/]{0,8})(:[a-z,]{0,6}){0,3}") {
            let _ = parse(&text);
        }
    }
}
