//! HG-WATCH-07: a privileged role was given, taken or made eligible.

use alloc::vec;

use super::sample::{ACCOUNT, OTHER, change, target, with};
use super::{Area, Detection, Found, Sample, Seen, Severity, Why};
use crate::power::{self, Role};
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
        Sample::silent("a role that is only named like one", || {
            let name = "\"Global Administrator helpers\"";
            let user = with(target("User", OTHER), "Role.DisplayName", None, Some(name));
            change("Add member to role", "RoleManagement", vec![user])
        }),
        Sample::silent("a role that opens nothing", || {
            let name = "\"Directory Readers\"";
            let user = with(target("User", OTHER), "Role.DisplayName", None, Some(name));
            change("Add member to role", "RoleManagement", vec![user])
        }),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let audit = seen.audit()?;
    let activity = seen.activity.filter(|_| seen.is_in(&[Area::Role, Area::Pim]))?;
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
    Some(Found::of_change(seen, audit, severity, why))
}

/// Whether a change names a role whose holders reach the door, by its name or its template.
fn names_a_role(audit: &Audit) -> bool {
    audit.targets.iter().any(|target| {
        let sides = target.changes.iter().flat_map(|one| [&one.old, &one.new]).flatten();
        [&target.name, &target.id].into_iter().chain(sides).any(|text| is_a_role(text))
    })
}

/// Values stand in quotes in records.
fn is_a_role(text: &str) -> bool {
    let text = text.trim().trim_matches('"').trim();
    let is_one = |role: &Role| role.name.eq_ignore_ascii_case(text);
    // What the directory's older interface calls Global Administrator.
    text.eq_ignore_ascii_case("Company Administrator")
        || text.parse().is_ok_and(|id| power::role(id).is_some())
        || power::ROLES.iter().any(is_one)
}
