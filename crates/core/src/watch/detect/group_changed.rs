//! HG-WATCH-06: the group of the emergency access accounts was changed: a member, an owner, itself.

use alloc::format;
use alloc::vec;

use super::sample::{ACCOUNT, GROUP, OTHER, change, target, with};
use super::{Area, Detection, Found, Part, Sample, Seen, Severity, Subject, Why};

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-06",
    title: "group of the emergency access accounts changed",
    severity: Severity::Critical,
    mitre: &["T1098.003", "T1531"],
    first_steps: &[
        "Compare the members and owners of the group with the register: `halligan check`.",
        "Take out who does not belong there; put back who does.",
        "A new member is exempt from the policies that exempt the group, and may hold its role.",
    ],
    judge,
    samples: &[
        Sample::fires("a member is added, and the group stands in a value", || {
            let group = format!("\"{GROUP}\"");
            let user = with(target("User", OTHER), "Group.ObjectID", None, Some(&group));
            change("Add member to group", "GroupManagement", vec![user])
        }),
        Sample::fires("an account is taken out", || {
            change("Remove member from group", "GroupManagement", vec![target("User", ACCOUNT)])
        }),
        Sample::fires("the group is deleted", || {
            change("Delete group", "GroupManagement", vec![target("Group", GROUP)])
        }),
        Sample::silent("a policy that excludes the group", || {
            let excluded =
                format!(r#"{{"conditions":{{"users":{{"excludeGroups":["{GROUP}"]}}}}}}"#);
            let policy = target("Policy", "p-1");
            let policy = with(policy, "ConditionalAccessPolicy", None, Some(&excluded));
            change("Add conditional access policy", "Policy", vec![policy])
        }),
        Sample::silent("another group, somebody else", || {
            change("Add member to group", "GroupManagement", vec![target("User", OTHER)])
        }),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let audit = seen.audit()?;
    let is_of_groups = seen.is_in(&[Area::Group]);
    // A policy names the group as well; what changes it has it as target or is about groups.
    let group = seen.touch(|subject, part| {
        let is_group = matches!(subject, Subject::Group(_) | Subject::GroupOwner(_));
        is_group && (part == Part::Target || (part == Part::Named && is_of_groups))
    });
    let (severity, why) = match group {
        Some(group) => (DETECTION.severity, group),
        // Another group that an account is put into, or taken out of.
        None => (Severity::High, seen.account_changed().filter(|_| is_of_groups)?),
    };
    Some(Found::of_change(seen, audit, severity, Why::Touch(why.clone())))
}
