//! HG-WATCH-07: a privileged role was given, taken or made eligible.

use alloc::string::String;
use alloc::vec;

use super::sample::{ACCOUNT, OTHER, change, target, with};
use super::{Detection, Found, Sample, Seen, Severity, Why, lessened, said};
use crate::watch::activity::Area;
use crate::watch::event::Audit;

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-07",
    title: "privileged role given or taken",
    severity: Severity::High,
    mitre: &["T1098.003"],
    first_steps: &[
        "`halligan inventory` lists who holds what; take back what nobody asked for.",
        "If an emergency account lost its role, or holds it as eligible: assign it for good.",
    ],
    judge,
    samples: &[
        Sample::fires("an account loses its role", || {
            let user = target("User", ACCOUNT);
            change("Remove member from role", "RoleManagement", vec![user])
        }),
        Sample::fires("somebody becomes Global Administrator", || {
            let name = "\"Global Administrator\"";
            let user = with(target("User", OTHER), "Role.DisplayName", None, Some(name));
            change("Add member to role", "RoleManagement", vec![user])
        }),
        Sample::fires("by Privileged Identity Management, outside of it", || {
            let role = target("Role", "62e90394-69f5-4237-9190-012177145e10");
            change("Add member to role outside of PIM (permanent)", "RoleManagement", vec![role])
        }),
        Sample::silent("a role that opens nothing", || {
            let name = "\"Directory Readers\"";
            let user = with(target("User", OTHER), "Role.DisplayName", None, Some(name));
            change("Add member to role", "RoleManagement", vec![user])
        }),
    ],
};

/// Names and template ids of roles that reach the door.
///
/// Source: <https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference>.
const ROLES: [&str; 12] = [
    "global administrator",
    "company administrator",
    "62e90394-69f5-4237-9190-012177145e10",
    "privileged role administrator",
    "e8611ab8-c189-46e8-94e1-60213ab1f814",
    "privileged authentication administrator",
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
    "conditional access administrator",
    "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
    "security administrator",
    "194ae4cb-b126-40b2-bd5b-6091b380977d",
    "partner tier2 support",
];

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let audit = seen.audit()?;
    let activity = seen.activity.filter(|one| matches!(one.area, Area::Role | Area::Pim))?;
    let account = seen.account_changed();
    if account.is_none() && !names_a_role(audit) {
        return None;
    }
    // An account that has no role repairs nothing.
    let is_taken = activity.name.starts_with("Remove") || activity.name.contains("ligible");
    let (severity, why) = match account {
        Some(touch) if is_taken => (Severity::Critical, Why::Touch(touch.clone())),
        Some(touch) => (DETECTION.severity, Why::Touch(touch.clone())),
        None => (DETECTION.severity, Why::Activity(activity.name.into())),
    };
    Some(Found { severity: lessened(severity, &audit.result), what: said(audit), why })
}

fn names_a_role(audit: &Audit) -> bool {
    let is_one = |text: &String| {
        let text = text.to_lowercase();
        ROLES.iter().any(|role| text.contains(role))
    };
    audit.targets.iter().any(|target| {
        let sides = target.changes.iter().flat_map(|one| [&one.old, &one.new]);
        is_one(&target.name) || is_one(&target.id) || sides.flatten().any(is_one)
    })
}
