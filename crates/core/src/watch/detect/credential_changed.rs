//! HG-WATCH-04: a credential of an emergency access account was added, removed or reset.

use alloc::vec;

use super::sample::{ACCOUNT, OTHER, change, refused, target};
use super::{Activity, Area, Detection, Found, Sample, Seen, Severity, Why};

pub(super) const DETECTION: Detection = Detection {
    id: "HG-WATCH-04",
    title: "credential of an emergency access account changed",
    severity: Severity::Critical,
    mitre: &["T1098.005", "T1556.006"],
    first_steps: &[
        "Ask whoever made the change, by phone, whether it was they, and why.",
        "If it was not: take the new method off, reset the password, revoke sessions.",
        "`halligan check` compares what is registered with the ledger.",
    ],
    judge,
    samples: &[
        Sample::fires("a Temporary Access Pass is issued", || {
            let to = vec![target("User", ACCOUNT)];
            change("Admin registered security info", "UserManagement", to)
        }),
        Sample::fires("the password is reset", || {
            change("Reset password", "UserManagement", vec![target("User", ACCOUNT)])
        }),
        Sample::fires("a key is added, and it fails", || {
            let to = vec![target("User", ACCOUNT)];
            refused(change("Add FIDO2 security key", "UserManagement", to))
        }),
        Sample::silent("somebody else's password", || {
            change("Reset password", "UserManagement", vec![target("User", OTHER)])
        }),
        Sample::silent("another change of the account", || {
            change("Disable account", "UserManagement", vec![target("User", ACCOUNT)])
        }),
    ],
};

fn judge(seen: &Seen<'_>) -> Option<Found> {
    let audit = seen.audit()?;
    let why = seen.account_changed().filter(|_| seen.activity.is_some_and(is_of_credentials))?;
    Some(Found::of_change(seen, audit, DETECTION.severity, Why::Touch(why.clone())))
}

/// Whether an activity is about what somebody signs in with.
pub(super) fn is_of_credentials(activity: &Activity) -> bool {
    let name = activity.name.to_lowercase();
    let is_named = ["password", "authentication", "oath"].iter().any(|word| name.contains(word));
    activity.area == Area::MethodRegistration || (activity.area == Area::Account && is_named)
}
