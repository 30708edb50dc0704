//! HG-WATCH-18: Microsoft made or changed one of the Conditional Access policies that it manages.

use alloc::format;
use alloc::vec;

use super::sample::{by_application, change, target};
use super::{Area, Detection, Found, Sample, Seen, Severity, Why, said};
use crate::time::SignedDuration;

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-18",
    title: "Microsoft made or changed a policy of its own",
    severity: Severity::Medium,
    mitre: &["T1531"],
    first_steps: &[
        "Exclude the emergency accounts from it now: it can be switched on without another word.",
        "`halligan prove` also proves with every report-only policy enforced.",
    ],
    judge,
    samples: &[
        Sample::fires("a policy lands", || {
            let policy = vec![target("Policy", "p-9")];
            let event = change("Add conditional access policy", "Policy", policy);
            by_application(event, "Microsoft Managed Policy Manager")
        }),
        Sample::silent("an application adds a policy", || {
            let policy = vec![target("Policy", "p-9")];
            let event = change("Add conditional access policy", "Policy", policy);
            by_application(event, "Deployment")
        }),
    ],
};

/// Who makes them.
///
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/managed-policies>.
const MAKER: &str = "Microsoft Managed Policy Manager";

/// Days after which Microsoft switches such a policy on, at the earliest.
///
/// Source: the same page, 2025-11-06.
const MANAGED_POLICY_DAYS: i64 = 45;

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let audit = seen.audit()?;
    let name = audit.by.app_name.trim();
    let is_of_policies =
        seen.is_in(&[Area::ConditionalAccess]) || audit.category.eq_ignore_ascii_case("Policy");
    if !name.eq_ignore_ascii_case(MAKER) || !is_of_policies {
        return None;
    }
    let mut what = said(seen, audit);
    let is_new = audit.activity.trim_start().to_lowercase().starts_with("add ");
    let wait = SignedDuration::from_hours(24 * MANAGED_POLICY_DAYS);
    let earliest = seen.event.at.filter(|_| is_new).and_then(|at| at.checked_add(wait).ok());
    if let Some(earliest) = earliest {
        what.push_str(&format!("; it may be enforced from {}", earliest.strftime("%Y-%m-%d")));
    }
    Some(Found { severity: DETECTION.severity, what, why: Why::Activity(audit.activity.clone()) })
}
