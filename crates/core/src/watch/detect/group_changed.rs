//! HG-WATCH-06: the group of the emergency access accounts was changed: a member, an owner, itself.

use alloc::format;
use alloc::vec;

use super::sample::{ACCOUNT, GROUP, OTHER, change, target, with};
use super::{Detection, Found, Sample, Seen, Severity, Subject, Why, lessened, said};
use crate::watch::activity::Area;

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
        Sample::silent("another group, somebody else", || {
            change("Add member to group", "GroupManagement", vec![target("User", OTHER)])
        }),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let audit = seen.audit()?;
    let is_group = seen.activity.is_some_and(|one| one.area == Area::Group);
    let group = seen.touch(|subject, part| {
        matches!(subject, Subject::Group(_) | Subject::GroupOwner(_))
            && part != super::Part::Initiator
    });
    let why = group.or_else(|| seen.account_changed().filter(|_| is_group))?;
    let severity = lessened(DETECTION.severity, &audit.result);
    Some(Found { severity, what: said(audit), why: Why::Touch(why.clone()) })
}
