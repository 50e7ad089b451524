//! How the subject of a right is written.

use super::error::Rule;
use protocol::access::Subject;
use protocol::identifier::ClientId;
use std::collections::HashSet;

/// Reads a subject; a local group must be one of the provider's own.
pub(super) fn read(text: &str, local_groups: &HashSet<&str>) -> Result<Subject, Rule> {
    if let Some(code) = text.strip_prefix(LOCAL_GROUP) {
        return match local_groups.contains(code) {
            true => Ok(Subject::LocalGroup(code.to_owned())),
            false => Err(Rule::UnknownGroup { code: code.to_owned() }),
        };
    }
    if let Some(group) = text.strip_prefix(GLOBAL_GROUP) {
        return group.parse().map(Subject::GlobalGroup).map_err(Rule::Subject);
    }
    match text.parse().map_err(Rule::Subject)? {
        ClientId::Subsystem(subsystem) => Ok(Subject::Subsystem(subsystem)),
        ClientId::Member(_) => Err(Rule::MemberSubject),
    }
}

/// Writes a subject as it is read.
pub(super) fn write(subject: &Subject) -> String {
    match subject {
        Subject::Subsystem(subsystem) => subsystem.to_string(),
        Subject::LocalGroup(code) => format!("{LOCAL_GROUP}{code}"),
        Subject::GlobalGroup(group) => format!("{GLOBAL_GROUP}{group}"),
    }
}

// An identifier's parts hold no colon, so the three forms cannot be taken for one another.
const LOCAL_GROUP: &str = "local-group:";
const GLOBAL_GROUP: &str = "global-group:";
